"""Saved views: a person's own, in the menu, renamed, removed, and alive after a reestructura."""

from __future__ import annotations

import html
import re

import pytest

from caseflow.commands.organisation import end_area
from caseflow.commands.saved_views import MOST, save_view
from caseflow.extensions import db
from caseflow.queries.administration import what_moves
from caseflow.queries.menu import View
from caseflow.queries.saved_views import views_of
from tests.builders import TODAY, Office
from tests.queries.scenes import routed
from tests.web.browsing import post, signed_in
from tests.web.test_inbox import rows

LATE = {"lista": "bandeja", "luz": "vencido", "name": "Lo más viejo"}


def kept(office: Office, login: str = "titular") -> tuple[View, ...]:
    found = views_of(db.session(), office.user_id(login))
    db.session.remove()
    return found


def test_what_was_filtered_is_found_again_from_the_menu(sqlite_office: Office) -> None:
    routed(sqlite_office, "JUD-AMC", ago=120)
    routed(sqlite_office, "JUD-AMC")
    client = signed_in(sqlite_office, "titular")
    answer = post(client, "/vistas", LATE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/bandeja?luz=vencido")
    page = client.get("/bandeja").text
    href = re.search(r'<a href="([^"]+)"[^>]*>(?:(?!</a>).)*Lo más viejo', page, re.S)
    assert href is not None
    shown = client.get(html.unescape(href[1])).text
    assert len(rows(shown)) == 1
    # the view stands for its list: one place of the menu is marked, in both menus
    assert shown.count('aria-current="page"') == 2
    assert re.search(r'<a href="/bandeja\?luz=vencido" aria-current="page"', shown)


def test_several_areas_and_words_are_kept_as_they_were(sqlite_office: Office) -> None:
    client = signed_in(sqlite_office, "supervision")
    form = {
        "lista": "bandeja", "area": ["JUD-AMC", "JUD-BAR"], "texto": "bache & fuga",
        "estado": "sin-asignar", "despues": "0.20261124.1.1", "name": "Dos áreas",
    }  # fmt: skip
    assert post(client, "/vistas", form).status_code == 303
    (view,) = kept(sqlite_office, "supervision")
    assert view.query == "estado=sin-asignar&area=JUD-AMC&area=JUD-BAR&texto=bache+%26+fuga"
    listed = html.unescape(client.get("/vistas").text)
    assert "Sin asignar · JUD Mediación Comunitaria · JUD Barrios · «bache & fuga»" in listed


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": " "}, "Escriba un nombre para la vista."),
        ({"name": "x" * 61}, "a lo más 60 caracteres"),
        ({"name": "LO MAS VIEJO"}, "Ya tiene una vista con ese nombre"),
        ({"luz": ""}, "Filtre primero la lista"),
    ],
)
def test_a_view_that_cannot_be_kept_says_why(
    sqlite_office: Office, change: dict[str, str], said: str
) -> None:
    client = signed_in(sqlite_office, "titular")
    post(client, "/vistas", LATE)
    answer = post(client, "/vistas", {**LATE, "name": "Otra", **change})
    assert answer.status_code == 422
    assert said in answer.text
    assert len(kept(sqlite_office)) == 1


def test_the_same_name_may_stand_for_two_lists(sqlite_office: Office) -> None:
    client = signed_in(sqlite_office, "titular")
    for page in ("bandeja", "mis-turnos"):
        assert post(client, "/vistas", {**LATE, "lista": page}).status_code == 303
    assert {view.page for view in kept(sqlite_office)} == {"bandeja", "mis-turnos"}


def test_there_is_an_end_to_views(sqlite_office: Office) -> None:
    with sqlite_office.work("titular") as work:
        for n in range(MOST):
            save_view(work, "bandeja", f"Vista {n}", "luz=vencido")
    answer = post(signed_in(sqlite_office, "titular"), "/vistas", LATE)
    assert answer.status_code == 422
    assert f"Ya tiene {MOST} vistas" in answer.text


def test_a_list_that_the_person_has_not_cannot_be_kept(sqlite_office: Office) -> None:
    client = signed_in(sqlite_office, "titular")
    for page in ("mesa", "tablero", ""):
        assert post(client, "/vistas", {**LATE, "lista": page}).status_code == 404


def test_a_view_is_renamed_and_removed(sqlite_office: Office) -> None:
    client = signed_in(sqlite_office, "titular")
    post(client, "/vistas", LATE)
    (view,) = kept(sqlite_office)
    path = f"/vistas/{view.id}"
    assert "Lo más viejo" in client.get(path).text
    assert post(client, path, {"name": ""}).status_code == 422
    assert post(client, path, {"name": "Lo urgente"}).status_code == 303
    assert kept(sqlite_office)[0].name == "Lo urgente"
    assert post(client, f"{path}/quitar", {}).status_code == 303
    assert kept(sqlite_office) == ()
    assert "Todavía no guarda ninguna vista" in client.get("/vistas").text


@pytest.mark.parametrize("login", ["personal", "ajena", "direccion"])
def test_another_persons_view_is_not_there(sqlite_office: Office, login: str) -> None:
    post(signed_in(sqlite_office, "titular"), "/vistas", LATE)
    (view,) = kept(sqlite_office)
    other = signed_in(sqlite_office, login)
    path = f"/vistas/{view.id}"
    assert other.get(path).status_code == 404
    assert post(other, path, {"name": "Mía"}).status_code == 404
    assert post(other, f"{path}/quitar", {}).status_code == 404
    assert "Lo más viejo" not in other.get("/bandeja").text + other.get("/vistas").text
    assert [one.name for one in kept(sqlite_office)] == ["Lo más viejo"]


def test_without_its_token_no_view_is_kept(sqlite_office: Office) -> None:
    client = signed_in(sqlite_office, "titular")
    assert client.post("/vistas", data=LATE).status_code == 400
    assert kept(sqlite_office) == ()


def test_views_survive_a_reestructura(office: Office) -> None:
    """A view that names the ended area goes on with its successor, once; others stay."""
    with office.work("supervision") as work:
        save_view(work, "bandeja", "Las dos", "luz=vencido&area=JUD-AMC&area=JUD-BAR")
        save_view(work, "bandeja", "Ésta", "area=JUD-AMC&texto=area%3DJUD-AMC")
        save_view(work, "bandeja", "Otra", "area=JUD-AMCX")
    told = what_moves(db.session(), office.area("JUD-AMC"), TODAY)
    db.session.remove()
    with office.work("admin") as work:
        moved = end_area(work, office.area("JUD-AMC"), office.area("JUD-BAR"))
    assert told.views == moved.views == 2
    queries = {view.name: view.query for view in kept(office, "supervision")}
    assert queries == {
        "Las dos": "luz=vencido&area=JUD-BAR",
        "Ésta": "area=JUD-BAR&texto=area%3DJUD-AMC",
        "Otra": "area=JUD-AMCX",
    }
