"""What a listing says of a case that is already here, and what becomes of it (domain §8).

Three sides are compared: what the listing says now, what it said the last time, and what stands
here. What only the listing changed is taken; what a person changed stays; where both did, or where
an area is still at work, a *discrepancy* waits for a person. A listing never overwrites anybody's
work, and an empty cell erases nothing (``docs/adr/0004``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from caseflow.domain import corrections, deadlines
from caseflow.domain.acts import Act
from caseflow.domain.change import Change, Draft
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.facts import CaseFacts
from caseflow.domain.folding import fold
from caseflow.domain.instants import local_date
from caseflow.domain.people import Actor
from caseflow.domain.phrases import N_, phrase
from caseflow.domain.vocabulary import CaseState

#: How far a case has come, by the words of a listing.
_RANK: Mapping[str, int] = {"open": 0, "answered": 1, "closed": 2}
#: In a sentence: "el listado lo da por …".
_STATUS_WORDS: Mapping[str, str] = {
    "open": N_("abierto"), "answered": N_("atendido"), "closed": N_("concluido"),
}  # fmt: skip

#: Facts of a case that a listing may bring, with their screen words.
FACTS: Mapping[str, str] = {
    "subject": "Asunto",
    "description": "Descripción",
    "channel": "Canal",
    "street": "Calle y número",
    "colonia": "Colonia",
    "borough": "Alcaldía",
    "postal_code": "Código postal",
    "latitude": "Latitud",
    "longitude": "Longitud",
    "territory_code": "Unidad territorial",
    "external_folio": "Folio externo",
    "delivery": "Modalidad de entrega",
    "arco_right": "Derecho que se ejerce",
}
#: Of the person who asks: taken as the others, and never told apart in a discrepancy.
PERSON: Mapping[str, str] = {
    "name": "Nombre",
    "phone": "Teléfono",
    "email": "Correo",
    "sex": "Sexo",
    "age": "Edad",
}
#: Degrees below which two coordinates are the same place (a decimetre).
_SAME_PLACE = 1e-6


@dataclass(frozen=True, slots=True)
class Listed:
    """What one row says, in the terms of a case. ``values`` and ``person``: what is not empty."""

    digest: str
    status: str
    filed_on: dt.date
    values: Mapping[str, Any]
    person: Mapping[str, Any] = field(default_factory=dict)
    ended_on: dt.date | None = None
    ended_at: dt.datetime | None = None
    given_due_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One column of a row beside ours: what stood, what the listing says, and why it was so."""

    field: str
    before: Any
    after: Any
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "field": self.field,
            "before": _plain(self.before),
            "after": _plain(self.after),
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Heard:
    """What becomes of a row: the change to write (none: nothing is new) and what to show of it."""

    change: Change | None
    discrepant: bool
    told: tuple[Told, ...]


def hear(
    case: CaseFacts,
    listed: Listed,
    before: Listed | None,
    actor: Actor,
    data: Mapping[str, Any],
    clockwork: Clockwork,
    now: dt.datetime,
) -> Heard:
    """Compare a row with a case that exists and decide.

    ``before`` is what the listing said of it the last time; none where it never did. ``data``
    names the row (batch, row, file) in the event. Raises ``DomainError`` where a rule refuses.
    """
    hearing = _Hearing(case, listed, before, actor, clockwork, now)
    hearing.facts()
    hearing.person()
    hearing.filing()
    hearing.given()
    news = hearing.status()
    return hearing.result(data, news=news)


class _Hearing:
    """One row against one case."""

    def __init__(
        self,
        case: CaseFacts,
        listed: Listed,
        before: Listed | None,
        actor: Actor,
        clockwork: Clockwork,
        now: dt.datetime,
    ) -> None:
        self.listed = listed
        self.before = before
        self.clockwork = clockwork
        self.draft = Draft(case, actor, now)
        self.case = self.draft.case
        self.taken: list[Told] = []
        self.disputed: list[Told] = []
        self.left: list[Told] = []
        self.facts_in_dispute: dict[str, Any] = {}
        self.status_in_dispute = ""
        self.effective_on = clockwork.today

    def facts(self) -> None:
        for name in FACTS:
            theirs = self.listed.values.get(name)
            if theirs in (None, ""):
                continue
            ours = getattr(self.case, name)
            once = self.before.values.get(name) if self.before else None
            if _same(ours, theirs) or (self.before and _same(once, theirs)):
                continue
            if ours in (None, "") or (self.before and _same(once, ours)):
                self.draft.set(**{name: theirs})
                if name == "borough":
                    self.draft.set(borough_inferred=self.listed.values["borough_inferred"])
                self.taken.append(Told(name, ours, theirs))
            else:
                self.facts_in_dispute[name] = theirs
                self.disputed.append(
                    Told(name, ours, theirs, N_("Aquí dice otra cosa: no se sobrescribe."))
                )

    def person(self) -> None:
        for name in PERSON:
            theirs = self.listed.person.get(name)
            if theirs in (None, ""):
                continue
            ours = getattr(self.case.petitioner, name, None)
            once = self.before.person.get(name) if self.before else None
            if ours == theirs or (self.before and once == theirs):
                continue
            if ours in (None, "") or (self.before and once == ours):
                more = {"name_key": fold(str(theirs))} if name == "name" else {}
                self.draft.set_petitioner(**{name: theirs}, **more)
                self.taken.append(Told(name, None, theirs))
            else:
                self.left.append(
                    Told(name, None, theirs, N_("Difiere de lo registrado: no se sobrescribe."))
                )

    def filing(self) -> None:
        ours, theirs = local_date(self.case.filed_at), self.listed.filed_on
        if ours == theirs or (self.before and self.before.filed_on == theirs):
            return
        self.facts_in_dispute["filed_on"] = theirs.isoformat()
        self.disputed.append(
            Told("filed_on", ours, theirs, N_("Movería el plazo: lo decide una persona."))
        )

    def given(self) -> None:
        """A limit date of the platform rules until an act of ours moves the clock, and again when
        a new one comes (domain §5)."""
        theirs = self.listed.given_due_on
        if theirs is None or (self.before and self.before.given_due_on == theirs):
            return
        governing = self.case.governing()
        if governing is None or not governing.live:
            return
        ours = governing.due_on
        if theirs in (governing.given_on, ours):
            return
        act = Act("given", self.clockwork.today, until=theirs)
        deadlines.act_on_governing(self.draft, self.clockwork, act)
        self.taken.append(Told("given_due_on", ours, theirs))

    def status(self) -> bool:
        """Move the case forward, or dispute. Whether the listing's status is news at all."""
        theirs, ours = self.listed.status, _standing(self.case)
        last = self.before.status if self.before else ours
        on = self.listed.ended_on or self.clockwork.today
        if theirs == last:
            self._end_moved()
            return False
        if _RANK[theirs] == _RANK[ours]:
            return True
        if _RANK[theirs] < _RANK[last]:
            self._dispute_status(
                phrase("El listado lo da otra vez por {status}.", status=_STATUS_WORDS[theirs])
            )
        elif _RANK[theirs] < _RANK[ours]:
            return True
        elif self.case.open_turns():
            self._dispute_status(
                phrase(
                    "El listado lo da por {status} y un área todavía lo atiende.",
                    status=_STATUS_WORDS[theirs],
                )
            )
        else:
            before = self.case.state
            corrections.forward(self.draft, theirs, on, self.listed.ended_at, self.clockwork)
            self.effective_on = on
            self.taken.append(Told("status", before, self.case.state))
            self.taken.append(Told("closed_on", None, on))
        return True

    def _dispute_status(self, reason: str) -> None:
        self.status_in_dispute = self.listed.status
        self.disputed.append(Told("status", self.case.state, self.listed.status, reason))

    def _end_moved(self) -> None:
        """The listing moved the date of its own answer: that decides whether it was late."""
        theirs = self.listed.ended_on
        if self.listed.status == "open" or theirs is None or self.before is None:
            return
        if self.before.ended_on == theirs or self.case.answered_on != self.before.ended_on:
            return
        self.facts_in_dispute["ended_on"] = theirs.isoformat()
        self.disputed.append(
            Told(
                "closed_on", self.case.answered_on, theirs, N_("El listado movió su propia fecha.")
            )
        )

    def result(self, data: Mapping[str, Any], *, news: bool) -> Heard:
        if not (self.taken or self.disputed or news):
            return Heard(None, False, tuple(self.left))
        self.draft.set(row_digest=self.listed.digest)
        if self.taken or news:
            columns = [told.field for told in self.taken]
            self.draft.event(
                "listing",
                self.effective_on,
                {**data, "status": self.listed.status, "columns": columns},
            )
        if self.disputed:
            discrepancy = self._discrepancy(data)
            self.draft.set(discrepancy=discrepancy)
            self.draft.event("discrepancy", self.clockwork.today, discrepancy)
        return Heard(
            self.draft.change(), bool(self.disputed), (*self.disputed, *self.taken, *self.left)
        )

    def _discrepancy(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """What waits for a person, with what an earlier listing left unsettled."""
        pending = self.case.discrepancy or {}
        words = [
            told.reason
            if told.field == "status"
            else phrase(
                "{fact}: el listado dice «{theirs}» y aquí dice «{ours}».",
                fact=_label(told.field),
                theirs=_spoken(told.after),
                ours=_spoken(told.before),
            )
            for told in self.disputed
        ]
        found: dict[str, Any] = {**pending, **data, "words": " ".join(words), "sentences": words}
        if facts := {**pending.get("facts", {}), **self.facts_in_dispute}:
            found["facts"] = facts
        if self.status_in_dispute:
            ended_on = self.listed.ended_on
            found["status"] = self.status_in_dispute
            found["on"] = ended_on.isoformat() if ended_on else None
        return found


def _standing(case: CaseFacts) -> str:
    """A case's state in the words of a listing."""
    if case.live:
        return "open"
    return "answered" if case.state == CaseState.ANSWERED else "closed"


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) < _SAME_PLACE
    return bool(one == other)


def _label(name: str) -> str:
    return {"filed_on": N_("Fecha de ingreso"), "closed_on": N_("Fecha de conclusión"), **FACTS}[
        name
    ]


def _spoken(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, dt.date) else str(value)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date | dt.datetime) else value
