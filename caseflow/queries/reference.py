"""What the rules read: the tree of areas, the law, calendars, routing, series, settings.

Small tables, read whole once per unit of work; nothing here is scoped, because nothing here is
about a citizen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import URL, select
from sqlalchemy.orm import Session

from caseflow.domain.calendar import Calendar, Reason, Suspension
from caseflow.domain.clock import Term, TermTable
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.folding import fold
from caseflow.domain.folios import Series as FolioSeries
from caseflow.domain.kept_clock import clock_from_json
from caseflow.domain.routing import Router, rule_of
from caseflow.domain.vocabulary import Basis, Kind, Source
from caseflow.models import (
    Area,
    DefaultDesk,
    LegalTerm,
    NonWorkingDay,
    RoutingRule,
    Series,
    Setting,
    TermSuspension,
)

COMMON = "common"


@dataclass(frozen=True, slots=True)
class AreaNode:
    """One area as of today."""

    id: int
    code: str
    name: str
    short_name: str
    parent_id: int | None
    valid_from: dt.date
    valid_to: dt.date | None
    aliases: tuple[str, ...] = ()

    def active(self, on: dt.date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Tree:
    """The organisation: areas by id, their subtrees, and their names as listings write them."""

    nodes: Mapping[int, AreaNode]
    #: area id → the area with all below it
    below: Mapping[int, frozenset[int]]
    by_name: Mapping[str, int]
    root_id: int | None

    def name(self, area_id: int | None) -> str:
        node = self.nodes.get(area_id) if area_id is not None else None
        return node.name if node is not None else "—"

    def short(self, area_id: int | None) -> str:
        node = self.nodes.get(area_id) if area_id is not None else None
        return node.short_name if node is not None else "—"

    def id_of(self, text: str) -> int | None:
        """The area that a code or a name stands for, without minding accents or case."""
        return self.by_name.get(fold(text))

    def by_code(self, code: str) -> AreaNode | None:
        for node in self.nodes.values():
            if node.code == code:
                return node
        return None

    def active(self, on: dt.date) -> tuple[AreaNode, ...]:
        """Areas valid that day, parents before their children."""
        return tuple(n for n in self.in_order() if n.active(on))

    def in_order(self) -> tuple[AreaNode, ...]:
        """All areas, parents before their children, siblings by name."""
        children: dict[int | None, list[AreaNode]] = {}
        for node in self.nodes.values():
            children.setdefault(node.parent_id, []).append(node)
        ordered: list[AreaNode] = []
        pending = sorted(children.get(None, []), key=lambda n: n.name, reverse=True)
        while pending:
            node = pending.pop()
            ordered.append(node)
            pending.extend(sorted(children.get(node.id, []), key=lambda n: n.name, reverse=True))
        return tuple(ordered)

    def depth(self, area_id: int) -> int:
        depth, node = 0, self.nodes[area_id]
        while node.parent_id is not None:
            node = self.nodes[node.parent_id]
            depth += 1
        return depth


def make_tree(nodes: Iterable[AreaNode]) -> Tree:
    """The tree with its subtrees worked out."""
    by_id = {node.id: node for node in nodes}
    below: dict[int, set[int]] = {area_id: {area_id} for area_id in by_id}
    for node in by_id.values():
        parent = node.parent_id
        while parent is not None:
            below[parent].add(node.id)
            parent = by_id[parent].parent_id
    names: dict[str, int] = {}
    # an area in force goes before one that ended, whose names its successor took over
    for node in sorted(by_id.values(), key=lambda n: n.valid_to is None):
        for text in (*node.aliases, node.short_name, node.name, node.code):
            names[fold(text)] = node.id
    roots = [node.id for node in by_id.values() if node.parent_id is None]
    return Tree(
        by_id,
        {area_id: frozenset(ids) for area_id, ids in below.items()},
        names,
        roots[0] if roots else None,
    )


def tree(session: Session) -> Tree:
    rows = session.execute(
        select(
            Area.id,
            Area.code,
            Area.name,
            Area.short_name,
            Area.parent_id,
            Area.valid_from,
            Area.valid_to,
            Area.aliases,
        )
    )
    return make_tree(
        AreaNode(
            row.id,
            row.code,
            row.name,
            row.short_name,
            row.parent_id,
            row.valid_from,
            row.valid_to,
            tuple(row.aliases or ()),
        )
        for row in rows
    )


def term_table(session: Session) -> TermTable:
    """The law pack with the office's edits."""
    return TermTable(
        Term(
            matter=row.matter,
            step=row.step,
            days=row.days,
            unit=row.unit,
            basis=Basis(row.basis),
            role=row.role,
            counts_from=row.counts_from,
            cutoff=dt.time.fromisoformat(row.cutoff) if row.cutoff else None,
            notice_effect=row.notice_effect,
            effect=row.effect,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            legal_source=row.legal_source,
            mark=row.mark,
            paper_effect=row.paper_effect or "",
        )
        for row in session.execute(select(LegalTerm.__table__))
    )


def calendar(session: Session, body: str) -> Calendar:
    """The body's calendar: common days it keeps on, its own lists, its suspensions."""
    days: dict[dt.date, Reason] = {}
    off: set[dt.date] = set()
    years: set[int] = set()
    rows = session.execute(
        select(
            NonWorkingDay.body,
            NonWorkingDay.day,
            NonWorkingDay.reason,
            NonWorkingDay.source,
            NonWorkingDay.mark,
            NonWorkingDay.works,
            NonWorkingDay.list_year,
        ).where(NonWorkingDay.body.in_((COMMON, body)))
    )
    for row in sorted(rows, key=lambda r: r.body != COMMON):
        if row.works:
            off.add(row.day)
            continue
        days[row.day] = Reason(row.reason, row.source, row.mark)
        if row.body == body:
            years.add(row.list_year)
    suspensions = tuple(
        Suspension(s.matter, s.first_day, s.last_day, Reason(s.reason, s.source, s.mark))
        for s in session.execute(
            select(TermSuspension.__table__).where(TermSuspension.body == body)
        )
    )
    return Calendar(
        body,
        {day: reason for day, reason in days.items() if day not in off},
        frozenset(years),
        suspensions,
    )


def router(session: Session) -> Router:
    """The routing rules in their order."""
    rows = session.execute(
        select(RoutingRule.__table__).order_by(RoutingRule.position, RoutingRule.id)
    )
    return Router(map(rule_of, rows))


def folio_series(session: Session) -> tuple[FolioSeries, ...]:
    """Our own series, in the order in which they are tried."""
    rows = session.execute(select(Series.__table__).order_by(Series.position))
    return tuple(
        FolioSeries(
            prefix=row.prefix,
            source=Source(row.source) if row.source else None,
            width=row.width,
            first_number=row.first_number,
            kind=Kind(row.kind) if row.kind else None,
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Desks:
    """Default desk by source and kind; the empty word matches any."""

    by_key: Mapping[tuple[str, str], int]
    fallback: int

    def desk(self, source: str, kind: str) -> int:
        for key in ((source, kind), (source, ""), ("", kind)):
            if key in self.by_key:
                return self.by_key[key]
        return self.fallback


def desks(session: Session, root_id: int) -> Desks:
    rows = session.execute(select(DefaultDesk.source, DefaultDesk.kind, DefaultDesk.area_id))
    return Desks({(row.source, row.kind): row.area_id for row in rows}, root_id)


@dataclass(frozen=True, slots=True)
class Office:
    """Settings of the office, from the pack and the screen."""

    name: str = ""
    body: str = ""
    locality: Mapping[str, Any] = field(default_factory=dict)
    window: Mapping[str, Any] = field(default_factory=dict)
    #: internal targets of mediation, in business days
    counter: Mapping[str, Any] = field(default_factory=dict)
    pack_version: str = ""
    law_version: str = ""


def office(session: Session) -> Office:
    rows: dict[str, dict[str, Any]] = {
        row.name: row.value for row in session.execute(select(Setting.name, Setting.value))
    }
    main = rows.get("office", {})
    return Office(
        name=main.get("name", ""),
        body=main.get("body", ""),
        locality=rows.get("locality", {}),
        window=rows.get("window", {}),
        counter=rows.get("counter", {}),
        pack_version=rows.get("versions", {}).get("organisation", ""),
        law_version=rows.get("versions", {}).get("law", ""),
    )


@dataclass(frozen=True, slots=True)
class Redating:
    """Dates are being counted again by a job, after a change of the clock: the one from before."""

    job_id: int
    cause: str
    before: Clockwork


def redating(session: Session) -> Redating | None:
    """The counting again that is under way, if one is."""
    kept = session.scalar(select(Setting.value).where(Setting.name == REDATING))
    if kept is None:
        return None
    return Redating(kept["job"], kept["cause"], clock_from_json(kept["before"]))


@dataclass(frozen=True, slots=True)
class Reference:
    """All that the rules read, as of one stamp of the configuration."""

    tree: Tree
    office: Office
    calendar: Calendar
    terms: TermTable
    router: Router
    series: tuple[FolioSeries, ...]
    desks: Desks
    redating: Redating | None = None
    clockworks: dict[dt.date, Clockwork] = field(default_factory=dict, compare=False)

    def clockwork(self, today: dt.date) -> Clockwork:
        """The clock as of a local day; kept, since its counts are remembered in it."""
        if today not in self.clockworks:
            if len(self.clockworks) > 40:
                self.clockworks.clear()
            self.clockworks[today] = Clockwork(self.calendar, self.terms, today)
        return self.clockworks[today]


#: The name of the setting that keeps the clock from before while dates are counted again.
REDATING = "redating"
#: The name of the setting that counts the changes of the configuration.
STAMP = "stamp"
_STAMP = select(Setting.value).where(Setting.name == STAMP)
#: Per process and database: the last reading of the configuration and its stamp.
_READ: dict[URL, tuple[int, Reference]] = {}


def stamp_of(value: Mapping[str, Any] | None) -> int:
    """The number in the setting ``STAMP``; 0 before the first change."""
    return int((value or {}).get("n", 0))


def current(session: Session, *, hold: bool = False, stamp: int | None = None) -> Reference:
    """The configuration, read again only when somebody changed it.

    Every change of the configuration moves the stamp in its own transaction
    (``Work.record``), so no worker ever rules by an old calendar or an old law. ``hold`` keeps
    others from changing it until this transaction ends (PostgreSQL; SQLite has one writer).
    ``stamp``: as this transaction has just read it.
    """
    database = session.get_bind().engine.url
    if stamp is None:
        asked = _STAMP.with_for_update(read=True) if hold else _STAMP
        stamp = stamp_of(session.connection().execute(asked).scalar())
    known = _READ.get(database)
    if known is not None and known[0] == stamp:
        return known[1]
    read = fresh(session)
    _READ[database] = (stamp, read)
    return read


def fresh(session: Session) -> Reference:
    """The configuration as this transaction sees it, its own uncommitted changes included."""
    areas = tree(session)
    office_now = office(session)
    return Reference(
        tree=areas,
        office=office_now,
        calendar=calendar(session, office_now.body),
        terms=term_table(session),
        router=router(session),
        series=folio_series(session),
        desks=desks(session, areas.root_id or 0),
        redating=redating(session),
    )
