"""The day of a clerk: capture, receipt, the case, finding it again, the desk."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.builders import Office
from tests.e2e.conftest import HANDS, SitDown
from tests.e2e.scenes import received


@pytest.mark.parametrize("hand", HANDS)
def test_a_clerk_captures_and_finds_it_again(sit_down: SitDown, office: Office, hand: str) -> None:
    clerk = sit_down("ventanilla", hand=hand)
    page = clerk.page

    clerk.press(page.get_by_role("link", name="Nueva captura"), "n")
    clerk.sees("Nueva captura")
    expect(clerk.field("Origen")).to_be_focused()
    clerk.press(page.get_by_role("button", name="Guardar y dar folio"))
    summary = page.locator("[data-error-summary]")
    expect(summary).to_contain_text("Escriba el asunto.")
    expect(summary).to_be_focused()
    clerk.clean()

    clerk.write(clerk.field("Asunto"), "Luminaria apagada frente al mercado")
    clerk.write(clerk.field("Descripción"), "Tres postes sin luz desde el lunes")
    clerk.write(clerk.field("Calle y número"), "Sur 16 número 120")
    clerk.write(clerk.field("Nombre"), "Renata Ibarra")
    clerk.press(page.get_by_role("button", name="Guardar y dar folio"))
    clerk.sees("Asunto capturado")
    clerk.clean()
    ref = page.locator("h2.folio-g").inner_text()

    receipt = page.get_by_role("button", name="Descargar el acuse")
    expect(receipt).to_be_focused()
    with page.expect_download() as started:
        clerk.press(receipt)
    assert started.value.suggested_filename == f"acuse-{ref}.pdf"
    assert Path(started.value.path()).read_bytes().startswith(b"%PDF")

    clerk.press(page.get_by_role("link", name="Abrir el asunto"))
    clerk.sees(ref)
    clerk.clean()


@pytest.mark.parametrize("hand", HANDS)
def test_a_clerk_looks_at_the_desk_and_searches(
    sit_down: SitDown, office: Office, hand: str
) -> None:
    ref = received(office)
    clerk = sit_down("ventanilla", hand=hand)
    page = clerk.page
    clerk.menu("Asuntos en mesa")
    clerk.sees("Asuntos en mesa")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    clerk.clean()

    box = page.get_by_role("searchbox", name="Buscar folio")
    if hand == "keys":
        page.keyboard.press("/")
        expect(box).to_be_focused()
    clerk.write(box, "nada que se le parezca")
    page.keyboard.press("Enter")
    clerk.sees("Búsqueda")
    expect(page.get_by_text("No se encontró nada con")).to_be_visible()
    clerk.clean()
    if hand == "keys":
        page.keyboard.press("/")
    clerk.write(box, "maria hernandez")
    page.keyboard.press("Enter")
    found = page.locator("tr[data-row] a.folio")
    expect(found).to_have_text(ref)
    clerk.clean()
    clerk.press(found)
    if hand == "keys":  # the first Enter shows it beside the list, the second opens it
        expect(page.locator("#preview").get_by_role("link", name=ref)).to_be_visible()
        page.keyboard.press("Enter")
    clerk.sees(ref)
    if hand == "keys":
        page.keyboard.press("/")
    clerk.write(box, ref.replace("-", " ").lower())
    page.keyboard.press("Enter")
    clerk.sees(ref)
