"""From a file to its batch: where reading listings and writing cases meet.

A room of its own, since the command line, the pages, the scheduler and the demonstration all come
through it: each opens the file by a profile and the office's own place and series, and stages it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from caseflow.commands import imports, quarantine
from caseflow.commands.imports import HandedIn, Paused, Progress
from caseflow.commands.quarantine import Retried
from caseflow.commands.work import begin_work
from caseflow.domain.errors import Refused
from caseflow.domain.people import SYSTEM, Actor
from caseflow.intake.cleaners import Cleaner, cleaner_for_columns
from caseflow.intake.profiles import Profile, load_profile
from caseflow.intake.reader import Listing, open_listing
from caseflow.intake.rows import Locality
from caseflow.queries.reference import Reference
from caseflow.storage import stored_path

#: Rows that a page stages before it answers; the scheduler does the rest.
AT_ONCE = 5_000
#: Rows in quarantine that a page tries again before it answers.
RETRIED_AT_ONCE = 1_000


def locality_of(setting: Mapping[str, Any]) -> Locality | None:
    """The place that the office serves, as its settings have it."""
    if not setting.get("borough"):
        return None
    return Locality(
        borough=str(setting["borough"]),
        aliases=tuple(setting.get("aliases", ())),
        postal_prefixes=tuple(setting.get("postal_prefixes", ())),
        own_bodies=tuple(setting.get("own_bodies", ())),
    )


def open_for_office(
    source: Path | bytes,
    filename: str,
    profile: Profile,
    reference: Reference,
    today: dt.date,
    encoding: str | None = None,
) -> Listing:
    """Open a listing by a profile and the office's place and series. Raises ``Refused``."""
    return open_listing(
        source,
        filename,
        profile,
        locality=locality_of(reference.office.locality),
        series=reference.series,
        today=today,
        encoding=encoding,
    )


def cleaner_for_office(
    profile: Profile, columns: Sequence[str], reference: Reference, today: dt.date
) -> Cleaner:
    """Reads single rows of a listing whose columns are known. Raises ``Refused`` for others'."""
    cleaner = cleaner_for_columns(
        profile,
        columns,
        locality=locality_of(reference.office.locality),
        series=reference.series,
        today=today,
    )
    if cleaner is None:
        raise Refused("Las columnas del lote ya no son las del perfil {name}.", name=profile.name)
    return cleaner


def handed_in(listing: Listing, *, take_all: bool) -> HandedIn:
    """What the batch keeps of an open listing."""
    return HandedIn(
        profile=listing.profile.name,
        source=listing.profile.source,
        filename=listing.filename,
        sha256=listing.sha256,
        take_all=take_all,
        about={
            "size": listing.size,
            "format": listing.format,
            "reading": listing.reading,
            "dates": list(listing.profile.dates),
            "columns": [list(column) for column in listing.columns],
        },
        notes=listing.notes,
    )


def stage_listing(
    actor: Actor,
    batch_id: int,
    listing: Listing,
    *,
    preview: bool,
    now: dt.datetime | None = None,
    progress: Progress = lambda rows: None,
    at_most: int | None = None,
) -> bool:
    """Stage an open listing; whether its end was reached.

    Raises ``Refused`` where the file turns out unreadable half-way: then nothing of it stays but
    that.
    """
    rows = listing.rows()
    try:
        return imports.stage(
            actor, batch_id, rows, preview=preview, now=now, progress=progress, at_most=at_most
        )
    except Refused as refusal:
        with begin_work(actor, now) as work:
            imports.withdraw(work, batch_id, str(refusal))
        raise
    finally:
        rows.close()  # ends the process behind a spreadsheet


def stage_pending(now: dt.datetime | None = None) -> dict[str, int]:
    """Read on in the listings that were handed over; the scheduler calls it.

    Returns the counts ``listings`` and ``rows``. A listing that cannot be read is refused, and
    stops nobody else's.
    """
    counts = {"listings": 0, "rows": 0}

    def took(rows: int) -> None:
        counts["rows"] += rows

    with begin_work(SYSTEM, now) as work:
        waiting = [one for one in imports.pending(work) if one.state != "applying"]
        actors = {one.batch_id: imports.actor_behind(work, one.by_id) for one in waiting}
        reference, today, folder = work.reference, work.today, work.settings.storage_dir
    for one in waiting:
        try:
            listing = open_for_office(
                stored_path(folder, one.sha256), one.filename, load_profile(one.profile),
                reference, today,
            )  # fmt: skip
            if one.state == "taking":
                rows = listing.rows()
                imports.take(
                    actors[one.batch_id], one.batch_id, rows, now=now,
                    chunk=imports.CHUNK_BESIDE_PEOPLE, progress=took,
                )  # fmt: skip
            else:
                stage_listing(
                    actors[one.batch_id], one.batch_id, listing, preview=True, now=now,
                    progress=took,
                )  # fmt: skip
        except (Refused, Paused):
            continue
        counts["listings"] += 1
    return counts


def retry_quarantine(
    actor: Actor,
    batch_id: int,
    profile: Profile,
    columns: Sequence[str],
    *,
    now: dt.datetime | None = None,
    at_most: int | None = None,
) -> tuple[int, int] | None:
    """Read the waiting rows of a batch anew and try them, chunk by chunk.

    Begun by ``quarantine.retry_all``. Returns how many rows were tried and how many left
    quarantine; none where ``at_most`` ended it before: the scheduler goes on.
    """
    tried = freed = 0
    while at_most is None or tried < at_most:
        with begin_work(actor, now) as work:
            waiting = quarantine.next_waiting(work, batch_id, imports.CHUNK_BESIDE_PEOPLE)
            if not waiting:
                return tried, freed
            cleaner = cleaner_for_office(profile, columns, work.reference, work.today)
            rows = [
                Retried(number, cells, cleaner.clean(number, cells)) for number, cells in waiting
            ]
            freed += quarantine.retry_next(work, batch_id, rows)
        tried += len(rows)
    return None


def retry_pending(now: dt.datetime | None = None) -> dict[str, int]:
    """Go on with the quarantines that are being tried again; the scheduler calls it.

    Returns the count ``retried``.
    """
    counts = {"retried": 0}
    with begin_work(SYSTEM, now) as work:
        waiting = quarantine.retries_pending(work)
    for one in waiting:
        try:
            done = retry_quarantine(
                one.actor, one.batch_id, load_profile(one.profile), one.columns, now=now
            )
        except Refused:
            with begin_work(SYSTEM, now) as work:
                quarantine.give_up_retry(work, one.batch_id)
            continue
        counts["retried"] += done[0] if done else 0
    return counts
