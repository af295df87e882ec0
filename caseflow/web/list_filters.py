"""The address of a list: which filters are in force, which page, and the ways to others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import abort, request, url_for

from caseflow.domain.vocabulary import Semaphore, Source
from caseflow.queries.lists import Filters
from caseflow.queries.paging import Cut, Place, read_place
from caseflow.queries.report_figures import AGE_BANDS
from caseflow.web.sessions import rules

#: A light as it stands in an address.
LIGHTS: Mapping[str, Semaphore] = {
    "vencido": Semaphore.OVERDUE,
    "hoy": Semaphore.TODAY,
    "por-vencer": Semaphore.SOON,
    "en-tiempo": Semaphore.ON_TIME,
    "en-espera": Semaphore.WAITING,
    "sin-plazo": Semaphore.NO_TERM,
}
SLUGS: Mapping[Semaphore, str] = {light: slug for slug, light in LIGHTS.items()}
#: A band of lateness as it stands in an address, by its index.
BANDS: tuple[str, ...] = tuple(
    f"{first}-{last}" if last else f"mas-de-{first - 1}" for first, last in AGE_BANDS
)
#: Longest text that a filter looks for.
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Address:
    """Where a list stands: its endpoint, its filters and its page."""

    endpoint: str
    filters: Filters
    cut: Cut

    def parameters(self) -> dict[str, list[str]]:
        """The filters in force as they stand in the address."""
        filters, nodes = self.filters, rules().tree.nodes
        values = {
            "luz": [SLUGS[filters.light]] if filters.light else [],
            "atraso": [BANDS[filters.band]] if filters.band is not None else [],
            "origen": [filters.source],
            "estado": [filters.state],
            "area": [nodes[area_id].code for area_id in filters.areas],
            "texto": [filters.text],
        }
        return {name: value for name, value in values.items() if any(value)}

    def to(self, endpoint: str | None = None, **changes: str | None) -> str:
        """The address with some parameters changed (none: left out), from its first page on."""
        merged: dict[str, Any] = {**self.parameters(), **changes}
        if "luz" in changes:
            merged.pop("atraso", None)  # how late says nothing of another light
        kept = {name: value for name, value in merged.items() if value}
        return url_for(endpoint or self.endpoint, **kept)

    def after(self, place: Place | None) -> str | None:
        return self.to(despues=place.token()) if place is not None else None

    def before(self, place: Place | None) -> str | None:
        return self.to(antes=place.token()) if place is not None else None


def read_address(endpoint: str, states: type[StrEnum]) -> Address:
    """What this request asks of a list; a filter that is none is left out.

    404 for an area that is not there: a list of everything would be the wrong answer.
    """
    asked = request.values
    state = asked.get("estado", "")
    source = asked.get("origen", "")
    light = LIGHTS.get(asked.get("luz", ""))
    band = asked.get("atraso", "")
    late = light is Semaphore.OVERDUE and band in BANDS
    filters = Filters(
        light=light,
        band=BANDS.index(band) if late else None,
        source=source if source in set(Source) else "",
        state=state if state in set(states) else "",
        areas=tuple(_area(code) for code in dict.fromkeys(asked.getlist("area")) if code),
        text=asked.get("texto", "").strip()[:_LONGEST],
    )
    after, before = asked.get("despues"), asked.get("antes")
    return Address(
        endpoint,
        filters,
        Cut(read_place(after) if after else None, read_place(before) if before else None),
    )


def _area(code: str) -> int:
    node = rules().tree.by_code(code)
    if node is None:
        abort(404)
    return node.id
