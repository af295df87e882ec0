"""Arithmetic in the unit of one term: which days it counts, and on which day it may end."""

from __future__ import annotations

import datetime as dt

from caseflow.domain.calendar import Calendar
from caseflow.domain.errors import InvalidData
from caseflow.domain.terms import Term


def notice_takes_effect(
    on: dt.date, term: Term, calendar: Calendar, on_paper: bool | None = None
) -> dt.date:
    """The day on which a notice given on ``on`` takes effect: data of the term [R].

    ``on_paper``: the notice did not go through the platform; without a rule of its own for paper
    the term's one rule holds for both.
    """
    rule = term.paper_effect or term.notice_effect if on_paper else term.notice_effect
    if rule == "next_business_day":
        return calendar.next_business(on, term.matter)
    return on


class UnitDays:
    """The days that a term counts by a calendar: business ones, or all of them."""

    __slots__ = ("business", "calendar", "matter", "rolls")

    def __init__(self, term: Term, calendar: Calendar) -> None:
        self.calendar, self.matter = calendar, term.matter
        self.business = term.unit == "business"
        #: natural days never end on a closed one; hours end on any
        self.rolls = term.unit in ("calendar", "months")

    def nth(self, day: dt.date, n: int) -> dt.date:
        """The n-th countable day after ``day``."""
        if self.business:
            return self.calendar.add(day, n, self.matter)
        try:
            return day + dt.timedelta(days=n)
        except OverflowError:
            raise InvalidData(
                "El cómputo se sale del calendario: revise la fecha y los días del plazo."
            ) from None

    def ends(self, day: dt.date, n: int) -> dt.date:
        """Where ``n`` days after ``day`` end."""
        end = self.nth(day, n)
        return self.calendar.on_or_after(end, self.matter) if self.rolls else end

    def elapsed(self, start: dt.date, end: dt.date) -> int:
        """Countable days after ``start`` through ``end``, none when it comes first."""
        if self.business:
            return max(0, self.calendar.between(start, end, self.matter))
        return max(0, (end - start).days)
