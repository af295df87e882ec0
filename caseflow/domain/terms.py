"""The terms of the law pack, and which of them is in force on a day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from caseflow.domain.errors import InvalidData, MissingData
from caseflow.domain.months import months_after
from caseflow.domain.vocabulary import SPANISH, TRANSPARENCY_KINDS, Basis, Kind, Step

Unit = Literal["business", "calendar", "months", "hours"]
NoticeEffect = Literal["same_day", "next_business_day", ""]
Effect = Literal["", "extends", "interrupts", "pauses", "closes"]


@dataclass(frozen=True, slots=True)
class Term:
    """One row of the law pack.

    ``days`` counts months or hours when ``unit`` says so. ``valid_from`` and ``valid_to``
    (``None``: still in force) are both inside the validity. ``cutoff`` is the office's wall time
    after which a filing counts as of the next business day.
    """

    matter: str
    step: str
    days: int
    unit: Unit
    basis: Basis
    role: str
    counts_from: str
    cutoff: dt.time | None
    notice_effect: NoticeEffect
    effect: Effect
    valid_from: dt.date
    valid_to: dt.date | None
    legal_source: str
    mark: str
    #: when a notice on paper takes effect; empty: as any other (``notice_effect``)
    paper_effect: NoticeEffect = ""

    @property
    def governing(self) -> bool:
        return self.role.startswith("governing")

    @property
    def official(self) -> bool:
        """Whether what it counts from is an official reception, which needs a business day.

        So for information and personal data, and for any term with a cut-off hour (domain §5).
        """
        return self.cutoff is not None or self.matter in TRANSPARENCY_KINDS

    def length_from(self, start: dt.date) -> int:
        """Its length in days of its unit, from the day after ``start`` on.

        Hours are rounded up to whole days. Months run from date to date, so their natural days
        depend on where they begin; in a shorter month they end on its last day.
        """
        if self.unit == "months":
            return (months_after(start, self.days) - start).days
        return -(-self.days // 24) if self.unit == "hours" else self.days

    def in_force(self, on: dt.date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Companions:
    """The terms that move another one, of the same matter and day; ``None`` where the law has none.

    ``request`` is what the office has to ask for a clarification, ``clarification`` what the person
    has to answer it: its ``effect`` says whether the clock is interrupted or paused.
    """

    extension: Term | None = None
    request: Term | None = None
    clarification: Term | None = None
    payment: Term | None = None


class TermTable:
    """All terms of all dates. Answers with the law in force on a reception date (domain §5).

    Raises ``MissingData`` for a term without source and ``InvalidData`` for one that cannot be:
    no days, an end before its beginning, two in force at once, two governing a matter at once.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        self._by_step: dict[tuple[str, str], list[Term]] = defaultdict(list)
        self._governing: dict[str, list[Term]] = defaultdict(list)
        for term in sorted(terms, key=lambda t: (t.matter, t.step, t.valid_from)):
            _check(term)
            rows = self._by_step[term.matter, term.step]
            if rows and rows[-1].in_force(term.valid_from):
                raise InvalidData(
                    "El plazo «{step}» de {matter} tendría dos valores vigentes el "
                    "{day:%d/%m/%Y}: corrija las fechas de vigencia.",
                    field="valid_from",
                    step=_word(Step, term.step),
                    matter=_word(Kind, term.matter),
                    day=term.valid_from,
                )
            rows.append(term)
            if term.governing:
                self._add_governing(term)

    def _add_governing(self, term: Term) -> None:
        rows = self._governing[term.matter]
        for other in rows:
            if other.basis == term.basis and (
                other.in_force(term.valid_from) or term.in_force(other.valid_from)
            ):
                raise InvalidData(
                    "Dos plazos rigen {matter} a la vez, «{one}» y «{two}»: deje uno solo.",
                    field="role",
                    matter=_word(Kind, term.matter),
                    one=_word(Step, other.step),
                    two=_word(Step, term.step),
                )
        rows.append(term)
        rows.sort(key=lambda t: t.basis != Basis.LEGAL)

    def all(self) -> tuple[Term, ...]:
        """Every term of every date, by matter, step and validity."""
        return tuple(term for _, rows in sorted(self._by_step.items()) for term in rows)

    def get(self, matter: str, step: str, on: dt.date) -> Term | None:
        """The term of a step for a case received ``on`` that day, or ``None``."""
        for term in self._by_step.get((matter, step), ()):
            if term.in_force(on):
                return term
        return None

    def find_governing(self, matter: str, on: dt.date) -> Term | None:
        """The one term that governs a case: the law's, else the office's commitment, else none."""
        for term in self._governing.get(matter, ()):
            if term.in_force(on):
                return term
        return None

    def governing(self, matter: str, on: dt.date) -> Term:
        """As ``find_governing``. Raises ``MissingData`` where no term is in force."""
        term = self.find_governing(matter, on)
        if term is None:
            raise MissingData(
                "No hay plazo vigente el {day:%d/%m/%Y} para {matter}: "
                "agregue el que corresponda en la tabla de plazos.",
                field="received_on",
                day=on,
                matter=_word(Kind, matter),
            )
        return term

    def companions(self, matter: str, on: dt.date) -> Companions:
        """The terms that can move those of ``matter`` for a case received ``on`` that day."""
        return Companions(
            extension=self.get(matter, Step.EXTENSION, on),
            request=self.get(matter, Step.REQUEST_CLARIFICATION, on),
            clarification=self.get(matter, Step.PERSON_ANSWERS, on),
            payment=self.get(matter, Step.PAY, on),
        )


def _check(term: Term) -> None:
    words = {"step": _word(Step, term.step), "matter": _word(Kind, term.matter)}
    if not term.legal_source.strip():
        raise MissingData(
            "El plazo «{step}» de {matter} no dice de qué norma sale: escriba su fuente.",
            field="legal_source",
            **words,
        )
    if term.days < 1:
        raise InvalidData(
            "El plazo «{step}» de {matter} debe tener al menos un día.", field="days", **words
        )
    if term.valid_to is not None and term.valid_to < term.valid_from:
        raise InvalidData(
            "El plazo «{step}» de {matter} deja de regir el {last:%d/%m/%Y}, antes de empezar: "
            "corrija las fechas de vigencia.",
            field="valid_to",
            last=term.valid_to,
            **words,
        )


def _word(names: type[Kind] | type[Step], value: str) -> str:
    """The screen word of a value, or the value itself where the vocabulary has none."""
    return SPANISH[names(value)] if value in set(names) else value
