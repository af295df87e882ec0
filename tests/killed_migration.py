"""Migrates a database to the newest schema and is killed at it, again and again.

    python -m tests.killed_migration URL FOLDER KILLS SEED

Nothing of the database is open here: each step is a child of its own, forked before it opens
anything. Prints a line of JSON for each kill: the revision that was found after it and the digest
of all rows in the tables and columns that the older schema has.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask_migrate
from flask import Flask
from sqlalchemy import column, inspect, select, table, text

from caseflow.extensions import db
from tests.builders import ROOT, make_app

MIGRATIONS = str(ROOT / "migrations")
BEFORE = "-1"


def in_a_child(app: Flask, act: Callable[[], Any], kill_after: float | None = None) -> Any:
    """What the act returns in a process of its own; none where it was killed before."""
    heard, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(heard)
        with app.app_context():
            os.write(told, json.dumps(act()).encode())
        os._exit(0)
    os.close(told)
    if kill_after is not None:
        until = time.monotonic() + kill_after
        while time.monotonic() < until:
            pass
        os.kill(child, signal.SIGKILL)
    with os.fdopen(heard, "rb") as pipe:
        said = pipe.read()
    _pid, status = os.waitpid(child, 0)
    if kill_after is None and os.waitstatus_to_exitcode(status):
        raise SystemExit(1)
    return json.loads(said) if said else None


def columns_now() -> dict[str, list[str]]:
    """Table → its columns; the search index aside, which is the engine's own."""
    found = inspect(db.engine)
    return {
        name: sorted(one["name"] for one in found.get_columns(name))
        for name in found.get_table_names()
        if not name.startswith("case_search") and name != "alembic_version"
    }


def look(columns: dict[str, list[str]]) -> list[str]:
    """The revision, and the digest of the rows in these tables and columns."""
    digest = hashlib.sha256()
    with db.engine.connect() as connection:
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        for name, names in sorted(columns.items()):
            rows = connection.execute(select(*map(column, names)).select_from(table(name)))
            digest.update(f"{name}{sorted(map(repr, map(tuple, rows)))}".encode())
    return [str(revision), digest.hexdigest()]


def upgrade() -> float:
    began = time.monotonic()
    flask_migrate.upgrade(directory=MIGRATIONS)
    return time.monotonic() - began


def main() -> int:
    url, folder, kills, seed = sys.argv[1:]
    chance = random.Random(int(seed))
    app = make_app(url, Path(folder))  # which connects to nothing before it is asked

    def downgrade() -> None:
        flask_migrate.downgrade(directory=MIGRATIONS, revision=BEFORE)

    newest = in_a_child(app, lambda: look({}))[0]
    in_a_child(app, downgrade)
    columns = in_a_child(app, columns_now)
    print(json.dumps(in_a_child(app, lambda: look(columns))), flush=True)
    took = in_a_child(app, upgrade)
    in_a_child(app, downgrade)
    for _ in range(int(kills)):
        in_a_child(app, upgrade, kill_after=chance.uniform(0, took))
        told = in_a_child(app, lambda: look(columns))
        print(json.dumps(told), flush=True)
        if told[0] == newest:
            in_a_child(app, downgrade)
    in_a_child(app, upgrade)
    print(json.dumps(in_a_child(app, lambda: look(columns))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
