"""The pages of administration: who opens them, what they refuse, and what they leave behind."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from caseflow.commands.people import add_user
from caseflow.commands.roles import assign_role
from caseflow.domain.vocabulary import Role
from caseflow.extensions import db
from caseflow.models import Area, Assignment, LegalTerm, RoutingRule, User
from caseflow.queries.administration import PAGE
from tests.builders import TODAY, Office
from tests.queries.scenes import counted
from tests.web.browsing import post, sign_in, signed_in

PAGES = (
    "/administracion/areas",
    "/administracion/areas?todas=1",
    "/administracion/areas/nueva",
    "/administracion/areas/8",
    "/administracion/areas/8/terminar",
    "/administracion/personas",
    "/administracion/personas?q=nadie+se+llama",
    "/administracion/personas/nueva",
    "/administracion/personas/1",
    "/administracion/personas/1/funciones/1",
    "/administracion/reglas",
    "/administracion/reglas?todas=1",
    "/administracion/reglas?probar=1&source=SUAC&kind=service&subject=ALUMBRADO",
    "/administracion/reglas/nueva",
    "/administracion/reglas/1",
    "/administracion/plazos",
    "/administracion/plazos?todos=1",
    "/administracion/plazos/nuevo",
    "/administracion/plazos/nuevo?como=1",
    "/administracion/plazos/1",
    "/administracion/plazos/1/terminar",
    "/administracion/oficina",
    "/administracion/oficina/series/CESAC",
)


@pytest.fixture
def admin(sqlite_office: Office) -> FlaskClient:
    return signed_in(sqlite_office, "admin")


def one(statement: Any) -> Any:
    found = db.session.scalars(statement).one()
    db.session.remove()
    return found


@pytest.mark.parametrize("path", PAGES)
def test_administration_opens_every_page(admin: FlaskClient, path: str) -> None:
    page = admin.get(path)
    assert page.status_code == 200
    assert "<h1>" in page.text


@pytest.mark.parametrize("login", ["supervision", "transparencia", "contraloria"])
def test_the_pages_are_not_there_for_others(sqlite_office: Office, login: str) -> None:
    client = signed_in(sqlite_office, login)
    assert {client.get(path).status_code for path in PAGES} == {404}
    assert post(client, "/administracion/personas/1/contrasena", {}).status_code == 404
    assert post(client, "/administracion/reglas/1/mover", {"hacia": "arriba"}).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/administracion/areas/999",
        "/administracion/areas/999/terminar",
        "/administracion/personas/999",
        "/administracion/personas/1/funciones/999",
        "/administracion/reglas/999",
        "/administracion/plazos/999",
        "/administracion/oficina/series/NADA",
    ],
)
def test_what_is_not_there_is_not_found(admin: FlaskClient, path: str) -> None:
    assert admin.get(path).status_code == 404


# ── Areas ────────────────────────────────────────────────────────────────────────────────────────


def area_data(office: Office, **values: str) -> dict[str, str]:
    return {
        "code": "JUD-VV",
        "name": "JUD de Vinculación Vecinal",
        "short_name": "JUD Vinculación",
        "parent": str(office.area("DCC")),
        "aliases": "Vinculación\n\nVinculación vecinal",
        "mark": "T",
        "valid_from": "2026-11-24",
        **values,
    }


def test_a_new_area_is_saved_and_shown(sqlite_office: Office, admin: FlaskClient) -> None:
    answer = post(admin, "/administracion/areas/nueva", area_data(sqlite_office))
    assert (answer.status_code, answer.location) == (303, "/administracion/areas")
    page = admin.get("/administracion/areas").text
    assert "JUD de Vinculación Vecinal" in page
    assert "Se agregó el área." in page
    area = one(select(Area).where(Area.code == "JUD-VV"))
    assert area.aliases == ["Vinculación", "Vinculación vecinal"]


def test_a_refused_area_says_why_beside_the_field(
    sqlite_office: Office, admin: FlaskClient
) -> None:
    answer = post(admin, "/administracion/areas/nueva", area_data(sqlite_office, code="JUD-BAR"))
    assert answer.status_code == 422
    assert re.search(r'id="code-e">.*?Ya hay un área con esa clave', answer.text, re.S)
    assert "JUD de Vinculación Vecinal" in answer.text


def test_an_area_is_edited_with_the_version_that_was_seen(
    sqlite_office: Office, admin: FlaskClient
) -> None:
    path = f"/administracion/areas/{sqlite_office.area('JUD-BAR')}"
    data = area_data(sqlite_office, version="1", name="JUD de Barrios y Pueblos")
    assert post(admin, path, data).status_code == 303
    again = post(admin, path, {**data, "name": "Otra"})
    assert again.status_code == 422
    assert "Alguien más cambió esta área" in again.text


def test_the_principal_area_keeps_hanging_from_none(
    sqlite_office: Office, admin: FlaskClient
) -> None:
    path = f"/administracion/areas/{sqlite_office.area('ALC')}"
    answer = post(
        admin, path, area_data(sqlite_office, parent="", name="Alcaldía", short_name="Alcaldía")
    )
    assert answer.status_code == 303


def test_the_page_of_an_end_shows_what_moves_and_the_form_moves_it(
    sqlite_office: Office, admin: FlaskClient
) -> None:
    office = sqlite_office
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC")
    path = f"/administracion/areas/{office.area('JUD-AMC')}/terminar"
    page = admin.get(path).text
    assert re.search(r"<dt>Turnos abiertos</dt><dd>1</dd>", page)
    assert "Marisol Cervantes" in page
    assert ref not in page
    missing = post(admin, path, {"successor": "", "move_people": "y", "version": "1"})
    assert missing.status_code == 422
    data = {"successor": str(office.area("JUD-BAR")), "move_people": "y", "version": "1"}
    assert post(admin, path, data).status_code == 303
    assert "Turnos: 1" in admin.get("/administracion/areas?todas=1").text
    assert office.case("direccion", ref).open_turns()[0].area_id == office.area("JUD-BAR")


# ── People ───────────────────────────────────────────────────────────────────────────────────────


def person_data(office: Office, **values: str) -> dict[str, str]:
    return {
        "name": "Julia Mora",
        "email": "julia@demo.local",
        "post": "Analista",
        "f-role": "staff",
        "f-area": str(office.area("JUD-BAR")),
        "f-valid_from": "2026-01-01",
        **values,
    }


def password_in(page: str) -> str:
    found = re.search(r'class="clave num">([^<]+)<', page)
    assert found is not None
    return found[1]


def test_a_new_person_signs_in_with_the_password_shown_once(
    sqlite_office: Office, admin: FlaskClient
) -> None:
    page = post(admin, "/administracion/personas/nueva", person_data(sqlite_office))
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    client = sqlite_office.app.test_client()
    email = {"email": "julia@demo.local"}
    assert sign_in(client, "julia", password_in(page.text)).status_code == 303
    assert "Julia Mora" in client.get("/cuenta").text
    user = one(select(User).where(User.email == email["email"]))
    assert password_in(page.text) not in admin.get(f"/administracion/personas/{user.id}").text


def test_a_person_whose_role_is_refused_is_not_made(
    sqlite_office: Office, admin: FlaskClient
) -> None:
    answer = post(
        admin, "/administracion/personas/nueva", person_data(sqlite_office, **{"f-area": ""})
    )
    assert answer.status_code == 422
    assert "Elija un área vigente" in answer.text
    assert db.session.scalar(select(User.id).where(User.email == "julia@demo.local")) is None


def test_a_new_password_ends_what_was_open(sqlite_office: Office, admin: FlaskClient) -> None:
    theirs = signed_in(sqlite_office, "titular")
    path = f"/administracion/personas/{sqlite_office.user_id('titular')}/contrasena"
    page = post(admin, path, {})
    assert theirs.get("/cuenta").status_code == 302
    fresh = sqlite_office.app.test_client()
    assert sign_in(fresh, "titular", password_in(page.text)).status_code == 303


def test_a_disabled_person_is_out_and_can_be_let_in_again(
    sqlite_office: Office, admin: FlaskClient
) -> None:
    theirs = signed_in(sqlite_office, "titular")
    path = f"/administracion/personas/{sqlite_office.user_id('titular')}"
    assert post(admin, f"{path}/activa", {}).status_code == 303
    assert theirs.get("/cuenta").status_code == 302
    assert "Activar cuenta" in admin.get(path).text
    assert post(admin, f"{path}/activa", {}).status_code == 303
    assert "Desactivar cuenta" in admin.get(path).text


def test_the_last_administration_stays(sqlite_office: Office, admin: FlaskClient) -> None:
    path = f"/administracion/personas/{sqlite_office.user_id('admin')}/activa"
    answer = post(admin, path, {})
    assert answer.status_code == 422
    assert "Es la última cuenta de administración" in answer.text
    assert admin.get("/administracion/personas").status_code == 200


def test_a_role_is_given_with_its_dates_and_ended(
    sqlite_office: Office, admin: FlaskClient
) -> None:
    office = sqlite_office
    person = office.user_id("personal")
    path = f"/administracion/personas/{person}"
    data = {
        "f-role": "head",
        "f-area": str(office.area("JUD-AMC")),
        "f-valid_from": "2026-11-24",
        "f-valid_to": "2026-12-31",
    }
    refused = post(admin, f"{path}/funciones", data)
    assert refused.status_code == 422
    assert "ya tiene titular" in refused.text
    assert post(admin, f"{path}/funciones", {**data, "f-acting": "y"}).status_code == 303
    assert "encargado de despacho" in admin.get(path).text
    given = one(select(Assignment).where(Assignment.user_id == person, Assignment.role == "head"))
    ended = post(admin, f"{path}/funciones/{given.id}", {"valid_to": "2026-11-30"})
    assert ended.status_code == 303


def test_people_are_found_by_words_and_by_area(sqlite_office: Office, admin: FlaskClient) -> None:
    by_name = admin.get("/administracion/personas?q=cervantes").text
    assert "Marisol Cervantes" in by_name
    assert "Elena Robledo" not in by_name
    by_area = admin.get(f"/administracion/personas?area={sqlite_office.area('JUD-AMC')}").text
    assert "Jorge Téllez" in by_area
    assert "Elena Robledo" not in by_area
    nobody = admin.get("/administracion/personas?q=100%25_").text
    assert "Nadie coincide" in nobody


def test_more_people_than_a_page_holds_go_on_the_next(
    sqlite_office: Office, admin: FlaskClient
) -> None:
    with counted() as before:
        admin.get("/administracion/personas")
    with sqlite_office.work("admin") as work:
        for n in range(PAGE):
            user = add_user(work, f"p{n:03}@demo.local", f"Zoila {n:03}")
            assign_role(work, user.id, sqlite_office.area("JUD-BAR"), Role.STAFF)
    with counted() as after:
        first = admin.get("/administracion/personas").text
    assert len(after) == len(before)
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = admin.get(following[1].replace("&amp;", "&")).text
    assert "Zoila 049" in second
    assert "Zoila 049" not in first


# ── Rules ────────────────────────────────────────────────────────────────────────────────────────


def test_the_test_button_names_the_rule_that_wins(admin: FlaskClient) -> None:
    page = admin.get(
        "/administracion/reglas?probar=1&source=SUAC&kind=service&subject=alumbrado"
    ).text
    assert "Gana «Alumbrado público»" in page
    assert "Gana la prueba" in page
    none = admin.get(
        "/administracion/reglas?probar=1&source=SUAC&kind=service&subject=otra+cosa"
    ).text
    assert "Ninguna regla coincide" in none


def test_a_rule_goes_down_by_its_button(admin: FlaskClient) -> None:
    first = one(select(RoutingRule).order_by(RoutingRule.position).limit(1))
    answer = post(admin, f"/administracion/reglas/{first.id}/mover", {"hacia": "abajo"})
    assert answer.location == f"/administracion/reglas#regla-{first.id}"
    page = admin.get("/administracion/reglas").text
    assert "Bajó «Alumbrado público»." in page
    assert page.index("Poda o retiro de árbol") < page.rindex("Alumbrado público")


def test_a_rule_is_added_edited_and_ended(sqlite_office: Office, admin: FlaskClient) -> None:
    data = {
        "name": "Postes en corto",
        "source": "",
        "kind": "service",
        "words": "poste corto",
        "territory_code": "",
        "area": str(sqlite_office.area("DGSU")),
        "instruction": "Acudir hoy",
        "target_days": "1",
        "valid_from": "2026-11-24",
        "mark": "T",
    }
    assert post(admin, "/administracion/reglas/nueva", data).status_code == 303
    rule = one(select(RoutingRule).where(RoutingRule.name == "Postes en corto"))
    path = f"/administracion/reglas/{rule.id}"
    wrong = post(admin, path, {**data, "words": "", "kind": "", "version": "1"})
    assert wrong.status_code == 422
    assert "no pone ninguna condición" in wrong.text
    assert post(admin, path, {**data, "name": "Cortos", "version": "1"}).status_code == 303
    assert post(admin, f"{path}/terminar", {}).status_code == 303
    assert "Cortos" not in admin.get("/administracion/reglas").text.split("t-reglas")[1]
    assert "Cortos" in admin.get("/administracion/reglas?todas=1").text


# ── Terms ────────────────────────────────────────────────────────────────────────────────────────


def test_a_term_shows_its_source_and_its_mark_in_words(admin: FlaskClient) -> None:
    page = admin.get("/administracion/plazos").text
    assert "GOCDMX 2019-07-02" in page
    assert "Fuente secundaria" in page
    assert "Por confirmar" in page


def test_a_corrected_term_is_previewed_before_it_moves_dates(
    sqlite_office: Office, admin: FlaskClient
) -> None:
    office = sqlite_office
    case = office.capture().case
    solve = one(select(LegalTerm).where(LegalTerm.step == "solve"))
    path = f"/administracion/plazos/{solve.id}"
    data = {
        "days": "30",
        "unit": "business",
        "notice_effect": "",
        "paper_effect": "",
        "effect": "",
        "legal_source": "MIAC, cotejado",
        "mark": "T",
        "valid_from": str(solve.valid_from),
        "version": "1",
    }
    preview = post(admin, path, {**data, "paso": "ver"})
    assert preview.status_code == 200
    assert re.search(
        r"Abiertos que cambian de fecha</th><td[^>]*>1<", re.sub(r"\s+", " ", preview.text)
    )
    assert office.case("ventanilla", case.ref).due_on == case.due_on
    assert one(select(LegalTerm).where(LegalTerm.step == "solve")).days == 40
    assert post(admin, path, {**data, "paso": "aplicar"}).status_code == 303
    assert "1 folio cambia de fecha" in admin.get("/administracion/plazos").text
    assert office.case("ventanilla", case.ref).due_on != case.due_on


def test_a_new_law_without_source_or_at_the_same_time_is_refused(admin: FlaskClient) -> None:
    data = {
        "matter": "information",
        "step": "answer",
        "valid_from": "2026-12-01",
        "days": "12",
        "unit": "business",
        "notice_effect": "",
        "paper_effect": "",
        "effect": "",
        "legal_source": "",
        "mark": "T",
        "ends_previous": "y",
        "paso": "aplicar",
    }
    without = post(admin, "/administracion/plazos/nuevo", data)
    assert without.status_code == 422
    assert "Escriba de qué norma sale el plazo" in without.text
    overlapping = {**data, "legal_source": "Ley nueva, art. 1"}
    del overlapping["ends_previous"]
    refused = post(admin, "/administracion/plazos/nuevo", overlapping)
    assert refused.status_code == 422
    assert "se encimarían" in refused.text
    overlapping["ends_previous"] = "y"
    assert post(admin, "/administracion/plazos/nuevo", overlapping).status_code == 303


def test_a_term_that_does_not_govern_ends_on_its_day(admin: FlaskClient) -> None:
    extension = one(
        select(LegalTerm).where(LegalTerm.matter == "information", LegalTerm.step == "extension")
    )
    path = f"/administracion/plazos/{extension.id}/terminar"
    data = {"valid_to": TODAY.isoformat(), "version": "1"}
    assert post(admin, path, data).status_code == 303


# ── Settings ─────────────────────────────────────────────────────────────────────────────────────


def office_data(**values: str) -> dict[str, str]:
    return {
        "name": "Alcaldía Iztacalco",
        "body": "alcaldia-iztacalco",
        "borough": "IZTACALCO",
        "aliases": "ALCALDIA IZTACALCO",
        "postal_prefixes": "08",
        "own_bodies": "0920745",
        "window": "Ventanilla CESAC",
        "address": "Av. Río Churubusco",
        "telephone": "55 5654 3333",
        "hours": "9 a 18 h",
        "confirmed": "y",
        **values,
    }


def test_the_office_is_saved_and_no_longer_to_be_confirmed(admin: FlaskClient) -> None:
    assert "están por confirmar" in admin.get("/administracion/oficina").text
    assert post(admin, "/administracion/oficina/guardar", office_data()).status_code == 303
    page = admin.get("/administracion/oficina").text
    assert "están por confirmar" not in page
    assert "55 5654 3333" in page


def test_another_body_is_previewed_before_it_rules(
    sqlite_office: Office, admin: FlaskClient
) -> None:
    data = office_data(body="alcaldia-otra")
    preview = post(admin, "/administracion/oficina/guardar", data)
    assert preview.status_code == 200
    assert "Qué se mueve al cambiar el ente" in preview.text
    assert 'value="alcaldia-iztacalco"' in admin.get("/administracion/oficina").text
    applied = post(admin, "/administracion/oficina/guardar", {**data, "paso": "aplicar"})
    assert applied.status_code == 303
    assert 'value="alcaldia-otra"' in admin.get("/administracion/oficina").text


def test_a_setting_that_is_refused_says_so_beside_its_field(admin: FlaskClient) -> None:
    answer = post(admin, "/administracion/oficina/guardar", office_data(own_bodies="92"))
    assert answer.status_code == 422
    assert re.search(r'id="own_bodies-e">.*?siete cifras', answer.text, re.S)


def test_the_table_of_series_shows_the_folio_that_follows(
    sqlite_office: Office, admin: FlaskClient
) -> None:
    data = {"prefix": "CESAC", "width": "6", "first_number": "4501"}
    assert post(admin, "/administracion/oficina/series/CESAC", data).status_code == 303
    year = re.search(r"CESAC-(\d{4})-004501", admin.get("/administracion/oficina").text)
    assert year is not None
    wrong = post(
        admin, "/administracion/oficina/series/CESAC", {**data, "prefix": "C1", "width": "6"}
    )
    assert wrong.status_code == 422
    assert "de 2 a 8 letras" in wrong.text


# ── All of them ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/administracion/areas", "/administracion/reglas"])
def test_more_rows_take_no_more_statements(
    sqlite_office: Office, admin: FlaskClient, path: str
) -> None:
    with counted() as few:
        admin.get(path)
    for n in range(6):
        post(
            admin, "/administracion/areas/nueva",
            area_data(
                sqlite_office, code=f"NUEVA-{n}", name=f"Nueva {n}", short_name=f"N {n}", aliases=""
            ),
        )  # fmt: skip
    admin.get(path)
    with counted() as warm:
        admin.get(path)
    assert len(warm) <= len(few)


def test_no_page_of_administration_shows_a_case(sqlite_office: Office, admin: FlaskClient) -> None:
    ref = sqlite_office.capture().case.ref
    sqlite_office.route("supervision", ref, "JUD-AMC")
    for path in PAGES:
        page = admin.get(path).text
        assert ref not in page
        assert "María Hernández" not in page
