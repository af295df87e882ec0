"""The pages of the reports: who reads which, and every number with its list.

The pages live on the real clock, so the month is one that ended: the last but one.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator

import openpyxl
import pytest
from sqlalchemy import event, func, select

from caseflow.commands.reports import close_month, closing_instant
from caseflow.commands.work import begin_work
from caseflow.domain.instants import local_date
from caseflow.domain.months import Month
from caseflow.domain.people import SYSTEM
from caseflow.extensions import db
from caseflow.models import AccessRecord
from caseflow.queries import reference
from tests.builders import Office
from tests.documents.paper import text_of
from tests.queries.happenings import Happenings, at
from tests.web.browsing import post, signed_in

TODAY = local_date(dt.datetime.now(dt.UTC))
MONTH = Month.of(TODAY).plus(-2)
FILED = MONTH.first
PATH = f"/reportes/vencidos/{MONTH}"


@pytest.fixture
def happenings(sqlite_office: Office) -> Happenings:
    return Happenings(sqlite_office)


@pytest.fixture
def office(happenings: Happenings) -> Office:
    """A month with a folio that two areas count, one of a third, and one answered in time."""
    office = happenings.office
    happenings.request("JUD-BAR", "JUD-AMC", filed=FILED)
    happenings.request("DGSU", filed=FILED)
    answered = happenings.request("JUD-AMC", filed=FILED)
    happenings.answer(answered, FILED + dt.timedelta(days=5))
    return office


def close(office: Office, *codes: str, scope: str = "") -> None:
    with begin_work(SYSTEM) as work:
        now = closing_instant(MONTH, work.reference.calendar)
    for code in codes:
        with begin_work(SYSTEM, now) as work:
            close_month(work, MONTH, office.area(code), scope)


def number_links(page: str) -> list[tuple[str, int]]:
    """Each figure of the page with the address of its list."""
    found = re.findall(r'<a class="cifra[^"]*" href="([^"]+)">(?:<b>)?([\d,]+)(?:</b>)?</a>', page)
    return [
        (href.replace("&amp;", "&").partition("#")[0], int(n.replace(",", ""))) for href, n in found
    ]


def test_every_number_of_the_page_leads_to_a_list_as_long_as_it_says(office: Office) -> None:
    client = signed_in(office, "direccion")
    links = number_links(client.get(PATH).text)
    assert len(links) > 20
    for href, count in links:
        listed = client.get(href).text
        assert listed.count('<th scope="row"><a class="folio"') == count, href


def test_the_page_says_what_counts_and_what_does_not_change(office: Office) -> None:
    client = signed_in(office, "direccion")
    page = client.get(PATH).text
    assert "1 de 3 plazos a tiempo" in page
    assert "la suma de las áreas puede ser mayor" in page
    assert "no es un reporte cerrado" in page
    assert "María" not in page
    close(office, "ALC")
    page = client.get(PATH).text
    assert "sus cifras ya no cambian" in page
    assert "Expedir otra edición" in page


@pytest.mark.parametrize(
    ("login", "area", "status"),
    [
        ("supervision", "DCC", 200),
        ("supervision", "JUD-BAR", 200),
        ("supervision", "ALC", 404),
        ("supervision", "NADA", 404),
        ("transparencia", "SESPPC", 200),
        ("transparencia", "DCC", 404),
        ("contraloria", "DGSU", 200),
        ("titular", "JUD-AMC", 404),
        ("ventanilla", "DCC", 404),
        ("admin", "ALC", 404),
        ("mediacion", "JUD-AMC", 404),
    ],
)
def test_the_report_of_an_area_that_is_not_ones_own_is_not_there(
    office: Office, login: str, area: str, status: int
) -> None:
    client = signed_in(office, login)
    assert client.get(f"{PATH}?area={area}").status_code == status
    for form in ("csv", "xlsx", "pdf", "json"):
        assert client.get(f"{PATH}.{form}?area={area}").status_code == status


def test_a_subtree_shows_its_own_folios_alone(office: Office) -> None:
    page = signed_in(office, "supervision").get(PATH).text
    assert "JUD de Barrios" in page
    assert "Servicios Urbanos</th>" not in page


@pytest.mark.parametrize("closed", [False, True])
def test_the_files_hold_the_same_rows_as_the_page(office: Office, closed: bool) -> None:
    if closed:
        close(office, "ALC")
    client = signed_in(office, "direccion")
    page = client.get(PATH).text
    shown = re.findall(r'<th scope="row"><a class="folio" href="[^"]+">([^<]+)</a>', page)
    answers = {form: client.get(f"{PATH}.{form}") for form in ("csv", "xlsx", "pdf", "json")}
    for form, answer in answers.items():
        assert answer.headers["Content-Disposition"] == (
            f"attachment; filename=RFV-ALC-{MONTH}.{form}"
        )
    told = json.loads(answers["json"].data)
    lines = csv.DictReader(io.StringIO(answers["csv"].data.decode("utf-8-sig")))
    book = openpyxl.load_workbook(io.BytesIO(answers["xlsx"].data))
    sheet = book["Siguen vencidos"].iter_rows(min_row=2, min_col=2, max_col=2, values_only=True)
    assert [row["ref"] for row in told["still_overdue"]] == shown
    assert [row["Referencia"] for row in lines if row["Sección"] == "Siguen vencidos"] == shown
    assert [cell for (cell,) in sheet] == shown
    text = text_of(answers["pdf"].data)
    assert all(row["folio"] in text for row in told["still_overdue"])


def test_a_download_leaves_its_record(office: Office) -> None:
    signed_in(office, "direccion").get(f"{PATH}.csv")
    count = select(func.count()).select_from(AccessRecord).where(AccessRecord.what == "export")
    assert db.session.scalar(count) == 1


def test_what_comes_after_the_closing_is_told_beside_the_closed_report(
    happenings: Happenings, office: Office
) -> None:
    close(office, "ALC")
    client = signed_in(office, "direccion")
    before = client.get(f"{PATH}.csv").data
    assert "Registrado después del cierre" not in client.get(PATH).text
    instant = closing_instant(MONTH, reference.current(db.session()).calendar)
    happenings.request("JUD-BAR", filed=FILED, entered=instant + dt.timedelta(days=2))
    assert "llegaron después: 1 folio" in client.get(PATH).text
    assert client.get(f"{PATH}.csv").data == before


def test_a_supervisor_issues_an_edition_with_its_reason(office: Office) -> None:
    close(office, "DCC")
    client = signed_in(office, "supervision")
    path = f"{PATH}/ediciones?area=DCC"
    refused = post(client, path, {"reason": "corta"})
    assert refused.status_code == 422
    assert "Explique el motivo" in refused.text
    done = post(client, path, {"reason": "Faltó registrar la respuesta de Barrios"})
    assert done.status_code == 303
    page = client.get(f"{PATH}?area=DCC").text
    assert "edición 2" in page
    first = client.get(f"{PATH}?area=DCC&edicion=1").text
    assert "Hay una edición posterior" in first
    assert client.get(f"{PATH}?area=DCC&edicion=3").status_code == 404


@pytest.mark.parametrize(
    ("login", "status"), [("contraloria", 404), ("titular", 404), ("direccion", 409)]
)
def test_an_edition_is_not_everybodys(office: Office, login: str, status: int) -> None:
    answer = post(
        signed_in(office, login), f"{PATH}/ediciones?area=ALC", {"reason": "Un motivo suficiente"}
    )
    assert answer.status_code == status


@pytest.mark.parametrize("month", ["2026-13", "ayer", "2026-1", "0000-01"])
def test_what_is_not_a_month_is_not_there(office: Office, month: str) -> None:
    assert signed_in(office, "direccion").get(f"/reportes/vencidos/{month}").status_code == 404


@pytest.mark.parametrize(
    "query", ["?lista=otra", "?edicion=1", "?area=dcc%27", "?lista=siguen&edad=9&desde=x"]
)
def test_a_strange_address_breaks_nothing(office: Office, query: str) -> None:
    assert signed_in(office, "direccion").get(f"{PATH}{query}").status_code in (200, 404)


def test_the_index_shows_the_months_and_their_standing(office: Office) -> None:
    close(office, "DCC")
    page = signed_in(office, "supervision").get("/reportes").text
    assert "Cerrado" in page
    assert "Preliminar" in page
    assert f"{PATH}?area=DCC" in page
    assert "/reportes/manana?area=JUD-BAR" in page


def test_a_clerk_finds_the_sheet_of_the_morning_and_no_report(office: Office) -> None:
    page = signed_in(office, "personal").get("/reportes").text
    assert "/reportes/manana?area=JUD-AMC" in page
    assert "/reportes/vencidos" not in page


# ── The sheet of the morning ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("login", "area", "status"),
    [
        ("titular", "JUD-AMC", 200),
        ("personal", "JUD-AMC", 200),
        ("supervision", "JUD-BAR", 200),
        ("titular", "JUD-BAR", 404),
        ("ajena", "JUD-AMC", 404),
        ("admin", "ALC", 404),
    ],
)
def test_the_sheet_is_read_by_those_who_work_there(
    office: Office, login: str, area: str, status: int
) -> None:
    assert signed_in(office, login).get(f"/reportes/manana?area={area}").status_code == status


def test_the_sheet_lists_what_is_overdue_without_naming_anybody(office: Office) -> None:
    page = signed_in(office, "titular").get("/reportes/manana").text
    assert "Vencido ·" in page
    assert "Sin asignar" in page
    assert "María" not in page


# ── How it asks ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def statements(sqlite_office: Office) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(conn: object, cursor: object, statement: str, *more: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", [PATH, f"{PATH}.csv", "/reportes", "/reportes/manana?area=ALC"])
def test_no_page_asks_more_often_for_more_folios(
    happenings: Happenings, office: Office, statements: list[str], path: str
) -> None:
    client = signed_in(office, "direccion")
    client.get(path)
    statements.clear()
    client.get(path)
    few = len(statements)
    for _ in range(8):
        happenings.request("JUD-BAR", "JUD-AOS", filed=FILED)
    statements.clear()
    assert client.get(path).status_code == 200
    assert len(statements) == few


def test_an_open_month_shows_figures_up_to_yesterday(happenings: Happenings) -> None:
    client = signed_in(happenings.office, "direccion")
    answer = client.get(f"/reportes/vencidos/{Month.of(TODAY)}")
    if TODAY.day == 1:
        assert answer.status_code == 409
    else:
        assert f"al {TODAY - dt.timedelta(days=1):%d/%m/%Y}" in answer.text
    assert client.get(f"/reportes/vencidos/{Month.of(TODAY).plus(1)}").status_code == 409


def test_a_long_list_comes_in_pages(happenings: Happenings) -> None:
    filed = at(FILED, 9)
    for _ in range(101):
        happenings.request(filed=FILED, entered=filed)
    client = signed_in(happenings.office, "direccion")
    first = client.get(PATH).text
    rows = r'<th scope="row"><a class="folio" href="[^"]+">([^<]+)</a>'
    following = re.search(r'rel="next" href="(/reportes[^"]*lista=[^"]+)"', first)
    assert following is not None
    second = client.get(following[1].replace("&amp;", "&").partition("#")[0]).text
    assert len(re.findall(rows, first)) == 100
    assert len(re.findall(rows, second)) == 1
    assert len({*re.findall(rows, first), *re.findall(rows, second)}) == 101
