"""What processes take of the machine, from ``/proc``: Linux only, as its servers are."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

MIB = 1024 * 1024


def children(pid: int) -> list[int]:
    """The direct children of a process."""
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    except (FileNotFoundError, ProcessLookupError):
        return found
    return found


def family(pid: int) -> list[int]:
    """A process with all below it."""
    return [pid, *(each for child in children(pid) for each in family(child))]


def proportional(pid: int) -> int:
    """PSS in bytes: what a process holds alone, and its share of what it shares."""
    return _field(pid, "smaps_rollup", "Pss:")


def resident(pid: int) -> int:
    """RSS in bytes."""
    return _field(pid, "status", "VmRSS:")


def worked(pids: Iterable[int]) -> float:
    """Seconds that processes spent on a processor so far, all their threads together.

    Waiting for the disk, for the database or for others at the machine does not count.
    """
    nanoseconds = 0
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").iterdir():
            nanoseconds += int((task / "schedstat").read_text().split()[0])
    return nanoseconds / 1e9


def _field(pid: int, file: str, name: str) -> int:
    try:
        for line in Path(f"/proc/{pid}/{file}").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) * 1024
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return 0


class Peak:
    """The highest sum of RSS of a process and all below it, looked at twenty times a second.

    Pages that several of them share count once for each: the figure errs on the high side.
    """

    def __init__(self, pid: int, every: float = 0.05) -> None:
        self.bytes = 0
        self._pid = pid
        self._every = every
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(self._every):
            self.bytes = max(self.bytes, sum(map(resident, family(self._pid))))
