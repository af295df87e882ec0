"""The territories: the locator over the loaded polygons, and the cases that have a point."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow.domain.places import Locator
from caseflow.domain.territories import BY_PERSON
from caseflow.models import Case, Event, Setting, Territory

#: Setting that says which polygons are loaded: ``{"digest", "file", "placed_to"}``; the last is the
#: id of the case up to which the cases were given their territory by them, none when all were.
POLYGONS = "territories"

#: The last locator of this process, by the digest of its polygons: they change once a year.
_prepared: dict[str, Locator] = {}


def locator(session: Session) -> Locator | None:
    """The locator over the loaded polygons; none where the office has loaded none."""
    stamp = session.scalar(select(Setting.value).where(Setting.name == POLYGONS))
    if stamp is None:
        return None
    digest = str(stamp["digest"])
    found = _prepared.get(digest)
    if found is None:
        found = Locator(
            (code, polygon)
            for code, polygon in session.execute(
                select(Territory.code, Territory.polygon).where(Territory.polygon.is_not(None))
            )
        )
        _prepared.clear()
        _prepared[digest] = found
    return found if len(found) else None


def placing_waits(session: Session) -> bool:
    """Whether polygons were loaded and not all cases were looked at since."""
    stamp = session.scalar(select(Setting.value).where(Setting.name == POLYGONS))
    return stamp is not None and stamp.get("placed_to") is not None


@dataclass(frozen=True, slots=True)
class Point:
    """A case with coordinates, and what is known of where it lies."""

    case_id: int
    latitude: float
    longitude: float
    territory_code: str | None
    borough: str
    warnings: Sequence[Any]


def points(session: Session, after: int, most: int) -> list[Point]:
    """The cases with a point, by id, behind one."""
    rows = session.execute(
        select(
            Case.id, Case.latitude, Case.longitude, Case.territory_code, Case.borough, Case.warnings
        )
        .where(Case.id > after, Case.latitude.is_not(None), Case.longitude.is_not(None))
        .order_by(Case.id)
        .limit(most)
    )
    return [
        Point(case_id, latitude, longitude, code, borough, warnings or ())
        for case_id, latitude, longitude, code, borough, warnings in rows
    ]


def count_points(session: Session) -> int:
    """How many cases have a point."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Case)
            .where(Case.latitude.is_not(None), Case.longitude.is_not(None))
        )
        or 0
    )


def placed_by_person(session: Session, ids: Iterable[int]) -> frozenset[int]:
    """Of these cases, those whose territory was last set by a person, as their events tell."""
    wanted = sorted(ids)
    last: dict[int, str] = {}
    if wanted:
        for case_id, action, changes in session.execute(
            select(Event.case_id, Event.action, Event.changes)
            .where(Event.case_id.in_(wanted), Event.changes.is_not(None))
            .order_by(Event.id)
        ):
            if "territory_code" in changes.get("case", {}):
                last[case_id] = action
    return frozenset(case_id for case_id, action in last.items() if action in BY_PERSON)
