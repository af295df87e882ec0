"""What one act changes: the pure half of the write path.

A ``Draft`` starts from the facts of a case, takes edits one by one so that later rules see them,
and ends as a ``Change``: rows to write and the events that say so. ``work.apply`` writes it, and
stores the rows inside the first event as well, so that the state can be rebuilt from the events.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar

from caseflow.domain.facts import (
    AppealFacts,
    CaseFacts,
    DeadlineFacts,
    PetitionerFacts,
    TurnFacts,
)
from caseflow.domain.people import Actor, OnBehalf
from caseflow.domain.vocabulary import DeadlineState, Step

#: Tables below a case whose rows a change may write, and that the events rebuild.
CHILDREN = (
    "turn",
    "deadline",
    "appeal",
    "petitioner",
    "folio_alias",
    "link",
    "note",
    "attachment",
)

#: Fields of the facts that are no columns.
_BESIDE = frozenset({"petitioner", "turns", "deadlines", "appeals", "numbers"})


def _defaults(kind: type) -> dict[str, Any]:
    made = {}
    for spec in fields(kind):
        if spec.name in _BESIDE:
            continue
        if spec.default is not MISSING:
            made[spec.name] = spec.default
        elif spec.default_factory is not MISSING:
            made[spec.name] = spec.default_factory()
    return made


#: table → column → the value that a fresh row has unless its change names another. A change of a
#: new row leaves them out, and so does its event.
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "case": _defaults(CaseFacts),
    "turn": _defaults(TurnFacts),
    "deadline": _defaults(DeadlineFacts),
    "appeal": _defaults(AppealFacts),
    "petitioner": _defaults(PetitionerFacts),
}
_CASE_DEFAULTS = tuple(DEFAULTS["case"].items())
_CASE_REQUIRED = tuple(
    spec.name for spec in fields(CaseFacts) if spec.name not in {*DEFAULTS["case"], *_BESIDE}
)


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row of one table. ``number`` is 0 for the case itself and for its petitioner.

    ``values`` of a new row leave out what equals ``DEFAULTS``.
    """

    table: str
    number: int
    values: Mapping[str, Any]
    new: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history. ``effective_on`` is local; ``data`` the answers of the form."""

    action: str
    effective_on: dt.date
    data: Mapping[str, Any] = field(default_factory=dict)
    turn_number: int | None = None
    on_behalf: OnBehalf | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to a person of the office: who, and which words. Never names the petitioner.

    ``user_id`` none: to whoever heads ``area_id`` that day.
    """

    user_id: int | None
    subject: str
    body: str
    area_id: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """All that one act writes. ``case.id`` is 0 for a case not yet born."""

    case: CaseFacts
    version: int
    rows: tuple[RowChange, ...]
    events: tuple[Event, ...]
    actor: Actor
    at: dt.datetime
    notices: tuple[Notice, ...] = ()
    born: bool = False


class Draft:
    """A case being edited by one act: made, filled, turned into a change; never stored."""

    def __init__(
        self, case: CaseFacts, actor: Actor, at: dt.datetime, *, born: bool = False
    ) -> None:
        self.actor = actor
        self.at = at
        self.born = born
        self._version = case.version
        self.case = case if born else _loose_copy(case)
        self._edits: dict[tuple[str, int], dict[str, Any]] = {}
        self._new: set[tuple[str, int]] = set()
        self._events: list[Event] = []
        self._notices: list[Notice] = []
        if born:
            self._new.add(("case", 0))
            edits = {name: getattr(case, name) for name in _CASE_REQUIRED}
            for name, default in _CASE_DEFAULTS:
                if (value := getattr(case, name)) != default:
                    edits[name] = value
            self._edits["case", 0] = edits

    def set(self, **values: Any) -> None:
        """Edit the case itself; values equal to what stands there are no edit."""
        self._edit(self.case, "case", 0, values)

    def set_turn(self, number: int, **values: Any) -> None:
        self._edit(self.case.turns[number], "turn", number, values)

    def set_deadline(self, number: int, **values: Any) -> None:
        self._edit(self.case.deadlines[number], "deadline", number, values)

    def set_appeal(self, number: int, **values: Any) -> None:
        self._edit(self.case.appeals[number], "appeal", number, values)

    def set_petitioner(self, **values: Any) -> None:
        if self.case.petitioner is None:
            self.case.petitioner = PetitionerFacts(case_id=self.case.id)
            self._new.add(("petitioner", 0))
            self._edits["petitioner", 0] = {"case_id": self.case.id}
        self._edit(self.case.petitioner, "petitioner", 0, values)

    def add_turn(self, **values: Any) -> TurnFacts:
        number = self._next("turn")
        turn = TurnFacts(case_id=self.case.id, number=number, round=self.case.round, **values)
        self.case.turns[number] = turn
        self._add("turn", number, {"round": self.case.round, **values})
        return turn

    def add_deadline(self, **values: Any) -> DeadlineFacts:
        number = self._next("deadline")
        deadline = DeadlineFacts(
            case_id=self.case.id, number=number, round=self.case.round, **values
        )
        self.case.deadlines[number] = deadline
        self._add("deadline", number, {"round": self.case.round, **values})
        return deadline

    def add_appeal(self, **values: Any) -> AppealFacts:
        number = self._next("appeal")
        appeal = AppealFacts(case_id=self.case.id, number=number, round=self.case.round, **values)
        self.case.appeals[number] = appeal
        self._add("appeal", number, {"round": self.case.round, **values})
        return appeal

    def add(self, table: str, **values: Any) -> int:
        """A new row of a table without rules of its own: note, link, attachment, folio_alias."""
        number = self._next(table)
        self._add(table, number, {"case_id": self.case.id, "number": number, **values})
        return number

    def edit(self, table: str, number: int, **values: Any) -> None:
        """Edit a row of a table without rules of its own."""
        self._edits.setdefault((table, number), {}).update(values)

    def event(
        self,
        action: str,
        on: dt.date,
        data: Mapping[str, Any] | None = None,
        *,
        turn: int | None = None,
        on_behalf: OnBehalf | None = None,
    ) -> None:
        self._events.append(Event(action, on, dict(data or {}), turn, on_behalf))

    @property
    def eventful(self) -> bool:
        """Whether anything happened so far."""
        return bool(self._events)

    def notice(self, user_id: int | None, subject: str, body: str) -> None:
        """Tell a person of the office; acting on one's own behalf needs no telling."""
        if user_id is not None and user_id != self.actor.user_id:
            self._notices.append(Notice(user_id, subject, body))

    def notice_head(self, area_id: int, subject: str, body: str) -> None:
        """Tell whoever heads an area; the domain need not know who that is."""
        self._notices.append(Notice(None, subject, body, area_id))

    def change(self) -> Change:
        """The finished change, with the copies that the lists read brought up to date."""
        self._refresh_copies()
        rows = tuple(
            RowChange(table, number, values, (table, number) in self._new)
            for (table, number), values in self._edits.items()
            if values
        )
        return Change(
            case=self.case,
            version=self._version,
            rows=rows,
            events=tuple(self._events),
            actor=self.actor,
            at=self.at,
            notices=tuple(self._notices),
            born=self.born,
        )

    def _edit(self, record: Any, table: str, number: int, values: Mapping[str, Any]) -> None:
        edits = self._edits.setdefault((table, number), {})
        for name, value in values.items():
            if getattr(record, name) != value:
                setattr(record, name, value)
                edits[name] = value

    def _add(self, table: str, number: int, values: dict[str, Any]) -> None:
        self._new.add((table, number))
        self._edits[table, number] = values

    def _next(self, table: str) -> int:
        number = self.case.numbers.get(table, 0) + 1
        self.case.numbers[table] = number
        return number

    def _refresh_copies(self) -> None:
        """Lists read the governing date from the case and from its open turns: one rule here."""
        case = self.case
        governing = case.governing()
        shown = governing
        if case.live and governing is not None and not governing.live:
            # reopened after its term was met: only the term of a ruling can run (domain §5)
            shown = case.running(Step.COMPLY)
        due_on = shown.due_on if shown is not None else None
        basis = shown.basis if shown is not None else None
        waiting = shown is not None and shown.state == DeadlineState.PAUSED
        self.set(due_on=due_on, basis=basis)
        for turn in case.turns.values():
            if turn.open:
                self.set_turn(turn.number, due_on=due_on, waiting=waiting)


#: Reads all fields of a record at once: ``copy.copy`` takes ten times as long.
_FIELDS = {
    kind: attrgetter(*(field.name for field in fields(kind)))
    for kind in (CaseFacts, TurnFacts, DeadlineFacts, AppealFacts, PetitionerFacts)
}
_Record = TypeVar("_Record", CaseFacts, TurnFacts, DeadlineFacts, AppealFacts, PetitionerFacts)


def _copied(record: _Record) -> _Record:
    kind = type(record)
    return kind(*_FIELDS[kind](record))


def _loose_copy(case: CaseFacts) -> CaseFacts:
    """A copy whose turns and deadlines can be edited without touching the original."""
    other = _copied(case)
    other.turns = {n: _copied(t) for n, t in case.turns.items()}
    other.deadlines = {n: _copied(d) for n, d in case.deadlines.items()}
    other.appeals = {n: _copied(a) for n, a in case.appeals.items()}
    other.petitioner = _copied(case.petitioner) if case.petitioner is not None else None
    other.numbers = dict(case.numbers)
    return other
