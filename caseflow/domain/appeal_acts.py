"""What each act on an appeal changes: one function per row of ``appeals.APPEAL``.

``decide_appeal`` is the only door, as ``decide_case`` is for the case.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from caseflow.domain import appeal_corrections, deadlines
from caseflow.domain.appeal_terms import open_set_term, picture
from caseflow.domain.appeals import (
    FIRST,
    OBLIGING,
    deadline_of,
    next_number,
    require_appeal,
    silence_window,
)
from caseflow.domain.change import Change, Draft
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.errors import InvalidData, MissingData, NotNow
from caseflow.domain.facts import AppealFacts, CaseFacts, DeadlineFacts
from caseflow.domain.needs import check_needs
from caseflow.domain.people import Actor
from caseflow.domain.phrases import phrase
from caseflow.domain.steps import add_files, finish, reopen
from caseflow.domain.vocabulary import AppealState, CaseState, ReopenGround, Sense, Step, spanish

#: Events of an appeal are named after its act.
EVENT = "appeal_"


@dataclass(frozen=True, slots=True)
class _Act:
    """One act on an appeal in progress."""

    draft: Draft
    appeal: AppealFacts
    data: dict[str, Any]
    clockwork: Clockwork

    @property
    def case(self) -> CaseFacts:
        return self.draft.case

    def set(self, **values: Any) -> None:
        self.draft.set_appeal(self.appeal.number, **values)

    def record(self, action: str, on: dt.date, **more: Any) -> None:
        record(self.draft, self.appeal.number, action, on, self.data, **more)

    def term(self, step: Step) -> DeadlineFacts | None:
        return deadline_of(self.case, self.appeal, step)


def record(
    draft: Draft, number: int, action: str, on: dt.date, data: Mapping[str, Any], **more: Any
) -> None:
    """The event of an act on an appeal."""
    draft.event(EVENT + action, on, {**data, **more, "appeal": number})


def decide_appeal(
    case: CaseFacts,
    number: int,
    action: str,
    actor: Actor,
    data: Mapping[str, Any],
    clockwork: Clockwork,
    now: dt.datetime,
) -> Change:
    """What one act on appeal ``number`` of a case changes.

    ``data`` holds the form's answers by the names of ``needs.NEEDS``, besides ``files`` (stored
    attachments). The first act takes the number that comes next. Raises a ``DomainError`` when a
    rule says no.
    """
    appeal = case.appeals.get(number)
    transition = require_appeal(case, appeal, action, actor)
    if action == FIRST and number != next_number(case):
        raise NotNow("Ese recurso ya está registrado.")
    answers = check_needs(
        transition.needs,
        transition.optional,
        data,
        earliest=case.received_on,
        today=clockwork.today,
    )
    draft = Draft(case, actor, now)
    files = data.get("files") or ()
    if files:
        answers["files"] = [file["name"] for file in files]
        add_files(draft, files, purpose="appeal", appeal_number=number)
    if appeal is None:
        _admit(draft, answers, clockwork)
    elif action == "amend":
        appeal_corrections.amend(draft, draft.case.appeals[number], answers, clockwork)
    elif action == "annul":
        appeal_corrections.annul(draft, draft.case.appeals[number], answers, clockwork)
    else:
        _ACTS[action](_Act(draft, draft.case.appeals[number], answers, clockwork))
    return draft.change()


def _admit(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    """The office is told that an appeal was admitted: its term to state begins (art. 243)."""
    case = draft.case
    filed, on = data["filed_on"], data["notified_on"]
    if filed <= case.received_on:
        raise InvalidData(
            "El recurso no pudo interponerse antes de que hubiera qué responder: la solicitud se "
            "recibió el {received}.",
            field="filed_on",
            received=f"{case.received_on:%d/%m/%Y}",
        )
    if filed > on:
        raise InvalidData(
            "El recurso se interpuso el {filed}: la admisión no pudo notificarse antes.",
            field="notified_on",
            filed=f"{filed:%d/%m/%Y}",
        )
    same = [a for a in case.appeals.values() if a.open and a.file_number == data["file_number"]]
    if same:
        raise InvalidData("Ese recurso ya está registrado en el asunto.", field="file_number")
    timely = _timely(case, filed, clockwork)
    window = case.running(Step.APPEAL)
    deadlines.meet(draft, window, filed)
    statements = _open(draft, clockwork, Step.STATEMENTS, on, data)
    appeal = draft.add_appeal(
        state=AppealState.ADMITTED.value,
        file_number=data["file_number"],
        authority=data["authority"],
        filed_on=filed,
        admitted_on=on,
        grounds=data["text"],
        window=window.number if window is not None else None,
        statements=statements.number,
    )
    more = {"untimely": timely} if timely else {}
    record(draft, appeal.number, FIRST, on, data, due_on=statements.due_on, **more)


def _timely(case: CaseFacts, filed: dt.date, clockwork: Clockwork) -> str:
    """``early`` or ``late`` where the filing lies outside the person's days; whether that counts is
    the authority's to say."""
    window = case.running(Step.APPEAL)
    if window is not None:
        return "late" if window.due_on is not None and filed > window.due_on else ""
    silence = silence_window(case, clockwork)
    if silence is not None:
        return "early" if filed < silence[0] else "late" if filed > silence[1] else ""
    return "early" if case.live else ""


def _open(
    draft: Draft, clockwork: Clockwork, step: Step, on: dt.date, data: Mapping[str, Any]
) -> DeadlineFacts:
    limit = data.get("limit_on")
    if limit is not None and limit <= on:
        raise InvalidData("La fecha límite queda después de la notificación.", field="limit_on")
    opened = open_set_term(draft, clockwork, step, on, data.get("own_days"), limit)
    if opened is None:
        raise MissingData(
            "La tabla de plazos no dice cuántos días hay para «{step}» en esta materia: escriba "
            "los que señala la autoridad.",
            field="own_days",
            step=phrase(spanish(step)).in_a_sentence(),
        )
    return opened


def _state(act: _Act) -> None:
    """The office hands in its statements; late ones are recorded as late."""
    on = act.data["sent_on"]
    _after(on, act.appeal.admitted_on, "sent_on")
    term = act.term(Step.STATEMENTS)
    late = _late(on, term)
    deadlines.meet(act.draft, term, on)
    act.set(state=AppealState.STATED.value, stated_on=on, statements_text=act.data["text"])
    act.record("state", on, **late)


def _rule(act: _Act) -> None:
    """The ruling: one that obliges reopens an answered case and starts the term to comply.

    The term counts from the notice of the ruling (art. 244), not from the day it was entered.
    """
    on, sense = act.data["notified_on"], Sense(act.data["sense"])
    _after(on, act.appeal.stated_on or act.appeal.admitted_on, "notified_on")
    given = [name for name in ("order", "own_days", "limit_on") if name in act.data]
    if sense not in OBLIGING and given:
        raise InvalidData(
            "Una resolución que {sense} no deja nada por hacer: deje vacío lo que ordena.",
            field=given[0],
            sense=phrase(spanish(sense)).in_a_sentence(),
        )
    if sense in OBLIGING and "order" not in act.data:
        raise MissingData("Escriba qué ordena hacer la resolución.", field="order")
    deadlines.end(act.draft, act.term(Step.STATEMENTS))
    act.set(
        state=AppealState.RULED.value,
        ruled_on=on,
        sense=sense.value,
        ruling_text=act.data["text"],
    )
    if sense not in OBLIGING:
        act.record("rule", on)
        return
    comply = _open(act.draft, act.clockwork, Step.COMPLY, on, act.data)
    act.set(order_text=act.data["order"], comply=comply.number)
    act.record("rule", on, due_on=comply.due_on)
    if act.case.live:
        return  # silence was appealed: the case is still owed its answer
    before = picture(act.case)
    grounds = {"ground": ReopenGround.RULING.value, "reason": act.data["order"]}
    reopen(act.draft, {**grounds, "appeal": act.appeal.number}, act.clockwork, on)
    act.set(reopened=before.taken_by(act.case))


def _comply(act: _Act) -> None:
    """What was ordered is done. An answer given meanwhile met the term already; an order only to
    do something closes the case that it had reopened, where no other appeal keeps it."""
    on = act.data["notified_on"]
    _after(on, act.appeal.ruled_on or act.appeal.admitted_on, "notified_on")
    term = act.term(Step.COMPLY)
    late = _late(on, term)
    deadlines.meet(act.draft, term, on)
    act.set(state=AppealState.COMPLIED.value, complied_on=on, compliance_text=act.data["text"])
    before = act.appeal.reopened
    closes = (
        act.case.live
        and before is not None
        and act.case.round == before["case"]["round"] + 1
        and not act.case.open_appeals()
    )
    if closes:
        finish(act.draft, CaseState.CLOSED, "complied", on, "Se cumplió la resolución del recurso")
    act.record("comply", on, closed=closes, **late)


def _end(act: _Act) -> None:
    act.set(state=AppealState.ENDED.value, ending="ruled", ended_on=act.clockwork.today)
    act.record("end", act.clockwork.today)


def _after(on: dt.date, before: dt.date, name: str) -> None:
    if on < before:
        raise InvalidData(
            "La fecha es anterior al acto que le precede, del {before}.",
            field=name,
            before=f"{before:%d/%m/%Y}",
        )


def _late(on: dt.date, term: DeadlineFacts | None) -> dict[str, Any]:
    """What the event says of an act after its term: recorded, not refused."""
    if term is None or not term.live or term.due_on is None or on <= term.due_on:
        return {}
    return {"late": True, "due_on": term.due_on}


_ACTS: Mapping[str, Callable[[_Act], None]] = {
    "state": _state,
    "rule": _rule,
    "comply": _comply,
    "end": _end,
}
