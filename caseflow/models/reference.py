"""What rules read: terms, calendars, routing, subjects, territories, series, settings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Float, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Word


class LegalTerm(Base):
    """One row of the law pack: a rule with validity, source and confidence mark."""

    __tablename__ = "term"

    id: Mapped[int] = mapped_column(primary_key=True)
    matter: Mapped[str] = mapped_column(Word)
    step: Mapped[str] = mapped_column(Word)
    role: Mapped[str] = mapped_column(Word, default="")
    days: Mapped[int]
    unit: Mapped[str] = mapped_column(Word)
    basis: Mapped[str] = mapped_column(Word)
    counts_from: Mapped[str]
    #: completes "se cuenta desde …" on screen
    counts_from_words: Mapped[str] = mapped_column(default="")
    #: HH:MM, or empty where the hour does not matter
    cutoff: Mapped[str] = mapped_column(Word, default="")
    notice_effect: Mapped[str] = mapped_column(Word, default="")
    #: the same for a notice on paper; none: as any other
    paper_effect: Mapped[str | None] = mapped_column(Word)
    effect: Mapped[str] = mapped_column(Word, default="")
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]
    legal_source: Mapped[str]
    mark: Mapped[str] = mapped_column(Word)
    pack_digest: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (UniqueConstraint("matter", "step", "valid_from"),)


class NonWorkingDay(Base):
    """A day that does not count for a body; ``common`` rows serve every body that keeps them on."""

    __tablename__ = "non_working_day"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: 'common', or the code of the body whose list it is
    body: Mapped[str] = mapped_column(Word)
    day: Mapped[dt.date]
    #: the year of the list it was published in: lists run over New Year
    list_year: Mapped[int]
    reason: Mapped[str]
    source: Mapped[str]
    mark: Mapped[str] = mapped_column(Word)
    #: a body may switch a common day off: such a row has ``works`` true and the body's code
    works: Mapped[bool] = mapped_column(default=False)
    pack_digest: Mapped[str | None]

    __table_args__ = (UniqueConstraint("body", "day"),)


class TermSuspension(Base):
    """A period whose days do not count, for one matter or for all, by an act of the body."""

    __tablename__ = "term_suspension"

    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Word)
    matter: Mapped[str | None] = mapped_column(Word)
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date]
    reason: Mapped[str]
    source: Mapped[str]
    mark: Mapped[str] = mapped_column(Word)


class RoutingRule(Base):
    """Ordered rule: first match wins."""

    __tablename__ = "routing_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: stable name in the pack
    key: Mapped[str | None] = mapped_column(unique=True)
    position: Mapped[int]
    name: Mapped[str]
    source: Mapped[str] = mapped_column(Word, default="")
    kind: Mapped[str] = mapped_column(Word, default="")
    subject: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    territory_code: Mapped[str] = mapped_column(Word, default="")
    postal_code: Mapped[str] = mapped_column(Word, default="")
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    refer_to: Mapped[str] = mapped_column(default="")
    instruction: Mapped[str] = mapped_column(default="")
    target_days: Mapped[int | None]
    mark: Mapped[str] = mapped_column(Word, default="")
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]
    pack_digest: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)


class Subject(Base):
    """A subject (*tema*) of SUAC and of captures."""

    __tablename__ = "subject"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    aliases: Mapped[list[Any] | None]
    weight: Mapped[int] = mapped_column(default=0)
    mark: Mapped[str] = mapped_column(Word, default="")
    pack_digest: Mapped[str | None]


class Territory(Base):
    """A Unidad Territorial; polygons come with the file that the office loads."""

    __tablename__ = "territory"

    code: Mapped[str] = mapped_column(Word, primary_key=True)
    name: Mapped[str]
    population: Mapped[int | None]
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    #: GeoJSON geometry, or none until loaded
    polygon: Mapped[dict[str, Any] | None]
    mark: Mapped[str] = mapped_column(Word, default="")
    pack_digest: Mapped[str | None]


class Series(Base):
    """A folio series of ours: prefix, width, first number of the year."""

    __tablename__ = "series"

    prefix: Mapped[str] = mapped_column(Word, primary_key=True)
    #: series are tried in this order; an empty source or kind matches any
    position: Mapped[int] = mapped_column(default=0)
    source: Mapped[str] = mapped_column(Word, default="")
    kind: Mapped[str] = mapped_column(Word, default="")
    width: Mapped[int]
    first_number: Mapped[int] = mapped_column(default=1)
    pack_digest: Mapped[str | None]


class SeriesYear(Base):
    """The next number of a series in one year; taken in the transaction that uses it: no gaps."""

    __tablename__ = "series_year"

    prefix: Mapped[str] = mapped_column(ForeignKey("series.prefix"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    next_number: Mapped[int]


class Setting(Base):
    """A setting of the office that is edited on screen or comes from the pack."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
    pack_digest: Mapped[str | None]


class DefaultDesk(Base):
    """The desk of a new case by source and kind, before any rule."""

    __tablename__ = "default_desk"

    source: Mapped[str] = mapped_column(Word, primary_key=True)
    kind: Mapped[str] = mapped_column(Word, primary_key=True, default="")
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    pack_digest: Mapped[str | None]
