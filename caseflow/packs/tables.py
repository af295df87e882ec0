"""Reads the packs' CSV and TOML strictly, and says in Spanish where something is wrong.

Standard library only. A pack is edited by hand or in a spreadsheet, so each refusal names the
file, the line and what to correct; nothing is guessed and nothing is skipped.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, time
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, TypeVar

from caseflow.domain.errors import Refused

#: Where the packs that ship with the program stand.
ROOT = Path(__file__).resolve().parent
#: What packs, bodies and routing rules are called.
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Keyed(Protocol):
    """A row that knows its stable key."""

    @property
    def key(self) -> str: ...


E = TypeVar("E", bound=StrEnum)
K = TypeVar("K", bound=Keyed)

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a CSV, or one table of a TOML, with where it stands in its file."""

    where: str
    values: Mapping[str, object]

    def refuse(self, reason: str, **params: object) -> Refused:
        """The refusal of this record; ``reason`` is a Spanish sentence template."""
        return Refused("{where}: " + reason, where=self.where, **params)

    def optional(self, name: str) -> str:
        """Text of a field without blanks around it; empty when it is not there."""
        value = self.values.get(name, "")
        if not isinstance(value, str):
            raise self.refuse("«{name}» debe ser un texto.", name=name)
        if not value.isprintable():
            raise self.refuse("«{name}» tiene caracteres que no se ven.", name=name)
        return value.strip()

    def text(self, name: str) -> str:
        """Text of a field that must be filled in."""
        value = self.optional(name)
        if not value:
            raise self.refuse("falta «{name}».", name=name)
        return value

    def shaped(self, name: str, shape: re.Pattern[str]) -> str:
        """Text of a field that must have a form, such as a code."""
        value = self.text(name)
        if not shape.fullmatch(value):
            raise self.refuse(
                "«{name}» tiene una forma no admitida: «{value}».", name=name, value=value
            )
        return value

    def none_or_text(self, name: str) -> str | None:
        return self.optional(name) or None

    def texts(self, name: str) -> tuple[str, ...]:
        """Several texts: a TOML array, or one cell with ``|`` between them."""
        value = self.values.get(name, "")
        if isinstance(value, str):
            value = value.split(_SEPARATOR)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.refuse("«{name}» debe ser una lista de textos.", name=name)
        return tuple(item.strip() for item in value if item.strip())

    def flag(self, name: str) -> bool:
        value = self.values.get(name)
        if not isinstance(value, bool):
            raise self.refuse("«{name}» debe ser true o false.", name=name)
        return value

    def number(self, name: str, *, least: int = 0) -> int:
        """A whole number of at least ``least``."""
        value = self.values.get(name)
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value.strip()):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.refuse(
                "«{name}» debe ser un número entero de {least} o más, no «{value}».",
                name=name,
                least=least,
                value=self.values.get(name, ""),
            )
        return value

    def none_or_number(self, name: str, *, least: int = 0) -> int | None:
        return None if self.values.get(name, "") == "" else self.number(name, least=least)

    def degrees(self, name: str, *, limit: float) -> float:
        """A coordinate between ``-limit`` and ``limit`` degrees."""
        text = self.text(name)
        if not re.fullmatch(r"-?\d{1,3}\.\d+", text) or abs(float(text)) > limit:
            raise self.refuse("«{name}» no es una coordenada: «{value}».", name=name, value=text)
        return float(text)

    def day(self, name: str) -> date:
        """A date: ``yyyy-mm-dd`` in a CSV, a date without quotes in a TOML."""
        value = self.values.get(name, "")
        if type(value) is date:
            return value
        if isinstance(value, str) and _ISO_DAY.fullmatch(value.strip()):
            try:
                return date.fromisoformat(value.strip())
            except ValueError as impossible:
                raise self.refuse(
                    "«{name}» tiene una fecha que no existe: «{value}».", name=name, value=value
                ) from impossible
        raise self.refuse(
            "«{name}» debe ser una fecha aaaa-mm-dd, no «{value}».", name=name, value=value
        )

    def none_or_day(self, name: str) -> date | None:
        return None if self.values.get(name, "") == "" else self.day(name)

    def none_or_hour(self, name: str) -> time | None:
        """A local hour of a TOML (``15:00:00``), or ``None`` when it is not there."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, time):
            raise self.refuse("«{name}» debe ser una hora, p. ej. 15:00:00.", name=name)
        return value

    def validity(self) -> tuple[date, date | None]:
        """``valid_from`` and ``valid_to`` (last day, or ``None`` while in force), in order."""
        first, last = self.day("valid_from"), self.none_or_day("valid_to")
        if last is not None and last < first:
            raise self.refuse("la vigencia termina antes de empezar ({last}).", last=last)
        return first, last

    def word(self, name: str, words: type[E]) -> E:
        """A value of one of the vocabulary's enums."""
        value = self.text(name)
        if value not in set(words):
            raise self.refuse(
                "«{name}» no puede ser «{value}»; se admite: {words}.",
                name=name,
                value=value,
                words=", ".join(words),
            )
        return words(value)

    def none_or_word(self, name: str, words: type[E]) -> E | None:
        return self.word(name, words) if self.optional(name) else None

    def one_of(self, name: str, words: Sequence[str]) -> str:
        """One of a closed list of texts; the empty text only when it is in the list."""
        value = self.optional(name)
        if value not in words:
            raise self.refuse(
                "«{name}» no puede ser «{value}»; se admite: {words}.",
                name=name,
                value=value,
                words=", ".join(word for word in words if word),
            )
        return value


class Folder:
    """One pack's folder: reads its files and keeps the SHA-256 of each that it read."""

    def __init__(self, path: Path, title: str) -> None:
        self.path = path
        self.title = title
        self.versions: dict[str, str] = {}

    def records(self, name: str, columns: Sequence[str]) -> Iterator[Record]:
        """The lines of a CSV whose header has exactly ``columns``, in any order."""
        reader = csv.reader(io.StringIO(self._text(name), newline=""), strict=True)
        try:
            header = [cell.strip() for cell in next(reader, [])]
            if sorted(header) != sorted(columns):
                raise Refused(
                    "{where}: el encabezado debe tener exactamente estas columnas: {columns}.",
                    where=self._where(name),
                    columns=", ".join(columns),
                )
            for cells in reader:
                where = f"{self._where(name)}, renglón {reader.line_num}"
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) != len(header):
                    raise Refused(
                        "{where}: tiene {found} celdas y el encabezado {expected}.",
                        where=where,
                        found=len(cells),
                        expected=len(header),
                    )
                yield Record(where, dict(zip(header, cells, strict=True)))
        except csv.Error as error:
            raise Refused(
                "{where}, renglón {line}: no se puede leer como CSV ({error}).",
                where=self._where(name),
                line=reader.line_num,
                error=error,
            ) from error

    def rows(self, name: str, row: type[K], build: Callable[[Record], K]) -> list[tuple[Record, K]]:
        """Each line of a CSV of ``row``s beside what ``build`` makes of it; no key twice."""
        found = []
        keys: set[str] = set()
        for record in self.records(name, columns(row)):
            made = build(record)
            if made.key in keys:
                raise record.refuse("«{key}» está repetido.", key=made.key)
            keys.add(made.key)
            found.append((record, made))
        return found

    def toml(self, name: str, fields: Sequence[str]) -> Record:
        """The whole of a TOML file as one record that has no other fields than ``fields``."""
        try:
            values = tomllib.loads(self._text(name))
        except tomllib.TOMLDecodeError as error:
            raise Refused(
                "{where}: no se puede leer como TOML ({error}).",
                where=self._where(name),
                error=error,
            ) from error
        return known(Record(self._where(name), values), fields)

    def _where(self, name: str) -> str:
        return f"Paquete «{self.title}», {name}"

    def _text(self, name: str) -> str:
        try:
            content = (self.path / name).read_bytes()
        except OSError as error:
            raise Refused("{where}: falta el archivo.", where=self._where(name)) from error
        self.versions[name] = hashlib.sha256(content).hexdigest()
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Refused("{where}: no está en UTF-8.", where=self._where(name)) from error


def columns(row: type[Any]) -> tuple[str, ...]:
    """What a file of ``row``s must have: the fields of the dataclass, under the same names."""
    return tuple(field.name for field in fields(row))


def require_pack(folder: Path, name: str, suffix: str, what: str) -> None:
    """Refuses a ``name`` that is no pack of ``folder``, and any that would lead out of it."""
    if not NAME.fullmatch(name) or not (folder / f"{name}{suffix}").exists():
        available = sorted(p.stem for p in folder.glob(f"*{suffix}") if NAME.fullmatch(p.stem))
        raise Refused(
            "No existe el {what} «{name}». Hay: {available}.",
            what=what,
            name=name,
            available=", ".join(available) or "ninguno",
        )


def known(record: Record, fields: Sequence[str]) -> Record:
    """``record``, once it has no field outside ``fields``: a misspelt name is not ignored."""
    strange = sorted(set(record.values) - set(fields))
    if strange:
        raise record.refuse("no se conoce «{name}».", name="», «".join(strange))
    return record


def table(record: Record, name: str, fields: Sequence[str]) -> Record:
    """The TOML table ``name`` of ``record``."""
    value = record.values.get(name)
    if not isinstance(value, dict):
        raise record.refuse("falta la tabla [{name}].", name=name)
    return known(Record(f"{record.where} [{name}]", value), fields)


def tables(record: Record, name: str, fields: Sequence[str]) -> list[Record]:
    """The TOML tables ``[[name]]`` of ``record``, at least one, numbered from 1 in messages."""
    value = record.values.get(name)
    if not isinstance(value, list) or not value or not all(isinstance(v, dict) for v in value):
        raise record.refuse("debe tener al menos una tabla [[{name}]].", name=name)
    return [
        known(Record(f"{record.where} [[{name}]] {number}", item), fields)
        for number, item in enumerate(value, start=1)
    ]
