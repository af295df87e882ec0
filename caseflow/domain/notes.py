"""Internal notes: who may write them for whom, and who reads them (domain §6)."""

from __future__ import annotations

from caseflow.domain.errors import InvalidData
from caseflow.domain.facts import CaseFacts
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import Role


def note_areas(case: CaseFacts, actor: Actor) -> tuple[int, ...]:
    """The areas that a note of this person may be meant for alone: the desk, then their own.

    An area's own note is read there and at the desk; without one, by all who see the case.
    """
    works = actor.areas(Role.STAFF, Role.HEAD) | actor.reach(Role.SUPERVISOR)
    own = (turn.area_id for turn in case.turns.values() if turn.area_id in works)
    return tuple(dict.fromkeys((case.desk_id, *own)))


def require_note_area(case: CaseFacts, actor: Actor, area_id: int | None) -> None:
    """Refuse a note for an area that is neither the desk nor the writer's own on this case."""
    if area_id is not None and area_id not in note_areas(case, actor):
        raise InvalidData(
            "Una nota es para todas las áreas, para la mesa o para la suya; elija una de ellas.",
            field="only_area",
        )
