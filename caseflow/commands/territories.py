"""Loading the Unidades Territoriales that the electoral institute publishes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from caseflow.commands.packs import EDITED
from caseflow.commands.placing import expected_placements
from caseflow.commands.work import Work
from caseflow.domain.errors import Refused
from caseflow.domain.places import Locator, centre_of
from caseflow.domain.vocabulary import Mark
from caseflow.models import Setting, Territory
from caseflow.queries.territories import POLYGONS


@dataclass(frozen=True, slots=True)
class TerritoryIn:
    """One territory of the file; ``polygon`` is a GeoJSON geometry, checked when it was read."""

    code: str
    name: str
    population: int | None
    polygon: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file changes: codes of each kind; ``cases``: what a preview expects for the cases."""

    added: tuple[str, ...]
    renamed: tuple[str, ...]
    redrawn: tuple[str, ...]
    kept: tuple[str, ...]
    #: here and not in the file: they stay, since cases name them
    missing: tuple[str, ...]
    cases: Mapping[str, int] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        return bool(self.added or self.renamed or self.redrawn)

    def as_json(self) -> dict[str, Any]:
        return {
            "added": list(self.added),
            "renamed": list(self.renamed),
            "redrawn": list(self.redrawn),
            "kept": len(self.kept),
            "missing": list(self.missing),
        }


def load_territories(
    work: Work, rows: Sequence[TerritoryIn], filename: str, *, preview: bool = False
) -> Loaded:
    """Take over codes, names, populations and polygons; with ``preview`` only say what changes.

    What the file changes is the office's own from then on: a newer pack leaves it alone. Cases that
    are here then wait for their territory (``placing.place_cases``), after every load, since one
    may have been interrupted. Raises ``Refused`` for a code that stands twice.
    """
    codes = [row.code for row in rows]
    if doubled := sorted({code for code in codes if codes.count(code) > 1}):
        raise Refused("El archivo trae dos veces: {codes}.", codes=", ".join(doubled))
    here = {one.code: one for one in work.session.scalars(select(Territory))}
    added, renamed, redrawn, kept = [], [], [], []
    for row in rows:
        found = here.get(row.code)
        if found is None:
            added.append(row.code)
        elif (found.name, found.population) != (row.name, row.population):
            renamed.append(row.code)
        if found is not None and found.polygon != row.polygon:
            redrawn.append(row.code)
        elif found is not None and row.code not in renamed:
            kept.append(row.code)
    missing = sorted(here.keys() - set(codes))
    loaded = Loaded(tuple(added), tuple(renamed), tuple(redrawn), tuple(kept), tuple(missing))
    if preview:
        polygons = {code: one.polygon for code, one in here.items() if one.polygon is not None}
        polygons |= {row.code: dict(row.polygon) for row in rows}
        return replace(loaded, cases=expected_placements(work, Locator(polygons.items())))
    if not loaded.changes:
        _stamp(work, filename)
        return loaded
    for row in rows:
        latitude, longitude = centre_of(row.polygon)
        found = here.get(row.code)
        if found is None:
            found = Territory(code=row.code)
            work.session.add(found)
        found.name, found.population = row.name, row.population
        found.polygon = dict(row.polygon)
        found.latitude, found.longitude = latitude, longitude
        found.mark, found.pack_digest = Mark.TEXT.value, EDITED
    work.session.flush()
    _stamp(work, filename)
    work.record("territories_loaded", {"file": filename, **loaded.as_json()})
    return loaded


def _stamp(work: Work, filename: str) -> None:
    """The digest by which every process knows that its polygons are old; cases are to be placed."""
    digest = hashlib.sha256()
    for code, polygon in work.session.execute(
        select(Territory.code, Territory.polygon)
        .where(Territory.polygon.is_not(None))
        .order_by(Territory.code)
    ):
        digest.update(f"{code}\n{json.dumps(polygon, sort_keys=True)}\n".encode())
    value = {"digest": digest.hexdigest(), "file": filename, "placed_to": 0}
    found = work.session.get(Setting, POLYGONS)
    if found is None:
        work.session.add(Setting(name=POLYGONS, value=value))
    else:
        found.value = value
    work.session.flush()
