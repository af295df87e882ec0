"""Items at which a job fails: tried again at growing intervals, then set aside for a person.

One spoiled case must neither stop the others nor be tried for ever (reliability.md §19). Where not
even this can be written (a full disk, a database that is gone) the error goes on to the job itself:
then it is not the item that is spoiled.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from caseflow.commands.work import Work, begin_work
from caseflow.domain.errors import DomainError
from caseflow.domain.people import SYSTEM
from caseflow.models import SpoiledItem

#: What one spoiled item may raise; anything else is a fault of the whole job.
SPOILED = (ArithmeticError, AssertionError, AttributeError, DomainError, LookupError,
           SQLAlchemyError, TypeError, ValueError)  # fmt: skip
#: Tries before an item is set aside; the waits between them add up to an hour and a quarter.
MOST_TRIES = 5
#: After the first failure; twice as long after each further one.
FIRST_WAIT = dt.timedelta(minutes=5)


def note_spoiled(job: str, item_id: int, error: Exception, now: dt.datetime) -> None:
    """Count one more failure of an item, and set it aside where that was the last try."""
    try:
        with begin_work(SYSTEM, now) as work:
            _count(work, job, item_id, type(error).__name__)
    except IntegrityError:
        return  # another process failed at it in the same moment, and counted that


def _count(work: Work, job: str, item_id: int, problem: str) -> None:
    row = work.session.get(SpoiledItem, (job, item_id), with_for_update=True)
    if row is None:
        row = SpoiledItem(job=job, item_id=item_id, tries=0, first_at=work.now)
        work.session.add(row)
    row.tries += 1
    row.last_at = work.now
    row.next_try_at = work.now + FIRST_WAIT * 2 ** (row.tries - 1)
    row.problem = problem
    if row.tries >= MOST_TRIES and row.set_aside_at is None:
        row.set_aside_at = work.now


def forget_recovered(job: str, item_ids: Collection[int], now: dt.datetime) -> None:
    """These items are well again, or nothing is to be done about them any more."""
    if not item_ids:
        return
    with begin_work(SYSTEM, now) as work:
        work.session.execute(
            delete(SpoiledItem).where(
                SpoiledItem.job == job, SpoiledItem.item_id.in_(sorted(item_ids))
            )
        )


def retry_set_aside(work: Work) -> int:
    """Have everything that was set aside tried again from the beginning; how many items that is."""
    rows = work.session.scalars(
        select(SpoiledItem).where(SpoiledItem.set_aside_at.is_not(None)).with_for_update()
    ).all()
    for row in rows:
        row.tries = 0
        row.set_aside_at = None
        row.next_try_at = work.now
    if rows:
        work.record("set_aside_retried", {"items": len(rows)})
    return len(rows)
