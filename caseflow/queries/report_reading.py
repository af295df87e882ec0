"""Reading the facts of the monthly report in sets, whatever the number of folios.

The deadlines come from one partial index each, then their cases and turns are joined once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, text, union_all
from sqlalchemy.orm import Session

from caseflow.domain.deadlines import Clockwork, count_of
from caseflow.domain.facts import DeadlineFacts
from caseflow.domain.vocabulary import DeadlineState, Step
from caseflow.models import Case, Deadline, Event, Turn
from caseflow.queries.lists import inline
from caseflow.queries.report_facts import (
    DESK_MOVED,
    ENDINGS,
    RESTING,
    RESUMING,
    Clock,
    End,
    Facts,
    Move,
    Resting,
    Share,
    Subtree,
)

#: Bare, as the partial indexes have it: SQLite takes ``governing = 1`` for something else.
GOVERNING = text("deadline.governing")
_PLAIN = and_(GOVERNING, Deadline.due_on_rectified.is_(None))
_MOVED = and_(GOVERNING, Deadline.due_on_rectified.is_not(None))
_ENDED = DeadlineState.ENDED.value
#: The terms in which the person owes something; theirs is a partial index.
_PERSON_OWES = inline(Deadline.step, (Step.PERSON_ANSWERS, Step.PAY))


def of_period(
    session: Session, subtree: Subtree, clockwork: Clockwork, first: dt.date, last: dt.date
) -> Facts:
    """The facts of the deadlines that fell due from ``first`` to ``last``, both in, and of those
    that fell due before and were still owed on ``first`` or later; ``last`` is the cut-off.
    """
    ways = [
        *_due(first, last),
        _plain(
            Deadline.met_on > Deadline.due_on, Deadline.met_on >= first, Deadline.due_on < first
        ),
        _plain(Deadline.met_on.is_(None), Deadline.due_on < first),
        _moved(
            Deadline.due_on_rectified < first,
            or_(Deadline.met_on >= first, Deadline.met_on.is_(None)),
        ),
    ]
    held = subtree.may_hold()
    return _load(session, ways, held, _resting(session, held, clockwork, last), since=first)


def of_trend(session: Session, subtree: Subtree, first: dt.date, last: dt.date) -> Facts:
    """The facts of the deadlines that fell due in a period, for their number alone.

    Those at rest are missing, since they are never counted; turns as well for the whole office,
    where it does not matter which area counts a folio.
    """
    shared = subtree.area_ids is not None
    return _load(session, _due(first, last), subtree.may_hold(), (), since=first, shared=shared)


def of_cases(
    session: Session, subtree: Subtree, clockwork: Clockwork, chosen: Select[Any], last: dt.date
) -> Facts:
    """The facts of all governing deadlines of the cases whose ids ``chosen`` selects."""
    wanted = Deadline.case_id.in_(chosen)
    ways = [_plain(wanted, Deadline.due_on.is_not(None)), _moved(wanted)]
    held = and_(subtree.may_hold(), Case.id.in_(chosen))
    return _load(session, ways, held, _resting(session, held, clockwork, last))


def _due(first: dt.date, last: dt.date) -> list[Select[Any]]:
    return [
        _plain(Deadline.due_on.between(first, last)),
        _moved(Deadline.due_on_rectified.between(first, last)),
    ]


def _plain(*wanted: ColumnElement[bool]) -> Select[Any]:
    """Deadlines whose own date stands."""
    return _deadlines(Deadline.due_on, _PLAIN, *wanted)


def _moved(*wanted: ColumnElement[bool]) -> Select[Any]:
    """Deadlines whose date was rectified after they were met: lateness reads that one."""
    return _deadlines(Deadline.due_on_rectified, _MOVED, *wanted)


def _deadlines(due_on: Any, *wanted: ColumnElement[bool]) -> Select[Any]:
    return select(
        Deadline.case_id,
        Deadline.number,
        Deadline.round,
        Deadline.state,
        Deadline.basis,
        due_on.label("due_on"),
        Deadline.met_on,
    ).where(*wanted)


_CASE = (
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
_TURN = (
    Turn.number,
    Turn.area_id,
    Turn.round,
    Turn.state,
    Turn.routed_at,
    Turn.ended_at,
    Turn.replaced_by,
)
_WIDTH = len(Clock._fields)


def _load(
    session: Session,
    ways: Iterable[Select[Any]],
    held: ColumnElement[bool],
    resting: tuple[Resting, ...],
    *,
    since: dt.date | None = None,
    shared: bool = True,
) -> Facts:
    """Join what the ways pick with its cases and turns: one row for each turn.

    Deadlines that ended before ``since`` are left out, but for those of earlier rounds, of which
    only the events know.
    """
    picked = union_all(*ways).subquery("picked")
    wanted = (
        select(*picked.c, *_CASE, *(_TURN if shared else ()))
        .join_from(picked, Case, Case.id == picked.c.case_id)
        .where(held)
    )
    if shared:
        wanted = wanted.outerjoin(Turn, Turn.case_id == picked.c.case_id)
    if since is not None:
        wanted = wanted.where(
            or_(
                picked.c.state != _ENDED,
                picked.c.due_on >= since,
                Case.closed_on >= since,
                picked.c.round < Case.round,
            )
        )
    clocks: dict[tuple[int, int], Clock] = {}
    shares: dict[int, list[Share]] = {}
    # on the connection: the session would look at every value of every row once more
    for row in session.connection().execute(wanted).all():
        key = (row[0], row[1])
        if key not in clocks:
            clocks[key] = Clock._make(row[:_WIDTH])
        if shared and row[_WIDTH] is not None:
            # a case with two deadlines brings its turns twice, which changes nothing
            shares.setdefault(row[0], []).append(Share._make(row[_WIDTH:]))
    known = {case_id for case_id, _ in clocks}
    rested = {rest.clock.case_id for rest in resting} - known
    if rested:
        turns = select(Turn.case_id, *_TURN).where(Turn.case_id.in_(sorted(rested)))
        for case_id, *share in session.execute(turns):
            shares.setdefault(case_id, []).append(Share._make(share))
    found = tuple(clocks.values())
    return Facts(found, resting, shares, _moves(session), _earlier_ends(session, found))


def _resting(
    session: Session, held: ColumnElement[bool], clockwork: Clockwork, last: dt.date
) -> tuple[Resting, ...]:
    """Deadlines whose clock rested at the end of a day, with the date that they had before.

    Those that rest now have no date; those that went on since have a later one, and their acts say
    so. Either way the date is counted again without the stop.
    """
    columns = (
        *_deadlines(Deadline.due_on).selected_columns,
        *_CASE,
        Deadline.acts,
        Deadline.given_on,
        Deadline.received_on,
        Deadline.step,
        Deadline.matter,
    )
    other = select(Deadline.case_id).where(_PERSON_OWES).correlate(None)
    resting = and_(
        GOVERNING,
        Deadline.met_on.is_(None),
        Deadline.due_on.is_(None),
        Deadline.state.in_((DeadlineState.PAUSED.value, _ENDED)),
    )
    went_on = and_(GOVERNING, Deadline.due_on > last, Deadline.case_id.in_(other))
    found = []
    for wanted in (resting, went_on):
        statement = select(*(column.label(f"c{at}") for at, column in enumerate(columns)))
        statement = statement.join_from(Deadline, Case, Case.id == Deadline.case_id)
        for row in session.execute(statement.where(wanted, held)):
            rest = _rest(tuple(row), clockwork, last)
            if rest is not None:
                found.append(rest)
    return tuple(found)


def _rest(values: tuple[Any, ...], clockwork: Clockwork, last: dt.date) -> Resting | None:
    clock = Clock._make(values[:_WIDTH])
    acts, given_on, received_on, step, matter = values[_WIDTH:]
    stop = _stop(acts, last)
    if stop is None:
        return None
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
        return None  # asked after its own term: the clock did not stop
    stopped.acts = acts[:stop]
    before = count_of(clockwork, stopped).due_on
    if before is None:
        return None
    return Resting(
        clock._replace(due_on=before),
        dt.date.fromisoformat(acts[stop]["on"]),
        RESTING[acts[stop]["kind"]],
    )


def _stop(acts: Iterable[Mapping[str, Any]], last: dt.date) -> int | None:
    """The act by which the clock rested at the end of a day, if it did."""
    stop = None
    for at, act in enumerate(acts):
        if dt.date.fromisoformat(act["on"]) > last:
            break
        if act["kind"] in RESTING:
            stop = at
        elif act["kind"] in RESUMING:
            stop = None
    return stop


def _moves(session: Session) -> dict[int, list[Move]]:
    """How every case that ever changed desks did so, oldest first."""
    moves: dict[int, list[Move]] = {}
    rows = session.execute(
        select(Event.case_id, Event.action, Event.effective_on, Event.data)
        .where(DESK_MOVED)
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
