"""A change of the calendar: previewed, applied, followed to its end, and taken back."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Locator, expect

from caseflow.commands import redating
from caseflow.commands.jobs import run_jobs
from tests.builders import Office
from tests.e2e.conftest import HANDS, Desk, SitDown, today
from tests.e2e.scenes import moment, routed


def write_day(desk: Desk, field: Locator, day: dt.date) -> None:
    """A field for dates takes its parts by the keyboard, in the browser's own order."""
    if desk.hand == "keys":
        desk.tab_to(field)
        desk.page.keyboard.type(f"{day:%m%d%Y}")  # the browser of the tests speaks English
    else:
        field.fill(day.isoformat())
    expect(field).to_have_value(day.isoformat())


def closing(days: int = 2) -> list[dt.date]:
    """A Monday three weeks from now, and the days after it."""
    first = today() + dt.timedelta(days=21 + (7 - today().weekday()) % 7)
    return [first + dt.timedelta(days=n) for n in range(days)]


@pytest.mark.parametrize("hand", HANDS)
def test_a_closure_is_previewed_applied_and_followed_to_its_end(
    sit_down: SitDown, office: Office, monkeypatch: pytest.MonkeyPatch, hand: str
) -> None:
    monkeypatch.setattr(redating, "AT_ONCE", 0)  # so that one folio is a long job
    ref = routed(office, "JUD-AMC", ago=5)
    due_on = office.case("titular", ref).due_on
    first, last = closing()
    desk = sit_down("admin", hand=hand, at_the_door=False)
    page = desk.page
    desk.go("/calendario")
    desk.press(page.get_by_role("link", name="Agregar días"))
    desk.sees("Agregar días inhábiles")
    write_day(desk, page.locator("[name=day]"), first)
    write_day(desk, page.locator("[name=last]"), last)
    desk.write(page.locator("[name=reason]"), "Cierre de fin de año")
    desk.write(page.locator("[name=source]"), "Gaceta Oficial 1850, p. 12")
    desk.clean()
    desk.press(page.get_by_role("button", name="Ver qué se mueve"))
    desk.sees("Qué se mueve")
    expect(page.get_by_text("1 folio cambia de fecha.")).to_be_visible()
    desk.clean()
    desk.press(page.get_by_role("button", name="Aplicar"))
    desk.sees("Folios que se vuelven a fechar")
    expect(page.get_by_text("0 de 1 folios revisados")).to_be_visible()
    desk.clean()

    head = sit_down("titular", at_the_door=False, telephone=hand == "finger")
    head.go("/bandeja")
    expect(head.page.get_by_text("por recontar", exact=True)).to_be_visible()
    head.clean()

    run_jobs(moment())
    expect(page.get_by_role("heading", name="Terminado")).to_be_visible()
    expect(page.get_by_role("heading", name="Qué se movió")).to_be_visible()
    desk.clean()
    after = office.case("titular", ref).due_on
    assert after is not None
    assert due_on is not None
    assert after > due_on

    desk.press(page.get_by_role("link", name="Volver al calendario"))
    desk.go(f"/calendario?ano={first.year}")
    line = page.get_by_role("row").filter(has_text="Gaceta Oficial 1850")
    desk.press(line.locator("summary"))
    desk.clean()
    desk.press(line.get_by_role("button", name="Ver qué se mueve"))
    desk.sees("Qué se mueve")
    expect(page.get_by_text("se quita")).to_have_count(2)
