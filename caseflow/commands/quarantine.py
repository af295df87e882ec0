"""Rows in quarantine: corrected and tried again, or discarded by a person with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from caseflow.commands.batches import actor_behind, locked_batch, require_import
from caseflow.commands.import_rows import Outcome, staged
from caseflow.commands.imports import chunk_of
from caseflow.commands.work import Work
from caseflow.domain.errors import MissingData, NotAllowed, NotFound, NotNow
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import Role, Source, Verdict
from caseflow.intake.rows import CleanRow, Rejected
from caseflow.models import Batch, BatchRow

_OPEN = ("preview", "done")


@dataclass(frozen=True, slots=True)
class Retried:
    """A row in quarantine to be tried: its number, its cells, what the profile makes of them."""

    number: int
    cells: Sequence[str]
    read: CleanRow | Rejected


def may_discard(actor: Actor, source: Source) -> bool:
    """Who may give a row up for good (domain §6): a supervisor, transparency for SISAI."""
    return (
        actor.system
        or actor.has(Role.SUPERVISOR)
        or (source is Source.SISAI and actor.has(Role.TRANSPARENCY))
    )


def retry_row(
    work: Work, batch_id: int, number: int, cells: Sequence[str], read: CleanRow | Rejected
) -> Verdict:
    """Take a corrected row: ``cells`` as corrected, ``read`` what the profile makes of them.

    Before the batch is applied only its forecast changes; afterwards the row is applied at once.
    Returns the row's new verdict, or forecast.
    """
    batch, row = _waiting(work, batch_id, number)
    (outcome,) = _retry(work, batch, {number: row}, [Retried(number, cells, read)], insisted=True)
    return outcome.verdict


def discard_row(work: Work, batch_id: int, number: int, reason: str) -> None:
    """Give a row up: it stays in quarantine for the sum, with who discarded it and why."""
    batch, row = _waiting(work, batch_id, number)
    if not may_discard(work.actor, Source(batch.source)):
        raise NotAllowed("Descartar una fila le toca a la supervisión.")
    if not reason.strip():
        raise MissingData("Escriba por qué se descarta la fila.", field="reason")
    row.discarded_by_id = work.actor.user_id
    row.discard_reason = reason.strip()


# ── All of them again ────────────────────────────────────────────────────────────────────────────


def retry_all(work: Work, batch_id: int) -> int:
    """Ask for the whole quarantine of a batch to be tried again, as it stands in the file.

    For what the office mended meanwhile: a folio captured, an area, a rule. Nobody insists on
    anything with it: of rows that contradict each other the later ones stay. Returns how many wait;
    ``retry_next`` does them.
    """
    batch = _open_batch(work, batch_id)
    waiting = work.session.scalar(_still_waiting(batch).with_only_columns(func.count())) or 0
    if not waiting:
        raise NotNow("El lote no tiene filas en cuarentena.")
    if batch.retried_to is None:
        batch.retried_to, batch.retried_by_id = 0, work.actor.user_id
    return waiting


def next_waiting(work: Work, batch_id: int, most: int) -> tuple[tuple[int, list[str]], ...]:
    """The next rows to be tried again, number and cells; none: that was all, and it is ended."""
    batch = locked_batch(work, batch_id)
    if batch.retried_to is None:
        return ()
    rows = work.session.execute(
        _still_waiting(batch)
        .where(BatchRow.number > batch.retried_to)
        .order_by(BatchRow.number)
        .limit(most)
    )
    found = tuple((number, list(raw)) for number, raw in rows)
    if not found:
        _end(batch)
    return found


def retry_next(work: Work, batch_id: int, rows: Sequence[Retried]) -> int:
    """Try the rows that ``next_waiting`` named, in the same transaction; how many left quarantine.

    A retry that is killed goes on behind the last row that was tried.
    """
    batch = _open_batch(work, batch_id)
    held = {
        row.number: row
        for row in work.session.scalars(
            select(BatchRow).where(
                BatchRow.batch_id == batch_id, BatchRow.number.in_([row.number for row in rows])
            )
        )
    }
    outcomes = _retry(work, batch, held, rows, insisted=False)
    batch.retried_to = rows[-1].number
    return sum(one.verdict is not Verdict.QUARANTINED for one in outcomes)


def give_up_retry(work: Work, batch_id: int) -> None:
    """Its profile no longer reads it: the rows stay as they are."""
    _end(locked_batch(work, batch_id))


def _end(batch: Batch) -> None:
    batch.retried_to = batch.retried_by_id = None


@dataclass(frozen=True, slots=True)
class Retry:
    """A batch whose quarantine is being tried again, and by whom."""

    batch_id: int
    profile: str
    columns: tuple[str, ...]
    actor: Actor


def retries_pending(work: Work) -> tuple[Retry, ...]:
    """The batches that ``retry_all`` left to the scheduler, oldest first."""
    rows = work.session.execute(
        select(Batch.id, Batch.profile, Batch.about, Batch.retried_by_id)
        .where(Batch.retried_to.is_not(None))
        .order_by(Batch.id)
    ).all()
    return tuple(
        Retry(
            row.id,
            row.profile,
            tuple(str(header) for header, _field in row.about.get("columns", ())),
            actor_behind(work, row.retried_by_id),
        )
        for row in rows
    )


def _quarantined(batch: Batch) -> ColumnElement[bool]:
    """The rows that wait. Before the apply, those that could be read are left to it: it decides
    anew, and sees the rest of the file, which a single look at one row does not.
    """
    if batch.state == "done":
        return BatchRow.verdict == Verdict.QUARANTINED.value
    return (
        BatchRow.verdict.is_(None)
        & (BatchRow.forecast == Verdict.QUARANTINED.value)
        & BatchRow.clean.is_(None)
    )


def _still_waiting(batch: Batch) -> Select[tuple[int, list[Any]]]:
    return select(BatchRow.number, BatchRow.raw).where(
        BatchRow.batch_id == batch.id, _quarantined(batch), BatchRow.discard_reason.is_(None)
    )


# ── What both do ─────────────────────────────────────────────────────────────────────────────────


def _retry(
    work: Work,
    batch: Batch,
    held: dict[int, BatchRow],
    rows: Sequence[Retried],
    *,
    insisted: bool,
) -> list[Outcome]:
    """Put new readings into rows and decide about them; the batch's figures follow.

    ``insisted``: a person looked at the row, so that it contradicts nothing any more.
    """
    for one in rows:
        row = held[one.number]
        row.raw = list(one.cells)
        row.clean = one.read.as_json() if isinstance(one.read, CleanRow) else None
        problems = one.read.warnings if isinstance(one.read, CleanRow) else one.read.problems
        row.problems = [problem.as_json() for problem in problems] or None
    work.session.flush()
    final = batch.state == "done"
    chunk = chunk_of(work, batch, retried=insisted)
    read = [staged(one.read) for one in rows]
    outcomes = chunk.apply(read) if final else chunk.forecast(read)
    counts = Counter(batch.counts if final else batch.forecast)
    for outcome in outcomes:
        counts[Verdict.QUARANTINED.value] -= 1
        counts[outcome.verdict.value] += 1
        row = held[outcome.number]
        if final:
            work.session.expire(row)  # its verdict was written past it
            batch.discrepancies += outcome.discrepant
        else:
            counts["discrepancies"] += outcome.discrepant
            row.forecast, row.detail = outcome.verdict.value, outcome.detail
            row.discrepant, row.case_id = outcome.discrepant, outcome.case_id
    if final:
        batch.counts = dict(counts)
    else:
        batch.forecast = dict(counts)
    return outcomes


def _open_batch(work: Work, batch_id: int) -> Batch:
    """The batch, locked, where its rows can be mended."""
    batch = locked_batch(work, batch_id)
    require_import(work, Source(batch.source))
    if batch.state not in _OPEN:
        raise NotNow("El lote se está aplicando: espere a que termine.")
    return batch


def _waiting(work: Work, batch_id: int, number: int) -> tuple[Batch, BatchRow]:
    """The batch and its row, if it waits in quarantine."""
    batch = _open_batch(work, batch_id)
    row = work.session.get(BatchRow, (batch_id, number))
    if row is None:
        raise NotFound("No se encontró la fila {row}.", row=number)
    if (row.verdict or row.forecast) != Verdict.QUARANTINED or row.discard_reason is not None:
        raise NotNow("La fila {row} ya no está en cuarentena.", row=number)
    return batch, row
