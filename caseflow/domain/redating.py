"""What another calendar or another law does to the dates of a case (domain §5).

Open deadlines are counted again and move. Closed ones keep their date and get the rectified one
beside it, which lateness reads. A date given by the platform is not moved by our calendar. The
preview and the act call the same function.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from caseflow.domain.calendar import Calendar
from caseflow.domain.change import Change, Draft
from caseflow.domain.clock import officially_received
from caseflow.domain.deadlines import Clockwork, dates_of, redate
from caseflow.domain.facts import CaseFacts, DeadlineFacts
from caseflow.domain.instants import local, local_date
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import TRANSPARENCY_KINDS

#: Folios listed in a preview; the counts hold all of them.
LISTED = 200


@dataclass(frozen=True, slots=True)
class Move:
    """One date that moves. ``areas``: those with an open turn, else the desk."""

    case_id: int
    ref: str
    kind: str
    step: str
    governing: bool
    closed: bool
    areas: tuple[int, ...]
    before: dt.date | None
    after: dt.date | None
    was_late: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class Span:
    """Which cases can be touched at all: those whose count meets one of these stretches."""

    #: of the calendar: from the first to the last day that is worked otherwise
    days: tuple[dt.date, dt.date] | None = None
    #: of the law: matter, and the validity of a term that changed
    terms: tuple[tuple[str, dt.date, dt.date], ...] = ()

    def __bool__(self) -> bool:
        return self.days is not None or bool(self.terms)


def span_of(before: Clockwork, after: Clockwork) -> Span:
    """Where two clocks differ."""
    days = _days_that_differ(before.calendar, after.calendar)
    terms = set(before.terms.all()) ^ set(after.terms.all())
    return Span(
        (min(days), max(days)) if days else None,
        tuple(sorted({(t.matter, t.valid_from, t.valid_to or dt.date.max) for t in terms})),
    )


def _days_that_differ(one: Calendar, other: Calendar) -> set[dt.date]:
    days = set(one.days) ^ set(other.days)
    for suspension in set(one.suspensions) ^ set(other.suspensions):
        days |= {suspension.first, suspension.last}
    return days


def recount(
    case: CaseFacts, actor: Actor, now: dt.datetime, before: Clockwork, after: Clockwork, cause: str
) -> tuple[Change | None, tuple[Move, ...]]:
    """The change that dates a case by the new clock, and which of its dates move.

    None where nothing moves. Raises ``DomainError`` where the new law has no term for it.
    """
    draft = Draft(case, actor, now)
    first = case.received_on
    received_on = _received(case, before, after)
    moves: list[Move] = []
    for deadline in draft.case.deadlines.values():
        own = deadline.round == 1 and deadline.received_on == first
        start = received_on if own else deadline.received_on
        if deadline.live:
            moves += _move_open(draft, deadline, start, after, cause)
        elif deadline.governing:
            moves += _rectify(draft, deadline, start, before, after, cause)
    refiled = received_on != first and any(
        deadline.live and deadline.received_on == received_on
        for deadline in draft.case.deadlines.values()
    )
    if refiled:
        draft.set(received_on=received_on)
    if not moves and not refiled:
        return None, ()
    draft.event(
        "redated",
        after.today,
        {
            "cause": cause,
            "moves": [
                {"step": m.step, "before": m.before, "after": m.after, "closed": m.closed}
                for m in moves
            ],
            **({"received": {"before": first, "after": received_on}} if refiled else {}),
        },
    )
    return draft.change(), tuple(moves)


def _received(case: CaseFacts, before: Clockwork, after: Clockwork) -> dt.date:
    """The official reception by the new clock.

    Worked out again only where it was worked out by us; one that the source stated stays, unless
    it now falls on a day on which nothing is officially received.
    """
    on = local_date(case.filed_at)
    if _received_alike(case.kind, on, case.received_on, before, after):
        return case.received_on
    filed = local(case.filed_at) if case.filed_has_hour else local_date(case.filed_at)
    old, new = before.terms.find_governing(case.kind, on), after.terms.find_governing(case.kind, on)
    if old is None or new is None:
        return case.received_on
    if officially_received(filed, old, before.calendar).on == case.received_on:
        return officially_received(filed, new, after.calendar).on
    if case.kind in TRANSPARENCY_KINDS:
        return after.calendar.on_or_after(case.received_on, case.kind)
    return case.received_on


def _received_alike(
    kind: str, filed_on: dt.date, received_on: dt.date, before: Clockwork, after: Clockwork
) -> bool:
    """Whether both clocks say the same of every day from a filing to its reception.

    Remembered: of a hundred thousand cases, few days differ.
    """
    key = ("received_alike", kind, filed_on, received_on)
    known: bool | None = after.memo.get(key)
    if known is None:
        days = (filed_on + dt.timedelta(n) for n in range((received_on - filed_on).days + 1))
        law = (clock.terms.find_governing(kind, filed_on) for clock in (before, after))
        known = next(law) == next(law) and all(
            before.calendar.is_business(day, kind) == after.calendar.is_business(day, kind)
            for day in days
        )
        after.memo[key] = known
    return known


def _move_open(
    draft: Draft, deadline: DeadlineFacts, start: dt.date, after: Clockwork, cause: str
) -> Iterable[Move]:
    before = deadline.due_on
    if start != deadline.received_on:
        draft.set_deadline(deadline.number, received_on=start)
    if redate(draft, after, deadline, cause):
        today = after.today
        yield _move(
            draft.case,
            deadline,
            before,
            deadline.due_on,
            was_late=before is not None and before < today,
            is_late=deadline.due_on is not None and deadline.due_on < today,
        )


def _rectify(
    draft: Draft,
    deadline: DeadlineFacts,
    start: dt.date,
    before: Clockwork,
    after: Clockwork,
    cause: str,
) -> Iterable[Move]:
    stands = deadline.due_on_rectified or deadline.due_on
    if stands is None or dates_of(before, deadline)["due_on"] != stands:
        return  # not a date of the old clock: what moved it is not this change
    counted = dates_of(after, deadline, start)["due_on"]
    if counted is None or counted == stands:
        return
    rectified = None if counted == deadline.due_on else counted
    met_on = deadline.met_on
    was_late = met_on is not None and met_on > stands
    is_late = met_on is not None and met_on > counted
    draft.set_deadline(
        deadline.number,
        due_on_rectified=rectified,
        # the record of having been overdue is never deleted: the cause stands beside it
        overdue_rectified=cause
        if deadline.became_overdue_on is not None and rectified is not None and not is_late
        else None,
    )
    yield _move(draft.case, deadline, stands, counted, was_late=was_late, is_late=is_late)


def _move(
    case: CaseFacts,
    deadline: DeadlineFacts,
    before: dt.date | None,
    after: dt.date | None,
    *,
    was_late: bool,
    is_late: bool,
) -> Move:
    areas = tuple(sorted({turn.area_id for turn in case.open_turns()})) or (case.desk_id,)
    return Move(
        case.id, case.ref, case.kind, deadline.step, deadline.governing, not deadline.live, areas,
        before, after, was_late, is_late,
    )  # fmt: skip


@dataclass(slots=True)
class Impact:
    """What moves, counted by folio. ``areas``: area id → counts by the same names.

    ``moved``: open folios whose governing date moves; ``freed`` of them stop being overdue,
    ``caught`` become so. ``targets``: folios of which only another term moves. ``rectified``:
    closed folios that get a second date, ``cleared`` and ``blamed`` of them change between late and
    in time. ``set_aside``: cases that could not be counted, left as they were.
    """

    moved: int = 0
    freed: int = 0
    caught: int = 0
    targets: int = 0
    rectified: int = 0
    cleared: int = 0
    blamed: int = 0
    set_aside: int = 0
    areas: dict[int, Counter[str]] = field(default_factory=dict)
    #: the first folios that move, of those that the reader may see
    folios: list[Move] = field(default_factory=list)

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> Impact:
        """The impact that ``counts`` gave; by area and folio nothing is known any more."""
        impact = cls()
        for name in impact.counts():
            setattr(impact, name, counts.get(name, 0))
        return impact

    def take(self, moves: Iterable[Move]) -> None:
        """Count the moves of one case."""
        names: set[str] = set()
        areas: tuple[int, ...] = ()
        for move in moves:
            areas = move.areas
            if not move.governing:
                continue
            names.add("rectified" if move.closed else "moved")
            if move.was_late and not move.is_late:
                names.add("cleared" if move.closed else "freed")
            elif move.is_late and not move.was_late:
                names.add("blamed" if move.closed else "caught")
        if areas and not names:
            names.add("targets")
        for name in names:
            setattr(self, name, getattr(self, name) + 1)
            for area_id in areas:
                self.areas.setdefault(area_id, Counter())[name] += 1

    def counts(self) -> dict[str, int]:
        """The totals by name."""
        return {
            name: getattr(self, name)
            for name in (
                "moved", "freed", "caught", "targets", "rectified", "cleared", "blamed",
                "set_aside",
            )
        }  # fmt: skip
