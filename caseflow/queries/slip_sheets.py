"""What goes on turn slips, within what their reader may see; statements do not grow with slips."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.domain.deadlines import count_of
from caseflow.domain.errors import DomainError
from caseflow.domain.facts import CaseFacts, TurnFacts
from caseflow.domain.instants import local
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import Basis, Kind, Role, Source, TurnState
from caseflow.models import Assignment, Case, User
from caseflow.queries.facts import load_cases
from caseflow.queries.papers import Arrived, Due, Letterhead, SlipSheet
from caseflow.queries.reference import Reference, Tree
from caseflow.queries.scope import sees_person
from caseflow.queries.sight import sight_of


@dataclass(frozen=True, slots=True)
class _Post:
    """Who headed an area from when to when."""

    name: str
    first: dt.date
    last: dt.date | None


def slip_sheets(
    session: Session,
    actor: Actor,
    turns: Sequence[tuple[int, int]],
    reference: Reference,
    today: dt.date,
) -> tuple[SlipSheet, ...]:
    """A sheet per turn, given as (case id, turn number), in that order.

    Turns that the actor may not see, or that are not there, are left out.
    """
    cases = load_cases(session, actor, Case.id.in_(sorted({case_id for case_id, _ in turns})))
    found = [
        (cases[case_id], cases[case_id].turns[number])
        for case_id, number in turns
        if case_id in cases
        and number in cases[case_id].turns
        and sight_of(cases[case_id], actor).turn(number)
    ]
    posts = _posts(session, {turn.area_id for _, turn in found})
    senders = _senders(session, {turn.routed_by_id for _, turn in found})
    return tuple(
        _sheet(actor, case, turn, reference, today, posts, senders) for case, turn in found
    )


def _posts(session: Session, area_ids: set[int]) -> dict[int, list[_Post]]:
    rows = session.execute(
        select(Assignment.area_id, User.name, Assignment.valid_from, Assignment.valid_to)
        .join(User, User.id == Assignment.user_id)
        .where(Assignment.area_id.in_(area_ids), Assignment.role == Role.HEAD.value)
        .order_by(Assignment.valid_from)
    )
    posts: dict[int, list[_Post]] = {}
    for row in rows:
        posts.setdefault(row.area_id, []).append(_Post(row.name, row.valid_from, row.valid_to))
    return posts


def _senders(session: Session, user_ids: set[int | None]) -> dict[int, tuple[str, str]]:
    wanted = {user_id for user_id in user_ids if user_id is not None}
    rows = session.execute(select(User.id, User.name, User.post).where(User.id.in_(wanted)))
    return {row.id: (row.name, row.post) for row in rows}


def _sheet(
    actor: Actor,
    case: CaseFacts,
    turn: TurnFacts,
    reference: Reference,
    today: dt.date,
    posts: dict[int, list[_Post]],
    senders: dict[int, tuple[str, str]],
) -> SlipSheet:
    tree, routed = reference.tree, local(turn.routed_at)
    node = tree.nodes[turn.area_id]
    # the sheet goes to the area of the turn: it may carry a name only if that area may know it
    person = case.petitioner
    if case.kind == Kind.INFORMATION or not sees_person(
        actor, case.kind, case.desk_id, (t.area_id for t in case.turns.values())
    ):
        person = None
    sender, post = senders.get(turn.routed_by_id or 0, ("Turno por regla", ""))
    return SlipSheet(
        letterhead=Letterhead(reference.office.name, _line_of(tree, case.desk_id)),
        ref=case.ref,
        folio=case.folio_received,
        kind=Kind(case.kind),
        source=Source(case.source),
        area_code=node.code,
        area_name=node.name,
        head=_head_on(posts.get(turn.area_id, []), routed.date()),
        instruction=turn.instruction,
        subject=case.subject,
        received_on=case.received_on,
        routed_at=routed,
        target_on=turn.target_on,
        due=_due(case, reference, today),
        sender=sender,
        sender_post=post,
        place=", ".join(p for p in (case.street, case.colonia, case.postal_code) if p),
        description=case.description,
        petitioner=person.name if person else "",
        contact=" · ".join(p for p in (person.phone, person.email) if p) if person else "",
        external_folio=case.external_folio or "",
        rule=turn.rule_name,
        other_areas=tuple(
            tree.name(other.area_id)
            for other in case.turns.values()
            if other.round == turn.round
            and other.number != turn.number
            and other.state != TurnState.WITHDRAWN
        ),
        arrived=_arrived(case),
    )


def _line_of(tree: Tree, area_id: int) -> tuple[str, ...]:
    """The areas from below the root down to this one."""
    line = []
    node = tree.nodes.get(area_id)
    while node is not None and node.parent_id is not None:
        line.append(node.name)
        node = tree.nodes.get(node.parent_id)
    return tuple(reversed(line))


def _head_on(posts: Sequence[_Post], day: dt.date) -> str:
    """Who headed that day; empty where the post was vacant."""
    valid = [p.name for p in posts if p.first <= day and (p.last is None or day <= p.last)]
    return valid[-1] if valid else ""


def _due(case: CaseFacts, reference: Reference, today: dt.date) -> Due:
    governing = case.governing()
    if governing is None or not governing.live:
        return Due(case.due_on, Basis(case.basis) if case.basis else None)
    try:
        warnings = count_of(reference.clockwork(today), governing).warnings
    except DomainError:
        warnings = ()
    return Due(governing.due_on, Basis(governing.basis), warnings)


def _arrived(case: CaseFacts) -> Arrived:
    paper = case.paper or {}
    day = paper.get("oficio_date")
    return Arrived(
        sheets=paper.get("sheets"),
        annexes=str(paper.get("annexes") or ""),
        oficio_number=str(paper.get("oficio_number") or ""),
        oficio_date=dt.date.fromisoformat(str(day)[:10]) if day else None,
        oficio_sender=str(paper.get("oficio_sender") or ""),
        oficio_post=str(paper.get("oficio_post") or ""),
    )
