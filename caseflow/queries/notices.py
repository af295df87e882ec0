"""The notices of a person: the rows of the outbox that were written to them, newest first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from caseflow.domain.people import Actor
from caseflow.models import Case, Mail
from caseflow.queries.scope import visible

#: Notices of one page.
PAGE = 30


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice. ``ref`` none: about no case, or one that the person no longer sees."""

    id: int
    subject: str
    body: str
    written_at: dt.datetime
    read: bool
    ref: str | None


@dataclass(frozen=True, slots=True)
class Notices:
    """One page; ``next_before`` leads to older ones."""

    lines: tuple[NoticeLine, ...]
    next_before: int | None


def notices(
    session: Session, actor: Actor, *, unread: bool = False, before: int | None = None
) -> Notices:
    """The person's notices below an id (none: the newest), all or those not read yet."""
    ref = case((visible(actor), Case.ref), else_=None).label("ref")
    statement = (
        select(Mail.id, Mail.subject, Mail.body, Mail.written_at, Mail.read_at, ref)
        .outerjoin(Case, Case.id == Mail.case_id)
        .where(Mail.user_id == actor.user_id)
        .order_by(Mail.id.desc())
        .limit(PAGE + 1)
    )
    if unread:
        statement = statement.where(Mail.read_at.is_(None))
    if before is not None:
        statement = statement.where(Mail.id < before)
    rows = [
        NoticeLine(row.id, row.subject, row.body, row.written_at, row.read_at is not None, row.ref)
        for row in session.execute(statement)
    ]
    more = len(rows) > PAGE
    return Notices(tuple(rows[:PAGE]), rows[PAGE - 1].id if more else None)
