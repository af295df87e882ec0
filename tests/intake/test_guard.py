"""The guard: what would end the reader, read another file or start a program never reaches it."""

from __future__ import annotations

import io
import resource
import struct
import zipfile

import pytest

from caseflow.domain.errors import Refused
from caseflow.intake.guard import MAX_COLUMNS, MAX_ROWS, check_zip
from tests.intake.books import (
    SUAC,
    SUAC_ROW,
    archive,
    compound,
    ods,
    one,
    raw_xlsx,
    read,
    sheet_xml,
    text_row,
    xlsx,
)

ROWS = text_row(1, SUAC) + text_row(2, SUAC_ROW)
GOOD = raw_xlsx(sheet_xml(ROWS))


def cell(place: str) -> str:
    return f'{ROWS}<row r="3"><c {place}><v>1</v></c></row>'


@pytest.mark.parametrize(
    "cells",
    [
        cell('r="XFD1048576"'),
        cell("r='XFD1'"),
        cell('r = "xfd1"'),
        cell('r="$XFD$1"'),
        cell('r="GS3"'),
        cell('r="A1048576"'),
        cell('r="A0001048576"'),
        cell('r="&#88;FD1"'),
        cell('t="n"\n\tr="ZZ3"'),
        ROWS + '<row r="1048576"><c t="n"><v>1</v></c></row>',
        ROWS + f'<row r="3">{"<c><v>1</v></c>" * (MAX_COLUMNS + 1)}</row>',
        ROWS.replace("<row", "<x:row").replace("<c ", "<x:c ") + '<x:c r="XFD1"/>',
        "<row/>" * (MAX_ROWS + 1),
    ],
)
def test_a_cell_far_away_is_refused(cells: str) -> None:
    with pytest.raises(Refused, match="más allá de 200 columnas"):
        read(raw_xlsx(sheet_xml(cells)))


@pytest.mark.parametrize("place", ['r="GR3"', 'r="A3"'])
def test_the_last_cell_within_the_limits_is_taken(place: str) -> None:
    check_zip(io.BytesIO(raw_xlsx(sheet_xml(cell(place)))))


def test_the_scan_does_not_depend_on_where_the_sheet_is_cut() -> None:
    padding = text_row(3, ["x" * (1 << 20)])
    for shift in range(0, 40, 3):
        hidden = f'<row r="4"><c{" " * shift} r="XFD4"><v>1</v></c></row>'
        with pytest.raises(Refused, match="más allá"):
            check_zip(
                io.BytesIO(
                    raw_xlsx(
                        sheet_xml(ROWS + padding[: -shift - 30] + "</t></is></c></row>" + hidden)
                    )
                )
            )


@pytest.mark.parametrize(
    "content",
    [
        raw_xlsx(sheet_xml(ROWS, before='<!DOCTYPE a [<!ENTITY b "c">]>')),
        raw_xlsx(
            sheet_xml(ROWS), {"xl/styles.xml": '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'}
        ),
        raw_xlsx(sheet_xml(ROWS), {"docProps/core.xml": "<!DOCTYPE lolz><a/>"}),
    ],
)
def test_a_document_type_in_any_part_is_refused(content: bytes) -> None:
    with pytest.raises(Refused, match="DTD"):
        read(content)


@pytest.mark.parametrize(
    "sheet",
    [
        sheet_xml(ROWS).encode("utf-16"),
        sheet_xml(ROWS).replace("?>", ' encoding="UTF-7"?>', 1).encode(),
    ],
)
def test_a_part_in_an_encoding_that_the_scan_cannot_see_through_is_refused(sheet: bytes) -> None:
    with pytest.raises(Refused, match="codificación"):
        read(raw_xlsx(sheet))


@pytest.mark.parametrize(
    "content",
    [
        raw_xlsx(sheet_xml(ROWS), {"xl/vbaProject.bin": b"\xd0\xcf"}),
        raw_xlsx(sheet_xml(ROWS), {"xl/macros/VBAPROJECT.BIN": b"\xd0\xcf"}),
        compound({"Workbook": b"x", "_VBA_PROJECT_CUR": b"x"}),
    ],
)
def test_macros_are_refused(content: bytes) -> None:
    with pytest.raises(Refused, match="macros"):
        read(content)


def test_a_protected_book_is_refused_by_name() -> None:
    with pytest.raises(Refused, match="contraseña"):
        read(compound({"EncryptedPackage": b"x"}))


def test_a_bomb_is_refused_while_it_expands_and_costs_little_memory() -> None:
    bomb = raw_xlsx(sheet_xml(ROWS), {"xl/media/a.bin": bytes(180 << 20)})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Refused, match="desmedida"):
        check_zip(io.BytesIO(bomb))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert (after - before) / 1024 < 50


def test_many_parts_are_refused() -> None:
    with pytest.raises(Refused, match="demasiadas partes"):
        read(raw_xlsx(sheet_xml(ROWS), {f"xl/media/{n}": b"" for n in range(2001)}))


def test_a_size_that_the_directory_understates_is_found() -> None:
    content = bytearray(raw_xlsx(sheet_xml(ROWS), {"xl/sharedStrings.xml": "<sst/>" + " " * 9000}))
    place = content.rindex(b"xl/sharedStrings.xml") - 46
    content[place + 24 : place + 28] = struct.pack("<I", 10)

    with pytest.raises(Refused, match="dañado"):
        read(bytes(content))


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/etc/passwd", "xl\\..\\x", "xl/../../x"])
def test_paths_that_leave_the_archive_are_refused(name: str) -> None:
    with pytest.raises(Refused, match=r"rutas|dañado"):
        read(raw_xlsx(sheet_xml(ROWS), {name: b"x"}))


def test_a_part_that_stands_twice_is_refused() -> None:
    content = io.BytesIO(GOOD)
    with zipfile.ZipFile(content, "a") as packed, pytest.warns(UserWarning, match="Duplicate"):
        packed.writestr("xl/workbook.xml", "<workbook/>")

    with pytest.raises(Refused, match="dos veces"):
        read(content.getvalue())


@pytest.mark.parametrize(
    "cells",
    [ROWS + text_row(2, SUAC_ROW), text_row(2, SUAC_ROW) + text_row(1, SUAC)],
)
def test_rows_that_would_overwrite_each_other_are_refused(cells: str) -> None:
    with pytest.raises(Refused, match="repite o desordena"):
        read(raw_xlsx(sheet_xml(cells)))


def test_a_book_that_names_a_part_which_is_not_there_is_refused() -> None:
    with pytest.raises(Refused, match="dañado"):
        read(raw_xlsx(sheet_xml(ROWS), {"xl/_rels/workbook.xml.rels": "<Relationships/>"}))


def test_a_sheet_that_is_no_xml_is_refused() -> None:
    with pytest.raises(Refused):
        read(raw_xlsx("<worksheet><sheetData><row r='1'><c"))


@pytest.mark.parametrize("kept", [30, 200, 600, len(GOOD) - 30, len(GOOD) - 1])
def test_a_cut_archive_is_refused(kept: int) -> None:
    with pytest.raises(Refused, match="dañado"):
        read(GOOD[:kept])


def test_a_flipped_bit_in_a_part_is_refused() -> None:
    content = bytearray(GOOD)
    content[content.index(b"xl/worksheets/sheet1.xml") + 60] ^= 1

    with pytest.raises(Refused):
        read(bytes(content))


def test_repeated_blank_rows_of_a_document_are_harmless_and_filled_ones_refused() -> None:
    blank = (
        '<table:table-row table:number-rows-repeated="1048570">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    filled = blank.replace("<table:table-cell ", '<table:table-cell office:value-type="float" ')

    assert one(ods([SUAC, SUAC_ROW], blank)).folio == "2441009"
    with pytest.raises(Refused, match="más allá"):
        read(ods([SUAC, SUAC_ROW], filled))
    with pytest.raises(Refused, match="más allá"):
        read(ods([SUAC, SUAC_ROW], filled.replace("16384", "2")))


def test_what_slips_past_the_guard_ends_the_child_and_not_us() -> None:
    # columns A to GR and 200,000 rows are within the limits; the rectangle is 40 million cells
    corners = ROWS + f'<row r="{MAX_ROWS}"><c r="GR{MAX_ROWS}"><v>1</v></c></row>'

    with pytest.raises(Refused, match="no se puede leer"):
        read(raw_xlsx(sheet_xml(corners)))


def test_external_links_are_not_followed() -> None:
    link = (
        '<externalLink><externalBook><a href="http://127.0.0.1:9/x"/></externalBook></externalLink>'
    )

    assert one(raw_xlsx(sheet_xml(ROWS), {"xl/externalLinks/externalLink1.xml": link}))


def test_an_honest_book_passes() -> None:
    kind, sheets = check_zip(io.BytesIO(xlsx({"a": [SUAC, SUAC_ROW], "b": [SUAC]})))

    assert kind == "xlsx"
    assert [(sheet.rows, sheet.last_row_with_value) for sheet in sheets] == [(2, 2), (1, 1)]


def test_a_plain_archive_is_refused() -> None:
    with pytest.raises(Refused, match="no es una hoja"):
        read(archive({"a.csv": "id_folio"}))
