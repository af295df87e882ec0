"""A clock as plain values: kept while dates are counted again, to know what they were counted by.

What is written here is read back equal: calendar, lists and law of one moment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from caseflow.domain.calendar import Calendar, Reason, Suspension
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.terms import Term, TermTable
from caseflow.domain.vocabulary import Basis

_TERM_FIELDS = tuple(field.name for field in fields(Term))
#: Fields of a term that are no plain values: name → how its text is read.
_READ: Mapping[str, Any] = {
    "basis": Basis,
    "cutoff": dt.time.fromisoformat,
    "valid_from": dt.date.fromisoformat,
    "valid_to": dt.date.fromisoformat,
}


def clock_as_json(clock: Clockwork) -> dict[str, Any]:
    """Plain values, dates in ISO form; ``clock_from_json`` reads them back."""
    calendar = clock.calendar
    return {
        "body": calendar.body,
        "days": [[day.isoformat(), *_plain(reason)] for day, reason in calendar.days.items()],
        "listed_years": sorted(calendar.listed_years),
        "suspensions": [
            [rest.matter, rest.first.isoformat(), rest.last.isoformat(), *_plain(rest.reason)]
            for rest in calendar.suspensions
        ],
        "terms": [
            [_word(getattr(term, name)) for name in _TERM_FIELDS] for term in clock.terms.all()
        ],
        "term_fields": list(_TERM_FIELDS),
        "today": clock.today.isoformat(),
    }


def clock_from_json(plain: Mapping[str, Any]) -> Clockwork:
    """The clock that ``clock_as_json`` wrote."""
    names = plain["term_fields"]
    calendar = Calendar(
        plain["body"],
        {dt.date.fromisoformat(day): Reason(*reason) for day, *reason in plain["days"]},
        frozenset(plain["listed_years"]),
        tuple(
            Suspension(
                matter, dt.date.fromisoformat(first), dt.date.fromisoformat(last), Reason(*reason)
            )
            for matter, first, last, *reason in plain["suspensions"]
        ),
    )
    terms = TermTable(
        Term(**{name: _value(name, value) for name, value in zip(names, row, strict=True)})
        for row in plain["terms"]
    )
    return Clockwork(calendar, terms, dt.date.fromisoformat(plain["today"]))


def _plain(reason: Reason) -> tuple[str, str, str]:
    return str(reason.text), reason.source, reason.mark


def _word(value: Any) -> Any:
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return value.value if isinstance(value, Basis) else value


def _value(name: str, value: Any) -> Any:
    return value if value is None or name not in _READ else _READ[name](value)
