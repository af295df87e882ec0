"""A small office for the rules of cases: the law pack, five areas, one person of each kind."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

from caseflow.domain.births import Birth, decide_birth
from caseflow.domain.calendar import Calendar
from caseflow.domain.case_acts import decide_case
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.facts import CaseFacts
from caseflow.domain.needs import NEEDS, OUTCOMES, Field
from caseflow.domain.people import Actor, Grant
from caseflow.domain.terms import Term, TermTable
from caseflow.domain.turn_acts import decide_turn
from caseflow.domain.vocabulary import Kind, Role, Source
from caseflow.packs import load_law

#: Areas: the root, the desk of services, a unit below it, one elsewhere, the desk of transparency.
ROOT, DESK, UNIT, ELSEWHERE, TRANSPARENCY_DESK = 1, 2, 3, 4, 5
BELOW = {
    ROOT: frozenset({1, 2, 3, 4, 5}),
    DESK: frozenset({2, 3}),
    UNIT: frozenset({3}),
    ELSEWHERE: frozenset({4}),
    TRANSPARENCY_DESK: frozenset({5}),
}
#: Tuesday 10 November 2026, 10:00 in Mexico City.
TODAY = dt.date(2026, 11, 10)


def at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(16), tzinfo=dt.UTC)


def person(user_id: int, *grants: tuple[Role, int]) -> Actor:
    return Actor(
        user_id,
        f"persona {user_id}",
        tuple(Grant(role, area, BELOW[area]) for role, area in grants),
        root_id=ROOT,
    )


CLERK = person(11, (Role.CLERK, DESK))
STAFF = person(12, (Role.STAFF, UNIT))
HEAD = person(13, (Role.HEAD, UNIT))
SUPERVISOR = person(14, (Role.SUPERVISOR, DESK))
LIAISON = person(15, (Role.TRANSPARENCY, TRANSPARENCY_DESK))
DIRECTOR = person(16, (Role.SUPERVISOR, ELSEWHERE))
COLLEAGUE = person(17, (Role.HEAD, ELSEWHERE))
AUDITOR = person(18, (Role.AUDITOR, ROOT))
ADMIN = person(19, (Role.ADMIN, ROOT))
EVERYBODY = {
    "clerk": CLERK,
    "staff": STAFF,
    "head": HEAD,
    "supervisor": SUPERVISOR,
    "liaison": LIAISON,
    "director": DIRECTOR,
    "colleague": COLLEAGUE,
    "auditor": AUDITOR,
    "admin": ADMIN,
}


@cache
def law() -> TermTable:
    """The shipped law pack as the rules read it."""
    return TermTable(
        Term(
            matter=row.matter,
            step=row.step,
            days=row.days,
            unit=row.unit,  # type: ignore[arg-type]
            basis=row.basis,
            role=row.role,
            counts_from=row.counts_from,
            cutoff=row.cutoff_hour,
            notice_effect=row.notice_effect,  # type: ignore[arg-type]
            effect=row.effect,  # type: ignore[arg-type]
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            legal_source=row.legal_source,
            mark=row.mark,
            paper_effect=row.paper_effect,  # type: ignore[arg-type]
        )
        for row in load_law("cdmx").terms
    )


@cache
def calendar() -> Calendar:
    return Calendar("alcaldia-iztacalco", {}, frozenset(range(2020, 2040)))


def clockwork(today: dt.date = TODAY) -> Clockwork:
    return Clockwork(calendar(), law(), today)


def born(
    kind: Kind = Kind.SERVICE,
    source: Source | None = None,
    received: dt.date = TODAY,
    actor: Actor = CLERK,
    **more: Any,
) -> CaseFacts:
    """A case just captured, on its desk."""
    birth = Birth(
        ref="CESAC-2026-000001",
        source=(source or (Source.CESAC if kind is Kind.SERVICE else Source.SISAI)).value,
        folio="CESAC-2026-000001",
        folio_received="CESAC-2026-000001",
        kind=kind.value,
        desk_id=DESK if kind is Kind.SERVICE else TRANSPARENCY_DESK,
        subject="Luminaria apagada",
        channel="counter",
        filed_at=at(received),
        filed_has_hour=False,
        filed_local=received,
        values={"captured_by_id": actor.user_id},
        **more,
    )
    case = decide_birth(birth, "captured", actor, {}, clockwork(received), at(received)).case
    case.id = 1
    return case


def act(
    case: CaseFacts, action: str, actor: Actor, today: dt.date = TODAY, **data: Any
) -> CaseFacts:
    """The case after one act of its own."""
    return decide_case(case, action, actor, data, clockwork(today), at(today)).case


def turn(
    case: CaseFacts, number: int, action: str, actor: Actor, today: dt.date = TODAY, **data: Any
) -> CaseFacts:
    """The case after one act on a turn."""
    return decide_turn(case, number, action, actor, data, clockwork(today), at(today)).case


def routed(case: CaseFacts, *areas: int, today: dt.date = TODAY) -> CaseFacts:
    """The case sent to these areas by its desk."""
    sender = SUPERVISOR if case.kind == Kind.SERVICE else LIAISON
    return act(case, "route", sender, today, areas=list(areas or (UNIT,)), instruction="Atender")


def answered(case: CaseFacts, on: dt.date = TODAY, **more: Any) -> CaseFacts:
    """The case answered by its desk, its area having replied."""
    case = turn(routed(case, today=on), 1, "accept", HEAD, on)
    case = turn(case, 1, "reply", HEAD, on, text="Se atendió")
    actor = SUPERVISOR if case.kind == Kind.SERVICE else LIAISON
    data = complete(case, ("outcome", "text", "notified_on"), on)
    return act(case, "answer", actor, on, **{"channel": "platform", **data, **more})


def granted(on: dt.date = TODAY, received: dt.date = TODAY, **more: Any) -> CaseFacts:
    """A request over personal data that was granted, by a person who showed who they are."""
    case = born(Kind.PERSONAL_DATA, received=received)
    case = act(case, "verify_identity", LIAISON, on, identity="passport", shown_on=on)
    return answered(case, on, **more)


def complete(case: CaseFacts, needs: tuple[str, ...], today: dt.date = TODAY) -> dict[str, Any]:
    """Data that every need of an act accepts."""
    data: dict[str, Any] = {}
    for name in needs:
        need = NEEDS[name]
        data[name] = {
            "areas": [UNIT],
            "area": ROOT,
            "outcome": OUTCOMES[case.kind][0].value,
            "field": "subject",
            "value": "Bache",
            "keep": "ours",
            "person": 12,
            "amount": 12,
            "act": "0",
        }.get(name) or (
            today
            if need.field is Field.DATE
            else need.choices[0].value
            if need.choices
            else "Porque así consta"
        )
    return data
