"""Lists of non-working days as an office hands them in: CSV or iCalendar (ICS) → rows.

Pure. Every day needs a source: its own column, or the one that the person gives for the whole
file. Nothing is guessed: one bad row refuses the list, with where it is.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping

from caseflow.domain.day_lists import YEARS, DayRow, check_day
from caseflow.domain.errors import DomainError, Refused
from caseflow.domain.vocabulary import SPANISH, Mark
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
_FORMS = ("dd/mm/aaaa", "dd-mm-aaaa", "aaaa-mm-dd")
_FOLDED = re.compile(r"\r?\n[ \t]")
_ICS_DAY = re.compile(r"\d{8}")


def read_days(
    content: bytes,
    *,
    source: str = "",
    mark: str = Mark.TEXT.value,
    list_year: int | None = None,
    body: str = "",
) -> tuple[DayRow, ...]:
    """The days of a file, by date.

    ``source``, ``mark`` and ``list_year`` serve rows that do not say their own; without a year
    given, the list is that of its first day. ``body`` refuses a file of another body.
    Raises ``Refused`` with a sentence that says what to correct and where.
    """
    if len(content) > MOST_BYTES:
        raise Refused("El archivo es demasiado grande para ser una lista de días inhábiles.")
    text = _decoded(content)
    ics = text.lstrip().upper().startswith("BEGIN:VCALENDAR")
    found = list(_events(text) if ics else _lines(text, body))
    if not found:
        raise Refused("El archivo no trae ningún día.")
    if len(found) > MOST_DAYS:
        raise Refused("El archivo trae más de {n} días: no es la lista de un año.", n=MOST_DAYS)
    first = min(day for _, day, _ in found)
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


def _lines(text: str, body: str) -> Iterator[tuple[str, dt.date, dict[str, str]]]:
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: dict[str, int] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _columns(cells)
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
            yield where, _day(where, row.get("day", "")), row
    except csv.Error:
        raise Refused(
            "Renglón {n}: no se puede leer como CSV; revise las comillas.", n=reader.line_num
        ) from None


def _columns(cells: list[str]) -> dict[str, int]:
    known = {plain(alias): name for name, aliases in HEADERS.items() for alias in aliases}
    columns: dict[str, int] = {}
    for index, cell in enumerate(cells):
        name = known.get(plain(cell))
        if name is not None:
            columns.setdefault(name, index)
    missing = [HEADERS[name][0] for name in REQUIRED if name not in columns]
    if missing:
        raise Refused(
            "Al archivo le faltan las columnas: {columns}. Se espera «Fecha», «Motivo» y «Fuente».",
            columns=", ".join(missing),
        )
    return columns


def _day(where: str, text: str) -> dt.date:
    try:
        return read_date(text, _FORMS)[0]
    except Unreadable as error:
        raise Refused("{where}: {reason}", where=where, reason=str(error)) from None


def _events(text: str) -> Iterator[tuple[str, dt.date, dict[str, str]]]:
    """The all-day events of a calendar, one entry for each of their days."""
    number = 0
    event: dict[str, str] | None = None
    for line in _FOLDED.sub("", text).splitlines():
        name, _, value = line.partition(":")
        name = name.partition(";")[0].upper()
        if name == "BEGIN" and value.upper() == "VEVENT":
            number, event = number + 1, {}
        elif name == "END" and value.upper() == "VEVENT" and event is not None:
            yield from _event_days(f"Evento {number}", event)
            event = None
        elif event is not None:
            event[name] = value


def _event_days(where: str, event: dict[str, str]) -> Iterator[tuple[str, dt.date, dict[str, str]]]:
    if "RRULE" in event or "RDATE" in event:
        raise Refused("{where}: se repite; escriba cada día por separado.", where=where)
    first = _ics_day(where, event.get("DTSTART", ""))
    # the end of an all-day event is the day after its last (RFC 5545, 3.6.1)
    last = _ics_day(where, event["DTEND"]) - dt.timedelta(days=1) if "DTEND" in event else first
    if not first <= max(first, last) <= first + dt.timedelta(days=MOST_DAYS):
        raise Refused("{where}: dura demasiado para ser un día inhábil.", where=where)
    cells = {
        "reason": _ics_text(event.get("SUMMARY", "")),
        "source": _ics_text(event.get("DESCRIPTION", "")),
    }
    for n in range((max(first, last) - first).days + 1):
        yield where, first + dt.timedelta(days=n), cells


def _ics_day(where: str, text: str) -> dt.date:
    found = _ICS_DAY.match(text)
    try:
        day = dt.datetime.strptime(found[0], "%Y%m%d").date() if found else None
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise Refused("{where}: la fecha «{text}» no existe.", where=where, text=text[:40])
    return day


def _ics_text(text: str) -> str:
    plain_text = re.sub(r"\\[nN]", " ", text)
    return " ".join(re.sub(r"\\(.)", r"\1", plain_text).split())
