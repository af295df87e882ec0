"""What an actor may do now: the offers behind the buttons, and the check before an act.

``require`` is the gate of every act; ``offers`` says the same for the page, with the reason and
the date where an action exists for the actor but not now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from caseflow.domain import amends, arco
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.errors import DomainError, NotAllowed, NotNow
from caseflow.domain.facts import CaseFacts, TurnFacts
from caseflow.domain.limits import last_day
from caseflow.domain.people import Actor, OnBehalf, Who, relations
from caseflow.domain.phrases import phrase
from caseflow.domain.vocabulary import (
    WAITING_STATES,
    CaseState,
    Role,
    Step,
    TurnState,
    spanish,
)
from caseflow.domain.workflow import (
    ACTS_WHILE_WAITING,
    CASE,
    CASE_BY_ACTION,
    RETURNS_BEFORE_SUPERVISOR,
    TURN,
    TURN_BY_ACTION,
    Transition,
)


@dataclass(frozen=True, slots=True)
class Offer:
    """One button: enabled, or with the reason why not now (``params`` fill the sentence)."""

    transition: Transition
    turn_number: int | None
    enabled: bool
    reason: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    #: until when the law allows it, shown on the button
    last_day: dt.date | None = None


def case_relations(case: CaseFacts, actor: Actor) -> frozenset[Who]:
    """What the actor is to the case: by its desk, and by the areas at work as their head.

    Who heads an area with an open turn, or supervises one, is a head here and no more: what is the
    desk's to do (cancel, refer, close, reopen) stays the desk's (domain §4, *Who*).
    """
    desk = case.desk_id if case.under_transparency else None
    found = relations(
        actor,
        {case.desk_id},
        transparency_area=desk,
        captured_by_id=case.captured_by_id,
    )
    working = {turn.area_id for turn in case.open_turns()}
    if working & (actor.areas(Role.HEAD) | actor.reach(Role.SUPERVISOR)):
        found |= {Who.HEAD}
    if not actor.system and (set(actor_roles(actor)) - {Role.AUDITOR, Role.ADMIN}):
        found |= {Who.READER}
    return found


def actor_roles(actor: Actor) -> frozenset[Role]:
    return frozenset(grant.role for grant in actor.grants)


def turn_relations(case: CaseFacts, turn: TurnFacts, actor: Actor) -> frozenset[Who]:
    """What the actor is to one turn of the case."""
    return relations(
        actor,
        {turn.area_id},
        transparency_area=case.desk_id if case.under_transparency else None,
        sender_id=turn.routed_by_id,
    )


def may(transition: Transition, kind: str, found: frozenset[Who]) -> bool:
    """Whether one of the relations is enough; a supervisor may do what a head does (domain §4)."""
    allowed = transition.who.get(kind, frozenset())
    if found & allowed:
        return True
    return Who.HEAD in allowed and Who.SUPERVISOR in found


def on_behalf(
    transition: Transition,
    turn: TurnFacts | None,
    found: frozenset[Who],
    actor: Actor,
    vacant: bool,
) -> OnBehalf | None:
    """How the event says that somebody other than the head acted as head."""
    allowed = frozenset[Who]().union(*transition.who.values())
    if Who.HEAD not in allowed:
        return None
    if Who.HEAD in found:
        return OnBehalf.ACTING if turn is not None and actor.is_acting(turn.area_id) else None
    if found & (allowed - {Who.SUPERVISOR}):
        return None
    if Who.SUPERVISOR in found and Who.SUPERVISOR not in allowed:
        return OnBehalf.ABSENCE if vacant else OnBehalf.INSTRUCTION
    return None


def require_case(case: CaseFacts, action: str, actor: Actor, clockwork: Clockwork) -> Transition:
    """The row of a case action, if this actor may take it now; else the refusal."""
    transition = CASE_BY_ACTION.get(action)
    if transition is None or case.kind not in transition.who:
        raise NotNow("Esa acción no existe para este asunto.")
    if not may(transition, case.kind, case_relations(case, actor)):
        raise NotAllowed(
            "«{label}» no le corresponde a su función en este asunto.",
            label=phrase(transition.label),
        )
    refusal = case_obstacle(case, transition, actor, clockwork)
    if refusal is not None:
        raise refusal
    return transition


def require_turn(
    case: CaseFacts, turn: TurnFacts, action: str, actor: Actor
) -> tuple[Transition, frozenset[Who]]:
    """The row of a turn action and the relations that allow it; else the refusal."""
    transition = TURN_BY_ACTION.get(action)
    if transition is None or case.kind not in transition.who:
        raise NotNow("Esa acción no existe para este turno.")
    found = turn_relations(case, turn, actor)
    if not may(transition, case.kind, found):
        raise NotAllowed(
            "«{label}» no le corresponde a su función en este turno.",
            label=phrase(transition.label),
        )
    refusal = turn_obstacle(case, turn, transition)
    if refusal is not None:
        raise refusal
    return transition, found


def turn_obstacle(case: CaseFacts, turn: TurnFacts, transition: Transition) -> DomainError | None:
    """Why a turn action is not possible now, whoever asks."""
    if not case.live:
        return NotNow(
            "El asunto está {state}: sus turnos ya no se mueven.",
            state=phrase(spanish(CaseState(case.state))).in_a_sentence(),
        )
    if case.state in WAITING_STATES and transition.action not in ACTS_WHILE_WAITING:
        return NotNow("El asunto espera a la persona; mientras tanto los turnos descansan.")
    if turn.state not in transition.sources:
        return NotNow(
            "El turno está {state}: en ese estado no procede «{label}».",
            state=phrase(spanish(TurnState(turn.state))).in_a_sentence(),
            label=phrase(transition.label),
        )
    if transition.action == "send_back":
        if turn.round != case.round:
            return NotNow("La respuesta es de antes de reabrir el asunto: ya no se regresa.")
        if case.state != CaseState.REVIEW:
            return NotNow("La respuesta se regresa mientras el asunto está en revisión.")
    if transition.action == "share_reply" and turn.shared:
        return NotNow("La respuesta ya se comparte con las demás áreas.")
    return None


def case_obstacle(
    case: CaseFacts, transition: Transition, actor: Actor, clockwork: Clockwork
) -> DomainError | None:
    """Why a case action is not possible now: state first, then the rule of that action."""
    if case.state not in transition.sources:
        return NotNow(
            "El asunto está {state}: en ese estado no procede «{label}».",
            state=phrase(spanish(CaseState(case.state))).in_a_sentence(),
            label=phrase(transition.label),
        )
    rule = _OBSTACLES.get(transition.action)
    return rule(case, actor, clockwork) if rule is not None else None


def _answer(case: CaseFacts, actor: Actor, clockwork: Clockwork) -> DomainError | None:
    waiting = [turn.area_id for turn in case.open_turns()]
    if waiting:
        return NotNow(
            "Se habilita cuando contesten {areas}, o se dejen sin efecto sus turnos.",
            areas=waiting,
        )
    return None


def _route(case: CaseFacts, actor: Actor, clockwork: Clockwork) -> DomainError | None:
    if case.returns >= RETURNS_BEFORE_SUPERVISOR:
        found = case_relations(case, actor)
        if not found & {Who.SUPERVISOR, Who.TRANSPARENCY}:
            return NotNow(
                "El asunto se ha devuelto {n} veces: sólo la supervisión puede turnarlo.",
                n=case.returns,
            )
    return None


def _clarify(case: CaseFacts, actor: Actor, clockwork: Clockwork) -> DomainError | None:
    if case.clarified:
        return NotNow("Ya se previno a la persona una vez; procede una sola vez.")
    return None


def _lapse(case: CaseFacts, actor: Actor, clockwork: Clockwork) -> DomainError | None:
    step = Step.PERSON_ANSWERS if case.state == CaseState.CLARIFICATION else Step.PAY
    deadline = case.running(step)
    if deadline is None or deadline.due_on is None:
        return NotNow("La tabla de plazos no da a la persona un término que haya concluido.")
    if clockwork.today <= deadline.due_on:
        return NotNow(
            "La persona tiene hasta el {last} para contestar; se habilita al día siguiente.",
            last=f"{deadline.due_on:%d/%m/%Y}",
        )
    return None


def _extend(case: CaseFacts, actor: Actor, clockwork: Clockwork) -> DomainError | None:
    if case.extended:
        return NotNow("El plazo ya se amplió; procede una sola vez.")
    governing = case.governing()
    if governing is None or not governing.live:
        return NotNow("El plazo ya no corre: no hay qué ampliar.")
    if clockwork.term(case.kind, Step.EXTENSION, case.received_on) is None:
        return NotNow("La ley aplicable no prevé ampliar este plazo.")
    return None


def _close(case: CaseFacts, actor: Actor, clockwork: Clockwork) -> DomainError | None:
    pending = _pending_appeal(case)
    if pending is not None:
        return pending
    appeal = case.running(Step.APPEAL)
    if appeal is not None and appeal.due_on is not None and clockwork.today <= appeal.due_on:
        return NotNow(
            "La persona puede interponer recurso hasta el {last}; se habilita al día siguiente.",
            last=f"{appeal.due_on:%d/%m/%Y}",
        )
    return arco.unfulfilled(case)


def _already_public(case: CaseFacts, actor: Actor, clockwork: Clockwork) -> DomainError | None:
    governing = case.governing()
    if governing is None or not governing.live:
        return NotNow("El plazo ya no corre: la persona ya tuvo respuesta.")
    return None


def _cancel(case: CaseFacts, actor: Actor, clockwork: Clockwork) -> DomainError | None:
    return _pending_appeal(case)


def _pending_appeal(case: CaseFacts) -> DomainError | None:
    """While an appeal is open its case is neither concluded nor taken for a slip of capture."""
    for appeal in case.open_appeals():
        return NotNow(
            "El recurso {number} sigue abierto: se habilita cuando termine.",
            number=appeal.file_number,
        )
    return None


def _correct(case: CaseFacts, actor: Actor, clockwork: Clockwork) -> DomainError | None:
    found = case_relations(case, actor)
    accepted = any(turn.accepted_at is not None for turn in case.turns.values())
    if accepted and not found & {Who.SUPERVISOR, Who.TRANSPARENCY}:
        return NotNow("Un área ya aceptó el turno: la corrección la hace la supervisión.")
    return None


def _settle(case: CaseFacts, actor: Actor, clockwork: Clockwork) -> DomainError | None:
    return None if case.discrepancy else NotNow("No hay discrepancia por resolver.")


_OBSTACLES = {
    "already_public": _already_public,
    "amend": amends.obstacle,
    "answer": _answer,
    "make_effective": arco.effective_obstacle,
    "verify_identity": arco.identity_obstacle,
    "route": _route,
    "request_clarification": _clarify,
    "lapse": _lapse,
    "extend": _extend,
    "close": _close,
    "cancel": _cancel,
    "correct": _correct,
    "settle": _settle,
}

#: Acts whose last day by law stands on their button.
_DATED = frozenset(
    {"request_clarification", "refer", "refer_part", "extend", "already_public", "make_effective"}
)


def offers(case: CaseFacts, actor: Actor, clockwork: Clockwork) -> tuple[Offer, ...]:
    """All the buttons of a case for this actor, its turns' included, in the tables' order."""
    found = case_relations(case, actor)
    made = []
    for transition in CASE:
        if not may(transition, case.kind, found) or case.state not in transition.sources:
            continue
        refusal = case_obstacle(case, transition, actor, clockwork)
        last = last_day(case, transition.action, clockwork) if transition.action in _DATED else None
        made.append(_offer(transition, None, refusal, last))
    for turn in case.turns.values():
        turn_found = turn_relations(case, turn, actor)
        for transition in TURN:
            if not may(transition, case.kind, turn_found) or turn.state not in transition.sources:
                continue
            made.append(_offer(transition, turn.number, turn_obstacle(case, turn, transition)))
    return tuple(made)


def _offer(
    transition: Transition,
    turn_number: int | None,
    refusal: DomainError | None,
    last: dt.date | None = None,
) -> Offer:
    return Offer(
        transition,
        turn_number,
        refusal is None,
        refusal.message if refusal else "",
        refusal.params if refusal else {},
        last,
    )
