"""The monthly overdue report for other programs: every folio as CSV, everything as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from caseflow.documents.cells import Cell, Column
from caseflow.documents.listing import listing_csv
from caseflow.documents.report_sections import ROW_COLUMNS, SECTIONS, row_cells
from caseflow.documents.spanish_dates import month_in_words
from caseflow.queries.report_figures import Correction, LateEntry, OverdueReport

_COLUMNS = (Column("Sección"), *ROW_COLUMNS)


def report_csv(report: OverdueReport) -> bytes:
    """Every list of the report under one header, the first column naming the list.

    UTF-8 with BOM, ISO dates. A folio stands once in each list that holds it.
    """
    return listing_csv(_COLUMNS, _rows(report))


def report_json(report: OverdueReport) -> bytes:
    """The whole report, figures and lists, as UTF-8 JSON; ``OverdueReport.from_json`` reads it."""
    return (json.dumps(report.as_json(), ensure_ascii=False) + "\n").encode("utf-8")


def _rows(report: OverdueReport) -> Iterator[Sequence[Cell]]:
    names = report.area_names()
    for section in SECTIONS:
        for item in getattr(report, section.key):
            if isinstance(item, Correction):
                yield (section.title, *_correction_cells(item))
            elif isinstance(item, LateEntry):
                *cells, note = row_cells(item.row, names)
                where = f"De {month_in_words(item.month)}; registrado el {item.entered_on}"
                yield (section.title, *cells, f"{where}. {note}" if note else where)
            else:
                yield (section.title, *row_cells(item, names))


def _correction_cells(correction: Correction) -> Sequence[Cell]:
    """A correction in the columns of a row: folio, ref, and all else as a note."""
    blanks = (None,) * (len(ROW_COLUMNS) - 3)
    note = (
        f"Corrige {month_in_words(correction.month)} ({correction.recorded_on}): "
        f"{correction.what}: decía {correction.before}, debe decir {correction.after}. "
        f"{correction.cause}"
    )
    return (correction.folio, correction.ref, *blanks, note)
