"""The morning sheet of an area: what its people must look at first today (domain §9)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from caseflow.domain.lights import Light, light_of
from caseflow.domain.people import Actor
from caseflow.domain.phrases import N_, chain, phrase
from caseflow.domain.vocabulary import (
    INBOX_KINDS,
    WAITING_STATES,
    AppealState,
    ArcoRight,
    Basis,
    CaseState,
    DeadlineState,
    Role,
    Semaphore,
    Source,
    Step,
    TurnState,
    spanish,
)
from caseflow.models import Case, Deadline, Turn
from caseflow.queries.appeals import AppealRow, appeals_due
from caseflow.queries.lists import OPEN_TURN, inline
from caseflow.queries.people import names
from caseflow.queries.reference import AreaNode, Reference
from caseflow.queries.report_figures import AGE_BANDS, AGE_LABELS, Ages, age_band
from caseflow.queries.rights import RightRow, rights_due
from caseflow.queries.scope import visible

#: "In three days": the third business day after the day of the sheet.
AHEAD = 3
_DESK_STATES = (CaseState.RECEIVED, CaseState.REVIEW)
_PERSON_OWES = (Step.PERSON_ANSWERS, Step.PAY)


@dataclass(frozen=True, slots=True)
class MorningRow:
    """One folio of the sheet; it names no petitioner. ``person``: who works on it, if anybody."""

    ref: str
    folio: str
    source: Source
    subject: str
    areas: tuple[str, ...]
    due_on: dt.date | None
    basis: Basis | None
    light: Light
    days_late: int
    state: str
    person: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain values; dates in ISO form."""
        return {
            "ref": self.ref,
            "folio": self.folio,
            "source": self.source.value,
            "subject": self.subject,
            "areas": list(self.areas),
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "basis": self.basis.value if self.basis else None,
            "light": self.light.light.value,
            "words": self.light.words,
            "days_late": self.days_late,
            "state": self.state,
            "person": self.person,
        }


@dataclass(frozen=True, slots=True)
class MorningSheet:
    """What an area and those below it face on a day.

    ``due_tomorrow`` falls due by the next business day, ``due_in_three`` by the third; ``returned``
    and ``lapses`` lie on its desks, ``drafts`` wait for a signature, ``unassigned`` for a person.
    ``appeals`` are the terms of appeals that end by then or ended, and appeals to be closed: they
    make no folio overdue. ``rights`` are those granted over personal data, to be made effective.
    """

    area_code: str
    area_name: str
    on: dt.date
    business_day: bool
    overdue: tuple[MorningRow, ...]
    ages: Ages
    due_today: tuple[MorningRow, ...]
    due_tomorrow: tuple[MorningRow, ...]
    due_in_three: tuple[MorningRow, ...]
    returned: tuple[MorningRow, ...]
    drafts: tuple[MorningRow, ...]
    unassigned: tuple[MorningRow, ...]
    lapses: tuple[MorningRow, ...]
    appeals: tuple[MorningRow, ...]
    rights: tuple[MorningRow, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values: the lists, and the overdue ones by age."""
        return {
            "report": "morning",
            "area_code": self.area_code,
            "area_name": self.area_name,
            "on": self.on.isoformat(),
            "business_day": self.business_day,
            "ages": dict(zip(AGE_LABELS, self.ages, strict=True)),
            **{name: [row.as_json() for row in getattr(self, name)] for name in LISTS},
        }


#: The lists of the sheet, in the order in which they are read.
LISTS = (
    "overdue",
    "due_today",
    "due_tomorrow",
    "due_in_three",
    "returned",
    "drafts",
    "unassigned",
    "lapses",
    "appeals",
    "rights",
)


def morning_areas(actor: Actor, reference: Reference) -> tuple[AreaNode, ...]:
    """The areas whose sheet the actor may read: where they work, and what they supervise."""
    nodes = reference.tree.in_order()
    if actor.system or actor.has(Role.AUDITOR):
        return nodes
    mine = actor.areas(Role.CLERK, Role.STAFF, Role.HEAD)
    mine |= actor.reach(Role.SUPERVISOR, Role.TRANSPARENCY)
    return tuple(node for node in nodes if node.id in mine)


def morning_sheet(
    session: Session, reference: Reference, actor: Actor, area: AreaNode, on: dt.date
) -> MorningSheet:
    """The sheet of an area with all below it, of what the actor may see.

    Dates are compared with ``on``; turns, desks and drafts are those of now.
    """
    calendar = reference.calendar
    tomorrow, third = calendar.add(on, 1), calendar.add(on, AHEAD)
    area_ids = sorted(reference.tree.below[area.id])
    turns = _turns(session, actor, area_ids, third)
    rows = _Rows(reference, on, names(session, {turn.assignee_id for turn in turns}))
    urgent = {turn.case_id: turn for turn in turns if _runs(turn, third)}
    held: dict[int, list[int]] = {}
    for turn in turns:
        held.setdefault(turn.case_id, []).append(turn.area_id)
    desks = _desks(session, actor, area_ids, third)
    dated = [rows.of(turn, held[turn.case_id]) for turn in urgent.values()]
    dated += [rows.of(case, (case.desk_id,)) for case in desks if _runs(case, third)]
    dated.sort(key=lambda row: (row.due_on or on, row.ref))

    def between(first: dt.date, last: dt.date) -> tuple[MorningRow, ...]:
        return tuple(row for row in dated if row.due_on and first <= row.due_on <= last)

    day = dt.timedelta(days=1)
    overdue = between(dt.date.min, on - day)
    return MorningSheet(
        area_code=area.code,
        area_name=area.name,
        on=on,
        business_day=calendar.is_business(on),
        overdue=overdue,
        ages=_ages(overdue),
        due_today=between(on, on),
        due_tomorrow=between(on + day, tomorrow),
        due_in_three=between(tomorrow + day, third),
        returned=_in_order(rows.of(c, (c.desk_id,)) for c in desks if c.desk_mark == "returned"),
        drafts=_in_order(rows.of(t, (t.area_id,)) for t in turns if t.drafted),
        unassigned=_in_order(rows.of(t, (t.area_id,)) for t in turns if t.assignee_id is None),
        lapses=_in_order(rows.of(c, (c.desk_id,)) for c in _lapses(session, actor, area_ids, on)),
        appeals=tuple(rows.of_appeal(row) for row in appeals_due(session, actor, area_ids, third)),
        rights=tuple(rows.of_right(row) for row in rights_due(session, actor, area_ids, third)),
    )


def _in_order(rows: Iterable[MorningRow]) -> tuple[MorningRow, ...]:
    return tuple(sorted(rows, key=lambda row: (row.due_on or dt.date.max, row.ref)))


def _runs(row: Any, third: dt.date) -> bool:
    return row.due_on is not None and row.due_on <= third and not row.waiting


def _ages(rows: Iterable[MorningRow]) -> Ages:
    counts = [0] * len(AGE_BANDS)
    for row in rows:
        counts[age_band(row.days_late)] += 1
    first, second, third, fourth, fifth = counts
    return (first, second, third, fourth, fifth)


_CASE = (Case.id.label("case_id"), Case.ref, Case.folio, Case.source, Case.kind, Case.subject)
_WAITS = inline(Case.state, WAITING_STATES)


def _turns(session: Session, actor: Actor, area_ids: list[int], third: dt.date) -> list[Any]:
    """Open turns that are urgent, drafted, or nobody's."""
    urgent = and_(Turn.waiting.is_(False), Turn.due_on <= third)
    rows = session.execute(
        select(
            *_CASE,
            Turn.area_id,
            Turn.state,
            Turn.due_on,
            Case.basis,
            Turn.waiting,
            Turn.assignee_id,
            Turn.draft_text.is_not(None).label("drafted"),
        )
        .join(Case, Case.id == Turn.case_id)
        .where(
            OPEN_TURN,
            Turn.area_id.in_(area_ids),
            or_(urgent, Turn.assignee_id.is_(None), Turn.draft_text.is_not(None)),
            visible(actor),
        )
        .order_by(Turn.case_id, Turn.number)
    )
    return list(rows)


def _desks(session: Session, actor: Actor, area_ids: list[int], third: dt.date) -> list[Any]:
    """Cases that wait on a desk of the areas: urgent or returned."""
    rests = and_(
        inline(Case.state, _DESK_STATES),
        Case.desk_id.in_(area_ids),
        inline(Case.kind, INBOX_KINDS),
    )
    return _cases(
        session, actor, and_(rests, or_(Case.due_on <= third, Case.desk_mark == "returned"))
    )


def _lapses(session: Session, actor: Actor, area_ids: list[int], on: dt.date) -> list[Any]:
    """Cases that wait for a person whose term is over: to be taken as never presented, or not."""
    over = (
        select(Deadline.case_id)
        .where(
            Deadline.state == DeadlineState.RUNNING.value,
            inline(Deadline.step, _PERSON_OWES),
            Deadline.due_on < on,
        )
        .scalar_subquery()
    )
    return _cases(session, actor, and_(_WAITS, Case.desk_id.in_(area_ids), Case.id.in_(over)))


def _cases(session: Session, actor: Actor, wanted: ColumnElement[bool]) -> list[Any]:
    rows = session.execute(
        select(
            *_CASE,
            Case.desk_id,
            Case.state,
            Case.due_on,
            Case.basis,
            Case.desk_mark,
            _WAITS.label("waiting"),
            false().label("drafted"),
        )
        .where(wanted, visible(actor))
        .order_by(Case.id)
    )
    return list(rows)


class _Rows:
    """From rows of a query to rows of the sheet."""

    def __init__(self, reference: Reference, on: dt.date, people: Mapping[int, str]) -> None:
        self._tree, self._calendar = reference.tree, reference.calendar
        self._on, self._people = on, people

    def of(self, row: Any, area_ids: Iterable[int]) -> MorningRow:
        light = light_of(row.due_on, bool(row.waiting), True, self._on, self._calendar, row.kind)
        late = 0
        if light.light is Semaphore.OVERDUE:
            late = self._calendar.between(row.due_on, self._on, row.kind)
        return MorningRow(
            ref=row.ref,
            folio=row.folio,
            source=Source(row.source),
            subject=row.subject,
            areas=tuple(self._tree.short(area_id) for area_id in dict.fromkeys(area_ids)),
            due_on=row.due_on,
            basis=Basis(row.basis) if row.basis else None,
            light=light,
            days_late=late,
            state=_state_words(row.state),
            person=self._people.get(getattr(row, "assignee_id", None) or 0, ""),
        )

    def of_appeal(self, row: AppealRow) -> MorningRow:
        """A term of an appeal; its folio is no later for it."""
        return MorningRow(
            ref=row.ref,
            folio=row.folio,
            source=Source(row.source),
            subject=row.subject,
            areas=(self._tree.short(row.desk_id),),
            due_on=row.due_on,
            basis=Basis.LEGAL if row.due_on else None,
            light=light_of(row.due_on, False, True, self._on, self._calendar, row.kind),
            days_late=0,
            state=_appeal_words(row),
        )

    def of_right(self, row: RightRow) -> MorningRow:
        """A right to be made effective; its folio was answered, and is no later for it."""
        return MorningRow(
            ref=row.ref,
            folio=row.folio,
            source=Source(row.source),
            subject=row.subject,
            areas=(self._tree.short(row.desk_id),),
            due_on=row.due_on,
            basis=Basis.LEGAL,
            light=light_of(row.due_on, False, True, self._on, self._calendar, row.kind),
            days_late=0,
            state=_right_words(row),
        )


def _right_words(row: RightRow) -> str:
    """Which right, and what it waits for."""
    right = spanish(ArcoRight(row.arco_right)) if row.arco_right else N_("Derecho sin precisar")
    waits = N_("por hacer efectivo") if row.identified else N_("falta acreditar la identidad")
    return chain(" · ", (phrase(right), phrase(waits)))


def _appeal_words(row: AppealRow) -> str:
    """The appeal and what it waits for."""
    word = spanish(Step(row.step)) if row.step else spanish(AppealState(row.state))
    return chain(" · ", (row.file_number, phrase(word)))


def _state_words(state: str) -> str:
    if state in tuple(TurnState):
        return spanish(TurnState(state))
    return spanish(CaseState(state))
