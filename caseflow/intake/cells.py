"""The cells of one row as texts, and what was found wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from caseflow.domain.phrases import N_, phrase
from caseflow.intake.profiles import Profile
from caseflow.intake.rows import Problem
from caseflow.intake.values import (
    Unreadable,
    Words,
    in_words,
    looks_damaged,
    read_paragraphs,
    read_text,
)

Value = TypeVar("Value")

#: Characters of a cell that quarantine shows; the original keeps the rest.
MAX_SHOWN = 25_000
#: Cells that are remembered per column: most columns repeat a few hundred words.
_REMEMBERED = 5_000

#: Where a letter of a wrong encoding is worth a warning.
_WATCHED = ("subject", "description", "colonia", "colonia_catalogue", "street", "petitioner_name")


class Columns:
    """The columns of one listing: which field each feeds and how its cells are read."""

    def __init__(self, profile: Profile, columns: Sequence[str], fields: Mapping[str, int]) -> None:
        self.profile = profile
        self.names = tuple(columns)
        self.fields = dict(fields)
        self.limits = {name: profile.length_of(name) for name in fields}
        shared = {word.casefold() for word in profile.nulls}
        self.nulls = {
            name: frozenset(shared | {word.casefold() for word in profile.fields[name].nulls})
            for name in fields
        }
        #: fields that every row must have
        self.needed = tuple(
            name for name, spec in profile.fields.items() if spec.required and not spec.may_be_empty
        )
        self.words = {
            name: Words(dict(spec.values)) for name, spec in profile.fields.items() if spec.values
        }
        self.watched = tuple(name for name in _WATCHED if name in fields)
        used = set(fields.values())
        #: columns that the profile does not know
        self.unknown = tuple(
            (index, name) for index, name in enumerate(self.names) if index not in used
        )
        memories: Mapping[str, dict[str, str]] = {name: {} for name in fields}
        self.plan = tuple((name, index, memories[name]) for name, index in self.fields.items())

    def header(self, field: str) -> str:
        """The header of a field's column as the file writes it, ``""`` where it has none."""
        index = self.fields.get(field)
        return self.names[index] if index is not None else ""

    def raw(self, cells: Sequence[str]) -> dict[str, str]:
        """The cells by header, each no longer than quarantine shows."""
        shown = dict(zip(self.names, cells, strict=False))
        for position in range(len(self.names), len(cells)):
            shown[phrase("Columna {position}", position=position + 1)] = cells[position]
        if max(map(len, cells), default=0) > MAX_SHOWN:
            for name, cell in shown.items():
                if len(cell) > MAX_SHOWN:
                    shown[name] = f"{cell[:MAX_SHOWN]}…"
        return shown


class Cells:
    """One row under way. ``values``: field → text, without what is null, missing or refused."""

    __slots__ = (
        "columns",
        "extra",
        "number",
        "problems",
        "raw",
        "suspicious",
        "values",
        "warnings",
    )

    def __init__(self, columns: Columns, number: int, raw: Sequence[str]) -> None:
        self.columns = columns
        self.number = number
        self.raw = raw
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.suspicious: list[str] = []
        self.extra: dict[str, str] = {}
        self.values: dict[str, str] = {}
        for name, index, memory in columns.plan:
            if cell := raw[index]:
                text = memory.get(cell)
                if text is None:
                    text = self._read(name, cell, memory)
                if text:
                    self.values[name] = text

    def _read(self, name: str, cell: str, memory: dict[str, str]) -> str:
        nulls, most = self.columns.nulls[name], self.columns.limits[name]
        text = cell
        if len(cell) <= 2 * most + 100:
            try:
                if name == "folio":
                    text = cell.strip()
                elif name == "description":
                    text = read_paragraphs(cell)
                else:
                    text = read_text(cell)
            except Unreadable as error:
                self.refuse(name, str(error))
                return ""
        if len(text) > most:
            self.refuse(
                name,
                phrase(
                    "El texto tiene {length:,} caracteres y caben {most:,}: no se corta, se "
                    "aparta.",
                    length=len(text),
                    most=most,
                ),
            )
            return ""
        if text.casefold() in nulls:
            text = ""
        if len(memory) < _REMEMBERED:
            memory[cell] = text
        return text

    def refuse(self, field: str, reason: str) -> None:
        """The row goes to quarantine for this."""
        self.problems.append(Problem(self.number, self.columns.header(field), reason))

    def warn(self, field: str, reason: str) -> None:
        """The row is taken, and this is shown beside it."""
        self.warnings.append(Problem(self.number, self.columns.header(field), reason))

    def refused(self, field: str) -> bool:
        """Whether the field's cell was refused already: one reason is enough."""
        header = self.columns.header(field)
        return any(problem.column == header for problem in self.problems)

    def missing(self, field: str) -> None:
        """Refuse the row for an empty cell, unless the cell was refused for what it holds."""
        if not self.refused(field):
            self.refuse(field, N_("La celda está vacía y el perfil la necesita."))

    def word(self, field: str) -> str | None:
        """The value of a field's word; an unknown word is refused, unless the profile says what."""
        words, text = self.columns.words[field], self.values[field]
        value = words(text) or self.columns.profile.fields[field].other
        if value is None:
            self.refuse(
                field,
                phrase(
                    "Valor desconocido «{text}». El perfil acepta {shown}.",
                    text=text,
                    shown=in_words(words.shown),
                ),
            )
        return value

    def optional(self, field: str, read: Callable[[str], Value]) -> Value | None:
        """A value that only describes: where it is wrong it is left out, with a warning."""
        text = self.values.get(field)
        if text is None:
            return None
        try:
            return read(text)
        except Unreadable as error:
            self.leave_out(field, text, phrase("{error} No se toma; el folio sí.", error=error))
            return None

    def leave_out(self, field: str, text: str, reason: str) -> None:
        """Warn, and keep the text as it came among the further columns."""
        self.warn(field, reason)
        self.extra[self.columns.header(field)] = text

    def watch_letters(self) -> None:
        """Warn of letters that only a wrong encoding leaves in Spanish; the text stays."""
        for name in self.columns.watched:
            text = self.values.get(name)
            if text and not text.isascii() and (letter := looks_damaged(text)):
                self.warn(
                    name,
                    phrase(
                        "La letra «{letter}» parece dañada; el texto se deja como viene.",
                        letter=letter,
                    ),
                )

    def keep_unknown(self) -> None:
        """Keep what stands in columns that the profile does not know."""
        for index, name in self.columns.unknown:
            if cell := self.raw[index].strip():
                self.extra.setdefault(name, cell[:MAX_SHOWN])
