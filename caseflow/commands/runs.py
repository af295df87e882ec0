"""Which job did which period: the unique row that makes every effect happen once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.exc import IntegrityError

from caseflow.commands.people import purge_attempts
from caseflow.commands.work import Work, begin_work
from caseflow.domain.people import SYSTEM
from caseflow.models import FormNonce, JobRun

DONE, FAILED, RUNNING = "done", "failed", "running"
#: How long rows without further use are kept.
NONCES_KEPT = dt.timedelta(days=14)
RUNS_KEPT = dt.timedelta(days=7)


def claim(
    job: str, period: str, now: dt.datetime, fence: int, *, again: bool = False
) -> int | None:
    """Take a period for a job: the number of its row, or none where it is done or being done.

    A row left ``running`` by a process with an older fence is taken over; a failed one is tried
    again. ``again`` repeats a done one: for jobs whose row is only their heartbeat.
    """
    try:
        with begin_work(SYSTEM, now) as work:
            return _claim(work, job, period, fence, again)
    except IntegrityError:
        return None  # another process claimed it in the same moment


def _claim(work: Work, job: str, period: str, fence: int, again: bool) -> int | None:
    found = work.session.scalar(
        select(JobRun).where(JobRun.job == job, JobRun.period == period).with_for_update()
    )
    if found is None:
        found = JobRun(job=job, period=period)
        work.session.add(found)
    elif not again and (found.state == DONE or (found.state == RUNNING and found.fence >= fence)):
        return None
    found.fence = fence
    found.state = RUNNING
    found.started_at = work.now
    found.finished_at = None
    found.problem = None
    work.session.flush()
    return found.id


def finish(
    run_id: int,
    state: str,
    now: dt.datetime,
    counts: Mapping[str, Any] | None = None,
    problem: str | None = None,
) -> None:
    """Close a claimed run as ``DONE`` or ``FAILED``, with what it counted or why it failed."""
    with begin_work(SYSTEM, now) as work:
        run = work.session.get_one(JobRun, run_id)
        run.state = state
        run.finished_at = work.now
        run.counts = dict(counts) if counts is not None else None
        run.problem = problem


def purge(now: dt.datetime, kept_for_ever: frozenset[str]) -> dict[str, int]:
    """Remove what has served: old attempts, form nonces, and runs of jobs that beat often."""
    with begin_work(SYSTEM, now) as work:
        removed = {
            "nonces": delete(FormNonce).where(FormNonce.at < now - NONCES_KEPT),
            "runs": delete(JobRun).where(
                JobRun.started_at < now - RUNS_KEPT, JobRun.job.not_in(sorted(kept_for_ever))
            ),
        }
        counts = {
            name: cast("CursorResult[Any]", work.session.execute(statement)).rowcount
            for name, statement in removed.items()
        }
        return {"attempts": purge_attempts(work), **counts}
