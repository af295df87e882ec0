"""Appeals (*recursos de revisión*): a record of the case with a workflow of its own."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Word

_OPEN = "state IN ('admitted','stated','ruled')"


class Appeal(Base):
    """One appeal against an answer, or against silence. Its deadlines are rows of ``deadline``."""

    __tablename__ = "appeal"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    #: round of the case in which it was admitted
    round: Mapped[int]
    state: Mapped[str] = mapped_column(Word)
    #: the number by which the authority knows it ("RR.IP.0123/2026")
    file_number: Mapped[str]
    #: who decides it: free text, no authority is a constant
    authority: Mapped[str]
    #: when the person filed it, and when the office was told that it was admitted
    filed_on: Mapped[dt.date]
    admitted_on: Mapped[dt.date]
    #: what the person complains of
    grounds: Mapped[str]
    #: numbers of its deadlines: the person's to file it, the office's to state and to comply
    window: Mapped[int | None]
    statements: Mapped[int | None]
    stated_on: Mapped[dt.date | None]
    statements_text: Mapped[str | None]
    #: when the office was told of the ruling
    ruled_on: Mapped[dt.date | None]
    sense: Mapped[str | None] = mapped_column(Word)
    ruling_text: Mapped[str | None]
    #: what the ruling orders to do
    order_text: Mapped[str | None]
    comply: Mapped[int | None]
    #: what the ruling's reopening took away, so that a mistaken ruling can be taken back
    reopened: Mapped[dict[str, Any] | None]
    complied_on: Mapped[dt.date | None]
    compliance_text: Mapped[str | None]
    ended_on: Mapped[dt.date | None]
    #: how it ended: 'ruled' (nothing to do), 'mistake' (it was none of this case)
    ending: Mapped[str | None] = mapped_column(Word)

    __table_args__ = (
        Index("ix_appeal_open", "case_id", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
    )
