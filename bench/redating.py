"""Dating 100,000 open folios again, in a process of its own: ``python -m bench.redating``.

Puts two days on the office's list, one that has passed and one to come, as the screen does, and
then does the job that comes of it as the scheduler does, until it is done. Prints seconds and
counts, start of the interpreter left out.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections.abc import Sequence

from sqlalchemy import select

from bench.open_cases import BACK
from caseflow.commands.calendars import change_calendar
from caseflow.commands.jobs import run_jobs
from caseflow.commands.work import begin_work
from caseflow.domain.calendar import Calendar
from caseflow.domain.day_lists import CalendarEdits, DayRow
from caseflow.domain.instants import local_date
from caseflow.domain.people import SYSTEM
from caseflow.extensions import db
from caseflow.models import Job
from caseflow.queries import reference
from caseflow.queries.calendars import preview_edits
from wsgi import app

#: Business days ahead that the day to come lies.
AHEAD = 2


def closed_days(today: dt.date, calendar: Calendar) -> CalendarEdits:
    """Two days more on the list."""
    return CalendarEdits(
        days=tuple(
            DayRow(day, "Cierre", "Gaceta, p. 1", "T", day.year)
            for day in (calendar.add(today, -BACK), calendar.add(today, AHEAD))
        )
    )


def main(given: Sequence[str]) -> int:
    now = dt.datetime.fromisoformat(given[0])
    told: dict[str, object] = {}

    def timed(name: str, began: tuple[float, float]) -> None:
        told[name] = time.perf_counter() - began[0]
        told[f"{name}_processor"] = time.process_time() - began[1]

    with app.app_context():
        session = db.session()
        read = reference.current(session)
        edits = closed_days(local_date(now), read.calendar)
        began = time.perf_counter(), time.process_time()
        _, impact = preview_edits(session, SYSTEM, now, read, read.office.body, edits)
        timed("preview", began)
        db.session.remove()
        began = time.perf_counter(), time.process_time()
        with begin_work(SYSTEM, now) as work:
            _, redated = change_calendar(work, work.office.body, edits)
        timed("act", began)
        while redated.job_id is not None and any(run_jobs(now).values()):
            pass
        timed("seconds", began)
        counts = db.session.scalar(select(Job.counts).where(Job.id == redated.job_id))
        told |= {"foreseen": impact.counts(), "counts": counts or redated.impact.counts()}
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
