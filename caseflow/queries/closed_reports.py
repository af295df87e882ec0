"""Months handed in: which are closed, in which editions, and what they said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.domain.months import Month
from caseflow.models import ClosedReport
from caseflow.queries.report_figures import OverdueReport


@dataclass(frozen=True, slots=True)
class Closing:
    """One edition of a closed month, without its rows.

    ``files``: format → {'sha256', 'size'}; ``totals``: counts by the names of ``Figures``.
    """

    id: int
    month: Month
    area_id: int
    scope: str
    edition: int
    closed_at: dt.datetime
    by_id: int | None
    reason: str
    totals: Mapping[str, int]
    files: Mapping[str, Mapping[str, Any]]


_COLUMNS = (
    ClosedReport.id,
    ClosedReport.month,
    ClosedReport.area_id,
    ClosedReport.scope,
    ClosedReport.edition,
    ClosedReport.closed_at,
    ClosedReport.by_id,
    ClosedReport.reason,
    ClosedReport.totals,
    ClosedReport.files,
)


def _closing(row: Any) -> Closing:
    return Closing(row.id, Month.read(row.month), *row[2:])


def editions(session: Session, month: Month, area_id: int, scope: str) -> tuple[Closing, ...]:
    """The editions of one closed month, the first one first; none while it is open."""
    rows = session.execute(
        select(*_COLUMNS)
        .where(
            ClosedReport.month == str(month),
            ClosedReport.area_id == area_id,
            ClosedReport.scope == scope,
        )
        .order_by(ClosedReport.edition)
    )
    return tuple(_closing(row) for row in rows)


def closings(session: Session, area_ids: Iterable[int], first: Month) -> tuple[Closing, ...]:
    """All editions of the areas' months from ``first`` on, the latest month first."""
    rows = session.execute(
        select(*_COLUMNS)
        .where(
            ClosedReport.area_id.in_(sorted(area_ids)),
            ClosedReport.month >= str(first),
        )
        .order_by(ClosedReport.month.desc(), ClosedReport.area_id, ClosedReport.edition)
    )
    return tuple(_closing(row) for row in rows)


def latest_before(
    session: Session, month: Month, area_id: int, scope: str
) -> dict[Month, tuple[Closing, ...]]:
    """The editions of every closed month of an area before ``month``, by month."""
    rows = session.execute(
        select(*_COLUMNS)
        .where(
            ClosedReport.area_id == area_id,
            ClosedReport.scope == scope,
            ClosedReport.month < str(month),
        )
        .order_by(ClosedReport.month, ClosedReport.edition)
    )
    found: dict[Month, tuple[Closing, ...]] = {}
    for row in rows:
        closing = _closing(row)
        found[closing.month] = (*found.get(closing.month, ()), closing)
    return found


def closed_report(session: Session, closing_id: int) -> OverdueReport:
    """What a closed month said, row by row. Raises ``InvalidData`` when its format is unknown."""
    stored = session.execute(
        select(ClosedReport.report).where(ClosedReport.id == closing_id)
    ).scalar_one()
    return OverdueReport.from_json(stored)
