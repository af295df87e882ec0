"""The day of a head of area: the inbox, what came in, a reply, a return."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.builders import Office
from tests.e2e.conftest import HANDS, Desk, SitDown
from tests.e2e.scenes import moment, routed


def row(head: Desk, ref: str) -> Locator:
    return head.page.locator("tr[data-row]").filter(has=head.page.get_by_text(ref, exact=True))


def open_case(head: Desk, ref: str) -> Locator:
    """From the inbox to where the buttons of a case are: the pane, or on a telephone its page."""
    page = head.page
    if head.hand == "finger":
        row(head, ref).get_by_role("link").click()
        head.sees(ref)
        return page.locator("main")
    if head.hand == "keys":
        for _ in range(page.locator("tr[data-row]").count() + 1):
            page.keyboard.press("j")
            if "is-active" in (row(head, ref).get_attribute("class") or ""):
                break
        page.keyboard.press("Enter")
    else:
        row(head, ref).locator(".c-asu").click()
    pane = page.locator("#preview")
    expect(pane.get_by_role("heading", name=ref)).to_be_visible()
    return pane


def to_the_inbox(head: Desk) -> None:
    if head.hand == "finger":
        head.page.locator("summary[aria-label=Menú]").click()
    head.press(head.page.locator('a[href="/bandeja"][data-key] >> visible=true').first, "g b")
    head.sees("Bandeja de turnos")


@pytest.mark.parametrize("hand", ["mouse", "keys"])
def test_a_head_moves_through_the_inbox_and_looks(
    sit_down: SitDown, office: Office, hand: str
) -> None:
    oldest, newest = (routed(office, "JUD-AMC", ago=ago) for ago in (90, 5))
    head = sit_down("titular", hand=hand)
    page = head.page
    head.sees("Bandeja de turnos")
    expect(page.locator("tr[data-row] a.folio")).to_have_text([oldest, newest])
    head.clean()

    help_window = page.locator("#atajos")
    head.press(page.get_by_role("button", name="Atajos de teclado"), "?")
    expect(help_window).to_be_visible()
    head.clean()
    page.keyboard.press("Escape")
    expect(help_window).to_be_hidden()

    pane = open_case(head, oldest)
    head.clean()
    if hand == "keys":
        page.keyboard.press("j")
        expect(pane.get_by_role("heading", name=newest)).to_be_visible()
        page.keyboard.press("k")
        expect(pane.get_by_role("heading", name=oldest)).to_be_visible()
        page.keyboard.press("Escape")
        expect(row(head, oldest).get_by_role("link")).to_be_focused()
    else:
        pane.get_by_role("link", name="Cerrar la vista previa").click()
    expect(pane).to_be_hidden()

    head.press(page.locator("a.kpi-v"))
    page.wait_for_url("**/bandeja?luz=vencido")
    head.clean()


@pytest.mark.parametrize("hand", HANDS)
def test_a_head_accepts_the_marked_ones_at_once(
    sit_down: SitDown, office: Office, hand: str
) -> None:
    refs = [routed(office, "JUD-AMC", ago=ago) for ago in (20, 10, 5)]
    head = sit_down("titular", hand=hand)
    page = head.page
    head.sees("Bandeja de turnos")
    for ref in refs[:2]:
        if hand == "keys":
            page.keyboard.press("j")
            page.keyboard.press("x")
        else:
            row(head, ref).get_by_role("checkbox").check()
    expect(page.locator("[data-bulk-count]")).to_have_text("2 marcados")
    head.press(page.locator("[data-bulk]").get_by_role("button", name="Aceptar"), "c")
    head.sees("Aceptar 2 turnos")
    head.clean()
    head.press(page.get_by_role("button", name="Aceptar 2 turnos"))
    expect(page.get_by_text("2 turnos aceptados.")).to_be_visible()
    head.clean()
    head.press(page.get_by_role("link", name="Volver a la lista"))
    head.sees("Bandeja de turnos")
    expect(row(head, refs[0])).to_contain_text("En atención")
    expect(row(head, refs[2])).not_to_contain_text("En atención")


@pytest.mark.parametrize("hand", HANDS)
def test_a_head_accepts_assigns_and_prepares(sit_down: SitDown, office: Office, hand: str) -> None:
    ref = routed(office, "JUD-AMC", ago=10)
    head = sit_down("titular", hand=hand)
    page = head.page
    head.sees("Bandeja de turnos")
    pane = open_case(head, ref)
    head.press(pane.get_by_role("button", name="Aceptar"), "c")
    head.told("«Aceptar» quedó registrado")
    head.clean()

    head.press(page.get_by_role("link", name="Asignar"), "a")
    window = head.dialog("Asignar")
    head.clean()
    head.pick(window.locator("[name=person]"), "Jorge Téllez")
    head.press(window.get_by_role("button", name="Asignar"))
    head.told("«Asignar» quedó registrado")

    head.press(page.get_by_role("link", name="Preparar respuesta"), "p")
    window = head.dialog("Preparar respuesta")
    head.write(window.locator("[name=text]"), "Se programó la reparación")
    head.press(window.get_by_role("button", name="Preparar respuesta"))
    head.told("«Preparar respuesta» quedó registrado")
    to_the_inbox(head)
    expect(row(head, ref)).to_contain_text("Jorge Téllez")
    expect(row(head, ref)).to_contain_text("Por firmar")
    head.clean()


@pytest.mark.parametrize("hand", HANDS)
def test_a_head_replies_answers_the_person_and_returns_another(
    sit_down: SitDown, office: Office, hand: str
) -> None:
    ref, other = (routed(office, "JUD-AMC", ago=ago) for ago in (10, 5))
    office.turn("titular", ref, 1, "accept", now=moment())
    head = sit_down("titular", hand=hand)
    page = head.page
    head.sees("Bandeja de turnos")
    pane = open_case(head, ref)
    head.press(pane.get_by_role("link", name="Contestar"), "r")
    window = head.dialog("Contestar")
    head.write(window.locator("[name=text]"), "Se repusieron las tres luminarias")
    head.tick(window.get_by_label("Responder también a la persona"))
    head.press(window.get_by_role("button", name="Contestar"))
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    head.clean()
    head.pick(page.locator("[name=outcome]"), "Atendido")
    head.pick(page.locator("[name=channel]"), "Teléfono")
    head.press(page.get_by_role("button", name="Contestar"))
    head.told("«Contestar» quedó registrado")
    expect(page.locator(".caso-m")).to_contain_text("Respondido")
    expect(page.get_by_role("heading", name="Respuesta a la persona")).to_be_visible()
    head.clean()

    to_the_inbox(head)
    pane = open_case(head, other)
    head.press(pane.get_by_role("link", name="Devolver"), "d")
    window = head.dialog("Devolver")
    head.write(window.locator("[name=reason]"), "Corresponde a Servicios Urbanos")
    head.press(window.get_by_role("button", name="Devolver"))
    head.told("«Devolver» quedó registrado")
    to_the_inbox(head)
    expect(page.get_by_text("No hay turnos abiertos")).to_be_visible()
    head.clean()
