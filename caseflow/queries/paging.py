"""Keyset pages of lists ordered by urgency: *Anterior / Siguiente*, never by offset.

Most urgent first, what waits for the person after it, and within either what has no date last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import ColumnElement, and_, or_, true

#: Rows of one page.
PAGE = 25


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in the order of urgency. ``number`` is 0 in lists of cases."""

    waiting: bool
    due_on: dt.date | None
    case_id: int
    number: int = 0

    def token(self) -> str:
        """The place as it stands in an address: dates and row numbers, nothing personal."""
        due = f"{self.due_on:%Y%m%d}" if self.due_on else "x"
        return f"{int(self.waiting)}.{due}.{self.case_id}.{self.number}"


def read_place(token: str) -> Place | None:
    """The place behind a token; none for anything that is not one."""
    parts = token.split(".")
    if len(parts) != 4 or parts[0] not in ("0", "1"):
        return None
    _, due, case_id, number = parts
    if not all(p.isascii() and p.isdigit() and len(p) < 19 for p in (case_id, number)):
        return None
    try:
        due_on = None if due == "x" else dt.datetime.strptime(due, "%Y%m%d").date()
    except ValueError:
        return None
    return Place(parts[0] == "1", due_on, int(case_id), int(number))


@dataclass(frozen=True, slots=True)
class Cut:
    """Which page: behind a place, before one, or the first."""

    after: Place | None = None
    before: Place | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """The columns of the order of urgency in one list."""

    waiting: Any
    due: Any
    case_id: Any
    number: Any | None = None

    def by(self, *, backwards: bool = False) -> tuple[Any, ...]:
        keys = (self.case_id,) if self.number is None else (self.case_id, self.number)
        if backwards:
            last = tuple(key.desc() for key in keys)
            return (self.waiting.desc(), self.due.desc().nulls_first(), *last)
        return (self.waiting.asc(), self.due.asc().nulls_last(), *(key.asc() for key in keys))

    def beyond(self, cut: Cut) -> ColumnElement[bool]:
        """The rows behind ``cut.after``, or before ``cut.before``; all without either."""
        if cut.after is not None:
            return self._beyond(cut.after, later=True)
        if cut.before is not None:
            return self._beyond(cut.before, later=False)
        return true()

    def _beyond(self, place: Place, *, later: bool) -> ColumnElement[bool]:
        waits: ColumnElement[bool] = self.waiting
        same = waits if place.waiting else ~waits
        if place.waiting == later:  # the other half lies on the side that is not asked for
            return and_(same, self._within(place, later))
        return or_(waits if later else ~waits, and_(same, self._within(place, later)))

    def _within(self, place: Place, later: bool) -> ColumnElement[bool]:
        tie = self._tie(place, later)
        if place.due_on is None:
            on_none = and_(self.due.is_(None), tie)
            return on_none if later else or_(self.due.is_not(None), on_none)
        on_day = and_(self.due == place.due_on, tie)
        if later:
            return or_(self.due > place.due_on, self.due.is_(None), on_day)
        return or_(self.due < place.due_on, on_day)

    def _tie(self, place: Place, later: bool) -> ColumnElement[bool]:
        mine, theirs = self.case_id, place.case_id
        further: ColumnElement[bool] = mine > theirs if later else mine < theirs
        if self.number is None:
            return further
        number = self.number
        return or_(
            further,
            and_(mine == theirs, number > place.number if later else number < place.number),
        )


class Placed(Protocol):
    """A row that knows where it stands."""

    @property
    def place(self) -> Place: ...


Line = TypeVar("Line", bound=Placed)


@dataclass(frozen=True, slots=True)
class Page(Generic[Line]):
    """One page of a list and the way to its neighbours."""

    rows: tuple[Line, ...]
    previous: Place | None = None
    next: Place | None = None


def make_page(rows: Sequence[Line], cut: Cut, size: int = PAGE) -> Page[Line]:
    """A page from up to ``size + 1`` rows, fetched in the direction of the cut.

    The one too many is only a sign that the list goes on.
    """
    more = len(rows) > size
    kept = list(rows[:size])
    if cut.after is None and cut.before is not None:
        kept.reverse()
        first, last = (kept[0] if more else None), (kept[-1] if kept else None)
    else:
        first = kept[0] if kept and cut.after is not None else None
        last = kept[-1] if more else None
    return Page(tuple(kept), first.place if first else None, last.place if last else None)
