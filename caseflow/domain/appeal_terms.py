"""The terms of an appeal, and what a ruling took away when it reopened its case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from caseflow.domain.change import Draft
from caseflow.domain.deadlines import Clockwork, open_term, redate
from caseflow.domain.facts import CaseFacts, DeadlineFacts
from caseflow.domain.vocabulary import Basis, DeadlineState, Step


def open_set_term(
    draft: Draft,
    clockwork: Clockwork,
    step: Step,
    start: dt.date,
    days: int | None = None,
    given_on: dt.date | None = None,
) -> DeadlineFacts | None:
    """As ``deadlines.open_term``, for a term that an authority may set for one case.

    ``days`` (business) win over those of the law pack and are counted by our calendar; a date
    (``given_on``) wins over both and is not moved by it. None where nobody says how long it is.
    """
    if days is None and given_on is None:
        return open_term(draft, clockwork, step, start)
    case = draft.case
    if days is None and clockwork.term(case.kind, step, case.received_on) is None:
        # the law has no such row: the days are those up to the date that was given
        days = max(1, clockwork.calendar.between(start, given_on or start, case.kind))
    deadline = draft.add_deadline(
        matter=case.kind,
        step=step.value,
        basis=Basis.LEGAL.value,
        governing=False,
        received_on=start,
        days=days,
        given_on=given_on,
        state=DeadlineState.RUNNING.value,
    )
    redate(draft, clockwork, deadline)
    return deadline


#: What of the case a reopening may take away: all its columns.
_COLUMNS = tuple(
    spec.name
    for spec in fields(CaseFacts)
    if spec.name not in {"id", "version", "petitioner", "turns", "deadlines", "appeals", "numbers"}
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A case before an act, so that what the act took away can be given back."""

    columns: Mapping[str, Any]
    live: frozenset[int]

    def taken_by(self, after: CaseFacts) -> dict[str, Any]:
        """The columns that changed and the deadlines that ended, as JSON holds them."""
        return {
            "case": {
                name: _plain(value)
                for name, value in self.columns.items()
                if getattr(after, name) != value
            },
            "deadlines": sorted(n for n in self.live if not after.deadlines[n].live),
        }


def picture(case: CaseFacts) -> Picture:
    """How a case stands now."""
    return Picture(
        {name: getattr(case, name) for name in _COLUMNS},
        frozenset(n for n, deadline in case.deadlines.items() if deadline.live),
    )


def give_back(draft: Draft, taken: Mapping[str, Any]) -> None:
    """Undo what ``Picture.taken_by`` kept."""
    draft.set(**{name: _typed(name, value) for name, value in taken["case"].items()})
    for number in taken["deadlines"]:
        draft.set_deadline(number, state=DeadlineState.RUNNING.value)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _typed(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name.endswith("_at"):
        return dt.datetime.fromisoformat(value)
    return dt.date.fromisoformat(value) if name.endswith("_on") else value
