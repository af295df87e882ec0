"""The monthly overdue-folio report of a subtree of areas, counted now (domain §9).

``docs/adr/0005`` says how each number is counted. A closed month is not counted again: it is read
back by ``queries.closed_reports``.
"""

from __future__ import annotations

import datetime as dt
import gc
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.domain.calendar import Calendar
from caseflow.domain.errors import NotFound, NotNow
from caseflow.domain.instants import local, local_date
from caseflow.domain.months import Month
from caseflow.domain.people import Actor
from caseflow.domain.phrases import phrase
from caseflow.domain.vocabulary import Role
from caseflow.models import Deadline
from caseflow.queries.closed_reports import Closing, closed_report, latest_before
from caseflow.queries.reference import AreaNode, Reference, Tree
from caseflow.queries.report_count import Counter, Lists, breakdowns
from caseflow.queries.report_facts import Subtree
from caseflow.queries.report_figures import (
    REQUEST_WORDS,
    TRANSPARENCY_SCOPE,
    AreaName,
    Correction,
    Figures,
    LateEntry,
    OverdueReport,
    TrendPoint,
)
from caseflow.queries.report_late import Difference, after_closing, differences, standings
from caseflow.queries.report_reading import GOVERNING, of_period, of_trend

#: Months of the chart, this one included.
TREND_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Ask:
    """Which report. ``made_at`` is the instant of the count: what was entered by then is known."""

    month: Month
    area_id: int
    made_at: dt.datetime
    scope: str = ""
    closed: bool = False
    edition: int = 1
    reason: str = ""


def report_scope(actor: Actor, area_id: int) -> str | None:
    """What the actor may read of an area's report: all, the transparency kinds, or nothing.

    Supervisors read their subtree, auditors everything; transparency offices the requests of
    theirs (domain §6).
    """
    if actor.system or actor.has(Role.AUDITOR) or area_id in actor.reach(Role.SUPERVISOR):
        return ""
    if area_id in actor.reach(Role.TRANSPARENCY):
        return TRANSPARENCY_SCOPE
    return None


def reportable_areas(actor: Actor, tree: Tree) -> tuple[AreaNode, ...]:
    """The areas whose report the actor may read, as the tree prints them."""
    return tuple(node for node in tree.in_order() if report_scope(actor, node.id) is not None)


def cut_off_of(month: Month, now: dt.datetime) -> dt.date:
    """The last whole day that counts: the month's last, or yesterday while it runs.

    Raises ``NotNow`` before the month has a whole day.
    """
    cut_off = min(month.last, local_date(now) - dt.timedelta(days=1))
    if cut_off < month.first:
        raise NotNow(
            "El mes {month} todavía no tiene un día completo que contar.", month=str(month)
        )
    return cut_off


def areas_of(tree: Tree, area_id: int) -> tuple[AreaNode, ...]:
    """The subtree of an area, as it prints; with the areas that ended, which hold their past.

    Raises ``NotFound`` for an area that is not there.
    """
    below = tree.below.get(area_id)
    if below is None:
        raise NotFound("No se encontró el área.")
    return tuple(n for n in tree.in_order() if n.id in below)


def subtree_of(tree: Tree, area_id: int, scope: str) -> Subtree:
    """The cases of a report; the whole office needs no condition on areas."""
    return Subtree(None if area_id == tree.root_id else tree.below[area_id], scope)


def count_month(
    session: Session, reference: Reference, area_id: int, scope: str, month: Month, cut_off: dt.date
) -> Lists:
    """The lists of one month, counted from what is known now."""
    tree = reference.tree
    facts = of_period(
        session,
        subtree_of(tree, area_id, scope),
        reference.clockwork(cut_off),
        month.first,
        cut_off,
    )
    codes = {node.id: node.code for node in areas_of(tree, area_id)}
    return Counter(facts, month.first, cut_off, reference.calendar, codes).lists()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let the cycle collector rest while thousands of rows are made, none of them in a cycle.

    Looking through all of them again and again takes a third of the time of a large report.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_uncollected()
def monthly_overdue(
    session: Session, reference: Reference, ask: Ask, *, whole: bool = True
) -> OverdueReport:
    """The report of a month, counted as of ``ask.made_at`` with the cut-off of ``cut_off_of``.

    ``whole`` false leaves out the chart of the earlier months, which lists do not need. Raises
    ``NotFound`` for an unknown area, ``NotNow`` for a month without a whole day.
    """
    tree, calendar = reference.tree, reference.calendar
    cut_off = cut_off_of(ask.month, ask.made_at)
    nodes = areas_of(tree, ask.area_id)
    lists = count_month(session, reference, ask.area_id, ask.scope, ask.month, cut_off)
    tables = breakdowns(lists, {node.code: node.name for node in nodes})
    closed = latest_before(session, ask.month, ask.area_id, ask.scope)
    late_entries, corrections = after_closing(
        session,
        reference,
        subtree_of(tree, ask.area_id, ask.scope),
        {node.id: node.code for node in nodes},
        closed,
        ask.made_at,
    )
    total = tables.total
    this_month = TrendPoint(str(ask.month), total.became_overdue, total.due, total.met)
    area = tree.nodes[ask.area_id]
    return OverdueReport(
        month=str(ask.month),
        office=reference.office.name,
        area_code=area.code,
        area_name=_area_name(area, ask.scope),
        scope=ask.scope,
        edition=ask.edition,
        edition_reason=ask.reason,
        made_at=local(ask.made_at).replace(microsecond=0),
        cut_off=cut_off,
        closed=ask.closed,
        total=total,
        by_area=tables.by_area,
        by_source=tables.by_source,
        by_kind=tables.by_kind,
        by_basis=tables.by_basis,
        became_overdue=tuple(lists.became_overdue),
        answered_late=tuple(lists.answered_late),
        still_overdue=tuple(lists.still_overdue),
        left_out=tuple(lists.left_out),
        on_time=tuple(lists.on_time),
        late_entries=late_entries,
        corrections=corrections,
        areas=tuple(_area_of_tree(tree, node) for node in nodes),
        calendar_version=calendar_version(calendar),
        law_version=reference.office.law_version or "sin versión",
        letterhead=_letterhead(tree, area),
        trend=(*_trend(session, reference, ask, closed), this_month) if whole else (),
        warnings=_warnings(calendar, lists, cut_off),
    )


def entered_since(
    session: Session, reference: Reference, known: Sequence[Closing], at: dt.datetime
) -> tuple[tuple[LateEntry, ...], tuple[Correction, ...]]:
    """What was entered about one closed month since it was closed, by an instant.

    Its own editions stay as they are; the report of the month in which it came in says so.
    """
    first = known[0]
    codes = {node.id: node.code for node in areas_of(reference.tree, first.area_id)}
    subtree = subtree_of(reference.tree, first.area_id, first.scope)
    return after_closing(session, reference, subtree, codes, {first.month: tuple(known)}, at)


def first_month(session: Session) -> Month | None:
    """The month in which the first deadline fell or falls due; none without any."""
    first = session.scalar(
        select(Deadline.due_on)
        .where(GOVERNING, Deadline.due_on.is_not(None))
        .order_by(Deadline.due_on)
        .limit(1)
    )
    return None if first is None else Month.of(first)


@dataclass(frozen=True, slots=True)
class Recount:
    """A closed month beside a count of the same month from what is known now."""

    closed: OverdueReport
    total: Figures
    differences: tuple[Difference, ...]

    @property
    def equal(self) -> bool:
        return not self.differences


def recount(session: Session, reference: Reference, closing: Closing) -> Recount:
    """Count a closed month again, with its own cut-off, and say folio by folio what differs.

    What differs was entered after the closing, or corrected; the closed report stays.
    """
    closed = closed_report(session, closing.id)
    lists = count_month(
        session, reference, closing.area_id, closing.scope, closing.month, closed.cut_off
    )
    before, after = standings(closed), standings(lists)
    return Recount(
        closed,
        breakdowns(lists, {}).total,
        tuple(differences(before, after, sorted({*before, *after}))),
    )


def calendar_version(calendar: Calendar) -> str:
    """The body and a digest of its days and suspensions: equal calendars have equal versions."""
    days = "\n".join(day.isoformat() for day in sorted(calendar.days))
    rests = "\n".join(sorted(f"{s.matter or ''} {s.first} {s.last}" for s in calendar.suspensions))
    digest = hashlib.sha256(f"{days}\n\n{rests}".encode()).hexdigest()
    return f"{calendar.body} {digest[:8]}".strip()


def _area_name(area: AreaNode, scope: str) -> str:
    return REQUEST_WORDS.format(area=area.name) if scope == TRANSPARENCY_SCOPE else area.name


def _area_of_tree(tree: Tree, node: AreaNode) -> AreaName:
    parent = tree.nodes.get(node.parent_id) if node.parent_id is not None else None
    return AreaName(node.code, node.name, parent.code if parent is not None else "")


def _letterhead(tree: Tree, area: AreaNode) -> tuple[str, ...]:
    """The areas from below the office down to the one that reports."""
    names: list[str] = []
    node: AreaNode | None = area
    while node is not None and node.parent_id is not None:
        names.append(node.name)
        node = tree.nodes.get(node.parent_id)
    return tuple(reversed(names))


def _trend(
    session: Session, reference: Reference, ask: Ask, closed: dict[Month, tuple[Closing, ...]]
) -> tuple[TrendPoint, ...]:
    """The months before: what the closed ones said, the others counted; none before the first case.

    All that is not closed is read in one go and each deadline is judged in its own month.
    """
    months = [ask.month.plus(-back) for back in range(TREND_MONTHS - 1, 0, -1)]
    points: dict[Month, TrendPoint] = {}
    for month in months:
        if month in closed:
            totals = closed[month][-1].totals
            points[month] = TrendPoint(
                str(month), totals["became_overdue"], totals["due"], totals["met"]
            )
    missing = [month for month in months if month not in points]
    if missing:
        points |= _counted_points(session, reference, ask, missing)
    begun = next((at for at, month in enumerate(months) if _any(points[month])), len(months))
    return tuple(points[month] for month in months[begun:])


def _any(point: TrendPoint) -> bool:
    return bool(point.due or point.became_overdue)


def _counted_points(
    session: Session, reference: Reference, ask: Ask, months: list[Month]
) -> dict[Month, TrendPoint]:
    tree = reference.tree
    facts = of_trend(
        session,
        subtree_of(tree, ask.area_id, ask.scope),
        months[0].first,
        months[-1].last,
    )
    codes = {node.id: node.code for node in areas_of(tree, ask.area_id)}
    points = {}
    for month, part in facts.by_month().items():
        if month not in months:
            continue
        lists = Counter(part, month.first, month.last, reference.calendar, codes).lists()
        total = breakdowns(lists, {}).total
        points[month] = TrendPoint(str(month), total.became_overdue, total.due, total.met)
    return {month: points.get(month, TrendPoint(str(month), 0, 0, 0)) for month in months}


def _warnings(calendar: Calendar, lists: Lists, cut_off: dt.date) -> tuple[str, ...]:
    """The years whose list of non-working days is missing: days late may then be wrong."""
    late = (*lists.still_overdue, *lists.answered_late)
    first = min((row.due_on for row in late), default=cut_off)
    return tuple(
        phrase(
            "Falta la lista de días inhábiles de {year} de este sujeto obligado: los días de "
            "atraso que dependen de ella son provisionales.",
            year=year,
        )
        for year in calendar.unlisted_years(first, cut_off)
    )
