"""What an act does, in sentences: said before it is done and again when it was.

Both readings come from the same two pictures of the case, before and after the decision.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from caseflow.domain.change import Change
from caseflow.domain.clock import days_left
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.facts import CaseFacts, DeadlineFacts
from caseflow.domain.instants import local
from caseflow.domain.phrases import listed
from caseflow.domain.vocabulary import Basis, CaseState, DeadlineState, Step, TurnState, spanish
from caseflow.queries.history import digits
from caseflow.queries.reference import Reference
from caseflow.web.clock_view import term_word
from caseflow.web.words import _, lazy_gettext

#: Steps of the person or of the office that a page announces when they begin.
_BEGINS = {
    Step.PERSON_ANSWERS: lazy_gettext("La persona tiene hasta el {day} para contestar."),
    Step.PAY: lazy_gettext("La persona tiene hasta el {day} para pagar."),
    Step.APPEAL: lazy_gettext("La persona puede interponer recurso hasta el {day}."),
    Step.MAKE_EFFECTIVE: lazy_gettext("El derecho se hace efectivo a más tardar el {day}."),
    Step.COMPLY: lazy_gettext("La resolución se cumple a más tardar el {day}."),
    Step.CITIZEN_CONFIRMS: lazy_gettext(
        "Si la persona no dice otra cosa, se cierra solo el {day}."
    ),
}


def effects(
    before: CaseFacts, after: CaseFacts, rules: Reference, clockwork: Clockwork, *, done: bool
) -> tuple[str, ...]:
    """What changed from one picture to the other; ``done`` says it in the past."""
    return (
        *_clock(before, after, clockwork, done),
        *_turns(before, after, rules, done),
        *_begun(before, after),
        *_state(before, after, done),
    )


@dataclass(frozen=True, slots=True)
class Foretold:
    """What an act would do. ``moves``: what happens to each term, and on which date; ``refusal``:
    why it cannot be done with these answers."""

    warnings: tuple[str, ...] = ()
    moves: tuple[tuple[str, str], ...] = ()
    sentences: tuple[str, ...] = ()
    refusal: str = ""

    def __bool__(self) -> bool:
        return bool(self.warnings or self.moves or self.sentences or self.refusal)


def foretell(before: CaseFacts, change: Change, rules: Reference) -> Foretold:
    """The decision, told before it is applied."""
    after = change.case
    return Foretold(
        warnings=warnings(change),
        moves=tuple(_moves(before, after)),
        sentences=(*_turns(before, after, rules, False), *_state(before, after, False)),
    )


def _moves(before: CaseFacts, after: CaseFacts) -> Iterator[tuple[str, str]]:
    """Term by term: the governing one first, then those that begin, move or end."""
    for number, new in after.deadlines.items():
        old, name = before.deadlines.get(number), _name(new)
        if old is None:
            until = _("hasta el {day}").format(day=_until(new))
            yield _("Empieza: {term}").format(term=name), until
            continue
        if _date_of(old) != _date_of(new):
            yield _("{term}: hasta ahora").format(term=name), _date_of(old)
            yield _("{term}: con este acto").format(term=name), _date_of(new)
        if old.due_on_rectified != new.due_on_rectified:
            stands = new.due_on_rectified or new.due_on
            yield _("{term}: fecha rectificada").format(term=name), digits(stands)


def _name(deadline: DeadlineFacts) -> str:
    if deadline.governing:
        return _(spanish(Basis(deadline.basis)))
    return term_word(deadline)


def _until(deadline: DeadlineFacts) -> str:
    if deadline.expires_at is not None:
        return f"{local(deadline.expires_at):%d/%m/%Y, %H:%M h}"
    return digits(deadline.due_on)


def _date_of(deadline: DeadlineFacts) -> str:
    """The one date or word that says how a term stands."""
    if deadline.state == DeadlineState.PAUSED:
        return _("en pausa")
    if deadline.state == DeadlineState.ENDED:
        return _("deja de correr")
    if deadline.state == DeadlineState.MET and deadline.met_on is not None:
        late = deadline.due_on is not None and deadline.met_on > deadline.due_on
        text = _("cumplido tarde el {day}") if late else _("cumplido el {day}")
        return text.format(day=digits(deadline.met_on))
    return _("vence el {day}").format(day=_until(deadline))


def warnings(change: Change) -> tuple[str, ...]:
    """What a decision warns about though it does not refuse."""
    found = []
    for event in change.events:
        if not event.data.get("late"):
            continue
        if event.action == "request_clarification":
            found.append(_("Prevención extemporánea: se registra y no mueve el plazo."))
        else:
            found.append(_("La fecha queda fuera del término para hacerlo; se registra así."))
    return tuple(found)


def _clock(before: CaseFacts, after: CaseFacts, clockwork: Clockwork, done: bool) -> Iterator[str]:
    old, new = before.governing(), after.governing()
    if new is None:
        return
    if old is None or old.number != new.number:
        if new.due_on is not None:
            yield _("Empieza un plazo nuevo, que vence el {day}.").format(day=digits(new.due_on))
        return
    if old.state != new.state:
        yield from _stopped(new, after, clockwork)
    if old.due_on != new.due_on and old.due_on is not None and new.due_on is not None:
        text = (
            _("El plazo pasó del {old} al {new}.")
            if done
            else _("El plazo pasará del {old} al {new}.")
        )
        yield text.format(old=digits(old.due_on), new=digits(new.due_on))
    elif old.due_on is None and new.due_on is not None and new.live:
        yield _("El plazo corre de nuevo y vence el {day}.").format(day=digits(new.due_on))


def _stopped(new: DeadlineFacts, after: CaseFacts, clockwork: Clockwork) -> Iterator[str]:
    if new.state == DeadlineState.PAUSED:
        yield _("El plazo queda en pausa mientras se espera a la persona.")
    elif new.state == DeadlineState.ENDED:
        yield _("El plazo deja de correr.")
    elif new.state == DeadlineState.MET and new.met_on is not None and new.due_on is not None:
        late = -days_left(new.due_on, new.met_on, clockwork.calendar, after.kind)
        if new.met_on <= new.due_on:
            yield _("El plazo se cumple a tiempo, el {day}.").format(day=digits(new.met_on))
        else:
            yield _("El plazo se cumple el {day}, con {n} d háb. de retraso.").format(
                day=digits(new.met_on), n=late
            )


def _turns(before: CaseFacts, after: CaseFacts, rules: Reference, done: bool) -> Iterator[str]:
    withdrawn = [
        rules.tree.name(turn.area_id)
        for number, turn in after.turns.items()
        if turn.state == TurnState.WITHDRAWN
        and number in before.turns
        and before.turns[number].open
    ]
    fresh = [turn for number, turn in after.turns.items() if number not in before.turns]
    if withdrawn:
        text = (
            _("Quedó sin efecto lo turnado a {areas}.")
            if done
            else _("Queda sin efecto lo turnado a {areas}.")
        )
        yield text.format(areas=_(listed(withdrawn)))
    if fresh:
        text = _("Se turnó a {areas}") if done else _("Se turna a {areas}")
        text = text.format(areas=_(listed([rules.tree.name(t.area_id) for t in fresh])))
        target = digits(fresh[0].target_on)
        if target:
            text += _(", con meta interna del {day}").format(day=target)
        yield f"{text}."


def _begun(before: CaseFacts, after: CaseFacts) -> Iterator[str]:
    for number, deadline in after.deadlines.items():
        sentence = _BEGINS.get(Step(deadline.step))
        if number in before.deadlines or sentence is None:
            continue
        sentence = str(sentence)
        if deadline.expires_at is not None:
            yield sentence.format(day=f"{local(deadline.expires_at):%d/%m/%Y, %H:%M h}")
        elif deadline.due_on is not None:
            yield sentence.format(day=digits(deadline.due_on))


def _state(before: CaseFacts, after: CaseFacts, done: bool) -> Iterator[str]:
    if before.state == after.state:
        return
    text = _("El asunto pasó a «{state}».") if done else _("El asunto pasará a «{state}».")
    yield text.format(state=_(spanish(CaseState(after.state))))
