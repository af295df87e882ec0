"""A file → its listing: what it is, whether the profile fits, and then its rows, streamed."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import tempfile
import weakref
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from caseflow.domain.errors import Refused
from caseflow.domain.folios import Series
from caseflow.domain.phrases import N_, phrase
from caseflow.intake.cleaners import Cleaner
from caseflow.intake.csvs import DELIMITER_WORDS, DELIMITERS, Broken, first_rows, read_rows
from caseflow.intake.encoding import NAMES as ENCODINGS
from caseflow.intake.encoding import detect
from caseflow.intake.guard import OLE_MAGIC, ZIP_MAGIC, SheetPart, check_ole, check_zip
from caseflow.intake.headers import HEADER_WITHIN, Header, find_header
from caseflow.intake.profiles import Profile
from caseflow.intake.rows import CleanRow, Locality, Rejected
from caseflow.intake.sheets import Book, Sheet

#: Largest file that is taken, in bytes.
MAX_FILE = 250 << 20
MAX_SPREADSHEET = 60 << 20

_KINDS = (
    (b"%PDF", "un PDF"),
    (b"\x89PNG", "una imagen"),
    (b"\xff\xd8\xff", "una imagen"),
    (b"GIF8", "una imagen"),
    (b"MZ", "un programa"),
    (b"\x7fELF", "un programa"),
    (b"Rar!", N_("un archivo comprimido RAR")),
    (b"7z\xbc\xaf", N_("un archivo comprimido 7z")),
    (b"\x1f\x8b", N_("un archivo comprimido gzip")),
    (b"{\\rtf", N_("un documento RTF")),
)
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<style", b"<head")

#: Yields (number, cells), or (number, Broken) for a row whose quotes do not close.
_Rows = Generator[tuple[int, Sequence[str] | Broken], None, None]


@dataclass(slots=True, weakref_slot=True)
class Listing:
    """A file whose header fits its profile and that has at least one row."""

    filename: str
    profile: Profile
    sha256: str
    size: int
    #: ``csv``, ``xlsx``, ``xls`` or ``ods``
    format: str
    header: Header
    #: how it was read, in Spanish: encoding and separator, or sheet
    reading: str
    #: what a person should know of the file: title lines, sheets not read, error cells
    notes: tuple[str, ...]
    cleaner: Cleaner
    _open: Callable[[], _Rows] = field(repr=False)

    @property
    def columns(self) -> tuple[tuple[str, str | None], ...]:
        """Each column as written, and the field it feeds, ``None`` where it is only kept."""
        fields = {index: name for name, index in self.header.fields.items()}
        return tuple((name, fields.get(index)) for index, name in enumerate(self.header.columns))

    def check(self) -> int:
        """Read to the end without cleaning; how many rows there are.

        For who applies rows as they come: raises ``Refused`` where the file turns out unreadable,
        before anything of it was stored.
        """
        with closing(self._open()) as opened:
            return sum(1 for _ in opened)

    def rows(self) -> Generator[CleanRow | Rejected, None, None]:
        """The rows in the file's order, read anew each time; blank ones are left out.

        Raises ``Refused`` where the file turns out unreadable half-way. A caller that stops early
        must close the iterator (a generator) to end the process behind a spreadsheet.
        """
        clean = self.cleaner.clean
        with closing(self._open()) as opened:
            for number, cells in opened:
                if isinstance(cells, Broken):
                    yield self._broken(number, cells)
                else:
                    yield clean(number, cells)

    def _broken(self, number: int, row: Broken) -> Rejected:
        return self.cleaner.reject(
            number,
            [row.line.rstrip("\r\n")],
            N_("Las comillas de la fila no cierran: corríjala en el original."),
        )


def open_listing(
    source: Path | bytes,
    filename: str,
    profile: Profile,
    *,
    locality: Locality | None = None,
    series: Sequence[Series] = (),
    today: dt.date | None = None,
    encoding: str | None = None,
) -> Listing:
    """Look at a file and fit the profile to it; nothing is read beyond that yet.

    The content says what the file is, never its name. ``encoding`` overrides what is found.
    Raises ``Refused`` with one Spanish sentence: empty, binary, damaged or dangerous, a header
    that lacks columns (it names them) or doubles one, or no row under it.
    """
    with _stream(source) as stream:
        sha256, size = _fingerprint(stream)
        start = _peek(stream)
        if size <= len(start) and not start.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
            raise Refused("El archivo está vacío.")
        options = _Options(profile, locality, tuple(series), today, encoding)
        about = (filename, sha256, size)
        if start.startswith((ZIP_MAGIC, OLE_MAGIC)):
            if size > MAX_SPREADSHEET:
                _refuse_size(MAX_SPREADSHEET)
            kind, parts = _check_book(stream, start)
            return _open_book(source, about, kind, parts, options)
        if size > MAX_FILE:
            _refuse_size(MAX_FILE)
        _refuse_other_kinds(start)
        return _open_text(source, stream, about, options)


@dataclass(frozen=True, slots=True)
class _Options:
    profile: Profile
    locality: Locality | None
    series: tuple[Series, ...]
    today: dt.date | None
    encoding: str | None

    def cleaner(self, header: Header) -> Cleaner:
        return Cleaner(
            self.profile,
            header.columns,
            header.fields,
            locality=self.locality,
            series=self.series,
            today=self.today,
        )


_About = tuple[str, str, int]


@contextmanager
def _stream(source: Path | bytes) -> Iterator[BinaryIO]:
    if isinstance(source, bytes):
        yield io.BytesIO(source)
        return
    try:
        stream = source.open("rb")
    except OSError as error:
        raise Refused("No se puede abrir el archivo {name}.", name=source.name) from error
    with stream:
        yield stream


def _fingerprint(stream: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def _peek(stream: BinaryIO) -> bytes:
    stream.seek(0)
    start = stream.read(512)
    stream.seek(0)
    return start


def _refuse_size(most: int) -> None:
    raise Refused("El archivo pesa más de {most} MB: divídalo y reintente.", most=most >> 20)


def _refuse_other_kinds(start: bytes) -> None:
    for magic, words in _KINDS:
        if start.startswith(magic):
            raise Refused(
                "El archivo es {words}, no un listado. Se reciben CSV, XLSX, XLS y ODS.",
                words=words,
            )
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_MARKUP):
        raise Refused(
            "El archivo es una página web con nombre de hoja de cálculo: ábralo en su programa, "
            "guárdelo como XLSX y reintente."
        )


def _check_header(header: Header | None, profile: Profile) -> Header:
    if header is None:
        raise Refused(
            "No se encontró el encabezado del perfil «{profile}». Faltan las columnas: {names}.",
            profile=profile.name,
            names=", ".join(profile.fields[name].headers[0] for name in profile.required),
        )
    if header.missing:
        raise Refused(
            "Al encabezado le falta{plural} para el perfil «{profile}»: {names}.",
            plural="n columnas" if len(header.missing) > 1 else " una columna",
            profile=profile.name,
            names=", ".join(header.missing),
        )
    if header.doubled:
        raise Refused(
            "El encabezado trae dos veces: {names}. Deje una sola columna de cada una.",
            names=", ".join(header.doubled),
        )
    return header


def _title_note(header: Header) -> list[str]:
    if header.row == 1:
        return []
    return [phrase("El encabezado está en la fila {row}; lo de arriba no se leyó.", row=header.row)]


def _refuse_no_rows() -> None:
    raise Refused("El listado no tiene ninguna fila bajo el encabezado.")


# Text


def _open_text(source: Path | bytes, stream: BinaryIO, about: _About, options: _Options) -> Listing:
    filename, sha256, size = about
    profile = options.profile
    encoding = detect(stream, options.encoding or profile.encoding)
    delimiter, found = _delimiter(stream, encoding, profile)
    header = _check_header(found, profile)

    def rows() -> _Rows:
        with _stream(source) as again:
            for number, row in enumerate(read_rows(again, encoding, delimiter), start=1):
                if number > header.row and (isinstance(row, Broken) or any(map(str.strip, row))):
                    yield number, row

    with closing(rows()) as opened:
        if next(opened, None) is None:
            _refuse_no_rows()
    return Listing(
        filename=filename,
        profile=profile,
        sha256=sha256,
        size=size,
        format="csv",
        header=header,
        reading=phrase(
            "{encoding}, separado por {sign}",
            encoding=ENCODINGS[encoding],
            sign=DELIMITER_WORDS[delimiter],
        ),
        notes=tuple(_title_note(header)),
        cleaner=options.cleaner(header),
        _open=rows,
    )


def _delimiter(stream: BinaryIO, encoding: str, profile: Profile) -> tuple[str, Header | None]:
    """The separator under which most of the profile's headers appear, and that header."""
    best: tuple[tuple[bool, int], str, Header | None] = ((False, 0), ",", None)
    for delimiter in DELIMITERS:
        rows = first_rows(stream, encoding, delimiter, HEADER_WITHIN)
        header = find_header(rows, profile.aliases, profile.required)
        if header is None:
            continue
        score = (header.complete, len(header.fields))
        if score > best[0]:
            best = (score, delimiter, header)
    return best[1], best[2]


# Spreadsheets


def _check_book(stream: BinaryIO, start: bytes) -> tuple[str, tuple[SheetPart, ...]]:
    if start.startswith(OLE_MAGIC):
        check_ole(stream)
        return "xls", ()
    return check_zip(stream)


@contextmanager
def _book(source: Path | bytes, parts: tuple[SheetPart, ...]) -> Iterator[Book]:
    if isinstance(source, Path):
        with Book(source, parts) as book:
            yield book
        return
    with tempfile.NamedTemporaryFile(prefix="listado-") as copy:
        copy.write(source)
        copy.flush()
        with Book(Path(copy.name), parts) as book:
            yield book


def _open_book(
    source: Path | bytes,
    about: _About,
    kind: str,
    parts: tuple[SheetPart, ...],
    options: _Options,
) -> Listing:
    filename, sha256, size = about
    with ExitStack() as stack:
        book = stack.enter_context(_book(source, parts))
        sheet, header, notes = _choose_sheet(book, options.profile)
        under = sheet.head[header.row :]
        if sheet.rows <= len(sheet.head) and not any(any(map(str.strip, row)) for row in under):
            _refuse_no_rows()
        rows = _SheetRows(source, parts, sheet.index, header.row, book, stack.pop_all())
    listing = Listing(
        filename=filename,
        profile=options.profile,
        sha256=sha256,
        size=size,
        format=kind,
        header=header,
        reading=phrase("Hoja «{name}»", name=sheet.name),
        notes=tuple(notes),
        cleaner=options.cleaner(header),
        _open=rows,
    )
    weakref.finalize(listing, rows.close)
    return listing


class _SheetRows:
    """The rows of one sheet. The book opened to look at it serves the first reading too."""

    def __init__(
        self,
        source: Path | bytes,
        parts: tuple[SheetPart, ...],
        index: int,
        header_row: int,
        book: Book,
        keep: ExitStack,
    ) -> None:
        self._source = source
        self._parts = parts
        self._index = index
        self._header_row = header_row
        self._waiting: tuple[Book, ExitStack] | None = (book, keep)

    def __call__(self) -> _Rows:
        waiting, self._waiting = self._waiting, None
        with ExitStack() as stack:
            if waiting is not None:
                book, keep = waiting
                stack.push(keep)
            else:
                book = stack.enter_context(_book(self._source, self._parts))
            for number, row in enumerate(book.rows(book.sheets[self._index]), start=1):
                if row and number > self._header_row and any(map(str.strip, row)):
                    yield number, row

    def close(self) -> None:
        """End the process that waits for a reading which never came."""
        if self._waiting is not None:
            self._waiting[1].close()
            self._waiting = None


def _choose_sheet(book: Book, profile: Profile) -> tuple[Sheet, Header, list[str]]:
    """The one visible sheet with the profile's header; the rest goes to the notes."""
    headers: Mapping[int, Header | None] = {
        sheet.index: find_header(sheet.head, profile.aliases, profile.required)
        for sheet in book.sheets
        if sheet.visible and sheet.has_data
    }
    if not headers:
        raise Refused("El libro no tiene ninguna hoja visible con datos.")
    fitting = [index for index, header in headers.items() if header and header.complete]
    if len(fitting) > 1:
        raise Refused(
            "El libro tiene más de una hoja con el listado: {names}. Deje una por archivo.",
            names=", ".join(f"«{book.sheets[index].name}»" for index in fitting),
        )
    best = max(
        headers, key=lambda index: len(one.fields) if (one := headers[index]) is not None else 0
    )
    chosen = fitting[0] if fitting else best
    header = _check_header(headers[chosen], profile)
    sheet = book.sheets[chosen]
    notes = _title_note(header)
    for other in book.sheets:
        if other.index == chosen:
            continue
        if not other.visible:
            notes.append(phrase("La hoja «{name}» está oculta y no se leyó.", name=other.name))
        elif other.has_data:
            notes.append(
                phrase(
                    "La hoja «{name}» (filas: {rows:,}) no se leyó.",
                    name=other.name,
                    rows=other.rows,
                )
            )
    if errors := book.error_cells(sheet):
        notes.append(
            phrase(
                "Celdas con error (#N/A y parecidos) leídas como vacías: {errors:,}.", errors=errors
            )
        )
    return sheet, header, notes
