"""The charts of the board as their template shows them: figures, sentences and colours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import format_date

from caseflow.domain.people import Actor
from caseflow.extensions import db
from caseflow.queries.board_charts import Charts, Where, charts
from caseflow.queries.lists import Day
from caseflow.queries.report_figures import AGE_LABELS
from caseflow.queries.territory_shapes import names
from caseflow.web.list_view import number
from caseflow.web.territory_map import drawing
from caseflow.web.words import _, ngettext

#: Steps of the map's colours: a whole number of cases each, four colours above none.
_COLOURS = 4
#: From this band of age on the sentence counts: more than 20 business days.
_OLD = 3


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of bar. ``values``: one for each label."""

    label: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """The weeks: labels of their Mondays, and the sentence under them."""

    summary: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Pyramid:
    """Rows (label, in time, overdue), young to old."""

    summary: str
    rows: tuple[tuple[str, int, int], ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Shape:
    """One territory of the map."""

    path: str
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Map:
    """``shapes`` empty: no polygons are loaded, and only the rows are shown.

    ``rows``: (territory, open, overdue), those with most first. ``legend``: (class, words).
    """

    summary: str
    note: str
    shapes: tuple[Shape, ...]
    view_box: str
    legend: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class ChartsView:
    """All that ``board/_charts.html`` reads."""

    flow: Flow
    pyramid: Pyramid
    map: Map


def charts_view(actor: Actor, day: Day) -> ChartsView:
    """The charts of all that the person supervises."""
    found = charts(db.session(), actor, day)
    return ChartsView(_flow(found), _pyramid(found), _map(found))


def _flow(found: Charts) -> Flow:
    came = sum(week.came for week in found.weeks)
    left = sum(week.left for week in found.weeks)
    said = _("En {weeks} semanas entraron {came} y salieron {left}").format(
        weeks=len(found.weeks), came=number(came), left=number(left)
    )
    more = came - left
    n, words = abs(more), number(abs(more))
    if more > 0:
        grown = ngettext(
            "el pendiente creció %(num)s asunto", "el pendiente creció %(count)s asuntos", n,
            count=words,
        )  # fmt: skip
    elif more < 0:
        grown = ngettext(
            "el pendiente bajó %(num)s asunto", "el pendiente bajó %(count)s asuntos", n,
            count=words,
        )  # fmt: skip
    else:
        grown = _("el pendiente quedó igual")
    return Flow(
        summary=_("Entradas y salidas por semana. {said}.").format(said=said),
        labels=tuple(_monday(week.monday) for week in found.weeks),
        series=(
            Series(_("Entran"), tuple(week.came for week in found.weeks)),
            Series(_("Salen"), tuple(week.left for week in found.weeks)),
        ),
        sentence=_("{said}: {grown}.").format(said=said, grown=grown),
    )


def _monday(monday: object) -> str:
    return str(format_date(monday, "d MMM")).replace(".", "")


def _pyramid(found: Charts) -> Pyramid:
    words = ("0–5", *AGE_LABELS[1:-1], "> 40")
    rows = tuple((label, good, late) for label, (good, late) in zip(words, found.ages, strict=True))
    old = sum(good + late for _label, good, late in rows[_OLD:])
    late_old = sum(late for _label, _good, late in rows[_OLD:])
    late = sum(late for _label, _good, late in rows)
    sentence = ngettext(
        "%(num)s asunto lleva más de 20 días hábiles abierto",
        "%(count)s asuntos llevan más de 20 días hábiles abiertos",
        old,
        count=number(old),
    )
    overdue = ngettext(
        "%(num)s de ellos está vencido", "%(count)s de ellos están vencidos", late_old,
        count=number(late_old),
    )  # fmt: skip
    return Pyramid(
        summary=_(
            "Antigüedad de lo abierto, en días hábiles desde la recepción: {open} asuntos, {late} "
            "vencidos"
        ).format(open=number(found.open), late=number(late)),
        rows=rows,
        sentence=f"{sentence}; {overdue}."
        if old
        else _("Nada lleva más de 20 días hábiles abierto."),
    )


def _map(found: Charts) -> Map:
    named = names(db.session())
    drawn = drawing()
    placed = sum(where.open for where in found.places.values())
    note = _("{placed} de {open} con ubicación").format(
        placed=number(placed), open=number(found.open)
    )
    ordered = sorted(found.places.items(), key=lambda row: (-row[1].open, row[0]))
    rows = tuple(
        (f"{code} {named.get(code, '')}".strip(), number(where.open), number(where.late))
        for code, where in ordered
    )
    if drawn is None or not drawn.paths:
        return Map(_("Asuntos abiertos por unidad territorial"), note, (), "", (), rows)
    step = _step(where.open for where in found.places.values())
    shapes = tuple(
        Shape(path, _level(found.places.get(code, Where()).open, step), _title(code, named, found))
        for code, path in drawn.paths.items()
    )
    summary = _("Mapa de las unidades territoriales según sus asuntos abiertos")
    if ordered:
        code, most = ordered[0]
        summary = _("{map}: la que más tiene es {name}, con {count}").format(
            map=summary, name=named.get(code, code), count=number(most.open)
        )
    return Map(summary, note, shapes, drawn.view_box, _legend(step), rows)


def _step(counts: Iterable[int]) -> int:
    """How many cases each colour spans, so that the last one begins below the highest count."""
    return max(1, -(-max(counts, default=0) // _COLOURS))


def _level(count: int, step: int) -> int:
    """The colour of a count: 0 for none, up to ``_COLOURS``."""
    return min(_COLOURS, -(-count // step))


def _legend(step: int) -> tuple[tuple[str, str], ...]:
    made = [("m0", "0")]
    for level in range(1, _COLOURS):
        first, last = (level - 1) * step + 1, level * step
        made.append((f"m{level}", number(first) if first == last else f"{first:,}–{last:,}"))
    last_words = _("{count} o más").format(count=number((_COLOURS - 1) * step + 1))
    return (*made, (f"m{_COLOURS}", last_words))


def _title(code: str, named: dict[str, str], found: Charts) -> str:
    where = found.places.get(code, Where())
    said = ngettext("%(num)s abierto", "%(count)s abiertos", where.open, count=number(where.open))
    if where.late:
        late = ngettext(
            "%(num)s vencido", "%(count)s vencidos", where.late, count=number(where.late)
        )
        said = f"{said}, {late}"
    return f"{code} {named.get(code, '')}: {said}"
