"""What an action asks for: one table that forms, API and refusals read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from caseflow.domain.errors import InvalidData, MissingData
from caseflow.domain.vocabulary import (
    Channel,
    IdentityDocument,
    Kind,
    LinkKind,
    Outcome,
    PowerDocument,
    ReopenGround,
    Sense,
)

TEXT_LIMIT = 20_000
LINE_LIMIT = 300
#: A number of days beyond this is a slip of the finger.
MOST_NUMBER = 250


class Field(StrEnum):
    TEXT = "text"
    LINE = "line"
    DATE = "date"
    MONEY = "money"
    NUMBER = "number"
    AREA = "area"
    AREAS = "areas"
    PERSON = "person"
    CHOICE = "choice"
    REF = "ref"
    YES = "yes"
    #: several of a few, by their numbers
    MARKS = "marks"
    #: several records, each by the names of its own fields
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Need:
    """One field of an action's form. ``choices`` are members of the vocabulary or plain words."""

    name: str
    field: Field
    label: str
    help: str = ""
    choices: tuple[StrEnum, ...] = ()
    #: a date that cannot lie after today
    past: bool = False


NEEDS: Mapping[str, Need] = {
    need.name: need
    for need in (
        Need("areas", Field.AREAS, "Áreas", "Puede elegir una o varias."),
        Need("area", Field.AREA, "Área"),
        Need("instruction", Field.TEXT, "Instrucción", "Qué debe hacer el área."),
        Need(
            "internal_on",
            Field.DATE,
            "Meta interna",
            "Si la deja vacía, se toma la de la regla o tres días hábiles antes del vencimiento.",
        ),
        Need("text", Field.TEXT, "Texto"),
        Need("reason", Field.TEXT, "Motivo"),
        Need("channel", Field.CHOICE, "Medio", choices=tuple(Channel)),
        Need("given_on", Field.DATE, "Fecha en que se dio", past=True),
        Need("notified_on", Field.DATE, "Fecha de notificación", past=True),
        Need("received_on", Field.DATE, "Fecha de recepción", past=True),
        Need("paid_on", Field.DATE, "Fecha de pago", past=True),
        Need("amount", Field.MONEY, "Monto en pesos"),
        Need("authority", Field.LINE, "Autoridad competente"),
        Need("part", Field.TEXT, "Parte que se remite"),
        Need("outcome", Field.CHOICE, "Sentido de la respuesta", choices=tuple(Outcome)),
        Need("ground", Field.CHOICE, "Causa", choices=tuple(ReopenGround)),
        Need("field", Field.LINE, "Dato"),
        Need("value", Field.TEXT, "Valor correcto"),
        Need("other", Field.REF, "Otro folio"),
        Need("link_kind", Field.CHOICE, "Relación", choices=tuple(LinkKind)),
        Need("person", Field.PERSON, "Persona"),
        Need(
            "also_answer",
            Field.YES,
            "Responder también a la persona",
            "Es el único turno: con su respuesta queda respondido el asunto.",
        ),
        Need("keep", Field.CHOICE, "Qué se conserva"),
        Need("only_area", Field.AREA, "Para", "Quién la lee; la mesa siempre."),
        Need("document", Field.LINE, "Documento que lo acredita", "Por ejemplo, acta del Comité."),
        Need("where", Field.LINE, "Dónde está", "Dirección electrónica, publicación o lugar."),
        Need("how", Field.LINE, "Cómo consultarla", "Los pasos para llegar a ella."),
        Need(
            "identity",
            Field.CHOICE,
            "Documento que presentó",
            choices=tuple(IdentityDocument),
        ),
        Need("shown_on", Field.DATE, "Fecha en que lo presentó", past=True),
        Need(
            "representative",
            Field.LINE,
            "Representante",
            "Nombre de quien acude por la persona; vacío si acude ella misma.",
        ),
        Need(
            "power",
            Field.CHOICE,
            "Con qué acredita la representación",
            choices=tuple(PowerDocument),
        ),
        Need("made_on", Field.DATE, "Fecha en que se hizo efectivo", past=True),
        Need("act", Field.CHOICE, "Acto que se corrige"),
        Need(
            "right_on",
            Field.DATE,
            "Fecha correcta",
            "Vacía si el acto no ocurrió.",
            past=True,
        ),
        Need("never", Field.YES, "No ocurrió", "El acto deja de contar; su asiento se conserva."),
        Need(
            "file_number",
            Field.LINE,
            "Expediente del recurso",
            "Como lo numera la autoridad: RR.IP.0123/2026.",
        ),
        Need("filed_on", Field.DATE, "Fecha en que se interpuso", past=True),
        Need(
            "own_days",
            Field.NUMBER,
            "Días que señala la autoridad",
            "Días hábiles; vacío si son los de la ley.",
        ),
        Need(
            "limit_on",
            Field.DATE,
            "Fecha límite que señala la autoridad",
            "Sólo si la da; entonces rige sobre los días.",
        ),
        Need("sent_on", Field.DATE, "Fecha de envío", past=True),
        Need("sense", Field.CHOICE, "Sentido de la resolución", choices=tuple(Sense)),
        Need(
            "order",
            Field.TEXT,
            "Qué ordena hacer",
            "Sólo si modifica, revoca u ordena.",
        ),
    )
}

#: Which answers a kind may give (domain §2, ``outcome``).
OUTCOMES: Mapping[str, tuple[Outcome, ...]] = {
    Kind.SERVICE: (
        Outcome.ATTENDED,
        Outcome.PARTLY,
        Outcome.NOT_ATTENDED,
        Outcome.IMPROPER,
    ),
    Kind.INFORMATION: (
        Outcome.DELIVERED,
        Outcome.PARTLY_DELIVERED,
        Outcome.ALREADY_PUBLIC,
        Outcome.CLASSIFIED,
        Outcome.NON_EXISTENT,
        Outcome.IMPROPER,
    ),
    Kind.PERSONAL_DATA: (
        Outcome.GRANTED,
        Outcome.PARTLY_GRANTED,
        Outcome.DENIED,
        Outcome.NON_EXISTENT,
        Outcome.IMPROPER,
    ),
}


def check_needs(
    required: tuple[str, ...],
    optional: tuple[str, ...],
    data: Mapping[str, Any],
    *,
    earliest: dt.date,
    today: dt.date,
    table: Mapping[str, Need] = NEEDS,
) -> dict[str, Any]:
    """The data of an action, complete and of the right shape, and nothing else of what came.

    Dates of acts lie between the reception of the case and today (domain §5).
    """
    taken: dict[str, Any] = {}
    for name in required + optional:
        need = table[name]
        value = data.get(name)
        if isinstance(value, str):
            value = value.strip()
        if value is None or value == "" or value == [] or value == ():
            if name in required:
                raise MissingData("Complete «{label}».", field=name, label=need.label)
            continue
        _check_shape(need, value, earliest, today)
        taken[name] = value
    return taken


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _day(value: Any) -> bool:
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def _text(value: Any) -> bool:
    return isinstance(value, str)


#: What a value of each field is; whoever sends something else is not a form of ours.
_SHAPES: Mapping[Field, Callable[[Any], bool]] = {
    Field.TEXT: _text,
    Field.LINE: _text,
    Field.REF: _text,
    Field.CHOICE: _text,
    Field.DATE: _day,
    Field.NUMBER: lambda value: _whole(value) and 0 < value <= MOST_NUMBER,
    Field.MONEY: lambda value: isinstance(value, (int, float, Decimal)) and value > 0,
    Field.AREA: _whole,
    Field.PERSON: _whole,
    Field.AREAS: lambda value: isinstance(value, (list, tuple)) and all(map(_whole, value)),
    Field.YES: lambda value: isinstance(value, bool),
    Field.MARKS: lambda value: isinstance(value, (list, tuple)) and all(map(_whole, value)),
    Field.ROWS: lambda value: (
        isinstance(value, (list, tuple)) and all(isinstance(row, Mapping) for row in value)
    ),
}


def _check_shape(need: Need, value: Any, earliest: dt.date, today: dt.date) -> None:
    label = need.label
    if not _SHAPES[need.field](value):
        raise InvalidData("{label}: el valor no es válido.", field=need.name, label=label)
    if need.field in (Field.TEXT, Field.LINE):
        limit = TEXT_LIMIT if need.field is Field.TEXT else LINE_LIMIT
        if len(value) > limit:
            raise InvalidData(
                "{label} tiene {length} caracteres; el máximo es {limit}. Acórtelo.",
                field=need.name,
                label=label,
                length=len(value),
                limit=limit,
            )
    if need.past and value > today:
        raise InvalidData(
            "{label}: {value} todavía no llega. Escriba el día en que ocurrió.",
            field=need.name,
            label=label,
            value=f"{value:%d/%m/%Y}",
        )
    if need.past and value < earliest:
        raise InvalidData(
            "{label}: {value} es anterior a la recepción del asunto ({earliest}).",
            field=need.name,
            label=label,
            value=f"{value:%d/%m/%Y}",
            earliest=f"{earliest:%d/%m/%Y}",
        )
    if need.choices and value not in need.choices:
        raise InvalidData("{label}: elija una de las opciones.", field=need.name, label=label)
