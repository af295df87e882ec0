"""Figures beside their limits, as a table for people and as JSON for programs."""

from __future__ import annotations

import datetime as dt
import math
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
#: What the measuring itself writes makes no difference to what is measured.
WRITTEN = (":!bench/README.md", ":!bench/PROOF.md")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. ``p50`` alone for what is measured once; ``why`` where there is none.

    ``most``: the figure must not exceed its limit; else it must reach it.
    """

    engine: str
    key: str
    label: str
    unit: str
    p50: float | None = None
    p95: float | None = None
    limit: float | None = None
    limit95: float | None = None
    most: bool = True
    #: p50 of what the program itself spent on a processor
    worked: float | None = None
    #: p50 of the same statements through the bare driver, and how many of them
    plain: float | None = None
    statements: int | None = None
    n: int = 0
    note: str = ""
    why: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the limits are kept; none where there is no figure or no limit."""
        if self.p50 is None or self.limit is None:
            return None
        if not self.most:
            return self.p50 >= self.limit
        within = self.p50 <= self.limit
        if self.limit95 is not None and self.p95 is not None:
            within = within and self.p95 <= self.limit95
        return within


def quantile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of the sorted values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered) - 1e-9) - 1)]


def machine() -> Mapping[str, Any]:
    """Where and with what it was measured."""
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "date": f"{dt.datetime.now(dt.UTC):%Y-%m-%d}",
        "commit": commit(),
        "load": round(os.getloadavg()[0], 1),
    }


def is_busy(where: Mapping[str, Any]) -> bool:
    """Whether others were at work when the measuring began: then it measures them as well."""
    return float(where["load"]) > int(where["cores"]) / 4


def commit() -> str:
    """The commit that is measured, marked where files differ from it."""
    head = _git("rev-parse", "--short", "HEAD") or "unknown"
    changed = _git("status", "--porcelain", "--untracked-files=normal", "--", ".", *WRITTEN)
    return f"{head}+" if changed else head


def _git(*words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=ROOT, capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return done.stdout.strip()


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except FileNotFoundError:
        pass
    return platform.machine()


def as_json(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    return [{**asdict(figure), "holds": figure.holds} for figure in figures]


_HEADER = ("", "p50", "p95", "limit", "processor", "plain SQL", "statements", "")
_RIGHT = range(1, 7)


def table(figures: Iterable[Figure]) -> str:
    """The figures of one engine as a Markdown table."""
    rows = [_HEADER, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    lines = []
    for number, row in enumerate(rows):
        cells = [
            cell.rjust(width) if column in _RIGHT else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(f"| {' | '.join(cells)} |")
        if number == 0:
            rules = [
                "-" * (width - 1) + ":" if column in _RIGHT else "-" * width
                for column, width in enumerate(max(w, 3) for w in widths)
            ]
            lines.append(f"| {' | '.join(rules)} |")
    return "\n".join(lines)


def _cells(figure: Figure) -> tuple[str, ...]:
    if figure.p50 is None:
        return (figure.label, "", "", "", "", "", "", figure.why or "not there yet")
    limit = ""
    if figure.limit is not None:
        limit = _number(figure.limit, "")
        if figure.limit95 is not None:
            limit += f" / {_number(figure.limit95, '')}"
        limit = f"{'≤' if figure.most else '≥'} {limit} {figure.unit}"
    verdict = {True: "holds", False: "missed", None: ""}[figure.holds]
    return (
        figure.label,
        _number(figure.p50, figure.unit),
        _number(figure.p95, figure.unit),
        limit,
        _number(figure.worked, figure.unit),
        _number(figure.plain, figure.unit),
        "" if figure.statements is None else str(figure.statements),
        "; ".join(part for part in (verdict, figure.note) if part),
    )


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    text = f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"
    return f"{text} {unit}".strip()
