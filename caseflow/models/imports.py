"""Import batches and bulk jobs: rows staged with their verdicts, so that a kill loses nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Word


class Batch(Base):
    """One listing that somebody handed in, kept by its hash (*importación*)."""

    __tablename__ = "batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    profile: Mapped[str] = mapped_column(Word)
    #: the source of its rows: who may import it may see it
    source: Mapped[str] = mapped_column(Word)
    filename: Mapped[str]
    sha256: Mapped[str]
    take_all: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime]
    #: 'refused', 'staging', 'preview', 'taking', 'applying', 'done', 'discarded'
    state: Mapped[str] = mapped_column(Word)
    #: why it was refused, in one sentence
    refusal: Mapped[str | None]
    #: how the file was read: size, format, reading, columns with their fields, first and last day
    about: Mapped[dict[str, Any]]
    rows: Mapped[int] = mapped_column(default=0)
    #: number of the last row staged: an interrupted reading goes on behind it
    staged_to: Mapped[int] = mapped_column(default=0)
    #: what the preview expects, verdict → count (and ``discrepancies``); empty without a preview
    forecast: Mapped[dict[str, Any]]
    #: verdict → count, kept with each chunk
    counts: Mapped[dict[str, Any]]
    discrepancies: Mapped[int] = mapped_column(default=0)
    #: what a person should know of the file: sheets not read, title lines, error cells
    warnings: Mapped[list[Any] | None]
    #: the scheduler goes on with it; a batch of the command line is its own process's
    handed_over: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]
    #: a person stopped it between two chunks, until somebody resumes it
    paused_at: Mapped[dt.datetime | None]
    paused_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: its quarantine is being tried again: the last row that was; none: it is not
    retried_to: Mapped[int | None]
    retried_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (
        Index("ix_batch_sha256", "sha256"),
        Index(
            "ix_batch_retried_to",
            "id",
            sqlite_where=text("retried_to IS NOT NULL"),
            postgresql_where=text("retried_to IS NOT NULL"),
        ),
        Index(
            "ix_batch_handed_over",
            "id",
            sqlite_where=text("handed_over AND state IN ('staging','taking','applying')"),
            postgresql_where=text("handed_over AND state IN ('staging','taking','applying')"),
        ),
    )


class BatchRow(Base):
    """One row of a listing as staged, and what became of it."""

    __tablename__ = "batch_row"

    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    #: row number as in the sheet
    number: Mapped[int] = mapped_column(primary_key=True)
    #: the cells as they came, in the order of the batch's columns
    raw: Mapped[list[Any]]
    #: the row as read by the profile; none when it could not be read
    clean: Mapped[dict[str, Any] | None]
    problems: Mapped[list[Any] | None]
    #: what the preview expects; never trusted by the apply
    forecast: Mapped[str | None] = mapped_column(Word)
    verdict: Mapped[str | None] = mapped_column(Word)
    #: what it changed, or why it was set aside: [{column, before, after}] or reasons
    detail: Mapped[list[Any] | None]
    #: it says something else than our work, and a person settles which is right
    discrepant: Mapped[bool] = mapped_column(default=False)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    discarded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    discard_reason: Mapped[str | None]

    __table_args__ = (
        Index(
            "ix_batch_row_to_do",
            "batch_id",
            "number",
            sqlite_where=text("verdict IS NULL"),
            postgresql_where=text("verdict IS NULL"),
        ),
        Index("ix_batch_row_verdict", "batch_id", "verdict", "number"),
        # what waits to be mended, of all batches
        Index(
            "ix_batch_row_quarantine",
            "batch_id",
            "number",
            sqlite_where=text("verdict = 'quarantined' AND discard_reason IS NULL"),
            postgresql_where=text("verdict = 'quarantined' AND discard_reason IS NULL"),
        ),
        Index(
            "ix_batch_row_forecast",
            "batch_id",
            "forecast",
            "number",
            sqlite_where=text("verdict IS NULL AND forecast IS NOT NULL"),
            postgresql_where=text("verdict IS NULL AND forecast IS NOT NULL"),
        ),
        Index(
            "ix_batch_row_discrepant",
            "batch_id",
            "number",
            sqlite_where=text("discrepant"),
            postgresql_where=text("discrepant"),
        ),
        Index(
            "ix_batch_row_case",
            "case_id",
            sqlite_where=text("case_id IS NOT NULL"),
            postgresql_where=text("case_id IS NOT NULL"),
        ),
    )


class Job(Base):
    """Long work that somebody asked for: hundreds of reassignments, thousands of dates."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(Word)
    #: the form's answers, the same for every item
    data: Mapped[dict[str, Any]]
    #: none: the system itself, from the command line
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    #: what the items came to so far, by name, where the kind of job counts more than verdicts
    counts: Mapped[dict[str, Any] | None]
    #: the job that undid this one
    undone_by: Mapped[int | None]
    #: submitting the same form twice makes one job
    nonce: Mapped[str] = mapped_column(unique=True)


class JobItem(Base):
    """One turn of a job, or one case, and its verdict, written in the transaction of its change."""

    __tablename__ = "job_item"

    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    #: 0: the case as a whole
    turn_number: Mapped[int]
    #: none while waiting, then 'done' or 'refused'
    verdict: Mapped[str | None] = mapped_column(Word)
    reason: Mapped[str | None]
    result: Mapped[dict[str, Any] | None]

    __table_args__ = (
        Index(
            "ix_job_item_to_do",
            "job_id",
            "position",
            sqlite_where=text("verdict IS NULL"),
            postgresql_where=text("verdict IS NULL"),
        ),
    )


class FormNonce(Base):
    """A form already acted on: a double click or a browser's retry makes one case, not two."""

    __tablename__ = "form_nonce"

    nonce: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[dt.datetime]
    ref: Mapped[str]
