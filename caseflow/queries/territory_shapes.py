"""The territories as a map shows them: their names, and the polygons that the office loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Setting, Territory
from caseflow.queries.territories import POLYGONS


def names(session: Session) -> dict[str, str]:
    """The names of all territories by their code."""
    rows = session.execute(select(Territory.code, Territory.name).order_by(Territory.code))
    return {row.code: row.name for row in rows}


def loaded(session: Session) -> str | None:
    """The digest of the loaded polygons; none where the office has loaded none."""
    stamp = session.scalar(select(Setting.value).where(Setting.name == POLYGONS))
    return None if stamp is None else str(stamp["digest"])


def polygons(session: Session) -> dict[str, Mapping[str, Any]]:
    """The loaded polygons by code, as GeoJSON geometries."""
    rows = session.execute(
        select(Territory.code, Territory.polygon)
        .where(Territory.polygon.is_not(None))
        .order_by(Territory.code)
    )
    return {row.code: row.polygon for row in rows}
