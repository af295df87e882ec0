"""Which terms acts start, move and end; the count itself is tested in ``test_clock``."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from caseflow.domain import deadlines
from caseflow.domain.acts import Act
from caseflow.domain.calendar import Calendar
from caseflow.domain.change import Draft
from caseflow.domain.deadlines import Clockwork, count_of, default_target, extension_limit
from caseflow.domain.facts import CaseFacts, DeadlineFacts
from caseflow.domain.terms import TermTable
from caseflow.domain.vocabulary import Basis, DeadlineState, Kind, Source, Step
from tests.domain.case_cases import SUPERVISOR, TODAY, at, born, calendar, clockwork, law
from tests.domain.clock_cases import INFORMATION, LISTED, SERVICE, term


def draft_of(case: CaseFacts) -> Draft:
    return Draft(case, SUPERVISOR, at(TODAY))


def governing(case: CaseFacts) -> DeadlineFacts:
    found = case.governing()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("kind", "step", "basis", "due_on", "beside"),
    [
        (Kind.SERVICE, Step.SOLVE, Basis.COMMITMENT, dt.date(2027, 1, 5), {Step.ACCEPT}),
        (Kind.INFORMATION, Step.ANSWER, Basis.LEGAL, dt.date(2026, 11, 23), set()),
        (Kind.PERSONAL_DATA, Step.ANSWER, Basis.LEGAL, dt.date(2026, 12, 1), set()),
    ],
)
def test_each_kind_begins_with_its_one_governing_term(
    kind: Kind, step: Step, basis: Basis, due_on: dt.date, beside: set[Step]
) -> None:
    case = born(kind)
    one = governing(case)
    assert (one.step, one.basis, one.due_on) == (step, basis, due_on)
    assert {Step(d.step) for d in case.deadlines.values() if not d.governing} == beside
    assert (case.due_on, case.basis) == (due_on, basis)


def test_a_stored_deadline_counts_again_to_the_same_date() -> None:
    one = governing(born(Kind.INFORMATION))
    assert count_of(clockwork(), one).due_on == one.due_on


def test_a_term_that_the_law_lacks_starts_nothing() -> None:
    draft = draft_of(born(Kind.PERSONAL_DATA))
    assert deadlines.open_term(draft, clockwork(), Step.PAY, TODAY) is None


@pytest.mark.parametrize(
    ("more", "due_on"),
    [
        ({"notice_effect": "same_day"}, dt.date(2026, 11, 24)),
        ({"notice_effect": "next_business_day"}, dt.date(2026, 11, 25)),
        ({"notice_effect": "same_day", "unit": "calendar"}, dt.date(2026, 11, 20)),
    ],
)
def test_a_term_of_the_person_counts_from_when_the_notice_takes_effect(
    more: dict[str, str], due_on: dt.date
) -> None:
    table = TermTable((INFORMATION, term(step="person_answers_clarification", days=10, **more)))
    draft = draft_of(born(Kind.INFORMATION))
    opened = deadlines.open_term(
        draft, Clockwork(calendar(), table, TODAY), Step.PERSON_ANSWERS, TODAY
    )
    assert opened is not None
    assert opened.due_on == due_on


def test_72_hours_run_from_the_instant_and_from_the_end_of_a_day_without_one() -> None:
    case = born(source=Source.SUAC)
    draft = draft_of(case)
    deadlines.open_hours(draft, clockwork(), Step.CITIZEN_CONFIRMS, TODAY, at(TODAY))
    deadlines.open_hours(draft, clockwork(), Step.CITIZEN_CONFIRMS, TODAY, None)
    *_, first, second = draft.case.deadlines.values()
    assert first.expires_at == at(TODAY) + dt.timedelta(hours=72)
    assert second.expires_at == dt.datetime(2026, 11, 14, 6, tzinfo=dt.UTC)


def test_a_met_deadline_is_neither_met_again_nor_ended() -> None:
    draft = draft_of(born())
    one = governing(draft.case)
    deadlines.meet(draft, one, TODAY)
    deadlines.meet(draft, one, TODAY + dt.timedelta(days=1))
    deadlines.end_all(draft)
    assert (one.state, one.met_on) == (DeadlineState.MET, TODAY)


def test_nothing_moves_a_deadline_that_is_over() -> None:
    draft = draft_of(born(Kind.INFORMATION))
    deadlines.end_all(draft)
    assert deadlines.act_on_governing(draft, clockwork(), Act("extend", TODAY, 7)) is None


@pytest.mark.parametrize(
    ("given", "last"),
    [(None, dt.date(2026, 11, 23)), (dt.date(2026, 11, 26), dt.date(2026, 11, 26))],
)
def test_an_extension_may_be_notified_until_the_end_of_the_date_in_force(
    given: dt.date | None, last: dt.date
) -> None:
    one = governing(born(Kind.INFORMATION, given_due_on=given))
    assert extension_limit(clockwork(), one) == last


def test_the_target_is_the_rules_days_or_three_days_before_the_date_and_never_in_the_past() -> None:
    case = born(Kind.INFORMATION)
    assert default_target(case, clockwork(), TODAY, 2) == dt.date(2026, 11, 12)
    assert default_target(case, clockwork(), TODAY) == dt.date(2026, 11, 18)
    late = dt.date(2026, 11, 20)
    assert default_target(case, clockwork(), late) == late
    case.deadlines.clear()
    assert default_target(case, clockwork(), TODAY) is None


def test_another_calendar_moves_what_runs_and_says_that_it_moved() -> None:
    closed = replace(clockwork(), calendar=_closed(dt.date(2026, 11, 16)))
    draft = draft_of(born())
    solve, accept = draft.case.deadlines.values()
    assert deadlines.redate(draft, closed, solve)
    assert not deadlines.redate(draft, closed, accept)
    assert solve.due_on == dt.date(2027, 1, 6)


def test_a_date_that_moves_on_may_fall_due_soon_again() -> None:
    draft = draft_of(born())
    one = governing(draft.case)
    draft.set_deadline(one.number, due_soon_on=TODAY, became_overdue_on=TODAY)
    deadlines.redate(
        draft, replace(clockwork(), calendar=_closed(dt.date(2026, 11, 16))), one, "Lista 2026"
    )
    assert (one.due_soon_on, one.became_overdue_on) == (None, TODAY)
    assert one.overdue_rectified == "Lista 2026"


def test_the_law_pack_of_the_tests_is_the_shipped_one() -> None:
    shipped = law().governing(Kind.SERVICE, TODAY)
    assert (shipped.days, shipped.step) == (SERVICE.days, SERVICE.step)


def _closed(*days: dt.date) -> Calendar:
    return Calendar("alcaldia-iztacalco", dict.fromkeys(days, LISTED), frozenset(range(2020, 2040)))
