"""A year of one body laid out by months, and its days as lines with their source."""

from __future__ import annotations

import calendar as gregorian
import datetime as dt
from dataclasses import dataclass

from flask_babel import format_date, gettext

from caseflow.domain.calendar import Calendar
from caseflow.domain.day_lists import BodyDays, DayRow


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
    """One day of the table. ``origin``: common · listed · worked."""

    row: DayRow
    origin: str


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
        kind, words = "off", gettext("inhábil: %(reason)s", reason=days.days[day].text)
    elif suspended:
        kind = "suspended"
        words = gettext("plazos suspendidos: %(reason)s", reason=suspended[0].reason.text)
    else:
        kind, words = "", ""
    return Cell(day.day, kind, day == today, str(words))


def day_lines(year: int, rows: BodyDays) -> tuple[DayLine, ...]:
    """The days of a year by date: those of the list, the common ones, and those worked anyway."""
    found: dict[dt.date, DayLine] = {}
    for day, row in rows.common.items():
        found[day] = DayLine(
            rows.worked.get(day, row), "worked" if day in rows.worked else "common"
        )
    for day, row in rows.listed.items():
        found[day] = DayLine(row, "listed")
    return tuple(line for day, line in sorted(found.items()) if day.year == year)
