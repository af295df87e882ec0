"""What a count says of the acts that it reads, and what a reader of its date must know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from caseflow.domain.acts import ACT_WORDS, ActKind
from caseflow.domain.phrases import N_, Phrase, phrase

#: What a clock at rest waits for, by the act that stopped it.
_WAITS_FOR: Mapping[ActKind, str] = {
    "clarify": N_("del desahogo de la prevención"),
    "cost": N_("del pago de los costos"),
}


def waits_for(kind: ActKind) -> Phrase:
    """``del pago de los costos``."""
    return phrase(_WAITS_FOR[kind])


def without_effect(kind: ActKind) -> Phrase:
    """An act on record that does nothing."""
    return phrase("{act}: sin efecto", act=phrase(ACT_WORDS[kind]))


def given_limit(limit: dt.date) -> Phrase:
    """The date that the platform gave."""
    return phrase("Fecha límite de la plataforma: {limit:%d/%m/%Y}", limit=limit)


def given_too_early(limit: dt.date) -> Phrase:
    """The platform's date, where it cannot be."""
    return phrase(
        "La fecha límite de la plataforma ({limit:%d/%m/%Y}) es anterior a la recepción: "
        "no se toma en cuenta.",
        limit=limit,
    )


def given_differs(given: dt.date, own: dt.date | None, *, given_rules: bool) -> Phrase:
    """Both dates, and which of them rules; ``own`` is none while the clock rests."""
    ours = phrase("está en pausa") if own is None else phrase("da el {day:%d/%m/%Y}", day=own)
    rules = phrase("la de la plataforma" if given_rules else "el cómputo propio")
    return phrase(
        "La plataforma da como fecha límite el {given:%d/%m/%Y} y el cómputo propio {ours}: "
        "rige {rules}.",
        given=given,
        ours=ours,
        rules=rules,
    )


def late_clarification(last: dt.date) -> Phrase:
    """A request for clarification after its last day."""
    return phrase("Prevención extemporánea: podía notificarse hasta el {last:%d/%m/%Y}", last=last)


def late_costs(limit: dt.date) -> Phrase:
    """A notice of costs after the term ended."""
    return phrase("Aviso de costos extemporáneo: el plazo terminó el {limit:%d/%m/%Y}", limit=limit)


def suspended_from(first: dt.date, last: dt.date) -> Phrase:
    """A suspension of terms, both days in it."""
    return phrase(
        "Suspensión de plazos del {first:%d/%m/%Y} al {last:%d/%m/%Y}", first=first, last=last
    )


def after_their_term(act: Phrase, last: dt.date) -> Phrase:
    """What the person did after the last day they had."""
    return phrase(
        "{act} después del plazo de la persona, que terminó el {last:%d/%m/%Y}.",
        act=act,
        last=last,
    )


def unlisted(year: int) -> Phrase:
    """The list of a year is missing, so the date may still move."""
    return phrase(
        "Falta la lista de días inhábiles de {year} de este sujeto obligado: "
        "la fecha es provisional.",
        year=year,
    )
