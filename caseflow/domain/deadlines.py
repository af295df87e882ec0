"""From acts to deadlines: which terms an act starts, meets, pauses or ends.

The count itself is ``clock``; here stands when it begins and what it is called. All functions edit
a ``Draft``; the calendar and the law come in as a ``Clockwork`` made for the body and the day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from caseflow.domain.acts import ACT_WORDS
from caseflow.domain.calendar import Calendar
from caseflow.domain.change import Draft
from caseflow.domain.clock import (
    Act,
    Count,
    Term,
    TermTable,
    count_under,
    hours_after,
    notice_takes_effect,
)
from caseflow.domain.facts import CaseFacts, DeadlineFacts
from caseflow.domain.vocabulary import Basis, DeadlineState, Kind, Source, Step

#: The internal target when neither person nor rule gives one: this many business days before due.
TARGET_BEFORE_DUE = 3


@dataclass(frozen=True, slots=True)
class Clockwork:
    """What a count needs: the body's calendar, the law, and the local day it is."""

    calendar: Calendar
    terms: TermTable
    today: dt.date
    memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def term(self, matter: str, step: Step, on: dt.date) -> Term | None:
        """The term in force for a matter received that day."""
        return self.terms.get(matter, step, on)


def count_of(clockwork: Clockwork, deadline: DeadlineFacts, *, strict: bool = False) -> Count:
    """Count a stored deadline again from its inputs: the one way to its date and explanation.

    ``strict`` refuses acts that could not be done; acts already on record keep their effect.
    """
    if deadline.governing:
        term = clockwork.terms.governing(deadline.matter, deadline.received_on)
    else:
        found = clockwork.term(deadline.matter, Step(deadline.step), deadline.received_on)
        if found is None:
            raise LookupError(f"no term for {deadline.matter}/{deadline.step}")
        term = found
    return count_under(
        clockwork.terms,
        term,
        deadline.received_on,
        clockwork.calendar,
        tuple(Act.from_json(act) for act in deadline.acts),
        deadline.given_on,
        strict=strict,
    )


def _counted(counted: Count) -> dict[str, Any]:
    return {
        "base_due_on": counted.base_due_on,
        "due_on": counted.due_on,
        "state": counted.state.value,
    }


def _fresh(clockwork: Clockwork, kind: str, received_on: dt.date, given_on: dt.date | None) -> Any:
    """Step, basis and dates of a term that begins; remembered, since listings repeat days."""
    key = (kind, received_on, given_on)
    if key not in clockwork.memo:
        term = clockwork.terms.governing(kind, received_on)
        counted = count_under(clockwork.terms, term, received_on, clockwork.calendar, (), given_on)
        clockwork.memo[key] = {
            "step": term.step,
            "basis": Basis(term.basis).value,
            **_counted(counted),
        }
    return clockwork.memo[key]


def open_governing(
    draft: Draft, clockwork: Clockwork, received_on: dt.date, given_on: dt.date | None = None
) -> DeadlineFacts:
    """Start the one deadline by which the case is judged, and the target to accept or send on."""
    kind = draft.case.kind
    deadline = draft.add_deadline(
        matter=kind,
        governing=True,
        received_on=received_on,
        given_on=given_on,
        **_fresh(clockwork, kind, received_on, given_on),
    )
    if kind == Kind.SERVICE:
        open_term(draft, clockwork, Step.ACCEPT, received_on)
    return deadline


def open_term(
    draft: Draft, clockwork: Clockwork, step: Step, start: dt.date
) -> DeadlineFacts | None:
    """Start a term that does not govern, counted from the day after ``start`` takes effect.

    None where the law in force on the case's reception has no such row.
    """
    case = draft.case
    key = (case.kind, step, case.received_on, start)
    if key not in clockwork.memo:
        clockwork.memo[key] = _fresh_step(clockwork, *key)
    values = clockwork.memo[key]
    return None if values is None else draft.add_deadline(**values)


def _fresh_step(
    clockwork: Clockwork, kind: str, step: Step, received_on: dt.date, start: dt.date
) -> Any:
    """All of a term that begins and does not govern; none where the law has no such row."""
    term = clockwork.term(kind, step, received_on)
    if term is None:
        return None
    due_on = _ends(clockwork, term, start)
    return {
        "matter": kind,
        "step": step.value,
        "basis": Basis(term.basis).value,
        "governing": False,
        "received_on": start,
        "base_due_on": due_on,
        "due_on": due_on,
        "state": DeadlineState.RUNNING.value,
    }


def _ends(clockwork: Clockwork, term: Term, start: dt.date) -> dt.date:
    """The last day of a term that an act or a notice of ``start`` begins."""
    calendar = clockwork.calendar
    start = notice_takes_effect(start, term, calendar)
    if term.unit == "business":
        return calendar.add(start, term.days, term.matter)
    return calendar.on_or_after(start + dt.timedelta(days=term.whole_days), term.matter)


def extension_limit(clockwork: Clockwork, deadline: DeadlineFacts) -> dt.date | None:
    """The last day to notify an extension: the end of the base term, or of the platform's date
    while that one rules (domain §5). None while the clock rests."""
    counted = count_of(clockwork, deadline)
    return counted.due_on if counted.given_applied else counted.base_due_on


def open_hours(
    draft: Draft, clockwork: Clockwork, step: Step, answered_on: dt.date, at: dt.datetime | None
) -> None:
    """Start a term in calendar hours from an instant, or from the end of a day without an hour."""
    case = draft.case
    term = clockwork.term(case.kind, step, case.received_on)
    if term is None:
        return
    draft.add_deadline(
        matter=case.kind,
        step=step.value,
        basis=Basis(term.basis).value,
        governing=False,
        received_on=answered_on,
        expires_at=hours_after(at if at is not None else answered_on, term.days),
        state=DeadlineState.RUNNING.value,
    )


def act_on_governing(draft: Draft, clockwork: Clockwork, act: Act) -> DeadlineFacts | None:
    """Move the governing clock by an act of ours and count again; None where none is live."""
    deadline = draft.case.governing()
    if deadline is None or not deadline.live:
        return None
    before = deadline.due_on
    draft.set_deadline(deadline.number, acts=[*deadline.acts, act.as_json()])
    draft.set_deadline(deadline.number, **_counted(count_of(clockwork, deadline, strict=True)))
    _moved(draft, deadline, before, f"{ACT_WORDS[act.kind]} del {act.on:%d/%m/%Y}")
    return deadline


def _moved(draft: Draft, deadline: DeadlineFacts, before: dt.date | None, cause: str) -> None:
    """A date that moved on: it may fall due soon again, and what was overdue may never have been.

    The record of having been overdue stays; ``overdue_rectified`` names what disproved it.
    """
    due_on = deadline.due_on
    if before is None or (due_on is not None and due_on <= before):
        return
    draft.set_deadline(deadline.number, due_soon_on=None)
    if deadline.became_overdue_on is not None:
        draft.set_deadline(deadline.number, overdue_rectified=cause)


def redate(
    draft: Draft,
    clockwork: Clockwork,
    deadline: DeadlineFacts,
    cause: str = "Se contó de nuevo con otro calendario",
) -> bool:
    """Count a live deadline again (other calendar, other reception); whether its date moved.

    ``cause`` is said of a deadline that thereby turns out never to have been overdue.
    """
    before = deadline.due_on
    if deadline.governing:
        draft.set_deadline(deadline.number, **_counted(count_of(clockwork, deadline)))
    elif deadline.expires_at is None and deadline.basis is not None:
        term = clockwork.term(deadline.matter, Step(deadline.step), draft.case.received_on)
        if term is not None:
            due_on = _ends(clockwork, term, deadline.received_on)
            draft.set_deadline(deadline.number, due_on=due_on, base_due_on=due_on)
    _moved(draft, deadline, before, cause)
    return deadline.due_on != before


def meet(draft: Draft, deadline: DeadlineFacts | None, on: dt.date) -> None:
    """The obligation was fulfilled that day, in time or late."""
    if deadline is not None and deadline.live:
        draft.set_deadline(deadline.number, state=DeadlineState.MET.value, met_on=on)


def end(draft: Draft, deadline: DeadlineFacts | None) -> None:
    """Nothing is owed any more, and nothing was fulfilled."""
    if deadline is not None and deadline.live:
        draft.set_deadline(deadline.number, state=DeadlineState.ENDED.value)


def end_all(draft: Draft) -> None:
    for deadline in draft.case.deadlines.values():
        end(draft, deadline)


def after_answer(draft: Draft, clockwork: Clockwork, on: dt.date, at: dt.datetime | None) -> None:
    """The terms that an answer starts: 72 hours for SUAC, the appeal window for transparency."""
    case = draft.case
    if case.source == Source.SUAC and case.kind == Kind.SERVICE:
        open_hours(draft, clockwork, Step.CITIZEN_CONFIRMS, on, at)
    elif case.under_transparency:
        open_term(draft, clockwork, Step.APPEAL, on)


def default_target(
    case: CaseFacts, clockwork: Clockwork, start: dt.date, days: int | None = None
) -> dt.date | None:
    """The internal target of a new turn: the rule's days, else three business days before due.

    Never before ``start``; none while the case has no date.
    """
    calendar = clockwork.calendar
    if days is not None:
        return calendar.add(start, days, case.kind)
    governing = case.governing()
    if governing is None or governing.due_on is None:
        return None
    target = calendar.add(governing.due_on, -TARGET_BEFORE_DUE, case.kind)
    return max(target, start)


def shift_targets(draft: Draft, clockwork: Clockwork, business_days: int) -> None:
    """Move the targets of the open turns when the case's clock rested or was extended."""
    if business_days <= 0:
        return
    for turn in draft.case.open_turns():
        if turn.target_on is not None:
            draft.set_turn(
                turn.number,
                target_on=clockwork.calendar.add(turn.target_on, business_days, draft.case.kind),
            )
