"""Dates in Spanish words, without asking the machine's locale."""

from __future__ import annotations

from datetime import date, datetime

from caseflow.documents.spanish_dates import (
    date_and_hour,
    in_digits,
    in_words,
    month_in_words,
    month_short,
    with_weekday,
)


def test_dates_are_written_as_the_office_writes_them() -> None:
    day = date(2026, 11, 3)
    assert in_digits(day) == "03/11/2026"
    assert in_digits(None) == ""
    assert in_words(day) == "3 de noviembre de 2026"
    assert with_weekday(day) == "martes 3 de noviembre de 2026"
    assert date_and_hour(datetime(2026, 11, 3, 7, 5)) == "03/11/2026, 07:05 h"


def test_months_are_named_from_their_key() -> None:
    assert month_in_words("2026-01") == "enero de 2026"
    assert month_short("2026-12") == "dic"
