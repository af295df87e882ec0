"""Exports of lists and the templates to import: typed cells, text that never runs."""

from __future__ import annotations

import csv
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseflow.documents.cells import (
    FORMULA_STARTS,
    LONGEST_CELL,
    CellKind,
    Column,
    csv_cell,
    neutral,
)
from caseflow.documents.import_template import TemplateColumn, template_xlsx
from caseflow.documents.listing import listing_csv, listing_xlsx

MADE_AT = datetime(2026, 11, 23, 10, 42)
COLUMNS = (
    Column("Folio"),
    Column("Asunto", width=40),
    Column("Vence", CellKind.DATE),
    Column("Atraso", CellKind.INTEGER),
)
ROWS: list[tuple[Any, ...]] = [
    ("092074526000418", "Poda", date(2026, 11, 30), 3),
    ("CESAC-2026-000123", "=1+1", None, -2),
]


def listed(rows: Any = ROWS, title: str = "Bandeja") -> Any:
    made = listing_xlsx(COLUMNS, rows, title=title, office="Alcaldía Iztacalco", made_at=MADE_AT)
    return openpyxl.load_workbook(BytesIO(made)).worksheets[0]


def test_a_workbook_keeps_zeros_dates_and_numbers() -> None:
    sheet = listed()
    assert [cell.value for cell in sheet[2]] == [
        "092074526000418",
        "Poda",
        datetime(2026, 11, 30),
        3,
    ]
    assert sheet["A2"].number_format == "@"
    assert sheet["C2"].number_format == "dd/mm/yyyy"
    assert sheet["B3"].data_type == "s"
    assert sheet["D3"].value == -2


def test_a_workbook_has_its_heading_frozen_filtered_and_repeated() -> None:
    sheet = listed()
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:D3"
    assert sheet.print_title_rows == "$1:$1"


def test_a_csv_keeps_zeros_iso_dates_and_negative_numbers() -> None:
    made = listing_csv(COLUMNS, ROWS)
    assert list(csv.reader(StringIO(made.decode("utf-8-sig"), newline=""))) == [
        ["Folio", "Asunto", "Vence", "Atraso"],
        ["092074526000418", "Poda", "2026-11-30", "3"],
        ["CESAC-2026-000123", "'=1+1", "", "-2"],
    ]


@given(st.text(alphabet=st.characters(codec=None), max_size=60))
def test_no_text_starts_a_formula_in_a_csv(text: str) -> None:
    cell = csv_cell(text)
    assert cell[:1] not in FORMULA_STARTS
    cell.encode("utf-8")
    assert "\x00" not in cell


@pytest.mark.parametrize("hidden", ["\x00=1", "\ud800=1", "\x07\ud800@x"])
def test_a_formula_behind_an_unwritable_character_is_still_neutral(hidden: str) -> None:
    assert neutral(hidden)[0] == "'"


def test_strange_text_comes_back_from_a_workbook_as_it_was() -> None:
    texts = ["Ñandú \U0001f600", "línea\notra", "<b>&amp;</b>", " orilla "]
    sheet = listed([(text, "", None, None) for text in texts])
    read = [sheet.cell(number, 1).value for number in range(2, 2 + len(texts))]
    assert read == texts


def test_text_longer_than_a_cell_is_cut_and_says_so() -> None:
    sheet = listed([("x" * (LONGEST_CELL + 5), "a\x00\x07b\ud800", None, None)])
    assert len(sheet["A2"].value) == LONGEST_CELL
    assert sheet["A2"].value.endswith("…")
    assert sheet["B2"].value == "ab"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("JUD de Operación y Mantenimiento de Alumbrado", "JUD de Operación y Mantenimient"),
        ("Vence: hoy/mañana [1]?", "Vence  hoy mañana  1"),
        ("", "Hoja"),
    ],
)
def test_any_title_makes_a_sheet_name_that_excel_takes(title: str, name: str) -> None:
    assert listed(title=title).title == name


def test_equal_lists_give_equal_bytes() -> None:
    first, second = (
        listing_xlsx(COLUMNS, ROWS, title="Bandeja", office="Alcaldía", made_at=MADE_AT)
        for _ in range(2)
    )
    assert first == second


# ── Templates ────────────────────────────────────────────────────────────────────────────────────


TEMPLATE = (
    TemplateColumn("Folio", required=True, note="El folio tal como se entregó.", example="000123"),
    TemplateColumn("Fecha de ingreso", required=True, kind=CellKind.DATE),
    TemplateColumn("Estatus", choices=("Recibido", "Turnado", "Concluido")),
    TemplateColumn("Colonia"),
)


def template() -> Any:
    made = template_xlsx(TEMPLATE, profile="cesac", office="Alcaldía", made_at=MADE_AT)
    return openpyxl.load_workbook(BytesIO(made))


def test_a_template_is_its_header_row_and_nothing_to_import() -> None:
    sheet = template().worksheets[0]
    assert sheet.title == "cesac"
    assert [cell.value for cell in sheet[1]] == [column.title for column in TEMPLATE]
    assert sheet.max_row == 1


def test_required_headings_are_bold_and_the_others_are_not() -> None:
    sheet = template().worksheets[0]
    assert [bool(cell.font.b) for cell in sheet[1]] == [True, True, False, False]


def test_columns_are_prepared_so_that_folios_keep_zeros_and_dates_are_dates() -> None:
    sheet = template().worksheets[0]
    assert sheet.column_dimensions["A"].number_format == "@"
    assert sheet.column_dimensions["B"].number_format == "dd/mm/yyyy"


def test_words_with_a_closed_list_are_offered() -> None:
    (offered,) = template().worksheets[0].data_validations.dataValidation
    assert offered.formula1 == '"Recibido,Turnado,Concluido"'
    assert str(offered.sqref).startswith("C2:")


def test_the_second_sheet_explains_every_column() -> None:
    lines = list(template()["Instrucciones"].iter_rows(min_row=8, values_only=True))
    assert [line[0] for line in lines] == [column.title for column in TEMPLATE]
    assert [line[1] for line in lines] == ["Sí", "Sí", "No", "No"]
    assert lines[0][2] == "000123"
    assert lines[2][3] == "Recibido, Turnado, Concluido"


def test_a_profile_named_like_the_notes_still_makes_a_template() -> None:
    made = template_xlsx(TEMPLATE, profile="instrucciones", office="A", made_at=MADE_AT)
    assert len(openpyxl.load_workbook(BytesIO(made)).sheetnames) == 2
