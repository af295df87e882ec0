"""What is asked for, as whom, and how fast it must answer: one row for each figure over HTTP.

A row's ``ask`` does what a person does before (open the form, read its hidden fields), untimed, and
returns the one request that is timed. Requests differ from one another: other cases, other words,
other places in the list, so that nothing is answered twice from the same page in memory.
"""

from __future__ import annotations

import datetime as dt
import html
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from bench.browser import Answer, Browser, Form
from bench.people import CLERK, LARGEST, SUPERVISOR, head_of
from caseflow.domain.vocabulary import OPEN_TURN_STATES
from caseflow.extensions import db
from caseflow.models import Area, Case, Turn

SEED = 20261124
AT_ONCE = 50
#: Words of the requests, of subjects and of streets: some name every tenth case, some few.
WORDS = ("luminaria", "bache", "árbol", "basura", "fuga", "coladera", "ruido", "vehículo")
_NEXT = re.compile(r'rel="next" href="([^"]+)"')


@dataclass
class World:
    """What the measured office holds: refs of cases, and open turns to be moved about."""

    refs: list[str]
    #: ref, case id, number of open turns of the areas that the supervisor moves them from
    turns: list[tuple[str, int, int]]
    areas: Mapping[str, int]
    month: str
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    #: where the walk through a list got to, by login
    next_page: dict[str, str] = field(default_factory=dict)

    def ref(self) -> str:
        return self.chance.choice(self.refs)

    def take_turns(self, n: int) -> list[tuple[str, int, int]]:
        """Open turns that nobody took yet."""
        if len(self.turns) < n:
            raise LookupError("the office is too small for so many reassignments")
        taken, self.turns = self.turns[:n], self.turns[n:]
        return taken


def world_of(app: Flask, today: dt.date) -> World:
    """Read what there is to ask for."""
    chance = random.Random(SEED)
    with app.app_context():
        areas = {row.code: row.id for row in db.session.execute(select(Area.code, Area.id))}
        refs = list(db.session.scalars(select(Case.ref).order_by(Case.id)))
        turns = [
            (row.ref, row.case_id, row.number)
            for row in db.session.execute(
                select(Case.ref, Turn.case_id, Turn.number)
                .join(Case, Case.id == Turn.case_id)
                .where(
                    Turn.state.in_([state.value for state in OPEN_TURN_STATES]),
                    Turn.waiting.is_(False),
                    Turn.area_id.not_in([areas[LARGEST], areas["JUD-AMC"]]),
                )
                .order_by(Turn.case_id)
            )
        ]
        db.session.remove()
    chance.shuffle(turns)
    last_month = today.replace(day=1) - dt.timedelta(days=1)
    return World(chance.sample(refs, min(len(refs), 5_000)), turns, areas, f"{last_month:%Y-%m}")


@dataclass(frozen=True, slots=True)
class Request:
    """One request, and how its answer is known to be the right page and not an error."""

    path: str
    form: Form | None = None
    status: int = 200
    #: a word that the page must hold
    holds: str = ""

    def send(self, browser: Browser) -> Answer:
        if self.form is None:
            return browser.get(self.path)
        return browser.post(self.path, self.form)

    def check(self, answer: Answer) -> None:
        """Raise ``WrongPage`` where something else was timed than was meant."""
        if answer.status != self.status:
            raise WrongPage(f"{self.path[:80]} answered {answer.status}: {answer.said}")
        if self.holds and self.holds not in answer.text:
            raise WrongPage(f"{self.path[:80]} does not hold {self.holds!r}: {answer.said}")


class WrongPage(RuntimeError):
    """The program answered with something else than the page that is measured."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. Limits in milliseconds for PostgreSQL; SQLite may take twice as long."""

    key: str
    label: str
    login: str
    #: without these the page is not there yet
    endpoints: tuple[str, ...]
    ask: Callable[[Browser, World], Request]
    p50: float
    p95: float | None = None
    #: how many are timed, of the ordinary number
    share: float = 1.0


def _inbox(browser: Browser, world: World) -> Request:
    return Request("/bandeja", holds="data-row")


def _next_page(browser: Browser, world: World) -> Request:
    """Further and further down the list; from the top again after its end."""
    path = world.next_page.get(LARGEST) or _link(_open(browser, "/bandeja"))
    world.next_page[LARGEST] = _link(_open(browser, path))
    return Request(path, holds="data-row")


def _open(browser: Browser, path: str) -> Answer:
    """A page that a person opens before, untimed."""
    page = browser.get(path)
    Request(path).check(page)
    return page


def _link(page: Answer) -> str:
    found = _NEXT.search(page.text)
    return html.unescape(found[1]) if found else ""


def _case(browser: Browser, world: World) -> Request:
    ref = world.ref()
    return Request(f"/casos/{ref}", holds=ref)


def _capture(browser: Browser, world: World) -> Request:
    form = _open(browser, "/casos/nuevo")
    number = world.chance.randrange(10_000)
    return Request(
        "/casos/nuevo",
        {
            "source": "CESAC",
            "kind": "service",
            "channel": "counter",
            "subject": "LUMINARIA (ALUMBRADO PÚBLICO)",
            "description": "La luminaria frente al domicilio está apagada desde hace una semana.",
            "filed_on": form.hidden("filed_on"),
            "filed_time": form.hidden("filed_time"),
            "name": f"Persona Inventada {number}",
            "phone": f"55 0000 {number:04}",
            "street": f"Sur 8 {number}",
            "colonia": "Agrícola Oriental",
            "postal_code": "08500",
            "territory_code": "",
            "route": "y",
            "nonce": form.hidden("nonce"),
        },
        holds="CESAC-",
    )


def _reassign(browser: Browser, world: World) -> Request:
    ((ref, _, number),) = world.take_turns(1)
    path = f"/casos/{ref}/turnos/{number}/acciones/reassign"
    form = _open(browser, path)
    return Request(
        path,
        {
            "version": form.hidden("version"),
            "area": str(world.areas["JUD-AMC"]),
            "reason": "Carga de trabajo del área.",
        },
        status=303,
    )


def _bulk(browser: Browser, world: World) -> Request:
    marked = [f"{case_id}.{number}" for _, case_id, number in world.take_turns(AT_ONCE)]
    path = "/turnos/acciones/reassign"
    form = _open(browser, f"{path}?{urlencode({'marked': marked}, doseq=True)}")
    return Request(
        path,
        {
            "acto-nonce": form.hidden("acto-nonce"),
            "acto-expected": form.hidden("acto-expected"),
            "marked": marked,
            "acto-area": str(world.areas["JUD-AMC"]),
            "acto-reason": "Carga de trabajo del área.",
        },
        holds=f"{AT_ONCE} turnos",
    )


def _search(browser: Browser, world: World) -> Request:
    return Request(f"/buscar?{urlencode({'q': world.chance.choice(WORDS)})}", holds="/casos/")


def _board(browser: Browser, world: World) -> Request:
    return Request("/tablero", holds="Servicios Urbanos")


def _report(kind: str) -> Callable[[Browser, World], Request]:
    return lambda browser, world: Request(f"/reportes/vencidos/{world.month}.{kind}")


ROWS: tuple[Row, ...] = (
    Row("inbox_head", "inbox with its counters, head of the largest area", head_of(LARGEST),
        ("inbox.show",), _inbox, 15, 30),
    Row("inbox_all", "inbox with its counters, supervisor over all", SUPERVISOR,
        ("inbox.show",), _inbox, 15, 30),
    Row("inbox_next", "its next page, and the next, head", head_of(LARGEST),
        ("inbox.show",), _next_page, 15, 30),
    Row("case", "case page", SUPERVISOR, ("cases.show",), _case, 12, 25),
    Row("capture", "capture of a case", CLERK, ("capture.take",), _capture, 20, 40),
    Row("reassign", "one reassignment", SUPERVISOR, ("cases.take_turn",), _reassign, 20, 40),
    Row("bulk", "fifty reassigned in bulk", SUPERVISOR, ("bulk.take",), _bulk, 150, None, 0.15),
    Row("search", "one Spanish word searched", SUPERVISOR, ("search.show",), _search, 30, 60),
    Row("board", "board over all areas", SUPERVISOR, ("board.show",), _board, 40, 80),
    Row("report_csv", "month's report as CSV", SUPERVISOR, ("reports.index",), _report("csv"),
        300, None, 0.05),
    Row("report_xlsx", "month's report as XLSX", SUPERVISOR, ("reports.index",), _report("xlsx"),
        3_000, None, 0.05),
)  # fmt: skip
