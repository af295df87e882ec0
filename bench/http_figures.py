"""The figures over HTTP: pages with their floor in plain SQL, and what a worker weighs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import select

from bench.browser import Inside, Wire, cookie_for
from bench.databases import Databases
from bench.figures import Figure, quantile
from bench.pages import ROWS, Row, World, WrongPage, world_of
from bench.people import address
from bench.processes import MIB, proportional, worked
from bench.replay import Recorder, Sent, counts, replay
from bench.server import HOST, WORKERS, Gunicorn
from bench.settings import Installation
from caseflow.commands.people import open_session
from caseflow.commands.work import begin_work
from caseflow.domain.instants import local_date
from caseflow.domain.people import SYSTEM
from caseflow.extensions import db
from caseflow.models import User

#: A worker's memory is looked at when it has answered about so many.
PER_WORKER = 5_000
HEAVIEST = 180 * MIB
#: Requests on one connection before the next is opened, which another worker may take.
PER_CONNECTION = 25

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How often each page is asked for."""

    timed: int = 200
    warm: int = 20
    recorded: int = 30
    per_worker: int = PER_WORKER


@dataclass
class Measured:
    """What one row gave."""

    seconds: list[float] = field(default_factory=list)
    #: of the workers on a processor
    worked: list[float] = field(default_factory=list)
    requests: list[list[Sent]] = field(default_factory=list)
    #: what came instead of the page; then there is no figure
    wrong: str = ""


@contextmanager
def astray(found: Measured, row: Row, say: Say) -> Iterator[None]:
    """A page that goes wrong costs its own figure and no other's."""
    try:
        yield
    except WrongPage as wrong:
        found.wrong = f"wrong page: {str(wrong)[:160]}"
        say(f"{row.key}: {wrong}")


def page_figures(
    databases: Databases,
    folder_of: Callable[[str], Installation],
    now: dt.datetime,
    sizes: Sizes,
    say: Say,
    only: Sequence[str] = (),
) -> list[Figure]:
    """Measure every page that is there on a copy of the office, and its floor on another copy."""
    served, floor = databases.copy(), databases.copy()
    installation = folder_of(served)
    app = installation.app()
    rows = [row for row in ROWS if not only or row.key in only]
    here = [row for row in rows if set(row.endpoints) <= app.view_functions.keys()]
    cookies = {row.login: cookie_for(app, sign_in(app, row.login)) for row in here}
    world = world_of(app, local_date(now))
    measured = {row.key: Measured() for row in here}
    for row in here:
        with astray(measured[row.key], row, say):
            measured[row.key].requests = record(app, cookies[row.login], row, world, sizes)
            say(f"recorded {row.key}")
    with app.app_context():
        db.engine.dispose()
    heaviest, asked = 0, 0
    with Gunicorn(installation) as server:
        right = [row for row in here if not measured[row.key].wrong]
        for row in right:
            browser = Wire(HOST, server.port, cookies[row.login])
            with astray(measured[row.key], row, say):
                asked += time_row(browser, row, world, sizes, server.workers(), measured[row.key])
                say(f"timed {row.key}")
            browser.reconnect()
        if not only:
            asked += keep_asking(server.port, cookies, right, world, sizes, asked)
            heaviest = max(map(proportional, server.workers()))
    figures = []
    for row in rows:
        if row.key not in measured:
            figures.append(Figure(databases.name, row.key, row.label, "ms", why="not there yet"))
            continue
        found = measured[row.key]
        if found.wrong:
            figures.append(Figure(databases.name, row.key, row.label, "ms", why=found.wrong))
            continue
        plain = replay(floor, found.requests)[_warm(row, sizes.warm // 4) :]
        figures.append(_figure(databases, row, found, plain))
        say(f"replayed {row.key}")
    if heaviest:
        figures.append(
            Figure(
                databases.name,
                "worker_pss",
                "a worker's PSS",
                "MiB",
                p50=heaviest / MIB,
                limit=HEAVIEST / MIB,
                n=asked,
                note=f"the heavier of {WORKERS}, after {asked:,} requests to both",
            )
        )
    databases.drop(served)
    databases.drop(floor)
    return figures


def sign_in(app: Flask, login: str) -> str:
    """A real server-side session of a person; returns its token."""
    with app.app_context():
        found = db.session.scalars(select(User.id).where(User.email == address(login))).one()
        db.session.remove()
        with begin_work(SYSTEM) as work:
            return open_session(work, found)


def record(app: Flask, cookie: str, row: Row, world: World, sizes: Sizes) -> list[list[Sent]]:
    """Ask within this process and keep what reached the driver."""
    with app.app_context():
        engine = db.engine
    browser = Inside(app, cookie)
    kept = []
    with Recorder(engine) as recorder:
        for _ in range(max(min(3, sizes.recorded), round(sizes.recorded * max(row.share, 0.2)))):
            request = row.ask(browser, world)
            with recorder.request() as sent:
                answer = request.send(browser)
            request.check(answer)
            kept.append(sent)
    return kept


def time_row(
    browser: Wire, row: Row, world: World, sizes: Sizes, workers: Sequence[int], into: Measured
) -> int:
    """Ask over HTTP and note what each request took; returns how many there were."""
    warm = _warm(row, sizes.warm)
    timed = max(min(5, sizes.timed), round(sizes.timed * row.share))
    for number in range(warm + timed):
        request = row.ask(browser, world)
        before = worked(workers)
        answer = request.send(browser)
        after = worked(workers)
        request.check(answer)
        if number >= warm:
            into.seconds.append(answer.seconds)
            into.worked.append(after - before)
    return warm + timed


def keep_asking(
    port: int,
    cookies: dict[str, str],
    rows: Sequence[Row],
    world: World,
    sizes: Sizes,
    asked: int,
) -> int:
    """Read pages, a new connection now and then, until each worker has answered its share."""
    reading = [row for row in rows if row.key in _READ]
    sent = 0
    while reading and asked + sent < sizes.per_worker * WORKERS:
        row = reading[(sent // PER_CONNECTION) % len(reading)]
        browser = Wire(HOST, port, cookies[row.login])
        for _ in range(PER_CONNECTION):
            row.ask(browser, world).send(browser)
        browser.reconnect()
        sent += PER_CONNECTION
    return sent


_READ = frozenset({"inbox_head", "inbox_all", "case", "search", "board"})


def _warm(row: Row, warm: int) -> int:
    return max(1, round(warm * max(row.share, 0.1)))


def _figure(databases: Databases, row: Row, found: Measured, plain: Sequence[float]) -> Figure:
    statements = [sum(map(counts, request)) for request in found.requests]
    return Figure(
        databases.name,
        row.key,
        row.label,
        "ms",
        p50=quantile(found.seconds, 0.5) * 1000,
        p95=quantile(found.seconds, 0.95) * 1000,
        limit=row.p50 * databases.patience,
        limit95=row.p95 * databases.patience if row.p95 is not None else None,
        worked=quantile(found.worked, 0.5) * 1000,
        plain=quantile(plain, 0.5) * 1000,
        statements=round(quantile(statements, 0.5)),
        n=len(found.seconds),
    )
