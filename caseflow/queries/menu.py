"""What stands beside the menu of every page: counters, unread notices, and the person's own views.

One statement for all of it. Every counter stops at ``CAP`` and reads the index of its own list, so
that it costs the same in a large office as in a small one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    bindparam,
    false,
    func,
    literal,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from caseflow.domain.people import Actor, Grant
from caseflow.domain.vocabulary import (
    INBOX_KINDS,
    LIVE_STATES,
    TRANSPARENCY_KINDS,
    CaseState,
    Role,
    Source,
    Verdict,
)
from caseflow.models import Batch, BatchRow, Case, Mail, Mediation, SavedView, Turn
from caseflow.queries.desks import desk_reach, rests_on_desk
from caseflow.queries.inbox import Reach, reach_of, works_with_turns
from caseflow.queries.lists import CAP, CASE_WAITS, OPEN_TURN, inline, inline_word
from caseflow.queries.mediations import mediation_scope

_TODAY = bindparam("today", type_=Date())
_USER = bindparam("user", type_=Integer())
#: Scopes whose statement is remembered: about one for each role in each area.
_SCOPES = 512

INBOX, MINE, DESK, QUARANTINE, UNREAD = "inbox", "mine", "desk", "quarantine", "unread"
MEDIATIONS = "mediations"
_VIEW = "view"

#: The condition of the partial index of requests that lie with an area.
_REQUEST_TURNED = (
    inline(Case.state, (CaseState.ROUTED, CaseState.CLARIFICATION, CaseState.PAYMENT)),
    inline(Case.kind, TRANSPARENCY_KINDS),
)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are, and how many of them are overdue; either stops at one above ``CAP``."""

    count: int
    late: int = 0


@dataclass(frozen=True, slots=True)
class View:
    """A list with its filters under the person's own name. ``query`` as in its address."""

    id: int
    page: str
    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Menu:
    """Tallies by name (those that the person has a list for), and views by list and name."""

    tallies: Mapping[str, Tally] = field(default_factory=dict)
    views: tuple[View, ...] = ()

    def count(self, name: str) -> int:
        found = self.tallies.get(name)
        return found.count if found is not None else 0


def menu(session: Session, actor: Actor, today: dt.date, sources: Iterable[Source]) -> Menu:
    """The counters and views of a person. ``sources``: whose quarantine they may mend."""
    statement = _statement(actor.grants, actor.root_id, frozenset(sources))
    tallies: dict[str, Tally] = {}
    views = []
    for what, count, late, page, name, query in session.connection().execute(
        statement, {"today": today, "user": actor.user_id}
    ):
        if what == _VIEW:
            views.append(View(count, page, name, query))
        else:
            tallies[what] = Tally(count, late)
    views.sort(key=lambda view: (view.page, view.name.casefold()))
    return Menu(tallies, tuple(views))


@lru_cache(maxsize=_SCOPES)
def _statement(grants: tuple[Grant, ...], root_id: int | None, sources: frozenset[Source]) -> Any:
    """The statement for a scope. Made once: making it costs more than running it."""
    actor = Actor(user_id=None, name="", grants=grants, root_id=root_id)
    parts: list[Any] = []
    if works_with_turns(actor):
        parts.append(_tally(INBOX, _turns(actor)))
        parts.append(_tally(MINE, _my_turns(actor)))
    elif actor.has(Role.CLERK):
        parts.append(_tally(INBOX, _window(actor)))
    if actor.has(Role.CLERK, Role.SUPERVISOR, Role.TRANSPARENCY):
        parts.append(_tally(DESK, _desk(actor)))
    if sources:
        parts.append(_tally(QUARANTINE, (_quarantine(sources), None)))
    if actor.has(Role.CLERK, Role.STAFF, Role.HEAD, Role.MEDIATOR):
        parts.append(_tally(MEDIATIONS, (_mediations(actor), None)))
    parts.append(_tally(UNREAD, (_unread(), None)))
    parts.append(
        select(
            inline_word(_VIEW), SavedView.id, literal(0), SavedView.page, SavedView.name,
            SavedView.query,
        ).where(SavedView.user_id == _USER)
    )  # fmt: skip
    return union_all(*parts)


#: The rows of a list, and those of them that are overdue (none: it has no such thing).
_Rows = tuple[Any, Any]

_LATE_TURN = ~Turn.waiting & (Turn.due_on < _TODAY)
_LATE_CASE = ~CASE_WAITS & (Case.due_on < _TODAY)


def _tally(name: str, rows: _Rows) -> Select[Any]:
    every, late = rows
    empty = inline_word("")
    return select(
        inline_word(name).label("what"),
        _count(every).label("n"),
        (_count(late) if late is not None else literal(0)).label("late"),
        empty.label("page"),
        empty.label("name"),
        empty.label("query"),
    )


def _count(rows: Any) -> Any:
    return select(func.count()).select_from(rows.limit(CAP + 1).subquery()).scalar_subquery()


def _turns(actor: Actor) -> _Rows:
    """The open turns of the inbox: those of the areas, then the requests of further areas."""
    reach = reach_of(actor)
    own = select(Turn.case_id).where(OPEN_TURN)
    if reach.areas is not None:
        own = own.where(Turn.area_id.in_(sorted(reach.areas)) if reach.areas else false())
    own_late = own.where(_LATE_TURN)
    if not reach.needs_case:
        return own, own_late
    requests = select(Case.id).where(*_REQUEST_TURNED)
    further = _turns_of(requests, reach)
    further_late = _turns_of(requests.where(_LATE_CASE), reach)
    if not reach.areas:
        return further, further_late
    return union_all(own, further), union_all(own_late, further_late)


def _turns_of(requests: Select[Any], reach: Reach) -> Select[Any]:
    """The open turns of requests in the areas beyond those of the person's own.

    Fenced by the OFFSET: the requests are found by their own index first, whatever the planner
    believes of them.
    """
    found = requests.offset(0).subquery()
    turns = (
        select(Turn.case_id)
        .select_from(found)
        .join(Turn, Turn.case_id == found.c.id)
        .where(OPEN_TURN)
    )
    if reach.areas:
        turns = turns.where(Turn.area_id.not_in(sorted(reach.areas)))
    if reach.requests is not None:
        turns = turns.where(Turn.area_id.in_(sorted(reach.requests)))
    return turns


def _my_turns(actor: Actor) -> _Rows:
    reach = reach_of(actor)
    mine = select(Turn.case_id).where(OPEN_TURN, Turn.assignee_id == _USER, reach.condition())
    if reach.needs_case:
        mine = mine.join(Case, Case.id == Turn.case_id)
    return mine, mine.where(_LATE_TURN)


def _window(actor: Actor) -> _Rows:
    """What is alive at the desks of a window, and what the person captured: each by its index."""
    alive = select(Case.id).where(inline(Case.state, LIVE_STATES), inline(Case.kind, INBOX_KINDS))
    desks = alive.where(Case.desk_id.in_(sorted(actor.areas(Role.CLERK))))
    captured = alive.where(Case.captured_by_id == _USER, Case.captured_by_id.is_not(None))

    def either(*more: ColumnElement[bool]) -> Any:
        parts = (part.where(*more).limit(CAP + 1).subquery() for part in (desks, captured))
        return union(*(select(part.c.id) for part in parts))

    return either(), either(_LATE_CASE)


def _desk(actor: Actor) -> _Rows:
    waiting = select(Case.id).where(
        rests_on_desk(), desk_reach(actor), inline(Case.kind, INBOX_KINDS)
    )
    return waiting, waiting.where(_LATE_CASE)


def _quarantine(sources: frozenset[Source]) -> Select[Any]:
    waiting = select(BatchRow.number).where(
        BatchRow.verdict == inline_word(Verdict.QUARANTINED), BatchRow.discard_reason.is_(None)
    )
    if len(sources) < len(Source):
        waiting = waiting.join(Batch, Batch.id == BatchRow.batch_id).where(
            Batch.source.in_(sorted(sources))
        )
    return waiting


def _mediations(actor: Actor) -> Select[Any]:
    """The open files that the person reads, by the partial index of open ones."""
    return select(Mediation.id).where(Mediation.state != "closed", mediation_scope(actor, _USER))


def _unread() -> Select[Any]:
    return select(Mail.id).where(Mail.user_id == _USER, Mail.read_at.is_(None))
