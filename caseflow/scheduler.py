"""The timer process: a lease, a table of jobs, and what each does when its time comes.

APScheduler is the timer and nothing more; the database holds who may act (the lease with its
fence) and what was done (one row for each job and period). So two processes may run at once, one
may be killed at any point, and a missed period is found again by query.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import os
import secrets
import signal
import socket
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Any

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask

from caseflow import mail
from caseflow.commands import imports, jobs, reports, runs, sealing, ticks
from caseflow.commands.leases import (
    Hold,
    LeaseLost,
    LeaseUnknown,
    fence_of,
    holding,
    release_lease,
    take_lease,
)
from caseflow.commands.placing import place_cases
from caseflow.commands.roles import release_astray
from caseflow.commands.work import begin_work
from caseflow.domain.errors import DomainError
from caseflow.domain.instants import OFFICE_ZONE, local, local_date
from caseflow.domain.months import Month
from caseflow.domain.people import SYSTEM
from caseflow.extensions import db
from caseflow.listings import retry_pending, stage_pending
from caseflow.queries import due, reference
from caseflow.queries.health import Expected, Health, health
from caseflow.queries.territories import placing_waits
from caseflow.schema import schema_head
from caseflow.settings import SettingsLike

_log = structlog.get_logger()
# It would log the whole exception of a job, and with it the values of a failed statement.
logging.getLogger("apscheduler").setLevel(logging.CRITICAL)

#: A wall clock that moves this much against the steady one was set by somebody.
CLOCK_JUMP = 5.0
#: Chunks of one run that gives cases their territory, so that it never keeps others waiting long.
PLACING_CHUNKS = 25
#: Name of the monthly report among the jobs; its runs are kept for ever.
MONTHLY = "report"

Counts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Beat:
    """One time that a job is to act: for which period, when, under which hold (none: by hand)."""

    period: str
    now: dt.datetime
    hold: Hold | None
    settings: SettingsLike


@dataclass(frozen=True, slots=True)
class TimedJob:
    """One row of the table of jobs."""

    name: str
    #: what ``/salud`` calls it
    label: str
    #: seconds between two beats
    every: int
    run: Callable[[Beat], Counts]
    #: seconds without a finished run after which ``/salud`` calls it late
    late_after: int
    #: seconds that one row stands for
    period_seconds: int = 60
    #: which periods are to be done now, where they are not simply the current one
    periods: Callable[[dt.datetime], Sequence[str]] | None = None
    #: where given, a beat with nothing waiting only keeps the heartbeat, once a period
    waits: Callable[[dt.datetime], bool] | None = None
    #: whether this installation has the job at all
    needed: Callable[[SettingsLike], bool] = lambda settings: True

    def due_periods(self, now: dt.datetime) -> Sequence[str]:
        """The periods of this beat, oldest first."""
        if self.periods is not None:
            return self.periods(now)
        wall = local(now)
        seconds = (wall.hour * 60 + wall.minute) * 60 + wall.second
        begun = dt.timedelta(seconds=seconds - seconds % self.period_seconds)
        midnight = dt.datetime.combine(wall.date(), dt.time())
        return ((midnight + begun).isoformat(timespec="minutes"),)

    def expected(self, now: dt.datetime) -> Expected:
        """What ``/salud`` asks of it: for named periods, that none is missing for long."""
        late_after = dt.timedelta(seconds=self.late_after)
        overdue = bool(self.periods(now - late_after)) if self.periods is not None else None
        return Expected(self.name, self.label, late_after, overdue)


def months_to_close(now: dt.datetime) -> list[str]:
    """Months whose report is due and not made, oldest first.

    Every month since the first event counts, so that none is lost however long nothing ran.
    """
    session = db.session()
    began = due.first_event_at(session)
    if began is None:
        return []
    done = due.months_done(session, MONTHLY)
    calendar = reference.current(session).calendar
    month, found = Month.of(local_date(began)), []
    while reports.closing_instant(month, calendar) <= now:
        if str(month) not in done:
            found.append(str(month))
        month = month.plus(1)
    return found


def _close_months(beat: Beat) -> Counts:
    ticks.tick(beat.now)  # what fell due on the month's last day belongs to it
    return reports.close_due_months(beat.now)


def _import(beat: Beat) -> Counts:
    return {
        **stage_pending(beat.now),
        **imports.apply_pending(beat.now),
        **retry_pending(beat.now),
    }


def _place(beat: Beat) -> Counts:
    """Cases that wait for their territory since the command that loads polygons was interrupted."""
    return place_cases(now=beat.now, most_chunks=PLACING_CHUNKS)


def _release(beat: Beat) -> Counts:
    """Turns of people whose role ended yesterday go back to their area without a person."""
    with begin_work(SYSTEM, beat.now) as work:
        return {"released": release_astray(work)}


#: Every job of the program. ``/salud`` and ``flask tick`` read the same table.
JOBS: tuple[TimedJob, ...] = (
    TimedJob(
        "tick", "Vencimientos y cierres", 300, lambda beat: ticks.tick(beat.now),
        late_after=1_200, period_seconds=300,
    ),
    TimedJob(
        "seal", "Sellado de eventos", 60, lambda beat: sealing.seal(beat.now),
        late_after=300,
    ),
    TimedJob(
        MONTHLY, "Reporte mensual", 600, _close_months,
        late_after=86_400, periods=months_to_close,
    ),
    TimedJob(
        "mail", "Correo", 15, lambda beat: mail.deliver(beat.settings),
        late_after=600, waits=lambda now: due.mail_waits(db.session(), now),
        needed=lambda settings: bool(settings.smtp_url),
    ),
    TimedJob(
        "jobs", "Trabajos en bloque", 3, lambda beat: jobs.run_jobs(beat.now),
        late_after=300, waits=lambda now: due.jobs_wait(db.session()),
    ),
    TimedJob(
        "imports", "Importaciones", 3, _import,
        late_after=300, waits=lambda now: due.imports_wait(db.session()),
    ),
    TimedJob(
        "places", "Unidades territoriales", 60, _place,
        late_after=1_800, waits=lambda now: placing_waits(db.session()),
    ),
    TimedJob(
        "roles", "Funciones terminadas", 3_600, _release,
        late_after=2 * 86_400, period_seconds=86_400,
    ),
    TimedJob(
        "purge", "Limpieza", 3_600,
        lambda beat: runs.purge(beat.now, frozenset({MONTHLY})),
        late_after=3 * 86_400, period_seconds=86_400,
    ),
)  # fmt: skip


def by_hand(now: dt.datetime, settings: SettingsLike) -> dict[str, Any]:
    """What the scheduler does at an instant, all at once: ``flask tick``."""
    counts: dict[str, Any] = dict(ticks.tick(now))
    monthly = next(job for job in JOBS if job.name == MONTHLY)
    counts["reports"] = sum(
        run_period(monthly, Beat(period, now, None, settings))
        for period in monthly.due_periods(now)
    )
    counts["sealed"] = sealing.seal(now)["sealed"]
    counts.update({f"mail_{name}": n for name, n in mail.deliver(settings, now).items()})
    return counts


def standing(now: dt.datetime, settings: SettingsLike) -> Health:
    """How the installation is: ``/salud``. Reads only, and says so where even that fails."""
    needed = [job for job in JOBS if job.needed(settings)]
    return health(db.session(), now, (job.expected(now) for job in needed), schema_head())


def run_period(job: TimedJob, beat: Beat) -> bool:
    """Do one period of a job unless it is done; whether it was done now.

    What goes wrong is kept with the run for ``/salud`` and raised on.
    """
    with holding(beat.hold):
        run_id = runs.claim(
            job.name, beat.period, beat.now, fence_of(beat.hold), again=job.waits is not None
        )
        if run_id is None:
            return False
        try:
            counts = job.run(beat)
        except LeaseLost:
            raise  # the next holder takes the run over; it is not ours to close
        except BaseException as error:
            problem = str(error) if isinstance(error, DomainError) else type(error).__name__
            runs.finish(run_id, runs.FAILED, _now(), problem=problem)
            raise
        runs.finish(run_id, runs.DONE, _now() if beat.hold else beat.now, counts)
        if counts.get("set_aside"):
            _log.warning("set_aside", job=job.name, items=counts["set_aside"])
    return True


class Timer:
    """A scheduler at work in threads of this process, from ``start`` to ``stop``."""

    def __init__(self, app: Flask, table: Sequence[TimedJob] = JOBS) -> None:
        self._app = app
        self._settings: SettingsLike = app.config["CASEFLOW"]
        self._jobs = tuple(job for job in table if job.needed(self._settings))
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        #: of the longest wait after a death, three quarters are the lease, the rest the looking
        self._lasts = self._settings.lease_seconds * 0.75
        self._hold: Hold | None = None
        self._sure_until = 0.0  # on the steady clock
        self._stopping = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="caseflow-lease", daemon=True)
        self._timer = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(len(self._jobs) + 1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600},
            timezone=OFFICE_ZONE,
        )
        midnight = dt.datetime(2024, 1, 1, tzinfo=OFFICE_ZONE)
        for job in self._jobs:
            self._timer.add_job(
                self._beat,
                IntervalTrigger(seconds=job.every, start_date=midnight, timezone=OFFICE_ZONE),
                args=(job,),
                id=job.name,
            )

    def start(self) -> None:
        self._timer.start()
        self._keeper.start()

    def stop(self) -> None:
        """Let what runs come to its end, and give the lease back."""
        self._stopping.set()
        self._timer.shutdown(wait=True)
        self._keeper.join()
        hold, self._hold = self._hold, None
        if hold is not None:
            with self._app.app_context(), contextlib.suppress(LeaseUnknown):
                release_lease(hold)

    def _keep(self) -> None:
        """Take and renew the lease; wake all jobs when it is ours, or when the clock was set."""
        pause = self._settings.lease_seconds / 8
        wall, steady = time.time(), time.monotonic()
        while not self._stopping.is_set():
            with self._app.app_context():
                taken = self._renew()
            moved = (time.time() - wall) - (time.monotonic() - steady)
            wall, steady = time.time(), time.monotonic()
            if taken or abs(moved) > CLOCK_JUMP:
                self._wake()
            self._stopping.wait(pause)

    def _renew(self) -> bool:
        """One try for the lease; whether it came to us just now."""
        asked = time.monotonic()
        before = self._hold
        try:
            hold = take_lease(self._holder, self._lasts, before)
        except LeaseUnknown as unknown:
            _log.warning("lease_unknown", reason=str(unknown))
            return False  # what we are sure of runs out by itself
        if hold is not None:
            self._sure_until = asked + self._lasts
        self._hold = hold
        if hold != before:
            _log.info("lease_taken" if hold else "lease_lost", fence=hold.fence if hold else None)
        return hold is not None and (before is None or before.fence != hold.fence)

    def _wake(self) -> None:
        if not self._stopping.is_set():
            for job in self._jobs:
                self._timer.modify_job(job.name, next_run_time=_now())

    def _beat(self, job: TimedJob) -> None:
        hold = self._hold
        if hold is None or self._stopping.is_set() or time.monotonic() > self._sure_until:
            return
        with self._app.app_context():
            try:
                now = _now()
                for period in job.due_periods(now):
                    idle = job.waits is not None and not job.waits(now)
                    if idle and due.beaten(db.session(), job.name, period):
                        continue
                    run_period(job, Beat(period, now, hold, self._settings))
            except LeaseLost as lost:
                _log.warning("lease_lost", job=job.name, reason=str(lost))
                if self._hold is hold:
                    self._hold = None
            except BaseException as error:
                place = traceback.extract_tb(error.__traceback__)[-1]
                _log.error(
                    "job_failed",
                    job=job.name,
                    reason=type(error).__name__,
                    where=f"{place.filename}:{place.lineno}",
                )
                raise
            finally:
                db.session.remove()


def start_in_thread(app: Flask) -> Timer:
    """The scheduler beside the web, in one process: for the demonstration and small offices."""
    timer = Timer(app)
    timer.start()
    return timer


def run_until_stopped(app: Flask) -> None:
    """The scheduler as its own process, until SIGTERM or SIGINT."""
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    timer = start_in_thread(app)
    _log.info("scheduler_started")
    while not stopping.wait(60):
        pass  # a signal is only seen between two waits on some systems
    timer.stop()
    _log.info("scheduler_stopped")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
