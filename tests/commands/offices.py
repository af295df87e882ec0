"""Several offices for one test: what went one way and what went another are compared."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from caseflow.extensions import db
from tests.builders import build_template, make_app
from tests.postgres import Server


class Offices:
    """Fresh offices on one engine, as many as a test compares."""

    def __init__(self, request: pytest.FixtureRequest, engine: str, folder: Path) -> None:
        self._request = request
        self._engine = engine
        self._folder = folder
        self._count = 0

    @contextmanager
    def database(self) -> Iterator[tuple[str, Path]]:
        """The address of a migrated database with packs and people, and its folder."""
        self._count += 1
        folder = self._folder / f"office-{self._count}"
        folder.mkdir()
        if self._engine == "sqlite":
            template: Path = self._request.getfixturevalue("sqlite_template")
            shutil.copyfile(template, folder / "caseflow.sqlite3")
            yield f"sqlite:///{folder / 'caseflow.sqlite3'}", folder
            return
        server: Server = self._request.getfixturevalue("postgres")
        url = server.copy_of("office", lambda made: build_template(made, folder))
        yield url, folder
        server.drop(url)

    @contextmanager
    def open(self, url: str, folder: Path) -> Iterator[None]:
        app = make_app(url, folder)
        with app.app_context():
            yield
            db.session.remove()
            db.engine.dispose()
