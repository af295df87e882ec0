"""What a citizen may see of a folio: whitelisted columns, and nothing about anybody."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from caseflow.domain.folios import Series, guesses, key_digest
from caseflow.models import Case, FolioAlias, Turn

#: Digests compared for every question, right or wrong: a folio that was corrected has one for each
#: ref it was known by, and two cases may have borne the same ref one after the other.
_COMPARED = 8
#: A digest that no key has.
_NOBODY = "0" * 64


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

    A folio that was corrected is found by its old ref too, and the key on its old receipt goes on
    fitting: the digest is of the ref that the receipt bears. Digests are compared in constant time
    and always equally many, against one that nobody has where there is no folio (reliability.md,
    A13).
    """
    typed_refs = guesses(typed, series) or ("",)
    known_by = select(FolioAlias.case_id).where(FolioAlias.ref.in_(typed_refs))
    rows = session.execute(
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
        .where(or_(Case.ref.in_(typed_refs), Case.id.in_(known_by)), Case.key_digest.is_not(None))
        .order_by(Case.id)
        .limit(_COMPARED)
    ).all()
    aliases = session.execute(
        select(FolioAlias.case_id, FolioAlias.ref)
        .where(FolioAlias.case_id.in_([row.id for row in rows] or (0,)))
        .order_by(FolioAlias.case_id, FolioAlias.number)
    ).all()
    row = _fitting(secret, key, rows, aliases)
    turns = session.execute(
        select(Turn.routed_at, Turn.accepted_at)
        .where(Turn.case_id == (row.id if row is not None else 0))
        .order_by(Turn.number)
    ).all()
    if row is None:
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


def _fitting(secret: str, key: str, rows: Sequence[Any], aliases: Sequence[Any]) -> Any | None:
    """The row of the case whose digest the key gives with any ref that the case was known by."""
    tried = [(row, row.ref) for row in rows]
    by_id = {row.id: row for row in rows}
    # the first ref comes first: a receipt is usually older than the corrections
    tried += [(by_id[alias.case_id], alias.ref) for alias in aliases]
    tried = tried[:_COMPARED] + [(None, "-")] * (_COMPARED - len(tried))
    found = None
    for row, ref in tried:
        stored = row.key_digest if row is not None else _NOBODY
        fits = hmac.compare_digest(stored, key_digest(secret, ref, key))
        if fits and row is not None:
            found = row
    return found
