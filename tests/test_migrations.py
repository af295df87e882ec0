"""Every migration goes up, down and up again, on both engines; head equals the models."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect, text

from caseflow.extensions import db
from caseflow.models import Base
from tests.builders import ROOT, Office, make_app

MIGRATIONS = str(ROOT / "migrations")


def own_tables() -> set[str]:
    """Tables in the database that the models know of."""
    return set(inspect(db.engine).get_table_names()) & set(Base.metadata.tables)


@pytest.fixture
def empty_app(database_url: str, tmp_path: Path) -> Flask:
    return make_app(database_url, tmp_path)


def test_up_makes_every_table_and_down_leaves_none(empty_app: Flask) -> None:
    with empty_app.app_context():
        flask_migrate.upgrade(directory=MIGRATIONS)
        assert own_tables() == set(Base.metadata.tables)
        flask_migrate.downgrade(directory=MIGRATIONS, revision="base")
        assert own_tables() == set()
        flask_migrate.upgrade(directory=MIGRATIONS)
        assert own_tables() == set(Base.metadata.tables)
        db.engine.dispose()


def test_the_newest_schema_is_what_the_models_say(empty_app: Flask) -> None:
    with empty_app.app_context():
        flask_migrate.upgrade(directory=MIGRATIONS)
        with db.engine.connect() as connection:
            context = MigrationContext.configure(
                connection,
                opts={
                    "compare_type": True,
                    "include_object": lambda thing, name, kind, *rest: (
                        not str(
                            name if kind == "table" else getattr(thing, "table", "")
                        ).startswith("case_search")
                    ),
                },
            )
            assert compare_metadata(context, Base.metadata) == []
        db.engine.dispose()


def test_a_database_with_data_comes_up_again_after_going_down(office: Office) -> None:
    office.capture()
    with office.app.app_context():
        db.session.remove()
        flask_migrate.downgrade(directory=MIGRATIONS, revision="base")
        flask_migrate.upgrade(directory=MIGRATIONS)
        with db.engine.connect() as connection:
            assert connection.execute(text('SELECT count(*) FROM "case"')).scalar() == 0


def test_the_database_itself_refuses_to_change_an_event(office: Office) -> None:
    office.capture()
    with db.engine.connect() as connection, pytest.raises(Exception, match="append-only"):
        connection.execute(text("UPDATE event SET action = 'x'"))
    with db.engine.connect() as connection, pytest.raises(Exception, match="append-only"):
        connection.execute(text("DELETE FROM event"))
