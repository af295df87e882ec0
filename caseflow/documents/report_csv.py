"""The monthly overdue report for other programs: every folio as CSV, everything as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from caseflow.documents.cells import Cell, Column, csv_cell
from caseflow.documents.listing import BOM
from caseflow.documents.report_sections import ROW_COLUMNS, SECTIONS, row_cells
from caseflow.documents.spanish_dates import month_in_words
from caseflow.domain.vocabulary import spanish
from caseflow.queries.report_figures import Correction, LateEntry, OverdueReport, ReportRow

_COLUMNS = (Column("Sección"), *ROW_COLUMNS)
#: What makes a cell need quotation marks.
_SPECIAL = re.compile('[",\r\n]')


def report_csv(report: OverdueReport) -> bytes:
    """Every list of the report under one header, the first column naming the list.

    UTF-8 with BOM, ISO dates. A folio stands once in each list that holds it.
    """
    writer = _Lines(report.area_names())
    lines = [BOM, _line([column.title for column in _COLUMNS])]
    for section in SECTIONS:
        title = _quoted(section.title)
        for item in getattr(report, section.key):
            if isinstance(item, Correction):
                lines.append(_line([section.title, *_correction_cells(item)]))
            elif isinstance(item, LateEntry):
                where = f"De {month_in_words(item.month)}; registrado el {item.entered_on}"
                note = f"{where}. {item.row.note}" if item.row.note else where
                lines.append(f"{title},{writer.row(item.row._replace(note=note))}")
            else:
                lines.append(f"{title},{writer.row(item)}")
    return "".join(lines).encode("utf-8")


def report_json(report: OverdueReport) -> bytes:
    """The whole report, figures and lists, as UTF-8 JSON; ``OverdueReport.from_json`` reads it."""
    return (json.dumps(report.as_json(), ensure_ascii=False) + "\n").encode("utf-8")


class _Lines:
    """Rows as lines of text. Their words and dates come again and again: each is made once."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names
        self._made: dict[object, str] = {}

    def row(self, row: ReportRow) -> str:
        """The cells of ``row_cells`` under ``ROW_COLUMNS``, as a line."""
        made = self._made
        shape = (row.source, row.kind, row.basis, row.area_codes)
        about = made.get(shape)
        if about is None:
            cells = row_cells(row, self._names)
            about = made[shape] = ",".join(_quoted(cell) for cell in cells[_ABOUT])
        subject = made.get(row.subject)
        if subject is None:
            subject = made[row.subject] = _quoted(row.subject)
        days = (row.received_on, row.due_on, row.met_on)
        dates = made.get(days)
        if dates is None:
            dates = made[days] = ",".join(csv_cell(day) for day in days)
        folio = row.folio if row.folio.isalnum() else _quoted(row.folio)
        note = _quoted(row.note) if row.note else ""
        return (
            f"{folio},{_quoted(row.ref)},{about},{subject},{dates},{row.days_late},"
            f"{_quoted(spanish(row.state))},{note}\r\n"
        )


#: Where source, kind, basis and areas stand among the cells of a row.
_ABOUT = slice(2, 7)


def _quoted(value: Cell) -> str:
    """A cell as CSV writes it: neutral, and in quotation marks where it must be."""
    text = csv_cell(value)
    if not _SPECIAL.search(text):
        return text
    return '"' + text.replace('"', '""') + '"'


def _line(cells: Sequence[Cell]) -> str:
    return ",".join(_quoted(cell) for cell in cells) + "\r\n"


def _correction_cells(correction: Correction) -> Sequence[Cell]:
    """A correction in the columns of a row: folio, ref, and all else as a note."""
    blanks = (None,) * (len(ROW_COLUMNS) - 3)
    note = (
        f"Corrige {month_in_words(correction.month)} ({correction.recorded_on}): "
        f"{correction.what}: decía {correction.before}, debe decir {correction.after}. "
        f"{correction.cause}"
    )
    return (correction.folio, correction.ref, *blanks, note)
