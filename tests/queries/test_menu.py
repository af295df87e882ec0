"""What stands beside the menu: each figure is the length of its list, and stops in time."""

from __future__ import annotations

import datetime as dt

import pytest

from caseflow.commands.work import begin_work
from caseflow.domain.people import SYSTEM
from caseflow.domain.vocabulary import Semaphore, Source
from caseflow.extensions import db
from caseflow.models import Mail
from caseflow.queries.desks import CaseList
from caseflow.queries.inbox import TurnList, works_with_turns
from caseflow.queries.lists import CAP, Filters
from caseflow.queries.menu import DESK, INBOX, MINE, QUARANTINE, UNREAD, Menu, menu
from tests.builders import NOW, TODAY, Office
from tests.queries.scenes import day, due_on, requested, routed, statements

DAYS = dt.timedelta(days=1)
LOGINS = (
    "ventanilla", "ventanilla2", "personal", "titular", "titular2", "supervision", "direccion",
    "transparencia", "unidad", "ajena",
)  # fmt: skip


def fill(office: Office) -> None:
    """Work of every colour in three areas, on desks and with people."""
    for offset, code in ((-40, "JUD-AMC"), (-8, "JUD-AMC"), (0, "JUD-BAR"), (9, "DGSU")):
        due_on(office, TODAY + DAYS * offset, code)
    mine = routed(office, "JUD-AMC", "JUD-BAR", ago=100)
    office.turn("titular", mine, 1, "assign", person=office.user_id("personal"))
    requested(office, "092074526000418", "DGSU", "JUD-AMC", filed_on=TODAY - 60 * DAYS)
    requested(office, "092074526000419", "DGSU")
    asked = routed(office, "JUD-BAR", ago=90)
    office.act(
        "supervision", asked, "request_clarification", text="¿En qué calle?", notified_on=TODAY
    )
    office.capture(filed_on=TODAY - 80 * DAYS)
    office.request(folio="092074526000420")


def of(office: Office, login: str, sources: frozenset[Source] = frozenset(Source)) -> Menu:
    return menu(db.session(), office.actor(login), TODAY, sources)


@pytest.mark.parametrize("login", LOGINS)
def test_each_figure_is_the_length_of_its_list(office: Office, login: str) -> None:
    fill(office)
    person, found = office.actor(login), of(office, login)

    def both(kind: type[TurnList] | type[CaseList], **more: bool) -> tuple[int, int]:
        late = Filters(light=Semaphore.OVERDUE)
        return (
            len(kind(person, day(), **more).all(db.session(), 1000)),
            len(kind(person, day(), late, **more).all(db.session(), 1000)),
        )

    expected = {}
    if works_with_turns(person):
        expected = {INBOX: both(TurnList), MINE: both(TurnList, mine=True)}
    else:
        expected = {INBOX: both(CaseList)}
    for name, figures in expected.items():
        tally = found.tallies[name]
        assert (tally.count, tally.late) == figures, name
    if DESK in found.tallies:
        tally = found.tallies[DESK]
        assert (tally.count, tally.late) == both(CaseList, desk=True)


def test_the_figures_say_something(office: Office) -> None:
    fill(office)
    assert of(office, "titular").tallies[INBOX].late >= 2
    assert of(office, "personal").tallies[MINE].count == 1
    assert of(office, "unidad").tallies[INBOX].count == 3
    assert of(office, "unidad").tallies[DESK].count == 1
    assert of(office, "ajena").tallies[INBOX].count == 0
    assert of(office, "ventanilla").tallies[INBOX].count > 1


def test_who_has_no_such_list_has_no_such_figure(office: Office) -> None:
    assert MINE not in of(office, "ventanilla").tallies
    assert DESK not in of(office, "titular").tallies
    nothing_to_import = of(office, "titular", frozenset())
    assert QUARANTINE not in nothing_to_import.tallies
    assert set(of(office, "admin", frozenset()).tallies) == {UNREAD}


def test_a_figure_stops_counting_above_its_cap(office: Office) -> None:
    with begin_work(SYSTEM, NOW) as work:
        work.session.add_all(
            Mail(
                message_id=f"<{n}@caseflow.invalid>", recipient="titular@demo.local", subject="x",
                body="x", state="sent", next_try_at=NOW, user_id=office.user_id("titular"),
            )
            for n in range(CAP + 20)
        )  # fmt: skip
    assert of(office, "titular").count(UNREAD) == CAP + 1
    assert of(office, "personal").count(UNREAD) == 0


def test_the_menu_costs_one_statement_however_much_there_is(office: Office) -> None:
    people = [office.actor(login) for login in LOGINS]

    def read() -> None:
        for person in people:
            menu(db.session(), person, TODAY, frozenset(Source))

    few = statements(read)
    fill(office)
    assert statements(read) == few == len(LOGINS)
