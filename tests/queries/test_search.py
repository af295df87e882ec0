"""Search: folios however written, words without accents, and nobody found by a hidden name."""

from __future__ import annotations

import pytest

from caseflow.domain.vocabulary import Source
from caseflow.extensions import db
from caseflow.queries import reference, search
from caseflow.queries.search import find_refs, looks_like_folio
from tests.builders import Office
from tests.queries.scenes import day, requested, routed, statements


def found(office: Office, login: str, typed: str) -> list[str]:
    """Refs of the first page of a person's search."""
    rows = search.search(db.session(), office.actor(login), typed, day()).rows
    return [row.ref for row in rows]


def folio(office: Office, login: str, typed: str) -> tuple[str, ...]:
    series = reference.current(db.session()).series
    return find_refs(db.session(), office.actor(login), typed, series)


@pytest.mark.parametrize("typed", ["SISAI-092074526000418", "092074526000418", "92074526000418"])
def test_a_request_is_found_by_its_folio_with_or_without_its_zero(
    office: Office, typed: str
) -> None:
    ref = requested(office, "092074526000418", "JUD-AMC")
    assert folio(office, "titular", typed) == (ref,)


@pytest.mark.parametrize("typed", ["CESAC-2026-000001", "cesac 2026 1", "CESAC2026-000001"])
def test_our_folio_is_found_however_it_is_written(office: Office, typed: str) -> None:
    ref = routed(office, "JUD-AMC")
    assert folio(office, "titular", typed) == (ref,)


def test_a_former_folio_still_finds_its_case(office: Office) -> None:
    ref = office.capture(source=Source.SUAC, folio="2441009").case.ref
    office.act("supervision", ref, "correct", field="folio", value="2441010", reason="Mal copiado")
    assert folio(office, "supervision", "2441009") == ("SUAC-2441010",)


def test_a_stranger_finds_nothing_by_folio_nor_by_words(office: Office) -> None:
    ref = routed(office, "JUD-AMC", description="Coladera sin tapa")
    assert folio(office, "titular", ref) == (ref,)
    assert found(office, "titular", "coladera") == [ref]
    for stranger in ("ajena", "ventanilla2", "personal2"):
        assert folio(office, stranger, ref) == ()
        assert found(office, stranger, "coladera") == []


@pytest.mark.parametrize("typed", ["arboles", "ARBOL", "árbol caído", "caer", "sur 8", "arb"])
def test_words_are_found_by_stem_beginning_and_street(office: Office, typed: str) -> None:
    ref = routed(office, "JUD-AMC", description="Árbol por caer", street="Calle Sur 8")
    assert found(office, "titular", typed) == ([] if typed == "árbol caído" else [ref])


def test_all_the_words_must_be_there(office: Office) -> None:
    ref = routed(office, "JUD-AMC", description="Fuga de agua en la esquina")
    routed(office, "JUD-AMC", description="Fuga de gas")
    assert found(office, "titular", "fuga agua") == [ref]
    assert found(office, "titular", "fuga agua gas") == []


def test_words_and_person_may_be_mixed(office: Office) -> None:
    ref = routed(office, "JUD-AMC", description="Bache", petitioner={"name": "Iñigo Ruiz"})
    assert found(office, "titular", "bache iñigo") == [ref]


def test_nobody_is_found_by_a_name_that_is_not_to_be_read(office: Office) -> None:
    ref = requested(
        office, "092074526000418", "JUD-AMC",
        subject="Contratos de mercados", petitioner={"name": "Ramiro Güemes"},
    )  # fmt: skip
    assert found(office, "titular", "contratos") == [ref]
    assert found(office, "titular", "ramiro") == []
    assert found(office, "titular", "contratos ramiro") == []
    assert found(office, "unidad", "contratos ramiro") == [ref]
    assert found(office, "contraloria", "contratos") == [ref]
    assert found(office, "contraloria", "guemes") == []


def test_the_auditor_reads_no_name_in_the_results(office: Office) -> None:
    routed(office, "JUD-AMC", description="Bache profundo")
    for login, person in (("contraloria", None), ("titular", "María Hernández")):
        (row,) = search.search(db.session(), office.actor(login), "bache", day()).rows
        assert row.person == person


@pytest.mark.parametrize("typed", ['" OR 1=1 --', "words:bache", "NEAR(bache)", "bache*", "(", "'"])
def test_what_is_typed_is_never_query_syntax(office: Office, typed: str) -> None:
    ref = routed(office, "JUD-AMC", description="Bache profundo")
    assert found(office, "titular", typed) in ([], [ref])


def test_nothing_is_found_by_nothing(office: Office) -> None:
    routed(office, "JUD-AMC")
    assert found(office, "titular", "de la ¿?") == []
    assert search.search(db.session(), office.actor("titular"), "", day()).count == 0


def test_newest_first_and_every_case_once_in_both_directions(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "PAGE", 3)
    made = [routed(office, "JUD-AMC", description="Bache profundo") for _ in range(8)]
    person = office.actor("titular")
    page = search.search(db.session(), person, "bache", day())
    there = list(page.rows)
    while page.older is not None:
        page = search.search(db.session(), person, "bache", day(), after=page.older)
        there += page.rows
    back = list(page.rows)
    while page.newer is not None:
        page = search.search(db.session(), person, "bache", day(), before=page.newer)
        back = [*page.rows, *back]
    assert [row.ref for row in there] == [row.ref for row in back] == made[::-1]


@pytest.mark.parametrize("near", [1, 4, 4000])
def test_a_page_filled_from_the_nearest_cases_equals_one_looked_for_everywhere(
    office: Office, monkeypatch: pytest.MonkeyPatch, near: int
) -> None:
    monkeypatch.setattr(search, "PAGE", 2)
    monkeypatch.setattr(search, "_NEAR", near)
    made = [
        routed(office, "JUD-AMC", description="Bache" if n % 3 else "Poda de árbol")
        for n in range(9)
    ]
    person = office.actor("titular")
    first = search.search(db.session(), person, "bache", day())
    second = search.search(db.session(), person, "bache", day(), after=first.older)
    assert [row.ref for row in first.rows] == [made[8], made[7]]
    assert [row.ref for row in second.rows] == [made[5], made[4]]
    everything = search.search_all(db.session(), person, "bache", day(), 100)
    assert len(everything) == 6


def test_counts_stop_at_the_cap(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "CAP", 4)
    monkeypatch.setattr(search, "PAGE", 10)
    person = office.actor("titular")
    for expected in (1, 2, 3, 4, 5, 5):
        routed(office, "JUD-AMC", description="Bache")
        count = search.search(db.session(), person, "bache", day()).count
        assert count == expected or (expected == 5 and count in (5, 6))


@pytest.mark.parametrize(
    ("typed", "folio_like"),
    [
        ("2441009", True), ("CESAC-2026-0001", True), ("suac 24410", True), ("092-07", True),
        ("suac 2026 12", True), ("sur 8 bache", False), ("sur 8", False), ("bache", False),
        ("Calle 12 número 4", False), ("", False),
    ],
)  # fmt: skip
def test_a_folio_is_told_from_words(typed: str, folio_like: bool) -> None:
    assert looks_like_folio(typed) is folio_like


def test_the_beginning_of_a_folio_finds_its_cases(office: Office) -> None:
    refs = [routed(office, "JUD-AMC") for _ in range(2)]
    assert found(office, "titular", "CESAC-2026-0000") == refs[::-1]
    assert found(office, "titular", "CESAC-2025") == []


def test_no_statement_is_added_by_more_results(office: Office) -> None:
    person, asked = office.actor("titular"), day()

    def cost() -> int:
        return statements(lambda: search.search(db.session(), person, "bache", asked))

    routed(office, "JUD-AMC", description="Bache")
    few = cost()
    for _ in range(5):
        routed(office, "JUD-AMC", description="Bache")
    assert cost() == few <= 5
