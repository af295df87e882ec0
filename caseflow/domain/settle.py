"""The rule of the turns: which state a case has because of its turns (domain §4)."""

from __future__ import annotations

from collections.abc import Iterable

from caseflow.domain.facts import TurnFacts
from caseflow.domain.vocabulary import CaseState, TurnState


def state_by_turns(turns: Iterable[TurnFacts]) -> tuple[CaseState, str]:
    """State and desk mark that follow from the turns of the current round.

    Any open → routed; none open, one answered and none returned and not replaced → review;
    else received, marked ``returned`` or ``withdrawn`` (or unmarked, where no turn exists yet).
    """
    turns = list(turns)
    if any(turn.open for turn in turns):
        return CaseState.ROUTED, ""
    stranded = [
        turn for turn in turns if turn.state == TurnState.RETURNED and turn.replaced_by is None
    ]
    if any(turn.state == TurnState.ANSWERED for turn in turns) and not stranded:
        return CaseState.REVIEW, ""
    if stranded:
        return CaseState.RECEIVED, "returned"
    return CaseState.RECEIVED, "withdrawn" if turns else ""
