"""Mediation files within their readers' scope: one door, and it is narrow (domain §6).

Readers of a file are its named mediators and the heads of its area; whoever registered it reads it
until a mediator is named. Nobody above the head, no administrator, no auditor: for them there are
only ``queries.counter_figures``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from caseflow.domain.mediations import (
    CommitmentFacts,
    InvitationFacts,
    MediationFacts,
    NamedFacts,
    PartyFacts,
    SessionFacts,
)
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import Role
from caseflow.models import (
    Assignment,
    Case,
    Commitment,
    Invitation,
    Mediation,
    MediationEvent,
    MediationReading,
    MediationSession,
    NamedMediator,
    Party,
    Room,
    Topic,
    User,
)

_CHILDREN: tuple[tuple[type[Any], type[Any], str], ...] = (
    (NamedMediator, NamedFacts, "mediators"),
    (Party, PartyFacts, "parties"),
    (Invitation, InvitationFacts, "invitations"),
    (MediationSession, SessionFacts, "sessions"),
    (Commitment, CommitmentFacts, "commitments"),
)
_COLUMNS = tuple(
    spec.name
    for spec in fields(MediationFacts)
    if spec.name not in {name for _, _, name in _CHILDREN}
)


#: The mediator of today, apart from any that the statement itself is about.
_Named = aliased(NamedMediator)


def mediation_scope(actor: Actor, user: Any = None) -> ColumnElement[bool]:
    """The condition that keeps a statement on ``mediation`` to the files that the actor reads.

    ``user``: a parameter in place of the actor's id, for a statement that serves many people.
    """
    reader = actor.user_id if user is None else user
    allowed: list[ColumnElement[bool]] = []
    now = and_(_Named.mediation_id == Mediation.id, _Named.ended_on.is_(None))
    if actor.has(Role.MEDIATOR):
        allowed.append(
            and_(
                Mediation.area_id.in_(sorted(actor.areas(Role.MEDIATOR))),
                exists().where(now, _Named.user_id == reader),
            )
        )
    heads = actor.areas(Role.HEAD)
    if heads:
        allowed.append(Mediation.area_id.in_(sorted(heads)))
    if actor.has(Role.CLERK, Role.STAFF, Role.HEAD, Role.MEDIATOR):
        unnamed = ~exists().where(now)
        allowed.append(and_(Mediation.registered_by_id == reader, unnamed))
    return or_(*allowed) if allowed else false()


def load_mediation(
    session: Session, actor: Actor, ref: str, *, lock: bool = False
) -> MediationFacts | None:
    """A whole file of the actor's scope; none where it is not there or not the actor's."""
    statement = select(*(getattr(Mediation, name) for name in _COLUMNS)).where(
        Mediation.ref == ref, mediation_scope(actor)
    )
    if lock:
        statement = statement.with_for_update(of=Mediation)
    row = session.execute(statement).one_or_none()
    if row is None:
        return None
    found = MediationFacts(**row._mapping)
    for model, kind, name in _CHILDREN:
        names = [spec.name for spec in fields(kind)]
        rows = session.execute(
            select(*(getattr(model, column) for column in names))
            .where(model.mediation_id == found.id)
            .order_by(model.number)
        )
        setattr(found, name, {child.number: kind(**child._mapping) for child in rows})
    return found


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line of a file's history; ``entered_at`` UTC."""

    action: str
    actor: str
    entered_at: dt.datetime
    effective_on: dt.date
    data: dict[str, Any]


def history(session: Session, mediation: MediationFacts) -> tuple[HistoryLine, ...]:
    """What happened to a file already loaded within the scope, newest first."""
    rows = session.execute(
        select(
            MediationEvent.action,
            User.name,
            MediationEvent.entered_at,
            MediationEvent.effective_on,
            MediationEvent.data,
        )
        .outerjoin(User, User.id == MediationEvent.actor_id)
        .where(MediationEvent.mediation_id == mediation.id)
        .order_by(MediationEvent.id.desc())
    )
    return tuple(
        HistoryLine(action, name or "", at, on, data or {}) for action, name, at, on, data in rows
    )


def ref_of_parent(session: Session, mediation: MediationFacts) -> str:
    """The folio that a file comes from; empty for a walk-in."""
    if mediation.parent_case_id is None:
        return ""
    return session.scalar(select(Case.ref).where(Case.id == mediation.parent_case_id)) or ""


def topics(session: Session, which: str, on: dt.date) -> dict[str, str]:
    """Code → name of a list of the office as of a day, in the office's order."""
    rows = session.execute(
        select(Topic.code, Topic.name)
        .where(
            Topic.list == which,
            Topic.valid_from <= on,
            or_(Topic.valid_to.is_(None), Topic.valid_to >= on),
        )
        .order_by(Topic.position, Topic.name)
    )
    return {row.code: row.name for row in rows}


def topic_names(session: Session, which: str) -> dict[str, str]:
    """Code → name of every topic ever used: a file keeps the subject it was registered with."""
    rows = session.execute(select(Topic.code, Topic.name).where(Topic.list == which))
    return {row.code: row.name for row in rows}


def mediators_of(session: Session, area_id: int, today: dt.date) -> dict[int, str]:
    """Who may be named mediator in an area that day: user id → name, by name."""
    rows = session.execute(
        select(User.id, User.name)
        .join(Assignment, Assignment.user_id == User.id)
        .where(
            Assignment.area_id == area_id,
            *_mediates(today),
            User.active.is_(True),
        )
        .order_by(User.name)
    )
    return {row.id: row.name for row in rows}


def rooms_of(session: Session, area_id: int, on: dt.date) -> dict[int, str]:
    """Where the sessions of an area are held that day: room id → name, by name."""
    rows = session.execute(
        select(Room.id, Room.name)
        .where(
            Room.area_id == area_id,
            Room.valid_from <= on,
            or_(Room.valid_to.is_(None), Room.valid_to >= on),
        )
        .order_by(Room.name)
    )
    return {row.id: row.name for row in rows}


def room_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The rooms of sessions already held, ended ones too."""
    if not ids:
        return {}
    rows = session.execute(select(Room.id, Room.name).where(Room.id.in_(sorted(ids))))
    return {row.id: row.name for row in rows}


def mediating_areas(session: Session, user_id: int, today: dt.date) -> frozenset[int]:
    """The areas where a person of an enabled account mediates that day."""
    return frozenset(
        session.scalars(
            select(Assignment.area_id)
            .join(User, User.id == Assignment.user_id)
            .where(Assignment.user_id == user_id, User.active.is_(True), *_mediates(today))
        )
    )


def astray_mediators(session: Session, today: dt.date) -> tuple[int, ...]:
    """Who is named in a file of an area where they mediate no more."""
    holds = exists().where(
        Assignment.user_id == NamedMediator.user_id,
        Assignment.area_id == Mediation.area_id,
        *_mediates(today),
    )
    return tuple(
        session.scalars(
            select(NamedMediator.user_id)
            .join(Mediation, Mediation.id == NamedMediator.mediation_id)
            .where(NamedMediator.ended_on.is_(None), ~holds)
            .distinct()
            .order_by(NamedMediator.user_id)
        )
    )


def _mediates(today: dt.date) -> tuple[ColumnElement[bool], ...]:
    """The assignments in force by which somebody mediates."""
    return (
        Assignment.role == Role.MEDIATOR.value,
        Assignment.valid_from <= today,
        or_(Assignment.valid_to.is_(None), Assignment.valid_to >= today),
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """Who opened a file and when (UTC). ``what``: as ``MediationReading.what``."""

    name: str
    what: str
    at: dt.datetime


#: Readings shown on the page of a file.
LAST_READINGS = 50


def readings(session: Session, mediation: MediationFacts) -> tuple[Reading, ...]:
    """Who read a file already loaded within the scope, newest first; for its head."""
    rows = session.execute(
        select(User.name, MediationReading.what, MediationReading.at)
        .join(User, User.id == MediationReading.user_id)
        .where(MediationReading.mediation_id == mediation.id)
        .order_by(MediationReading.id.desc())
        .limit(LAST_READINGS)
    )
    return tuple(Reading(name, what, at) for name, what, at in rows)


def names_of(session: Session, ids: Collection[int]) -> dict[int, str]:
    """User id → name, of the people that a file names."""
    if not ids:
        return {}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(sorted(ids))))
    return {row.id: row.name for row in rows}
