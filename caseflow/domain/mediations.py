"""A mediation file as the rules see it, and its workflow as one table (domain §4).

Apart from the cases on purpose: readers of its own, a history without texts, no search, no notices.
What is said in a session has no field, here or in any table.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from caseflow.domain.errors import DomainError, NotAllowed, NotNow
from caseflow.domain.mediation_words import (
    CommitmentResult,
    InvitationResult,
    MediationState,
    SessionOutcome,
    Side,
)
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import Role, spanish


class MediationWho(StrEnum):
    """What a person is to one file on a date."""

    MEDIATOR = "mediator"
    HEAD = "head"
    #: registered it, and no mediator is named yet
    REGISTRANT = "registrant"


@dataclass(slots=True)
class PartyFacts:
    """A person or a group in conflict. Personal data."""

    number: int
    kind: str
    side: str
    name: str
    spokesperson: str = ""
    counsel: str = ""
    companion: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    sex: str = "unsaid"
    age_group: str = "unsaid"
    consent_on: dt.date | None = None


@dataclass(slots=True)
class InvitationFacts:
    number: int
    party: int
    sent_on: dt.date
    means: str
    delivered_on: dt.date | None = None
    result: str = "pending"


@dataclass(slots=True)
class SessionFacts:
    """A session: who mediated, who came, what follows. ``attended``: numbers of parties."""

    number: int
    held_on: dt.date
    mediator_id: int
    attended: list[int]
    outcome: str
    room_id: int | None = None


@dataclass(slots=True)
class CommitmentFacts:
    number: int
    party: int
    what: str
    due_on: dt.date
    result: str = "pending"
    result_on: dt.date | None = None


@dataclass(slots=True)
class NamedFacts:
    """A named mediator, from a day on and perhaps to another."""

    number: int
    user_id: int
    named_on: dt.date
    ended_on: dt.date | None = None


@dataclass(slots=True)
class MediationFacts:
    """One file with all that hangs from it, by number."""

    id: int
    ref: str
    state: str
    area_id: int
    subject: str
    received_on: dt.date
    registered_at: dt.datetime
    registered_by_id: int
    street: str = ""
    colonia: str = ""
    territory_code: str | None = None
    parent_case_id: int | None = None
    screened_on: dt.date | None = None
    mediable: bool | None = None
    not_mediable: str | None = None
    sent_to: str = ""
    first_session_on: dt.date | None = None
    agreed_on: dt.date | None = None
    closed_on: dt.date | None = None
    outcome: str | None = None
    round: int = 1
    version: int = 1
    mediators: dict[int, NamedFacts] = field(default_factory=dict)
    parties: dict[int, PartyFacts] = field(default_factory=dict)
    invitations: dict[int, InvitationFacts] = field(default_factory=dict)
    sessions: dict[int, SessionFacts] = field(default_factory=dict)
    commitments: dict[int, CommitmentFacts] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        return self.state != MediationState.CLOSED

    def named(self) -> NamedFacts | None:
        """The mediator of today, if one is named."""
        return next((m for m in self.mediators.values() if m.ended_on is None), None)

    def pending(self) -> list[CommitmentFacts]:
        """Commitments that nobody has looked after yet."""
        return [c for c in self.commitments.values() if c.result == CommitmentResult.PENDING]


@dataclass(frozen=True, slots=True)
class MediationStep:
    """One row: from, to, who, what it needs (``mediation_needs``), and the button."""

    action: str
    sources: frozenset[MediationState]
    target: MediationState | None
    who: frozenset[MediationWho]
    needs: tuple[str, ...]
    optional: tuple[str, ...]
    label: str
    icon: str
    key: str = ""


REQUESTED, INVITING = MediationState.REQUESTED, MediationState.INVITING
IN_SESSION, AGREED = MediationState.IN_SESSION, MediationState.AGREED
CLOSED = MediationState.CLOSED
OPEN: Final = frozenset(MediationState) - {CLOSED}
MEDIATOR, HEAD = MediationWho.MEDIATOR, MediationWho.HEAD
REGISTRANT = MediationWho.REGISTRANT


def _step(
    action: str,
    sources: set[MediationState] | frozenset[MediationState],
    target: MediationState | None,
    who: set[MediationWho],
    needs: str = "",
    optional: str = "",
    *,
    label: str,
    icon: str,
    key: str = "",
) -> MediationStep:
    return MediationStep(
        action,
        frozenset(sources),
        target,
        frozenset(who),
        tuple(needs.split()),
        tuple(optional.split()),
        label,
        icon,
        key,
    )


# fmt: off
#: ``register`` makes the file and has no row to start from: any clerk, staff or head does it.
MEDIATION: Final[tuple[MediationStep, ...]] = (
    _step("name", OPEN, None, {HEAD}, "person",
          label="Nombrar persona mediadora", icon="user-check", key="M"),
    _step("screen", {REQUESTED}, INVITING, {MEDIATOR},
          "violence_asked mediable screened_on", "consents not_mediable sent_to",
          label="Valorar si es mediable", icon="list-check", key="V"),
    _step("add_party", {REQUESTED, INVITING}, None, {MEDIATOR, HEAD, REGISTRANT},
          "party_kind side name",
          "spokesperson counsel companion phone email address sex age_group consent_on",
          label="Agregar parte", icon="user-plus"),
    _step("edit_party", OPEN, None, {MEDIATOR, HEAD, REGISTRANT},
          "party name",
          "spokesperson counsel companion phone email address sex age_group consent_on",
          label="Corregir datos de una parte", icon="pencil"),
    _step("invite", {INVITING, IN_SESSION}, None, {MEDIATOR},
          "party sent_on means",
          label="Invitar", icon="mail", key="I"),
    _step("record_invitation", {INVITING, IN_SESSION}, None, {MEDIATOR},
          "invitation result", "delivered_on",
          label="Registrar entrega y resultado", icon="message-check"),
    _step("open_session", {INVITING, IN_SESSION}, IN_SESSION, {MEDIATOR},
          "held_on attended session_outcome", "room",
          label="Registrar sesión", icon="users", key="S"),
    _step("agree", {IN_SESSION}, AGREED, {MEDIATOR},
          "agreed_on commitments",
          label="Registrar convenio", icon="heart-handshake", key="C"),
    _step("follow_up", {AGREED}, None, {MEDIATOR, HEAD},
          "commitment commitment_result result_on",
          label="Dar seguimiento", icon="progress-check", key="U"),
    _step("end", {REQUESTED, INVITING, IN_SESSION}, CLOSED, {MEDIATOR, HEAD},
          "ending", "sent_to",
          label="Concluir", icon="circle-check"),
    _step("reopen", {CLOSED}, INVITING, {HEAD}, "reason",
          label="Reabrir", icon="refresh"),
)
# fmt: on

MEDIATION_BY_ACTION: Final = {row.action: row for row in MEDIATION}


def mediation_relations(mediation: MediationFacts, actor: Actor) -> frozenset[MediationWho]:
    """What the actor is to a file; nothing means that for them it does not exist (domain §6).

    Administrators, auditors, supervisors and heads of other areas are nothing to any file.
    """
    found = set()
    named = mediation.named()
    mediates = mediation.area_id in actor.areas(Role.MEDIATOR)
    if named is not None and named.user_id == actor.user_id and mediates:
        found.add(MediationWho.MEDIATOR)
    if mediation.area_id in actor.areas(Role.HEAD):
        found.add(MediationWho.HEAD)
    if named is None and actor.user_id == mediation.registered_by_id:
        found.add(MediationWho.REGISTRANT)
    return frozenset(found)


def require_step(mediation: MediationFacts, action: str, actor: Actor) -> MediationStep:
    """The row of an action that this actor may do now; else the refusal as a ``DomainError``."""
    step = MEDIATION_BY_ACTION.get(action)
    if step is None:
        raise NotNow("Esa acción no existe para una mediación.")
    if not step.who & mediation_relations(mediation, actor):
        raise NotAllowed("«{label}» no le corresponde en esta mediación.", label=step.label)
    refusal = obstacle(mediation, step)
    if refusal is not None:
        raise refusal
    return step


def obstacle(mediation: MediationFacts, step: MediationStep) -> DomainError | None:
    """Why an action is not possible now, whoever asks."""
    if mediation.state not in step.sources:
        return NotNow(
            "La mediación está {state}: en ese estado no procede «{label}».",
            state=spanish(MediationState(mediation.state)).lower(),
            label=step.label,
        )
    if step.action in _NEED_MEDIATOR and mediation.named() is None:
        return NotNow("Primero se nombra a la persona mediadora.")
    if step.action == "record_invitation" and not mediation.invitations:
        return NotNow("Todavía no hay invitaciones.")
    if step.action == "agree" and not mediation.sessions:
        return NotNow("El convenio se registra después de una sesión.")
    return None


_NEED_MEDIATOR = frozenset(
    {"screen", "invite", "record_invitation", "open_session", "agree", "follow_up"}
)


def next_step(mediation: MediationFacts) -> str | None:
    """The act that a file waits for, as the table calls it; none when it is finished."""
    if mediation.state == MediationState.CLOSED:
        return None
    if mediation.named() is None:
        return "name"
    if mediation.state == MediationState.REQUESTED:
        return "screen"
    if mediation.state == MediationState.AGREED:
        return "follow_up"
    if any(one.result == InvitationResult.PENDING for one in mediation.invitations.values()):
        return "record_invitation"
    last = max(mediation.sessions.values(), key=lambda session: session.number, default=None)
    if last is not None and last.outcome == SessionOutcome.AGREEMENT:
        return "agree" if mediation.state == MediationState.IN_SESSION else "open_session"
    if last is not None and last.outcome == SessionOutcome.NO_AGREEMENT:
        return "end"
    invited = {one.party for one in mediation.invitations.values()}
    waiting = {
        party.number for party in mediation.parties.values() if party.side == Side.INVITED
    } - invited
    return "invite" if waiting else "open_session"


@dataclass(frozen=True, slots=True)
class MediationOffer:
    """A button for this actor: possible, or the sentence that says why not."""

    step: MediationStep
    possible: bool
    why: DomainError | None


def mediation_offers(mediation: MediationFacts, actor: Actor) -> tuple[MediationOffer, ...]:
    """The buttons of a file for this actor, in the table's order."""
    found = mediation_relations(mediation, actor)
    made = []
    for step in MEDIATION:
        if step.who & found and mediation.state in step.sources:
            why = obstacle(mediation, step)
            made.append(MediationOffer(step, why is None, why))
    return tuple(made)
