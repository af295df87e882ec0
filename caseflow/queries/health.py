"""Whether the installation is well: the database, its schema, the jobs, the seals, the calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from caseflow import dialect
from caseflow.domain.instants import local_date
from caseflow.models import JobRun, Mail
from caseflow.queries import reference
from caseflow.queries.audit import oldest_unsealed_at
from caseflow.queries.due import first_event_at
from caseflow.queries.spoiled import count_set_aside

#: An event older than this and without a seal is a fault (reliability §31).
SEALED_WITHIN = dt.timedelta(minutes=5)
#: From this day of the year on, next year's list of non-working days is asked for (domain §5).
ASK_FROM = (11, 1)


@dataclass(frozen=True, slots=True)
class Expected:
    """A job that this installation has. ``overdue``: the caller knows that a period is missing."""

    name: str
    label: str
    late_after: dt.timedelta
    overdue: bool | None = None


@dataclass(frozen=True, slots=True)
class JobHealth:
    """One job: when it last did its work, and how the last try ended ('done', 'failed', …)."""

    name: str
    label: str
    done_at: dt.datetime | None
    late: bool
    state: str
    problem: str
    counts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Health:
    """What ``/salud`` says. ``faults`` are the words of what is wrong; empty: all is well."""

    at: dt.datetime
    database: str = ""
    schema: str = ""
    jobs: tuple[JobHealth, ...] = ()
    unsealed_since: dt.datetime | None = None
    mail: tuple[tuple[str, int], ...] = ()
    #: job → items that it failed at again and again and that wait for a person
    set_aside: Mapping[str, int] = field(default_factory=dict)
    #: years in use for which the body's list of non-working days is not loaded
    unlisted_years: tuple[int, ...] = ()
    faults: tuple[str, ...] = ()


def health(
    session: Session, now: dt.datetime, jobs: Iterable[Expected], schema_head: str
) -> Health:
    """Look at everything that must be well. Never raises because the database does not answer."""
    try:
        return _look(session, now, jobs, schema_head)
    except SQLAlchemyError:
        session.rollback()
        return Health(now, faults=("database",))


def _look(session: Session, now: dt.datetime, jobs: Iterable[Expected], schema_head: str) -> Health:
    version = dialect.version_text(session.connection())
    schema = str(session.scalar(text("SELECT version_num FROM alembic_version")) or "")
    if schema != schema_head:
        return Health(now, version, schema, faults=("schema",))
    began = first_event_at(session)
    checked = tuple(_job(session, now, job, began) for job in jobs)
    unsealed = oldest_unsealed_at(session, now)
    faults = [f"job:{job.name}" for job in checked if job.late]
    if unsealed is not None and unsealed < now - SEALED_WITHIN:
        faults.append("seals")
    rows = session.execute(
        select(Mail.state, func.count())
        .where(Mail.state.in_(("queued", "sending", "failed", "held")))
        .group_by(Mail.state)
    )
    return Health(
        at=now,
        database=version,
        schema=schema,
        jobs=checked,
        unsealed_since=unsealed,
        mail=tuple((state, count) for state, count in rows),
        set_aside=count_set_aside(session),
        unlisted_years=_unlisted_years(session, local_date(now)),
        faults=tuple(faults),
    )


def _job(session: Session, now: dt.datetime, job: Expected, began: dt.datetime | None) -> JobHealth:
    runs = select(JobRun).where(JobRun.job == job.name).order_by(JobRun.started_at.desc())
    last = session.scalars(runs.limit(1)).one_or_none()
    done = session.scalars(runs.where(JobRun.state == "done").limit(1)).one_or_none()
    done_at = done.finished_at if done is not None else None
    late = job.overdue
    if late is None:
        # before its first run a job is as late as the installation is old
        since = done_at or began
        late = since is not None and since < now - job.late_after
    return JobHealth(
        name=job.name,
        label=job.label,
        done_at=done_at,
        late=late,
        state=last.state if last is not None else "",
        problem=(last.problem or "") if last is not None else "",
        counts=dict(done.counts or {}) if done is not None else {},
    )


def _unlisted_years(session: Session, today: dt.date) -> tuple[int, ...]:
    end = today.replace(month=12, day=31)
    if (today.month, today.day) >= ASK_FROM:
        end = end.replace(year=end.year + 1)
    return reference.current(session).calendar.unlisted_years(today, end)
