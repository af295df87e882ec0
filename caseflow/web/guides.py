"""The guide beside the form of an act: what the law asks, until when, and what it will do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask import url_for

from caseflow.domain.clock import Term
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.facts import CaseFacts
from caseflow.domain.lights import Light, light_of
from caseflow.domain.limits import FROM_RECEPTION, FULFILS, last_day, rule_of
from caseflow.domain.vocabulary import CaseState, Mark, Step, spanish
from caseflow.packs import ActRow, load_acts
from caseflow.queries.history import digits
from caseflow.web.sessions import rules, today
from caseflow.web.words import _, lazy_gettext, ngettext

#: The only act that is refused when it comes late; the others are recorded with a warning.
_REFUSED_LATE = frozenset({"extend"})
#: What the last day of an act is called where "último día" would mislead.
_LAST_WORDS = {
    "receive_clarification": lazy_gettext("Último día de la persona"),
    "record_payment": lazy_gettext("Último día de la persona"),
    "lapse": lazy_gettext("Último día de la persona"),
    "extend": lazy_gettext("Fin del plazo original"),
    "answer": lazy_gettext("Vence el plazo"),
    "notify_cost": lazy_gettext("Vence el plazo"),
}


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One box of the way to the last day."""

    label: str
    date: str
    note: str | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Guide:
    """``source`` and ``mark`` say where it comes from and how sure it is; ``late`` is what a late
    act does, where its last day has passed; ``title`` where it is not the law that asks."""

    asks: tuple[str, ...]
    source: str
    mark: str
    steps: tuple[GuideStep, ...]
    light: Light | None
    late: str
    why: str
    title: str = ""


@lru_cache(maxsize=4)
def _acts(name: str) -> Mapping[tuple[str, str], ActRow]:
    return load_acts(name)


def asked(kind: str, action: str) -> ActRow | None:
    """What the law of this office asks of an act of a matter; none where it asks nothing."""
    name = rules().office.law_version.split(" ")[0]
    return _acts(name).get((kind, action)) if name else None


def guide_of(case: CaseFacts, action: str) -> Guide | None:
    """The guide of an act of a case; none where the law asks nothing of it."""
    row = asked(case.kind, action)
    if row is None:
        return None
    clockwork = rules().clockwork(today())
    step = rule_of(case, action)
    term = clockwork.term(case.kind, step, case.received_on) if step is not None else None
    last = _last(case, action, clockwork)
    shown = last if case.live or action in FULFILS else None
    own = row.mark is Mark.INFERRED
    running = case.running(FULFILS[action]) if action in FULFILS else None
    return Guide(
        title=_("Cómo se hace") if own else "",
        asks=tuple(_(text) for text in row.asks),
        source=_(row.source) if row.source else (term.legal_source if term is not None else ""),
        mark=row.mark.value if row.mark is not None else (term.mark if term is not None else ""),
        steps=tuple(_steps(case, action, step, term, last)),
        light=_light(case, action, shown),
        late=_late(action, shown),
        why=_why(case, running.number if running is not None else None),
    )


def _why(case: CaseFacts, number: int | None) -> str:
    """Where the count behind the last day is explained."""
    if number is None and case.governing() is None:
        return ""
    return url_for("deadline.show", ref=case.ref, n=number)


def _last(case: CaseFacts, action: str, clockwork: Clockwork) -> dt.date | None:
    if action != "lapse":
        return last_day(case, action, clockwork)
    step = Step.PERSON_ANSWERS if case.state == CaseState.CLARIFICATION else Step.PAY
    running = case.running(step)
    return running.due_on if running is not None else None


def _light(case: CaseFacts, action: str, last: dt.date | None) -> Light | None:
    if last is None or action == "lapse":
        return None
    return light_of(last, False, True, today(), rules().calendar, case.kind)


def _late(action: str, last: dt.date | None) -> str:
    """What the law does to an act after its last day; empty while there is time."""
    if last is None or today() <= last or action == "lapse":
        return ""
    if action in _REFUSED_LATE:
        return _("Su último día ya pasó: sólo procede si se notificó a más tardar ese día.")
    return _("Su último día ya pasó: con fecha posterior queda registrado como extemporáneo.")


def _steps(
    case: CaseFacts, action: str, step: Step | None, term: Term | None, last: dt.date | None
) -> Iterator[GuideStep]:
    """From where the count starts, by how much, to which day."""
    if last is None:
        return
    started = _started(case, action)
    if started is not None:
        yield started
    if term is not None and step is not None:
        note = _("se suman al plazo original") if action == "extend" else None
        yield GuideStep(_(spanish(step)), length_of(term), note)
    label = _LAST_WORDS.get(action)
    yield GuideStep(
        str(label) if label is not None else _("Último día"), digits(last), None, "last"
    )


def _started(case: CaseFacts, action: str) -> GuideStep | None:
    """The day zero of the count."""
    if action in FROM_RECEPTION or action in ("answer", "extend", "notify_cost"):
        governing = case.governing()
        on = case.received_on
        if action not in FROM_RECEPTION and governing is not None:
            on = governing.received_on
        return GuideStep(_("Recepción oficial"), digits(on))
    step = FULFILS.get(action)
    if action == "lapse":
        step = Step.PERSON_ANSWERS if case.state == CaseState.CLARIFICATION else Step.PAY
    running = case.running(step) if step is not None else None
    if running is None:
        return None
    word = {
        Step.MAKE_EFFECTIVE: _("Respuesta notificada"),
        Step.PAY: _("Costos notificados"),
        Step.FIRST_ANSWER: _("Turno aceptado"),
    }.get(Step(running.step), _("Prevención notificada"))
    note = _("en papel: surte efecto después") if running.on_paper else None
    return GuideStep(word, digits(running.received_on), note)


def length_of(term: Term) -> str:
    """How long a term is, in words."""
    if term.unit == "hours":
        return ngettext("%(num)d hora", "%(num)d horas", term.days)
    if term.unit == "months":
        return ngettext("%(num)d mes", "%(num)d meses", term.days)
    if term.unit == "calendar":
        return ngettext("%(num)d día natural", "%(num)d días naturales", term.days)
    return ngettext("%(num)d día hábil", "%(num)d días hábiles", term.days)
