"""Listings made in memory: honest ones, and ones that no honest program writes."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

from caseflow.domain.folios import Series
from caseflow.domain.vocabulary import Source
from caseflow.intake.profiles import load_profile
from caseflow.intake.reader import Listing, open_listing
from caseflow.intake.rows import CleanRow, Locality, Rejected

IZTACALCO = Locality("Iztacalco", ("ALCALDIA IZTACALCO",), ("08",), ("0920745",))
SERIES = (Series("CESAC", Source.CESAC, 6), Series("ESC", Source.PAPER, 6))

SUAC = ("id_folio", "fecha_solicitud", "hora_solicitud", "tema_solicitud", "estatus")
SUAC_ROW = ("2441009", "2024-02-23", "15:17:12", "ALUMBRADO", "CERRADO")
SISAI = ("Folio", "Fecha de recepción oficial", "Hora", "Tipo de solicitud", "Descripción")
SISAI_ROW = ("092074526000418", "23/11/2026", "10:15", "Información pública", "Programa de poda")
CESAC = ("Folio", "Fecha de ingreso", "Área", "Asunto")


def suac(**cells: str) -> dict[str, str]:
    """A row of the city's layout; named columns replace or join those of ``SUAC_ROW``."""
    return {
        **dict(zip(SUAC, SUAC_ROW, strict=True)),
        "fecha_concluido": "2024-02-29",
        **cells,
    }


def table(*rows: Mapping[str, str]) -> list[list[str]]:
    """Header and rows of records that all have the same columns."""
    return [list(rows[0]), *(list(row.values()) for row in rows)]


def csv_bytes(
    rows: Sequence[Sequence[str]], *, delimiter: str = ",", encoding: str = "utf-8", end: str = "\n"
) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue().encode(encoding)


def read(content: bytes, profile: str = "suac-0311", **options: Any) -> Listing:
    options = {"locality": IZTACALCO, "series": SERIES, **options}
    return open_listing(content, "listado", load_profile(profile), **options)


def rows(content: bytes, profile: str = "suac-0311", **options: Any) -> list[CleanRow | Rejected]:
    listing = read(content, profile, **options)
    return list(listing.rows())


def one(content: bytes, profile: str = "suac-0311", **options: Any) -> CleanRow:
    """The only row of a listing, which must be clean."""
    (row,) = rows(content, profile, **options)
    assert isinstance(row, CleanRow), row.problems
    return row


def rejected(content: bytes, profile: str = "suac-0311", **options: Any) -> Rejected:
    """The only row of a listing, which must be rejected."""
    (row,) = rows(content, profile, **options)
    assert isinstance(row, Rejected)
    return row


def reasons(row: CleanRow | Rejected) -> str:
    problems = row.problems if isinstance(row, Rejected) else row.warnings
    return " | ".join(f"{problem.column}: {problem.reason}" for problem in problems)


def xlsx(
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    *,
    hidden: Sequence[str] = (),
    options: Mapping[str, Any] | None = None,
) -> bytes:
    """A workbook as a program would write it; dates, times and numbers as such."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, **(options or {})})
    forms = {
        datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"}),
        date: book.add_format({"num_format": "dd/mm/yyyy"}),
        time: book.add_format({"num_format": "hh:mm:ss"}),
    }
    for name, cells in sheets.items():
        sheet = book.add_worksheet(name)
        if name in hidden:
            sheet.hide()
        for row, values in enumerate(cells):
            for column, value in enumerate(values):
                if type(value) in forms:
                    sheet.write_datetime(row, column, value, forms[type(value)])
                elif isinstance(value, (int, float)):
                    sheet.write_number(row, column, value)
                elif value == "#DIV/0!":
                    sheet.write_formula(row, column, "=1/0", None, value)
                elif value:
                    sheet.write_string(row, column, value)
    book.close()
    return content.getvalue()


def archive(parts: Mapping[str, bytes | str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return content.getvalue()


_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def raw_xlsx(
    sheet: bytes | str, more: Mapping[str, bytes | str] | None = None, part: str = "sheet1.xml"
) -> bytes:
    """A workbook around the given XML of its only sheet; ``more`` adds or replaces parts."""
    return archive(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": "<Relationships xmlns="
            '"http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
            f' Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_LINKS}"><sheets>'
            '<sheet name="Hoja" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": "<Relationships xmlns="
            '"http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
            f' Type="{_LINKS}/worksheet" Target="worksheets/{part}"/></Relationships>',
            f"xl/worksheets/{part}": sheet,
            **(more or {}),
        }
    )


def sheet_xml(cells: str, before: str = "") -> str:
    data = f"<sheetData>{cells}</sheetData>"
    return f'<?xml version="1.0"?>{before}<worksheet {_MAIN}>{data}</worksheet>'


def text_row(number: int, values: Sequence[str], *, places: bool = True) -> str:
    """One row of a sheet's XML; without ``places`` no cell says where it stands."""
    cells = "".join(
        f'<c{f""" r="{chr(65 + column)}{number}" """ if places else " "}t="inlineStr">'
        f"<is><t>{escape(value)}</t></is></c>"
        for column, value in enumerate(values)
    )
    return f'<row r="{number}">{cells}</row>' if places else f"<row>{cells}</row>"


_ODS = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def ods(cells: Sequence[Sequence[str]], tail: str = "") -> bytes:
    body = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p>'
            "</table:table-cell>"
            for value in row
        )
        + "</table:table-row>"
        for row in cells
    )
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:'
            'opendocument:xmlns:manifest:1.0"/>',
            "content.xml": f'<?xml version="1.0"?><office:document-content {_ODS}><office:body>'
            f'<office:spreadsheet><table:table table:name="Hoja">{body}{tail}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        }
    )


def xls(cells: Sequence[Sequence[str | float]]) -> bytes:
    """A workbook of Excel 97: BIFF8 records in a compound file."""
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for row, values in enumerate(cells):
        for column, value in enumerate(values):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(value, float):
                sheet += _record(0x0203, place + struct.pack("<d", value))
            else:
                text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                sheet += _record(0x0204, place + text)
    sheet += _record(0x000A, b"")
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    name = b"\x04\x00Hoja"
    length = len(begin) + 4 + 6 + len(name) + 4
    head = begin + _record(0x0085, struct.pack("<IBB", length, 0, 0) + name) + _record(0x000A, b"")
    return compound({"Workbook": head + sheet})


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file (OLE) with up to three streams, each padded past the short-stream limit."""
    end, fat_mark = 0xFFFFFFFE, 0xFFFFFFFD
    sectors: list[bytes] = []
    table: list[int] = [fat_mark, end]  # the table itself, then the directory
    entries = [_entry("Root Entry", 5, end, 0, child=1)]
    for number, (name, data) in enumerate(streams.items(), start=1):
        padded = data.ljust(4096, b"\0")
        padded = padded.ljust(-(-len(padded) // 512) * 512, b"\0")
        first, count = len(table), len(padded) // 512
        table += [*range(first + 1, first + count), end]
        sectors += [padded[at : at + 512] for at in range(0, len(padded), 512)]
        right = number + 1 if number < len(streams) else 0xFFFFFFFF
        entries.append(_entry(name, 2, first, len(padded), right=right))
    entries += [_entry("", 0, 0, 0)] * (4 - len(entries))
    fat = struct.pack("<128I", *table, *[0xFFFFFFFF] * (128 - len(table)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack(
        "<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0, 0
    )
    return header.ljust(512, b"\xff") + fat + b"".join(entries) + b"".join(sectors)


def _entry(
    name: str, kind: int, first: int, size: int, *, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF
) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0" if name else b""
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(encoded), kind, 1, 0xFFFFFFFF, right, child)
        + bytes(36)
        + struct.pack("<IQ", first, size)
    )
