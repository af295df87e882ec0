"""The pages of the inbox: who opens which, what a row says, filters that are links, exports."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest
from sqlalchemy import select

from caseflow.extensions import db
from caseflow.models import AccessRecord
from tests.builders import Office
from tests.queries.scenes import counted, requested, routed
from tests.web.browsing import signed_in

_HREF = re.compile(
    r'<a class="kpi[^"]*" href="([^"]+)"[^>]*>.*?<span class="kpi-n[^"]*">([\d,]+)', re.S
)


def rows(text: str) -> list[str]:
    """The refs of the rows of a page."""
    return re.findall(r'data-row data-url="/casos/([^"]+)"', text)


@pytest.mark.parametrize(
    ("login", "home"),
    [
        ("titular", "/bandeja"), ("ventanilla", "/bandeja"), ("direccion", "/bandeja"),
        ("contraloria", "/buscar"), ("admin", "/administracion/personas"),
        ("mediacion", "/mediaciones"),
    ],
)  # fmt: skip
def test_each_person_begins_where_there_is_something_to_do(
    sqlite_office: Office, login: str, home: str
) -> None:
    answer = signed_in(sqlite_office, login).get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, home)


@pytest.mark.parametrize(
    ("path", "login", "code"),
    [
        ("/bandeja", "titular", 200), ("/bandeja", "ventanilla", 200),
        ("/bandeja", "contraloria", 404), ("/bandeja", "admin", 404),
        ("/mis-turnos", "personal", 200), ("/mis-turnos", "ventanilla", 404),
        ("/mesa", "ventanilla", 200), ("/mesa", "unidad", 200), ("/mesa", "titular", 404),
    ],
)  # fmt: skip
def test_each_list_opens_for_whom_it_concerns(
    sqlite_office: Office, path: str, login: str, code: int
) -> None:
    assert signed_in(sqlite_office, login).get(path).status_code == code


def test_a_stranger_gets_an_empty_list_that_explains_itself(sqlite_office: Office) -> None:
    ref = routed(sqlite_office, "JUD-AMC")
    page = signed_in(sqlite_office, "ajena").get("/bandeja").text
    assert rows(page) == []
    assert ref not in page
    assert "No hay turnos abiertos" in page


def test_a_row_says_who_asks_where_it_is_and_that_nobody_has_it(sqlite_office: Office) -> None:
    ref = routed(sqlite_office, "JUD-AMC")
    page = signed_in(sqlite_office, "titular").get("/bandeja").text
    assert rows(page) == [ref]
    for words in ("María Hernández", "Luminarias apagadas", "Por aceptar", "Sin asignar"):
        assert words in page
    assert f'data-preview="/casos/{ref}/vista"' in page
    assert "compromiso" in page


def test_a_row_of_an_information_request_keeps_the_person_to_itself(
    sqlite_office: Office,
) -> None:
    requested(sqlite_office, "092074526000418", "JUD-AMC", petitioner={"name": "Ramiro Güemes"})
    page = signed_in(sqlite_office, "titular").get("/bandeja").text
    assert "Ramiro" not in page
    assert "Datos reservados" in page
    assert "legal" in page
    assert "Ramiro Güemes" in signed_in(sqlite_office, "unidad").get("/bandeja").text


def test_marks_say_what_waits_for_signature_and_what_came_back(sqlite_office: Office) -> None:
    office = sqlite_office
    drafted, back = routed(office, "JUD-AMC"), routed(office, "JUD-AMC")
    office.turn("titular", drafted, 1, "accept")
    office.turn("titular", drafted, 1, "draft", text="Se atendió")
    office.turn("titular", back, 1, "return", reason="Falta la calle")
    desk = signed_in(office, "supervision").get("/mesa").text
    assert rows(desk) == [back]
    assert '<div class="est">Devuelto' in desk
    office.route("supervision", back, "JUD-AMC")
    page = signed_in(office, "titular").get("/bandeja").text
    assert "Por firmar</span>" in page
    assert "devuelto 1 vez" in page


def test_each_counter_leads_to_as_many_rows_as_it_says(sqlite_office: Office) -> None:
    for ago in (0, 3, 55, 58, 60, 90):
        routed(sqlite_office, "JUD-AMC", ago=ago)
    client = signed_in(sqlite_office, "titular")
    counters = _HREF.findall(client.get("/bandeja").text)
    assert len(counters) == 5
    assert sum(int(count) for _href, count in counters) == 6
    for href, count in counters:
        assert len(rows(client.get(html.unescape(href)).text)) == int(count)


def test_filters_survive_in_the_addresses_of_the_page(sqlite_office: Office) -> None:
    routed(sqlite_office, "JUD-AMC", ago=90)
    client = signed_in(sqlite_office, "direccion")
    path = "/bandeja?luz=vencido&origen=CESAC&area=JUD-AMC&texto=luminarias"
    page = html.unescape(client.get(path).text)
    assert len(rows(page)) == 1
    assert "/bandeja?luz=hoy&origen=CESAC&area=JUD-AMC&texto=luminarias" in page
    assert "/bandeja?luz=vencido&area=JUD-AMC&texto=luminarias" in page  # "Todos" drops the source
    assert rows(client.get(path + "x").text) == []


@pytest.mark.parametrize("query", ["luz=azul", "estado=x", "origen=x", "despues=x", "antes=0.x.1"])
def test_a_filter_that_is_none_is_left_out(sqlite_office: Office, query: str) -> None:
    ref = routed(sqlite_office, "JUD-AMC")
    assert rows(signed_in(sqlite_office, "titular").get(f"/bandeja?{query}").text) == [ref]


def test_an_area_that_is_not_there_is_not_found(sqlite_office: Office) -> None:
    assert signed_in(sqlite_office, "titular").get("/bandeja?area=NADA").status_code == 404


def test_next_and_previous_walk_the_list(sqlite_office: Office) -> None:
    made = [routed(sqlite_office, "JUD-AMC") for _ in range(27)]
    client = signed_in(sqlite_office, "titular")
    first = client.get("/bandeja").text
    after = re.search(r'rel="next" href="([^"]+)"', first)
    assert after is not None
    second = client.get(html.unescape(after[1])).text
    before = re.search(r'rel="prev" href="([^"]+)"', second)
    assert before is not None
    assert [*rows(first), *rows(second)] == made
    assert rows(client.get(html.unescape(before[1])).text) == rows(first)
    assert "María" not in after[1]


def test_no_page_adds_statements_with_its_rows(sqlite_office: Office) -> None:
    office = sqlite_office
    clients = [
        (signed_in(office, login), path)
        for login, path in (
            ("direccion", "/bandeja"), ("ventanilla", "/bandeja"), ("supervision", "/mesa"),
            ("personal", "/mis-turnos"),
        )
    ]  # fmt: skip

    def cost() -> list[int]:
        spent = []
        for client, path in clients:
            client.get(path)
            with counted() as seen:
                assert client.get(path).status_code == 200
            spent.append(len(seen))
        return spent

    def work() -> None:
        ref = routed(office, "JUD-AMC")
        office.turn("titular", ref, 1, "assign", person=office.user_id("personal"))
        office.capture()

    work()
    few = cost()
    for _ in range(4):
        work()
    assert cost() == few
    assert max(few) <= 9


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_holds_all_pages_and_leaves_its_record(sqlite_office: Office, form: str) -> None:
    for _ in range(27):
        routed(sqlite_office, "JUD-AMC")
    answer = signed_in(sqlite_office, "titular").get(f"/bandeja/exportar.{form}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    if form == "csv":
        lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert (len(lines), lines[1][4]) == (28, "María Hernández")
    records = db.session.scalars(select(AccessRecord.what)).all()
    assert records == ["export"]


def test_an_export_is_scoped_and_filtered_as_the_list(sqlite_office: Office) -> None:
    routed(sqlite_office, "JUD-AMC")
    requested(sqlite_office, "092074526000418", "JUD-AMC", petitioner={"name": "Ramiro Güemes"})

    def exported(login: str, query: str = "") -> str:
        path = f"/bandeja/exportar.csv{query}"
        return str(signed_in(sqlite_office, login).get(path).data, "utf-8-sig")

    assert exported("ajena").count("\r\n") == 1
    assert "Ramiro" not in exported("titular")
    assert exported("titular", "?origen=SISAI").count("\r\n") == 2


def test_an_export_that_would_be_cut_is_refused(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("caseflow.web.exports.MOST_ROWS", 1)
    routed(sqlite_office, "JUD-AMC")
    routed(sqlite_office, "JUD-AMC")
    answer = signed_in(sqlite_office, "titular").get("/bandeja/exportar.csv")
    assert answer.status_code == 422
    assert "exporte por partes" in answer.text
