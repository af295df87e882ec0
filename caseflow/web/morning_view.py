"""The morning sheet as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from caseflow.documents.report_sections import BASIS_WORDS
from caseflow.documents.spanish_dates import in_digits, with_weekday
from caseflow.domain.lights import Light
from caseflow.domain.phrases import chain
from caseflow.domain.vocabulary import spanish
from caseflow.queries.morning import MorningRow, MorningSheet
from caseflow.queries.report_figures import AGE_LABELS
from caseflow.web.words import _

#: Rows of one list on the page; the command line gives all of them.
MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One folio of a list, in texts."""

    ref: str
    href: str
    source: str
    sem: Light
    due: str
    basis: str
    subject: str
    areas: str
    state: str
    person: str


@dataclass(frozen=True, slots=True)
class SheetList:
    """One list of the sheet; ``rest`` is how many rows the page leaves out."""

    id: str
    title: str
    count: int
    rows: tuple[SheetRow, ...]
    rest: int
    alarm: bool


@dataclass(frozen=True, slots=True)
class SheetPage:
    title: str
    lead: str
    business_day: bool
    lists: tuple[SheetList, ...]
    ages: tuple[tuple[str, int], ...]
    overdue: int


def morning_page(sheet: MorningSheet) -> SheetPage:
    """All that ``reports/morning.html`` shows."""
    return SheetPage(
        title=_("Hoja de la mañana"),
        lead=chain(" · ", (sheet.area_name, with_weekday(sheet.on))),
        business_day=sheet.business_day,
        lists=(
            _list("hoy", _("Vencen hoy"), sheet.due_today, alarm=True),
            _list("manana", _("Vencen el siguiente día hábil"), sheet.due_tomorrow),
            _list("tres", _("Vencen en dos o tres días hábiles"), sheet.due_in_three),
            _list("vencidos", _("Vencidos"), sheet.overdue, alarm=True),
            _list("devueltos", _("Devueltos a la mesa"), sheet.returned),
            _list("por-firmar", _("Respuestas por firmar"), sheet.drafts),
            _list("sin-persona", _("Turnos sin persona"), sheet.unassigned),
            _list("por-resolver", _("Prevenciones sin desahogo, por resolver"), sheet.lapses),
            _list("recursos", _("Recursos por atender"), sheet.appeals),
            _list("derechos", _("Derechos por hacer efectivos"), sheet.rights),
        ),
        ages=tuple(zip(map(_, AGE_LABELS), sheet.ages, strict=True)),
        overdue=len(sheet.overdue),
    )


def _list(slug: str, title: str, rows: tuple[MorningRow, ...], *, alarm: bool = False) -> SheetList:
    shown = rows[:MOST_ROWS]
    return SheetList(
        slug,
        title,
        len(rows),
        tuple(_row(row) for row in shown),
        len(rows) - len(shown),
        alarm and bool(rows),
    )


def _row(row: MorningRow) -> SheetRow:
    return SheetRow(
        row.ref,
        url_for("cases.show", ref=row.ref),
        _(spanish(row.source)),
        row.light,
        in_digits(row.due_on),
        _(BASIS_WORDS[row.basis]) if row.basis else "",
        row.subject,
        "; ".join(row.areas),
        _(row.state),
        row.person or _("Sin asignar"),
    )
