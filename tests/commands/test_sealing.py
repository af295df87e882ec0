"""The event log as evidence: numbered without gaps, chained, and every meddling found."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Text, cast, event, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from caseflow.commands.sealing import (
    ChainBroken,
    head_path,
    keep_head,
    kept_head,
    key_of,
    renew_head,
    seal,
)
from caseflow.commands.spoiled import MOST_TRIES, retry_set_aside
from caseflow.extensions import db
from caseflow.models import Event, EventSeal, SpoiledItem
from caseflow.queries import audit
from caseflow.queries.audit import Verification
from caseflow.queries.spoiled import list_set_aside
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
        with Session(db.engine.execution_options(caseflow_writes=True)) as session:
            for statement in way(seq, event_id, len(seals)):
                session.execute(text(statement))
            result = audit.verify(session, key_of(settings), kept_head(settings))
            session.rollback()
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


def test_events_are_stored_in_the_spelling_of_their_digest(office: Office) -> None:
    fill(office, 1)
    seal(NOW)
    rows = db.session.execute(
        select(cast(Event.data, Text), cast(Event.changes, Text)).where(Event.case_id.is_not(None))
    ).all()
    assert rows
    for stored in (stored for row in rows for stored in row if stored is not None):
        ordered = json.dumps(
            json.loads(stored), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        assert stored == ordered


def test_another_spelling_of_the_same_contents_is_no_meddling(office: Office) -> None:
    fill(office, 1)
    seal(NOW)
    event_id, data = db.session.execute(
        select(Event.id, Event.data).where(Event.data.is_not(None)).limit(1)
    ).one()
    spelled = json.dumps(dict(reversed(data.items())), indent=1)
    by_force(office)
    json_type = {"sqlite": "TEXT", "postgresql": "JSON"}[db.engine.dialect.name]
    with db.engine.execution_options(caseflow_writes=True).begin() as connection:
        connection.execute(
            text(f"UPDATE event SET data = CAST(:data AS {json_type}) WHERE id = :id"),
            {"data": spelled, "id": event_id},
        )
    assert verified(office).holds


@pytest.mark.parametrize(
    ("column", "value"),
    [("data", "no JSON"), ("changes", '{"case"'), ("entered_at", "ayer"), ("effective_on", "")],
)
def test_contents_that_cannot_be_read_are_found_and_do_not_stop_the_walk(
    sqlite_office: Office, column: str, value: str
) -> None:
    fill(sqlite_office, 2)
    seal(NOW)
    by_force(sqlite_office, f"UPDATE event SET {column} = '{value}' WHERE id = 4")
    result = verified(sqlite_office)
    assert [(p.event_id, p.what) for p in result.problems] == [
        (4, "el contenido del evento cambió")
    ]
    assert result.sealed == result.events


def test_an_end_moved_from_one_column_into_the_next_is_found(sqlite_office: Office) -> None:
    """Joined they read as before; apart neither is JSON any more."""
    fill(sqlite_office, 2)
    seal(NOW)
    row = db.session.execute(
        select(Event.id, cast(Event.data, Text), cast(Event.changes, Text)).where(
            Event.data.is_not(None), Event.changes.is_not(None)
        )
    ).first()
    assert row is not None
    whole = f"{row[1]},{row[2]}"
    at = whole.index(",", len(row[1]) + 1)
    db.session.remove()
    by_force(sqlite_office)
    with db.engine.execution_options(caseflow_writes=True).begin() as connection:
        connection.execute(
            text("UPDATE event SET data = :data, changes = :changes WHERE id = :id"),
            {"data": whole[:at], "changes": whole[at + 1 :], "id": row[0]},
        )
    assert [p.event_id for p in verified(sqlite_office).problems] == [row[0]]


@pytest.mark.parametrize(
    ("column", "value", "mended"),
    [("data", "no JSON", "{}"), ("entered_at", "ayer", "2026-11-24 16:00:00.000000")],
)
def test_an_event_that_cannot_be_read_is_set_aside_and_the_others_are_sealed(
    sqlite_office: Office, column: str, value: str, mended: str
) -> None:
    fill(sqlite_office, 2)
    by_force(sqlite_office, f"UPDATE event SET {column} = '{value}' WHERE id = 3")
    admin, now = sqlite_office.actor("admin"), NOW
    for tries in range(1, MOST_TRIES + 1):
        counts = seal(now)
        assert counts["set_aside"] == 1
        assert db.session.scalar(select(SpoiledItem.tries)) == tries
        db.session.remove()
        now += dt.timedelta(days=1)
    assert [(one.job, one.item_id) for one in list_set_aside(db.session(), admin)] == [("seal", 3)]
    assert seal(now)["set_aside"] == 1
    assert [p.what for p in verified(sqlite_office).problems] == ["1 eventos sin sellar"]

    by_force(sqlite_office, f"UPDATE event SET {column} = '{mended}' WHERE id = 3")
    with sqlite_office.work("admin") as work:
        retry_set_aside(work)
    assert seal(now)["set_aside"] == 0
    assert db.session.scalar(select(SpoiledItem.tries)) is None
    assert verified(sqlite_office).holds
