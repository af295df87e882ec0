"""What jobs failed at: which items rest for now, and which wait for a person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import Role
from caseflow.models import Case, Event, SpoiledItem
from caseflow.queries.scope import visible

#: Items listed; more are only counted.
LISTED = 50


@dataclass(frozen=True, slots=True)
class SetAside:
    """One item that waits for a person. ``ref``: the folio it belongs to, empty where none."""

    job: str
    item_id: int
    ref: str
    tries: int
    since: dt.datetime
    problem: str


def known_spoiled(session: Session, job: str) -> frozenset[int]:
    """Every item at which the job failed and which has not recovered."""
    return frozenset(session.scalars(select(SpoiledItem.item_id).where(SpoiledItem.job == job)))


def resting(session: Session, job: str, now: dt.datetime) -> frozenset[int]:
    """The items that the job is not to try now: set aside, or tried too short a while ago."""
    return frozenset(
        session.scalars(
            select(SpoiledItem.item_id).where(
                SpoiledItem.job == job,
                or_(SpoiledItem.set_aside_at.is_not(None), SpoiledItem.next_try_at > now),
            )
        )
    )


def count_set_aside(session: Session) -> dict[str, int]:
    """How many items wait for a person, by job."""
    rows = session.execute(
        select(SpoiledItem.job, func.count())
        .where(SpoiledItem.set_aside_at.is_not(None))
        .group_by(SpoiledItem.job)
        .order_by(SpoiledItem.job)
    )
    return {row[0]: row[1] for row in rows}


def list_set_aside(session: Session, actor: Actor) -> tuple[SetAside, ...]:
    """The first of them, the oldest first, with the folios that the actor may know."""
    about = case((SpoiledItem.job == "seal", Event.case_id), else_=SpoiledItem.item_id)
    known = true() if actor.has(Role.ADMIN) else visible(actor)
    rows = session.execute(
        select(
            SpoiledItem.job,
            SpoiledItem.item_id,
            func.coalesce(Case.ref, ""),
            SpoiledItem.tries,
            SpoiledItem.first_at,
            SpoiledItem.problem,
        )
        .outerjoin(Event, Event.id == SpoiledItem.item_id)
        .outerjoin(Case, and_(Case.id == about, known))
        .where(SpoiledItem.set_aside_at.is_not(None))
        .order_by(SpoiledItem.first_at, SpoiledItem.item_id)
        .limit(LISTED)
    )
    return tuple(SetAside(*row) for row in rows)
