"""The appeals of the demonstration: a few requests go before the authority."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from caseflow.commands.appeals import take_appeal
from caseflow.commands.work import Work
from caseflow.domain.facts import CaseFacts
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import AppealState, CaseState, Kind

#: Where the law pack has no term, the authority says how many days there are.
_DAYS = {"admit": 7, "rule": 10}
#: Days from the filing of an appeal to the notice of its admission.
_ADMITTED_AFTER = 5


def appeal_act(
    work: Work, officer: Actor, case: CaseFacts, action: str, data: Mapping[str, Any]
) -> bool:
    """One act of the transparency officer on the appeal of a case; whether the story goes on."""
    if not _FITS[action](case):
        return False
    given = _GIVEN[action](work, case, data)
    if case.kind == Kind.PERSONAL_DATA and (action != "rule" or "order" in given):
        given |= {"own_days": _DAYS[action]} if action in _DAYS else {}
    take_appeal(work.acting(officer), case.ref, 1, action, given)
    return True


def _admission(work: Work, case: CaseFacts, data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "file_number": f"RR.IP.{case.id % 10_000:04}/{work.today.year}",
        "authority": "Autoridad garante (demostración)",
        "filed_on": work.today - dt.timedelta(days=_ADMITTED_AFTER),
        "notified_on": work.today,
        "text": data["text"],
    }


def _statements(work: Work, case: CaseFacts, data: Mapping[str, Any]) -> dict[str, Any]:
    return {"sent_on": work.today, "text": data["text"]}


def _ruling(work: Work, case: CaseFacts, data: Mapping[str, Any]) -> dict[str, Any]:
    sense = data["sense"]
    order = {} if sense == "confirms" else {"order": data["order"]}
    text = "Se resuelve el recurso en el sentido que se indica."
    return {"notified_on": work.today, "sense": sense, "text": text, **order}


def _compliance(work: Work, case: CaseFacts, data: Mapping[str, Any]) -> dict[str, Any]:
    return {"notified_on": work.today, "text": data["text"]}


_GIVEN: Mapping[str, Callable[[Work, CaseFacts, Mapping[str, Any]], dict[str, Any]]] = {
    "admit": _admission,
    "state": _statements,
    "rule": _ruling,
    "comply": _compliance,
    "end": lambda work, case, data: {},
}


def _stands(*states: AppealState) -> Callable[[CaseFacts], bool]:
    return lambda case: 1 in case.appeals and case.appeals[1].state in states


_FITS: Mapping[str, Callable[[CaseFacts], bool]] = {
    "admit": lambda case: case.state == CaseState.ANSWERED and not case.appeals,
    "state": _stands(AppealState.ADMITTED),
    "rule": _stands(AppealState.ADMITTED, AppealState.STATED),
    "comply": _stands(AppealState.RULED),
    "end": _stands(AppealState.RULED),
}
