"""The inbox and its sisters: turns of my areas, turns of mine, cases at my desks."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from caseflow.commands.access import note_access
from caseflow.commands.work import begin_work
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import Role
from caseflow.extensions import db
from caseflow.queries.desks import CaseList
from caseflow.queries.inbox import TurnList, reach_of, works_with_turns
from caseflow.queries.lists import CaseFilter, Counts, Day, DeskFilter, TurnFilter
from caseflow.web.exports import MOST_ROWS, listing
from caseflow.web.list_filters import Address, read_address
from caseflow.web.list_view import (
    BulkAction,
    Choice,
    Counter,
    Line,
    area_options,
    bulk_actions,
    case_states,
    counters,
    desk_states,
    lines,
    number,
    source_chips,
    turn_states,
)
from caseflow.web.policy import POLICY
from caseflow.web.sessions import now, rules, signed_in_actor, today
from caseflow.web.words import _, ngettext

bp = Blueprint("inbox", __name__)

#: Where each kind of person begins, the first that they may open.
_HOMES = ("inbox.show", "search.show", "mediations.index", "admin.users", "access.account")


@dataclass(frozen=True, slots=True)
class Listing:
    """All that ``inbox/show.html`` reads."""

    title: str
    lead: str
    counters: tuple[Counter, ...]
    chips: tuple[Choice, ...]
    areas: tuple[tuple[str, str], ...]
    states: tuple[tuple[str, str], ...]
    parameters: dict[str, list[str]]
    lines: tuple[Line, ...]
    count: str
    total: int
    previous: str | None
    next: str | None
    actions: tuple[BulkAction, ...]
    exports: tuple[tuple[str, str], ...]
    path: str
    all: str
    list_name: str
    empty: tuple[str, str]
    person_column: str


def day() -> Day:
    """The dates that lights compare with in this request."""
    return Day(today(), rules().calendar)


@bp.get("/")
def home() -> ResponseReturnValue:
    """The first page that the person has something to do on."""
    actor = signed_in_actor()
    for endpoint in _HOMES:
        if endpoint in POLICY and POLICY[endpoint].admits(actor):
            return redirect(url_for(endpoint))
    abort(404)


@dataclass(frozen=True, slots=True)
class _Kind:
    """One of the lists: its words and what it holds."""

    endpoint: str
    name: str
    title: Callable[[], str]
    states: type[StrEnum]
    empty: Callable[[], tuple[str, str]]


_TURNS = _Kind(
    "inbox.show",
    "bandeja",
    lambda: _("Bandeja de turnos"),
    TurnFilter,
    lambda: (
        _("No hay turnos abiertos"),
        _("Cuando se turne un folio a su área, aparecerá aquí."),
    ),
)
_MINE = _Kind(
    "inbox.mine",
    "mis-turnos",
    lambda: _("Mis turnos"),
    TurnFilter,
    lambda: (_("No tiene turnos asignados"), _("Los que le asignen aparecerán aquí.")),
)
_CASES = _Kind(
    "inbox.show",
    "bandeja",
    lambda: _("Bandeja de asuntos"),
    CaseFilter,
    lambda: (
        _("No hay asuntos abiertos"),
        _("Los que se capturen en su ventanilla aparecerán aquí."),
    ),
)
_DESK = _Kind(
    "inbox.desk",
    "mesa",
    lambda: _("Asuntos en mesa"),
    DeskFilter,
    lambda: (
        _("Nada espera una decisión"),
        _("Aquí aparece lo que está por turnar, lo devuelto y lo que ya se puede responder."),
    ),
)


@bp.get("/bandeja")
def show() -> ResponseReturnValue:
    """The open turns of the person's areas; for a window, the cases it looks after."""
    actor = signed_in_actor()
    return _page(actor, _TURNS if works_with_turns(actor) else _CASES)


@bp.get("/mis-turnos")
def mine() -> ResponseReturnValue:
    """The turns assigned to the person."""
    return _page(signed_in_actor(), _MINE)


@bp.get("/mesa")
def desk() -> ResponseReturnValue:
    """The cases that wait for a decision at the person's desks."""
    return _page(signed_in_actor(), _DESK)


@bp.get("/bandeja/exportar.<any(xlsx,csv):form>")
def export(form: str) -> ResponseReturnValue:
    actor = signed_in_actor()
    return _export(actor, _TURNS if works_with_turns(actor) else _CASES, form)


@bp.get("/mis-turnos/exportar.<any(xlsx,csv):form>")
def export_mine(form: str) -> ResponseReturnValue:
    return _export(signed_in_actor(), _MINE, form)


@bp.get("/mesa/exportar.<any(xlsx,csv):form>")
def export_desk(form: str) -> ResponseReturnValue:
    return _export(signed_in_actor(), _DESK, form)


def turn_list(actor: Actor, name: str, address: Address) -> TurnList:
    """The list of turns that a name in a form stands for."""
    return TurnList(actor, day(), address.filters, mine=name == _MINE.name)


def asked_address(actor: Actor, name: str) -> Address | None:
    """The list that a form names with its filters; none where the person has no such list."""
    inbox = _TURNS if works_with_turns(actor) else _CASES
    for kind in (inbox, _MINE, _DESK):
        if kind.name == name and POLICY[kind.endpoint].admits(actor):
            return read_address(kind.endpoint, kind.states)
    return None


def _query(actor: Actor, kind: _Kind, address: Address) -> TurnList | CaseList:
    if kind in (_TURNS, _MINE):
        return turn_list(actor, kind.name, address)
    return CaseList(actor, day(), address.filters, desk=kind is _DESK)


def _page(actor: Actor, kind: _Kind) -> ResponseReturnValue:
    address = read_address(kind.endpoint, kind.states)
    asked = _query(actor, kind, address)
    counts = asked.counts(db.session())
    page = asked.page(db.session(), address.cut)
    turns = kind in (_TURNS, _MINE)
    total = counts.of(address.filters.light)
    listed = Listing(
        title=kind.title(),
        lead=_lead(counts, turns),
        counters=counters(counts, address),
        chips=source_chips(address),
        areas=_areas(actor, kind),
        states=_states(kind),
        parameters=address.parameters(),
        lines=lines(page.rows),
        count=_count(total, turns),
        total=total,
        previous=address.before(page.previous),
        next=address.after(page.next),
        actions=bulk_actions(actor) if turns else (),
        exports=tuple(
            (words, address.to(_EXPORT[kind.name], form=form))
            for form, words in (("xlsx", _("Exportar XLSX")), ("csv", _("CSV")))
        ),
        path=request.path,
        all=url_for(kind.endpoint),
        list_name=kind.name,
        empty=_empty(kind, address),
        person_column=_("Estado y responsable") if turns else _("Estado"),
    )
    return render_template("inbox/show.html", view=listed)


_EXPORT = {
    "bandeja": "inbox.export",
    "mis-turnos": "inbox.export_mine",
    "mesa": "inbox.export_desk",
}


def _export(actor: Actor, kind: _Kind, form: str) -> ResponseReturnValue:
    address = read_address(kind.endpoint, kind.states)
    rows = _query(actor, kind, address).all(db.session(), MOST_ROWS + 1)
    body, mimetype = listing(rows, kind.title(), form)
    with begin_work(actor, now()) as work:
        note_access(work, None, "export")
    name = f"{kind.name}-{today():%Y-%m-%d}.{form}"
    return send_file(io.BytesIO(body), mimetype=mimetype, as_attachment=True, download_name=name)


def _lead(counts: Counts, turns: bool) -> str:
    """How much there is, and how much of it nobody has."""
    if not turns:
        return ngettext("%(num)s asunto", "%(num)s asuntos", counts.total)
    said = ngettext("%(num)s turno abierto", "%(num)s turnos abiertos", counts.total)
    free = sum(counts.unassigned.values())
    return (
        f"{said} · {ngettext('%(num)s sin asignar', '%(num)s sin asignar', free)}" if free else said
    )


def _count(total: int, turns: bool) -> str:
    if turns:
        return ngettext("%(count)s turno", "%(count)s turnos", total, count=number(total))
    return ngettext("%(count)s asunto", "%(count)s asuntos", total, count=number(total))


def _areas(actor: Actor, kind: _Kind) -> tuple[tuple[str, str], ...]:
    if kind is _CASES:
        return ()
    if kind is _DESK:
        if actor.over_all(Role.SUPERVISOR, Role.TRANSPARENCY):
            return area_options(None)
        desks = actor.areas(Role.CLERK) | actor.reach(Role.SUPERVISOR, Role.TRANSPARENCY)
        return area_options(desks)
    reach = reach_of(actor)
    if reach.areas is None or reach.requests is None:
        return area_options(None)
    return area_options(reach.areas | reach.requests)


def _states(kind: _Kind) -> tuple[tuple[str, str], ...]:
    if kind is _DESK:
        return desk_states()
    if kind is _CASES:
        return case_states()
    return turn_states()


def _empty(kind: _Kind, address: Address) -> tuple[str, str]:
    if address.filters.active:
        return (_("Nada coincide con estos filtros"), _("Quite alguno para ver más."))
    return kind.empty()
