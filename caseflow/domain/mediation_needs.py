"""What the acts of a mediation ask for: one table that forms and refusals read.

No field here takes what was said in a session.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from caseflow.domain.mediation_words import (
    AgeGroup,
    CommitmentResult,
    InvitationResult,
    Means,
    MediationOutcome,
    NotMediable,
    PartyKind,
    SessionOutcome,
    Sex,
    Side,
)
from caseflow.domain.needs import Field, Need

#: Outcomes that a person may give when ending a file; the others follow from other acts.
ENDINGS = (
    MediationOutcome.NOBODY_CAME,
    MediationOutcome.WITHDRAWN,
    MediationOutcome.NO_AGREEMENT,
    MediationOutcome.REFERRED,
)
#: Results that a follow-up may record.
FOLLOWED = (CommitmentResult.KEPT, CommitmentResult.PARTLY, CommitmentResult.BROKEN)


def _choice(name: str, label: str, choices: tuple[StrEnum, ...], help_text: str = "") -> Need:
    return Need(name, Field.CHOICE, label, help_text, choices=choices)


MEDIATION_NEEDS: Mapping[str, Need] = {
    need.name: need
    for need in (
        Need("person", Field.PERSON, "Persona mediadora"),
        Need(
            "violence_asked",
            Field.YES,
            "Se preguntó por separado si hay violencia",
            "Si la hay, no se media: se canaliza a la persona.",
        ),
        _choice("mediable", "¿Es mediable?", ()),
        Need("screened_on", Field.DATE, "Fecha de la valoración", past=True),
        Need("consents", Field.YES, "Las partes consintieron participar"),
        _choice("not_mediable", "Por qué no es mediable", tuple(NotMediable)),
        Need("sent_to", Field.LINE, "A dónde se canalizó"),
        _choice("party_kind", "Persona o grupo", tuple(PartyKind)),
        _choice("side", "Calidad", tuple(Side)),
        Need("name", Field.LINE, "Nombre"),
        Need("spokesperson", Field.LINE, "Quién habla por el grupo"),
        Need("counsel", Field.LINE, "Representante legal"),
        Need("companion", Field.LINE, "Acompañante"),
        Need("phone", Field.LINE, "Teléfono"),
        Need("email", Field.LINE, "Correo electrónico"),
        Need("address", Field.LINE, "Domicilio para avisos"),
        _choice("sex", "Sexo", tuple(Sex)),
        _choice("age_group", "Edad", tuple(AgeGroup)),
        Need("consent_on", Field.DATE, "Fecha en que consintió", past=True),
        Need("party", Field.CHOICE, "Parte"),
        Need("sent_on", Field.DATE, "Fecha de la invitación", past=True),
        _choice("means", "Medio", tuple(Means)),
        Need("invitation", Field.CHOICE, "Invitación"),
        Need("delivered_on", Field.DATE, "Fecha de entrega", past=True),
        _choice("result", "Resultado", tuple(InvitationResult)),
        Need("held_on", Field.DATE, "Fecha de la sesión", past=True),
        Need("attended", Field.MARKS, "Quiénes acudieron"),
        Need("room", Field.CHOICE, "Sala"),
        _choice(
            "session_outcome",
            "Resultado de la sesión",
            tuple(SessionOutcome),
            "Lo que se dice en la sesión no se registra.",
        ),
        Need("agreed_on", Field.DATE, "Fecha del convenio", past=True),
        Need("commitments", Field.ROWS, "Compromisos", "Quién, qué y hasta cuándo."),
        Need("commitment", Field.CHOICE, "Compromiso"),
        _choice("commitment_result", "Resultado", FOLLOWED),
        Need("result_on", Field.DATE, "Fecha en que se verificó", past=True),
        _choice("ending", "Cómo concluye", ENDINGS),
        Need("reason", Field.LINE, "Motivo"),
    )
}
