"""The inbox: whose turns, in which order, and counters that equal the lists behind them."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest

from caseflow.domain.calendar import Suspension
from caseflow.domain.vocabulary import Semaphore, TurnState
from caseflow.extensions import db
from caseflow.queries.desks import CaseList
from caseflow.queries.inbox import TurnList
from caseflow.queries.lists import URGENT_TURNS, Day, DeskFilter, Filters, Row, TurnFilter
from caseflow.queries.paging import Cut, Place, read_place
from tests.builders import NOW, TODAY, Office
from tests.queries.scenes import day, due_on, requested, routed, statements

DAYS = dt.timedelta(days=1)


def turns(office: Office, login: str, **filters: object) -> list[Row]:
    """All rows of a person's inbox."""
    chosen = Filters(**filters)  # type: ignore[arg-type]  # each test names fields of Filters
    return list(TurnList(office.actor(login), day(), chosen).all(db.session(), 1000))


def refs(rows: list[Row]) -> list[str]:
    return [row.ref for row in rows]


def mixed(office: Office) -> list[str]:
    """Turns of JUD-AMC and JUD-BAR in all lights; the ref of each."""
    made = [
        due_on(office, TODAY + DAYS * offset, code)
        for offset, code in (
            (-30, "JUD-AMC"), (-9, "JUD-AMC"), (-1, "JUD-BAR"), (0, "JUD-AMC"), (0, "JUD-BAR"),
            (2, "JUD-AMC"), (3, "JUD-AMC"), (20, "JUD-AMC"), (21, "JUD-BAR"), (40, "JUD-AMC"),
        )
    ]  # fmt: skip
    waiting = routed(office, "JUD-AMC")
    office.act(
        "supervision", waiting, "request_clarification", text="¿En qué calle?", notified_on=TODAY
    )
    return [*made, waiting]


def test_the_head_the_colleague_and_the_stranger_see_each_their_own(office: Office) -> None:
    mine = routed(office, "JUD-AMC")
    theirs = routed(office, "JUD-BAR")
    assert refs(turns(office, "titular")) == [mine]
    assert refs(turns(office, "personal2")) == [theirs]
    assert turns(office, "ajena") == []


def test_a_supervisor_sees_the_turns_of_the_whole_subtree(office: Office) -> None:
    within = {routed(office, "JUD-AMC"), routed(office, "JUD-BAR")}
    elsewhere = routed(office, "DGSU")
    assert set(refs(turns(office, "supervision"))) == within
    assert set(refs(turns(office, "direccion"))) == {*within, elsewhere}


def test_transparency_sees_the_turns_of_requests_and_of_nothing_else(office: Office) -> None:
    routed(office, "JUD-AMC")
    ref = requested(office, "092074526000418", "JUD-AMC", "DGSU")
    assert refs(turns(office, "unidad")) == [ref, ref]
    assert turns(office, "transparencia") == []  # none of those areas is below SESPPC


def test_a_turn_that_ended_leaves_the_inbox(office: Office) -> None:
    ref = routed(office, "JUD-AMC")
    office.turn("titular", ref, 1, "return", reason="No es de esta área")
    assert turns(office, "titular") == []


def test_most_urgent_first_and_what_waits_last(office: Office) -> None:
    mixed(office)
    rows = turns(office, "supervision")
    keys = [(row.waiting, row.due_on or dt.date.max, row.case_id) for row in rows]
    assert keys == sorted(keys)
    assert rows[-1].light.light is Semaphore.WAITING


def test_the_words_of_the_pill_are_business_days(office: Office) -> None:
    ref = due_on(office, TODAY - 9 * DAYS, "JUD-AMC")  # Monday 16 November is a holiday
    (row,) = turns(office, "titular")
    assert (row.ref, row.light.words) == (ref, "Vencido · 5 d háb.")


@pytest.mark.parametrize("light", list(Semaphore))
def test_each_counter_equals_the_list_behind_it(office: Office, light: Semaphore) -> None:
    mixed(office)
    for login in ("titular", "supervision", "direccion", "unidad"):
        counts = TurnList(office.actor(login), day()).counts(db.session())
        rows = turns(office, login, light=light)
        assert counts.of(light) == len(rows)
        assert {row.light.light for row in rows} <= {light}


def test_the_counters_keep_the_other_filters(office: Office) -> None:
    mixed(office)
    chosen = Filters(areas=(office.area("JUD-BAR"),), light=Semaphore.OVERDUE)
    counts = TurnList(office.actor("supervision"), day(), chosen).counts(db.session())
    assert (counts.total, counts.of(Semaphore.OVERDUE), counts.of(Semaphore.TODAY)) == (3, 1, 1)


def test_the_bands_of_lateness_share_out_what_is_overdue(office: Office) -> None:
    mixed(office)
    late = turns(office, "supervision", light=Semaphore.OVERDUE)
    shared = [
        refs(turns(office, "supervision", light=Semaphore.OVERDUE, band=band)) for band in range(5)
    ]
    assert sorted(ref for part in shared for ref in part) == sorted(refs(late))
    assert [len(part) for part in shared] == [2, 0, 1, 0, 0]


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (TurnFilter.PENDING, {"new", "given"}),
        (TurnFilter.ACCEPTED, {"taken"}),
        (TurnFilter.DRAFTED, {"taken"}),
        (TurnFilter.UNASSIGNED, {"new", "taken"}),
        (TurnFilter.RETURNED_BEFORE, {"new"}),
    ],
)
def test_the_filter_by_state_finds_what_its_words_say(
    office: Office, chosen: TurnFilter, found: set[str]
) -> None:
    made = {name: routed(office, "JUD-AMC") for name in ("new", "given", "taken")}
    office.turn("titular", made["new"], 1, "return", reason="Falta la calle")
    office.route("supervision", made["new"], "JUD-AMC")
    office.turn("titular", made["given"], 1, "assign", person=office.user_id("personal"))
    office.turn("titular", made["taken"], 1, "accept")
    office.turn("titular", made["taken"], 1, "draft", text="Se atendió")
    assert set(refs(turns(office, "titular", state=chosen))) == {made[name] for name in found}


def test_words_and_person_narrow_the_inbox_without_minding_accents(office: Office) -> None:
    ref = routed(office, "JUD-AMC", description="Árbol caído", petitioner={"name": "Óscar Íñiguez"})
    routed(office, "JUD-AMC", description="Bache profundo")
    assert refs(turns(office, "titular", text="arboles caidos")) == [ref]
    assert refs(turns(office, "titular", text="oscar")) == [ref]
    assert turns(office, "titular", text="¡!") == []


def test_my_turns_are_those_assigned_to_me(office: Office) -> None:
    ref = routed(office, "JUD-AMC")
    routed(office, "JUD-AMC")
    office.turn("titular", ref, 1, "assign", person=office.user_id("personal"))
    mine = TurnList(office.actor("personal"), day(), mine=True)
    assert [(row.ref, row.assignee) for row in mine.all(db.session(), 10)] == [
        (ref, "Jorge Téllez")
    ]
    assert TurnList(office.actor("titular"), day(), mine=True).counts(db.session()).total == 0


def test_an_area_learns_who_asks_for_a_service_but_not_for_information(office: Office) -> None:
    service = routed(office, "JUD-AMC")
    request = requested(office, "092074526000418", "JUD-AMC", petitioner={"name": "Ramiro Güemes"})
    person = {row.ref: row.person for row in turns(office, "titular")}
    assert person == {service: "María Hernández", request: None}
    assert [row.person for row in turns(office, "unidad")] == ["Ramiro Güemes"]


# --- pages ----------------------------------------------------------------------------------------


def walk(asked: TurnList | CaseList) -> tuple[list[Row], list[Row]]:
    """All rows from the first page on, and again from the last page back."""
    there: list[Row] = []
    page = asked.page(db.session(), Cut())
    while True:
        there += page.rows
        if page.next is None:
            break
        page = asked.page(db.session(), Cut(after=page.next))
    back = list(page.rows)
    while page.previous is not None:
        page = asked.page(db.session(), Cut(before=page.previous))
        back = [*page.rows, *back]
    return there, back


def test_pages_show_every_row_once_in_both_directions(office: Office) -> None:
    mixed(office)
    for asked in (
        TurnList(office.actor("supervision"), day(), size=3),
        TurnList(office.actor("supervision"), day(), size=1),
        CaseList(office.actor("ventanilla"), day(), size=3),
    ):
        everything = [row.key for row in asked.all(db.session(), 100)]
        there, back = walk(asked)
        assert [row.key for row in there] == everything
        assert [row.key for row in back] == everything


def test_a_row_that_leaves_does_not_shift_the_next_page(office: Office) -> None:
    mixed(office)
    asked = TurnList(office.actor("titular"), day(), size=3)
    first = asked.page(db.session(), Cut())
    expected = [row.key for row in asked.page(db.session(), Cut(after=first.next)).rows]
    office.turn("titular", first.rows[0].ref, 1, "return", reason="No es de esta área")
    again = [row.key for row in asked.page(db.session(), Cut(after=first.next)).rows]
    assert again == expected


@pytest.mark.parametrize(
    "place",
    [Place(False, TODAY, 12, 3), Place(True, None, 1, 1), Place(False, None, 99999, 0)],
)
def test_a_place_survives_the_address(place: Place) -> None:
    assert read_place(place.token()) == place


@pytest.mark.parametrize("token", ["", "0.x.1", "2.x.1.1", "0.20261340.1.1", "0.x.-1.1", "0.x.١.1"])
def test_a_token_that_is_none_is_no_place(token: str) -> None:
    assert read_place(token) is None


def test_rows_without_a_date_come_last_on_both_engines(office: Office) -> None:
    order = [Place(False, TODAY, 5, 1), Place(False, None, 4, 1), Place(True, TODAY, 3, 1)]
    shown = [
        URGENT_TURNS.beyond(Cut(after=place)).compile(compile_kwargs={"literal_binds": True})
        for place in order
    ]
    assert "due_on IS NULL" in str(shown[0])
    assert "due_on >" not in str(shown[1])
    assert "NOT turn.waiting" not in str(shown[2])


# --- desks ----------------------------------------------------------------------------------------


def test_the_desk_lists_what_waits_for_a_decision_with_its_reason(office: Office) -> None:
    fresh = office.capture().case.ref
    returned = routed(office, "JUD-AMC")
    office.turn("titular", returned, 1, "return", reason="No es de esta área")
    done = routed(office, "JUD-AMC")
    office.turn("titular", done, 1, "accept")
    office.turn("titular", done, 1, "reply", text="Se atendió")
    routed(office, "JUD-AMC")

    def desk(login: str, **filters: object) -> set[str]:
        chosen = Filters(**filters)  # type: ignore[arg-type]  # each test names fields of Filters
        asked = CaseList(office.actor(login), day(), chosen, desk=True)
        return {row.ref for row in asked.all(db.session(), 100)}

    assert desk("supervision") == desk("ventanilla") == {fresh, returned, done}
    assert desk("supervision", state=DeskFilter.RETURNED) == {returned}
    assert desk("supervision", state=DeskFilter.REVIEW) == {done}
    assert desk("ajena") == desk("ventanilla2") == set()


def test_the_window_looks_after_what_it_captured_and_what_lies_at_its_desk(
    office: Office,
) -> None:
    ref = routed(office, "JUD-AMC")
    (row,) = CaseList(office.actor("ventanilla"), day()).all(db.session(), 10)
    assert (row.ref, row.areas, row.state) == (ref, (office.area("JUD-AMC"),), "routed")
    assert CaseList(office.actor("ventanilla2"), day()).all(db.session(), 10) == ()


@pytest.mark.parametrize("desk", [False, True])
def test_counters_of_cases_equal_their_lists(office: Office, desk: bool) -> None:
    mixed(office)
    office.capture(filed_on=TODAY - 70 * DAYS)
    office.capture()
    person = office.actor("ventanilla")
    counts = CaseList(person, day(), desk=desk).counts(db.session())
    assert counts.total > 1
    for light in Semaphore:
        rows = CaseList(person, day(), Filters(light=light), desk=desk).all(db.session(), 100)
        assert counts.of(light) == len(rows)


# --- cost -----------------------------------------------------------------------------------------


def _read(asked: TurnList | CaseList) -> None:
    asked.counts(db.session())
    asked.page(db.session(), Cut())


def test_no_statement_is_added_by_more_rows(office: Office) -> None:
    asked_on = day()

    def cost(login: str) -> tuple[int, ...]:
        person = office.actor(login)
        lists = (
            TurnList(person, asked_on),
            CaseList(person, asked_on, desk=True),
            CaseList(person, asked_on),
        )
        return tuple(statements(partial(_read, asked)) for asked in lists)

    routed(office, "JUD-AMC")
    office.capture()
    few = cost("supervision"), cost("ventanilla")
    mixed(office)
    for _ in range(3):
        office.capture()
    assert (cost("supervision"), cost("ventanilla")) == few
    assert few[0][0] == 2  # the counters, and the page


def test_lights_agree_while_one_matter_is_suspended(office: Office) -> None:
    base = day()
    from_tomorrow = (TODAY + DAYS, TODAY + 7 * DAYS)
    suspended = _suspended(base, *from_tomorrow)
    assert suspended.by_kind
    mixed(office)
    requested(office, "092074526000418", "JUD-AMC")
    person = office.actor("supervision")
    counts = TurnList(person, suspended).counts(db.session())
    for light in Semaphore:
        rows = TurnList(person, suspended, Filters(light=light)).all(db.session(), 100)
        assert counts.of(light) == len(rows)
        assert {row.light.light for row in rows} <= {light}


def _suspended(base: Day, first: dt.date, last: dt.date) -> Day:
    reason = base.calendar.reason(dt.date(2026, 11, 22))
    assert reason is not None
    return Day(
        base.today,
        base.calendar.with_suspensions([Suspension("information", first, last, reason)]),
    )


def test_a_turn_row_says_the_state_of_its_turn(office: Office) -> None:
    ref = routed(office, "JUD-AMC")
    office.turn("titular", ref, 1, "accept", now=NOW)
    (row,) = turns(office, "titular")
    assert (row.state, row.place.case_id) == (TurnState.ACCEPTED, row.case_id)
