"""The supervisor's board: per area what is open, late, returned and without a person.

A folio counts in the areas that hold an open turn of it, and on its desk while none does: the rule
of the monthly report. Turns and desks stand apart, so that each figure has one list behind it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select, true
from sqlalchemy.orm import Session

from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import INBOX_KINDS, Semaphore, TurnState
from caseflow.models import Case, Turn
from caseflow.queries.desks import desk_filter, desk_reach, rests_on_desk
from caseflow.queries.inbox import Reach, reach_of
from caseflow.queries.lists import (
    CASE_WAITS,
    OPEN_TURN,
    Day,
    DeskFilter,
    inline,
    inline_word,
    light_sql,
    summed,
)
from caseflow.queries.report_figures import AGE_BANDS

Ages = tuple[int, int, int, int, int]
_NO_AGES: Ages = (0, 0, 0, 0, 0)
_LATE = "late"
#: Statements kept for the supervisors of an office, each with a scope and a day.
KEPT = 32


@dataclass(frozen=True, slots=True)
class Load:
    """The figures of one area's turns, of one desk, or of their sum.

    ``ages``: the overdue ones by business days late, as in ``AGE_BANDS``. ``pending``,
    ``unassigned`` and ``drafted`` are of turns, ``returned`` and ``unroutable`` of desks.
    ``first_due_on``: the most urgent date among those whose clock runs.
    """

    by_light: Mapping[Semaphore, int]
    ages: Ages = _NO_AGES
    pending: int = 0
    unassigned: int = 0
    drafted: int = 0
    returned: int = 0
    unroutable: int = 0
    first_due_on: dt.date | None = None

    @property
    def open(self) -> int:
        return sum(self.by_light.values())

    def of(self, light: Semaphore) -> int:
        return self.by_light.get(light, 0)


@dataclass(frozen=True, slots=True)
class Board:
    """Loads by area id, of turns and of desks; areas without anything are missing."""

    turns: Mapping[int, Load]
    desks: Mapping[int, Load]

    @property
    def all_turns(self) -> Load:
        return total(self.turns.values())

    @property
    def all_desks(self) -> Load:
        return total(self.desks.values())


def board(session: Session, actor: Actor, day: Day) -> Board:
    """The board of all that the actor supervises: three statements, whatever its size."""
    drafts = _drafts(session, actor)
    turns = _turn_loads(session, actor, day, drafts)
    return Board(turns, _desk_loads(session, actor, day))


def total(loads: Iterable[Load]) -> Load:
    """The sum of several loads."""
    lights: dict[Semaphore, int] = {}
    ages = [0, 0, 0, 0, 0]
    sums = dict.fromkeys(("pending", "unassigned", "drafted", "returned", "unroutable"), 0)
    first: dt.date | None = None
    for load in loads:
        for light, count in load.by_light.items():
            lights[light] = lights.get(light, 0) + count
        ages = [a + b for a, b in zip(ages, load.ages, strict=True)]
        for name in sums:
            sums[name] += getattr(load, name)
        first = _earlier(first, load.first_due_on)
    a, b, c, d, e = ages
    return Load(lights, (a, b, c, d, e), **sums, first_due_on=first)


def _band_sql(dates: Any, day: Day) -> ColumnElement[str]:
    """The light of rows with the same dates, the overdue ones by band: ``late0`` … ``late4``."""
    light = light_sql(dates.due_on, dates.waiting, day, dates.kind if day.by_kind else None)
    bands = []
    for kind in list(day.soon) if day.by_kind else [None]:
        mine = and_(
            ~dates.waiting, dates.due_on < day.today, dates.kind == kind if kind else true()
        )
        for at, start in enumerate(day.band_starts(kind)):
            bands.append((and_(mine, dates.due_on >= start), inline_word(f"{_LATE}{at}")))
        bands.append((mine, inline_word(f"{_LATE}{len(AGE_BANDS) - 1}")))
    return case(*bands, else_=light)


def _by_band(by_date: Select[Any], sums: Sequence[str], day: Day) -> Select[Any]:
    """Rows of (where, band, first, n and the ``sums``) from rows that still tell dates apart.

    ``by_date`` counts by where, waiting and due_on (and kind, where it decides); dates are few, so
    what they mean is asked of them rather than of each turn.
    """
    dates = by_date.subquery("dates").c
    return select(
        dates["where"],
        _band_sql(dates, day).label("band"),
        func.min(dates.due_on).label("first"),
        *(summed(dates[name]).label(name) for name in ("n", *sums)),
    ).group_by(dates["where"], "band")


def _turn_loads(
    session: Session, actor: Actor, day: Day, drafts: Mapping[int, int]
) -> dict[int, Load]:
    rows: dict[int, list[Any]] = {}
    for row in session.connection().execute(_turns_by_band(reach_of(actor), day)):
        rows.setdefault(row.where, []).append(row)
    return {
        area_id: _load(
            group,
            pending=sum(row.pending for row in group),
            unassigned=sum(row.unassigned for row in group),
            drafted=drafts.get(area_id, 0),
        )
        for area_id, group in rows.items()
    }


@lru_cache(maxsize=KEPT)
def _turns_by_band(reach: Reach, day: Day) -> Select[Any]:
    """Kept for the people who look at it: making it costs as much as running it."""
    dates: list[Any] = [Turn.area_id.label("where"), Turn.waiting, Turn.due_on]
    if day.by_kind:
        dates.append(Case.kind)
    statement = select(
        *dates,
        func.count().label("n"),
        func.count().filter(Turn.state == TurnState.PENDING.value).label("pending"),
        func.count().filter(Turn.assignee_id.is_(None)).label("unassigned"),
    ).select_from(Turn)
    if reach.needs_case or day.by_kind:
        statement = statement.join(Case, Case.id == Turn.case_id)
    statement = statement.where(OPEN_TURN, reach.condition()).group_by(*dates)
    return _by_band(statement, ("pending", "unassigned"), day)


def _drafts(session: Session, actor: Actor) -> dict[int, int]:
    """Replies that wait for the head's signature, by area."""
    rows = session.connection().execute(_drafts_of(reach_of(actor)))
    return {row.area_id: row.n for row in rows}


@lru_cache(maxsize=KEPT)
def _drafts_of(reach: Reach) -> Select[Any]:
    columns: tuple[Any, ...] = (Turn.area_id, func.count().label("n"))
    statement = select(*columns).select_from(Turn)
    if reach.needs_case:
        statement = statement.join(Case, Case.id == Turn.case_id)
    statement = statement.where(OPEN_TURN, Turn.draft_text.is_not(None), reach.condition())
    return statement.group_by(Turn.area_id)


def _desk_loads(session: Session, actor: Actor, day: Day) -> dict[int, Load]:
    rows: dict[int, list[Any]] = {}
    for row in session.connection().execute(_desks_by_band(actor, day)):
        rows.setdefault(row.where, []).append(row)
    return {
        desk_id: _load(
            group,
            returned=sum(row.returned for row in group),
            unroutable=sum(row.unroutable for row in group),
        )
        for desk_id, group in rows.items()
    }


@lru_cache(maxsize=KEPT)
def _desks_by_band(actor: Actor, day: Day) -> Select[Any]:
    dates: list[Any] = [Case.desk_id.label("where"), CASE_WAITS.label("waiting"), Case.due_on]
    if day.by_kind:
        dates.append(Case.kind)
    statement = (
        select(
            *dates,
            func.count().label("n"),
            func.count().filter(desk_filter(DeskFilter.RETURNED)).label("returned"),
            func.count().filter(desk_filter(DeskFilter.UNROUTABLE)).label("unroutable"),
        )
        .where(rests_on_desk(), desk_reach(actor), inline(Case.kind, INBOX_KINDS))
        .group_by(*dates)
    )
    return _by_band(statement, ("returned", "unroutable"), day)


def _load(rows: Iterable[Any], **sums: int) -> Load:
    lights: dict[Semaphore, int] = {}
    ages = [0, 0, 0, 0, 0]
    first: dt.date | None = None
    for row in rows:
        if row.band.startswith(_LATE):
            light = Semaphore.OVERDUE
            ages[int(row.band.removeprefix(_LATE))] += row.n
        else:
            light = Semaphore(row.band)
        lights[light] = lights.get(light, 0) + row.n
        if light is not Semaphore.WAITING:
            first = _earlier(first, row.first)
    a, b, c, d, e = ages
    return Load(lights, (a, b, c, d, e), **sums, first_due_on=first)


def _earlier(one: dt.date | None, other: dt.date | None) -> dt.date | None:
    if one is None or other is None:
        return one or other
    return min(one, other)
