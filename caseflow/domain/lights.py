"""The lights of lists and pages: colour and words of a date, decided in one place.

Colour, icon and words never travel apart: a page passes the ``Light`` on, and the counters of a
list compare the same dates in SQL (``soon_limits``). Days are business days of the body.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from caseflow.domain.calendar import Calendar
from caseflow.domain.clock import days_left, semaphore, soon_limit
from caseflow.domain.phrases import Phrase, phrase, plural
from caseflow.domain.vocabulary import INBOX_KINDS, Semaphore, spanish


@dataclass(frozen=True, slots=True)
class Light:
    """One pill: a value of ``Semaphore`` and the words beside its icon."""

    light: Semaphore
    words: Phrase


def light_of(
    due_on: dt.date | None,
    waiting: bool,
    state_is_live: bool,
    today: dt.date,
    calendar: Calendar,
    matter: str | None,
) -> Light:
    """The semáforo of a case by its governing date (domain §5).

    ``waiting``: the clock rests until the person answers or pays. ``state_is_live`` false: the case
    is answered, closed, referred or cancelled, and its date no longer asks anything of anybody.
    """
    if not state_is_live:
        return Light(Semaphore.NO_TERM, phrase("El plazo ya no corre"))
    found = semaphore(due_on, today, waiting, soon_limit(today, calendar, matter))
    if due_on is None or found in (Semaphore.WAITING, Semaphore.NO_TERM, Semaphore.TODAY):
        return Light(found, phrase(spanish(found)))
    days = days_left(due_on, today, calendar, matter)
    if days < 0:
        return Light(found, phrase("Vencido · {days} d háb.", days=-days))
    return Light(found, _left(days))


def target_light(
    target_on: dt.date | None,
    today: dt.date,
    calendar: Calendar,
    matter: str | None,
    *,
    resting: bool = False,
    ended_on: dt.date | None = None,
) -> Light:
    """The pill of a turn's internal target, which is never called overdue: that word is the law's.

    ``resting``: the case waits for the person. ``ended_on``: the local day on which the area
    answered; then the pill says whether that was in time.
    """
    if target_on is None:
        return Light(Semaphore.NO_TERM, phrase("Sin meta"))
    if ended_on is not None:
        if ended_on <= target_on:
            return Light(Semaphore.ON_TIME, phrase("A tiempo"))
        late = -days_left(target_on, ended_on, calendar, matter)
        return Light(Semaphore.OVERDUE, phrase("Con {late} d háb. de retraso", late=late))
    found = semaphore(target_on, today, resting, soon_limit(today, calendar, matter))
    if found is Semaphore.WAITING:
        return Light(found, phrase(spanish(found)))
    days = days_left(target_on, today, calendar, matter)
    if days == 0:
        return Light(found, phrase("La meta es hoy"))
    if days < 0:
        return Light(found, phrase("Meta rebasada · {days} d háb.", days=-days))
    return Light(found, _left(days))


def soon_limits(today: dt.date, calendar: Calendar) -> dict[str, dt.date]:
    """For each kind of the inbox the last date that is "por vencer".

    They differ only while the terms of one matter alone are suspended.
    """
    return {kind.value: soon_limit(today, calendar, kind.value) for kind in INBOX_KINDS}


def _left(days: int) -> Phrase:
    return plural("Queda {n} d háb.", "Quedan {n} d háb.", days)
