"""The list of the mediation files that a person reads, and finding one among them.

Open files that nobody has reached yet come first, the oldest first: their first contact is what is
overdue soonest. Finished ones stand apart, the newest first. What is looked for never stands in an
address: names would stay in the logs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, ColumnElement, and_, case, func, or_, select, tuple_
from sqlalchemy.orm import Session

from caseflow.domain.folding import fold
from caseflow.domain.mediation_words import MediationState
from caseflow.domain.people import Actor
from caseflow.models import Mediation, NamedMediator, Party, User
from caseflow.queries.lists import CAP
from caseflow.queries.mediations import mediation_scope
from caseflow.queries.paging import PAGE, Cut, Page, Place, make_page

#: Shorter words find half of the files.
SHORTEST = 2


class MediationFilter(StrEnum):
    """Which files a list shows; the counters above it are these."""

    OPEN = "abiertas"
    REQUESTED = "solicitadas"
    INVITING = "en-invitacion"
    IN_SESSION = "en-sesiones"
    AGREED = "con-convenio"
    CLOSED = "concluidas"


_STATES: Mapping[MediationFilter, MediationState] = {
    MediationFilter.REQUESTED: MediationState.REQUESTED,
    MediationFilter.INVITING: MediationState.INVITING,
    MediationFilter.IN_SESSION: MediationState.IN_SESSION,
    MediationFilter.AGREED: MediationState.AGREED,
    MediationFilter.CLOSED: MediationState.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters in force. ``mediator``: a user id, 0 for the files without one."""

    which: MediationFilter = MediationFilter.OPEN
    subject: str = ""
    mediator: int | None = None


@dataclass(frozen=True, slots=True)
class MediationRow:
    """One file as a line of the list. ``parties``: their names, in the order of the file."""

    id: int
    ref: str
    state: str
    outcome: str | None
    subject: str
    colonia: str
    territory_code: str | None
    received_on: dt.date
    mediator: str
    parties: tuple[str, ...] = ()

    @property
    def reached(self) -> bool:
        """Whether somebody has already been in contact with the parties."""
        return self.state != MediationState.REQUESTED

    @property
    def place(self) -> Place:
        return Place(self.reached, self.received_on, self.id)


#: Word for word the condition of the partial index of open files.
_OPEN = Mediation.state != "closed"
_REACHED: ColumnElement[bool] = case(
    (Mediation.state == MediationState.REQUESTED.value, False), else_=True
).cast(Boolean)
_NOW = and_(NamedMediator.mediation_id == Mediation.id, NamedMediator.ended_on.is_(None))
_ROWS: Any = (
    select(
        Mediation.id,
        Mediation.ref,
        Mediation.state,
        Mediation.outcome,
        Mediation.subject,
        Mediation.colonia,
        Mediation.territory_code,
        Mediation.received_on,
        func.coalesce(User.name, "").label("mediator"),
    )
    .outerjoin(NamedMediator, _NOW)
    .outerjoin(User, User.id == NamedMediator.user_id)
)


def mediations(
    session: Session, actor: Actor, wanted: Wanted, cut: Cut, size: int = PAGE
) -> Page[MediationRow]:
    """A page of the files that a person reads; two statements, however many there are."""
    statement = _ROWS.where(mediation_scope(actor), *_conditions(wanted))
    place, backwards = cut.place, cut.backwards
    order: tuple[Any, ...]
    if wanted.which is MediationFilter.CLOSED:
        keys = tuple_(Mediation.received_on, Mediation.id)
        if place is not None:
            at = (place.due_on, place.case_id)
            statement = statement.where(keys > at if backwards else keys < at)
        order = (Mediation.received_on, Mediation.id)
        descending = not backwards
    else:
        order = (_REACHED, Mediation.received_on, Mediation.id)
        if place is not None:
            statement = statement.where(_beyond(place, backwards))
        descending = backwards
    rows = session.execute(
        statement.order_by(*(key.desc() if descending else key.asc() for key in order)).limit(
            size + 1
        )
    )
    return make_page(_with_parties(session, [MediationRow(*row) for row in rows]), cut, size)


def _beyond(place: Place, backwards: bool) -> ColumnElement[bool]:
    keys = tuple_(Mediation.received_on, Mediation.id)
    at = (place.due_on, place.case_id)
    requested = Mediation.state == MediationState.REQUESTED.value
    if backwards:
        if place.waiting:
            return or_(requested, keys < at)
        return and_(requested, keys < at)
    if place.waiting:
        return and_(~requested, keys > at)
    return or_(~requested, keys > at)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    state = _STATES.get(wanted.which)
    if state is None:
        found.append(_OPEN)
    else:
        found.append(Mediation.state == state.value)
        if state is not MediationState.CLOSED:
            found.append(_OPEN)
    if wanted.subject:
        found.append(Mediation.subject == wanted.subject)
    if wanted.mediator == 0:
        found.append(NamedMediator.user_id.is_(None))
    elif wanted.mediator is not None:
        found.append(NamedMediator.user_id == wanted.mediator)
    return found


def find_mediations(
    session: Session, actor: Actor, text: str, size: int = PAGE
) -> tuple[MediationRow, ...]:
    """The person's own files whose number or whose parties' names hold these words, newest first.

    Without minding case and accents; every word must be there. Words of one letter find nothing.
    """
    words = [word for word in fold(text).split() if len(word) >= SHORTEST]
    if not words:
        return ()
    named = (
        select(Party.mediation_id)
        .where(
            Party.mediation_id == Mediation.id,
            *(Party.folded.contains(word, autoescape=True) for word in words),
        )
        .exists()
    )
    number = Mediation.ref.contains(text.strip().upper(), autoescape=True)
    rows = session.execute(
        _ROWS.where(mediation_scope(actor), or_(number, named))
        .order_by(Mediation.received_on.desc(), Mediation.id.desc())
        .limit(size)
    )
    return tuple(_with_parties(session, [MediationRow(*row) for row in rows]))


def _with_parties(session: Session, rows: Sequence[MediationRow]) -> list[MediationRow]:
    if not rows:
        return []
    names: dict[int, list[str]] = {}
    for mediation_id, name in session.execute(
        select(Party.mediation_id, Party.name)
        .where(Party.mediation_id.in_([row.id for row in rows]))
        .order_by(Party.mediation_id, Party.number)
    ):
        names.setdefault(mediation_id, []).append(name)
    return [replace(row, parties=tuple(names.get(row.id, ()))) for row in rows]


def tallies(session: Session, actor: Actor) -> dict[MediationFilter, int]:
    """How many open files the person reads, by state and together; each stops above ``CAP``."""
    found: dict[MediationFilter, int] = {}
    counts = [
        select(func.count())
        .select_from(
            select(Mediation.id)
            .where(mediation_scope(actor), *_conditions(Wanted(which)))
            .limit(CAP + 1)
            .subquery()
        )
        .scalar_subquery()
        .label(which.name)
        for which in MediationFilter
    ]
    row = session.execute(select(*counts)).one()
    for which in MediationFilter:
        found[which] = row._mapping[which.name]
    return found


def named_mediators(session: Session, actor: Actor) -> dict[int, str]:
    """Who mediates the open files that the person reads: user id → name, by name."""
    rows = session.execute(
        select(User.id, User.name)
        .join(NamedMediator, NamedMediator.user_id == User.id)
        .join(Mediation, _NOW)
        .where(mediation_scope(actor), _OPEN)
        .distinct()
        .order_by(User.name)
    )
    return {row.id: row.name for row in rows}
