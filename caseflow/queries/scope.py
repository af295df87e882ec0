"""What an actor may see, as a condition of every query (domain §6).

Not yours is not found: lists, searches, counts, exports and attachments all pass here.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import aliased

from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import INBOX_KINDS, TRANSPARENCY_KINDS, Kind, Role
from caseflow.models import Case, Turn

_KINDS = tuple(kind.value for kind in INBOX_KINDS)
#: A turn of the case, whatever turns the query itself is about.
_Part = aliased(Turn)
_TRANSPARENCY = tuple(kind.value for kind in TRANSPARENCY_KINDS)


@lru_cache(maxsize=128)
def visible(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Case`` for what the actor may read at all; kept for who is at work."""
    if actor.system:
        return true()
    ways = list(_ways(actor))
    if not ways:
        return false()
    return and_(Case.kind.in_(_KINDS), or_(*ways))


def _ways(actor: Actor) -> Iterable[ColumnElement[bool]]:
    if actor.has(Role.AUDITOR) or actor.over_all(Role.SUPERVISOR):
        yield true()
        return
    if actor.has(Role.CLERK):
        yield Case.desk_id.in_(sorted(actor.areas(Role.CLERK)))
        yield Case.captured_by_id == actor.user_id
    working = actor.areas(Role.STAFF, Role.HEAD)
    if working:
        yield had_turn_in(working)
    reach = actor.reach(Role.SUPERVISOR)
    if reach:
        yield Case.desk_id.in_(sorted(reach))
        yield had_turn_in(reach)
    if actor.over_all(Role.TRANSPARENCY):
        yield Case.kind.in_(_TRANSPARENCY)
    elif actor.has(Role.TRANSPARENCY):
        theirs = actor.reach(Role.TRANSPARENCY)
        yield and_(
            Case.kind.in_(_TRANSPARENCY),
            or_(Case.desk_id.in_(sorted(theirs)), had_turn_in(theirs)),
        )
    # the sender of a turn keeps read access
    if actor.has(Role.CLERK, Role.SUPERVISOR, Role.TRANSPARENCY, Role.HEAD):
        yield exists(select(1).where(_Part.case_id == Case.id, _Part.routed_by_id == actor.user_id))


def had_turn_in(area_ids: Iterable[int]) -> ColumnElement[bool]:
    """The case has or had a turn, of any date, in one of the areas."""
    return exists(select(1).where(_Part.case_id == Case.id, _Part.area_id.in_(sorted(area_ids))))


def sees_person(actor: Actor, kind: str, desk_id: int, area_ids: Iterable[int]) -> bool:
    """Whether the actor may read who asks and how to reach them (domain §6).

    Desk and transparency always; an area only for services and ARCO; an auditor sees them masked.
    """
    if desk_id in actor.areas(Role.CLERK) or desk_id in actor.reach(Role.SUPERVISOR):
        return True
    if kind in _TRANSPARENCY and actor.has(Role.TRANSPARENCY):
        return True
    if kind in (Kind.SERVICE, Kind.PERSONAL_DATA):
        mine = actor.areas(Role.STAFF, Role.HEAD) | actor.reach(Role.SUPERVISOR)
        return bool(mine & set(area_ids)) or actor.has(Role.CLERK)
    return False


def person_searchable(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Case`` under which the actor may find it by the name of who asks."""
    if actor.has(Role.AUDITOR) and not actor.has(
        Role.CLERK, Role.STAFF, Role.HEAD, Role.SUPERVISOR, Role.TRANSPARENCY
    ):
        return false()
    desk = actor.areas(Role.CLERK) | actor.reach(Role.SUPERVISOR, Role.TRANSPARENCY)
    return or_(
        Case.kind.in_((Kind.SERVICE.value, Kind.PERSONAL_DATA.value)),
        Case.desk_id.in_(sorted(desk)) if desk else false(),
        Case.kind.in_(_TRANSPARENCY) if actor.has(Role.TRANSPARENCY) else false(),
    )
