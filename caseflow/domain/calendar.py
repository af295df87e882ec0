"""Business days of one body: weekends, the days on its list, and its suspensions of terms.

Nothing is computed from a rule of dates here: every closed weekday comes as a row with its source.
Arithmetic works on numbers, not by walking days: weekdays are numbered from 0001-01-01 (a Monday),
the closed ones are kept sorted, and a bisection turns a weekday number into a business-day number
and back. The tables are built once per matter.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from caseflow.domain.errors import InvalidData

#: A suspension longer than this is a typing mistake: ten years and their leap days.
LONGEST_SUSPENSION = 3_653


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a day is not worked. ``source`` cites the rule, ``mark`` is a value of ``Mark``."""

    text: str
    source: str
    mark: str


SATURDAY = Reason("Sábado", "", "T")
SUNDAY = Reason("Domingo", "", "T")


@dataclass(frozen=True, slots=True)
class Suspension:
    """Terms of ``matter`` (``None``: of every matter) rest from ``first`` to ``last``, both in."""

    matter: str | None
    first: dt.date
    last: dt.date
    reason: Reason

    def covers(self, day: dt.date, matter: str | None) -> bool:
        return (self.matter is None or self.matter == matter) and self.first <= day <= self.last


class _Table:
    """The closed weekdays of one matter, ready to be bisected."""

    __slots__ = ("closed", "days", "shift")

    def __init__(self, days: Iterable[dt.date]) -> None:
        self.days = frozenset(day for day in days if day.weekday() < 5)
        #: numbers of the closed weekdays, ascending
        self.closed = sorted(_weekdays_through(day.toordinal()) for day in self.days)
        #: ``shift[i]``: business days before the i-th closed weekday, plus one
        self.shift = [number - i for i, number in enumerate(self.closed)]

    def number(self, day: dt.date) -> int:
        """How many business days there are up to and including ``day``."""
        weekdays = _weekdays_through(day.toordinal())
        return weekdays - bisect_right(self.closed, weekdays)

    def day(self, number: int) -> dt.date:
        """The business day with this number."""
        week, weekday = divmod(number + bisect_right(self.shift, number) - 1, 5)
        try:
            return dt.date.fromordinal(week * 7 + weekday + 1)
        except (ValueError, OverflowError):
            raise InvalidData(
                "El cómputo se sale del calendario: revise la fecha y los días del plazo."
            ) from None


@dataclass(frozen=True, eq=False)
class Calendar:
    """Which days one body works. Two calendars are the same only if they are one object.

    ``days`` are the non-working days of the body's lists and the common ones switched on for it;
    ``listed_years`` the years for which the body's own list is loaded. Saturdays and Sundays are
    never worked (LPACDMX art. 71 [R]), whatever the list says.

    Raises ``InvalidData`` for a suspension that ends before it begins or never seems to end.
    """

    body: str
    days: Mapping[dt.date, Reason]
    listed_years: frozenset[int]
    suspensions: tuple[Suspension, ...] = ()
    _tables: dict[str | None, _Table] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "days", MappingProxyType(dict(self.days)))
        for suspension in self.suspensions:
            if suspension.last < suspension.first:
                raise InvalidData(
                    "La suspensión de plazos termina el {last:%d/%m/%Y}, antes de empezar el "
                    "{first:%d/%m/%Y}: corrija las fechas.",
                    field="last",
                    first=suspension.first,
                    last=suspension.last,
                )
            if (suspension.last - suspension.first).days > LONGEST_SUSPENSION:
                raise InvalidData(
                    "La suspensión de plazos dura más de diez años: corrija las fechas.",
                    field="last",
                )

    def is_business(self, day: dt.date, matter: str | None = None) -> bool:
        """Whether terms of ``matter`` run on ``day``."""
        return day.weekday() < 5 and day not in self._table(matter).days

    def reason(self, day: dt.date, matter: str | None = None) -> Reason | None:
        """Why ``day`` is not counted; ``None`` on a business day.

        Of several reasons the most lasting: weekend, then the list, then a suspension.
        """
        if day.weekday() == 5:
            return SATURDAY
        if day.weekday() == 6:
            return SUNDAY
        listed = self.days.get(day)
        if listed is not None:
            return listed
        return next((s.reason for s in self.suspensions if s.covers(day, matter)), None)

    def add(self, day: dt.date, n: int, matter: str | None = None) -> dt.date:
        """The ``n``-th business day strictly after ``day``; before it when ``n`` is negative.

        With 0 it is ``day`` itself, worked or not.
        """
        if n == 0:
            return day
        table = self._table(matter)
        number = table.number(day)
        if n < 0:
            # count back from the last business day *before* ``day``
            number += 1 if not self.is_business(day, matter) else 0
        return table.day(number + n)

    def next_business(self, day: dt.date, matter: str | None = None) -> dt.date:
        """The first business day strictly after ``day``."""
        return self.add(day, 1, matter)

    def on_or_after(self, day: dt.date, matter: str | None = None) -> dt.date:
        """``day`` itself when it is worked, else the next business day."""
        return day if self.is_business(day, matter) else self.add(day, 1, matter)

    def between(self, start: dt.date, end: dt.date, matter: str | None = None) -> int:
        """Business days after ``start`` up to and including ``end``.

        Negative when ``end`` comes first: then minus those after ``end`` through ``start``.
        """
        table = self._table(matter)
        return table.number(end) - table.number(start)

    def unlisted_years(self, first: dt.date, last: dt.date) -> tuple[int, ...]:
        """Years from ``first`` to ``last`` for which the body's list is not loaded, ascending."""
        return tuple(y for y in range(first.year, last.year + 1) if y not in self.listed_years)

    def with_suspensions(self, more: Iterable[Suspension]) -> Calendar:
        """The same calendar with further suspensions."""
        return Calendar(self.body, self.days, self.listed_years, (*self.suspensions, *more))

    def _table(self, matter: str | None) -> _Table:
        table = self._tables.get(matter)
        if table is None:
            table = self._tables[matter] = self._build(matter)
        return table

    def _build(self, matter: str | None) -> _Table:
        if matter is not None and all(s.matter != matter for s in self.suspensions):
            return self._table(None)  # nothing of its own: shares the general table
        closed = set(self.days)
        for suspension in self.suspensions:
            if suspension.matter is None or suspension.matter == matter:
                length = (suspension.last - suspension.first).days + 1
                closed.update(suspension.first + dt.timedelta(n) for n in range(length))
        return _Table(closed)


def _weekdays_through(ordinal: int) -> int:
    """Mondays to Fridays from 0001-01-01 up to and including the day with this ordinal."""
    week, day = divmod(ordinal - 1, 7)
    return 5 * week + min(day + 1, 5)
