"""Engines of the two databases: how each is opened, told apart and found to be busy."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url

from caseflow.jsontext import from_json

#: Seconds a writer waits for another before it gives up and the person is asked to try again.
BUSY_SECONDS = 5
#: Execution option of a connection that will write: SQLite then begins with the write lock.
WRITES = "caseflow_writes"


def is_sqlite(bind: Engine | Connection) -> bool:
    return bind.dialect.name == "sqlite"


def make_engine(url: str | URL, **options: Any) -> Engine:
    """An engine for one of the two databases, set up as reliability.md §3 asks."""
    engine = create_engine(make_url(url), **engine_options(url), **options)
    configure(engine)
    return engine


def engine_options(url: str | URL) -> dict[str, Any]:
    """Options of ``create_engine`` for a URL."""
    if make_url(url).get_backend_name() == "sqlite":
        return {
            "json_deserializer": from_json,
            "connect_args": {"timeout": BUSY_SECONDS, "isolation_level": None},
            "pool_size": 10,
            "max_overflow": 20,
        }
    return {
        "json_deserializer": from_json,
        "pool_pre_ping": True,
        "pool_size": 5,
        "max_overflow": 10,
        # our statements are short: compiling one takes longer than running it
        "connect_args": {"connect_timeout": BUSY_SECONDS, "options": "-c jit=off"},
    }


def configure(engine: Engine) -> None:
    """Pragmas and transaction starts for SQLite; nothing for PostgreSQL.

    In WAL a transaction that reads and then writes fails at once, whatever the time-out: writers
    begin with the lock (``BEGIN IMMEDIATE``), readers plainly.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _pragmas(connection: sqlite3.Connection, record: object) -> None:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -32000")
        connection.execute("PRAGMA temp_store = MEMORY")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def is_busy(error: BaseException) -> bool:
    """Whether the database refused because others were writing: trying again is right."""
    text_of = str(getattr(error, "orig", error))
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return "database is locked" in text_of or state in ("40001", "40P01", "55P03")


def works_beside(bind: Engine | Connection) -> bool:
    """Whether the database works in a process of its own while ours could do something else."""
    return not is_sqlite(bind)


def version_text(connection: Connection) -> str:
    """The engine's name and version, for ``/salud``."""
    if is_sqlite(connection):
        return "SQLite " + str(connection.exec_driver_sql("SELECT sqlite_version()").scalar())
    return "PostgreSQL " + str(connection.exec_driver_sql("SHOW server_version").scalar())
