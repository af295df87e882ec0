"""What forms offer to choose from: subjects and territories, by name."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Subject, Territory


def subjects(session: Session) -> tuple[str, ...]:
    return tuple(session.scalars(select(Subject.name).order_by(Subject.name)))


def territories(session: Session) -> tuple[tuple[str, str], ...]:
    """(code, "06-045 · Agrícola Oriental VI") in the order of their names."""
    rows = session.execute(select(Territory.code, Territory.name).order_by(Territory.name))
    return tuple((row.code, f"{row.name.title()} · {row.code}") for row in rows)
