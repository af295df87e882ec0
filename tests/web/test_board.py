"""The board's page: figures that lead to their lists, and what can be sent elsewhere from it."""

from __future__ import annotations

import html
import re

import pytest

from tests.builders import Office
from tests.queries.scenes import counted, requested, routed
from tests.web.browsing import signed_in
from tests.web.test_inbox import rows

_FIGURE = re.compile(r'<a class="cifra[^"]*" href="([^"]+)">(\d+)</a>')


def busy(office: Office) -> None:
    for ago in (2, 60, 62, 95):
        routed(office, "JUD-AMC", ago=ago)
    routed(office, "JUD-BAR")
    back = routed(office, "JUD-AMC")
    office.turn("titular", back, 1, "return", reason="No es de esta área")
    drafted = routed(office, "JUD-AMC")
    office.turn("titular", drafted, 1, "accept")
    office.turn("titular", drafted, 1, "draft", text="Se atendió")
    office.capture()
    requested(office, "092074526000418", "DGSU")


@pytest.mark.parametrize(
    ("login", "code"),
    [
        ("supervision", 200), ("direccion", 200), ("unidad", 200),
        ("titular", 404), ("ventanilla", 404), ("contraloria", 404), ("admin", 404),
    ],
)  # fmt: skip
def test_the_board_is_the_supervisors(sqlite_office: Office, login: str, code: int) -> None:
    assert signed_in(sqlite_office, login).get("/tablero").status_code == code


@pytest.mark.parametrize("login", ["supervision", "direccion", "unidad"])
def test_each_figure_leads_to_as_many_rows(sqlite_office: Office, login: str) -> None:
    busy(sqlite_office)
    client = signed_in(sqlite_office, login)
    figures = _FIGURE.findall(client.get("/tablero").text)
    assert len(figures) > 3
    for href, count in figures:
        assert len(rows(client.get(html.unescape(href)).text)) == int(count), href


def test_an_area_of_another_subtree_is_not_named(sqlite_office: Office) -> None:
    busy(sqlite_office)
    page = signed_in(sqlite_office, "supervision").get("/tablero").text
    assert "area=JUD-AMC" in page
    assert "area=DGSU" not in page


def test_only_who_may_reassign_gets_the_form(sqlite_office: Office) -> None:
    busy(sqlite_office)
    assert "Ver qué cambia" in signed_in(sqlite_office, "supervision").get("/tablero").text
    assert "Ver qué cambia" not in signed_in(sqlite_office, "unidad").get("/tablero").text


def test_an_empty_board_is_a_calm_one(sqlite_office: Office) -> None:
    page = signed_in(sqlite_office, "supervision").get("/tablero").text
    assert "Nada espera una decisión" in page


def test_the_board_does_not_ask_more_the_more_there_is(sqlite_office: Office) -> None:
    client = signed_in(sqlite_office, "direccion")
    client.get("/tablero")
    with counted() as few:
        client.get("/tablero")
    busy(sqlite_office)
    client.get("/tablero")
    with counted() as many:
        client.get("/tablero")
    assert len(many) == len(few) <= 7


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_figures_can_be_taken_away(sqlite_office: Office, form: str) -> None:
    busy(sqlite_office)
    answer = signed_in(sqlite_office, "supervision").get(f"/tablero/exportar.{form}")
    assert answer.status_code == 200
    if form == "csv":
        text = answer.data.decode("utf-8-sig")
        assert "Total,6,0" in text.replace("\r\n", "\n")
