"""The map of the territories as SVG paths: drawn once for each loading of the polygons."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from caseflow.domain.places import parts_of
from caseflow.extensions import db
from caseflow.queries.territory_shapes import loaded, polygons

#: The box of the picture; the borough fills it as far as its shape allows.
WIDTH, HEIGHT, MARGIN = 440, 270, 4

#: (digest of the polygons, what was drawn of them): the last of this process.
_drawn: dict[str, Drawing] = {}


@dataclass(frozen=True, slots=True)
class Drawing:
    """SVG path data by code of the territory, and the box they lie in."""

    paths: Mapping[str, str]
    view_box: str


def drawing() -> Drawing | None:
    """The map of the office; none until its polygons are loaded."""
    session = db.session()
    digest = loaded(session)
    if digest is None:
        return None
    if digest not in _drawn:
        made = draw(polygons(session))
        _drawn.clear()
        _drawn[digest] = made
    return _drawn[digest]


def draw(geometries: Mapping[str, Mapping[str, Any]]) -> Drawing:
    """Path data of GeoJSON geometries (degrees, longitude first), north up, to a tenth of a unit.

    A degree of longitude is as wide as its latitude makes it; over a borough that is one figure.
    """
    shapes = {code: parts_of(geometry) for code, geometry in geometries.items()}
    points = [p for parts in shapes.values() for part in parts for ring in part for p in ring]
    if not points:
        return Drawing({}, f"0 0 {WIDTH} {HEIGHT}")
    east, north = [x for x, _ in points], [y for _, y in points]
    narrow = math.cos(math.radians((min(north) + max(north)) / 2))
    wide, tall = (max(east) - min(east)) * narrow, max(north) - min(north)
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / tall)

    def place(point: tuple[float, float]) -> tuple[float, float]:
        x = (point[0] - min_east) * narrow * scale + MARGIN
        return round(x, 1), round((max_north - point[1]) * scale + MARGIN, 1)

    min_east, max_north = min(east), max(north)
    paths = {
        code: "".join(_ring(map(place, ring)) for part in parts for ring in part)
        for code, parts in shapes.items()
    }
    return Drawing(
        paths, f"0 0 {math.ceil(wide * scale) + 2 * MARGIN} {math.ceil(tall * scale) + 2 * MARGIN}"
    )


def _ring(points: Iterable[tuple[float, float]]) -> str:
    """One outline; neighbours that fall on the same point of the picture are drawn once."""
    kept: list[tuple[float, float]] = []
    for point in points:
        if not kept or point != kept[-1]:
            kept.append(point)
    if len(kept) > 1 and kept[0] == kept[-1]:
        kept.pop()
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in kept) + "Z"
