"""``flask report``: the month as a file, its recount, and the sheet of the morning."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result

from caseflow.commands.reports import close_month
from caseflow.commands.work import begin_work
from caseflow.domain.months import Month
from caseflow.domain.people import SYSTEM
from caseflow.extensions import db
from caseflow.queries.closed_reports import editions
from caseflow.queries.report_figures import OverdueReport
from caseflow.storage import stored_path
from tests.builders import Office
from tests.documents.paper import text_of
from tests.queries.happenings import CLOSING, FILED, Happenings, at

#: October 2025 is over wherever the clock of the machine stands.
MONTH = Month(2025, 10)
YEAR_BEFORE = MONTH.first


@pytest.fixture
def happenings(sqlite_office: Office) -> Happenings:
    return Happenings(sqlite_office)


@pytest.fixture
def office(happenings: Happenings) -> Office:
    happenings.request("JUD-BAR", "JUD-AMC", filed=YEAR_BEFORE)
    happenings.request("DGSU", filed=YEAR_BEFORE)
    return happenings.office


def run(office: Office, *args: str) -> Result:
    db.session.remove()
    return office.app.test_cli_runner().invoke(args=["report", *args])


def overdue(office: Office, *args: str) -> Result:
    return run(office, "overdue", "--month", "2025-10", *args)


def close(office: Office) -> None:
    closing = CLOSING.replace(year=2025)
    with begin_work(SYSTEM, closing) as work:
        close_month(work, MONTH, office.area("ALC"))


def test_each_format_holds_the_folios_of_the_month(office: Office, tmp_path: Path) -> None:
    read = {}
    for form in ("xlsx", "pdf", "csv", "json"):
        path = tmp_path / f"reporte.{form}"
        done = overdue(office, "--format", form, "--output", str(path))
        assert done.exit_code == 0, done.output
        assert "Vencieron 2" in done.output
        read[form] = path.read_bytes()
    made = OverdueReport.from_json(json.loads(read["json"]))
    assert made.total.became_overdue == 2
    lines = list(csv.DictReader(io.StringIO(read["csv"].decode("utf-8-sig"))))
    became = {row.ref for row in made.became_overdue}
    assert {x["Referencia"] for x in lines if x["Sección"] == "Vencieron en el mes"} == became
    book = openpyxl.load_workbook(io.BytesIO(read["xlsx"]))
    assert book["Vencieron en el mes"].max_row == 3
    assert all(row.folio in text_of(read["pdf"]) for row in made.became_overdue)


def test_the_format_follows_from_the_name_and_the_file_goes_to_standard_output(
    office: Office, tmp_path: Path
) -> None:
    path = tmp_path / "mes.csv"
    assert overdue(office, "--output", str(path)).exit_code == 0
    told = overdue(office, "--format", "csv")
    assert told.stdout_bytes == path.read_bytes()


def test_the_figures_come_as_json_too(office: Office) -> None:
    told = json.loads(overdue(office, "--area", "dcc", "--json").output)
    assert (told["number"], told["closed"]) == ("RFV-DCC-2025-10", False)
    assert told["total"]["became_overdue"] == 1
    assert told["total"]["compliance"] == 0.0


def test_one_kind_of_request_can_be_counted_alone(office: Office) -> None:
    told = json.loads(overdue(office, "--transparency", "--json").output)
    assert told["number"] == "RFV-ALC-IP-2025-10"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("overdue", "--month", "octubre"), "aaaa-mm"),
        (("overdue", "--month", "2025-10", "--area", "NADA"), "NADA"),
        (("overdue", "--month", "2025-10", "--output", "mes.doc"), "--format"),
        (("overdue", "--month", "2025-10", "--edition", "2"), "edición 2"),
        (("overdue", "--month", "2025-10", "--recount"), "no está cerrado"),
        (("overdue", "--month", "2999-10"), "todavía no"),
        (
            ("overdue", "--month", "2025-10", "--format", "csv", "--output", "/no/esta/mes.csv"),
            "No se pudo escribir",
        ),
        (("morning", "--area", "JUD-AMC", "--on", "mañana"), "mañana"),
        (("morning", "--area", "NADA"), "NADA"),
    ],
)
def test_a_refusal_is_one_sentence_and_exit_code_2(
    office: Office, args: tuple[str, ...], words: str
) -> None:
    done = run(office, *args)
    assert done.exit_code == 2
    assert words in done.output


def test_a_closed_month_comes_out_as_it_was_handed_in(
    happenings: Happenings, office: Office, tmp_path: Path
) -> None:
    close(office)
    before, after = tmp_path / "antes.xlsx", tmp_path / "después.xlsx"
    overdue(office, "--output", str(before))
    happenings.request("JUD-BAR", filed=YEAR_BEFORE, entered=at(dt.date(2025, 11, 10)))
    done = overdue(office, "--output", str(after))
    assert "cerrado" in done.output
    assert before.read_bytes() == after.read_bytes()


def test_a_recount_says_that_nothing_changed_or_what_did(
    happenings: Happenings, office: Office
) -> None:
    close(office)
    assert "igual al reporte cerrado" in overdue(office, "--recount").output
    late = happenings.request("JUD-BAR", filed=YEAR_BEFORE, entered=at(dt.date(2025, 11, 10)))
    told = json.loads(overdue(office, "--recount", "--json").output)
    assert not told["equal"]
    assert [(d["ref"], d["before"]) for d in told["differences"]] == [(late, "no figuraba")]
    assert told["closed"]["due"] + 1 == told["recount"]["due"]
    assert all(told["files"].values())
    assert f"{late}: Resultado" in overdue(office, "--recount").output


def test_a_lost_file_does_not_spoil_a_recount(office: Office) -> None:
    close(office)
    (closing,) = editions(db.session(), MONTH, office.area("ALC"), "")
    settings = office.app.config["CASEFLOW"]
    stored_path(settings.storage_dir, str(closing.files["pdf"]["sha256"])).unlink()
    # with the rows at hand the paper is written again, the same to the byte
    assert overdue(office, "--recount").exit_code == 0


def test_the_sheet_of_the_morning_in_words_and_as_json(happenings: Happenings) -> None:
    office = happenings.office
    ref = happenings.request("JUD-AMC", filed=FILED)
    told = json.loads(
        run(office, "morning", "--area", "JUD-AMC", "--on", "2026-10-14", "--json").output
    )
    assert [row["ref"] for row in told["due_today"]] == [ref]
    words = run(office, "morning", "--area", "JUD-AMC", "--on", "2026-10-15").output
    assert "Vencidos: 1" in words
    assert "Vencido · 1 d háb." in words
