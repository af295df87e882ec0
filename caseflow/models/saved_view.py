"""A person's own filters of a list, kept under a name (*vista guardada*)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Word


class SavedView(Base):
    """One name beside the person's menu; nobody else sees it."""

    __tablename__ = "saved_view"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    #: the list: 'bandeja', 'mis-turnos', 'mesa'
    page: Mapped[str] = mapped_column(Word)
    name: Mapped[str]
    #: the filters as they stand in an address; areas by their code
    query: Mapped[str]
    created_at: Mapped[dt.datetime]

    __table_args__ = (UniqueConstraint("user_id", "page", "name"),)
