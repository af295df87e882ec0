"""Whatever a person typed can be printed, and says the same."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseflow.documents.legible import (
    LETTERS_TOGETHER,
    LONGEST_WORD,
    UNPRINTABLE,
    OurWords,
    legible,
    printable_ranges,
    shortened,
)
from caseflow.documents.render import render_pdf
from caseflow.documents.typesetting import FONTS
from tests.documents.paper import text_of

PRINTABLE = {chr(code) for first, last in printable_ranges() for code in range(first, last + 1)}


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Ñandú, ¿qué?, «niño»", "Ñandú, ¿qué?, «niño»"),
        ("N\u0303andu\u0301", "Ñandú"),
        ("hola \U0001f600\U0001f468\u200d\U0001f467 adiós", f"hola {UNPRINTABLE} adiós"),
        ("漢字かな", UNPRINTABLE),
        ("a\x07b\x1bc\u202ed\u200be", "abcd\u200be"),
        ("\ud800suelto", "suelto"),
        ("uno\r\ndos\u2028tres", "uno\ndos\ntres"),
        ("uno\n\n \n\n\ndos", "uno\n\ndos"),
        ("a\u00a0b\u2003c", "a\u00a0b c"),
        ("a → b ≤ c", "a -> b <= c"),
        ("", ""),
    ],
)
def test_text_keeps_its_words_and_loses_what_no_font_has(typed: str, printed: str) -> None:
    assert legible(typed) == printed


def test_a_word_too_long_for_the_page_may_break_and_keeps_its_letters() -> None:
    word = "a" * 100
    broken = legible(word)
    assert broken.replace("\u200b", "") == word
    assert max(map(len, broken.split("\u200b"))) == LETTERS_TOGETHER


def test_a_word_that_people_use_is_never_broken() -> None:
    word = "contrarrevolucionarios"
    assert len(word) == LONGEST_WORD
    assert legible(word) == word


def test_our_own_addresses_are_never_broken() -> None:
    address = "https://folios.example/" + "a" * 60
    assert legible(OurWords(address)) == address


def test_short_text_is_not_shortened_and_long_text_says_so() -> None:
    assert shortened(" corto ", 10) == "corto"
    assert shortened("x" * 11, 10) == "x" * 10 + "…"


@given(st.text(alphabet=st.characters(codec=None), max_size=300))
def test_nothing_but_printable_characters_ever_comes_out(typed: str) -> None:
    assert set(legible(typed)) <= PRINTABLE | {"\n"}


def test_every_character_called_printable_is_in_a_font() -> None:
    """PDF/UA refuses a character without a glyph, so that this would not compile."""
    visible = "".join(sorted(character for character in PRINTABLE if character.isalnum()))
    made_at = datetime(2026, 11, 23, 10, 0)
    facts = [["Regular", " ".join(visible)]]
    data = {
        "title": "t",
        "subject_line": "s",
        "office": " ".join(visible),  # printed bold
        "areas": [],
        "right": [],
        "folio": "f",
        "heading": "h",
        "key": "k",
        "external_folio": "",
        "received": "r",
        "due_label": "d",
        "due": "d",
        "warnings": [],
        "facts": facts,
        "description": "",
        "cut": "",
        "steps": [" ".join(sorted(PRINTABLE))],
        "privacy": "p",
        "clerk": "",
    }
    printed = text_of(render_pdf("receipt", data, made_at=made_at))
    assert set("ÁÉÍÓÚÜÑáéíóúüñ¿¡«»ŠŁ€") <= set(printed)


def test_the_fonts_are_those_of_their_record() -> None:
    record = dict(
        re.findall(r"`([\w.-]+)` \| `([0-9a-f]{64})`", (FONTS / "README.md").read_text("utf-8"))
    )
    files = {path.name for path in FONTS.iterdir() if path.suffix in (".ttf", ".json")}
    assert set(record) == files
    for name, digest in record.items():
        assert hashlib.sha256((FONTS / name).read_bytes()).hexdigest() == digest
