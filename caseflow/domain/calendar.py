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
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from caseflow.domain.errors import InvalidData
from caseflow.domain.phrases import phrase

#: A suspension longer than this is a typing mistake: ten years and their leap days.
LONGEST_SUSPENSION = 3_653


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a day is not worked. ``source`` cites the rule, ``mark`` is a value of ``Mark``."""

    text: str
    source: str
    mark: str


SATURDAY = Reason(phrase("Sábado"), "", "T")
SUNDAY = Reason(phrase("Domingo"), "", "T")


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

    __slots__ = ("closed", "days", "shift", "week")

    def __init__(self, days: Iterable[dt.date], week: int) -> None:
        #: how many days of a week are worked, from Monday on
        self.week = week
        self.days = frozenset(day for day in days if day.weekday() < week)
        #: numbers of the closed weekdays, ascending
        self.closed = sorted(self._weekdays_through(day) for day in self.days)
        #: ``shift[i]``: business days before the i-th closed weekday, plus one
        self.shift = [number - i for i, number in enumerate(self.closed)]

    def number(self, day: dt.date) -> int:
        """How many business days there are up to and including ``day``."""
        weekdays = self._weekdays_through(day)
        return weekdays - bisect_right(self.closed, weekdays)

    def _weekdays_through(self, day: dt.date) -> int:
        """Weekdays from 0001-01-01, a Monday, up to and including ``day``."""
        week, weekday = divmod(day.toordinal() - 1, 7)
        return self.week * week + min(weekday + 1, self.week)

    def after(self, day: dt.date, n: int) -> dt.date:
        """The business day whose number is ``n`` more than that of ``day``.

        Every date is made here, so it calls as little as it can.
        """
        worked = self.week
        week, weekday = divmod(day.toordinal() - 1, 7)
        weekdays = worked * week + (weekday + 1 if weekday < worked else worked)
        number = weekdays - bisect_right(self.closed, weekdays) + n
        week, weekday = divmod(number + bisect_right(self.shift, number) - 1, worked)
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
    never worked (LPACDMX art. 71 [R]), whatever the list says; ``week`` 6 is for counting by a rule
    under which Saturdays are, as other systems have it.

    Raises ``InvalidData`` for a suspension that ends before it begins or never seems to end.
    """

    body: str
    days: Mapping[dt.date, Reason]
    listed_years: frozenset[int]
    suspensions: tuple[Suspension, ...] = ()
    week: int = 5
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
        return day.weekday() < self.week and day not in self._table(matter).days

    def reason(self, day: dt.date, matter: str | None = None) -> Reason | None:
        """Why ``day`` is not counted; ``None`` on a business day.

        Of several reasons the most lasting: weekend, then the list, then a suspension.
        """
        if day.weekday() == 5 and self.week < 6:
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
        if n < 0 and not self.is_business(day, matter):
            n += 1  # count back from the last business day *before* ``day``
        return self._table(matter).after(day, n)

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
        return replace(self, suspensions=(*self.suspensions, *more))

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
        return _Table(closed, self.week)
