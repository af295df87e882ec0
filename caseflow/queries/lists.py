"""What every list of turns or cases is made of: filters, lights in SQL, rows.

The light of a row is decided in Python (``domain.lights``) and counted in SQL; both compare with
the same dates, which come from ``Day``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    true,
)

from caseflow.domain.calendar import Calendar
from caseflow.domain.lights import Light, soon_limits
from caseflow.domain.vocabulary import OPEN_TURN_STATES, WAITING_STATES, Semaphore
from caseflow.models import Case, Turn
from caseflow.queries.paging import Order, Place
from caseflow.queries.report_figures import AGE_BANDS

#: Counts that would scan stop here and read "más de 500".
CAP = 500
_WORD = re.compile(r"\w*")
#: Characters of the request shown in a row.
EXTRACT = 160


def inline(column: Any, words: Iterable[str]) -> ColumnElement[bool]:
    """``column IN ('a', 'b')`` with the words in the statement itself.

    A partial index is only used when its condition stands in the statement word by word: SQLite
    never looks into parameters, PostgreSQL not in a generic plan. For constants of ours alone.
    """
    condition: ColumnElement[bool] = column.in_([inline_word(word) for word in words])
    return condition


def inline_word(word: str) -> ColumnElement[str]:
    """A constant of ours written into the statement: never what somebody typed."""
    if not _WORD.fullmatch(word):
        raise ValueError(f"{word!r} is not a word of the vocabulary")
    return literal_column(f"'{word}'", String())


#: The condition of the partial indexes of open turns.
OPEN_TURN = inline(Turn.state, OPEN_TURN_STATES)
#: A case whose clock rests, as SQL.
CASE_WAITS = inline(Case.state, WAITING_STATES)


class TurnFilter(StrEnum):
    """What the state filter of a list of turns may ask for."""

    PENDING = "por-aceptar"
    ACCEPTED = "en-atencion"
    DRAFTED = "por-firmar"
    UNASSIGNED = "sin-asignar"
    RETURNED_BEFORE = "con-devolucion"


class CaseFilter(StrEnum):
    """What the state filter of a list of cases may ask for."""

    RECEIVED = "recibido"
    ROUTED = "turnado"
    REVIEW = "en-revision"
    CLARIFICATION = "en-prevencion"
    PAYMENT = "en-espera-de-pago"


class DeskFilter(StrEnum):
    """Why a case lies on its desk."""

    RETURNED = "devuelto"
    WITHDRAWN = "sin-efecto"
    UNROUTABLE = "sin-regla"
    NEW = "por-turnar"
    REVIEW = "por-responder"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person narrowed a list to. ``areas`` lie within the scope or narrow to nothing.

    ``band``: an index into ``AGE_BANDS``, how late the overdue ones are; only with that light.
    """

    light: Semaphore | None = None
    band: int | None = None
    source: str = ""
    state: str = ""
    areas: tuple[int, ...] = ()
    text: str = ""

    @property
    def active(self) -> bool:
        return self != Filters()


@dataclass(frozen=True)
class Day:
    """The dates that the lights of a list compare with, as of one local day."""

    today: dt.date
    calendar: Calendar

    @cached_property
    def soon(self) -> Mapping[str, dt.date]:
        """Last date that is "por vencer", by kind."""
        return soon_limits(self.today, self.calendar)

    @property
    def by_kind(self) -> bool:
        """Whether the lights need the kind of the case: only where one matter is suspended."""
        return len(set(self.soon.values())) > 1

    def band_starts(self, matter: str | None = None) -> list[dt.date]:
        """For each band of lateness but the open one, the earliest date that still falls in it.

        ``AGE_BANDS`` count business days from ``due_on`` to today; the same as comparing dates.
        """
        ahead = self.calendar.next_business(self.today, matter)
        lasts = [last for _, last in AGE_BANDS if last is not None]
        return [self.calendar.add(ahead, -(last + 1), matter) for last in lasts]

    def soon_sql(self, kind: Any = Case.kind) -> Any:
        """The last date that is "por vencer", as SQL; reads the kind only if it must."""
        if not self.by_kind:
            return literal(next(iter(self.soon.values())))
        return case(*((kind == each, literal(limit)) for each, limit in self.soon.items()))


def light_sql(due: Any, waiting: Any, day: Day, kind: Any = Case.kind) -> ColumnElement[str]:
    """The light of a row as SQL, a value of ``Semaphore``."""
    return case(
        (waiting, inline_word(Semaphore.WAITING)),
        (due.is_(None), inline_word(Semaphore.NO_TERM)),
        (due < day.today, inline_word(Semaphore.OVERDUE)),
        (due == day.today, inline_word(Semaphore.TODAY)),
        (due <= day.soon_sql(kind), inline_word(Semaphore.SOON)),
        else_=inline_word(Semaphore.ON_TIME),
    )


def summed(counts: Any) -> ColumnElement[int]:
    """The sum of counts as a whole number: PostgreSQL makes a decimal of it."""
    return cast(func.sum(counts), Integer)


def has_light(light: Semaphore, due: Any, waiting: Any, day: Day) -> ColumnElement[bool]:
    """The condition of one light; every row fulfils exactly one of the six."""
    if light is Semaphore.WAITING:
        condition: ColumnElement[bool] = waiting
        return condition
    within: Mapping[Semaphore, tuple[Any, ...]] = {
        Semaphore.NO_TERM: (due.is_(None),),
        Semaphore.OVERDUE: (due < day.today,),
        Semaphore.TODAY: (due == day.today,),
        Semaphore.SOON: (due > day.today, due <= day.soon_sql()),
        Semaphore.ON_TIME: (due > day.today, due > day.soon_sql()),
    }
    return and_(~waiting, *within[light])


def in_band(band: int, due: Any, waiting: Any, day: Day) -> ColumnElement[bool]:
    """The overdue rows of one band of ``AGE_BANDS``."""
    kinds = list(day.soon) if day.by_kind else [None]
    ways = []
    for kind in kinds:
        starts = day.band_starts(kind)
        conditions = [Case.kind == kind] if kind else []
        conditions.append(due < (starts[band - 1] if band else day.today))
        if band < len(starts):
            conditions.append(due >= starts[band])
        ways.append(and_(*conditions))
    return and_(~waiting, or_(*ways))


def asked_light(filters: Filters, due: Any, waiting: Any, day: Day) -> ColumnElement[bool]:
    """The condition of the light that was asked for, with its band of lateness."""
    if filters.light is None:
        return true()
    if filters.light is Semaphore.OVERDUE and filters.band is not None:
        return in_band(filters.band, due, waiting, day)
    return has_light(filters.light, due, waiting, day)


URGENT_TURNS = Order(Turn.waiting, Turn.due_on, Turn.case_id, Turn.number)
URGENT_CASES = Order(CASE_WAITS, Case.due_on, Case.id)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: a turn, or (``number`` 0) a case without one.

    ``person`` is none where the reader may not know who asks. ``state`` is a ``TurnState``, or a
    ``CaseState`` in lists of cases. ``areas``: the turn's, or those with an open turn, else the
    desk. ``assignee`` empty: nobody yet.
    """

    case_id: int
    number: int
    ref: str
    folio: str
    source: str
    kind: str
    subject: str
    extract: str
    person: str | None
    areas: tuple[int, ...]
    state: str
    case_state: str
    due_on: dt.date | None
    basis: str | None
    light: Light
    waiting: bool
    assignee: str = ""
    drafted: bool = False
    returns: int = 0
    desk_mark: str = ""
    received_on: dt.date | None = None
    target_on: dt.date | None = None

    @property
    def place(self) -> Place:
        return Place(self.waiting, self.due_on, self.case_id, self.number)

    @property
    def key(self) -> str:
        """How a form names the row."""
        return f"{self.case_id}.{self.number}"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows shine in each light, and how many of them nobody has."""

    by_light: Mapping[Semaphore, int] = field(default_factory=dict)
    unassigned: Mapping[Semaphore, int] = field(default_factory=dict)

    def of(self, light: Semaphore | None) -> int:
        return self.total if light is None else self.by_light.get(light, 0)

    @property
    def total(self) -> int:
        return sum(self.by_light.values())


def make_counts(rows: Iterable[Any]) -> Counts:
    """From rows of (light, count, unassigned)."""
    by_light: dict[Semaphore, int] = {}
    unassigned: dict[Semaphore, int] = {}
    for light, count, free in rows:
        by_light[Semaphore(light)] = count
        unassigned[Semaphore(light)] = free or 0
    return Counts(by_light, unassigned)
