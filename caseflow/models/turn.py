"""The turn (*turno*): the share of a case that one area must do."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Word

_OPEN = "state IN ('pending','accepted')"


class Turn(Base):
    """What one area must do about one case, and by when."""

    __tablename__ = "turn"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    round: Mapped[int]
    state: Mapped[str] = mapped_column(Word)
    instruction: Mapped[str]
    #: name of the rule that routed it; empty when a person did
    rule_name: Mapped[str] = mapped_column(default="")
    routed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    routed_at: Mapped[dt.datetime]
    #: the internal target; never the legal clock
    target_on: Mapped[dt.date | None]
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    accepted_at: Mapped[dt.datetime | None]
    draft_text: Mapped[str | None]
    draft_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reply_text: Mapped[str | None]
    #: signed by, on behalf of the head where it was not the head: 'absence', 'instruction'
    replied_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[dt.datetime | None]
    end_reason: Mapped[str | None]
    #: number of the turn that replaced this one after a return or a reassignment
    replaced_by: Mapped[int | None]
    #: the sender lets the other areas of the case read this reply
    shared: Mapped[bool] = mapped_column(default=False)
    target_missed_on: Mapped[dt.date | None]
    version: Mapped[int] = mapped_column(default=1)

    #: copies for the inbox: the governing date of the case, and whether its clock rests
    due_on: Mapped[dt.date | None]
    waiting: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        # the inbox of an area, most urgent first, and its counters, from the index alone
        Index(
            "ix_turn_inbox",
            "area_id",
            "waiting",
            "due_on",
            "case_id",
            "number",
            # only read along, so that counters never touch the table
            "state",
            "assignee_id",
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        # the same for who supervises every area: no area to begin with
        Index(
            "ix_turn_urgent",
            "waiting",
            "due_on",
            "case_id",
            "number",
            # only read along; SQLite reads the state even where the index implies it
            "assignee_id",
            "state",
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        # replies that wait for the head's signature
        Index(
            "ix_turn_drafted",
            "area_id",
            "case_id",
            sqlite_where=text(_OPEN + " AND draft_text IS NOT NULL"),
            postgresql_where=text(_OPEN + " AND draft_text IS NOT NULL"),
        ),
        # the same for who works on turns of their own
        Index(
            "ix_turn_assignee",
            "assignee_id",
            "waiting",
            "due_on",
            "case_id",
            "number",
            "state",
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        Index("ix_turn_area_case", "area_id", "case_id"),
        Index("ix_turn_routed_by", "routed_by_id", "case_id"),
        Index(
            "ix_turn_target",
            "target_on",
            sqlite_where=text(_OPEN + " AND target_missed_on IS NULL"),
            postgresql_where=text(_OPEN + " AND target_missed_on IS NULL"),
        ),
    )
