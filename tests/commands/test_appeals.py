"""Appeals from the act to the tables: both engines, the events, the clock, the calendar."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from caseflow.commands.calendars import change_calendar
from caseflow.commands.ticks import tick
from caseflow.domain.day_lists import CalendarEdits, DayRow
from caseflow.domain.errors import NotFound, Stale
from caseflow.domain.vocabulary import CaseState, Step
from caseflow.extensions import db
from caseflow.models import Appeal, Attachment, Deadline, Event, Mail
from caseflow.queries.due import overdue_folios
from caseflow.queries.rebuild import differences
from tests.builders import Office
from tests.commands.appeal_scenes import (
    ADMITTED,
    RECEIVED,
    RULED,
    STATE_BY,
    admit,
    answer,
    answered,
    appealed,
    at,
    rule,
    silent,
)

FILE = {"name": "acuerdo.pdf", "media_type": "application/pdf", "size": 9, "sha256": "a" * 64}


def term(office: Office, ref: str, step: Step) -> Deadline:
    found = db.session.scalars(
        select(Deadline)
        .where(Deadline.case_id == office.case("unidad", ref).id, Deadline.step == step.value)
        .order_by(Deadline.number.desc())
    ).first()
    assert found is not None
    db.session.remove()
    return found


def all_acts(office: Office) -> str:
    """One case through every act on an appeal, and a second appeal that was a mistake."""
    ref = answered(office)
    admit(office, ref, files=[FILE])
    act = office.appeal
    act("transparencia", ref, "amend", at(ADMITTED), field="authority", value="Otra", reason="x")
    act("transparencia", ref, "state", at(STATE_BY), sent_on=STATE_BY, text="Se sostiene")
    rule(office, ref, "confirms")
    act("transparencia", ref, "end", at(RULED))
    act("transparencia", ref, "annul", at(RULED), reason="No era")
    act("transparencia", ref, "annul", at(RULED), reason="El sentido es otro")
    rule(office, ref)
    admit(office, ref, 2, notified_on=RULED)
    act("transparencia", ref, "annul", at(RULED), 2, reason="Era de otro folio")
    tick(at(dt.date(2026, 12, 30)))
    act("transparencia", ref, "comply", at(dt.date(2026, 12, 30)), notified_on=RULED, text="Hecho",
        files=[FILE])  # fmt: skip
    return ref


def test_the_tables_say_what_the_events_tell(office: Office) -> None:
    ref = all_acts(office)
    rows = db.session.execute(select(Appeal.number, Appeal.state, Appeal.ending)).all()
    assert sorted(tuple(row) for row in rows) == [(1, "complied", None), (2, "ended", "mistake")]
    assert differences(db.session()) == []
    files = db.session.scalars(select(Attachment.appeal_number).order_by(Attachment.number)).all()
    assert files == [1, 1]
    case = office.case("transparencia", ref)
    assert (case.state, case.ending) == (CaseState.CLOSED, "complied")


def test_who_does_not_see_the_case_does_not_find_it(office: Office) -> None:
    ref = answered(office)
    for login in ("ajena", "ventanilla", "admin"):
        with pytest.raises(NotFound):
            office.appeal(login, ref, "admit")


def test_whoever_was_slower_is_told(office: Office) -> None:
    ref = appealed(office)
    seen = office.case("transparencia", ref).version
    office.act("transparencia", ref, "note", text="x")
    with pytest.raises(Stale), office.work("transparencia", at(ADMITTED)) as work:
        work.case(ref, seen)


def test_the_clock_tells_transparency_of_the_term_to_state_once(office: Office) -> None:
    ref = appealed(office)
    quiet = tick(at(dt.date(2026, 11, 27)))
    soon, again = tick(at(dt.date(2026, 11, 30))), tick(at(dt.date(2026, 12, 1)))
    assert (quiet["appeals"], soon["appeals"], again["appeals"]) == (0, 1, 0)
    mails = db.session.scalars(select(Mail).where(Mail.subject.contains("manifestaciones"))).all()
    assert [mail.recipient for mail in mails] == [
        "transparencia@demo.local", "unidad@demo.local",
    ]  # fmt: skip
    assert all("Hernández" not in mail.body and ref in mail.body for mail in mails)
    db.session.remove()
    assert tick(at(dt.date(2026, 12, 4)))["appeals"] == 1
    assert term(office, ref, Step.STATEMENTS).became_overdue_on == STATE_BY
    assert differences(db.session()) == []


def test_a_late_tick_records_what_a_timely_one_would_have(office: Office) -> None:
    appealed(office)
    assert tick(at(dt.date(2027, 2, 1)))["appeals"] == 2
    rows = db.session.execute(
        select(Event.action, Event.effective_on).where(Event.action.startswith("appeal_o"))
    ).all()
    assert [tuple(row) for row in rows] == [("appeal_overdue", STATE_BY)]
    assert tick(at(dt.date(2027, 2, 1)))["appeals"] == 0


def test_the_terms_of_an_appeal_make_no_folio_overdue(office: Office) -> None:
    ref = appealed(office)
    rule(office, ref)
    late = dt.date(2027, 2, 1)
    tick(at(late))
    assert overdue_folios(db.session(), late) == ()
    overdue = db.session.scalar(
        select(func.count()).select_from(Event).where(Event.action == "became_overdue")
    )
    assert overdue == 0


def test_the_window_closes_no_case_under_appeal_and_does_close_the_others(office: Office) -> None:
    under = appealed(office)
    free = answered(office, folio="092074526000419")
    unanswered = silent(office, folio="092074526000420")
    admit(office, unanswered)
    answer(office, unanswered, dt.date(2026, 11, 25))
    tick(at(dt.date(2027, 3, 1)))
    states = [office.case("unidad", ref).state for ref in (under, free, unanswered)]
    assert states == [CaseState.ANSWERED, CaseState.CLOSED, CaseState.ANSWERED]
    assert tick(at(dt.date(2027, 3, 1)))["closed"] == 0


def close_days(office: Office, *days: dt.date, now: dt.datetime) -> None:
    rows = tuple(DayRow(day, "Cierre", "GOCDMX 1", "T", day.year) for day in days)
    with office.work("admin", now) as work:
        change_calendar(work, "alcaldia-iztacalco", CalendarEdits(days=rows))


def test_a_day_off_moves_the_term_to_state_and_not_a_date_that_was_given(office: Office) -> None:
    ref = appealed(office)
    given = answered(office, folio="092074526000419")
    admit(office, given, limit_on=dt.date(2026, 12, 8))
    days = answered(office, folio="092074526000420")
    admit(office, days, own_days=2)
    close_days(office, dt.date(2026, 11, 26), now=at(ADMITTED))
    assert term(office, ref, Step.STATEMENTS).due_on == dt.date(2026, 12, 4)
    assert term(office, given, Step.STATEMENTS).due_on == dt.date(2026, 12, 8)
    assert term(office, days, Step.STATEMENTS).due_on == dt.date(2026, 11, 27)
    assert differences(db.session()) == []


def test_a_ruling_reopens_a_closed_and_a_referred_case_as_well(office: Office) -> None:
    closed = answered(office)
    tick(at(dt.date(2026, 12, 20)))
    assert office.case("unidad", closed).state == CaseState.CLOSED
    later = dt.date(2026, 12, 21)
    admit(office, closed, notified_on=later)
    assert office.case("unidad", closed).state == CaseState.CLOSED
    rule(office, closed, on=later)
    assert office.case("unidad", closed).state == CaseState.RECEIVED

    referred = office.request(now=at(RECEIVED), filed_on=RECEIVED, folio="092074526000419").case.ref
    office.act("transparencia", referred, "refer", at(RECEIVED), authority="SACMEX",
               reason="El agua", notified_on=RECEIVED)  # fmt: skip
    admit(office, referred)
    rule(office, referred, "revokes")
    case = office.case("unidad", referred)
    assert (case.state, case.referred_to, case.round) == (CaseState.RECEIVED, None, 2)
