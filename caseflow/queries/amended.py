"""Corrected acts in the history of a case: the act that corrects says so, and so does the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from caseflow.domain.amends import ACTIONS, WORDS
from caseflow.domain.phrases import Phrase, chain, phrase
from caseflow.domain.vocabulary import IdentityDocument, PowerDocument, spanish
from caseflow.queries.case_page import EventRow


def amended(data: Mapping[str, Any]) -> Phrase:
    """What a correcting act is called."""
    act = phrase(WORDS.get(str(data.get("act")), "—")).in_a_sentence()
    if data.get("after"):
        return phrase("Se corrigió la fecha de un acto: {act}", act=act)
    return phrase("Se hizo constar que un acto no ocurrió: {act}", act=act)


def amended_detail(data: Mapping[str, Any]) -> Phrase:
    """The day before and after, what became of the term, and why."""
    before, after = _day(data.get("before")), _day(data.get("after"))
    parts = [
        phrase("Decía {before:%d/%m/%Y}; es {after:%d/%m/%Y}.", before=before, after=after)
        if after
        else phrase("Decía {before:%d/%m/%Y}.", before=before)
    ]
    old, new = _day(data.get("due_before")), _day(data.get("due_after"))
    if old != new:
        parts.append(phrase("El plazo: de {old} a {new}.", old=_date(old), new=_date(new)))
    return chain(" ", (*parts, str(data.get("reason") or "")))


def identified(data: Mapping[str, Any]) -> Phrase:
    """With what the person showed who they are."""
    return phrase(
        "Se acreditó la identidad: {document}",
        document=phrase(spanish(IdentityDocument(data["identity"]))).in_a_sentence(),
    )


def represented(data: Mapping[str, Any]) -> Phrase | str:
    """With what somebody showed that they act for the person; never who."""
    if not data.get("power"):
        return ""
    power = phrase(spanish(PowerDocument(data["power"]))).in_a_sentence()
    return phrase("Acude quien representa a la persona, con {power}", power=power)


def corrections_of(events: Sequence[EventRow]) -> Mapping[int, Phrase]:
    """Which events a later one corrects, by id: the line stays and says so.

    ``events`` newest first. An act that was dated again may be corrected again: then it is the
    correction that is corrected.
    """
    found: dict[int, Phrase] = {}
    for index, event in enumerate(events):
        if event.action != "amend":
            continue
        kind, before = str(event.data.get("act")), _day(event.data.get("before"))
        for earlier in events[index + 1 :]:
            if earlier.id not in found and _stands_for(earlier, kind, before):
                found[earlier.id] = phrase("Corregido el {on:%d/%m/%Y}", on=event.effective_on)
                break
    return found


def _stands_for(event: EventRow, kind: str, on: dt.date | None) -> bool:
    if event.action == "amend":
        return event.data.get("act") == kind and _day(event.data.get("after")) == on
    return event.action in ACTIONS.get(kind, ()) and event.effective_on == on


def _day(value: Any) -> dt.date | None:
    """A date as events keep it: in ISO form."""
    return dt.date.fromisoformat(str(value)[:10]) if value else None


def _date(day: dt.date | None) -> Phrase:
    return phrase("en pausa") if day is None else phrase("{day:%d/%m/%Y}", day=day)
