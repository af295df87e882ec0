"""What the passing of time changes: recorded once, dated on the day it happened.

The scheduler finds by query which cases have something to record and hands them to ``pass_time``;
doing it twice, late, or from two processes gives the same rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from caseflow.domain.appeal_ticks import appeal_terms_passed
from caseflow.domain.arco import unfulfilled
from caseflow.domain.change import Change, Draft
from caseflow.domain.clock import SOON_DAYS, local_date
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.facts import CaseFacts, DeadlineFacts
from caseflow.domain.people import SYSTEM
from caseflow.domain.phrases import N_, phrase
from caseflow.domain.steps import close_as
from caseflow.domain.vocabulary import CaseState, DeadlineState, Step


def pass_time(
    case: CaseFacts, clockwork: Clockwork, now: dt.datetime, officers: Collection[int] = ()
) -> Change | None:
    """All that time did to a case up to ``now``, as one change; none where nothing is new.

    ``officers`` are told of the terms of its appeals: the people of transparency over its desk.
    """
    draft = Draft(case, SYSTEM, now)
    became_due_soon(draft, clockwork)
    became_overdue(draft, clockwork)
    missed_targets(draft, clockwork)
    appeal_terms_passed(draft, clockwork, officers)
    close_by_rule(draft, clockwork)
    return draft.change() if draft.eventful else None


def became_due_soon(draft: Draft, clockwork: Clockwork) -> None:
    """Record that the governing deadline was three business days away, and tell who works on it.

    Dated on the day that began it, so that a late tick writes what a timely one would have. A case
    that came to us after its date was never due soon here.
    """
    deadline = draft.case.governing()
    if (
        deadline is None
        or deadline.state != DeadlineState.RUNNING
        or deadline.due_on is None
        or deadline.due_soon_on is not None
        or _stands_overdue(deadline)
    ):
        return
    calendar, kind = clockwork.calendar, draft.case.kind
    began = calendar.add(deadline.due_on, -SOON_DAYS, kind)
    on = max(began, local_date(draft.case.captured_at), deadline.received_on)
    if on > clockwork.today or on > deadline.due_on:
        return
    draft.set_deadline(deadline.number, due_soon_on=on)
    draft.event(
        "due_soon",
        on,
        {"due_on": deadline.due_on, "days_left": calendar.between(on, deadline.due_on, kind)},
    )
    if deadline.due_on < clockwork.today:
        return  # too late to warn of it
    for turn in draft.case.open_turns():
        draft.notice(
            turn.assignee_id,
            N_("Un folio está por vencer"),
            phrase(
                "El folio {ref} vence el {due_on:%d/%m/%Y}.",
                ref=draft.case.ref,
                due_on=deadline.due_on,
            ),
        )


def became_overdue(draft: Draft, clockwork: Clockwork) -> None:
    """Record that the governing deadline passed, dated on its last day.

    Once for each date: where the first was disproved (``overdue_rectified``) and the date that
    took its place passes too, that is recorded anew. The events keep both.
    """
    deadline = draft.case.governing()
    if (
        deadline is None
        or deadline.state != DeadlineState.RUNNING
        or deadline.due_on is None
        or deadline.due_on >= clockwork.today
        or _stands_overdue(deadline)
    ):
        return
    draft.set_deadline(deadline.number, became_overdue_on=deadline.due_on, overdue_rectified=None)
    draft.event(
        "became_overdue", deadline.due_on, {"due_on": deadline.due_on, "basis": deadline.basis}
    )
    for turn in draft.case.open_turns():
        draft.notice(
            turn.assignee_id,
            N_("Venció un folio"),
            phrase(
                "El folio {ref} venció el {due_on:%d/%m/%Y} y sigue abierto.",
                ref=draft.case.ref,
                due_on=deadline.due_on,
            ),
        )


def _stands_overdue(deadline: DeadlineFacts) -> bool:
    """Whether it is on record that the date passed, and nothing has disproved it since."""
    return deadline.became_overdue_on is not None and deadline.overdue_rectified is None


def missed_targets(draft: Draft, clockwork: Clockwork) -> None:
    """Record which internal targets passed; never a breach of law (domain §5)."""
    for turn in draft.case.open_turns():
        target = turn.target_on
        if (
            target is None
            or target >= clockwork.today
            or turn.target_missed_on is not None
            or turn.waiting
        ):
            continue
        draft.set_turn(turn.number, target_missed_on=target)
        draft.event(
            "target_missed",
            target,
            {"target_on": target, "area": turn.area_id},
            turn=turn.number,
        )


def close_by_rule(draft: Draft, clockwork: Clockwork) -> None:
    """Close what the person let stand: 72 hours for SUAC, the appeal window for transparency.

    The 72 hours are calendar hours from the answer (domain §5); the closing is dated on the day
    they ended.
    """
    case = draft.case
    if case.state != CaseState.ANSWERED or case.open_appeals() or unfulfilled(case):
        return
    confirm = case.running(Step.CITIZEN_CONFIRMS)
    if confirm is not None and confirm.expires_at is not None and confirm.expires_at <= draft.at:
        close_as(
            draft,
            "rule72",
            local_date(confirm.expires_at),
            {"note": "cerrado por regla de 72 h, sin confirmación del listado"},
        )
        return
    appeal = case.running(Step.APPEAL)
    if appeal is not None and appeal.due_on is not None and appeal.due_on < clockwork.today:
        close_as(
            draft,
            "window",
            max(
                clockwork.calendar.add(appeal.due_on, 1, case.kind),
                case.effective_on or dt.date.min,
            ),
            {"note": "sin recurso dentro del plazo"},
        )
