"""The rules that are edited on screen: routing, terms, series of folios, settings of the office."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.domain.routing import Destination, Routable, Router, Rule, rule_of
from caseflow.models import LegalTerm, RoutingRule, Series, SeriesYear, Setting


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One routing rule with its place and its mark."""

    id: int
    position: int
    rule: Rule
    mark: str
    version: int
    edited: bool

    def in_force(self, on: dt.date) -> bool:
        return self.rule.in_force(on)


def rules(session: Session) -> tuple[RuleRow, ...]:
    """All rules in the order in which they are tried."""
    rows = session.execute(
        select(RoutingRule.__table__).order_by(RoutingRule.position, RoutingRule.id)
    )
    return tuple(
        RuleRow(
            row.id,
            row.position,
            rule_of(row),
            row.mark,
            row.version,
            row.pack_digest == "edited",
        )
        for row in rows
    )


def winning_rule(
    listed: Sequence[RuleRow], case: Routable, on: dt.date
) -> tuple[RuleRow, Destination] | None:
    """The first rule that matches, by the very router that captures and imports use."""
    for row in listed:
        destination = Router([row.rule]).destination(case, on)
        if destination is not None:
            return row, destination
    return None


@dataclass(frozen=True, slots=True)
class TermRow:
    """One row of the law, with all that the screen shows of it."""

    id: int
    matter: str
    step: str
    role: str
    days: int
    unit: str
    basis: str
    counts_from_words: str
    cutoff: str
    notice_effect: str
    effect: str
    valid_from: dt.date
    valid_to: dt.date | None
    legal_source: str
    mark: str
    version: int
    edited: bool
    paper_effect: str = ""

    def in_force(self, on: dt.date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


def terms(session: Session) -> tuple[TermRow, ...]:
    """All terms of all dates, by matter and step, the newest first."""
    rows = session.scalars(
        select(LegalTerm).order_by(LegalTerm.matter, LegalTerm.id, LegalTerm.valid_from.desc())
    )
    return tuple(
        TermRow(
            row.id,
            row.matter,
            row.step,
            row.role,
            row.days,
            row.unit,
            row.basis,
            row.counts_from_words or row.counts_from,
            row.cutoff,
            row.notice_effect,
            row.effect,
            row.valid_from,
            row.valid_to,
            row.legal_source,
            row.mark,
            row.version,
            row.pack_digest == "edited",
            row.paper_effect or "",
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One own series; ``next_number`` of this year where it has given one. ``retired``: another
    series with the same source and kind comes before it, and it only reads old folios."""

    prefix: str
    position: int
    source: str
    kind: str
    width: int
    first_number: int
    next_number: int | None
    retired: bool


def series(session: Session, year: int) -> tuple[SeriesRow, ...]:
    """Our own series in the order in which they are tried."""
    numbers = {
        row.prefix: row.next_number
        for row in session.execute(
            select(SeriesYear.prefix, SeriesYear.next_number).where(SeriesYear.year == year)
        )
    }
    found = []
    seen: set[tuple[str, str]] = set()
    for row in session.scalars(select(Series).order_by(Series.position, Series.prefix)):
        key = (row.source, row.kind)
        found.append(
            SeriesRow(
                row.prefix,
                row.position,
                row.source,
                row.kind,
                row.width,
                row.first_number,
                numbers.get(row.prefix),
                key in seen,
            )
        )
        seen.add(key)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class OfficeSettings:
    """The settings that are edited on screen, by the names of their rows."""

    values: dict[str, dict[str, Any]] = field(default_factory=dict)

    def get(self, row: str, name: str, default: Any = "") -> Any:
        return self.values.get(row, {}).get(name, default)


def office_settings(session: Session, names: Sequence[str]) -> OfficeSettings:
    """The rows of ``setting`` by those names."""
    rows = session.execute(select(Setting.name, Setting.value).where(Setting.name.in_(names)))
    return OfficeSettings({name: dict(value) for name, value in rows})
