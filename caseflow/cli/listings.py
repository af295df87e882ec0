"""From a file to its batch: where reading listings and writing cases meet.

Used by the command line, the pages and the scheduler: each opens the file with the office's own
profile, place and series, and stages it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from caseflow.commands import imports
from caseflow.commands.imports import HandedIn, Progress
from caseflow.commands.work import begin_work
from caseflow.domain.errors import Refused
from caseflow.domain.people import SYSTEM, Actor
from caseflow.extensions import db
from caseflow.intake.cleaners import Cleaner, cleaner_for_columns
from caseflow.intake.profiles import Profile, load_profile
from caseflow.intake.reader import Listing, open_listing
from caseflow.intake.rows import Locality
from caseflow.queries import reference
from caseflow.storage import stored_path

#: Rows that a page stages before it answers; the scheduler does the rest.
AT_ONCE = 5_000


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
    source: Path,
    filename: str,
    profile: Profile,
    today: dt.date,
    encoding: str | None = None,
) -> Listing:
    """Open a listing by a profile and the office's place and series. Raises ``Refused``."""
    return open_listing(
        source,
        filename,
        profile,
        locality=locality_of(reference.office(db.session()).locality),
        series=reference.folio_series(db.session()),
        today=today,
        encoding=encoding,
    )


def cleaner_for_office(profile: Profile, columns: Sequence[str], today: dt.date) -> Cleaner:
    """Reads single rows of a listing whose columns are known. Raises ``Refused`` for others'."""
    cleaner = cleaner_for_columns(
        profile,
        columns,
        locality=locality_of(reference.office(db.session()).locality),
        series=reference.folio_series(db.session()),
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
        today, folder = work.today, work.settings.storage_dir
    for one in waiting:
        try:
            listing = open_for_office(
                stored_path(folder, one.sha256), one.filename, load_profile(one.profile), today
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
        except Refused:
            continue
        counts["listings"] += 1
    return counts
