"""The calendar of a body as rows, and what another clock would move."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from caseflow.dialect import among
from caseflow.domain.calendar import Calendar
from caseflow.domain.change import Change
from caseflow.domain.day_lists import (
    COMMON,
    BodyDays,
    CalendarEdits,
    DayRow,
    Difference,
    SuspensionRow,
    calendar_of,
    difference,
    edited,
)
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.errors import DomainError
from caseflow.domain.facts import CaseFacts
from caseflow.domain.instants import local_date, utc
from caseflow.domain.people import SYSTEM, Actor
from caseflow.domain.redating import LISTED, Impact, Move, Span, recount, span_of
from caseflow.domain.vocabulary import DeadlineState
from caseflow.models import Case, Deadline, JobItem, NonWorkingDay, TermSuspension
from caseflow.queries.facts import load_cases
from caseflow.queries.reference import Reference
from caseflow.queries.scope import visible

#: Cases loaded at once for a recount.
CHUNK = 500
_LIVE = (DeadlineState.RUNNING.value, DeadlineState.PAUSED.value)
#: An official reception follows its filing within this many days.
_RECEPTION = dt.timedelta(days=60)


def body_days(session: Session, body: str) -> BodyDays:
    """The days and suspensions of a body, with the common days."""
    common: dict[dt.date, DayRow] = {}
    listed: dict[dt.date, DayRow] = {}
    worked: dict[dt.date, DayRow] = {}
    days = select(
        NonWorkingDay.body,
        NonWorkingDay.works,
        NonWorkingDay.day,
        NonWorkingDay.reason,
        NonWorkingDay.source,
        NonWorkingDay.mark,
        NonWorkingDay.list_year,
    ).where(NonWorkingDay.body.in_((COMMON, body)))
    for row in session.execute(days):
        into = common if row.body == COMMON else worked if row.works else listed
        into[row.day] = DayRow(row.day, row.reason, row.source, row.mark, row.list_year)
    if body == COMMON:
        listed, common = common, {}
    suspensions = {
        row.id: SuspensionRow(
            row.matter, row.first_day, row.last_day, row.reason, row.source, row.mark
        )
        for row in session.execute(
            select(TermSuspension.__table__).where(TermSuspension.body == body)
        )
    }
    return BodyDays(common, listed, worked, suspensions)


def calendar_for(session: Session, body: str) -> Calendar:
    """The calendar of any body, as the clock counts with it."""
    return calendar_of(body, body_days(session, body))


def governing_rows(session: Session, office: str, body: str, after: BodyDays) -> BodyDays:
    """The rows of the office's own body once those of ``body`` are ``after``.

    Common days are everybody's; the list of another body moves nothing of ours.
    """
    own = body_days(session, office)
    if body == office:
        return after
    if body == COMMON:
        return BodyDays(after.listed, own.listed, own.worked, own.suspensions)
    return own


def years_in_use(session: Session, today: dt.date) -> tuple[int, ...]:
    """Years that open deadlines run in, this one among them."""
    first, last = session.execute(
        select(func.min(Deadline.received_on), func.max(Deadline.due_on)).where(
            Deadline.state.in_(_LIVE)
        )
    ).one()
    years = {today.year}
    if first is not None:
        years.update(range(first.year, (last or first).year + 1))
    return tuple(sorted(years))


def touched(session: Session, span: Span) -> list[int]:
    """Ids of the cases that another clock could move: their count meets the span."""
    ways: list[ColumnElement[bool]] = []
    if span.days is not None:
        first, last = span.days
        until = utc(dt.datetime.combine(last + dt.timedelta(days=1), dt.time()))
        ends = func.coalesce(Deadline.due_on_rectified, Deadline.due_on)
        ways.append(
            and_(
                or_(
                    ends.is_(None),
                    ends >= first,
                    Deadline.due_on >= first,
                    Deadline.base_due_on >= first,
                ),
                or_(Deadline.received_on <= last, Case.filed_at < until),
            )
        )
    for matter, first, last in span.terms:
        begin = max(first, dt.date.min + _RECEPTION) - _RECEPTION
        ways.append(
            and_(
                Deadline.matter == matter,
                Case.received_on >= begin,
                Case.received_on <= last,
            )
        )
    if not ways:
        return []
    dated = or_(Deadline.state.in_(_LIVE), Deadline.governing)
    return list(
        session.scalars(
            select(Deadline.case_id)
            .join(Case, Case.id == Deadline.case_id)
            .where(dated, Deadline.expires_at.is_(None), or_(*ways))
            .distinct()
            .order_by(Deadline.case_id)
        )
    )


def pending(session: Session, job_id: int, case_ids: Collection[int]) -> frozenset[int]:
    """Which of these cases a job has not reached yet."""
    return frozenset(
        session.scalars(
            select(JobItem.case_id).where(
                JobItem.job_id == job_id,
                JobItem.verdict.is_(None),
                among(JobItem.case_id, case_ids),
            )
        )
    )


def chunks(ids: Sequence[int], size: int = CHUNK) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def counted_again(
    case: CaseFacts,
    actor: Actor,
    now: dt.datetime,
    before: Clockwork,
    after: Clockwork,
    cause: str,
    impact: Impact,
) -> tuple[Change | None, tuple[Move, ...]]:
    """``recount`` of one case, taken into the impact; a case without a term is set aside."""
    try:
        change, moves = recount(case, actor, now, before, after, cause)
    except (DomainError, LookupError):
        impact.set_aside += 1
        return None, ()
    impact.take(moves)
    return change, moves


def preview_edits(
    session: Session,
    reader: Actor,
    now: dt.datetime,
    read: Reference,
    body: str,
    edits: CalendarEdits,
) -> tuple[Difference, Impact]:
    """What ``commands.calendars.change_calendar`` would write and move. Raises as it does."""
    before = body_days(session, body)
    after = edited(before, edits)
    clock = read.clockwork(local_date(now))
    rows = governing_rows(session, read.office.body, body, after)
    other = Clockwork(calendar_of(read.office.body, rows), clock.terms, clock.today)
    return difference(before, after), impact_of(session, reader, now, clock, other)


def impact_of(
    session: Session, reader: Actor, now: dt.datetime, before: Clockwork, after: Clockwork
) -> Impact:
    """What another clock would move, without moving it.

    The counts hold all cases; folios are listed only where the reader may see them (domain §6).
    """
    impact = Impact()
    for ids in chunks(touched(session, span_of(before, after))):
        moving: list[Move] = []
        for case in load_cases(session, SYSTEM, among(Case.id, ids), whole=False).values():
            _, moves = counted_again(case, reader, now, before, after, "", impact)
            moving += moves
        _list(session, reader, moving, impact)
    return impact


def _list(session: Session, reader: Actor, moving: Sequence[Move], impact: Impact) -> None:
    """Keep the first folios that the reader may see, one line each."""
    room = LISTED - len(impact.folios)
    ruling = {move.case_id: move for move in moving if move.governing}
    if room <= 0 or not ruling or reader.system:
        return
    seen = session.scalars(
        select(Case.id).where(Case.id.in_(ruling), visible(reader)).order_by(Case.id).limit(room)
    )
    impact.folios += [ruling[case_id] for case_id in seen]
