"""The day of a supervisor: the board, the desk, the month, a listing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.builders import Office
from tests.commands.listings import SUAC, csv_bytes
from tests.e2e.conftest import HANDS, SitDown, today
from tests.e2e.scenes import received, routed


@pytest.mark.parametrize("hand", ["mouse", "keys"])  # on a telephone: from the list, see below
def test_a_supervisor_reassigns_from_the_board_and_takes_it_back(
    sit_down: SitDown, office: Office, hand: str
) -> None:
    late, both = (
        routed(office, "JUD-AMC", ago=90), routed(office, "JUD-AMC", "JUD-BAR", ago=10),
    )  # fmt: skip
    chief = sit_down("supervision", hand=hand)
    page = chief.page
    chief.menu("Tablero")
    chief.sees("Tablero de supervisión")
    chief.clean()

    chief.tick(page.locator("input[name=area][value=JUD-AMC]"))
    chief.press(page.get_by_role("button", name="Ver qué cambia"))
    chief.sees("Reasignar 2 turnos")
    chief.press(page.get_by_role("button", name="Reasignar 2 turnos"))
    expect(page.locator("[data-error-summary]")).to_contain_text("Escriba el motivo.")
    chief.clean()
    chief.pick(page.locator("[name=acto-area]"), "JUD de Barrios")
    chief.write(page.locator("[name=acto-reason]"), "Carga de trabajo")
    chief.press(page.get_by_role("button", name="Reasignar 2 turnos"))
    expect(page.get_by_text("1 turno reasignado; 1 se quedó como estaba.")).to_be_visible()
    verdicts = page.get_by_role("table", name="Resultado por turno")
    expect(verdicts.get_by_role("row").filter(has_text=both)).to_contain_text("Ya hay un turno")
    chief.clean()
    chief.press(page.get_by_role("button", name="Deshacer"))
    chief.sees("Reasignación deshecha")
    expect(verdicts.get_by_role("row").filter(has_text=late)).to_contain_text("Volvió a su área")
    chief.clean()


@pytest.mark.parametrize("hand", HANDS)
def test_a_supervisor_marks_turns_behind_a_figure_of_the_board(
    sit_down: SitDown, office: Office, hand: str
) -> None:
    marked, other = (routed(office, "JUD-AMC", ago=ago) for ago in (90, 80))
    chief = sit_down("supervision", hand=hand)
    page = chief.page
    chief.go("/tablero")
    chief.press(page.get_by_role("link", name="JUD Mediación Comunitaria"))
    chief.sees("Bandeja de turnos")
    line = page.locator("tr[data-row]").filter(has_text=marked)
    if hand == "keys":
        page.keyboard.press("j")
        page.keyboard.press("x")
    else:
        line.get_by_role("checkbox").check()
    expect(page.locator("[data-bulk-count]")).to_have_text("1 marcado")
    chief.press(page.locator("[data-bulk]").get_by_role("button", name="Reasignar"))
    chief.sees("Reasignar 1 turno")
    chief.pick(page.locator("[name=acto-area]"), "JUD de Barrios")
    chief.write(page.locator("[name=acto-reason]"), "Carga de trabajo")
    chief.press(page.get_by_role("button", name="Reasignar 1 turno"))
    expect(page.get_by_text("1 turno reasignado.")).to_be_visible()
    chief.clean()
    chief.press(page.get_by_role("link", name="Volver a la lista"))
    chief.sees("Bandeja de turnos")
    areas = [
        list(office.case("direccion", ref).turns.values())[-1].area_id for ref in (marked, other)
    ]
    assert areas == [office.area("JUD-BAR"), office.area("JUD-AMC")]


@pytest.mark.parametrize("hand", HANDS)
def test_a_supervisor_routes_from_the_desk_to_two_areas(
    sit_down: SitDown, office: Office, hand: str
) -> None:
    ref = received(office)
    chief = sit_down("supervision", hand=hand)
    page = chief.page
    chief.menu("Asuntos en mesa")
    chief.sees("Asuntos en mesa")
    folio = page.locator("tr[data-row]").get_by_role("link", name=ref)
    chief.press(folio)
    if hand == "keys":
        expect(page.locator("#preview").get_by_role("heading", name=ref)).to_be_visible()
        page.keyboard.press("Enter")
    chief.sees(ref)

    chief.press(page.get_by_role("link", name="Turnar"), "t")
    window = chief.dialog("Turnar")
    filter_box = window.get_by_label("Buscar un área")
    expect(filter_box).to_be_focused()
    for code, words in (("JUD-BAR", "barrios"), ("JUD-AMC", "mediacion")):
        chief.write(filter_box, words)
        if hand == "keys":  # Tab goes round inside the window
            page.keyboard.press("Tab")
        chief.tick(window.locator(f'[name=areas][value="{office.area(code)}"]'))
        if hand == "keys":
            page.keyboard.press("Shift+Tab")
    chief.write(window.get_by_label("Instrucción"), "Reponer las luminarias y avisar")
    chief.clean()
    chief.press(window.get_by_role("button", name="Turnar"))
    chief.told("«Turnar» quedó registrado")
    for name in ("JUD de Barrios", "JUD de Atención y Mediación Comunitaria"):
        expect(page.locator(".t-area").filter(has_text=name)).to_be_visible()
    chief.clean()


@pytest.mark.parametrize("hand", HANDS)
def test_a_supervisor_reads_last_months_report(
    sit_down: SitDown, office: Office, hand: str
) -> None:
    middle = (today().replace(day=1) - dt.timedelta(days=1)).replace(day=15)
    # forty business days and the holidays between them: due about the middle of last month
    ref = routed(office, "JUD-AMC", ago=(today() - middle).days + 58)
    chief = sit_down("supervision", hand=hand)
    page = chief.page
    chief.menu("Reportes")
    chief.sees("Reportes")
    chief.clean()
    chief.press(page.get_by_role("rowheader").get_by_role("link").first)
    chief.sees("vencidos")
    expect(page.get_by_role("link", name=ref)).to_be_visible()
    chief.clean()
    with page.expect_download() as started:
        chief.press(page.get_by_role("link", name="CSV"))
    assert ref in Path(started.value.path()).read_text("utf-8-sig")


@pytest.mark.parametrize("hand", HANDS)
def test_a_supervisor_imports_a_listing_and_corrects_a_row(
    sit_down: SitDown, office: Office, hand: str
) -> None:
    day = (today() - dt.timedelta(days=7)).isoformat()
    listing = csv_bytes(
        [
            {**SUAC, "fecha_solicitud": day},
            {**SUAC, "id_folio": "3000002", "fecha_solicitud": "2026-13-45"},
        ]
    )
    chief = sit_down("supervision", hand=hand)
    page = chief.page
    chief.menu("Importar archivos")
    chief.sees("Importar archivos")
    chief.press(page.get_by_role("button", name="Ver qué haría"))
    expect(page.locator("[data-error-summary]")).to_be_focused()
    chief.clean()
    chief.attach(page.locator("[name=file]"), "listado.csv", listing)
    chief.pick(page.locator("[name=profile]"), "SUAC")
    chief.press(page.get_by_role("button", name="Ver qué haría"))
    chief.sees("Vista previa de importación")
    chief.clean()
    chief.press(page.get_by_role("button", name="Aplicar importación"))
    chief.sees("Importación aplicada")
    wrong = page.get_by_role("row").filter(has_text="3000002")
    chief.write(wrong.get_by_label("corregida de la fila"), day)
    chief.clean()
    chief.press(wrong.get_by_role("button", name="Corregir y reintentar"))
    chief.told("Fila 3: nuevo.")
    made = page.get_by_role("link", name="3000002")
    expect(made).to_be_visible()
    chief.clean()
