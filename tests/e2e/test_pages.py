"""Every page that a role has, wide and narrow, with work on it and without any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from tests.builders import Office
from tests.e2e.conftest import Desk, SitDown, today
from tests.e2e.scenes import moment, received, requested, routed

#: Beyond the menu, which every role reads to its end: pages that a link or a button leads to.
UNKNOWN = "/casos/CESAC-2026-999999"
CASE = ("/casos/{service}", "/casos/{service}/plazo", "/buscar?q=luminarias", "/buscar?q=nada")
FURTHER: Mapping[str, tuple[str, ...]] = {
    "ventanilla": ("/cuenta", "/casos/nuevo", "/casos/{waiting}/acciones/route"),
    "personal": ("/buscar", "/casos/{service}", "/casos/{service}/turnos/1/acciones/draft"),
    "titular": (
        *CASE,
        "/casos/{service}/turnos/1/acciones/reply",
        "/reportes/manana?area=JUD-AMC",
        "/bandeja?luz=vencido",
        "/avisos",
        "/vistas",
    ),
    "supervision": (
        "/casos/{waiting}",
        "/casos/{service}/acciones/correct",
        "/casos/{service}/acciones/correct?dato=subject",
        UNKNOWN,
        "/reportes/manana?area=DCC",
        "/reportes/vencidos/{month}",
        "/tablero/graficas",
    ),
    "unidad": ("/casos/{request}", "/casos/{request}/plazo", "/casos/{request}/acciones/extend"),
    "contraloria": ("/buscar?q=luminarias", "/casos/{service}"),
    "admin": (
        "/administracion/areas/nueva",
        "/administracion/personas/nueva",
        "/administracion/reglas/nueva",
        "/administracion/plazos/nuevo",
        "/calendario/dia",
    ),
    "mediacion": (),
}


def walk(desk: Desk, paths: Iterable[str]) -> None:
    for path in paths:
        assert (path, desk.go(path)) == (path, 404 if path == UNKNOWN else 200)
        assert desk.page.locator("h1").count() == 1, path
        desk.clean()


def menu_of(desk: Desk) -> list[str]:
    """The addresses in the menu of whoever sits there."""
    desk.go("/cuenta")
    links = desk.page.locator("nav.side a")
    return [str(link.get_attribute("href")) for link in links.all()]


def busy(office: Office) -> dict[str, str]:
    """Work of every colour; some refs by name."""
    late = routed(office, "JUD-AMC", ago=150)
    service = routed(office, "JUD-AMC", "JUD-BAR", ago=20)
    office.turn("titular", service, 1, "accept", now=moment())
    office.turn("titular", service, 1, "assign", now=moment(), person=office.user_id("personal"))
    office.turn("personal", service, 1, "draft", now=moment(), text="Se programó la reparación")
    routed(office, "JUD-BAR", ago=58)
    waiting = received(office)
    request = requested(office, "092074526000418", "JUD-AMC", ago=4)
    return {"late": late, "service": service, "waiting": waiting, "request": request}


SIZES = pytest.mark.parametrize("telephone", [False, True], ids=["desk", "telephone"])


@SIZES
@pytest.mark.parametrize("login", sorted(FURTHER))
def test_the_pages_of_a_role_with_work_on_them(
    sit_down: SitDown, office: Office, login: str, telephone: bool
) -> None:
    busy(office)
    desk = sit_down(login, at_the_door=False, telephone=telephone)
    walk(desk, menu_of(desk))


@SIZES
@pytest.mark.parametrize("login", sorted(login for login, paths in FURTHER.items() if paths))
def test_the_pages_behind_those_of_the_menu(
    sit_down: SitDown, office: Office, login: str, telephone: bool
) -> None:
    refs = busy(office)
    desk = sit_down(login, at_the_door=False, telephone=telephone)
    walk(desk, (path.format(**refs, month=f"{today():%Y-%m}") for path in FURTHER[login]))


#: What is the same with and without cases is looked at above.
EMPTY: Mapping[str, tuple[str, ...]] = {
    "ventanilla": ("/bandeja", "/mesa", "/importar"),
    "titular": (
        "/bandeja",
        "/mis-turnos",
        "/reportes",
        "/reportes/manana?area=JUD-AMC",
        "/avisos",
        "/vistas",
    ),
    "supervision": (
        "/bandeja",
        "/tablero",
        "/tablero/graficas",
        "/reportes",
        f"/reportes/vencidos/{today():%Y-%m}",
    ),
    "contraloria": ("/buscar", "/reportes"),
}


@SIZES
@pytest.mark.parametrize("login", sorted(EMPTY))
def test_the_pages_of_a_role_on_its_first_day(
    sit_down: SitDown, office: Office, login: str, telephone: bool
) -> None:
    walk(sit_down(login, at_the_door=False, telephone=telephone), EMPTY[login])
