"""Cases at their desk: what waits for a decision there, and what a window looks after."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import (
    INBOX_KINDS,
    LIVE_STATES,
    TRANSPARENCY_KINDS,
    CaseState,
    Role,
)
from caseflow.models import Case, Turn
from caseflow.queries.case_rows import case_rows
from caseflow.queries.lists import (
    CASE_WAITS,
    OPEN_TURN,
    URGENT_CASES,
    CaseFilter,
    Counts,
    Day,
    DeskFilter,
    Filters,
    Row,
    asked_light,
    inline,
    light_sql,
    make_counts,
)
from caseflow.queries.paging import PAGE, Cut, Page, make_page
from caseflow.queries.search import narrowed

#: The condition of the partial index of cases that lie on a desk.
ON_DESK = inline(
    Case.state,
    (CaseState.RECEIVED, CaseState.REVIEW, CaseState.CLARIFICATION, CaseState.PAYMENT),
)


def _desk_state(state: CaseState, mark: str = "") -> ColumnElement[bool]:
    return and_(Case.state == state.value, Case.desk_mark == mark)


_CASE_FILTERS: dict[str, ColumnElement[bool]] = {
    CaseFilter.RECEIVED: Case.state == CaseState.RECEIVED.value,
    CaseFilter.ROUTED: Case.state == CaseState.ROUTED.value,
    CaseFilter.REVIEW: Case.state == CaseState.REVIEW.value,
    CaseFilter.CLARIFICATION: Case.state == CaseState.CLARIFICATION.value,
    CaseFilter.PAYMENT: Case.state == CaseState.PAYMENT.value,
    DeskFilter.NEW: _desk_state(CaseState.RECEIVED),
    DeskFilter.RETURNED: _desk_state(CaseState.RECEIVED, "returned"),
    DeskFilter.WITHDRAWN: _desk_state(CaseState.RECEIVED, "withdrawn"),
    DeskFilter.UNROUTABLE: _desk_state(CaseState.RECEIVED, "unroutable"),
    DeskFilter.REVIEW: Case.state == CaseState.REVIEW.value,
}


def desk_filter(chosen: DeskFilter) -> ColumnElement[bool]:
    """The condition of one reason why a case lies on its desk."""
    return _CASE_FILTERS[chosen]


def desk_reach(actor: Actor) -> ColumnElement[bool]:
    """The cases at whose desk the person decides."""
    if actor.over_all(Role.SUPERVISOR):
        return true()
    desks = actor.areas(Role.CLERK) | actor.reach(Role.SUPERVISOR)
    ways: list[ColumnElement[bool]] = [Case.desk_id.in_(sorted(desks))] if desks else []
    if actor.over_all(Role.TRANSPARENCY):
        ways.append(inline(Case.kind, TRANSPARENCY_KINDS))
    elif actor.has(Role.TRANSPARENCY):
        theirs = Case.desk_id.in_(sorted(actor.reach(Role.TRANSPARENCY)))
        ways.append(and_(theirs, inline(Case.kind, TRANSPARENCY_KINDS)))
    return or_(*ways) if ways else false()


def rests_on_desk() -> ColumnElement[bool]:
    """No turn is open: the desk decides, or the person's answer is awaited."""
    # counted, and asked of few: of an "exists" in a disjunction PostgreSQL reads all open turns
    turns = select(func.count()).where(Turn.case_id == Case.id, OPEN_TURN).scalar_subquery()
    decides = inline(Case.state, (CaseState.RECEIVED, CaseState.REVIEW))
    return and_(ON_DESK, or_(decides, turns == 0))


@dataclass(frozen=True, slots=True)
class CaseList:
    """Cases that one person looks after, narrowed by filters.

    ``desk``: those that wait for a decision at the person's desks, no turn being open. Else the
    inbox of the window: what is alive at its desk, and what the person captured. ``size``: rows
    of a page.
    """

    actor: Actor
    day: Day
    filters: Filters = field(default_factory=Filters)
    desk: bool = False
    size: int = PAGE

    def page(self, session: Session, cut: Cut) -> Page[Row]:
        """One page, most urgent first."""
        backwards = cut.after is None and cut.before is not None
        statement = self._select(session, (Case.id,), light=True)
        statement = statement.where(URGENT_CASES.beyond(cut))
        statement = statement.order_by(*URGENT_CASES.by(backwards=backwards)).limit(self.size + 1)
        ids = list(session.execute(statement).scalars())
        return make_page(case_rows(session, self.actor, ids, self.day), cut, self.size)

    def counts(self, session: Session) -> Counts:
        """How many of them shine in each light, the filter by light left out."""
        light = light_sql(Case.due_on, CASE_WAITS, self.day).label("light")
        statement = self._select(session, (light, func.count()), light=False)
        rows = session.execute(statement.group_by("light"))
        return make_counts((row[0], row[1], 0) for row in rows)

    def all(self, session: Session, limit: int) -> tuple[Row, ...]:
        """The rows of all pages, at most ``limit``: for exports."""
        statement = self._select(session, (Case.id,), light=True)
        statement = statement.order_by(*URGENT_CASES.by()).limit(limit)
        ids = list(session.execute(statement).scalars())
        return case_rows(session, self.actor, ids, self.day)

    def _select(self, session: Session, columns: tuple[Any, ...], *, light: bool) -> Select[Any]:
        filters, actor = self.filters, self.actor
        statement: Select[Any] = select(*columns).select_from(Case)
        if self.desk:
            statement = statement.where(rests_on_desk(), desk_reach(actor))
        else:
            own = Case.desk_id.in_(sorted(actor.areas(Role.CLERK)))
            statement = statement.where(
                inline(Case.state, LIVE_STATES),
                or_(own, Case.captured_by_id == actor.user_id),
            )
        statement = statement.where(inline(Case.kind, INBOX_KINDS))
        if filters.areas:
            statement = statement.where(Case.desk_id.in_(filters.areas))
        if light:
            statement = statement.where(asked_light(filters, Case.due_on, CASE_WAITS, self.day))
        if filters.source:
            statement = statement.where(Case.source == filters.source)
        if filters.state:
            kinds = DeskFilter if self.desk else CaseFilter
            statement = statement.where(_CASE_FILTERS[kinds(filters.state)])
        if filters.text:
            statement = narrowed(session, actor, filters.text, statement, Case.id)
        return statement
