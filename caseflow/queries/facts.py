"""Cases as the rules see them, loaded whole: three statements, however many cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from caseflow.domain.facts import CaseFacts, DeadlineFacts, PetitionerFacts, TurnFacts
from caseflow.domain.people import Actor
from caseflow.models import Attachment, Case, Deadline, FolioAlias, Link, Note, Petitioner, Turn
from caseflow.queries.scope import visible

_COUNTED = (FolioAlias, Link, Note, Attachment)


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
    the counts of notes and files: enough for acts that touch neither, and much cheaper in bulk.
    """
    statement = select(Case.__table__).where(where, visible(actor)).order_by(Case.id)
    if lock:
        statement = statement.with_for_update(of=Case.__table__)
    cases: dict[int, CaseFacts] = {}
    for row in session.execute(statement).mappings():
        cases[row["id"]] = CaseFacts(**row)
    if not cases:
        return cases
    ids = list(cases)
    _attach_children(session, cases, ids)
    if whole:
        _attach_rest(session, cases, ids)
    return cases


def _attach_children(session: Session, cases: dict[int, CaseFacts], ids: Sequence[int]) -> None:
    turns = select(Turn.__table__).where(Turn.case_id.in_(ids)).order_by(Turn.case_id, Turn.number)
    for row in session.execute(turns).mappings():
        case = cases[row["case_id"]]
        case.turns[row["number"]] = TurnFacts(**row)
        case.numbers["turn"] = row["number"]
    deadlines = (
        select(Deadline.__table__)
        .where(Deadline.case_id.in_(ids))
        .order_by(Deadline.case_id, Deadline.number)
    )
    for row in session.execute(deadlines).mappings():
        case = cases[row["case_id"]]
        case.deadlines[row["number"]] = DeadlineFacts(**row)
        case.numbers["deadline"] = row["number"]


def _attach_rest(session: Session, cases: dict[int, CaseFacts], ids: Sequence[int]) -> None:
    people = select(Petitioner.__table__).where(Petitioner.case_id.in_(ids))
    for row in session.execute(people).mappings():
        cases[row["case_id"]].petitioner = PetitionerFacts(**row)
    parts: Iterable[Any] = (
        select(
            model.case_id,
            func.max(model.number).label("number"),
        )
        .where(model.case_id.in_(ids))
        .group_by(model.case_id)
        for model in _COUNTED
    )
    for model, part in zip(_COUNTED, parts, strict=True):
        for counted in session.execute(part):
            cases[counted.case_id].numbers[model.__tablename__] = counted.number
