"""Cases as lines of a list: two statements, however many lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow.dialect import among
from caseflow.domain.lights import light_of
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import LIVE_STATES, OPEN_TURN_STATES, WAITING_STATES
from caseflow.models import Case, Petitioner, Turn
from caseflow.queries.lists import EXTRACT, Day, Row
from caseflow.queries.scope import sees_person

_COLUMNS = (
    Case.id,
    Case.ref,
    Case.folio,
    Case.source,
    Case.kind,
    Case.subject,
    func.substr(Case.description, 1, EXTRACT).label("extract"),
    Case.state,
    Case.desk_id,
    Case.desk_mark,
    Case.due_on,
    Case.basis,
    Case.returns,
    Case.received_on,
    Petitioner.name.label("person"),
)
# built once: making a statement costs more than running it
_CASES = (
    select(*_COLUMNS)
    .outerjoin(Petitioner, Petitioner.case_id == Case.id)
    .where(among(Case.id, "ids"))
)
_TURNS = (
    select(Turn.case_id, Turn.area_id, Turn.state)
    .where(among(Turn.case_id, "ids"))
    .order_by(Turn.case_id, Turn.number)
)


def case_rows(session: Session, actor: Actor, ids: Sequence[int], day: Day) -> tuple[Row, ...]:
    """The lines of these cases in the order of ``ids``; the caller has asked within the scope."""
    if not ids:
        return ()
    connection = session.connection()
    found = {row.id: row for row in connection.execute(_CASES, {"ids": ids})}
    turns: dict[int, list[Any]] = {}
    for turn in connection.execute(_TURNS, {"ids": ids}):
        turns.setdefault(turn.case_id, []).append(turn)
    return tuple(_row(actor, found[n], turns.get(n, ()), day) for n in ids if n in found)


def _row(actor: Actor, row: Any, turns: Iterable[Any], day: Day) -> Row:
    waiting = row.state in WAITING_STATES
    areas = dict.fromkeys(turn.area_id for turn in turns)
    working = dict.fromkeys(t.area_id for t in turns if t.state in OPEN_TURN_STATES)
    return Row(
        case_id=row.id,
        number=0,
        ref=row.ref,
        folio=row.folio,
        source=row.source,
        kind=row.kind,
        subject=row.subject,
        extract=row.extract,
        person=(row.person or "") if sees_person(actor, row.kind, row.desk_id, areas) else None,
        areas=tuple(working) or (row.desk_id,),
        state=row.state,
        case_state=row.state,
        due_on=row.due_on,
        basis=row.basis,
        light=light_of(
            row.due_on, waiting, row.state in LIVE_STATES, day.today, day.calendar, row.kind
        ),
        waiting=waiting,
        returns=row.returns,
        desk_mark=row.desk_mark,
        received_on=row.received_on,
    )
