"""What of a case its reader may see: replies, names, and what neither may carry (domain §6).

A case is loaded through ``scope.visible``; this says which parts of it stay closed.
"""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.domain.facts import CaseFacts
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import Role
from caseflow.queries.scope import sees_person


@dataclass(frozen=True, slots=True)
class Sight:
    """``turns``: numbers of the turns whose instruction and reply the reader may see.

    ``desk``: the reader decides about the case, or controls those who do. ``areas``: where the
    reader works on it. ``person``: may know who asks.
    """

    desk: bool
    turns: frozenset[int]
    areas: frozenset[int]
    person: bool
    #: who reads: their own notes stay theirs to read
    reader: int | None = None

    def note(self, area_id: int | None, author_id: int | None) -> bool:
        """Whether an internal note is open to the reader; one for an area is read there, and at
        the desk."""
        return (
            area_id is None
            or self.desk
            or area_id in self.areas
            or (author_id is not None and author_id == self.reader)
        )

    def turn(self, number: int | None) -> bool:
        """Whether what belongs to a turn (none: to the case) is open to the reader."""
        return number is None or self.desk or number in self.turns


def sight_of(case: CaseFacts, actor: Actor) -> Sight:
    """What this reader sees: the desk all, an area its own turns and what is shared with it."""
    desk = (
        actor.system
        or actor.has(Role.AUDITOR)
        or case.desk_id in actor.areas(Role.CLERK)
        or case.desk_id in actor.reach(Role.SUPERVISOR)
        or (case.under_transparency and case.desk_id in actor.reach(Role.TRANSPARENCY))
    )
    areas = actor.areas(Role.STAFF, Role.HEAD) | actor.reach(Role.SUPERVISOR)
    if case.under_transparency:
        areas |= actor.reach(Role.TRANSPARENCY)
    theirs = frozenset(
        turn.number
        for turn in case.turns.values()
        if turn.area_id in areas
        or turn.shared
        or (turn.routed_by_id is not None and turn.routed_by_id == actor.user_id)
    )
    person = sees_person(
        actor, case.kind, case.desk_id, (turn.area_id for turn in case.turns.values())
    )
    return Sight(desk, theirs, areas, person, actor.user_id)
