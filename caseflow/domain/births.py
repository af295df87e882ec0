"""How a case begins: captured at the counter, or imported with what its source already did.

A captured case is born by the event ``captured``; an imported one by the single event
``imported``, in ``received``, ``answered`` or ``closed``, with the source's dates (domain §8).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from caseflow.domain import deadlines
from caseflow.domain.change import Change, Draft
from caseflow.domain.clock import officially_received
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.errors import InvalidData
from caseflow.domain.facts import CaseFacts
from caseflow.domain.people import Actor
from caseflow.domain.routing import Destination
from caseflow.domain.steps import add_files, route_to
from caseflow.domain.vocabulary import CaseState, Source, Step

#: Row status of a listing → state at birth.
STATE_BY_STATUS = {
    "open": CaseState.RECEIVED,
    "answered": CaseState.ANSWERED,
    "closed": CaseState.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Birth:
    """All that is known of a case when it begins. ``values`` are columns of ``CaseFacts``."""

    ref: str
    source: str
    folio: str
    folio_received: str
    kind: str
    desk_id: int
    subject: str
    channel: str
    filed_at: dt.datetime
    filed_has_hour: bool
    #: local wall time of the filing: instant, or a day where the hour is not known
    filed_local: dt.datetime | dt.date
    #: stated by the listing or the clerk; none: from the filing
    received_on: dt.date | None = None
    given_due_on: dt.date | None = None
    status: str = "open"
    ended_on: dt.date | None = None
    ended_at: dt.datetime | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    petitioner: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[Mapping[str, Any], ...] = ()


def decide_birth(
    birth: Birth,
    action: str,
    actor: Actor,
    data: Mapping[str, Any],
    clockwork: Clockwork,
    now: dt.datetime,
    destination: Destination | None = None,
) -> Change:
    """The change that brings a case into the world.

    ``action`` is ``captured`` or ``imported``; ``destination`` the routing rule that matched, none
    where the case waits on its desk. Only an open case gets a turn.
    """
    warnings = list(birth.values.get("warnings") or ())
    if birth.received_on is not None:
        received_on = birth.received_on
    else:
        term = clockwork.terms.governing(birth.kind, _day(birth.filed_local))
        received = officially_received(birth.filed_local, term, clockwork.calendar)
        received_on = received.on
        warnings.extend(received.warnings)
    today = clockwork.today
    if received_on > today and received_on > clockwork.calendar.next_business(today):
        raise InvalidData(
            "La fecha de recepción {day} todavía no llega.",
            field="filed_on",
            day=f"{received_on:%d/%m/%Y}",
        )
    state = STATE_BY_STATUS[birth.status]
    case = CaseFacts(
        id=0,
        ref=birth.ref,
        source=birth.source,
        folio=birth.folio,
        folio_received=birth.folio_received,
        kind=birth.kind,
        state=state.value,
        desk_id=birth.desk_id,
        subject=birth.subject,
        channel=birth.channel,
        filed_at=birth.filed_at,
        filed_has_hour=birth.filed_has_hour,
        received_on=received_on,
        captured_at=now,
        **{**birth.values, "warnings": warnings or None},
    )
    draft = Draft(case, actor, now, born=True)
    governing = deadlines.open_governing(draft, clockwork, received_on, birth.given_due_on)
    if birth.petitioner:
        draft.set_petitioner(**birth.petitioner)
    if birth.files:
        add_files(draft, birth.files, purpose="request")
    if state is not CaseState.RECEIVED:
        ended_on = birth.ended_on or received_on
        deadlines.meet(draft, governing, ended_on)
        deadlines.meet(draft, case.running(Step.ACCEPT), ended_on)
        draft.set(answered_on=ended_on, answered_at=birth.ended_at, first_answer_on=ended_on)
        if state is CaseState.CLOSED:
            draft.set(closed_on=ended_on, ending="listing")
        elif birth.source == Source.SUAC:
            deadlines.after_answer(draft, clockwork, ended_on, birth.ended_at)
    draft.event(action, received_on, data)
    if state is CaseState.RECEIVED:
        if destination is not None and destination.area_id is not None:
            send_by_rule(draft, destination, clockwork)
        else:
            draft.set(desk_mark="unroutable")
    return draft.change()


def send_by_rule(draft: Draft, destination: Destination, clockwork: Clockwork) -> None:
    """Route a case as a rule says; the turn keeps the rule's name."""
    if destination.area_id is None:
        return
    target = deadlines.default_target(
        draft.case, clockwork, clockwork.today, destination.target_days
    )
    areas = [destination.area_id, *destination.also]
    route_to(draft, areas, destination.instruction, target, destination.rule_name)
    deadlines.meet(draft, draft.case.running(Step.ACCEPT), clockwork.today)
    draft.event(
        "route",
        clockwork.today,
        {
            "areas": areas,
            "instruction": destination.instruction,
            "rule": destination.rule_name,
            "internal_on": target,
        },
    )


def _day(filed: dt.datetime | dt.date) -> dt.date:
    return filed.date() if isinstance(filed, dt.datetime) else filed
