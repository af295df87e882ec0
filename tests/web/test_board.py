"""The board's page: figures that lead to their lists, and what can be sent elsewhere from it."""

from __future__ import annotations

import html
import re

import pytest

from caseflow.commands.territories import TerritoryIn, load_territories
from caseflow.commands.work import begin_work
from caseflow.domain.people import SYSTEM
from tests.builders import NOW, Office
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
    assert len(many) == len(few) <= 8  # three of the board, four of who is there, one of the menu


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_figures_can_be_taken_away(sqlite_office: Office, form: str) -> None:
    busy(sqlite_office)
    answer = signed_in(sqlite_office, "supervision").get(f"/tablero/exportar.{form}")
    assert answer.status_code == 200
    if form == "csv":
        text = answer.data.decode("utf-8-sig")
        assert "Total,6,0" in text.replace("\r\n", "\n")


SQUARES = {"06-002": (-99.10, 19.38), "06-004": (-99.08, 19.39)}


def load_map(office: Office) -> None:
    """Two territories as squares of some 500 m."""
    rows = [
        TerritoryIn(code, f"TERRITORIO {code}", 1000, {"type": "Polygon", "coordinates": [
            [[x, y], [x + 0.005, y], [x + 0.005, y + 0.005], [x, y + 0.005], [x, y]]
        ]})
        for code, (x, y) in SQUARES.items()
    ]  # fmt: skip
    with begin_work(SYSTEM, NOW) as work:
        load_territories(work, rows, "dos.geojson")


def test_the_charts_come_after_the_board_and_as_a_page_of_their_own(sqlite_office: Office) -> None:
    busy(sqlite_office)
    client = signed_in(sqlite_office, "supervision")
    board = client.get("/tablero").text
    assert 'hx-get="/tablero/graficas"' in board
    assert 'href="/tablero/graficas"' in board
    assert "<path class" not in board
    fragment = client.get("/tablero/graficas", headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert "<html" in client.get("/tablero/graficas").text
    assert fragment.count('role="img"') == 2
    assert "Cargue" in fragment
    assert "flask territories load" in fragment
    assert len(re.findall("<summary>Ver los datos</summary>", fragment)) == 2


def test_the_map_shows_where_what_is_open_is(sqlite_office: Office) -> None:
    load_map(sqlite_office)
    for ago in (2, 150):
        routed(sqlite_office, "JUD-AMC", ago=ago, territory_code="06-002")
    page = signed_in(sqlite_office, "supervision").get("/tablero/graficas").text
    assert page.count('role="img"') == 3
    titles = re.findall(r'<path class="(m\d)" d="M[^"]+Z"><title>([^<]+)</title>', page)
    assert titles == [
        ("m2", "06-002 TERRITORIO 06-002: 2 abiertos, 1 vencido"),
        ("m0", "06-004 TERRITORIO 06-004: 0 abiertos"),
    ]
    assert "2 de 2 con ubicación" in page
    assert '<th scope="row">06-002 TERRITORIO 06-002</th>' in page


def test_polygons_loaded_again_are_drawn_again(sqlite_office: Office) -> None:
    load_map(sqlite_office)
    client = signed_in(sqlite_office, "supervision")
    before = re.findall(r' d="([^"]+)"', client.get("/tablero/graficas").text)
    moved = {"type": "Polygon", "coordinates": [
        [[-99.10, 19.38], [-99.09, 19.38], [-99.10, 19.385], [-99.10, 19.38]]
    ]}  # fmt: skip
    with begin_work(SYSTEM, NOW) as work:
        load_territories(work, [TerritoryIn("06-002", "OTRA FORMA", 1, moved)], "uno.geojson")
    after = re.findall(r' d="([^"]+)"', client.get("/tablero/graficas").text)
    assert len(before) == len(after) == 2
    assert before != after


@pytest.mark.parametrize(
    ("login", "code"), [("direccion", 200), ("unidad", 200), ("titular", 404), ("ajena", 404)]
)
def test_the_charts_are_the_supervisors(sqlite_office: Office, login: str, code: int) -> None:
    assert signed_in(sqlite_office, login).get("/tablero/graficas").status_code == code


def test_the_charts_do_not_ask_more_the_more_there_is(sqlite_office: Office) -> None:
    client = signed_in(sqlite_office, "direccion")
    client.get("/tablero/graficas")
    load_map(sqlite_office)
    client.get("/tablero/graficas")
    ask = {"HX-Request": "true"}
    with counted() as few:
        client.get("/tablero/graficas", headers=ask)
    busy(sqlite_office)
    client.get("/tablero/graficas")
    with counted() as many:
        client.get("/tablero/graficas", headers=ask)
    assert len(many) == len(few) <= 8
