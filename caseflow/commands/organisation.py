"""Areas: opened, edited, and ended with a successor that takes over their work (*reestructura*)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from caseflow import dialect
from caseflow.commands.mediations import move_mediations
from caseflow.commands.packs import EDITED
from caseflow.commands.roles import end_sessions, require_an_admin
from caseflow.commands.saved_views import move_views
from caseflow.commands.work import Work
from caseflow.domain.administration import require_admin
from caseflow.domain.errors import InvalidData, MissingData, NotFound, NotNow, Stale
from caseflow.domain.folding import fold
from caseflow.domain.people import SYSTEM
from caseflow.domain.phrases import N_
from caseflow.domain.restructuring import hand_over
from caseflow.domain.vocabulary import Mark, Role
from caseflow.models import Area, Assignment, Case, DefaultDesk, RoutingRule
from caseflow.queries.administration import cases_of_area, what_moves
from caseflow.queries.calendars import chunks
from caseflow.queries.facts import load_cases

_CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
_CHANGED = N_("Alguien más cambió esta área mientras la tenía abierta. Revise cómo quedó.")
#: Roles whose reach is the subtree: they change when an area is hung elsewhere.
_REACHING = (Role.SUPERVISOR.value, Role.TRANSPARENCY.value)


@dataclass(frozen=True, slots=True)
class AreaForm:
    """What the form of an area holds. ``aliases``: further names that listings use for it."""

    name: str
    short_name: str
    parent_id: int | None
    aliases: Sequence[str] = ()
    mark: str = Mark.TEXT.value


def open_area(work: Work, code: str, form: AreaForm, valid_from: dt.date | None = None) -> Area:
    """A new area under an existing one. Raises ``MissingData`` or ``InvalidData``."""
    require_admin(work.actor)
    code = code.strip().upper()
    if not _CODE.fullmatch(code):
        raise InvalidData(
            "La clave lleva letras sin acento, cifras y guiones: «JUD-BAR».", field="code"
        )
    if work.session.scalar(select(Area.id).where(Area.code == code)) is not None:
        raise InvalidData("Ya hay un área con esa clave.", field="code")
    start = valid_from or work.today
    _check(work, form, None, (code,), start)
    area = Area(code=code, valid_from=start, pack_digest=EDITED)
    _fill(area, form)
    work.session.add(area)
    work.session.flush()
    work.record("area_opened", {"area": area.id, "code": code, **_facts(area)}, start)
    return area


def edit_area(work: Work, area_id: int, form: AreaForm, version: int | None = None) -> None:
    """Correct an area's names or hang it elsewhere. Its code stays: listings and events use it."""
    require_admin(work.actor)
    area = _area(work, area_id, version)
    if area.parent_id is None and form.parent_id is not None:
        raise InvalidData("El área principal no cuelga de otra.", field="parent")
    _check(work, form, area, (area.code,), work.today)
    before = _facts(area)
    hung = area.parent_id != form.parent_id
    concerned = set(_above(work, area.id)) if hung else set()
    _fill(area, form)
    after = _facts(area)
    if before == after:
        return
    area.pack_digest = EDITED
    area.version += 1
    work.session.flush()
    work.record("area_edited", {"area": area_id, "before": before, "after": after})
    if hung:
        _end_reaching(work, concerned | set(_above(work, area.id)))


@dataclass(frozen=True, slots=True)
class Moved:
    """What a *reestructura* moved."""

    cases: int
    turns: int
    desks: int
    rules: int
    children: int
    people: int
    views: int

    def as_json(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in self.__slots__}


def end_area(
    work: Work,
    area_id: int,
    successor_id: int | None,
    *,
    move_people: bool = True,
    version: int | None = None,
) -> Moved:
    """End an area as of yesterday; its successor goes on today with all that it had.

    Open turns and desks, default desks, routing rules, mediation files and their rooms, the areas
    below it, its names as aliases, the views that name it, and, with ``move_people``, the roles of
    its people. One transaction, one event of the configuration, one for each case and file. Raises
    ``NotNow`` or ``InvalidData``.
    """
    require_admin(work.actor)
    area = _area(work, area_id, version)
    successor = _successor(work, area, successor_id)
    last_day = work.today - dt.timedelta(days=1)
    if area.valid_from > last_day:
        raise NotNow("El área empezó hoy: podrá terminarla a partir de mañana.")
    found = what_moves(work.session, area_id, work.today)
    staying = _move_people(work, area, successor, last_day, move_people)
    rules = _move_rules(work, area, successor)
    children = list(work.session.scalars(select(Area).where(Area.parent_id == area_id)))
    for child in children:
        child.parent_id = successor.id
        child.pack_digest = EDITED
        child.version += 1
    for desk in work.session.scalars(select(DefaultDesk).where(DefaultDesk.area_id == area_id)):
        desk.area_id = successor.id
        desk.pack_digest = EDITED
    taken = [*(successor.aliases or ()), area.name, area.short_name, area.code]
    successor.aliases = list(dict.fromkeys([*taken, *(area.aliases or ())]))
    area.valid_to = last_day
    area.successor_id = successor.id
    for changed in (area, successor):
        changed.pack_digest = EDITED
        changed.version += 1
    work.session.flush()
    cases = _move_cases(work, area_id, successor.id, staying)
    move_mediations(work, area_id, successor.id)
    views = move_views(work, area.code, successor.code)
    moved = Moved(cases, found.turns, found.desks, rules, len(children), len(staying), views)
    work.record(
        "area_ended",
        {
            "area": area_id,
            "successor": successor.id,
            "to": last_day,
            "moved": moved.as_json(),
            "areas": [child.id for child in children],
        },
    )
    _end_reaching(work, {*_above(work, area_id), *_above(work, successor.id)})
    return moved


def _move_cases(work: Work, area_id: int, successor_id: int, staying: Collection[int]) -> int:
    lock = dialect.lock_case_rows(work.session.get_bind().dialect.name)
    moved = 0
    for ids in chunks(cases_of_area(work.session, area_id)):
        cases = load_cases(work.session, SYSTEM, Case.id.in_(ids), lock=lock, whole=False)
        changes = [
            change
            for case in cases.values()
            if (change := hand_over(case, work.actor, work.now, area_id, successor_id, staying))
        ]
        work.apply_many(changes)
        moved += len(changes)
    return moved


def _move_rules(work: Work, area: Area, successor: Area) -> int:
    rules = list(
        work.session.scalars(
            select(RoutingRule).where(
                RoutingRule.area_id == area.id,
                or_(RoutingRule.valid_to.is_(None), RoutingRule.valid_to >= work.today),
            )
        )
    )
    for rule in rules:
        rule.area_id = successor.id
        rule.pack_digest = EDITED
        rule.version += 1
    return len(rules)


def _move_people(
    work: Work, area: Area, successor: Area, last_day: dt.date, move: bool
) -> frozenset[int]:
    """End the roles of the area, give the same at the successor; who goes on working there."""
    held = {
        (row.user_id, row.role)
        for row in work.session.scalars(
            select(Assignment).where(Assignment.area_id == successor.id, _since(work.today))
        )
    }
    staying = {user_id for user_id, _ in held}
    roles = work.session.scalars(
        select(Assignment).where(Assignment.area_id == area.id, _since(work.today))
    ).all()
    concerned = set()
    for row in roles:
        concerned.add(row.user_id)
        if move and (row.user_id, row.role) not in held:
            work.session.add(
                Assignment(
                    user_id=row.user_id,
                    area_id=successor.id,
                    role=row.role,
                    acting=row.acting,
                    valid_from=max(row.valid_from, work.today),
                    valid_to=row.valid_to,
                )
            )
            staying.add(row.user_id)
        if row.valid_from > last_day:
            work.session.delete(row)
        else:
            row.valid_to = last_day
    work.session.flush()
    if any(row.role == Role.ADMIN for row in roles):
        require_an_admin(work)
    for user_id in concerned:
        end_sessions(work, user_id)
    return frozenset(staying & concerned)


def _since(today: dt.date) -> Any:
    return or_(Assignment.valid_to.is_(None), Assignment.valid_to >= today)


def _successor(work: Work, area: Area, successor_id: int | None) -> Area:
    if area.valid_to is not None and area.valid_to < work.today:
        raise NotNow("Esa área ya terminó.")
    if area.parent_id is None:
        raise NotNow("El área principal no se termina: corrija su nombre.")
    if successor_id is None:
        raise MissingData("Elija el área que continúa su trabajo.", field="successor")
    successor = work.session.get(Area, successor_id)
    if successor is None or not _active(successor, work.today):
        raise InvalidData("Elija un área vigente.", field="successor")
    if successor_id in work.tree.below[area.id]:
        raise InvalidData(
            "La sucesora no puede colgar del área que termina: cuélguela antes de otra.",
            field="successor",
        )
    return successor


def _active(area: Area, on: dt.date) -> bool:
    return area.valid_from <= on and (area.valid_to is None or on <= area.valid_to)


def _area(work: Work, area_id: int, version: int | None) -> Area:
    area = work.session.get(Area, area_id, with_for_update=True)
    if area is None:
        raise NotFound("No se encontró el área.")
    if version is not None and area.version != version:
        raise Stale(_CHANGED)
    return area


def _check(
    work: Work, form: AreaForm, area: Area | None, codes: Sequence[str], start: dt.date
) -> None:
    if not form.name.strip():
        raise MissingData("Escriba el nombre del área.", field="name")
    if not form.short_name.strip():
        raise MissingData("Escriba el nombre corto.", field="short_name")
    if form.mark not in set(Mark):
        raise InvalidData("Elija qué tan seguro es el dato.", field="mark")
    if form.parent_id is None and (area is None or area.parent_id is not None):
        raise MissingData("Elija de qué área cuelga.", field="parent")
    if form.parent_id is not None:
        parent = work.session.get(Area, form.parent_id)
        if parent is None or not _active(parent, max(start, work.today)):
            raise InvalidData("Elija un área superior vigente.", field="parent")
        if start < parent.valid_from:
            raise InvalidData(
                "El área superior existe desde el {day:%d/%m/%Y}: la nueva no puede empezar antes.",
                field="valid_from",
                day=parent.valid_from,
            )
        if area is not None and form.parent_id in work.tree.below[area.id]:
            raise InvalidData("Un área no puede colgar de sí misma.", field="parent")
    _check_names(work, form, area, codes)


def _check_names(work: Work, form: AreaForm, area: Area | None, codes: Sequence[str]) -> None:
    """A name stands for one area in force, or listings would route by chance."""
    wanted = {fold(text): text for text in (form.name, form.short_name, *form.aliases, *codes)}
    for other in work.session.scalars(select(Area)):
        if (area is not None and other.id == area.id) or not _active(other, work.today):
            continue
        names = (other.name, other.short_name, other.code, *(other.aliases or ()))
        taken = wanted.keys() & {fold(text) for text in names}
        if taken:
            raise InvalidData(
                "«{name}» ya nombra a otra área: {other}.",
                field="name",
                name=wanted[min(taken)],
                other=other.name,
            )


def _fill(area: Area, form: AreaForm) -> None:
    area.name = form.name.strip()
    area.short_name = form.short_name.strip()
    area.aliases = list(dict.fromkeys(text.strip() for text in form.aliases if text.strip()))
    area.parent_id = form.parent_id
    area.mark = form.mark


def _facts(area: Area) -> Mapping[str, Any]:
    return {
        "name": area.name,
        "short_name": area.short_name,
        "aliases": list(area.aliases or ()),
        "parent": area.parent_id,
        "mark": area.mark,
    }


def _above(work: Work, area_id: int) -> list[int]:
    """The area and all above it."""
    found = [area_id]
    nodes = work.tree.nodes
    parent = nodes[area_id].parent_id if area_id in nodes else None
    while parent is not None:
        found.append(parent)
        parent = nodes[parent].parent_id
    return found


def _end_reaching(work: Work, area_ids: Collection[int]) -> None:
    """End the sessions of those whose reach changed with the tree, but for the actor's own."""
    users = work.session.scalars(
        select(Assignment.user_id)
        .where(
            Assignment.area_id.in_(sorted(area_ids)),
            Assignment.role.in_(_REACHING),
            _since(work.today),
        )
        .distinct()
    )
    for user_id in users:
        if user_id != work.actor.user_id:
            end_sessions(work, user_id)
