"""Who a person is today: the dated roles as grants with their reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from caseflow.domain.people import Actor, Grant
from caseflow.domain.vocabulary import Role
from caseflow.models import Assignment, SignIn, User
from caseflow.queries.reference import Tree


def actor_for(session: Session, user_id: int, tree: Tree, today: dt.date) -> Actor | None:
    """The person with the roles valid that day; none when unknown or disabled."""
    user = session.execute(
        select(User.name).where(User.id == user_id, User.active.is_(True))
    ).one_or_none()
    if user is None:
        return None
    rows = session.execute(
        select(Assignment.role, Assignment.area_id, Assignment.acting).where(
            Assignment.user_id == user_id,
            Assignment.valid_from <= today,
            or_(Assignment.valid_to.is_(None), Assignment.valid_to >= today),
        )
    )
    grants = tuple(
        Grant(Role(row.role), row.area_id, tree.below[row.area_id], row.acting) for row in rows
    )
    return Actor(user_id=user_id, name=user.name, grants=grants, root_id=tree.root_id)


@dataclass(frozen=True, slots=True)
class Person:
    """A person to assign or to name."""

    id: int
    name: str
    post: str
    roles: tuple[str, ...] = ()


def people_of_area(session: Session, area_id: int, today: dt.date) -> tuple[Person, ...]:
    """Staff and heads of an area that day, heads first, then by name."""
    return people_of_areas(session, (area_id,), today)


def people_of_areas(
    session: Session, area_ids: Iterable[int], today: dt.date
) -> tuple[Person, ...]:
    """Staff and heads of some areas that day, each once, heads first, then by name."""
    rows = session.execute(
        select(User.id, User.name, User.post, Assignment.role)
        .join(Assignment, Assignment.user_id == User.id)
        .where(
            Assignment.area_id.in_(tuple(area_ids)),
            Assignment.role.in_((Role.STAFF.value, Role.HEAD.value)),
            Assignment.valid_from <= today,
            or_(Assignment.valid_to.is_(None), Assignment.valid_to >= today),
            User.active.is_(True),
        )
        .order_by(User.name)
    )
    found: dict[int, Person] = {}
    for row in rows:
        before = found.get(row.id)
        roles = (*before.roles, row.role) if before else (row.role,)
        found[row.id] = Person(row.id, row.name, row.post, roles)
    return tuple(sorted(found.values(), key=lambda p: (Role.HEAD.value not in p.roles, p.name)))


def areas_of_person(
    session: Session, user_id: int, area_ids: Iterable[int], today: dt.date
) -> frozenset[int]:
    """In which of these areas the person is staff or head that day."""
    return frozenset(
        session.scalars(
            select(Assignment.area_id)
            .join(User, User.id == Assignment.user_id)
            .where(
                Assignment.user_id == user_id,
                Assignment.area_id.in_(tuple(area_ids)),
                Assignment.role.in_((Role.STAFF.value, Role.HEAD.value)),
                Assignment.valid_from <= today,
                or_(Assignment.valid_to.is_(None), Assignment.valid_to >= today),
                User.active.is_(True),
            )
        )
    )


def heads(session: Session, area_ids: Iterable[int], today: dt.date) -> dict[int, str]:
    """The head of each area that day; areas without one are missing (vacant)."""
    rows = session.execute(
        select(Assignment.area_id, User.name)
        .join(User, User.id == Assignment.user_id)
        .where(
            Assignment.area_id.in_(tuple(area_ids)),
            Assignment.role == Role.HEAD.value,
            Assignment.valid_from <= today,
            or_(Assignment.valid_to.is_(None), Assignment.valid_to >= today),
            User.active.is_(True),
        )
        .order_by(Assignment.valid_from)
    )
    return {row.area_id: row.name for row in rows}


def names(session: Session, user_ids: Iterable[int | None]) -> dict[int, str]:
    """Names by id, for histories and lists; one query whatever the number."""
    wanted = {user_id for user_id in user_ids if user_id is not None}
    if not wanted:
        return {}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in rows}


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that was not ended, with what a request needs of its person."""

    user_id: int
    name: str
    email: str
    keys_on: bool
    roomy: bool
    started_at: dt.datetime
    last_seen_at: dt.datetime


def open_session(session: Session, token_sha256: str) -> OpenSession | None:
    """The session behind a token's digest; its limits in time are the caller's to check."""
    row = session.execute(
        select(
            User.id,
            User.name,
            User.email,
            User.keys_on,
            User.roomy,
            SignIn.started_at,
            SignIn.last_seen_at,
        )
        .join(User, User.id == SignIn.user_id)
        .where(
            SignIn.token_sha256 == token_sha256,
            SignIn.ended_at.is_(None),
            User.active.is_(True),
        )
    ).one_or_none()
    return OpenSession(*row) if row is not None else None


def anybody(session: Session) -> bool:
    """Whether the installation has any account yet."""
    return session.scalar(select(User.id).limit(1)) is not None


def demonstration_people(session: Session) -> dict[str, int]:
    """The demonstration's accounts by login, the part of the address before the at sign."""
    rows = session.execute(select(User.email, User.id).where(User.demo.is_(True)))
    return {row.email.split("@")[0]: row.id for row in rows}
