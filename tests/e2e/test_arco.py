"""A request over personal data, from its capture to the right made effective."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.builders import Office
from tests.e2e.conftest import HANDS, SitDown, today
from tests.e2e.scenes import moment, requested


@pytest.mark.parametrize("hand", HANDS)
def test_a_right_over_personal_data_is_asked_for_granted_and_made_effective(
    sit_down: SitDown, office: Office, hand: str
) -> None:
    officer = sit_down("unidad", hand=hand, at_the_door=False)
    page = officer.page

    officer.go("/casos/nuevo")
    officer.pick(officer.field("Origen"), "SISAI")
    officer.pick(officer.field("Tipo de asunto"), "Datos personales")
    officer.write(officer.field("Folio de origen"), "092074526000731")
    officer.write(officer.field("Asunto"), "Mis datos en el padrón")
    officer.write(officer.field("Nombre"), "Rosa Peña")
    officer.pick(officer.field("Derecho que se ejerce"), "Acceso")
    officer.press(page.get_by_role("button", name="Guardar y dar folio"))
    officer.sees("Asunto capturado")
    ref = page.locator("h2.folio-g").inner_text()

    officer.go(f"/casos/{ref}")
    expect(page.get_by_text("Sin acreditar")).to_be_visible()
    officer.press(page.get_by_role("link", name="Acreditar identidad"))
    window = officer.dialog("Acreditar identidad")
    expect(window.get_by_role("heading", name="Qué pide la ley")).to_be_visible()
    officer.clean()
    officer.pick(window.get_by_label("Documento que presentó"), "Credencial para votar")
    officer.write(window.get_by_label("Representante"), "Julia Mora")
    officer.press(window.get_by_role("button", name="Acreditar identidad"))
    expect(page.get_by_text("Diga con qué acredita la representación.").first).to_be_visible()
    officer.clean()
    officer.pick(page.get_by_label("Con qué acredita la representación"), "Carta poder")
    officer.press(page.get_by_role("button", name="Acreditar identidad"))
    officer.told("«Acreditar identidad» quedó registrado")

    office.route("unidad", ref, "JUD-AMC", now=moment())
    office.turn("titular", ref, 1, "accept", moment())
    office.turn("titular", ref, 1, "reply", moment(), text="Se localizaron sus datos.")
    officer.go(f"/casos/{ref}")
    officer.press(page.get_by_role("link", name="Responder"), "r")
    window = officer.dialog("Responder")
    officer.pick(window.get_by_label("Sentido de la respuesta"), "Procedente")
    expect(window.get_by_text("Empieza: Hacer efectivo el derecho")).to_be_visible()
    officer.press(window.get_by_role("button", name="Responder"))
    officer.told("El derecho se hace efectivo a más tardar el")
    expect(page.get_by_text("Falta hacer efectivo el derecho, a más tardar el")).to_be_visible()
    officer.clean()

    officer.press(page.get_by_role("link", name="Hacer efectivo el derecho"))
    window = officer.dialog("Hacer efectivo el derecho")
    officer.write(window.get_by_label("Qué se hizo"), "Se entregó copia certificada.")
    officer.press(window.get_by_role("button", name="Hacer efectivo el derecho"))
    officer.told("«Hacer efectivo el derecho» quedó registrado")
    expect(page.get_by_text("Se hizo efectivo el derecho").first).to_be_visible()
    officer.clean()


@pytest.mark.parametrize("hand", HANDS)
def test_a_mistaken_extension_is_corrected_and_stays_in_the_history(
    sit_down: SitDown, office: Office, hand: str
) -> None:
    ref = requested(office, "092074526000732", "JUD-AMC", ago=6)
    office.act("unidad", ref, "extend", moment(), reason="Volumen", notified_on=today())
    officer = sit_down("unidad", hand=hand, at_the_door=False)
    page = officer.page
    officer.go(f"/casos/{ref}")
    officer.press(page.locator("summary").filter(has_text="Más").first)
    officer.press(page.get_by_role("link", name="Corregir un acto"))
    window = officer.dialog("Corregir un acto")
    officer.tick(window.get_by_label("No ocurrió"))
    expect(window.get_by_text("Plazo legal: con este acto")).to_be_visible()
    officer.clean()
    officer.write(window.get_by_label("Motivo"), "Se registró en otro folio")
    officer.press(window.get_by_role("button", name="Corregir un acto"))
    officer.told("«Corregir un acto» quedó registrado")
    expect(page.get_by_text("Se hizo constar que un acto no ocurrió: ampliación")).to_be_visible()
    expect(page.get_by_text("Plazo ampliado: del")).to_be_visible()
    expect(page.get_by_text("Corregido el")).to_be_visible()
    officer.clean()


def test_the_page_of_an_act_says_until_when_it_can_be_done(
    sit_down: SitDown, office: Office
) -> None:
    ref = requested(office, "092074526000733", "JUD-AMC")
    for telephone in (False, True):
        officer = sit_down("unidad", telephone=telephone, at_the_door=False)
        for action in ("already_public", "extend", "refer", "request_clarification"):
            officer.go(f"/casos/{ref}/acciones/{action}")
            guide = officer.page.locator("section.guia")
            expect(guide.get_by_role("list", name="Hasta cuándo puede hacerse")).to_be_visible()
            expect(guide.get_by_text("LTAIPRC-CDMX")).to_be_visible()
            expect(guide.get_by_text("Por confirmar")).to_be_visible()
            officer.clean()
