"""The rights over personal data (ARCO and portability): who asks, and the right made effective.

A favourable answer obliges the office to make the right effective within a term of its own, which
stands beside the governing one. Before that, and before any data are handed over, the person shows
who they are, or who acts for them does.
"""

from __future__ import annotations

from typing import Any

from caseflow.domain import deadlines
from caseflow.domain.change import Draft
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.errors import DomainError, InvalidData, MissingData, NotNow
from caseflow.domain.facts import CaseFacts
from caseflow.domain.limits import is_late
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import FAVOURABLE, CaseState, Kind, Step


def verify_identity(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    """Record with what and when the person, or who acts for them, showed who they are.

    The name of a representative is personal data: it stands with the person's, not in the event.
    """
    representative = data.pop("representative", None)
    if representative and not data.get("power"):
        raise MissingData("Diga con qué acredita la representación.", field="power")
    if data.get("power") and not representative:
        raise MissingData("Escriba quién representa a la persona.", field="representative")
    draft.set(
        identity=data["identity"], identity_on=data["shown_on"], power=data.get("power") or None
    )
    if representative:
        draft.set_petitioner(representative=representative)
    draft.event("verify_identity", data["shown_on"], data)


def make_effective(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    """The right was made effective: its term is met that day, in time or late."""
    on = data["made_on"]
    case = draft.case
    if case.answered_on is not None and on < case.answered_on:
        raise InvalidData(
            "El derecho se hace efectivo después de la respuesta, del {day}.",
            field="made_on",
            day=f"{case.answered_on:%d/%m/%Y}",
        )
    if case.identity_on is not None and on < case.identity_on:
        raise InvalidData(
            "La identidad se acreditó el {day}: el derecho no pudo hacerse efectivo antes.",
            field="made_on",
            day=f"{case.identity_on:%d/%m/%Y}",
        )
    if is_late(case, "make_effective", clockwork, on):
        data["late"] = True
    deadlines.meet(draft, case.running(Step.MAKE_EFFECTIVE), on)
    draft.set(effective_on=on)
    draft.event("make_effective", on, data)


def check_handing_over(case: CaseFacts, outcome: str | None, files: Any) -> None:
    """Personal data leave the office only after the person showed who they are."""
    if (
        case.kind == Kind.PERSONAL_DATA
        and files
        and case.identity_on is None
        and (outcome is None or outcome in FAVOURABLE)
    ):
        raise MissingData(
            "Antes de entregar datos personales acredite la identidad de la persona; o responda "
            "sin archivos y entréguelos al hacer efectivo el derecho.",
            field="files",
        )


def identity_obstacle(case: CaseFacts, actor: Actor, clockwork: Clockwork) -> DomainError | None:
    """Why the identity cannot be recorded now."""
    if case.identity_on is not None:
        return NotNow(
            "La identidad se acreditó el {day}; si hubo un error, corrija el acto.",
            day=f"{case.identity_on:%d/%m/%Y}",
        )
    if case.state == CaseState.ANSWERED and case.running(Step.MAKE_EFFECTIVE) is None:
        return NotNow("No hay un derecho por hacer efectivo.")
    return None


def effective_obstacle(case: CaseFacts, actor: Actor, clockwork: Clockwork) -> DomainError | None:
    """Why the right cannot be made effective now."""
    if case.running(Step.MAKE_EFFECTIVE) is None:
        if case.effective_on is not None:
            return NotNow(
                "El derecho se hizo efectivo el {day}.", day=f"{case.effective_on:%d/%m/%Y}"
            )
        return NotNow("La respuesta no obliga a hacer efectivo ningún derecho.")
    if case.identity_on is None:
        return NotNow("Se habilita cuando la persona acredite su identidad.")
    return None


def unfulfilled(case: CaseFacts) -> DomainError | None:
    """Why a granted right keeps the case from being closed."""
    running = case.running(Step.MAKE_EFFECTIVE)
    if running is None:
        return None
    if running.due_on is None:
        return NotNow("Falta hacer efectivo el derecho.")
    return NotNow(
        "Falta hacer efectivo el derecho, a más tardar el {last}.",
        last=f"{running.due_on:%d/%m/%Y}",
    )
