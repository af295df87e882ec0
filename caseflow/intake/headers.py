"""Headers: the one spelling under which they are compared, and the search for the header row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

#: Title lines above the header are looked over up to this row.
HEADER_WITHIN = 30

_BETWEEN = re.compile(r"[\W_]+")


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """A word without case, accents, surrounding blanks and punctuation: how words are matched.

    ``"Fecha de Recepción "``, ``"FECHA_DE_RECEPCION"`` and ``"fecha de recepcion"`` are one.
    """
    letters = unicodedata.normalize("NFKD", text)
    letters = "".join(one for one in letters if not unicodedata.combining(one))
    return _BETWEEN.sub(" ", letters.casefold()).strip()


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands and which column holds which field."""

    #: row number, from 1
    row: int
    #: the columns as written, made unique: the second "Nota" is "Nota (2)"
    columns: tuple[str, ...]
    #: field → index of its column
    fields: Mapping[str, int]
    #: labels of the required columns that are missing
    missing: tuple[str, ...]
    #: headers that stand twice for the same field
    doubled: tuple[str, ...]

    @property
    def complete(self) -> bool:
        return not self.missing and not self.doubled


def find_header(
    rows: Iterable[Sequence[str]],
    aliases: Mapping[str, Sequence[str]],
    required: Sequence[str],
) -> Header | None:
    """The first complete header among the first rows, else the row that comes nearest.

    ``aliases``: field → its headers, the preferred one first. ``None`` where no row has any known
    header.
    """
    best: Header | None = None
    known = {
        plain(alias): (field, rank)
        for field, names in aliases.items()
        for rank, alias in enumerate(names)
    }
    for number, cells in enumerate(rows, start=1):
        if number > HEADER_WITHIN:
            break
        found = _read(number, cells, known, aliases, required)
        if found.complete:
            return found
        if found.fields and (best is None or len(found.fields) > len(best.fields)):
            best = found
    return best


def _read(
    number: int,
    cells: Sequence[str],
    known: Mapping[str, tuple[str, int]],
    aliases: Mapping[str, Sequence[str]],
    required: Sequence[str],
) -> Header:
    places: dict[str, tuple[int, int]] = {}
    doubled: list[str] = []
    for index, cell in enumerate(cells):
        if len(cell) > 200 or (match := known.get(plain(cell))) is None:
            continue
        field, rank = match
        before = places.get(field)
        if before is None or rank < before[0]:
            places[field] = (rank, index)
        elif rank == before[0]:
            doubled.append(cell.strip())
    return Header(
        row=number,
        columns=_unique(cells),
        fields={field: index for field, (_, index) in places.items()},
        missing=tuple(aliases[field][0] for field in required if field not in places),
        doubled=tuple(dict.fromkeys(doubled)),
    )


def _unique(cells: Sequence[str]) -> tuple[str, ...]:
    names: list[str] = []
    taken: set[str] = set()
    for index, cell in enumerate(cells, start=1):
        name = " ".join(cell[:200].split()) or f"Columna {index}"
        copy, count = name, 1
        while copy in taken:
            count += 1
            copy = f"{name} ({count})"
        taken.add(copy)
        names.append(copy)
    return tuple(names)
