"""Who acts: a person with dated roles in areas, and the relations that follow from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from caseflow.domain.vocabulary import Role


class Who(StrEnum):
    """A relation between an actor and a turn or a desk on a date: not a badge."""

    CLERK = "clerk"
    STAFF = "staff"
    HEAD = "head"
    SUPERVISOR = "supervisor"
    TRANSPARENCY = "transparency"
    SENDER = "sender"
    #: whoever may read the case, but for auditors, who only read
    READER = "reader"
    SYSTEM = "system"


class OnBehalf(StrEnum):
    """Why somebody other than the head signed for the head (domain §4, *Who*)."""

    ABSENCE = "absence"
    INSTRUCTION = "instruction"
    ACTING = "acting"


@dataclass(frozen=True, slots=True)
class Grant:
    """One role in one area, valid today; ``reach`` is that area with all below it."""

    role: Role
    area_id: int
    reach: frozenset[int]
    acting: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """A person as of today, or the system itself. ``everywhere``: some grant sits at the root."""

    user_id: int | None
    name: str
    grants: tuple[Grant, ...] = ()
    system: bool = False
    root_id: int | None = None

    def has(self, *roles: Role) -> bool:
        return any(grant.role in roles for grant in self.grants)

    def areas(self, *roles: Role) -> frozenset[int]:
        """The very areas where the actor holds one of the roles."""
        return frozenset(grant.area_id for grant in self.grants if grant.role in roles)

    def reach(self, *roles: Role) -> frozenset[int]:
        """The areas where the actor holds one of the roles, with all below them."""
        return frozenset[int]().union(*(g.reach for g in self.grants if g.role in roles))

    def over_all(self, *roles: Role) -> bool:
        """Whether one of the roles sits at the root of the tree, so that no filter is needed."""
        return any(g.role in roles and g.area_id == self.root_id for g in self.grants)

    def is_acting(self, area_id: int) -> bool:
        """Whether the actor heads the area as *encargado de despacho*."""
        return any(g.acting and g.area_id == area_id for g in self.grants)


SYSTEM = Actor(user_id=None, name="Sistema", system=True)


def relations(
    actor: Actor,
    area_ids: Iterable[int],
    *,
    transparency_area: int | None = None,
    sender_id: int | None = None,
    captured_by_id: int | None = None,
) -> frozenset[Who]:
    """What the actor is to these areas (a turn's area, or a desk and the areas at work).

    ``transparency_area`` is the desk of an information or personal-data case, none for services.
    """
    if actor.system:
        return frozenset({Who.SYSTEM})
    areas = frozenset(area_ids)
    found = set()
    for role, who in ((Role.CLERK, Who.CLERK), (Role.STAFF, Who.STAFF), (Role.HEAD, Who.HEAD)):
        if areas & actor.areas(role):
            found.add(who)
    if areas & actor.reach(Role.SUPERVISOR):
        found.add(Who.SUPERVISOR)
    if transparency_area is not None and transparency_area in actor.reach(Role.TRANSPARENCY):
        found.add(Who.TRANSPARENCY)
    if sender_id is not None and sender_id == actor.user_id:
        found.add(Who.SENDER)
    if captured_by_id is not None and captured_by_id == actor.user_id and actor.has(Role.CLERK):
        found.add(Who.CLERK)
    return frozenset(found)
