"""What a listing becomes: one ``CleanRow`` or one ``Rejected`` per row. Data only, no reading.

Texts are never ``None``: ``""`` is a value that is not there. Dates and hours are local to the
office (America/Mexico_City) and naive, as the listings bring them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from caseflow.domain.vocabulary import Channel, Kind, Source

#: What a listing may say about a case: being worked on, answered, or over.
Status = Literal["open", "answered", "closed"]


@dataclass(frozen=True, slots=True)
class Locality:
    """The place an office serves, as the organisation pack states it.

    ``postal_prefixes``: beginnings of its postal codes (``("08",)``); ``own_bodies``: the
    seven-digit prefixes of the platform's folios for this body, empty where unknown.
    """

    borough: str
    aliases: tuple[str, ...] = ()
    postal_prefixes: tuple[str, ...] = ()
    own_bodies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about one cell, in Spanish; ``column`` is the header as the file writes it."""

    row: int
    column: str
    reason: str

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "reason": self.reason}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Problem:
        return cls(data["row"], data["column"], data["reason"])


@dataclass(frozen=True, slots=True)
class RawRow:
    """The cells of a row as text, by header; ``number`` as a spreadsheet numbers it, from 1."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be taken as it is: it waits in quarantine with its reasons."""

    number: int
    raw: Mapping[str, str]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class CleanRow:
    """A row as its profile reads it. Made by ``of``, a hundred thousand at a time."""

    number: int
    source: Source
    kind: Kind
    #: identity: the normalised folio, as it came, and the ref its case has or would have
    folio: str
    folio_received: str
    ref: str
    #: the folio has the shape of our own series: it matches a case and never creates one
    own: bool
    repaired: bool
    #: midnight where the listing gives no hour (``filed_has_hour`` is false then)
    filed_at: dt.datetime
    filed_has_hour: bool
    received_on: dt.date
    #: the listing has no reception date: the filing date stands in for it
    received_inferred: bool
    channel: Channel | None
    channel_word: str
    subject: str
    description: str
    status: Status
    status_word: str
    #: the day the source answered or closed it; kept, but suspicious, where the status is open
    closed_on: dt.date | None
    closed_at: dt.datetime | None
    petitioner_name: str
    petitioner_phone: str
    petitioner_email: str
    sex: str
    age: int | None
    street: str
    #: as the person wrote it, and as the source's catalogue names it: they often disagree
    colonia: str
    colonia_catalogue: str
    borough: str
    #: no column named the borough: the postal code did
    borough_inferred: bool
    postal_code: str
    latitude: float | None
    longitude: float | None
    area_text: str
    areas: tuple[str, ...]
    given_due_on: dt.date | None
    external_folio: str
    delivery: str
    #: a value of ``ArcoRight``, or empty
    arco_right: str
    #: Spanish sentences: taken, and somebody should look at it
    suspicious: tuple[str, ...]
    warnings: tuple[Problem, ...]
    #: columns the profile does not know, and values that were left out, as they came
    extra: Mapping[str, str]
    #: why the row is not this office's, ``None`` where it is or where the profile does not ask
    out_of_scope_reason: str | None
    #: 32 hex digits over the values that make the case: the same from CSV and from a spreadsheet
    digest: str
    #: the cells as they came, by header; not part of the staged form
    raw: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, values: dict[str, Any]) -> CleanRow:
        """The row whose fields are all in ``values``, which it keeps.

        A frozen dataclass sets forty fields one by one through ``object``; this takes a tenth of
        the time. ``tests/intake`` holds that no field is ever missing.
        """
        row = object.__new__(cls)
        object.__setattr__(row, "__dict__", values)
        return row

    @property
    def filed_on(self) -> dt.date:
        return self.filed_at.date()

    def as_json(self) -> dict[str, Any]:
        """The row in JSON's own types, without what is empty and without ``raw``."""
        own = vars(self)
        data: dict[str, Any] = {
            name: value
            for name in _PLAIN
            if (value := own[name]) is not None and value != "" and value is not False
        }
        for name in _WORDS:
            if value := own[name]:
                data[name] = value.value
        for name in _DATES:
            if (value := own[name]) is not None:
                data[name] = value.isoformat()
        for name in _TEXTS:
            if value := own[name]:
                data[name] = list(value)
        if self.warnings:
            data["warnings"] = [warning.as_json() for warning in self.warnings]
        if self.extra:
            data["extra"] = dict(self.extra)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any], raw: Mapping[str, str] | None = None) -> CleanRow:
        """The row that ``as_json`` wrote; ``raw`` is staged beside it by the caller."""
        values: dict[str, Any] = {**_EMPTY, **data}
        values["source"] = Source(data["source"])
        values["kind"] = Kind(data["kind"])
        if channel := data.get("channel"):
            values["channel"] = Channel(channel)
        for name, kind in _DATES.items():
            if text := data.get(name):
                values[name] = kind.fromisoformat(text)
        for name in _TEXTS:
            values[name] = tuple(data.get(name, ()))
        values["warnings"] = tuple(map(Problem.from_json, data.get("warnings", ())))
        values["raw"] = raw or {}
        return cls.of(values)


_DATES: Mapping[str, type[dt.date]] = {
    "filed_at": dt.datetime,
    "received_on": dt.date,
    "closed_on": dt.date,
    "closed_at": dt.datetime,
    "given_due_on": dt.date,
}
_TEXTS = ("areas", "suspicious")
_WORDS = ("source", "kind", "channel")
_PLAIN = tuple(
    one.name
    for one in fields(CleanRow)
    if one.name not in {*_DATES, *_TEXTS, *_WORDS, "warnings", "extra", "raw"}
)
_NONE = {"channel", "age", "latitude", "longitude", "out_of_scope_reason", *_DATES}
_FALSE = {"own", "repaired", "filed_has_hour", "received_inferred", "borough_inferred"}
_EMPTY: Mapping[str, Any] = {
    one.name: None
    if one.name in _NONE
    else False
    if one.name in _FALSE
    else {}
    if one.name == "extra"
    else ""
    for one in fields(CleanRow)
    if one.name not in {*_TEXTS, "warnings", "raw"}
}
