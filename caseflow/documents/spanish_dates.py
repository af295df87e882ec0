"""Dates as the papers write them: digits in tables, words in prose. 24-hour times.

What is in words is a phrase, which a screen may show in another language.
"""

from __future__ import annotations

from datetime import date, datetime

from caseflow.domain.months import MONTHS
from caseflow.domain.phrases import N_, Phrase, phrase

WEEKDAYS = (
    N_("lunes"),
    N_("martes"),
    N_("miércoles"),
    N_("jueves"),
    N_("viernes"),
    N_("sábado"),
    N_("domingo"),
)


def in_digits(day: date | None) -> str:
    """``23/11/2026``; empty for no date."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}" if day else ""


def in_words(day: date) -> Phrase:
    """``23 de noviembre de 2026``."""
    return phrase("{day} de {month} de {year}", day=day.day, month=_month(day.month), year=day.year)


def with_weekday(day: date) -> Phrase:
    """``lunes 23 de noviembre de 2026``."""
    return phrase("{weekday} {day}", weekday=weekday(day), day=in_words(day))


def weekday(day: date) -> Phrase:
    """``lunes``."""
    return phrase(WEEKDAYS[day.weekday()])


def date_and_hour(moment: datetime) -> str:
    """``23/11/2026, 14:05 h`` of a local wall time."""
    return f"{in_digits(moment)}, {moment:%H:%M} h"


def month_in_words(month: str) -> Phrase:
    """``octubre de 2026`` for ``2026-10``."""
    year, number = month.split("-")
    return phrase("{month} de {year}", month=_month(int(number)), year=year)


def month_name(month: str) -> Phrase:
    """``octubre`` for ``2026-10``."""
    return _month(int(month.split("-")[1]))


def month_short(month: str) -> str:
    """``oct`` for ``2026-10``."""
    return month_name(month)[:3]


def _month(number: int) -> Phrase:
    return phrase(MONTHS[number - 1])
