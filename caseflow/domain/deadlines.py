"""From acts to deadlines: which terms an act starts, meets, pauses or ends.

The count itself is ``clock``; here stands when it begins and what it is called. All functions edit
a ``Draft``; the calendar and the law come in as a ``Clockwork`` made for the body and the day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
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
from caseflow.domain.errors import DomainError
from caseflow.domain.facts import CaseFacts, DeadlineFacts
from caseflow.domain.phrases import N_
from caseflow.domain.vocabulary import FAVOURABLE, Basis, DeadlineState, Kind, Mark, Source, Step

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


def count_of(
    clockwork: Clockwork,
    deadline: DeadlineFacts,
    *,
    law_on: dt.date | None = None,
    strict: bool = False,
) -> Count:
    """Count a stored deadline again from its inputs: the one way to its date and explanation.

    ``law_on`` is the day whose law a term that does not govern follows: the reception of its case.
    ``strict`` refuses acts that could not be done; acts already on record keep their effect.
    Raises ``LookupError`` where that law has no such term.
    """
    start = deadline.received_on
    if deadline.governing:
        term = clockwork.terms.governing(deadline.matter, start)
    else:
        found = term_of(clockwork, deadline, law_on or start)
        if found is None:
            raise LookupError(f"no term for {deadline.matter}/{deadline.step}")
        term = found
        start = notice_takes_effect(start, term, clockwork.calendar, deadline.on_paper)
    return count_under(
        clockwork.terms,
        term,
        start,
        clockwork.calendar,
        tuple(Act.from_json(act) for act in deadline.acts),
        deadline.given_on,
        strict=strict,
    )


def term_of(clockwork: Clockwork, deadline: DeadlineFacts, law_on: dt.date) -> Term | None:
    """The term that a deadline which does not govern runs by: the law's, or its authority's own."""
    law = clockwork.term(deadline.matter, Step(deadline.step), law_on)
    if deadline.days is None:
        return law
    return Term(
        matter=deadline.matter,
        step=deadline.step,
        days=deadline.days,
        unit="business",
        basis=Basis(deadline.basis),
        role="",
        counts_from="",
        cutoff=None,
        notice_effect=law.notice_effect if law is not None else "same_day",
        effect="",
        valid_from=law_on,
        valid_to=None,
        legal_source=_BY_AUTHORITY,
        mark=Mark.TEXT.value,
    )


#: The source of a term whose length an authority set for one case.
_BY_AUTHORITY = N_("Término que señaló la autoridad que conoce del recurso")


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


def dates_of(
    clockwork: Clockwork, deadline: DeadlineFacts, received_on: dt.date | None = None
) -> dict[str, Any]:
    """Dates and state of a governing deadline, counted again, if need be from another reception.

    Remembered where no act of its case bears on it: of a hundred thousand, few days differ.
    """
    start = received_on or deadline.received_on
    if deadline.acts:
        return _counted(count_of(clockwork, replace(deadline, received_on=start)))
    fresh = _fresh(clockwork, deadline.matter, start, deadline.given_on)
    return {name: fresh[name] for name in ("base_due_on", "due_on", "state")}


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
    draft: Draft,
    clockwork: Clockwork,
    step: Step,
    start: dt.date,
    on_paper: bool | None = None,
) -> DeadlineFacts | None:
    """Start a term that does not govern, counted from the day after ``start`` takes effect.

    ``on_paper``: the notice of ``start`` did not go through the platform. None where the law in
    force on the case's reception has no such row.
    """
    case = draft.case
    key = (case.kind, step, case.received_on, start, on_paper)
    if key not in clockwork.memo:
        clockwork.memo[key] = _fresh_step(clockwork, *key)
    values = clockwork.memo[key]
    return None if values is None else draft.add_deadline(**values)


def _fresh_step(
    clockwork: Clockwork,
    kind: str,
    step: Step,
    received_on: dt.date,
    start: dt.date,
    on_paper: bool | None = None,
) -> Any:
    """All of a term that begins and does not govern; none where the law has no such row."""
    term = clockwork.term(kind, step, received_on)
    if term is None:
        return None
    due_on = _ends(clockwork, term, start, on_paper)
    return {
        **({"on_paper": True} if on_paper else {}),
        "matter": kind,
        "step": step.value,
        "basis": Basis(term.basis).value,
        "governing": False,
        "received_on": start,
        "base_due_on": due_on,
        "due_on": due_on,
        "state": DeadlineState.RUNNING.value,
    }


def _ends(
    clockwork: Clockwork, term: Term, start: dt.date, on_paper: bool | None = None
) -> dt.date:
    """The last day of a term that an act or a notice of ``start`` begins."""
    calendar = clockwork.calendar
    start = notice_takes_effect(start, term, calendar, on_paper)
    if term.unit == "business":
        return calendar.add(start, term.days, term.matter)
    return calendar.on_or_after(start + dt.timedelta(days=term.length_from(start)), term.matter)


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
        draft.set_deadline(deadline.number, **dates_of(clockwork, deadline))
    elif deadline.expires_at is None and deadline.basis is not None:
        term = term_of(clockwork, deadline, draft.case.received_on)
        if term is not None:
            own = _ends(clockwork, term, deadline.received_on, deadline.on_paper)
            draft.set_deadline(deadline.number, due_on=deadline.given_on or own, base_due_on=own)
    _moved(draft, deadline, before, cause)
    return deadline.due_on != before


def takes_effect(
    clockwork: Clockwork, case: CaseFacts, step: Step, on: dt.date, on_paper: bool | None
) -> dt.date:
    """When a notice of that day takes effect, by the rule of the term that it begins."""
    term = clockwork.term(case.kind, step, case.received_on)
    return on if term is None else notice_takes_effect(on, term, clockwork.calendar, on_paper)


def answer_takes_effect(
    clockwork: Clockwork, case: CaseFacts, on: dt.date, on_paper: bool | None
) -> dt.date:
    """When the notice of an answer takes effect: by the rule of the first term that it begins."""
    for step in (Step.APPEAL, Step.MAKE_EFFECTIVE):
        if clockwork.term(case.kind, step, case.received_on) is not None:
            return takes_effect(clockwork, case, step, on, on_paper)
    return on


def replace_acts(
    draft: Draft, clockwork: Clockwork, deadline: DeadlineFacts, acts: list[Act], cause: str
) -> None:
    """Count the governing deadline again with other acts in the place of those on record.

    A live one moves. One that was met keeps its date and gets the rectified one beside it, which
    lateness reads. Raises a ``DomainError`` where such acts could not have been done; acts that
    were refused already before (another calendar in force since) do not count against the new ones.
    """
    stored = [act.as_json() for act in sorted(acts, key=lambda act: act.on)]
    strict = _would_count(clockwork, deadline)
    counted = count_of(clockwork, replace(deadline, acts=stored), strict=strict)
    before = deadline.due_on
    draft.set_deadline(deadline.number, acts=stored)
    if deadline.live:
        draft.set_deadline(deadline.number, **_counted(counted))
        _moved(draft, deadline, before, cause)
        return
    rectified = None if counted.due_on == before else counted.due_on
    late = counted.due_on is not None and (deadline.met_on or clockwork.today) > counted.due_on
    draft.set_deadline(deadline.number, due_on_rectified=rectified)
    if deadline.became_overdue_on is not None:
        draft.set_deadline(
            deadline.number,
            overdue_rectified=cause if rectified is not None and not late else None,
        )


def _would_count(clockwork: Clockwork, deadline: DeadlineFacts) -> bool:
    """Whether the acts on record could all be done by the calendar and the law of today."""
    try:
        count_of(clockwork, deadline, strict=True)
    except DomainError:
        return False
    return True


def restart(
    draft: Draft, clockwork: Clockwork, deadline: DeadlineFacts, start: dt.date, cause: str
) -> None:
    """Count a term that does not govern again from another start: what began it was misdated."""
    draft.set_deadline(deadline.number, received_on=start)
    if deadline.expires_at is None:
        redate(draft, clockwork, deadline, cause)
        return
    term = clockwork.term(deadline.matter, Step(deadline.step), draft.case.received_on)
    if term is not None:
        draft.set_deadline(deadline.number, expires_at=hours_after(start, term.days))


def unmeet(draft: Draft, clockwork: Clockwork, deadline: DeadlineFacts) -> None:
    """What was taken for fulfilled was not: the term runs on, as if nothing had been done."""
    draft.set_deadline(
        deadline.number, state=DeadlineState.RUNNING.value, met_on=None, due_on_rectified=None
    )
    if deadline.governing:
        draft.set_deadline(deadline.number, **_counted(count_of(clockwork, deadline)))


def meet(draft: Draft, deadline: DeadlineFacts | None, on: dt.date) -> None:
    """The obligation was fulfilled that day, in time or late."""
    if deadline is not None and deadline.live:
        draft.set_deadline(deadline.number, state=DeadlineState.MET.value, met_on=on)


def end(draft: Draft, deadline: DeadlineFacts | None) -> None:
    """Nothing is owed any more, and nothing was fulfilled."""
    if deadline is not None and deadline.live:
        draft.set_deadline(deadline.number, state=DeadlineState.ENDED.value)


def end_all(draft: Draft) -> None:
    """Nothing is owed any more on the case; what an open appeal asks for is its own (domain §4)."""
    kept = draft.case.appeal_terms()
    for deadline in draft.case.deadlines.values():
        if deadline.number not in kept:
            end(draft, deadline)


#: The terms that begin with an answer, and move with its date.
BY_ANSWER = (Step.CITIZEN_CONFIRMS, Step.APPEAL, Step.MAKE_EFFECTIVE)


def after_answer(
    draft: Draft,
    clockwork: Clockwork,
    on: dt.date,
    at: dt.datetime | None,
    on_paper: bool | None = None,
) -> None:
    """The terms that an answer starts: 72 hours for SUAC, the appeal window for transparency, and
    that of making the right effective where one over personal data was granted."""
    case = draft.case
    if case.source == Source.SUAC and case.kind == Kind.SERVICE:
        open_hours(draft, clockwork, Step.CITIZEN_CONFIRMS, on, at)
    elif case.under_transparency:
        open_term(draft, clockwork, Step.APPEAL, on, on_paper)
        if case.kind == Kind.PERSONAL_DATA and case.outcome in FAVOURABLE:
            open_term(draft, clockwork, Step.MAKE_EFFECTIVE, on, on_paper)


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
    """Move the targets of the open turns by what the case's clock rested or was extended; back,
    where that turned out to be a mistake."""
    if not business_days:
        return
    for turn in draft.case.open_turns():
        if turn.target_on is not None:
            draft.set_turn(
                turn.number,
                target_on=clockwork.calendar.add(turn.target_on, business_days, draft.case.kind),
            )
