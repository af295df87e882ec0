"""The event log: what happened, who did it, when it was entered and from when it counts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, BigId, Word


class Event(Base):
    """Append-only: history for people, source of the reports, audit log. Never updated."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: none for acts on the configuration
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    turn_number: Mapped[int | None]
    action: Mapped[str] = mapped_column(Word)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: signed for the head: 'absence' or 'instruction'; 'acting' for an *encargado*
    on_behalf: Mapped[str | None] = mapped_column(Word)
    entered_at: Mapped[dt.datetime]
    effective_on: Mapped[dt.date]
    #: the answers of the form: texts, reasons, dates
    data: Mapped[dict[str, Any] | None] = mapped_column(info={"ordered": True})
    #: what the act changed, row by row: enough to rebuild the state
    changes: Mapped[dict[str, Any] | None] = mapped_column(info={"ordered": True})

    __table_args__ = (
        Index("ix_event_case", "case_id", "id"),
        Index("ix_event_entered", "entered_at"),
        # on whose desk a case lay on an earlier day: the few acts that moved it
        Index(
            "ix_event_desk_moved",
            "case_id",
            "id",
            sqlite_where=text("action IN ('hand_over','restructured')"),
            postgresql_where=text("action IN ('hand_over','restructured')"),
        ),
    )


class EventSeal(Base):
    """The number and the chained digest that the sealing job gave to one committed event."""

    __tablename__ = "event_seal"

    seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(BigId, unique=True)
    #: SHA-256 of the event's contents; the contents may later be erased by law
    payload_sha256: Mapped[str]
    #: HMAC over the previous seal and this one; the key lies outside the database
    chain: Mapped[str]


class AccessRecord(Base):
    """Somebody read a page with personal data (*bitácora de accesos*)."""

    __tablename__ = "access_record"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    #: 'case', 'petitioner', 'attachment', 'export', 'receipt', 'slip'
    what: Mapped[str] = mapped_column(Word)
    at: Mapped[dt.datetime] = mapped_column(index=True)
