"""What the law asks of each act: complete, without numbers, refused where it is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from caseflow.domain.errors import Refused
from caseflow.domain.limits import FROM_RECEPTION, FULFILS
from caseflow.domain.vocabulary import Kind
from caseflow.domain.workflow import CASE_BY_ACTION
from caseflow.packs import load_acts, load_law, load_pack

#: Every act that moves a date, or that the law gives a last day.
GUIDED = {
    "request_clarification", "receive_clarification", "lapse", "extend", "refer", "refer_part",
    "notify_cost", "record_payment", "answer", "complete_answer", "desist", "reopen",
    "already_public", "verify_identity", "make_effective", "amend", "first_answer",
}  # fmt: skip


def test_every_act_that_moves_a_date_says_what_the_law_asks_for_each_kind_it_exists_for() -> None:
    told = set(load_acts("cdmx"))
    wanted = {(kind, action) for action in GUIDED for kind in CASE_BY_ACTION[action].who}
    assert wanted - told == set()
    assert {*FROM_RECEPTION, *FULFILS} <= GUIDED


def test_the_guide_ships_for_the_law_of_the_organisation() -> None:
    assert load_acts(load_pack("iztacalco").law)


def test_no_sentence_holds_a_number_of_days() -> None:
    """Days are data of the terms, where the office corrects them."""
    sentences = [text for row in load_acts("cdmx").values() for text in row.asks]
    assert [text for text in sentences if re.search(r"\d", text)] == []


def test_what_has_no_term_of_its_own_names_its_source_and_how_sure_it_is() -> None:
    terms = {(term.matter.value, term.step.value) for term in load_law("cdmx").terms}
    for (matter, action), row in load_acts("cdmx").items():
        step = FROM_RECEPTION.get(action)
        if step is not None and (matter, step.value) not in terms:
            assert row.source, (matter, action)
        assert bool(row.source) == (row.mark is not None)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('action = "fly"\nmatters = ["service"]\nasks = ["x"]', "no existe la acción «fly»"),
        ('action = "extend"\nmatters = ["service"]\nasks = ["x"]', "no existe para «service»"),
        ('action = "refer"\nmatters = ["service"]\nasks = []', "falta «asks»"),
        ('action = "refer"\nmatters = ["service"]\nask = ["x"]', "no se conoce «ask»"),
    ],
)
def test_a_guide_with_a_mistake_is_refused_with_its_place(
    tmp_path: Path, text: str, sentence: str
) -> None:
    (tmp_path / "acts").mkdir()
    (tmp_path / "acts" / "x.toml").write_text(f"[[act]]\n{text}\n", encoding="utf-8")
    with pytest.raises(Refused, match=r"x\.toml .*" + sentence):
        load_acts("x", tmp_path)


def test_an_act_told_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "acts").mkdir()
    row = '[[act]]\naction = "refer"\nmatters = ["service"]\nasks = ["x"]\n'
    (tmp_path / "acts" / "x.toml").write_text(row * 2, encoding="utf-8")
    with pytest.raises(Refused, match="está dos veces"):
        load_acts("x", tmp_path)


def test_the_kinds_of_the_guide_are_those_of_the_inbox() -> None:
    assert {matter for matter, _action in load_acts("cdmx")} == {
        Kind.SERVICE.value, Kind.INFORMATION.value, Kind.PERSONAL_DATA.value,
    }  # fmt: skip
