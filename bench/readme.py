"""Puts the measured tables into ``bench/README.md``, between their marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bench.figures import Figure, table

README = Path(__file__).parent / "README.md"


def put(
    engine: str,
    machine: Mapping[str, Any],
    about: Mapping[str, str],
    figures: Iterable[Figure],
    path: Path = README,
) -> None:
    """Replace the part of one engine."""
    begin, end = f"<!-- {engine}: measured -->", f"<!-- {engine}: end -->"
    held = f", {about['cases']} cases in {about['size']}" if "cases" in about else ""
    part = (
        f"{about['engine']}{held}. {machine['cores']} cores ({machine['processor']}), "
        f"{machine['memory_gib']} GiB, {machine['system']}, Python {machine['python']}; "
        f"{machine['date']}, commit `{machine['commit']}`, "
        f"load before {machine['load']}.\n\n{table(figures)}"
    )
    text = path.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(text):
        raise LookupError(f"{path.name} has no part for {engine}")
    path.write_text(pattern.sub(lambda _: f"{begin}\n{part}\n{end}", text), encoding="utf-8")
