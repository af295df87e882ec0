"""Reads what the law asks of each act: the sentences that the page of the act shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from caseflow.domain.appeals import APPEAL
from caseflow.domain.vocabulary import Kind, Mark
from caseflow.domain.workflow import CASE_BY_ACTION
from caseflow.packs.tables import ROOT, Folder, Record, tables

#: Acts on an appeal, as the file names them.
_APPEAL_ACTS = {f"appeal_{row.action}": row for row in APPEAL}
_COLUMNS = ("action", "matters", "asks", "source", "mark")


@dataclass(frozen=True, slots=True)
class ActRow:
    """What the law asks of an act of one matter.

    ``source`` and ``mark`` only where no term of the law pack says them.
    """

    action: str
    matter: Kind
    asks: tuple[str, ...]
    source: str = ""
    mark: Mark | None = None


def load_acts(name: str, root: Path = ROOT) -> Mapping[tuple[str, str], ActRow]:
    """What the law ``name`` asks, by (matter, action). Raises ``Refused`` where it is wrong."""
    head = Folder(root / "acts", name).toml(f"{name}.toml", ("act",))
    found: dict[tuple[str, str], ActRow] = {}
    for record in tables(head, "act", _COLUMNS):
        for row in _rows(record):
            if (row.matter.value, row.action) in found:
                raise record.refuse(
                    "«{action}» de «{matter}» está dos veces.",
                    action=row.action,
                    matter=row.matter.value,
                )
            found[row.matter.value, row.action] = row
    return found


def _rows(record: Record) -> list[ActRow]:
    action = record.text("action")
    transition = CASE_BY_ACTION.get(action) or _APPEAL_ACTS.get(action)
    if transition is None:
        raise record.refuse("no existe la acción «{action}».", action=action)
    asks = record.texts("asks")
    if not asks:
        raise record.refuse("falta «asks».")
    source = record.optional("source")
    mark = record.word("mark", Mark) if source else None
    rows = []
    for word in record.texts("matters"):
        if word not in transition.who:
            raise record.refuse(
                "la acción «{action}» no existe para «{matter}».", action=action, matter=word
            )
        rows.append(ActRow(action, Kind(word), asks, source, mark))
    return rows
