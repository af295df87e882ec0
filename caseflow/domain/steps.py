"""Steps that several acts share: each edits a draft and trusts its input."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from caseflow.domain import deadlines
from caseflow.domain.change import Draft
from caseflow.domain.clock import local_date
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.errors import InvalidData
from caseflow.domain.facts import TurnFacts
from caseflow.domain.needs import OUTCOMES
from caseflow.domain.people import OnBehalf
from caseflow.domain.phrases import N_, phrase
from caseflow.domain.settle import state_by_turns
from caseflow.domain.vocabulary import CaseState, Kind, Step, TurnState, goes_on_paper


def add_files(
    draft: Draft,
    files: Any,
    *,
    purpose: str,
    turn_number: int | None = None,
    appeal_number: int | None = None,
) -> None:
    """Attach stored files ({name, media_type, size, sha256} each) to the case."""
    for file in files:
        draft.add(
            "attachment",
            name=file["name"],
            media_type=file["media_type"],
            size=file["size"],
            sha256=file["sha256"],
            turn_number=turn_number,
            appeal_number=appeal_number,
            purpose=purpose,
            added_by_id=draft.actor.user_id,
            added_at=draft.at,
        )


def settle_state(draft: Draft) -> None:
    """Apply the rule of the turns to the case."""
    state, mark = state_by_turns(draft.case.round_turns())
    draft.set(state=state.value, desk_mark=mark)


def withdraw_open_turns(draft: Draft, reason: str) -> None:
    for turn in draft.case.open_turns():
        draft.set_turn(
            turn.number,
            state=TurnState.WITHDRAWN.value,
            ended_at=draft.at,
            end_reason=reason,
            version=turn.version + 1,
        )


def route_to(
    draft: Draft,
    area_ids: list[int],
    instruction: str,
    target_on: dt.date | None,
    rule_name: str = "",
    *,
    replaces: Sequence[TurnFacts] | None = None,
) -> None:
    """New pending turns in these areas; the first replaces ``replaces``, else what came back."""
    stranded = (
        replaces
        if replaces is not None
        else [
            turn
            for turn in draft.case.round_turns()
            if turn.state == TurnState.RETURNED and turn.replaced_by is None
        ]
    )
    numbers = []
    for area_id in area_ids:
        turn = draft.add_turn(
            area_id=area_id,
            state=TurnState.PENDING.value,
            instruction=instruction,
            rule_name=rule_name,
            routed_by_id=draft.actor.user_id,
            routed_at=draft.at,
            target_on=target_on,
        )
        numbers.append(turn.number)
        if not draft.born:  # what rules send by the hundred is seen in the inbox
            draft.notice_head(
                area_id,
                N_("Turnaron un folio a su área"),
                phrase("Se turnó a su área el folio {ref}.", ref=draft.case.ref),
            )
    for turn in stranded:
        draft.set_turn(turn.number, replaced_by=numbers[0])
    settle_state(draft)


def give_answer(
    draft: Draft,
    data: dict[str, Any],
    clockwork: Clockwork,
    *,
    behalf: OnBehalf | None = None,
    action: str = "answer",
) -> None:
    """Answer the person: the governing deadline is met on the day of the notice (domain §5).

    What the answer starts runs from the day on which the notice takes effect, which for one on
    paper may be another; ``data`` then says so.
    """
    case = draft.case
    outcome = data.get("outcome")
    if outcome not in OUTCOMES[case.kind]:
        raise InvalidData(
            "Elija un sentido de respuesta que corresponda a este tipo de asunto.",
            field="outcome",
        )
    on = data["notified_on"]
    at = draft.at if on == local_date(draft.at) else None
    on_paper = goes_on_paper(data["channel"]) if case.under_transparency else None
    deadlines.meet(draft, case.governing(), on)
    deadlines.meet(draft, case.running(Step.FIRST_ANSWER), on)
    for ordered in case.deadlines.values():
        if ordered.step == Step.COMPLY and ordered.received_on <= on:
            deadlines.meet(draft, ordered, on)
    draft.set(
        state=CaseState.ANSWERED.value,
        desk_mark="",
        outcome=outcome,
        answer_text=data["text"],
        answer_channel=data["channel"],
        answered_on=on,
        answered_at=at,
        first_answer_on=case.first_answer_on or on,
    )
    deadlines.after_answer(draft, clockwork, on, at, on_paper)
    effect_on = deadlines.answer_takes_effect(clockwork, case, on, on_paper)
    if effect_on != on:
        data["takes_effect"] = effect_on
    draft.event(action, on, data, on_behalf=behalf)


def close_as(draft: Draft, ending: str, on: dt.date, data: Mapping[str, Any]) -> None:
    """Close an answered case: by a person, the 72-hour rule, the appeal window or a listing."""
    deadlines.end_all(draft)
    draft.set(state=CaseState.CLOSED.value, ending=ending, closed_on=on)
    draft.event("close", on, {**data, "ending": ending})


def finish(draft: Draft, state: CaseState, ending: str, on: dt.date, reason: str) -> None:
    """End a case without an answer: nothing is owed any more and no turn stays open."""
    withdraw_open_turns(draft, reason)
    deadlines.end_all(draft)
    draft.set(state=state.value, ending=ending, closed_on=on, desk_mark="")


def reopen(
    draft: Draft, data: Mapping[str, Any], clockwork: Clockwork, on: dt.date | None = None
) -> None:
    """Begin a new round; the old deadline is never revived (domain §5, reopening).

    ``on`` is the day it counts from where that is not today: that of a ruling's notice.
    """
    case = draft.case
    today = on or clockwork.today
    deadlines.end_all(draft)
    draft.set(
        state=CaseState.RECEIVED.value,
        round=case.round + 1,
        desk_mark="",
        closed_on=None,
        ending=None,
        referred_to=None,
        outcome=None,
        answer_text=None,
        answer_channel=None,
        answered_on=None,
        answered_at=None,
        effective_on=None,
    )
    # the old deadline is never revived: a service gets a new term, transparency only that of a
    # ruling, which ``appeal_acts.rule`` starts (domain §5, reopening)
    if case.kind == Kind.SERVICE:
        deadlines.open_governing(draft, clockwork, today)
    draft.event("reopen", today, data)
