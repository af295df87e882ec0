"""Many folios dated again: in chunks, marked meanwhile, and whole after any number of kills."""

from __future__ import annotations

import datetime as dt
import io
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from bench.rows import write
from caseflow.commands.calendars import change_calendar
from caseflow.commands.configuration import OfficeForm, set_office
from caseflow.commands.jobs import finish_job, run_jobs
from caseflow.commands.pack_loading import load_packs
from caseflow.commands.redating import AT_ONCE, CHUNK
from caseflow.commands.terms import TermForm, correct_term
from caseflow.commands.work import begin_work
from caseflow.domain.day_lists import CalendarEdits
from caseflow.domain.errors import NotNow
from caseflow.domain.people import SYSTEM
from caseflow.extensions import db
from caseflow.models import (
    Case,
    Deadline,
    Event,
    Job,
    JobItem,
    LegalTerm,
    NonWorkingDay,
    Setting,
    User,
)
from caseflow.packs import load_law, load_pack
from caseflow.queries import reference
from caseflow.queries.bulk_jobs import job_counts
from caseflow.queries.calendars import pending, preview_edits
from caseflow.queries.rebuild import differences
from tests.builders import NOW, ROOT, TODAY, Office
from tests.commands.killed_redating import EDITS
from tests.commands.listings import import_listing
from tests.commands.offices import Offices
from tests.commands.tables import contents

KILLS = int(os.environ.get("CASEFLOW_KILLS", "10"))
#: Enough for a job, some of another borough among them.
ROWS = AT_ONCE + 60
D = dt.date


def listed(folder: Path) -> None:
    """Folios of the last two months, open and closed, each of which the edits move."""
    text = io.StringIO()
    write(text, ROWS, until=TODAY, days=40)
    import_listing(folder, text.getvalue().encode())


@pytest.fixture
def crowded(office: Office, tmp_path: Path) -> Office:
    """An office with too many folios to date them again while the person waits."""
    listed(tmp_path)
    db.session.remove()
    return office


def change(office: Office, edits: CalendarEdits = EDITS, login: str = "admin") -> int:
    with office.work(login) as work:
        _, redated = change_calendar(work, work.office.body, edits)
    assert redated.job_id is not None
    return redated.job_id


def count(*where: Any, of: Any = Event) -> int:
    n = db.session.scalar(select(func.count()).select_from(of).where(*where))
    db.session.remove()
    return n or 0


def dates() -> Mapping[str, tuple[D | None, D | None]]:
    """Folio → the date that rules, and the rectified one beside it."""
    rows = db.session.execute(
        select(Case.ref, Deadline.due_on, Deadline.due_on_rectified)
        .join(Deadline, Deadline.case_id == Case.id)
        .where(Deadline.governing)
    )
    found = {row.ref: (row.due_on, row.due_on_rectified) for row in rows}
    db.session.remove()
    return found


def test_many_folios_are_dated_again_in_the_background_one_event_each(crowded: Office) -> None:
    before = dates()
    session = db.session()
    _, foreseen = preview_edits(
        session,
        crowded.actor("admin"),
        NOW,
        reference.current(session),
        "alcaldia-iztacalco",
        EDITS,
    )
    db.session.remove()
    job_id = change(crowded)
    assert dates() == before
    assert run_jobs(NOW)["refused"] == 0
    counts = job_counts(db.session(), job_id)
    assert counts == foreseen.counts()
    assert counts["moved"] > 50
    assert counts["rectified"] > 50
    after = dates()
    assert sum(after[ref] != before[ref] for ref in before) == counts["moved"] + counts["rectified"]
    assert count(Event.action == "redated") == count(
        Event.action == "redated", Event.case_id.is_not(None)
    )
    per_case = db.session.execute(
        select(func.count()).where(Event.action == "redated").group_by(Event.case_id)
    ).scalars()
    assert set(per_case) == {1}
    assert differences(db.session()) == []
    db.session.remove()


def test_the_change_and_its_end_are_told_by_one_event_each(crowded: Office) -> None:
    job_id = change(crowded)
    (asked,) = db.session.scalars(select(Event).where(Event.action == "calendar_changed"))
    assert (asked.data["job"], "counts" in asked.data) == (job_id, False)
    db.session.remove()
    run_jobs(NOW)
    (told,) = db.session.scalars(select(Event).where(Event.action == "dates_counted_again"))
    assert told.data["counts"] == job_counts(db.session(), job_id)
    assert told.actor_id == crowded.user_id("admin")
    assert count(Setting.name == reference.REDATING, of=Setting) == 0


def test_what_waits_is_marked_until_it_is_dated(crowded: Office) -> None:
    job_id = change(crowded)
    session = db.session()
    under_way = reference.current(session).redating
    assert under_way is not None
    assert under_way.job_id == job_id
    ids = list(session.scalars(select(JobItem.case_id).order_by(JobItem.position)))
    assert pending(session, job_id, ids[:2]) == set(ids[:2])
    db.session.remove()
    with pytest.raises(KeyboardInterrupt):
        finish_job(job_id, NOW, interrupt, chunk=1)
    assert pending(db.session(), job_id, ids[:2]) == {ids[1]}
    db.session.remove()
    run_jobs(NOW)
    assert pending(db.session(), job_id, ids) == set()
    assert reference.current(db.session()).redating is None


def interrupt(done: int) -> None:
    raise KeyboardInterrupt


def test_no_other_change_of_the_clock_is_taken_meanwhile(crowded: Office) -> None:
    change(crowded)
    solve = db.session.scalars(
        select(LegalTerm.id).where(LegalTerm.matter == "service", LegalTerm.step == "solve")
    ).one()
    db.session.remove()
    form = TermForm(30, "business", "MIAC", "T")
    office = OfficeForm("x", "alcaldia-otra", "x", (), (), (), "x", "x", "x", "x", False)
    with pytest.raises(NotNow, match="espere"), crowded.work("admin") as work:
        change_calendar(work, "alcaldia-iztacalco", CalendarEdits(remove=(D(2026, 11, 9),)))
    with pytest.raises(NotNow, match="espere"), crowded.work("admin") as work:
        correct_term(work, solve, form)
    with pytest.raises(NotNow, match="espere"), crowded.work("admin") as work:
        set_office(work, office)
    run_jobs(NOW)
    with crowded.work("admin") as work:
        correct_term(work, solve, form)


def test_a_folio_born_meanwhile_counts_by_the_new_calendar(crowded: Office) -> None:
    due_on = crowded.capture().case.due_on
    change(crowded)
    born = crowded.capture().case
    assert due_on == D(2027, 1, 21)
    assert born.due_on == D(2027, 1, 22)
    run_jobs(NOW)
    assert crowded.case("ventanilla", born.ref).due_on == born.due_on
    assert count(Event.action == "redated", Event.case_id == born.id) == 0


def test_a_folio_answered_meanwhile_is_rectified(crowded: Office) -> None:
    ref = crowded.capture(filed_on=D(2026, 11, 3)).case.ref
    change(crowded)
    crowded.route("supervision", ref, "JUD-AMC")
    crowded.turn("titular", ref, 1, "accept")
    crowded.turn(
        "titular", ref, 1, "reply", text="Se reparó", also_answer=True, outcome="attended",
        channel="phone", notified_on=TODAY,
    )  # fmt: skip
    run_jobs(NOW)
    governing = crowded.case("supervision", ref).governing()
    assert governing is not None
    assert (governing.due_on, governing.due_on_rectified) == (D(2026, 12, 31), D(2027, 1, 5))


def test_it_is_done_in_the_name_of_who_asked_even_after_they_left(crowded: Office) -> None:
    change(crowded, login="transparencia")
    with crowded.work("admin") as work:
        work.session.execute(
            update(User).where(User.id == crowded.user_id("transparencia")).values(active=False)
        )
    assert run_jobs(NOW)["refused"] == 0
    assert count(
        Event.action == "redated", Event.actor_id == crowded.user_id("transparencia")
    ) == count(Event.action == "redated")


def test_a_spoiled_folio_is_set_aside_and_the_others_are_dated(crowded: Office) -> None:
    job_id = change(crowded)
    spoiled = db.session.scalars(select(JobItem.case_id).where(JobItem.position == 5)).one()
    db.session.remove()
    with db.engine.execution_options(caseflow_writes=True).begin() as connection:
        connection.execute(
            update(Deadline).where(Deadline.case_id == spoiled).values(acts=[{"kind": "sleep"}])
        )
    run_jobs(NOW)
    job = db.session.get_one(Job, job_id)
    assert (job.done, job.refused) == (job.total - 1, 1)
    assert job.finished_at == NOW
    db.session.remove()


def test_all_of_a_job_takes_a_few_statements_for_each_chunk(crowded: Office) -> None:
    job_id = change(crowded)
    assert count(JobItem.job_id == job_id, of=JobItem) < CHUNK
    before = count(Event.action == "redated")
    finish_job(job_id, NOW, chunk=CHUNK)
    assert count(Event.action == "redated") > before + AT_ONCE / 2


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_killed_at_any_point_it_ends_as_if_it_never_was(
    request: pytest.FixtureRequest, engine: str, tmp_path: Path
) -> None:
    offices = Offices(request, engine, tmp_path)

    def run(kills: int, seed: int) -> tuple[int, dict[str, list[Any]]]:
        with offices.database() as (url, folder):
            with offices.open(url, folder):
                listed(folder)
            done = subprocess.run(
                [
                    sys.executable, "-m", "tests.commands.killed_redating", url, str(folder),
                    str(kills), str(seed),
                ],
                cwd=ROOT, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            with offices.open(url, folder):
                assert differences(db.session()) == []
                return int(done.stdout), contents(db.session())

    _none, unbroken = run(0, 0)
    killed, broken = run(KILLS, 11)
    assert killed == KILLS
    for table, rows in unbroken.items():
        assert broken[table] == rows, table


def test_a_newer_pack_dates_again_what_its_days_move(office: Office) -> None:
    with office.work("admin") as work:
        work.session.execute(delete(NonWorkingDay).where(NonWorkingDay.day == D(2026, 12, 25)))
        work.record("pack_of_last_year", {})
    case = office.capture().case
    assert case.due_on == D(2027, 1, 20)
    pack = load_pack("iztacalco")
    with begin_work(SYSTEM, NOW) as work:
        redated = load_packs(work, pack, load_law(pack.law))
    assert redated.impact.moved == 1
    assert office.case("ventanilla", case.ref).due_on == D(2027, 1, 21)
    with begin_work(SYSTEM, NOW) as work:
        assert load_packs(work, pack, load_law(pack.law)).impact.moved == 0
