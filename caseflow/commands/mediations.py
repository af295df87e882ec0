"""The one way to write a mediation file: loaded within its readers' scope, decided, recorded.

Its history is apart from the log of the cases, which says of a folio no more than "derivado".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import insert, select, update

from caseflow.commands.capture import next_folios, series_for
from caseflow.commands.work import Work
from caseflow.commands.writing import plain
from caseflow.domain.change import Draft
from caseflow.domain.errors import InvalidData, NotFound, Stale
from caseflow.domain.folding import fold
from caseflow.domain.mediation_acts import MediationChange, decide_mediation, register
from caseflow.domain.mediation_words import MediationState, TopicList
from caseflow.domain.mediations import MediationFacts
from caseflow.domain.vocabulary import Kind, Source
from caseflow.models import (
    Commitment,
    Invitation,
    Mediation,
    MediationEvent,
    MediationReading,
    MediationSession,
    NamedMediator,
    Party,
    Room,
)
from caseflow.models.guard import MEDIATIONS, note_applied
from caseflow.queries.mediations import (
    astray_mediators,
    load_mediation,
    mediating_areas,
    mediators_of,
    topics,
)

_TABLES: Mapping[str, type[Any]] = {
    "named_mediator": NamedMediator,
    "mediation_party": Party,
    "mediation_invitation": Invitation,
    "mediation_session": MediationSession,
    "mediation_commitment": Commitment,
}
_CHILDREN = frozenset({"mediators", "parties", "invitations", "sessions", "commitments"})
_COLUMNS = tuple(
    spec.name for spec in fields(MediationFacts) if spec.name not in {*_CHILDREN, "id"}
)


@dataclass(frozen=True, slots=True)
class Registration:
    """What the counter writes of a new file. ``parties``: by the names of ``MEDIATION_NEEDS``."""

    area_id: int
    subject: str
    received_on: dt.date
    parties: Sequence[Mapping[str, Any]]
    street: str = ""
    colonia: str = ""
    territory_code: str | None = None
    #: the folio that it comes from, as its reader types it
    parent_ref: str = ""


def register_mediation(work: Work, form: Registration) -> MediationFacts:
    """A new file with its number of our series; the folio it comes from says "derivado".

    Raises a ``DomainError``; then nothing is stored and no number is used up.
    """
    node = work.tree.nodes.get(form.area_id)
    if node is None or not node.active(work.today):
        raise InvalidData("Elija el área que mediará.", field="area")
    parent_id = None
    if form.parent_ref.strip():
        parent = work.case(form.parent_ref.strip())
        parent_id = parent.id
    blank = MediationFacts(
        id=0,
        ref="",
        state=MediationState.REQUESTED.value,
        area_id=form.area_id,
        subject=form.subject,
        received_on=form.received_on,
        registered_at=work.now,
        registered_by_id=work.actor.user_id or 0,
        street=form.street.strip(),
        colonia=form.colonia.strip(),
        territory_code=form.territory_code or None,
        parent_case_id=parent_id,
    )
    subjects = frozenset(topics(work.session, TopicList.MEDIATION, work.today))
    change = register(blank, form.parties, work.actor, subjects, work.today)
    blank.ref = _next_ref(work, Kind.MEDIATION)
    write_mediation(work, change)
    if parent_id is not None:
        say_derived(work, form.parent_ref.strip(), Kind.MEDIATION)
    return change.mediation


def say_derived(work: Work, ref: str, kind: Kind) -> None:
    """Note on a folio that it was derived, and to what kind of matter; no more than that."""
    draft = Draft(work.case(ref), work.actor, work.now)
    draft.event("derived", work.today, {"derived": kind.value})
    work.apply(draft.change())


def _next_ref(work: Work, kind: Kind) -> str:
    series = series_for(work.reference.series, Source.COUNTER, kind)
    if series is None:
        raise InvalidData("No hay serie de folios para {kind}.", kind=kind)
    return next_folios(work, series)[0]


def take_mediation(
    work: Work, ref: str, action: str, data: Mapping[str, Any], version: int | None = None
) -> MediationFacts:
    """One act on a file of the actor's.

    Raises ``NotFound`` for a file that is not there or not the actor's, ``Stale`` when it is no
    longer at the version that the actor saw, and the refusals of ``decide_mediation``.
    """
    mediation = own_mediation(work, ref, version)
    named = frozenset[int]()
    if action == "name":
        named = frozenset(mediators_of(work.session, mediation.area_id, work.today))
    change = decide_mediation(mediation, action, work.actor, data, work.today, named)
    write_mediation(work, change)
    return change.mediation


def own_mediation(work: Work, ref: str, version: int | None = None) -> MediationFacts:
    """A file of the actor's scope, loaded and locked in this transaction."""
    found = load_mediation(work.session, work.actor, ref, lock=work.locks)
    if found is None:
        raise NotFound("No se encontró esa mediación.")
    if version is not None and found.version != version:
        raise Stale()
    return found


def write_mediation(work: Work, change: MediationChange) -> None:
    """Write one change with its event; the version is compared once more by the statement."""
    mediation = change.mediation
    own: dict[str, Any] = {}
    children = []
    for row in change.rows:
        if row.table == "mediation":
            own.update(row.values)
        else:
            children.append(row)
    if change.born:
        values = {name: getattr(mediation, name) for name in _COLUMNS}
        mediation.id = work.session.execute(
            insert(Mediation).values(values).returning(Mediation.id)
        ).scalar_one()
    else:
        before = mediation.version
        mediation.version = before + 1
        done = work.session.execute(
            update(Mediation)
            .where(Mediation.id == mediation.id, Mediation.version == before)
            .values({**own, "version": before + 1})
            .returning(Mediation.id)
        ).scalar_one_or_none()
        if done is None:
            raise Stale()
    for row in children:
        model, values = _TABLES[row.table], dict(row.values)
        if model is Party and "name" in values:
            values["folded"] = fold(values["name"])
        if row.new:
            work.session.execute(insert(model).values({"mediation_id": mediation.id, **values}))
        else:
            work.session.execute(
                update(model)
                .where(model.mediation_id == mediation.id, model.number == row.number)
                .values(values)
            )
    _record(work, mediation.id, change.action, change.effective_on, change.data)


def _record(
    work: Work, mediation_id: int, action: str, effective_on: dt.date, data: Mapping[str, Any]
) -> None:
    """The event of what was just written."""
    work.session.add(
        MediationEvent(
            mediation_id=mediation_id,
            action=action,
            actor_id=work.actor.user_id,
            entered_at=work.now,
            effective_on=effective_on,
            data=plain(data),
        )
    )
    work.session.flush()
    note_applied(work.session, {mediation_id}, {mediation_id}, MEDIATIONS)


def note_reading(work: Work, mediation_id: int, what: str = "file") -> None:
    """One line in the record of readings: this person opened this file, now."""
    if work.actor.user_id is not None:
        work.session.add(
            MediationReading(
                mediation_id=mediation_id, user_id=work.actor.user_id, what=what, at=work.now
            )
        )


def release_mediator(work: Work, user_id: int, kept: Collection[int] = ()) -> int:
    """End the namings of somebody outside the areas of ``kept``: those files go to their heads.

    Gives how many; called when a role ends (domain §1, *Offices change*).
    """
    rows = work.session.execute(
        select(Mediation.id, NamedMediator.number)
        .join(NamedMediator, NamedMediator.mediation_id == Mediation.id)
        .where(
            NamedMediator.user_id == user_id,
            NamedMediator.ended_on.is_(None),
            Mediation.area_id.not_in(sorted(kept)),
        )
        .order_by(Mediation.id)
    ).all()
    for mediation_id, number in rows:
        work.session.execute(
            update(Mediation)
            .where(Mediation.id == mediation_id)
            .values(version=Mediation.version + 1)
        )
        work.session.execute(
            update(NamedMediator)
            .where(NamedMediator.mediation_id == mediation_id, NamedMediator.number == number)
            .values(ended_on=work.today)
        )
        _record(work, mediation_id, "release", work.today, {"person": user_id})
    return len(rows)


def release_astray_mediators(work: Work) -> int:
    """End the namings of people who mediate no more in the area of the file; for the daily job."""
    return sum(
        release_mediator(work, user_id, mediating_areas(work.session, user_id, work.today))
        for user_id in astray_mediators(work.session, work.today)
    )


def move_mediations(work: Work, area_id: int, successor_id: int) -> int:
    """Hand the files and rooms of an ended area over to its successor; how many files.

    Finished ones too: who heads the successor answers for them, and may reopen them.
    """
    moved = work.session.scalars(
        update(Mediation)
        .where(Mediation.area_id == area_id)
        .values(area_id=successor_id, version=Mediation.version + 1)
        .returning(Mediation.id)
    ).all()
    work.session.execute(update(Room).where(Room.area_id == area_id).values(area_id=successor_id))
    for mediation_id in sorted(moved):
        _record(work, mediation_id, "move", work.today, {"from": area_id, "to": successor_id})
    return len(moved)
