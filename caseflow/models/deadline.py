"""Deadlines (*plazos*): one running instance of a term each, with all that its count needs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Word


class Deadline(Base):
    """Input of a count and its cached result; the explanation is made again on demand."""

    __tablename__ = "deadline"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    matter: Mapped[str] = mapped_column(Word)
    step: Mapped[str] = mapped_column(Word)
    basis: Mapped[str] = mapped_column(Word)
    #: the one date by which the case is judged; exactly one per round may be live
    governing: Mapped[bool]
    round: Mapped[int]
    #: reception date the count starts from, and by which the law in force is chosen
    received_on: Mapped[dt.date]
    #: acts that moved the clock, as ``clock.Act`` in JSON, oldest first
    acts: Mapped[list[Any]]
    #: a date given by the platform, which wins until an act of ours moves the clock
    given_on: Mapped[dt.date | None]
    #: business days that an authority set for this case, instead of those of the law pack
    days: Mapped[int | None]
    base_due_on: Mapped[dt.date | None]
    due_on: Mapped[dt.date | None]
    #: for terms in hours
    expires_at: Mapped[dt.datetime | None]
    state: Mapped[str] = mapped_column(Word)
    met_on: Mapped[dt.date | None]
    #: recorded by the tick once for each date that stands, dated on the day it fell due
    became_overdue_on: Mapped[dt.date | None]
    due_soon_on: Mapped[dt.date | None]
    due_on_rectified: Mapped[dt.date | None]
    #: what disproved ``became_overdue_on``; none where that stands
    overdue_rectified: Mapped[str | None]
    #: the notice that began it went out on paper
    on_paper: Mapped[bool | None]

    __table_args__ = (
        Index(
            "ix_deadline_to_record",
            "due_on",
            sqlite_where=text("state = 'running' AND governing AND became_overdue_on IS NULL"),
            postgresql_where=text("state = 'running' AND governing AND became_overdue_on IS NULL"),
        ),
        # said to be overdue, which was disproved: the new date may pass as well
        Index(
            "ix_deadline_to_record_again",
            "due_on",
            sqlite_where=text("state = 'running' AND governing AND overdue_rectified IS NOT NULL"),
            postgresql_where=text(
                "state = 'running' AND governing AND overdue_rectified IS NOT NULL"
            ),
        ),
        Index(
            "ix_deadline_expires",
            "step",
            "expires_at",
            sqlite_where=text("state = 'running' AND expires_at IS NOT NULL"),
            postgresql_where=text("state = 'running' AND expires_at IS NOT NULL"),
        ),
        Index(
            "ix_deadline_step",
            "step",
            "due_on",
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
        Index(
            "ix_deadline_governing_due",
            "due_on",
            "case_id",
            sqlite_where=text("governing"),
            postgresql_where=text("governing"),
        ),
        # the monthly report: answered late, still owed, and dates disproved later
        Index(
            "ix_deadline_late",
            "met_on",
            "case_id",
            sqlite_where=text("governing AND met_on > due_on"),
            postgresql_where=text("governing AND met_on > due_on"),
        ),
        Index(
            "ix_deadline_owed",
            "due_on",
            "case_id",
            sqlite_where=text("governing AND met_on IS NULL"),
            postgresql_where=text("governing AND met_on IS NULL"),
        ),
        # cases in which the person owed an answer or a payment
        Index(
            "ix_deadline_person",
            "case_id",
            sqlite_where=text("step IN ('person_answers_clarification','pay_reproduction')"),
            postgresql_where=text("step IN ('person_answers_clarification','pay_reproduction')"),
        ),
        Index(
            "ix_deadline_rectified",
            "due_on_rectified",
            sqlite_where=text("due_on_rectified IS NOT NULL"),
            postgresql_where=text("due_on_rectified IS NOT NULL"),
        ),
    )
