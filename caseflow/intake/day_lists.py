"""Lists of non-working days, and of suspensions of terms, as an office hands them in.

CSV or iCalendar (ICS) → rows. Pure. Everything needs a source: its own column, or the one that the
person gives for the whole file. Nothing is guessed: one bad row refuses the list, with where it is.
A CSV with the columns *Desde* and *Hasta* lists suspensions; in an ICS they are the events of the
category *Suspensión de plazos*.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping, Sequence

from caseflow.domain.day_lists import (
    YEARS,
    CalendarEdits,
    DayRow,
    SuspensionRow,
    check_day,
    check_suspension,
)
from caseflow.domain.errors import DomainError, Refused
from caseflow.domain.vocabulary import INBOX_KINDS, SPANISH, Mark, spanish
from caseflow.intake.encoding import detect
from caseflow.intake.headers import plain
from caseflow.intake.values import Unreadable, read_date

#: Days of one file: more is no list of a year or two.
MOST_DAYS = 1_000
MOST_BYTES = 1 << 20
#: field → its headers, the preferred one first
HEADERS: Mapping[str, tuple[str, ...]] = {
    "day": ("Fecha", "Día", "day", "date"),
    "reason": ("Motivo", "Nombre", "reason"),
    "source": ("Fuente", "Publicación", "source"),
    "mark": ("Marca", "mark"),
    "list_year": ("Lista", "Año de la lista", "list_year"),
    "body": ("Ente", "body"),
}
REQUIRED = ("day", "reason")
SUSPENSION_HEADERS: Mapping[str, tuple[str, ...]] = {
    "first": ("Desde", "Primer día", "first"),
    "last": ("Hasta", "Último día", "last"),
    "matter": ("Asuntos", "Materia", "matter"),
    **{name: HEADERS[name] for name in ("reason", "source", "mark", "body")},
}
SUSPENSION_REQUIRED = ("first", "last", "reason")
#: Category of the events of an ICS that suspend terms; a further one names the matter.
SUSPENSION = "Suspensión de plazos"
#: What stands for all matters.
ALL_MATTERS = ("", "todos", "todos los asuntos", "de todos")
_FORMS = ("dd/mm/aaaa", "dd-mm-aaaa", "aaaa-mm-dd")
_FOLDED = re.compile(r"\r?\n[ \t]")
#: A day, or its midnight as the office reads it.
_ICS_DAY = re.compile(r"(\d{8})(T000000)?")


def read_list(
    content: bytes,
    *,
    source: str = "",
    mark: str = Mark.TEXT.value,
    list_year: int | None = None,
    body: str = "",
) -> CalendarEdits:
    """The days and suspensions of a file.

    ``source``, ``mark`` and ``list_year`` serve rows that do not say their own; without a year
    given, the list is that of its first day. ``body`` refuses a file of another body.
    Raises ``Refused`` with a sentence that says what to correct and where.
    """
    if len(content) > MOST_BYTES:
        raise Refused("El archivo es demasiado grande para ser una lista de días inhábiles.")
    text = _decoded(content)
    days: list[_Day] = []
    rests: list[_Rest] = []
    if text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        for where, event in _events(text):
            if _suspends(event):
                rests.append(_event_rest(where, event))
            else:
                days += _event_days(where, event)
    elif _lists_suspensions(text):
        rows = _lines(text, body, SUSPENSION_HEADERS, SUSPENSION_REQUIRED)
        rests = [_rest(where, row) for where, row in rows]
    else:
        rows = _lines(text, body, HEADERS, REQUIRED)
        days = [(where, _day(where, row.get("day", "")), row) for where, row in rows]
    if not days and not rests:
        raise Refused("El archivo no trae ningún día.")
    if len(days) + len(rests) > MOST_DAYS:
        raise Refused("El archivo trae más de {n} días: no es la lista de un año.", n=MOST_DAYS)
    return CalendarEdits(
        days=_day_rows(days, source, mark, list_year),
        suspend=_suspension_rows(rests, source, mark),
    )


#: Where it stands, its day, and its other cells.
_Day = tuple[str, dt.date, dict[str, str]]
#: Where it stands, its first and last day, and its other cells.
_Rest = tuple[str, dt.date, dt.date, dict[str, str]]


def _day_rows(
    found: Sequence[_Day], source: str, mark: str, list_year: int | None
) -> tuple[DayRow, ...]:
    """The days by date, each once."""
    first = min((day for _, day, _ in found), default=dt.date.min)
    rows: dict[dt.date, DayRow] = {}
    for where, day, cells in found:
        year = cells.get("list_year") or list_year or _year_of_list(where, day, first)
        row = DayRow(
            day, cells.get("reason", ""), cells.get("source") or source.strip(),
            _mark(where, cells.get("mark")) or mark, int(year),
        )  # fmt: skip
        try:
            check_day(row)
        except DomainError as refusal:
            raise Refused("{where}: {reason}", where=where, reason=str(refusal)) from None
        if rows.setdefault(day, row) != row:
            raise Refused(
                "{where}: el {day} está dos veces, con datos distintos.",
                where=where,
                day=f"{day:%d/%m/%Y}",
            )
    return tuple(rows[day] for day in sorted(rows))


def _suspension_rows(found: Sequence[_Rest], source: str, mark: str) -> tuple[SuspensionRow, ...]:
    rows: dict[SuspensionRow, None] = {}
    for where, first, last, cells in found:
        row = SuspensionRow(
            _matter(where, cells.get("matter", "")), first, last, cells.get("reason", ""),
            cells.get("source") or source.strip(), _mark(where, cells.get("mark")) or mark,
        )  # fmt: skip
        try:
            check_suspension(row)
        except DomainError as refusal:
            raise Refused("{where}: {reason}", where=where, reason=str(refusal)) from None
        rows[row] = None
    return tuple(sorted(rows, key=lambda row: (row.first, row.last, row.matter or "")))


def _matter(where: str, text: str) -> str | None:
    """A matter by its word or its value; none for all of them."""
    if plain(text) in ALL_MATTERS:
        return None
    for kind in INBOX_KINDS:
        if plain(text) in (plain(kind.value), plain(spanish(kind))):
            return kind.value
    raise Refused("{where}: no se conocen los asuntos «{text}».", where=where, text=text[:40])


def _decoded(content: bytes) -> str:
    return content.decode(detect(io.BytesIO(content)))


def _year_of_list(where: str, day: dt.date, first: dt.date) -> int:
    """The year of the list's first day; January of the next one belongs to it as well."""
    if day.year == first.year or (day.year == first.year + 1 and day.month == 1):
        return first.year
    raise Refused(
        "{where}: la lista empieza en {first} y este día es de {year}. Diga de qué año es la "
        "lista, o agregue la columna «Lista».",
        where=where,
        first=first.year,
        year=day.year,
    )


def _mark(where: str, text: str | None) -> str:
    """A mark by its letter or its words."""
    if not text:
        return ""
    for mark in Mark:
        if plain(text) in (plain(mark.value), plain(SPANISH[mark])):
            return mark.value
    raise Refused("{where}: no se conoce la marca «{mark}».", where=where, mark=text[:40])


def _head_cells(text: str) -> list[str]:
    head = next((line for line in text.split("\n") if line.strip()), "")
    return next(csv.reader([head.rstrip("\r")], delimiter=_delimiter(text)), [])


def _delimiter(text: str) -> str:
    head = next((line for line in text.split("\n") if line.strip()), "")
    return max(",;\t|", key=head.count)


def _lists_suspensions(text: str) -> bool:
    """Whether a CSV has the first and last day of something instead of its day."""
    names = {plain(cell) for cell in _head_cells(text)}
    return all(
        names & {plain(alias) for alias in SUSPENSION_HEADERS[name]} for name in ("first", "last")
    )


def _lines(
    text: str, body: str, headers: Mapping[str, tuple[str, ...]], required: Sequence[str]
) -> Iterator[tuple[str, dict[str, str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    columns: dict[str, int] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _columns(cells, headers, required)
                continue
            where = f"Renglón {reader.line_num}"
            row = {
                name: cells[index].strip() for name, index in columns.items() if index < len(cells)
            }
            if body and row.get("body", body) != body:
                raise Refused(
                    "{where}: el día es de «{other}», no de «{body}».",
                    where=where,
                    other=row["body"],
                    body=body,
                )
            if row.get("list_year") and not row["list_year"].isdecimal():
                raise Refused("{where}: el año de la lista no es un número.", where=where)
            yield where, row
    except csv.Error:
        raise Refused(
            "Renglón {n}: no se puede leer como CSV; revise las comillas.", n=reader.line_num
        ) from None


def _columns(
    cells: Sequence[str], headers: Mapping[str, tuple[str, ...]], required: Sequence[str]
) -> dict[str, int]:
    known = {plain(alias): name for name, aliases in headers.items() for alias in aliases}
    columns: dict[str, int] = {}
    for index, cell in enumerate(cells):
        name = known.get(plain(cell))
        if name is not None:
            columns.setdefault(name, index)
    missing = [headers[name][0] for name in required if name not in columns]
    if missing:
        raise Refused(
            "Al archivo le faltan las columnas: {columns}. Se espera «Fecha», «Motivo» y «Fuente»; "
            "o «Desde», «Hasta», «Motivo» y «Fuente» para suspensiones.",
            columns=", ".join(missing),
        )
    return columns


def _rest(where: str, row: dict[str, str]) -> _Rest:
    return where, _day(where, row.get("first", "")), _day(where, row.get("last", "")), row


def _day(where: str, text: str) -> dt.date:
    try:
        return read_date(text, _FORMS)[0]
    except Unreadable as error:
        raise Refused("{where}: {reason}", where=where, reason=str(error)) from None


def _events(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The events of a calendar by their number; what hangs below one (an alarm) is left out."""
    number = below = 0
    event: dict[str, str] | None = None
    for line in _FOLDED.sub("", text).splitlines():
        name, _, value = line.partition(":")
        name = name.partition(";")[0].upper()
        if name == "BEGIN" and value.upper() == "VEVENT":
            number, event, below = number + 1, {}, 0
        elif event is not None and name == "BEGIN":
            below += 1
        elif event is not None and name == "END" and below:
            below -= 1
        elif name == "END" and value.upper() == "VEVENT" and event is not None:
            yield f"Evento {number}", event
            event = None
        elif event is not None and not below:
            event[name] = value
    if event is not None:
        raise Refused("Evento {n}: el archivo termina a la mitad.", n=number)


def _categories(event: Mapping[str, str]) -> list[str]:
    return [_ics_text(part) for part in re.split(r"(?<!\\),", event.get("CATEGORIES", ""))]


def _suspends(event: Mapping[str, str]) -> bool:
    return plain(SUSPENSION) in map(plain, _categories(event))


def _event_rest(where: str, event: Mapping[str, str]) -> _Rest:
    first, last, cells = _event_span(where, event)
    named = [part for part in _categories(event) if plain(part) != plain(SUSPENSION)]
    return where, first, last, {**cells, "matter": named[0] if named else ""}


def _event_days(where: str, event: Mapping[str, str]) -> Iterator[_Day]:
    """One entry for each of its days."""
    first, last, cells = _event_span(where, event)
    for n in range((last - first).days + 1):
        yield where, first + dt.timedelta(days=n), cells


def _event_span(where: str, event: Mapping[str, str]) -> tuple[dt.date, dt.date, dict[str, str]]:
    if "RRULE" in event or "RDATE" in event:
        raise Refused("{where}: se repite; escriba cada día por separado.", where=where)
    if event.get("STATUS", "").upper() == "CANCELLED":
        raise Refused("{where}: está cancelado; quítelo del archivo.", where=where)
    first = _ics_day(where, event.get("DTSTART", ""))
    # the end of an all-day event is the day after its last (RFC 5545, 3.6.1)
    last = _ics_day(where, event["DTEND"]) - dt.timedelta(days=1) if "DTEND" in event else first
    last = max(first, last)
    if (last - first).days > MOST_DAYS:
        raise Refused("{where}: dura demasiado para ser un día inhábil.", where=where)
    cells = {
        "reason": _ics_text(event.get("SUMMARY", "")),
        "source": _ics_text(event.get("DESCRIPTION", "")),
    }
    return first, last, cells


def _ics_day(where: str, text: str) -> dt.date:
    if re.fullmatch(r"\d{8}T\d{6}Z?", text) and not _ICS_DAY.fullmatch(text):
        raise Refused(
            "{where}: tiene hora («{text}»); sólo se toman eventos de todo el día.",
            where=where,
            text=text,
        )
    found = _ICS_DAY.fullmatch(text)
    try:
        day = dt.datetime.strptime(found[1], "%Y%m%d").date() if found else None
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise Refused("{where}: la fecha «{text}» no existe.", where=where, text=text[:40])
    return day


def _ics_text(text: str) -> str:
    plain_text = re.sub(r"\\[nN]", " ", text)
    return " ".join(re.sub(r"\\(.)", r"\1", plain_text).split())
