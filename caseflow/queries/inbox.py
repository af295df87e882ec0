"""The inbox: the open turns of a person's areas, or the cases of a desk, most urgent first.

A page is three statements, whatever it shows: the counters, the places of its rows (answered by an
index alone where no filter reads the case), and the rows with their cases and people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from caseflow.domain.lights import light_of
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import (
    INBOX_KINDS,
    LIVE_STATES,
    TRANSPARENCY_KINDS,
    CaseState,
    Role,
    TurnState,
)
from caseflow.models import Case, Petitioner, Turn, User
from caseflow.queries.case_rows import case_rows
from caseflow.queries.lists import (
    CASE_WAITS,
    EXTRACT,
    OPEN_TURN,
    URGENT_CASES,
    URGENT_TURNS,
    CaseFilter,
    Counts,
    Day,
    DeskFilter,
    Filters,
    Row,
    TurnFilter,
    asked_light,
    inline,
    light_sql,
    make_counts,
)
from caseflow.queries.paging import PAGE, Cut, Page, make_page
from caseflow.queries.scope import sees_person
from caseflow.queries.search import matches

#: The condition of the partial index of cases that lie on a desk.
ON_DESK = inline(
    Case.state,
    (CaseState.RECEIVED, CaseState.REVIEW, CaseState.CLARIFICATION, CaseState.PAYMENT),
)


def works_with_turns(actor: Actor) -> bool:
    """Whether the inbox of the person lists turns; a window clerk's lists cases."""
    return actor.has(Role.STAFF, Role.HEAD, Role.SUPERVISOR, Role.TRANSPARENCY)


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose open turns a list shows: areas, with the transparency kinds of further areas.

    ``areas`` none: every area. ``requests`` none: every area, for those kinds.
    """

    areas: frozenset[int] | None
    requests: frozenset[int] | None

    @property
    def everything(self) -> bool:
        return self.areas is None

    @property
    def needs_case(self) -> bool:
        """Whether the kind of the case decides."""
        return self.areas is not None and (self.requests is None or bool(self.requests))

    def holds(self, area_id: int) -> bool:
        """Whether the list can show turns of the area."""
        mine = self.areas is None or area_id in self.areas
        return mine or self.requests is None or area_id in self.requests

    def condition(self) -> ColumnElement[bool]:
        if self.areas is None:
            return true()
        mine = Turn.area_id.in_(sorted(self.areas)) if self.areas else false()
        if not self.needs_case:
            return mine
        theirs = true() if self.requests is None else Turn.area_id.in_(sorted(self.requests))
        return or_(mine, and_(theirs, inline(Case.kind, TRANSPARENCY_KINDS)))


def reach_of(actor: Actor) -> Reach:
    """Own areas for staff and heads, the subtree for supervisors, its requests for transparency."""
    if actor.over_all(Role.SUPERVISOR):
        return Reach(None, frozenset())
    areas = actor.areas(Role.STAFF, Role.HEAD) | actor.reach(Role.SUPERVISOR)
    if actor.over_all(Role.TRANSPARENCY):
        return Reach(areas, None)
    return Reach(areas, actor.reach(Role.TRANSPARENCY) - areas)


# --- turns --------------------------------------------------------------------------------------

_TURN_FILTERS = {
    TurnFilter.PENDING: Turn.state == TurnState.PENDING.value,
    TurnFilter.ACCEPTED: Turn.state == TurnState.ACCEPTED.value,
    TurnFilter.DRAFTED: Turn.draft_text.is_not(None),
    TurnFilter.UNASSIGNED: Turn.assignee_id.is_(None),
    TurnFilter.RETURNED_BEFORE: Case.returns > 0,
}


@dataclass(frozen=True, slots=True)
class TurnList:
    """The open turns that one person may see in one list, narrowed by filters.

    ``mine``: only those assigned to the person.
    """

    actor: Actor
    day: Day
    filters: Filters = field(default_factory=Filters)
    mine: bool = False

    def page(self, session: Session, cut: Cut) -> Page[Row]:
        """One page, most urgent first."""
        backwards = cut.after is None and cut.before is not None
        statement = (
            self._select(session, (Turn.case_id, Turn.number), light=True)
            .where(URGENT_TURNS.beyond(cut))
            .order_by(*URGENT_TURNS.by(backwards=backwards))
            .limit(PAGE + 1)
        )
        keys = statement.subquery("keys")
        rows = self._rows(
            session,
            _DRESSED.join(
                keys, and_(Turn.case_id == keys.c.case_id, Turn.number == keys.c.number)
            ).order_by(*URGENT_TURNS.by(backwards=backwards)),
        )
        return make_page(rows, cut)

    def counts(self, session: Session) -> Counts:
        """How many of them shine in each light, the filter by light left out."""
        light = light_sql(Turn.due_on, Turn.waiting, self.day).label("light")
        free = func.count().filter(Turn.assignee_id.is_(None))
        columns = (light, func.count(), free)
        statement = self._select(session, columns, light=False, kind=self.day.by_kind)
        return make_counts(session.execute(statement.group_by("light")))

    def all(self, session: Session, limit: int) -> tuple[Row, ...]:
        """The rows of all pages, at most ``limit``: for exports."""
        keys = self._select(session, (Turn.case_id, Turn.number), light=True).subquery("keys")
        statement = _DRESSED.join(
            keys, and_(Turn.case_id == keys.c.case_id, Turn.number == keys.c.number)
        )
        return self._rows(session, statement.order_by(*URGENT_TURNS.by()).limit(limit))

    def keys(self, session: Session, limit: int) -> tuple[tuple[int, int], ...]:
        """(case id, turn number) of all of them, most urgent first, at most ``limit``."""
        statement = self._select(session, (Turn.case_id, Turn.number), light=True)
        rows = session.execute(statement.order_by(*URGENT_TURNS.by()).limit(limit))
        return tuple((row.case_id, row.number) for row in rows)

    def areas(self, session: Session) -> tuple[int, ...]:
        """The areas that hold any of them."""
        statement = self._select(session, (Turn.area_id,), light=True).distinct()
        return tuple(session.execute(statement).scalars())

    def marked(self, session: Session, keys: Sequence[tuple[int, int]]) -> tuple[Row, ...]:
        """The rows of the turns that the person marked, those that are still open and theirs."""
        if not keys:
            return ()
        picked = self._select(session, (Turn.case_id, Turn.number), light=True)
        picked = picked.where(tuple_(Turn.case_id, Turn.number).in_(list(keys)))
        found = picked.subquery("keys")
        statement = _DRESSED.join(
            found, and_(Turn.case_id == found.c.case_id, Turn.number == found.c.number)
        )
        return self._rows(session, statement.order_by(*URGENT_TURNS.by()))

    def _select(
        self, session: Session, columns: tuple[Any, ...], *, light: bool, kind: bool = False
    ) -> Select[Any]:
        """The open turns of the list. Only cases of the inbox's kinds have turns at all.

        Joins the case only where something asks for it, so that an index alone answers the rest.
        """
        filters, reach = self.filters, reach_of(self.actor)
        conditions = [OPEN_TURN, reach.condition()]
        needs_case = kind or reach.needs_case
        if self.mine:
            conditions.append(Turn.assignee_id == self.actor.user_id)
        if filters.areas:
            conditions.append(Turn.area_id.in_(filters.areas))
        if light and filters.light is not None:
            conditions.append(asked_light(filters, Turn.due_on, Turn.waiting, self.day))
            needs_case |= self.day.by_kind
        if filters.source:
            conditions.append(Case.source == filters.source)
            needs_case = True
        if filters.state:
            conditions.append(_TURN_FILTERS[TurnFilter(filters.state)])
            needs_case |= filters.state == TurnFilter.RETURNED_BEFORE
        statement: Select[Any] = select(*columns).select_from(Turn)
        if needs_case or filters.text:
            statement = statement.join(Case, Case.id == Turn.case_id)
        if filters.text:
            statement = _holding(session, self.actor, filters.text, statement, Turn.case_id)
        return statement.where(*conditions)

    def _rows(self, session: Session, statement: Select[Any]) -> tuple[Row, ...]:
        return tuple(self._row(row) for row in session.execute(statement))

    def _row(self, row: Any) -> Row:
        knows = sees_person(self.actor, row.kind, row.desk_id, (row.area_id,))
        return Row(
            case_id=row.case_id,
            number=row.number,
            ref=row.ref,
            folio=row.folio,
            source=row.source,
            kind=row.kind,
            subject=row.subject,
            extract=row.extract,
            person=(row.person or "") if knows else None,
            areas=(row.area_id,),
            state=row.state,
            case_state=row.case_state,
            due_on=row.due_on,
            basis=row.basis,
            light=light_of(
                row.due_on, row.waiting, True, self.day.today, self.day.calendar, row.kind
            ),
            waiting=row.waiting,
            assignee=row.assignee or "",
            drafted=row.drafted,
            returns=row.returns,
            received_on=row.received_on,
            target_on=row.target_on,
        )


def _holding(
    session: Session, actor: Actor, typed: str, statement: Select[Any], case_id: Any
) -> Select[Any]:
    """The statement narrowed to the cases that hold the words typed."""
    found = matches(session, actor, typed)
    return statement.where(false()) if found is None else found.joined(statement, case_id)


_COLUMNS: tuple[Any, ...] = (
    Turn.case_id,
    Turn.number,
    Turn.area_id,
    Turn.state,
    Turn.due_on,
    Turn.waiting,
    Turn.target_on,
    Turn.draft_text.is_not(None).label("drafted"),
    Case.ref,
    Case.folio,
    Case.source,
    Case.kind,
    Case.subject,
    func.substr(Case.description, 1, EXTRACT).label("extract"),
    Case.state.label("case_state"),
    Case.desk_id,
    Case.basis,
    Case.returns,
    Case.received_on,
    Petitioner.name.label("person"),
    User.name.label("assignee"),
)
_DRESSED = (
    select(*_COLUMNS)
    .select_from(Turn)
    .join(Case, Case.id == Turn.case_id)
    .outerjoin(Petitioner, Petitioner.case_id == Turn.case_id)
    .outerjoin(User, User.id == Turn.assignee_id)
)


# --- cases --------------------------------------------------------------------------------------


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
    busy = exists(select(1).where(Turn.case_id == Case.id, OPEN_TURN))
    decides = inline(Case.state, (CaseState.RECEIVED, CaseState.REVIEW))
    return and_(ON_DESK, or_(decides, ~busy))


@dataclass(frozen=True, slots=True)
class CaseList:
    """Cases that one person looks after, narrowed by filters.

    ``desk``: those that wait for a decision at the person's desks, no turn being open. Else the
    inbox of the window: what is alive at its desk, and what the person captured.
    """

    actor: Actor
    day: Day
    filters: Filters = field(default_factory=Filters)
    desk: bool = False

    def page(self, session: Session, cut: Cut) -> Page[Row]:
        """One page, most urgent first."""
        backwards = cut.after is None and cut.before is not None
        statement = self._select(session, (Case.id,), light=True)
        statement = statement.where(URGENT_CASES.beyond(cut))
        statement = statement.order_by(*URGENT_CASES.by(backwards=backwards)).limit(PAGE + 1)
        ids = list(session.execute(statement).scalars())
        return make_page(case_rows(session, self.actor, ids, self.day), cut)

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
            statement = _holding(session, actor, filters.text, statement, Case.id)
        return statement
