"""The governing clock of a case as its card shows it, and the smaller terms beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import url_for

from caseflow.documents.spanish_dates import with_weekday
from caseflow.domain.clock import Count, DayLine, days_left
from caseflow.domain.deadlines import count_of
from caseflow.domain.errors import DomainError
from caseflow.domain.facts import CaseFacts, DeadlineFacts
from caseflow.domain.instants import local
from caseflow.domain.lights import Light, light_of
from caseflow.domain.vocabulary import Basis, DeadlineState, Step, spanish
from caseflow.queries.history import digits
from caseflow.web.pending_dates import PENDING, pending_dates
from caseflow.web.sessions import rules, today
from caseflow.web.words import _


@dataclass(frozen=True, slots=True)
class BarDay:
    number: int
    extension: bool
    done: bool
    today: bool
    last: bool


@dataclass(frozen=True, slots=True)
class Bar:
    summary: str
    days: tuple[BarDay, ...]
    captions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """A term that runs beside the governing one: until when, and a light where it is ours."""

    title: str
    when: str
    sem: Light | None


@dataclass(frozen=True, slots=True)
class Clock:
    """The card. ``beside``: terms that somebody owes now; ``others`` are all that do not govern,
    (step, date or state)."""

    title: str
    when: str
    note: str
    bar: Bar | None
    facts: tuple[str, ...]
    why: str
    warnings: tuple[str, ...]
    beside: tuple[Beside, ...]
    others: tuple[tuple[str, str], ...]


def sentence_date(day: dt.date) -> str:
    """``Martes 24 de noviembre de 2026``, as a heading writes it."""
    return _(with_weekday(day).as_a_title())


def clock_of(case: CaseFacts) -> Clock | None:
    """The clock by which the case is judged now; none where no term was ever opened."""
    governing = case.governing()
    if governing is None:
        return None
    comply = case.running(Step.COMPLY)
    shown = comply if case.live and not governing.live and comply is not None else governing
    counted = _count(case, shown)
    lines = counted.explain().counted if counted is not None else ()
    return Clock(
        title=_(spanish(Basis(shown.basis))),
        when=_when(shown),
        note=_note(case, shown, counted, lines),
        bar=_bar(lines) if lines and shown.live and shown.due_on else None,
        facts=tuple(_facts(shown, counted, lines)),
        why=url_for("deadline.show", ref=case.ref, n=None if shown.governing else shown.number),
        warnings=(
            *((_(PENDING),) if pending_dates([case.id]) else ()),
            *(counted.warnings if counted is not None else ()),
        ),
        beside=tuple(_beside(case)),
        others=tuple(_other(d) for d in case.deadlines.values() if d.number != shown.number),
    )


#: Terms that run beside the governing one: what the person owes, and what we owe the person.
_BESIDE = (Step.PERSON_ANSWERS, Step.PAY, Step.MAKE_EFFECTIVE)


def _beside(case: CaseFacts) -> Iterable[Beside]:
    for step in _BESIDE:
        running = case.running(step)
        if running is None or running.due_on is None:
            continue
        ours = step is Step.MAKE_EFFECTIVE
        yield Beside(
            _(spanish(step)),
            _("hasta el {day}").format(day=digits(running.due_on)),
            light_of(running.due_on, False, True, today(), rules().calendar, case.kind)
            if ours
            else None,
        )


def _count(case: CaseFacts, deadline: DeadlineFacts) -> Count | None:
    """Its count; none where the law pack no longer holds the term, or it runs in hours."""
    if deadline.expires_at is not None:
        return None
    try:
        return count_of(rules().clockwork(today()), deadline, law_on=case.received_on)
    except (DomainError, LookupError):
        return None


def _when(deadline: DeadlineFacts) -> str:
    if deadline.state == DeadlineState.PAUSED:
        return _("En pausa")
    if deadline.due_on is None:
        return _("Sin fecha")
    return sentence_date(deadline.due_on)


def _note(
    case: CaseFacts, deadline: DeadlineFacts, counted: Count | None, lines: Sequence[DayLine]
) -> str:
    received = _("recepción oficial {day}").format(day=digits(deadline.received_on))
    if deadline.state == DeadlineState.MET and deadline.met_on and deadline.due_on:
        if deadline.met_on <= deadline.due_on:
            return _("Cumplido a tiempo el {day}").format(day=digits(deadline.met_on))
        late = -days_left(deadline.due_on, deadline.met_on, rules().calendar, case.kind)
        return _("Cumplido el {day}, con {n} d háb. de retraso").format(
            day=digits(deadline.met_on), n=late
        )
    if deadline.state == DeadlineState.ENDED:
        return _("El plazo dejó de correr · {received}").format(received=received)
    if deadline.state == DeadlineState.PAUSED:
        rests = counted.rests_until if counted is not None else None
        if rests is None:
            return _("En espera de la persona · {received}").format(received=received)
        return _("La persona tiene hasta el {day} · {received}").format(
            day=digits(rests), received=received
        )
    if counted is None:
        return received
    now = today()
    done = sum(line.on <= now for line in lines)
    if deadline.due_on is not None and today() > deadline.due_on:
        return _("Los {n} días hábiles ya corrieron · {received}").format(
            n=counted.total, received=received
        )
    if done == 0:
        return _("Todavía no empieza a contar · {received}").format(received=received)
    return _("Hoy es el día {day} de {n} hábiles · {received}").format(
        day=done, n=counted.total, received=received
    )


def _bar(lines: Sequence[DayLine]) -> Bar:
    now = today()
    current = max((line.number or 0 for line in lines if line.on <= now), default=0)
    days = tuple(
        BarDay(
            number=line.number or 0,
            extension=line.phase == "extension",
            done=line.on < now,
            today=line.number == current and now <= lines[-1].on,
            last=line is lines[-1],
        )
        for line in lines
    )
    return Bar(_summary(lines, current), days, tuple(_captions(lines)))


def _summary(lines: Sequence[DayLine], current: int) -> str:
    base = [line for line in lines if line.phase != "extension"]
    text = _("Día {day} de {n} hábiles.").format(day=current, n=len(lines))
    if len(base) < len(lines):
        return (
            text
            + " "
            + _(
                "Los días 1 a {base} son el plazo base; los demás, la ampliación, hasta el {day}."
            ).format(base=len(base), day=digits(lines[-1].on))
        )
    return text + " " + _("El último es el {day}.").format(day=digits(lines[-1].on))


def _captions(lines: Sequence[DayLine]) -> Iterable[str]:
    yield f"{lines[0].on:%d/%m}"
    extension = next((line for line in lines if line.phase == "extension"), None)
    if extension is not None:
        yield _("{day} · ampliación").format(day=f"{extension.on:%d/%m}")
    yield f"{lines[-1].on:%d/%m}"


def _facts(
    deadline: DeadlineFacts, counted: Count | None, lines: Sequence[DayLine]
) -> Iterable[str]:
    if counted is None:
        return
    base = counted.total - sum(line.phase == "extension" for line in lines)
    if counted.extended:
        yield _("Base: {base} d háb. · ampliación: {more} d háb.").format(
            base=base, more=counted.total - base
        )
    else:
        yield _("Plazo de {n} d háb.").format(n=counted.total)
    if deadline.given_on is not None and counted.own_due_on is not None:
        same = deadline.given_on == counted.own_due_on
        text = (
            _("Fecha de la plataforma: {day}, coincide")
            if same
            else _("Fecha de la plataforma: {day}; cómputo propio: {own}")
        )
        yield text.format(day=digits(deadline.given_on), own=digits(counted.own_due_on))


#: Internal targets of the office, which are never the clock by which a case is judged.
_TARGETS = frozenset({Step.ACCEPT, Step.FIRST_ANSWER})


def term_word(deadline: DeadlineFacts) -> str:
    """What a term is called; an internal target says that it is one."""
    step = _(spanish(Step(deadline.step)))
    if deadline.step in _TARGETS:
        return _("{step} (meta interna)").format(step=step)
    return step


def _other(deadline: DeadlineFacts) -> tuple[str, str]:
    step = term_word(deadline)
    if deadline.governing:
        step = _("{step} (ronda {n})").format(step=step, n=deadline.round)
    day = (
        f"{local(deadline.expires_at):%d/%m/%Y %H:%M}"
        if deadline.expires_at is not None
        else digits(deadline.due_on)
    )
    state = _(spanish(DeadlineState(deadline.state))).lower()
    if deadline.met_on is not None:
        state = _("cumplido el {day}").format(day=digits(deadline.met_on))
    return step, f"{day} · {state}" if day else state
