"""Exports of any list on screen: the same rows as XLSX or CSV, without a formula in them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO, StringIO

from caseflow.documents.cells import Cell, Column, csv_cell
from caseflow.documents.workbook import list_sheet, open_book

#: Excel takes a file without it for the machine's old code page and spoils every accent.
BOM = "\ufeff"


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
    writer.writerows([csv_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8")
