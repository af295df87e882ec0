"""What each action on a turn changes: one function per row of ``workflow.TURN``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from caseflow.domain import deadlines
from caseflow.domain.change import Change, Draft
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.errors import InvalidData, MissingData, NotAllowed, NotNow, Stale
from caseflow.domain.facts import CaseFacts, TurnFacts
from caseflow.domain.needs import check_needs
from caseflow.domain.people import Actor, OnBehalf
from caseflow.domain.permits import on_behalf, require_turn
from caseflow.domain.phrases import N_, phrase
from caseflow.domain.steps import add_files, give_answer, route_to, settle_state
from caseflow.domain.vocabulary import Kind, Role, Step, TurnState


@dataclass(frozen=True, slots=True)
class _Act:
    """One turn act in progress."""

    draft: Draft
    turn: TurnFacts
    data: dict[str, Any]
    clockwork: Clockwork
    behalf: OnBehalf | None

    def record(self, action: str, **more: Any) -> None:
        self.draft.event(
            action,
            self.clockwork.today,
            {**self.data, **more},
            turn=self.turn.number,
            on_behalf=self.behalf,
        )

    def end(self, state: TurnState, reason: str | None = None, **values: Any) -> None:
        self.draft.set_turn(
            self.turn.number, state=state.value, ended_at=self.draft.at, end_reason=reason, **values
        )


def decide_turn(
    case: CaseFacts,
    number: int,
    action: str,
    actor: Actor,
    data: Mapping[str, Any],
    clockwork: Clockwork,
    now: dt.datetime,
    *,
    version: int | None = None,
    vacant: bool = False,
) -> Change:
    """What one action on turn ``number`` of a case changes.

    ``version`` is the one that the actor saw; ``vacant`` says that the area has no head that day.
    Raises a ``DomainError`` when a rule says no, so callers may go on to the next turn.
    """
    turn = case.turns.get(number)
    if turn is None:
        raise NotNow("Ese turno ya no existe.")
    if version is not None and turn.version != version:
        raise Stale()
    transition, found = require_turn(case, turn, action, actor)
    answers = check_needs(
        transition.needs,
        transition.optional,
        data,
        earliest=case.received_on,
        today=clockwork.today,
    )
    draft = Draft(case, actor, now)
    edited = draft.case.turns[number]
    files = data.get("files") or ()
    if files:
        answers["files"] = [file["name"] for file in files]
        add_files(draft, files, purpose="turn", turn_number=number)
    behalf = on_behalf(transition, turn, found, actor, vacant)
    draft.set_turn(number, version=edited.version + 1)
    _ACTS[action](_Act(draft, edited, answers, clockwork, behalf))
    return draft.change()


def _accept(act: _Act) -> None:
    draft, case = act.draft, act.draft.case
    draft.set_turn(
        act.turn.number,
        state=TurnState.ACCEPTED.value,
        accepted_at=draft.at,
        assignee_id=act.turn.assignee_id
        or (draft.actor.user_id if not draft.actor.has(Role.HEAD) else None),
    )
    deadlines.meet(draft, case.running(Step.ACCEPT), act.clockwork.today)
    if case.kind == Kind.SERVICE and case.first_answer_on is None:
        already = any(d.step == Step.FIRST_ANSWER for d in case.deadlines.values())
        if not already:
            deadlines.open_term(draft, act.clockwork, Step.FIRST_ANSWER, act.clockwork.today)
    act.record("accept")


def _assign(act: _Act) -> None:
    person = act.data["person"]
    if person == act.turn.assignee_id:
        raise InvalidData("El turno ya está asignado a esa persona.", field="person")
    act.draft.set_turn(act.turn.number, assignee_id=person)
    act.record("assign")
    act.draft.notice(
        person,
        N_("Se le asignó un turno"),
        phrase("Se le asignó un turno del folio {ref}.", ref=act.draft.case.ref),
    )


def _draft(act: _Act) -> None:
    act.draft.set_turn(
        act.turn.number, draft_text=act.data["text"], draft_by_id=act.draft.actor.user_id
    )
    act.record("draft")


def _return(act: _Act) -> None:
    act.end(TurnState.RETURNED, act.data["reason"])
    act.draft.set(returns=act.draft.case.returns + 1)
    settle_state(act.draft)
    act.record("return")
    act.draft.notice(
        act.turn.routed_by_id,
        N_("Devolvieron un turno"),
        phrase("Devolvieron un turno del folio {ref}.", ref=act.draft.case.ref),
    )


def _reassign(act: _Act) -> None:
    area = act.data["area"]
    draft = act.draft
    if area == act.turn.area_id:
        raise InvalidData("El turno ya está en esa área.", field="area")
    if area not in draft.actor.reach(Role.SUPERVISOR):
        raise NotAllowed(
            "Sólo puede reasignar dentro de las áreas a su cargo. Deje el turno sin efecto y "
            "túrnelo a esa área."
        )
    if any(t.area_id == area for t in draft.case.open_turns()):
        raise NotNow("Ya hay un turno abierto en {areas}.", areas=[area])
    act.end(TurnState.WITHDRAWN, act.data["reason"])
    route_to(draft, [area], act.turn.instruction, act.turn.target_on, replaces=(act.turn,))
    fresh = max(draft.case.turns)
    act.record("reassign", before=act.turn.area_id, new_turn=fresh)


def _withdraw(act: _Act) -> None:
    act.end(TurnState.WITHDRAWN, act.data["reason"])
    if act.draft.case.state not in ("clarification", "payment"):
        settle_state(act.draft)
    act.record("withdraw")


def _reply(act: _Act) -> None:
    draft, data = act.draft, act.data
    also = data.get("also_answer", False)
    if also and not may_also_answer(draft.case, act.turn):
        raise NotNow(
            "No es el único turno del asunto: conteste el suyo; la mesa responderá a la persona."
        )
    act.end(
        TurnState.ANSWERED,
        reply_text=data["text"],
        replied_by_id=draft.actor.user_id,
        draft_text=None,
    )
    settle_state(draft)
    act.record("reply")
    if also:
        missing = [n for n in ("outcome", "channel", "notified_on") if n not in data]
        if missing:
            raise MissingData(
                "Para responder también a la persona faltan el sentido, el medio y la fecha.",
                field=missing[0],
            )
        answer = {name: data[name] for name in ("outcome", "text", "channel", "notified_on")}
        give_answer(draft, answer, act.clockwork, behalf=act.behalf)


def may_also_answer(case: CaseFacts, turn: TurnFacts) -> bool:
    """Whether the reply to this turn may answer the person too: a service, its only turn.

    Turns without effect do not count, nor those that came back and were replaced.
    """
    others = (
        other
        for other in case.round_turns()
        if other.number != turn.number
        and other.state != TurnState.WITHDRAWN
        and not (other.state == TurnState.RETURNED and other.replaced_by is not None)
    )
    return case.kind == Kind.SERVICE and next(others, None) is None


def _send_back(act: _Act) -> None:
    text = act.turn.reply_text
    act.draft.set_turn(
        act.turn.number,
        state=TurnState.ACCEPTED.value,
        draft_text=text,
        reply_text=None,
        replied_by_id=None,
        ended_at=None,
    )
    settle_state(act.draft)
    act.record("send_back", before=text)


def _share_reply(act: _Act) -> None:
    act.draft.set_turn(act.turn.number, shared=True)
    act.record("share_reply")


_ACTS: Mapping[str, Callable[[_Act], None]] = {
    "accept": _accept,
    "assign": _assign,
    "draft": _draft,
    "return": _return,
    "reassign": _reassign,
    "withdraw": _withdraw,
    "reply": _reply,
    "send_back": _send_back,
    "share_reply": _share_reply,
}
