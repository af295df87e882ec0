"""Which schema this program works with: the newest of its migrations."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


@lru_cache(maxsize=1)
def schema_head() -> str:
    """The revision that the database must be at."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head() or ""
