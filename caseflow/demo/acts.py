"""The acts of the demonstration's people: a step of a story, done by whoever it falls to.

A step that no longer fits (a listing was quicker, the case ended) ends the story; a step that the
rules refuse is a mistake of the story and stops the demonstration.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

from caseflow.commands.cases import take_case, take_turn
from caseflow.commands.work import Work
from caseflow.demo.appeals import appeal_act
from caseflow.demo.people import Staff
from caseflow.demo.stories import Step
from caseflow.domain.facts import CaseFacts, TurnFacts
from caseflow.domain.vocabulary import (
    LIVE_STATES,
    CaseState,
    Channel,
    IdentityDocument,
    Kind,
    LinkKind,
    Outcome,
    ReopenGround,
    TurnState,
)
from caseflow.domain.vocabulary import Step as LegalStep

#: How the acts on an appeal are named among the steps of a story.
APPEAL = "appeal_"
#: Areas that a request for information goes to.
_ANSWERING = ("DPC", "JUD-BAR", "JUD-AMC", "DGSU", "DGODU")
#: Where the supervisor sends what no rule knows.
_BY_HAND = ("JUD-AMC", "JUD-AMC", "JUD-AMC", "JUD-BAR", "JUD-AOS", "DCC")


class Players:
    """The office's people at work in one transaction."""

    def __init__(self, work: Work, staff: Staff, chance: random.Random) -> None:
        self.work = work
        self.staff = staff
        self.chance = chance

    def play(self, ref: str, step: Step) -> bool:
        """Do one step; whether the story goes on."""
        case = self.work.case(ref)
        if step.action.startswith(APPEAL):
            officer, action = self.staff["transparencia"], step.action.removeprefix(APPEAL)
            return appeal_act(self.work, officer, case, action, step.data)
        return _ACTS[step.action](self, case, step.data)

    def area(self, code: str) -> int:
        node = self.work.tree.by_code(code)
        if node is None:
            raise LookupError(f"the pack has no area {code}")
        return node.id

    def desk(self, case: CaseFacts) -> str:
        """Login of whoever decides about the case."""
        return "transparencia" if case.under_transparency else "supervision"

    def case_act(self, case: CaseFacts, action: str, **data: Any) -> bool:
        take_case(self.work.acting(self.staff[self.desk(case)]), case.ref, action, data)
        return True

    def turn_act(self, case: CaseFacts, turn: TurnFacts, action: str, **data: Any) -> None:
        head = self.staff.head_of(turn.area_id)
        take_turn(self.work.acting(head), case.ref, turn.number, action, data)

    def pending(self, case: CaseFacts) -> list[TurnFacts]:
        return [t for t in case.open_turns() if t.state == TurnState.PENDING]

    def accepted(self, case: CaseFacts) -> list[TurnFacts]:
        return [t for t in case.open_turns() if t.state == TurnState.ACCEPTED]


def _accept(play: Players, case: CaseFacts, data: Mapping[str, Any]) -> bool:
    if case.state != CaseState.ROUTED:
        return False
    for turn in play.pending(case):
        by = play.staff.assistant_of if play.chance.random() < 0.75 else play.staff.head_of
        take_turn(play.work.acting(by(turn.area_id)), case.ref, turn.number, "accept", {})
    return True


def _draft(play: Players, case: CaseFacts, data: Mapping[str, Any]) -> bool:
    for turn in play.accepted(case):
        play.turn_act(case, turn, "draft", text=data["text"])
    return case.state == CaseState.ROUTED


def _note(play: Players, case: CaseFacts, data: Mapping[str, Any]) -> bool:
    turns = case.open_turns()
    if not turns:
        return False
    head = play.staff.head_of(turns[0].area_id)
    take_case(play.work.acting(head), case.ref, "note", {"text": data["text"]})
    return True


def _reply(play: Players, case: CaseFacts, data: Mapping[str, Any]) -> bool:
    if case.state != CaseState.ROUTED:
        return False
    turns = play.accepted(case)
    alone = len(case.open_turns()) == 1 and case.kind == Kind.SERVICE
    for turn in turns:
        answer = {
            "also_answer": True,
            "outcome": Outcome.ATTENDED.value,
            "channel": Channel.PHONE.value,
            "notified_on": play.work.today,
        }
        play.turn_act(case, turn, "reply", text=data["text"], **(answer if alone else {}))
    return bool(turns)


def _return(play: Players, case: CaseFacts, data: Mapping[str, Any]) -> bool:
    turns = case.open_turns()
    if case.state != CaseState.ROUTED or not turns:
        return False
    play.turn_act(case, turns[0], "return", reason=data["reason"])
    return True


def _reroute(play: Players, case: CaseFacts, data: Mapping[str, Any]) -> bool:
    if case.state != CaseState.RECEIVED:
        return False
    areas = [play.area(play.chance.choice(_BY_HAND))]
    return play.case_act(
        case, "route", areas=areas, instruction="Atender y contestar dentro de la meta."
    )


def _reassign(play: Players, case: CaseFacts, data: Mapping[str, Any]) -> bool:
    turns = case.open_turns()
    if case.state != CaseState.ROUTED or not turns:
        return False
    others = [play.area(code) for code in ("JUD-BAR", "DGODU", "DGSU")]
    area = next(area for area in others if area != turns[0].area_id)
    supervisor = play.work.acting(play.staff["supervision"])
    take_turn(
        supervisor, case.ref, turns[0].number, "reassign",
        {"area": area, "reason": data["reason"]},
    )  # fmt: skip
    return True


def _clarify(play: Players, case: CaseFacts, data: Mapping[str, Any]) -> bool:
    if case.state not in (CaseState.RECEIVED, CaseState.ROUTED) or case.clarified:
        return False
    return play.case_act(
        case, "request_clarification", text=data["text"], notified_on=play.work.today
    )


def _clarified(play: Players, case: CaseFacts, data: Mapping[str, Any]) -> bool:
    if case.state != CaseState.CLARIFICATION:
        return False
    return play.case_act(
        case, "receive_clarification", text=data["text"], received_on=play.work.today
    )


def _lapse(play: Players, case: CaseFacts, data: Mapping[str, Any]) -> bool:
    if case.state != CaseState.CLARIFICATION:
        return False
    return play.case_act(case, "lapse")


def _refer(play: Players, case: CaseFacts, data: Mapping[str, Any]) -> bool:
    if case.state not in (CaseState.RECEIVED, CaseState.ROUTED):
        return False
    return play.case_act(
        case,
        "refer",
        authority=data.get("authority") or "Secretaría de Obras y Servicios",
        reason="No es competencia de la alcaldía.",
        notified_on=play.work.today,
    )


def _desist(play: Players, case: CaseFacts, data: Mapping[str, Any]) -> bool:
    if case.state not in LIVE_STATES:
        return False
    return play.case_act(case, "desist", text=data["text"], received_on=play.work.today)


def _cancel(play: Players, case: CaseFacts, data: Mapping[str, Any]) -> bool:
    if case.state not in LIVE_STATES:
        return False
    return play.case_act(case, "cancel", reason=data["reason"])


def _close(play: Players, case: CaseFacts, data: Mapping[str, Any]) -> bool:
    if case.state == CaseState.ANSWERED:
        play.case_act(case, "close")
    return True


def _reopen(play: Players, case: CaseFacts, data: Mapping[str, Any]) -> bool:
    if case.state != CaseState.CLOSED:
        return False
    return play.case_act(
        case, "reopen", ground=ReopenGround.NOT_SATISFIED.value, reason=data["reason"]
    )


def _route_again(play: Players, case: CaseFacts, data: Mapping[str, Any]) -> bool:
    if case.state != CaseState.RECEIVED:
        return False
    area = case.turns[max(case.turns)].area_id if case.turns else play.area("JUD-AMC")
    return play.case_act(case, "route", areas=[area], instruction="Volver a atender la falla.")


def _route_request(play: Players, case: CaseFacts, data: Mapping[str, Any]) -> bool:
    if case.state != CaseState.RECEIVED:
        return False
    codes = play.chance.sample(_ANSWERING, play.chance.choice((1, 1, 2, 3)))
    return play.case_act(
        case,
        "route",
        areas=[play.area(code) for code in codes],
        instruction="Remitir la información con que cuente, en formato abierto.",
    )


def _extend(play: Players, case: CaseFacts, data: Mapping[str, Any]) -> bool:
    governing = case.governing()
    if (
        case.state != CaseState.ROUTED
        or case.extended
        or governing is None
        or governing.base_due_on is None
        or play.work.today > governing.base_due_on
    ):
        return True
    return play.case_act(
        case, "extend", reason=data["reason"], notified_on=play.work.today,
        document=f"Acta CT/SE-{play.chance.randrange(1, 40)}/{play.work.today.year}",
    )  # fmt: skip


def _answer(play: Players, case: CaseFacts, data: Mapping[str, Any]) -> bool:
    if case.state != CaseState.REVIEW:
        return False
    outcome = Outcome.GRANTED if case.kind == Kind.PERSONAL_DATA else Outcome.DELIVERED
    return play.case_act(
        case,
        "answer",
        outcome=outcome.value,
        text="Se entrega la información remitida por las áreas.",
        channel=Channel.PLATFORM.value,
        notified_on=play.work.today,
    )


def _identify(play: Players, case: CaseFacts, data: Mapping[str, Any]) -> bool:
    """The person shows who they are, where a right over their data was granted."""
    if case.running(LegalStep.MAKE_EFFECTIVE) is None or case.identity_on is not None:
        return True
    return play.case_act(
        case,
        "verify_identity",
        identity=IdentityDocument.VOTER_CARD.value,
        shown_on=play.work.today,
    )


def _effective(play: Players, case: CaseFacts, data: Mapping[str, Any]) -> bool:
    if case.running(LegalStep.MAKE_EFFECTIVE) is None or case.identity_on is None:
        return True
    return play.case_act(
        case, "make_effective", text=data["text"], made_on=play.work.today,
        channel=Channel.COUNTER.value,
    )  # fmt: skip


def _link(play: Players, case: CaseFacts, data: Mapping[str, Any]) -> bool:
    return play.case_act(case, "link", other=data["other"], link_kind=LinkKind.RELATED.value)


_ACTS: Mapping[str, Callable[[Players, CaseFacts, Mapping[str, Any]], bool]] = {
    "accept": _accept,
    "draft": _draft,
    "note": _note,
    "reply": _reply,
    "return": _return,
    "reroute": _reroute,
    "reassign": _reassign,
    "clarify": _clarify,
    "clarified": _clarified,
    "lapse": _lapse,
    "refer": _refer,
    "desist": _desist,
    "cancel": _cancel,
    "close": _close,
    "reopen": _reopen,
    "route": _route_again,
    "route_request": _route_request,
    "extend": _extend,
    "answer": _answer,
    "identify": _identify,
    "effective": _effective,
    "link": _link,
}
