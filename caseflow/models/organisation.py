"""Areas, people, their dated roles, and how they sign in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, BigId, Word


class Area(Base):
    """A node of the organisation tree; ended, never deleted."""

    __tablename__ = "area"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Word, unique=True)
    name: Mapped[str]
    short_name: Mapped[str]
    #: further names that listings use for it
    aliases: Mapped[list[Any] | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    mark: Mapped[str] = mapped_column(Word, default="")
    #: last content taken from the pack; a row edited on screen is left alone
    pack_digest: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)


class User(Base):
    """A person who signs in."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    post: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    keys_on: Mapped[bool] = mapped_column(default=True)
    roomy: Mapped[bool] = mapped_column(default=False)
    #: of the screens; none: Spanish
    language: Mapped[str | None] = mapped_column(Word)
    version: Mapped[int] = mapped_column(default=1)


class Assignment(Base):
    """One role of one person in one area, with its dates (*encargado de despacho* included)."""

    __tablename__ = "assignment"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    role: Mapped[str] = mapped_column(Word)
    acting: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]


class SignIn(Base):
    """A session: a row on the server, so that signing out ends it for good."""

    __tablename__ = "sign_in"

    token_sha256: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    started_at: Mapped[dt.datetime]
    last_seen_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]


class Attempt(Base):
    """A throttled attempt (sign-in, public check): rows, so that every worker counts the same."""

    __tablename__ = "attempt"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: 'account:…', 'address:…', 'folio:…'; hashed, never in clear
    key: Mapped[str]
    at: Mapped[dt.datetime]

    __table_args__ = (Index("ix_attempt_key_at", "key", "at"),)
