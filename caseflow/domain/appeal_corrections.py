"""Mistakes in an appeal: a fact is amended, or the last act left without effect; never deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from caseflow.domain import deadlines
from caseflow.domain.appeal_terms import give_back
from caseflow.domain.appeals import MISTAKE, OBLIGING, deadline_of
from caseflow.domain.change import Draft
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.errors import InvalidData, MissingData
from caseflow.domain.facts import AppealFacts, DeadlineFacts
from caseflow.domain.needs import LINE_LIMIT, MOST_NUMBER, TEXT_LIMIT
from caseflow.domain.phrases import N_
from caseflow.domain.steps import settle_state
from caseflow.domain.vocabulary import AppealState, CaseState, DeadlineState, Sense, Step

AMENDED = N_("Se corrigió un dato del recurso")


@dataclass(frozen=True, slots=True)
class Amendable:
    """A fact of an appeal that can be amended: name, screen word, shape of the value.

    ``after``: the date of the act it belongs to; without it there is nothing to amend.
    """

    name: str
    label: str
    shape: str = "line"
    after: str = "admitted_on"


AMENDABLE: Mapping[str, Amendable] = {
    row.name: row
    for row in (
        Amendable("file_number", "Expediente"),
        Amendable("authority", "Autoridad"),
        Amendable("filed_on", "Fecha en que se interpuso", "date"),
        Amendable("admitted_on", "Notificación de la admisión", "date"),
        Amendable("grounds", "Motivos de la persona", "text"),
        Amendable("statements_days", "Días para manifestaciones", "days"),
        Amendable("stated_on", "Fecha de las manifestaciones", "date", "stated_on"),
        Amendable("statements_text", "Manifestaciones", "text", "stated_on"),
        Amendable("ruled_on", "Notificación de la resolución", "date", "ruled_on"),
        Amendable("sense", "Sentido de la resolución", "sense", "ruled_on"),
        Amendable("ruling_text", "Resolución", "text", "ruled_on"),
        Amendable("order_text", "Lo que se ordena", "text", "comply"),
        Amendable("comply_days", "Días para cumplir", "days", "comply"),
        Amendable("complied_on", "Fecha del cumplimiento", "date", "complied_on"),
        Amendable("compliance_text", "Cumplimiento", "text", "complied_on"),
    )
}


def amendable(appeal: AppealFacts) -> tuple[Amendable, ...]:
    """What there is to amend in an appeal now."""
    return tuple(row for row in AMENDABLE.values() if getattr(appeal, row.after) is not None)


def amend(draft: Draft, appeal: AppealFacts, data: Mapping[str, Any], clockwork: Clockwork) -> None:
    """Correct one fact: the event keeps both values, and the term that hangs on it moves."""
    row = AMENDABLE.get(str(data["field"]))
    if row is None or row not in amendable(appeal):
        raise InvalidData("Elija qué dato se corrige.", field="field")
    value = _SHAPES[row.shape](str(data["value"]).strip())
    before = current(draft, appeal, row)
    if value == before:
        raise InvalidData("Ese ya es el valor registrado.", field="value")
    terms = {step: deadline_of(draft.case, appeal, step) for step in (Step.STATEMENTS, Step.COMPLY)}
    dates = {step: term.due_on for step, term in terms.items() if term is not None}
    if row.shape == "days":
        _length(draft, clockwork, terms[_TERMS[row.name]], value)
    else:
        if row.shape == "date":
            _in_order(appeal, row, value, clockwork.today)
        elif row.shape == "sense" and (value in OBLIGING) != (before in OBLIGING):
            raise InvalidData(
                "Con ese sentido la resolución tendría otras consecuencias: déjela sin efecto y "
                "regístrela de nuevo.",
                field="value",
            )
        draft.set_appeal(appeal.number, **{row.name: value})
    if row.name in _DATED:
        _DATED[row.name](draft, appeal, clockwork, before)
    moved = {
        step.value: {"before": dates[step], "after": term.due_on}
        for step, term in terms.items()
        if term is not None and term.due_on != dates[step]
    }
    draft.event(
        "appeal_amend",
        clockwork.today,
        {
            "field": row.name,
            "before": before,
            "after": value,
            "reason": data["reason"],
            "moved": moved,
            "appeal": appeal.number,
        },
    )


#: Whose length each number of days is.
_TERMS = {"statements_days": Step.STATEMENTS, "comply_days": Step.COMPLY}


def current(draft_or_case: Any, appeal: AppealFacts, row: Amendable) -> Any:
    """What stands now; none for a term that runs by the law's own days."""
    if row.shape != "days":
        return getattr(appeal, row.name)
    case = getattr(draft_or_case, "case", draft_or_case)
    term = deadline_of(case, appeal, _TERMS[row.name])
    return term.days if term is not None else None


def _line(value: str) -> str:
    return _text(value, LINE_LIMIT)


def _text(value: str, limit: int = TEXT_LIMIT) -> str:
    if not value:
        raise MissingData("Escriba el valor correcto.", field="value")
    if len(value) > limit:
        raise InvalidData("El máximo es de {n} caracteres: acórtelo.", field="value", n=limit)
    return value


def _day(value: str) -> dt.date:
    try:
        return dt.datetime.strptime(value, "%d/%m/%Y").date()
    except ValueError:
        raise InvalidData("Escriba la fecha como dd/mm/aaaa.", field="value") from None


def _days(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= MOST_NUMBER:
        raise InvalidData(
            "Escriba un número de días hábiles, del 1 al {n}.", field="value", n=MOST_NUMBER
        )
    return int(value)


def _sense(value: str) -> str:
    if value not in tuple(Sense):
        raise InvalidData("Elija una de las opciones.", field="value")
    return value


_SHAPES: Mapping[str, Callable[[str], Any]] = {
    "line": _line,
    "text": _text,
    "date": _day,
    "days": _days,
    "sense": _sense,
}

#: The dates of an appeal in the order in which they can happen.
_ORDER = ("filed_on", "admitted_on", "stated_on", "ruled_on", "complied_on")


def _in_order(appeal: AppealFacts, row: Amendable, on: dt.date, today: dt.date) -> None:
    place = _ORDER.index(row.name)
    earlier = [d for name in _ORDER[:place] if (d := getattr(appeal, name)) is not None]
    later = [d for name in _ORDER[place + 1 :] if (d := getattr(appeal, name)) is not None]
    if earlier and on < max(earlier):
        raise InvalidData(
            "La fecha es anterior al acto que le precede, del {before}.",
            field="value",
            before=f"{max(earlier):%d/%m/%Y}",
        )
    last = min([*later, today])
    if on > last:
        raise InvalidData(
            "La fecha no puede quedar después del {last}.", field="value", last=f"{last:%d/%m/%Y}"
        )


def _length(draft: Draft, clockwork: Clockwork, term: DeadlineFacts | None, days: int) -> None:
    if term is not None:
        draft.set_deadline(term.number, days=days, given_on=None)
        deadlines.redate(draft, clockwork, term, AMENDED)


def _filed(draft: Draft, appeal: AppealFacts, clockwork: Clockwork, before: dt.date) -> None:
    received = draft.case.received_on
    if appeal.filed_on <= received:
        raise InvalidData(
            "La solicitud se recibió el {received}: el recurso es posterior.",
            field="value",
            received=f"{received:%d/%m/%Y}",
        )
    _met(draft, draft.case.deadlines.get(appeal.window or 0), appeal.filed_on, before)


def _admitted(draft: Draft, appeal: AppealFacts, clockwork: Clockwork, before: dt.date) -> None:
    _restart(draft, clockwork, deadline_of(draft.case, appeal, Step.STATEMENTS), appeal.admitted_on)


def _stated(draft: Draft, appeal: AppealFacts, clockwork: Clockwork, before: dt.date) -> None:
    term = deadline_of(draft.case, appeal, Step.STATEMENTS)
    _met(draft, term, appeal.stated_on, before)


def _ruled(draft: Draft, appeal: AppealFacts, clockwork: Clockwork, before: dt.date) -> None:
    _restart(draft, clockwork, deadline_of(draft.case, appeal, Step.COMPLY), appeal.ruled_on)


def _complied(draft: Draft, appeal: AppealFacts, clockwork: Clockwork, before: dt.date) -> None:
    _met(draft, deadline_of(draft.case, appeal, Step.COMPLY), appeal.complied_on, before)
    case = draft.case
    if case.ending == "complied" and case.closed_on == before:
        draft.set(closed_on=appeal.complied_on)


def _restart(
    draft: Draft, clockwork: Clockwork, term: DeadlineFacts | None, start: dt.date | None
) -> None:
    if term is not None and start is not None:
        deadlines.restart(draft, clockwork, term, start, AMENDED)


def _met(draft: Draft, term: DeadlineFacts | None, on: dt.date | None, before: dt.date) -> None:
    """Move the day a term was met on, where it was this act that met it."""
    if term is not None and term.state == DeadlineState.MET and term.met_on == before:
        draft.set_deadline(term.number, met_on=on)


_DATED: Mapping[str, Callable[[Draft, AppealFacts, Clockwork, dt.date], None]] = {
    "filed_on": _filed,
    "admitted_on": _admitted,
    "stated_on": _stated,
    "ruled_on": _ruled,
    "complied_on": _complied,
}


# ── The last act without effect ──────────────────────────────────────────────────────────────────


def annul(draft: Draft, appeal: AppealFacts, data: Mapping[str, Any], clockwork: Clockwork) -> None:
    """Leave the last act without effect: the appeal and its terms stand as before it."""
    state = AppealState(appeal.state)
    _BACK[state](draft, appeal, clockwork)
    draft.event(
        "appeal_annul",
        clockwork.today,
        {**data, "act": _LAST_ACT[state], "after": appeal.state, "appeal": appeal.number},
    )


#: The act that brought an appeal to its state.
_LAST_ACT = {
    AppealState.ADMITTED: "admit",
    AppealState.STATED: "state",
    AppealState.RULED: "rule",
    AppealState.COMPLIED: "comply",
    AppealState.ENDED: "end",
}


def last_act(appeal: AppealFacts) -> str:
    """The act that ``annul`` would leave without effect."""
    return _LAST_ACT[AppealState(appeal.state)]


def _never_admitted(draft: Draft, appeal: AppealFacts, clockwork: Clockwork) -> None:
    case = draft.case
    deadlines.end(draft, deadline_of(case, appeal, Step.STATEMENTS))
    window = case.deadlines.get(appeal.window or 0)
    if window is not None and window.round == case.round and case.state == CaseState.ANSWERED:
        deadlines.unmeet(draft, clockwork, window)
    draft.set_appeal(
        appeal.number,
        state=AppealState.ENDED.value,
        ending=MISTAKE,
        ended_on=clockwork.today,
    )


def _never_stated(draft: Draft, appeal: AppealFacts, clockwork: Clockwork) -> None:
    _unmeet(draft, clockwork, deadline_of(draft.case, appeal, Step.STATEMENTS))
    draft.set_appeal(
        appeal.number, state=AppealState.ADMITTED.value, stated_on=None, statements_text=None
    )


def _never_ruled(draft: Draft, appeal: AppealFacts, clockwork: Clockwork) -> None:
    case = draft.case
    deadlines.end(draft, deadline_of(case, appeal, Step.COMPLY))
    statements = deadline_of(case, appeal, Step.STATEMENTS)
    if statements is not None and statements.state == DeadlineState.ENDED:
        draft.set_deadline(statements.number, state=DeadlineState.RUNNING.value)
    if appeal.reopened is not None:
        give_back(draft, appeal.reopened)
    back = AppealState.STATED if appeal.stated_on is not None else AppealState.ADMITTED
    draft.set_appeal(
        appeal.number,
        state=back.value,
        ruled_on=None,
        sense=None,
        ruling_text=None,
        order_text=None,
        comply=None,
        reopened=None,
    )


def _never_complied(draft: Draft, appeal: AppealFacts, clockwork: Clockwork) -> None:
    case = draft.case
    comply = deadline_of(case, appeal, Step.COMPLY)
    by_answer = (
        case.answered_on is not None and comply is not None and (comply.met_on == case.answered_on)
    )
    if not by_answer:
        _unmeet(draft, clockwork, comply)
    draft.set_appeal(
        appeal.number, state=AppealState.RULED.value, complied_on=None, compliance_text=None
    )
    if case.ending == "complied":
        draft.set(closed_on=None, ending=None)
        settle_state(draft)


def _never_ended(draft: Draft, appeal: AppealFacts, clockwork: Clockwork) -> None:
    draft.set_appeal(appeal.number, state=AppealState.RULED.value, ending=None, ended_on=None)


def _unmeet(draft: Draft, clockwork: Clockwork, term: DeadlineFacts | None) -> None:
    if term is not None and term.state == DeadlineState.MET:
        deadlines.unmeet(draft, clockwork, term)


_BACK: Mapping[AppealState, Callable[[Draft, AppealFacts, Clockwork], None]] = {
    AppealState.ADMITTED: _never_admitted,
    AppealState.STATED: _never_stated,
    AppealState.RULED: _never_ruled,
    AppealState.COMPLIED: _never_complied,
    AppealState.ENDED: _never_ended,
}
