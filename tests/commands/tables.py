"""What stands in the tables, without the numbers that depend on the way it came there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Base, Case

#: Numbers drawn from sequences: a transaction that was killed leaves a hole in them.
_DRAWN = {"case": ("id",), "event": ("id",), "batch": ("id",)}


def contents(session: Session, *, batches: bool = True) -> dict[str, list[Any]]:
    """Every table as sorted rows, cases by their refs. ``batches``: those and their rows too."""
    refs = dict(session.execute(select(Case.id, Case.ref)).all())
    found = {}
    for table in Base.metadata.sorted_tables:
        if not batches and table.name in ("batch", "batch_row"):
            continue
        dropped = _DRAWN.get(table.name, ())
        rows = []
        for row in session.execute(select(table)).mappings():
            values = {name: value for name, value in row.items() if name not in dropped}
            if "case_id" in values:
                values["case_id"] = refs.get(values["case_id"])
            values.pop("batch_id", None)
            rows.append(sorted((name, repr(_plain(value))) for name, value in values.items()))
        found[table.name] = sorted(rows)
    return found


def _plain(value: Any) -> Any:
    """JSON without the names of batch and file, its keys in order."""
    if isinstance(value, Mapping):
        return {
            key: _plain(item) for key, item in sorted(value.items()) if key not in ("batch", "file")
        }
    return value
