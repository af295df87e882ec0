"""The benchmark measures what it says: a run at tiny size on each engine. No time is judged."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select

from bench import __main__ as bench
from bench import prove, readme
from bench.browser import Inside, cookie_for
from bench.databases import Databases, Postgresql, Sqlite, bare_address
from bench.figures import Figure, quantile, table
from bench.http_figures import Sizes, record, sign_in
from bench.office import fill, prepare
from bench.pages import ROWS, Row, World, WrongPage, world_of
from bench.people import LARGEST, SHARES
from bench.replay import counts, replay
from bench.settings import Installation
from caseflow.domain.vocabulary import LIVE_STATES, OPEN_TURN_STATES
from caseflow.extensions import db
from caseflow.models import AccessRecord, Area, Case, Event, Turn
from tests.postgres import Server

CASES = 200
NOW = dt.datetime(2026, 11, 24, 16, 0, tzinfo=dt.UTC)
TINY = Sizes(timed=2, warm=1, recorded=3, per_worker=4)


@pytest.fixture(scope="module")
def postgres_databases(postgres: Server, tmp_path_factory: Any) -> Iterator[Databases]:
    folder = tmp_path_factory.mktemp("bench-postgresql")
    with Postgresql(folder / "kept", folder, postgres) as databases:
        databases.office(CASES, NOW.date(), lambda url: build(url, folder / "building"))
        yield databases


@pytest.fixture(scope="module")
def sqlite_databases(tmp_path_factory: Any) -> Iterator[Databases]:
    folder = tmp_path_factory.mktemp("bench-sqlite")
    with Sqlite(folder / "kept", folder) as databases:
        databases.office(CASES, NOW.date(), lambda url: build(url, folder / "building"))
        yield databases


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Databases:
    """A tiny office on each engine, built once."""
    made: Databases = request.getfixturevalue(
        {"sqlite": "sqlite_databases", "postgresql": "postgres_databases"}[request.param]
    )
    return made


@pytest.fixture
def office(databases: Databases, tmp_path: Path) -> Iterator[tuple[str, Flask]]:
    """The address of a copy, and the program over it."""
    url = databases.copy()
    app = Installation(url, tmp_path).app()
    yield url, app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)


def build(url: str, folder: Path) -> None:
    app = Installation(url, folder).app()
    prepare(app, NOW)
    fill(app, CASES, NOW)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def ask_for(key: str, app: Flask, url: str) -> tuple[Row, str, World]:
    row = next(row for row in ROWS if row.key == key)
    return row, cookie_for(app, sign_in(app, row.login)), world_of(app, NOW.date())


def rows_of(url: str, table_name: str) -> int:
    connection: Any
    if url.startswith("sqlite:"):
        connection = sqlite3.connect(bare_address(url))
    else:
        connection = psycopg.connect(bare_address(url))
    with closing(connection):
        found = connection.execute(f'SELECT count(*) FROM "{table_name}"').fetchone()
    return int(found[0])


def test_a_quarter_of_the_office_is_open_and_a_fifth_of_that_lies_with_the_largest_area(
    office: tuple[str, Flask],
) -> None:
    _, app = office
    with app.app_context():
        live = db.session.scalar(
            select(func.count()).where(Case.state.in_([state.value for state in LIVE_STATES]))
        )
        by_area = {
            row[0]: row[1]
            for row in db.session.execute(
                select(Area.code, func.count())
                .join(Turn, Turn.area_id == Area.id)
                .where(Turn.state.in_([state.value for state in OPEN_TURN_STATES]))
                .group_by(Area.code)
            )
        }
    assert live == CASES // 4
    assert by_area == {code: share * CASES // 4 // 25 for code, share in SHARES.items()}
    assert max(by_area, key=lambda code: by_area[code]) == LARGEST


def test_the_office_has_a_history_written_by_the_rules(office: tuple[str, Flask]) -> None:
    _, app = office
    with app.app_context():
        told = set(db.session.scalars(select(Event.action).distinct()))
    assert {"imported", "route", "accept", "reply", "answer", "close", "became_overdue"} <= told


def test_a_kept_office_is_used_again(sqlite_databases: Databases, tmp_path: Path) -> None:
    def refuse(url: str) -> None:
        raise AssertionError("built again")

    with Sqlite(sqlite_databases.kept, tmp_path) as again:
        assert again.office(CASES, NOW.date(), refuse) == 0.0
        assert rows_of(again.copy(), "case") == CASES


def test_another_day_makes_another_office(sqlite_databases: Databases, tmp_path: Path) -> None:
    built: list[str] = []

    def note(url: str) -> None:
        built.append(url)
        Path(bare_address(url)).touch()

    with Sqlite(tmp_path / "kept", tmp_path) as again:
        again.office(CASES, NOW.date(), note)
        again.office(CASES, NOW.date() + dt.timedelta(days=1), note)
    assert len(built) == 2


@pytest.mark.parametrize(("key", "written"), [("case", "access_record"), ("capture", "event")])
def test_the_floor_writes_what_the_program_wrote(
    databases: Databases, office: tuple[str, Flask], key: str, written: str
) -> None:
    url, app = office
    floor = databases.copy()
    row, cookie, world = ask_for(key, app, url)
    requests = record(app, cookie, row, world, TINY)
    assert len(requests) == TINY.recorded
    assert all(sum(map(counts, request)) > 5 for request in requests)
    before = rows_of(floor, written)
    assert len(replay(floor, requests)) == TINY.recorded
    assert rows_of(floor, written) > before
    if written == "event":  # the session of the office is not in the floor
        assert rows_of(floor, written) == rows_of(url, written)
        assert rows_of(floor, "case") == CASES + TINY.recorded
        assert rows_of(floor, "case_search") == CASES + TINY.recorded
    databases.drop(floor)


def test_the_page_of_nobody_is_not_timed(office: tuple[str, Flask]) -> None:
    url, app = office
    row, _, world = ask_for("case", app, url)
    stranger = Inside(app, "")
    request = row.ask(stranger, world)
    with pytest.raises(WrongPage):
        request.check(request.send(stranger))


def test_reading_a_case_leaves_its_record(office: tuple[str, Flask]) -> None:
    url, app = office
    row, cookie, world = ask_for("case", app, url)
    browser = Inside(app, cookie)
    request = row.ask(browser, world)
    request.check(request.send(browser))
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(AccessRecord)) == 1


def test_the_whole_harness_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "QUICK", TINY)
    assert bench.main(
        ["--engine", "sqlite", "--quick", "--cases", "2400", "--kept", str(tmp_path / "kept"),
         "--json", str(tmp_path / "found")]
    ) == 0  # fmt: skip
    kept = json.loads((tmp_path / "found" / "results-sqlite.json").read_text())
    found: Mapping[str, Any] = {figure["key"]: figure for figure in kept["figures"]}
    assert found.keys() >= {row.key for row in ROWS} | {
        "tick", "worker_pss", "import_rate", "redate", "redate_preview", "million"
    }  # fmt: skip
    assert {key: one["why"] for key, one in found.items() if one["p50"] is None} == {}
    assert found["case"]["p95"] >= found["case"]["p50"] > found["case"]["plain"] > 0
    assert found["case"]["worked"] > 0
    assert found["tick"]["p50"] > 0
    assert "case page" in capsys.readouterr().out


# ── The table and the proof ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([5.0], 0.5, 5.0),
        ([4.0, 1.0, 3.0, 2.0], 0.5, 2.0),
        (list(map(float, range(1, 101))), 0.95, 95.0),
        (list(map(float, range(1, 201))), 0.95, 190.0),
        ([1.0, 2.0], 1.0, 2.0),
    ],
)
def test_quantiles_are_values_that_occurred(
    values: list[float], share: float, expected: float
) -> None:
    assert quantile(values, share) == expected


def figure(**values: Any) -> Figure:
    return Figure("sqlite", "case", "case page", "ms", **values)


@pytest.mark.parametrize(
    ("given", "holds"),
    [
        (figure(p50=10, p95=20, limit=12, limit95=25), True),
        (figure(p50=13, p95=20, limit=12, limit95=25), False),
        (figure(p50=10, p95=26, limit=12, limit95=25), False),
        (figure(p50=3_100, limit=3_000, most=False), True),
        (figure(p50=2_900, limit=3_000, most=False), False),
        (figure(why="not there yet"), None),
    ],
)
def test_a_figure_knows_whether_it_holds(given: Figure, holds: bool | None) -> None:
    assert given.holds is holds


def test_the_table_says_what_is_missed_and_what_is_missing() -> None:
    shown = table([figure(p50=13.0, p95=20.0, limit=12.0), figure(why="not there yet")])
    assert "missed" in shown
    assert "not there yet" in shown
    assert len({line.count("|") for line in shown.splitlines()}) == 1


def test_the_readme_takes_the_table_of_each_engine(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(readme.README.read_text(encoding="utf-8"), encoding="utf-8")
    machine = dict.fromkeys(
        ("cores", "processor", "memory_gib", "system", "python", "date", "commit", "load"), "?"
    )
    for engine in ("sqlite", "postgresql"):
        readme.put(engine, machine, {"engine": engine}, [figure(p50=7.5)], path)
        readme.put(engine, machine, {"engine": engine}, [figure(p50=8.5)], path)
    text = path.read_text(encoding="utf-8")
    assert text.count("8.5 ms") == 2
    assert "7.5 ms" not in text


def line(key: str, commit: str, verdict: str = "holds") -> prove.Line:
    return prove.Line(key, key.title(), "1", "1", verdict, "pytest", "2026-11-24", commit)


@pytest.mark.parametrize(
    ("lines", "head", "done"),
    [
        ([line("clock", "abc1234")], "abc1234", True),
        ([line("clock", "abc1234")], "def5678", False),
        ([line("clock", "abc1234+")], "abc1234+", False),
        ([], "abc1234", False),
    ],
)
def test_a_proof_goes_on_only_at_the_commit_it_began_with(
    lines: list[prove.Line], head: str, done: bool
) -> None:
    assert prove.is_done(lines, head) is done


def test_the_state_of_a_proof_survives_and_makes_the_document(tmp_path: Path) -> None:
    state = {"web": [line("web", "abc1234", "missed")], "clock": [line("clock", "abc1234")]}
    prove.write_state(tmp_path / "prove.json", state)
    read = prove.read_state(tmp_path / "prove.json")
    assert read == state
    shown = [row for row in prove.proof(read).splitlines() if "abc1234" in row]
    assert [row.split(" | ")[0] for row in shown] == ["| Clock", "| Web"]


def test_what_is_proved_has_each_a_name_of_its_own() -> None:
    keys = [row.key for row in prove.ROWS]
    assert len(set(keys)) == len(keys)


def guards() -> list[prove.Guard]:
    return [row for row in prove.ROWS if isinstance(row, prove.Guard)]


def test_the_paths_of_the_guards_hold_tests() -> None:
    root = Path(__file__).resolve().parent.parent
    named = [path for row in guards() for path in (*row.paths, *row.without)]
    assert [path for path in named if not (root / path).exists()] == []


def test_every_folder_of_tests_is_proved_by_some_guard() -> None:
    root = Path(__file__).resolve().parent
    folders = {f"tests/{path.parent.name}" for path in root.glob("*/test_*.py")}
    assert folders - {path for row in guards() for path in row.paths} == set()


def test_what_one_guard_leaves_out_another_proves() -> None:
    proved = {path for row in guards() for path in row.paths}
    left = {path for row in guards() if not row.zone for path in row.without}
    assert left - proved == {"tests/domain/test_zones.py"}  # the rows of the zones do it all


@pytest.mark.parametrize("size", sorted(prove.SIZES))
def test_every_size_of_the_proof_is_read_by_some_test(size: str) -> None:
    root = Path(__file__).resolve().parent
    asked = f'environ.get("{size}"'
    assert [path for path in root.rglob("*.py") if asked in path.read_text(encoding="utf-8")]
