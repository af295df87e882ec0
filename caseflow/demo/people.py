"""Who works in the demonstration office, and who comes to its counter. All invented."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from caseflow.commands.people import add_user
from caseflow.commands.roles import assign_role
from caseflow.commands.work import Work
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import Role
from caseflow.queries.people import actor_for


@dataclass(frozen=True, slots=True)
class Hired:
    """One person: login, name, post, and (role, area) pairs."""

    login: str
    name: str
    post: str
    roles: tuple[tuple[Role, str], ...]


#: The people that ``interface.md`` promises, one for each role.
MAIN = (
    Hired("ventanilla", "Lucía Ibáñez Rangel", "Ventanilla", ((Role.CLERK, "DCC"),)),
    Hired("personal", "Jorge Téllez Ávila", "Analista", ((Role.STAFF, "JUD-AMC"),)),
    Hired("titular", "Marisol Cervantes Lugo", "JUD de Atención y Mediación Comunitaria",
          ((Role.HEAD, "JUD-AMC"),)),
    Hired("supervision", "Elena Robledo Sáenz", "Supervisión de folios",
          ((Role.SUPERVISOR, "ALC"),)),
    Hired("transparencia", "Paola Rangel Muñoz", "Enlace de transparencia",
          ((Role.TRANSPARENCY, "ALC"),)),
    Hired("mediacion", "Rosa Méndez Ortega", "Persona mediadora", ((Role.MEDIATOR, "JUD-AMC"),)),
    Hired("contraloria", "Óscar Pineda Luna", "Órgano Interno de Control",
          ((Role.AUDITOR, "ALC"),)),
    Hired("admin", "Ana Quiroz Beltrán", "Administración del sistema", ((Role.ADMIN, "ALC"),)),
)  # fmt: skip

#: Heads of the other areas, so that their turns are answered by somebody.
_HEADS = {
    "DGSU": "Carlos Núñez Peralta",
    "DGODU": "Verónica Alcántara Ríos",
    "DGJG": "Ramiro Güemes Prado",
    "DGDS": "Beatriz Zúñiga Colín",
    "DGSC": "Felipe Cárdenas Soto",
    "DCC": "Teresa Lozano Vidal",
    "DPC": "Iván Sotelo Nava",
    "JUD-BAR": "Nadia Olvera Trejo",
    "JUD-AOS": "Hugo Barrera Cid",
}
HEADS = tuple(
    Hired(f"titular.{code.lower()}", name, "Titular", ((Role.HEAD, code),))
    for code, name in _HEADS.items()
)

#: Staff of the busiest areas, so that turns have somebody's name on them.
_ASSISTANTS = {
    "DGSU": "Arturo Reyes Galindo",
    "DGODU": "Norma Aguilar Prieto",
    "DGJG": "Sergio Mendoza Islas",
    "JUD-BAR": "Inés Castillo Rojo",
}
ASSISTANTS = tuple(
    Hired(f"personal.{code.lower()}", name, "Analista", ((Role.STAFF, code),))
    for code, name in _ASSISTANTS.items()
)

_FIRST = (
    "María José Guadalupe Juan Alejandra Francisco Verónica Miguel Patricia Arturo Rosa Eduardo "
    "Silvia Ricardo Leticia Óscar Adriana Raúl Gabriela Sergio Norma Héctor Yolanda Manuel Inés"
).split()
_LAST = (
    "Hernández García Martínez López González Rodríguez Pérez Sánchez Ramírez Cruz Flores Gómez "
    "Morales Vázquez Jiménez Reyes Díaz Torres Gutiérrez Ruiz Mendoza Aguilar Ortiz Castillo Ñúñez"
).split()


def invented_person(chance: random.Random) -> dict[str, str]:
    """A petitioner who does not exist, with a telephone of the kind that is not given out."""
    name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)} {chance.choice(_LAST)}"
    return {"name": name, "phone": f"55 0000 {chance.randrange(10_000):04d}"}


def hire(work: Work, password: str) -> None:
    """Give everybody an account, and their roles from the day of ``work`` on."""
    areas = {area.code: area.id for area in work.tree.nodes.values()}
    for person in MAIN + HEADS + ASSISTANTS:
        user = add_user(
            work, f"{person.login}@demo.local", person.name, password, post=person.post, demo=True
        )
        for role, code in person.roles:
            assign_role(work, user.id, areas[code], role, work.today)


class Staff:
    """The people as actors, by login and by the area they head."""

    def __init__(self, work: Work, ids: Mapping[str, int]) -> None:
        self._actors: dict[str, Actor] = {}
        for login, user_id in ids.items():
            actor = actor_for(work.session, user_id, work.tree, work.today)
            if actor is not None:
                self._actors[login] = actor
        self._heads = {
            grant.area_id: actor
            for actor in self._actors.values()
            for grant in actor.grants
            if grant.role == Role.HEAD
        }
        self._assistants = {
            grant.area_id: actor
            for actor in self._actors.values()
            for grant in actor.grants
            if grant.role == Role.STAFF
        }

    def __getitem__(self, login: str) -> Actor:
        return self._actors[login]

    def head_of(self, area_id: int) -> Actor:
        """Who signs for an area; the supervisor where it has no head."""
        return self._heads.get(area_id, self._actors["supervision"])

    def assistant_of(self, area_id: int) -> Actor:
        """Who works on an area's turns; its head where it has no staff."""
        return self._assistants.get(area_id) or self.head_of(area_id)
