"""One acts, the others wait; and whoever lost the lease without noticing writes nothing."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from caseflow.commands import runs
from caseflow.commands.leases import Hold, LeaseLost, holding, release_lease, take_lease
from caseflow.commands.ticks import tick
from caseflow.commands.work import Work, begin_work
from caseflow.domain.people import SYSTEM
from caseflow.extensions import db
from caseflow.models import Event, JobRun, Lease
from tests.builders import NOW, Office

LATE = NOW + dt.timedelta(days=120)
AFTER = dt.timedelta(seconds=61)


def held(holder: str, before: Hold | None = None, seconds: float = 60) -> Hold:
    hold = take_lease(holder, seconds, before)
    assert hold is not None
    return hold


def test_the_first_takes_it_and_the_second_waits(app: Flask) -> None:
    first = held("a")
    assert (first.holder, first.fence) == ("a", 1)
    assert take_lease("b", 60) is None


def test_the_holder_renews_under_the_same_fence(app: Flask) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        first = held("a")
        clock.shift(dt.timedelta(seconds=50))
        assert held("a", first) == first
        clock.shift(dt.timedelta(seconds=50))
        assert take_lease("b", 60) is None


def test_an_ended_lease_goes_to_the_next_under_a_higher_fence(app: Flask) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        held("a")
        clock.shift(AFTER)
        assert held("b").fence == 2


def test_a_lease_given_back_is_free_at_once(app: Flask) -> None:
    release_lease(held("a"))
    assert held("b").fence == 2


def test_a_lease_taken_over_is_not_renewed_nor_given_back_by_its_old_holder(app: Flask) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        old = held("a")
        clock.shift(AFTER)
        new = held("b")
        assert take_lease("a", 60, old) is None
        release_lease(old)
        assert held("b", new) == new


def test_a_lease_written_under_a_clock_far_ahead_does_not_bind_for_ever(app: Flask) -> None:
    with time_machine.travel(NOW + dt.timedelta(days=365), tick=False):
        held("a")
    with time_machine.travel(NOW, tick=False):
        assert held("b").fence == 2


def test_ten_at_once_make_one_holder(app: Flask) -> None:
    found: list[Hold | None] = []

    def take(name: str) -> None:
        with app.app_context():
            found.append(take_lease(name, 60))

    threads = [threading.Thread(target=take, args=(str(n),)) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 10
    assert len([hold for hold in found if hold is not None]) == 1


def test_whoever_lost_the_lease_writes_nothing(office: Office) -> None:
    office.capture()
    with time_machine.travel(NOW, tick=False) as clock:
        old = held("a")
        clock.shift(AFTER)
        new = held("b")
    with holding(old), pytest.raises(LeaseLost):
        tick(LATE)
    assert db.session.scalar(select(Event.id).where(Event.action == "became_overdue")) is None
    with holding(new):
        assert tick(LATE)["became_overdue"] == 1


def write_and_sleep(hold: Hold, asleep: Callable[[Work], None]) -> None:
    """An effect whose process sleeps between its first look at the fence and its commit."""
    with holding(hold), begin_work(SYSTEM, NOW) as work:
        work.session.add(JobRun(job="x", period="1", fence=1, started_at=NOW, state="done"))
        work.session.flush()
        asleep(work)


def test_losing_it_in_the_middle_of_a_transaction_rolls_it_back(postgres_app: Flask) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        old = held("a")

        def another_takes_over(work: Work) -> None:
            clock.shift(AFTER)
            thread = threading.Thread(target=take_elsewhere)
            thread.start()
            thread.join()

        def take_elsewhere() -> None:
            with postgres_app.app_context():
                assert held("b").fence == 2

        with pytest.raises(LeaseLost):
            write_and_sleep(old, another_takes_over)
    assert db.session.scalar(select(JobRun.id)) is None


def test_the_fence_is_looked_up_at_the_end_as_well(app: Flask) -> None:
    """On SQLite nobody can write beside an open transaction, so it moves the fence itself."""

    def move_the_fence(work: Work) -> None:
        work.session.execute(update(Lease).values(fence=Lease.fence + 1))

    with pytest.raises(LeaseLost):
        write_and_sleep(held("a"), move_the_fence)
    assert db.session.scalar(select(JobRun.id)) is None


def test_by_hand_nothing_asks_for_a_lease(office: Office) -> None:
    office.capture()
    held("a")
    with holding(None):
        assert tick(LATE)["became_overdue"] == 1


def test_a_period_is_claimed_once(app: Flask) -> None:
    run_id = runs.claim("x", "1", NOW, 1)
    assert run_id is not None
    assert runs.claim("x", "1", NOW, 1) is None
    runs.finish(run_id, runs.DONE, NOW, {"n": 1})
    assert runs.claim("x", "1", NOW, 2) is None
    assert runs.claim("x", "2", NOW, 2) is not None


def test_a_run_left_by_a_dead_holder_is_taken_over_by_the_next(app: Flask) -> None:
    first = runs.claim("x", "1", NOW, 1)
    assert runs.claim("x", "1", NOW, 2) == first


def test_a_failed_period_is_tried_again(app: Flask) -> None:
    run_id = runs.claim("x", "1", NOW, 1)
    assert run_id is not None
    runs.finish(run_id, runs.FAILED, NOW, problem="LookupError")
    assert runs.claim("x", "1", NOW, 1) == run_id


def test_purging_keeps_what_is_kept_for_ever(app: Flask) -> None:
    for job in ("tick", "report"):
        run_id = runs.claim(job, "1", NOW - dt.timedelta(days=400), 1)
        assert run_id is not None
        runs.finish(run_id, runs.DONE, NOW - dt.timedelta(days=400))
    assert runs.purge(NOW, frozenset({"report"}))["runs"] == 1
    assert list(db.session.scalars(select(JobRun.job))) == ["report"]
