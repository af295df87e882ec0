"""What the counter of mediation chooses from: subjects and rooms, lists of the office."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Word


class Topic(Base):
    """A subject of mediation or a matter of advice: lists of the office, ended, never deleted."""

    __tablename__ = "topic"

    id: Mapped[int] = mapped_column(primary_key=True)
    list: Mapped[str] = mapped_column(Word)
    code: Mapped[str] = mapped_column(Word)
    name: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]
    mark: Mapped[str] = mapped_column(Word, default="")
    pack_digest: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (UniqueConstraint("list", "code"),)


class Room(Base):
    """Where sessions are held."""

    __tablename__ = "room"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Word, unique=True)
    name: Mapped[str]
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    mark: Mapped[str] = mapped_column(Word, default="")
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]
    pack_digest: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
