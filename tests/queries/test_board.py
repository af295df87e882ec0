"""The board: every figure is the length of the list behind it."""

from __future__ import annotations

import datetime as dt

import pytest

from caseflow.domain.clock import days_left
from caseflow.domain.vocabulary import Semaphore
from caseflow.extensions import db
from caseflow.queries.board import Load, board, total
from caseflow.queries.desks import CaseList
from caseflow.queries.inbox import TurnList
from caseflow.queries.lists import Day, DeskFilter, Filters, TurnFilter
from caseflow.queries.report_figures import age_band
from tests.builders import TODAY, Office
from tests.queries.scenes import day, due_on, requested, routed, statements

DAYS = dt.timedelta(days=1)


def fill(office: Office) -> None:
    """Work in three areas and on two desks."""
    for offset, code in (
        (-40, "JUD-AMC"),
        (-8, "JUD-AMC"),
        (0, "JUD-BAR"),
        (2, "DGSU"),
        (9, "DGSU"),
    ):
        due_on(office, TODAY + DAYS * offset, code)
    both = routed(office, "JUD-AMC", "JUD-BAR")
    office.turn("titular", both, 1, "accept")
    office.turn("titular", both, 1, "draft", text="Se atendió")
    office.turn("titular", both, 1, "assign", person=office.user_id("personal"))
    back = routed(office, "JUD-AMC")
    office.turn("titular", back, 1, "return", reason="No es de esta área")
    requested(office, "092074526000418", "DGSU")
    office.capture(filed_on=TODAY - 80 * DAYS)


@pytest.mark.parametrize("login", ["supervision", "direccion", "unidad"])
def test_each_figure_of_an_area_equals_its_list(office: Office, login: str) -> None:
    fill(office)
    person = office.actor(login)
    found = board(db.session(), person, day())
    assert found.turns

    def count(area: int, **filters: object) -> int:
        chosen = Filters(areas=(area,), **filters)  # type: ignore[arg-type]  # fields of Filters
        return len(TurnList(person, day(), chosen).all(db.session(), 1000))

    for area, load in found.turns.items():
        assert load.open == count(area)
        for light in Semaphore:
            assert load.of(light) == count(area, light=light)
        for band, late in enumerate(load.ages):
            assert late == count(area, light=Semaphore.OVERDUE, band=band)
        assert load.pending == count(area, state=TurnFilter.PENDING)
        assert load.unassigned == count(area, state=TurnFilter.UNASSIGNED)
        assert load.drafted == count(area, state=TurnFilter.DRAFTED)


@pytest.mark.parametrize("login", ["supervision", "direccion", "unidad"])
def test_each_figure_of_a_desk_equals_its_list(office: Office, login: str) -> None:
    fill(office)
    office.request(folio="092074526000419")
    person = office.actor(login)
    found = board(db.session(), person, day())
    assert found.desks

    def count(desk: int, **filters: object) -> int:
        chosen = Filters(areas=(desk,), **filters)  # type: ignore[arg-type]  # fields of Filters
        return len(CaseList(person, day(), chosen, desk=True).all(db.session(), 1000))

    for desk, load in found.desks.items():
        for light in Semaphore:
            assert load.of(light) == count(desk, light=light)
        assert load.returned == count(desk, state=DeskFilter.RETURNED)
        assert load.unroutable == count(desk, state=DeskFilter.UNROUTABLE)


def test_a_supervisor_sees_the_subtree_and_no_more(office: Office) -> None:
    fill(office)
    seen = board(db.session(), office.actor("supervision"), day()).turns
    assert set(seen) == {office.area("JUD-AMC"), office.area("JUD-BAR")}


def test_the_most_urgent_date_is_the_first_that_runs(office: Office) -> None:
    fill(office)
    load = board(db.session(), office.actor("supervision"), day()).turns[office.area("JUD-AMC")]
    assert load.first_due_on is not None
    assert load.first_due_on <= TODAY - 35 * DAYS


def test_the_total_is_the_sum_of_the_areas(office: Office) -> None:
    fill(office)
    found = board(db.session(), office.actor("direccion"), day())
    assert found.all_turns.open == sum(load.open for load in found.turns.values())
    assert total([]) == Load({})


def test_a_case_whose_person_must_answer_rests_on_its_desk_once_no_turn_is_open(
    office: Office,
) -> None:
    ref = routed(office, "JUD-AMC")
    office.act(
        "supervision", ref, "request_clarification", text="¿En qué calle?", notified_on=TODAY
    )
    person = office.actor("supervision")
    before = board(db.session(), person, day())
    assert (before.all_turns.of(Semaphore.WAITING), before.all_desks.open) == (1, 0)
    office.turn("supervision", ref, 1, "withdraw", reason="Se turnará a otra área")
    after = board(db.session(), person, day())
    assert (after.all_turns.open, after.all_desks.of(Semaphore.WAITING)) == (0, 1)


def test_bands_by_date_are_the_bands_by_business_days(office: Office) -> None:
    calendar = day().calendar
    for shift in range(12):
        asked = Day(TODAY + DAYS * shift, calendar)
        starts = asked.band_starts()
        for late in range(1, 120):
            due = asked.today - DAYS * late
            by_date = sum(due < start for start in starts)
            assert by_date == age_band(-days_left(due, asked.today, calendar))


def test_the_board_costs_three_statements(office: Office) -> None:
    person, asked = office.actor("direccion"), day()
    few = statements(lambda: board(db.session(), person, asked))
    fill(office)
    assert statements(lambda: board(db.session(), person, asked)) == few == 3
