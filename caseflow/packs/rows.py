"""The rows of the packs: what one line of a pack's file says, typed and frozen.

A row's ``key`` is stable: the same fact has the same key in every version of the pack. Its
``digest`` changes when any of its values does, so that a loader can tell a changed row from one
that it already knows, and leave alone what the office edited in between.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, time

from caseflow.domain.mediation_words import TopicList
from caseflow.domain.vocabulary import Basis, Kind, Mark, Source, Step

#: The body of a non-working day that every body shares unless it is switched off.
COMMON = "common"


@dataclass(frozen=True, slots=True)
class _Row:
    @property
    def digest(self) -> str:
        """SHA-256 (hexadecimal) of the row's values, the same on every machine."""
        values = [(field.name, getattr(self, field.name)) for field in fields(self)]
        return hashlib.sha256(
            json.dumps(values, ensure_ascii=True, default=str).encode("ascii")
        ).hexdigest()


@dataclass(frozen=True, slots=True)
class AreaRow(_Row):
    """A node of the organisation tree; ``valid_to`` is its last day, ``None`` while it exists."""

    code: str
    name: str
    short: str
    parent: str | None
    aliases: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    successor: str | None
    mark: Mark

    @property
    def key(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class TerritoryRow(_Row):
    """A Unidad Territorial; the centre is in degrees (WGS 84), rounded to 3 decimals (~100 m)."""

    code: str
    name: str
    population: int
    latitude: float
    longitude: float
    mark: Mark

    @property
    def key(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class SubjectRow(_Row):
    """A subject of SUAC; ``frequency`` is a count of real requests, 0 when it is out of use."""

    name: str
    aliases: tuple[str, ...]
    frequency: int
    mark: Mark

    @property
    def key(self) -> str:
        return self.name.casefold()


@dataclass(frozen=True, slots=True)
class RoutingRow(_Row):
    """A routing rule. Empty conditions match anything; one of ``area`` and ``refer_to`` is set.

    ``subject`` is a subject's name, ``postal_code`` a code or its beginning, ``target_days``
    business days from the turn, ``None`` for the office's default.
    """

    key: str
    position: int
    name: str
    source: Source | None
    kind: Kind | None
    subject: str | None
    words: tuple[str, ...]
    territory: str | None
    postal_code: str | None
    area: str | None
    refer_to: str
    instruction: str
    target_days: int | None
    valid_from: date
    valid_to: date | None
    mark: Mark


@dataclass(frozen=True, slots=True)
class CounterRow:
    """Internal targets of the counter of mediation, in business days."""

    first_contact_days: int


@dataclass(frozen=True, slots=True)
class TopicRow(_Row):
    """A subject of a list that the counter chooses from; ``valid_to`` is its last day."""

    list: TopicList
    code: str
    name: str
    valid_from: date
    valid_to: date | None
    mark: Mark

    @property
    def key(self) -> str:
        return f"{self.list}/{self.code}"


@dataclass(frozen=True, slots=True)
class RoomRow(_Row):
    """A room where sessions of mediation are held, and the area that keeps it."""

    code: str
    name: str
    area: str
    valid_from: date
    valid_to: date | None
    mark: Mark

    @property
    def key(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class SeriesRow(_Row):
    """An own series of folios, ``PREFIX-YEAR-NUMBER`` with the number ``width`` digits wide."""

    prefix: str
    source: Source | None
    kind: Kind | None
    width: int
    first_number: int

    @property
    def key(self) -> str:
        return self.prefix

    def serves(self, source: Source, kind: Kind) -> bool:
        """Whether a case of ``kind`` that came in from ``source`` takes its folio here."""
        return self.source in (None, source) and self.kind in (None, kind)


@dataclass(frozen=True, slots=True)
class NonWorkingRow(_Row):
    """A day on which ``body`` (or, with ``COMMON``, every body) does not work.

    ``list_year`` is the year of the list that names the day: a list may run over New Year, and
    a day of January in last year's list does not mean that this year's has been published.
    """

    day: date
    body: str
    list_year: int
    reason: str
    source: str
    mark: Mark

    @property
    def key(self) -> str:
        return f"{self.body}/{self.day.isoformat()}"


@dataclass(frozen=True, slots=True)
class TermRow(_Row):
    """A term of the law pack: how many ``unit`` (business, calendar, months, hours) a step takes.

    ``counts_from`` is for developers, ``counts_from_words`` completes "se cuenta desde …".
    """

    matter: Kind
    step: Step
    role: str
    days: int
    unit: str
    basis: Basis
    counts_from: str
    counts_from_words: str
    cutoff_hour: time | None
    notice_effect: str
    effect: str
    valid_from: date
    valid_to: date | None
    legal_source: str
    mark: Mark
    paper_effect: str = ""

    @property
    def key(self) -> str:
        """Matter, step and first day in force: a new law is a new row beside the old one."""
        return f"{self.matter}/{self.step}/{self.valid_from.isoformat()}"


@dataclass(frozen=True, slots=True)
class LocalityRow:
    """How a row of a city-wide listing is known to be of this borough.

    ``own_bodies`` are the seven-digit beginnings of this body's folios in SISAI; empty while the
    office has not put them in, and then no folio is taken for a foreign one.
    """

    borough: str
    aliases: tuple[str, ...]
    postal_prefixes: tuple[str, ...]
    own_bodies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WindowRow:
    """Where people ask in person; not ``confirmed`` while the office has not put in its own."""

    name: str
    address: str
    telephone: str
    hours: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class DeskRow:
    """The default desk of the cases of a source and kind; ``None`` matches any."""

    source: Source | None
    kind: Kind | None
    area: str


@dataclass(frozen=True, slots=True)
class Pack:
    """One organisation, read and checked. ``versions`` maps each file to its SHA-256."""

    id: str
    version: str
    office: str
    body: str
    law: str
    locality: LocalityRow
    window: WindowRow
    counter: CounterRow
    desks: tuple[DeskRow, ...]
    areas: tuple[AreaRow, ...]
    territories: tuple[TerritoryRow, ...]
    subjects: tuple[SubjectRow, ...]
    routing: tuple[RoutingRow, ...]
    series: tuple[SeriesRow, ...]
    topics: tuple[TopicRow, ...]
    rooms: tuple[RoomRow, ...]
    non_working_days: tuple[NonWorkingRow, ...]
    versions: Mapping[str, str]

    def desk_for(self, source: Source, kind: Kind) -> str:
        """Code of the area that decides about a new case: the first desk that matches."""
        return next(
            desk.area
            for desk in self.desks
            if desk.source in (None, source) and desk.kind in (None, kind)
        )

    def series_for(self, source: Source, kind: Kind) -> SeriesRow | None:
        """The own series a case takes its folio from; ``None`` when its source numbers it."""
        return next((row for row in self.series if row.serves(source, kind)), None)

    def listed_years(self, body: str) -> frozenset[int]:
        """Years for which the pack holds the list of ``body`` itself."""
        return frozenset(row.list_year for row in self.non_working_days if row.body == body)


@dataclass(frozen=True, slots=True)
class LawPack:
    """The terms of one law pack, read and checked. ``versions`` maps its file to its SHA-256."""

    id: str
    version: str
    name: str
    terms: tuple[TermRow, ...]
    versions: Mapping[str, str]
