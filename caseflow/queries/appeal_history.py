"""The acts on an appeal in the history of its case: titles, details, and what a late one is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from caseflow.domain.appeal_corrections import AMENDABLE
from caseflow.domain.appeals import APPEAL_BY_ACTION
from caseflow.domain.facts import CaseFacts
from caseflow.domain.phrases import N_, Phrase, chain, phrase
from caseflow.domain.vocabulary import AppealState, Sense, Step, spanish

Data = Mapping[str, Any]


def appeal_title(action: str, data: Data, case: CaseFacts) -> Phrase:
    """What an event of an appeal is called."""
    return _TITLES[action](data, _number(data, case))


def appeal_detail(action: str, data: Data) -> Phrase:
    """What stands under it, for who decides about the case."""
    return chain(" ", (part for part in _details(action, data) if part))


def _number(data: Data, case: CaseFacts) -> str:
    """The number by which the authority knows the appeal, as it stands now."""
    appeal = case.appeals.get(int(data.get("appeal") or 0))
    return appeal.file_number if appeal is not None else "—"


def _plain(sentence: str) -> Callable[[Data, str], Phrase]:
    return lambda data, number: phrase(sentence, number=number)


def _stated(data: Data, number: str) -> Phrase:
    if data.get("late"):
        return phrase("Se rindieron manifestaciones fuera de plazo: {number}", number=number)
    return phrase("Se rindieron manifestaciones: {number}", number=number)


def _ruled(data: Data, number: str) -> Phrase:
    return phrase(
        "Resolución del recurso {number}: {sense}",
        number=number,
        sense=_word(Sense, data.get("sense")).in_a_sentence(),
    )


def _complied(data: Data, number: str) -> Phrase:
    if data.get("late"):
        return phrase("Se cumplió fuera de plazo la resolución: {number}", number=number)
    return phrase("Se cumplió la resolución: {number}", number=number)


def _amended(data: Data, number: str) -> Phrase:
    row = AMENDABLE.get(str(data.get("field")))
    fact = phrase(row.label if row is not None else "—").in_a_sentence()
    return phrase("Se corrigió el recurso {number}: {fact}", number=number, fact=fact)


def _annulled(data: Data, number: str) -> Phrase:
    act = APPEAL_BY_ACTION.get(str(data.get("act")))
    label = phrase(act.label if act is not None else "—").in_a_sentence()
    return phrase("Quedó sin efecto en el recurso {number}: {act}", number=number, act=label)


def _term(sentence: str) -> Callable[[Data, str], Phrase]:
    return lambda data, number: phrase(
        sentence, number=number, step=_word(Step, data.get("step")).in_a_sentence()
    )


_TITLES: Mapping[str, Callable[[Data, str], Phrase]] = {
    "appeal_admit": _plain(N_("Se admitió un recurso de revisión: {number}")),
    "appeal_state": _stated,
    "appeal_rule": _ruled,
    "appeal_comply": _complied,
    "appeal_end": _plain(N_("Terminó el recurso {number}")),
    "appeal_amend": _amended,
    "appeal_annul": _annulled,
    "appeal_due_soon": _term(N_("Recurso {number}: por vencer, {step}")),
    "appeal_overdue": _term(N_("Recurso {number}: venció el plazo, {step}")),
}
#: Every event of an appeal, with the tone of its mark.
APPEAL_TONES: Mapping[str, str] = {
    **dict.fromkeys(_TITLES, ""),
    "appeal_admit": "clock",
    "appeal_rule": "clock",
    "appeal_due_soon": "clock",
    "appeal_overdue": "late",
}


def _details(action: str, data: Data) -> tuple[str, ...]:
    if action == "appeal_amend":
        return (*_amendment(data), str(data.get("reason") or ""))
    parts: list[str] = []
    due = _day(data.get("due_on"))
    if due is not None:
        parts.append(
            phrase(_DUE.get(action, N_("Era el {day}.")), day=phrase("{due:%d/%m/%Y}", due=due))
        )
    if data.get("untimely") in _UNTIMELY:
        parts.append(phrase(_UNTIMELY[data["untimely"]]))
    if data.get("closed"):
        parts.append(phrase("El asunto quedó concluido."))
    for name in ("authority", "text", "order", "reason"):
        value = str(data.get(name) or "")
        if value:
            parts.append(value)
    return tuple(parts)


_DUE = {
    "appeal_admit": N_("Manifestaciones hasta el {day}."),
    "appeal_rule": N_("Se cumple a más tardar el {day}."),
    "appeal_state": N_("Vencía el {day}."),
    "appeal_comply": N_("Vencía el {day}."),
    "appeal_due_soon": N_("Vence el {day}."),
}
_UNTIMELY = {
    "late": N_("Interpuesto después de los días de la persona."),
    "early": N_("Interpuesto antes de que venciera el plazo para responder."),
}


def _amendment(data: Data) -> tuple[Phrase, ...]:
    row = AMENDABLE.get(str(data.get("field")))
    shape = row.shape if row is not None else "line"
    said = phrase(
        "Decía «{before}»; dice «{after}».",
        before=_value(shape, data.get("before")) or phrase("los de la ley"),
        after=_value(shape, data.get("after")),
    )
    moved = [
        phrase(
            "{step}: del {before} al {after}.",
            step=_word(Step, step),
            before=f"{_day(dates['before']):%d/%m/%Y}",
            after=f"{_day(dates['after']):%d/%m/%Y}",
        )
        for step, dates in dict(data.get("moved") or {}).items()
    ]
    return (said, *moved)


def _value(shape: str, value: Any) -> Any:
    day = _day(value) if shape == "date" else None
    if day is not None:
        return f"{day:%d/%m/%Y}"
    if shape == "sense":
        return _word(Sense, value)
    return "" if value is None else str(value)


def _word(names: type[Sense] | type[Step] | type[AppealState], value: Any) -> Phrase:
    return phrase(spanish(names(value)) if value in set(names) else "—")


def _day(value: Any) -> dt.date | None:
    """A date as events keep it: in ISO form."""
    return dt.date.fromisoformat(str(value)[:10]) if value else None
