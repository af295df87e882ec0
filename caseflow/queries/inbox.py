"""The inbox: the open turns of a person's areas, most urgent first.

A page is two statements, whatever it shows: the counters, and its rows with their cases and people.
What is counted and which rows they are an index alone answers, where no filter reads the case.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    false,
    func,
    or_,
    select,
    text,
    true,
    tuple_,
)
from sqlalchemy.orm import Session

from caseflow.domain.lights import Light, light_of
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import (
    TRANSPARENCY_KINDS,
    Role,
    TurnState,
)
from caseflow.models import Case, Petitioner, Turn, User
from caseflow.queries.lists import (
    EXTRACT,
    OPEN_TURN,
    URGENT_TURNS,
    Counts,
    Day,
    Filters,
    Row,
    TurnFilter,
    asked_light,
    inline,
    light_sql,
    make_counts,
    summed,
)
from caseflow.queries.paging import (
    PAGE,
    Cut,
    Page,
    Stretch,
    make_page,
    place_values,
    stretches,
)
from caseflow.queries.scope import sees_person
from caseflow.queries.search import narrowed

#: Statements that are kept of the lists that people look at, each of one scope and its filters.
MOST_KEPT = 128


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


_KEYS = (Turn.case_id, Turn.number)
_NO_PLACE: Final[Mapping[str, Any]] = MappingProxyType({})
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

    ``mine``: only those assigned to the person. ``size``: rows of a page.
    """

    actor: Actor
    day: Day
    filters: Filters = field(default_factory=Filters)
    mine: bool = False
    size: int = PAGE

    def page(self, session: Session, cut: Cut) -> Page[Row]:
        """One page, most urgent first."""
        if self.filters.text:  # few rows hold them: looked for once and put in order
            keys = self._select(session, _KEYS, light=True).where(URGENT_TURNS.beyond(cut))
            order = URGENT_TURNS.by(backwards=cut.backwards)
            statement = _dressed(keys.order_by(*order).limit(self.size + 1)).order_by(*order)
            rows = self._rows(session, statement)
        else:
            statement = _page_of(self, stretches(cut), cut.backwards)
            rows = self._rows(session, statement, place_values(cut))
        return make_page(rows, cut, self.size)

    def counts(self, session: Session) -> Counts:
        """How many of them shine in each light, the filter by light left out."""
        if self.filters.text:
            statement = _lights_of(self, self._holding(session, self.by_date()))
        else:
            statement = _counts_of(self)
        return make_counts(session.connection().execute(statement))

    def all(self, session: Session, limit: int) -> tuple[Row, ...]:
        """The rows of all pages, at most ``limit``: for exports."""
        statement = _dressed(self._select(session, _KEYS, light=True))
        return self._rows(session, statement.order_by(*URGENT_TURNS.by()).limit(limit))

    def keys(self, session: Session, limit: int) -> tuple[tuple[int, int], ...]:
        """(case id, turn number) of all of them, most urgent first, at most ``limit``."""
        statement = self._select(session, _KEYS, light=True)
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
        picked = self._select(session, _KEYS, light=True)
        picked = picked.where(tuple_(Turn.case_id, Turn.number).in_(list(keys)))
        return self._rows(session, _dressed(picked).order_by(*URGENT_TURNS.by()))

    def open_turns(
        self, columns: tuple[Any, ...], *, light: bool, kind: bool = False
    ) -> Select[Any]:
        """The open turns of the list. Only cases of the inbox's kinds have turns at all.

        Joins the case only where something asks for it, so that an index alone answers the rest.
        Words are left out: how they are looked for is the engine's.
        """
        filters, reach = self.filters, reach_of(self.actor)
        conditions = [OPEN_TURN, reach.condition()]
        needs_case = kind or reach.needs_case or bool(filters.text)
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
        if needs_case:
            statement = statement.join(Case, Case.id == Turn.case_id)
        return statement.where(*conditions)

    def by_date(self) -> Select[Any]:
        """How many there are, and how many of them nobody has, by what decides their light."""
        dates: tuple[Any, ...] = (Turn.waiting, Turn.due_on)
        if self.day.by_kind:
            dates = (*dates, Case.kind)
        free = func.count().filter(Turn.assignee_id.is_(None)).label("free")
        columns = (*dates, func.count().label("n"), free)
        return self.open_turns(columns, light=False, kind=self.day.by_kind).group_by(*dates)

    def _select(self, session: Session, columns: tuple[Any, ...], *, light: bool) -> Select[Any]:
        """The open turns of the list, words and all."""
        return self._holding(session, self.open_turns(columns, light=light))

    def _holding(self, session: Session, chosen: Select[Any]) -> Select[Any]:
        """A statement of the list narrowed to the words, if any."""
        words = self.filters.text
        return narrowed(session, self.actor, words, chosen, Turn.case_id) if words else chosen

    def _rows(
        self, session: Session, statement: Select[Any], given: Mapping[str, Any] = _NO_PLACE
    ) -> tuple[Row, ...]:
        """The lines of the list; what many of them have alike is worked out once."""
        knows = lru_cache(maxsize=None)(partial(sees_person, self.actor))
        light = lru_cache(maxsize=None)(self._light)
        rows = session.connection().execute(statement, given)
        return tuple(
            Row(
                case_id=row.case_id,
                number=row.number,
                ref=row.ref,
                folio=row.folio,
                source=row.source,
                kind=row.kind,
                subject=row.subject,
                extract=row.extract,
                person=(row.person or "") if knows(row.kind, row.desk_id, (row.area_id,)) else None,
                areas=(row.area_id,),
                state=row.state,
                case_state=row.case_state,
                due_on=row.due_on,
                basis=row.basis,
                light=light(row.due_on, row.waiting, row.kind),
                waiting=row.waiting,
                assignee=row.assignee or "",
                drafted=row.drafted,
                returns=row.returns,
                received_on=row.received_on,
                target_on=row.target_on,
            )
            for row in rows
        )

    def _light(self, due_on: dt.date | None, waiting: bool, kind: str) -> Light:
        return light_of(due_on, waiting, True, self.day.today, self.day.calendar, kind)


@lru_cache(maxsize=MOST_KEPT)
def _counts_of(turns: TurnList) -> Select[Any]:
    """The counters of a list without words. Kept: making it costs more than running it."""
    return _lights_of(turns, turns.by_date())


def _lights_of(turns: TurnList, by_date: Select[Any]) -> Select[Any]:
    """Rows of (light, count, unassigned). Dates are few, so what they mean is asked of them."""
    dates = by_date.subquery("dates")
    kind = dates.c.kind if turns.day.by_kind else None
    light: Any = light_sql(dates.c.due_on, dates.c.waiting, turns.day, kind).label("light")
    return select(light, summed(dates.c.n), summed(dates.c.free)).group_by("light")


@lru_cache(maxsize=MOST_KEPT)
def _page_of(turns: TurnList, parts: tuple[Stretch, ...], backwards: bool) -> Select[Any]:
    """A page of a list without words, read from these stretches; kept as well."""
    chosen = turns.open_turns((*_KEYS, Turn.due_on), light=True)
    keys = URGENT_TURNS.page(chosen, parts, turns.size, backwards=backwards)
    return _dressed(keys).order_by(text("keys.at"), *URGENT_TURNS.along(backwards=backwards))


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


def _dressed(chosen: Select[Any]) -> Select[Any]:
    """Lines of the turns with these keys, with their cases and people."""
    keys = chosen.subquery("keys")
    return (
        select(*_COLUMNS)
        .select_from(keys)
        .join(Turn, and_(Turn.case_id == keys.c.case_id, Turn.number == keys.c.number))
        .join(Case, Case.id == Turn.case_id)
        .outerjoin(Petitioner, Petitioner.case_id == Turn.case_id)
        .outerjoin(User, User.id == Turn.assignee_id)
    )
