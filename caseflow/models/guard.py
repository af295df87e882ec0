"""No case or turn changes without its event: the last line of defence before a commit.

``commands.work`` writes cases with bulk statements and notes which ones in ``session.info``; any
other way of changing them (an object edited by hand) has no event, and the commit is refused.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from caseflow.models.case import Attachment, Case, FolioAlias, Link, Note, Petitioner
from caseflow.models.deadline import Deadline
from caseflow.models.event import Event
from caseflow.models.turn import Turn

_GUARDED = (Case, Turn, Deadline, Petitioner, FolioAlias, Link, Note, Attachment)
_TOUCHED, _EVENTED = "caseflow_touched", "caseflow_evented"


class UnrecordedChange(RuntimeError):
    """A programming error: a guarded row changed and no event of its case came with it."""


def guard(session: Session) -> Session:
    """Make the session refuse to commit a change without its event."""
    event.listen(session, "after_flush", _collect)
    event.listen(session, "before_commit", _refuse)
    event.listen(session, "after_rollback", _forget)
    return session


def note_applied(session: Session, touched: set[int], evented: set[int]) -> None:
    """What a bulk write changed, and for which cases it wrote events."""
    session.info.setdefault(_TOUCHED, set()).update(touched)
    session.info.setdefault(_EVENTED, set()).update(evented)


def _case_id(record: Any) -> int:
    return int(record.id if isinstance(record, Case) else record.case_id)


def _collect(session: Session, context: object) -> None:
    for record in (*session.new, *session.dirty, *session.deleted):
        if isinstance(record, _GUARDED):
            session.info.setdefault(_TOUCHED, set()).add(_case_id(record))
        elif isinstance(record, Event) and record in session.new and record.case_id is not None:
            session.info.setdefault(_EVENTED, set()).add(record.case_id)


def _refuse(session: Session) -> None:
    session.flush()
    silent = session.info.pop(_TOUCHED, set()) - session.info.pop(_EVENTED, set())
    if silent:
        raise UnrecordedChange(f"cases changed without an event: {sorted(silent)[:10]}")


def _forget(session: Session) -> None:
    session.info.pop(_TOUCHED, None)
    session.info.pop(_EVENTED, None)
