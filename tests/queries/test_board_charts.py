"""The charts of the board: counted again case by case, and never beyond the subtree."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from caseflow.commands.work import begin_work
from caseflow.domain.people import SYSTEM
from caseflow.domain.vocabulary import LIVE_STATES, WAITING_STATES, CaseState
from caseflow.extensions import db
from caseflow.models import Assignment, Case
from caseflow.queries.board_charts import WEEKS, Charts, Week, Where, charts
from caseflow.queries.report_figures import AGE_BANDS
from caseflow.queries.scope import visible
from tests.builders import NOW, TODAY, Office
from tests.queries.scenes import day, requested, routed, statements

DAYS = dt.timedelta(days=1)
FIRST = TODAY - dt.timedelta(days=TODAY.weekday(), weeks=WEEKS - 1)


def fill(office: Office) -> None:
    """Cases of many ages; some answered, one referred, one of another subtree, one at no desk."""
    for ago in (0, 3, 9, 20, 45, 70, 130):
        routed(office, "JUD-AMC", ago=ago)
    answered = routed(office, "JUD-BAR", ago=16)
    office.turn("supervision", answered, 1, "accept", on_behalf="instruction")
    office.turn("supervision", answered, 1, "reply", text="Se atendió", on_behalf="instruction")
    office.act(
        "supervision", answered, "answer",
        outcome="attended", text="Se atendió", channel="counter", notified_on=TODAY - DAYS,
    )  # fmt: skip
    referred = office.capture(filed_on=TODAY - 5 * DAYS).case.ref
    office.act(
        "supervision", referred, "refer",
        authority="SACMEX", reason="No es de la alcaldía", notified_on=TODAY,
    )  # fmt: skip
    requested(office, "092074526000418", "DGSU", filed_on=TODAY - 12 * DAYS)
    office.capture(filed_on=TODAY - 33 * DAYS)


def by_hand(office: Office, refs: set[str]) -> Charts:
    """The same figures, one case after the other."""
    came: dict[dt.date, int] = {}
    left: dict[dt.date, int] = {}
    ages = [[0, 0] for _ in AGE_BANDS]
    calendar = day().calendar

    def week(on: dt.date) -> dt.date:
        return on - dt.timedelta(days=on.weekday())

    for case in db.session.scalars(select(Case).where(Case.ref.in_(refs))):
        came[week(case.received_on)] = came.get(week(case.received_on), 0) + 1
        out = case.answered_on or case.closed_on
        if out is not None:
            left[week(out)] = left.get(week(out), 0) + 1
        if CaseState(case.state) not in LIVE_STATES:
            continue
        old = calendar.between(case.received_on, TODAY)
        band = next(at for at, (_, last) in enumerate(AGE_BANDS) if last is None or old <= last)
        late = (
            CaseState(case.state) not in WAITING_STATES
            and case.due_on is not None
            and case.due_on < TODAY
        )
        ages[band][late] += 1
    mondays = [FIRST + dt.timedelta(weeks=n) for n in range(WEEKS)]
    assert sum(came.values()) == len(refs)
    return Charts(
        tuple(Week(on, came.get(on, 0), left.get(on, 0)) for on in mondays),
        tuple((good, late) for good, late in ages),
        {},
    )


def refs_of(office: Office, login: str) -> set[str]:
    """All cases that the person may read: for supervision the same as what the charts count."""
    statement = select(Case.ref).where(visible(office.actor(login)))
    return set(db.session.scalars(statement))


@pytest.mark.parametrize("login", ["supervision", "direccion", "unidad"])
def test_the_charts_are_what_one_counts_by_hand(office: Office, login: str) -> None:
    fill(office)
    found = charts(db.session(), office.actor(login), day())
    expected = by_hand(office, refs_of(office, login))
    assert found.weeks == expected.weeks
    assert found.ages == expected.ages
    assert found.open == sum(map(sum, expected.ages))


def test_who_supervises_another_subtree_counts_none_of_this(office: Office) -> None:
    """A stranger's charts are empty; a colleague's hold the requests alone."""
    routed(office, "JUD-AMC")
    requested(office, "092074526000418", "JUD-AMC")
    assert charts(db.session(), office.actor("unidad"), day()).open == 1
    assert charts(db.session(), office.actor("direccion"), day()).open == 2
    with begin_work(SYSTEM, NOW) as work:
        work.session.add(
            Assignment(
                user_id=office.user_id("ajena"), area_id=office.area("DGDS"),
                role="supervisor", valid_from=dt.date(2026, 1, 1),
            )
        )  # fmt: skip
    stranger = charts(db.session(), office.actor("ajena"), day())
    assert (stranger.open, sum(week.came for week in stranger.weeks)) == (0, 0)


def test_a_case_with_two_turns_counts_once(office: Office) -> None:
    routed(office, "JUD-AMC", "JUD-BAR")
    assert charts(db.session(), office.actor("supervision"), day()).open == 1


def test_what_is_open_is_counted_where_it_is(office: Office) -> None:
    for ago, code in ((2, "06-002"), (150, "06-002"), (3, "06-004")):
        routed(office, "JUD-AMC", ago=ago, territory_code=code)
    routed(office, "JUD-AMC")
    found = charts(db.session(), office.actor("supervision"), day())
    assert found.places == {"06-002": Where(2, 1), "06-004": Where(1, 0)}
    assert found.open == 4


def test_the_charts_cost_two_statements(office: Office) -> None:
    person, asked = office.actor("supervision"), day()
    few = statements(lambda: charts(db.session(), person, asked))
    fill(office)
    assert statements(lambda: charts(db.session(), person, asked)) == few == 2
