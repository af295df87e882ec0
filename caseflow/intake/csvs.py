"""Text listings: their separator, and a reader that one bad row does not derail."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from caseflow.domain.errors import Refused
from caseflow.domain.phrases import N_

DELIMITERS = (",", ";", "\t", "|")
DELIMITER_WORDS = {
    ",": N_("comas"),
    ";": N_("punto y coma"),
    "\t": N_("tabuladores"),
    "|": N_("barras"),
}

#: Characters of one cell. Longer than any field may be, so that an endless cell costs its row and
#: not the file; the standard library's own limit would leave the reader between two rows.
MAX_CELL = 16 << 20
csv.field_size_limit(MAX_CELL)

#: Lines and characters that one row may span: past either, its quote was never closed.
_MAX_LINES = 200
_MAX_SPAN = 1 << 20
#: Broken rows after which the file is no listing at all.
_MAX_BROKEN = 1000


@dataclass(frozen=True, slots=True)
class Broken:
    """A row whose quotes do not close: where it begins, and its first line."""

    line: str


class _Overlong(Exception):
    """The row under way spans more lines than any row does."""


class _Lines:
    """The file's lines, remembering those of the row under way so that they can be read again."""

    def __init__(self, text: Iterator[str]) -> None:
        self._text = text
        self._again: deque[str] = deque()
        self.row: list[str] = []
        self._span = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self.row and (len(self.row) >= _MAX_LINES or self._span > _MAX_SPAN):
            raise _Overlong
        line = self._again.popleft() if self._again else next(self._text)
        self.row.append(line)
        self._span += len(line)
        return line

    def begin(self) -> None:
        self.row.clear()
        self._span = 0

    def give_back_all_but_first(self) -> str:
        first = self.row[0]
        self._again.extendleft(reversed(self.row[1:]))
        self.begin()
        return first


def _strict_reader(lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=delimiter, strict=True)


def read_rows(stream: BinaryIO, encoding: str, delimiter: str) -> Iterator[list[str] | Broken]:
    """The rows in order, blank ones as ``[]``; a row with open quotes as ``Broken``.

    After a broken row reading goes on at the next line, so that an open quote does not swallow
    what follows. Raises ``Refused`` after 1,000 broken rows.
    """
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        lines = _Lines(iter(text))
        reader = _strict_reader(lines, delimiter)
        broken = 0
        begin = lines.begin
        while True:
            begin()
            try:
                row = next(reader)
            except StopIteration:
                return
            except (csv.Error, _Overlong):
                broken += 1
                if broken > _MAX_BROKEN:
                    raise Refused(
                        "El archivo tiene más de {most} filas con comillas mal cerradas: no es un "
                        "CSV que se pueda leer con seguridad.",
                        most=_MAX_BROKEN,
                    ) from None
                yield Broken(lines.give_back_all_but_first())
                reader = _strict_reader(lines, delimiter)
            else:
                yield row
    finally:
        text.detach()


def first_rows(
    stream: BinaryIO, encoding: str, delimiter: str, count: int
) -> Sequence[Sequence[str]]:
    """The first ``count`` rows, broken ones as empty."""
    rows: list[Sequence[str]] = []
    for row in read_rows(stream, encoding, delimiter):
        rows.append([] if isinstance(row, Broken) else row)
        if len(rows) == count:
            break
    return rows
