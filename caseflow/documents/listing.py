"""Exports of any list on screen: the same rows as XLSX or CSV, without a formula in them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import BytesIO, StringIO

from caseflow.documents.cells import Cell, Column, csv_cell
from caseflow.documents.workbook import list_sheet, open_book

#: Excel takes a file without it for the machine's old code page and spoils every accent.
BOM = "\ufeff"
#: Cells that an export remembers: enough for its words and dates, little memory.
MOST_SEEN = 20_000


def listing_xlsx(
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    *,
    title: str,
    office: str,
    made_at: datetime,
) -> bytes:
    """One sheet named ``title`` with ``rows`` under ``columns``. ``made_at``: local wall time."""
    target = BytesIO()
    with open_book(target, title=title, author=office, made_at=made_at) as book:
        list_sheet(book, title, columns, rows)
    return target.getvalue()


def listing_csv(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> bytes:
    """``rows`` under ``columns`` as UTF-8 with BOM, commas and CRLF, formulas neutralised."""
    text = StringIO(newline="")
    text.write(BOM)
    writer = csv.writer(text)
    writer.writerow([csv_cell(column.title) for column in columns])
    writer.writerows(_csv_rows(rows))
    return text.getvalue().encode("utf-8")


def _csv_rows(rows: Iterable[Sequence[Cell]]) -> Iterator[list[str]]:
    """Rows as CSV cells; words and dates that come again and again are looked at once."""
    seen: dict[str | date, str] = {}
    for row in rows:
        cells = []
        for value in row:
            kind = type(value)
            if kind is str or kind is date:
                cell = seen.get(value)  # type: ignore[arg-type]  # the type was just asked
                if cell is None:
                    cell = csv_cell(value)
                    if len(seen) < MOST_SEEN:
                        seen[value] = cell  # type: ignore[index]  # as above
            else:
                cell = csv_cell(value)
            cells.append(cell)
        yield cells
