"""The case and what hangs from it alone: petitioner, aliases, links, notes, attachments.

Rows below a case are numbered within it (``number``), so that an event can name them before the
database has seen them, and so that the state can be rebuilt from the events.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, BigId, Word

_TURNED_REQUESTS = (
    "state IN ('routed','clarification','payment') AND kind IN ('information','personal_data')"
)
_CAPTURED_LIVE = (
    "captured_by_id IS NOT NULL AND "
    "state IN ('received','routed','review','clarification','payment')"
)


class Case(Base):
    """One matter, one folio, one thread of history (*asunto*)."""

    __tablename__ = "case"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str] = mapped_column(Word)
    #: normalised; with the source it is the identity
    folio: Mapped[str]
    #: the folio as it came, kept for ever
    folio_received: Mapped[str]
    #: ours, where the source's own number is the folio, or the reverse
    external_folio: Mapped[str | None]
    kind: Mapped[str] = mapped_column(Word)
    state: Mapped[str] = mapped_column(Word)
    round: Mapped[int] = mapped_column(default=1)
    desk_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    #: why the case lies on its desk without a turn: '', 'returned', 'withdrawn', 'unroutable'
    desk_mark: Mapped[str] = mapped_column(Word, default="")

    subject: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    channel: Mapped[str] = mapped_column(Word)
    #: instant of filing; its hour counts only where ``filed_has_hour``
    filed_at: Mapped[dt.datetime]
    filed_has_hour: Mapped[bool]
    received_on: Mapped[dt.date]
    #: the reception date was not stated but read from another field of the listing
    received_inferred: Mapped[bool] = mapped_column(default=False)

    street: Mapped[str] = mapped_column(default="")
    colonia: Mapped[str] = mapped_column(default="")
    borough: Mapped[str] = mapped_column(default="")
    borough_inferred: Mapped[bool] = mapped_column(default=False)
    postal_code: Mapped[str] = mapped_column(default="")
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    territory_code: Mapped[str | None] = mapped_column(Word)

    #: the incoming paper: number, date, sender, post, sheets, annexes
    paper: Mapped[dict[str, Any] | None]
    delivery: Mapped[str] = mapped_column(default="")
    #: further columns of the listing, as they came
    extra: Mapped[dict[str, Any] | None]
    #: words a person should read before trusting the row ("estatus abierto con fecha de cierre")
    warnings: Mapped[list[Any] | None]

    #: copies of the governing deadline, kept by ``work.apply`` for the lists
    due_on: Mapped[dt.date | None]
    basis: Mapped[str | None] = mapped_column(Word)

    outcome: Mapped[str | None] = mapped_column(Word)
    answer_text: Mapped[str | None]
    answer_channel: Mapped[str | None] = mapped_column(Word)
    answered_on: Mapped[dt.date | None]
    answered_at: Mapped[dt.datetime | None]
    first_answer_on: Mapped[dt.date | None]
    closed_on: Mapped[dt.date | None]
    #: how it ended: 'closed', 'rule72', 'lapsed', 'desisted', 'listing', 'window', 'complied'
    ending: Mapped[str | None] = mapped_column(Word)
    referred_to: Mapped[str | None]
    clarified: Mapped[bool] = mapped_column(default=False)
    extended: Mapped[bool] = mapped_column(default=False)

    captured_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    captured_at: Mapped[dt.datetime]
    key_digest: Mapped[str | None]
    #: digest of the listing's last values, so that a repeated row is seen as unchanged
    row_digest: Mapped[str | None]
    #: a pending discrepancy between a listing and our work, for a person to settle
    discrepancy: Mapped[dict[str, Any] | None]
    returns: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    #: personal data: which right is exercised, with what the person (or who acts for them) showed
    #: who they are and on which day, and when the right was made effective
    arco_right: Mapped[str | None] = mapped_column(Word)
    identity: Mapped[str | None] = mapped_column(Word)
    identity_on: Mapped[dt.date | None]
    power: Mapped[str | None] = mapped_column(Word)
    effective_on: Mapped[dt.date | None]

    __table_args__ = (
        UniqueConstraint("source", "folio"),
        Index(
            "ix_case_desk_live",
            "desk_id",
            "due_on",
            "id",
            sqlite_where=text("state IN ('received','routed','review','clarification','payment')"),
            postgresql_where=text(
                "state IN ('received','routed','review','clarification','payment')"
            ),
        ),
        # what may lie on a desk without an open turn
        Index(
            "ix_case_desk_waiting",
            "desk_id",
            "due_on",
            "id",
            # only read along, so that counters never touch the table
            "state",
            "desk_mark",
            "kind",
            sqlite_where=text("state IN ('received','review','clarification','payment')"),
            postgresql_where=text("state IN ('received','review','clarification','payment')"),
        ),
        Index("ix_case_desk", "desk_id", "id"),
        # most cases come by listings and have neither
        Index(
            "ix_case_captured_by",
            "captured_by_id",
            "id",
            sqlite_where=text("captured_by_id IS NOT NULL"),
            postgresql_where=text("captured_by_id IS NOT NULL"),
        ),
        Index(
            "ix_case_external",
            "external_folio",
            sqlite_where=text("external_folio IS NOT NULL"),
            postgresql_where=text("external_folio IS NOT NULL"),
        ),
        Index("ix_case_place", "subject", "postal_code", "street"),
        # the weeks of the board: what came in, what was answered, what ended otherwise
        Index("ix_case_received", "received_on", "kind"),
        Index(
            "ix_case_answered",
            "answered_on",
            "kind",
            sqlite_where=text("answered_on IS NOT NULL"),
            postgresql_where=text("answered_on IS NOT NULL"),
        ),
        Index(
            "ix_case_ended_unanswered",
            "closed_on",
            "kind",
            sqlite_where=text("closed_on IS NOT NULL AND answered_on IS NULL"),
            postgresql_where=text("closed_on IS NOT NULL AND answered_on IS NULL"),
        ),
        # the counters beside the menu: of who follows the requests of many areas, of who captures
        Index(
            "ix_case_requests_turned",
            "due_on",
            "id",
            sqlite_where=text(_TURNED_REQUESTS),
            postgresql_where=text(_TURNED_REQUESTS),
        ),
        Index(
            "ix_case_captured_live",
            "captured_by_id",
            "due_on",
            "id",
            sqlite_where=text(_CAPTURED_LIVE),
            postgresql_where=text(_CAPTURED_LIVE),
        ),
        Index(
            "ix_case_discrepancy",
            "id",
            sqlite_where=text("discrepancy IS NOT NULL"),
            postgresql_where=text("discrepancy IS NOT NULL"),
        ),
    )


class Petitioner(Base):
    """Who asks (*solicitante*), apart from the case because it is personal data; one per case."""

    __tablename__ = "petitioner"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    #: folded name, for the hint of duplicates while typing
    name_key: Mapped[str] = mapped_column(default="", index=True)
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    sex: Mapped[str] = mapped_column(default="")
    age: Mapped[int | None]
    #: who acts for the person, where somebody does
    representative: Mapped[str | None]


class FolioAlias(Base):
    """A folio the case was known by before a correction: still finds it."""

    __tablename__ = "folio_alias"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(index=True)
    source: Mapped[str] = mapped_column(Word)
    folio: Mapped[str]


class Link(Base):
    """A case tied to another: duplicate of its principal, related, or derived."""

    __tablename__ = "link"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str] = mapped_column(Word)
    ended: Mapped[bool] = mapped_column(default=False)


class Note(Base):
    """An internal note: never part of an answer."""

    __tablename__ = "note"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: only those at this area (and the desk) read it; none: everybody who sees the case
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    written_at: Mapped[dt.datetime]


class Attachment(Base):
    """A file of a case; its bytes lie in the storage under their digest."""

    __tablename__ = "attachment"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(index=True)
    turn_number: Mapped[int | None]
    #: the appeal it belongs to, for ``purpose`` 'appeal'
    appeal_number: Mapped[int | None]
    #: 'request', 'answer', 'turn', 'appeal', 'other'
    purpose: Mapped[str] = mapped_column(Word)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[dt.datetime]
