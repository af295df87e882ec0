"""What the monthly report is counted from: governing deadlines, their cases and their turns.

Read in sets, each with an index of its own, whatever the number of folios; nothing is counted here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, or_, select, text, union_all
from sqlalchemy.orm import Session

from caseflow.domain.deadlines import Clockwork, count_of
from caseflow.domain.facts import DeadlineFacts
from caseflow.domain.months import Month
from caseflow.domain.vocabulary import INBOX_KINDS, TRANSPARENCY_KINDS, DeadlineState, Step
from caseflow.models import Case, Deadline, Event, Turn
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
_RESUMING = ("clarified", "paid")


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
    """One turn, as far as it says who held the case on a day."""

    case_id: int
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


#: Bare, as the partial indexes have it: SQLite takes ``governing = 1`` for something else.
GOVERNING = text("deadline.governing")
#: Acts that move a case to another desk; written out, since a partial index holds just these.
_DESK_MOVED = Event.action.in_(
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
        turned = exists(select(1).where(Turn.case_id == Case.id, Turn.area_id.in_(areas)))
        moved = select(Event.case_id).where(_DESK_MOVED)
        return and_(kinds, or_(Case.desk_id.in_(areas), turned, Case.id.in_(moved)))


_COLUMNS = (
    Deadline.case_id,
    Deadline.number,
    Deadline.round,
    Deadline.state,
    Deadline.basis,
    Deadline.due_on,
    Deadline.met_on,
    Case.ref,
    Case.folio,
    Case.source,
    Case.kind,
    Case.subject,
    Case.desk_id,
    Case.state,
    Case.round,
    Case.received_on,
    Case.closed_on,
    Case.ending,
)
_DUE = _COLUMNS.index(Deadline.due_on)
_RECTIFIED = (*_COLUMNS[:_DUE], Deadline.due_on_rectified, *_COLUMNS[_DUE + 1 :])


def of_period(
    session: Session, subtree: Subtree, clockwork: Clockwork, first: dt.date, last: dt.date
) -> Facts:
    """The facts of the deadlines that fell due from ``first`` to ``last``, both in, and of those
    that fell due before and were still owed on ``first`` or later; ``last`` is the cut-off.
    """
    owed = or_(
        Deadline.state != DeadlineState.ENDED.value,
        Case.closed_on >= first,
        Deadline.round < Case.round,
    )
    ways = [
        *_due(first, last),
        (
            _COLUMNS,
            and_(
                _PLAIN,
                Deadline.met_on > Deadline.due_on,
                Deadline.met_on >= first,
                Deadline.due_on < first,
            ),
        ),
        (_COLUMNS, and_(_PLAIN, Deadline.met_on.is_(None), Deadline.due_on < first, owed)),
        (
            _RECTIFIED,
            and_(
                _MOVED,
                Deadline.due_on_rectified < first,
                or_(Deadline.met_on >= first, and_(Deadline.met_on.is_(None), owed)),
            ),
        ),
    ]
    held = subtree.may_hold()
    resting = _resting(session, held, clockwork, last)
    return _load(session, ways, held, resting)


def of_trend(session: Session, subtree: Subtree, first: dt.date, last: dt.date) -> Facts:
    """The facts of the deadlines that fell due in a period, for their number alone.

    Those at rest are missing, since they are never counted; turns as well for the whole office,
    where it does not matter which area counts a folio.
    """
    return _load(
        session,
        _due(first, last),
        subtree.may_hold(),
        (),
        shared=subtree.area_ids is not None,
    )


def of_cases(
    session: Session, subtree: Subtree, clockwork: Clockwork, chosen: Select[Any], last: dt.date
) -> Facts:
    """The facts of all governing deadlines of the cases whose ids ``chosen`` selects."""
    wanted = Deadline.case_id.in_(chosen)
    ways = [
        (_COLUMNS, and_(_PLAIN, wanted, Deadline.due_on.is_not(None))),
        (_RECTIFIED, and_(_MOVED, wanted)),
    ]
    held = and_(subtree.may_hold(), wanted)
    return _load(session, ways, held, _resting(session, held, clockwork, last))


_Way = tuple[tuple[Any, ...], ColumnElement[bool]]
_PLAIN = and_(GOVERNING, Deadline.due_on_rectified.is_(None))
_MOVED = and_(GOVERNING, Deadline.due_on_rectified.is_not(None))


def _due(first: dt.date, last: dt.date) -> list[_Way]:
    return [
        (_COLUMNS, and_(_PLAIN, Deadline.due_on.between(first, last))),
        (_RECTIFIED, and_(_MOVED, Deadline.due_on_rectified.between(first, last))),
    ]


def _load(
    session: Session,
    ways: Iterable[_Way],
    held: ColumnElement[bool],
    resting: tuple[Resting, ...],
    *,
    shared: bool = True,
) -> Facts:
    ways = list(ways)
    rows = session.execute(union_all(*(_picked(columns, wanted, held) for columns, wanted in ways)))
    clocks = tuple(Clock._make(row) for row in rows)
    shares: dict[int, list[Share]] = {}
    rested = sorted({rest.clock.case_id for rest in resting})
    statements = []
    if shared:
        picked = union_all(*(_picked((Deadline.case_id,), wanted, held) for _, wanted in ways))
        statements.append(_TURNS.where(Turn.case_id.in_(picked)))
    if rested:
        known = {clock.case_id for clock in clocks}
        statements.append(_TURNS.where(Turn.case_id.in_([i for i in rested if i not in known])))
    for statement in statements:
        for share in map(Share._make, session.execute(statement).all()):
            shares.setdefault(share.case_id, []).append(share)
    return Facts(clocks, resting, shares, _moves(session), _earlier_ends(session, clocks))


_TURNS = select(
    Turn.case_id,
    Turn.number,
    Turn.area_id,
    Turn.round,
    Turn.state,
    Turn.routed_at,
    Turn.ended_at,
    Turn.replaced_by,
)


def _picked(
    columns: tuple[Any, ...], wanted: ColumnElement[bool], held: ColumnElement[bool]
) -> Select[Any]:
    return (
        select(*(column.label(f"c{at}") for at, column in enumerate(columns)))
        .join(Case, Case.id == Deadline.case_id)
        .where(wanted, held)
    )


def _rests() -> ColumnElement[bool]:
    return and_(
        GOVERNING,
        Deadline.met_on.is_(None),
        Deadline.due_on.is_(None),
        Deadline.state.in_((DeadlineState.PAUSED.value, DeadlineState.ENDED.value)),
    )


def _resting(
    session: Session, held: ColumnElement[bool], clockwork: Clockwork, last: dt.date
) -> tuple[Resting, ...]:
    """Deadlines whose clock rested at the end of a day, with the date that they had before.

    Those that rest now have no date; those that went on since have a later one, and their acts say
    so. Either way the date is counted again without the stop.
    """
    asked = or_(
        Case.clarified,
        exists(
            select(1)
            .where(_OTHER.c.case_id == Case.id, _OTHER.c.step == Step.PAY.value)
            .correlate(Case)
        ),
    )
    went_on = and_(GOVERNING, Deadline.due_on > last, asked)
    statement = (
        select(
            *(column.label(f"c{at}") for at, column in enumerate(_COLUMNS)),
            Deadline.acts,
            Deadline.given_on,
            Deadline.received_on,
            Deadline.step,
            Deadline.matter,
        )
        .join(Case, Case.id == Deadline.case_id)
        .where(or_(_rests(), went_on), held)
    )
    found = []
    for row in session.execute(statement):
        values: tuple[Any, ...] = tuple(row)
        clock = Clock._make(values[: len(_COLUMNS)])
        acts, given_on, received_on, step, matter = values[len(_COLUMNS) :]
        stop = _stop(acts, last)
        if stop is None:
            continue
        stopped = DeadlineFacts(
            case_id=clock.case_id,
            number=clock.number,
            matter=matter,
            step=step,
            basis=clock.basis,
            governing=True,
            round=clock.round,
            received_on=received_on,
            state=DeadlineState.RUNNING.value,
            acts=acts[: stop + 1],
            given_on=given_on,
        )
        if count_of(clockwork, stopped).state is not DeadlineState.PAUSED:
            continue  # asked after its own term: the clock did not stop
        stopped.acts = acts[:stop]
        before = count_of(clockwork, stopped).due_on
        if before is not None:
            found.append(
                Resting(
                    clock._replace(due_on=before),
                    dt.date.fromisoformat(acts[stop]["on"]),
                    RESTING[acts[stop]["kind"]],
                )
            )
    return tuple(found)


_OTHER = Deadline.__table__.alias("other")


def _stop(acts: Iterable[Mapping[str, Any]], last: dt.date) -> int | None:
    """The act by which the clock rested at the end of a day, if it did."""
    stop = None
    for at, act in enumerate(acts):
        if dt.date.fromisoformat(act["on"]) > last:
            break
        if act["kind"] in RESTING:
            stop = at
        elif act["kind"] in _RESUMING:
            stop = None
    return stop


def _moves(session: Session) -> dict[int, list[Move]]:
    """How every case that ever changed desks did so, oldest first."""
    moves: dict[int, list[Move]] = {}
    rows = session.execute(
        select(Event.case_id, Event.action, Event.effective_on, Event.data)
        .where(_DESK_MOVED)
        .order_by(Event.case_id, Event.id)
    )
    for case_id, action, on, data in rows:
        said = data or {}
        if action == "hand_over":
            before = said.get("before")
        else:
            before = said.get("from") if said.get("desk") else None
        if case_id is not None and before is not None:
            moves.setdefault(case_id, []).append(Move(on, int(before)))
    return moves


def _earlier_ends(session: Session, clocks: Iterable[Clock]) -> dict[tuple[int, int], End]:
    """How deadlines of earlier rounds ended: the case itself forgot it when it was reopened."""
    reopened = {
        clock.case_id
        for clock in clocks
        if clock.state == DeadlineState.ENDED and clock.round < clock.case_round
    }
    ends: dict[tuple[int, int], End] = {}
    if not reopened:
        return ends
    rounds: dict[int, int] = {}
    rows = session.execute(
        select(Event.case_id, Event.action, Event.effective_on)
        .where(Event.case_id.in_(sorted(reopened)), Event.action.in_((*ENDINGS, "reopen")))
        .order_by(Event.case_id, Event.id)
    )
    for case_id, action, on in rows:
        if case_id is None:
            continue
        current = rounds.setdefault(case_id, 1)
        if action == "reopen":
            rounds[case_id] = current + 1
        else:
            ends[case_id, current] = End(on, ENDINGS[action])
    return ends
