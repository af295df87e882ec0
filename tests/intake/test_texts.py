"""Text listings: encodings, separators, quotes, headers. Read right, or refused by name."""

from __future__ import annotations

import pytest

from caseflow.domain.errors import Refused
from caseflow.intake.rows import CleanRow, Rejected
from tests.intake.books import (
    CESAC,
    SUAC,
    SUAC_ROW,
    csv_bytes,
    one,
    read,
    reasons,
    rejected,
    rows,
    suac,
    table,
)

ACCENTS = table(suac(tema_solicitud="MANTENIMIENTO VÍA PÚBLICA, AÑO «Ñ»"))
PLAIN = table(suac())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_accents_survive_every_encoding(encoding: str) -> None:
    assert (
        one(csv_bytes(ACCENTS, encoding=encoding)).subject == "MANTENIMIENTO VÍA PÚBLICA, AÑO «Ñ»"
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_separator_and_line_ending_is_recognised(delimiter: str, end: str) -> None:
    content = csv_bytes(ACCENTS, delimiter=delimiter, end=end)

    assert one(content).subject == "MANTENIMIENTO VÍA PÚBLICA, AÑO «Ñ»"


def test_an_encoding_may_be_named_and_is_shown() -> None:
    content = csv_bytes(ACCENTS, encoding="cp1252")

    assert read(content, encoding="latin-1").reading == "ISO 8859-1, separado por comas"
    assert read(content).reading == "Windows-1252, separado por comas"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "vacío"),
        (b" \r\n\r\n", "vacío"),
        (b"\xef\xbb\xbf", "vacío"),
        (b"%PDF-1.7 ...", "un PDF"),
        (b"\x89PNG\r\n\x1a\n", "una imagen"),
        (b"MZ\x90\x00", "un programa"),
        (b"<html><table><tr><td>Folio", "página web"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><a/>", "página web"),
        (b"id_folio,fecha\0solicitud", "caracteres nulos"),
        ("id_folio".encode("utf-16-le"), "caracteres nulos"),
        (csv_bytes(ACCENTS, encoding="utf-32"), "caracteres nulos"),
        (csv_bytes(PLAIN) + "á".encode() + b"\xe1\n", "mezcla UTF-8 y Windows-1252"),
        (csv_bytes(PLAIN) + b"\x81\n", "UTF-8 ni en Windows-1252"),
        (b"\xff\xfe" + b"\x00\xd8a\x00", "UTF-16"),
        (b"PK\x03\x04 and no archive", "dañado"),
    ],
)
def test_what_is_no_text_is_refused_by_name(content: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        read(content)


def test_an_unknown_encoding_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused, match="cp1252, latin-1"):
        read(csv_bytes(PLAIN), encoding="ebcdic")


def test_missing_columns_are_named_in_one_sentence() -> None:
    with pytest.raises(Refused) as refused:
        read(csv_bytes([["id_folio", "fecha_solicitud", "otra"], ["1", "2", "3"]]))

    assert str(refused.value) == (
        "Al encabezado le faltan columnas para el perfil «suac-0311»: tema_solicitud, estatus."
    )


def test_a_file_without_any_known_header_names_all_required_columns() -> None:
    with pytest.raises(Refused, match="id_folio, fecha_solicitud, tema_solicitud, estatus"):
        read(b"a,b\n1,2\n")


def test_a_doubled_column_is_refused_rather_than_chosen() -> None:
    header = [*SUAC, "ID_Folio"]

    with pytest.raises(Refused, match="dos veces: ID_Folio"):
        read(csv_bytes([header, [*SUAC_ROW, "7"]]))


def test_headers_match_without_case_accents_blanks_and_order() -> None:
    header = [" ASUNTO ", "area", "FECHA  DE INGRESO", "folio"]
    row = one(csv_bytes([header, ["Bache", "JUD-AMC", "23/11/2026", "F-1"]]), "cesac")

    assert (row.folio, row.description, row.area_text) == ("F-1", "Bache", "JUD-AMC")


def test_two_names_of_one_field_are_no_double_the_preferred_is_read() -> None:
    header = ["Fecha de recepción", *CESAC]
    row = one(csv_bytes([header, ["01/01/2020", "F-1", "23/11/2026", "", "Bache"]]), "cesac")

    assert f"{row.filed_on:%d/%m/%Y}" == "23/11/2026"
    assert row.extra == {"Fecha de recepción": "01/01/2020"}


def test_title_lines_above_the_header_are_passed_over_and_reported() -> None:
    content = csv_bytes([["Alcaldía Iztacalco"], [], *PLAIN])
    listing = read(content)

    assert [row.number for row in listing.rows()] == [4]
    assert listing.notes == ("El encabezado está en la fila 3; lo de arriba no se leyó.",)


def test_the_separator_line_of_a_spreadsheet_is_passed_over() -> None:
    assert one(b"sep=;\n" + csv_bytes(PLAIN, delimiter=";")).folio == "2441009"


@pytest.mark.parametrize("below", ["", "\n\n", ",,,,,\n"])
def test_a_listing_without_rows_is_refused(below: str) -> None:
    with pytest.raises(Refused, match="ninguna fila"):
        read(csv_bytes([PLAIN[0]]) + below.encode())


def test_blank_lines_are_left_out_and_counted_in_the_numbers() -> None:
    content = csv_bytes([PLAIN[0], [], PLAIN[1], ["", " ", "", "", "", ""], PLAIN[1]])

    assert [row.number for row in rows(content)] == [3, 5]


def test_ragged_rows_are_set_aside_and_never_shifted() -> None:
    short, long = PLAIN[1][:4], [*PLAIN[1], "de más"]
    found = rows(csv_bytes([PLAIN[0], short, long, [*PLAIN[1], "", ""], PLAIN[1]]))

    assert [type(row) for row in found] == [Rejected, Rejected, CleanRow, CleanRow]
    assert "trae 4 columnas y el encabezado 6" in reasons(found[0])
    assert found[1].raw["Columna 7"] == "de más"


def test_an_unclosed_quote_costs_its_row_and_no_other() -> None:
    good = ",".join(PLAIN[1])
    bad = good.replace("ALUMBRADO", '"ALUMBRADO')
    content = "\n".join([",".join(PLAIN[0]), good, bad, good, good]) + "\n"
    found = rows(content.encode())

    assert [(row.number, type(row)) for row in found] == [
        (2, CleanRow),
        (3, Rejected),
        (4, CleanRow),
        (5, CleanRow),
    ]
    assert "comillas" in reasons(found[1])


def test_an_unclosed_quote_far_from_the_end_does_not_swallow_the_file() -> None:
    good = ",".join(PLAIN[1])
    lines = [",".join(PLAIN[0]), good.replace("ALUMBRADO", '"ALUMBRADO'), *[good] * 900]
    found = rows("\n".join(lines).encode())

    assert sum(isinstance(row, CleanRow) for row in found) == 900
    assert [row.number for row in found] == list(range(2, 903))


def test_a_file_of_broken_quotes_is_refused() -> None:
    lines = [",".join(PLAIN[0]), ",".join(PLAIN[1]), *['"a"b,c'] * 1100]

    with pytest.raises(Refused, match="comillas mal cerradas"):
        rows("\n".join(lines).encode())


def test_quoted_separators_quotes_and_line_breaks_stay_in_their_cell() -> None:
    text = 'Dice "apagada", desde\r\nel lunes; ver |\t'
    content = csv_bytes([CESAC, ["F-1", "23/11/2026", "", text], ["F-2", "23/11/2026", "", "b"]])
    found = rows(content, "cesac")

    assert isinstance(found[0], CleanRow)
    assert found[0].description == 'Dice "apagada", desde\nel lunes; ver |'
    assert [row.number for row in found] == [2, 3]


def test_an_endless_cell_costs_its_row_and_is_not_cut() -> None:
    content = csv_bytes(
        [CESAC, ["F-1", "23/11/2026", "", "x" * (8 << 20)], ["F-2", "23/11/2026", "", "b"]]
    )
    found = rows(content, "cesac")

    assert [type(row) for row in found] == [Rejected, CleanRow]
    assert "8,388,608 caracteres y caben 4,000" in reasons(found[0])
    assert len(found[0].raw["Asunto"]) < 30_000


def test_text_of_exactly_the_limit_is_taken() -> None:
    content = csv_bytes([CESAC, ["F-1", "23/11/2026", "", "á" * 4000]])

    assert len(one(content, "cesac").description) == 4000


def test_ten_thousand_columns_are_read() -> None:
    header = [*PLAIN[0], *(f"c{number}" for number in range(10_000))]

    assert one(csv_bytes([header, [*PLAIN[1], *["x"] * 10_000]])).extra["c9999"] == "x"


def test_further_columns_are_kept_and_doubled_ones_told_apart() -> None:
    header = [*PLAIN[0], "Nota", "Nota", ""]
    row = one(csv_bytes([header, [*PLAIN[1], "a", "b", "c"]]))

    assert row.extra == {"Nota": "a", "Nota (2)": "b", "Columna 9": "c"}


@pytest.mark.parametrize("letter", ["\x07", "\x1b", "\x85"])
def test_control_characters_set_the_row_aside(letter: str) -> None:
    row = rejected(csv_bytes(table(suac(tema_solicitud=f"ALUM{letter}BRADO"))))

    assert "caracteres de control" in reasons(row)


def test_decomposed_accents_are_composed() -> None:
    row = one(csv_bytes(table(suac(tema_solicitud="VI\u0301A PU\u0301BLICA"))))

    assert row.subject == "VÍA PÚBLICA"


def test_a_letter_that_a_wrong_encoding_left_is_kept_and_warned_of() -> None:
    row = one(csv_bytes(table(suac(tema_solicitud="VÍA P\ufffdBLICA"))))

    assert row.subject == "VÍA P\ufffdBLICA"
    assert "parece dañada" in reasons(row)


def test_the_hash_is_that_of_the_bytes_whatever_the_name() -> None:
    content = csv_bytes(PLAIN)

    assert read(content).sha256 == read(content).sha256 != read(content + b"\n").sha256
    assert read(content).size == len(content)


def test_a_listing_can_be_read_again() -> None:
    listing = read(csv_bytes(PLAIN))

    assert list(listing.rows()) == list(listing.rows())


def test_the_columns_say_which_field_they_feed() -> None:
    listing = read(csv_bytes([[*SUAC, "Nota"], [*SUAC_ROW, ""]]))

    assert listing.columns[0] == ("id_folio", "folio")
    assert listing.columns[-1] == ("Nota", None)
