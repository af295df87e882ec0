"""Who works in the office of the benchmark: a head and staff for each area, and those above."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.commands.people import add_user
from caseflow.commands.roles import assign_role
from caseflow.commands.work import Work
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import Role
from caseflow.models import User
from caseflow.queries.people import actor_for
from caseflow.queries.reference import Tree

DOMAIN = "oficina.local"
SUPERVISOR, CLERK, TRANSPARENCY = "supervision", "ventanilla", "transparencia"
STAFF_OF_AN_AREA = 3

#: Of every 25 open cases, how many lie with each area; the one left over waits on its desk.
SHARES = {
    "DGSU": 5,
    "DGODU": 4,
    "DGJG": 3,
    "DGDS": 3,
    "DGSC": 2,
    "JUD-AMC": 2,
    "JUD-BAR": 2,
    "JUD-AOS": 1,
    "DPC": 1,
    "DCC": 1,
}
#: One area in five of the open cases: 5,000 turns of 100,000 cases, a quarter of them open.
LARGEST = "DGSU"


def hire(work: Work, since: dt.date) -> None:
    """Accounts without a password, and their roles from ``since`` on."""
    areas = {node.code: node.id for node in work.tree.nodes.values()}
    people: list[tuple[str, str, Role]] = [
        (SUPERVISOR, "ALC", Role.SUPERVISOR),
        (CLERK, "CESAC", Role.CLERK),
        (TRANSPARENCY, "ALC", Role.TRANSPARENCY),
        ("contraloria", "ALC", Role.AUDITOR),
        ("admin", "ALC", Role.ADMIN),
    ]
    for code in SHARES:
        people.append((head_of(code), code, Role.HEAD))
        people += [(staff_of(code, n), code, Role.STAFF) for n in range(STAFF_OF_AN_AREA)]
    for login, code, role in people:
        user = add_user(work, address(login), f"Persona {login.title()}")
        assign_role(work, user.id, areas[code], role, since)


def head_of(code: str) -> str:
    """Login of the head of an area."""
    return f"titular.{code.lower()}"


def staff_of(code: str, number: int) -> str:
    """Login of one of the staff of an area."""
    return f"personal.{code.lower()}.{number}"


def address(login: str) -> str:
    return f"{login}@{DOMAIN}"


@dataclass(frozen=True, slots=True)
class Staff:
    """The people as actors and by id, by login."""

    actors: dict[str, Actor]
    ids: dict[str, int]

    def __getitem__(self, login: str) -> Actor:
        return self.actors[login]


def staff(session: Session, tree: Tree, today: dt.date) -> Staff:
    """Everybody who was hired, with the roles of that day."""
    ids = {row.email.split("@")[0]: row.id for row in session.execute(select(User.email, User.id))}
    actors = {}
    for login, user_id in ids.items():
        actor = actor_for(session, user_id, tree, today)
        if actor is not None:
            actors[login] = actor
    return Staff(actors, ids)
