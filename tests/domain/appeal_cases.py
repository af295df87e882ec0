"""An answered request and its appeal, for the rules of appeals."""

from __future__ import annotations

import datetime as dt
from typing import Any

from caseflow.domain.appeal_acts import decide_appeal
from caseflow.domain.calendar import Calendar, Reason
from caseflow.domain.change import Change
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.facts import AppealFacts, CaseFacts, DeadlineFacts
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import Kind, Step
from tests.domain.case_cases import (
    HEAD,
    LIAISON,
    act,
    at,
    born,
    calendar,
    clockwork,
    law,
    routed,
    turn,
)

#: Received on Monday 2 November 2026, answered on Tuesday the 10th, appealed on Wednesday the 18th.
RECEIVED = dt.date(2026, 11, 2)
ANSWERED = dt.date(2026, 11, 10)
FILED = dt.date(2026, 11, 18)
ADMITTED = dt.date(2026, 11, 24)
RULED = dt.date(2026, 12, 9)
LATER = dt.date(2026, 12, 18)

ADMISSION: dict[str, Any] = {
    "file_number": "RR.IP.0123/2026",
    "authority": "Autoridad garante",
    "filed_on": FILED,
    "notified_on": ADMITTED,
    "text": "La respuesta está incompleta",
}


def with_days_off(*days: dt.date, today: dt.date = LATER) -> Clockwork:
    """The office's clock with these days closed."""
    closed = {day: Reason("Inhábil", "Lista de la prueba", "T") for day in days}
    return Clockwork(Calendar("x", closed, calendar().listed_years), law(), today)


def answered(kind: Kind = Kind.INFORMATION) -> CaseFacts:
    """A request answered in time, whose answer can be appealed."""
    case = routed(born(kind, received=RECEIVED), today=RECEIVED)
    case = turn(turn(case, 1, "accept", HEAD, RECEIVED), 1, "reply", HEAD, RECEIVED, text="Listo")
    outcome = "delivered" if kind is Kind.INFORMATION else "denied"
    return act(
        case, "answer", LIAISON, ANSWERED,
        outcome=outcome, text="Se entrega", channel="platform", notified_on=ANSWERED,
    )  # fmt: skip


def silent() -> CaseFacts:
    """A request whose area replied and that nobody answered."""
    case = turn(
        routed(born(Kind.INFORMATION, received=RECEIVED), today=RECEIVED),
        1,
        "accept",
        HEAD,
        RECEIVED,
    )
    return turn(case, 1, "reply", HEAD, RECEIVED, text="Listo")


def answer(case: CaseFacts, on: dt.date = LATER) -> CaseFacts:
    """The case answered through the platform."""
    return act(
        case, "answer", LIAISON, on,
        outcome="delivered", text="Se entrega", channel="platform", notified_on=on,
    )  # fmt: skip


def decide(
    case: CaseFacts,
    action: str,
    actor: Actor = LIAISON,
    today: dt.date = LATER,
    *,
    number: int = 1,
    clock: Clockwork | None = None,
    **data: Any,
) -> Change:
    return decide_appeal(case, number, action, actor, data, clock or clockwork(today), at(today))


def take(case: CaseFacts, action: str, today: dt.date = LATER, **more: Any) -> CaseFacts:
    """The case after one act on its appeal."""
    return decide(case, action, today=today, **more).case


def admitted(case: CaseFacts | None = None, today: dt.date = ADMITTED, **changes: Any) -> CaseFacts:
    case = case if case is not None else answered()
    return take(case, "admit", today, **{**ADMISSION, **changes})


def stated(case: CaseFacts | None = None) -> CaseFacts:
    case = case if case is not None else admitted()
    return take(case, "state", sent_on=dt.date(2026, 12, 1), text="Se confirma la respuesta")


def ruled(case: CaseFacts | None = None, sense: str = "modifies", **changes: Any) -> CaseFacts:
    case = case if case is not None else stated()
    data: dict[str, Any] = {"notified_on": RULED, "sense": sense, "text": "Se resuelve"}
    if sense in ("modifies", "revokes", "orders"):
        data["order"] = "Entregar los anexos"
    return take(case, "rule", **{**data, **changes})


def appeal_of(case: CaseFacts, number: int = 1) -> AppealFacts:
    return case.appeals[number]


def term(case: CaseFacts, step: Step) -> DeadlineFacts:
    """The latest deadline of a step."""
    return [d for d in case.deadlines.values() if d.step == step][-1]
