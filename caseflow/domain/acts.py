"""Acts that bear on a term, as they are kept with a deadline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from caseflow.domain.errors import InvalidData

ActKind = Literal["clarify", "clarified", "cost", "paid", "extend", "suspend", "answer", "given"]

#: The screen word of each act.
ACT_WORDS: Mapping[ActKind, str] = {
    "clarify": "Prevención",
    "clarified": "Desahogo de la prevención",
    "cost": "Aviso de costos",
    "paid": "Pago acreditado",
    "extend": "Ampliación",
    "suspend": "Suspensión de plazos",
    "answer": "Respuesta",
    "given": "Fecha límite de la plataforma",
}


@dataclass(frozen=True, slots=True)
class Act:
    """One act: ``on`` is the day it was notified, or officially received (local).

    ``days``: of an ``extend``, how many were granted (0: all that the law allows); of a
    ``suspend``, how many natural days from ``on`` (0: that day alone), unless ``until`` names the
    last. ``until`` of a ``given`` is the limit date that the platform gave, ``on`` the day its
    listing was taken. ``on_paper``: the notice went out on paper, whose effect has its own rule.
    """

    kind: ActKind
    on: dt.date
    days: int = 0
    until: dt.date | None = None
    on_paper: bool = False

    @property
    def last_day(self) -> dt.date:
        """The last day of a suspension."""
        return self.until or self.on + dt.timedelta(days=max(self.days, 1) - 1)

    def as_json(self) -> dict[str, Any]:
        """Plain values, dates in ISO form; ``from_json`` reads them back equal."""
        plain: dict[str, Any] = {"kind": self.kind, "on": self.on.isoformat()}
        if self.days:
            plain["days"] = self.days
        if self.until is not None:
            plain["until"] = self.until.isoformat()
        if self.on_paper:
            plain["on_paper"] = True
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Act:
        """Raises ``InvalidData`` for an unknown act, or one with an impossible date or number."""
        kind = plain.get("kind")
        if kind not in get_args(ActKind):
            raise InvalidData("No existe el acto «{kind}».", field="kind", kind=kind)
        days = plain.get("days", 0)
        if not isinstance(days, int) or days < 0:
            raise InvalidData("Los días del acto deben ser un número.", field="days")
        until = plain.get("until")
        return cls(
            cast(ActKind, kind),
            _day(plain.get("on"), "on"),
            days,
            None if until is None else _day(until, "until"),
            bool(plain.get("on_paper")),
        )


def _day(text: object, field: str) -> dt.date:
    try:
        return dt.date.fromisoformat(str(text))
    except ValueError:
        raise InvalidData(
            "La fecha «{text}» no existe: escríbala como aaaa-mm-dd.", field=field, text=text
        ) from None
