"""The words of the pills, by business days."""

from __future__ import annotations

import datetime as dt

import pytest

from caseflow.domain.calendar import Calendar, Reason, Suspension
from caseflow.domain.lights import light_of, soon_limits, target_light
from caseflow.domain.vocabulary import Kind, Semaphore

#: Tuesday; the Monday eight days before was a holiday, the Friday after it is one.
TODAY = dt.date(2026, 11, 24)
OFF = Reason("Inhábil", "Lista", "R")
CALENDAR = Calendar(
    "alcaldia", {dt.date(2026, 11, 16): OFF, dt.date(2026, 11, 27): OFF}, frozenset({2026})
)


def november(day: int) -> dt.date:
    return dt.date(2026, 11, day)


@pytest.mark.parametrize(
    ("due_on", "light", "words"),
    [
        (november(23), Semaphore.OVERDUE, "Vencido · 1 d háb."),
        (november(20), Semaphore.OVERDUE, "Vencido · 2 d háb."),
        (november(13), Semaphore.OVERDUE, "Vencido · 6 d háb."),
        (november(24), Semaphore.TODAY, "Vence hoy"),
        (november(25), Semaphore.SOON, "Queda 1 d háb."),
        (november(26), Semaphore.SOON, "Quedan 2 d háb."),
        (november(30), Semaphore.SOON, "Quedan 3 d háb."),
        (dt.date(2026, 12, 1), Semaphore.ON_TIME, "Quedan 4 d háb."),
        (None, Semaphore.NO_TERM, "Sin plazo"),
    ],
)
def test_a_running_term_says_how_many_business_days(
    due_on: dt.date | None, light: Semaphore, words: str
) -> None:
    found = light_of(due_on, False, True, TODAY, CALENDAR, "service")
    assert (found.light, found.words) == (light, words)


def test_a_resting_clock_is_never_late() -> None:
    found = light_of(november(2), True, True, TODAY, CALENDAR, "information")
    assert (found.light, found.words) == (Semaphore.WAITING, "En espera de la persona")


def test_the_date_of_a_case_that_ended_asks_nothing() -> None:
    found = light_of(november(2), False, False, TODAY, CALENDAR, "service")
    assert found.light is Semaphore.NO_TERM


def test_late_since_a_friday_is_late_on_the_saturday() -> None:
    saturday = november(21)
    found = light_of(november(20), False, True, saturday, CALENDAR, "service")
    assert found.words == "Vencido · 1 d háb."


@pytest.mark.parametrize(
    ("target_on", "words"),
    [
        (november(20), "Meta rebasada · 2 d háb."),
        (november(24), "La meta es hoy"),
        (november(25), "Queda 1 d háb."),
        (None, "Sin meta"),
    ],
)
def test_an_internal_target_is_never_called_overdue(target_on: dt.date | None, words: str) -> None:
    assert target_light(target_on, TODAY, CALENDAR, "service").words == words


def test_a_target_rests_with_the_clock() -> None:
    found = target_light(november(2), TODAY, CALENDAR, "service", resting=True)
    assert found.light is Semaphore.WAITING


@pytest.mark.parametrize(
    ("ended_on", "words"),
    [(november(24), "A tiempo"), (november(26), "Con 2 d háb. de retraso")],
)
def test_a_reply_says_whether_it_met_the_target(ended_on: dt.date, words: str) -> None:
    found = target_light(november(24), november(30), CALENDAR, "service", ended_on=ended_on)
    assert found.words == words


def test_the_limits_differ_only_while_one_matter_is_suspended() -> None:
    assert len(set(soon_limits(TODAY, CALENDAR).values())) == 1
    stopped = CALENDAR.with_suspensions(
        [Suspension("information", november(25), november(30), OFF)]
    )
    limits = soon_limits(TODAY, stopped)
    assert limits[Kind.INFORMATION] == dt.date(2026, 12, 3)
    assert limits[Kind.SERVICE] == november(30)
