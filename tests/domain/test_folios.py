"""Folios: one identity however they are written, and no identity that is guessed."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseflow.domain.errors import InvalidData
from caseflow.domain.folios import (
    KEY_LETTERS,
    Series,
    guesses,
    key_digest,
    normalise,
    normalise_key,
    own_folio,
    public_key,
    read_folio,
)
from caseflow.domain.vocabulary import Kind, Source

CESAC = Series("CESAC", Source.CESAC, 6)
SERIES = (CESAC, Series("MED", None, 5, kind=Kind.MEDIATION))


@pytest.mark.parametrize(
    "text",
    [
        "2441009",
        " 2441009\u00a0",
        "\u200b2441009",
        "２４４１００９",
        "02441009",
        '="2441009"',
        "'2441009",
        "2441009.0",
        "SUAC-2302242441009",
        "SUAC2302242441009",
        "SUAC- 2302242441009",
        "suac \u2010 230224 2441009",
        "SUAC-230224-0002441009",
    ],
)
def test_a_suac_folio_is_the_same_however_people_write_it(text: str) -> None:
    folio = read_folio(Source.SUAC, text, date(2024, 2, 23))

    assert (folio.key, folio.ref, folio.received) == ("2441009", "SUAC-2441009", text)
    assert not folio.warnings


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\u200b",
        "12345",
        "123456789",
        "2302242441009",
        "000000",
        "SUAC-310224" + "2441009",
        "SUAC-230224" + "12345",
        "SUAC-230224",
        "SUAC-2441009X",
        "2441ОО9",
        "244100٩",
        "2.44E+06",
        "2441009.5",
        "24410\x0009",
        "x" * 41,
        "x" * 4000,
    ],
)
def test_what_is_surely_no_suac_folio_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InvalidData) as refused:
        read_folio(Source.SUAC, text)

    assert str(refused.value).endswith(".")
    assert refused.value.field == "folio"


@pytest.mark.parametrize(("filed", "warned"), [(22, False), (24, False), (25, True), (21, True)])
def test_a_date_in_the_folio_more_than_a_day_off_warns_and_makes_no_other_case(
    filed: int, warned: bool
) -> None:
    folio = read_folio(Source.SUAC, "SUAC-2302242441009", date(2024, 2, filed))

    assert folio.key == "2441009"
    assert bool(folio.warnings) is warned


def test_a_folio_of_cyrillic_letters_names_the_letter() -> None:
    with pytest.raises(InvalidData, match="«С»"):
        normalise("СESAC-1")


@pytest.mark.parametrize(
    ("text", "key", "repaired"),
    [
        ("092074526000418", "092074526000418", False),
        ("92074526000418", "092074526000418", True),
        ("92074526000418.0", "092074526000418", True),
        ("0405000012318", "0405000012318", False),
        ("405000012318", "0405000012318", True),
        ('="092074526000418"', "092074526000418", False),
        ("SISAI-092074526000418", "092074526000418", False),
        ("0920745 26 000418", "092074526000418", False),
    ],
)
def test_a_sisai_folio_gets_its_lost_zero_back(text: str, key: str, repaired: bool) -> None:
    folio = read_folio(Source.SISAI, text)

    assert (folio.key, folio.repaired) == (key, repaired)
    assert bool(folio.warnings) is repaired


@pytest.mark.parametrize(
    "text", ["9.2074526000418E+13", "12345678901", "1234567890123456", "000000000000000", "ABC"]
)
def test_a_sisai_folio_that_lost_digits_is_refused(text: str) -> None:
    with pytest.raises(InvalidData):
        read_folio(Source.SISAI, text)


def test_a_request_to_another_body_warns_and_is_taken() -> None:
    folio = read_folio(Source.SISAI, "330031926000418", own_bodies=("0920745",))

    assert folio.key == "330031926000418"
    assert "otro organismo" in folio.warnings[0]
    assert not read_folio(Source.SISAI, "092074526000418", own_bodies=("0920745",)).warnings


@pytest.mark.parametrize(
    ("text", "key", "mended"),
    [
        ("CESAC-2026-000123", "CESAC-2026-000123", False),
        ("cesac 2026 123", "CESAC-2026-000123", True),
        ("CESAC2026000123", "CESAC-2026-000123", True),
        ("CESAC\u20132026\u2013000123", "CESAC-2026-000123", False),
        ("2026-000123", "CESAC-2026-000123", True),
        ("CESAC-2026-1234567", "CESAC-2026-1234567", False),
    ],
)
def test_a_folio_in_the_shape_of_our_series_is_ours(text: str, key: str, mended: bool) -> None:
    folio = read_folio(Source.CESAC, text, series=SERIES)

    assert folio.own
    assert (folio.key, folio.ref, folio.repaired) == (key, key, mended)


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("1234/26", "CESAC-1234-26"),
        ("A-17", "CESAC-A-17"),
        ("CESAC-1234", "CESAC-1234"),
        ("20260001", "CESAC-20260001"),
        ("2026-12", "CESAC-2026-12"),
    ],
)
def test_the_counters_own_numbers_are_not_taken_for_our_series(text: str, ref: str) -> None:
    folio = read_folio(Source.CESAC, text, series=SERIES)

    assert not folio.own
    assert folio.ref == ref


def test_a_word_without_a_number_is_no_folio() -> None:
    with pytest.raises(InvalidData, match="ningún número"):
        read_folio(Source.PAPER, "SIN FOLIO", series=SERIES)


@given(st.text(max_size=60), st.sampled_from(list(Source)))
def test_a_folio_is_read_or_refused_and_reading_its_key_again_changes_nothing(
    text: str, source: Source
) -> None:
    try:
        folio = read_folio(source, text, date(2026, 1, 1), SERIES)
    except InvalidData:
        return
    assert re.fullmatch(r"[A-Z0-9-]+", folio.ref)
    again = read_folio(source, folio.key, date(2026, 1, 1), SERIES)
    assert (again.key, again.ref, again.own) == (folio.key, folio.ref, folio.own)


@given(st.integers(2000, 2099), st.integers(1, 10**8))
def test_what_our_series_writes_it_reads(year: int, number: int) -> None:
    written = own_folio(CESAC, year, number)

    assert read_folio(Source.CESAC, written, series=SERIES).key == written
    assert guesses(written.lower(), SERIES)[0] == written


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("2441009", "SUAC-2441009"),
        ("suac-2441009", "SUAC-2441009"),
        ("SUAC-230224 2441009", "SUAC-2441009"),
        ("92074526000418", "SISAI-092074526000418"),
        ("cesac 2026 123", "CESAC-2026-000123"),
        ("med-2026-127", "MED-2026-00127"),
        ("1234/26", "CESAC-1234-26"),
        (" K-12 ", "K-12"),
    ],
)
def test_what_a_person_types_leads_to_the_ref(typed: str, wanted: str) -> None:
    assert wanted in guesses(typed, SERIES)


@given(st.text(max_size=400))
def test_guessing_never_fails(text: str) -> None:
    found = guesses(text, SERIES)

    assert len(set(found)) == len(found)


def test_a_key_is_grouped_and_free_of_look_alikes() -> None:
    assert public_key(bytes(range(10))) == "2345-6789-AB"
    assert len(set(KEY_LETTERS)) == 32
    assert not set(KEY_LETTERS) & set("01IO")


def test_a_key_asks_for_enough_randomness() -> None:
    with pytest.raises(ValueError):
        public_key(b"short")


@given(st.binary(min_size=10, max_size=20))
def test_a_key_typed_carelessly_is_the_same_key(random_bytes: bytes) -> None:
    key = public_key(random_bytes)
    careless = f" {key.lower().replace('-', ' ').replace('l', '1')}\u00a0"

    assert normalise_key(careless) == normalise_key(key) == key.replace("-", "")
    assert key_digest("secret", "SUAC-1", careless) == key_digest(b"secret", "SUAC-1", key)


@pytest.mark.parametrize("text", ["", "K7QM-2XWP-9", "K7QM-2XWP-9DD", "K7QM-2XWP-90", "х" * 5000])
def test_what_cannot_be_a_key_is_none(text: str) -> None:
    assert normalise_key(text) == ""


def test_the_digest_depends_on_secret_folio_and_key() -> None:
    key = public_key(bytes(range(10)))
    digests = {
        key_digest("secret", "SUAC-1", key),
        key_digest("other", "SUAC-1", key),
        key_digest("secret", "SUAC-2", key),
        key_digest("secret", "SUAC-1", public_key(bytes(range(1, 11)))),
        key_digest("secret", "SUAC-1", "nothing"),
    }

    assert len(digests) == 5
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in digests)
