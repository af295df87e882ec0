"""The record of who read personal data (*bitácora de accesos*).

A line for each page about one case, each card of a person, each file, paper and export, and never
two for one request. Lists on screen leave none: they show a name at most, within the reader's own
scope, never how to reach the person; whoever takes such a list along as a file does leave a line.
"""

from __future__ import annotations

from sqlalchemy import insert

from caseflow.commands.work import Work
from caseflow.models import AccessRecord

# a statement rather than an object: this one small write is most of what reading a case writes
_RECORD = insert(AccessRecord).inline()


def note_access(work: Work, case_id: int | None, what: str) -> None:
    """One line: this person read this, now. ``what`` as ``AccessRecord.what``."""
    if work.actor.user_id is not None:
        record = {"user_id": work.actor.user_id, "case_id": case_id, "what": what, "at": work.now}
        work.session.connection().execute(_RECORD, record)
