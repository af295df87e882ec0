"""The appeals of the cases that a person sees, those with a term that runs first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.orm import Session

from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import OPEN_APPEAL_STATES, AppealState, DeadlineState, Role
from caseflow.models import Appeal, Case, Deadline
from caseflow.queries.lists import inline
from caseflow.queries.paging import PAGE, Cut, Order, Page, Place, make_page
from caseflow.queries.scope import visible


class AppealFilter(StrEnum):
    """Which appeals a list shows."""

    OPEN = "abiertos"
    FINISHED = "terminados"


@dataclass(frozen=True, slots=True)
class AppealRow:
    """One appeal as a line of a list. ``step`` and ``due_on`` are those of the term that runs."""

    case_id: int
    number: int
    ref: str
    folio: str
    source: str
    kind: str
    subject: str
    desk_id: int
    case_state: str
    file_number: str
    authority: str
    state: str
    sense: str | None
    admitted_on: dt.date
    step: str | None
    due_on: dt.date | None

    @property
    def place(self) -> Place:
        return Place(self.state == AppealState.STATED, self.due_on, self.case_id, self.number)


#: The term that runs: to comply once there is a ruling, else to state.
_RUNS = and_(
    Deadline.case_id == Appeal.case_id,
    Deadline.number
    == case((Appeal.state == AppealState.RULED.value, Appeal.comply), else_=Appeal.statements),
    Deadline.state == DeadlineState.RUNNING.value,
)
_COLUMNS: tuple[Any, ...] = (
    Appeal.case_id,
    Appeal.number,
    Case.ref,
    Case.folio,
    Case.source,
    Case.kind,
    Case.subject,
    Case.desk_id,
    Case.state,
    Appeal.file_number,
    Appeal.authority,
    Appeal.state,
    Appeal.sense,
    Appeal.admitted_on,
    Deadline.step,
    Deadline.due_on,
)
_APPEALS = select(*_COLUMNS).join(Case, Case.id == Appeal.case_id).outerjoin(Deadline, _RUNS)
_ORDER = Order(
    Appeal.state == AppealState.STATED.value, Deadline.due_on, Appeal.case_id, Appeal.number
)
#: Word for word the condition of the partial index of open appeals.
_OPEN = inline(Appeal.state, OPEN_APPEAL_STATES)


def decides_on_appeals(actor: Actor) -> ColumnElement[bool]:
    """The cases whose appeals the actor reads: those of a desk of theirs, not of a turn alone."""
    if actor.system or actor.has(Role.AUDITOR):
        return visible(actor)
    desks = actor.areas(Role.CLERK) | actor.reach(Role.SUPERVISOR, Role.TRANSPARENCY)
    return and_(visible(actor), Case.desk_id.in_(sorted(desks)))


def appeals(
    session: Session, actor: Actor, which: AppealFilter, cut: Cut, size: int = PAGE
) -> Page[AppealRow]:
    """A page of the appeals; one statement. Those left without effect stand with the finished."""
    wanted = _OPEN if which is AppealFilter.OPEN else ~_OPEN
    backwards = cut.after is None and cut.before is not None
    rows = session.execute(
        _APPEALS.where(wanted, decides_on_appeals(actor), _ORDER.beyond(cut))
        .order_by(*_ORDER.by(backwards=backwards))
        .limit(size + 1)
    )
    return make_page([AppealRow(*row) for row in rows], cut, size)


def appeals_due(
    session: Session, actor: Actor, area_ids: Collection[int], until: dt.date
) -> tuple[AppealRow, ...]:
    """The open appeals of the desks of some areas whose term runs out by a day, first the soonest;
    and those that only wait to be ended."""
    rows = session.execute(
        _APPEALS.where(
            _OPEN,
            decides_on_appeals(actor),
            Case.desk_id.in_(sorted(area_ids)),
            or_(
                Deadline.due_on <= until,
                and_(Appeal.state == AppealState.RULED.value, Deadline.due_on.is_(None)),
            ),
        ).order_by(*_ORDER.by())
    )
    return tuple(AppealRow(*row) for row in rows)
