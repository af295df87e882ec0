"""One cell → one value, or the reason why not."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import lru_cache

from caseflow.domain.months import MONTHS
from caseflow.domain.phrases import N_, phrase
from caseflow.intake.headers import plain

#: Years that a date of a listing may have; anything else is a damaged cell.
YEARS = range(2000, 2100)

_WRAPPED = re.compile(r'="(.*)"', re.S)
_DAY_FIRST = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_HOUR = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?")
_NUMBER_ONLY = re.compile(r"-?\d+(?:\.\d+)?")
_NUMBER = re.compile(r"[+-]?\d{1,4}(?:\.\d{1,20})?(?:E-\d{1,2})?", re.I)
_BLANKS = re.compile(r"[^\S\n]+")
_AROUND_BREAKS = re.compile(r" *\n *")
#: Letters that Spanish does not have and that a wrong encoding leaves behind; U+FFFD above all.
_ODD = re.compile("[\ufffd\u2400ËëÏïŸÿÃÂ\u0192]")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})")


class Unreadable(ValueError):
    """The cell cannot be what its column says; the message is a Spanish sentence."""


def read_text(text: str) -> str:
    """One line of text: NFC, blanks collapsed, spreadsheet wrapping taken off.

    Raises ``Unreadable`` for control characters.
    """
    lines = _lines(text)
    return " ".join(lines.split("\n")).strip() if "\n" in lines else lines


def read_paragraphs(text: str) -> str:
    """Text that may have lines: as ``read_text``, with its line breaks kept as ``\\n``."""
    return _lines(text)


def _lines(text: str) -> str:
    if text.isascii() and text.isprintable():
        if "  " not in text and not text.startswith(("=", "'")):
            return text.strip()
    elif not text.isprintable():
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        for letter in text:
            if letter != "\n" and letter != "\t" and unicodedata.category(letter) in ("Cc", "Cs"):
                raise Unreadable(
                    N_("El texto lleva caracteres de control: límpielo en el original.")
                )
    text = unicodedata.normalize("NFC", text)
    if wrapped := _WRAPPED.fullmatch(text.strip()):
        text = wrapped[1].replace('""', '"')
    return _AROUND_BREAKS.sub("\n", _BLANKS.sub(" ", text)).strip()


@lru_cache(maxsize=8_192)
def looks_damaged(text: str) -> str:
    """The letter that a wrong encoding seems to have left in a short text, or ``''``."""
    if text.isascii():
        return ""
    found = _ODD.search(text)
    return found[0] if found else ""


@lru_cache(maxsize=16_384)
def read_date(text: str, forms: tuple[str, ...]) -> tuple[dt.date, dt.time | None]:
    """A date, and its hour where the cell has one; midnight sharp counts as none.

    Spreadsheets give midnight to every date without an hour, so the two cannot be told apart.
    Raises ``Unreadable``: the form is not of the closed list, or the day does not exist.
    """
    day_text, _, hour_text = text.replace("T", " ", 1).partition(" ")
    day, month, year = _day_month_year(day_text, text, forms)
    if year not in YEARS:
        raise Unreadable(
            phrase(
                "El año {year} está fuera de lo posible ({first} a {last}).",
                year=year,
                first=YEARS[0],
                last=YEARS[-1],
            )
        )
    if not 1 <= month <= 12:
        raise Unreadable(
            phrase("El mes {month} no existe. Las fechas van con el día primero.", month=month)
        )
    try:
        read = dt.date(year, month, day)
    except ValueError as error:
        last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).day
        raise Unreadable(
            phrase(
                "La fecha no existe: {month} de {year} tiene {last} días.",
                month=MONTHS[month - 1],
                year=year,
                last=last,
            )
        ) from error
    if not hour_text:
        return read, None
    hour = read_hour(hour_text.strip())
    return read, hour if hour != dt.time(0) else None


def _day_month_year(day: str, text: str, forms: tuple[str, ...]) -> tuple[int, int, int]:
    if day.isascii():
        if "aaaa-mm-dd" in forms and (match := _YEAR_FIRST.fullmatch(day)):
            return int(match[3]), int(match[2]), int(match[1])
        if (match := _DAY_FIRST.fullmatch(day)) and f"dd{match[2]}mm{match[2]}aaaa" in forms:
            return int(match[1]), int(match[3]), int(match[4])
    if _NUMBER_ONLY.fullmatch(text):
        raise Unreadable(
            phrase(
                "«{text}» es un número sin formato de fecha: dé formato de fecha a la columna.",
                text=_shown(text),
            )
        )
    raise Unreadable(
        phrase(
            "«{text}» no es una fecha. Se aceptan: {forms}.",
            text=_shown(text),
            forms=", ".join(forms),
        )
    )


def read_hour(text: str) -> dt.time:
    """An hour of 24, ``HH:MM`` or ``HH:MM:SS``. Raises ``Unreadable``."""
    match = _HOUR.fullmatch(text) if text.isascii() else None
    if match is None:
        raise Unreadable(
            phrase("«{text}» no es una hora. Se espera hh:mm, de 24 horas.", text=_shown(text))
        )
    try:
        return dt.time(int(match[1]), int(match[2]), int(match[3] or 0))
    except ValueError as error:
        raise Unreadable(phrase("La hora {text} no existe.", text=text)) from error


def read_latitude(text: str) -> float:
    """Degrees north (WGS 84), within Mexico. Raises ``Unreadable``."""
    return _coordinate(text, 14.0, 33.0)


def read_longitude(text: str) -> float:
    """Degrees east (WGS 84, so negative), within Mexico. Raises ``Unreadable``."""
    return _coordinate(text, -119.0, -86.0)


def _coordinate(text: str, low: float, high: float) -> float:
    if not text.isascii() or not _NUMBER.fullmatch(text):
        raise Unreadable(phrase("«{text}» no es una coordenada en grados.", text=_shown(text)))
    value = float(text)
    if not low <= value <= high:
        raise Unreadable(phrase("La coordenada {text} cae fuera de México.", text=_shown(text)))
    return value


@lru_cache(maxsize=16_384)
def read_postal_code(text: str) -> str:
    """Five digits; four are a code whose zero a spreadsheet ate. Raises ``Unreadable``."""
    digits = text[:-2] if text.endswith(".0") else text
    if digits.isascii() and digits.isdigit() and len(digits) in (4, 5):
        return digits.zfill(5)
    raise Unreadable(phrase("«{text}» no es un código postal de cinco dígitos.", text=_shown(text)))


@lru_cache(maxsize=1024)
def read_age(text: str) -> int:
    """Whole years, 0 to 120. Raises ``Unreadable``."""
    digits = text[:-2] if text.endswith(".0") else text
    if digits.isascii() and digits.isdigit() and len(digits) <= 3 and int(digits) <= 120:
        return int(digits)
    raise Unreadable(phrase("«{text}» no es una edad.", text=_shown(text)))


def read_email(text: str) -> str:
    """An address that can stand in a message's header. Raises ``Unreadable``."""
    if len(text) > 254 or not _EMAIL.fullmatch(text) or ".." in text:
        raise Unreadable(phrase("«{text}» no es un correo.", text=_shown(text)))
    return text


class Words:
    """A table of words and their values, matched without minding case, accents and signs.

    A word that ends in ``*`` stands for all that begin so; the longest one wins.
    """

    def __init__(self, values: dict[str, str]) -> None:
        self._exact = {plain(word): value for word, value in values.items() if word[-1:] != "*"}
        starts = {plain(word[:-1]): value for word, value in values.items() if word[-1:] == "*"}
        self._starts = sorted(starts.items(), key=lambda item: -len(item[0]))
        self._known: dict[str, str | None] = {}
        self.shown = tuple(word for word in values if word[-1:] != "*")

    def __call__(self, text: str) -> str | None:
        """The value of ``text``, ``None`` where the table does not know it."""
        try:
            return self._known[text]
        except KeyError:
            word = plain(text)
            value = self._exact.get(word) or next(
                (value for start, value in self._starts if word.startswith(start)), None
            )
            if len(self._known) < 10_000:
                self._known[text] = value
            return value


def in_words(words: tuple[str, ...]) -> str:
    """``A, B y C``."""
    return " y ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def _shown(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
