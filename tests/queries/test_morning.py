"""The sheet of the morning: each list holds what its title says, within the reader's scope."""

from __future__ import annotations

import datetime as dt

import pytest

from caseflow.domain.people import SYSTEM, Actor
from caseflow.extensions import db
from caseflow.queries import reference
from caseflow.queries.morning import MorningSheet, morning_areas, morning_sheet
from tests.builders import Office
from tests.queries.happenings import DUE, FILED, Happenings, at, october


@pytest.fixture
def month(office: Office) -> Happenings:
    return Happenings(office)


@pytest.fixture
def quick(sqlite_office: Office) -> Happenings:
    return Happenings(sqlite_office)


def sheet(office: Office, code: str, on: dt.date, actor: Actor = SYSTEM) -> MorningSheet:
    db.session.remove()
    session = db.session()
    read = reference.current(session)
    area = read.tree.by_code(code)
    assert area is not None
    return morning_sheet(session, read, actor, area, on)


def refs(rows: object) -> list[str]:
    return [row.ref for row in rows]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("on", "name"),
    [
        (october(15), "overdue"),
        (DUE, "due_today"),
        (october(13), "due_tomorrow"),
        (october(12), "due_in_three"),
        (october(9), "due_in_three"),
        (october(8), None),
    ],
)
def test_a_date_stands_in_the_list_of_its_distance(
    month: Happenings, on: dt.date, name: str | None
) -> None:
    ref = month.request("JUD-AMC")
    made = sheet(month.office, "JUD-AMC", on)
    lists = ("overdue", "due_today", "due_tomorrow", "due_in_three")
    assert [one for one in lists if refs(getattr(made, one)) == [ref]] == ([name] if name else [])


def test_tomorrow_is_the_next_business_day(quick: Happenings) -> None:
    # received on Tuesday the 6th: due on Monday the 19th, seen from the Saturday before
    ref = quick.request("JUD-AMC", filed=october(6))
    due = quick.office.case("direccion", ref).due_on
    assert due == october(19)
    made = sheet(quick.office, "JUD-AMC", october(17))
    assert not made.business_day
    assert refs(made.due_tomorrow) == [ref]


def test_the_overdue_are_counted_by_age(quick: Happenings) -> None:
    quick.request("JUD-AMC")
    quick.request("JUD-AMC", filed=dt.date(2026, 9, 1))
    made = sheet(quick.office, "JUD-AMC", october(15))
    assert made.ages == (1, 0, 0, 1, 0)
    assert made.overdue[1].light.words == "Vencido · 1 d háb."


def test_what_came_back_lies_on_the_sheet_of_its_desk(quick: Happenings) -> None:
    ref = quick.request("JUD-AMC")
    quick.office.turn("titular", ref, 1, "return", at(october(2)), reason="No corresponde")
    assert refs(sheet(quick.office, "SESPPC", october(5)).returned) == [ref]
    assert sheet(quick.office, "JUD-AMC", october(5)).returned == ()


def test_drafts_wait_for_a_signature_and_turns_for_a_person(quick: Happenings) -> None:
    office = quick.office
    drafted, free = quick.request("JUD-AMC"), quick.request("JUD-AMC")
    office.turn("personal", drafted, 1, "accept", at(october(2)))
    office.turn("personal", drafted, 1, "draft", at(october(2)), text="Se propone contestar.")
    made = sheet(office, "JUD-AMC", october(5))
    assert refs(made.drafts) == [drafted]
    assert made.drafts[0].person == "Jorge Téllez"
    assert refs(made.unassigned) == [free]


def test_a_lapse_is_to_be_decided_from_the_day_after_the_persons_term(quick: Happenings) -> None:
    ref = quick.request()
    quick.ask_person(ref, 5)
    # ten business days after the 5th end on Monday the 19th
    assert sheet(quick.office, "SESPPC", october(19)).lapses == ()
    made = sheet(quick.office, "SESPPC", october(20))
    assert refs(made.lapses) == [ref]
    assert made.overdue == ()


def test_the_sheet_of_a_direction_holds_its_units_and_a_folio_once(quick: Happenings) -> None:
    ref = quick.request("JUD-AMC", "JUD-BAR")
    made = sheet(quick.office, "DCC", DUE)
    assert refs(made.due_today) == [ref]
    assert sorted(made.due_today[0].areas) == ["JUD Barrios", "JUD Mediación Comunitaria"]
    assert len(made.unassigned) == 2


def test_a_folio_without_a_turn_stands_on_the_sheet_of_its_desk(quick: Happenings) -> None:
    ref = quick.request()
    assert refs(sheet(quick.office, "SESPPC", DUE).due_today) == [ref]


def test_the_reader_finds_what_is_theirs_to_see_alone(quick: Happenings) -> None:
    office = quick.office
    quick.request("JUD-AMC")
    assert sheet(office, "JUD-AMC", DUE, office.actor("titular")).due_today
    assert sheet(office, "JUD-AMC", DUE, office.actor("ajena")).due_today == ()
    service = office.capture(now=at(FILED), filed_on=FILED)
    due = service.case.due_on
    assert due is not None
    assert sheet(office, "DCC", due, office.actor("supervision")).due_today
    assert sheet(office, "DCC", due, office.actor("unidad")).due_today == ()


@pytest.mark.parametrize(
    ("login", "codes"),
    [
        ("titular", ["JUD-AMC"]),
        ("supervision", ["DCC", "JUD-AOS", "JUD-AMC", "JUD-BAR"]),
        ("admin", []),
        ("mediacion", []),
    ],
)
def test_sheets_are_of_where_one_works_or_supervises(
    sqlite_office: Office, login: str, codes: list[str]
) -> None:
    read = reference.current(db.session())
    actor = sqlite_office.actor(login)
    assert [node.code for node in morning_areas(actor, read)] == codes
