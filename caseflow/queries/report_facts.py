"""What the monthly report is counted from: governing deadlines, their cases and their turns.

Plain records; ``queries.report_reading`` fills them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from caseflow.domain.months import Month
from caseflow.domain.vocabulary import INBOX_KINDS, TRANSPARENCY_KINDS
from caseflow.models import Case, Event, Turn
from caseflow.queries.report_figures import TRANSPARENCY_SCOPE

#: Acts that end a deadline without an answer → the case's ending.
ENDINGS: Mapping[str, str] = {
    "refer": "referred",
    "desist": "desisted",
    "lapse": "lapsed",
    "cancel": "cancelled",
}
#: Acts that make the clock rest, and the state in which the case waits meanwhile.
RESTING: Mapping[str, str] = {"clarify": "clarification", "cost": "payment"}
RESUMING = ("clarified", "paid")


class Clock(NamedTuple):
    """One governing deadline with its case. ``due_on`` is the date by which lateness is read."""

    case_id: int
    number: int
    round: int
    state: str
    basis: str
    due_on: dt.date
    met_on: dt.date | None
    ref: str
    folio: str
    source: str
    kind: str
    subject: str
    desk_id: int
    case_state: str
    case_round: int
    received_on: dt.date
    closed_on: dt.date | None
    ending: str | None


class Share(NamedTuple):
    """One turn of a case, as far as it says who held it on a day."""

    number: int
    area_id: int
    round: int
    state: str
    routed_at: dt.datetime
    ended_at: dt.datetime | None
    replaced_by: int | None


class Move(NamedTuple):
    """A case left a desk on a day."""

    on: dt.date
    from_desk: int


class End(NamedTuple):
    """How and when a deadline ended without an answer."""

    on: dt.date
    ending: str


@dataclass(frozen=True, slots=True)
class Resting:
    """A deadline whose clock rests, or rested when it ended: it has no date of its own.

    ``clock.due_on`` is the date it had when the clock stopped; ``since`` the day of the notice.
    """

    clock: Clock
    since: dt.date
    waiting: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a count needs, by case."""

    clocks: tuple[Clock, ...]
    resting: tuple[Resting, ...]
    shares: Mapping[int, list[Share]]
    moves: Mapping[int, list[Move]] = field(default_factory=dict)
    #: (case, round) → how a deadline of an earlier round ended
    ends: Mapping[tuple[int, int], End] = field(default_factory=dict)

    def by_month(self) -> dict[Month, Facts]:
        """The same facts, parted by the month in which each deadline falls due."""
        clocks: dict[Month, list[Clock]] = {}
        resting: dict[Month, list[Resting]] = {}
        for clock in self.clocks:
            clocks.setdefault(Month.of(clock.due_on), []).append(clock)
        for rest in self.resting:
            resting.setdefault(Month.of(rest.clock.due_on), []).append(rest)
        return {
            month: replace(
                self,
                clocks=tuple(clocks.get(month, ())),
                resting=tuple(resting.get(month, ())),
            )
            for month in sorted({*clocks, *resting})
        }

    def only(self, case_ids: Collection[int]) -> Facts:
        """The facts of some of the cases."""
        return replace(
            self,
            clocks=tuple(clock for clock in self.clocks if clock.case_id in case_ids),
            resting=tuple(rest for rest in self.resting if rest.clock.case_id in case_ids),
        )


#: Acts that move a case to another desk; written out, since a partial index holds just these.
DESK_MOVED = Event.action.in_(
    bindparam("moved", ("hand_over", "restructured"), expanding=True, literal_execute=True)
)


@dataclass(frozen=True, slots=True)
class Subtree:
    """Which cases a report is about: areas (none: all of the office) and kinds."""

    area_ids: frozenset[int] | None
    scope: str = ""

    @property
    def kinds(self) -> tuple[str, ...]:
        kinds = TRANSPARENCY_KINDS if self.scope == TRANSPARENCY_SCOPE else INBOX_KINDS
        return tuple(kind.value for kind in kinds)

    def may_hold(self) -> ColumnElement[bool]:
        """A condition on ``Case`` that no counted case fails; the count itself then decides."""
        kinds = Case.kind.in_(self.kinds)
        if self.area_ids is None:
            return kinds
        areas = sorted(self.area_ids)
        held = aliased(Turn)
        turned = exists(select(1).where(held.case_id == Case.id, held.area_id.in_(areas)))
        moved = select(Event.case_id).where(DESK_MOVED)
        return and_(kinds, or_(Case.desk_id.in_(areas), turned, Case.id.in_(moved)))
