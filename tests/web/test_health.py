"""``/salud``: 200 while all is well, 503 and why when not, and nothing that helps a stranger."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from caseflow.commands import runs
from caseflow.commands.sealing import seal
from caseflow.commands.work import begin_work
from caseflow.domain.people import SYSTEM
from caseflow.extensions import db
from caseflow.models import SpoiledItem
from caseflow.scheduler import JOBS
from tests.builders import NOW, Office, make_app
from tests.web.browsing import post, signed_in

HTML = {"Accept": "text/html"}
MINUTE = dt.timedelta(minutes=1)


def run_all(now: dt.datetime, state: str = runs.DONE, problem: str | None = None) -> None:
    """Every job ran just then."""
    for job in JOBS:
        run_id = runs.claim(job.name, now.isoformat(), now, 1)
        assert run_id is not None
        runs.finish(run_id, state, now, {"n": 1}, problem)


def test_all_is_well_while_the_jobs_run(office: Office) -> None:
    office.capture()
    seal(NOW)
    run_all(NOW)
    with time_machine.travel(NOW + MINUTE, tick=False):
        answer = office.app.test_client().get("/salud")
    assert answer.status_code == 200
    assert answer.json["status"] == "ok"
    assert answer.json["jobs"]["tick"] == {"last_run": "2026-11-24T16:00:00+00:00", "late": False}


def test_a_job_that_stopped_is_named(office: Office) -> None:
    run_all(NOW)
    seal(NOW)
    with time_machine.travel(NOW + 6 * MINUTE, tick=False):
        answer = office.app.test_client().get("/salud")
    assert answer.status_code == 503
    assert "job:seal" in answer.json["faults"]
    assert "job:tick" not in answer.json["faults"]


def test_a_job_that_never_ran_is_late_once_the_installation_is_old_enough(office: Office) -> None:
    seal(NOW)
    with time_machine.travel(NOW + 25 * MINUTE, tick=False):
        assert "job:tick" in office.app.test_client().get("/salud").json["faults"]


def test_a_month_without_its_report_is_a_fault_after_a_day(office: Office) -> None:
    office.capture()
    closing = dt.datetime(2026, 12, 1, 13, tzinfo=dt.UTC)
    for hours, late in ((23, False), (25, True)):
        with time_machine.travel(closing + dt.timedelta(hours=hours), tick=False):
            jobs = office.app.test_client().get("/salud").json["jobs"]
        assert jobs["report"]["late"] is late


def test_events_without_a_seal_are_a_fault_after_five_minutes(office: Office) -> None:
    seal(NOW)
    office.capture()
    for minutes, faulty in ((4, False), (6, True)):
        run_all(NOW + minutes * MINUTE)
        with time_machine.travel(NOW + minutes * MINUTE, tick=False):
            faults = office.app.test_client().get("/salud").json["faults"]
        assert ("seals" in faults) is faulty


def test_an_unknown_schema_is_a_fault(office: Office) -> None:
    with db.engine.execution_options(caseflow_writes=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'x'"))
    answer = office.app.test_client().get("/salud")
    assert (answer.status_code, answer.json["faults"]) == (503, ["schema"])
    assert "falta migrar" in office.app.test_client().get("/salud", headers=HTML).text


@pytest.mark.parametrize("headers", [{}, HTML])
def test_a_database_that_does_not_answer_is_said_and_not_a_crash(
    sqlite_app: Flask, tmp_path: object, headers: dict[str, str]
) -> None:
    app = make_app("sqlite:////nowhere/at/all.sqlite3", sqlite_app.config["CASEFLOW"].instance_dir)
    answer = app.test_client().get("/salud", headers=headers)
    assert answer.status_code == 503
    assert "database" in answer.text or "no responde" in answer.text


def test_next_years_list_of_days_is_asked_for_from_november(sqlite_office: Office) -> None:
    for day, years in ((dt.date(2026, 10, 31), [2026]), (dt.date(2026, 11, 1), [2026, 2027])):
        with time_machine.travel(dt.datetime.combine(day, dt.time(18), dt.UTC), tick=False):
            told = sqlite_office.app.test_client().get("/salud").json["warnings"]
        assert told == [f"calendar:{year}" for year in years]


def test_a_stranger_learns_neither_versions_nor_problems(office: Office) -> None:
    run_all(NOW, runs.FAILED, "secret words")
    for headers in ({}, HTML):
        said = office.app.test_client().get("/salud", headers=headers).text
        assert "secret words" not in said
        assert "PostgreSQL" not in said
        assert "SQLite" not in said


def test_whoever_administers_sees_what_went_wrong(office: Office) -> None:
    run_all(NOW, runs.FAILED, "El servidor no responde")
    client = signed_in(office, "admin")
    told = client.get("/salud").json
    assert told["jobs"]["tick"]["problem"] == "El servidor no responde"
    assert told["schema"]
    page = client.get("/salud", headers=HTML)
    assert "El servidor no responde" in page.text
    assert told["database"] in page.text


def test_others_who_are_signed_in_see_the_public_part(office: Office) -> None:
    run_all(NOW, runs.FAILED, "secret words")
    client = signed_in(office, "titular")
    assert "database" not in client.get("/salud").json
    assert "secret words" not in client.get("/salud", headers=HTML).text


def test_mail_that_could_not_be_sent_is_counted(office: Office) -> None:
    with begin_work(SYSTEM, NOW) as work:
        work.session.execute(
            text(
                "INSERT INTO mail (message_id, recipient, subject, body, state, attempts, "
                "next_try_at) VALUES ('<1@x>', 'a@b.mx', 's', 'b', 'failed', 14, :at)"
            ),
            {"at": NOW},
        )
    assert signed_in(office, "admin").get("/salud").json["mail"] == {"failed": 1}


def spoil(office: Office) -> str:
    """A case that the clock failed at until it was set aside; its folio."""
    ref = office.capture().case.ref
    with begin_work(SYSTEM, NOW) as work:
        work.session.add(
            SpoiledItem(
                job="tick", item_id=work.case(ref).id, tries=5, first_at=NOW, last_at=NOW,
                next_try_at=NOW, set_aside_at=NOW, problem="ValueError",
            )
        )  # fmt: skip
    return ref


def test_what_was_set_aside_is_a_warning_for_everybody_and_a_list_for_whoever_mends_it(
    office: Office,
) -> None:
    run_all(NOW)
    ref = spoil(office)
    seal(NOW)
    with time_machine.travel(NOW + MINUTE, tick=False):
        anybody = office.app.test_client()
        told = anybody.get("/salud")
        assert (told.status_code, told.json["set_aside"]) == (200, {"tick": 1})
        assert "set_aside:tick" in told.json["warnings"]
        page = anybody.get("/salud", headers=HTML).text
        assert "Pendientes apartados" in page
        assert ref not in page
        for login in ("admin", "supervision"):
            page = signed_in(office, login).get("/salud", headers=HTML).text
            assert ref in page
            assert "Reintentar" in page
        page = signed_in(office, "titular").get("/salud", headers=HTML).text
        assert ref not in page
        assert "Reintentar" not in page


def test_having_it_tried_again_takes_it_off_the_list(office: Office) -> None:
    spoil(office)
    client = signed_in(office, "supervision")
    answer = post(client, "/salud/reintentar", {})
    assert (answer.status_code, answer.location) == (303, "/salud")
    assert "Se reintentará 1 pendiente" in client.get("/salud", headers=HTML).text
    assert office.app.test_client().get("/salud").json["set_aside"] == {}
    assert post(client, "/salud/reintentar", {}).status_code == 303
    assert "No había nada" in client.get("/salud", headers=HTML).text
    assert post(signed_in(office, "titular"), "/salud/reintentar", {}).status_code == 404
