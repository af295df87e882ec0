"""A count as a calendar: whole weeks from Monday to Sunday, each day with what it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from caseflow.documents.count_sheet import Word
from caseflow.domain.clock import DayLine, Explanation
from caseflow.domain.months import MONTHS
from caseflow.domain.phrases import phrase

CellKind = Literal[
    "base", "extension", "last", "paused", "void", "weekend", "off", "event", "outside"
]

#: Beyond a year a calendar says less than the table does.
MOST_WEEKS = 53
#: Words of a line that say nothing in a cell that is coloured already.
_PLAIN = frozenset({"Hábil", "Natural", "Ampliación"})
_RESTS = frozenset({"paused", "interrupted"})


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One cell. ``count`` is the place of the day within the term, ``title`` bold, ``text`` why."""

    iso: str
    number: int
    kind: CellKind
    count: int | None
    title: str | None
    text: str | None
    icon: str | None
    today: bool


@dataclass(frozen=True, slots=True)
class Week:
    """``month_shown`` is false where the row above has the same month."""

    month: str
    month_shown: bool
    days: tuple[CalendarDay, ...]


def weeks(told: Explanation, today: dt.date, word: Word = str) -> Iterator[Week]:
    """The weeks of a count; none where it is longer than a year."""
    if not told.days:
        return
    by_day = {line.on: line for line in told.days}
    monday = told.days[0].on - dt.timedelta(days=told.days[0].on.weekday())
    last = told.days[-1].on
    if (last - monday).days > 7 * MOST_WEEKS:
        return
    shown = ""
    while monday <= last:
        days = [monday + dt.timedelta(days=n) for n in range(7)]
        month = word(phrase(MONTHS[max(days[0], told.days[0].on).month - 1]))[:3]
        cells = tuple(_cell(day, by_day.get(day), told, today, word) for day in days)
        yield Week(month, month != shown, cells)
        shown = month
        monday += dt.timedelta(days=7)


def _cell(
    day: dt.date, line: DayLine | None, told: Explanation, today: dt.date, word: Word
) -> CalendarDay:
    kind = _kind(day, line, told)
    count = title = text = icon = None
    if line is not None:
        count = line.number if line.counted else None
        text = None if line.reason in _PLAIN else line.reason
        if kind == "last":
            title = word("Vence")
        elif kind == "off":
            title = word("Inhábil")
        elif kind == "weekend":
            text = word("Fin de semana")
        elif kind == "paused":
            title = word("No corre")
        elif kind == "event":
            icon = "inbox"
    return CalendarDay(day.isoformat(), day.day, kind, count, title, text, icon, day == today)


def _kind(day: dt.date, line: DayLine | None, told: Explanation) -> CellKind:
    if line is None or line.phase == "given":
        return "outside"
    if line.counted:
        if day == told.own_due_on:
            return "last"
        return "extension" if line.phase == "extension" else "base"
    if line.phase == "reception":
        return "event"
    if line.phase in _RESTS:
        return "paused"
    if day.weekday() >= 5:
        return "weekend"
    return "void" if line.phase == "void" else "off"
