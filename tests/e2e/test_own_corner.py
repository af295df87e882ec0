"""What a person keeps for themselves: saved views and notices, by mouse and by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.builders import Office
from tests.e2e.conftest import SitDown
from tests.e2e.scenes import routed


@pytest.mark.parametrize("hand", ["mouse", "keys"])
def test_a_view_is_kept_opened_renamed_and_removed(
    sit_down: SitDown, office: Office, hand: str
) -> None:
    routed(office, "JUD-AMC", ago=150)
    routed(office, "JUD-AMC")
    desk = sit_down("titular", hand=hand, at_the_door=False)
    page = desk.page
    desk.go("/bandeja")
    desk.press(page.locator("a.kpi-v, a.kpi").filter(has_text="Vencidos"))
    expect(page.locator("tr[data-row]")).to_have_count(1)
    desk.press(page.locator("summary").filter(has_text="Guardar vista"))
    desk.clean()
    desk.write(page.get_by_label("Nombre de la vista"), "Lo que urge")
    desk.press(page.get_by_role("button", name="Guardar", exact=True))
    desk.told("La vista se guardó")
    desk.menu("Mis turnos")
    desk.sees("Mis turnos")
    desk.menu("Lo que urge")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    expect(page.locator("nav.side a[aria-current]")).to_have_text("Lo que urge")
    desk.clean()
    desk.press(page.get_by_role("link", name="Cambiar mis vistas"))
    desk.sees("Mis vistas")
    desk.clean()
    desk.press(page.get_by_role("link", name="Cambiar nombre"))
    desk.write(page.get_by_label("Nombre de la vista"), "Primero esto")
    desk.clean()
    desk.press(page.get_by_role("button", name="Guardar"))
    desk.told("La vista cambió de nombre")
    desk.press(page.get_by_role("button", name="Quitar"))
    question = page.locator("#confirmar[open]")
    expect(question).to_contain_text("¿Quitar la vista «Primero esto»?")
    desk.press(question.get_by_role("button", name="Sí, continuar"))
    desk.told("Se quitó la vista «Primero esto»")


@pytest.mark.parametrize("hand", ["mouse", "keys", "finger"])
def test_a_notice_is_seen_on_the_bell_and_leads_to_its_case(
    sit_down: SitDown, office: Office, hand: str
) -> None:
    ref = routed(office, "JUD-AMC")
    desk = sit_down("titular", hand=hand, at_the_door=False)
    page = desk.page
    desk.go("/bandeja")
    desk.press(page.get_by_role("link", name="Avisos: 1 sin leer"))
    desk.sees("Avisos")
    desk.clean()
    desk.press(page.get_by_role("button", name="Abrir asunto"))
    desk.sees(ref)
    expect(page.get_by_role("link", name="Avisos", exact=True)).to_be_visible()


@pytest.mark.parametrize("telephone", [False, True], ids=["desk", "telephone"])
def test_the_charts_come_to_the_board_by_themselves(
    sit_down: SitDown, office: Office, telephone: bool
) -> None:
    routed(office, "JUD-AMC", ago=150)
    desk = sit_down("supervision", telephone=telephone, at_the_door=False)
    desk.go("/tablero")
    expect(desk.page.locator("#graficas svg.graf")).to_have_count(2)
    for summary in desk.page.locator("#graficas summary").all():
        summary.click()
    desk.clean()
