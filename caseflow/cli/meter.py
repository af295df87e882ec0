"""Long work of a command shows itself."""

from __future__ import annotations

import sys
from typing import Any

import click


class Meter:
    """A bar on stderr where a person watches; nothing where a program does."""

    def __init__(self, label: str, total: int) -> None:
        self._bar: Any = None
        if sys.stderr.isatty():
            self._bar = click.progressbar(length=total, label=label, file=sys.stderr)
            self._bar.render_progress()

    def __call__(self, rows: int) -> None:
        if self._bar is not None:
            self._bar.update(rows)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.render_finish()
