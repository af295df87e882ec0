"""Which cases the rows of a listing stand for, and what listings said of them before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Table, or_, select
from sqlalchemy.orm import Session

from caseflow import dialect
from caseflow.commands.capture import NUMBERED_ELSEWHERE
from caseflow.domain.vocabulary import Verdict
from caseflow.intake.rows import CleanRow
from caseflow.models import BatchRow, Case, FolioAlias

_CASES: Table = Case.__table__  # type: ignore[assignment]  # a declarative table is a Table


@dataclass(frozen=True, slots=True)
class Known:
    """A case that a row stands for, as far as the look-up reads it."""

    case_id: int
    row_digest: str | None


@dataclass(frozen=True, slots=True)
class Earlier:
    """A row of a listing that was already decided about a case."""

    batch_id: int
    number: int
    waits: bool
    row: CleanRow


def known_cases(session: Session, rows: Sequence[CleanRow]) -> dict[int, Known]:
    """Row number → the case it stands for: by folio, by an older folio, by the other's."""
    found: dict[int, Known] = {}
    by_source: dict[str, list[CleanRow]] = {}
    for row in rows:
        by_source.setdefault(row.source.value, []).append(row)
    for source, group in by_source.items():
        by_folio = {
            folio: Known(case_id, digest)
            for folio, case_id, digest in dialect.find_many(
                session.connection(),
                _CASES,
                ("source", source),
                "folio",
                [row.folio for row in group],
                ("id", "row_digest"),
            )
        }
        missing = []
        for row in group:
            if case := by_folio.get(row.folio):
                found[row.number] = case
            else:
                missing.append(row)
        if missing:
            _by_other_names(session, source, missing, found)
    return found


def _by_other_names(
    session: Session, source: str, rows: Sequence[CleanRow], found: dict[int, Known]
) -> None:
    aliases: dict[str, Known] = {
        ref: Known(case_id, digest)
        for ref, case_id, digest in session.execute(
            select(FolioAlias.ref, Case.id, Case.row_digest)
            .join(Case, Case.id == FolioAlias.case_id)
            .where(FolioAlias.ref.in_([row.ref for row in rows]))
        )
    }
    others: dict[str, Known] = {}
    if source not in NUMBERED_ELSEWHERE:
        # captured by hand under our folio with theirs beside it, or the reverse
        theirs = {row.folio_received for row in rows} | {row.folio for row in rows}
        ours = {row.external_folio for row in rows if row.external_folio}
        for folio, external, case_id, digest in session.execute(
            select(Case.folio, Case.external_folio, Case.id, Case.row_digest).where(
                Case.source == source,
                or_(Case.external_folio.in_(theirs), Case.folio.in_(ours)),
            )
        ):
            others[folio] = Known(case_id, digest)
            if external:
                others[external] = Known(case_id, digest)
    for row in rows:
        case = (
            aliases.get(row.ref)
            or others.get(row.folio)
            or others.get(row.folio_received)
            or (others.get(row.external_folio) if row.external_folio else None)
        )
        if case is not None:
            found[row.number] = case


def earlier_rows(session: Session, ids: Sequence[int]) -> dict[int, list[Earlier]]:
    """What listings said of these cases before, oldest first, repetitions left out."""
    if not ids:
        return {}
    found: dict[int, list[Earlier]] = {}
    wanted = (Verdict.CREATED.value, Verdict.UPDATED.value, Verdict.QUARANTINED.value)
    for case_id, batch_id, number, verdict, clean in session.execute(
        select(
            BatchRow.case_id, BatchRow.batch_id, BatchRow.number, BatchRow.verdict,
            BatchRow.clean,
        )
        .where(
            BatchRow.case_id.in_(ids),
            BatchRow.verdict.in_(wanted),
            BatchRow.clean.is_not(None),
            BatchRow.discard_reason.is_(None),
        )
        .order_by(BatchRow.batch_id, BatchRow.number)
    ):  # fmt: skip
        found.setdefault(case_id, []).append(
            Earlier(
                batch_id,
                number,
                verdict == Verdict.QUARANTINED,
                CleanRow.from_json(clean),
            )
        )
    return found
