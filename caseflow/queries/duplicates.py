"""Cases that a capture may be repeating: hinted while typing, decided by a person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from caseflow.domain.folding import fold
from caseflow.domain.people import Actor
from caseflow.models import Case, Petitioner
from caseflow.queries.scope import person_searchable, visible

#: How far back a repetition is looked for, and how many are shown.
DAYS_BACK = 120
MOST = 5
_SHORTEST_NAME = 6


@dataclass(frozen=True, slots=True)
class Similar:
    """A case that looks alike, and by what: 'person' or 'place'."""

    ref: str
    subject: str
    state: str
    received_on: dt.date
    by: str


def similar(
    session: Session,
    actor: Actor,
    today: dt.date,
    *,
    name: str = "",
    subject: str = "",
    postal_code: str = "",
    street: str = "",
) -> tuple[Similar, ...]:
    """Recent visible cases of the same person, or of the same subject at the same place."""
    since = today - dt.timedelta(days=DAYS_BACK)
    found: dict[str, Similar] = {}
    for by, condition in _conditions(actor, name, subject, postal_code, street):
        rows = session.execute(
            select(Case.ref, Case.subject, Case.state, Case.received_on)
            .outerjoin(Petitioner, Petitioner.case_id == Case.id)
            .where(visible(actor), Case.received_on >= since, condition)
            .order_by(Case.id.desc())
            .limit(MOST)
        )
        for row in rows:
            found.setdefault(row.ref, Similar(row.ref, row.subject, row.state, row.received_on, by))
    return tuple(found.values())[:MOST]


def _conditions(
    actor: Actor, name: str, subject: str, postal_code: str, street: str
) -> list[tuple[str, ColumnElement[bool]]]:
    asked: list[tuple[str, ColumnElement[bool]]] = []
    key = fold(name)
    if len(key) >= _SHORTEST_NAME:
        asked.append(("person", and_(Petitioner.name_key == key, person_searchable(actor))))
    if subject and postal_code:
        place: ColumnElement[bool] = and_(Case.subject == subject, Case.postal_code == postal_code)
        if street:
            place = and_(place, or_(Case.street == street, Case.street == ""))
        asked.append(("place", place))
    return asked
