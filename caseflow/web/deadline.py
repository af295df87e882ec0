"""«¿Por qué vence este día?»: the count of a deadline, day by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from caseflow.domain.clock import Count, DayLine, Explanation
from caseflow.domain.deadlines import count_of
from caseflow.domain.errors import NotFound
from caseflow.domain.facts import CaseFacts, DeadlineFacts
from caseflow.domain.instants import local
from caseflow.domain.terms import Term
from caseflow.domain.vocabulary import Basis, DeadlineState, Step, spanish
from caseflow.queries.history import digits
from caseflow.web.case_view import case_light
from caseflow.web.cases import case_or_404
from caseflow.web.clock_view import sentence_date
from caseflow.web.sessions import rules, signed_in_actor, today
from caseflow.web.words import _

bp = Blueprint("deadline", __name__)

_DAYS = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")
_MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
#: Beyond this many weeks the strip says less than the table.
MOST_WEEKS = 26


@dataclass(frozen=True, slots=True)
class Stage:
    label: str
    date: str
    note: str | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class DayRow:
    date: str
    count: int | None
    reason: str
    source: str
    extension: bool
    last: bool


@dataclass(frozen=True, slots=True)
class CalendarDay:
    iso: str
    number: int
    kind: str
    count: int | None
    title: str | None
    text: str | None
    icon: str | None
    today: bool


@dataclass(frozen=True, slots=True)
class Week:
    month: str
    month_shown: bool
    days: tuple[CalendarDay, ...]


@dataclass(frozen=True, slots=True)
class RuleRow:
    name: str
    value: str
    source: str
    mark: str


@bp.get("/casos/<ref>/plazo")
def show(ref: str) -> ResponseReturnValue:
    """The governing deadline of a case, or another of its terms by number (``n``)."""
    actor = signed_in_actor()
    case = case_or_404(ref, actor)
    deadline = _chosen(case)
    counted = count_of(rules().clockwork(today()), deadline)
    filed = None
    if deadline.governing and deadline.round == 1:
        filed = local(case.filed_at) if case.filed_has_hour else local(case.filed_at).date()
    told = counted.explain(filed)
    return render_template(
        "cases/deadline.html",
        case=case,
        deadline=deadline,
        light=case_light(case) if deadline.governing else None,
        title=_title(deadline),
        text=_text(deadline, counted, told),
        step=_(spanish(Step(deadline.step))),
        basis=_(spanish(Basis(deadline.basis))),
        steps=tuple(_steps(case, deadline, counted, told)),
        days=tuple(_rows(told)),
        counted=len(told.counted),
        weeks=tuple(_weeks(told)),
        rules=tuple(_rules(deadline, counted)),
        warnings=counted.warnings,
        others=tuple(
            (d.number, _(spanish(Step(d.step))), digits(d.due_on))
            for d in case.deadlines.values()
            if d.number != deadline.number and d.expires_at is None
        ),
    )


def _chosen(case: CaseFacts) -> DeadlineFacts:
    number = request.args.get("n", type=int)
    deadline = case.governing() if number is None else case.deadlines.get(number)
    if deadline is None or deadline.expires_at is not None:
        raise NotFound("Este asunto no tiene ese plazo.")
    return deadline


def _title(deadline: DeadlineFacts) -> str:
    if deadline.state == DeadlineState.PAUSED:
        return _("El plazo está en pausa")
    if deadline.due_on is None:
        return _("El plazo no tiene fecha")
    day = sentence_date(deadline.due_on)
    day = day[:1].lower() + day[1:]
    if not deadline.live:
        return _("Vencía el {day}").format(day=day)
    if deadline.due_on < today():
        return _("Venció el {day}").format(day=day)
    return _("Vence el {day}").format(day=day)


def _text(deadline: DeadlineFacts, counted: Count, told: Explanation) -> str:
    parts = []
    base = [line for line in told.counted if line.phase != "extension"]
    more = len(told.counted) - len(base)
    parts.append(_("Se tuvo por recibida el {day}.").format(day=digits(deadline.received_on)))
    if base:
        parts.append(
            _("Los {n} días hábiles corrieron del {first} al {last}.").format(
                n=len(base), first=digits(base[0].on), last=digits(base[-1].on)
            )
        )
    if more:
        parts.append(
            _("La ampliación sumó {n}, hasta el {last}.").format(
                n=more, last=digits(told.counted[-1].on)
            )
        )
    if deadline.given_on is not None and counted.given_applied:
        parts.append(
            _("Rige la fecha que dio la plataforma, {day}.").format(day=digits(deadline.given_on))
        )
    if deadline.due_on is not None:
        parts.append(_("El plazo concluye al terminar ese día."))
    return " ".join(parts)


def _short(day: dt.date) -> str:
    return f"{_DAYS[day.weekday()]} {day:%d/%m/%Y}"


def _steps(
    case: CaseFacts, deadline: DeadlineFacts, counted: Count, told: Explanation
) -> Iterable[Stage]:
    if deadline.governing and deadline.round == 1:
        filed = local(case.filed_at)
        yield Stage(
            _("Presentada"),
            _short(filed.date()),
            f"{filed:%H:%M} h" if case.filed_has_hour else _("sin hora"),
        )
    yield Stage(_("Recepción oficial"), _short(deadline.received_on))
    if told.counted:
        yield Stage(_("Primer día contado"), _short(told.counted[0].on), _("día hábil siguiente"))
    base = [line for line in told.counted if line.phase != "extension"]
    more = len(told.counted) - len(base)
    if more and base:
        yield Stage(
            _("Fin del plazo base"),
            _short(base[-1].on),
            _("día {n} de {n}").format(n=len(base)),
        )
        yield Stage(_("Ampliación"), _("+ {n} días hábiles").format(n=more), None, "extension")
    if deadline.due_on is not None:
        yield Stage(
            _("Último día"),
            _short(deadline.due_on),
            _("día {n} de {n}").format(n=len(told.counted)),
            "last",
        )


def _rows(told: Explanation) -> Iterable[DayRow]:
    for line in told.days:
        yield DayRow(
            _short(line.on),
            line.number if line.counted else None,
            line.reason,
            line.source,
            line.phase == "extension",
            line.counted and line.on == told.own_due_on,
        )


def _weeks(told: Explanation) -> Iterable[Week]:
    """The count as whole weeks from Monday to Sunday; nothing where it is too long for a strip."""
    if not told.days:
        return
    by_day = {line.on: line for line in told.days}
    first = told.days[0].on - dt.timedelta(days=told.days[0].on.weekday())
    last = told.days[-1].on
    if (last - first).days > 7 * MOST_WEEKS:
        return
    shown = ""
    while first <= last:
        days = [first + dt.timedelta(days=n) for n in range(7)]
        month = _MONTHS[max(days[0], told.days[0].on).month - 1]
        yield Week(month, month != shown, tuple(_cell(day, by_day, told) for day in days))
        shown = month
        first += dt.timedelta(days=7)


def _cell(day: dt.date, by_day: dict[dt.date, DayLine], told: Explanation) -> CalendarDay:
    line = by_day.get(day)
    now = day == today()
    if line is None:
        return CalendarDay(day.isoformat(), day.day, "outside", None, None, None, None, now)
    if line.counted:
        last = day == told.own_due_on
        kind = "last" if last else "extension" if line.phase == "extension" else "base"
        text = None if line.reason in ("Hábil", "Ampliación") else line.reason
        title = _("Vence") if last else None
        return CalendarDay(day.isoformat(), day.day, kind, line.number, title, text, None, now)
    if line.phase == "reception":
        return CalendarDay(day.isoformat(), day.day, "event", None, None, line.reason, "inbox", now)
    kind = "weekend" if day.weekday() >= 5 else "off"
    text = _("Fin de semana") if kind == "weekend" else line.reason
    title = _("Inhábil") if kind == "off" and line.phase in ("base", "extension") else None
    return CalendarDay(day.isoformat(), day.day, kind, None, title, text, None, now)


def _rules(deadline: DeadlineFacts, counted: Count) -> Iterable[RuleRow]:
    """The rows of the law pack that made the date, with their source and mark."""
    terms = rules().terms
    term = counted.story.term
    yield _rule(_(spanish(Step(term.step))), _length(term), term)
    if term.cutoff is not None:
        yield RuleRow(_("Hora de corte"), f"{term.cutoff:%H:%M} h", term.legal_source, term.mark)
    law = terms.companions(deadline.matter, deadline.received_on)
    moved = {act["kind"] for act in deadline.acts}
    for kinds, companion in (
        ({"extend"}, law.extension),
        ({"clarify", "clarified"}, law.clarification),
        ({"cost", "paid"}, law.payment),
    ):
        if kinds & moved and companion is not None:
            yield _rule(_(spanish(Step(companion.step))), _length(companion), companion)
    yield from _closed_days(counted.story.tell().skipped)


def _rule(name: str, value: str, term: Term) -> RuleRow:
    return RuleRow(name, value, term.legal_source, term.mark)


def _length(term: Term) -> str:
    if term.unit == "hours":
        return _("{n} horas").format(n=term.days)
    unit = _("{n} días hábiles") if term.unit == "business" else _("{n} días naturales")
    return unit.format(n=term.days)


def _closed_days(skipped: Sequence[DayLine]) -> Iterable[RuleRow]:
    for line in skipped:
        if line.on.weekday() < 5 and line.phase in ("base", "extension") and line.source:
            yield RuleRow(line.reason, _short(line.on), line.source, line.mark)
