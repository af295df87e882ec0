"""What the pages of administration show: configuration and counts, never the contents of a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, union
from sqlalchemy.orm import Session

from caseflow.domain.restructuring import DESK_STATES
from caseflow.domain.vocabulary import OPEN_TURN_STATES, Role
from caseflow.models import (
    Area,
    Assignment,
    Case,
    DefaultDesk,
    RoutingRule,
    SavedView,
    Turn,
    User,
)
from caseflow.queries.saved_views import naming

_OPEN = tuple(state.value for state in OPEN_TURN_STATES)
_DESK = tuple(state.value for state in DESK_STATES)
#: People on one page.
PAGE = 50


def _held(on: dt.date) -> ColumnElement[bool]:
    return and_(
        Assignment.valid_from <= on,
        or_(Assignment.valid_to.is_(None), Assignment.valid_to >= on),
    )


@dataclass(frozen=True, slots=True)
class AreaDetails:
    """One area with what the tree of the reference does not hold."""

    id: int
    code: str
    name: str
    short_name: str
    aliases: tuple[str, ...]
    parent_id: int | None
    valid_from: dt.date
    valid_to: dt.date | None
    successor_id: int | None
    mark: str
    edited: bool
    version: int


def areas(session: Session) -> dict[int, AreaDetails]:
    """All areas by id."""
    rows = session.execute(select(Area.__table__)).mappings()
    return {
        row["id"]: AreaDetails(
            row["id"],
            row["code"],
            row["name"],
            row["short_name"],
            tuple(row["aliases"] or ()),
            row["parent_id"],
            row["valid_from"],
            row["valid_to"],
            row["successor_id"],
            row["mark"],
            row["pack_digest"] == "edited",
            row["version"],
        )
        for row in rows
    }


def people_per_area(session: Session, on: dt.date) -> dict[int, int]:
    """How many people have a role in each area that day."""
    rows = session.execute(
        select(Assignment.area_id, func.count(func.distinct(Assignment.user_id)).label("n"))
        .join(User, User.id == Assignment.user_id)
        .where(_held(on), User.active.is_(True))
        .group_by(Assignment.area_id)
    )
    return {row.area_id: row.n for row in rows}


@dataclass(frozen=True, slots=True)
class WhatMoves:
    """What an area has that its successor would take over."""

    turns: int
    desks: int
    default_desks: int
    rules: tuple[str, ...]
    children: tuple[str, ...]
    people: tuple[str, ...]
    #: saved views that name it
    views: int


def what_moves(session: Session, area_id: int, today: dt.date) -> WhatMoves:
    """Counts of cases, and names of what is configuration."""
    rules = session.scalars(
        select(RoutingRule.name)
        .where(
            RoutingRule.area_id == area_id,
            or_(RoutingRule.valid_to.is_(None), RoutingRule.valid_to >= today),
        )
        .order_by(RoutingRule.position)
    )
    people = session.scalars(
        select(User.name)
        .join(Assignment, Assignment.user_id == User.id)
        .where(
            Assignment.area_id == area_id,
            or_(Assignment.valid_to.is_(None), Assignment.valid_to >= today),
        )
        .distinct()
        .order_by(User.name)
    )
    return WhatMoves(
        turns=_count(session, _turns_of(area_id)),
        desks=_count(session, _desk_of(area_id)),
        default_desks=session.scalar(
            select(func.count()).select_from(DefaultDesk).where(DefaultDesk.area_id == area_id)
        )
        or 0,
        rules=tuple(rules),
        children=tuple(
            session.scalars(select(Area.name).where(Area.parent_id == area_id).order_by(Area.name))
        ),
        people=tuple(people),
        views=_count(session, _views_of(area_id)),
    )


def _views_of(area_id: int) -> Any:
    code = select(Area.code).where(Area.id == area_id).scalar_subquery()
    return select(SavedView.id).where(naming(code))


def _turns_of(area_id: int) -> Any:
    return select(Turn.case_id).where(Turn.area_id == area_id, Turn.state.in_(_OPEN))


def _desk_of(area_id: int) -> Any:
    return select(Case.id).where(Case.desk_id == area_id, Case.state.in_(_DESK))


def _count(session: Session, statement: Any) -> int:
    return session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def cases_of_area(session: Session, area_id: int) -> list[int]:
    """Ids of the cases with an open turn or the desk there, ascending."""
    found = union(_turns_of(area_id), _desk_of(area_id)).subquery()
    column = found.c[0]
    return list(session.scalars(select(column).order_by(column)))


def turns_of_person(session: Session, user_id: int) -> list[int]:
    """Ids of the cases with an open turn assigned to a person, ascending."""
    return list(
        session.scalars(
            select(Turn.case_id)
            .where(Turn.assignee_id == user_id, Turn.state.in_(_OPEN))
            .distinct()
            .order_by(Turn.case_id)
        )
    )


def astray(session: Session, today: dt.date) -> list[int]:
    """People with an open turn in an area where they no longer work: their role ended by date."""
    working = (
        select(Assignment.id)
        .where(
            Assignment.user_id == Turn.assignee_id,
            Assignment.area_id == Turn.area_id,
            Assignment.role.in_((Role.STAFF.value, Role.HEAD.value)),
            _held(today),
        )
        .exists()
    )
    return list(
        session.scalars(
            select(Turn.assignee_id)
            .where(Turn.assignee_id.is_not(None), Turn.state.in_(_OPEN), ~working)
            .distinct()
            .order_by(Turn.assignee_id)
        )
    )


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """One dated role of a person."""

    id: int
    role: str
    area_id: int
    acting: bool
    valid_from: dt.date
    valid_to: dt.date | None

    def state(self, on: dt.date) -> str:
        """``ahead``, ``now`` or ``past`` as of a day."""
        if self.valid_from > on:
            return "ahead"
        return "now" if self.valid_to is None or on <= self.valid_to else "past"


@dataclass(frozen=True, slots=True)
class Account:
    """A person as administration sees them."""

    id: int
    email: str
    name: str
    post: str
    active: bool
    demo: bool
    version: int
    has_password: bool
    roles: tuple[RoleHeld, ...] = ()


def accounts(
    session: Session,
    *,
    words: str = "",
    area_id: int | None = None,
    after: tuple[str, int] | None = None,
    on: dt.date,
) -> tuple[tuple[Account, ...], bool]:
    """One page of people by name, and whether more follow. ``after``: name and id of the last.

    ``words`` in name, address or post; ``area_id``: with a role there that day.
    """
    statement = select(User).order_by(User.name, User.id).limit(PAGE + 1)
    for word in words.split():
        like = f"%{_escaped(word)}%"
        statement = statement.where(
            or_(
                User.name.ilike(like, escape="\\"),
                User.email.ilike(like, escape="\\"),
                User.post.ilike(like, escape="\\"),
            )
        )
    if area_id is not None:
        statement = statement.where(
            User.id.in_(select(Assignment.user_id).where(Assignment.area_id == area_id, _held(on)))
        )
    if after is not None:
        name, user_id = after
        statement = statement.where(
            or_(User.name > name, and_(User.name == name, User.id > user_id))
        )
    users = list(session.scalars(statement))
    return _with_roles(session, users[:PAGE]), len(users) > PAGE


def account(session: Session, user_id: int) -> Account | None:
    """One person with all roles of all dates."""
    user = session.get(User, user_id)
    return _with_roles(session, [user])[0] if user is not None else None


def account_id(session: Session, email: str) -> int | None:
    """The person behind an address."""
    return session.scalar(select(User.id).where(User.email == email.strip().casefold()))


def all_accounts(session: Session) -> tuple[Account, ...]:
    """Everybody by name, for the command line."""
    return _with_roles(session, list(session.scalars(select(User).order_by(User.name, User.id))))


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _with_roles(session: Session, users: Sequence[User]) -> tuple[Account, ...]:
    roles: dict[int, list[RoleHeld]] = {user.id: [] for user in users}
    rows = session.scalars(
        select(Assignment)
        .where(Assignment.user_id.in_(roles))
        .order_by(Assignment.valid_from.desc(), Assignment.id.desc())
    )
    for row in rows:
        roles[row.user_id].append(
            RoleHeld(row.id, row.role, row.area_id, row.acting, row.valid_from, row.valid_to)
        )
    return tuple(
        Account(
            user.id,
            user.email,
            user.name,
            user.post,
            user.active,
            user.demo,
            user.version,
            user.password_hash is not None,
            tuple(roles[user.id]),
        )
        for user in users
    )
