"""Import profiles: how the columns of one kind of listing are read. Data in TOML, checked here.

A profile names the fields of ``FIELDS`` and, for each, the headers under which it may stand. What
is not in a profile is not read: a new kind of listing is a new file, not new code.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from caseflow.domain.errors import Refused
from caseflow.domain.vocabulary import Channel, Kind, Source
from caseflow.intake.encoding import NAMES as ENCODINGS
from caseflow.intake.headers import plain

PROFILES_DIR = Path(__file__).parent.parent / "packs" / "profiles"

#: The fields that a column may feed, with the longest text each may hold.
FIELDS: Mapping[str, int] = {
    "folio": 100,
    "external_folio": 100,
    "kind": 100,
    "filed_on": 40,
    "filed_time": 40,
    "channel": 200,
    "subject": 300,
    "description": 4000,
    "status": 100,
    "closed_on": 40,
    "closed_time": 40,
    "petitioner_name": 300,
    "petitioner_phone": 100,
    "petitioner_email": 254,
    "sex": 100,
    "age": 20,
    "street": 300,
    "colonia": 300,
    "colonia_catalogue": 300,
    "borough": 100,
    "borough_catalogue": 100,
    "postal_code": 20,
    "latitude": 40,
    "longitude": 40,
    "area": 300,
    "areas": 1000,
    "given_due_on": 40,
    "delivery": 300,
    "arco_right": 100,
}

#: Forms of dates, a closed list and day first; each with an optional hour.
DateForm = Literal["dd/mm/aaaa", "dd-mm-aaaa", "aaaa-mm-dd"]

_STATUSES = ("open", "answered", "closed")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldSpec(_Strict):
    """How one field is found and read."""

    #: accepted headers, the one for templates first
    headers: Annotated[tuple[str, ...], Field(min_length=1)]
    #: the column must be there
    required: bool = False
    #: the column must be there, its cells may be empty
    may_be_empty: bool = False
    max_length: Annotated[int, Field(ge=1, le=20_000)] | None = None
    #: words that are no value here, besides the profile's
    nulls: tuple[str, ...] = ()
    #: word of the listing → value; the word may end in ``*``
    values: Mapping[str, str] = {}
    #: value of a word that is not listed; without it an unknown word is refused
    other: str | None = None
    #: separator of a cell with several values
    separator: str = ";"
    #: for people: what goes in the column, and a value to show in the template
    note: str = ""
    example: str = ""


class Profile(_Strict):
    """One kind of listing."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    title: str
    version: int = 1
    source: Source
    #: the kind of every row, unless the field ``kind`` says it row by row
    kind: Kind | None = None
    #: the listing holds other boroughs too: rows are sorted out by place
    city_wide: bool = False
    #: ``given``: ``filed_on`` is the reception; ``inferred``: it stands in for it
    reception: Literal["given", "inferred"]
    encoding: str | None = None
    dates: Annotated[tuple[DateForm, ...], Field(min_length=1)]
    nulls: tuple[str, ...] = ()
    #: status of a row that says none: as named, or by its closing date where there is one
    status_without_word: Literal["open", "answered", "closed"] = "open"
    status_by_date: Literal["answered", "closed"] | None = None
    fields: Mapping[str, FieldSpec]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if unknown := sorted(set(self.fields) - set(FIELDS)):
            raise ValueError(f"campos que no existen: {', '.join(unknown)}")
        for name in ("folio", "filed_on"):
            if name not in self.fields or not self.fields[name].required:
                raise ValueError(f"el campo «{name}» debe estar y ser obligatorio")
        if "subject" not in self.fields and "description" not in self.fields:
            raise ValueError("falta «subject» o «description»: un asunto necesita texto")
        if self.kind is None and not self.fields.get("kind", FieldSpec(headers=("-",))).required:
            raise ValueError("falta «kind», como valor fijo o como columna obligatoria")
        if self.encoding is not None and self.encoding not in ENCODINGS:
            raise ValueError(f"codificación desconocida: {self.encoding}")
        _check_values(self.fields, "status", _STATUSES)
        _check_values(self.fields, "kind", tuple(Kind))
        _check_values(self.fields, "channel", tuple(Channel))
        headers: dict[str, str] = {}
        for name, spec in self.fields.items():
            for header in spec.headers:
                if headers.setdefault(plain(header), name) != name:
                    raise ValueError(f"el encabezado «{header}» sirve a dos campos")
        return self

    @cached_property
    def aliases(self) -> Mapping[str, tuple[str, ...]]:
        """Field → the headers under which it may stand."""
        return {name: spec.headers for name, spec in self.fields.items()}

    @cached_property
    def required(self) -> tuple[str, ...]:
        """Fields whose column must be there."""
        return tuple(name for name, spec in self.fields.items() if spec.required)

    def length_of(self, field: str) -> int:
        """The longest text that the field takes, in characters."""
        return self.fields[field].max_length or FIELDS[field]

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of a template to download, in order."""
        return tuple(
            Column(
                header=spec.headers[0],
                field=name,
                required=spec.required,
                values=tuple(word for word in spec.values if not word.endswith("*")),
                note=spec.note,
                example=spec.example,
            )
            for name, spec in self.fields.items()
        )


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a profile's template."""

    header: str
    field: str
    required: bool
    values: tuple[str, ...]
    note: str
    example: str


def _check_values(fields: Mapping[str, FieldSpec], name: str, allowed: tuple[str, ...]) -> None:
    spec = fields.get(name)
    if spec is None:
        return
    if not spec.values:
        raise ValueError(f"el campo «{name}» necesita su tabla de valores")
    wrong = sorted({*spec.values.values(), *([spec.other] if spec.other else [])} - {*allowed})
    if wrong:
        raise ValueError(f"valores que no existen en «{name}»: {', '.join(wrong)}")


def parse_profile(text: str, name: str) -> Profile:
    """A profile from its TOML text; ``name`` is how the refusal calls it. Raises ``Refused``."""
    try:
        return Profile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise Refused(
            "El perfil «{name}» no es TOML válido: {error}", name=name, error=error
        ) from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise Refused(
            "El perfil «{name}» no es válido en {place}: {error}",
            name=name,
            place=".".join(map(str, first["loc"])) or "su conjunto",
            error=first["msg"].removeprefix("Value error, "),
        ) from error


def profile_names(folder: Path = PROFILES_DIR) -> tuple[str, ...]:
    """Names of the profiles that are there, in alphabetical order."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def load_profile(name: str, folder: Path = PROFILES_DIR) -> Profile:
    """The profile called ``name``. Raises ``Refused`` naming those there are."""
    names = profile_names(folder)
    if name not in names:
        raise Refused(
            "No hay un perfil de importación «{name}». Hay: {names}.",
            name=name,
            names=", ".join(names),
        )
    profile = parse_profile((folder / f"{name}.toml").read_text(encoding="utf-8"), name)
    if profile.name != name:
        raise Refused(
            "El archivo del perfil «{name}» dice llamarse «{other}».",
            name=name,
            other=profile.name,
        )
    return profile
