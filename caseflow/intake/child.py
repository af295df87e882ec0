"""The process that reads a spreadsheet, so that a hostile one ends this process and no other.

Run as a file (``python -I child.py PATH``), it imports nothing of the project and stays small.
Speaks JSON lines: first the sheets with the head of each, then, once told which sheet on standard
input, its rows in chunks, then how many they were.
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

HEAD_ROWS = 30
CHUNK_ROWS = 250
MEMORY_BYTES = 1 << 30
CPU_SECONDS = 60
#: Spreadsheets keep fifteen digits; a longer whole number is written so that it shows its loss.
_EXACT = 10**15


def text_of(value: object) -> str:
    """A cell as text: whole numbers without ``.0``, dates as in ISO 8601, hours as HH:MM:SS."""
    if isinstance(value, str):
        # XLSX can spell NUL (``_x0000_``), which no database stores: show its symbol instead
        return value.replace("\0", "\u2400")
    if isinstance(value, bool):
        return "VERDADERO" if value else "FALSO"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < _EXACT:
            return str(int(value))
        return f"{value:.16E}" if abs(value) >= _EXACT else repr(value)
    if isinstance(value, dt.datetime):
        return _whole_second(value).isoformat(" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        whole = _whole_second(dt.datetime.combine(dt.date(2000, 1, 1), value))
        return whole.time().isoformat()
    return str(value)


def _whole_second(value: dt.datetime) -> dt.datetime:
    return (value + dt.timedelta(microseconds=500_000)).replace(microsecond=0)


def rows_of(sheet: CalamineSheet) -> Iterator[list[str]]:
    """The rows from the first of the sheet on, blank ones without cells."""
    for row in sheet.iter_rows():
        cells = [text_of(value) for value in row]
        yield cells if any(cells) else []


def main() -> int:
    _limit(resource.RLIMIT_AS, MEMORY_BYTES)
    _limit(resource.RLIMIT_CPU, CPU_SECONDS)
    _limit(resource.RLIMIT_CORE, 0)
    try:
        _talk(sys.argv[1])
    except (CalamineError, OSError, ValueError, OverflowError, MemoryError) as error:
        _say({"error": f"{type(error).__name__}: {error}"[:500]})
        return 2
    return 0


def _limit(what: int, most: int) -> None:
    """Limit this process, and never beyond the limit that it was born with."""
    _, hard = resource.getrlimit(what)
    wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (wanted, wanted))


def _talk(path: str) -> None:
    with CalamineWorkbook.from_path(path) as book:
        sheets = []
        opened: CalamineSheet | None = None
        index_opened = -1
        for index, about in enumerate(book.sheets_metadata):
            visible = about.visible == SheetVisibleEnum.Visible
            head: list[list[str]] = []
            count = 0
            if visible and about.typ == SheetTypeEnum.WorkSheet:
                opened, index_opened = book.get_sheet_by_index(index), index
                count = opened.end[0] + 1 if opened.end else 0
                head = _head(opened)
            sheets.append({"name": about.name, "visible": visible, "rows": count, "head": head})
        _say({"sheets": sheets})
        wanted = sys.stdin.readline()
        if not wanted.strip():
            return
        index = int(wanted)
        if opened is None or index_opened != index:
            opened = book.get_sheet_by_index(index)
        total = 0
        chunk: list[list[str]] = []
        for row in rows_of(opened):
            total += 1
            chunk.append(row)
            if len(chunk) == CHUNK_ROWS:
                _say(chunk)
                chunk = []
        if chunk:
            _say(chunk)
        _say({"rows": total})


def _head(sheet: CalamineSheet) -> list[list[str]]:
    head = []
    for row in rows_of(sheet):
        head.append(row)
        if len(head) == HEAD_ROWS:
            break
    return head


def _say(message: Any) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=True, separators=(",", ":")) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
