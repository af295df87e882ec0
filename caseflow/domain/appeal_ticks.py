"""What time does to the terms of an appeal: recorded once, and told to the transparency office.

They never make a folio overdue: only the governing deadline does (domain §5).
"""

from __future__ import annotations

from collections.abc import Collection

from caseflow.domain.appeals import deadline_of
from caseflow.domain.change import Draft
from caseflow.domain.clock import SOON_DAYS
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.facts import AppealFacts, DeadlineFacts
from caseflow.domain.phrases import N_, phrase
from caseflow.domain.vocabulary import DeadlineState, Step


def appeal_terms_passed(draft: Draft, clockwork: Clockwork, officers: Collection[int]) -> None:
    """Record that a term to state or to comply was near, and that it passed.

    Dated on the day it happened, so that a late tick writes what a timely one would have.
    ``officers`` are the people of transparency over the desk of the case.
    """
    for appeal in draft.case.open_appeals():
        for step in (Step.STATEMENTS, Step.COMPLY):
            deadline = deadline_of(draft.case, appeal, step)
            if deadline is None or deadline.state != DeadlineState.RUNNING:
                continue
            _due_soon(draft, clockwork, appeal, deadline, officers)
            _overdue(draft, clockwork, appeal, deadline)


def _due_soon(
    draft: Draft,
    clockwork: Clockwork,
    appeal: AppealFacts,
    deadline: DeadlineFacts,
    officers: Collection[int],
) -> None:
    due_on = deadline.due_on
    if due_on is None or deadline.due_soon_on is not None or deadline.became_overdue_on is not None:
        return
    calendar, kind = clockwork.calendar, draft.case.kind
    on = max(calendar.add(due_on, -SOON_DAYS, kind), deadline.received_on)
    if on > clockwork.today:
        return
    draft.set_deadline(deadline.number, due_soon_on=on)
    left = calendar.between(on, due_on, kind)
    draft.event("appeal_due_soon", on, {**_what(appeal, deadline), "days_left": left})
    if due_on < clockwork.today:
        return  # too late to warn of it
    for officer in officers:
        draft.notice(officer, _SUBJECTS[Step(deadline.step)], _body(draft, appeal, deadline))


def _overdue(
    draft: Draft, clockwork: Clockwork, appeal: AppealFacts, deadline: DeadlineFacts
) -> None:
    due_on = deadline.due_on
    if due_on is None or due_on >= clockwork.today:
        return
    if deadline.became_overdue_on is not None and deadline.overdue_rectified is None:
        return
    draft.set_deadline(deadline.number, became_overdue_on=due_on, overdue_rectified=None)
    draft.event("appeal_overdue", due_on, _what(appeal, deadline))


def _what(appeal: AppealFacts, deadline: DeadlineFacts) -> dict[str, object]:
    return {"appeal": appeal.number, "step": deadline.step, "due_on": deadline.due_on}


_SUBJECTS = {
    Step.STATEMENTS: N_("Vence el plazo para rendir manifestaciones"),
    Step.COMPLY: N_("Vence el plazo para cumplir una resolución"),
}


def _body(draft: Draft, appeal: AppealFacts, deadline: DeadlineFacts) -> str:
    return phrase(
        "Recurso {number} del folio {ref}: el plazo vence el {due_on:%d/%m/%Y}.",
        number=appeal.file_number,
        ref=draft.case.ref,
        due_on=deadline.due_on,
    )
