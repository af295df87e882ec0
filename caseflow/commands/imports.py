"""The way of a listing: staged row by row, applied in chunks.

Every step is its own transaction and says where it got to, so that a kill at any point costs
nothing: the same command again goes on behind the last staged row, then behind the last verdict.
The preview (``forecast``) is what a person reads; the apply decides anew and never trusts it.
"""

from __future__ import annotations

import datetime as dt
import gc
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from caseflow import dialect
from caseflow.commands.batches import (
    HandedIn,
    Paused,
    actor_behind,
    actor_of,
    confirm,
    discard,
    fingerprint,
    hand_in,
    hand_over,
    locked_batch,
    moving_batch,
    pause,
    pending,
    refuse,
    require_import,
    unpause,
    withdraw,
)
from caseflow.commands.import_rows import ROWS, Chunk, Outcome, Staged, row_values, staged
from caseflow.commands.work import Work, begin_work
from caseflow.domain.errors import Busy, NotNow
from caseflow.domain.people import SYSTEM, Actor
from caseflow.intake.rows import CleanRow, Problem, Rejected
from caseflow.models import Batch, BatchRow

__all__ = [
    "CHUNK", "CHUNK_BESIDE_PEOPLE", "HandedIn", "Paused", "Progress", "Unbalanced",
    "actor_behind", "actor_of", "apply", "apply_pending", "chunk_of", "confirm", "discard",
    "fingerprint", "hand_in", "hand_over", "pause", "pending", "refuse", "require_import", "stage",
    "take", "unpause", "withdraw",
]  # fmt: skip

#: Rows of one transaction; fewer where people wait for the database meanwhile (≤ 200 ms each).
CHUNK = 500
CHUNK_BESIDE_PEOPLE = 200
#: Rows staged at once: nothing else is written with them.
STAGING_CHUNK = 1_000
#: How soon the thread that reads ahead steps back when the database has answered.
SWITCH_SECONDS = 0.0005
#: How often a chunk is tried again when another writer was in the way.
TRIES = 3

#: Told after each chunk how many rows it took.
Progress = Callable[[int], None]


@contextmanager
def _fewer_collections() -> Iterator[None]:
    """Collect garbage seldom: rows live short and hold no circles, and looking costs a fifth."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _quietly(rows: int) -> None:
    """Nobody watches."""


@_fewer_collections()
def stage(
    actor: Actor,
    batch_id: int,
    rows: Iterable[CleanRow | Rejected],
    *,
    preview: bool,
    now: dt.datetime | None = None,
    chunk: int = STAGING_CHUNK,
    progress: Progress = _quietly,
    at_most: int | None = None,
) -> bool:
    """Put the rows of a listing into its batch; those already there are passed over.

    ``preview`` works out what each row would do. ``at_most`` stops after so many rows. Returns
    whether the end was reached; the batch is then in preview. Raises ``Paused`` between chunks.
    """
    source = iter(rows)
    taken = 0
    while read := list(islice(source, chunk)):
        with begin_work(actor, now) as work:
            _stage_chunk(work, batch_id, read, preview=preview)
        taken += len(read)
        progress(len(read))
        if at_most is not None and taken >= at_most:
            return False
    with begin_work(actor, now) as work:
        batch = locked_batch(work, batch_id)
        if batch.state == "staging":
            batch.state, batch.handed_over = "preview", False
    return True


def _stage_chunk(
    work: Work, batch_id: int, chunk: Sequence[CleanRow | Rejected], *, preview: bool
) -> None:
    batch = moving_batch(work, batch_id)
    if batch.state != "staging":
        return  # another process with the same file was quicker
    rows = [row for row in chunk if row.number > batch.staged_to]
    if not rows:
        return
    forecast: dict[int, Outcome] = {}
    if preview:
        decided = chunk_of(work, batch).forecast([staged(row) for row in rows])
        forecast = {one.number: one for one in decided}
        counts = Counter(batch.forecast)
        counts.update(one.verdict.value for one in decided)
        counts["discrepancies"] += sum(one.discrepant for one in decided)
        batch.forecast = dict(counts)
    values = [row_values(batch_id, row) for row in rows]
    for one in values:
        if expected := forecast.get(one["number"]):
            one["forecast"] = expected.verdict.value
            one["detail"] = expected.detail
            one["discrepant"] = expected.discrepant
            one["case_id"] = expected.case_id
    dialect.insert_many(work.session.connection(), ROWS, values)
    _read_to(batch, rows)


def _read_to(batch: Batch, rows: Sequence[CleanRow | Rejected]) -> None:
    """How far the listing has been read, and which days it speaks of."""
    batch.rows += len(rows)
    batch.staged_to = rows[-1].number
    batch.about = _with_period(batch.about, rows)


def _with_period(about: Mapping[str, Any], rows: Sequence[CleanRow | Rejected]) -> dict[str, Any]:
    """First and last day that the listing speaks of."""
    days = [row.filed_on.isoformat() for row in rows if isinstance(row, CleanRow)]
    period = [*about.get("period", ()), *days]
    return {**about, "period": [min(period), max(period)]} if period else dict(about)


@_fewer_collections()
def take(
    actor: Actor,
    batch_id: int,
    rows: Iterable[CleanRow | Rejected],
    *,
    now: dt.datetime | None = None,
    chunk: int = CHUNK,
    progress: Progress = _quietly,
) -> None:
    """Apply a listing as it is read, without a preview in between: for the command line.

    Each row is staged with its verdict, in the transaction of its case; rows that have one are
    passed over. Raises ``Busy`` when the database did not give way after some tries, ``Paused``
    between chunks.
    """
    with begin_work(actor, now) as work:
        ahead = dialect.works_beside(work.session.get_bind())
    for read in _chunks(rows, chunk, ahead=ahead):
        _trying(actor, now, partial(_take_chunk, batch_id=batch_id, read=read))
        progress(len(read))
    with begin_work(actor, now) as work:
        batch = locked_batch(work, batch_id)
        if batch.state == "taking":
            _close(work, batch)


def _chunks(
    rows: Iterable[CleanRow | Rejected], size: int, *, ahead: bool
) -> Iterator[list[CleanRow | Rejected]]:
    """The rows in chunks; ``ahead``: the next is read in a thread while the last is written."""
    source = iter(rows)

    def read() -> list[CleanRow | Rejected]:
        return list(islice(source, size))

    if not ahead:
        while chunk := read():
            yield chunk
        return
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        with ThreadPoolExecutor(1) as reader:
            coming = reader.submit(read)
            while chunk := coming.result():
                coming = reader.submit(read)
                yield chunk
    finally:
        sys.setswitchinterval(before)


def _take_chunk(work: Work, *, batch_id: int, read: Sequence[CleanRow | Rejected]) -> int:
    batch = moving_batch(work, batch_id)
    rows = [row for row in read if row.number > batch.staged_to]
    if batch.state != "taking" or not rows:
        return 0
    _count(batch, chunk_of(work, batch).apply([staged(row, fresh=True) for row in rows]))
    _read_to(batch, rows)
    return len(rows)


def _trying(actor: Actor, now: dt.datetime | None, act: Callable[[Work], int]) -> int:
    """One chunk in its own transaction, tried again when another writer was in the way."""
    for attempt in range(1, TRIES + 1):
        try:
            with begin_work(actor, now) as work:
                done = act(work)
        except (IntegrityError, Busy):
            # somebody captured one of these folios this very moment: look again
            if attempt == TRIES:
                raise
        else:
            return done
    raise Busy()


@_fewer_collections()
def apply(
    actor: Actor,
    batch_id: int,
    *,
    now: dt.datetime | None = None,
    chunk: int = CHUNK,
    progress: Progress = _quietly,
    most_chunks: int | None = None,
) -> bool:
    """Apply a confirmed batch, chunk by chunk; whether it is done.

    Two processes at the same batch help each other: each takes the next rows without a verdict.
    Raises ``Busy`` when the database did not give way after some tries, ``Paused`` between chunks.
    """
    done = 0
    while most_chunks is None or done < most_chunks:
        rows = _trying(actor, now, partial(_apply_chunk, batch_id=batch_id, size=chunk))
        if not rows:
            return True
        done += 1
        progress(rows)
    return False


def _apply_chunk(work: Work, *, batch_id: int, size: int) -> int:
    """Decide the next rows; at the end of the batch check its sum. Returns how many they were."""
    batch = moving_batch(work, batch_id)
    if batch.state == "done":
        return 0
    if batch.state != "applying":
        raise NotNow("El lote no está por aplicarse.")
    rows = [
        Staged(number, None, tuple(map(Problem.from_json, problems or ())))
        if clean is None
        else Staged(number, CleanRow.from_json(clean))
        for number, clean, problems in work.session.execute(
            select(BatchRow.number, BatchRow.clean, BatchRow.problems)
            .where(BatchRow.batch_id == batch_id, BatchRow.verdict.is_(None))
            .order_by(BatchRow.number)
            .limit(size)
        )
    ]
    if not rows:
        _close(work, batch)
        return 0
    _count(batch, chunk_of(work, batch).apply(rows))
    return len(rows)


def _count(batch: Batch, outcomes: Sequence[Outcome]) -> None:
    counts = Counter(batch.counts)
    counts.update(one.verdict.value for one in outcomes)
    batch.counts = dict(counts)
    batch.discrepancies += sum(one.discrepant for one in outcomes)


class Unbalanced(RuntimeError):
    """A programming error: rows of a batch without exactly one verdict each."""


def _close(work: Work, batch: Batch) -> None:
    """Nothing was dropped: the verdicts add up to the rows that were read."""
    if sum(batch.counts.values()) != batch.rows:
        raise Unbalanced(f"batch {batch.id}: {batch.counts} of {batch.rows} rows")
    batch.state, batch.finished_at, batch.handed_over = "done", work.now, False


def chunk_of(work: Work, batch: Batch, *, retried: bool = False) -> Chunk:
    """Decides rows of this batch in this unit of work."""
    return Chunk(work, batch.id, batch.filename, batch.take_all, retried)


def apply_pending(now: dt.datetime | None = None, *, most_chunks: int = 25) -> dict[str, int]:
    """Go on with the batches that people confirmed on screen; the scheduler calls it.

    At most ``most_chunks`` chunks each time, so that other jobs have their turn. Returns the
    counts ``batches``, ``rows`` and ``done``.
    """
    counts: Counter[str] = Counter()
    with begin_work(SYSTEM, now) as work:
        waiting = [one for one in pending(work) if one.state == "applying"]
        actors = {one.batch_id: actor_behind(work, one.by_id) for one in waiting}

    def took(rows: int) -> None:
        counts["rows"] += rows

    for one in waiting:
        counts["batches"] += 1
        with suppress(Paused):
            counts["done"] += apply(
                actors[one.batch_id],
                one.batch_id,
                now=now,
                chunk=CHUNK_BESIDE_PEOPLE,
                progress=took,
                most_chunks=most_chunks,
            )
    return dict(counts)
