"""Bulk jobs as their page shows them: how far, what was refused and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.domain.people import Actor
from caseflow.models import Case, Job, JobItem
from caseflow.queries.scope import visible

#: Refusals listed on the page of a job.
MOST_REFUSALS = 200


@dataclass(frozen=True, slots=True)
class Refusal:
    """One turn or case that a job left as it was. ``ref`` empty: no longer the person's to see."""

    ref: str
    turn_number: int
    reason: str


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a job is; ``undone_by`` is the job that takes it back."""

    id: int
    action: str
    data: Mapping[str, Any]
    total: int
    done: int
    refused: int
    created_at: dt.datetime
    finished_at: dt.datetime | None
    undone_by: int | None
    #: what the items came to so far, by name, where the kind of job counts that
    counts: Mapping[str, int]
    refusals: tuple[Refusal, ...]

    @property
    def finished(self) -> bool:
        return self.finished_at is not None


def job_progress(
    session: Session, actor: Actor, job_id: int, of_kind: str = ""
) -> JobProgress | None:
    """A job that the actor asked for; none for anybody else's, unless it is ``of_kind``."""
    theirs = Job.action == of_kind if of_kind else Job.by_id == actor.user_id
    job = session.execute(select(Job).where(Job.id == job_id, theirs)).scalar_one_or_none()
    if job is None:
        return None
    refusals: tuple[Refusal, ...] = ()
    if job.refused:
        rows = session.execute(
            select(Case.ref, JobItem.turn_number, JobItem.reason)
            .select_from(JobItem)
            .outerjoin(Case, (Case.id == JobItem.case_id) & visible(actor))
            .where(JobItem.job_id == job_id, JobItem.verdict == "refused")
            .order_by(JobItem.position)
            .limit(MOST_REFUSALS)
        )
        refusals = tuple(Refusal(row.ref or "", row.turn_number, row.reason or "") for row in rows)
    return JobProgress(
        id=job.id,
        action=job.action,
        data=job.data,
        total=job.total,
        done=job.done,
        refused=job.refused,
        created_at=job.created_at,
        finished_at=job.finished_at,
        undone_by=job.undone_by,
        counts=job.counts or {},
        refusals=refusals,
    )


def job_counts(session: Session, job_id: int) -> Mapping[str, int]:
    """What the items of a job came to so far, by name."""
    return session.scalar(select(Job.counts).where(Job.id == job_id)) or {}
