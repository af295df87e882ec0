"""Overdue, disproved, and overdue after all: each month's report tells what stands in it."""

from __future__ import annotations

import datetime as dt

from caseflow.commands.calendars import change_calendar
from caseflow.commands.reports import close_due_months
from caseflow.commands.ticks import tick
from caseflow.domain.day_lists import CalendarEdits, DayRow
from caseflow.domain.months import Month
from caseflow.extensions import db
from caseflow.queries.closed_reports import closed_report, editions
from tests.builders import Office
from tests.queries.happenings import CLOSING, DUE, OCTOBER, Happenings, at, refs

NOVEMBER = Month(2026, 11)
#: Tuesday 1 December, 7:00.
NEXT_CLOSING = dt.datetime(2026, 12, 1, 13, 0, tzinfo=dt.UTC)


def close_office(office: Office, first: dt.date, last: dt.date, now: dt.datetime) -> None:
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    rows = tuple(DayRow(day, "Cierre", "GOCDMX 1", "T", day.year) for day in days)
    with office.work("admin", now) as work:
        change_calendar(work, "alcaldia-iztacalco", CalendarEdits(days=rows))


def test_disproved_before_the_closing_it_counts_in_the_month_of_the_date_that_stands(
    office: Office,
) -> None:
    month = Happenings(office)
    ref = month.request("JUD-AMC")
    tick(at(DUE + dt.timedelta(days=1)))
    close_office(office, dt.date(2026, 10, 5), dt.date(2026, 10, 30), at(dt.date(2026, 10, 16)))
    due_on = office.case("transparencia", ref).due_on
    assert due_on is not None
    assert Month.of(due_on) == NOVEMBER
    tick(NEXT_CLOSING)
    october, november = month.report(), month.report(month=NOVEMBER, now=NEXT_CLOSING)
    assert (refs(october.became_overdue), october.total.due) == ([], 0)
    assert refs(november.became_overdue) == refs(november.still_overdue) == [ref]
    assert november.became_overdue[0].due_on == due_on


def test_disproved_after_the_closing_the_next_report_corrects_the_month_and_counts_its_own(
    office: Office,
) -> None:
    month = Happenings(office)
    ref = month.request("JUD-AMC")
    tick(at(DUE + dt.timedelta(days=1)))
    close_due_months(CLOSING)
    close_office(office, dt.date(2026, 10, 5), dt.date(2026, 10, 30), at(dt.date(2026, 11, 4)))
    tick(NEXT_CLOSING)
    kept = closed_report(
        db.session(), editions(db.session(), OCTOBER, office.area("ALC"), "")[-1].id
    )
    november = month.report(month=NOVEMBER, now=NEXT_CLOSING)
    assert refs(kept.became_overdue) == [ref]
    assert [(c.month, c.ref) for c in november.corrections] == [("2026-10", ref)]
    assert refs(november.became_overdue) == [ref]
