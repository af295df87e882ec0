"""Terms, calendars and days that the tests of the clock share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from caseflow.domain.calendar import Calendar, Reason, Suspension
from caseflow.domain.terms import Term
from caseflow.domain.vocabulary import Basis

LISTED = Reason("Día inhábil del sujeto obligado", "Gaceta Oficial", "T")
RESTED = Reason("Suspensión de plazos", "Acuerdo", "T")
#: An instant inside the hour that the last change of October 2022 repeated in Mexico City.
NOW = dt.datetime(2022, 10, 30, 7, 30, tzinfo=dt.UTC)
ALL_YEARS = frozenset(range(2000, 2051))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def calendar(
    *closed: str | dt.date,
    years: Iterable[int] = ALL_YEARS,
    suspensions: Iterable[Suspension] = (),
) -> Calendar:
    days = [day(d) if isinstance(d, str) else d for d in closed]
    return Calendar(
        "alcaldia-iztacalco", dict.fromkeys(days, LISTED), frozenset(years), tuple(suspensions)
    )


def suspension(first: str, last: str, matter: str | None = None) -> Suspension:
    return Suspension(matter, day(first), day(last), RESTED)


def term(matter: str = "information", step: str = "answer", days: int = 9, **more: Any) -> Term:
    values: dict[str, Any] = {
        "unit": "business",
        "basis": Basis.LEGAL,
        "role": "",
        "counts_from": "business day after official reception",
        "cutoff": None,
        "notice_effect": "same_day",
        "effect": "",
        "valid_from": dt.date(2000, 1, 1),
        "valid_to": None,
        "legal_source": f"Ley de prueba, {step}",
        "mark": "R",
    }
    return Term(matter=matter, step=step, days=days, **{**values, **more})


INFORMATION = term(role="governing legal", cutoff=dt.time(15))
EXTENSION = term(step="extension", days=7, effect="extends")
REQUEST = term(step="request_clarification", days=3)
INTERRUPTS = term(step="person_answers_clarification", days=10, effect="interrupts")
PAYMENT = term(step="pay_reproduction", days=30)
SERVICE = term(
    "service", "solve", 40, basis=Basis.COMMITMENT, role="governing commitment", notice_effect=""
)
PAUSES = term("service", "person_answers_clarification", 10, effect="pauses", notice_effect="")
LAW = (INFORMATION, EXTENSION, REQUEST, INTERRUPTS, PAYMENT, SERVICE, PAUSES)
