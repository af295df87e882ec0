"""The one way in which workbooks are opened and tables are written to them.

Text is written as text, whatever it looks like; rows stream to disk, so that memory stays flat;
the only date in the file is the one given, so that equal data gives equal bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from caseflow.documents.cells import Cell, CellKind, Column, xlsx_text

GUINDA = "#691C32"
PAPER = "#F4F1EA"
LETTER = 1
LONGEST_SHEET_NAME = 31
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
_NUMBER_FORMATS = {
    CellKind.TEXT: "@",
    CellKind.DATE: "dd/mm/yyyy",
    CellKind.DATETIME: "dd/mm/yyyy hh:mm",
    CellKind.INTEGER: "#,##0",
    CellKind.DECIMAL: "#,##0.0",
}


@dataclass(frozen=True, slots=True)
class Book:
    """An open workbook with the house's formats."""

    workbook: Workbook
    title: Format
    note: Format
    heading: Format
    heading_right: Format
    required: Format
    total: dict[CellKind, Format]
    body: dict[CellKind, Format]

    def sheet(self, name: str) -> Worksheet:
        """A new sheet under ``name``, cut and cleaned as Excel demands, told apart if it exists."""
        wanted = _NOT_IN_SHEET_NAMES.sub(" ", name).strip("' ") or "Hoja"
        taken = {sheet.get_name().casefold() for sheet in self.workbook.worksheets()}
        free = wanted[:LONGEST_SHEET_NAME]
        number = 2
        while free.casefold() in taken:
            ending = f" ({number})"
            free = wanted[: LONGEST_SHEET_NAME - len(ending)] + ending
            number += 1
        sheet = self.workbook.add_worksheet(free)
        sheet.set_paper(LETTER)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.set_footer("&L&8Caseflow&R&8Página &P de &N")
        return sheet


@contextmanager
def open_book(target: BytesIO, *, title: str, author: str, made_at: datetime) -> Iterator[Book]:
    """A workbook that is written to ``target`` on leaving. ``made_at`` is local wall time."""
    workbook = Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": _NUMBER_FORMATS[CellKind.DATE],
        },
    )
    workbook.set_properties({"title": title, "author": author, "created": made_at})
    head = {
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": GUINDA,
        "text_wrap": True,
        "valign": "vcenter",
        "border": 1,
        "border_color": "#FFFFFF",
    }
    book = Book(
        workbook=workbook,
        title=workbook.add_format({"bold": True, "font_size": 14, "font_color": GUINDA}),
        note=workbook.add_format({"font_color": "#4A4F57", "valign": "top"}),
        heading=workbook.add_format(head),
        heading_right=workbook.add_format(head | {"align": "right"}),
        required=workbook.add_format({"bold": True, "bg_color": PAPER, "bottom": 1}),
        total=_formats(workbook, {"bold": True, "top": 1, "bg_color": PAPER}),
        body=_formats(workbook, {"valign": "top"}),
    )
    try:
        yield book
    finally:
        workbook.close()


def write_table(
    book: Book,
    sheet: Worksheet,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    *,
    first_row: int = 0,
    total: Sequence[Cell] | None = None,
) -> int:
    """Heading, rows and an optional total from ``first_row`` on; gives the next free row.

    Rows are written as they come and are never held.
    """
    for index, column in enumerate(columns):
        right = column.kind in (CellKind.INTEGER, CellKind.DECIMAL)
        sheet.write_string(
            first_row, index, column.title, book.heading_right if right else book.heading
        )
    kinds = [column.kind for column in columns]
    row_number = first_row + 1
    for row in rows:
        _write_row(sheet, row_number, row, kinds, book.body)
        row_number += 1
    if total is not None:
        _write_row(sheet, row_number, total, kinds, book.total)
        row_number += 1
    return row_number


def list_sheet(
    book: Book,
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
) -> int:
    """A sheet that is one list: heading frozen, filtered and repeated on paper. Gives its rows."""
    sheet = book.sheet(name)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    count = write_table(book, sheet, columns, rows) - 1
    sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)
    return count


def _formats(workbook: Workbook, base: dict[str, object]) -> dict[CellKind, Format]:
    return {
        kind: workbook.add_format(base | {"num_format": number_format})
        for kind, number_format in _NUMBER_FORMATS.items()
    }


def _write_row(
    sheet: Worksheet,
    number: int,
    row: Sequence[Cell],
    kinds: Sequence[CellKind],
    formats: dict[CellKind, Format],
) -> None:
    """One row by the types of its values: a text in a column of dates stays a text."""
    for index, value in enumerate(row):
        style = formats[kinds[index]]
        if value is None or value == "":
            continue
        if isinstance(value, str):
            sheet.write_string(number, index, xlsx_text(value), style)
        elif isinstance(value, date):
            sheet.write_datetime(number, index, value, style)
        else:
            sheet.write_number(number, index, value, style)
