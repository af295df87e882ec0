"""All that the page of one case shows, in a fixed number of statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Select, String, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from caseflow.domain.facts import CaseFacts, PetitionerFacts
from caseflow.domain.folios import Series, guesses
from caseflow.domain.people import Actor
from caseflow.domain.phrases import phrase
from caseflow.domain.vocabulary import LinkKind
from caseflow.models import Case, Event, FolioAlias, Link, Note, Petitioner
from caseflow.queries.attachments import FileRow, files_of
from caseflow.queries.facts import load_case
from caseflow.queries.paging import written
from caseflow.queries.people import names
from caseflow.queries.scope import visible
from caseflow.queries.sight import Sight, sight_of

#: The history shows this many lines; nobody reads more on a screen.
LONGEST_HISTORY = 300
#: Lines of the history in the preview pane.
LATEST = 5
#: Cases listed when what was typed fits several.
MOST_MATCHES = 50


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A tie to another case that the reader may see. ``inward``: the other one made it."""

    number: int
    kind: LinkKind
    inward: bool
    ref: str
    folio: str
    subject: str
    state: str

    @property
    def duplicate(self) -> bool:
        """The other case is a duplicate of this one."""
        return self.inward and self.kind is LinkKind.DUPLICATE


@dataclass(frozen=True, slots=True)
class NoteRow:
    """An internal note."""

    number: int
    text: str
    author_id: int | None
    area_id: int | None
    written_at: dt.datetime


@dataclass(frozen=True, slots=True)
class EventRow:
    """One line of the log, as stored."""

    id: int
    action: str
    turn_number: int | None
    actor_id: int | None
    on_behalf: str | None
    entered_at: dt.datetime
    effective_on: dt.date
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case with what hangs from it; ``petitioner`` only for who may know who asks."""

    case: CaseFacts
    sight: Sight
    petitioner: PetitionerFacts | None
    links: tuple[LinkRow, ...]
    notes: tuple[NoteRow, ...]
    files: tuple[FileRow, ...]
    #: newest first
    events: tuple[EventRow, ...]
    names: Mapping[int, str]

    def name(self, user_id: int | None) -> str:
        """Name of a person of the office; without one it was the system."""
        return self.names.get(user_id, "—") if user_id is not None else phrase("Sistema")


@dataclass(frozen=True, slots=True)
class Match:
    """A case that fits what a person typed."""

    ref: str
    folio: str
    subject: str
    state: str
    received_on: dt.date


def find(session: Session, actor: Actor, ref: str) -> CaseFacts | None:
    """The visible case with exactly this ref, its turns and deadlines; three statements."""
    return load_case(session, actor, ref, whole=False)


def may_open(session: Session, actor: Actor, ref: str) -> bool:
    """Whether the actor may open the case with exactly this ref."""
    found = session.connection().execute(_openable(actor), {"ref": ref}).first()
    return found is not None


@lru_cache(maxsize=64)
def _openable(actor: Actor) -> Select[Any]:
    """Kept for the people at work, as ``facts`` keeps the statement that loads a case."""
    asked: Select[Any] = select(Case.id)
    return asked.where(Case.ref == bindparam("ref", type_=String()), visible(actor))


def matches(
    session: Session, actor: Actor, typed: str, series: Sequence[Series]
) -> tuple[Match, ...]:
    """The visible cases that what a person typed may stand for: ref, folio, alias, their number."""
    likely = guesses(typed, series)
    if not likely:
        return ()
    alias = select(FolioAlias.case_id).where(
        or_(FolioAlias.ref.in_(likely), FolioAlias.folio.in_(likely))
    )
    rows = session.execute(
        select(Case.ref, Case.folio, Case.subject, Case.state, Case.received_on)
        .where(
            visible(actor),
            or_(
                Case.ref.in_(likely),
                Case.folio.in_(likely),
                Case.external_folio.in_(likely),
                Case.id.in_(alias),
            ),
        )
        .order_by(Case.id.desc())
        .limit(MOST_MATCHES)
    )
    return tuple(Match(*row) for row in rows)


def load(session: Session, actor: Actor, case: CaseFacts) -> CasePage:
    """The rest of the page of a case that was found: petitioner, links, notes, files, history."""
    sight = sight_of(case, actor)
    petitioner = _petitioner(session, case.id) if sight.person or actor.system else None
    links = _links(session, actor, case.id)
    notes = _notes(session, case.id, sight)
    files = files_of(session, case.id, sight)
    events = _events(session, case.id)
    people = names(session, _people(case, notes, files, events))
    return CasePage(case, sight, petitioner, links, notes, files, events, people)


def preview(session: Session, actor: Actor, case: CaseFacts) -> CasePage:
    """As ``load``, for the preview pane: who asks and the last lines of the history."""
    sight = sight_of(case, actor)
    petitioner = _petitioner(session, case.id) if sight.person else None
    events = _events(session, case.id, _LATEST)
    people = names(session, _people(case, (), (), events))
    return CasePage(case, sight, petitioner, (), (), (), events, people)


def for_act(
    session: Session, actor: Actor, case: CaseFacts, *, person: bool, links: bool
) -> CasePage:
    """As ``load``, for the form of an act: only what that form shows."""
    sight = sight_of(case, actor)
    return CasePage(
        case,
        sight,
        _petitioner(session, case.id) if person and sight.person else None,
        _links(session, actor, case.id) if links else (),
        (),
        (),
        (),
        {},
    )


# Built once: making a statement costs more than running it.
_CASE_ID = bindparam("case_id", type_=BigInteger())
_PETITIONER = select(
    *(Petitioner.__table__.c[field.name] for field in fields(PetitionerFacts))
).where(Petitioner.case_id == _CASE_ID)
_LINKS = (
    select(
        Link.number,
        Link.kind,
        Link.case_id,
        Case.id.label("other_id"),
        Case.ref,
        Case.folio,
        Case.subject,
        Case.state,
    )
    .join(
        Case,
        or_(
            and_(Link.case_id == _CASE_ID, Case.id == Link.other_id),
            and_(Link.other_id == _CASE_ID, Case.id == Link.case_id),
        ),
    )
    .where(or_(Link.case_id == _CASE_ID, Link.other_id == _CASE_ID), Link.ended.is_(False))
    .order_by(Link.case_id != _CASE_ID, Link.case_id, Link.number)
)
_NOTES = (
    select(Note.number, Note.text, Note.author_id, Note.area_id, Note.written_at)
    .where(Note.case_id == _CASE_ID)
    .order_by(Note.number.desc())
)
_EVENTS = (
    select(
        Event.id,
        Event.action,
        Event.turn_number,
        Event.actor_id,
        Event.on_behalf,
        Event.entered_at,
        Event.effective_on,
        Event.data,
    )
    .where(Event.case_id == _CASE_ID)
    .order_by(Event.id.desc())
)
_HISTORY = _EVENTS.limit(written(LONGEST_HISTORY))
_LATEST = _EVENTS.limit(written(LATEST))


def _petitioner(session: Session, case_id: int) -> PetitionerFacts | None:
    row = session.connection().execute(_PETITIONER, {"case_id": case_id}).one_or_none()
    return PetitionerFacts(*row) if row is not None else None


def _links(session: Session, actor: Actor, case_id: int) -> tuple[LinkRow, ...]:
    """Ties in both directions; the other case only where the reader may see it."""
    rows = session.connection().execute(_LINKS, {"case_id": case_id}).all()
    if not rows:
        return ()
    readable = select(Case.id).where(Case.id.in_({row.other_id for row in rows}), visible(actor))
    seen = frozenset(session.scalars(readable))
    return tuple(
        LinkRow(
            row.number,
            LinkKind(row.kind),
            row.case_id != case_id,
            row.ref,
            row.folio,
            row.subject,
            row.state,
        )
        for row in rows
        if row.other_id in seen
    )


def _notes(session: Session, case_id: int, sight: Sight) -> tuple[NoteRow, ...]:
    rows = session.connection().execute(_NOTES, {"case_id": case_id})
    return tuple(NoteRow(*row) for row in rows if sight.note(row.area_id, row.author_id))


def _events(session: Session, case_id: int, asked: Select[Any] = _HISTORY) -> tuple[EventRow, ...]:
    rows = session.connection().execute(asked, {"case_id": case_id})
    return tuple(
        EventRow(
            row.id,
            row.action,
            row.turn_number,
            row.actor_id,
            row.on_behalf,
            row.entered_at,
            row.effective_on,
            row.data or {},
        )
        for row in rows
    )


def _people(
    case: CaseFacts,
    notes: Sequence[NoteRow],
    files: Sequence[FileRow],
    events: Sequence[EventRow],
) -> Iterator[int | None]:
    """Everybody of the office whom the page names."""
    yield case.captured_by_id
    for turn in case.turns.values():
        yield from (turn.assignee_id, turn.routed_by_id, turn.draft_by_id, turn.replied_by_id)
    yield from (note.author_id for note in notes)
    yield from (file.added_by_id for file in files)
    for event in events:
        yield event.actor_id
        if event.action == "assign":
            yield event.data.get("person")
