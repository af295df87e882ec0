"""One appeal from its admission to compliance, in the hands of the transparency officer."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests.builders import Office
from tests.e2e.conftest import HANDS, SitDown, today
from tests.e2e.scenes import moment, requested


def answered(office: Office) -> str:
    """A request of last month, answered ten days ago."""
    ref = requested(office, "092074526000418", "JUD-AMC", ago=30)
    office.turn("titular", ref, 1, "accept", moment())
    office.turn("titular", ref, 1, "reply", moment(), text="Se adjunta la información.")
    office.act(
        "unidad", ref, "answer", moment(), outcome="delivered", text="Se entrega.",
        channel="platform", notified_on=today() - dt.timedelta(days=10),
    )  # fmt: skip
    return ref


@pytest.mark.parametrize("hand", HANDS)
def test_an_appeal_is_admitted_stated_ruled_and_complied(
    sit_down: SitDown, office: Office, hand: str
) -> None:
    ref = answered(office)
    officer = sit_down("unidad", hand=hand, at_the_door=False)
    page = officer.page
    officer.go(f"/casos/{ref}")
    officer.press(page.locator("summary").filter(has_text="Más").first)
    officer.press(page.get_by_role("link", name="Registrar recurso"))
    window = officer.dialog("Registrar recurso")
    officer.clean()
    officer.write(window.get_by_label("Expediente del recurso"), "RR.IP.0123/2026")
    officer.write(window.get_by_label("Autoridad que lo tramita"), "Autoridad garante")
    window.get_by_label("Fecha en que se interpuso").fill(
        (today() - dt.timedelta(days=5)).isoformat()
    )
    officer.write(window.get_by_label("De qué se queja la persona"), "Faltan los anexos")
    expect(window.get_by_text("Empieza: Manifestaciones")).to_be_visible()
    officer.press(window.get_by_role("button", name="Registrar recurso"))
    officer.sees("Recursos de revisión")
    officer.told("quedó registrado en el recurso RR.IP.0123/2026.")
    expect(page.get_by_text("Faltan las manifestaciones de la oficina.")).to_be_visible()
    officer.clean()

    officer.press(page.get_by_role("link", name="Rendir manifestaciones"))
    window = officer.dialog("Rendir manifestaciones")
    officer.write(window.get_by_label("Manifestaciones, pruebas y alegatos"), "Se sostiene")
    officer.press(window.get_by_role("button", name="Rendir manifestaciones"))
    officer.told("«Rendir manifestaciones» quedó registrado")
    officer.clean()

    officer.press(page.get_by_role("link", name="Registrar resolución"))
    window = officer.dialog("Registrar resolución")
    officer.pick(window.get_by_label("Sentido de la resolución"), "Ordena")
    officer.write(window.get_by_label("Qué resolvió"), "Se ordena publicar los anexos")
    expect(window.get_by_text("El asunto pasará a «Recibido».")).to_be_visible()
    officer.press(window.get_by_role("button", name="Registrar resolución"))
    expect(page.get_by_text("Escriba qué ordena hacer la resolución.").first).to_be_visible()
    officer.clean()
    officer.write(page.get_by_label("Qué ordena hacer"), "Publicar los anexos")
    officer.press(page.get_by_role("button", name="Registrar resolución"))
    officer.told("«Registrar resolución» quedó registrado")
    officer.clean()

    officer.go(f"/casos/{ref}")
    officer.sees(ref)
    officer.clean()
    officer.press(page.get_by_role("link", name="Cumplir la resolución"))
    window = officer.dialog("Cumplir la resolución")
    officer.write(window.get_by_label("Qué se hizo"), "Se publicaron")
    expect(window.get_by_text("El asunto pasará a «Concluido».")).to_be_visible()
    officer.press(window.get_by_role("button", name="Cumplir la resolución"))
    officer.told("«Cumplir la resolución» quedó registrado")
    expect(page.get_by_text("Cumplido", exact=True).first).to_be_visible()
    officer.clean()


@pytest.mark.parametrize("telephone", [False, True])
def test_the_list_of_appeals_and_the_correction_of_one(
    sit_down: SitDown, office: Office, telephone: bool
) -> None:
    ref = answered(office)
    office.appeal(
        "unidad", ref, "admit", moment(), file_number="RR.IP.0123/2026", authority="Garante",
        filed_on=today() - dt.timedelta(days=5), notified_on=today(), text="Incompleta",
    )  # fmt: skip
    office.appeal(
        "unidad", ref, "admit", moment(), 2, file_number="RR.IP.0124/2026", authority="Garante",
        filed_on=today() - dt.timedelta(days=4), notified_on=today(), text="No abre",
    )  # fmt: skip
    officer = sit_down("unidad", telephone=telephone, at_the_door=False)
    page = officer.page
    officer.go("/recursos")
    officer.sees("Recursos de revisión")
    officer.clean()
    page.get_by_role("link", name="Terminados").click()
    expect(page.get_by_text("Todavía no termina ningún recurso")).to_be_visible()
    officer.clean()
    page.get_by_role("link", name="Abiertos").click()
    page.get_by_role("link", name="RR.IP.0123/2026").click()
    officer.sees("Recursos de revisión")
    officer.clean()
    page.locator("summary").filter(has_text="del recurso RR.IP.0123/2026").click()
    page.get_by_role("link", name="Corregir un dato").locator("visible=true").click()
    officer.sees("Corregir un dato del recurso")
    officer.clean()
    page.get_by_role("link", name="Corregir autoridad").click()
    officer.sees("Corregir un dato: Autoridad")
    officer.clean()
    page.get_by_label("Valor correcto").fill("Autoridad garante")
    page.get_by_label("Motivo").fill("Así se llama")
    page.get_by_role("button", name="Corregir un dato").click()
    officer.told("«Corregir un dato» quedó registrado")
