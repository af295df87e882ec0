"""Cases as the rules see them, loaded whole: the same few statements, however many cases."""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    String,
    bindparam,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from caseflow.dialect import among
from caseflow.domain.facts import (
    AppealFacts,
    CaseFacts,
    DeadlineFacts,
    PetitionerFacts,
    TurnFacts,
)
from caseflow.domain.people import Actor
from caseflow.models import (
    Appeal,
    Attachment,
    Case,
    Deadline,
    FolioAlias,
    Link,
    Note,
    Petitioner,
    Turn,
)
from caseflow.queries.scope import visible


def _columns(facts: type, table: FromClause) -> list[ColumnElement[Any]]:
    """A table's columns in the order of the fields of its facts: rows fill them as they are.

    Fields that are no columns (what hangs from a case) come last and have defaults.
    """
    return [table.c[field.name] for field in fields(facts) if field.name in table.c]


# Built once: making a statement costs more than running it.
_CASES = select(*_columns(CaseFacts, Case.__table__)).order_by(Case.id)
_TURNS = (
    select(*_columns(TurnFacts, Turn.__table__))
    .where(among(Turn.case_id, "ids"))
    .order_by(Turn.case_id, Turn.number)
)
_DEADLINES = (
    select(*_columns(DeadlineFacts, Deadline.__table__))
    .where(among(Deadline.case_id, "ids"))
    .order_by(Deadline.case_id, Deadline.number)
)
_APPEALS = (
    select(*_columns(AppealFacts, Appeal.__table__))
    .where(among(Appeal.case_id, "ids"))
    .order_by(Appeal.case_id, Appeal.number)
)
_PEOPLE = select(*_columns(PetitionerFacts, Petitioner.__table__)).where(
    among(Petitioner.case_id, "ids")
)
#: The last number of each kind of row below a case, so that the next one can be named.
_NUMBERS = union_all(
    *(
        select(
            model.case_id,
            literal(model.__tablename__, String).label("kind"),
            func.max(model.number).label("number"),
        )
        .where(among(model.case_id, "ids"))
        .group_by(model.case_id)
        for model in (FolioAlias, Link, Note, Attachment)
    )
)


def load_cases(
    session: Session,
    actor: Actor,
    where: ColumnElement[bool],
    *,
    lock: bool = False,
    whole: bool = True,
) -> dict[int, CaseFacts]:
    """The visible cases that match, by id, with turns, deadlines and petitioner.

    ``lock`` takes the rows for writing (PostgreSQL). ``whole`` false leaves out the petitioner and
    the counts of notes and files: enough for acts that touch neither, and cheaper in bulk.
    """
    return _load(session, _scoped(actor, where, lock), {}, whole)


def load_case(
    session: Session, actor: Actor, ref: str, *, lock: bool = False, whole: bool = True
) -> CaseFacts | None:
    """The visible case with exactly this ref; otherwise as ``load_cases``."""
    found = _load(session, _by_ref(actor, lock), {"ref": ref}, whole)
    return next(iter(found.values()), None)


@lru_cache(maxsize=64)
def _by_ref(actor: Actor, lock: bool) -> Select[*tuple[Any, ...]]:
    """Kept for the people at work: each opens one case after the other within one scope."""
    return _scoped(actor, Case.ref == bindparam("ref", type_=String()), lock)


def _scoped(actor: Actor, where: ColumnElement[bool], lock: bool) -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = _CASES.where(where, visible(actor))
    return statement.with_for_update(of=Case.__table__) if lock else statement


def _load(
    session: Session, statement: Select[*tuple[Any, ...]], given: dict[str, Any], whole: bool
) -> dict[int, CaseFacts]:
    connection = session.connection()
    rows = connection.execute(statement, given)
    cases: dict[int, CaseFacts] = {row[0]: CaseFacts(*row) for row in rows}
    if cases:
        _attach_children(connection, cases)
        if whole:
            _attach_rest(connection, cases)
    return cases


def _attach_children(connection: Connection, cases: dict[int, CaseFacts]) -> None:
    ids = {"ids": list(cases)}
    for row in connection.execute(_TURNS, ids).all():
        turn = TurnFacts(*row)
        case = cases[turn.case_id]
        case.turns[turn.number] = turn
        case.numbers["turn"] = turn.number
    for row in connection.execute(_DEADLINES, ids).all():
        deadline = DeadlineFacts(*row)
        case = cases[deadline.case_id]
        case.deadlines[deadline.number] = deadline
        case.numbers["deadline"] = deadline.number
    _attach_appeals(connection, cases)


def _attach_appeals(connection: Connection, cases: dict[int, CaseFacts]) -> None:
    """Only transparency has appeals: a load of services alone does not ask for them."""
    ids = [case.id for case in cases.values() if case.under_transparency]
    if not ids:
        return
    for row in connection.execute(_APPEALS, {"ids": ids}).all():
        appeal = AppealFacts(*row)
        case = cases[appeal.case_id]
        case.appeals[appeal.number] = appeal
        case.numbers["appeal"] = appeal.number


def _attach_rest(connection: Connection, cases: dict[int, CaseFacts]) -> None:
    ids = {"ids": list(cases)}
    for row in connection.execute(_PEOPLE, ids).all():
        person = PetitionerFacts(*row)
        cases[person.case_id].petitioner = person
    for case_id, kind, number in connection.execute(_NUMBERS, ids):
        cases[case_id].numbers[kind] = number
