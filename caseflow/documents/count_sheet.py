"""A count as people read it: headline, stages, days, weeks, rules and what moved the date.

One sheet for the page, the certificate and the CSV, so that they cannot disagree. ``word`` turns a
Spanish phrase into the reader's language; papers are Spanish and leave it as it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from caseflow.documents.spanish_dates import in_digits, weekday, with_weekday
from caseflow.domain.calendar import Calendar
from caseflow.domain.clock import Count, DayLine, Explanation
from caseflow.domain.deadlines import Clockwork, count_of
from caseflow.domain.facts import CaseFacts, DeadlineFacts
from caseflow.domain.instants import local
from caseflow.domain.phrases import N_
from caseflow.domain.terms import Term
from caseflow.domain.vocabulary import Basis, DeadlineState, Step, spanish
from caseflow.domain.whatif import WhatIf, what_ifs

Word = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Stage:
    """One step on the way to the date. ``kind``: '' | 'extension' | 'last'."""

    label: str
    date: str
    note: str | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule that made the date, with its source and the mark of how sure it is (T, S, R, I)."""

    name: str
    value: str
    source: str
    mark: str


@dataclass(frozen=True, slots=True)
class CountSheet:
    """Everything that is said of one deadline. ``told`` holds the days; ``moved`` what moved it.

    ``filed`` is the local instant or day of the filing, none for a term that an act began.
    """

    case: CaseFacts
    deadline: DeadlineFacts
    calendar: Calendar
    counted: Count
    told: Explanation
    filed: dt.datetime | dt.date | None
    title: str
    text: str
    step: str
    basis: str
    stages: tuple[Stage, ...]
    rules: tuple[RuleRow, ...]
    moved: tuple[tuple[str, str], ...]
    follows: tuple[str, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        return self.counted.warnings

    @property
    def rectified(self) -> bool:
        """Whether a later list gave a finished term another last day, kept beside the old one."""
        return self.deadline.due_on_rectified is not None


def count_sheet(
    case: CaseFacts, deadline: DeadlineFacts, clockwork: Clockwork, word: Word = str
) -> CountSheet:
    """The sheet of one deadline of a case, counted again from its inputs.

    Raises ``LookupError`` where the law pack no longer holds the term.
    """
    counted = count_of(clockwork, deadline, law_on=case.received_on)
    filed: dt.datetime | dt.date | None = None
    if deadline.governing and deadline.round == 1:
        moment = local(case.filed_at)
        filed = moment if case.filed_has_hour else moment.date()
    told = counted.explain(filed)
    return CountSheet(
        case=case,
        deadline=deadline,
        calendar=clockwork.calendar,
        counted=counted,
        told=told,
        filed=filed,
        title=_title(deadline, clockwork.today, word),
        text=_text(deadline, counted, told, filed, word),
        step=word(spanish(Step(deadline.step))),
        basis=word(spanish(Basis(deadline.basis))),
        stages=tuple(_stages(deadline, told, filed, word)),
        rules=tuple(_rules(clockwork, deadline, counted, case.received_on, word)),
        moved=tuple(_moved(clockwork, deadline, counted, filed, word)),
        follows=tuple(_follows(case, deadline, counted, clockwork, word)),
    )


def short_day(day: dt.date, word: Word = str) -> str:
    """``mar 24/11/2026``."""
    return f"{word(weekday(day))[:3]} {in_digits(day)}"


def _title(deadline: DeadlineFacts, today: dt.date, word: Word) -> str:
    if deadline.state == DeadlineState.PAUSED:
        return word("El plazo está en pausa")
    if deadline.due_on is None:
        return word("El plazo no tiene fecha")
    if not deadline.live:
        text = word("Vencía el {day}")
    elif deadline.due_on < today:
        text = word("Venció el {day}")
    else:
        text = word("Vence el {day}")
    return text.format(day=word(with_weekday(deadline.due_on)))


def _text(
    deadline: DeadlineFacts,
    counted: Count,
    told: Explanation,
    filed: dt.datetime | dt.date | None,
    word: Word,
) -> str:
    parts = [_received(deadline, counted, filed, word)]
    base, more = _base_and_extension(told)
    unit = word(_UNITS[counted.story.term.unit])
    if base:
        parts.append(
            word("Los {n} {unit} corrieron del {first} al {last}.").format(
                n=len(base), unit=unit, first=in_digits(base[0].on), last=in_digits(base[-1].on)
            )
        )
    if more:
        parts.append(
            word("La ampliación sumó {n}, hasta el {last}.").format(
                n=len(more), last=in_digits(more[-1].on)
            )
        )
    if deadline.given_on is not None and counted.given_applied:
        parts.append(
            word("Rige la fecha que dio la plataforma, {day}.").format(
                day=in_digits(deadline.given_on)
            )
        )
    if deadline.due_on is not None:
        parts.append(word("El plazo concluye al terminar ese día."))
    return " ".join(parts)


_UNITS = {"business": N_("días hábiles"), "calendar": N_("días naturales"), "hours": N_("días")}


def _received(
    deadline: DeadlineFacts,
    counted: Count,
    filed: dt.datetime | dt.date | None,
    word: Word,
) -> str:
    received = in_digits(deadline.received_on)
    if filed is None:
        return word("Se cuenta desde el {day}.").format(day=received)
    day = filed.date() if isinstance(filed, dt.datetime) else filed
    if not isinstance(filed, dt.datetime) or day == deadline.received_on:
        return word("Se tuvo por recibida el {day}.").format(day=received)
    cutoff = counted.story.term.cutoff
    if cutoff is not None and filed.time() > cutoff:
        text = word(
            "Se presentó el {filed} a las {hour}, después del corte de las {cutoff}, y se tuvo "
            "por recibida el {day}."
        )
        return text.format(
            filed=in_digits(day), hour=f"{filed:%H:%M} h", cutoff=f"{cutoff:%H:%M} h", day=received
        )
    return word("Se presentó el {filed} y se tuvo por recibida el {day}.").format(
        filed=in_digits(day), day=received
    )


def _base_and_extension(told: Explanation) -> tuple[list[DayLine], list[DayLine]]:
    base = [line for line in told.counted if line.phase != "extension"]
    return base, [line for line in told.counted if line.phase == "extension"]


def _stages(
    deadline: DeadlineFacts,
    told: Explanation,
    filed: dt.datetime | dt.date | None,
    word: Word,
) -> Iterator[Stage]:
    if filed is not None:
        hour = f"{filed:%H:%M} h" if isinstance(filed, dt.datetime) else word("sin hora")
        yield Stage(word("Presentada"), short_day(filed, word), hour)
    began = word("Recepción oficial") if deadline.governing else word("Empieza con el acto del")
    yield Stage(began, short_day(deadline.received_on, word))
    if told.counted:
        first = told.counted[0].on
        yield Stage(word("Primer día contado"), short_day(first, word), word("día hábil siguiente"))
    base, more = _base_and_extension(told)
    if more and base:
        of_all = word("día {n} de {n}").format(n=len(base))
        yield Stage(word("Fin del plazo base"), short_day(base[-1].on, word), of_all)
        added = word("+ {n} días hábiles").format(n=len(more))
        yield Stage(word("Ampliación"), added, None, "extension")
    if deadline.due_on is not None:
        of_all = word("día {n} de {n}").format(n=len(told.counted))
        yield Stage(word("Último día"), short_day(deadline.due_on, word), of_all, "last")


# ── The rules that made the date ─────────────────────────────────────────────────────────────────


def _rules(
    clockwork: Clockwork,
    deadline: DeadlineFacts,
    counted: Count,
    law_on: dt.date,
    word: Word,
) -> Iterator[RuleRow]:
    term = counted.story.term
    yield _rule(term, word)
    if term.cutoff is not None:
        hour = f"{term.cutoff:%H:%M} h"
        yield RuleRow(word("Hora de corte"), hour, term.legal_source, term.mark)
    law = clockwork.terms.companions(deadline.matter, law_on)
    moved = {act["kind"] for act in deadline.acts}
    for kinds, companion in (
        ({"extend"}, law.extension),
        ({"clarify", "clarified"}, law.clarification),
        ({"cost", "paid"}, law.payment),
    ):
        if kinds & moved and companion is not None:
            yield _rule(companion, word)
    for line in counted.explain().skipped:
        if line.on.weekday() < 5 and line.phase in ("base", "extension") and line.source:
            yield RuleRow(line.reason, short_day(line.on, word), line.source, line.mark)


def _rule(term: Term, word: Word) -> RuleRow:
    name = word(spanish(Step(term.step)))
    return RuleRow(name, term_length(term, word), term.legal_source, term.mark)


def term_length(term: Term, word: Word = str) -> str:
    """``9 días hábiles``, in the unit of the term."""
    if term.unit == "hours":
        return word("{n} horas").format(n=term.days)
    if term.unit == "months":
        return (word("{n} mes") if term.days == 1 else word("{n} meses")).format(n=term.days)
    unit = word("{n} días hábiles") if term.unit == "business" else word("{n} días naturales")
    return unit.format(n=term.days)


# ── What moved it, and what follows ──────────────────────────────────────────────────────────────


def _moved(
    clockwork: Clockwork,
    deadline: DeadlineFacts,
    counted: Count,
    filed: dt.datetime | dt.date | None,
    word: Word,
) -> Iterator[tuple[str, str]]:
    for found in what_ifs(clockwork, deadline, counted, filed):
        ends = in_digits(found.due_on) if found.due_on else word("en pausa")
        yield _without(found, word), ends
    given = deadline.given_on
    if given is not None:
        same = given == counted.own_due_on
        verdict = word("{day}, coincide") if same else word("{day}, difiere del cómputo")
        yield word("Fecha límite en el listado"), verdict.format(day=in_digits(given))


def _without(found: WhatIf, word: Word) -> str:
    if found.act is not None:
        return word(_WITHOUT[found.act])
    if found.cutoff is not None:
        text = word("De haberse presentado antes de las {hour}")
        return text.format(hour=f"{found.cutoff:%H:%M} h")
    if found.number > 1:
        return word("Si los {n} días inhábiles de la cuenta fueran hábiles").format(n=found.number)
    day = found.day or dt.date.min
    return word("Si el {day} fuera hábil").format(day=word(with_weekday(day)))


_WITHOUT = {
    "extend": N_("Sin la ampliación"),
    "clarify": N_("Sin la prevención"),
    "cost": N_("Sin la espera del pago"),
    "suspend": N_("Sin la suspensión de plazos"),
}


def _follows(
    case: CaseFacts,
    deadline: DeadlineFacts,
    counted: Count,
    clockwork: Clockwork,
    word: Word,
) -> Iterator[str]:
    if deadline.due_on_rectified is not None:
        yield word("Con la lista publicada después vencía el {day}: así se juzga.").format(
            day=in_digits(deadline.due_on_rectified)
        )
    if deadline.state == DeadlineState.MET and deadline.met_on is not None:
        ruling = deadline.due_on_rectified or deadline.due_on
        late = ruling is not None and deadline.met_on > ruling
        text = (
            word("Se cumplió fuera de plazo, el {day}.")
            if late
            else word("Se cumplió en plazo, el {day}.")
        )
        yield text.format(day=in_digits(deadline.met_on))
    elif deadline.state == DeadlineState.PAUSED and counted.rests_until is not None:
        text = word("La persona tiene hasta el {day}; con su respuesta el plazo vuelve a correr.")
        yield text.format(day=word(with_weekday(counted.rests_until)))
    elif deadline.governing and case.under_transparency and deadline.due_on is not None:
        yield from _appeal(case, deadline.due_on, clockwork, word)


def _appeal(case: CaseFacts, due_on: dt.date, clockwork: Clockwork, word: Word) -> Iterator[str]:
    term = clockwork.term(case.kind, Step.APPEAL, case.received_on)
    if term is None or term.unit != "business":
        return
    last = clockwork.calendar.add(due_on, term.days, case.kind)
    text = word(
        "Si se responde el {due}, la persona puede interponer recurso de revisión hasta el "
        "{day}: {length}, con las listas cargadas."
    )
    yield text.format(
        due=in_digits(due_on), day=word(with_weekday(last)), length=term_length(term, word)
    )
