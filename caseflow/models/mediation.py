"""A mediation file: apart from the cases, with readers of its own.

There is no column for what is said in a session, and there shall be none.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, BigId, Word


class Mediation(Base):
    """One file. Texts in it are for the named mediators and their head alone."""

    __tablename__ = "mediation"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ref: Mapped[str] = mapped_column(Word, unique=True)
    state: Mapped[str] = mapped_column(Word)
    #: the area that mediates: its heads open every file of it
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    #: code of the office's list of subjects
    subject: Mapped[str] = mapped_column(Word)
    street: Mapped[str] = mapped_column(default="")
    colonia: Mapped[str] = mapped_column(default="")
    territory_code: Mapped[str | None] = mapped_column(Word)
    received_on: Mapped[dt.date]
    registered_at: Mapped[dt.datetime]
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    parent_case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    screened_on: Mapped[dt.date | None]
    mediable: Mapped[bool | None]
    not_mediable: Mapped[str | None] = mapped_column(Word)
    sent_to: Mapped[str] = mapped_column(default="")
    first_session_on: Mapped[dt.date | None]
    agreed_on: Mapped[dt.date | None]
    closed_on: Mapped[dt.date | None]
    outcome: Mapped[str | None] = mapped_column(Word)
    #: counts its reopenings
    round: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        Index("ix_mediation_area_received", "area_id", "received_on", "id"),
        Index(
            "ix_mediation_open",
            "area_id",
            "id",
            sqlite_where=text("state <> 'closed'"),
            postgresql_where=text("state <> 'closed'"),
        ),
        Index("ix_mediation_registered_by", "registered_by_id", "id"),
    )


class NamedMediator(Base):
    """Who mediates a file, from when to when: they and their head read it, nobody else."""

    __tablename__ = "named_mediator"

    mediation_id: Mapped[int] = mapped_column(ForeignKey("mediation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    named_on: Mapped[dt.date]
    ended_on: Mapped[dt.date | None]

    __table_args__ = (
        Index(
            "ix_named_mediator_now",
            "user_id",
            "mediation_id",
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
    )


class Party(Base):
    """A person or a group in conflict, who comes with whom, and how to reach them."""

    __tablename__ = "mediation_party"

    mediation_id: Mapped[int] = mapped_column(ForeignKey("mediation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Word)
    side: Mapped[str] = mapped_column(Word)
    name: Mapped[str]
    #: the name as it is searched for: without case and accents (``domain.folding``)
    folded: Mapped[str]
    #: who speaks for a group
    spokesperson: Mapped[str] = mapped_column(default="")
    counsel: Mapped[str] = mapped_column(default="")
    companion: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    sex: Mapped[str] = mapped_column(Word, default="unsaid")
    age_group: Mapped[str] = mapped_column(Word, default="unsaid")
    consent_on: Mapped[dt.date | None]


class Invitation(Base):
    """One invitation to one party: when sent, for which session, how delivered, what they said."""

    __tablename__ = "mediation_invitation"

    mediation_id: Mapped[int] = mapped_column(ForeignKey("mediation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    party: Mapped[int]
    sent_on: Mapped[dt.date]
    means: Mapped[str] = mapped_column(Word)
    delivered_on: Mapped[dt.date | None]
    result: Mapped[str] = mapped_column(Word, default="pending")


class MediationSession(Base):
    """A session held or not: date, room, who mediated, who came, what follows; no word of it."""

    __tablename__ = "mediation_session"

    mediation_id: Mapped[int] = mapped_column(ForeignKey("mediation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    held_on: Mapped[dt.date]
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    mediator_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    #: numbers of the parties that came
    attended: Mapped[list[Any]]
    outcome: Mapped[str] = mapped_column(Word)


class Commitment(Base):
    """What a party of the agreement must do, until when, and whether it did."""

    __tablename__ = "mediation_commitment"

    mediation_id: Mapped[int] = mapped_column(ForeignKey("mediation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    party: Mapped[int]
    what: Mapped[str]
    due_on: Mapped[dt.date]
    result: Mapped[str] = mapped_column(Word, default="pending")
    result_on: Mapped[dt.date | None]

    __table_args__ = (
        Index(
            "ix_commitment_pending",
            "due_on",
            sqlite_where=text("result = 'pending'"),
            postgresql_where=text("result = 'pending'"),
        ),
    )


class MediationEvent(Base):
    """Append-only history of a file: who did what and when, words of lists and numbers.

    The reason of a reopening is its only text; it is shown where the file is, nowhere else.
    """

    __tablename__ = "mediation_event"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    mediation_id: Mapped[int] = mapped_column(ForeignKey("mediation.id"))
    action: Mapped[str] = mapped_column(Word)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    entered_at: Mapped[dt.datetime]
    effective_on: Mapped[dt.date]
    data: Mapped[dict[str, Any] | None]

    __table_args__ = (Index("ix_mediation_event_file", "mediation_id", "id"),)


class MediationReading(Base):
    """Somebody opened a file: reading is recorded too."""

    __tablename__ = "mediation_reading"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    mediation_id: Mapped[int] = mapped_column(ForeignKey("mediation.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    #: 'file', 'form'
    what: Mapped[str] = mapped_column(Word)
    at: Mapped[dt.datetime]
