"""Loading packs: idempotent, updating what the pack changed, leaving what the office edited.

Each row remembers the digest of the pack's row it came from. A row edited on screen carries the
word ``EDITED`` instead and is never touched again by a pack.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select

from caseflow.commands.work import Work
from caseflow.models import (
    Area,
    DefaultDesk,
    LegalTerm,
    NonWorkingDay,
    Room,
    RoutingRule,
    Series,
    Setting,
    Subject,
    Territory,
    Topic,
)
from caseflow.packs.rows import COMMON, LawPack, NonWorkingRow, Pack

#: Digest of a row that the office edited: the pack does not overwrite it.
EDITED = "edited"


def load_organisation(work: Work, pack: Pack) -> dict[str, int]:
    """Load an organisation pack. Returns how many rows were added, updated, kept and left."""
    counts: Counter[str] = Counter()
    _areas(work, pack, counts)
    codes = {row.code: row.id for row in work.session.scalars(select(Area))}
    _each(
        work,
        counts,
        Subject,
        pack.subjects,
        lambda r: {"name": r.name},
        lambda r: {"aliases": list(r.aliases), "weight": r.frequency, "mark": r.mark.value},
    )
    _each(
        work,
        counts,
        Territory,
        pack.territories,
        lambda r: {"code": r.code},
        lambda r: {
            "name": r.name,
            "population": r.population,
            "latitude": r.latitude,
            "longitude": r.longitude,
            "mark": r.mark.value,
        },
    )
    _each(
        work,
        counts,
        RoutingRule,
        pack.routing,
        lambda r: {"key": r.key},
        lambda r: {
            "position": r.position,
            "name": r.name,
            "source": r.source.value if r.source else "",
            "kind": r.kind.value if r.kind else "",
            "subject": r.subject or "",
            "words": " ".join(r.words),
            "territory_code": r.territory or "",
            "postal_code": r.postal_code or "",
            "area_id": codes[r.area] if r.area else None,
            "refer_to": r.refer_to,
            "instruction": r.instruction,
            "target_days": r.target_days,
            "mark": r.mark.value,
            "valid_from": r.valid_from,
            "valid_to": r.valid_to,
        },
    )
    positions = {series.prefix: position for position, series in enumerate(pack.series)}
    _each(
        work,
        counts,
        Series,
        pack.series,
        lambda r: {"prefix": r.prefix},
        lambda r: {
            "position": positions[r.prefix],
            "source": r.source.value if r.source else "",
            "kind": r.kind.value if r.kind else "",
            "width": r.width,
            "first_number": r.first_number,
        },
    )
    places = {topic.key: position for position, topic in enumerate(pack.topics)}
    _each(
        work,
        counts,
        Topic,
        pack.topics,
        lambda r: {"list": r.list.value, "code": r.code},
        lambda r: {
            "name": r.name,
            "position": places[r.key],
            "valid_from": r.valid_from,
            "valid_to": r.valid_to,
            "mark": r.mark.value,
        },
    )
    _each(
        work,
        counts,
        Room,
        pack.rooms,
        lambda r: {"code": r.code},
        lambda r: {
            "name": r.name,
            "area_id": codes[r.area],
            "valid_from": r.valid_from,
            "valid_to": r.valid_to,
            "mark": r.mark.value,
        },
    )
    for desk in pack.desks:
        key = {
            "source": desk.source.value if desk.source else "",
            "kind": desk.kind.value if desk.kind else "",
        }
        if work.session.get(DefaultDesk, tuple(key.values())) is None:
            work.session.add(DefaultDesk(**key, area_id=codes[desk.area]))
            work.session.flush()
            counts["added"] += 1
    load_days(work, pack.non_working_days, counts)
    _setting(work, "office", {"name": pack.office, "body": pack.body}, counts)
    _setting(
        work,
        "locality",
        {
            "borough": pack.locality.borough,
            "aliases": list(pack.locality.aliases),
            "postal_prefixes": list(pack.locality.postal_prefixes),
            "own_bodies": list(pack.locality.own_bodies),
        },
        counts,
    )
    _setting(
        work,
        "window",
        {
            "name": pack.window.name,
            "address": pack.window.address,
            "telephone": pack.window.telephone,
            "hours": pack.window.hours,
            "confirmed": pack.window.confirmed,
        },
        counts,
    )
    _setting(work, "counter", {"first_contact_days": pack.counter.first_contact_days}, counts)
    _versions(work, organisation=f"{pack.id} {pack.version}")
    if counts["added"] or counts["updated"]:
        work.record("pack_loaded", {"pack": pack.id, "version": pack.version, **counts})
    return dict(counts)


def load_law(work: Work, pack: LawPack) -> dict[str, int]:
    """Load a law pack: its terms, with source and confidence mark kept."""
    counts: Counter[str] = Counter()
    _each(
        work,
        counts,
        LegalTerm,
        pack.terms,
        lambda r: {"matter": r.matter.value, "step": r.step.value, "valid_from": r.valid_from},
        lambda r: {
            "role": r.role,
            "days": r.days,
            "unit": r.unit,
            "basis": r.basis.value,
            "counts_from": r.counts_from,
            "counts_from_words": r.counts_from_words,
            "cutoff": f"{r.cutoff_hour:%H:%M}" if r.cutoff_hour else "",
            "notice_effect": r.notice_effect,
            "paper_effect": r.paper_effect or None,
            "effect": r.effect,
            "valid_to": r.valid_to,
            "legal_source": r.legal_source,
            "mark": r.mark.value,
        },
    )
    _versions(work, law=f"{pack.id} {pack.version}")
    if counts["added"] or counts["updated"]:
        work.record("law_loaded", {"pack": pack.id, "version": pack.version, **counts})
    return dict(counts)


def load_days(
    work: Work, rows: Iterable[NonWorkingRow], counts: Counter[str] | None = None
) -> dict[str, int]:
    """Load non-working days of packs (common ones, or a demonstration list)."""
    counts = counts if counts is not None else Counter()
    _each(
        work,
        counts,
        NonWorkingDay,
        rows,
        lambda r: {"body": r.body if r.body != COMMON else "common", "day": r.day},
        lambda r: {
            "list_year": r.list_year,
            "reason": r.reason,
            "source": r.source,
            "mark": r.mark.value,
        },
    )
    return dict(counts)


def _areas(work: Work, pack: Pack, counts: Counter[str]) -> None:
    """Areas first, then their parents and successors, whatever the order of the file."""
    _each(
        work,
        counts,
        Area,
        pack.areas,
        lambda r: {"code": r.code},
        lambda r: {
            "name": r.name,
            "short_name": r.short,
            "aliases": list(r.aliases),
            "valid_from": r.valid_from,
            "valid_to": r.valid_to,
            "mark": r.mark.value,
        },
    )
    areas = {area.code: area for area in work.session.scalars(select(Area))}
    for row in pack.areas:
        area = areas[row.code]
        if area.pack_digest == EDITED:
            continue
        area.parent_id = areas[row.parent].id if row.parent else None
        area.successor_id = areas[row.successor].id if row.successor else None
    work.session.flush()


def _each(
    work: Work,
    counts: Counter[str],
    model: Any,
    rows: Iterable[Any],
    key: Callable[[Any], dict[str, Any]],
    values: Callable[[Any], dict[str, Any]],
) -> None:
    """Add or update the row of each pack row; one look-up for all of them."""
    rows = list(rows)
    names = tuple(key(rows[0])) if rows else ()
    existing = {
        tuple(getattr(found, name) for name in names): found
        for found in work.session.scalars(select(model))
    }
    for row in rows:
        wanted = key(row)
        found = existing.get(tuple(wanted.values()))
        if found is None:
            work.session.add(model(**wanted, **values(row), pack_digest=row.digest))
            counts["added"] += 1
        elif found.pack_digest == row.digest:
            counts["kept"] += 1
        elif found.pack_digest == EDITED:
            counts["left"] += 1
        else:
            for name, value in values(row).items():
                setattr(found, name, value)
            found.pack_digest = row.digest
            counts["updated"] += 1
    work.session.flush()


def _setting(work: Work, name: str, value: dict[str, Any], counts: Counter[str]) -> None:
    found = work.session.get(Setting, name)
    if found is None:
        work.session.add(Setting(name=name, value=value, pack_digest="pack"))
        counts["added"] += 1
    elif found.pack_digest != EDITED and found.value != value:
        found.value = value
        counts["updated"] += 1
    work.session.flush()


def _versions(work: Work, **versions: str) -> None:
    found = work.session.get(Setting, "versions")
    if found is None:
        work.session.add(Setting(name="versions", value=versions, pack_digest="pack"))
    else:
        found.value = {**found.value, **versions}
    work.session.flush()
