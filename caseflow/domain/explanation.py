"""A count told day by day: the stretches that the clock measured, laid out as lines.

``clock`` measures with arithmetic and leaves the stretches (``Leg``) behind; here each of their
days is looked up in the calendar by itself, so a line says what that day is, not what it should be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from caseflow.domain.calendar import Calendar
from caseflow.domain.instants import office_time
from caseflow.domain.phrases import N_, Phrase, chain, phrase
from caseflow.domain.terms import Term

#: ``void``: counted once, and annulled by an interruption. ``paused`` and ``interrupted``: the
#: person has the word. ``given``: beyond our count, up to the date that the platform gave.
Phase = Literal["reception", "base", "extension", "paused", "interrupted", "void", "given"]

#: What most days say.
BUSINESS_DAY = phrase("Hábil")
EXTENSION_DAY = phrase("Ampliación")
_ANY_DAY = phrase("Natural")
_FIRST, _LAST = phrase("Primer día contado"), phrase("Último día")
_FIRST_AND_LAST = phrase("Primer y último día")
_EXTENSION_BEGINS, _BASE_ENDS = phrase("Empieza la ampliación"), phrase("Termina el plazo base")
_ROLLED = phrase("Hábil siguiente al último día")

#: Phases whose days were counted when they passed.
COUNTING: tuple[Phase, ...] = ("base", "extension", "void")


@dataclass(frozen=True, slots=True)
class Leg:
    """The days after ``after`` up to and including ``through``.

    ``counted`` is how many days of the term were counted before it, ``length`` how many it counts.
    ``cause`` is the term behind it where it is not the counted term itself, ``note`` what a rest
    waits for.
    """

    phase: Phase
    after: dt.date
    through: dt.date
    counted: int = 0
    length: int = 0
    cause: Term | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class EventLine:
    """One act, as noted: the day it bears, the day it took effect, and its sentence."""

    on: dt.date
    kind: str
    text: str
    effect_on: dt.date
    moves: bool


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day. ``number`` is its place within the term, extension included; ``None`` if skipped."""

    on: dt.date
    number: int | None
    counted: bool
    reason: str
    source: str
    mark: str
    phase: Phase


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a term ends on the day it does.

    ``days`` runs without gaps; its counted lines are numbered 1 to the length of the term, and the
    last of them is ``own_due_on``. ``due_on`` differs from it only where the platform's date rules.
    """

    days: tuple[DayLine, ...]
    received_on: dt.date
    first_day: dt.date
    due_on: dt.date | None
    own_due_on: dt.date | None
    events: tuple[EventLine, ...]
    warnings: tuple[str, ...]

    @property
    def counted(self) -> tuple[DayLine, ...]:
        return tuple(line for line in self.days if line.counted)

    @property
    def skipped(self) -> tuple[DayLine, ...]:
        """Days after the official reception that were not counted."""
        return tuple(d for d in self.days if not d.counted and d.phase != "reception")

    def as_json(self) -> dict[str, Any]:
        """The answer of ``flask clock explain --json``: dates in ISO form."""
        return {
            "received_on": self.received_on.isoformat(),
            "first_day": self.first_day.isoformat(),
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "own_due_on": self.own_due_on.isoformat() if self.own_due_on else None,
            "counted": [line.on.isoformat() for line in self.counted],
            "skipped": [
                {
                    "date": line.on.isoformat(),
                    "reason": line.reason,
                    "source": line.source,
                    "mark": line.mark,
                    "phase": line.phase,
                }
                for line in self.skipped
            ],
            "events": [
                {
                    "date": event.on.isoformat(),
                    "event": event.kind,
                    "effect_on": event.effect_on.isoformat(),
                    "moves": event.moves,
                    "text": event.text,
                }
                for event in self.events
            ],
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True, slots=True)
class Story:
    """All that a count left behind for its explanation."""

    term: Term
    calendar: Calendar
    received_on: dt.date
    first_day: dt.date
    due_on: dt.date | None
    own_due_on: dt.date | None
    legs: Sequence[Leg]
    events: Sequence[EventLine]
    warnings: tuple[str, ...] = field(default=())
    #: days of the base term, the extension left out
    base: int = 0

    def tell(self, filed: dt.datetime | dt.date | None = None) -> Explanation:
        """Lay the days out, from the filing (local) where it is known, else from the reception."""
        lines = [*self._reception(filed)]
        for leg in self.legs:
            lines += self._counted(leg) if leg.phase in COUNTING else self._rest(leg)
        lines += self._beyond()
        return Explanation(
            days=tuple(self._annotated(line) for line in lines),
            received_on=self.received_on,
            first_day=self.first_day,
            due_on=self.due_on,
            own_due_on=self.own_due_on,
            events=tuple(self.events),
            warnings=self.warnings,
        )

    def _reception(self, filed: dt.datetime | dt.date | None) -> Iterator[DayLine]:
        term, start, hour = self.term, self.received_on, None
        if filed is not None:
            start, hour = office_time(filed)
        for day in _days(start - dt.timedelta(days=1), self.received_on):
            closed = self.calendar.reason(day, term.matter)
            text: str
            source, mark = "", ""
            if day == self.received_on:
                text = _received(term)
                source, mark = term.legal_source, term.mark
            elif closed is not None:
                text, source, mark = closed.text, closed.source, closed.mark
            else:
                text = phrase("Todavía no se tiene por recibida")
            if day == start and filed is not None:
                missed = closed is None and term.cutoff is not None and day < self.received_on
                text = chain(". ", (_filing(hour, term.cutoff if missed else None), text))
            yield DayLine(day, None, False, text, source, mark, "reception")

    def _counted(self, leg: Leg) -> Iterator[DayLine]:
        term, number, last = self.term, leg.counted, leg.counted + leg.length
        for day in _days(leg.after, leg.through):
            closed = self.calendar.reason(day, term.matter)
            if number == last or (term.unit == "business" and closed is not None):
                yield self._skipped(day, leg.phase)
            elif leg.phase == "void":
                yield DayLine(
                    day,
                    None,
                    False,
                    phrase(
                        "Contado antes de la prevención, que interrumpió el plazo: queda sin efecto"
                    ),
                    leg.cause.legal_source if leg.cause else "",
                    leg.cause.mark if leg.cause else "",
                    "void",
                )
            else:
                number += 1
                yield self._day(day, number, leg)

    def _day(self, day: dt.date, number: int, leg: Leg) -> DayLine:
        term, base, rule = self.term, self.base, None
        text = BUSINESS_DAY if term.unit == "business" else _ANY_DAY
        if leg.phase == "extension":
            text = EXTENSION_DAY
        if number == 1:
            text, rule = _FIRST, term
        elif number == base + 1:
            text, rule = _EXTENSION_BEGINS, leg.cause
        elif number == base and day != self.own_due_on:
            text = _BASE_ENDS if self._extended else text
        if day == self.own_due_on:
            text = _LAST if number > 1 else _FIRST_AND_LAST
        source, mark = (rule.legal_source, rule.mark) if rule is not None else ("", "")
        return DayLine(day, number, True, text, source, mark, leg.phase)

    @property
    def _extended(self) -> bool:
        return any(leg.phase == "extension" for leg in self.legs)

    def _skipped(self, day: dt.date, phase: Phase) -> DayLine:
        closed = self.calendar.reason(day, self.term.matter)
        if closed is None:
            # only a term in natural days gets here: its last day was closed and it rolls forward
            return DayLine(day, None, False, _ROLLED, "", "", phase)
        return DayLine(day, None, False, closed.text, closed.source, closed.mark, phase)

    def _rest(self, leg: Leg) -> Iterator[DayLine]:
        said = N_("Interrumpido: {why}") if leg.phase == "interrupted" else N_("En pausa: {why}")
        for day in _days(leg.after, leg.through):
            yield DayLine(
                day,
                None,
                False,
                phrase(said, why=leg.note),
                leg.cause.legal_source if leg.cause else "",
                leg.cause.mark if leg.cause else "",
                leg.phase,
            )

    def _beyond(self) -> Iterator[DayLine]:
        if self.due_on is not None and self.own_due_on is not None:
            for day in _days(self.own_due_on, self.due_on):
                text = phrase(
                    "Fuera del cómputo propio: la plataforma da el {on:%d/%m/%Y}", on=self.due_on
                )
                yield DayLine(day, None, False, text, "", "", "given")

    def _annotated(self, line: DayLine) -> DayLine:
        """The line with the acts of its day after its own reason."""
        notes = [event.text for event in self.events if event.on == line.on]
        if not notes:
            return line
        reason = chain(". ", [line.reason, *notes])
        return DayLine(
            line.on, line.number, line.counted, reason, line.source, line.mark, line.phase
        )


def _days(after: dt.date, through: dt.date) -> Iterator[dt.date]:
    """The days after ``after`` up to and including ``through``, none when it comes before."""
    for n in range(1, (through - after).days + 1):
        yield after + dt.timedelta(days=n)


def _received(term: Term) -> Phrase:
    if not term.official:
        if term.unit == "business":
            return phrase("Recepción: el cómputo inicia el día hábil siguiente")
        return phrase("Recepción: el cómputo inicia el día siguiente")
    if term.unit == "business":
        return phrase("Recepción oficial: el cómputo inicia el día hábil siguiente")
    return phrase("Recepción oficial: el cómputo inicia el día siguiente")


def _filing(hour: dt.time | None, missed: dt.time | None) -> Phrase:
    if hour is None:
        return phrase("Presentada, sin hora")
    if missed is None:
        return phrase("Presentada a las {hour:%H:%M} h", hour=hour)
    return phrase(
        "Presentada a las {hour:%H:%M} h, después del corte de las {cutoff:%H:%M} h",
        hour=hour,
        cutoff=missed,
    )
