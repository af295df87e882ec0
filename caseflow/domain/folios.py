"""Folios: how they are read, how ours are written, and the key a citizen gets for one.

The identity of a case is (source, normalised folio); its ``ref`` is the source in front of the
folio, or the folio itself where it comes from one of our own series. Every source has its reader
and every reader refuses what it cannot be sure of: the caller puts such a row in quarantine.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from caseflow.domain.errors import InvalidData
from caseflow.domain.phrases import phrase
from caseflow.domain.vocabulary import Kind, Source

#: Longest folio that any source writes, prefix and all; more is a wrong column.
MAX_FOLIO = 40

#: Digits of a SISAI folio since 2021 (7 body + 2 year + 6 serial [R]) and before (4 + 7 + 2 [T]).
SISAI_DIGITS = (15, 13)
_SISAI_BODY = 7

_SUAC_SERIAL = range(6, 9)
_SUAC_LONG = re.compile(r"SUAC[ -]*(\d\d)(\d\d)(\d\d)[ -]*(\d{6,})")
_WHOLE = re.compile(r"(\d+)\.0+")
_SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?E[+-]?\d+")
_BLANKS = re.compile(r"\s+")
_BETWEEN = re.compile(r"[^A-Z0-9]+")
_OWN_TAIL = re.compile(r"(20\d\d)[ -]*(\d{1,9})")

#: Thirty-two letters without I, O, 0 and 1, which people mistake for each other on paper.
KEY_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
KEY_LENGTH = 10
_KEY_REPAIRS = str.maketrans({"1": "L", "I": "L"})
_KEY_BETWEEN = re.compile(r"[\s-]+")


@dataclass(frozen=True, slots=True)
class Series:
    """A series of our own folios, gapless per year: ``prefix-year-number``.

    ``width`` is the number of digits that the running number is padded to, ``first_number`` the
    number that a year begins with (an office that joins in August goes on where its book ended).
    """

    prefix: str
    source: Source | None
    width: int
    first_number: int = 1
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Folio:
    """A folio that was read: ``key`` is its normalised form, ``received`` the text as it came."""

    source: Source
    key: str
    received: str
    ref: str
    #: Something that cannot mean two things was put right: a lost zero, a missing prefix.
    repaired: bool = False
    #: It has the shape of one of our series: it matches a case of ours and never creates one.
    own: bool = False
    #: Spanish sentences for the person who looks at the listing.
    warnings: tuple[str, ...] = ()


def normalise(text: str) -> str:
    """The one spelling of a folio: NFKC, no format characters, plain hyphens, upper case, ASCII.

    Wrappings of spreadsheets (``="…"`` and the leading apostrophe) are taken off. Raises
    ``InvalidData`` for an empty folio, one too long, or one with letters of another alphabet,
    which look like ours and would make a second case of the same folio.
    """
    if text.isascii() and text.isalnum() and len(text) <= MAX_FOLIO:
        return text.upper()
    if len(text) > 4 * MAX_FOLIO:
        raise InvalidData("El folio tiene más de {most} caracteres.", field="folio", most=MAX_FOLIO)
    if any(unicodedata.category(one) in ("Cc", "Cs") and one not in "\t\r\n" for one in text):
        raise InvalidData("El folio lleva caracteres de control.", field="folio")
    plain = "".join(_plain_letters(unicodedata.normalize("NFKC", text))).strip()
    if plain.startswith('="') and plain.endswith('"') and len(plain) > 2:
        plain = plain[2:-1]
    plain = _BLANKS.sub(" ", plain.removeprefix("'")).strip().upper()
    if not plain:
        raise InvalidData("Sin folio no se puede identificar el asunto.", field="folio")
    if not plain.isascii():
        odd = next(letter for letter in plain if not letter.isascii())
        raise InvalidData(
            "El folio lleva «{letter}», que no es del alfabeto de los folios: "
            "compárelo con el original.",
            field="folio",
            letter=odd,
        )
    if len(plain) > MAX_FOLIO:
        raise InvalidData("El folio tiene más de {most} caracteres.", field="folio", most=MAX_FOLIO)
    return plain


def _plain_letters(text: str) -> list[str]:
    """Letters without format and control characters, every dash a hyphen."""
    letters = []
    for letter in text:
        category = unicodedata.category(letter)
        if category == "Cc":
            letters.append(" ")
        elif category == "Pd" or letter == "\u2212":
            letters.append("-")
        elif category != "Cf":
            letters.append(letter)
    return letters


def read_folio(
    source: Source,
    text: str,
    filed_on: date | None = None,
    series: Sequence[Series] = (),
    own_bodies: Sequence[str] = (),
) -> Folio:
    """Read a folio as its source writes it.

    ``filed_on`` lets the date inside a SUAC folio be compared; ``own_bodies`` are the seven-digit
    prefixes with which the platform numbers the requests to this body. Raises ``InvalidData`` with
    a Spanish sentence where the text cannot be a folio of that source.
    """
    plain = normalise(text)
    repaired = False
    if whole := _WHOLE.fullmatch(plain):
        plain, repaired = whole[1], True
    elif _SCIENTIFIC.fullmatch(plain):
        raise InvalidData(
            "El folio llegó en notación científica ({folio}) y perdió dígitos. "
            "Dé formato de texto a la columna en el original y vuelva a exportar.",
            field="folio",
            folio=plain,
        )
    if source is Source.SUAC:
        return _read_suac(plain, text, filed_on, repaired)
    if source is Source.SISAI:
        return _read_sisai(plain, text, own_bodies, repaired)
    return _read_office(source, plain, text, series, repaired)


def _read_suac(plain: str, text: str, filed_on: date | None, repaired: bool) -> Folio:
    if plain.isdigit():
        if len(plain) not in _SUAC_SERIAL:
            raise InvalidData(
                "«{folio}» no es un folio de SUAC: sin prefijo lleva de 6 a 8 dígitos y este "
                "lleva {digits}.",
                field="folio",
                folio=plain,
                digits=len(plain),
            )
        return _suac(plain, text, repaired, ())
    match = _SUAC_LONG.fullmatch(plain)
    if match is None:
        raise InvalidData(
            "«{folio}» no es un folio de SUAC. Se esperaba el número (2441009) o "
            "SUAC-ddmmaa seguido del número.",
            field="folio",
            folio=plain,
        )
    day, month, year, serial = match.groups()
    try:
        written = date(2000 + int(year), int(month), int(day))
    except ValueError as error:
        raise InvalidData(
            "«{folio}» no es un folio de SUAC: {day}/{month}/{year} no es una fecha.",
            field="folio",
            folio=plain,
            day=day,
            month=month,
            year=year,
        ) from error
    warnings: tuple[str, ...] = ()
    if filed_on is not None and abs(written - filed_on) > timedelta(days=1):
        warnings = (
            phrase(
                "El folio dice {written:%d/%m/%Y} y la solicitud es del {filed_on:%d/%m/%Y}.",
                written=written,
                filed_on=filed_on,
            ),
        )
    return _suac(serial, text, repaired, warnings)


def _suac(digits: str, text: str, repaired: bool, warnings: tuple[str, ...]) -> Folio:
    serial = digits.lstrip("0")
    if not serial:
        raise InvalidData("El folio es cero: no identifica nada.", field="folio")
    return Folio(Source.SUAC, serial, text, f"SUAC-{serial}", repaired, False, warnings)


def _read_sisai(plain: str, text: str, own_bodies: Sequence[str], repaired: bool) -> Folio:
    digits = plain
    if not digits.isdigit():
        digits = digits.removeprefix("SISAI").replace(" ", "").replace("-", "")
        if not digits.isdigit() or len(digits) not in SISAI_DIGITS:
            raise InvalidData(
                "«{folio}» no es un folio de SISAI: se esperaban 15 dígitos (13 antes de 2021).",
                field="folio",
                folio=plain,
            )
    warnings: list[str] = []
    for length in SISAI_DIGITS:
        if len(digits) == length - 1:
            digits, repaired = digits.zfill(length), True
            warnings.append(
                phrase("El folio llegó sin su cero inicial: se leyó como {digits}.", digits=digits)
            )
            break
    if len(digits) not in SISAI_DIGITS:
        raise InvalidData(
            "«{folio}» no es un folio de SISAI: lleva {digits} dígitos y se esperaban 15 "
            "(13 antes de 2021).",
            field="folio",
            folio=plain,
            digits=len(digits),
        )
    if not digits.strip("0"):
        raise InvalidData("El folio es cero: no identifica nada.", field="folio")
    if own_bodies and len(digits) == SISAI_DIGITS[0] and not digits.startswith(tuple(own_bodies)):
        warnings.append(
            phrase(
                "El folio empieza con {digits}, que es de otro organismo.",
                digits=digits[:_SISAI_BODY],
            )
        )
    return Folio(Source.SISAI, digits, text, f"SISAI-{digits}", repaired, False, tuple(warnings))


def _read_office(
    source: Source, plain: str, text: str, series: Sequence[Series], repaired: bool
) -> Folio:
    """CESAC, hearings and papers: our series, or whatever number the counter wrote."""
    for one in series:
        if one.source is not source:
            continue
        own = _own(one, plain)
        if own is not None:
            mended = own != plain
            warnings = (phrase("El folio se leyó como {own}.", own=own),) if mended else ()
            return Folio(source, own, text, own, repaired or mended, True, warnings)
    key = _BETWEEN.sub("-", plain).strip("-")
    prefix = f"{source.value}-"
    if key.startswith(prefix):
        key = key.removeprefix(prefix)
    if not any(letter.isdigit() for letter in key):
        raise InvalidData(
            "«{folio}» no es un folio: no lleva ningún número.", field="folio", folio=plain
        )
    return Folio(source, key, text, prefix + key, repaired)


def _own(series: Series, plain: str) -> str | None:
    """The folio of this series that ``plain`` spells, with or without prefix and zeros."""
    tail = plain.removeprefix(series.prefix).lstrip(" -")
    match = _OWN_TAIL.fullmatch(_BETWEEN.sub("-", tail))
    if match is None:
        return None
    year, number = int(match[1]), int(match[2])
    bare = tail == plain
    if bare and ("-" not in _BETWEEN.sub("-", tail) or len(match[2]) < series.width):
        return None  # eight digits in a row, or 2026-12, are somebody else's number
    return own_folio(series, year, number) if number else None


def own_folio(series: Series, year: int, number: int) -> str:
    """The folio of one of our series, for example ``CESAC-2026-000123``."""
    return f"{series.prefix}-{year:04d}-{number:0{series.width}d}"


def guesses(text: str, series: Sequence[Series] = ()) -> tuple[str, ...]:
    """Refs and folios that a person may have meant, the likeliest first; empty if none.

    For the search box and for ``/casos/<anything>``: nothing is decided here, the caller looks
    them up within what the person may see.
    """
    try:
        plain = normalise(text)
    except InvalidData:
        return ()
    found: list[str] = []
    for one in series:
        if own := _own(one, plain):
            found.append(own)
    for source in (Source.SUAC, Source.SISAI):
        bare = plain.removeprefix(source.value).strip(" -")
        for spelling in (plain, bare):
            try:
                found.append(_READERS[source](spelling))
            except InvalidData:
                continue
    ref = _BETWEEN.sub("-", plain).strip("-")
    if ref:
        found.append(ref)
        if plain != ref:
            found.append(plain)
        if any(letter.isdigit() for letter in ref) and not ref[0].isalpha():
            found.append(f"{Source.CESAC.value}-{ref}")
    return tuple(dict.fromkeys(found))


_READERS: Mapping[Source, Callable[[str], str]] = {
    Source.SUAC: lambda plain: _read_suac(plain, plain, None, False).ref,
    Source.SISAI: lambda plain: _read_sisai(plain, plain, (), False).ref,
}


def public_key(random_bytes: bytes) -> str:
    """The key that a citizen gets with a folio, in groups of four: ``K7QM-2XWP-9D``.

    ``random_bytes``: at least ten, from the system's generator; five bits of each are used, so a
    key of ten letters has 50 bits. Raises ``ValueError`` for fewer.
    """
    if len(random_bytes) < KEY_LENGTH:
        raise ValueError(f"a key needs {KEY_LENGTH} random bytes, got {len(random_bytes)}")
    letters = "".join(KEY_LETTERS[byte & 31] for byte in random_bytes[:KEY_LENGTH])
    return "-".join(letters[start : start + 4] for start in range(0, KEY_LENGTH, 4))


def normalise_key(text: str) -> str:
    """A typed key without hyphens and blanks, its misread 1 and I as L; ``""`` if it is none."""
    if len(text) > 4 * KEY_LENGTH:
        return ""
    plain = "".join(_plain_letters(unicodedata.normalize("NFKC", text))).upper()
    plain = _KEY_BETWEEN.sub("", plain).translate(_KEY_REPAIRS)
    return plain if len(plain) == KEY_LENGTH and set(plain) <= set(KEY_LETTERS) else ""


def key_digest(secret: bytes | str, ref: str, key: str) -> str:
    """The keyed hash (HMAC-SHA256, 64 hex digits) that is stored instead of the key.

    The ref is part of it, so that the digest of one folio proves nothing about another. A key that
    is none gets a digest too, which no stored one can equal by chance: callers compare always, in
    constant time.
    """
    material = secret.encode() if isinstance(secret, str) else secret
    return hmac.new(material, f"{ref}\0{normalise_key(key)}".encode(), "sha256").hexdigest()
