"""Correcting a fact of a case, and taking what a listing says where a person decided so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from caseflow.domain import deadlines
from caseflow.domain.amends import move_answer
from caseflow.domain.change import Draft
from caseflow.domain.clock import Act, local, local_date, officially_received, utc
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.errors import InvalidData, NotNow
from caseflow.domain.facts import DeadlineFacts
from caseflow.domain.folding import fold
from caseflow.domain.vocabulary import ArcoRight, CaseState, DeadlineState, Kind


@dataclass(frozen=True, slots=True)
class Correctable:
    """A fact that can be corrected: column, screen word, shape of the value."""

    name: str
    label: str
    shape: str = "line"
    person: bool = False
    #: kinds of case that have it; none: all
    kinds: tuple[Kind, ...] = ()


CORRECTABLE: Mapping[str, Correctable] = {
    row.name: row
    for row in (
        Correctable("subject", "Asunto"),
        Correctable("description", "Descripción", "text"),
        Correctable("street", "Calle y número"),
        Correctable("colonia", "Colonia"),
        Correctable("postal_code", "Código postal", "postal"),
        Correctable("territory_code", "Unidad territorial"),
        Correctable("filed_on", "Fecha de ingreso", "date"),
        Correctable("folio", "Folio", "folio"),
        Correctable("kind", "Tipo de asunto", "kind"),
        Correctable("arco_right", "Derecho que se ejerce", "right", kinds=(Kind.PERSONAL_DATA,)),
        Correctable("name", "Nombre de la persona", person=True),
        Correctable("phone", "Teléfono", person=True),
        Correctable("email", "Correo", person=True),
    )
}


def correct(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    """Apply one correction; the event keeps the value before and the value after.

    A corrected filing date re-dates the live deadlines; a corrected folio leaves an alias.
    """
    row = CORRECTABLE.get(data["field"])
    if row is None:
        raise InvalidData("Elija qué dato se corrige.", field="field")
    case = draft.case
    value = str(data["value"])
    before: Any
    counts: dict[str, Any] = {}
    if row.person:
        before = getattr(case.petitioner, row.name, "") if case.petitioner else ""
        more = {"name_key": fold(value)} if row.name == "name" else {}
        draft.set_petitioner(**{row.name: value}, **more)
    elif row.shape == "date":
        before = _refile(draft, value, clockwork, counts)
    elif row.shape == "folio":
        before = case.ref
        _refolio(draft, data)
    elif row.shape == "kind":
        before = case.kind
        _rekind(draft, value, clockwork, data.get("desk"))
    elif row.shape == "right":
        if case.kind not in row.kinds or value not in list(ArcoRight):
            raise InvalidData("Elija uno de los derechos.", field="value")
        before = case.arco_right
        draft.set(arco_right=value)
    elif row.shape == "postal":
        if not (len(value) == 5 and value.isdigit()):
            raise InvalidData("El código postal tiene cinco cifras.", field="value")
        before = case.postal_code
        draft.set(postal_code=value)
    else:
        before = getattr(case, row.name)
        draft.set(**{row.name: value})
    if before == value:
        raise InvalidData("Ese ya es el valor registrado.", field="value")
    draft.event(
        "correct",
        clockwork.today,
        {"field": row.name, "before": before, "after": value, "reason": data["reason"], **counts},
    )


def _refile(
    draft: Draft, value: str, clockwork: Clockwork, counts: dict[str, Any] | None = None
) -> str:
    """``counts`` takes the count day by day before and after, for the event (domain §4)."""
    case = draft.case
    try:
        day = dt.datetime.strptime(value, "%d/%m/%Y").date()
    except ValueError:
        raise InvalidData("Escriba la fecha como dd/mm/aaaa.", field="value") from None
    if day > clockwork.today:
        raise InvalidData("La fecha de ingreso no puede quedar en el futuro.", field="value")
    before = case.received_on
    term = clockwork.terms.governing(case.kind, day)
    received = officially_received(day, term, clockwork.calendar)
    governing = case.governing()
    first = _first_act(governing)
    if first is not None and first < received.on:
        raise InvalidData(
            "Hay un acto notificado el {first}: la recepción no puede quedar después.",
            field="value",
            first=f"{first:%d/%m/%Y}",
        )
    if counts is not None and governing is not None and governing.live:
        counts["count_before"] = deadlines.count_of(clockwork, governing).explain().as_json()
    filed_before = local_date(case.filed_at)
    draft.set(
        filed_at=utc(dt.datetime.combine(day, dt.time())),
        filed_has_hour=False,
        received_on=received.on,
        received_inferred=False,
    )
    for deadline in case.deadlines.values():
        if deadline.received_on != before or deadline.round != 1:
            continue
        if deadline.governing and not deadline.live:
            # closed ones keep their date, and lateness reads the rectified one (domain §5)
            counted = deadlines.count_of(clockwork, replace(deadline, received_on=received.on))
            draft.set_deadline(deadline.number, due_on_rectified=counted.due_on)
        elif deadline.live:
            draft.set_deadline(deadline.number, received_on=received.on)
            deadlines.redate(draft, clockwork, deadline, "Se corrigió la fecha de ingreso")
    if counts is not None and governing is not None and governing.live:
        counts["count_after"] = deadlines.count_of(clockwork, governing).explain().as_json()
    return f"{filed_before:%d/%m/%Y}"


def _first_act(governing: DeadlineFacts | None) -> dt.date | None:
    if governing is None or not governing.live or governing.round != 1:
        return None
    return min((Act.from_json(act).on for act in governing.acts), default=None)


def _refolio(draft: Draft, data: Mapping[str, Any]) -> None:
    """``data["normal"]`` is the new folio as ``folios.read_folio`` gave it; the old one stays."""
    case, normal = draft.case, data["normal"]
    draft.add("folio_alias", ref=case.ref, source=case.source, folio=case.folio)
    draft.set(ref=normal.ref, folio=normal.key, folio_received=normal.received)


def _rekind(draft: Draft, value: str, clockwork: Clockwork, desk_id: int | None) -> None:
    """Another kind is another law: the case is received anew by its rules, at its desk."""
    case = draft.case
    if case.state != CaseState.RECEIVED or case.turns:
        raise NotNow("El tipo de asunto sólo cambia mientras está recibido y sin turnar.")
    if value not in (Kind.SERVICE, Kind.INFORMATION, Kind.PERSONAL_DATA):
        raise InvalidData("Elija uno de los tipos de asunto.", field="value")
    for deadline in case.deadlines.values():
        if deadline.live:
            draft.set_deadline(deadline.number, state=DeadlineState.ENDED.value, governing=False)
    filed = local(case.filed_at) if case.filed_has_hour else local_date(case.filed_at)
    term = clockwork.terms.governing(value, local_date(case.filed_at))
    received = officially_received(filed, term, clockwork.calendar)
    if value != Kind.PERSONAL_DATA:
        draft.set(arco_right=None, identity=None, identity_on=None, power=None)
    draft.set(kind=value, received_on=received.on, **({"desk_id": desk_id} if desk_id else {}))
    deadlines.open_governing(draft, clockwork, received.on)


def take_listing(draft: Draft, discrepancy: Mapping[str, Any], clockwork: Clockwork) -> None:
    """Take what the listing says where a person decided that it is right: facts, then status.

    A listing that takes a case back is not taken here: that is a reopening, with its own act.
    """
    for name, value in discrepancy.get("facts", {}).items():
        if name == "filed_on":
            _refile(draft, f"{dt.date.fromisoformat(value):%d/%m/%Y}", clockwork)
        elif name == "ended_on":
            on = dt.date.fromisoformat(value)
            move_answer(draft, on, clockwork, "El listado movió la fecha de su respuesta")
        else:
            draft.set(**{name: value})
    status = discrepancy.get("status")
    if status in ("answered", "closed"):
        on = dt.date.fromisoformat(discrepancy["on"]) if discrepancy.get("on") else clockwork.today
        forward(draft, str(status), on, None, clockwork)


def forward(
    draft: Draft,
    status: str,
    on: dt.date,
    at: dt.datetime | None,
    clockwork: Clockwork,
) -> None:
    """Move a case forward as its source did: answered, or closed, on the source's date."""
    case = draft.case
    if status == "closed" and case.open_appeals():
        status = "answered"  # an open appeal keeps its case open, whatever the listing says
    for turn in case.open_turns():
        draft.set_turn(
            turn.number,
            state="withdrawn",
            ended_at=draft.at,
            end_reason="El sistema de origen dio por atendido el folio",
            version=turn.version + 1,
        )
    if case.live:
        governing = case.governing()
        deadlines.meet(draft, governing, on)
        deadlines.end_all(draft)
        draft.set(
            answered_on=on, answered_at=at, first_answer_on=case.first_answer_on or on, desk_mark=""
        )
        if status == "answered":
            deadlines.after_answer(draft, clockwork, on, at)
    if status == "closed":
        deadlines.end_all(draft)
        draft.set(state=CaseState.CLOSED.value, closed_on=on, ending="listing")
    else:
        draft.set(state=CaseState.ANSWERED.value)
