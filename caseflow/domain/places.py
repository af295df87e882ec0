"""Which territory a point lies in: only coordinates and polygons settle it (domain §8).

Points and polygons are degrees (WGS 84), GeoJSON's order: longitude first. Over a borough the
earth is flat enough for plane geometry.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from caseflow.domain.errors import InvalidData

#: Side of the squares by which candidates are found, in degrees (about 550 m).
_SQUARE = 0.005
#: A borough's territory is a few kilometres wide; more is another coordinate system.
_WIDEST = 1.0

_Ring = tuple[tuple[float, float], ...]
#: an outline with its holes
_Part = tuple[_Ring, ...]


class Locator:
    """Finds the territory of a point among polygons, prepared once for many points."""

    def __init__(self, territories: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """``territories``: code and GeoJSON geometry (``Polygon`` or ``MultiPolygon``).

        Raises ``InvalidData`` for a geometry that is none.
        """
        self._squares: dict[tuple[int, int], list[tuple[str, _Part]]] = {}
        self._count = 0
        for code, geometry in sorted(territories, key=lambda row: row[0]):
            self._count += 1
            for part in parts_of(geometry):
                for square in _squares_of(part[0]):
                    self._squares.setdefault(square, []).append((code, part))

    def __len__(self) -> int:
        return self._count

    def find(self, latitude: float, longitude: float) -> str | None:
        """The code of the territory that holds the point; none outside of all.

        A point on a shared border belongs to exactly one of its two sides; where polygons overlap
        by mistake, to the first by code.
        """
        square = (math.floor(longitude / _SQUARE), math.floor(latitude / _SQUARE))
        for code, part in self._squares.get(square, ()):
            if _inside(part[0], longitude, latitude) and not any(
                _inside(hole, longitude, latitude) for hole in part[1:]
            ):
                return code
        return None


def parts_of(geometry: Mapping[str, Any]) -> tuple[_Part, ...]:
    """The polygons of a GeoJSON geometry. Raises ``InvalidData`` with a Spanish sentence."""
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon") or not isinstance(coordinates, list):
        raise InvalidData("La geometría debe ser un polígono y es «{kind}».", kind=kind)
    polygons = coordinates if kind == "MultiPolygon" else [coordinates]
    parts = tuple(tuple(_ring(ring) for ring in polygon) for polygon in polygons)
    if not parts or not all(parts):
        raise InvalidData("El polígono no tiene contorno.")
    return parts


def centre_of(geometry: Mapping[str, Any]) -> tuple[float, float]:
    """(latitude, longitude) of the centroid of the largest part, to three decimals (~100 m)."""
    area, at = 0.0, (0.0, 0.0)
    for part in parts_of(geometry):
        doubled, east, north = _moments(part[0])
        if abs(doubled) > abs(area):
            area, at = doubled, (north / (3 * doubled), east / (3 * doubled))
    return round(at[0], 3), round(at[1], 3)


def _moments(ring: _Ring) -> tuple[float, float, float]:
    """Twice the area and the first moments; from the ring's first point, or digits are lost."""
    doubled = east = north = 0.0
    x0, y0 = ring[0]
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        cross = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        doubled += cross
        east += (x1 + x2 - 2 * x0) * cross
        north += (y1 + y2 - 2 * y0) * cross
    return doubled, east + 3 * x0 * doubled, north + 3 * y0 * doubled


def _ring(points: object) -> _Ring:
    if not isinstance(points, list) or len(points) < 4 or points[0] != points[-1]:
        raise InvalidData("El contorno de un polígono debe cerrarse y tener al menos tres lados.")
    ring = tuple(_point(point) for point in points)
    longitudes, latitudes = zip(*ring, strict=True)
    if max(longitudes) - min(longitudes) > _WIDEST or max(latitudes) - min(latitudes) > _WIDEST:
        raise InvalidData("El polígono es más grande que cualquier unidad territorial.")
    if abs(_moments(ring)[0]) == 0.0:
        raise InvalidData("El polígono no encierra ninguna superficie.")
    return ring


def _point(point: object) -> tuple[float, float]:
    if (
        not isinstance(point, list)
        or len(point) < 2
        or not all(isinstance(value, int | float) for value in point[:2])
        or not (-180 <= point[0] <= 180 and -90 <= point[1] <= 90)
    ):
        raise InvalidData(
            "Las coordenadas deben ser longitud y latitud en grados (WGS 84): vuelva a exportar "
            "el archivo con ese sistema."
        )
    return float(point[0]), float(point[1])


def _squares_of(ring: Sequence[tuple[float, float]]) -> Iterable[tuple[int, int]]:
    """The squares that the bounding box of an outline touches."""
    longitudes, latitudes = zip(*ring, strict=True)
    for east in range(
        math.floor(min(longitudes) / _SQUARE), math.floor(max(longitudes) / _SQUARE) + 1
    ):
        for north in range(
            math.floor(min(latitudes) / _SQUARE), math.floor(max(latitudes) / _SQUARE) + 1
        ):
            yield east, north


def _inside(ring: _Ring, x: float, y: float) -> bool:
    """Ray casting: an odd number of sides crossed by the ray to the east."""
    inside = False
    x1, y1 = ring[0]
    for x2, y2 in ring:
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
        x1, y1 = x2, y2
    return inside
