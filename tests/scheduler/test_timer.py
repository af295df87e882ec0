"""The timer in one process: what it wakes, what it remembers, and how it ends."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from caseflow.commands import runs
from caseflow.commands.leases import take_lease
from caseflow.extensions import db
from caseflow.models import JobRun, Lease
from caseflow.scheduler import (
    JOBS,
    MONTHLY,
    Beat,
    TimedJob,
    Timer,
    by_hand,
    months_to_close,
    run_period,
)
from tests.builders import NOW, Office

PATIENCE = 30.0


def until(true: Callable[[], bool], what: str) -> None:
    """Wait for a condition, not for a time."""
    pause = threading.Event()
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"not within {PATIENCE} s: {what}"
        pause.wait(0.05)


def counted(name: str, calls: list[str], **more: Any) -> TimedJob:
    """A job that notes its periods."""

    def run(beat: Beat) -> dict[str, int]:
        calls.append(beat.period)
        return {"n": 1}

    return TimedJob(name, name, more.pop("every", 1), run, late_after=60, **more)


def runs_of(job: str) -> list[JobRun]:
    found = list(db.session.scalars(select(JobRun).where(JobRun.job == job).order_by(JobRun.id)))
    db.session.remove()
    return found


def fences() -> list[int]:
    found = list(db.session.scalars(select(Lease.fence)))
    db.session.remove()
    return found


def test_a_job_runs_at_once_and_its_period_is_kept(app: Flask) -> None:
    calls: list[str] = []
    timer = Timer(app, [counted("x", calls, period_seconds=86_400)])
    timer.start()
    try:
        until(lambda: [r.state for r in runs_of("x")] == ["done"], "one run that is done")
    finally:
        timer.stop()
    (run,) = runs_of("x")
    assert (calls, run.counts, run.fence) == ([run.period], {"n": 1}, 1)


def test_two_timers_do_a_period_once(app: Flask) -> None:
    calls: list[str] = []
    timers = [Timer(app, [counted("x", calls, period_seconds=86_400)]) for _ in range(2)]
    for timer in timers:
        timer.start()
    try:
        until(lambda: bool(calls), "one of them ran")
    finally:
        for timer in timers:
            timer.stop()
    assert len(calls) == 1


def test_a_job_that_fails_is_said_and_the_others_go_on(
    app: Flask, capfd: pytest.CaptureFixture[str]
) -> None:
    calls: list[str] = []

    def fail(beat: Beat) -> dict[str, int]:
        raise LookupError("secret words")

    timer = Timer(app, [TimedJob("bad", "bad", 1, fail, late_after=60), counted("x", calls)])
    timer.start()
    try:
        until(lambda: bool(calls) and [r.state for r in runs_of("bad")] != [], "both ran")
        until(lambda: runs_of("bad")[0].state == "failed", "the failure is kept")
    finally:
        timer.stop()
    assert runs_of("bad")[0].problem == "LookupError"
    said = "".join(capfd.readouterr())
    assert "job_failed" in said
    assert "secret words" not in said


def test_stopping_gives_the_lease_back(app: Flask) -> None:
    timer = Timer(app, [counted("x", [])])
    timer.start()
    until(lambda: fences() == [1], "the lease is taken")
    timer.stop()
    assert take_lease("next", 60) is not None


def test_a_clock_that_was_set_back_wakes_the_jobs(app: Flask) -> None:
    """An interval counts by the wall clock: left alone it would sleep until that comes again."""
    calls: list[str] = []
    timer = Timer(app, [counted("x", calls, every=3_600, waits=lambda now: True)])
    with time_machine.travel(dt.datetime(2026, 11, 24, 16, 30, tzinfo=dt.UTC), tick=True) as clock:
        timer.start()
        try:
            until(lambda: len(calls) == 1, "the first beat")
            clock.move_to(dt.datetime(2026, 11, 24, 15, 40, tzinfo=dt.UTC))
            until(lambda: len(calls) >= 2, "a beat after the clock was set")
        finally:
            timer.stop()


def test_a_job_with_nothing_waiting_only_keeps_its_heartbeat(app: Flask) -> None:
    calls: list[str] = []
    job = counted("x", calls, waits=lambda now: False)
    timer = Timer(app, [job])
    timer._hold = take_lease("me", 60)
    timer._sure_until = time.monotonic() + 60
    with time_machine.travel(NOW, tick=False):
        for _ in range(5):
            timer._beat(job)
    assert len(calls) == len(runs_of("x")) == 1


def test_what_waits_is_done_at_every_beat(app: Flask) -> None:
    calls: list[str] = []
    job = counted("x", calls, waits=lambda now: True)
    timer = Timer(app, [job])
    timer._hold = take_lease("me", 60)
    timer._sure_until = time.monotonic() + 60
    with time_machine.travel(NOW, tick=False):
        for _ in range(3):
            timer._beat(job)
    assert (len(calls), len(runs_of("x"))) == (3, 1)


def test_without_a_lease_nothing_runs(app: Flask) -> None:
    calls: list[str] = []
    job = counted("x", calls)
    Timer(app, [job])._beat(job)
    assert calls == []


def test_names_of_jobs_fit_their_column_and_are_different() -> None:
    names = [job.name for job in JOBS]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 40 and job.label for name, job in zip(names, JOBS, strict=True))


@pytest.mark.parametrize(
    ("every", "at", "period"),
    [
        (300, dt.datetime(2026, 11, 24, 16, 7, 59, tzinfo=dt.UTC), "2026-11-24T10:05"),
        (60, dt.datetime(2026, 11, 24, 16, 7, 59, tzinfo=dt.UTC), "2026-11-24T10:07"),
        (86_400, dt.datetime(2026, 11, 25, 5, 59, tzinfo=dt.UTC), "2026-11-24T00:00"),
        (86_400, dt.datetime(2026, 11, 25, 6, 0, tzinfo=dt.UTC), "2026-11-25T00:00"),
    ],
)
def test_periods_are_named_by_the_local_clock(every: int, at: dt.datetime, period: str) -> None:
    job = replace(counted("x", []), period_seconds=every)
    assert job.due_periods(at) == (period,)


# ── The monthly report ───────────────────────────────────────────────────────────────────────────


def test_a_month_is_due_from_the_first_business_day_of_the_next(office: Office) -> None:
    office.capture()
    assert months_to_close(dt.datetime(2026, 12, 1, 12, 59, tzinfo=dt.UTC)) == []
    assert months_to_close(dt.datetime(2026, 12, 1, 13, 0, tzinfo=dt.UTC)) == ["2026-11"]


def test_a_scheduler_that_slept_two_months_closes_each_of_them_once(
    sqlite_office: Office,
) -> None:
    sqlite_office.capture()
    now = dt.datetime(2027, 1, 5, 18, tzinfo=dt.UTC)
    settings = sqlite_office.app.config["CASEFLOW"]
    assert months_to_close(now) == ["2026-11", "2026-12"]
    assert by_hand(now, settings)["reports"] == 2
    assert by_hand(now, settings)["reports"] == 0
    assert [r.period for r in runs_of(MONTHLY)] == ["2026-11", "2026-12"]


def test_what_fell_due_on_the_last_day_is_in_before_the_month_closes(sqlite_office: Office) -> None:
    sqlite_office.capture(filed_on=dt.date(2026, 9, 1), now=NOW)
    monthly = next(job for job in JOBS if job.name == MONTHLY)
    now = dt.datetime(2026, 12, 1, 18, tzinfo=dt.UTC)
    run_period(monthly, Beat("2026-11", now, None, sqlite_office.app.config["CASEFLOW"]))
    rows = db.session.execute(db.text("SELECT action FROM event ORDER BY id")).scalars()
    order = [action for action in rows if action in ("became_overdue", "report_closed")]
    assert order[0] == "became_overdue"


def test_a_failed_month_is_tried_again(sqlite_office: Office) -> None:
    sqlite_office.capture()
    now = dt.datetime(2026, 12, 1, 18, tzinfo=dt.UTC)
    run_id = runs.claim(MONTHLY, "2026-11", now, 0)
    assert run_id is not None
    runs.finish(run_id, runs.FAILED, now, problem="OSError")
    assert by_hand(now, sqlite_office.app.config["CASEFLOW"])["reports"] == 1
