"""Nothing changes without its event: the last line of defence before a commit.

``commands.work`` writes cases with bulk statements and notes which ones in ``session.info``; so
does ``commands.mediations`` with its files. Any other way of changing them (an object edited by
hand) has no event, and the commit is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.orm import Session

from caseflow.models.case import Attachment, Case, FolioAlias, Link, Note, Petitioner
from caseflow.models.deadline import Deadline
from caseflow.models.event import Event
from caseflow.models.mediation import (
    Commitment,
    Invitation,
    Mediation,
    MediationEvent,
    MediationSession,
    NamedMediator,
    Party,
)
from caseflow.models.turn import Turn


@dataclass(frozen=True, slots=True)
class _Family:
    """A record with what hangs from it, and the history that every change of it leaves."""

    whole: type[Any]
    parts: tuple[type[Any], ...]
    history: type[Any]
    #: how parts and history name the record
    key: str

    @property
    def touched(self) -> str:
        return f"caseflow_touched_{self.key}"

    @property
    def evented(self) -> str:
        return f"caseflow_evented_{self.key}"


CASES: Final = _Family(
    Case, (Turn, Deadline, Petitioner, FolioAlias, Link, Note, Attachment), Event, "case_id"
)
MEDIATIONS: Final = _Family(
    Mediation,
    (NamedMediator, Party, Invitation, MediationSession, Commitment),
    MediationEvent,
    "mediation_id",
)
_FAMILIES = (CASES, MEDIATIONS)


class UnrecordedChange(RuntimeError):
    """A programming error: a guarded row changed and no event of its record came with it."""


def guard(session: Session) -> Session:
    """Make the session refuse to commit a change without its event."""
    event.listen(session, "after_flush", _collect)
    event.listen(session, "before_commit", _refuse)
    event.listen(session, "after_rollback", _forget)
    return session


def note_applied(
    session: Session, touched: set[int], evented: set[int], family: _Family = CASES
) -> None:
    """What a bulk write changed, and for which records of the family it wrote events."""
    session.info.setdefault(family.touched, set()).update(touched)
    session.info.setdefault(family.evented, set()).update(evented)


def _collect(session: Session, context: object) -> None:
    for record in (*session.new, *session.dirty, *session.deleted):
        for family in _FAMILIES:
            if isinstance(record, family.whole):
                session.info.setdefault(family.touched, set()).add(record.id)
            elif isinstance(record, family.parts):
                session.info.setdefault(family.touched, set()).add(getattr(record, family.key))
            elif isinstance(record, family.history) and record in session.new:
                about = getattr(record, family.key)
                if about is not None:
                    session.info.setdefault(family.evented, set()).add(about)


def _refuse(session: Session) -> None:
    session.flush()
    for family in _FAMILIES:
        touched = session.info.pop(family.touched, set())
        silent = touched - session.info.pop(family.evented, set())
        if silent:
            name = family.whole.__tablename__
            raise UnrecordedChange(f"{name}: changed without an event: {sorted(silent)[:10]}")


def _forget(session: Session) -> None:
    for family in _FAMILIES:
        session.info.pop(family.touched, None)
        session.info.pop(family.evented, None)
