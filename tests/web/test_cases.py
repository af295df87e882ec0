"""The page of a case over HTTP: who sees it, what it shows, what it leaves behind."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from caseflow.extensions import db
from caseflow.models import AccessRecord
from tests.builders import Office
from tests.queries.test_case_page import counted
from tests.web.browsing import post, signed_in

#: Every address that names a case, and how it is asked for.
PLACES = (
    ("GET", "/casos/{ref}"),
    ("GET", "/casos/{ref}/vista"),
    ("GET", "/casos/{ref}/plazo"),
    ("GET", "/casos/{ref}/plazo.pdf"),
    ("GET", "/casos/{ref}/plazo.csv"),
    ("GET", "/casos/{ref}/volante.pdf"),
    ("GET", "/casos/{ref}/archivos/1"),
    ("GET", "/casos/{ref}/acciones/note"),
    ("GET", "/casos/{ref}/turnos/1/acciones/accept"),
    ("POST", "/casos/{ref}/solicitante"),
    ("POST", "/casos/{ref}/acciones/note"),
    ("POST", "/casos/{ref}/acciones/note/efecto"),
    ("POST", "/casos/{ref}/turnos/1/acciones/accept"),
    ("POST", "/casos/{ref}/turnos/1/acciones/accept/efecto"),
)


def reads(what: str) -> int:
    found = db.session.scalar(
        select(func.count()).select_from(AccessRecord).where(AccessRecord.what == what)
    )
    db.session.remove()
    return found or 0


@pytest.mark.parametrize("login", ["ajena", "mediacion", "admin"])
@pytest.mark.parametrize(("method", "place"), PLACES)
def test_to_a_stranger_no_address_of_the_case_exists(
    sqlite_office: Office, method: str, place: str, login: str
) -> None:
    ref = sqlite_office.capture().case.ref
    sqlite_office.route("supervision", ref, "JUD-AMC")
    client = signed_in(sqlite_office, login)
    path = place.format(ref=ref)
    answer = post(client, path, {"text": "x"}) if method == "POST" else client.get(path)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "login", ["supervision", "titular", "personal", "ventanilla", "contraloria"]
)
def test_those_who_work_on_it_and_those_who_control_it_read_the_page(
    office: Office, login: str
) -> None:
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC")
    answer = signed_in(office, login).get(f"/casos/{ref}")
    assert answer.status_code == 200
    assert "Luminarias apagadas en tres postes" in answer.text


def test_every_reading_of_the_page_leaves_one_record(office: Office) -> None:
    ref = office.capture().case.ref
    client = signed_in(office, "supervision")
    client.get(f"/casos/{ref}")
    client.get(f"/casos/{ref}/vista")
    assert reads("case") == 2


def test_who_asks_is_not_in_the_page_until_it_is_asked_for_and_then_recorded(
    office: Office,
) -> None:
    ref = office.capture().case.ref
    client = signed_in(office, "supervision")
    page = client.get(f"/casos/{ref}").text
    assert "María Hernández" not in page
    assert "5512341834" not in page
    shown = post(client, f"/casos/{ref}/solicitante", {})
    assert "María Hernández" in shown.text
    assert reads("petitioner") == 1
    partial = post(client, f"/casos/{ref}/solicitante", {}, headers={"HX-Request": "true"}).text
    assert partial.lstrip().startswith("<section")
    assert "5512341834" in partial


def test_the_areas_of_an_information_request_may_not_ask_who_it_is(sqlite_office: Office) -> None:
    office = sqlite_office
    ref = office.request(petitioner={"name": "Diana Vázquez"}).case.ref
    office.route("transparencia", ref, "JUD-AMC")
    client = signed_in(office, "titular")
    assert "Mostrar datos" not in client.get(f"/casos/{ref}").text
    answer = post(client, f"/casos/{ref}/solicitante", {})
    assert answer.status_code == 403
    assert "Diana" not in answer.text


def test_the_auditor_sees_who_asks_masked_and_has_no_button(sqlite_office: Office) -> None:
    office = sqlite_office
    ref = office.capture().case.ref
    client = signed_in(office, "contraloria")
    page = client.get(f"/casos/{ref}").text
    assert "María" not in page
    assert "Mostrar datos" not in page
    assert "/acciones/" not in page
    assert post(client, f"/casos/{ref}/solicitante", {}).status_code == 404


def test_another_areas_reply_is_absent_from_the_page(sqlite_office: Office) -> None:
    office = sqlite_office
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC", "DGSU")
    office.turn("titular2", ref, 2, "accept")
    office.turn("titular2", ref, 2, "reply", text="Cuadrilla el jueves")
    assert "Cuadrilla el jueves" in signed_in(office, "supervision").get(f"/casos/{ref}").text
    assert "Cuadrilla el jueves" in signed_in(office, "titular2").get(f"/casos/{ref}").text
    assert "Cuadrilla el jueves" not in signed_in(office, "titular").get(f"/casos/{ref}").text


def test_buttons_that_wait_say_for_whom(sqlite_office: Office) -> None:
    office = sqlite_office
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC")
    page = signed_in(office, "supervision").get(f"/casos/{ref}").text
    assert (
        "Se habilita cuando contesten JUD de Atención y Mediación Comunitaria, "
        "o se dejen sin efecto sus turnos." in page
    )


def test_the_button_of_an_extension_says_until_when(sqlite_office: Office) -> None:
    office = sqlite_office
    ref = office.request().case.ref
    office.route("transparencia", ref, "JUD-AMC")
    due = office.case("transparencia", ref).due_on
    page = signed_in(office, "transparencia").get(f"/casos/{ref}").text
    assert f"Ampliar plazo · hasta el {due:%d/%m/%Y}" in page


def test_what_a_person_types_leads_to_the_case(office: Office) -> None:
    ref = office.capture().case.ref
    client = signed_in(office, "supervision")
    for typed in (ref.lower(), ref.replace("-", " "), ref.removeprefix("CESAC-")):
        answer = client.get(f"/casos/{typed}")
        assert (answer.status_code, answer.location) == (302, f"/casos/{ref}")
    assert client.get("/casos/CESAC-2026-999999").status_code == 404
    assert client.get("/casos/¿?").status_code == 404


def test_what_fits_several_cases_lists_them(office: Office) -> None:
    refs = [office.capture(external_folio="OF-12").case.ref for _ in range(2)]
    office.capture()
    page = signed_in(office, "supervision").get("/casos/OF-12")
    assert page.status_code == 200
    assert all(ref in page.text for ref in refs)


def test_the_page_over_http_takes_few_statements_however_much_hangs_from_the_case(
    office: Office,
) -> None:
    small, large = office.capture().case.ref, office.capture().case.ref
    office.route("supervision", large, "JUD-AMC", "JUD-BAR", "DGSU")
    for n in range(6):
        office.act("supervision", large, "note", text=f"Nota {n}")
    client = signed_in(office, "supervision")
    client.get(f"/casos/{small}")
    made = [statements_of(client, ref) for ref in (small, large)]
    assert made[0] == made[1]
    assert made[0] <= 14


def statements_of(client: FlaskClient, ref: str) -> int:
    with counted() as statements:
        assert client.get(f"/casos/{ref}").status_code == 200
    return len(statements)


def test_the_deadline_page_counts_every_day_and_names_its_rules(office: Office) -> None:
    ref = office.request().case.ref
    page = signed_in(office, "transparencia").get(f"/casos/{ref}/plazo").text
    case = office.case("transparencia", ref)
    assert "Vence el " in page
    assert f"{case.due_on:%d/%m/%Y}" in page
    assert "9 días hábiles" in page
    assert "LTAIPRC-CDMX" in page
    assert page.count('class="k"') >= 9


def test_a_deadline_that_the_case_has_not_is_not_found(sqlite_office: Office) -> None:
    ref = sqlite_office.capture().case.ref
    client = signed_in(sqlite_office, "supervision")
    assert client.get(f"/casos/{ref}/plazo?n=2").status_code == 200
    assert client.get(f"/casos/{ref}/plazo?n=9").status_code == 404


def test_the_preview_offers_what_can_be_done_on_the_turn(sqlite_office: Office) -> None:
    office = sqlite_office
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC")
    pane = signed_in(office, "titular").get(f"/casos/{ref}/vista").text
    assert 'data-key="c"' in pane
    assert "María" not in pane
    assert pane.lstrip().startswith('<div class="det-h">')


def test_a_note_is_written_for_ones_own_area_from_the_page(sqlite_office: Office) -> None:
    ref = sqlite_office.capture().case.ref
    sqlite_office.route("supervision", ref, "JUD-AMC", "JUD-BAR")
    head = signed_in(sqlite_office, "titular")
    own = sqlite_office.area("JUD-AMC")
    page = head.get(f"/casos/{ref}").text
    assert f'<option value="{own}">Sólo mi área: JUD de Atención' in page
    assert f'<option value="{sqlite_office.area("JUD-BAR")}">' not in page
    path = f"/casos/{ref}/acciones/note"
    sent = post(head, path, {"text": "Falta el oficio", "only_area": str(own)})
    assert sent.status_code == 303
    page = head.get(f"/casos/{ref}").text
    assert "Falta el oficio" in page
    assert "sólo JUD de Atención y Mediación Comunitaria" in page
    other = signed_in(sqlite_office, "personal2").get(f"/casos/{ref}").text
    assert "Falta el oficio" not in other
    assert "Nota interna" not in other
