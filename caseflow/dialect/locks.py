"""Who waits for whom: rows and names locked on PostgreSQL; SQLite lets one write at a time."""

from __future__ import annotations

from sqlalchemy import Connection

from caseflow.dialect.engines import is_sqlite


def lock_case_rows(dialect_name: str) -> bool:
    """Whether cases loaded for writing are locked row by row (SQLite holds the one lock)."""
    return dialect_name == "postgresql"


def one_at_a_time(connection: Connection, name: str) -> None:
    """Let nobody else do what ``name`` says until this transaction ends (SQLite: so it is)."""
    if not is_sqlite(connection):
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext(%s))", (name,))


def end_if_idle(connection: Connection, seconds: float) -> None:
    """Let the server end this transaction where its process sleeps in it (SQLite cannot)."""
    if not is_sqlite(connection):
        connection.exec_driver_sql(
            "SELECT set_config('idle_in_transaction_session_timeout', %s, true)",
            (f"{round(seconds * 1000)}ms",),
        )
