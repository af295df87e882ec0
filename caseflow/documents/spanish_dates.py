"""Dates as the papers write them: digits in tables, words in prose. 24-hour times."""

from __future__ import annotations

from datetime import date, datetime

MONTHS = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)
WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")


def in_digits(day: date | None) -> str:
    """``23/11/2026``; empty for no date."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}" if day else ""


def in_words(day: date) -> str:
    """``23 de noviembre de 2026``."""
    return f"{day.day} de {MONTHS[day.month - 1]} de {day.year}"


def with_weekday(day: date) -> str:
    """``lunes 23 de noviembre de 2026``."""
    return f"{WEEKDAYS[day.weekday()]} {in_words(day)}"


def date_and_hour(moment: datetime) -> str:
    """``23/11/2026, 14:05 h`` of a local wall time."""
    return f"{in_digits(moment)}, {moment:%H:%M} h"


def month_in_words(month: str) -> str:
    """``octubre de 2026`` for ``2026-10``."""
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1]} de {year}"


def month_short(month: str) -> str:
    """``oct`` for ``2026-10``."""
    return MONTHS[int(month.split("-")[1]) - 1][:3]
