"""The workflow of an appeal (recurso de revisión) as a table, and who may do what of it now.

An appeal is a record of its case with states of its own (domain §4). Its two deadlines, the
statements and compliance with the ruling, stand beside the governing one and never replace it
(docs/adr/0011). What an act changes stands in ``appeal_acts`` and ``appeal_corrections``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from caseflow.domain.clock import count
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.errors import DomainError, NotAllowed, NotNow
from caseflow.domain.facts import AppealFacts, CaseFacts, DeadlineFacts
from caseflow.domain.people import Actor, Who
from caseflow.domain.permits import case_relations, may
from caseflow.domain.phrases import phrase
from caseflow.domain.vocabulary import (
    TRANSPARENCY_KINDS,
    AppealState,
    CaseState,
    DeadlineState,
    Sense,
    Step,
    spanish,
)
from caseflow.domain.workflow import Transition

ADMITTED, STATED, RULED = AppealState.ADMITTED, AppealState.STATED, AppealState.RULED
COMPLIED, ENDED = AppealState.COMPLIED, AppealState.ENDED

#: Rulings that leave something to do; the others end the appeal.
OBLIGING: Final = frozenset({Sense.MODIFIES, Sense.REVOKES, Sense.ORDERS})

#: How an appeal ended that was recorded by mistake: it is kept, and counts for nothing.
MISTAKE: Final = "mistake"


def _appeal(
    action: str,
    sources: set[AppealState],
    target: AppealState | str | None,
    needs: str,
    optional: str = "",
    *,
    label: str,
    icon: str,
    prominent: bool = False,
) -> Transition:
    return Transition(
        action,
        frozenset(sources),
        target,
        dict.fromkeys(TRANSPARENCY_KINDS, frozenset({Who.TRANSPARENCY})),
        tuple(needs.split()),
        tuple(optional.split()),
        label,
        icon,
        "",
        prominent,
    )


#: The act before: where an act that was a mistake takes the appeal back to.
BACK: Final = "before"

# fmt: off
APPEAL: Final[tuple[Transition, ...]] = (
    _appeal("admit", set(), ADMITTED,
            "file_number authority filed_on notified_on text", "own_days limit_on",
            label="Registrar recurso", icon="scale"),
    _appeal("state", {ADMITTED}, STATED, "sent_on text",
            label="Rendir manifestaciones", icon="message-circle", prominent=True),
    _appeal("rule", {ADMITTED, STATED}, RULED,
            "notified_on sense text", "order own_days limit_on",
            label="Registrar resolución", icon="gavel", prominent=True),
    _appeal("comply", {RULED}, COMPLIED, "notified_on text",
            label="Cumplir la resolución", icon="circle-check", prominent=True),
    _appeal("end", {RULED}, ENDED, "", "reason",
            label="Terminar el recurso", icon="circle-check", prominent=True),
    _appeal("amend", set(AppealState), None, "field value reason",
            label="Corregir un dato", icon="pencil"),
    _appeal("annul", set(AppealState), BACK, "reason",
            label="Dejar sin efecto el último acto", icon="arrow-back-up"),
)
# fmt: on

APPEAL_BY_ACTION: Final = {row.action: row for row in APPEAL}
#: The first act: it has no appeal before it.
FIRST: Final = "admit"


@dataclass(frozen=True, slots=True)
class AppealOffer:
    """One button of an appeal (``number``: of the next one, for the first act)."""

    transition: Transition
    number: int
    enabled: bool
    reason: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    #: until when the act is in time
    last_day: dt.date | None = None


def next_number(case: CaseFacts) -> int:
    """The number that the next appeal of a case gets."""
    return max(case.appeals, default=0) + 1


def obliges(appeal: AppealFacts) -> bool:
    """Whether its ruling leaves something to do."""
    return appeal.sense in OBLIGING


def deadline_of(case: CaseFacts, appeal: AppealFacts, step: Step) -> DeadlineFacts | None:
    """The appeal's own term to state or to comply, once it began."""
    number = appeal.comply if step is Step.COMPLY else appeal.statements
    return case.deadlines.get(number) if number is not None else None


def require_appeal(
    case: CaseFacts, appeal: AppealFacts | None, action: str, actor: Actor
) -> Transition:
    """The row of an act on an appeal, if this actor may take it now; else the refusal."""
    transition = APPEAL_BY_ACTION.get(action)
    if transition is None or case.kind not in transition.who:
        raise NotNow("Esa acción no existe para este asunto.")
    if not may(transition, case.kind, case_relations(case, actor)):
        raise NotAllowed(
            "«{label}» no le corresponde a su función en este asunto.",
            label=phrase(transition.label),
        )
    refusal = appeal_obstacle(case, appeal, transition)
    if refusal is not None:
        raise refusal
    return transition


def appeal_obstacle(
    case: CaseFacts, appeal: AppealFacts | None, transition: Transition
) -> DomainError | None:
    """Why an act on an appeal is not possible now, whoever asks."""
    if transition.action == FIRST:
        if case.state == CaseState.CANCELLED:
            return NotNow("El asunto está cancelado: no admite un recurso.")
        return None
    if appeal is None:
        return NotNow("Ese recurso no existe.")
    if appeal.ending == MISTAKE:
        return NotNow("El recurso se dejó sin efecto: si procede, regístrelo de nuevo.")
    if appeal.state not in transition.sources:
        return NotNow(
            "El recurso está {state}: en ese estado no procede «{label}».",
            state=phrase(spanish(AppealState(appeal.state))).in_a_sentence(),
            label=phrase(transition.label),
        )
    rule = _OBSTACLES.get(transition.action)
    return rule(case, appeal) if rule is not None else None


def _comply(case: CaseFacts, appeal: AppealFacts) -> DomainError | None:
    if not obliges(appeal):
        return NotNow("La resolución no ordena nada que cumplir: termine el recurso.")
    return None


def _end(case: CaseFacts, appeal: AppealFacts) -> DomainError | None:
    if obliges(appeal):
        return NotNow("La resolución ordena algo: el recurso termina cuando se cumple.")
    return None


def _annul(case: CaseFacts, appeal: AppealFacts) -> DomainError | None:
    """A ruling is taken back only while nothing was built on it; no act opens a cancelled case."""
    if case.state == CaseState.CANCELLED:
        return NotNow("El asunto está cancelado: reábralo primero.")
    if appeal.state != AppealState.RULED or not obliges(appeal):
        return None
    comply = deadline_of(case, appeal, Step.COMPLY)
    if comply is not None and comply.state == DeadlineState.MET:
        return NotNow(
            "El {day} se respondió en cumplimiento de la resolución: ya no se deja sin efecto.",
            day=f"{comply.met_on:%d/%m/%Y}",
        )
    if appeal.reopened is not None and not _untouched(case, appeal.reopened):
        return NotNow(
            "El asunto se reabrió por la resolución y ya se trabajó en él: corrija los datos de la "
            "resolución en lugar de dejarla sin efecto."
        )
    return None


def _untouched(case: CaseFacts, before: Mapping[str, Any]) -> bool:
    return (
        case.state == CaseState.RECEIVED
        and case.round == before["case"]["round"] + 1
        and not case.round_turns()
    )


_OBSTACLES = {"comply": _comply, "end": _end, "annul": _annul}

#: The term in which each act is in time.
_TERM_OF_ACT = {"state": Step.STATEMENTS, "comply": Step.COMPLY}


def last_day_of(case: CaseFacts, appeal: AppealFacts | None, action: str) -> dt.date | None:
    """The last day on which an act on an appeal is in time."""
    step = _TERM_OF_ACT.get(action)
    if step is None or appeal is None:
        return None
    deadline = deadline_of(case, appeal, step)
    return deadline.due_on if deadline is not None and deadline.live else None


def appeal_offers(case: CaseFacts, actor: Actor) -> tuple[AppealOffer, ...]:
    """All the buttons of the appeals of a case for this actor, that of a new one last."""
    found = case_relations(case, actor)
    made = []
    for appeal in case.appeals.values():
        for transition in APPEAL:
            if appeal.state not in transition.sources or appeal.ending == MISTAKE:
                continue
            if may(transition, case.kind, found):
                made.append(_offer(case, appeal, transition, appeal.number))
    first = APPEAL_BY_ACTION[FIRST]
    if case.state != CaseState.CANCELLED and may(first, case.kind, found):
        made.append(_offer(case, None, first, next_number(case)))
    return tuple(made)


def _offer(
    case: CaseFacts, appeal: AppealFacts | None, transition: Transition, number: int
) -> AppealOffer:
    refusal = appeal_obstacle(case, appeal, transition)
    return AppealOffer(
        transition,
        number,
        refusal is None,
        refusal.message if refusal else "",
        refusal.params if refusal else {},
        last_day_of(case, appeal, transition.action),
    )


def silence_window(case: CaseFacts, clockwork: Clockwork) -> tuple[dt.date, dt.date] | None:
    """First and last day on which silence can be appealed; none while the office is in time.

    It follows from the governing date alone (LTAIPRC-CDMX art. 236, "or after the term ended"), so
    it is worked out when it is shown and moves with that date; nothing is stored.
    """
    governing = case.governing()
    if not case.live or governing is None or governing.state != DeadlineState.RUNNING:
        return None
    if governing.due_on is None or governing.due_on >= clockwork.today:
        return None
    term = clockwork.term(case.kind, Step.APPEAL, case.received_on)
    if term is None:
        return None
    counted = count(term, governing.due_on, clockwork.calendar)
    if counted.due_on is None:
        return None
    return governing.due_on + dt.timedelta(days=1), counted.due_on
