"""What the monthly overdue report shows, once: XLSX, CSV, PDF and screen read these tables.

A section is a list behind a number: its title, the sentence that says what is in it, its columns
and its rows. The sentences about method stand here too, so that no format says it otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from caseflow.documents.cells import Cell, CellKind, Column
from caseflow.documents.spanish_dates import date_and_hour, in_digits, in_words, month_in_words
from caseflow.domain.phrases import N_, NOTHING, Phrase, chain, phrase
from caseflow.domain.vocabulary import Basis, spanish
from caseflow.queries.report_figures import (
    AGE_LABELS,
    REQUEST_WORDS,
    Figures,
    OverdueReport,
    ReportRow,
)

TITLE = N_("Reporte mensual de folios vencidos")

#: In a table of the report the two clocks are told apart by one word.
BASIS_WORDS = {
    Basis.LEGAL: N_("Legal"),
    Basis.COMMITMENT: N_("Compromiso"),
    Basis.INTERNAL: N_("Meta interna"),
}

ROW_COLUMNS = (
    Column("Folio", width=22),
    Column("Referencia", width=26),
    Column("Origen", width=12),
    Column("Tipo", width=20),
    Column("Plazo", width=13),
    Column("Áreas (clave)", width=18),
    Column("Áreas", width=38),
    Column("Asunto", width=48),
    Column("Recibido", CellKind.DATE, 12),
    Column("Vence", CellKind.DATE, 12),
    Column("Respondido", CellKind.DATE, 12),
    Column("Días hábiles de atraso", CellKind.INTEGER, 12),
    Column("Estado", width=18),
    Column("Nota", width=40),
)
LATE_ENTRY_COLUMNS = (
    Column("Mes al que corresponde", width=22),
    Column("Registrado el", CellKind.DATE, 14),
    *ROW_COLUMNS,
)
CORRECTION_COLUMNS = (
    Column("Mes que corrige", width=22),
    Column("Folio", width=22),
    Column("Referencia", width=26),
    Column("Registrada el", CellKind.DATE, 14),
    Column("Qué cambió", width=26),
    Column("Decía", width=26),
    Column("Debe decir", width=26),
    Column("Causa", width=48),
)
FIGURE_COLUMNS = (
    Column("Plazos del mes", CellKind.INTEGER, 12),
    Column("Cumplidos", CellKind.INTEGER, 12),
    Column("Vencieron", CellKind.INTEGER, 12),
    Column("Respondidos con atraso", CellKind.INTEGER, 14),
    Column("Siguen vencidos", CellKind.INTEGER, 12),
    *(Column(f"{label} d. háb.", CellKind.INTEGER, 12) for label in AGE_LABELS),
    Column("Cumplimiento %", CellKind.DECIMAL, 14),
)


@dataclass(frozen=True, slots=True)
class Section:
    """One list of the report. ``key`` names the report's field it shows."""

    key: str
    title: str
    about: str
    columns: Sequence[Column]
    rows: Callable[[OverdueReport], Iterator[Sequence[Cell]]]
    #: Whether the printed document lists it too; the workbook and the CSV always do.
    on_paper: bool = True

    def count(self, report: OverdueReport) -> int:
        """How many rows the list has."""
        return len(getattr(report, self.key))


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One table of figures. ``key`` names the report's field it shows."""

    key: str
    title: str
    first_column: str
    #: Whether a folio may count in several rows, so that the total is not their sum.
    overlaps: bool = False


def row_cells(row: ReportRow, names: dict[str, str]) -> tuple[Cell, ...]:
    """A row under ``ROW_COLUMNS``; ``names`` are the areas' names by code."""
    return (
        row.folio,
        row.ref,
        spanish(row.source),
        spanish(row.kind),
        BASIS_WORDS[row.basis],
        "; ".join(row.area_codes),
        area_words(row, names),
        row.subject,
        row.received_on,
        row.due_on,
        row.met_on,
        row.days_late,
        spanish(row.state),
        row.note,
    )


def area_words(row: ReportRow, names: dict[str, str]) -> str:
    """The names of the areas that count the row; the code where the tree has no name."""
    return "; ".join(names.get(code, code) for code in row.area_codes)


def figure_cells(figures: Figures) -> tuple[Cell, ...]:
    """A line under ``FIGURE_COLUMNS``; compliance as a number, or the words for 0 of 0."""
    compliance = figures.compliance
    return (
        figures.due,
        figures.met,
        figures.became_overdue,
        figures.answered_late,
        figures.still_overdue,
        *figures.ages,
        figures.compliance_text if compliance is None else float(compliance),
    )


def _list(key: str) -> Callable[[OverdueReport], Iterator[Sequence[Cell]]]:
    def rows(report: OverdueReport) -> Iterator[Sequence[Cell]]:
        names = report.area_names()
        return (row_cells(row, names) for row in getattr(report, key))

    return rows


def _late_entries(report: OverdueReport) -> Iterator[Sequence[Cell]]:
    names = report.area_names()
    return (
        (month_in_words(entry.month), entry.entered_on, *row_cells(entry.row, names))
        for entry in report.late_entries
    )


def _corrections(report: OverdueReport) -> Iterator[Sequence[Cell]]:
    return (
        (
            month_in_words(correction.month),
            correction.folio,
            correction.ref,
            correction.recorded_on,
            correction.what,
            correction.before,
            correction.after,
            correction.cause,
        )
        for correction in report.corrections
    )


SECTIONS = (
    Section(
        "still_overdue",
        N_("Siguen vencidos"),
        N_(
            "Folios cuyo plazo venció y que no tenían respuesta al corte, del más atrasado al más "
            "reciente."
        ),
        ROW_COLUMNS,
        _list("still_overdue"),
    ),
    Section(
        "became_overdue",
        N_("Vencieron en el mes"),
        N_("Folios cuyo plazo venció en el mes sin respuesta, aunque se hayan respondido después."),
        ROW_COLUMNS,
        _list("became_overdue"),
    ),
    Section(
        "answered_late",
        N_("Respondidos con atraso"),
        N_("Folios que se respondieron en el mes después de su último día."),
        ROW_COLUMNS,
        _list("answered_late"),
    ),
    Section(
        "left_out",
        N_("Fuera del cálculo"),
        N_(
            "Folios con último día en el mes que no cuentan en el cumplimiento: en espera de la "
            "persona, desistidos, remitidos o cancelados."
        ),
        ROW_COLUMNS,
        _list("left_out"),
    ),
    Section(
        "late_entries",
        N_("Registrados después del cierre"),
        N_(
            "Folios de meses ya cerrados que se registraron después; no modifican aquellos "
            "reportes."
        ),
        LATE_ENTRY_COLUMNS,
        _late_entries,
    ),
    Section(
        "corrections",
        N_("Correcciones a meses cerrados"),
        N_(
            "Datos posteriores que desmienten una cifra ya reportada; el reporte cerrado se "
            "conserva."
        ),
        CORRECTION_COLUMNS,
        _corrections,
    ),
    Section(
        "on_time",
        N_("Cumplidos en plazo"),
        N_("Folios con último día en el mes cuya respuesta se notificó ese día o antes."),
        ROW_COLUMNS,
        _list("on_time"),
        on_paper=False,
    ),
)
BREAKDOWNS = (
    Breakdown("by_area", N_("Por área"), N_("Área"), overlaps=True),
    Breakdown("by_source", N_("Por origen"), N_("Origen")),
    Breakdown("by_kind", N_("Por tipo"), N_("Tipo")),
    Breakdown("by_basis", N_("Por plazo"), N_("Plazo")),
)


def status_words(report: OverdueReport) -> Phrase:
    """Whether the month is closed, in words: a reader must not take open figures for final."""
    if not report.closed:
        return phrase(
            "cifras preliminares al {day}; no es un reporte cerrado", day=in_digits(report.cut_off)
        )
    at = date_and_hour(report.made_at)
    if report.edition == 1:
        return phrase("mes cerrado el {at}; sus cifras ya no cambian", at=at)
    return phrase(
        "mes cerrado el {at}; sus cifras ya no cambian; edición {n}", at=at, n=report.edition
    )


def headline(report: OverdueReport) -> Phrase:
    """``Octubre de 2026 · Dirección de Concertación Ciudadana``."""
    return chain(" · ", (month_in_words(report.month).as_a_title(), _area(report)))


def _area(report: OverdueReport) -> str:
    """The area, and where the report counts them alone, that it is about requests."""
    name, requests = report.area_name, REQUEST_WORDS.format(area="")
    if report.scope and name.endswith(requests):
        return phrase(REQUEST_WORDS, area=name.removesuffix(requests))
    return name


def method_words(report: OverdueReport) -> tuple[Phrase, ...]:
    """How the figures were made, in sentences that stand on their own."""
    sentences = [
        phrase(
            "Los días de atraso son hábiles, según el calendario de la alcaldía. Un folio está "
            "vencido desde el día siguiente al último de su plazo, y el plazo se cumple cuando la "
            "respuesta se notifica ese día o antes."
        ),
        phrase(
            "Cumplimiento es la parte de los plazos con último día en el mes que se cumplieron. "
            "Los folios en espera de la persona, desistidos, remitidos y cancelados no cuentan y "
            "se listan aparte; sin plazos en el mes se lee «sin casos»."
        ),
        phrase(
            "«Legal» es el plazo que fija la ley; «Compromiso», el plazo de atención que fija la "
            "propia alcaldía."
        ),
        phrase(OVERLAP_WORDS),
        phrase(
            "Las cifras provienen de los asientos fechados de cada folio, con corte a las 24:00 "
            "horas del {day}. Lo que se registra después del cierre no las modifica: se informa "
            "en línea aparte en el reporte del mes en que llega.",
            day=in_words(report.cut_off),
        ),
    ]
    if report.edition_reason:
        sentences.append(
            phrase("Edición {n}. Motivo: {reason}", n=report.edition, reason=report.edition_reason)
        )
    sentences.append(
        phrase(
            "Calendario de días inhábiles: {calendar}. Plazos: {law}.",
            calendar=report.calendar_version,
            law=report.law_version,
        )
    )
    return tuple(sentences)


OVERLAP_WORDS = N_(
    "Un folio cuenta en cada área que tenía un turno abierto el día en que venció (el respondido "
    "en plazo, en las que contestaron su turno), o en su mesa si no había ninguna; cada área lo "
    "cuenta una vez y el total también una sola. Por eso la suma de las áreas puede ser mayor que "
    "el total."
)


def change_words(report: OverdueReport) -> Phrase:
    """``6 menos que en septiembre de 2026``; empty without an earlier month."""
    change = report.change
    if change is None:
        return NOTHING
    before = month_in_words(report.trend[-2].month)
    if change == 0:
        return phrase("igual que en {month}", month=before)
    if change < 0:
        return phrase("{n:,} menos que en {month}", n=-change, month=before)
    return phrase("{n:,} más que en {month}", n=change, month=before)
