"""A year of one body laid out by months, and its days as lines with their source."""

from __future__ import annotations

import calendar as gregorian
import datetime as dt
from dataclasses import dataclass, replace

from flask_babel import format_date

from caseflow.domain.calendar import Calendar
from caseflow.domain.day_lists import BodyDays, DayRow
from caseflow.web.words import _


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of a month. ``kind``: '' worked · weekend · off · suspended."""

    number: int
    kind: str
    today: bool
    #: what a reader who does not see colours is told; empty on ordinary days
    words: str


@dataclass(frozen=True, slots=True)
class Month:
    """One month: its weeks from Monday to Sunday, ``None`` outside of it, and its business days."""

    name: str
    weeks: tuple[tuple[Cell | None, ...], ...]
    business: int


@dataclass(frozen=True, slots=True)
class DayLine:
    """Days of the table that follow one another for one reason. ``origin``: common · listed ·
    worked."""

    row: DayRow
    origin: str
    days: tuple[dt.date, ...]

    def goes_on(self, other: DayLine) -> bool:
        """Whether the other line says the same of the next weekday."""
        gap = (other.days[0] - self.days[-1]).days
        follows = gap == 1 or (gap == 3 and self.days[-1].weekday() == 4)
        return (
            follows
            and self.origin == other.origin
            and self.row == replace(other.row, day=self.row.day)
        )


def months(year: int, days: Calendar, today: dt.date) -> tuple[Month, ...]:
    """The twelve months of a year."""
    return tuple(_month(year, number, days, today) for number in range(1, 13))


def _month(year: int, number: int, days: Calendar, today: dt.date) -> Month:
    weeks = []
    business = 0
    for week in gregorian.Calendar().monthdatescalendar(year, number):
        cells: list[Cell | None] = []
        for day in week:
            if day.month != number:
                cells.append(None)
                continue
            cell = _cell(day, days, today)
            business += cell.kind == "" or cell.kind == "suspended"
            cells.append(cell)
        weeks.append(tuple(cells))
    name = str(format_date(dt.date(year, number, 1), "MMMM")).capitalize()
    return Month(name, tuple(weeks), business)


def _cell(day: dt.date, days: Calendar, today: dt.date) -> Cell:
    suspended = [s for s in days.suspensions if s.first <= day <= s.last]
    if day.weekday() >= 5:
        kind, words = "weekend", ""
    elif day in days.days:
        kind, words = "off", _("inhábil: %(reason)s", reason=days.days[day].text)
    elif suspended:
        kind = "suspended"
        words = _("plazos suspendidos: %(reason)s", reason=suspended[0].reason.text)
    else:
        kind, words = "", ""
    return Cell(day.day, kind, day == today, str(words))


def day_lines(year: int, rows: BodyDays) -> tuple[DayLine, ...]:
    """The days of a year by date: those of the list, the common ones, and those worked anyway.

    A closure of two weeks is one line.
    """
    found: dict[dt.date, DayLine] = {}
    for day, row in rows.common.items():
        origin = "worked" if day in rows.worked else "common"
        found[day] = DayLine(rows.worked.get(day, row), origin, (day,))
    for day, row in rows.listed.items():
        found[day] = DayLine(row, "listed", (day,))
    lines: list[DayLine] = []
    for day, line in sorted(found.items()):
        if day.year != year:
            continue
        if lines and lines[-1].goes_on(line):
            lines[-1] = replace(lines[-1], days=(*lines[-1].days, day))
        else:
            lines.append(line)
    return tuple(lines)
