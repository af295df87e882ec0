"""A mediation file as its page shows it: texts, buttons with their reasons, and what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import url_for

from caseflow.domain.instants import local
from caseflow.domain.lights import Light, light_of
from caseflow.domain.mediation_words import (
    CommitmentResult,
    InvitationResult,
    Means,
    MediationOutcome,
    MediationState,
    NotMediable,
    PartyKind,
    SessionOutcome,
    Side,
    TopicList,
)
from caseflow.domain.mediations import (
    MEDIATION_BY_ACTION,
    MediationFacts,
    MediationWho,
    mediation_offers,
    mediation_relations,
    next_step,
)
from caseflow.domain.people import Actor
from caseflow.domain.phrases import N_
from caseflow.domain.vocabulary import spanish
from caseflow.extensions import db
from caseflow.queries.history import digits
from caseflow.queries.mediations import (
    HistoryLine,
    Reading,
    history,
    names_of,
    readings,
    ref_of_parent,
    room_names,
    topic_names,
)
from caseflow.web.errors import say
from caseflow.web.offers import Button
from caseflow.web.sessions import rules, today
from caseflow.web.words import _, ngettext

#: Without a setting of the office.
_FIRST_CONTACT_DAYS = 3
#: These have their buttons beside the record that they are about.
_BESIDE = frozenset({"edit_party", "follow_up", "record_invitation"})
_STAGES = (
    MediationState.REQUESTED,
    MediationState.INVITING,
    MediationState.IN_SESSION,
    MediationState.AGREED,
)
#: What each event is called in the history of a file.
_TITLES: Mapping[str, str] = {
    "register": N_("Se registró la mediación"),
    "name": N_("Se nombró a la persona mediadora"),
    "release": N_("La persona mediadora dejó el expediente"),
    "move": N_("El expediente pasó a otra área por reestructura"),
    "screen": N_("Se valoró si es mediable"),
    "add_party": N_("Se agregó una parte"),
    "edit_party": N_("Se corrigieron los datos de una parte"),
    "invite": N_("Se invitó a una parte"),
    "record_invitation": N_("Se registró el resultado de una invitación"),
    "open_session": N_("Se registró una sesión"),
    "agree": N_("Se registró el convenio"),
    "follow_up": N_("Se dio seguimiento a un compromiso"),
    "end": N_("Se concluyó"),
    "reopen": N_("Se reabrió"),
}
_READ: Mapping[str, str] = {"file": N_("Expediente"), "form": N_("Formulario de una acción")}


@dataclass(frozen=True, slots=True)
class PartyLine:
    number: int
    name: str
    side: str
    kind: str
    with_whom: tuple[tuple[str, str], ...]
    contact: tuple[str, ...]
    about: str
    consent: str
    edit_href: str


@dataclass(frozen=True, slots=True)
class InvitationLine:
    party: str
    sent: str
    means: str
    delivered: str
    result: str
    pending: bool
    href: str


@dataclass(frozen=True, slots=True)
class SessionLine:
    number: int
    held: str
    mediator: str
    room: str
    attended: str
    outcome: str


@dataclass(frozen=True, slots=True)
class CommitmentLine:
    party: str
    what: str
    due: str
    result: str
    result_on: str
    sem: Light | None
    href: str


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the history, as ``components/history.html`` reads it."""

    at: str
    date: str
    time: str
    title: str
    detail: str
    effect: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class FileView:
    """All that ``mediations/show.html`` reads."""

    ref: str
    subject: str
    state: str
    done: bool
    outcome: str
    stages: tuple[str, ...]
    stage: int
    next: str
    contact: Light | None
    buttons: tuple[Button, ...]
    facts: tuple[tuple[str, str], ...]
    parties: tuple[PartyLine, ...]
    invitations: tuple[InvitationLine, ...]
    sessions: tuple[SessionLine, ...]
    agreed: str
    commitments: tuple[CommitmentLine, ...]
    history: tuple[Happened, ...]
    #: who read the file, for its head alone
    readings: tuple[tuple[str, str, str], ...] | None
    #: the reader sees it only until a mediator is named
    passing: bool


def first_contact(received_on: dt.date) -> dt.date:
    """Until when the parties should be reached: an internal target of the office, no term."""
    found = rules()
    days = found.office.counter.get("first_contact_days", _FIRST_CONTACT_DAYS)
    return found.calendar.add(received_on, days)


def view_of(mediation: MediationFacts, actor: Actor) -> FileView:
    """The page of a file for this person; the statements do not grow with its rows."""
    session = db.session()
    told = history(session, mediation)
    names = names_of(session, _people(mediation, told))
    found = mediation_relations(mediation, actor)
    allowed = {offer.step.action for offer in mediation_offers(mediation, actor) if offer.possible}
    state = MediationState(mediation.state)
    closed = state is MediationState.CLOSED
    return FileView(
        ref=mediation.ref,
        subject=topic_names(session, TopicList.MEDIATION).get(mediation.subject, mediation.subject),
        state=_(spanish(state)),
        done=closed,
        outcome=_word(MediationOutcome, mediation.outcome),
        stages=tuple(_(spanish(stage)) for stage in (*_STAGES, MediationState.CLOSED)),
        stage=len(_STAGES) + 1 if closed else _STAGES.index(state),
        next=_next(mediation, found),
        contact=_contact(mediation),
        buttons=_buttons(mediation, actor),
        facts=_facts(mediation, names),
        parties=tuple(_party_lines(mediation, "edit_party" in allowed)),
        invitations=tuple(_invitation_lines(mediation, "record_invitation" in allowed)),
        sessions=tuple(_session_lines(mediation, names)),
        agreed=digits(mediation.agreed_on),
        commitments=tuple(_commitment_lines(mediation, "follow_up" in allowed)),
        history=tuple(_happened(line, mediation, names) for line in told),
        readings=tuple(map(_reading, readings(session, mediation)))
        if MediationWho.HEAD in found
        else None,
        passing=found == {MediationWho.REGISTRANT},
    )


def _word(of: type[StrEnum], value: str | None) -> str:
    return _(spanish(of(value))) if value in set(of) else ""


def _people(mediation: MediationFacts, told: Sequence[HistoryLine]) -> set[int]:
    ids = {mediation.registered_by_id}
    ids |= {named.user_id for named in mediation.mediators.values()}
    ids |= {held.mediator_id for held in mediation.sessions.values()}
    return ids | {line.data["person"] for line in told if "person" in line.data}


def _next(mediation: MediationFacts, found: frozenset[MediationWho]) -> str:
    """What the file waits for, and of whom where that is somebody else."""
    action = next_step(mediation)
    if action is None:
        return ""
    step = MEDIATION_BY_ACTION[action]
    label = _(step.label)
    if step.who & found:
        return _("Sigue: {step}.").format(step=label[:1].lower() + label[1:])
    if action == "name":
        return _("Espera a que la persona titular del área nombre a quien mediará.")
    return _("Espera a la persona mediadora: {step}.").format(step=label[:1].lower() + label[1:])


def _contact(mediation: MediationFacts) -> Light | None:
    if mediation.state != MediationState.REQUESTED:
        return None
    due = first_contact(mediation.received_on)
    return light_of(due, False, True, today(), rules().calendar, None)


def _buttons(mediation: MediationFacts, actor: Actor) -> tuple[Button, ...]:
    wanted = next_step(mediation)
    return tuple(
        Button(
            offer.step.action,
            _(offer.step.label),
            offer.step.icon,
            act_href(mediation, offer.step.action),
            offer.possible,
            say(offer.why) if offer.why is not None else "",
            offer.step.key,
            offer.step.action == wanted,
            dialog=False,
        )
        for offer in mediation_offers(mediation, actor)
        if offer.step.action not in _BESIDE or (offer.step.action == wanted and offer.possible)
    )


def act_href(mediation: MediationFacts, action: str, number: int | None = None) -> str:
    """The address of an act's form; ``n``: the record below the file that it is about."""
    return url_for("mediations.form", ref=mediation.ref, action=action, n=number)


def _facts(mediation: MediationFacts, names: Mapping[int, str]) -> tuple[tuple[str, str], ...]:
    named = mediation.named()
    parent = ref_of_parent(db.session(), mediation)
    place = (mediation.street, mediation.colonia, mediation.territory_code)
    rows = [
        (_("Persona mediadora"), names.get(named.user_id, "") if named else _("Sin nombrar")),
        (_("Área"), rules().tree.name(mediation.area_id)),
        (_("Recibida"), digits(mediation.received_on)),
        (_("Registró"), names.get(mediation.registered_by_id, "")),
        (_("Lugar del conflicto"), " · ".join(part for part in place if part)),
        (_("Folio de origen"), parent or _("Ninguno: se presentó en ventanilla")),
        (_("Valorada"), digits(mediation.screened_on) or _("Todavía no")),
    ]
    if mediation.not_mediable is not None:
        rows.append((_("Por qué no es mediable"), _word(NotMediable, mediation.not_mediable)))
    if mediation.sent_to:
        rows.append((_("A dónde se canalizó"), mediation.sent_to))
    if mediation.first_session_on is not None:
        rows.append((_("Primera sesión"), digits(mediation.first_session_on)))
    if mediation.closed_on is not None:
        rows.append((_("Concluida"), digits(mediation.closed_on)))
    if mediation.round > 1:
        times = mediation.round - 1
        rows.append((_("Reabierta"), ngettext("%(num)s vez", "%(num)s veces", times)))
    return tuple(rows)


def _party_lines(mediation: MediationFacts, may_edit: bool) -> list[PartyLine]:
    made = []
    for one in mediation.parties.values():
        company = (
            (_("Habla por el grupo"), one.spokesperson),
            (_("Representante legal"), one.counsel),
            (_("Acompañante"), one.companion),
        )
        about = [_word_of_person(one.sex), _word_of_person(one.age_group)]
        made.append(
            PartyLine(
                one.number,
                one.name,
                _(spanish(Side(one.side))),
                _(spanish(PartyKind(one.kind))),
                tuple((label, name) for label, name in company if name),
                tuple(part for part in (one.phone, one.email, one.address) if part),
                " · ".join(part for part in about if part),
                digits(one.consent_on),
                act_href(mediation, "edit_party", one.number) if may_edit else "",
            )
        )
    return made


def _word_of_person(value: str) -> str:
    """Sex or age of a party; what was not said takes no room on the page."""
    return "" if value == "unsaid" else _(_ABOUT_PERSON.get(value, ""))


#: Shorter than in the forms, where a label stands beside them.
_ABOUT_PERSON: Mapping[str, str] = {
    "woman": N_("Mujer"),
    "man": N_("Hombre"),
    "other": N_("Otro sexo"),
    "0-17": N_("menos de 18 años"),
    "18-29": N_("18 a 29 años"),
    "30-44": N_("30 a 44 años"),
    "45-59": N_("45 a 59 años"),
    "60+": N_("60 años o más"),
}


def _invitation_lines(mediation: MediationFacts, may_record: bool) -> list[InvitationLine]:
    return [
        InvitationLine(
            mediation.parties[one.party].name,
            digits(one.sent_on),
            _(spanish(Means(one.means))),
            digits(one.delivered_on),
            _(spanish(InvitationResult(one.result))),
            one.result == InvitationResult.PENDING,
            act_href(mediation, "record_invitation", one.number) if may_record else "",
        )
        for one in sorted(mediation.invitations.values(), key=lambda each: -each.number)
    ]


def _session_lines(mediation: MediationFacts, names: Mapping[int, str]) -> list[SessionLine]:
    held = mediation.sessions.values()
    rooms = room_names(db.session(), {one.room_id for one in held if one.room_id is not None})
    return [
        SessionLine(
            one.number,
            digits(one.held_on),
            names.get(one.mediator_id, ""),
            rooms.get(one.room_id or 0, ""),
            ", ".join(mediation.parties[number].name for number in one.attended) or _("Nadie"),
            _(spanish(SessionOutcome(one.outcome))),
        )
        for one in sorted(held, key=lambda each: -each.number)
    ]


def _commitment_lines(mediation: MediationFacts, may_follow: bool) -> list[CommitmentLine]:
    made = []
    for one in mediation.commitments.values():
        pending = one.result == CommitmentResult.PENDING
        made.append(
            CommitmentLine(
                mediation.parties[one.party].name,
                one.what,
                digits(one.due_on),
                _(spanish(CommitmentResult(one.result))),
                digits(one.result_on),
                light_of(one.due_on, False, True, today(), rules().calendar, None)
                if pending
                else None,
                act_href(mediation, "follow_up", one.number) if pending and may_follow else "",
            )
        )
    return made


def _happened(line: HistoryLine, mediation: MediationFacts, names: Mapping[int, str]) -> Happened:
    wall = local(line.entered_at)
    on = line.effective_on
    parts = (line.actor or _("Sistema"), _detail(line, mediation, names))
    return Happened(
        at=wall.isoformat(timespec="minutes"),
        date=f"{wall:%d/%m/%Y}",
        time=f"{wall:%H:%M}",
        title=_(_TITLES.get(line.action, "")),
        detail=" · ".join(part for part in parts if part),
        effect=_("Ocurrió el {day}").format(day=digits(on)) if on != wall.date() else "",
        tone="start" if line.action == "register" else "",
    )


def _detail(line: HistoryLine, mediation: MediationFacts, names: Mapping[int, str]) -> str:
    """What the event's numbers and words mean; names are those of the file as it is today."""
    data: Mapping[str, Any] = line.data
    parts = []
    if "person" in data:
        parts.append(names.get(data["person"], ""))
    if (party := mediation.parties.get(data.get("party", 0))) is not None:
        parts.append(party.name)
    if line.action == "record_invitation":
        one = mediation.invitations[data["invitation"]]
        parts += [mediation.parties[one.party].name, _word(InvitationResult, data["result"])]
    if line.action == "follow_up":
        promised = mediation.commitments[data["commitment"]]
        parts += [
            mediation.parties[promised.party].name,
            _word(CommitmentResult, data["result"]),
        ]
    if "means" in data:
        parts.append(_word(Means, data["means"]))
    if line.action == "screen":
        parts.append(
            _("Es mediable") if data["mediable"] else _word(NotMediable, data["not_mediable"])
        )
    if line.action == "open_session":
        parts.append(_word(SessionOutcome, data["outcome"]))
    if line.action == "end":
        parts.append(_word(MediationOutcome, data["outcome"]))
    if "commitments" in data:
        many = data["commitments"]
        parts.append(ngettext("%(num)s compromiso", "%(num)s compromisos", many))
    parts.append(str(data.get("reason", "")))
    return " · ".join(part for part in parts if part)


def _reading(one: Reading) -> tuple[str, str, str]:
    """(who, what, when) of a reading."""
    return one.name, _(_READ.get(one.what, "")), f"{local(one.at):%d/%m/%Y %H:%M}"
