"""The search box: a folio opens its case, words a list, and nothing found says what to try."""

from __future__ import annotations

import html
import re

import pytest

from caseflow.queries import search
from tests.builders import Office
from tests.queries.scenes import requested, routed
from tests.web.browsing import signed_in
from tests.web.test_inbox import rows


@pytest.mark.parametrize("typed", ["CESAC-2026-000001", "cesac-2026-1"])
def test_a_folio_opens_its_case(sqlite_office: Office, typed: str) -> None:
    ref = routed(sqlite_office, "JUD-AMC")
    answer = signed_in(sqlite_office, "titular").get("/buscar", query_string={"q": typed})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/casos/{ref}")


def test_a_folio_of_somebody_elses_is_not_found(sqlite_office: Office) -> None:
    ref = routed(sqlite_office, "JUD-AMC")
    page = signed_in(sqlite_office, "ajena").get("/buscar", query_string={"q": ref})
    assert page.status_code == 200
    assert "No se encontró nada" in page.text
    assert "Pruebe con menos palabras" in page.text


def test_words_make_a_list_with_the_newest_first(sqlite_office: Office) -> None:
    made = [routed(sqlite_office, "JUD-AMC", description="Poda de árbol") for _ in range(3)]
    page = signed_in(sqlite_office, "titular").get("/buscar?q=PODA+arboles").text
    assert rows(page) == made[::-1]
    assert "3 asuntos" in page


def test_an_empty_search_says_what_can_be_typed(sqlite_office: Office) -> None:
    assert "Escriba qué busca" in signed_in(sqlite_office, "titular").get("/buscar").text


def test_what_was_typed_comes_back_as_text(sqlite_office: Office) -> None:
    page = signed_in(sqlite_office, "titular").get("/buscar", query_string={"q": "<b>x</b>"}).text
    assert "<b>x</b>" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page


def test_the_auditor_searches_everything_and_reads_no_names(sqlite_office: Office) -> None:
    ref = routed(sqlite_office, "JUD-AMC", description="Bache profundo")
    client = signed_in(sqlite_office, "contraloria")
    page = client.get("/buscar?q=bache").text
    assert rows(page) == [ref]
    assert "María" not in page
    export = client.get("/buscar/exportar.csv?q=bache").data.decode("utf-8-sig")
    assert ref in export
    assert "María" not in export


def test_administration_and_mediation_have_no_search(sqlite_office: Office) -> None:
    for login in ("admin", "mediacion"):
        assert signed_in(sqlite_office, login).get("/buscar?q=x").status_code == 404


def test_pages_of_a_search_follow_each_other(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "PAGE", 2)
    made = [routed(sqlite_office, "JUD-AMC", description="Bache") for _ in range(3)]
    client = signed_in(sqlite_office, "titular")
    first = client.get("/buscar?q=bache").text
    after = re.search(r'rel="next" href="([^"]+)"', first)
    assert after is not None
    second = client.get(html.unescape(after[1])).text
    before = re.search(r'rel="prev" href="([^"]+)"', second)
    assert before is not None
    assert [*rows(first), *rows(second)] == made[::-1]
    assert rows(client.get(html.unescape(before[1])).text) == rows(first)


def test_a_request_is_found_by_its_person_only_where_the_person_may_be_read(
    sqlite_office: Office,
) -> None:
    ref = requested(
        sqlite_office, "092074526000418", "JUD-AMC", petitioner={"name": "Ramiro Güemes"}
    )
    assert rows(signed_in(sqlite_office, "unidad").get("/buscar?q=guemes").text) == [ref]
    assert rows(signed_in(sqlite_office, "titular").get("/buscar?q=guemes").text) == []
