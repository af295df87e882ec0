"""The territories: their names, and the locator over the polygons that the office loaded."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.domain.places import Locator
from caseflow.models import Setting, Territory

#: Setting that says which polygons are loaded: ``{"digest": …, "file": …}``.
POLYGONS = "territories"

#: The last locator of this process, by the digest of its polygons: they change once a year.
_prepared: dict[str, Locator] = {}


def locator(session: Session) -> Locator | None:
    """The locator over the loaded polygons; none where the office has loaded none."""
    stamp = session.scalar(select(Setting.value).where(Setting.name == POLYGONS))
    if stamp is None:
        return None
    digest = str(stamp["digest"])
    found = _prepared.get(digest)
    if found is None:
        found = Locator(
            (code, polygon)
            for code, polygon in session.execute(
                select(Territory.code, Territory.polygon).where(Territory.polygon.is_not(None))
            )
        )
        _prepared.clear()
        _prepared[digest] = found
    return found if len(found) else None
