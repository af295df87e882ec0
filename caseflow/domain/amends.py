"""Correcting a mistaken act by an act that says so: nothing is undone silently.

What moved the clock (a clarification, its answer, a cost, its payment, an extension, the answer,
the identity shown, a right made effective) keeps its line in the history. ``amend`` gives it its
right day, or says that it never happened; the terms are then counted again from the acts that
stand, and the event keeps the count before and after.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from caseflow.domain import deadlines
from caseflow.domain.acts import ACT_WORDS, Act
from caseflow.domain.change import Draft
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.errors import DomainError, InvalidData, MissingData, NotNow
from caseflow.domain.facts import CaseFacts, DeadlineFacts
from caseflow.domain.people import Actor
from caseflow.domain.phrases import N_, Phrase, phrase
from caseflow.domain.steps import settle_state
from caseflow.domain.vocabulary import CaseState, DeadlineState, Step

#: What can be amended besides the acts that are kept with the governing deadline.
ANSWER, EFFECTIVE, IDENTITY = "answer", "effective", "identity"

#: Kind of an act → the action whose event it was.
ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "clarify": ("request_clarification",),
    "clarified": ("receive_clarification",),
    "cost": ("notify_cost",),
    "paid": ("record_payment",),
    "extend": ("extend",),
    ANSWER: ("answer", "already_public"),
    EFFECTIVE: ("make_effective",),
    IDENTITY: ("verify_identity",),
}
#: Kind of an act → its screen word.
WORDS: Final[Mapping[str, str]] = {
    **{str(kind): word for kind, word in ACT_WORDS.items()},
    EFFECTIVE: N_("Derecho hecho efectivo"),
    IDENTITY: N_("Identidad acreditada"),
}
#: An act of the office that makes the person owe something, and what the person then does.
_OWED_BY: Final = {"clarify": "clarified", "cost": "paid"}
_OWED: Final = {"clarified": "clarify", "paid": "cost"}
_STEP: Final = {
    "clarify": Step.PERSON_ANSWERS, "clarified": Step.PERSON_ANSWERS,
    "cost": Step.PAY, "paid": Step.PAY,
}  # fmt: skip
_WAITING: Final = {"clarified": CaseState.CLARIFICATION, "paid": CaseState.PAYMENT}
#: What an answer fulfils.
_MET_BY_ANSWER: Final = frozenset({Step.ANSWER, Step.SOLVE, Step.FIRST_ANSWER, Step.COMPLY})


@dataclass(frozen=True, slots=True)
class Standing:
    """An act on record that can be amended. ``key`` names it: its place among the acts of the
    governing deadline, or its kind where it stands elsewhere."""

    key: str
    kind: str
    on: dt.date

    @property
    def label(self) -> str:
        return WORDS[self.kind]


def standing(case: CaseFacts) -> tuple[Standing, ...]:
    """The acts of the present round that can be amended, oldest first."""
    found = []
    governing = case.governing()
    if governing is not None and governing.round == case.round:
        for index, stored in enumerate(governing.acts):
            act = Act.from_json(stored)
            if act.kind in ACTIONS and act.kind != ANSWER:
                found.append(Standing(str(index), act.kind, act.on))
    if case.answered_on is not None and case.state in (CaseState.ANSWERED, CaseState.CLOSED):
        found.append(Standing(ANSWER, ANSWER, case.answered_on))
    if case.identity_on is not None:
        found.append(Standing(IDENTITY, IDENTITY, case.identity_on))
    if case.effective_on is not None:
        found.append(Standing(EFFECTIVE, EFFECTIVE, case.effective_on))
    return tuple(found)


def obstacle(case: CaseFacts, actor: Actor, clockwork: Clockwork) -> DomainError | None:
    """Why nothing can be amended now."""
    if not standing(case):
        return NotNow("No hay actos registrados que muevan el plazo.")
    return None


def amend(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    """Give an act its right day, or say that it never happened (``never``)."""
    act = next((one for one in standing(draft.case) if one.key == data["act"]), None)
    if act is None:
        raise InvalidData("Elija uno de los actos registrados.", field="act")
    on: dt.date | None = data.get("right_on")
    if data.get("never"):
        if on is not None:
            raise InvalidData(
                "Si el acto no ocurrió, deje vacía la fecha correcta.", field="right_on"
            )
    elif on is None:
        raise MissingData("Escriba la fecha correcta, o marque que no ocurrió.", field="right_on")
    elif on == act.on:
        raise InvalidData("Esa ya es la fecha registrada.", field="right_on")
    governing = draft.case.governing()
    due_before = _due(draft.case)
    before = _told(clockwork, governing)
    cause = phrase("Se corrigió: {act} del {on:%d/%m/%Y}", act=phrase(_said(act.kind)), on=act.on)
    _AMENDS.get(act.kind, _amend_moving)(draft, act, on, clockwork, cause)
    draft.event(
        "amend",
        clockwork.today,
        {
            "act": act.kind,
            "before": act.on,
            "after": on,
            "reason": data["reason"],
            "due_before": due_before,
            "due_after": _due(draft.case),
            "count_before": before,
            "count_after": _told(clockwork, draft.case.governing()),
        },
    )


def _said(kind: str) -> Phrase:
    """The word of an act, in the middle of a sentence."""
    return phrase(WORDS[kind]).in_a_sentence()


def _due(case: CaseFacts) -> dt.date | None:
    """The date by which the case is judged: the rectified one, where there is one."""
    governing = case.governing()
    return None if governing is None else governing.due_on_rectified or governing.due_on


def _told(clockwork: Clockwork, governing: DeadlineFacts | None) -> Any:
    """The count day by day, as the event keeps it."""
    if governing is None:
        return None
    return deadlines.count_of(clockwork, governing).explain().as_json()


# -- acts that are kept with the governing deadline ----------------------------------------------


def _amend_moving(
    draft: Draft, act: Standing, on: dt.date | None, clockwork: Clockwork, cause: str
) -> None:
    case = draft.case
    governing = case.governing()
    if governing is None or governing.state == DeadlineState.ENDED:
        raise NotNow("El plazo terminó sin respuesta: ya no hay cómputo que corregir.")
    acts = [Act.from_json(stored) for stored in governing.acts]
    index = int(act.key)
    _check_order(case, acts, index, on)
    due_before, rested = governing.due_on, _rested(acts, index, clockwork, case)
    acts[index : index + 1] = [] if on is None else [replace(acts[index], on=on)]
    try:
        deadlines.replace_acts(draft, clockwork, governing, acts, cause)
    except DomainError as error:
        raise InvalidData(error.message, field="right_on", **error.params) from None
    waits = case.state in (CaseState.CLARIFICATION, CaseState.PAYMENT)
    undone = act.kind in _WAITING and on is None
    if governing.state == DeadlineState.PAUSED and not (waits or undone):
        raise NotNow(
            "Con esa corrección el plazo quedaría en espera de la persona, y no consta qué "
            "contestó: corrija primero ese acto."
        )
    _amend_owed(draft, act, on, clockwork, cause)
    if act.kind == "extend" and on is None:
        draft.set(extended=False)
    if act.kind == "clarify" and on is None:
        draft.set(clarified=False)
    if on is None and act.kind in _OWED_BY:
        settle_state(draft)
    elif undone:
        draft.set(state=_WAITING[act.kind].value, desk_mark="")
        deadlines.shift_targets(draft, clockwork, -rested)
        return
    if due_before is not None and governing.due_on is not None and governing.live:
        moved = clockwork.calendar.between(due_before, governing.due_on, case.kind)
        deadlines.shift_targets(draft, clockwork, moved)


def _check_order(case: CaseFacts, acts: list[Act], index: int, on: dt.date | None) -> None:
    """What the person did comes after what they were asked, and an act others stand on stays."""
    kind = acts[index].kind
    later = acts[index + 1 :]
    done = next((one for one in later if one.kind == _OWED_BY.get(kind)), None)
    asked = next((one for one in reversed(acts[:index]) if one.kind == _OWED.get(kind)), None)
    if on is None:
        stands_on = done or (later[0] if kind in _OWED and later else None)
        if stands_on is not None:
            raise NotNow(
                "De este acto depende otro posterior ({act} del {day}): corrija primero ése.",
                act=_said(stands_on.kind),
                day=f"{stands_on.on:%d/%m/%Y}",
            )
        if kind in _OWED and not case.live:
            raise NotNow("De este acto depende la respuesta a la persona: corríjala primero.")
        return
    if asked is not None and on < asked.on:
        raise InvalidData(
            "La fecha es anterior al aviso a la persona, del {since}.",
            field="right_on",
            since=f"{asked.on:%d/%m/%Y}",
        )
    if done is not None and on > done.on:
        raise InvalidData(
            "La fecha es posterior a lo que hizo la persona, el {day}.",
            field="right_on",
            day=f"{done.on:%d/%m/%Y}",
        )
    if case.answered_on is not None and not case.live and on > case.answered_on:
        raise InvalidData(
            "La fecha es posterior a la respuesta, del {day}.",
            field="right_on",
            day=f"{case.answered_on:%d/%m/%Y}",
        )


def _rested(acts: list[Act], index: int, clockwork: Clockwork, case: CaseFacts) -> int:
    """Business days that the case waited for what the act at ``index`` brought."""
    asked = _OWED.get(acts[index].kind)
    since = max((one.on for one in acts[:index] if one.kind == asked), default=None)
    if since is None:
        return 0
    return clockwork.calendar.between(since, acts[index].on, case.kind)


def _amend_owed(
    draft: Draft, act: Standing, on: dt.date | None, clockwork: Clockwork, cause: str
) -> None:
    """The person's own term begins, ends or runs again with the act."""
    step = _STEP.get(act.kind)
    for deadline in list(draft.case.deadlines.values()):
        if deadline.step != step or deadline.round != draft.case.round:
            continue
        if act.kind in _OWED_BY and deadline.received_on == act.on:
            if on is None:
                deadlines.end(draft, deadline)
            else:
                deadlines.restart(draft, clockwork, deadline, on, cause)
        elif act.kind in _OWED and deadline.met_on == act.on:
            if on is None:
                deadlines.unmeet(draft, clockwork, deadline)
            else:
                draft.set_deadline(deadline.number, met_on=on)


# -- the answer ----------------------------------------------------------------------------------


def _amend_answer(
    draft: Draft, act: Standing, on: dt.date | None, clockwork: Clockwork, cause: str
) -> None:
    if on is None:
        _unanswer(draft, act.on, clockwork)
        return
    governing = draft.case.governing()
    last = max(
        (Act.from_json(one) for one in (governing.acts if governing is not None else ())),
        key=lambda one: one.on,
        default=None,
    )
    if last is not None and on < last.on:
        raise InvalidData(
            "La respuesta no puede quedar antes de otro acto: {act} del {day}.",
            field="right_on",
            act=_said(last.kind),
            day=f"{last.on:%d/%m/%Y}",
        )
    if draft.case.effective_on is not None and on > draft.case.effective_on:
        raise InvalidData(
            "El derecho se hizo efectivo el {day}: la respuesta no puede ser posterior.",
            field="right_on",
            day=f"{draft.case.effective_on:%d/%m/%Y}",
        )
    move_answer(draft, on, clockwork, cause)


def move_answer(draft: Draft, on: dt.date, clockwork: Clockwork, cause: str) -> None:
    """Date the answer on another day: what it met is met then, what it began begins then."""
    case = draft.case
    before = case.answered_on
    for deadline in list(case.deadlines.values()):
        if deadline.round != case.round:
            continue
        if deadline.step in _MET_BY_ANSWER and deadline.met_on == before is not None:
            draft.set_deadline(deadline.number, met_on=on)
        elif deadline.step in deadlines.BY_ANSWER and deadline.received_on == before:
            deadlines.restart(draft, clockwork, deadline, on, cause)
    if case.first_answer_on == before:
        draft.set(first_answer_on=on)
    draft.set(answered_on=on, answered_at=None)


def _unanswer(draft: Draft, before: dt.date, clockwork: Clockwork) -> None:
    """The person was never answered: the term runs on, and what the answer began ends."""
    case = draft.case
    if case.state != CaseState.ANSWERED:
        raise NotNow("El asunto está concluido: reábralo en lugar de corregir la respuesta.")
    if case.open_appeals():
        raise NotNow("Hay un recurso contra esta respuesta: no puede decirse que no ocurrió.")
    if case.effective_on is not None:
        raise NotNow("De la respuesta depende el derecho que se hizo efectivo: corríjalo primero.")
    for deadline in list(case.deadlines.values()):
        if deadline.round != case.round:
            continue
        if deadline.step in deadlines.BY_ANSWER:
            deadlines.end(draft, deadline)
        elif deadline.step in _MET_BY_ANSWER and deadline.met_on == before:
            deadlines.unmeet(draft, clockwork, deadline)
    draft.set(
        outcome=None,
        answer_text=None,
        answer_channel=None,
        answered_on=None,
        answered_at=None,
        first_answer_on=None if case.first_answer_on == before else case.first_answer_on,
    )
    settle_state(draft)


# -- rights over personal data -------------------------------------------------------------------


def _amend_identity(
    draft: Draft, act: Standing, on: dt.date | None, clockwork: Clockwork, cause: str
) -> None:
    case = draft.case
    if case.effective_on is not None and (on is None or on > case.effective_on):
        raise NotNow(
            "De la identidad depende el derecho que se hizo efectivo el {day}: corríjalo primero.",
            day=f"{case.effective_on:%d/%m/%Y}",
        )
    if on is None:
        draft.set(identity=None, identity_on=None, power=None)
        if case.petitioner is not None and case.petitioner.representative:
            draft.set_petitioner(representative=None)
    else:
        draft.set(identity_on=on)


def _amend_effective(
    draft: Draft, act: Standing, on: dt.date | None, clockwork: Clockwork, cause: str
) -> None:
    case = draft.case
    for floor in (case.answered_on, case.identity_on):
        if on is not None and floor is not None and on < floor:
            raise InvalidData(
                "El derecho no pudo hacerse efectivo antes del {day}.",
                field="right_on",
                day=f"{floor:%d/%m/%Y}",
            )
    if on is None and case.state != CaseState.ANSWERED:
        raise NotNow("El asunto está concluido: reábralo en lugar de corregir este acto.")
    for deadline in list(case.deadlines.values()):
        if deadline.step == Step.MAKE_EFFECTIVE and deadline.met_on == act.on:
            if on is None:
                deadlines.unmeet(draft, clockwork, deadline)
            else:
                draft.set_deadline(deadline.number, met_on=on)
    draft.set(effective_on=on)


_AMENDS: Final[Mapping[str, Callable[[Draft, Standing, dt.date | None, Clockwork, str], None]]] = {
    ANSWER: _amend_answer,
    IDENTITY: _amend_identity,
    EFFECTIVE: _amend_effective,
}
