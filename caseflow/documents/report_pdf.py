"""The monthly overdue report as the official document: letter size, to print and sign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from caseflow.documents.legible import shortened
from caseflow.documents.render import render_long_pdf
from caseflow.documents.report_sections import (
    BASIS_WORDS,
    BREAKDOWNS,
    OVERLAP_WORDS,
    SECTIONS,
    TITLE,
    Section,
    area_words,
    change_words,
    headline,
    method_words,
    status_words,
)
from caseflow.documents.spanish_dates import in_digits, in_words, month_in_words, month_short
from caseflow.domain.phrases import N_
from caseflow.domain.vocabulary import spanish
from caseflow.queries.report_figures import (
    AGE_LABELS,
    Correction,
    Figures,
    LateEntry,
    OverdueReport,
    ReportRow,
    Signature,
)

#: Rows of one list on paper (about 15 pages); the workbook and the CSV hold all of them.
MOST_ROWS = 500
LONGEST_SUBJECT = 160
LONGEST_NOTE = 160
PLACE = "Ciudad de México"
BLANK_SIGNATURES = (
    Signature(N_("Elaboró"), "", ""),
    Signature(N_("Revisó"), "", ""),
    Signature(N_("Vo. Bo."), "", ""),
)


def report_pdf(report: OverdueReport) -> bytes:
    """The report as PDF; equal reports give equal bytes, so a closed month can be hashed."""
    total = report.total
    data = {
        "title": f"{TITLE}, {month_in_words(report.month)}",
        "subject_line": f"{report.number}. {headline(report)}",
        "heading": TITLE,
        "office": report.office,
        "areas": report.letterhead,
        "number": report.number,
        "right": (f"{PLACE}, a {in_words(report.made_at)}", f"Reporte {report.number}"),
        "headline": headline(report),
        "status": _sentence(status_words(report)),
        "closed": report.closed,
        "tiles": _tiles(report),
        "warnings": report.warnings,
        "age_heads": tuple(label.replace("más de ", "> ") for label in AGE_LABELS),
        "by_area": [{"name": area.name, "cells": _cells(area)} for area in report.by_area],
        "total": {"cells": _cells(total)},
        "overlap": OVERLAP_WORDS if report.sum_exceeds_total else "",
        "trend": _trend(report),
        "ages": _ages(total),
        "breakdowns": [
            {
                "title": breakdown.title,
                "first": breakdown.first_column,
                "rows": [_small_cells(row) for row in getattr(report, breakdown.key)],
                "total": _small_cells(total, "Total"),
            }
            for breakdown in BREAKDOWNS
            if not breakdown.overlaps
        ],
        "sections": [_section(section, report) for section in SECTIONS if section.on_paper],
        "method": method_words(report),
        "signatures": [
            {"act": signature.act, "name": signature.name, "post": signature.post}
            for signature in report.signatures or BLANK_SIGNATURES
        ],
    }
    return render_long_pdf("report", data, made_at=report.made_at)


def _tiles(report: OverdueReport) -> list[dict[str, Any]]:
    total = report.total
    oldest = total.ages[-1]
    median = report.median_days_late
    return [
        {
            "label": "Vencieron en el mes",
            "value": f"{total.became_overdue:,}",
            "note": change_words(report),
            "alarm": total.became_overdue > 0,
        },
        {
            "label": "Respondidos con atraso",
            "value": f"{total.answered_late:,}",
            "note": "" if median is None else f"mediana: {median.normalize():f} d. háb. tarde",
            "alarm": False,
        },
        {
            "label": "Siguen vencidos",
            "value": f"{total.still_overdue:,}",
            "note": f"al {in_digits(report.cut_off)}"
            + (f", {oldest:,} con más de 40 d. háb." if oldest else ""),
            "alarm": total.still_overdue > 0,
        },
        {
            "label": "Cumplimiento",
            "value": total.compliance_text,
            "note": f"{total.met:,} de {total.due:,} plazos a tiempo" if total.due else "",
            "alarm": False,
        },
    ]


def _cells(figures: Figures) -> list[str]:
    counts = (
        figures.due,
        figures.became_overdue,
        figures.answered_late,
        figures.still_overdue,
        *figures.ages,
    )
    return [*(f"{count:,}" for count in counts), figures.compliance_text]


def _small_cells(figures: Figures, name: str = "") -> list[str]:
    counts = (figures.due, figures.became_overdue, figures.still_overdue)
    return [
        name or figures.name,
        *(f"{count:,}" for count in counts),
        figures.compliance_text,
    ]


def _trend(report: OverdueReport) -> list[dict[str, Any]]:
    tallest = max((point.became_overdue for point in report.trend), default=0) or 1
    return [
        {
            "label": month_short(point.month),
            "value": f"{point.became_overdue:,}",
            "share": point.became_overdue / tallest,
            "compliance": point.compliance_text,
            "current": point.month == report.month,
        }
        for point in report.trend
    ]


def _ages(total: Figures) -> list[dict[str, Any]]:
    most = max(total.ages) or 1
    return [
        {"label": label, "value": f"{count:,}", "share": count / most}
        for label, count in zip(AGE_LABELS, total.ages, strict=True)
    ]


def _section(section: Section, report: OverdueReport) -> dict[str, Any]:
    """A list with its columns for paper: fewer than the workbook's, so that it stays readable."""
    items = getattr(report, section.key)
    names = report.area_names()
    shown = items[:MOST_ROWS]
    heads, widths, right = _COLUMNS[section.key]
    hidden = len(items) - len(shown)
    return {
        "title": f"{section.title} al {in_digits(report.cut_off)}"
        if section.key == "still_overdue"
        else section.title,
        "note": _folios(len(items)) if items else "",
        "heads": heads,
        "widths": widths,
        "right": right,
        "rows": [
            (f"{number:,}", *_paper_cells(section.key, item, names))
            for number, item in enumerate(shown, start=1)
        ],
        "rest": f"Se imprimen {len(shown):,} de {len(items):,}; los demás constan en el libro de "
        "cálculo de este mismo reporte."
        if hidden
        else "",
    }


#: Headings, widths in mm (0 takes the rest) and right-aligned columns of each list on paper.
_COLUMNS: dict[str, tuple[Sequence[str], Sequence[int], Sequence[int]]] = {
    "still_overdue": (
        ("Núm.", "Folio", "Asunto", "Área", "Plazo", "Venció", "Atraso"),
        (9, 31, 0, 42, 20, 18, 18),
        (0, 5, 6),
    ),
    "became_overdue": (
        ("Núm.", "Folio", "Asunto", "Área", "Venció", "Respondido", "Atraso"),
        (9, 31, 0, 42, 18, 19, 18),
        (0, 4, 5, 6),
    ),
    "answered_late": (
        ("Núm.", "Folio", "Asunto", "Área", "Venció", "Respondido", "Atraso"),
        (9, 31, 0, 42, 18, 19, 18),
        (0, 4, 5, 6),
    ),
    "left_out": (
        ("Núm.", "Folio", "Asunto", "Área", "Último día", "Estado", "Motivo"),
        (9, 31, 0, 38, 18, 21, 32),
        (0, 4),
    ),
    "late_entries": (
        ("Núm.", "Folio", "Asunto", "Área", "Del mes", "Registrado", "Venció"),
        (9, 31, 0, 42, 22, 18, 18),
        (0, 5, 6),
    ),
    "corrections": (
        ("Núm.", "Folio", "Mes", "Qué cambió", "Decía", "Debe decir", "Causa"),
        (9, 31, 22, 24, 22, 22, 0),
        (0,),
    ),
}


def _paper_cells(
    key: str, item: ReportRow | LateEntry | Correction, names: dict[str, str]
) -> tuple[str, ...]:
    if isinstance(item, Correction):
        return (
            item.folio,
            month_in_words(item.month),
            item.what,
            item.before,
            item.after,
            shortened(item.cause, LONGEST_NOTE),
        )
    row = item.row if isinstance(item, LateEntry) else item
    common = (row.folio, shortened(row.subject, LONGEST_SUBJECT), area_words(row, names))
    if isinstance(item, LateEntry):
        return (
            *common,
            month_in_words(item.month),
            in_digits(item.entered_on),
            in_digits(row.due_on),
        )
    if key == "left_out":
        return (
            *common,
            in_digits(row.due_on),
            spanish(row.state),
            shortened(row.note, LONGEST_NOTE),
        )
    late = f"{row.days_late:,} d. háb."
    if key == "still_overdue":
        return (*common, BASIS_WORDS[row.basis], in_digits(row.due_on), late)
    return (*common, *_dates(row.due_on, row.met_on), late)


def _dates(due_on: date, met_on: date | None) -> tuple[str, str]:
    return in_digits(due_on), in_digits(met_on) or "—"


def _folios(count: int) -> str:
    return "1 folio" if count == 1 else f"{count:,} folios"


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:]
