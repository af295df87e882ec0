"""What is looked at in a spreadsheet before any reader touches it.

The fast reader allocates the whole rectangle between the first and the last cell: a 5 KB workbook
with one cell at ``XFD1048576`` ends its process. So the parts are scanned first, as bytes and in
chunks: sizes counted while expanding, no document type, no macros, no cell outside the limits.
Nothing is ever extracted to disk.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from caseflow.domain.errors import Refused
from caseflow.domain.phrases import N_

MAX_PARTS = 2_000
MAX_EXPANDED = 200 << 20
MAX_COLUMNS = 200
MAX_ROWS = 200_000
#: A filled row that an ODS says is repeated more often than this is a bomb.
_MAX_REPEATED_ROWS = 1_000
#: No honest sheet packs better than this; looked at only where it would matter.
_MAX_RATIO = 250
_RATIO_FROM = 16 << 20
_CHUNK = 1 << 20
#: Longest tag: a piece this long without ``>`` is no XML of a spreadsheet.
_MAX_TAG = 1 << 20

_ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    UnicodeError,
    ValueError,
    OverflowError,
    OSError,
)

_DAMAGED = N_(
    "El archivo está dañado o incompleto: ábralo en su programa, guárdelo de nuevo y reintente."
)

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC = b"PK\x03\x04"

_OUTSIDE = (
    rb"\$?(?:"
    rb"[A-Za-z]{3,}|[H-Zh-z][A-Za-z]|[Gg][S-Zs-z]"  # past column GR, the 200th
    rb"|[A-Za-z]{0,2}\$?0*(?:20000[1-9]|2000[1-9]\d|200[1-9]\d\d|20[1-9]\d{3}|2[1-9]\d{4}"
    rb"|[3-9]\d{5}|[1-9]\d{6,})"
    rb"|[A-Za-z0-9$]{0,20}&)"  # a reference written with entities hides from this scan
)
_CELL_OUTSIDE = re.compile(rb"\sr\s*=\s*[\"']" + _OUTSIDE)
#: The same where every cell is written ``<c r="…``, as nearly all programs do: twice as fast.
_PLAIN_CELL = b'<c r="'
_PLAIN_CELL_OUTSIDE = re.compile(_PLAIN_CELL + _OUTSIDE)
_PREFIXED_CELLS = tuple(b":c" + after for after in (b" ", b">", b"/", b"\n", b"\r", b"\t"))
_CELL_WITHOUT_PLACE = re.compile(rb"<(?:\w+:)?c(?=[\s/>])(?![^>]*\sr\s*=)")
_ROW = re.compile(rb"<(?:\w+:)?row(?=[\s/>])([^>]*)>")
_ROW_NUMBER = re.compile(rb"\sr\s*=\s*[\"'](\d{1,9})[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|is)>")
_ERROR_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*\bt=[\"']e[\"']")
_FOREIGN_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"'](?!utf-?8|us-ascii)", re.I)

_ODS_CELL = re.compile(rb"<table:(?:covered-)?table-cell\s[^>]*>")
_ODS_REPEATED_CELL = re.compile(rb"number-columns-repeated\s*=\s*[\"']0*(\d+)")
_ODS_ROW = re.compile(rb"<table:table-row(?=[\s/>])([^>]*)>")
_ODS_REPEATED_ROW = re.compile(rb"number-rows-repeated\s*=\s*[\"']0*(\d+)")

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_SHEET_LINK = re.compile(rb"\b\w+:id\s*=\s*[\"']([^\"']*)[\"']")
_LINK = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_LINK_ID = re.compile(rb"\bId\s*=\s*[\"']([^\"']*)[\"']")
_LINK_TARGET = re.compile(rb"\bTarget\s*=\s*[\"']([^\"']*)[\"']")


@dataclass(slots=True)
class SheetPart:
    """What the scan saw of one sheet: the reader must not come back with less."""

    has_cells: bool = False
    rows: int = 0
    row: int = 0
    last_row_with_value: int = 0
    errors: int = 0
    _cells_without_place: int = field(default=0, repr=False)


def check_zip(stream: BinaryIO) -> tuple[str, tuple[SheetPart, ...]]:
    """What the archive is, ``"xlsx"`` or ``"ods"``, and for XLSX its sheets in the book's order.

    Raises ``Refused`` with one sentence for anything that a reader must not see.
    """
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            return _check_archive(archive)
    except _ZIP_FAULTS as error:
        raise Refused(_DAMAGED) from error


def _check_archive(archive: zipfile.ZipFile) -> tuple[str, tuple[SheetPart, ...]]:
    parts = archive.infolist()
    names = [part.filename for part in parts]
    _check_directory(parts, names)
    kind = _kind(archive, set(names))
    budget = MAX_EXPANDED
    scanned: dict[str, SheetPart] = {}
    for part in parts:
        budget, scanned[part.filename] = _scan(archive, part, kind, budget)
    sheets = tuple(scanned[name] for name in _sheets_in_order(archive, scanned, kind))
    return kind, sheets


def _check_directory(parts: list[zipfile.ZipInfo], names: list[str]) -> None:
    if len(parts) > MAX_PARTS:
        raise Refused("El archivo comprimido tiene demasiadas partes ({count}).", count=len(parts))
    if len({name.lower() for name in names}) != len(names):
        raise Refused("El archivo comprimido trae dos veces la misma parte: no es de fiar.")
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("El archivo está protegido con contraseña: guárdelo sin ella y reintente.")
    if any(".." in name.split("/") or name.startswith("/") or "\\" in name for name in names):
        raise Refused("El archivo comprimido trae rutas que salen de él: no es de fiar.")
    if any(name.lower().endswith("vbaproject.bin") or "/Basic/" in f"/{name}" for name in names):
        raise Refused(
            "El libro trae macros y no se recibe: guárdelo como XLSX sin macros y reintente."
        )
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise Refused(_DAMAGED)
    if sum(part.file_size for part in parts) > MAX_EXPANDED:
        _refuse_size()
    for part in parts:
        _check_ratio(part, part.file_size)


def _check_ratio(part: zipfile.ZipInfo, expanded: int) -> None:
    if expanded > _RATIO_FROM and expanded > _MAX_RATIO * max(part.compress_size, 1):
        _refuse_size()


def _refuse_size() -> None:
    raise Refused(
        "El archivo se expande a más de {most} MB o de forma desmedida: no es un listado.",
        most=MAX_EXPANDED >> 20,
    )


def _kind(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        raise Refused("El formato XLSB no se recibe: guárdelo como XLSX y reintente.")
    if "mimetype" in names and "content.xml" in names:
        with archive.open("mimetype") as part:
            if part.read(100).strip() == b"application/vnd.oasis.opendocument.spreadsheet":
                return "ods"
    raise Refused("El archivo comprimido no es una hoja de cálculo XLSX ni ODS.")


def _scan(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, kind: str, budget: int
) -> tuple[int, SheetPart]:
    """Expand one part, counting; returns what is left of the budget and what was seen."""
    seen = SheetPart()
    rest = b""
    first = True
    is_xml = False
    expanded = 0
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            expanded += len(chunk)
            if expanded > budget:
                _refuse_size()
            _check_ratio(part, expanded)
            if first:
                first = False
                is_xml = _is_xml(part.filename, chunk)
            if not is_xml:
                continue
            piece = rest + chunk
            end = piece.rfind(b">") + 1
            if len(piece) - end > _MAX_TAG:
                raise Refused("Una celda del libro es demasiado larga para un listado.")
            rest = piece[end:]
            _scan_piece(piece[:end], kind, seen)
    if rest and is_xml:
        _scan_piece(rest, kind, seen)
    return budget - expanded, seen


def _is_xml(name: str, start: bytes) -> bool:
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not name.lower().endswith((".xml", ".rels", ".vml")) and not text.startswith(b"<"):
        return False
    if b"\0" in start[:200] or _FOREIGN_ENCODING.search(start[:300]):
        raise Refused("El libro está escrito en una codificación que no se recibe.")
    return True


def _scan_piece(piece: bytes, kind: str, seen: SheetPart) -> None:
    # "<!" opens a document type, a comment or a CDATA section; the last two are no danger
    if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece or b"<!doctype" in piece:
        raise Refused("El libro trae una definición de tipo de documento (DTD) y no se recibe.")
    if kind == "ods":
        _scan_ods(piece)
        return
    seen.has_cells = seen.has_cells or b"sheetData" in piece
    if not seen.has_cells:
        return
    without_place: list[int] = []
    if _plain(piece):
        outside = _PLAIN_CELL_OUTSIDE.search(piece)
    else:
        outside = _CELL_OUTSIDE.search(piece)
        without_place = [match.start() for match in _CELL_WITHOUT_PLACE.finditer(piece)]
    if outside:
        _refuse_extent()
    if b't="e"' in piece or b"t='e'" in piece:
        seen.errors += sum(1 for _ in _ERROR_CELL.finditer(piece))
    position = 0
    index = 0
    for match in _ROW.finditer(piece):
        index = _count_without_place(seen, without_place, index, match.start())
        _close_row(piece, position, match.start(), seen)
        seen._cells_without_place = 0
        seen.rows += 1
        number = _ROW_NUMBER.search(match[1])
        row = int(number[1]) if number else seen.row + 1
        if row <= seen.row:
            raise Refused("El libro repite o desordena sus filas ({row}): no es de fiar.", row=row)
        seen.row = row
        if row > MAX_ROWS or seen.rows > MAX_ROWS:
            _refuse_extent()
        position = match.end()
    _count_without_place(seen, without_place, index, len(piece))
    _close_row(piece, position, len(piece), seen)


def _plain(piece: bytes) -> bool:
    """Whether every cell begins with its place, so that the fast patterns see them all."""
    return piece.count(b"<c") == piece.count(_PLAIN_CELL) and not any(
        mark in piece for mark in _PREFIXED_CELLS
    )


def _count_without_place(seen: SheetPart, places: list[int], index: int, until: int) -> int:
    """Cells that do not say where they stand take the next column: count them per row."""
    while index < len(places) and places[index] < until:
        index += 1
        seen._cells_without_place += 1
        if seen._cells_without_place > MAX_COLUMNS:
            _refuse_extent()
    return index


def _close_row(piece: bytes, start: int, end: int, seen: SheetPart) -> None:
    if seen.row and seen.last_row_with_value < seen.row and _VALUE.search(piece, start, end):
        seen.last_row_with_value = seen.row


def _refuse_extent() -> None:
    raise Refused(
        "El libro tiene celdas más allá de {columns} columnas o {rows:,} filas: deje solo el "
        "listado, o divídalo, y reintente.",
        columns=MAX_COLUMNS,
        rows=MAX_ROWS,
    )


def _scan_ods(piece: bytes) -> None:
    for tag in _ODS_CELL.findall(piece):
        repeated = _ODS_REPEATED_CELL.search(tag)
        if repeated and int(repeated[1][:9]) > MAX_COLUMNS and b"value-type" in tag:
            _refuse_extent()
    rows = list(_ODS_ROW.finditer(piece))
    ends = [*(match.start() for match in rows[1:]), len(piece)]
    for match, end in zip(rows, ends, strict=False):
        repeated = _ODS_REPEATED_ROW.search(match[1])
        many = repeated is not None and int(repeated[1][:9]) > _MAX_REPEATED_ROWS
        if many and b"value-type" in piece[match.end() : end]:
            _refuse_extent()


def _sheets_in_order(
    archive: zipfile.ZipFile, scanned: dict[str, SheetPart], kind: str
) -> Iterator[str]:
    """Names of the sheet parts as the workbook orders them; none where a link leads nowhere."""
    links_name = "xl/_rels/workbook.xml.rels"
    if kind != "xlsx" or links_name not in scanned:
        return
    targets: dict[bytes, str] = {}
    for tag in _LINK.findall(archive.read(links_name)):
        link, target = _LINK_ID.search(tag), _LINK_TARGET.search(tag)
        if link and target:
            path = target[1].decode("utf-8", "replace")
            targets[link[1]] = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
    for tag in _SHEET.findall(archive.read("xl/workbook.xml")):
        link = _SHEET_LINK.search(tag)
        name = targets.get(link[1], "") if link else ""
        if name not in scanned:
            raise Refused(_DAMAGED)
        yield name


def check_ole(stream: BinaryIO) -> None:
    """Refuse an old-format file that is protected, carries macros, or is no workbook."""
    stream.seek(0)
    data = stream.read()
    if _utf16("EncryptedPackage") in data:
        raise Refused("El archivo está protegido con contraseña: guárdelo sin ella y reintente.")
    if _utf16("_VBA_PROJECT") in data:
        raise Refused(
            "El libro trae macros y no se recibe: guárdelo como XLSX sin macros y reintente."
        )
    if _utf16("Workbook") not in data and _utf16("Book") not in data:
        raise Refused("El archivo no es una hoja de cálculo XLS.")


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le")
