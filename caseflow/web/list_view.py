"""A list as its template shows it: all texts, addresses and marks worked out beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from caseflow.domain.lights import Light
from caseflow.domain.people import Actor, Who
from caseflow.domain.permits import may
from caseflow.domain.phrases import N_
from caseflow.domain.vocabulary import (
    WAITING_STATES,
    Basis,
    CaseState,
    Kind,
    Role,
    Semaphore,
    Source,
    TurnState,
    spanish,
)
from caseflow.domain.workflow import TURN_BY_ACTION
from caseflow.queries.lists import CaseFilter, Counts, DeskFilter, Row, TurnFilter
from caseflow.web.list_filters import SLUGS, Address
from caseflow.web.pending_dates import PENDING_SHORT, pending_dates
from caseflow.web.sessions import rules
from caseflow.web.words import _, ngettext

#: Acts that many turns may take at once, in the order of their buttons.
BULK_ACTIONS = ("reassign", "accept", "assign", "return", "withdraw")
_RELATION = {
    Role.STAFF: Who.STAFF,
    Role.HEAD: Who.HEAD,
    Role.SUPERVISOR: Who.SUPERVISOR,
    Role.TRANSPARENCY: Who.TRANSPARENCY,
}


_COUNTERS = (
    (Semaphore.OVERDUE, N_("Vencidos"), N_("de días anteriores")),
    (Semaphore.TODAY, N_("Vencen hoy"), N_("último día")),
    (Semaphore.SOON, N_("Por vencer"), N_("en 1 a 3 días hábiles")),
    (Semaphore.ON_TIME, N_("En tiempo"), N_("más de 3 días hábiles")),
    (Semaphore.WAITING, N_("En espera"), N_("de la persona")),
    (Semaphore.NO_TERM, N_("Sin plazo"), N_("sin fecha de vencimiento")),
)
_TURN_STATES = {
    TurnFilter.PENDING: N_("Por aceptar"),
    TurnFilter.ACCEPTED: N_("En atención"),
    TurnFilter.DRAFTED: N_("Por firmar"),
    TurnFilter.UNASSIGNED: N_("Sin asignar"),
    TurnFilter.RETURNED_BEFORE: N_("Devuelto antes"),
}
_DESK_STATES = {
    DeskFilter.NEW: N_("Por turnar"),
    DeskFilter.RETURNED: N_("Devuelto"),
    DeskFilter.WITHDRAWN: N_("Turno sin efecto"),
    DeskFilter.UNROUTABLE: N_("Sin regla que lo turne"),
    DeskFilter.REVIEW: N_("Por responder"),
}
_DESK_MARKS = {
    "returned": N_("Devuelto"),
    "withdrawn": N_("Turno sin efecto"),
    "unroutable": N_("Sin regla que lo turne"),
}
#: Which of the two clocks a date belongs to, in one word.
_BASIS = {Basis.LEGAL.value: N_("legal"), Basis.COMMITMENT.value: N_("compromiso")}
_NO_DATE = N_("Sin fecha límite")
_RESERVED = N_("Datos reservados")
_NAMELESS = N_("Sin nombre")


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that filters: a chip of the row of sources."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Counter:
    """One counter of the semáforo, or a plain one with its icon."""

    light: str
    count: str
    label: str
    note: str | None
    href: str
    current: bool = False
    icon: str = ""


@dataclass(frozen=True, slots=True)
class BulkAction:
    """A button for the marked rows."""

    label: str
    icon: str
    action: str
    key: str
    method: str = "get"


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what the cells say."""

    key: str
    href: str
    preview: str
    sem: Light
    due: str
    basis: str
    #: the date may move: a change of the calendar has not reached it yet
    pending: str
    folio: str
    ref: str
    source: str
    subject: str
    person: str
    mark: str
    area: str
    state: str
    drafted: bool
    assignee: str
    unassigned: bool


def number(count: int) -> str:
    """A figure with its thousands apart: ``22,274``."""
    return f"{count:,}"


def counters(counts: Counts, address: Address) -> tuple[Counter, ...]:
    """The semáforo as filters; the one in force leads back to all. Without a term only if any."""
    made = []
    for light, label, usual in _COUNTERS:
        count = counts.of(light)
        current = address.filters.light is light
        if light is Semaphore.NO_TERM and not count and not current:
            continue
        free = counts.unassigned.get(light, 0)
        note = ngettext("%(num)s sin asignar", "%(num)s sin asignar", free) if free else _(usual)
        made.append(
            Counter(
                light.value,
                number(count),
                _(label),
                note,
                address.to(luz=None if current else SLUGS[light]),
                current,
            )
        )
    return tuple(made)


def light_label(light: Semaphore) -> str:
    """The counter of a light by its name: ``Vencidos``."""
    return next(_(label) for each, label, _usual in _COUNTERS if each is light)


def source_chips(address: Address) -> tuple[Choice, ...]:
    chosen = address.filters.source
    everything = Choice(_("Todos"), address.to(origen=None), not chosen)
    return (
        everything,
        *(
            Choice(_(spanish(source)), address.to(origen=source.value), chosen == source)
            for source in Source
        ),
    )


def turn_states() -> tuple[tuple[str, str], ...]:
    return (("", _("Cualquier estado")), *((v.value, _(w)) for v, w in _TURN_STATES.items()))


def case_states() -> tuple[tuple[str, str], ...]:
    words = ((state.value, _(spanish(CaseState[state.name]))) for state in CaseFilter)
    return (("", _("Cualquier estado")), *words)


def desk_states() -> tuple[tuple[str, str], ...]:
    return (("", _("Cualquier motivo")), *((v.value, _(w)) for v, w in _DESK_STATES.items()))


def area_options(area_ids: Iterable[int] | None) -> tuple[tuple[str, str], ...]:
    """(code, name) of the areas of a list in the tree's order; none stands for all."""
    wanted = None if area_ids is None else set(area_ids)
    found = [
        (node.code, node.short_name)
        for node in rules().tree.in_order()
        if wanted is None or node.id in wanted
    ]
    return (("", _("Todas las áreas")), *found) if len(found) > 1 else ()


def bulk_actions(actor: Actor) -> tuple[BulkAction, ...]:
    """What the person may do to many turns at once, by the workflow's own table."""
    found = frozenset(_RELATION[grant.role] for grant in actor.grants if grant.role in _RELATION)
    made = []
    for action in BULK_ACTIONS:
        row = TURN_BY_ACTION[action]
        # who can send a turn elsewhere need not take it back first
        spare = action == "withdraw" and Who.SUPERVISOR in found
        if may(row, Kind.SERVICE, found) and not spare:
            made.append(BulkAction(_(row.label), row.icon, f"/turnos/acciones/{action}", row.key))
    made.append(BulkAction(_("Volantes"), "printer", "/turnos/volantes.pdf", ""))
    return tuple(made)


def lines(rows: Sequence[Row]) -> tuple[Line, ...]:
    """The rows as they read. Each word is translated once, however many rows say it."""
    short, say = rules().tree.short, lru_cache(maxsize=None)(_)
    waiting = pending_dates(row.case_id for row in rows)
    return tuple(
        _line(row, ", ".join(map(short, row.areas)), say, pending=row.case_id in waiting)
        for row in rows
    )


def _line(row: Row, area: str, say: Callable[[str], str], *, pending: bool) -> Line:
    path = f"/casos/{row.ref}"
    return Line(
        key=row.key,
        href=path,
        preview=f"{path}/vista",
        sem=row.light,
        due=f"{row.due_on:%d/%m/%Y}" if row.due_on else say(_NO_DATE),
        basis=say(_BASIS[row.basis]) if row.basis else "",
        pending=say(PENDING_SHORT) if pending else "",
        folio=row.folio,
        ref=row.ref,
        source=say(spanish(Source(row.source))),
        subject=_subject(row),
        person=say(_RESERVED) if row.person is None else row.person or say(_NAMELESS),
        mark=_returns(row),
        area=area,
        state=say(_state(row)),
        drafted=row.drafted,
        assignee=row.assignee,
        unassigned=bool(row.number) and not row.assignee,
    )


def _subject(row: Row) -> str:
    """What is asked: the request itself says more than the name of its subject."""
    extract = " ".join(row.extract.split())
    if not extract:
        return row.subject
    return extract if row.subject.upper() in ("", "OTRO") else f"{row.subject}: {extract}"


def _returns(row: Row) -> str:
    if row.number and row.returns:
        return ngettext("devuelto %(num)s vez", "devuelto %(num)s veces", row.returns)
    return ""


def _state(row: Row) -> str:
    """The turn's state, or the case's where the clock rests or no turn stands in the row."""
    if row.case_state in WAITING_STATES:
        return spanish(CaseState(row.case_state))
    if row.number:
        return spanish(TurnState(row.state))
    if row.desk_mark and row.state == CaseState.RECEIVED:
        return _DESK_MARKS.get(row.desk_mark, spanish(CaseState.RECEIVED))
    return spanish(CaseState(row.state))
