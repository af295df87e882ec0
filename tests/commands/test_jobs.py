"""Work on hundreds of turns: asked once, done in the background, a verdict for each turn."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select, update

from caseflow.commands import jobs
from caseflow.commands.jobs import run_jobs, start_job, undo_job
from caseflow.domain.errors import InvalidData, NotFound, NotNow
from caseflow.extensions import db
from caseflow.models import Event, Job, JobItem, Turn, User
from caseflow.queries.rebuild import differences
from tests.builders import NOW, Office

REASON = "Carga de trabajo"


def turned(office: Office, n: int, area: str = "JUD-AMC") -> list[tuple[int, int]]:
    """``n`` cases with one pending turn each."""
    made = []
    for _ in range(n):
        case = office.route("supervision", office.capture().case.ref, area)
        made.append((case.id, max(case.turns)))
    return made


def asked(office: Office, turns: list[tuple[int, int]], nonce: str = "n1", **data: object) -> int:
    answers = {"area": office.area("JUD-BAR"), "reason": REASON, **data}
    with office.work("supervision") as work:
        return start_job(work, "reassign", turns, answers, nonce).id


def job(job_id: int) -> Job:
    found = db.session.get_one(Job, job_id)
    db.session.remove()
    return found


def open_turns_in(office: Office, code: str) -> int:
    count = db.session.scalar(
        select(func.count())
        .select_from(Turn)
        .where(Turn.area_id == office.area(code), Turn.state == "pending")
    )
    db.session.remove()
    return count or 0


def test_every_turn_of_a_job_is_done_and_counted(office: Office) -> None:
    job_id = asked(office, turned(office, 7))
    assert run_jobs(NOW, chunk=3) == {"done": 7, "refused": 0}
    done = job(job_id)
    assert (done.total, done.done, done.refused) == (7, 7, 0)
    assert done.finished_at == NOW
    assert (open_turns_in(office, "JUD-BAR"), open_turns_in(office, "JUD-AMC")) == (7, 0)
    assert differences(db.session()) == []
    db.session.remove()


def test_a_finished_job_is_not_done_again(office: Office) -> None:
    asked(office, turned(office, 3))
    run_jobs(NOW)
    assert run_jobs(NOW) == {"done": 0, "refused": 0}


def test_the_same_form_twice_makes_one_job(office: Office) -> None:
    turns = turned(office, 2)
    assert asked(office, turns) == asked(office, turns)
    assert run_jobs(NOW)["done"] == 2


def test_a_turn_named_twice_is_done_once(office: Office) -> None:
    turns = turned(office, 2)
    asked(office, [*turns, *turns])
    assert run_jobs(NOW) == {"done": 2, "refused": 0}


def test_what_the_rules_refuse_is_said_for_that_turn_alone(office: Office) -> None:
    turns = turned(office, 2) + turned(office, 1, "JUD-BAR")
    job_id = asked(office, turns)
    assert run_jobs(NOW) == {"done": 2, "refused": 1}
    refused = db.session.scalars(
        select(JobItem).where(JobItem.job_id == job_id, JobItem.verdict == "refused")
    ).one()
    assert refused.reason == "El turno ya está en esa área."
    db.session.remove()


def test_rights_are_those_of_the_day_it_is_done(office: Office) -> None:
    job_id = asked(office, turned(office, 2))
    with office.work("admin") as work:
        work.session.execute(
            update(User).where(User.id == office.user_id("supervision")).values(active=False)
        )
    assert run_jobs(NOW) == {"done": 0, "refused": 2}
    assert job(job_id).finished_at is not None


def test_a_killed_run_goes_on_where_it_was(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(office, turned(office, 6))
    monkeypatch.setattr(jobs, "LONGEST_RUN", 2)
    assert run_jobs(NOW, chunk=2)["done"] == 4
    assert run_jobs(NOW, chunk=2)["done"] == 2
    moved = db.session.scalar(select(func.count()).where(Event.action == "reassign"))
    db.session.remove()
    assert moved == 6


def test_a_spoiled_turn_is_set_aside_and_the_others_go_on(office: Office) -> None:
    turns = turned(office, 5)
    job_id = asked(office, turns)
    with db.engine.execution_options(caseflow_writes=True).begin() as connection:
        connection.execute(
            update(Turn).where(Turn.case_id == turns[2][0]).values(state="no such state")
        )
        connection.execute(
            update(JobItem)
            .where(JobItem.job_id == job_id, JobItem.position == 4)
            .values(turn_number=turns[3][1])
        )
    counts = run_jobs(NOW, chunk=5)
    assert (counts["done"], counts["refused"]) == (4, 1)


def test_an_undone_reassignment_brings_the_turns_back(office: Office) -> None:
    turns = turned(office, 2) + turned(office, 2, "JUD-AOS")
    job_id = asked(office, turns)
    run_jobs(NOW)
    assert open_turns_in(office, "JUD-BAR") == 4
    with office.work("supervision") as work:
        undo_id = undo_job(work, job_id, "Fue un error", "n2").id
    assert run_jobs(NOW) == {"done": 4, "refused": 0}
    assert (open_turns_in(office, "JUD-AMC"), open_turns_in(office, "JUD-AOS")) == (2, 2)
    assert job(job_id).undone_by == undo_id


def test_undoing_leaves_a_turn_that_went_on_meanwhile(office: Office) -> None:
    turns = turned(office, 2)
    job_id = asked(office, turns)
    run_jobs(NOW)
    moved = db.session.scalars(
        select(Turn).where(Turn.case_id == turns[0][0], Turn.state == "pending")
    ).one()
    with office.work("supervision") as work:
        ref = next(iter(work.cases([turns[0][0]]).values())).ref
    office.turn("supervision", ref, moved.number, "withdraw", reason="Ya no hace falta")
    with office.work("supervision") as work:
        undo_job(work, job_id, "Fue un error", "n2")
    assert run_jobs(NOW) == {"done": 1, "refused": 1}


def test_undoing_twice_is_once(office: Office) -> None:
    job_id = asked(office, turned(office, 1))
    run_jobs(NOW)
    with office.work("supervision") as work:
        first = undo_job(work, job_id, "Fue un error", "n2").id
    with office.work("supervision") as work:
        assert undo_job(work, job_id, "Fue un error", "n3").id == first


def test_what_cannot_be_undone_is_refused(office: Office) -> None:
    job_id = asked(office, turned(office, 1))
    with office.work("supervision") as work, pytest.raises(NotNow, match="Espere"):
        undo_job(work, job_id, "x", "n2")
    with office.work("direccion") as work, pytest.raises(NotFound):
        undo_job(work, job_id, "x", "n3")


@pytest.mark.parametrize(("action", "n"), [("reply", 1), ("reassign", 0)])
def test_no_job_for_an_act_that_is_done_one_by_one_or_for_nothing(
    office: Office, action: str, n: int
) -> None:
    turns = turned(office, n)
    with office.work("supervision") as work, pytest.raises(InvalidData):
        start_job(work, action, turns, {}, "n1")


def test_a_date_among_the_answers_survives_the_wait(office: Office) -> None:
    job_id = asked(office, turned(office, 1), internal_on=dt.date(2026, 12, 1))
    assert jobs._answers(job(job_id).data)["internal_on"] == dt.date(2026, 12, 1)
