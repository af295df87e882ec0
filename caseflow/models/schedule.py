"""The scheduler's memory: who holds the lease, which period each job has done, the mail to send."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, BigId, Word


class Lease(Base):
    """Who may act as the scheduler, until when; ``fence`` grows with every new holder."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    fence: Mapped[int]
    expires_at: Mapped[dt.datetime]


class JobRun(Base):
    """One job did one period: the unique row that makes every effect happen once."""

    __tablename__ = "job_run"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    job: Mapped[str] = mapped_column(Word)
    #: the instant or month it stands for: '2026-11-24T07:05', '2026-10'
    period: Mapped[str] = mapped_column(Word)
    fence: Mapped[int]
    started_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]
    counts: Mapped[dict[str, Any] | None]
    #: 'running', 'done', 'failed'
    state: Mapped[str] = mapped_column(Word)
    problem: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("job", "period"),
        Index("ix_job_run_job_started", "job", "started_at"),
    )


class SpoiledItem(Base):
    """A case or an event at which a job fails: how often so far, and when it is tried again.

    After some tries it is set aside until a person asks for another; the others went on.
    """

    __tablename__ = "spoiled_item"

    #: the job: 'tick' (its items are cases), 'seal' (events)
    job: Mapped[str] = mapped_column(Word, primary_key=True)
    item_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    tries: Mapped[int]
    first_at: Mapped[dt.datetime]
    last_at: Mapped[dt.datetime]
    next_try_at: Mapped[dt.datetime]
    #: not tried again by itself from then on
    set_aside_at: Mapped[dt.datetime | None]
    #: the kind of the error, never its words: they may hold what a person wrote
    problem: Mapped[str] = mapped_column(Word)


class Mail(Base):
    """The outbox: written with the change that causes it, delivered later, Message-ID fixed.

    The same row is the person's notice on screen (*aviso*).
    """

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    #: 'queued', 'sending', 'sent', 'failed', 'held'
    state: Mapped[str] = mapped_column(Word)
    attempts: Mapped[int] = mapped_column(default=0)
    #: while 'sending': when whoever took it is given up for dead, and another tries
    next_try_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]
    problem: Mapped[str | None]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    #: whom it tells on screen as well, since when, and when that person read it there
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    written_at: Mapped[dt.datetime | None]
    read_at: Mapped[dt.datetime | None]

    __table_args__ = (
        Index("ix_mail_person", "user_id", "id"),
        Index(
            "ix_mail_unread",
            "user_id",
            "id",
            sqlite_where=text("read_at IS NULL AND user_id IS NOT NULL"),
            postgresql_where=text("read_at IS NULL AND user_id IS NOT NULL"),
        ),
        Index(
            "ix_mail_queue",
            "next_try_at",
            sqlite_where=text("state IN ('queued','sending')"),
            postgresql_where=text("state IN ('queued','sending')"),
        ),
    )


class ClosedReport(Base):
    """A month handed in: rows, totals, tree and bytes as they were; editions are never replaced."""

    __tablename__ = "closed_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(Word)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    #: '' for all kinds of case, 'transparency' for those of that office alone
    scope: Mapped[str] = mapped_column(Word, default="")
    edition: Mapped[int]
    closed_at: Mapped[dt.datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(default="")
    #: the whole report as ``OverdueReport.as_json``
    report: Mapped[dict[str, Any]]
    #: its totals alone, for the chart of the later months
    totals: Mapped[dict[str, Any]]
    #: format → {'sha256', 'size'}; the bytes lie in the storage
    files: Mapped[dict[str, Any]]

    __table_args__ = (UniqueConstraint("month", "area_id", "scope", "edition"),)
