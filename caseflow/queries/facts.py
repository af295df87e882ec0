"""Cases as the rules see them, loaded whole: the same few statements, however many cases."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import (
    BindParameter,
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

from caseflow.domain.facts import CaseFacts, DeadlineFacts, PetitionerFacts, TurnFacts
from caseflow.domain.people import Actor
from caseflow.models import Attachment, Case, Deadline, FolioAlias, Link, Note, Petitioner, Turn
from caseflow.queries.scope import visible


def _columns(facts: type, table: FromClause) -> list[ColumnElement[Any]]:
    """A table's columns in the order of the fields of its facts: rows fill them as they are.

    Fields that are no columns (what hangs from a case) come last and have defaults.
    """
    return [table.c[field.name] for field in fields(facts) if field.name in table.c]


# Built once: making a statement costs more than running it.
_CASES = select(*_columns(CaseFacts, Case.__table__)).order_by(Case.id)
_IDS: BindParameter[list[int]] = bindparam("ids", expanding=True)
_TURNS = (
    select(*_columns(TurnFacts, Turn.__table__))
    .where(Turn.case_id.in_(_IDS))
    .order_by(Turn.case_id, Turn.number)
)
_DEADLINES = (
    select(*_columns(DeadlineFacts, Deadline.__table__))
    .where(Deadline.case_id.in_(_IDS))
    .order_by(Deadline.case_id, Deadline.number)
)
_PEOPLE = select(*_columns(PetitionerFacts, Petitioner.__table__)).where(
    Petitioner.case_id.in_(_IDS)
)
#: The last number of each kind of row below a case, so that the next one can be named.
_NUMBERS = union_all(
    *(
        select(
            model.case_id,
            literal(model.__tablename__, String).label("kind"),
            func.max(model.number).label("number"),
        )
        .where(model.case_id.in_(_IDS))
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
    statement: Select[*tuple[Any, ...]] = _CASES.where(where, visible(actor))
    if lock:
        statement = statement.with_for_update(of=Case.__table__)
    connection = session.connection()
    cases: dict[int, CaseFacts] = {row[0]: CaseFacts(*row) for row in connection.execute(statement)}
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


def _attach_rest(connection: Connection, cases: dict[int, CaseFacts]) -> None:
    ids = {"ids": list(cases)}
    for row in connection.execute(_PEOPLE, ids).all():
        person = PetitionerFacts(*row)
        cases[person.case_id].petitioner = person
    for case_id, kind, number in connection.execute(_NUMBERS, ids):
        cases[case_id].numbers[kind] = number
