"""Work that takes its time, and two people at one case: what the pages show meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect

from caseflow.commands import imports
from caseflow.commands.work import begin_work
from caseflow.domain.people import SYSTEM
from caseflow.extensions import db
from caseflow.scheduler import JOBS, Timer
from tests.builders import Office
from tests.commands.listings import SUAC, csv_bytes, hand_in, import_listing
from tests.e2e.conftest import SitDown, today
from tests.e2e.scenes import moment, routed

HANDS = pytest.mark.parametrize("hand", ["mouse", "keys", "finger"])


def listing(count: int) -> bytes:
    day = (today() - dt.timedelta(days=7)).isoformat()
    return csv_bytes(
        [
            {**SUAC, "fecha_solicitud": day, "id_folio": str(3_200_000 + number)}
            for number in range(count)
        ]
    )


@contextmanager
def scheduler(app: Flask, name: str) -> Iterator[None]:
    """The scheduler at work on one of its jobs, as ``flask scheduler`` runs it."""
    timer = Timer(app, [job for job in JOBS if job.name == name])
    timer.start()
    try:
        yield
    finally:
        timer.stop()


@HANDS
def test_a_supervisor_reassigns_more_than_fifty_turns_and_takes_it_back(
    sit_down: SitDown, office: Office, tmp_path: Path, hand: str
) -> None:
    import_listing(tmp_path, listing(51), now=moment(), preview=False)
    chief = sit_down("direccion", hand=hand, at_the_door=False)
    page = chief.page
    chief.go("/bandeja?area=DGSU")
    chief.sees("Bandeja de turnos")
    chief.tick(page.get_by_label("Los 51 turnos de la lista"))
    chief.press(page.locator("[data-bulk]").get_by_role("button", name="Reasignar"))
    chief.sees("Reasignar 51 turnos")
    chief.clean()
    chief.pick(page.locator("[name=acto-area]"), "JUD de Barrios")
    chief.write(page.locator("[name=acto-reason]"), "Carga de trabajo")
    chief.press(page.get_by_role("button", name="Reasignar 51 turnos"))
    chief.sees("Reasignar: 51 turnos")
    expect(page.get_by_text("0 hechos, 0 sin hacer, de 51")).to_be_visible()
    chief.clean()
    with scheduler(office.app, "jobs"):
        expect(page.get_by_text("51 hechos, 0 sin hacer, de 51")).to_be_visible(timeout=20_000)
        undo = page.get_by_role("button", name="Deshacer")
        expect(undo).to_be_visible()
        chief.clean()
        chief.press(undo)
        window = page.locator("dialog[open]")
        expect(window).to_contain_text("Cada turno reasignado volverá a su área")
        chief.clean()
        chief.press(window.get_by_role("button", name="Continuar"))
        chief.sees("Deshacer la reasignación: 51 turnos")
        expect(page.get_by_text("51 hechos, 0 sin hacer, de 51")).to_be_visible(timeout=20_000)
        chief.clean()
    case = office.case("direccion", "SUAC-3200000")
    assert case.turns[max(case.turns)].area_id == office.area("DGSU")


@HANDS
def test_a_running_import_is_paused_resumed_and_ends(
    sit_down: SitDown, office: Office, tmp_path: Path, hand: str
) -> None:
    batch_id = hand_in(tmp_path, listing(450), now=moment())
    with begin_work(SYSTEM) as work:
        imports.confirm(work, batch_id, hand_over=True)
    imports.apply_pending(most_chunks=1)
    chief = sit_down("direccion", hand=hand, at_the_door=False)
    page = chief.page
    chief.go(f"/importar/{batch_id}")
    chief.sees("Importación en curso")
    expect(page.get_by_text("200 de 450 filas")).to_be_visible()
    chief.clean()
    chief.press(page.get_by_role("button", name="Pausar"))
    chief.sees("Importación en pausa")
    chief.clean()
    with scheduler(office.app, "imports"):
        chief.press(page.get_by_role("button", name="Reanudar"))
        chief.told("La importación sigue donde quedó.")
        chief.sees("Importación aplicada")
    expect(page.get_by_text("450 + 0 + 0 + 0 + 0 = 450 leídas; la suma cuadra")).to_be_visible()
    chief.clean()


@HANDS
def test_who_comes_second_sees_both_sides_and_may_send_again(
    sit_down: SitDown, office: Office, hand: str
) -> None:
    ref = routed(office, "JUD-AMC")
    office.turn("titular", ref, 1, "accept", now=moment())
    second = sit_down("titular", hand=hand, at_the_door=False)
    page = second.page
    second.go(f"/casos/{ref}/turnos/1/acciones/assign")
    second.pick(page.locator("[name=person]"), "Jorge Téllez")
    office.turn("personal", ref, 1, "draft", now=moment(), text="Se programó la reparación")
    db.session.remove()
    second.press(page.get_by_role("button", name="Asignar"))
    second.sees(f"Asignar · {ref}")
    expect(page.get_by_role("alert").first).to_contain_text("Alguien más cambió este asunto")
    expect(page.get_by_text("preparó su respuesta").first).to_be_visible()
    second.clean()
    second.press(page.get_by_role("button", name="Asignar"))
    second.told("«Asignar» quedó registrado")
    turn = office.case("titular", ref).turns[1]
    assert (turn.assignee_id, turn.draft_text) == (
        office.user_id("personal"),
        "Se programó la reparación",
    )
