"""Changing the calendar: what moves is told before, happens at once, and leaves its events."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select

from caseflow.commands.calendars import change_calendar
from caseflow.commands.packs import load_organisation
from caseflow.commands.ticks import tick
from caseflow.commands.work import begin_work
from caseflow.domain.calendar import Calendar
from caseflow.domain.day_lists import CalendarEdits, DayRow, SuspensionRow, calendar_of
from caseflow.domain.errors import InvalidData, MissingData, NotAllowed
from caseflow.domain.people import SYSTEM
from caseflow.domain.vocabulary import Channel, DeadlineState, Kind, Source
from caseflow.extensions import db
from caseflow.models import Deadline, Event, NonWorkingDay
from caseflow.packs import load_pack
from caseflow.queries import reference
from caseflow.queries.calendars import body_days, preview_edits
from tests.builders import NOW, TODAY, Office
from tests.queries.scenes import counted

BODY = "alcaldia-iztacalco"
D = dt.date


def off(
    *days: dt.date, year: int = 2026, reason: str = "Cierre", source: str = "GOCDMX 1"
) -> tuple[DayRow, ...]:
    return tuple(DayRow(day, reason, source, "T", year) for day in days)


def change(office: Office, edits: CalendarEdits, login: str = "admin", now: dt.datetime = NOW):
    with office.work(login, now) as work:
        changed, redated = change_calendar(work, BODY, edits)
    return changed, redated.impact


def preview(office: Office, edits: CalendarEdits, login: str = "admin", now: dt.datetime = NOW):
    session = db.session()
    seen = preview_edits(
        session, office.actor(login), now, reference.current(db.session()), BODY, edits
    )
    db.session.remove()
    return seen


def deadlines(ref_id: int) -> list[Deadline]:
    found = list(
        db.session.scalars(
            select(Deadline).where(Deadline.case_id == ref_id).order_by(Deadline.number)
        )
    )
    db.session.remove()
    return found


def events(action: str) -> list[Event]:
    found = list(db.session.scalars(select(Event).where(Event.action == action)))
    db.session.remove()
    return found


def test_a_day_off_moves_the_open_date_in_case_turn_and_deadline(office: Office) -> None:
    case = office.capture().case
    office.route("supervision", case.ref, "JUD-AMC")
    assert case.due_on == D(2027, 1, 21)
    changed, impact = change(office, CalendarEdits(days=off(D(2026, 12, 24))))
    assert [row.day for row in changed.added] == [D(2026, 12, 24)]
    assert (impact.moved, impact.freed, impact.rectified) == (1, 0, 0)
    after = office.case("supervision", case.ref)
    assert after.due_on == after.turns[1].due_on == after.governing().due_on == D(2027, 1, 22)
    (redated,) = events("redated")
    assert redated.case_id == case.id
    assert redated.data["moves"][0] == {
        "step": "solve", "before": "2027-01-21", "after": "2027-01-22", "closed": False,
    }  # fmt: skip


def test_the_configuration_event_tells_the_days_and_the_counts(office: Office) -> None:
    office.capture()
    change(office, CalendarEdits(days=off(D(2026, 12, 24))))
    (logged,) = events("calendar_changed")
    assert logged.actor_id == office.user_id("admin")
    assert logged.data["added"][0]["day"] == "2026-12-24"
    assert logged.data["counts"]["moved"] == 1


def test_the_preview_says_what_then_happens(office: Office) -> None:
    for n in range(3):
        office.capture(description=f"Bache {n}")
    office.request(filed_on=D(2026, 11, 3))
    edits = CalendarEdits(
        days=off(D(2026, 11, 9), D(2026, 12, 24), D(2026, 12, 28)),
        suspend=(
            SuspensionRow(
                "information", D(2026, 11, 23), D(2026, 11, 27), "Fallas", "Acuerdo", "T"
            ),
        ),
    )
    told, seen = preview(office, edits)
    assert events("redated") == []
    changed, impact = change(office, edits)
    assert told == changed
    assert (seen.counts(), seen.areas) == (impact.counts(), impact.areas)
    assert seen.moved == 4


def test_the_calendar_of_the_rows_is_the_one_that_the_clock_uses(office: Office) -> None:
    edits = CalendarEdits(
        days=off(D(2026, 12, 24)),
        work=off(D(2026, 12, 25), reason="Guardia"),
        suspend=(SuspensionRow(None, D(2027, 1, 4), D(2027, 1, 5), "Sismo", "Acuerdo", "S"),),
    )
    change(office, edits)
    session = db.session()
    used: Calendar = reference.current(session).calendar
    made = calendar_of(BODY, body_days(session, BODY))
    assert (used.days, used.listed_years, used.suspensions) == (
        made.days, made.listed_years, made.suspensions,
    )  # fmt: skip
    assert used.is_business(D(2026, 12, 25))


def test_the_same_list_twice_changes_nothing_the_second_time(office: Office) -> None:
    office.capture()
    change(office, CalendarEdits(days=off(D(2026, 12, 24))))
    changed, impact = change(office, CalendarEdits(days=off(D(2026, 12, 24))))
    assert not changed
    assert impact.moved == 0
    assert len(events("calendar_changed")) == 1


def test_a_day_taken_off_the_list_brings_the_date_back(office: Office) -> None:
    case = office.capture().case
    change(office, CalendarEdits(days=off(D(2026, 12, 24))))
    change(office, CalendarEdits(remove=(D(2026, 12, 24),)))
    assert office.case("ventanilla", case.ref).due_on == case.due_on


def test_a_common_day_is_worked_and_kept_again_by_the_body(office: Office) -> None:
    case = office.capture().case
    change(office, CalendarEdits(work=off(D(2026, 12, 25), reason="Guardia")))
    assert office.case("ventanilla", case.ref).due_on == D(2027, 1, 20)
    change(office, CalendarEdits(rest=(D(2026, 12, 25),)))
    assert office.case("ventanilla", case.ref).due_on == case.due_on


def test_a_suspension_moves_only_its_matter(office: Office) -> None:
    service = office.capture().case
    asked = office.request(filed_on=D(2026, 11, 19)).case
    edits = CalendarEdits(
        suspend=(
            SuspensionRow(
                "information", D(2026, 11, 24), D(2026, 11, 25), "Fallas", "Acuerdo", "T"
            ),
        )
    )
    change(office, edits)
    assert office.case("ventanilla", service.ref).due_on == service.due_on
    assert office.case("transparencia", asked.ref).due_on == D(2026, 12, 4)
    assert asked.due_on == D(2026, 12, 2)


def test_a_date_given_by_the_platform_is_not_moved(office: Office) -> None:
    case = office.request(filed_on=D(2026, 11, 19), given_due_on=D(2026, 12, 10)).case
    _, impact = change(office, CalendarEdits(days=off(D(2026, 11, 27))))
    assert office.case("transparencia", case.ref).due_on == D(2026, 12, 10)
    assert impact.moved == 0


def test_a_filing_on_a_day_that_was_not_worked_is_received_the_next_business_day(
    office: Office,
) -> None:
    case = office.request(filed_on=D(2026, 11, 19)).case
    assert (case.received_on, case.due_on) == (D(2026, 11, 19), D(2026, 12, 2))
    change(office, CalendarEdits(days=off(D(2026, 11, 19))))
    after = office.case("transparencia", case.ref)
    assert after.received_on == after.governing().received_on == D(2026, 11, 20)
    assert after.due_on == D(2026, 12, 3)
    assert events("redated")[0].data["received"] == {"before": "2026-11-19", "after": "2026-11-20"}


def test_an_overdue_folio_that_no_longer_is_keeps_its_record_with_the_cause(
    office: Office,
) -> None:
    early = dt.datetime(2026, 11, 3, 16, tzinfo=dt.UTC)
    case = office.request(now=early, filed_on=D(2026, 11, 3)).case
    assert case.due_on == D(2026, 11, 17)
    late_day = dt.datetime(2026, 11, 18, 16, tzinfo=dt.UTC)
    assert tick(late_day)["became_overdue"] == 1
    edits = CalendarEdits(days=off(D(2026, 11, 9), D(2026, 11, 10)))
    _, seen = preview(office, edits, now=late_day)
    assert (seen.moved, seen.freed) == (1, 1)
    _, impact = change(office, edits, now=late_day)
    assert (impact.moved, impact.freed, impact.caught) == (1, 1, 0)
    governing = office.case("transparencia", case.ref).governing()
    assert governing.due_on == D(2026, 11, 19)
    assert governing.became_overdue_on == D(2026, 11, 17)
    assert governing.overdue_rectified == "Cambió el calendario de días inhábiles"


def test_a_closed_folio_keeps_its_date_and_gets_the_rectified_one_beside(office: Office) -> None:
    early = dt.datetime(2026, 11, 3, 16, tzinfo=dt.UTC)
    ref = office.capture(now=early, filed_on=D(2026, 11, 3)).case.ref
    office.route("supervision", ref, "JUD-AMC", now=early)
    office.turn("titular", ref, 1, "accept", now=early)
    office.turn(
        "titular", ref, 1, "reply", text="Se reparó", also_answer=True, outcome="attended",
        channel="phone", notified_on=TODAY,
    )  # fmt: skip
    before = office.case("supervision", ref)
    _, impact = change(office, CalendarEdits(days=off(D(2026, 11, 9))))
    governing = next(d for d in deadlines(before.id) if d.governing)
    assert governing.state == DeadlineState.MET
    assert governing.due_on == before.governing().due_on
    assert governing.due_on_rectified == D(2027, 1, 4)
    assert (impact.rectified, impact.moved) == (1, 0)
    change(office, CalendarEdits(remove=(D(2026, 11, 9),)))
    governing = next(d for d in deadlines(before.id) if d.governing)
    assert governing.due_on_rectified is None


def test_days_before_the_filing_and_after_the_date_move_nothing(office: Office) -> None:
    office.capture()
    _, impact = change(office, CalendarEdits(days=off(D(2026, 11, 23), D(2027, 2, 8), year=2026)))
    assert impact.moved == 0
    assert events("redated") == []


def test_the_list_of_another_body_moves_nothing_here(office: Office) -> None:
    case = office.capture().case
    with office.work("admin") as work:
        change_calendar(work, "alcaldia-xochimilco", CalendarEdits(days=off(D(2026, 12, 24))))
    assert office.case("ventanilla", case.ref).due_on == case.due_on


@pytest.mark.parametrize("login", ["supervision", "ventanilla", "titular", "contraloria"])
def test_only_administration_and_transparency_change_days(
    sqlite_office: Office, login: str
) -> None:
    with pytest.raises(NotAllowed):
        change(sqlite_office, CalendarEdits(days=off(D(2026, 12, 24))), login)


def test_transparency_changes_days_too(sqlite_office: Office) -> None:
    changed, _ = change(sqlite_office, CalendarEdits(days=off(D(2026, 12, 24))), "transparencia")
    assert changed


@pytest.mark.parametrize(
    ("edits", "refusal"),
    [
        (CalendarEdits(days=off(D(2026, 12, 24), source=" ")), MissingData),
        (CalendarEdits(days=off(D(2026, 12, 24), reason="")), MissingData),
        (CalendarEdits(days=off(D(2026, 12, 24), year=2024)), InvalidData),
        (CalendarEdits(days=off(D(1926, 12, 24), year=1926)), InvalidData),
        (CalendarEdits(remove=(D(2026, 12, 24),)), InvalidData),
        (CalendarEdits(work=off(D(2026, 12, 23))), InvalidData),
        (CalendarEdits(rest=(D(2026, 12, 25),)), InvalidData),
        (CalendarEdits(lift=(7,)), InvalidData),
        (
            CalendarEdits(
                suspend=(SuspensionRow(None, D(2026, 12, 9), D(2026, 12, 1), "x", "y", "T"),)
            ),
            InvalidData,
        ),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(
    sqlite_office: Office, edits: CalendarEdits, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        change(sqlite_office, edits)
    assert events("calendar_changed") == []


def test_a_day_taken_off_a_packs_list_does_not_come_back_with_the_pack(
    sqlite_office: Office,
) -> None:
    with begin_work(SYSTEM, NOW) as work:
        work.session.add(
            NonWorkingDay(
                body=BODY, day=D(2026, 12, 24), list_year=2026, reason="Cierre", source="Paquete",
                mark="I", pack_digest="0" * 64,
            )
        )  # fmt: skip
        work.record("pack_loaded", {})
    change(sqlite_office, CalendarEdits(remove=(D(2026, 12, 24),)))
    kept = db.session.scalars(select(NonWorkingDay).where(NonWorkingDay.body == BODY)).one()
    assert (kept.works, kept.pack_digest) == (True, "edited")
    assert reference.current(db.session()).calendar.is_business(D(2026, 12, 24))


def test_a_reloaded_pack_leaves_the_common_day_that_the_body_works(sqlite_office: Office) -> None:
    change(sqlite_office, CalendarEdits(work=off(D(2026, 12, 25), reason="Guardia")))
    with begin_work(SYSTEM, NOW) as work:
        load_organisation(work, load_pack("iztacalco"))
    assert reference.current(db.session()).calendar.is_business(D(2026, 12, 25))


def test_folios_are_listed_only_for_who_may_see_them(sqlite_office: Office) -> None:
    office = sqlite_office
    office.capture()
    asked = office.request(filed_on=D(2026, 11, 19)).case
    edits = CalendarEdits(days=off(D(2026, 11, 27)))
    _, admins = preview(office, edits, "admin")
    _, theirs = preview(office, edits, "transparencia")
    assert admins.moved == theirs.moved == 2
    assert admins.folios == []
    assert [move.ref for move in theirs.folios] == [asked.ref]


def test_moving_many_folios_takes_as_many_statements_as_moving_few(app: Flask) -> None:
    office = Office(app)
    office.capture()
    with counted() as few:
        change(office, CalendarEdits(days=off(D(2026, 12, 24))))
    for n in range(8):
        office.capture(description=f"Luminaria {n}")
    with counted() as many:
        change(office, CalendarEdits(days=off(D(2026, 12, 28))))
    per_row = sum(1 for s in many if s.startswith("UPDATE")) - sum(
        1 for s in few if s.startswith("UPDATE")
    )
    reads = [s for s in many if s.startswith("SELECT")]
    assert len(reads) <= len([s for s in few if s.startswith("SELECT")])
    if app.config["CASEFLOW"].database_url.startswith("postgresql"):
        assert per_row <= 0


def test_other_sources_and_kinds_are_dated_again_too(sqlite_office: Office) -> None:
    office = sqlite_office
    case = office.request(
        kind=Kind.PERSONAL_DATA, filed_on=D(2026, 11, 19), source=Source.SISAI,
        folio="092074526000419", channel=Channel.PLATFORM.value,
    ).case  # fmt: skip
    change(office, CalendarEdits(days=off(D(2026, 11, 30))))
    after = office.case("transparencia", case.ref)
    assert case.due_on is not None
    assert after.due_on is not None
    assert after.due_on > case.due_on
