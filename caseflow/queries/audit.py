"""The event log as evidence: what each seal covers, and whether every seal still holds.

A seal numbers a committed event and chains it: ``chain = HMAC(key, chain before, number, event,
digest of its contents)``. The key lies outside the database, and so does the head of the chain, in
a signed file: without it, a log cut off at the end would look whole.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Text, cast, func, select
from sqlalchemy.orm import Session

from caseflow.jsontext import ordered_text
from caseflow.models import Event, EventSeal, JobRun

#: Name of the job whose runs remember how far everything was sealed.
SEAL_JOB = "seal"
#: No transaction lasts this long: what a run saw then, and what was under way beside it, is there.
SETTLED = dt.timedelta(minutes=15)
#: Rows read at a time; a million events take some two hundred reads.
BATCH = 5_000
#: Problems listed; more are only counted.
LISTED = 50

_CONTENTS = (
    Event.case_id,
    Event.turn_number,
    Event.action,
    Event.actor_id,
    Event.on_behalf,
    Event.entered_at,
    Event.effective_on,
    cast(Event.data, Text),
    cast(Event.changes, Text),
)
_one_value = json.JSONDecoder().raw_decode


@dataclass(frozen=True, slots=True)
class Head:
    """The last seal: its number, its event and the chain up to it."""

    seq: int = 0
    event_id: int = 0
    chain: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"seq": self.seq, "event_id": self.event_id, "chain": self.chain}


@dataclass(frozen=True, slots=True)
class Problem:
    """One place where the log does not hold, by the number of its seal (0: none)."""

    seq: int
    event_id: int
    what: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a walk over the whole log found. ``count`` may exceed the ``problems`` listed."""

    events: int
    sealed: int
    head: Head
    count: int
    problems: tuple[Problem, ...]

    @property
    def holds(self) -> bool:
        return self.count == 0


def contents_sha256(contents: Sequence[Any]) -> str:
    """The digest of an event's contents, given in the order of its columns, its JSON as text.

    It is of the meaning, not of the spelling: keys in order, no blanks. Raises ``ValueError`` for
    contents that could not be read.
    """
    *front, entered_at, effective_on, data, changes = contents
    dates = entered_at.isoformat(), effective_on.isoformat()
    text = ordered_text([*front, *dates, _decoded(data), _decoded(changes)])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def holds_contents(digest: str, contents: Sequence[Any]) -> bool:
    """Whether the contents are those that the digest was made of.

    Events are stored in the spelling of their digest, so mostly there is nothing to decode. But
    ``data`` is looked at: were its end moved into ``changes``, both together would read as before.
    """
    try:
        case_id, turn, action, actor_id, on_behalf, entered_at, effective_on, *rest = contents
        data, changes = (text or "null" for text in rest)
        text = (
            f"[{_number(case_id)},{_number(turn)},{_word(action)},{_number(actor_id)},"
            f'{_word(on_behalf)},"{entered_at.isoformat()}","{effective_on.isoformat()}",'
            f"{data},{changes}]"
        )
        found = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        if found == digest and _one_value(data)[1] == len(data):
            return True
        return contents_sha256(contents) == digest
    except ValueError:
        return False


def _decoded(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)


@lru_cache(maxsize=256)
def _word(value: str | None) -> str:
    return ordered_text(value)


def chained(key: bytes, before: str, seq: int, event_id: int, contents: str) -> str:
    """The chain up to seal ``seq``."""
    link = f"{before}|{seq}|{event_id}|{contents}".encode("ascii")
    return hmac.digest(key, link, "sha256").hex()


def signature(key: bytes, head: Head) -> str:
    """Signs the head that is kept outside the database."""
    return hmac.digest(key, b"head|" + ordered_text(head.as_json()).encode(), "sha256").hex()


def read_head(text: str, key: bytes) -> Head | None:
    """The head in the text of its file; none where the text is not one that we signed."""
    try:
        given: Mapping[str, Any] = json.loads(text)
        head = Head(int(given["seq"]), int(given["event_id"]), str(given["chain"]))
        signed = str(given["signature"])
    except (LookupError, TypeError, ValueError):
        return None
    return head if hmac.compare_digest(signed, signature(key, head)) else None


def stored_head(session: Session) -> Head:
    """The last seal in the database."""
    row = session.execute(
        select(EventSeal.seq, EventSeal.event_id, EventSeal.chain)
        .order_by(EventSeal.seq.desc())
        .limit(1)
    ).one_or_none()
    return Head(*row) if row is not None else Head()


def holds_head(session: Session, head: Head) -> bool:
    """Whether the database still has the seal that the file names."""
    if head.seq == 0:
        return True
    found = session.execute(
        select(EventSeal.event_id, EventSeal.chain).where(EventSeal.seq == head.seq)
    ).one_or_none()
    return found is not None and tuple(found) == (head.event_id, head.chain)


def settled_floor(session: Session, now: dt.datetime) -> int:
    """An event id up to which everything is sealed, so that what is new is found cheaply.

    Ids may be committed out of order; so the floor is what a run saw a while ago.
    """
    counts = session.scalar(
        select(JobRun.counts)
        .where(JobRun.job == SEAL_JOB, JobRun.state == "done", JobRun.started_at < now - SETTLED)
        .order_by(JobRun.started_at.desc())
        .limit(1)
    )
    return int((counts or {}).get("top", 0))


def top_event(session: Session) -> int:
    return session.scalar(select(func.max(Event.id))) or 0


def unsealed(
    session: Session, above: int, most: int, without: Collection[int] = ()
) -> list[tuple[int, Sequence[Any]]]:
    """Committed events without a seal, above an id: their ids and contents, in order.

    At most ``most``, and fewer where one of them cannot be read; that one comes without contents.
    """
    bare = (
        select(Event.id)
        .outerjoin(EventSeal, EventSeal.event_id == Event.id)
        .where(Event.id > above, EventSeal.event_id.is_(None), Event.id.not_in(sorted(without)))
        .order_by(Event.id)
    )
    return [(row[0], row[1:]) for row in _read(session, bare, most)]


def _read(session: Session, bare: Select[*tuple[Any, ...]], most: int) -> Sequence[Sequence[Any]]:
    """The next rows with the contents of their events, none where the first cannot be read.

    SQLite keeps any text as a date, and reading it fails for all the rows that were asked for.
    """
    try:
        return session.execute(bare.add_columns(*_CONTENTS).limit(most)).all()
    except ValueError:
        if most == 1:
            return session.execute(bare.limit(1)).all()
        return _read(session, bare, most // 2)


def oldest_unsealed_at(session: Session, now: dt.datetime) -> dt.datetime | None:
    """When the oldest event without a seal was entered."""
    return session.scalar(
        select(func.min(Event.entered_at))
        .outerjoin(EventSeal, EventSeal.event_id == Event.id)
        .where(Event.id > settled_floor(session, now), EventSeal.event_id.is_(None))
    )


def verify(
    session: Session, key: bytes, kept: Head | None, *, all_sealed: bool = True
) -> Verification:
    """Walk the whole log: order, chain, contents, nothing missing, and the end that was kept.

    ``kept`` is the head in the file outside the database, none where there is no such file or it
    is not ours. Sealing comes first: an event without a seal counts as a problem here, unless
    ``all_sealed`` is false, as for a copy made between two sealings.
    """
    walk = _Walk(key)
    for row in _sealed_rows(session):
        walk.step(row)
    head = walk.head
    bare = session.scalar(
        select(func.count())
        .select_from(Event)
        .outerjoin(EventSeal, EventSeal.event_id == Event.id)
        .where(EventSeal.event_id.is_(None))
    )
    if bare and all_sealed:
        walk.say(0, 0, f"{bare} eventos sin sellar")
    if kept is None and head.seq:
        walk.say(head.seq, 0, "falta el archivo que guarda el final de la cadena, o no es nuestro")
    elif kept is not None and not holds_head(session, kept):
        walk.say(
            min(kept.seq, head.seq + 1),
            0,
            f"la cadena llegaba hasta el sello {kept.seq}, que ya no está en la base",
        )
    events = session.scalar(select(func.count()).select_from(Event)) or 0
    return Verification(events, walk.sealed, head, walk.count, tuple(walk.problems))


def _sealed_rows(session: Session) -> Iterator[Sequence[Any]]:
    after = -1
    while True:
        bare = (
            select(
                EventSeal.seq,
                EventSeal.event_id,
                EventSeal.payload_sha256,
                EventSeal.chain,
                Event.id,
            )
            .outerjoin(Event, Event.id == EventSeal.event_id)
            .where(EventSeal.seq > after)
            .order_by(EventSeal.seq)
        )
        rows = _read(session, bare, BATCH)
        if not rows:
            return
        yield from rows
        after = rows[-1][0]


class _Walk:
    """The chain so far. After a fault it goes on from what is stored, so that others are seen."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self.head = Head()
        self.sealed = 0
        self.count = 0
        self.problems: list[Problem] = []

    def say(self, seq: int, event_id: int, what: str) -> None:
        self.count += 1
        if len(self.problems) < LISTED:
            self.problems.append(Problem(seq, event_id, what))

    def step(self, row: Sequence[Any]) -> None:
        seq, event_id, contents, chain, found = row[:5]
        if seq != self.head.seq + 1:
            self.say(seq, event_id, f"faltan los sellos {self.head.seq + 1} a {seq - 1}")
        if chain != chained(self.key, self.head.chain, seq, event_id, contents):
            self.say(seq, event_id, "la cadena se rompe aquí")
        if found is None:
            self.say(seq, event_id, "el evento ya no está")
        elif not holds_contents(contents, row[5:]):
            self.say(seq, event_id, "el contenido del evento cambió")
        self.head = Head(seq, event_id, chain)
        self.sealed += 1
