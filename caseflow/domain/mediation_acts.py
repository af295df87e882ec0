"""What each act on a mediation changes: one function per row of ``mediations.MEDIATION``.

``register`` makes a file, ``decide_mediation`` is the only door to the others. Both give rows to
write and one event that names the act and words of lists, never a text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from caseflow.domain.change import RowChange
from caseflow.domain.errors import InvalidData, MissingData, NotAllowed, NotNow
from caseflow.domain.mediation_needs import MEDIATION_NEEDS
from caseflow.domain.mediation_words import (
    CommitmentResult,
    InvitationResult,
    MediationOutcome,
    MediationState,
    NotMediable,
    PartyKind,
    SessionOutcome,
    Side,
)
from caseflow.domain.mediations import (
    CommitmentFacts,
    InvitationFacts,
    MediationFacts,
    NamedFacts,
    PartyFacts,
    SessionFacts,
    require_step,
)
from caseflow.domain.needs import check_needs
from caseflow.domain.people import Actor
from caseflow.domain.phrases import N_
from caseflow.domain.vocabulary import Role

#: A file needs two who disagree.
FEWEST_PARTIES = 2
#: Who may register one (domain §4).
REGISTRARS = (Role.CLERK, Role.STAFF, Role.HEAD, Role.MEDIATOR)
#: What a person answers to "is it mediable?".
YES, NO = "yes", "no"

_CHILDREN: Mapping[type, str] = {
    NamedFacts: "named_mediator",
    PartyFacts: "mediation_party",
    InvitationFacts: "mediation_invitation",
    SessionFacts: "mediation_session",
    CommitmentFacts: "mediation_commitment",
}


@dataclass(frozen=True, slots=True)
class MediationChange:
    """All that one act writes: rows, and the event that says so. ``born``: a new file."""

    mediation: MediationFacts
    rows: tuple[RowChange, ...]
    action: str
    effective_on: dt.date
    data: Mapping[str, Any]
    born: bool = False


class MediationDraft:
    """A file being edited by one act. The facts given are edited in place: load them anew."""

    def __init__(self, mediation: MediationFacts, today: dt.date) -> None:
        self.mediation = mediation
        self.today = today
        self.on = today
        self.data: dict[str, Any] = {}
        self._edits: dict[tuple[str, int], dict[str, Any]] = {}
        self._new: set[tuple[str, int]] = set()

    def set(self, **values: Any) -> None:
        self._edit(self.mediation, ("mediation", 0), values)

    def add(self, record: Any) -> None:
        """A new row below the file; its number is already set (``next_number``)."""
        table = _CHILDREN[type(record)]
        self._of(type(record))[record.number] = record
        self._new.add((table, record.number))
        self._edits[table, record.number] = {
            spec.name: getattr(record, spec.name) for spec in fields(record)
        }

    def edit(self, record: Any, **values: Any) -> None:
        self._edit(record, (_CHILDREN[type(record)], record.number), values)

    def next_number(self, kind: type) -> int:
        return max(self._of(kind), default=0) + 1

    def change(self, action: str, *, born: bool = False) -> MediationChange:
        rows = tuple(
            RowChange(table, number, values, (table, number) in self._new)
            for (table, number), values in self._edits.items()
            if values
        )
        return MediationChange(self.mediation, rows, action, self.on, self.data, born)

    def _of(self, kind: type) -> dict[int, Any]:
        mediation = self.mediation
        found: dict[type, dict[int, Any]] = {
            NamedFacts: mediation.mediators,
            PartyFacts: mediation.parties,
            InvitationFacts: mediation.invitations,
            SessionFacts: mediation.sessions,
            CommitmentFacts: mediation.commitments,
        }
        return found[kind]

    def _edit(self, record: Any, key: tuple[str, int], values: Mapping[str, Any]) -> None:
        edits = self._edits.setdefault(key, {})
        for name, value in values.items():
            if getattr(record, name) != value:
                setattr(record, name, value)
                edits[name] = value


def register(
    blank: MediationFacts,
    parties: Sequence[Mapping[str, Any]],
    actor: Actor,
    subjects: frozenset[str],
    today: dt.date,
) -> MediationChange:
    """A new file from what the counter wrote. ``blank`` has its ref, place and subject, no parties.

    Raises ``NotAllowed``, ``MissingData`` or ``InvalidData``: fewer than two parties, an unknown
    subject, no place.
    """
    if not actor.has(*REGISTRARS):
        raise NotAllowed("Registrar una mediación no le corresponde a su función.")
    if blank.subject not in subjects:
        raise InvalidData("Elija el asunto de la lista.", field="subject")
    if not (blank.street.strip() or blank.colonia.strip() or blank.territory_code):
        raise MissingData(
            "Escriba el lugar del conflicto: calle, colonia o unidad territorial.", field="street"
        )
    if blank.received_on > today:
        raise InvalidData("La fecha de recepción todavía no llega.", field="received_on")
    draft = MediationDraft(blank, today)
    for given in parties:
        _add_party(draft, check_party(given, blank.received_on, today))
    sides = {party.side for party in blank.parties.values()}
    if len(blank.parties) < FEWEST_PARTIES or sides != set(Side):
        raise MissingData(
            "Anote al menos dos partes: quien solicita y a quien se invita.", field="parties"
        )
    draft.data = {"parties": len(blank.parties)}
    return draft.change("register", born=True)


def check_party(given: Mapping[str, Any], earliest: dt.date, today: dt.date) -> dict[str, Any]:
    """The data of one party, complete and of the right shape."""
    row = ("party_kind", "side", "name")
    more = ("spokesperson", "counsel", "companion", "phone", "email", "address", "sex",
            "age_group", "consent_on")  # fmt: skip
    return check_needs(row, more, given, earliest=earliest, today=today, table=MEDIATION_NEEDS)


def decide_mediation(
    mediation: MediationFacts,
    action: str,
    actor: Actor,
    data: Mapping[str, Any],
    today: dt.date,
    mediators: frozenset[int] = frozenset(),
) -> MediationChange:
    """What one act on a file changes.

    ``data`` by the names of ``MEDIATION_NEEDS``; ``mediators`` are the users who may be named.
    Raises a ``DomainError`` when a rule says no.
    """
    step = require_step(mediation, action, actor)
    answers = check_needs(
        step.needs, step.optional, data,
        earliest=mediation.received_on, today=today, table=MEDIATION_NEEDS,
    )  # fmt: skip
    draft = MediationDraft(mediation, today)
    if action == "name" and answers["person"] not in mediators:
        raise InvalidData("Elija a una persona mediadora del área.", field="person")
    _ACTS[action](draft, answers)
    if step.target is not None and mediation.state in step.sources:
        draft.set(state=step.target.value)
    return draft.change(action)


def _name(draft: MediationDraft, data: dict[str, Any]) -> None:
    before = draft.mediation.named()
    if before is not None:
        if before.user_id == data["person"]:
            raise NotNow("Esa persona ya es la mediadora de este expediente.")
        draft.edit(before, ended_on=draft.today)
    number = draft.next_number(NamedFacts)
    draft.add(NamedFacts(number, data["person"], draft.today))
    draft.data = {"person": data["person"]}


def _screen(draft: MediationDraft, data: dict[str, Any]) -> None:
    mediation = draft.mediation
    draft.on = data["screened_on"]
    if not data.get("violence_asked"):
        raise MissingData(
            "Pregunte a cada parte por separado si hay violencia antes de valorar.",
            field="violence_asked",
        )
    if data["mediable"] == YES:
        if not data.get("consents"):
            raise MissingData(
                "Sin el consentimiento de las partes no hay mediación.", field="consents"
            )
        draft.set(mediable=True, screened_on=draft.on)
        draft.data = {"mediable": True}
        return
    if data["mediable"] != NO:
        raise InvalidData("Diga si el asunto es mediable.", field="mediable")
    if "not_mediable" not in data:
        raise MissingData("Elija por qué no es mediable.", field="not_mediable")
    if "sent_to" not in data:
        raise MissingData("Escriba a dónde se canalizó a la persona.", field="sent_to")
    draft.set(
        state=MediationState.CLOSED.value,
        mediable=False,
        screened_on=draft.on,
        not_mediable=NotMediable(data["not_mediable"]).value,
        sent_to=data["sent_to"],
        outcome=MediationOutcome.NOT_MEDIABLE.value,
        closed_on=draft.on,
    )
    draft.data = {"mediable": False, "not_mediable": mediation.not_mediable}


def _add_party(draft: MediationDraft, data: dict[str, Any]) -> None:
    number = draft.next_number(PartyFacts)
    draft.add(
        PartyFacts(
            number=number,
            kind=PartyKind(data["party_kind"]).value,
            side=Side(data["side"]).value,
            name=data["name"],
            **{name: data[name] for name in _ABOUT if name in data},
        )
    )
    draft.data = {"party": number}


_ABOUT = (
    "spokesperson",
    "counsel",
    "companion",
    "phone",
    "email",
    "address",
    "sex",
    "age_group",
    "consent_on",
)


def _edit_party(draft: MediationDraft, data: dict[str, Any]) -> None:
    party = _chosen(draft.mediation.parties, data["party"], "party", N_("Elija una de las partes."))
    kept = {name: data.get(name, "") for name in _ABOUT if name != "consent_on"}
    kept["sex"] = data.get("sex", party.sex)
    kept["age_group"] = data.get("age_group", party.age_group)
    draft.edit(party, name=data["name"], consent_on=data.get("consent_on"), **kept)
    draft.data = {"party": party.number}


def _invite(draft: MediationDraft, data: dict[str, Any]) -> None:
    party = _chosen(draft.mediation.parties, data["party"], "party", N_("Elija una de las partes."))
    number = draft.next_number(InvitationFacts)
    draft.on = data["sent_on"]
    draft.add(
        InvitationFacts(
            number=number,
            party=party.number,
            sent_on=draft.on,
            means=data["means"],
        )
    )
    draft.data = {"party": party.number, "invitation": number, "means": data["means"]}


def _record_invitation(draft: MediationDraft, data: dict[str, Any]) -> None:
    invitation = _chosen(
        draft.mediation.invitations, data["invitation"], "invitation", N_("Elija una invitación.")
    )
    delivered = data.get("delivered_on")
    if delivered is not None and delivered < invitation.sent_on:
        raise InvalidData("La entrega es anterior a la invitación.", field="delivered_on")
    result = InvitationResult(data["result"])
    draft.edit(invitation, delivered_on=delivered, result=result.value)
    draft.on = delivered or draft.today
    draft.data = {"invitation": invitation.number, "result": result.value}


def _open_session(draft: MediationDraft, data: dict[str, Any]) -> None:
    mediation = draft.mediation
    attended = sorted(set(data["attended"])) if data.get("attended") else []
    if any(number not in mediation.parties for number in attended):
        raise InvalidData("Marque a las partes que acudieron.", field="attended")
    outcome = SessionOutcome(data["session_outcome"])
    if outcome in (SessionOutcome.AGREEMENT, SessionOutcome.CONTINUES) and (
        len(attended) < FEWEST_PARTIES
    ):
        raise InvalidData(
            "Con una sola parte presente no hay sesión: elija «No se celebró».",
            field="session_outcome",
        )
    named = mediation.named()
    if named is None:  # require_step asked already
        raise NotNow("Primero se nombra a la persona mediadora.")
    number = draft.next_number(SessionFacts)
    room = data.get("room")
    draft.on = data["held_on"]
    draft.add(
        SessionFacts(
            number=number,
            held_on=draft.on,
            mediator_id=named.user_id,
            attended=attended,
            outcome=outcome.value,
            room_id=int(room) if room else None,
        )
    )
    if outcome is not SessionOutcome.NOT_HELD:
        first = mediation.first_session_on
        draft.set(first_session_on=min(first, draft.on) if first else draft.on)
    draft.data = {"session": number, "outcome": outcome.value, "attended": len(attended)}


def _agree(draft: MediationDraft, data: dict[str, Any]) -> None:
    mediation = draft.mediation
    draft.on = data["agreed_on"]
    last = max(session.held_on for session in mediation.sessions.values())
    if draft.on < last:
        raise InvalidData("El convenio es anterior a la última sesión.", field="agreed_on")
    for promised in data["commitments"]:
        party = _chosen(
            mediation.parties,
            promised.get("party"),
            "commitments",
            N_("Diga quién debe cumplirlo."),
        )
        what, due_on = str(promised.get("what", "")).strip(), promised.get("due_on")
        if not what:
            raise MissingData("Escriba qué se compromete a hacer.", field="commitments")
        if not isinstance(due_on, dt.date) or due_on < draft.on:
            raise InvalidData(
                "Cada compromiso lleva una fecha, desde la del convenio.", field="commitments"
            )
        number = draft.next_number(CommitmentFacts)
        draft.add(CommitmentFacts(number, party.number, what, due_on))
    draft.set(agreed_on=draft.on)
    draft.data = {"commitments": len(data["commitments"])}


def _follow_up(draft: MediationDraft, data: dict[str, Any]) -> None:
    mediation = draft.mediation
    commitment = _chosen(
        mediation.commitments, data["commitment"], "commitment", N_("Elija un compromiso.")
    )
    if commitment.result != CommitmentResult.PENDING:
        raise NotNow("Ese compromiso ya tiene resultado.")
    draft.on = data["result_on"]
    result = CommitmentResult(data["commitment_result"])
    draft.edit(commitment, result=result.value, result_on=draft.on)
    draft.data = {"commitment": commitment.number, "result": result.value}
    if not mediation.pending():
        draft.set(
            state=MediationState.CLOSED.value,
            outcome=MediationOutcome.AGREEMENT.value,
            closed_on=draft.on,
        )


def _end(draft: MediationDraft, data: dict[str, Any]) -> None:
    outcome = MediationOutcome(data["ending"])
    if outcome is MediationOutcome.REFERRED and "sent_to" not in data:
        raise MissingData("Escriba a dónde se canalizó a la persona.", field="sent_to")
    draft.set(outcome=outcome.value, sent_to=data.get("sent_to", ""), closed_on=draft.today)
    draft.data = {"outcome": outcome.value}


def _reopen(draft: MediationDraft, data: dict[str, Any]) -> None:
    mediation = draft.mediation
    if mediation.not_mediable == NotMediable.VIOLENCE:
        raise NotNow("Se concluyó por violencia: nunca se media y no se reabre.")
    draft.set(
        outcome=None, closed_on=None, mediable=True, not_mediable=None, round=mediation.round + 1
    )
    draft.data = {"reason": data["reason"]}


def _chosen(records: Mapping[int, Any], number: Any, field: str, sentence: str) -> Any:
    """The record of a number as a form sends it."""
    text = str(number)
    found = records.get(int(text)) if text.isdecimal() else None
    if found is None:
        raise InvalidData(sentence, field=field)
    return found


_ACTS: Mapping[str, Callable[[MediationDraft, dict[str, Any]], None]] = {
    "name": _name,
    "screen": _screen,
    "add_party": _add_party,
    "edit_party": _edit_party,
    "invite": _invite,
    "record_invitation": _record_invitation,
    "open_session": _open_session,
    "agree": _agree,
    "follow_up": _follow_up,
    "end": _end,
    "reopen": _reopen,
}
