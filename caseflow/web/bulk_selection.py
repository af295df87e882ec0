"""Which turns a bulk act is about: those marked in a list, or all that a list holds."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import request

from caseflow.domain.errors import InvalidData, Refused
from caseflow.domain.people import Actor
from caseflow.extensions import db
from caseflow.queries.inbox import TurnList
from caseflow.queries.lists import Filters, Row, TurnFilter
from caseflow.web.inbox import day, turn_list
from caseflow.web.list_filters import LIGHTS, Address, read_address
from caseflow.web.list_view import number

#: As many turns are done while the person waits; more become a job.
AT_ONCE = 50
#: More at once are nobody's decision.
MOST = 20_000

Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Selection:
    """The turns of one act: those marked, or all that fulfil the filters of a list.

    ``rows`` are the first ``AT_ONCE``; ``gone`` how many of the marked are no longer open here.
    """

    keys: tuple[Key, ...]
    rows: tuple[Row, ...]
    areas: tuple[int, ...]
    address: Address
    list_name: str
    by_filter: bool
    gone: int = 0

    @property
    def total(self) -> int:
        return len(self.keys)

    @property
    def as_job(self) -> bool:
        return self.total > AT_ONCE

    @property
    def back(self) -> str:
        return self.address.to()


def read_selection(actor: Actor) -> Selection:
    name = request.values.get("lista", "")
    mine = name == "mis-turnos"
    address = read_address("inbox.mine" if mine else "inbox.show", TurnFilter)
    if not request.values.get("todos"):
        marked = _marked()
        everything = TurnList(actor, day())
        rows = everything.marked(db.session(), marked)
        keys = tuple((row.case_id, row.number) for row in rows)
        areas = tuple(dict.fromkeys(area for row in rows for area in row.areas))
        return Selection(keys, rows, areas, address, name, False, len(marked) - len(keys))
    address = _picked(address)
    asked = turn_list(actor, name, address)
    keys = asked.keys(db.session(), MOST + 1)
    if len(keys) > MOST:
        raise Refused("Son más de {most} turnos. Use los filtros.", most=number(MOST))
    rows = asked.marked(db.session(), keys[:AT_ONCE])
    return Selection(keys, rows, asked.areas(db.session()), address, name, True)


def _marked() -> list[Key]:
    """The marks of the list, each ``<case id>.<turn>``, each once."""
    marks = list(dict.fromkeys(request.values.getlist("marked")))
    if not marks:
        raise InvalidData("Marque al menos un turno de la lista.", field="marked")
    if len(marks) > AT_ONCE:
        raise InvalidData(
            "Se marcan hasta {most} turnos; para más, elija todos los de la lista.",
            field="marked",
            most=AT_ONCE,
        )
    return [_key(mark) for mark in marks]


def _key(text: str) -> Key:
    case_id, _dot, turn = text.partition(".")
    if not (case_id.isdecimal() and turn.isdecimal() and len(text) < 20):
        raise InvalidData("No se reconoció uno de los turnos.", field="marked")
    return int(case_id), int(turn)


def read_moved(text: str) -> tuple[int, int, int]:
    case_id, turn = _key(text.rpartition(".")[0])
    area = text.rpartition(".")[2]
    if not (area.isdecimal() and len(area) < 10):
        raise InvalidData("No se reconoció uno de los turnos.", field="marked")
    return case_id, turn, int(area)


def _picked(address: Address) -> Address:
    """What the board's form picks of the areas that were marked there."""
    pick = request.values.get("que")
    if pick is None:
        return address
    if not address.filters.areas:
        raise InvalidData("Marque al menos un área en el tablero.", field="area")
    name, _colon, value = pick.partition(":")
    filters: Filters = address.filters
    if name == "luz" and value in LIGHTS:
        filters = replace(filters, light=LIGHTS[value])
    elif name == "estado" and value in set(TurnFilter):
        filters = replace(filters, state=value)
    return replace(address, filters=filters)
