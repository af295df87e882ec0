"""Asking for long work: a job with its items, stored in the transaction of whoever asks.

One mechanism for all of it. An item is a turn, or a case as a whole (turn number 0). ``jobs`` runs
them in chunks, and each item gets its verdict in the transaction of its change.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from caseflow import dialect
from caseflow.commands.cases import Taken
from caseflow.commands.work import Work
from caseflow.commands.writing import plain
from caseflow.models import Job, JobItem

#: Items of one transaction, unless the kind of job says otherwise.
CHUNK = 100
#: An item that is a case as a whole.
WHOLE_CASE = 0


def _nothing_more(work: Work, job: Job) -> None:
    """The job ends with its last item."""


@dataclass(frozen=True, slots=True)
class Worker:
    """How one kind of job is done: what becomes of some of its items, and what ends it."""

    take: Callable[[Work, Job, Sequence[JobItem]], Sequence[Taken]]
    #: in the transaction that ends the job
    conclude: Callable[[Work, Job], None] = _nothing_more
    #: items of one transaction
    chunk: int = CHUNK


def ask(
    work: Work,
    action: str,
    items: Sequence[tuple[int, int]],
    data: Mapping[str, Any],
    nonce: str,
) -> Job:
    """Store a job over items (case id, turn number or ``WHOLE_CASE``), to be done in this order.

    The same person and nonce twice make one job: a form sent again.
    """
    before = work.session.scalar(
        select(Job).where(Job.nonce == nonce, Job.by_id == work.actor.user_id)
    )
    if before is not None:
        return before
    job = Job(
        action=action,
        data=plain(data),
        by_id=work.actor.user_id,
        created_at=work.now,
        total=len(items),
        nonce=nonce,
    )
    work.session.add(job)
    work.session.flush()
    dialect.insert_many(
        work.session.connection(),
        JobItem.__table__,  # type: ignore[arg-type]  # a declarative table is a Table
        [
            {"job_id": job.id, "position": position, "case_id": case_id, "turn_number": number}
            for position, (case_id, number) in enumerate(items, start=1)
        ],
    )
    return job


def add_counts(job: Job, counts: Mapping[str, int]) -> None:
    """Add what some items came to; kept with the job, by name."""
    kept: dict[str, int] = dict(job.counts or {})
    for name, n in counts.items():
        kept[name] = kept.get(name, 0) + n
    job.counts = kept


def is_under_way(work: Work, job_id: int) -> bool:
    """Whether a job still has items to do."""
    finished: dt.datetime | None = work.session.scalar(
        select(Job.finished_at).where(Job.id == job_id)
    )
    return finished is None
