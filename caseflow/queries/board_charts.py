"""The charts of the board: the weeks that came in and went out, how old what is open is, and where.

They count cases, each once, whatever areas work on it; the table above them counts turns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true, union_all
from sqlalchemy.orm import Session

from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import INBOX_KINDS, LIVE_STATES, TRANSPARENCY_KINDS, Role
from caseflow.models import Case
from caseflow.queries.lists import CASE_WAITS, Day, inline, inline_word
from caseflow.queries.report_figures import AGE_BANDS
from caseflow.queries.scope import had_turn_in

#: Weeks of the chart, the one that is not over included.
WEEKS = 12
_IN, _OUT = "in", "out"


@dataclass(frozen=True, slots=True)
class Week:
    """One ISO week: its Monday, and how many cases came in and left the office's hands."""

    monday: dt.date
    came: int
    left: int


@dataclass(frozen=True, slots=True)
class Where:
    """What is open in one territory."""

    open: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Charts:
    """``ages``: (in time, overdue) by business days since reception, as in ``AGE_BANDS``.

    ``places``: by code of the territory; without those whose place is not known.
    """

    weeks: tuple[Week, ...]
    ages: tuple[tuple[int, int], ...]
    places: Mapping[str, Where]

    @property
    def open(self) -> int:
        return sum(good + late for good, late in self.ages)


def charts(session: Session, actor: Actor, day: Day) -> Charts:
    """The charts of all that the actor supervises: two statements, whatever its size."""
    weeks = _weeks(session, actor, day.today)
    ages = [[0, 0] for _ in AGE_BANDS]
    places: dict[str, Where] = {}
    for code, band, late, n in session.execute(_open(actor, day)):
        ages[band][bool(late)] += n
        if code is not None:
            before = places.get(code, Where())
            places[code] = Where(before.open + n, before.late + (n if late else 0))
    return Charts(weeks, tuple((good, late) for good, late in ages), places)


def supervised(actor: Actor) -> ColumnElement[bool]:
    """The cases whose desk, or any turn of any date, lies in the subtree that the actor watches."""
    if actor.over_all(Role.SUPERVISOR):
        return true()
    ways = []
    if reach := actor.reach(Role.SUPERVISOR):
        ways += [Case.desk_id.in_(sorted(reach)), had_turn_in(reach)]
    requests = inline(Case.kind, TRANSPARENCY_KINDS)
    if actor.over_all(Role.TRANSPARENCY):
        ways.append(requests)
    elif theirs := actor.reach(Role.TRANSPARENCY):
        near = or_(Case.desk_id.in_(sorted(theirs)), had_turn_in(theirs))
        ways.append(and_(requests, near))
    return or_(*ways)


def _weeks(session: Session, actor: Actor, today: dt.date) -> tuple[Week, ...]:
    this = today - dt.timedelta(days=today.weekday())
    mondays = [this - dt.timedelta(weeks=back) for back in reversed(range(WEEKS))]

    def days(what: str, column: Any, *more: ColumnElement[bool]) -> Any:
        return (
            select(inline_word(what), column, func.count())
            .where(
                column >= mondays[0],
                column <= today,
                inline(Case.kind, INBOX_KINDS),
                supervised(actor),
                *more,
            )
            .group_by(column)
        )

    found = {monday: {_IN: 0, _OUT: 0} for monday in mondays}
    statement = union_all(
        days(_IN, Case.received_on),
        days(_OUT, Case.answered_on),
        days(_OUT, Case.closed_on, Case.answered_on.is_(None)),
    )
    for what, on, n in session.execute(statement):
        found[on - dt.timedelta(days=on.weekday())][what] += n
    return tuple(Week(monday, sums[_IN], sums[_OUT]) for monday, sums in found.items())


def _open(actor: Actor, day: Day) -> Any:
    """(territory, band of age, overdue, how many) of what is alive."""
    starts = day.band_starts()
    band = case(
        *((Case.received_on >= start, at) for at, start in enumerate(starts)), else_=len(starts)
    )
    late = case((and_(~CASE_WAITS, Case.due_on < day.today), 1), else_=0)
    return (
        select(Case.territory_code, band.label("band"), late.label("late"), func.count())
        .where(inline(Case.state, LIVE_STATES), inline(Case.kind, INBOX_KINDS), supervised(actor))
        .group_by(Case.territory_code, "band", "late")
    )
