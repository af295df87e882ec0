"""What all tests share: reference data, engines, browser, the program itself."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask

from caseflow.extensions import db
from tests.builders import Office, build_template, make_app
from tests.no_skips import REFERENCE_DATA_ABSENT
from tests.postgres import PostgresMissing, Server, server
from tools.provision import chromium

pytest_plugins = ("pytester", "tests.no_skips")

ROOT = Path(__file__).resolve().parent.parent

# ── How much ─────────────────────────────────────────────────────────────────────────────────────

hypothesis.settings.register_profile(
    "caseflow",
    max_examples=int(os.environ.get("CASEFLOW_EXAMPLES", "500")),
    deadline=None,  # shared machines are slow at times; speed is measured by the benchmark
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("caseflow")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by themselves the tests that need PostgreSQL or a browser."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        callspec = getattr(item, "callspec", None)
        chosen = list(callspec.params.values()) if callspec else []
        if "postgres" in names or any(value == "postgresql" for value in chosen):
            item.add_marker("postgresql")
        if "browser" in names or ROOT / "tests" / "e2e" in item.path.parents:
            item.add_marker("e2e")


# ── Reference data ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of reference data beside the repository; without it the test is left out."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(REFERENCE_DATA_ABSENT)
    return folder


# ── Engines ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server of this test process, or the one that ``TEST_DATABASE_URL`` names."""
    try:
        running = server()
    except PostgresMissing as missing:
        if os.environ.get("ALLOW_SKIP") != "1":
            raise
        pytest.skip(str(missing))
    yield running
    running.close()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of a database file that is not there yet."""
    return f"sqlite:///{tmp_path / 'caseflow.sqlite3'}"


@pytest.fixture
def postgres_url(postgres: Server) -> Iterator[str]:
    """The address of an empty database; it is dropped after the test."""
    url = postgres.create()
    yield url
    postgres.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database, once on each engine: a test that takes it runs twice."""
    fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(fixture)
    return url


# ── Browser ──────────────────────────────────────────────────────────────────────────────────────

QUIET = (
    "--no-sandbox",  # as root there is none; the tests open our own pages only
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium of this machine, without its chatter to the outside."""
    found = chromium()
    if found is None:
        message = "no Chromium here: python -m tools.provision chromium"
        pytest.skip(message) if os.environ.get("ALLOW_SKIP") == "1" else pytest.fail(message)
    return {**browser_type_launch_args, "executable_path": str(found), "args": list(QUIET)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A desk in the borough: its language, its time, its usual screen."""
    return {
        **browser_context_args,
        "locale": "es-MX",
        "timezone_id": "America/Mexico_City",
        "viewport": {"width": 1366, "height": 768},
    }


# ── The program ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database with packs and people: copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    build_template(f"sqlite:///{folder / 'template.sqlite3'}", folder)
    return folder / "template.sqlite3"


@pytest.fixture
def sqlite_app(sqlite_template: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application over a fresh copy on SQLite."""
    copied = tmp_path / "caseflow.sqlite3"
    shutil.copyfile(sqlite_template, copied)
    app = make_app(f"sqlite:///{copied}", tmp_path)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def postgres_app(postgres: Server, tmp_path: Path) -> Iterator[Flask]:
    """The application over a fresh copy on PostgreSQL."""
    url = postgres.copy_of("office", lambda made: build_template(made, tmp_path))
    app = make_app(url, tmp_path)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    postgres.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest) -> Flask:
    """The application with packs and people, once on each engine; its context is pushed."""
    fixture = {"sqlite": "sqlite_app", "postgresql": "postgres_app"}[request.param]
    made: Flask = request.getfixturevalue(fixture)
    return made


@pytest.fixture
def office(app: Flask) -> Office:
    """The people, areas and verbs of the test office, over ``app``."""
    return Office(app)


@pytest.fixture
def sqlite_office(sqlite_app: Flask) -> Office:
    """The same on SQLite alone, for what does not depend on the engine."""
    return Office(sqlite_app)
