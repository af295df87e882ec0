"""The appeals of a case laid out: the card on its page, and the page that shows them whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask import url_for

from caseflow.domain.appeals import (
    FIRST,
    MISTAKE,
    AppealOffer,
    appeal_offers,
    deadline_of,
    obliges,
    silence_window,
)
from caseflow.domain.clock import days_left
from caseflow.domain.errors import NotNow
from caseflow.domain.facts import AppealFacts, CaseFacts, DeadlineFacts
from caseflow.domain.lights import Light, light_of
from caseflow.domain.people import Actor
from caseflow.domain.phrases import N_
from caseflow.domain.vocabulary import AppealState, DeadlineState, Sense, Step, spanish
from caseflow.queries.case_page import CasePage
from caseflow.queries.history import digits
from caseflow.web.clock_view import sentence_date
from caseflow.web.errors import say
from caseflow.web.offers import Button, Buttons
from caseflow.web.sessions import rules, today
from caseflow.web.words import _

#: The likeliest act in each state.
_NEXT = {
    AppealState.ADMITTED: ("state",),
    AppealState.STATED: ("rule",),
    AppealState.RULED: ("comply", "end"),
}


@dataclass(frozen=True, slots=True)
class AppealClock:
    """One of the two terms of an appeal. ``sem`` only while it runs."""

    id: str
    title: str
    when: str
    note: str
    sem: Light | None
    why: str


@dataclass(frozen=True, slots=True)
class AppealText:
    """One text of an appeal, under its heading."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AppealView:
    """One appeal as the page shows it; ``next`` says what it waits for."""

    number: int
    file_number: str
    state: str
    done: bool
    next: str
    clocks: tuple[AppealClock, ...]
    facts: tuple[tuple[str, str], ...]
    texts: tuple[AppealText, ...]
    bar: tuple[Button, ...]
    more: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Appeals:
    """All appeals of a case for one reader. ``silence``: until when the silence can be appealed."""

    views: tuple[AppealView, ...]
    silence: str
    admit: Button | None
    href: str

    def __bool__(self) -> bool:
        return bool(self.views or self.silence)


NONE = Appeals((), "", None, "")


def appeals_of(page: CasePage, actor: Actor) -> Appeals:
    """What this reader sees of the appeals: who decides about the case, and control; else none."""
    case = page.case
    if not (case.under_transparency and page.sight.desk):
        return NONE
    offers = appeal_offers(case, actor)
    admit = next((_button(case, o, first=False) for o in offers if o.transition.action == FIRST),
                 None)  # fmt: skip
    views = tuple(
        _view(case, appeal, [o for o in offers if o.number == appeal.number])
        for appeal in sorted(case.appeals.values(), key=lambda a: (not a.open, -a.number))
    )
    return Appeals(views, _silence(case), admit, url_for("appeals.show", ref=case.ref))


def with_admission(made: Buttons, appeals: Appeals) -> Buttons:
    """The buttons of a case, with that of a new appeal among the rest."""
    if appeals.admit is None:
        return made
    return replace(made, more=(*made.more, appeals.admit))


def appeal_words(case: CaseFacts) -> str:
    """The open appeal of a case in a few words, for its chip; empty without one."""
    for appeal in case.open_appeals():
        return _("Con recurso: {state}").format(state=_(spanish(AppealState(appeal.state))).lower())
    return ""


def _silence(case: CaseFacts) -> str:
    window = silence_window(case, rules().clockwork(today()))
    if window is None or case.open_appeals():
        return ""
    first, last = window
    if last < today():
        text = _("La falta de respuesta pudo recurrirse del {first} al {last}.")
    else:
        text = _("La falta de respuesta puede recurrirse desde el {first} hasta el {last}.")
    return text.format(first=digits(first), last=digits(last))


def _view(case: CaseFacts, appeal: AppealFacts, offers: Iterable[AppealOffer]) -> AppealView:
    offers = [o for o in offers if o.transition.action != FIRST]
    likely = next(
        (
            name
            for name in _NEXT.get(AppealState(appeal.state), ())
            if any(o.enabled and o.transition.action == name for o in offers)
        ),
        "",
    )
    bar = [o for o in offers if o.transition.prominent and o.enabled]
    bar.sort(key=lambda o: o.transition.action != likely)
    return AppealView(
        number=appeal.number,
        file_number=appeal.file_number,
        state=_state(appeal),
        done=not appeal.open,
        next=_next(case, appeal),
        clocks=tuple(_clocks(case, appeal)),
        facts=tuple(_facts(appeal)),
        texts=tuple(_texts(appeal)),
        bar=tuple(_button(case, o, first=o.transition.action == likely) for o in bar),
        more=tuple(
            _button(case, o, first=False)
            for o in offers
            if not o.transition.prominent and o.enabled
        ),
    )


def _state(appeal: AppealFacts) -> str:
    if appeal.ending == MISTAKE:
        return _("Sin efecto")
    word = _(spanish(AppealState(appeal.state)))
    if appeal.state == AppealState.RULED and appeal.sense is not None:
        return f"{word}: {_(spanish(Sense(appeal.sense))).lower()}"
    return word


def _next(case: CaseFacts, appeal: AppealFacts) -> str:
    """What an open appeal waits for."""
    state = appeal.state
    if state == AppealState.ADMITTED:
        return _("Faltan las manifestaciones de la oficina.")
    if state == AppealState.STATED:
        return _("En espera de la resolución de la autoridad.")
    if state != AppealState.RULED:
        return ""
    if not obliges(appeal):
        return _("La resolución no deja nada por hacer: puede terminarse.")
    comply = deadline_of(case, appeal, Step.COMPLY)
    if comply is not None and comply.state == DeadlineState.MET:
        return _("Ya se respondió: falta informar el cumplimiento a la autoridad.")
    return _("Falta cumplir lo que ordena la resolución.")


#: Of each term: its title, and from what it counts.
_TERMS = {
    Step.STATEMENTS: (N_("Manifestaciones"), N_("desde la admisión, notificada el {day}")),
    Step.COMPLY: (N_("Cumplir la resolución"), N_("desde la resolución, notificada el {day}")),
}


def _clocks(case: CaseFacts, appeal: AppealFacts) -> Iterable[AppealClock]:
    for step, (title, since) in _TERMS.items():
        deadline = deadline_of(case, appeal, step)
        if deadline is None or deadline.due_on is None:
            continue
        running = deadline.state == DeadlineState.RUNNING
        calendar = rules().calendar
        yield AppealClock(
            id=f"recurso-{appeal.number}-{step.value}",
            title=_(title),
            when=sentence_date(deadline.due_on),
            note=_clock_note(deadline, case, _(since).format(day=digits(deadline.received_on))),
            sem=light_of(deadline.due_on, False, True, today(), calendar, case.kind)
            if running
            else None,
            why=url_for("deadline.show", ref=case.ref, n=deadline.number),
        )


def _clock_note(deadline: DeadlineFacts, case: CaseFacts, since: str) -> str:
    """How the term stands, and from what it counts."""
    if deadline.state == DeadlineState.ENDED:
        return _("Dejó de correr · {since}").format(since=since)
    if deadline.met_on is None or deadline.due_on is None:
        if deadline.given_on is not None:
            return _("Fecha que señaló la autoridad · {since}").format(since=since)
        if deadline.days is not None:
            return _("{n} d háb. que señaló la autoridad · {since}").format(
                n=deadline.days, since=since
            )
        return since[:1].upper() + since[1:]
    if deadline.met_on <= deadline.due_on:
        return _("Cumplido a tiempo el {day}").format(day=digits(deadline.met_on))
    late = -days_left(deadline.due_on, deadline.met_on, rules().calendar, case.kind)
    return _("Cumplido el {day}, con {n} d háb. de retraso").format(
        day=digits(deadline.met_on), n=late
    )


def _facts(appeal: AppealFacts) -> Iterable[tuple[str, str]]:
    yield _("Autoridad"), appeal.authority
    yield _("Interpuesto"), digits(appeal.filed_on)
    yield _("Admisión notificada"), digits(appeal.admitted_on)
    if appeal.stated_on is not None:
        yield _("Manifestaciones enviadas"), digits(appeal.stated_on)
    if appeal.ruled_on is not None:
        yield _("Resolución notificada"), digits(appeal.ruled_on)
    if appeal.sense is not None:
        yield _("Sentido"), _(spanish(Sense(appeal.sense)))
    if appeal.complied_on is not None:
        yield _("Cumplimiento informado"), digits(appeal.complied_on)
    if appeal.ended_on is not None:
        yield _("Terminado"), digits(appeal.ended_on)


def _texts(appeal: AppealFacts) -> Iterable[AppealText]:
    for title, text in (
        (_("De qué se queja la persona"), appeal.grounds),
        (_("Manifestaciones"), appeal.statements_text),
        (_("Resolución"), appeal.ruling_text),
        (_("Lo que ordena"), appeal.order_text),
        (_("Cumplimiento"), appeal.compliance_text),
    ):
        if text:
            lines = tuple(line for line in text.splitlines() if line.strip())
            yield AppealText(title, lines)


def _button(case: CaseFacts, offer: AppealOffer, *, first: bool) -> Button:
    transition = offer.transition
    label = _(transition.label)
    if offer.last_day is not None and offer.last_day >= today():
        label = _("{label} · hasta el {day}").format(label=label, day=digits(offer.last_day))
    return Button(
        action=transition.action,
        label=label,
        icon=transition.icon,
        href=url_for("appeals.form", ref=case.ref, number=offer.number, action=transition.action),
        enabled=offer.enabled,
        reason=say(NotNow(offer.reason, **offer.params)) if offer.reason else "",
        primary=first,
    )
