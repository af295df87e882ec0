"""Cells of spreadsheets and CSV: one place where a citizen's text is kept from being a formula."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

Cell = str | int | float | date | datetime | None

#: What a spreadsheet takes for the start of a formula, or skips before looking for one; the last
#: four are the same signs in full width, which some of them read alike.
FORMULA_STARTS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
#: A cell of XLSX holds no more; longer text is cut with an ellipsis.
LONGEST_CELL = 32_767

#: Controls and halves of surrogate pairs: XML or UTF-8 cannot carry them.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: One look for both, since nearly every cell is harmless.
_SUSPECT = re.compile(rf"\A[{re.escape(''.join(sorted(FORMULA_STARTS)))}]|{_UNWRITABLE.pattern}")


class CellKind(StrEnum):
    """How a column is written and aligned."""

    TEXT = "text"
    DATE = "date"
    DATETIME = "datetime"
    INTEGER = "integer"
    DECIMAL = "decimal"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export: its heading, kind, and width in characters."""

    title: str
    kind: CellKind = CellKind.TEXT
    width: int = 18


def writable(text: str) -> str:
    """``text`` without the characters that no file format can hold."""
    return _UNWRITABLE.sub("", text)


def neutral(text: str) -> str:
    """``text`` for a CSV cell that a spreadsheet will show and never run.

    A start that could be a formula gets an apostrophe before it, the sign for "this is text".
    """
    if not _SUSPECT.search(text):
        return text
    text = writable(text)
    return f"'{text}" if text[:1] in FORMULA_STARTS else text


def csv_cell(value: Cell) -> str:
    """A value as CSV: neutral text, plain numbers, ISO dates (which no locale misreads)."""
    if isinstance(value, str):
        return neutral(value)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def xlsx_text(text: str) -> str:
    """``text`` as one XLSX cell can hold it."""
    text = writable(text)
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"
