"""The record of who read personal data (*bitácora de accesos*)."""

from __future__ import annotations

from caseflow.commands.work import Work
from caseflow.models import AccessRecord


def note_access(work: Work, case_id: int | None, what: str) -> None:
    """One line: this person read this, now. ``what`` as ``AccessRecord.what``."""
    if work.actor.user_id is not None:
        work.session.add(
            AccessRecord(user_id=work.actor.user_id, case_id=case_id, what=what, at=work.now)
        )
