"""Every page that a role has, wide and narrow, with work on it and without any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from tests.builders import Office
from tests.e2e.conftest import DESK, TELEPHONE, Desk, SitDown, today
from tests.e2e.scenes import moment, received, requested, routed

#: Beyond the menu, which every role reads to its end: pages that a link or a button leads to.
CASE = ("/casos/{service}", "/casos/{service}/plazo", "/buscar?q=luminarias", "/buscar?q=nada")
FURTHER: Mapping[str, tuple[str, ...]] = {
    "ventanilla": ("/casos/nuevo", "/casos/{waiting}/acciones/route"),
    "personal": ("/buscar", "/casos/{service}", "/casos/{service}/turnos/1/acciones/draft"),
    "titular": (*CASE, "/casos/{service}/turnos/1/acciones/reply", "/reportes/manana?area=JUD-AMC"),
    "supervision": (
        "/casos/{waiting}",
        "/casos/{service}/acciones/correct",
        "/casos/{service}/acciones/correct?dato=subject",
        "/casos/CESAC-2026-999999",
        "/reportes/manana?area=DCC",
    ),
    "unidad": ("/casos/{request}", "/casos/{request}/plazo", "/casos/{request}/acciones/extend"),
    "contraloria": ("/buscar?q=luminarias", "/casos/{service}"),
    "admin": (
        "/administracion/areas/nueva",
        "/administracion/personas/nueva",
        "/administracion/reglas/nueva",
        "/calendario/dias",
    ),
    "mediacion": (),
}


def walk(desk: Desk, paths: Iterable[str]) -> None:
    """Look at each page at both sizes."""
    for path in paths:
        desk.page.set_viewport_size(DESK)  # type: ignore[arg-type]
        desk.go(path)
        assert desk.page.locator("h1").count() == 1, path
        desk.clean()
        desk.page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]
        desk.clean()


def menu_of(desk: Desk) -> list[str]:
    """The addresses in the menu of whoever sits there."""
    desk.go("/cuenta")
    links = desk.page.locator("nav.side a")
    return ["/cuenta", *(str(link.get_attribute("href")) for link in links.all())]


def busy(office: Office) -> dict[str, str]:
    """Work of every colour; some refs by name."""
    late = routed(office, "JUD-AMC", ago=150)
    service = routed(office, "JUD-AMC", "JUD-BAR", ago=20)
    office.turn("titular", service, 1, "accept", now=moment())
    office.turn(
        "titular", service, 1, "assign", now=moment(), person=office.user_id("personal")
    )
    office.turn("personal", service, 1, "draft", now=moment(), text="Se programó la reparación")
    routed(office, "JUD-BAR", ago=58)
    waiting = received(office)
    request = requested(office, "092074526000418", "JUD-AMC", ago=4)
    return {"late": late, "service": service, "waiting": waiting, "request": request}


@pytest.mark.parametrize("login", sorted(FURTHER))
def test_the_pages_of_a_role_with_work_on_them(
    sit_down: SitDown, office: Office, login: str
) -> None:
    refs = busy(office)
    desk = sit_down(login, at_the_door=False)
    walk(desk, menu_of(desk))


@pytest.mark.parametrize("login", sorted(login for login, paths in FURTHER.items() if paths))
def test_the_pages_behind_those_of_the_menu(
    sit_down: SitDown, office: Office, login: str
) -> None:
    refs = busy(office)
    desk = sit_down(login, at_the_door=False)
    walk(desk, (path.format(**refs) for path in FURTHER[login]))


@pytest.mark.parametrize("login", ["ventanilla", "titular", "supervision", "unidad", "contraloria"])
def test_the_pages_of_a_role_on_its_first_day(
    sit_down: SitDown, office: Office, login: str
) -> None:
    desk = sit_down(login, at_the_door=False)
    walk(desk, menu_of(desk))
    walk(desk, [f"/reportes/vencidos/{today():%Y-%m}"] if login == "supervision" else [])
