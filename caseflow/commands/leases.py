"""Who may act as the scheduler: one row with holder, expiry, and a fence that only grows.

A process that lost the lease without noticing (it slept, or its clock jumped) is stopped by the
fence: each of its transactions looks it up, first and last, and rolls back where a newer one is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from caseflow import dialect
from caseflow.commands.work import FENCE, Work, begin_work
from caseflow.domain.errors import Busy
from caseflow.domain.people import SYSTEM
from caseflow.models import Lease

SCHEDULER = "scheduler"
#: An expiry further off than this was written under another clock, and binds nobody.
FURTHEST = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Hold:
    """A lease as its holder knows it; ``seconds`` is how long it lasts without being renewed."""

    name: str
    holder: str
    fence: int
    seconds: float


class LeaseLost(RuntimeError):
    """Another process holds the lease by now: nothing of this transaction may stand."""


class LeaseUnknown(RuntimeError):
    """The database did not answer; whether the lease is still held cannot be told."""


def take_lease(holder: str, seconds: float, held: Hold | None = None) -> Hold | None:
    """Take or renew the scheduler's lease; none where another process has it.

    Raises ``LeaseUnknown`` when the database does not answer.
    """
    try:
        with begin_work(SYSTEM) as work:
            dialect.end_if_idle(work.session.connection(), _longest_sleep(seconds))
            return _take(work, Hold(SCHEDULER, holder, held.fence if held else 0, seconds))
    except IntegrityError:
        return None  # two processes wrote the very first row; the other one was quicker
    except (Busy, SQLAlchemyError) as error:
        raise LeaseUnknown(type(error).__name__) from error


def release_lease(hold: Hold) -> None:
    """Give the lease back, so that the next process need not wait for its end.

    Raises ``LeaseUnknown`` when the database does not answer.
    """
    try:
        with begin_work(SYSTEM) as work:
            found = work.session.get(Lease, hold.name, with_for_update=True)
            if found is not None and found.fence == hold.fence:
                found.expires_at = work.now
    except (Busy, SQLAlchemyError) as error:
        raise LeaseUnknown(type(error).__name__) from error


def _take(work: Work, wanted: Hold) -> Hold | None:
    until = work.now + dt.timedelta(seconds=wanted.seconds)
    found = work.session.get(Lease, wanted.name, with_for_update=True)
    if found is None:
        work.session.add(Lease(name=wanted.name, holder=wanted.holder, fence=1, expires_at=until))
        work.session.flush()
        return Hold(wanted.name, wanted.holder, 1, wanted.seconds)
    if (found.holder, found.fence) != (wanted.holder, wanted.fence):
        longest = max(FURTHEST, 2 * dt.timedelta(seconds=wanted.seconds))
        if work.now < found.expires_at <= work.now + longest:
            return None
        found.holder = wanted.holder
        found.fence += 1
    found.expires_at = until
    return Hold(wanted.name, wanted.holder, found.fence, wanted.seconds)


@contextmanager
def holding(hold: Hold | None) -> Iterator[None]:
    """All that is written inside stands only while the lease is held.

    Without a hold a person does the same by hand. A transaction raises ``LeaseLost`` where another
    process took over meanwhile, and writes nothing.
    """
    if hold is None:
        yield
        return
    token = FENCE.set(_Fence(hold))
    try:
        yield
    finally:
        FENCE.reset(token)


class _Fence:
    """The fence of one hold, looked up in the transaction of each effect."""

    def __init__(self, hold: Hold) -> None:
        self.hold = hold

    def __call__(self, session: Session, *, at_the_end: bool) -> None:
        if not at_the_end:
            dialect.end_if_idle(session.connection(), _longest_sleep(self.hold.seconds))
        statement = select(Lease.fence).where(Lease.name == self.hold.name)
        if at_the_end:  # and keep it so until the commit
            statement = statement.with_for_update(read=True)
        fence = session.scalar(statement)
        if fence != self.hold.fence:
            raise LeaseLost(f"fence {self.hold.fence} of {self.hold.name}: now {fence}")


def _longest_sleep(seconds: float) -> float:
    """Seconds in a transaction without a word to the database: then its process is asleep."""
    return max(seconds, 5.0)


def fence_of(hold: Hold | None) -> int:
    """The number that marks what is done under a hold; 0 by hand."""
    return hold.fence if hold is not None else 0
