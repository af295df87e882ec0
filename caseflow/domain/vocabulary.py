"""The words of the office: English in code, and beside each the word that people see.

Values are stored in the database and in the event log: never rename one, add beside it.
``SPANISH`` is the only place where a value gets its screen word (``docs/glossary.md``).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from caseflow.domain.mediation_words import MEDIATION_SPANISH
from caseflow.domain.word_list import WordList


class Kind(StrEnum):
    """What a case is about in law; decides workflow, clock and folio."""

    SERVICE = "service"
    INFORMATION = "information"
    PERSONAL_DATA = "personal_data"
    MEDIATION = "mediation"
    ADVICE = "advice"


#: Kinds with an answer term and an inbox: mediations and advice have lists of their own.
INBOX_KINDS = (Kind.SERVICE, Kind.INFORMATION, Kind.PERSONAL_DATA)
#: Kinds under the transparency office.
TRANSPARENCY_KINDS = (Kind.INFORMATION, Kind.PERSONAL_DATA)


class Source(StrEnum):
    """Where a case came in; with the folio it is its identity."""

    SUAC = "SUAC"
    CESAC = "CESAC"
    SISAI = "SISAI"
    HEARING = "AUD"
    PAPER = "ESC"
    COUNTER = "MOST"


class CaseState(StrEnum):
    RECEIVED = "received"
    ROUTED = "routed"
    REVIEW = "review"
    CLARIFICATION = "clarification"
    PAYMENT = "payment"
    ANSWERED = "answered"
    CLOSED = "closed"
    REFERRED = "referred"
    CANCELLED = "cancelled"


#: States in which the office still owes something.
OPEN_STATES = (CaseState.RECEIVED, CaseState.ROUTED, CaseState.REVIEW)
#: States in which the person owes something and the clock rests.
WAITING_STATES = (CaseState.CLARIFICATION, CaseState.PAYMENT)
LIVE_STATES = OPEN_STATES + WAITING_STATES


class TurnState(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


OPEN_TURN_STATES = (TurnState.PENDING, TurnState.ACCEPTED)


class DeadlineState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    ENDED = "ended"


class Basis(StrEnum):
    """Whose clock it is: law, the office's commitment, or an internal target."""

    LEGAL = "legal"
    COMMITMENT = "commitment"
    INTERNAL = "internal"


class Step(StrEnum):
    """Names of terms in the law pack."""

    ACCEPT = "accept"
    FIRST_ANSWER = "first_answer"
    SOLVE = "solve"
    CITIZEN_CONFIRMS = "citizen_confirms_closing"
    ANSWER = "answer"
    EXTENSION = "extension"
    REQUEST_CLARIFICATION = "request_clarification"
    PERSON_ANSWERS = "person_answers_clarification"
    DECLINE = "decline_competence"
    ALREADY_PUBLIC = "already_public"
    PAY = "pay_reproduction"
    APPEAL = "appeal"
    STATEMENTS = "statements"
    COMPLY = "comply"
    MAKE_EFFECTIVE = "make_effective"
    #: The internal target of one turn: not in the law pack.
    TURN = "turn"


class Role(StrEnum):
    CLERK = "clerk"
    STAFF = "staff"
    HEAD = "head"
    SUPERVISOR = "supervisor"
    TRANSPARENCY = "transparency"
    MEDIATOR = "mediator"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Outcome(StrEnum):
    """What an answer says; which of them a kind may use stands in ``workflow.OUTCOMES``."""

    ATTENDED = "attended"
    PARTLY = "partly"
    NOT_ATTENDED = "not_attended"
    IMPROPER = "improper"
    DELIVERED = "delivered"
    PARTLY_DELIVERED = "partly_delivered"
    ALREADY_PUBLIC = "already_public"
    CLASSIFIED = "classified"
    NON_EXISTENT = "non_existent"
    GRANTED = "granted"
    PARTLY_GRANTED = "partly_granted"
    DENIED = "denied"


#: Answers that oblige the office to make a right over personal data effective.
FAVOURABLE = frozenset({Outcome.GRANTED, Outcome.PARTLY_GRANTED})


class ArcoRight(StrEnum):
    """Which right over their own data a person exercises (ARCO and portability)."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    CANCELLATION = "cancellation"
    OPPOSITION = "opposition"
    PORTABILITY = "portability"


class IdentityDocument(StrEnum):
    """With what a person shows who they are, before their data are handed over."""

    VOTER_CARD = "voter_card"
    PASSPORT = "passport"
    PROFESSIONAL_CARD = "professional_card"
    MILITARY_CARD = "military_card"
    ELECTRONIC_SIGNATURE = "electronic_signature"
    BIRTH_CERTIFICATE = "birth_certificate"
    OTHER = "other_document"


class PowerDocument(StrEnum):
    """With what somebody shows that they act for the person."""

    LETTER = "letter"
    NOTARIAL = "notarial"
    PARENTAL = "parental"
    COURT = "court"
    SUCCESSION = "succession"


class Channel(StrEnum):
    """How something came in, or went out to the person."""

    COUNTER = "counter"
    PHONE = "phone"
    WEB = "web"
    APP = "app"
    SOCIAL = "social"
    MAIL = "mail"
    PLATFORM = "platform"
    HEARING = "hearing"
    PAPER = "paper"
    VISIT = "visit"
    OTHER = "other"


#: Channels by which a notice goes out on paper: it takes effect by another rule of its term.
ON_PAPER = frozenset({Channel.COUNTER, Channel.PAPER, Channel.VISIT})


class ReopenGround(StrEnum):
    NOT_SATISFIED = "not_satisfied"
    AT_SOURCE = "at_source"
    RULING = "ruling"
    OUR_MISTAKE = "our_mistake"


class AppealState(StrEnum):
    """Where an appeal (recurso de revisión) stands; its own workflow, beside the case's."""

    ADMITTED = "admitted"
    STATED = "stated"
    RULED = "ruled"
    COMPLIED = "complied"
    ENDED = "ended"


#: States in which something is still to come of an appeal: its case does not close meanwhile.
OPEN_APPEAL_STATES = (AppealState.ADMITTED, AppealState.STATED, AppealState.RULED)


class Sense(StrEnum):
    """What a ruling does with the answer; which of them oblige stands in ``appeals.OBLIGING``."""

    CONFIRMS = "confirms"
    MODIFIES = "modifies"
    REVOKES = "revokes"
    ORDERS = "orders"
    DISCONTINUES = "discontinues"
    DISMISSES = "dismisses"


class LinkKind(StrEnum):
    DUPLICATE = "duplicate"
    RELATED = "related"
    DERIVED = "derived"


class Semaphore(StrEnum):
    """The five lights of the inbox, and the case without a term."""

    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    ON_TIME = "on_time"
    WAITING = "waiting"
    NO_TERM = "no_term"


class Verdict(StrEnum):
    """What became of one row of a listing: every row ends in exactly one."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    QUARANTINED = "quarantined"
    OUT_OF_SCOPE = "out_of_scope"


class Mark(StrEnum):
    """How sure a legal fact is: text seen, secondary source, recalled, inferred."""

    TEXT = "T"
    SECONDARY = "S"
    RECALLED = "R"
    INFERRED = "I"


SPANISH: Final = WordList(
    (Kind.SERVICE, "Servicio"),
    (Kind.INFORMATION, "Información pública"),
    (Kind.PERSONAL_DATA, "Datos personales"),
    (Kind.MEDIATION, "Mediación"),
    (Kind.ADVICE, "Asesoría"),
    (Source.SUAC, "SUAC"),
    (Source.CESAC, "CESAC"),
    (Source.SISAI, "SISAI"),
    (Source.HEARING, "Audiencia"),
    (Source.PAPER, "Escrito"),
    (Source.COUNTER, "Mostrador"),
    (CaseState.RECEIVED, "Recibido"),
    (CaseState.ROUTED, "Turnado"),
    (CaseState.REVIEW, "En revisión"),
    (CaseState.CLARIFICATION, "En prevención"),
    (CaseState.PAYMENT, "En espera de pago"),
    (CaseState.ANSWERED, "Respondido"),
    (CaseState.CLOSED, "Concluido"),
    (CaseState.REFERRED, "Remitido"),
    (CaseState.CANCELLED, "Cancelado"),
    (TurnState.PENDING, "Por aceptar"),
    (TurnState.ACCEPTED, "En atención"),
    (TurnState.ANSWERED, "Contestado"),
    (TurnState.RETURNED, "Devuelto"),
    (TurnState.WITHDRAWN, "Sin efecto"),
    (DeadlineState.RUNNING, "Corriendo"),
    (DeadlineState.PAUSED, "En pausa"),
    (DeadlineState.MET, "Cumplido"),
    (DeadlineState.ENDED, "Terminado"),
    (Basis.LEGAL, "Plazo legal"),
    (Basis.COMMITMENT, "Plazo de atención"),
    (Basis.INTERNAL, "Meta interna"),
    (Step.ACCEPT, "Aceptar o remitir"),
    (Step.FIRST_ANSWER, "Primera respuesta"),
    (Step.SOLVE, "Atender"),
    (Step.CITIZEN_CONFIRMS, "La persona confirma el cierre"),
    (Step.ANSWER, "Responder"),
    (Step.EXTENSION, "Ampliación de plazo"),
    (Step.REQUEST_CLARIFICATION, "Prevenir"),
    (Step.PERSON_ANSWERS, "Desahogo de la prevención"),
    (Step.DECLINE, "Declarar incompetencia"),
    (Step.ALREADY_PUBLIC, "Información ya pública"),
    (Step.PAY, "Pago de reproducción"),
    (Step.APPEAL, "Recurso de revisión"),
    (Step.STATEMENTS, "Manifestaciones"),
    (Step.COMPLY, "Cumplir la resolución"),
    (Step.MAKE_EFFECTIVE, "Hacer efectivo el derecho"),
    (Step.TURN, "Meta del turno"),
    (Role.CLERK, "Ventanilla"),
    (Role.STAFF, "Personal de la unidad"),
    (Role.HEAD, "Titular"),
    (Role.SUPERVISOR, "Supervisión"),
    (Role.TRANSPARENCY, "Enlace de transparencia"),
    (Role.MEDIATOR, "Persona mediadora"),
    (Role.AUDITOR, "Órgano Interno de Control"),
    (Role.ADMIN, "Administración"),
    (Outcome.ATTENDED, "Atendido"),
    (Outcome.PARTLY, "Atendido en parte"),
    (Outcome.NOT_ATTENDED, "No atendido"),
    (Outcome.IMPROPER, "Improcedente"),
    (Outcome.DELIVERED, "Se entrega la información"),
    (Outcome.PARTLY_DELIVERED, "Entrega parcial o versión pública"),
    (Outcome.ALREADY_PUBLIC, "Información ya pública"),
    (Outcome.CLASSIFIED, "Información clasificada"),
    (Outcome.NON_EXISTENT, "Inexistencia"),
    (Outcome.GRANTED, "Procedente"),
    (Outcome.PARTLY_GRANTED, "Procedente en parte"),
    (Outcome.DENIED, "Negativa"),
    (ArcoRight.ACCESS, "Acceso"),
    (ArcoRight.RECTIFICATION, "Rectificación"),
    (ArcoRight.CANCELLATION, "Cancelación"),
    (ArcoRight.OPPOSITION, "Oposición"),
    (ArcoRight.PORTABILITY, "Portabilidad"),
    (IdentityDocument.VOTER_CARD, "Credencial para votar"),
    (IdentityDocument.PASSPORT, "Pasaporte"),
    (IdentityDocument.PROFESSIONAL_CARD, "Cédula profesional"),
    (IdentityDocument.MILITARY_CARD, "Cartilla del servicio militar"),
    (IdentityDocument.ELECTRONIC_SIGNATURE, "Firma electrónica"),
    (IdentityDocument.BIRTH_CERTIFICATE, "Acta de nacimiento"),
    (IdentityDocument.OTHER, "Otro documento oficial"),
    (PowerDocument.LETTER, "Carta poder ante dos testigos"),
    (PowerDocument.NOTARIAL, "Poder notarial"),
    (PowerDocument.PARENTAL, "Patria potestad"),
    (PowerDocument.COURT, "Resolución judicial"),
    (PowerDocument.SUCCESSION, "Albaceazgo o interés acreditado"),
    (Channel.COUNTER, "Ventanilla"),
    (Channel.PHONE, "Teléfono"),
    (Channel.WEB, "Portal"),
    (Channel.APP, "Aplicación"),
    (Channel.SOCIAL, "Redes sociales"),
    (Channel.MAIL, "Correo electrónico"),
    (Channel.PLATFORM, "Plataforma Nacional de Transparencia"),
    (Channel.HEARING, "Audiencia"),
    (Channel.PAPER, "Escrito"),
    (Channel.VISIT, "Visita"),
    (Channel.OTHER, "Otro"),
    (ReopenGround.NOT_SATISFIED, "La persona no está conforme"),
    (ReopenGround.AT_SOURCE, "Reabierto en el sistema de origen"),
    (ReopenGround.RULING, "Resolución de un recurso"),
    (ReopenGround.OUR_MISTAKE, "Error nuestro"),
    (AppealState.ADMITTED, "Admitido"),
    (AppealState.STATED, "Con manifestaciones"),
    (AppealState.RULED, "Resuelto"),
    (AppealState.COMPLIED, "Cumplido"),
    (AppealState.ENDED, "Terminado"),
    (Sense.CONFIRMS, "Confirma"),
    (Sense.MODIFIES, "Modifica"),
    (Sense.REVOKES, "Revoca"),
    (Sense.ORDERS, "Ordena"),
    (Sense.DISCONTINUES, "Sobresee"),
    (Sense.DISMISSES, "Desecha"),
    (LinkKind.DUPLICATE, "Duplicado de"),
    (LinkKind.RELATED, "Relacionado con"),
    (LinkKind.DERIVED, "Derivado de"),
    (Semaphore.OVERDUE, "Vencido"),
    (Semaphore.TODAY, "Vence hoy"),
    (Semaphore.SOON, "Por vencer"),
    (Semaphore.ON_TIME, "En tiempo"),
    (Semaphore.WAITING, "En espera de la persona"),
    (Semaphore.NO_TERM, "Sin plazo"),
    (Verdict.CREATED, "Nuevo"),
    (Verdict.UPDATED, "Cambió"),
    (Verdict.UNCHANGED, "Sin cambio"),
    (Verdict.QUARANTINED, "En cuarentena"),
    (Verdict.OUT_OF_SCOPE, "Fuera de alcance"),
    (Mark.TEXT, "Texto de la norma"),
    (Mark.SECONDARY, "Fuente secundaria"),
    (Mark.RECALLED, "Por confirmar"),
    (Mark.INFERRED, "Inferido"),
    others=(MEDIATION_SPANISH,),
)


def goes_on_paper(channel: str | None) -> bool | None:
    """Whether a notice by this channel goes out on paper; ``None`` stands for no, or not known."""
    return True if channel in ON_PAPER else None


def spanish(value: StrEnum) -> str:
    """The screen word of a value of the vocabulary."""
    return SPANISH[value]
