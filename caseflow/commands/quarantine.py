"""Rows in quarantine: corrected and tried again, or discarded by a person with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from caseflow.commands.batches import locked_batch, require_import
from caseflow.commands.import_rows import staged
from caseflow.commands.imports import chunk_of
from caseflow.commands.work import Work
from caseflow.domain.errors import MissingData, NotAllowed, NotFound, NotNow
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import Role, Source, Verdict
from caseflow.intake.rows import CleanRow, Rejected
from caseflow.models import Batch, BatchRow

_OPEN = ("preview", "done")


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
    now = staged(read)
    row.raw = list(cells)
    row.clean = read.as_json() if isinstance(read, CleanRow) else None
    problems = read.warnings if isinstance(read, CleanRow) else read.problems
    row.problems = [one.as_json() for one in problems] or None
    work.session.flush()
    chunk = chunk_of(work, batch, retried=True)
    final = row.verdict is not None
    (outcome,) = chunk.apply([now]) if final else chunk.forecast([now])
    before = Counter(batch.counts if final else batch.forecast)
    before[Verdict.QUARANTINED.value] -= 1
    before[outcome.verdict.value] += 1
    if final:
        work.session.refresh(row)
        batch.counts = dict(before)
        batch.discrepancies += outcome.discrepant
    else:
        before["discrepancies"] += outcome.discrepant
        row.forecast, row.detail = outcome.verdict.value, outcome.detail
        row.discrepant, row.case_id = outcome.discrepant, outcome.case_id
        batch.forecast = dict(before)
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


def _waiting(work: Work, batch_id: int, number: int) -> tuple[Batch, BatchRow]:
    """The batch and its row, if it waits in quarantine."""
    batch = locked_batch(work, batch_id)
    require_import(work, Source(batch.source))
    if batch.state not in _OPEN:
        raise NotNow("El lote se está aplicando: espere a que termine.")
    row = work.session.get(BatchRow, (batch_id, number))
    if row is None:
        raise NotFound("No se encontró la fila {row}.", row=number)
    if (row.verdict or row.forecast) != Verdict.QUARANTINED or row.discard_reason is not None:
        raise NotNow("La fila {row} ya no está en cuarentena.", row=number)
    return batch, row
