"""Cases that were here before the polygons get their territory, chunk by chunk.

How far it went stands beside the polygons, in the transaction of each chunk: a kill costs nothing,
two processes help each other, and doing it again changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from caseflow.commands.work import Work, begin_work
from caseflow.domain.folding import fold
from caseflow.domain.people import SYSTEM, Actor
from caseflow.domain.places import Locator
from caseflow.domain.territories import Placement, Standing, decide_placement, placement
from caseflow.models import Setting
from caseflow.queries.territories import POLYGONS, Point, locator, placed_by_person, points

#: Cases looked at in one transaction.
CHUNK = 200
#: What becomes of them: given a territory, moved to another, told that something contradicts.
ASSIGNED, MOVED, FLAGGED = "assigned", "moved", "flagged"


def expected_placements(work: Work, polygons: Locator) -> Mapping[str, int]:
    """What loading these polygons would do to the cases that are here; nothing is written."""
    counts: Counter[str] = Counter({ASSIGNED: 0, MOVED: 0, FLAGGED: 0})
    after = 0
    while found := points(work.session, after, 10 * CHUNK):
        counts.update(
            _outcome(point, placed) for point, placed in _placements(work, polygons, found)
        )
        after = found[-1].case_id
    return dict(counts)


def place_cases(
    actor: Actor = SYSTEM,
    now: dt.datetime | None = None,
    *,
    most_chunks: int | None = None,
    progress: Callable[[int], None] = lambda cases: None,
) -> dict[str, int]:
    """Give the cases behind the last one looked at their territory, by the loaded polygons.

    Returns how many were ``assigned``, ``moved`` and ``flagged``. ``most_chunks`` ends it before:
    whoever calls again goes on from there.
    """
    counts: Counter[str] = Counter({ASSIGNED: 0, MOVED: 0, FLAGGED: 0})
    done = 0
    while most_chunks is None or done < most_chunks:
        with begin_work(actor, now) as work:
            looked = _place_chunk(work, counts)
        if not looked:
            break
        progress(looked)
        done += 1
    return dict(counts)


def _place_chunk(work: Work, counts: Counter[str]) -> int:
    """One chunk; how many cases it looked at, none where all were."""
    setting = work.session.get(Setting, POLYGONS, with_for_update=work.locks)
    if setting is None or setting.value.get("placed_to") is None:
        return 0
    polygons = locator(work.session)
    found = points(work.session, int(setting.value["placed_to"]), CHUNK)
    if polygons is None or not found:
        setting.value = {**setting.value, "placed_to": None}
        return 0
    wanted = list(_placements(work, polygons, found))
    cases = work.cases([point.case_id for point, _placed in wanted])
    file = str(setting.value["file"])
    work.apply_many(
        [
            decide_placement(cases[point.case_id], placed, work.actor, work.now, file)
            for point, placed in wanted
        ]
    )
    counts.update(_outcome(point, placed) for point, placed in wanted)
    setting.value = {**setting.value, "placed_to": found[-1].case_id}
    return len(found)


def _placements(
    work: Work, polygons: Locator, found: Sequence[Point]
) -> Iterator[tuple[Point, Placement]]:
    """The cases for which something is to be done."""
    place = work.office.locality
    own = {fold(name) for name in (place.get("borough", ""), *place.get("aliases", ())) if name}
    codes = {point.case_id: polygons.find(point.latitude, point.longitude) for point in found}
    people = _set_by_people(work.session, found, codes)
    for point in found:
        borough = ""
        if point.borough:
            borough = "ours" if fold(point.borough) in own else "other"
        standing = Standing(point.territory_code, borough, point.warnings, point.case_id in people)
        if (placed := placement(codes[point.case_id], standing)) is not None:
            yield point, placed


def _set_by_people(
    session: Session, found: Sequence[Point], codes: Mapping[int, str | None]
) -> frozenset[int]:
    """Asked only of those whose territory would change."""
    return placed_by_person(
        session,
        (
            point.case_id
            for point in found
            if point.territory_code is not None
            and codes[point.case_id] not in (None, point.territory_code)
        ),
    )


def _outcome(point: Point, placed: Placement) -> str:
    if placed.code is None:
        return FLAGGED
    return ASSIGNED if point.territory_code is None else MOVED
