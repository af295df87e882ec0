"""The words of mediation and legal advice; ``vocabulary.SPANISH`` holds their screen words too."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from caseflow.domain.word_list import WordList


class MediationState(StrEnum):
    REQUESTED = "requested"
    INVITING = "inviting"
    IN_SESSION = "in_session"
    AGREED = "agreed"
    CLOSED = "closed"


class MediationOutcome(StrEnum):
    """How a file ended. ``agreement``: every commitment has its result."""

    NOT_MEDIABLE = "not_mediable"
    NOBODY_CAME = "nobody_came"
    WITHDRAWN = "withdrawn"
    NO_AGREEMENT = "no_agreement"
    REFERRED = "referred"
    AGREEMENT = "agreement"


class NotMediable(StrEnum):
    """Why a matter is not mediated; violence never is (domain §4)."""

    VIOLENCE = "violence"
    CRIME = "crime"
    OTHER_AUTHORITY = "other_authority"
    NOT_DISPOSABLE = "not_disposable"
    NO_CONSENT = "no_consent"


class PartyKind(StrEnum):
    PERSON = "person"
    GROUP = "group"


class Side(StrEnum):
    """Who asked for the mediation, and who is invited to it."""

    ASKING = "asking"
    INVITED = "invited"


class Means(StrEnum):
    """How an invitation is delivered."""

    BY_HAND = "by_hand"
    PHONE = "phone"
    EMAIL = "email"
    POST = "post"
    NOTICE = "notice"


class InvitationResult(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NOT_FOUND = "not_found"
    NO_REPLY = "no_reply"


class SessionOutcome(StrEnum):
    """What a session led to; what was said in it is never written down."""

    CONTINUES = "continues"
    AGREEMENT = "agreement"
    NO_AGREEMENT = "no_agreement"
    NOT_HELD = "not_held"


class CommitmentResult(StrEnum):
    PENDING = "pending"
    KEPT = "kept"
    PARTLY = "partly"
    BROKEN = "broken"


class AdviceState(StrEnum):
    OPEN = "open"
    GIVEN = "given"
    REFERRED = "referred"
    CLOSED = "closed"


class Sex(StrEnum):
    WOMAN = "woman"
    MAN = "man"
    OTHER = "other"
    UNSAID = "unsaid"


class AgeGroup(StrEnum):
    MINOR = "0-17"
    YOUNG = "18-29"
    ADULT = "30-44"
    MIDDLE = "45-59"
    OLDER = "60+"
    UNSAID = "unsaid"


class AppointmentState(StrEnum):
    BOOKED = "booked"
    HELD = "held"
    CANCELLED = "cancelled"


class TopicList(StrEnum):
    """The two lists of subjects that the office edits."""

    MEDIATION = "mediation"
    ADVICE = "advice"


MEDIATION_SPANISH: Final = WordList(
    (MediationState.REQUESTED, "Solicitada"),
    (MediationState.INVITING, "En invitación"),
    (MediationState.IN_SESSION, "En sesiones"),
    (MediationState.AGREED, "Con convenio"),
    (MediationState.CLOSED, "Concluida"),
    (MediationOutcome.NOT_MEDIABLE, "No mediable"),
    (MediationOutcome.NOBODY_CAME, "Nadie acudió"),
    (MediationOutcome.WITHDRAWN, "Desistimiento"),
    (MediationOutcome.NO_AGREEMENT, "Sin acuerdo"),
    (MediationOutcome.REFERRED, "Canalizada"),
    (MediationOutcome.AGREEMENT, "Convenio con seguimiento completo"),
    (NotMediable.VIOLENCE, "Hay violencia: nunca se media"),
    (NotMediable.CRIME, "Posible delito"),
    (NotMediable.OTHER_AUTHORITY, "Es de otra autoridad"),
    (NotMediable.NOT_DISPOSABLE, "No es materia de acuerdo entre las partes"),
    (NotMediable.NO_CONSENT, "Falta el consentimiento de una parte"),
    (PartyKind.PERSON, "Persona"),
    (PartyKind.GROUP, "Grupo u organización"),
    (Side.ASKING, "Solicita"),
    (Side.INVITED, "Se invita"),
    (Means.BY_HAND, "En propia mano"),
    (Means.PHONE, "Teléfono"),
    (Means.EMAIL, "Correo electrónico"),
    (Means.POST, "Correo postal"),
    (Means.NOTICE, "Aviso en el domicilio"),
    (InvitationResult.PENDING, "Sin resultado todavía"),
    (InvitationResult.ACCEPTED, "Acepta acudir"),
    (InvitationResult.DECLINED, "No acepta"),
    (InvitationResult.NOT_FOUND, "No se localizó"),
    (InvitationResult.NO_REPLY, "No respondió"),
    (SessionOutcome.CONTINUES, "Habrá otra sesión"),
    (SessionOutcome.AGREEMENT, "Hay acuerdo"),
    (SessionOutcome.NO_AGREEMENT, "No hay acuerdo"),
    (SessionOutcome.NOT_HELD, "No se celebró"),
    (CommitmentResult.PENDING, "Por cumplir"),
    (CommitmentResult.KEPT, "Cumplido"),
    (CommitmentResult.PARTLY, "Cumplido en parte"),
    (CommitmentResult.BROKEN, "Incumplido"),
    (AdviceState.OPEN, "Abierta"),
    (AdviceState.GIVEN, "Dada"),
    (AdviceState.REFERRED, "Canalizada"),
    (AdviceState.CLOSED, "Concluida"),
    (Sex.WOMAN, "Mujer"),
    (Sex.MAN, "Hombre"),
    (Sex.OTHER, "Otro"),
    (Sex.UNSAID, "No lo dijo"),
    (AgeGroup.MINOR, "Menos de 18"),
    (AgeGroup.YOUNG, "18 a 29"),
    (AgeGroup.ADULT, "30 a 44"),
    (AgeGroup.MIDDLE, "45 a 59"),
    (AgeGroup.OLDER, "60 o más"),
    (AgeGroup.UNSAID, "No la dijo"),
    (AppointmentState.BOOKED, "Agendada"),
    (AppointmentState.HELD, "Celebrada"),
    (AppointmentState.CANCELLED, "Cancelada"),
    (TopicList.MEDIATION, "Mediación"),
    (TopicList.ADVICE, "Asesoría"),
)
