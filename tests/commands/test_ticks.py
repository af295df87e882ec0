"""What time alone does to cases: recorded once, dated on its day, whenever it is noticed."""

from __future__ import annotations

import datetime as dt
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from caseflow.commands.calendars import change_calendar
from caseflow.commands.ticks import tick
from caseflow.domain.day_lists import CalendarEdits, DayRow
from caseflow.domain.facts import DeadlineFacts
from caseflow.domain.instants import local
from caseflow.domain.vocabulary import CaseState, Channel, Source
from caseflow.extensions import db
from caseflow.models import Case, Deadline, Event, Mail, Turn
from caseflow.queries.rebuild import differences
from tests.builders import NOW, TODAY, Office, make_app

NOTHING = dict.fromkeys(
    ("became_overdue", "due_soon", "target_missed", "appeals", "closed", "set_aside"), 0
)


def at(day: dt.date, hour: int = 12) -> dt.datetime:
    """Noon of a local day, as an instant."""
    return dt.datetime.combine(day, dt.time(hour + 6), dt.UTC)


def governing(office: Office, ref: str) -> DeadlineFacts:
    found = office.case("direccion", ref).governing()
    assert found is not None
    assert found.due_on is not None
    return found


def closed_office(office: Office, first: dt.date, last: dt.date, now: dt.datetime) -> None:
    """The office turns out not to have worked on any day of a stretch."""
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    rows = tuple(DayRow(day, "Cierre", "GOCDMX 1", "T", day.year) for day in days)
    with office.work("admin", now) as work:
        change_calendar(work, "alcaldia-iztacalco", CalendarEdits(days=rows))


def events(action: str) -> list[tuple[dt.date, dt.datetime]]:
    rows = db.session.execute(
        select(Event.effective_on, Event.entered_at)
        .where(Event.action == action)
        .order_by(Event.id)
    ).all()
    db.session.remove()
    return [(row[0], row[1]) for row in rows]


def state_of_cases() -> list[Any]:
    """Cases, turns, deadlines, and what happened to them; not when it was noticed."""
    found: list[Any] = []
    for model in (Case, Turn, Deadline):
        columns = [c for c in model.__table__.columns if c.name not in ("version", "key_digest")]
        found.append([tuple(row) for row in db.session.execute(select(*columns))])
    rows = db.session.execute(select(Event.__table__.columns).where(Event.case_id.is_not(None)))
    found.append(
        sorted(
            (row.case_id, row.effective_on, row.action, row.turn_number or 0, str(row.data))
            for row in rows
        )
    )
    db.session.remove()
    return found


def test_nothing_is_recorded_before_it_happens(office: Office) -> None:
    office.capture()
    assert tick(NOW) == NOTHING


def test_a_deadline_that_passed_is_recorded_on_its_last_day(office: Office) -> None:
    ref = office.capture().case.ref
    due_on = governing(office, ref).due_on
    assert due_on is not None
    noticed = at(due_on + dt.timedelta(days=20))
    assert tick(noticed)["became_overdue"] == 1
    assert governing(office, ref).became_overdue_on == due_on
    assert events("became_overdue") == [(due_on, noticed)]


def test_the_last_day_itself_is_still_in_time(office: Office) -> None:
    ref = office.capture().case.ref
    due_on = governing(office, ref).due_on
    assert due_on is not None
    assert tick(at(due_on, hour=17))["became_overdue"] == 0


def test_a_second_tick_records_nothing(office: Office) -> None:
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC", "JUD-BAR")
    late = at(TODAY + dt.timedelta(days=120))
    first = tick(late)
    assert (first["became_overdue"], first["target_missed"]) == (1, 2)
    assert tick(late) == NOTHING
    assert tick(late + dt.timedelta(days=1)) == NOTHING


def a_season(template: Path, folder: Path, days: range) -> list[Any]:
    """The same few cases, ticked on these days; how they stand after it."""
    folder.mkdir()
    shutil.copyfile(template, folder / "caseflow.sqlite3")
    app = make_app(f"sqlite:///{folder / 'caseflow.sqlite3'}", folder)
    with app.app_context():
        office = Office(app)
        answered_suac(office, NOW)
        office.request()
        for areas in ((), ("JUD-AMC",), ("JUD-AMC", "JUD-BAR")):
            ref = office.capture().case.ref
            if areas:
                office.route("supervision", ref, *areas)
        office.capture(filed_on=TODAY - dt.timedelta(days=200))
        for day in days:
            tick(at(TODAY + dt.timedelta(days=day)))
        state = state_of_cases()
        db.engine.dispose()
    return state


def test_one_late_tick_writes_what_daily_ones_would_have(
    sqlite_template: Path, tmp_path: Path
) -> None:
    untouched = a_season(sqlite_template, tmp_path / "never", range(0))
    daily = a_season(sqlite_template, tmp_path / "daily", range(90))
    late = a_season(sqlite_template, tmp_path / "late", range(89, 90))
    assert daily == late
    assert daily != untouched


def test_two_ticks_at_once_record_once(office: Office) -> None:
    for _ in range(12):
        office.route("supervision", office.capture().case.ref, "JUD-AMC")
    late = at(TODAY + dt.timedelta(days=120))
    counts: list[dict[str, int]] = []

    def once() -> None:
        with office.app.app_context():
            counts.append(tick(late, chunk=3))

    threads = [threading.Thread(target=once) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(count["became_overdue"] for count in counts) == 12
    assert sum(count["set_aside"] for count in counts) == 0
    assert len(events("became_overdue")) == len(events("target_missed")) == 12


def test_three_business_days_before_is_due_soon_and_the_person_is_told(office: Office) -> None:
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC")
    office.turn("titular", ref, 1, "assign", person=office.user_id("personal"))
    due_on = governing(office, ref).due_on
    assert due_on is not None
    with office.work("direccion") as work:
        eve = work.clockwork.calendar.add(due_on, -4)
        day = work.clockwork.calendar.add(due_on, -3)
    assert tick(at(eve))["due_soon"] == 0
    assert tick(at(day))["due_soon"] == 1
    assert [on for on, _ in events("due_soon")] == [day]
    told = db.session.scalars(select(Mail.subject).where(Mail.subject.like("%por vencer%"))).all()
    assert told == ["Un folio está por vencer"]


def test_a_case_that_came_after_its_date_was_never_due_soon(office: Office) -> None:
    office.capture(filed_on=TODAY - dt.timedelta(days=200))
    counts = tick(NOW)
    assert (counts["became_overdue"], counts["due_soon"]) == (1, 0)


def test_a_deadline_that_rests_does_not_become_overdue(office: Office) -> None:
    ref = office.capture().case.ref
    office.act(
        "supervision", ref, "request_clarification", text="Falta el domicilio", notified_on=TODAY
    )
    assert tick(at(TODAY + dt.timedelta(days=365)))["became_overdue"] == 0


def answered_suac(office: Office, answered_at: dt.datetime) -> str:
    ref = office.capture(
        "supervision", source=Source.SUAC, folio="2441009", channel=Channel.WEB.value
    ).case.ref
    office.route("supervision", ref, "JUD-AMC")
    office.turn("titular", ref, 1, "accept")
    office.turn(
        "titular", ref, 1, "reply", now=answered_at, text="Se repuso", also_answer=True,
        outcome="attended", channel="phone", notified_on=TODAY,
    )  # fmt: skip
    return ref


def test_a_suac_folio_closes_72_hours_after_its_answer_and_not_before(office: Office) -> None:
    ref = answered_suac(office, NOW)
    end = NOW + dt.timedelta(hours=72)
    assert tick(end - dt.timedelta(seconds=1))["closed"] == 0
    assert tick(end + dt.timedelta(days=9))["closed"] == 1
    case = office.case("supervision", ref)
    assert (case.state, case.ending, case.closed_on) == (
        CaseState.CLOSED, "rule72", TODAY + dt.timedelta(days=3),
    )  # fmt: skip


def test_a_cesac_folio_does_not_close_by_itself(office: Office) -> None:
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC")
    office.turn("titular", ref, 1, "accept")
    office.turn(
        "titular", ref, 1, "reply", text="Se repuso", also_answer=True,
        outcome="attended", channel="phone", notified_on=TODAY,
    )  # fmt: skip
    tick(at(TODAY + dt.timedelta(days=365)))
    assert office.case("supervision", ref).state == CaseState.ANSWERED


def test_a_request_closes_after_the_appeal_window(office: Office) -> None:
    ref = office.request().case.ref
    office.route("unidad", ref, "JUD-AMC")
    office.turn("titular", ref, 1, "accept")
    office.turn("titular", ref, 1, "reply", text="Se adjunta")
    office.act(
        "unidad", ref, "answer", outcome="delivered", text="Se entrega", channel="platform",
        notified_on=TODAY,
    )  # fmt: skip
    window = next(
        d for d in office.case("unidad", ref).deadlines.values() if d.step == "appeal"
    ).due_on
    assert window is not None
    assert tick(at(window))["closed"] == 0
    assert tick(at(window + dt.timedelta(days=5)))["closed"] == 1
    case = office.case("unidad", ref)
    assert case.ending == "window"
    assert case.closed_on is not None
    assert dt.timedelta(0) < case.closed_on - window < dt.timedelta(days=5)


@pytest.mark.parametrize("chunk", [2, 500])
def test_a_spoiled_case_is_set_aside_and_the_others_go_on(office: Office, chunk: int) -> None:
    refs = [office.capture().case.ref for _ in range(5)]
    spoiled = office.case("direccion", refs[2]).id
    with db.engine.execution_options(caseflow_writes=True).begin() as connection:
        connection.execute(update(Case).where(Case.id == spoiled).values(kind="no such kind"))
        connection.execute(
            update(Deadline).where(Deadline.case_id == spoiled).values(state="running", step="x",
            due_on=dt.date(1, 1, 1))
        )  # fmt: skip
    counts = tick(at(TODAY + dt.timedelta(days=120)), chunk=chunk)
    assert counts["became_overdue"] == 4
    assert counts["set_aside"] == 1


def test_what_was_disproved_and_came_true_later_is_recorded_again(office: Office) -> None:
    ref = office.capture().case.ref
    first = governing(office, ref).due_on
    assert first is not None
    late = at(first + dt.timedelta(days=1))
    assert tick(late)["became_overdue"] == 1
    closed_office(office, first - dt.timedelta(days=20), first, late)
    after = governing(office, ref)
    assert after.due_on is not None
    assert after.due_on > local(late).date()
    assert (after.became_overdue_on, bool(after.overdue_rectified)) == (first, True)
    assert tick(late)["became_overdue"] == 0

    soon = at(after.due_on)
    assert (tick(soon)["became_overdue"], len(events("due_soon"))) == (0, 2)
    again = at(after.due_on + dt.timedelta(days=3))
    assert tick(again)["became_overdue"] == 1
    assert events("became_overdue") == [(first, late), (after.due_on, again)]
    stands = governing(office, ref)
    assert (stands.became_overdue_on, stands.overdue_rectified) == (after.due_on, None)
    assert tick(again + dt.timedelta(days=1))["became_overdue"] == 0
    assert differences(db.session()) == []


def test_a_date_that_moved_and_has_passed_already_is_recorded_at_once(office: Office) -> None:
    ref = office.capture().case.ref
    first = governing(office, ref).due_on
    assert first is not None
    late = at(first + dt.timedelta(days=60))
    tick(late)
    closed_office(office, first - dt.timedelta(days=5), first, late)
    moved = governing(office, ref).due_on
    assert moved is not None
    assert first < moved < late.date()
    assert tick(late)["became_overdue"] == 1
    assert [day for day, _ in events("became_overdue")] == [first, moved]
