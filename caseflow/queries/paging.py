"""Keyset pages of lists ordered by urgency: *Anterior / Siguiente*, never by offset.

Most urgent first, what waits for the person after it, and within either what has no date last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

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

    @property
    def backwards(self) -> bool:
        """Whether the page is read from its end."""
        return self.after is None and self.before is not None

    @property
    def place(self) -> Place | None:
        return self.after or self.before


#: The place of a cut in a statement that serves every place of its stretch (``Order.stretches``).
_DUE_ON = bindparam("place_due_on", type_=Date())
_CASE_ID = bindparam("place_case_id", type_=BigInteger())
_NUMBER = bindparam("place_number", type_=Integer())


def written(number: int) -> ColumnElement[int]:
    """A number of ours in the statement itself.

    Of a limit that is a parameter PostgreSQL thinks the worst: each time it would make a plan anew.
    """
    return literal_column(str(number), Integer)


def place_values(cut: Cut) -> dict[str, Any]:
    """The values of the statement's parameters for a place; none for the first page."""
    place = cut.place
    if place is None:
        return {}
    values = {"place_case_id": place.case_id, "place_number": place.number}
    return values if place.due_on is None else {**values, "place_due_on": place.due_on}


@dataclass(frozen=True, slots=True)
class Stretch:
    """The rows of one kind of urgency, and which of them to read: all, or those beyond a place."""

    waiting: bool
    dated: bool
    bounded: bool


#: In the order of urgency.
_STRETCHES = ((False, True), (False, False), (True, True), (True, False))


def stretches(cut: Cut) -> tuple[Stretch, ...]:
    """What a page is read from, in its direction: the stretch of its place, and those beyond."""
    place, order = cut.place, _STRETCHES[::-1] if cut.backwards else _STRETCHES
    if place is None:
        return tuple(Stretch(*each, bounded=False) for each in order)
    first = order.index((place.waiting, place.due_on is not None))
    return tuple(Stretch(*each, bounded=at == 0) for at, each in enumerate(order[first:]))


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

    def along(self, *, backwards: bool = False) -> tuple[Any, ...]:
        """The order within one stretch, as an index holds it."""
        keys = tuple(key for key in (self.due, self.case_id, self.number) if key is not None)
        return tuple(key.desc() for key in keys) if backwards else keys

    def stretch(self, asked: Stretch, *, backwards: bool = False) -> ColumnElement[bool]:
        """The rows of a stretch; where it is bounded, by the values of ``place_values``.

        Each is one range of an index over (waiting, due, case, number), already in order, on both
        engines: neither has one that ends in what has no date.
        """
        waits: ColumnElement[bool] = self.waiting
        parts = [waits if asked.waiting else ~waits]
        if not asked.dated:
            parts.append(self.due.is_(None))
        elif not asked.bounded:
            parts.append(self.due.is_not(None))
        if asked.bounded:
            tie = self._tie(_CASE_ID, _NUMBER, not backwards)
            if asked.dated:
                beyond = self.due < _DUE_ON if backwards else self.due > _DUE_ON
                until = self.due <= _DUE_ON if backwards else self.due >= _DUE_ON
                parts += [until, or_(beyond, tie)]
            else:
                parts.append(tie)
        return and_(*parts)

    def page(
        self, chosen: Select[Any], parts: Sequence[Stretch], size: int, *, backwards: bool = False
    ) -> Select[Any]:
        """The keys (case_id, number, at) of a page and one more, from the stretches in turn.

        ``chosen`` selects case_id, number and due_on of the list. ``at``: which stretch, so that
        the rows that are fetched by these keys can be put in order again.
        """
        most = written(size + 1)
        each = [
            select(
                chosen.add_columns(written(at).label("at"))
                .where(self.stretch(part, backwards=backwards))
                .order_by(*self.along(backwards=backwards))
                .limit(most)
                .subquery()
            )
            for at, part in enumerate(parts)
        ]
        found = union_all(*each).subquery("found").c
        along = Order(None, found.due_on, found.case_id, found.number).along(backwards=backwards)
        keys: Select[Any] = select(found.case_id, found.number, found["at"])
        return keys.order_by(found["at"], *along).limit(most)

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
        tie = self._tie(place.case_id, place.number, later)
        if place.due_on is None:
            on_none = and_(self.due.is_(None), tie)
            return on_none if later else or_(self.due.is_not(None), on_none)
        on_day = and_(self.due == place.due_on, tie)
        if later:
            return or_(self.due > place.due_on, self.due.is_(None), on_day)
        return or_(self.due < place.due_on, on_day)

    def _tie(self, case_id: Any, number: Any, later: bool) -> ColumnElement[bool]:
        mine: Any = self.case_id
        further: ColumnElement[bool] = mine > case_id if later else mine < case_id
        if self.number is None:
            return further
        within = self.number > number if later else self.number < number
        return or_(further, and_(mine == case_id, within))


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
    if cut.backwards:
        kept.reverse()
        first, last = (kept[0] if more else None), (kept[-1] if kept else None)
    else:
        first = kept[0] if kept and cut.after is not None else None
        last = kept[-1] if more else None
    return Page(tuple(kept), first.place if first else None, last.place if last else None)
