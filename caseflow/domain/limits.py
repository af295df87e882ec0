"""Until when each act of a case can be done in time, and by which term of the law.

The date is shown on the button and on the page of the act; what a late one does (a refusal, or a
warning that stays in the event) stands with the act.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from caseflow.domain.deadlines import Clockwork, extension_limit
from caseflow.domain.facts import CaseFacts
from caseflow.domain.vocabulary import CaseState, Kind, Step

#: Acts whose term counts from the official reception of the case.
FROM_RECEPTION: Final[Mapping[str, Step]] = {
    "request_clarification": Step.REQUEST_CLARIFICATION,
    "refer": Step.DECLINE,
    "refer_part": Step.DECLINE,
    "already_public": Step.ALREADY_PUBLIC,
}
#: Acts that fulfil a term that is running: its last day is theirs.
FULFILS: Final[Mapping[str, Step]] = {
    "receive_clarification": Step.PERSON_ANSWERS,
    "record_payment": Step.PAY,
    "make_effective": Step.MAKE_EFFECTIVE,
    "first_answer": Step.FIRST_ANSWER,
}
#: Acts that are in time while the governing term runs.
_WITHIN_TERM: Final = frozenset({"answer", "notify_cost"})


def rule_of(case: CaseFacts, action: str) -> Step | None:
    """The step of the law pack whose row says what the law asks of an act; ``None``: no row."""
    if action in FROM_RECEPTION:
        return FROM_RECEPTION[action]
    if action in FULFILS:
        return FULFILS[action]
    if action == "extend":
        return Step.EXTENSION
    if action == "lapse":
        return Step.PERSON_ANSWERS if case.state == CaseState.CLARIFICATION else Step.PAY
    if action == "notify_cost":
        return Step.PAY
    governing = case.governing()
    if action in ("answer", "complete_answer") and governing is not None:
        return Step(governing.step)
    return None


def last_day(case: CaseFacts, action: str, clockwork: Clockwork) -> dt.date | None:
    """The last day on which the act is in time; ``None`` where no term says so.

    An extension ends with the base term; a clarification also with the term in force, where that
    comes first.
    """
    governing = case.governing()
    if action == "extend":
        return extension_limit(clockwork, governing) if governing is not None else None
    if action in FULFILS:
        running = case.running(FULFILS[action])
        return running.due_on if running is not None else None
    if action in _WITHIN_TERM:
        comply = case.running(Step.COMPLY)
        shown = governing if governing is not None and governing.live else comply
        return shown.due_on if shown is not None else None
    step = FROM_RECEPTION.get(action)
    if step is None or case.kind == Kind.SERVICE:
        return None
    term = clockwork.term(case.kind, step, case.received_on)
    if term is None:
        return None
    last = clockwork.calendar.add(case.received_on, term.days, case.kind)
    if action == "request_clarification" and governing is not None and governing.due_on is not None:
        return min(last, governing.due_on)
    return last


def is_late(case: CaseFacts, action: str, clockwork: Clockwork, on: dt.date) -> bool:
    """Whether an act of that day comes after the last day on which it is in time."""
    last = last_day(case, action, clockwork)
    return last is not None and on > last
