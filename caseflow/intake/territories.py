"""GeoJSON of the Unidades Territoriales → rows, checked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from caseflow.domain.errors import DomainError, Refused
from caseflow.domain.places import parts_of
from caseflow.intake.headers import plain

#: Largest file that is taken, in bytes.
MAX_FILE = 64 << 20
_CODE = re.compile(r"\d{2}-\d{3}")
#: Property names under which the institute and its users write each fact.
_NAMES = {
    "code": ("cve ut", "clave ut", "clave", "cve", "code"),
    "name": ("nombre", "nombre ut", "nomut", "nom ut", "name"),
    "population": ("poblacion", "pob", "pobtot", "population"),
}

#: code, name, population (none where it is not stated), geometry
TerritoryRow = tuple[str, str, int | None, Mapping[str, Any]]


def read_territories(path: Path) -> tuple[TerritoryRow, ...]:
    """The territories of a GeoJSON file, by code. Raises ``Refused`` with one sentence."""
    if path.stat().st_size > MAX_FILE:
        raise Refused("El archivo pesa más de {most} MB.", most=MAX_FILE >> 20)
    try:
        data = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise Refused("{name} no es un archivo GeoJSON.", name=path.name) from error
    if not isinstance(data, dict) or data.get("type") != "FeatureCollection":
        raise Refused("{name} no es una colección de polígonos GeoJSON.", name=path.name)
    features = data.get("features")
    rows = sorted(_rows(features if isinstance(features, list) else []), key=lambda row: row[0])
    if not rows:
        raise Refused("{name} no trae ninguna unidad territorial.", name=path.name)
    return tuple(rows)


def _rows(features: list[Any]) -> Iterator[TerritoryRow]:
    for number, feature in enumerate(features, start=1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        if not isinstance(properties, dict) or not isinstance(geometry, dict):
            raise Refused("El elemento {number} no trae propiedades y polígono.", number=number)
        named = {plain(str(name)): value for name, value in properties.items()}
        code, name = _fact(named, "code"), _fact(named, "name")
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            raise Refused(
                "El elemento {number} no trae su clave (cve_ut) con la forma 06-045.",
                number=number,
            )
        if not isinstance(name, str) or not name.strip():
            raise Refused("La unidad {code} no trae su nombre.", code=code)
        try:
            parts_of(geometry)
        except DomainError as error:
            raise Refused("La unidad {code}: {error}", code=code, error=error) from error
        yield code, name.strip(), _population(_fact(named, "population")), geometry


def _fact(named: Mapping[str, Any], fact: str) -> Any:
    return next((named[name] for name in _NAMES[fact] if name in named), None)


def _population(value: Any) -> int | None:
    text = str(value).strip() if value is not None else ""
    return int(text) if text.isdecimal() else None
