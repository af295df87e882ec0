"""The rules of the monthly report, over facts already read: which list each folio stands in.

Domain §9. All is as of the end of a day, the cut-off: an act that took effect later did not happen
yet. Nothing here asks the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from caseflow.domain.calendar import Calendar
from caseflow.domain.facts import TurnFacts
from caseflow.domain.instants import utc
from caseflow.domain.phrases import N_, phrase
from caseflow.domain.settle import state_by_turns
from caseflow.domain.vocabulary import (
    WAITING_STATES,
    Basis,
    CaseState,
    DeadlineState,
    Kind,
    Source,
    TurnState,
    spanish,
)
from caseflow.queries.report_facts import Clock, End, Facts, Resting, Share
from caseflow.queries.report_figures import Figures, ReportRow, age_band

#: How a deadline ended without an answer, as a note says it.
ENDING_WORDS: Mapping[str, str] = {
    "referred": N_("Remitido el {on:%d/%m/%Y}"),
    "desisted": N_("Desistido el {on:%d/%m/%Y}"),
    "lapsed": N_("Se tuvo por no presentada el {on:%d/%m/%Y}"),
    "cancelled": N_("Cancelado el {on:%d/%m/%Y}"),
}
_ENDED = N_("Terminado el {on:%d/%m/%Y}")
_ENDED_STATE = {"referred": CaseState.REFERRED, "cancelled": CaseState.CANCELLED}
_SOURCES = {source.value: source for source in Source}
_KINDS = {kind.value: kind for kind in Kind}
_BASES = {basis.value: basis for basis in Basis}
_STATES = {state.value: state for state in CaseState}
_ANSWERED = TurnState.ANSWERED.value
_WAITING = frozenset(state.value for state in WAITING_STATES)


@dataclass(frozen=True, slots=True)
class Lists:
    """The folios of a month, by list; one object may stand in several of them."""

    became_overdue: list[ReportRow] = field(default_factory=list)
    answered_late: list[ReportRow] = field(default_factory=list)
    still_overdue: list[ReportRow] = field(default_factory=list)
    left_out: list[ReportRow] = field(default_factory=list)
    on_time: list[ReportRow] = field(default_factory=list)

    def outside(self) -> frozenset[tuple[str, dt.date]]:
        """The deadlines left out of compliance, as (ref, last day)."""
        return frozenset((row.ref, row.due_on) for row in self.left_out)


class Counter:
    """One count: the period, the calendar, and which areas the report is about.

    ``codes`` are the codes by id of the report's areas, in the order in which they print.
    """

    def __init__(
        self,
        facts: Facts,
        first: dt.date,
        cut_off: dt.date,
        calendar: Calendar,
        codes: Mapping[int, str],
    ) -> None:
        self._facts, self._first, self._cut_off = facts, first, cut_off
        self._calendar, self._codes = calendar, codes
        self._order = {area_id: at for at, area_id in enumerate(codes)}
        self._ends: dict[dt.date, dt.datetime] = {}
        self._late: dict[tuple[dt.date, dt.date, str], int] = {}
        self._cut_end = self._end_of(cut_off)

    def lists(self) -> Lists:
        """Every folio of the facts in the lists it belongs to, sorted as they print."""
        lists = Lists()
        for clock in self._facts.clocks:
            self._judge(clock, lists)
        for rest in self._facts.resting:
            self._judge_resting(rest, lists)
        lists.became_overdue.sort(key=_by_due)
        lists.left_out.sort(key=_by_due)
        lists.on_time.sort(key=_by_due)
        lists.answered_late.sort(key=lambda row: (row.met_on or row.due_on, row.ref))
        lists.still_overdue.sort(key=lambda row: (-row.days_late, row.due_on, row.ref))
        return lists

    def _judge(self, clock: Clock, lists: Lists) -> None:
        due_on, cut_off = clock.due_on, self._cut_off
        if due_on > cut_off:
            return
        in_month = due_on >= self._first
        met_on = clock.met_on
        if met_on is not None and met_on <= cut_off:
            late = met_on > due_on
            if not in_month and not (late and met_on >= self._first):
                return
            row = self._row(clock, met_on, met_on if late else due_on, self._answered(clock))
            if row is None:
                return
            if not late:
                lists.on_time.append(row)
                return
            if in_month:
                lists.became_overdue.append(row)
            if met_on >= self._first:
                lists.answered_late.append(row)
            return
        ended = self._ended(clock)
        if ended is not None:
            if in_month:
                self._judge_ended(clock, ended, ended.on > due_on, lists)
            return
        row = self._row(clock, None, cut_off, None)
        if row is not None:
            lists.still_overdue.append(row)
            if in_month:
                lists.became_overdue.append(row)

    def _judge_ended(self, clock: Clock, ended: End, passed: bool, lists: Lists) -> None:
        """Ended without an answer: outside of compliance, and overdue if its day had passed."""
        state = _ENDED_STATE.get(ended.ending, CaseState.CLOSED)
        words = phrase(ENDING_WORDS.get(ended.ending, _ENDED), on=ended.on)
        overdue = passed and ended.ending != "cancelled"
        if overdue:
            words = phrase("Venció sin respuesta. {then}", then=words)
        until = ended.on if overdue else clock.due_on
        row = self._row(clock, None, until, state, words)
        if row is None:
            return
        lists.left_out.append(row)
        if overdue:
            lists.became_overdue.append(row)

    def _judge_resting(self, rest: Resting, lists: Lists) -> None:
        """The clock rests: no date rules, so it counts where it would have fallen due."""
        clock = rest.clock
        if not self._first <= clock.due_on <= self._cut_off or rest.since > self._cut_off:
            return
        ended = self._ended(clock)
        if ended is not None:
            self._judge_ended(clock, ended, False, lists)
            return
        state = _STATES[rest.waiting]
        words = phrase(
            "{state} desde el {since:%d/%m/%Y}", state=phrase(spanish(state)), since=rest.since
        )
        row = self._row(clock, None, clock.due_on, state, words)
        if row is not None:
            lists.left_out.append(row)

    def _ended(self, clock: Clock) -> End | None:
        if clock.state != DeadlineState.ENDED:
            return None
        if clock.round < clock.case_round:
            end = self._facts.ends.get((clock.case_id, clock.round))
        elif clock.closed_on is not None:
            end = End(clock.closed_on, clock.ending or "")
        else:
            end = None
        return end if end is not None and end.on <= self._cut_off else None

    def _row(
        self,
        clock: Clock,
        met_on: dt.date | None,
        until: dt.date,
        state: CaseState | None,
        note: str = "",
    ) -> ReportRow | None:
        """The folio as a row; none where no area of the report counts it."""
        shares = self._facts.shares.get(clock.case_id, ())
        codes = self._holders(clock, met_on, shares)
        if not codes:
            return None
        return ReportRow(
            clock.ref,
            clock.folio,
            _SOURCES[clock.source],
            _KINDS[clock.kind],
            _BASES[clock.basis],
            codes,
            clock.subject,
            clock.received_on,
            clock.due_on,
            met_on,
            self._days(clock.due_on, until, clock.kind),
            state if state is not None else self._live_state(clock, shares),
            note,
        )

    def _holders(
        self, clock: Clock, met_on: dt.date | None, shares: Sequence[Share]
    ) -> tuple[str, ...]:
        """The areas that count a folio, as codes in the order of the tree.

        Those with a turn open at the end of its last day; of one answered by then, those that
        answered their turn, since nobody holds it any more. Else the desk of that day.
        """
        end = self._end_of(clock.due_on)
        in_time = met_on is not None and met_on <= clock.due_on
        first, more = None, set()
        for share in shares:
            if share.routed_at < end and (share.ended_at is None or share.ended_at >= end):
                counts = not in_time or share.round == clock.round
            else:
                counts = in_time and share.state == _ANSWERED and share.round == clock.round
            if counts:
                if first is None:
                    first = share.area_id
                elif share.area_id != first:
                    more.add(share.area_id)
        if first is None:
            first = self._desk(clock)
        if not more:
            code = self._codes.get(first)
            return () if code is None else (code,)
        mine = (area for area in (first, *more) if area in self._order)
        return tuple(self._codes[area] for area in sorted(mine, key=self._order.__getitem__))

    def _desk(self, clock: Clock) -> int:
        moves = self._facts.moves
        if moves:
            for move in moves.get(clock.case_id, ()):
                if move.on > clock.due_on:
                    return move.from_desk
        return clock.desk_id

    def _answered(self, clock: Clock) -> CaseState:
        closed = clock.closed_on is not None and clock.closed_on <= self._cut_off
        return (
            CaseState.CLOSED if closed and clock.round == clock.case_round else CaseState.ANSWERED
        )

    def _live_state(self, clock: Clock, shares: Sequence[Share]) -> CaseState:
        """Routed, in review or received, by the rule of the turns as of the cut-off."""
        if clock.case_state in _WAITING:
            return _STATES[clock.case_state]  # asked too late: it waits, and its clock runs
        known = []
        for share in shares:
            if share.routed_at < self._cut_end:
                if _open(share, self._cut_end):
                    return CaseState.ROUTED
                if share.round == clock.round:
                    known.append(share)
        if not known:
            return CaseState.RECEIVED
        numbers = {share.number for share in known}
        return state_by_turns(_as_of(share, numbers) for share in known)[0]

    def _days(self, due_on: dt.date, until: dt.date, kind: str) -> int:
        """Business days after the last day; the same questions come again and again."""
        key = (due_on, until, kind)
        days = self._late.get(key)
        if days is None:
            days = self._late[key] = self._calendar.between(due_on, until, kind)
        return days

    def _end_of(self, day: dt.date) -> dt.datetime:
        """The midnight that ends a day of the office."""
        end = self._ends.get(day)
        if end is None:
            end = utc(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))
            self._ends[day] = end
        return end


def _open(share: Share, end: dt.datetime) -> bool:
    return share.routed_at < end and (share.ended_at is None or share.ended_at >= end)


def _as_of(share: Share, known: frozenset[int] | set[int]) -> TurnFacts:
    return TurnFacts(
        case_id=0,
        number=share.number,
        area_id=share.area_id,
        round=share.round,
        state=TurnState(share.state).value,
        instruction="",
        routed_at=share.routed_at,
        replaced_by=share.replaced_by if share.replaced_by in known else None,
    )


def _by_due(row: ReportRow) -> tuple[dt.date, str]:
    return row.due_on, row.ref


class _Tally:
    """The counts of one line while they grow."""

    __slots__ = ("ages", "became", "due", "late", "met", "still")

    def __init__(self) -> None:
        self.due = self.met = self.became = self.late = self.still = 0
        self.ages = [0, 0, 0, 0, 0]

    def figures(self, key: str, name: str) -> Figures:
        first, second, third, fourth, fifth = self.ages
        return Figures(
            key,
            name,
            self.due,
            self.met,
            self.became,
            self.late,
            self.still,
            (first, second, third, fourth, fifth),
        )


@dataclass(frozen=True, slots=True)
class Breakdowns:
    """All tables of figures of a report."""

    total: Figures
    by_area: tuple[Figures, ...]
    by_source: tuple[Figures, ...]
    by_kind: tuple[Figures, ...]
    by_basis: tuple[Figures, ...]


def breakdowns(lists: Lists, area_names: Mapping[str, str]) -> Breakdowns:
    """The figures of the lists: every number is the length of a list, so the two never differ.

    ``area_names`` are names by code, in the order in which they print; areas without any folio are
    left out.
    """
    outside = lists.outside()
    lines: dict[tuple[str, str], _Tally] = {}
    shapes: dict[tuple[object, ...], tuple[_Tally, ...]] = {}

    def tallies(row: ReportRow) -> tuple[_Tally, ...]:
        """The lines that a folio counts in; few combinations exist."""
        shape = (row.source, row.kind, row.basis, row.area_codes)
        found = shapes.get(shape)
        if found is None:
            keys = [("total", ""), ("source", row.source), ("kind", row.kind)]
            keys += [("basis", row.basis), *(("area", code) for code in row.area_codes)]
            found = shapes[shape] = tuple(lines.setdefault(key, _Tally()) for key in keys)
        return found

    for row in lists.on_time:
        for tally in tallies(row):
            tally.due += 1
            tally.met += 1
    for row in lists.became_overdue:
        counts = int((row.ref, row.due_on) not in outside)
        for tally in tallies(row):
            tally.became += 1
            tally.due += counts
    for row in lists.answered_late:
        for tally in tallies(row):
            tally.late += 1
    for row in lists.still_overdue:
        band = age_band(row.days_late)
        for tally in tallies(row):
            tally.still += 1
            tally.ages[band] += 1

    def table(group: str, names: Mapping[str, str]) -> tuple[Figures, ...]:
        return tuple(
            lines[group, key].figures(key, name)
            for key, name in names.items()
            if (group, key) in lines
        )

    return Breakdowns(
        total=lines.get(("total", ""), _Tally()).figures("", N_("Total")),
        by_area=table("area", area_names),
        by_source=table("source", {source.value: spanish(source) for source in Source}),
        by_kind=table("kind", {kind.value: spanish(kind) for kind in Kind}),
        by_basis=table("basis", {basis.value: spanish(basis) for basis in Basis}),
    )
