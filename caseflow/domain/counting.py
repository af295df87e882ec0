"""One count under way: it reads the acts of a case in order and keeps the stretches it measured.

Only ``clock.count`` makes one. The conventions stand in ``docs/adr/0003-clock-conventions.md``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from caseflow.domain import count_words
from caseflow.domain.acts import Act, ActKind
from caseflow.domain.calendar import Calendar
from caseflow.domain.errors import DomainError, InvalidData, MissingData, NotNow
from caseflow.domain.explanation import COUNTING, EventLine, Leg
from caseflow.domain.months import months_after
from caseflow.domain.phrases import Phrase, phrase
from caseflow.domain.terms import Companions, Term
from caseflow.domain.unit_days import UnitDays, notice_takes_effect


@dataclass(slots=True)
class Rest:
    """A clock at rest: since when, by which act and by which term."""

    kind: ActKind
    effect_on: dt.date
    cause: Term | None


class Run:
    """One count under way: it reads the acts in order and keeps the stretches it measured."""

    def __init__(
        self,
        term: Term,
        received_on: dt.date,
        calendar: Calendar,
        law: Companions,
        strict: bool,
    ) -> None:
        self.term, self.received_on, self.calendar = term, received_on, calendar
        self.law, self.strict = law, strict
        self.days = UnitDays(term, calendar)
        #: the day after which the present stretch counts, and after which the numbering began
        self.anchor = self.run_start = received_on
        self.base_total = self.base_left = term.length_from(received_on)
        self.extension_total = self.extension_left = 0
        self.extended = False
        self.rest: Rest | None = None
        self.asked = False  # one clarification per case (domain §4)
        self.unmoved: ActKind | None = None  # a late act whose answer will not move the clock
        self.given: dt.date | None = None
        self.given_rules = False
        self.answered_on: dt.date | None = None
        self.legs: list[Leg] = []
        self.events: list[EventLine] = []
        self.warnings: list[str] = []
        self.base_end = self.end = self._settle()

    def _settle(self) -> dt.date:
        """Recompute both ends from the anchor and what is left."""
        if self.base_left:
            self.base_end = self.end = self.days.ends(self.anchor, self.base_left)
            start = self.base_end
        else:
            start = self.anchor
        if self.extension_left:
            self.end = self.days.ends(start, self.extension_left)
        return self.end

    @property
    def limit(self) -> dt.date:
        """The date in force: the platform's while it rules, else ours."""
        return self.given if self.given_rules and self.given is not None else self.end

    # -- acts ------------------------------------------------------------------------------------

    def give(self, limit: dt.date, on: dt.date | None = None) -> None:
        """A limit date of the platform: it wins until an act of ours moves the clock."""
        if limit < self.received_on:
            self._note(on, "given", count_words.given_limit(limit), moves=False)
            self.warnings.append(count_words.given_too_early(limit))
            return
        self.given, self.given_rules = limit, True
        self._note(on, "given", count_words.given_limit(limit))

    def take(self, act: Act) -> None:
        """Let one act move the clock, or refuse it."""
        try:
            if act.kind != "suspend" and act.on < self.received_on:
                self._refuse(
                    InvalidData(
                        "El acto lleva fecha {on:%d/%m/%Y}, anterior a la recepción del "
                        "{received:%d/%m/%Y}: corrija la fecha.",
                        field="on",
                        on=act.on,
                        received=self.received_on,
                    )
                )
            if self.answered_on is not None and act.kind in ("clarify", "cost", "extend"):
                raise self._refusal(
                    NotNow(
                        "El asunto se respondió el {on:%d/%m/%Y}: después ya nada mueve el plazo.",
                        on=self.answered_on,
                    )
                )
            _TAKERS[act.kind](self, act)
        except _IgnoredError:
            words = count_words.without_effect(act.kind)
            self._note(act.on, act.kind, words, moves=False)

    def _clarify(self, act: Act) -> None:
        if self.asked:
            raise self._refusal(NotNow("Ya se previno una vez: no se puede prevenir de nuevo."))
        self._must_run(phrase("prevenir"))
        self.asked = True
        term = self.law.clarification
        if term is None or term.effect not in ("interrupts", "pauses"):
            raise MissingData(
                "La tabla de plazos no dice si la prevención interrumpe o pausa este plazo: "
                "complete el renglón del desahogo.",
                field="effect",
            )
        last = self.limit
        if self.law.request is not None:
            own = self.calendar.add(self.received_on, self.law.request.days, self.term.matter)
            last = min(last, own)
        if act.on > last:
            self._late(act, count_words.late_clarification(last))
            return
        self._stop(act, term, phrase("Se notifica la prevención"))

    def _clarified(self, act: Act) -> None:
        on = act.on
        if self.term.official:
            on = self.calendar.on_or_after(on, self.term.matter)
        self._resume(act, "clarify", on, phrase("Se desahoga la prevención"), phrase("prevención"))

    def _cost(self, act: Act) -> None:
        self._must_run(phrase("notificar costos"))
        if act.on > self.limit:
            self._late(act, count_words.late_costs(self.limit))
            return
        self._stop(act, self.law.payment, phrase("Se notifican los costos"))

    def _paid(self, act: Act) -> None:
        self._resume(act, "cost", act.on, phrase("Se acredita el pago"), phrase("aviso de costos"))

    def _extend(self, act: Act) -> None:
        term = self.law.extension
        if term is None or term.unit != self.term.unit:
            raise self._refusal(NotNow("La ley no prevé ampliación para este plazo."))
        if self.extended:
            raise self._refusal(NotNow("El plazo ya se amplió: solo puede ampliarse una vez."))
        self._must_run(phrase("ampliar el plazo"))
        last = self.given if self.given_rules and self.given is not None else self.base_end
        if act.on > last:
            self._refuse(
                NotNow(
                    "La ampliación debe notificarse a más tardar el {last:%d/%m/%Y}, último día "
                    "del plazo: el {on:%d/%m/%Y} ya no procede.",
                    last=last,
                    on=act.on,
                )
            )
        days = act.days or term.days
        if days > term.days:
            raise self._refusal(
                InvalidData(
                    "La ampliación puede ser de {most} días como máximo, no de {days}.",
                    field="days",
                    most=term.days,
                    days=days,
                )
            )
        self.extended, self.given_rules = True, False
        if term.unit == "months":
            days = (months_after(self.base_end, days) - self.base_end).days
        self.extension_total = self.extension_left = days
        self._settle()
        words = phrase("Se notifica la ampliación de {days} días", days=days)
        self._note(act.on, act.kind, words)

    def _suspend(self, act: Act) -> None:
        text = count_words.suspended_from(act.on, act.last_day)
        self._note(act.on, act.kind, text)

    def _given(self, act: Act) -> None:
        if act.until is None:
            raise InvalidData("Falta la fecha límite que da la plataforma.", field="until")
        self.give(act.until, act.on)

    def _answer(self, act: Act) -> None:
        if self.answered_on is None:  # a complementary answer does not replace the first
            self.answered_on = act.on
        self._note(act.on, act.kind, phrase("Se notifica la respuesta"), moves=False)

    # -- stopping and going on -------------------------------------------------------------------

    def _stop(self, act: Act, cause: Term | None, text: Phrase) -> None:
        """The clock stops when the notice takes effect; that day itself is used up.

        At least one day stays: a clock cannot end while it rests, so when the notice is given on
        the last day, that day is the one that stays.
        """
        effect_on = act.on
        if cause is not None:
            effect_on = notice_takes_effect(act.on, cause, self.calendar, act.on_paper)
        through = max(effect_on, self.anchor)
        in_base = self.base_left and (not self.extension_left or effect_on <= self.base_end)
        if in_base:
            used = min(self.days.elapsed(self.anchor, through), self.base_left)
            if used == self.base_left and not self.extension_left:
                used, through = used - 1, self.days.nth(self.anchor, used - 1)
            self._leg("base", self.anchor, through, used)
            self.base_left -= used
        else:
            start = self.anchor
            if self.base_left:
                self._leg("base", start, self.base_end, self.base_left)
                start, self.base_left = self.base_end, 0
            used = min(self.days.elapsed(start, through), self.extension_left)
            if used == self.extension_left:
                used, through = used - 1, self.days.nth(start, used - 1)
            self._leg("extension", start, through, used)
            self.extension_left -= used
        self.anchor = through
        self.given_rules = False
        self.rest = Rest(act.kind, effect_on, cause)
        self._note(act.on, act.kind, text, effect_on)

    def _resume(self, act: Act, kind: ActKind, on: dt.date, text: Phrase, missing: Phrase) -> None:
        rest = self.rest
        if rest is None or rest.kind != kind:
            if self.unmoved == kind:
                self.unmoved = None
                words = phrase("{act}; no mueve el plazo", act=text)
                self._note(act.on, act.kind, words, on, moves=False)
                return
            raise self._refusal(
                InvalidData("No hay {what} que se pueda tener por atendido.", what=missing)
            )
        last = self.rests_until
        if last is not None and on > last:
            self.warnings.append(count_words.after_their_term(text, last))
        on = max(on, rest.effect_on, self.anchor)
        interrupts = rest.cause is not None and rest.cause.effect == "interrupts"
        if interrupts:
            self.legs = [self._annulled(leg, rest.cause) for leg in self.legs]
            # the full term again; an extension already used stays used: its days stay with the term
            self.base_total = self.term.length_from(on)
            self.base_left, self.extension_left = self.base_total, self.extension_total
        self.legs.append(
            Leg(
                "interrupted" if interrupts else "paused",
                self.anchor,
                on,
                cause=rest.cause,
                note=phrase("en espera {what}", what=count_words.waits_for(rest.kind)),
            )
        )
        self.anchor = on
        if self.base_left == self.base_total:
            self.run_start = on
        self.rest, self.given_rules = None, False
        self._settle()
        if interrupts:
            text = phrase("{act}: el plazo completo corre de nuevo", act=text)
        self._note(act.on, act.kind, text, on)

    def _annulled(self, leg: Leg, cause: Term | None) -> Leg:
        if leg.phase not in COUNTING:
            return leg
        return Leg("void", leg.after, leg.through, leg.counted, leg.length, cause)

    def _leg(
        self, phase: Literal["base", "extension"], after: dt.date, through: dt.date, length: int
    ) -> None:
        if through <= after:
            return
        extending = phase == "extension"
        counted = self.base_total - self.base_left
        if extending:
            counted = self.base_total + self.extension_total - self.extension_left
        self.legs.append(
            Leg(
                phase,
                after,
                through,
                counted,
                length,
                self.law.extension if extending else None,
            )
        )

    # -- the end ---------------------------------------------------------------------------------

    def finish(self) -> None:
        """Lay the last stretches down and say what a reader of the date must know."""
        if self.rest is not None:
            self.given_rules = False  # no date rules while the clock rests
        else:
            start = self.anchor
            if self.base_left:
                self._leg("base", start, self.base_end, self.base_left)
                start = self.base_end
            if self.extension_left:
                self._leg("extension", start, self.end, self.extension_left)
        self._compare_given()
        if self.term.unit != "hours" and not self.given_rules:
            last = self.anchor if self.rest is not None else self.end
            if self.rests_until is not None:
                last = max(last, self.rests_until)
            self.warnings += (
                count_words.unlisted(year)
                for year in self.calendar.unlisted_years(self.received_on, last)
            )

    def _compare_given(self) -> None:
        """Both dates always show where they differ, whichever of them rules."""
        if self.given is None or (self.rest is None and self.given == self.end):
            return
        own = None if self.rest is not None else self.end
        self.warnings.append(
            count_words.given_differs(self.given, own, given_rules=self.given_rules)
        )

    @property
    def used(self) -> int:
        """Days of the term used up at the last stop."""
        return self.base_total - self.base_left + self.extension_total - self.extension_left

    @property
    def first_day(self) -> dt.date:
        """The day numbered 1 of the present run."""
        return self.days.nth(self.run_start, 1)

    @property
    def rests_until(self) -> dt.date | None:
        """The last day of the person's term while the clock rests, where the law gives one."""
        if self.rest is None or self.rest.cause is None:
            return None
        theirs, effect_on = self.rest.cause, self.rest.effect_on
        if theirs.unit == "business":
            return self.calendar.add(effect_on, theirs.days, self.term.matter)
        end = effect_on + dt.timedelta(days=theirs.length_from(effect_on))
        return self.calendar.on_or_after(end, self.term.matter)

    # -- saying no, and noting -------------------------------------------------------------------

    def _must_run(self, to_do: Phrase) -> None:
        if self.rest is not None:
            raise self._refusal(
                NotNow(
                    "El plazo está detenido en espera {what}: por ahora no procede {act}.",
                    what=count_words.waits_for(self.rest.kind),
                    act=to_do,
                )
            )

    def _refuse(self, error: DomainError) -> None:
        """Refuse; an act already on record keeps its effect, and the sentence becomes a warning."""
        if self.strict:
            raise error
        self.warnings.append(error.words)

    def _refusal(self, error: DomainError) -> Exception:
        """What to raise; an act already on record that can have no effect is passed over."""
        self._refuse(error)
        return _IgnoredError()

    def _late(self, act: Act, text: Phrase) -> None:
        """Recorded and warned; the clock does not mind it, nor what answers it."""
        self.unmoved = act.kind
        self.warnings.append(phrase("{act}; no mueve el plazo.", act=text))
        self._note(act.on, act.kind, text, moves=False)

    def _note(
        self,
        on: dt.date | None,
        kind: ActKind,
        text: Phrase,
        effect_on: dt.date | None = None,
        *,
        moves: bool = True,
    ) -> None:
        day = on or self.received_on
        self.events.append(EventLine(day, kind, text, effect_on or day, moves))


class _IgnoredError(Exception):
    """An act on record that can have no effect: never leaves this module."""


_TAKERS: Mapping[ActKind, Callable[[Run, Act], None]] = {
    "clarify": Run._clarify,
    "clarified": Run._clarified,
    "cost": Run._cost,
    "paid": Run._paid,
    "extend": Run._extend,
    "suspend": Run._suspend,
    "answer": Run._answer,
    "given": Run._given,
}
