"""Dated roles of people: given, ended, and what follows for their sessions and their turns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import func, or_, select, update

from caseflow import dialect
from caseflow.commands.mediations import release_astray_mediators, release_mediator
from caseflow.commands.work import Work
from caseflow.domain.administration import require_admin
from caseflow.domain.errors import InvalidData, NotFound, NotNow
from caseflow.domain.people import SYSTEM
from caseflow.domain.restructuring import release
from caseflow.domain.vocabulary import Role
from caseflow.models import Area, Assignment, Case, SignIn, User
from caseflow.queries.administration import astray, turns_of_person
from caseflow.queries.facts import load_cases
from caseflow.queries.mediations import mediating_areas


def assign_role(
    work: Work,
    user_id: int,
    area_id: int,
    role: Role,
    valid_from: dt.date | None = None,
    *,
    acting: bool = False,
    valid_to: dt.date | None = None,
) -> Assignment:
    """Give a person a role in an area from a day on; their sessions end, so that it counts.

    ``acting``: as *encargado de despacho*, beside or without a head. Raises ``InvalidData`` for
    dates that cannot be, a role held already, or a second head.
    """
    require_admin(work.actor)
    if work.session.get(User, user_id) is None:
        raise NotFound("No se encontró la cuenta.")
    start = valid_from or work.today
    if valid_to is not None and valid_to < start:
        raise InvalidData("La función termina antes de empezar.", field="valid_to")
    area = work.session.get(Area, area_id)
    if area is None or (area.valid_to is not None and area.valid_to < start):
        raise InvalidData("Elija un área vigente en esas fechas.", field="area")
    if start < area.valid_from:
        raise InvalidData(
            "El área existe desde el {day:%d/%m/%Y}.", field="valid_from", day=area.valid_from
        )
    if acting and role not in (Role.HEAD, Role.SUPERVISOR):
        raise InvalidData(
            "Encargado de despacho sólo puede ser quien tiene la titularidad o la supervisión.",
            field="acting",
        )
    _refuse_overlap(work, user_id, area_id, role, start, valid_to, acting=acting)
    assignment = Assignment(
        user_id=user_id,
        area_id=area_id,
        role=role.value,
        acting=acting,
        valid_from=start,
        valid_to=valid_to,
    )
    work.session.add(assignment)
    end_sessions(work, user_id)
    work.session.flush()
    work.record(
        "role_given",
        {
            "user": user_id,
            "area": area_id,
            "role": role,
            "acting": acting,
            "from": start,
            "to": valid_to,
        },
        start,
    )
    return assignment


def end_assignment(work: Work, assignment_id: int, last_day: dt.date | None = None) -> None:
    """End a role with the day given, today by default; the person's sessions end.

    Their open turns there stay at the area *sin asignar*, unless they keep another role in it, and
    their mediation files go to the head; of an end in the future, on its day (``release_astray``).
    The last administration role stays.
    """
    require_admin(work.actor)
    found = work.session.get(Assignment, assignment_id, with_for_update=True)
    if found is None:
        raise NotFound("No se encontró la función.")
    if found.valid_to is not None and found.valid_to < work.today:
        raise NotNow("Esa función ya terminó.")
    last = last_day or work.today
    if last < found.valid_from:
        raise InvalidData(
            "La función empezó el {day:%d/%m/%Y}: no puede terminar antes.",
            field="valid_to",
            day=found.valid_from,
        )
    before = found.valid_to
    found.valid_to = last
    work.session.flush()
    if found.role == Role.ADMIN:
        require_an_admin(work)
    end_sessions(work, found.user_id)
    released = 0
    if last <= work.today:
        kept = _working_areas(work, found.user_id, but=assignment_id)
        released = release_turns(work, found.user_id, kept)
        if found.role == Role.MEDIATOR:
            mediating = mediating_areas(work.session, found.user_id, work.today)
            release_mediator(work, found.user_id, mediating - {found.area_id})
    work.record(
        "role_ended",
        {
            "user": found.user_id,
            "area": found.area_id,
            "role": found.role,
            "before": before,
            "to": last,
            "released": released,
        },
        last,
    )


def release_turns(work: Work, user_id: int, kept: Collection[int]) -> int:
    """Free a person's open turns outside the areas of ``kept``; how many cases changed."""
    ids = turns_of_person(work.session, user_id)
    if not ids:
        return 0
    lock = dialect.lock_case_rows(work.session.get_bind().dialect.name)
    cases = load_cases(work.session, SYSTEM, Case.id.in_(ids), lock=lock, whole=False)
    changes = [
        change
        for case in cases.values()
        if (change := release(case, work.actor, work.now, user_id, kept)) is not None
    ]
    work.apply_many(changes)
    return len(changes)


def release_astray(work: Work) -> int:
    """Free the turns of people whose role in the area ended by its date; for the daily job.

    The mediation files of those who mediate no more go to their heads as well.
    """
    mediations = release_astray_mediators(work)
    return mediations + sum(
        release_turns(work, user_id, _working_areas(work, user_id))
        for user_id in astray(work.session, work.today)
    )


def end_sessions(work: Work, user_id: int) -> None:
    """End all sessions of a person: on a new password, on other rights, on leaving."""
    work.session.execute(
        update(SignIn)
        .where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))
        .values(ended_at=work.now)
    )


def require_an_admin(work: Work) -> None:
    """Raise ``NotNow`` where no enabled account holds administration today without an end."""
    dialect.one_at_a_time(work.session.connection(), "administration")
    held = work.session.scalar(
        select(func.count())
        .select_from(Assignment)
        .join(User, User.id == Assignment.user_id)
        .where(
            Assignment.role == Role.ADMIN.value,
            Assignment.valid_from <= work.today,
            Assignment.valid_to.is_(None),
            User.active.is_(True),
        )
    )
    if not held:
        raise NotNow("Es la última cuenta de administración: nombre otra antes.")


def _working_areas(work: Work, user_id: int, but: int | None = None) -> frozenset[int]:
    """Areas where a person may hold turns today."""
    rows = work.session.execute(
        select(Assignment.id, Assignment.area_id).where(
            Assignment.user_id == user_id,
            Assignment.role.in_((Role.STAFF.value, Role.HEAD.value)),
            Assignment.valid_from <= work.today,
            or_(Assignment.valid_to.is_(None), Assignment.valid_to >= work.today),
        )
    )
    return frozenset(row.area_id for row in rows if row.id != but)


def _refuse_overlap(
    work: Work,
    user_id: int,
    area_id: int,
    role: Role,
    start: dt.date,
    end: dt.date | None,
    *,
    acting: bool,
) -> None:
    statement = select(Assignment.user_id, Assignment.acting).where(
        Assignment.area_id == area_id,
        Assignment.role == role.value,
        or_(Assignment.valid_to.is_(None), Assignment.valid_to >= start),
    )
    if end is not None:
        statement = statement.where(Assignment.valid_from <= end)
    for row in work.session.execute(statement):
        if row.user_id == user_id:
            raise InvalidData("Ya tiene esa función en esa área en esas fechas.", field="role")
        if role == Role.HEAD and not acting and not row.acting:
            raise InvalidData(
                "El área ya tiene titular en esas fechas: termine antes su función.", field="role"
            )
