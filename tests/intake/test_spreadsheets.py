"""Spreadsheets: the same rows as from text, and nothing lost without a word."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from caseflow.domain.errors import Refused
from caseflow.intake import sheets
from caseflow.intake.guard import SheetPart
from caseflow.intake.profiles import load_profile
from caseflow.intake.reader import open_listing
from caseflow.intake.rows import CleanRow, Rejected
from caseflow.intake.sheets import Book
from tests.intake.books import (
    SISAI,
    SUAC,
    SUAC_ROW,
    archive,
    compound,
    csv_bytes,
    ods,
    one,
    raw_xlsx,
    read,
    reasons,
    rejected,
    rows,
    sheet_xml,
    suac,
    table,
    text_row,
    xls,
    xlsx,
)

CHILD = Path(sheets.__file__).with_name("child.py")
ROWS = table(
    suac(
        edad="46", codigo_postal_solicitud="08500", latitud="19.395280490394", longitud="-99.0729"
    ),
    suac(id_folio="2441010", edad="NA", codigo_postal_solicitud="NA", latitud="NA", longitud="NA"),
)


def typed(cells: Sequence[Sequence[str]]) -> list[list[Any]]:
    """The same rows as a person's spreadsheet has them: numbers, dates and hours as such."""
    header, *body = cells
    made: list[list[Any]] = [list(header)]
    for row in body:
        values: list[Any] = []
        for name, cell in zip(header, row, strict=True):
            if cell == "NA":
                values.append(cell)
            elif name.startswith("fecha"):
                values.append(date.fromisoformat(cell))
            elif name.startswith("hora"):
                values.append(time.fromisoformat(cell))
            elif name in ("id_folio", "edad", "codigo_postal_solicitud", "latitud", "longitud"):
                values.append(float(cell))
            else:
                values.append(cell)
        made.append(values)
    return made


def test_a_listing_reads_the_same_from_every_format() -> None:
    by_text = rows(csv_bytes(ROWS))
    digests = [row.digest for row in by_text if isinstance(row, CleanRow)]

    for content in (xlsx({"Hoja": ROWS}), xlsx({"Hoja": typed(ROWS)}), ods(ROWS), xls(ROWS)):
        found = rows(content)
        assert [row.number for row in found] == [2, 3]
        assert [row.digest for row in found if isinstance(row, CleanRow)] == digests


def test_spreadsheets_of_1904_give_the_same_dates() -> None:
    content = xlsx({"Hoja": typed(ROWS)}, options={"date_1904": True})

    assert rows(content)[0].as_json() == rows(xlsx({"Hoja": typed(ROWS)}))[0].as_json()


@pytest.mark.parametrize("content", [csv_bytes(ROWS), xlsx({"Hoja": ROWS}), ods(ROWS), xls(ROWS)])
def test_the_content_says_what_a_file_is(content: bytes) -> None:
    kind = read(content).format

    assert kind in ("csv", "xlsx", "ods", "xls")
    assert {"csv": "comas"}.get(kind, "Hoja «Hoja»") in read(content).reading


def test_a_number_that_was_a_folio_gets_its_zero_back() -> None:
    row = [92074526000418, datetime(2026, 11, 23, 10, 15), "", "Información pública", "Poda"]
    found = one(xlsx({"Hoja": [SISAI, row]}), "sisai")

    assert (found.folio, found.repaired) == ("092074526000418", True)
    assert found.filed_at == datetime(2026, 11, 23, 10, 15)


def test_a_number_with_more_digits_than_a_spreadsheet_keeps_waits() -> None:
    row = [123456789012345678, date(2026, 11, 23), "", "Información pública", "Poda"]

    assert "notación científica" in reasons(rejected(xlsx({"Hoja": [SISAI, row]}), "sisai"))


@pytest.mark.parametrize("value", [45345.0, 60.0, -5.0, 1e300, 0.5])
def test_a_number_without_date_format_is_not_taken_for_a_date(value: float) -> None:
    row = ["2441009", value, "", "ALUMBRADO", "CERRADO"]

    assert "fecha_solicitud: " in reasons(rejected(xlsx({"Hoja": [SUAC, row]})))


def test_formulas_give_their_stored_value_and_errors_are_counted() -> None:
    header = [*SUAC, "nota"]
    listing = read(xlsx({"Hoja": [header, [*SUAC_ROW, "#DIV/0!"], [*SUAC_ROW, "bien"]]}))

    assert [row.number for row in listing.rows()] == [2, 3]
    assert listing.notes == ("Celdas con error (#N/A y parecidos) leídas como vacías: 1.",)


def test_rows_and_columns_left_blank_at_the_start_keep_the_numbers_right() -> None:
    cells = [[], [], ["", "", *SUAC], [], ["", "", *SUAC_ROW]]
    listing = read(xlsx({"Hoja": cells}))

    assert listing.header.row == 3
    assert [row.number for row in listing.rows()] == [5]


def test_other_sheets_are_named_and_hidden_ones_never_read() -> None:
    content = xlsx(
        {
            "Notas": [["Este libro se hizo en noviembre"]],
            "Datos": [SUAC, SUAC_ROW],
            "Copia": [SUAC, SUAC_ROW],
            "Vacía": [],
        },
        hidden=["Copia"],
    )
    listing = read(content)

    assert listing.reading == "Hoja «Datos»"
    assert listing.notes == (
        "La hoja «Notas» (filas: 1) no se leyó.",
        "La hoja «Copia» está oculta y no se leyó.",
    )


def test_two_sheets_with_the_listing_are_refused_since_one_would_be_lost() -> None:
    with pytest.raises(Refused, match="«Enero», «Febrero»"):
        read(xlsx({"Enero": [SUAC, SUAC_ROW], "Febrero": [SUAC, SUAC_ROW]}))


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([], "ninguna hoja visible con datos"),
        ([SUAC], "ninguna fila"),
        ([SUAC, [], ["", " "]], "ninguna fila"),
        ([["a", "b"], ["1", "2"]], "id_folio, fecha_solicitud, tema_solicitud, estatus"),
        ([SUAC[:3], SUAC_ROW[:3]], "tema_solicitud, estatus"),
    ],
)
def test_a_book_without_the_listing_is_refused(cells: list[list[str]], words: str) -> None:
    with pytest.raises(Refused, match=words):
        read(xlsx({"Hoja": cells}))


def test_an_old_book_without_rows_and_one_that_is_none_are_refused() -> None:
    with pytest.raises(Refused, match="ninguna fila"):
        read(xls([SUAC]))
    with pytest.raises(Refused, match="no es una hoja de cálculo XLS"):
        read(compound({"WordDocument": b"x" * 5000}))


def test_a_sheet_whose_cells_do_not_say_where_they_stand_is_read() -> None:
    cells = text_row(1, SUAC, places=False) + text_row(2, SUAC_ROW, places=False)

    assert one(raw_xlsx(sheet_xml(cells))).folio == "2441009"


def test_a_sheet_part_of_another_name_is_read_and_scanned() -> None:
    cells = text_row(1, SUAC) + text_row(2, SUAC_ROW)

    assert one(raw_xlsx(sheet_xml(cells), part="datos.xml")).folio == "2441009"


def test_nul_spelled_in_a_workbook_never_reaches_a_row() -> None:
    cells = text_row(1, SUAC) + text_row(2, [*SUAC_ROW[:3], "ALUM_x0000_BRADO", "CERRADO"])
    (row,) = rows(raw_xlsx(sheet_xml(cells)))

    assert isinstance(row, (CleanRow, Rejected))
    assert "\0" not in "".join(row.raw.values())


def test_a_reader_that_comes_back_with_fewer_rows_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "libro.xlsx"
    path.write_bytes(xlsx({"Hoja": [SUAC, SUAC_ROW]}))
    with (
        Book(path, (SheetPart(last_row_with_value=5),)) as book,
        pytest.raises(Refused, match="leyeron 2 filas y tiene 5"),
    ):
        list(book.rows(book.sheets[0]))


def test_a_listing_that_nobody_reads_leaves_no_process_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[subprocess.Popen[str]] = []
    real = subprocess.Popen

    def remembering(*args: Any, **options: Any) -> subprocess.Popen[str]:
        started.append(real(*args, **options))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", remembering)
    listing = read(xlsx({"Hoja": [SUAC, *[SUAC_ROW] * 5000]}))
    half_read = read(xlsx({"Hoja": [SUAC, *[SUAC_ROW] * 5000]})).rows()
    next(half_read)
    assert len(started) == 2
    del listing
    half_read.close()
    gc.collect()

    assert all(child.poll() is not None for child in started)


def test_a_spreadsheet_can_be_read_again_and_from_a_path(tmp_path: Path) -> None:
    path = tmp_path / "-rf ñandú 𝒳.xlsx"
    path.write_bytes(xlsx({"Hoja": ROWS}))
    listing = open_listing(path, path.name, load_profile("suac-0311"))

    assert list(listing.rows()) == list(listing.rows())


def test_limits_already_in_force_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "libro.xlsx"
    path.write_bytes(xlsx({"Hoja": [SUAC, SUAC_ROW]}))
    run = f"ulimit -v 900000 -t 30; exec {sys.executable} -I {CHILD} {path}"
    done = subprocess.run(
        ["sh", "-c", run], input="0\n", capture_output=True, text=True, check=True, timeout=60
    )

    assert json.loads(done.stdout.splitlines()[-1]) == {"rows": 2}


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="No se puede abrir"):
        open_listing(tmp_path / "nada.csv", "nada.csv", load_profile("suac-0311"))


def test_a_document_that_is_no_sheet_is_refused() -> None:
    with pytest.raises(Refused, match="no es una hoja de cálculo"):
        read(archive({"word/document.xml": "<w/>"}))
    with pytest.raises(Refused, match="XLSB"):
        read(archive({"xl/workbook.bin": b"\x83\x01"}))
