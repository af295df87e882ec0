"""The calendar on screen: read by everybody, edited with a preview by who keeps it."""

from __future__ import annotations

import datetime as dt
import html
import io
import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from caseflow.commands import redating
from caseflow.commands.jobs import run_jobs
from caseflow.commands.work import begin_work
from caseflow.domain.instants import local_date
from caseflow.domain.people import SYSTEM
from caseflow.extensions import db
from caseflow.queries import reference
from tests.builders import NOW, Office
from tests.queries.scenes import counted
from tests.web.browsing import post, signed_in, token

DAY = {
    "day": "2026-12-24",
    "reason": "Cierre de fin de año",
    "source": "GOCDMX 1850, p. 12",
    "mark": "T",
    "list_year": "2026",
}
D = dt.date
FORMS = ("dia", "laborable", "suspension", "lista")


@pytest.fixture
def admin(sqlite_office: Office) -> FlaskClient:
    return signed_in(sqlite_office, "admin")


def this_year() -> int:
    with begin_work(SYSTEM) as work:
        return local_date(work.now).year


def edits_in(page: str) -> str:
    found = re.search(r'name="edits" value="([^"]+)"', page)
    assert found is not None
    return html.unescape(found[1])


def applied(client: FlaskClient, preview: TestResponse) -> TestResponse:
    assert preview.status_code == 200, preview.text
    return post(client, "/calendario/aplicar", {"edits": edits_in(preview.text)})


def count(page: str, words: str) -> int:
    found = re.search(rf'{words}</th>\s*<td[^>]*>\s*(?:<span class="\w+">)?(\d+)', page)
    assert found is not None, words
    return int(found[1])


@pytest.mark.parametrize("login", ["personal", "titular", "contraloria", "mediacion", "admin"])
def test_everybody_who_works_here_reads_the_year(sqlite_office: Office, login: str) -> None:
    page = signed_in(sqlite_office, login).get("/calendario?ano=2026")
    assert page.status_code == 200
    assert "Día de la Revolución" in page.text
    assert "LFT art. 74, fracc. VI" in page.text
    assert "Por confirmar" in page.text
    assert ("Cargar lista" in page.text) == (login == "admin")


@pytest.mark.parametrize("login", ["personal", "supervision", "contraloria"])
def test_the_forms_are_not_there_for_who_only_reads(sqlite_office: Office, login: str) -> None:
    client = signed_in(sqlite_office, login)
    assert {client.get(f"/calendario/{form}").status_code for form in FORMS} == {404}
    assert post(client, "/calendario/aplicar", {"edits": "{}"}).status_code == 404


@pytest.mark.parametrize("form", FORMS)
def test_the_forms_open_for_who_keeps_the_calendar(sqlite_office: Office, form: str) -> None:
    for login in ("admin", "transparencia"):
        assert signed_in(sqlite_office, login).get(f"/calendario/{form}").status_code == 200


def test_a_year_in_use_without_its_list_is_a_warning(
    sqlite_office: Office, admin: FlaskClient
) -> None:
    year = this_year()
    page = admin.get("/calendario").text
    assert re.search(rf"Falta cargar la lista de [\d, ]*{year}", page)


def test_strange_years_show_this_one(admin: FlaskClient) -> None:
    for asked in ("3000", "abc", "-1"):
        page = admin.get(f"/calendario?ano={asked}")
        assert f"Días inhábiles de {this_year()}" in page.text


def test_a_day_is_previewed_then_applied(sqlite_office: Office, admin: FlaskClient) -> None:
    office = sqlite_office
    case = office.capture().case
    preview = post(admin, "/calendario/dia", DAY)
    assert "se agrega" in preview.text
    assert count(preview.text, "Abiertos que cambian de fecha") == 1
    assert "Dir. Concertación" in preview.text or "Concertación Ciudadana" in preview.text
    assert case.ref not in preview.text
    assert office.case("ventanilla", case.ref).due_on == case.due_on
    answer = applied(admin, preview)
    assert (answer.status_code, answer.location) == (303, "/calendario?ano=2026")
    page = admin.get(answer.location).text
    assert "1 folio cambia de fecha" in page
    assert "GOCDMX 1850, p. 12" in page
    assert office.case("ventanilla", case.ref).due_on != case.due_on


def test_transparency_sees_its_own_folios_in_the_preview(sqlite_office: Office) -> None:
    office = sqlite_office
    service, asked = office.capture().case, office.request().case
    preview = post(
        signed_in(office, "transparencia"), "/calendario/dia", {**DAY, "day": "2026-11-30"}
    )
    assert asked.ref in preview.text
    assert service.ref not in preview.text
    assert count(preview.text, "Abiertos que cambian de fecha") == 2


def test_a_stretch_leaves_the_weekends_out(admin: FlaskClient) -> None:
    preview = post(admin, "/calendario/dia", {**DAY, "day": "2026-12-24", "last": "2026-12-29"})
    assert preview.text.count("se agrega") == 4
    assert "26/12/2026" not in preview.text


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"source": ""}, "source", "Escriba la fuente"),
        ({"day": "2026-02-31"}, "day", ""),
        ({"last": "2026-12-01"}, "last", "anterior al primero"),
        ({"list_year": "2020"}, "list_year", "no cabe en la lista"),
        ({"day": "2026-12-26"}, "day", "ya son inhábiles"),
    ],
)
def test_a_refused_day_says_why_beside_its_field(
    admin: FlaskClient, values: dict[str, str], field: str, words: str
) -> None:
    answer = post(admin, "/calendario/dia", {**DAY, **values})
    assert answer.status_code == 422
    assert re.search(rf'id="{field}-e">.*?{words}', answer.text, re.S)
    assert "Not a valid" not in answer.text


def test_a_common_day_is_worked_and_kept_again(admin: FlaskClient) -> None:
    data = {**DAY, "day": "2026-12-25", "reason": "Guardia"}
    assert applied(admin, post(admin, "/calendario/laborable", data)).status_code == 303
    page = admin.get("/calendario?ano=2026").text
    assert "Volver a inhábil" in page
    back = post(admin, "/calendario/quitar", {"que": "laborable", "valor": "2026-12-25"})
    assert applied(admin, back).status_code == 303
    assert "Volver a inhábil" not in admin.get("/calendario?ano=2026").text


def test_a_day_that_is_not_common_is_not_switched_off(admin: FlaskClient) -> None:
    answer = post(admin, "/calendario/laborable", {**DAY, "day": "2026-12-23"})
    assert answer.status_code == 422
    assert "no es un día inhábil común" in answer.text


def test_a_suspension_is_declared_and_lifted(sqlite_office: Office, admin: FlaskClient) -> None:
    asked = sqlite_office.request().case
    data = {
        "matter": "information",
        "first": "2026-11-25",
        "last": "2026-11-26",
        "reason": "Fallas de la plataforma",
        "source": "Acuerdo 12/2026",
        "mark": "T",
    }
    assert applied(admin, post(admin, "/calendario/suspension", data)).status_code == 303
    moved = sqlite_office.case("transparencia", asked.ref)
    assert moved.due_on != asked.due_on
    page = admin.get("/calendario?ano=2026").text
    number = re.search(r'name="que" value="suspension"><input[^>]*value="(\d+)"', page)
    assert number is not None
    lifted = post(admin, "/calendario/quitar", {"que": "suspension", "valor": number[1]})
    assert "se levanta la suspensión" in lifted.text
    assert applied(admin, lifted).status_code == 303
    assert sqlite_office.case("transparencia", asked.ref).due_on == asked.due_on


def load(client: FlaskClient, content: str, **values: str) -> TestResponse:
    data = {
        "csrf_token": token(client),
        "file": (io.BytesIO(content.encode("cp1252")), "lista.csv"),
        "mark": "T",
        **values,
    }
    return client.post("/calendario/lista", data=data, content_type="multipart/form-data")


def test_a_list_is_loaded_from_a_file_and_twice_is_once(admin: FlaskClient) -> None:
    content = "Fecha;Motivo;Fuente\n24/12/2026;Cierre de año;GOCDMX 1\n05/01/2027;Cierre de año;\n"
    preview = load(admin, content, source="GOCDMX 2")
    assert preview.text.count("se agrega") == 2
    assert applied(admin, preview).status_code == 303
    assert "Lista de 2026" in admin.get("/calendario?ano=2027").text
    assert "no hay nada que cambiar" in load(admin, content, source="GOCDMX 2").text
    listed = reference.current(db.session()).calendar.listed_years
    assert listed == {2026}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("Fecha,Motivo\n31/02/2026,Nada\n", "Renglón 2: La fecha no existe"),
        ("Fecha,Motivo\n24/12/2026,Cierre\n", "escriba la fuente"),
        ("Cuándo,Por qué\n24/12/2026,Cierre\n", "le faltan las columnas: Fecha"),
        ("Fecha,Motivo,Fuente\n", "no trae ningún día"),
        ("", "no trae ningún día"),
    ],
)
def test_a_list_that_cannot_be_is_refused_with_the_line(
    admin: FlaskClient, content: str, words: str
) -> None:
    answer = load(admin, content)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_form_without_a_file_asks_for_it(admin: FlaskClient) -> None:
    answer = post(admin, "/calendario/lista", {"mark": "T"})
    assert answer.status_code == 422
    assert "Elija el archivo" in answer.text


@pytest.mark.parametrize("edits", ["", "{}", "[]", '{"days": [{"day": "x"}]}', "null", '"a"'])
def test_edits_that_were_tampered_with_are_refused(admin: FlaskClient, edits: str) -> None:
    answer = post(admin, "/calendario/aplicar", {"edits": edits})
    assert answer.status_code == 422


@pytest.mark.parametrize("value", ["", "mañana", "2026-13-01", "9999999"])
def test_taking_off_what_is_not_there_is_refused(admin: FlaskClient, value: str) -> None:
    for what in ("lista", "suspension", "laborable"):
        answer = post(admin, "/calendario/quitar", {"que": what, "valor": value})
        assert answer.status_code == 422


def test_the_year_takes_as_many_statements_with_many_days_as_with_few(admin: FlaskClient) -> None:
    seen = []
    for last in ("2026-07-01", "2026-07-31"):
        preview = post(admin, "/calendario/dia", {**DAY, "day": "2026-07-01", "last": last})
        assert applied(admin, preview).status_code == 303
        admin.get("/calendario?ano=2026")
        with counted() as statements:
            admin.get("/calendario?ano=2026")
        seen.append(len(statements))
    assert seen[0] == seen[1]


# ── Many folios ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every change that moves anything be a job."""
    monkeypatch.setattr(redating, "AT_ONCE", 0)


def test_a_change_of_many_folios_shows_how_far_it_is(
    sqlite_office: Office, admin: FlaskClient, few_at_once: None
) -> None:
    office = sqlite_office
    refs = [office.capture().case.ref for _ in range(3)]
    preview = post(admin, "/calendario/dia", DAY)
    assert count(preview.text, "Abiertos que cambian de fecha") == 3
    answer = applied(admin, preview)
    assert answer.status_code == 303
    assert re.fullmatch(r"/calendario/cambios/\d+", answer.location)
    page = admin.get(answer.location).text
    assert "Cambió el calendario de días inhábiles" in page
    assert "0 de 3 folios revisados" in page
    assert f'data-poll="{answer.location}"' in page
    fragment = admin.get(answer.location, headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    run_jobs(NOW)
    fragment = admin.get(answer.location, headers={"HX-Request": "true"}).text
    assert f'data-then="{answer.location}"' in fragment
    page = admin.get(answer.location).text
    assert "data-poll" not in page
    assert count(page, "Abiertos que cambian de fecha") == 3
    assert office.case("ventanilla", refs[0]).due_on == D(2027, 1, 22)


def test_dates_that_still_wait_are_marked_until_they_are_counted(
    sqlite_office: Office, admin: FlaskClient, few_at_once: None
) -> None:
    office = sqlite_office
    ref = office.route("supervision", office.capture().case.ref, "JUD-AMC").ref
    applied(admin, post(admin, "/calendario/dia", DAY))
    head = signed_in(office, "titular")
    marks = {"/bandeja": "por recontar</span>", f"/casos/{ref}": "se está volviendo a contar",
             f"/casos/{ref}/plazo": "se está volviendo a contar"}  # fmt: skip
    for address, mark in marks.items():
        page = head.get(address).text
        assert mark in page, address
        assert "Se están volviendo a contar los plazos." in page, address
    run_jobs(NOW)
    for address, mark in marks.items():
        page = head.get(address).text
        assert mark not in page, address
        assert "Se están volviendo a contar los plazos." not in page, address


def test_a_second_change_meanwhile_is_refused_with_a_sentence(
    sqlite_office: Office, admin: FlaskClient, few_at_once: None
) -> None:
    sqlite_office.capture()
    first = post(admin, "/calendario/dia", DAY)
    second = post(admin, "/calendario/dia", {**DAY, "day": "2026-12-28"})
    applied(admin, first)
    refused = applied(admin, second)
    assert refused.status_code == 409
    assert "espere a que termine" in refused.text


def test_marks_cost_no_statement_while_nothing_is_under_way(sqlite_office: Office) -> None:
    office = sqlite_office
    office.route("supervision", office.capture().case.ref, "JUD-AMC")
    head = signed_in(office, "titular")
    head.get("/bandeja")
    with counted() as statements:
        head.get("/bandeja")
    assert not [s for s in statements if "job_item" in s]
