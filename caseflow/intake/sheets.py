"""Spreadsheets (XLSX, XLS, ODS): checked by the guard, read in a child process, streamed back.

Policy, and all of it is reported: hidden sheets are never read; hidden rows are; of the visible
sheets exactly one may carry the profile's header, and the others are named with their rows.
"""

from __future__ import annotations

import json
import subprocess  # nosec B404: one program of ours, by its path
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from caseflow.domain.errors import Refused
from caseflow.domain.phrases import N_
from caseflow.intake.guard import SheetPart

_CHILD = Path(__file__).with_name("child.py")
_UNREADABLE = N_(
    "La hoja de cálculo no se puede leer: está dañada, protegida o es "
    "demasiado grande. Ábrala en su programa, guárdela como XLSX solo con el "
    "listado y reintente."
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a book: its name, how many rows it spans, and the first of them."""

    index: int
    name: str
    visible: bool
    rows: int
    head: tuple[tuple[str, ...], ...]

    @property
    def has_data(self) -> bool:
        return any(self.head)


class Book:
    """An open spreadsheet: ``sheets`` at once, the rows of one of them on request, once.

    A context manager: leaving it ends the child process, wherever it was.
    """

    def __init__(self, path: Path, parts: tuple[SheetPart, ...] = ()) -> None:
        """Start the child on ``path``; ``parts``: what the guard saw of each sheet of an XLSX.

        Raises ``Refused`` where the book cannot be read.
        """
        self._parts = parts
        # Our own interpreter and our own file, no shell: the path is data to the child. It gets no
        # environment, since ours holds the secrets.
        self._child = subprocess.Popen(  # nosec B603: no shell, no words of others
            [sys.executable, "-I", str(_CHILD), str(path.resolve())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="ascii",
            env={},
        )
        try:
            self.sheets = tuple(
                Sheet(
                    index=index,
                    name=about["name"],
                    visible=about["visible"],
                    rows=about["rows"],
                    head=tuple(map(tuple, about["head"])),
                )
                for index, about in enumerate(self._hear()["sheets"])
            )
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Book:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child; safe to call again."""
        if self._child.poll() is None:
            self._child.kill()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None and not pipe.closed:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue  # it died before it read what it was told
        self._child.wait()

    def rows(self, sheet: Sheet) -> Iterator[list[str]]:
        """All rows of a sheet from its first on, blank ones as ``[]``.

        Raises ``Refused`` where the child ends early, or comes back with fewer rows than the
        sheet holds: a reader that loses rows in silence is worse than one that fails.
        """
        if self._child.stdin is None:
            raise Refused(_UNREADABLE)
        try:
            self._child.stdin.write(f"{sheet.index}\n")
            self._child.stdin.flush()
        except BrokenPipeError as error:
            raise Refused(_UNREADABLE) from error
        count = 0
        while isinstance(message := self._hear(), list):
            count += len(message)
            yield from message
        expected = self.last_row(sheet)
        if count != message.get("rows") or count < expected:
            raise Refused(
                "De la hoja se leyeron {count} filas y tiene {expected}: no se importa a medias.",
                count=count,
                expected=expected,
            )

    def last_row(self, sheet: Sheet) -> int:
        """The last row with a value by the guard's count, 0 where it did not count."""
        return self._part(sheet).last_row_with_value

    def error_cells(self, sheet: Sheet) -> int:
        """Cells with ``#N/A``, ``#DIV/0!`` and the like, which are read as empty."""
        return self._part(sheet).errors

    def _part(self, sheet: Sheet) -> SheetPart:
        return self._parts[sheet.index] if sheet.index < len(self._parts) else SheetPart()

    def _hear(self) -> Any:
        """The child's next message; ``Refused`` where it gave up or died."""
        line = self._child.stdout.readline() if self._child.stdout else ""
        try:
            message = json.loads(line)
        except ValueError as error:
            raise Refused(_UNREADABLE) from error
        if isinstance(message, dict) and "error" in message:
            raise Refused(_UNREADABLE)
        return message
