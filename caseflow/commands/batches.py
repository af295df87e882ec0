"""The life of a batch: handed in, confirmed, set aside or refused; left to the scheduler.

How its rows are read and applied stands in ``commands.imports``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select

from caseflow import dialect
from caseflow.commands.work import Work
from caseflow.domain.errors import NotAllowed, NotFound, NotNow
from caseflow.domain.people import SYSTEM, Actor
from caseflow.domain.phrases import N_
from caseflow.domain.vocabulary import Source
from caseflow.models import Batch, BatchRow, FormNonce
from caseflow.queries.imports import importable_sources
from caseflow.queries.people import actor_for

#: States in which rows are being read or applied.
UNDER_WAY = ("staging", "taking", "applying")
#: States in which the same file handed in again goes on instead of beginning anew.
UNFINISHED = (*UNDER_WAY, "preview")


class Paused(NotNow):
    """A person stopped the batch between two chunks: nothing goes on until somebody resumes it."""

    def __init__(self, batch_id: int) -> None:
        super().__init__(
            N_(
                "El lote {batch} está en pausa: reanúdelo en su página o con «flask "
                "imports resume {batch}»."
            ),
            batch=batch_id,
        )


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A listing that could be opened: what the batch keeps of it."""

    profile: str
    source: Source
    filename: str
    sha256: str
    take_all: bool
    #: size, format, reading, dates, columns as [header, field or none]
    about: Mapping[str, Any]
    notes: tuple[str, ...] = ()


def require_import(work: Work, source: Source) -> None:
    """Refuse who may not import listings of this source. Raises ``NotAllowed``."""
    if source not in importable_sources(work.actor, work.tree, work.desks):
        raise NotAllowed(
            "Con su función no puede importar listados de {source}.", source=source.value
        )


def hand_in(work: Work, listing: HandedIn, *, nonce: str = "", preview: bool = True) -> int:
    """The batch for a listing: a new one, or that of the same file that is not finished yet.

    Without ``preview`` its rows will be applied as they are read (``take``). A form sent twice
    (``nonce``) makes one batch, and so does the command repeated after a kill.
    Raises ``NotAllowed`` where the source is not the actor's.
    """
    require_import(work, listing.source)
    # two posts of one form, or two people with one file: the second finds the first's batch
    dialect.one_at_a_time(work.session.connection(), listing.sha256)
    if nonce and (again := _made_before(work, nonce)) is not None:
        return again
    batch_id = work.session.scalar(
        select(Batch.id)
        .where(
            Batch.sha256 == listing.sha256,
            Batch.profile == listing.profile,
            Batch.take_all == listing.take_all,
            Batch.state.in_(UNFINISHED),
        )
        .order_by(Batch.id.desc())
        .limit(1)
    )
    if batch_id is None:
        batch_id = _new(
            work,
            state="staging" if preview else "taking",
            profile=listing.profile,
            source=listing.source.value,
            filename=listing.filename,
            sha256=listing.sha256,
            take_all=listing.take_all,
            about=dict(listing.about),
            warnings=list(listing.notes) or None,
        )
    if nonce:
        work.session.add(
            FormNonce(nonce=nonce, user_id=work.actor.user_id, at=work.now, ref=str(batch_id))
        )
    return batch_id


def fingerprint(path: Path) -> str:
    """The SHA-256 of a file that is not kept."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def refuse(
    work: Work, profile: str, source: Source, filename: str, sha256: str, sentence: str
) -> int:
    """Keep that a file was refused, and nothing else of it."""
    require_import(work, source)
    return _new(
        work,
        state="refused",
        profile=profile,
        source=source.value,
        filename=filename,
        sha256=sha256,
        refusal=sentence,
        finished_at=work.now,
    )


def _new(work: Work, **values: Any) -> int:
    about = values.pop("about", {})
    batch = Batch(
        by_id=work.actor.user_id,
        created_at=work.now,
        about=about,
        forecast={},
        counts={},
        **values,
    )
    work.session.add(batch)
    work.session.flush()
    return batch.id


def _made_before(work: Work, nonce: str) -> int | None:
    found = work.session.scalar(
        select(FormNonce.ref).where(
            FormNonce.nonce == nonce, FormNonce.user_id == work.actor.user_id
        )
    )
    return None if found is None else int(found)


def hand_over(work: Work, batch_id: int) -> None:
    """Leave a batch to the scheduler: the rest of its reading, or what a kill left undone.

    A pause ends with it.
    """
    batch = locked_batch(work, batch_id)
    require_import(work, Source(batch.source))
    _end_pause(batch)
    if batch.state in UNDER_WAY:
        batch.handed_over = True


def pause(work: Work, batch_id: int) -> None:
    """Stop a batch behind the chunk in hand, whoever works at it. Saying it twice is once."""
    batch = locked_batch(work, batch_id)
    require_import(work, Source(batch.source))
    if batch.state not in UNDER_WAY:
        raise NotNow("El lote no está en marcha: no hay nada que pausar.")
    if batch.paused_at is None:
        batch.paused_at, batch.paused_by_id = work.now, work.actor.user_id


def unpause(work: Work, batch_id: int) -> None:
    """Let a paused batch go on, in the hands of whoever calls."""
    batch = locked_batch(work, batch_id)
    require_import(work, Source(batch.source))
    _end_pause(batch)


def _end_pause(batch: Batch) -> None:
    batch.paused_at = batch.paused_by_id = None


def withdraw(work: Work, batch_id: int, sentence: str) -> None:
    """A listing that turned out unreadable half-way: nothing stays but the refusal."""
    batch = locked_batch(work, batch_id)
    _forget_rows(work, batch)
    batch.state, batch.refusal, batch.finished_at = "refused", sentence, work.now


def discard(work: Work, batch_id: int) -> None:
    """Set a previewed batch aside: nothing of it was applied, and its rows are forgotten."""
    batch = locked_batch(work, batch_id)
    require_import(work, Source(batch.source))
    if batch.state not in ("staging", "preview"):
        raise NotNow("El lote ya se está aplicando o terminó: no se puede descartar.")
    _forget_rows(work, batch)
    _end_pause(batch)
    batch.state, batch.finished_at, batch.handed_over = "discarded", work.now, False


def _forget_rows(work: Work, batch: Batch) -> None:
    work.session.execute(delete(BatchRow).where(BatchRow.batch_id == batch.id))
    batch.rows, batch.staged_to, batch.forecast = 0, 0, {}


def confirm(work: Work, batch_id: int, *, hand_over: bool = False) -> None:
    """Say yes to a preview. ``hand_over``: the scheduler applies it. Saying it twice is once."""
    batch = locked_batch(work, batch_id)
    require_import(work, Source(batch.source))
    if batch.state in ("applying", "done"):
        return
    if batch.state != "preview":
        raise NotNow("El lote no está listo para aplicarse.")
    batch.state, batch.handed_over = "applying", hand_over
    batch.started_at = work.now


def locked_batch(work: Work, batch_id: int) -> Batch:
    """The batch, locked: chunks of one batch come one after another."""
    batch = work.session.get(Batch, batch_id, with_for_update=work.locks)
    if batch is None:
        raise NotFound("No se encontró el lote {batch}.", batch=batch_id)
    return batch


def moving_batch(work: Work, batch_id: int) -> Batch:
    """The batch, locked, for its next chunk. Raises ``Paused``."""
    batch = locked_batch(work, batch_id)
    if batch.paused_at is not None:
        raise Paused(batch_id)
    return batch


@dataclass(frozen=True, slots=True)
class Pending:
    """A batch that the scheduler goes on with."""

    batch_id: int
    profile: str
    filename: str
    sha256: str
    state: str
    by_id: int | None


def pending(work: Work) -> tuple[Pending, ...]:
    """Batches handed over by the pages, not finished and not paused, oldest first."""
    rows = work.session.execute(
        select(Batch.id, Batch.profile, Batch.filename, Batch.sha256, Batch.state, Batch.by_id)
        .where(Batch.handed_over, Batch.state.in_(UNDER_WAY), Batch.paused_at.is_(None))
        .order_by(Batch.id)
    )
    return tuple(Pending(*row) for row in rows)


def actor_of(work: Work, batch_id: int) -> Actor:
    """Who handed a batch in, to go on in their name."""
    return actor_behind(work, locked_batch(work, batch_id).by_id)


def actor_behind(work: Work, user_id: int | None) -> Actor:
    """Who asked for a batch, with today's roles; the system where that person has left."""
    if user_id is None:
        return SYSTEM
    return actor_for(work.session, user_id, work.tree, work.today) or SYSTEM
