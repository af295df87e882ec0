"""The event log as evidence: numbered without gaps, chained, and every meddling found."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, event, func, select, text
from sqlalchemy.exc import DBAPIError

from caseflow.commands.sealing import (
    ChainBroken,
    head_path,
    keep_head,
    kept_head,
    key_of,
    renew_head,
    seal,
)
from caseflow.extensions import db
from caseflow.models import Event, EventSeal
from caseflow.queries import audit
from caseflow.queries.audit import Verification
from tests.builders import NOW, Office

TAMPERINGS = int(os.environ.get("CASEFLOW_TAMPERINGS", "30"))


def verified(office: Office) -> Verification:
    settings = office.app.config["CASEFLOW"]
    result = audit.verify(db.session(), key_of(settings), kept_head(settings))
    db.session.remove()
    return result


def fill(office: Office, cases: int = 4) -> None:
    for _ in range(cases):
        ref = office.capture().case.ref
        office.route("supervision", ref, "JUD-AMC")
        office.turn("titular", ref, 1, "accept")


def by_force(office: Office, *statements: str) -> None:
    """Change the database as somebody would who has its password and takes the guards off."""
    guards = {
        "sqlite": [
            "DROP TRIGGER IF EXISTS event_no_update",
            "DROP TRIGGER IF EXISTS event_no_delete",
        ],
        "postgresql": ["ALTER TABLE event DISABLE TRIGGER USER"],
    }[db.engine.dialect.name]
    db.session.remove()
    with db.engine.execution_options(caseflow_writes=True).begin() as connection:
        for statement in (*guards, *statements):
            connection.execute(text(statement))


def test_every_event_gets_a_number_without_gaps(office: Office) -> None:
    fill(office)
    events = db.session.scalar(select(func.count()).select_from(Event))
    db.session.remove()
    assert seal(NOW)["sealed"] == events
    seqs = list(db.session.scalars(select(EventSeal.seq).order_by(EventSeal.seq)))
    assert seqs == list(range(1, len(seqs) + 1))
    assert verified(office).holds


def test_sealing_again_seals_only_what_is_new(office: Office) -> None:
    fill(office, 1)
    seal(NOW)
    assert seal(NOW)["sealed"] == 0
    fill(office, 1)
    assert seal(NOW)["sealed"] == 3
    assert verified(office).holds


def test_an_event_without_a_seal_is_said(office: Office) -> None:
    fill(office, 1)
    seal(NOW)
    fill(office, 1)
    assert [p.what for p in verified(office).problems] == ["3 eventos sin sellar"]


def test_two_sealers_at_once_make_one_chain(office: Office) -> None:
    fill(office, 6)
    counts: list[int] = []

    def once() -> None:
        with office.app.app_context():
            counts.append(seal(NOW)["sealed"])

    threads = [threading.Thread(target=once) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    result = verified(office)
    assert (result.holds, sum(counts)) == (True, result.events)


def test_what_was_settled_a_while_ago_is_not_looked_at_again(office: Office) -> None:
    fill(office, 1)
    counts = seal(NOW)
    with office.work("admin") as work:
        work.session.execute(
            text(
                "INSERT INTO job_run (job, period, fence, started_at, counts, state) "
                "VALUES ('seal', 'x', 1, :at, :counts, 'done')"
            ),
            {"at": NOW - dt.timedelta(hours=1), "counts": json.dumps(counts)},
        )
    assert audit.settled_floor(db.session(), NOW) == counts["top"]
    db.session.remove()
    fill(office, 1)
    assert seal(NOW)["sealed"] == 3
    assert verified(office).holds


@pytest.mark.parametrize("statement", ["UPDATE event SET action = 'x'", "DELETE FROM event"])
def test_the_database_itself_refuses_to_change_events(office: Office, statement: str) -> None:
    fill(office, 1)
    with (
        pytest.raises(DBAPIError, match="append-only"),
        db.engine.execution_options(caseflow_writes=True).begin() as connection,
    ):
        connection.execute(text(statement))


def edit_data(seq: int, event_id: int, last: int) -> list[str]:
    return [f'UPDATE event SET data = \'{{"text": "otro"}}\' WHERE id = {event_id}']


def edit_actor(seq: int, event_id: int, last: int) -> list[str]:
    return [f"UPDATE event SET actor_id = coalesce(actor_id, 0) % 5 + 1 WHERE id = {event_id}"]


def edit_date(seq: int, event_id: int, last: int) -> list[str]:
    return [f"UPDATE event SET effective_on = '2020-01-01' WHERE id = {event_id}"]


def edit_changes(seq: int, event_id: int, last: int) -> list[str]:
    return [f'UPDATE event SET changes = \'{{"case": {{"state": "x"}}}}\' WHERE id = {event_id}']


def delete_event(seq: int, event_id: int, last: int) -> list[str]:
    return [f"DELETE FROM event WHERE id = {event_id}"]


def delete_both(seq: int, event_id: int, last: int) -> list[str]:
    return [f"DELETE FROM event_seal WHERE seq = {seq}", f"DELETE FROM event WHERE id = {event_id}"]


def delete_and_close_the_gap(seq: int, event_id: int, last: int) -> list[str]:
    return [
        *delete_both(seq, event_id, last),
        f"UPDATE event_seal SET seq = -seq WHERE seq > {seq}",
        "UPDATE event_seal SET seq = -seq - 1 WHERE seq < 0",
    ]


def swap(seq: int, event_id: int, last: int) -> list[str]:
    other = seq + 1 if seq < last else seq - 1
    return [
        f"UPDATE event_seal SET seq = -1 WHERE seq = {seq}",
        f"UPDATE event_seal SET seq = {seq} WHERE seq = {other}",
        f"UPDATE event_seal SET seq = {other} WHERE seq = -1",
    ]


def cut_the_end(seq: int, event_id: int, last: int) -> list[str]:
    return [
        f"DELETE FROM event WHERE id IN (SELECT event_id FROM event_seal WHERE seq >= {seq})",
        f"DELETE FROM event_seal WHERE seq >= {seq}",
    ]


def edit_digest_too(seq: int, event_id: int, last: int) -> list[str]:
    return [
        *edit_data(seq, event_id, last),
        f"UPDATE event_seal SET payload_sha256 = '{'0' * 64}' WHERE seq = {seq}",
    ]


WAYS: list[Callable[[int, int, int], list[str]]] = [
    edit_data, edit_actor, edit_date, edit_changes, delete_event, delete_both,
    delete_and_close_the_gap, swap, cut_the_end, edit_digest_too,
]  # fmt: skip


class _Undone(Exception):
    """Ends a transaction of which nothing may stay."""


def test_random_meddling_is_always_found(office: Office) -> None:
    fill(office, 8)
    seal(NOW)
    by_force(office)
    settings = office.app.config["CASEFLOW"]
    seals = [tuple(r) for r in db.session.execute(select(EventSeal.seq, EventSeal.event_id))]
    db.session.remove()
    chance, found = random.Random(7), 0
    for turn in range(TAMPERINGS):
        way = WAYS[turn % len(WAYS)]
        seq, event_id = chance.choice(seals)
        session = db.session()
        for statement in way(seq, event_id, len(seals)):
            session.execute(text(statement))
        result = audit.verify(session, key_of(settings), kept_head(settings))
        session.rollback()
        db.session.remove()
        assert not result.holds, f"{way.__name__} of seal {seq} was not found"
        assert min(p.seq for p in result.problems if p.seq) <= seq + 1
        found += 1
    assert found == TAMPERINGS
    assert verified(office).holds


def test_a_log_cut_at_its_end_is_not_sealed_over(office: Office) -> None:
    fill(office)
    seal(NOW)
    by_force(office, *cut_the_end(5, 0, 0))
    fill(office)
    with pytest.raises(ChainBroken):
        seal(NOW)
    assert not verified(office).holds


@pytest.mark.parametrize("meddling", ["remove", "forge"])
def test_without_its_kept_end_the_log_does_not_pass(office: Office, meddling: str) -> None:
    fill(office, 1)
    seal(NOW)
    path = head_path(office.app.config["CASEFLOW"])
    if meddling == "remove":
        path.unlink()
    else:
        path.write_text(json.dumps({**json.loads(path.read_text()), "seq": 1}))
    assert not verified(office).holds
    with pytest.raises(ChainBroken):
        seal(NOW)


def test_a_person_may_answer_for_a_lost_end(office: Office) -> None:
    fill(office, 1)
    seal(NOW)
    head_path(office.app.config["CASEFLOW"]).unlink()
    renew_head(NOW)
    seal(NOW)
    assert verified(office).holds
    assert db.session.scalar(select(func.count()).where(Event.action == "audit_head_renewed")) == 1


def test_another_key_does_not_fit(office: Office) -> None:
    fill(office, 1)
    seal(NOW)
    result = audit.verify(db.session(), b"another key", kept_head(office.app.config["CASEFLOW"]))
    assert not result.holds


def test_an_earlier_end_never_replaces_a_later_one(office: Office) -> None:
    fill(office, 1)
    seal(NOW)
    settings = office.app.config["CASEFLOW"]
    later = kept_head(settings)
    assert later is not None
    keep_head(settings, audit.Head(1, 1, "x"))
    assert kept_head(settings) == later


def test_a_long_log_is_read_in_batches(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "BATCH", 3)
    fill(office)
    seal(NOW)
    reads: list[str] = []

    def count(conn: Connection, cursor: object, statement: str, *rest: object) -> None:
        reads.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    result = verified(office)
    event.remove(db.engine, "before_cursor_execute", count)
    assert result.holds
    assert sum("LIMIT" in statement for statement in reads) >= result.sealed // 3
