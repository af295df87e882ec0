"""Dates many folios again and is killed at it until one run comes through (``killing``).

    python -m tests.commands.killed_redating URL FOLDER KILLS SEED

The first attempts make the change of the calendar itself.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from caseflow.commands.calendars import change_calendar
from caseflow.commands.jobs import finish_job
from caseflow.commands.work import begin_work
from caseflow.domain.day_lists import CalendarEdits, DayRow
from caseflow.domain.people import SYSTEM
from caseflow.extensions import db
from caseflow.models import Job
from tests.builders import NOW, make_app
from tests.commands.killing import kill_until_done

EDITS = CalendarEdits(
    days=tuple(
        DayRow(day, "Cierre", "GOCDMX 1850, p. 12", "T", 2026)
        for day in (dt.date(2026, 11, 9), dt.date(2026, 12, 24))
    )
)
CHUNK = 7


def attempt(app: Flask, progress: Callable[[int], None]) -> None:
    """Change the calendar unless that is done, and bring the job to its end."""
    with app.app_context():
        job_id = db.session.scalar(select(Job.id))
        if job_id is None:
            with begin_work(SYSTEM, NOW) as work:
                _changed, redated = change_calendar(work, work.office.body, EDITS)
            job_id = redated.job_id
        assert job_id is not None, "too few folios for a job"
        finish_job(job_id, NOW, progress, chunk=CHUNK)


def main() -> int:
    url, folder, kills, seed = sys.argv[1:]
    app = make_app(url, Path(folder))  # which connects to nothing before it is asked
    return kill_until_done(lambda progress: attempt(app, progress), int(kills), int(seed))


if __name__ == "__main__":
    sys.exit(main())
