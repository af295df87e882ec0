"""From the workflow's offers to the buttons of a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask import url_for

from caseflow.domain.errors import NotNow
from caseflow.domain.facts import CaseFacts
from caseflow.domain.mediation_acts import REGISTRARS
from caseflow.domain.people import Actor
from caseflow.domain.permits import Offer, offers
from caseflow.domain.vocabulary import CaseState, Kind, Step
from caseflow.queries.history import digits
from caseflow.web.errors import say
from caseflow.web.sessions import rules, today
from caseflow.web.words import _

#: The first choice in each state, the likeliest first.
_FIRST: dict[str, tuple[str, ...]] = {
    CaseState.RECEIVED: ("settle", "route"),
    CaseState.ROUTED: ("settle", "answer", "route"),
    CaseState.REVIEW: ("settle", "answer"),
    CaseState.CLARIFICATION: ("settle", "receive_clarification"),
    CaseState.PAYMENT: ("settle", "record_payment"),
    CaseState.ANSWERED: ("settle", "make_effective", "verify_identity", "close"),
}
#: The first choice on a turn.
_FIRST_OF_TURN = ("accept", "reply")
#: These have their own place on the page.
_ELSEWHERE = frozenset({"note", "attach", "correct"})
#: Where these are not possible, nothing is missing: no button says so.
_SHOWN_WHEN_ALLOWED = frozenset({"settle", "verify_identity", "make_effective"})
#: Acts that ask for nothing and can be undone by another: one press is enough.
AT_ONCE = frozenset({"accept"})


@dataclass(frozen=True, slots=True)
class Button:
    """What the action bar and the turn table read."""

    action: str
    label: str
    icon: str
    href: str
    enabled: bool
    reason: str = ""
    key: str = ""
    primary: bool = False
    #: opens in the dialog where there is JavaScript
    dialog: bool = True
    #: the press is the act
    post: bool = False
    #: the version that a press at once was offered for
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Buttons:
    """``bar``: what the workflow is about now; ``more``: the rest; ``turns``: by turn number."""

    bar: tuple[Button, ...]
    more: tuple[Button, ...]
    turns: dict[int, tuple[Button, ...]]
    #: actions of the case that are allowed, wherever their button stands
    allowed: frozenset[str]


def buttons(case: CaseFacts, actor: Actor) -> Buttons:
    """All buttons of a case for this person. One is the first choice; each key means one thing."""
    found = offers(case, actor, rules().clockwork(today()))
    turns: dict[int, list[Button]] = {}
    ours = []
    for offer in found:
        if offer.turn_number is None:
            ours.append(offer)
        elif offer.enabled:
            turns.setdefault(offer.turn_number, []).append(_turn_button(case, offer))
    taken = {button.key for made in turns.values() for button in made if button.key}
    allowed = frozenset(o.transition.action for o in ours if o.enabled)
    first = next((a for a in _FIRST.get(case.state, ()) if a in allowed), "")
    bar = [
        _case_button(case, offer, first, taken)
        for offer in ours
        if offer.transition.prominent or offer.transition.action == first
    ]
    more = [
        _case_button(case, offer, first, taken)
        for offer in ours
        if not offer.transition.prominent
        and offer.enabled
        and offer.transition.action not in _ELSEWHERE | {first}
    ]
    hidden = _SHOWN_WHEN_ALLOWED - allowed
    if case.running(Step.MAKE_EFFECTIVE) is not None:
        hidden -= {"make_effective"}
    bar = [button for button in bar if button.action not in hidden]
    bar.sort(key=lambda button: not button.primary)
    if case.kind == Kind.SERVICE and actor.has(*REGISTRARS):
        more.append(_to_mediation(case))
    return Buttons(tuple(bar), tuple(more), _one_key_each(turns), allowed)


def _to_mediation(case: CaseFacts) -> Button:
    """The way from a folio to a mediation, which is a file of its own with its own page."""
    return Button(
        action="derive",
        label=_("Derivar a mediación"),
        icon="heart-handshake",
        href=url_for("mediations.new", folio=case.ref),
        enabled=True,
        dialog=False,
    )


def _case_button(case: CaseFacts, offer: Offer, first: str, taken: Iterable[str]) -> Button:
    transition = offer.transition
    label = _(transition.label)
    if offer.enabled and offer.last_day is not None and offer.last_day >= today():
        label = _("{label} · hasta el {day}").format(label=label, day=digits(offer.last_day))
    return Button(
        action=transition.action,
        label=label,
        icon=transition.icon,
        href=url_for("cases.form", ref=case.ref, action=transition.action),
        enabled=offer.enabled,
        reason=sentence(offer),
        key="" if transition.key in taken else transition.key,
        primary=transition.action == first,
    )


def _turn_button(case: CaseFacts, offer: Offer) -> Button:
    transition, number = offer.transition, offer.turn_number
    at_once = transition.action in AT_ONCE
    return Button(
        action=transition.action,
        label=_(transition.label),
        icon=transition.icon,
        href=url_for(
            "cases.take_turn" if at_once else "cases.turn_form",
            ref=case.ref,
            number=number,
            action=transition.action,
        ),
        enabled=offer.enabled,
        key=transition.key,
        primary=transition.action in _FIRST_OF_TURN,
        dialog=not at_once,
        post=at_once,
        version=case.turns[number].version if number is not None else None,
    )


def _one_key_each(turns: dict[int, list[Button]]) -> dict[int, tuple[Button, ...]]:
    """Of several turns only the first that offers an act answers to its key."""
    used: set[str] = set()
    made: dict[int, tuple[Button, ...]] = {}
    for number, found in turns.items():
        kept = [replace(b, key="") if b.key in used else b for b in found]
        used |= {button.key for button in kept if button.key}
        made[number] = tuple(sorted(kept, key=lambda button: not button.primary))
    return made


def sentence(offer: Offer) -> str:
    """Why not now, with the areas by their names."""
    return say(NotNow(offer.reason, **offer.params)) if offer.reason else ""
