"""A person's own views of lists: nobody else's are found."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from caseflow.models import SavedView
from caseflow.queries.menu import View


def _of(user_id: int | None) -> Select[int, str, str, str]:
    return select(SavedView.id, SavedView.page, SavedView.name, SavedView.query).where(
        SavedView.user_id == user_id
    )


def views_of(session: Session, user_id: int | None) -> tuple[View, ...]:
    """The views of a person, by list and name."""
    found = [View(*row) for row in session.execute(_of(user_id))]
    return tuple(sorted(found, key=lambda view: (view.page, view.name.casefold())))


def view_of(session: Session, user_id: int | None, view_id: int) -> View | None:
    """One view, if it is the person's."""
    row = session.execute(_of(user_id).where(SavedView.id == view_id)).one_or_none()
    return None if row is None else View(*row)


def naming(code: Any) -> ColumnElement[bool]:
    """The condition of views that narrow their list to an area, by its code."""
    return ("&" + SavedView.query + "&").contains("&area=" + code + "&")
