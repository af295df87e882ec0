"""The monthly overdue report, over cases few enough to be counted by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import event

from caseflow.domain.errors import NotNow
from caseflow.domain.months import Month
from caseflow.extensions import db
from caseflow.queries.report_figures import OverdueReport
from caseflow.queries.reports import report_scope
from tests.builders import Office
from tests.queries.happenings import DUE, FILED, OCTOBER, Happenings, at, october, refs


@pytest.fixture
def month(office: Office) -> Happenings:
    return Happenings(office)


@pytest.fixture
def quick(sqlite_office: Office) -> Happenings:
    return Happenings(sqlite_office)


def test_a_month_counted_by_hand(month: Happenings) -> None:
    both = month.request("JUD-BAR", "JUD-AMC")
    on_time = month.request("JUD-AMC")
    late = month.request("JUD-AMC")
    month.answer(on_time, DUE)
    month.answer(late, october(20))
    desk = month.request()

    made = month.report()

    assert refs(made.on_time) == [on_time]
    assert sorted(refs(made.became_overdue)) == sorted([both, late, desk])
    assert refs(made.answered_late) == [late]
    assert sorted(refs(made.still_overdue)) == sorted([both, desk])
    assert (made.total.due, made.total.met) == (4, 1)
    assert made.total.compliance_text == "25.0 %"
    areas = {row.key: row for row in made.by_area}
    assert {code: (row.due, row.met, row.became_overdue) for code, row in areas.items()} == {
        "JUD-BAR": (1, 0, 1),
        "JUD-AMC": (3, 1, 2),
        "SESPPC": (1, 0, 1),
    }
    # 15, 16, 19–23 and 26–30 October are twelve business days; the 20th is the fourth
    assert {row.days_late for row in made.still_overdue} == {12}
    assert made.answered_late[0].days_late == 4
    assert made.total.ages == (0, 0, 2, 0, 0)
    assert [row.key for row in made.by_basis] == ["legal"]


def test_a_folio_counts_once_in_each_area_and_once_in_the_total(quick: Happenings) -> None:
    quick.request("JUD-BAR", "JUD-AMC", "JUD-AOS")
    made = quick.report()
    assert made.total.became_overdue == 1
    assert sum(area.became_overdue for area in made.by_area) == 3
    assert made.sum_exceeds_total
    assert made.became_overdue[0].area_codes == ("JUD-AOS", "JUD-AMC", "JUD-BAR")


def test_every_number_is_the_length_of_its_list(month: Happenings) -> None:
    for codes in (("JUD-BAR", "JUD-AMC"), ("JUD-AMC",), ("DGSU",), ()):
        month.request(*codes)
    month.answer(month.request("JUD-AMC"), october(13))
    month.answer(month.request("JUD-AMC"), october(30))
    gone = month.request("JUD-AMC")
    month.desist(gone, october(20))
    made = month.report()
    outside = set(refs(made.left_out))
    for area in made.by_area:
        mine = {
            name: [row for row in getattr(made, name) if area.key in row.area_codes]
            for name in ("on_time", "became_overdue", "answered_late", "still_overdue")
        }
        assert area.met == len(mine["on_time"])
        assert area.became_overdue == len(mine["became_overdue"])
        assert area.answered_late == len(mine["answered_late"])
        assert area.still_overdue == len(mine["still_overdue"]) == sum(area.ages)
        late = [row for row in mine["became_overdue"] if row.ref not in outside]
        assert area.due == area.met + len(late)


# ── Whose it is ──────────────────────────────────────────────────────────────────────────────────


def test_the_area_that_held_it_on_its_last_day_counts_it_not_the_one_that_holds_it_now(
    quick: Happenings,
) -> None:
    ref = quick.request("JUD-BAR")
    quick.office.turn(
        "supervision", ref, 1, "reassign", at(october(15)),
        area=quick.office.area("JUD-AMC"), reason="Corresponde a mediación",
    )  # fmt: skip
    assert quick.report().still_overdue[0].area_codes == ("JUD-BAR",)


@pytest.mark.parametrize(
    ("routed", "area"),
    [
        (at(DUE, 23, 59), "JUD-AMC"),  # already the 15th in Greenwich
        (at(october(15), 0, 1), "SESPPC"),
    ],
)
def test_the_last_day_ends_at_midnight_of_the_office(
    quick: Happenings, routed: dt.datetime, area: str
) -> None:
    quick.request("JUD-AMC", routed=routed)
    assert quick.report().became_overdue[0].area_codes == (area,)


def test_without_an_open_turn_the_desk_of_that_day_counts_it(quick: Happenings) -> None:
    ref = quick.request()
    quick.office.act(
        "transparencia", ref, "hand_over", at(october(20)),
        area=quick.office.area("UTRA"), reason="Lo lleva la Unidad",
    )  # fmt: skip
    assert quick.report().became_overdue[0].area_codes == ("SESPPC",)
    later = quick.request()
    quick.office.act(
        "transparencia", later, "hand_over", at(DUE),
        area=quick.office.area("UTRA"), reason="Lo lleva la Unidad",
    )  # fmt: skip
    areas = {row.ref: row.area_codes for row in quick.report().became_overdue}
    assert areas[later] == ("UTRA",)


def test_the_report_of_a_subtree_holds_what_its_areas_count(month: Happenings) -> None:
    mine = month.request("JUD-BAR", "DGSU")
    month.request("DGSU")
    made = month.report("DCC")
    assert refs(made.became_overdue) == [mine]
    assert made.became_overdue[0].area_codes == ("JUD-BAR",)
    assert [area.key for area in made.by_area] == ["JUD-BAR"]
    assert made.number == "RFV-DCC-2026-10"
    assert made.letterhead == (
        "Dirección General de Participación Ciudadana",
        "Dirección de Concertación Ciudadana",
    )


def test_a_folio_taken_back_before_its_last_day_is_not_the_areas(quick: Happenings) -> None:
    ref = quick.request("JUD-BAR")
    quick.office.turn(
        "transparencia", ref, 1, "withdraw", at(october(9)), reason="No le corresponde"
    )
    assert quick.report("DCC").became_overdue == ()
    assert quick.report().became_overdue[0].area_codes == ("SESPPC",)


# ── What is left out ─────────────────────────────────────────────────────────────────────────────


def test_desisted_referred_and_cancelled_do_not_count_and_are_listed(month: Happenings) -> None:
    office = month.office
    gone, sent, mistaken = month.request(), month.request(), month.request("JUD-AMC")
    month.desist(gone, october(6))
    office.act(
        "transparencia", sent, "refer", at(october(5)),
        authority="Sistema de Aguas", reason="Es de otra autoridad", notified_on=october(5),
    )  # fmt: skip
    office.act("transparencia", mistaken, "cancel", at(october(26)), reason="Captura de prueba")
    made = month.report()
    assert {row.ref: row.note for row in made.left_out} == {
        gone: "Desistido el 06/10/2026",
        sent: "Remitido el 05/10/2026",
        mistaken: "Cancelado el 26/10/2026",
    }
    assert made.total.due == made.total.became_overdue == made.total.still_overdue == 0
    assert made.total.compliance_text == "sin casos"


def test_what_was_desisted_after_its_last_day_did_become_overdue(quick: Happenings) -> None:
    ref = quick.request()
    quick.desist(ref, october(20))
    made = quick.report()
    assert refs(made.became_overdue) == refs(made.left_out) == [ref]
    assert made.left_out[0].note == "Venció sin respuesta. Desistido el 20/10/2026"
    assert (made.total.due, made.total.still_overdue) == (0, 0)


def test_a_desistment_after_the_cut_off_has_not_happened_yet(quick: Happenings) -> None:
    ref = quick.request()
    quick.desist(ref, dt.date(2026, 11, 2), at(dt.date(2026, 11, 2)))
    made = quick.report()
    assert refs(made.still_overdue) == [ref]
    assert made.left_out == ()


def test_what_waits_for_the_person_is_listed_by_the_day_it_would_have_fallen_due(
    month: Happenings,
) -> None:
    ref = month.request()
    month.ask_person(ref, 5)
    made = month.report()
    assert [(row.ref, row.due_on, row.note) for row in made.left_out] == [
        (ref, DUE, "En prevención desde el 05/10/2026")
    ]
    assert made.total.due == 0


def test_what_waited_at_the_cut_off_is_still_listed_when_the_person_answers_later(
    month: Happenings,
) -> None:
    ref = month.request()
    month.ask_person(ref, 5)
    month.office.act(
        "transparencia", ref, "receive_clarification", at(dt.date(2026, 11, 3), 6),
        text="De 2025.", received_on=dt.date(2026, 11, 3),
    )  # fmt: skip
    assert refs(month.report().left_out) == [ref]


# ── When ─────────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_given_after_the_month_leaves_it_overdue_in_the_month(quick: Happenings) -> None:
    ref = quick.request("JUD-AMC")
    quick.answer(ref, dt.date(2026, 11, 3), at(dt.date(2026, 11, 3), 6))
    october_report = quick.report()
    assert refs(october_report.still_overdue) == [ref]
    assert october_report.still_overdue[0].met_on is None
    november = quick.report(month=Month(2026, 11), now=at(dt.date(2026, 11, 24)))
    assert refs(november.answered_late) == [ref]
    assert november.still_overdue == november.became_overdue == ()


def test_a_folio_due_on_the_last_day_of_the_month_became_overdue_in_it(quick: Happenings) -> None:
    # received on Monday 19 October: the ninth business day is Friday the 30th
    ref = quick.request(filed=october(19))
    made = quick.report()
    assert [(row.ref, row.due_on, row.days_late) for row in made.still_overdue] == [
        (ref, october(30), 0)
    ]
    assert made.total.ages == (1, 0, 0, 0, 0)


def test_the_backlog_of_earlier_months_stays_overdue_and_did_not_become_so_now(
    month: Happenings,
) -> None:
    old = month.request("JUD-BAR", filed=dt.date(2026, 9, 1))
    made = month.report()
    assert refs(made.still_overdue) == [old]
    assert made.became_overdue == ()
    assert [(p.month, p.became_overdue, p.due, p.met) for p in made.trend] == [
        ("2026-09", 1, 1, 0),
        ("2026-10", 0, 0, 0),
    ]
    assert made.change == -1


def test_a_running_month_counts_up_to_yesterday(quick: Happenings) -> None:
    quick.request()
    on_the_day = quick.report(now=at(DUE, 18))
    assert on_the_day.cut_off == october(13)
    assert on_the_day.total.due == 0
    day_after = quick.report(now=at(october(15), 8))
    assert (day_after.total.due, day_after.total.still_overdue) == (1, 1)
    assert not day_after.closed


def test_a_month_without_a_whole_day_has_no_report(quick: Happenings) -> None:
    with pytest.raises(NotNow, match="todavía no"):
        quick.report(now=at(october(1)))


def test_a_reopened_service_keeps_its_first_lateness_and_gets_a_term_of_its_own(
    quick: Happenings,
) -> None:
    office = quick.office
    made = office.capture(now=at(dt.date(2026, 8, 3)), filed_on=dt.date(2026, 8, 3))
    ref, due_on = made.case.ref, made.case.due_on
    assert due_on is not None
    assert Month.of(due_on) == Month(2026, 9)
    office.act(
        "supervision", ref, "refer", at(october(5)),
        authority="CDMX", reason="Otra autoridad", notified_on=october(5),
    )  # fmt: skip
    office.act(
        "supervision", ref, "reopen", at(october(20)),
        ground="our_mistake", reason="Sí era nuestro",
    )  # fmt: skip
    september = quick.report(month=Month(2026, 9), now=at(october(30)))
    assert refs(september.became_overdue) == refs(september.still_overdue) == [ref]
    made_october = quick.report()
    assert made_october.still_overdue == made_october.became_overdue == ()


def test_the_state_shown_is_that_of_the_cut_off(quick: Happenings) -> None:
    ref = quick.request("JUD-AMC")
    quick.answer(ref, dt.date(2026, 11, 3), at(dt.date(2026, 11, 3), 6))
    assert quick.report().still_overdue[0].state == "routed"


# ── Who reads it ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("login", "area", "scope"),
    [
        ("supervision", "DCC", ""),
        ("supervision", "JUD-BAR", ""),
        ("supervision", "DGPC", None),
        ("direccion", "ALC", ""),
        ("contraloria", "DGSU", ""),
        ("transparencia", "SESPPC", "transparency"),
        ("transparencia", "ALC", None),
        ("unidad", "DCC", "transparency"),
        ("titular", "JUD-AMC", None),
        ("ventanilla", "DCC", None),
        ("admin", "ALC", None),
        ("mediacion", "JUD-AMC", None),
    ],
)
def test_reports_are_read_by_those_who_supervise_inspect_or_are_the_transparency_office(
    sqlite_office: Office, login: str, area: str, scope: str | None
) -> None:
    assert report_scope(sqlite_office.actor(login), sqlite_office.area(area)) == scope


def test_the_transparency_office_counts_its_own_kinds_alone(quick: Happenings) -> None:
    mine = quick.request()
    service = quick.office.capture(now=at(dt.date(2026, 8, 10)), filed_on=dt.date(2026, 8, 10))
    assert Month.of(service.case.due_on or FILED) == OCTOBER
    made = quick.report(scope="transparency")
    assert refs(made.became_overdue) == [mine]
    assert made.number == "RFV-ALC-IP-2026-10"
    whole = quick.report()
    assert [row.key for row in whole.by_kind] == ["service", "information"]
    assert [row.key for row in whole.by_basis] == ["legal", "commitment"]


# ── How it asks ──────────────────────────────────────────────────────────────────────────────────


def statements(ask: Callable[[], object]) -> int:
    """How many statements go to the database."""
    seen: list[str] = []

    def note(conn: object, cursor: object, statement: str, *more: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def test_the_number_of_statements_does_not_grow_with_the_folios(quick: Happenings) -> None:
    def some() -> None:
        quick.request("JUD-AMC")
        quick.ask_person(quick.request(), 5)
        quick.desist(quick.request(), october(20))
        quick.answer(quick.request("JUD-AMC"), october(20))

    some()
    few = statements(quick.report)
    for _ in range(6):
        some()
    assert statements(quick.report) == few <= 12


def test_the_report_goes_to_json_and_back(quick: Happenings) -> None:
    quick.request("JUD-BAR", "JUD-AMC")
    quick.answer(quick.request("JUD-AMC"), DUE)
    made = quick.report()
    assert OverdueReport.from_json(made.as_json()) == made


def test_a_report_without_the_chart_holds_the_same_lists(quick: Happenings) -> None:
    quick.request("JUD-BAR", filed=dt.date(2026, 9, 1))
    quick.request("JUD-BAR")
    whole, lists = quick.report(), quick.report(whole=False)
    assert lists.trend == ()
    assert (lists.total, lists.became_overdue, lists.still_overdue) == (
        whole.total,
        whole.became_overdue,
        whole.still_overdue,
    )
