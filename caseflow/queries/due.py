"""What is due and not yet recorded: found by query, so that a missed tick costs nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, exists, func, or_, select, text, union
from sqlalchemy.orm import Session, aliased

from caseflow.domain.vocabulary import OPEN_TURN_STATES, DeadlineState, Step
from caseflow.models import Appeal, Batch, Case, Deadline, Event, Job, JobItem, JobRun, Mail, Turn

_RUNNING = DeadlineState.RUNNING.value
# Word for word the conditions of the partial indexes: SQLite takes an index only when its own
# condition stands in the statement, without parameters.
_LIVE = text("deadline.state = 'running'")
_UNRECORDED = text(
    "deadline.state = 'running' AND deadline.governing AND deadline.became_overdue_on IS NULL"
)
_DISPROVED = text(
    "deadline.state = 'running' AND deadline.governing AND deadline.overdue_rectified IS NOT NULL"
)
_EXPIRING = text("deadline.state = 'running' AND deadline.expires_at IS NOT NULL")
_OPEN_APPEAL = text("appeal.state IN ('admitted','stated','ruled')")
_UNMISSED = text("turn.state IN ('pending','accepted') AND turn.target_missed_on IS NULL")
_OPEN = tuple(state.value for state in OPEN_TURN_STATES)


def cases_due(
    session: Session, now: dt.datetime, today: dt.date, soon_until: dt.date, most: int
) -> list[int]:
    """Ids of cases to which something happened by time alone, ascending, at most ``most``.

    Their governing deadline or the term of an appeal passed or is near (up to ``soon_until``), the
    target of a turn passed, or the person let the closing stand. Each branch reads its own partial
    index.
    """
    overdue = [
        select(Deadline.case_id).where(condition, Deadline.due_on < today)
        for condition in (_UNRECORDED, _DISPROVED)
    ]
    soon = [
        select(Deadline.case_id).where(
            condition,
            Deadline.due_on >= today,
            Deadline.due_on <= soon_until,
            Deadline.due_soon_on.is_(None),
        )
        for condition in (_UNRECORDED, _DISPROVED)
    ]
    targets = select(Turn.case_id).where(
        _UNMISSED,
        Turn.target_on < today,
        Turn.waiting.is_(False),
    )
    confirmed = select(Deadline.case_id).where(
        _EXPIRING,
        Deadline.step == Step.CITIZEN_CONFIRMS.value,
        Deadline.expires_at <= now,
    )
    appealed = exists(select(1).where(Appeal.case_id == Deadline.case_id, _OPEN_APPEAL))
    right = aliased(Deadline)
    owed = exists(
        select(1).where(
            right.case_id == Deadline.case_id,
            right.step == Step.MAKE_EFFECTIVE.value,
            right.state == _RUNNING,
        )
    )
    window = select(Deadline.case_id).where(
        _LIVE, Deadline.step == Step.APPEAL.value, Deadline.due_on < today, ~appealed, ~owed
    )
    appeals = select(Deadline.case_id).where(
        _LIVE,
        Deadline.step.in_((Step.STATEMENTS.value, Step.COMPLY.value)),
        Deadline.due_on <= soon_until,
        appealed,
        or_(
            and_(Deadline.due_soon_on.is_(None), Deadline.became_overdue_on.is_(None)),
            and_(
                Deadline.due_on < today,
                or_(Deadline.became_overdue_on.is_(None), Deadline.overdue_rectified.is_not(None)),
            ),
        ),
    )
    found = union(*overdue, *soon, targets, confirmed, window, appeals).subquery()
    return list(session.scalars(select(found.c.case_id).order_by(found.c.case_id).limit(most)))


@dataclass(frozen=True, slots=True)
class OverdueFolio:
    """A deadline past due on a day. ``area_ids``: where a turn was open, else the desk."""

    case_id: int
    ref: str
    kind: str
    basis: str
    due_on: dt.date
    area_ids: tuple[int, ...]


def overdue_folios(
    session: Session, on: dt.date, areas: Collection[int] | None = None
) -> tuple[OverdueFolio, ...]:
    """The governing deadlines that were open and past due on a day, oldest first.

    ``areas`` keeps those where one of them has an open turn, or is the desk where no turn is open.
    Turns are those of now: for a past day only the deadlines are those of that day.
    """
    still_open = or_(
        Deadline.state == _RUNNING,
        and_(Deadline.state == DeadlineState.MET.value, Deadline.met_on > on),
        and_(Deadline.state == DeadlineState.ENDED.value, Case.closed_on > on),
    )
    statement = (
        select(Case.id, Case.ref, Case.kind, Deadline.basis, Deadline.due_on, Case.desk_id)
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.governing, Deadline.due_on < on, still_open)
        .order_by(Deadline.due_on, Case.id)
    )
    if areas is not None:
        turned = exists(select(1).where(Turn.case_id == Case.id, Turn.state.in_(_OPEN)))
        theirs = exists(
            select(1).where(
                Turn.case_id == Case.id,
                Turn.state.in_(_OPEN),
                Turn.area_id.in_(sorted(areas)),
            )
        )
        statement = statement.where(or_(theirs, and_(~turned, Case.desk_id.in_(sorted(areas)))))
    rows = session.execute(statement).all()
    held = _open_turn_areas(session, on)
    return tuple(
        OverdueFolio(
            row.id, row.ref, row.kind, row.basis, row.due_on, held.get(row.id, (row.desk_id,))
        )
        for row in rows
    )


def _open_turn_areas(session: Session, on: dt.date) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    turns = (
        select(Turn.case_id, Turn.area_id)
        .where(Turn.state.in_(_OPEN), Turn.due_on < on)
        .order_by(Turn.case_id, Turn.number)
    )
    for row in session.execute(turns):
        found[row.case_id] = (*found.get(row.case_id, ()), row.area_id)
    return found


def mail_waits(session: Session, now: dt.datetime) -> bool:
    """Whether a mail of the outbox is due."""
    return bool(
        session.scalar(
            select(exists().where(Mail.state.in_(("queued", "sending")), Mail.next_try_at <= now))
        )
    )


def jobs_wait(session: Session) -> bool:
    """Whether a job has items to do."""
    return bool(session.scalar(select(exists().where(Job.finished_at.is_(None)))))


def imports_wait(session: Session) -> bool:
    """Whether a listing that somebody handed over waits to be read, applied or tried again."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    Batch.handed_over,
                    Batch.state.in_(("staging", "taking", "applying")),
                    Batch.paused_at.is_(None),
                )
                | exists().where(Batch.retried_to.is_not(None))
            )
        )
    )


@dataclass(frozen=True, slots=True)
class WaitingJob:
    """A job with items to do; ``by_id`` none: the system asked for it."""

    id: int
    action: str
    by_id: int | None


def next_job(session: Session, after: int) -> WaitingJob | None:
    """The next unfinished job after one."""
    row = session.execute(
        select(Job.id, Job.action, Job.by_id)
        .where(Job.finished_at.is_(None), Job.id > after)
        .order_by(Job.id)
        .limit(1)
    ).one_or_none()
    return WaitingJob(*row) if row is not None else None


def job_items(session: Session, job_id: int, most: int) -> list[JobItem]:
    """The next items of a job without a verdict, in their order."""
    return list(
        session.scalars(
            select(JobItem)
            .where(JobItem.job_id == job_id, JobItem.verdict.is_(None))
            .order_by(JobItem.position)
            .limit(most)
        )
    )


def beaten(session: Session, job: str, period: str) -> bool:
    """Whether a job has done that period."""
    return bool(
        session.scalar(
            select(
                exists().where(JobRun.job == job, JobRun.period == period, JobRun.state == "done")
            )
        )
    )


def first_event_at(session: Session) -> dt.datetime | None:
    """When the first event was entered."""
    return session.scalar(select(func.min(Event.entered_at)))


def months_done(session: Session, job: str) -> frozenset[str]:
    """The months that a monthly job has done."""
    return frozenset(
        session.scalars(select(JobRun.period).where(JobRun.job == job, JobRun.state == "done"))
    )
