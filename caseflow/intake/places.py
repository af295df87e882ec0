"""Whose borough a row is: what its columns name, what the postal code tells, what disagrees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from caseflow.domain.phrases import N_, phrase
from caseflow.intake.headers import plain
from caseflow.intake.rows import Locality


@dataclass(frozen=True, slots=True)
class Place:
    """The borough of a row. ``doubts``: (field, Spanish sentence) where two columns disagree."""

    borough: str
    inferred: bool
    out_of_scope_reason: str | None
    doubts: tuple[tuple[str, str], ...]


class Gazetteer:
    """Sorts rows by place for one office. Without a locality nothing is inferred or sorted out."""

    def __init__(self, locality: Locality | None, *, city_wide: bool) -> None:
        self._locality = locality
        self._city_wide = city_wide
        names = (locality.borough, *locality.aliases) if locality else ()
        self._ours = frozenset(map(plain, names))
        self.place = lru_cache(maxsize=16_384)(self._place)

    def _place(self, written: str, catalogue: str, postal_code: str) -> Place:
        """``written`` by the person, named by the source's ``catalogue``, which goes first."""
        locality = self._locality
        named = catalogue or written
        if locality is None:
            return Place(named, False, None, ())
        doubts: list[tuple[str, str]] = []
        if catalogue and written and not self._same(catalogue, written):
            doubts.append(
                (
                    "borough_catalogue",
                    phrase(
                        "La persona escribió {written} y el catálogo dice {catalogue}.",
                        written=written,
                        catalogue=catalogue,
                    ),
                )
            )
        ours_by_code = bool(postal_code) and postal_code.startswith(locality.postal_prefixes)
        if named:
            ours = plain(named) in self._ours
            if postal_code and locality.postal_prefixes and ours != ours_by_code:
                doubts.append(
                    (
                        "postal_code",
                        phrase(
                            "El código postal {postal_code} no es de {named}.",
                            postal_code=postal_code,
                            named=named,
                        ),
                    )
                    if ours
                    else (
                        "postal_code",
                        phrase(
                            "El código postal {postal_code} es de {borough} y la alcaldía dice "
                            "{named}.",
                            postal_code=postal_code,
                            borough=locality.borough,
                            named=named,
                        ),
                    )
                )
            reason: str | None = (
                None if ours else phrase("Pertenece a otra alcaldía: {named}.", named=named)
            )
            borough = locality.borough if ours else named
            return Place(borough, False, self._scope(reason), tuple(doubts))
        if ours_by_code:
            return Place(locality.borough, True, None, ())
        reason = (
            phrase("El código postal {postal_code} es de otra alcaldía.", postal_code=postal_code)
            if postal_code
            else N_("No nombra alcaldía ni código postal.")
        )
        return Place("", False, self._scope(reason), ())

    def _same(self, one: str, other: str) -> bool:
        first, second = plain(one), plain(other)
        return first == second or {first, second} <= self._ours

    def _scope(self, reason: str | None) -> str | None:
        return reason if self._city_wide else None
