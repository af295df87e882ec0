"""What a *reestructura* does to a case: the work of an area that ended goes on at its successor.

The turn of the ended area keeps its dates, so that the reports of past months still find it there;
its work (acceptance, draft, person) goes on in a turn of the successor.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from caseflow.domain.change import Change, Draft
from caseflow.domain.clock import local_date
from caseflow.domain.facts import CaseFacts, TurnFacts
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import LIVE_STATES, CaseState, TurnState

#: States in which a desk still has something to do, so that it is handed over.
DESK_STATES = (*LIVE_STATES, CaseState.ANSWERED)


def hand_over(
    case: CaseFacts,
    actor: Actor,
    now: dt.datetime,
    ended_id: int,
    successor_id: int,
    staying: Collection[int],
) -> Change | None:
    """Move the open turns and the desk of one case from an ended area to its successor.

    ``staying``: people who keep their turns because they work for the successor. None where the
    case has nothing there.
    """
    draft = Draft(case, actor, now)
    moved = [
        [turn.number, _continue(draft, turn, successor_id, staying)]
        for turn in draft.case.open_turns()
        if turn.area_id == ended_id
    ]
    desk = case.desk_id == ended_id and case.state in DESK_STATES
    if desk:
        draft.set(desk_id=successor_id)
    if not moved and not desk:
        return None
    draft.event(
        "restructured",
        local_date(now),
        {"from": ended_id, "to": successor_id, "turns": moved, "desk": desk},
    )
    return draft.change()


def _continue(draft: Draft, turn: TurnFacts, successor_id: int, staying: Collection[int]) -> int:
    """Number of the turn in which the work goes on: a new one, or the one already open there."""
    there = next((t for t in draft.case.open_turns() if t.area_id == successor_id), None)
    if there is None:
        there = draft.add_turn(
            area_id=successor_id,
            state=turn.state,
            instruction=turn.instruction,
            rule_name=turn.rule_name,
            routed_by_id=turn.routed_by_id,
            routed_at=draft.at,
            target_on=turn.target_on,
            target_missed_on=turn.target_missed_on,
            assignee_id=turn.assignee_id if turn.assignee_id in staying else None,
            accepted_at=turn.accepted_at,
            draft_text=turn.draft_text,
            draft_by_id=turn.draft_by_id,
            shared=turn.shared,
        )
    draft.set_turn(
        turn.number,
        state=TurnState.WITHDRAWN.value,
        ended_at=draft.at,
        end_reason="Reestructura: el área terminó y su trabajo pasó a la sucesora",
        replaced_by=there.number,
        version=turn.version + 1,
    )
    return there.number


def release(
    case: CaseFacts, actor: Actor, now: dt.datetime, user_id: int, kept: Collection[int]
) -> Change | None:
    """Take a person off their open turns, but for the areas of ``kept`` where they still work.

    The turns stay at their area, *sin asignar*. None where the person has none.
    """
    draft = Draft(case, actor, now)
    for turn in draft.case.open_turns():
        if turn.assignee_id == user_id and turn.area_id not in kept:
            draft.set_turn(turn.number, assignee_id=None, version=turn.version + 1)
            draft.event("released", local_date(now), {"before": user_id}, turn=turn.number)
    return draft.change() if draft.eventful else None
