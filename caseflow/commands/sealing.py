"""Sealing the event log: committed events get a number without gaps and a link in the chain.

Not on the write path: nobody who works on a case waits for it. A job does it each minute, and
``flask audit verify`` before it looks.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
from collections.abc import Collection
from pathlib import Path

from caseflow import dialect
from caseflow.commands.spoiled import forget_recovered, note_spoiled
from caseflow.commands.work import Work, begin_work
from caseflow.domain.errors import Refused
from caseflow.domain.people import SYSTEM
from caseflow.models import EventSeal
from caseflow.queries import audit
from caseflow.queries.audit import SEAL_JOB, Head
from caseflow.queries.spoiled import known_spoiled, resting
from caseflow.settings import SettingsLike

#: Events sealed in one transaction: about a fifth of a second.
CHUNK = 2_000
#: In the folder of stored files, beside the database and not in it.
HEAD_FILE = "audit.head"


class ChainBroken(Refused):
    """The end of the chain that was kept outside the database is no longer in it."""


def seal(now: dt.datetime, *, thorough: bool = False) -> dict[str, int]:
    """Seal what is committed and not sealed.

    Returns ``sealed``, ``top``, the last event seen, and ``set_aside``: events whose contents
    cannot be read. They stay without a seal and are tried again; the others go on.
    ``thorough`` looks at the whole log, not only above what was settled a while ago.
    Raises ``ChainBroken`` and seals nothing where the log was cut behind our back: going on would
    cover it up.
    """
    sealed, floor, top = 0, None, 0
    with begin_work(SYSTEM, now) as work:
        known = known_spoiled(work.session, SEAL_JOB)
        unread = set(resting(work.session, SEAL_JOB, now)) if not thorough else set()
    while True:
        with begin_work(SYSTEM, now) as work:
            dialect.one_at_a_time(work.session.connection(), "seal")
            head = _checked_head(work)
            if floor is None:
                floor = 0 if thorough else audit.settled_floor(work.session, now)
                floor = min([floor, *(event_id - 1 for event_id in known - unread)])
                top = audit.top_event(work.session)
            before = head.seq
            head, failures = _chunk(work, head, floor, unread)
            settings = work.settings
        unread |= failures.keys()
        for event_id, error in failures.items():
            note_spoiled(SEAL_JOB, event_id, error, now)
        done = head.seq - before
        sealed += done
        if done:
            keep_head(settings, head)
        if not done and not failures:
            forget_recovered(SEAL_JOB, known - unread, now)
            return {"sealed": sealed, "top": top, "set_aside": len(unread)}


def head_path(settings: SettingsLike) -> Path:
    """The file that keeps the end of the chain."""
    return settings.storage_dir / HEAD_FILE


def kept_head(settings: SettingsLike) -> Head | None:
    """The end of the chain as kept outside the database; none where it is missing or not ours."""
    path = head_path(settings)
    if not path.is_file():
        return None
    return audit.read_head(path.read_text(encoding="utf-8", errors="replace"), key_of(settings))


def keep_head(settings: SettingsLike, head: Head) -> None:
    """Keep the end of the chain, signed; whole or not at all, and never an earlier one."""
    before = kept_head(settings)
    if before is None or before.seq < head.seq:
        write_head(settings, head)


def write_head(settings: SettingsLike, head: Head) -> None:
    """Put the end of the chain in its file, whatever stood there."""
    text = json.dumps({**head.as_json(), "signature": audit.signature(key_of(settings), head)})
    path = head_path(settings)
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=HEAD_FILE)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        Path(draft).unlink(missing_ok=True)


def renew_head(now: dt.datetime) -> Head:
    """Keep the end of the chain as it stands in the database: a person answers for it.

    For an installation whose file was lost; call it only after everything else was verified.
    """
    with begin_work(SYSTEM, now) as work:
        work.record("audit_head_renewed", audit.stored_head(work.session).as_json())
        head, settings = audit.stored_head(work.session), work.settings
    write_head(settings, head)
    return head


def key_of(settings: SettingsLike) -> bytes:
    return settings.audit_key.encode()


def _checked_head(work: Work) -> Head:
    """The end of the chain, once it is sure that nothing was cut off since it was last kept."""
    stored, kept = audit.stored_head(work.session), kept_head(work.settings)
    if kept is None and not stored.seq and not head_path(work.settings).exists():
        write_head(work.settings, stored)  # before the first seal: from here on a file is missed
    elif kept is None:
        raise ChainBroken(
            "Falta {file}, que guarda el final del registro de eventos, o no es de esta "
            "instalación. Revise el registro con flask audit verify.",
            file=HEAD_FILE,
        )
    elif not audit.holds_head(work.session, kept):
        raise ChainBroken(
            "El registro de eventos no llega hasta el sello {seq} que se guardó fuera de la base. "
            "Alguien lo cortó o se restauró una copia anterior; revíselo con flask audit verify.",
            seq=kept.seq,
        )
    return stored


def _chunk(
    work: Work, head: Head, floor: int, without: Collection[int]
) -> tuple[Head, dict[int, Exception]]:
    """Seal the next events; the new end of the chain, and the events that cannot be read."""
    key = key_of(work.settings)
    rows = []
    failures: dict[int, Exception] = {}
    for event_id, contents in audit.unsealed(work.session, floor, CHUNK, without):
        try:
            digest = audit.contents_sha256(contents)
        except ValueError as error:
            failures[event_id] = error
            continue
        seq = head.seq + 1
        head = Head(seq, event_id, audit.chained(key, head.chain, seq, event_id, digest))
        rows.append(
            {"seq": seq, "event_id": event_id, "payload_sha256": digest, "chain": head.chain}
        )
    dialect.insert_many(work.session.connection(), EventSeal.__table__, rows)  # type: ignore[arg-type]
    return head, failures
