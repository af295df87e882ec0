"""What a citizen may see of a folio: whitelisted columns, and nothing about anybody."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.domain.folios import Series, guesses, key_digest
from caseflow.models import Case, Turn


@dataclass(frozen=True, slots=True)
class PublicStatus:
    """State and dates of one folio: no names, no texts, no places."""

    ref: str
    kind: str
    source: str
    state: str
    received_on: dt.date
    due_on: dt.date | None
    basis: str | None
    routed_on: dt.datetime | None
    accepted_on: dt.datetime | None
    answered_on: dt.date | None
    closed_on: dt.date | None


def status(
    session: Session, secret: str, typed: str, key: str, series: Sequence[Series] = ()
) -> PublicStatus | None:
    """The folio that fits both texts; none where either is wrong, with the same work done.

    The key is compared as a keyed digest in constant time, against a digest that nothing has where
    the folio is unknown (reliability.md, A13).
    """
    row = session.execute(
        select(
            Case.id,
            Case.ref,
            Case.kind,
            Case.source,
            Case.state,
            Case.received_on,
            Case.due_on,
            Case.basis,
            Case.answered_on,
            Case.closed_on,
            Case.key_digest,
        )
        .where(Case.ref.in_(guesses(typed, series) or ("",)), Case.key_digest.is_not(None))
        .order_by(Case.id)
        .limit(1)
    ).one_or_none()
    ref = row.ref if row is not None else "-"
    stored = row.key_digest if row is not None else "0" * 64
    right = hmac.compare_digest(stored, key_digest(secret, ref, key))
    turns = session.execute(
        select(Turn.routed_at, Turn.accepted_at)
        .where(Turn.case_id == (row.id if row is not None else 0))
        .order_by(Turn.number)
    ).all()
    if row is None or not right:
        return None
    accepted = [turn.accepted_at for turn in turns if turn.accepted_at is not None]
    return PublicStatus(
        ref=row.ref,
        kind=row.kind,
        source=row.source,
        state=row.state,
        received_on=row.received_on,
        due_on=row.due_on,
        basis=row.basis,
        routed_on=turns[0].routed_at if turns else None,
        accepted_on=min(accepted) if accepted else None,
        answered_on=row.answered_on,
        closed_on=row.closed_on,
    )
