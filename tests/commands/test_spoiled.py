"""One spoiled case among many: tried again at growing intervals, set aside, tried when asked."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, update

from caseflow.commands.capture import Captured, capture
from caseflow.commands.spoiled import FIRST_WAIT, MOST_TRIES, retry_set_aside
from caseflow.commands.ticks import TICK_JOB, tick
from caseflow.domain.vocabulary import Channel, Kind, Source
from caseflow.extensions import db
from caseflow.models import Deadline, Event, SpoiledItem
from caseflow.queries.spoiled import count_set_aside, list_set_aside, resting
from tests.builders import NOW, TODAY, Office

LATE = NOW + dt.timedelta(days=120)


def many(office: Office, count: int) -> list[int]:
    """Cases captured at the counter, all in one breath."""
    with office.work("ventanilla") as work:
        return [
            capture(
                work,
                Captured(
                    source=Source.CESAC, kind=Kind.SERVICE, subject="OTRO",
                    channel=Channel.COUNTER.value, filed_on=TODAY,
                ),
            ).case.id
            for _ in range(count)
        ]  # fmt: skip


#: A day that no calendar reaches back from.
NEVER = dt.date(1, 1, 1)


def spoil(case_id: int) -> dt.date:
    """Give the case a date that cannot be counted from; the one that it had."""
    had = db.session.scalar(
        select(Deadline.due_on).where(Deadline.case_id == case_id, Deadline.governing)
    )
    db.session.remove()
    assert had is not None
    mend(case_id, NEVER)
    return had


def mend(case_id: int, due_on: dt.date) -> None:
    with db.engine.execution_options(caseflow_writes=True).begin() as connection:
        connection.execute(
            update(Deadline)
            .where(Deadline.case_id == case_id, Deadline.governing)
            .values(due_on=due_on)
        )


def tries(case_id: int) -> int | None:
    found = db.session.scalar(
        select(SpoiledItem.tries).where(SpoiledItem.job == TICK_JOB, SpoiledItem.item_id == case_id)
    )
    db.session.remove()
    return found


def overdue(case_id: int) -> bool:
    found = db.session.scalar(
        select(Event.id).where(Event.case_id == case_id, Event.action == "became_overdue")
    )
    db.session.remove()
    return found is not None


def until_set_aside(case_id: int, at: dt.datetime = LATE) -> dt.datetime:
    """Tick until the case is set aside; the instant after it."""
    while not db.session.scalar(
        select(SpoiledItem.set_aside_at).where(SpoiledItem.item_id == case_id)
    ):
        db.session.remove()
        assert tick(at)["set_aside"] == 1
        at += dt.timedelta(hours=3)
    db.session.remove()
    return at


def test_a_thousand_good_ones_are_done_and_the_spoiled_one_is_set_aside(
    sqlite_office: Office,
) -> None:
    ids = many(sqlite_office, 1_001)
    spoil(ids[500])
    counts = tick(LATE)
    assert (counts["became_overdue"], counts["set_aside"]) == (1_000, 1)
    until_set_aside(ids[500], LATE + dt.timedelta(hours=1))
    assert count_set_aside(db.session()) == {TICK_JOB: 1}


def test_it_is_tried_again_at_growing_intervals_and_then_no_more(office: Office) -> None:
    (case_id,) = many(office, 1)
    spoil(case_id)
    at, minute = LATE, dt.timedelta(minutes=1)
    for count in range(1, MOST_TRIES + 1):
        assert tick(at)["set_aside"] == 1
        assert tries(case_id) == count
        wait = FIRST_WAIT * 2 ** (count - 1)
        assert tick(at + wait - minute)["set_aside"] == 1
        assert tries(case_id) == count
        at += wait
    assert tick(at + dt.timedelta(days=30))["set_aside"] == 1
    assert tries(case_id) == MOST_TRIES


def test_one_that_recovers_by_itself_is_done_and_forgotten(office: Office) -> None:
    (case_id,) = many(office, 1)
    had = spoil(case_id)
    tick(LATE)
    mend(case_id, had)
    assert tick(LATE)["became_overdue"] == 0
    counts = tick(LATE + FIRST_WAIT)
    assert (counts["became_overdue"], counts["set_aside"]) == (1, 0)
    assert tries(case_id) is None
    assert overdue(case_id)


def test_one_with_which_nothing_is_due_any_more_is_forgotten(office: Office) -> None:
    ref = office.capture().case.ref
    case_id = office.case("direccion", ref).id
    had = spoil(case_id)
    at = until_set_aside(case_id)
    mend(case_id, had)
    office.act("supervision", ref, "cancel", reason="Captura de prueba")
    assert tick(at)["set_aside"] == 0
    assert tries(case_id) is None


def test_a_person_has_it_tried_again(office: Office) -> None:
    ref = office.capture().case.ref
    case_id = office.case("direccion", ref).id
    had = spoil(case_id)
    at = until_set_aside(case_id)
    with office.work("admin", at) as work:
        assert retry_set_aside(work) == 1
    assert tick(at)["set_aside"] == 1
    assert tries(case_id) == 1
    mend(case_id, had)
    with office.work("admin", at) as work:
        assert retry_set_aside(work) == 0
    assert tick(at + FIRST_WAIT)["became_overdue"] == 1
    asked = db.session.execute(
        select(Event.actor_id, Event.data).where(Event.action == "set_aside_retried")
    ).all()
    assert [tuple(row) for row in asked] == [(office.user_id("admin"), {"items": 1})]


@pytest.mark.parametrize(
    ("login", "told"), [("admin", True), ("supervision", True), ("ajena", False)]
)
def test_the_folio_is_told_to_whoever_may_know_it(office: Office, login: str, told: bool) -> None:
    ref = office.capture().case.ref
    case_id = office.case("direccion", ref).id
    had = spoil(case_id)
    until_set_aside(case_id)
    mend(case_id, had)
    (one,) = list_set_aside(db.session(), office.actor(login))
    assert (one.job, one.item_id, one.ref) == (TICK_JOB, case_id, ref if told else "")
    assert one.problem.isidentifier()


def test_each_job_rests_its_own_items(office: Office) -> None:
    (case_id,) = many(office, 1)
    spoil(case_id)
    tick(LATE)
    assert resting(db.session(), TICK_JOB, LATE) == {case_id}
    assert resting(db.session(), "seal", LATE) == frozenset()
