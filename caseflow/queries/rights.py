"""Rights over personal data that were granted and are still to be made effective."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import Step
from caseflow.models import Case, Deadline
from caseflow.queries.appeals import decides_on_appeals

#: Word for word the condition of the partial index on steps.
_LIVE = text("deadline.state = 'running'")


_COLUMNS: tuple[Any, ...] = (
    Case.id,
    Case.ref,
    Case.folio,
    Case.source,
    Case.kind,
    Case.subject,
    Case.desk_id,
    Case.arco_right,
    Case.identity_on.is_not(None),
    Deadline.due_on,
)


@dataclass(frozen=True, slots=True)
class RightRow:
    """One answered request whose right waits; ``due_on`` is the last day to make it effective."""

    case_id: int
    ref: str
    folio: str
    source: str
    kind: str
    subject: str
    desk_id: int
    arco_right: str | None
    identified: bool
    due_on: dt.date


def rights_due(
    session: Session, actor: Actor, area_ids: Collection[int], until: dt.date
) -> tuple[RightRow, ...]:
    """The rights of the desks of some areas that are owed by a day, or were; the soonest first."""
    rows = session.execute(
        select(*_COLUMNS)
        .join(Deadline, Deadline.case_id == Case.id)
        .where(
            _LIVE,
            Deadline.step == Step.MAKE_EFFECTIVE.value,
            Deadline.due_on <= until,
            Case.desk_id.in_(sorted(area_ids)),
            decides_on_appeals(actor),
        )
        .order_by(Deadline.due_on, Case.id)
    )
    return tuple(RightRow(*row) for row in rows)
