"""Alembic's environment: the application's engine, batch mode on SQLite, foreign keys checked.

SQLite changes a table by making it anew. With foreign keys on, that deletes the children of every
CASCADE without an error; so they are off while migrating and checked before the end.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from caseflow.dialect import is_sqlite

OWN_TABLES = ("case_search",)


def include_object(thing: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    """Leave the search index alone: its DDL is written by hand, and FTS5 keeps shadow tables."""
    table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", "")
    return not str(table or "").startswith(OWN_TABLES)


def migrate(connection: Connection) -> None:
    database = current_app.extensions["migrate"].db
    options = dict(current_app.extensions["migrate"].configure_args)
    options.update(
        render_as_batch=True,
        include_object=include_object,
        transaction_per_migration=True,
    )
    context.configure(connection=connection, target_metadata=database.metadata, **options)
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    database = current_app.extensions["migrate"].db
    engine = database.engine.execution_options(caseflow_writes=True)
    with engine.connect() as connection:
        if not is_sqlite(connection):
            migrate(connection)
            return
        raw = connection.connection
        raw.execute("PRAGMA foreign_keys = OFF")  # type: ignore[attr-defined]
        try:
            migrate(connection)
            broken = raw.execute("PRAGMA foreign_key_check").fetchall()  # type: ignore[attr-defined]
            if broken:
                raise RuntimeError(f"the migration left rows without their parents: {broken[:5]}")
        finally:
            raw.execute("PRAGMA foreign_keys = ON")  # type: ignore[attr-defined]


if context.is_offline_mode():
    raise SystemExit("Caseflow migrates a live database only; offline scripts are not supported.")
run()
