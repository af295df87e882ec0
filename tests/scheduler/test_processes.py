"""Real scheduler processes: started together, killed, put to sleep. One acts, and once.

What they do is a bulk reassignment: each turn must move exactly once, whoever dies meanwhile.
``CASEFLOW_KILLS`` says how often.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from caseflow.commands.jobs import start_job
from caseflow.commands.work import begin_work
from caseflow.domain.people import SYSTEM, Actor
from caseflow.extensions import db
from caseflow.models import Event, Job, JobRun, Lease, Turn
from caseflow.queries.rebuild import differences
from tests.builders import ROOT, Office

ASKED = int(os.environ.get("CASEFLOW_KILLS", "10"))
#: How often the holder is killed, and put to sleep, and how often two start together.
KILLS, PAUSES, STARTS = (50, 50, 200) if ASKED >= 200 else (max(3, ASKED // 4), 2, 2)
PATIENCE = 60.0
#: The processes live in real time, so what they find is captured in it.
YESTERDAY = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)


def until(true: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Wait for a condition, not for a time."""
    pause = threading.Event()
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, f"not within {patience} s: {what}"
        pause.wait(0.05)


class Process:
    """One ``flask scheduler``."""

    def __init__(self, office: Office, log: Path, lease_seconds: int = 1) -> None:
        settings = office.app.config["CASEFLOW"]
        self.log = log
        with log.open("ab") as out:
            self.child = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "wsgi", "scheduler"],
                cwd=ROOT,
                env={
                    **os.environ,
                    "CASEFLOW_ENV": "development",
                    "CASEFLOW_DATABASE_URL": settings.database_url,
                    "CASEFLOW_INSTANCE_DIR": str(settings.instance_dir),
                    "CASEFLOW_STORAGE_DIR": str(settings.storage_dir),
                    "CASEFLOW_AUDIT_KEY": settings.audit_key,
                    "CASEFLOW_SECRET_KEY": settings.secret_key,
                    "CASEFLOW_SMTP_URL": "",
                    "CASEFLOW_LEASE_SECONDS": str(lease_seconds),
                },
                stdout=out,
                stderr=out,
                stdin=subprocess.DEVNULL,
            )

    @property
    def holds(self) -> bool:
        lease = lease_now()
        return lease is not None and f":{self.child.pid}:" in lease[0]

    @property
    def state(self) -> str:
        """As the system has it: T is stopped."""
        text = Path(f"/proc/{self.child.pid}/stat").read_text(encoding="ascii", errors="replace")
        return text.rpartition(")")[2].split()[0]

    def send(self, number: signal.Signals) -> None:
        self.child.send_signal(number)

    def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.child.send_signal(signal.SIGCONT)
        self.child.kill()
        self.child.wait(timeout=30)


def lease_now() -> tuple[str, int, dt.datetime] | None:
    row = db.session.execute(select(Lease.holder, Lease.fence, Lease.expires_at)).one_or_none()
    db.session.remove()
    return (row[0], row[1], row[2]) if row is not None else None


@pytest.fixture
def start(office: Office, tmp_path: Path) -> Iterator[Callable[[], Process]]:
    """Starts schedulers; all of them are gone after the test."""
    started: list[Process] = []

    def one() -> Process:
        process = Process(office, tmp_path / f"scheduler{len(started)}.log")
        started.append(process)
        return process

    yield one
    for process in started:
        process.end()


def turned(office: Office, n: int) -> list[tuple[int, int]]:
    made = []
    for _ in range(n):
        ref = office.capture(now=YESTERDAY, filed_on=YESTERDAY.date()).case.ref
        case = office.route("supervision", ref, "JUD-AMC", now=YESTERDAY)
        made.append((case.id, max(case.turns)))
    return made


def ask(office: Office, turns: list[tuple[int, int]], code: str, nonce: str) -> int:
    actor: Actor = office.actor("supervision")
    answers = {"area": office.area(code), "reason": "Carga de trabajo"}
    with begin_work(actor) as work:
        return start_job(work, "reassign", turns, answers, nonce).id


def pending(turns: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The open turns of the same cases, now."""
    rows = db.session.execute(
        select(Turn.case_id, Turn.number).where(
            Turn.case_id.in_([case_id for case_id, _ in turns]), Turn.state == "pending"
        )
    )
    found = [(row[0], row[1]) for row in rows]
    db.session.remove()
    return found


def let_go() -> None:
    """The lease of whoever died ends now, so that the next pair need not wait for it."""
    with begin_work(SYSTEM) as work:
        for lease in work.session.scalars(select(Lease)):
            lease.expires_at = work.now


def done(job_id: int) -> int:
    found = db.session.execute(
        select(Job.done, Job.refused, Job.total).where(Job.id == job_id)
    ).one()
    db.session.remove()
    assert found.refused == 0
    return int(found.done)


def moved_once(office: Office, turns: list[tuple[int, int]], rounds: int) -> None:
    """Every case was reassigned exactly ``rounds`` times and holds together."""
    per_case = {
        row[0]: row[1]
        for row in db.session.execute(
            select(Event.case_id, func.count())
            .where(Event.action == "reassign")
            .group_by(Event.case_id)
        )
    }
    open_turns = db.session.scalar(
        select(func.count()).select_from(Turn).where(Turn.state == "pending")
    )
    assert per_case == dict.fromkeys((case_id for case_id, _ in turns), rounds)
    assert open_turns == len(turns)
    assert differences(db.session()) == []
    runs = db.session.execute(
        select(JobRun.job, JobRun.period, func.count()).group_by(JobRun.job, JobRun.period)
    )
    assert {row[2] for row in runs} == {1}
    db.session.remove()


def test_of_two_started_at_once_one_acts(office: Office, start: Callable[[], Process]) -> None:
    turns = turned(office, 4)
    for n in range(STARTS):
        job_id = ask(office, pending(turns), ("JUD-BAR", "JUD-AOS")[n % 2], f"n{n}")
        both = [start(), start()]
        until(lambda job_id=job_id: done(job_id) == len(turns), "the job is done")
        until(lambda both=both: [one.holds for one in both].count(True) == 1, "one holds the lease")
        for process in both:
            process.end()
        let_go()
    moved_once(office, turns, STARTS)


def test_a_killed_holder_is_followed_and_nothing_happens_twice(
    office: Office, start: Callable[[], Process]
) -> None:
    """Each round asks for a reassignment and kills whoever holds the lease while it is done."""
    turns = turned(office, 4)
    waiting = [start(), start()]
    for n in range(KILLS):
        until(lambda: any(p.holds for p in waiting), "somebody holds the lease")
        holder = next(p for p in waiting if p.holds)
        fence = (lease_now() or ("", 0, None))[1]
        job_id = ask(office, pending(turns), ("JUD-BAR", "JUD-AOS")[n % 2], f"n{n}")
        if n % 2:
            until(lambda job_id=job_id: done(job_id) > 0, "the job has begun")
        holder.end()
        waiting.remove(holder)
        waiting.append(start())
        until(lambda job_id=job_id: done(job_id) == len(turns), "another one finished the job")
        assert (lease_now() or ("", 0, None))[1] >= fence
    moved_once(office, turns, KILLS)


def test_a_holder_that_slept_past_its_lease_wakes_up_to_nothing(
    office: Office, start: Callable[[], Process]
) -> None:
    turns = turned(office, 4)
    one, two = start(), start()
    for n in range(PAUSES):
        until(lambda: one.holds or two.holds, "somebody holds the lease")
        sleeper, other = (one, two) if one.holds else (two, one)
        said, before = len(sleeper.log.read_text()), (lease_now() or ("", 0, None))[1]
        put_to_sleep(sleeper, other)
        job_id = ask(office, pending(turns), ("JUD-BAR", "JUD-AOS")[n % 2], f"n{n}")
        until(lambda job_id=job_id: done(job_id) == len(turns), "the other one did the job")
        sleeper.send(signal.SIGCONT)
        until(
            lambda log=sleeper.log, said=said: "lease_lost" in log.read_text()[said:],
            "it sees that its lease is lost",
        )
        assert (lease_now() or ("", 0, None))[1] > before
    moved_once(office, turns, PAUSES)


def put_to_sleep(sleeper: Process, other: Process) -> None:
    """Stop a holder until another takes over.

    It is stopped while we hold the lock for writing: asleep within a transaction of its own it
    would, on SQLite, keep everybody from writing; then nothing can go wrong, and nothing go on.
    """
    with begin_work(SYSTEM) as work:
        work.session.execute(select(Lease.fence))
        sleeper.send(signal.SIGSTOP)
        until(lambda: sleeper.state == "T", "it is asleep")
    until(lambda: other.holds, "the other one takes over")


def test_sigterm_ends_it_cleanly_and_frees_the_lease(
    office: Office, start: Callable[[], Process]
) -> None:
    process = start()
    until(lambda: process.holds, "it holds the lease")
    process.send(signal.SIGTERM)
    assert process.child.wait(timeout=PATIENCE) == 0
    lease = lease_now()
    assert lease is not None
    assert lease[2] <= dt.datetime.now(dt.UTC)
    assert "Traceback" not in process.log.read_text()
