"""The supervisor's board: per area what is open, late and unattended, and the list behind it."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, partial
from operator import attrgetter
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time

from caseflow.commands.access import note_access
from caseflow.commands.work import begin_work
from caseflow.documents.cells import Cell, CellKind, Column
from caseflow.documents.listing import listing_csv, listing_xlsx
from caseflow.domain.instants import local
from caseflow.domain.lights import light_of
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import Role, Semaphore
from caseflow.extensions import db
from caseflow.queries.board import Board, Load, board
from caseflow.queries.inbox import reach_of
from caseflow.queries.lists import DeskFilter, TurnFilter
from caseflow.queries.report_figures import AGE_LABELS
from caseflow.web.board_charts import charts_view
from caseflow.web.exports import CSV, XLSX
from caseflow.web.inbox import day
from caseflow.web.list_filters import BANDS, SLUGS
from caseflow.web.list_view import Counter, number
from caseflow.web.policy import POLICY
from caseflow.web.sessions import now, rules, signed_in_actor, today
from caseflow.web.words import _, ngettext

bp = Blueprint("board", __name__)

_LIGHTS = (
    Semaphore.OVERDUE,
    Semaphore.TODAY,
    Semaphore.SOON,
    Semaphore.ON_TIME,
    Semaphore.WAITING,
    Semaphore.NO_TERM,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: the count, the list behind it, and the classes of its cell and its link."""

    label: str
    count: int
    href: str
    cell: str
    cls: str


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One area (or desk) of the board."""

    code: str
    name: str
    href: str
    open: str
    parts: tuple[tuple[str, int], ...]
    bar_label: str
    figures: tuple[Figure, ...]
    urgent: str


@dataclass(frozen=True, slots=True)
class Group:
    """The areas with their turns, or the desks with their cases; ``whole`` scales the bars."""

    lines: tuple[AreaLine, ...]
    total: AreaLine
    whole: int


@dataclass(frozen=True, slots=True)
class BoardView:
    """All that ``board/show.html`` reads."""

    lead: str
    counters: tuple[Counter, ...]
    turns: Group
    desks: Group | None
    ages: tuple[str, ...]
    can_reassign: bool
    picks: tuple[tuple[str, str], ...]
    report: str | None
    exports: tuple[tuple[str, str], ...]


@bp.get("/tablero")
def show() -> ResponseReturnValue:
    """The board of all that the person supervises."""
    actor = signed_in_actor()
    found = board(db.session(), actor, day())
    return render_template("board/show.html", view=_view(actor, found))


@bp.get("/tablero/graficas")
def charts() -> ResponseReturnValue:
    """The charts below the board: a fragment that it loads afterwards, or a page of their own."""
    view = charts_view(signed_in_actor(), day())
    name = "board/_charts.html" if request.headers.get("HX-Request") else "board/charts.html"
    return render_template(name, view=view)


@bp.get("/tablero/exportar.<any(xlsx,csv):form>")
def export(form: str) -> ResponseReturnValue:
    """The figures as a file: areas and counts, no folio and no person."""
    actor = signed_in_actor()
    view = _view(actor, board(db.session(), actor, day()))
    heads = [figure.label for figure in view.turns.total.figures]
    columns = [
        Column(_("Área"), width=36),
        Column(_("Abiertos"), CellKind.INTEGER, 10),
        *(Column(head, CellKind.INTEGER, 12) for head in heads),
    ]
    cells: list[Sequence[Cell]] = [
        (line.name, *(_plain(line))) for line in (*view.turns.lines, view.turns.total)
    ]
    if form == "csv":
        body, mimetype = listing_csv(columns, cells), CSV
    else:
        body, mimetype = (
            listing_xlsx(
                columns, cells, title=_("Tablero"), office=rules().office.name,
                made_at=local(now()),
            ),
            XLSX,
        )  # fmt: skip
    with begin_work(actor, now()) as work:
        note_access(work, None, "export")
    name = f"tablero-{today():%Y-%m-%d}.{form}"
    return send_file(io.BytesIO(body), mimetype=mimetype, as_attachment=True, download_name=name)


def _plain(line: AreaLine) -> Iterable[Cell]:
    yield sum(count for _light, count in line.parts)
    yield from (figure.count for figure in line.figures)


def _view(actor: Actor, found: Board) -> BoardView:
    turns, desks = found.all_turns, found.all_desks
    areas = _areas(actor, found)
    return BoardView(
        lead=_lead(len(areas), turns, desks),
        counters=_counters(turns, desks),
        turns=_group(areas, found.turns, turns, url_for("inbox.show"), _turn_columns()),
        desks=_group(
            sorted(found.desks), found.desks, desks, url_for("inbox.desk"), _desk_columns()
        )
        if found.desks
        else None,
        ages=tuple(label.replace("más de", ">") for label in AGE_LABELS),
        can_reassign=actor.has(Role.SUPERVISOR),
        picks=(
            (f"estado:{TurnFilter.PENDING}", _("Sin aceptar")),
            (f"estado:{TurnFilter.UNASSIGNED}", _("Sin asignar")),
            (f"luz:{SLUGS[Semaphore.OVERDUE]}", _("Vencidos")),
            ("todos", _("Todos los abiertos")),
        ),
        report=url_for("reports.index") if "reports.index" in POLICY else None,
        exports=tuple(
            (words, url_for(".export", form=form))
            for form, words in (("xlsx", _("Exportar XLSX")), ("csv", _("CSV")))
        ),
    )


def _areas(actor: Actor, found: Board) -> list[int]:
    """The areas in force within reach, and whatever else still holds turns."""
    reach = reach_of(actor)
    wanted = None
    if reach.areas is not None and reach.requests is not None:
        wanted = reach.areas | reach.requests
    return [
        node.id
        for node in rules().tree.in_order()
        if node.id in found.turns
        or (node.active(today()) and (wanted is None or node.id in wanted))
    ]


def _lead(areas: int, turns: Load, desks: Load) -> str:
    said = (
        ngettext("%(num)s área", "%(num)s áreas", areas),
        ngettext(
            "%(count)s turno abierto", "%(count)s turnos abiertos", turns.open,
            count=number(turns.open),
        ),
        ngettext(
            "%(count)s asunto en mesa", "%(count)s asuntos en mesa", desks.open,
            count=number(desks.open),
        ),
        _("hoy a las {time} h, en días hábiles").format(
            time=format_time(local(now()), "HH:mm", rebase=False)
        ),
    )  # fmt: skip
    return " · ".join(said)


def _counters(turns: Load, desks: Load) -> tuple[Counter, ...]:
    words = (_("Vencidos"), _("Vencen hoy"), _("Por vencer"), _("En tiempo"), _("En espera"))
    made = [
        Counter(
            light.value,
            number(turns.of(light)),
            label,
            ngettext("y %(num)s en mesa", "y %(num)s en mesa", desks.of(light))
            if desks.of(light)
            else None,
            url_for("inbox.show", luz=SLUGS[light]),
        )
        for light, label in zip(_LIGHTS, words, strict=False)
    ]
    plain = (
        (desks.returned, _("Devueltos"), "arrow-back-up",
         url_for("inbox.desk", estado=DeskFilter.RETURNED)),
        (turns.pending, _("Sin aceptar"), "hourglass",
         url_for("inbox.show", estado=TurnFilter.PENDING)),
        (turns.unassigned, _("Sin asignar"), "user-question",
         url_for("inbox.show", estado=TurnFilter.UNASSIGNED)),
    )  # fmt: skip
    made += [Counter("", number(n), label, None, href, icon=icon) for n, label, icon, href in plain]
    return tuple(made)


@dataclass(frozen=True, slots=True)
class _Column:
    """A figure of every line: its word, how to read it, and the filters of the list behind it."""

    label: str
    count: Callable[[Load], int]
    filters: str
    #: how it looks when it is not 0
    alarm: str = ""
    edge: bool = False
    age: bool = False

    def figure(self, count: int, href: str) -> Figure:
        """The figure of one line."""
        cell, alarm = "n lim" if self.edge else "n", self.alarm if count else ""
        if self.age:  # then the whole cell is coloured
            return Figure(self.label, count, href, f"{cell} edad {alarm}".rstrip(), "cifra")
        return Figure(self.label, count, href, cell, f"cifra {alarm}".rstrip())


def _group(
    areas: Sequence[int], loads: Mapping[int, Load], whole: Load, path: str,
    columns: Sequence[_Column],
) -> Group:  # fmt: skip
    """The lines of a group, the latest first: what is overdue, then what is open.

    ``path``: of the list that a figure leads to. Addresses are put together here: a board has
    hundreds.
    """
    tree, label, words = rules().tree, _bar_label(), lru_cache(maxsize=None)(_urgent)
    none = Load({})
    named = [(area_id, loads.get(area_id, none)) for area_id in areas]
    named.sort(key=lambda pair: (-pair[1].of(Semaphore.OVERDUE), -pair[1].open))

    def line(code: str, name: str, load: Load) -> AreaLine:
        href = f"{path}?{urlencode({'area': code})}" if code else path
        more = f"{href}&" if code else f"{href}?"
        figures = tuple(
            column.figure(column.count(load), f"{more}{column.filters}") for column in columns
        )
        parts = tuple((light.value, load.of(light)) for light in _LIGHTS)
        late, today_, soon, good, waiting, _none = (count for _light, count in parts)
        said = label.format(
            name=name, late=late, today=today_, soon=soon, good=good, waiting=waiting
        )
        return AreaLine(
            code, name, href, number(load.open), parts, said, figures, words(load.first_due_on)
        )

    made = tuple(line(tree.nodes[a].code, tree.short(a), load) for a, load in named)
    top = max((load.open for _area, load in named), default=0)
    return Group(made, line("", _("Total"), whole), max(top, 1))


def _bar_label() -> str:
    return _(
        "{name}: {late} vencidos, {today} vencen hoy, {soon} por vencer, {good} en tiempo, "
        "{waiting} en espera"
    )


def _turn_columns() -> tuple[_Column, ...]:
    late = SLUGS[Semaphore.OVERDUE]
    return (
        _light(_("Hoy"), Semaphore.TODAY, alarm="h1v", edge=True),
        _light(_("1–3 d"), Semaphore.SOON),
        _light(_("Vencidos"), Semaphore.OVERDUE, alarm="vt", edge=True),
        *(
            _Column(
                _("{days} d").format(days=label.replace("más de", ">")),
                partial(_age, at),
                urlencode({"luz": late, "atraso": BANDS[at]}),
                alarm=f"edad-{at + 1}" if at > 1 else "",
                age=True,
            )
            for at, label in enumerate(AGE_LABELS)
        ),
        _state(_("Sin aceptar"), "pending", TurnFilter.PENDING, edge=True),
        _state(_("Sin asignar"), "unassigned", TurnFilter.UNASSIGNED),
        _state(_("Por firmar"), "drafted", TurnFilter.DRAFTED),
    )


def _desk_columns() -> tuple[_Column, ...]:
    return (
        _light(_("Hoy"), Semaphore.TODAY, alarm="h1v", edge=True),
        _light(_("1–3 d"), Semaphore.SOON),
        _light(_("Vencidos"), Semaphore.OVERDUE, alarm="vt"),
        _light(_("En espera"), Semaphore.WAITING),
        _state(_("Devueltos"), "returned", DeskFilter.RETURNED, edge=True),
        _state(_("Sin regla"), "unroutable", DeskFilter.UNROUTABLE),
    )


def _light(label: str, light: Semaphore, *, alarm: str = "", edge: bool = False) -> _Column:
    filters = urlencode({"luz": SLUGS[light]})
    return _Column(label, lambda load: load.of(light), filters, alarm, edge)


def _state(label: str, name: str, chosen: StrEnum, *, edge: bool = False) -> _Column:
    return _Column(label, attrgetter(name), urlencode({"estado": chosen}), edge=edge)


def _age(band: int, load: Load) -> int:
    return load.ages[band]


def _urgent(first_due_on: dt.date | None) -> str:
    """The most urgent of them in words: ``Vencido · 34 d háb.``"""
    if first_due_on is None:
        return "—"
    return light_of(first_due_on, False, True, today(), rules().calendar, None).words
