"""Points in polygons: exactly one territory for each point inside, none outside."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseflow.domain.errors import InvalidData
from caseflow.domain.places import Locator, centre_of, parts_of


def polygon(*ring: tuple[float, float], holes: Any = ()) -> dict[str, Any]:
    return {
        "type": "Polygon",
        "coordinates": [[list(point) for point in (*ring, ring[0])], *holes],
    }


def box(west: float, south: float, side: float = 0.02) -> dict[str, Any]:
    return polygon(
        (west, south), (west + side, south), (west + side, south + side), (west, south + side)
    )


def test_a_point_inside_is_found_and_one_outside_is_not() -> None:
    found = Locator([("06-001", box(-99.10, 19.38))])
    assert found.find(19.39, -99.09) == "06-001"
    assert found.find(19.41, -99.09) is None


def test_a_hole_is_outside() -> None:
    hole = [[-99.095, 19.385], [-99.085, 19.385], [-99.085, 19.395], [-99.095, 19.395],
            [-99.095, 19.385]]  # fmt: skip
    ring = ((-99.10, 19.38), (-99.08, 19.38), (-99.08, 19.40), (-99.10, 19.40))
    found = Locator([("06-001", polygon(*ring, holes=[hole]))])
    assert found.find(19.39, -99.09) is None
    assert found.find(19.382, -99.098) == "06-001"


def test_a_territory_in_two_parts_is_found_in_both() -> None:
    parts = [box(-99.10, 19.38)["coordinates"], box(-99.05, 19.38)["coordinates"]]
    found = Locator([("06-001", {"type": "MultiPolygon", "coordinates": parts})])
    assert found.find(19.39, -99.09) == found.find(19.39, -99.04) == "06-001"


@given(st.floats(19.3801, 19.3999), st.floats(-99.1199, -99.0601))
def test_neighbours_that_share_borders_hold_each_point_exactly_once(
    latitude: float, longitude: float
) -> None:
    boxes = {f"06-{n:03}": box(-99.12 + 0.02 * n, 19.38) for n in range(3)}
    holders = [
        code for code, one in boxes.items() if Locator([(code, one)]).find(latitude, longitude)
    ]
    assert len(holders) == 1
    assert Locator(boxes.items()).find(latitude, longitude) == holders[0]


def test_the_centre_of_a_square_is_its_middle() -> None:
    assert centre_of(box(-99.10, 19.38)) == (19.39, -99.09)


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [-99.1, 19.4]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]},
        {"type": "Polygon", "coordinates": [[[-99.1, 19.4], [-99.0, 19.4], [-99.0, 19.5]]]},
        {"type": "Polygon", "coordinates": [[["a", 0], [1, 1], [2, 2], ["a", 0]]]},
        polygon((485_000.0, 2_144_000.0), (485_100.0, 2_144_000.0), (485_100.0, 2_144_100.0)),
        polygon((-99.1, 19.4), (-99.0, 19.4), (-98.9, 19.4)),
        {},
    ],
)
def test_what_is_no_polygon_in_degrees_is_refused(geometry: dict[str, Any]) -> None:
    with pytest.raises(InvalidData):
        parts_of(geometry)
