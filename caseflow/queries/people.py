"""Who a person is today: the dated roles as grants with their reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Date, String, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from caseflow.dialect import among
from caseflow.domain.people import Actor, Grant
from caseflow.domain.vocabulary import Role
from caseflow.models import Assignment, Setting, SignIn, User
from caseflow.queries.reference import STAMP, Tree, stamp_of


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
    roles = tuple((row.role, row.area_id, row.acting) for row in rows)
    return make_actor(user_id, user.name, roles, tree)


def make_actor(
    user_id: int, name: str, roles: Iterable[tuple[str, int, bool]], tree: Tree
) -> Actor:
    """A person with roles: (role, area id, whether acting)."""
    grants = tuple(
        Grant(Role(role), area_id, tree.below[area_id], acting) for role, area_id, acting in roles
    )
    return Actor(user_id=user_id, name=name, grants=grants, root_id=tree.root_id)


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


def transparency_over(session: Session, tree: Tree, today: dt.date) -> dict[int, list[int]]:
    """Who of transparency watches over each area that day: area id → user ids."""
    rows = session.execute(
        select(Assignment.area_id, Assignment.user_id)
        .join(User, User.id == Assignment.user_id)
        .where(
            Assignment.role == Role.TRANSPARENCY.value,
            Assignment.valid_from <= today,
            or_(Assignment.valid_to.is_(None), Assignment.valid_to >= today),
            User.active.is_(True),
        )
        .order_by(Assignment.user_id)
    )
    found: dict[int, list[int]] = {}
    for row in rows:
        for area_id in tree.below[row.area_id]:
            found.setdefault(area_id, []).append(row.user_id)
    return found


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


def heads_of(
    session: Session, area_ids: Iterable[int | None], today: dt.date
) -> tuple[tuple[int, int], ...]:
    """(area, person) for whoever heads these areas that day; vacant areas are missing."""
    rows = session.execute(
        select(Assignment.area_id, Assignment.user_id).where(
            Assignment.area_id.in_(tuple(area_ids)),
            Assignment.role == Role.HEAD.value,
            Assignment.valid_from <= today,
            or_(Assignment.valid_to.is_(None), Assignment.valid_to >= today),
        )
    )
    return tuple((row.area_id, row.user_id) for row in rows)


def names(session: Session, user_ids: Iterable[int | None]) -> dict[int, str]:
    """Names by id, for histories and lists; one query whatever the number."""
    wanted = {user_id for user_id in user_ids if user_id is not None}
    if not wanted:
        return {}
    rows = session.connection().execute(_NAMES, {"ids": list(wanted)})
    return {row.id: row.name for row in rows}


_NAMES = select(User.id, User.name).where(among(User.id, "ids"))


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that was not ended, with what a request needs of its person.

    ``roles``: (role, area id, whether acting) of that day. ``stamp``: of the configuration.
    """

    user_id: int
    name: str
    email: str
    keys_on: bool
    roomy: bool
    language: str | None
    started_at: dt.datetime
    last_seen_at: dt.datetime
    roles: tuple[tuple[str, int, bool], ...]
    stamp: int


# Asked first in every request of who is signed in, so it asks for all that a request begins with.
_TODAY = bindparam("today", type_=Date())
_OPEN_SESSION = (
    select(
        User.id,
        User.name,
        User.email,
        User.keys_on,
        User.roomy,
        User.language,
        SignIn.started_at,
        SignIn.last_seen_at,
        select(Setting.value).where(Setting.name == STAMP).scalar_subquery().label("stamp"),
        Assignment.role,
        Assignment.area_id,
        Assignment.acting,
    )
    .select_from(SignIn)
    .join(User, User.id == SignIn.user_id)
    .outerjoin(
        Assignment,
        and_(
            Assignment.user_id == User.id,
            Assignment.valid_from <= _TODAY,
            or_(Assignment.valid_to.is_(None), Assignment.valid_to >= _TODAY),
        ),
    )
    .where(
        SignIn.token_sha256 == bindparam("token", type_=String()),
        SignIn.ended_at.is_(None),
        User.active.is_(True),
    )
    .order_by(Assignment.id)
)


def open_session(session: Session, token_sha256: str, today: dt.date) -> OpenSession | None:
    """The session behind a token's digest; its limits in time are the caller's to check."""
    asked = {"token": token_sha256, "today": today}
    rows = session.connection().execute(_OPEN_SESSION, asked).all()
    if not rows:
        return None
    one = rows[0]
    return OpenSession(
        user_id=one.id,
        name=one.name,
        email=one.email,
        keys_on=one.keys_on,
        roomy=one.roomy,
        language=one.language,
        started_at=one.started_at,
        last_seen_at=one.last_seen_at,
        roles=tuple((row.role, row.area_id, row.acting) for row in rows if row.role is not None),
        stamp=stamp_of(one.stamp),
    )


def anybody(session: Session) -> bool:
    """Whether the installation has any account yet."""
    return session.scalar(select(User.id).limit(1)) is not None


def demonstration_people(session: Session) -> dict[str, int]:
    """The demonstration's accounts by login, the part of the address before the at sign."""
    rows = session.execute(select(User.email, User.id).where(User.demo.is_(True)))
    return {row.email.split("@")[0]: row.id for row in rows}
