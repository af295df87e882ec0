"""The citizen's check and the way in, in a real browser."""

from __future__ import annotations

import pytest

from tests.builders import Office
from tests.e2e.conftest import SitDown, today


@pytest.mark.parametrize("telephone", [False, True], ids=["desk", "telephone"])
def test_a_citizen_checks_a_folio_with_the_key(
    sit_down: SitDown, office: Office, telephone: bool
) -> None:
    made = office.capture(filed_on=today())
    citizen = sit_down(telephone=telephone)
    citizen.go(f"/consulta#{made.case.ref}")
    citizen.clean()
    assert citizen.page.get_by_label("Folio", exact=True).input_value() == made.case.ref
    citizen.page.get_by_label("Clave de consulta").fill("K7QM-2XWP-9D")
    citizen.page.keyboard.press("Enter")
    citizen.page.get_by_text("No encontramos un folio con esos datos.").wait_for()
    citizen.clean()
    citizen.page.get_by_label("Folio", exact=True).fill(made.case.ref)
    citizen.page.get_by_label("Clave de consulta").fill(made.key)
    citizen.page.keyboard.press("Enter")
    citizen.page.get_by_role("heading", name="Avance de su solicitud").wait_for()
    citizen.clean()


@pytest.mark.parametrize("telephone", [False, True], ids=["desk", "telephone"])
def test_signing_in_with_a_wrong_password_says_so(sit_down: SitDown, telephone: bool) -> None:
    somebody = sit_down(telephone=telephone)
    somebody.go("/ingresar")
    somebody.clean()
    somebody.page.get_by_label("Correo").fill("titular@demo.local")
    somebody.page.get_by_label("Contraseña").fill("no es esta frase")
    somebody.page.keyboard.press("Enter")
    somebody.page.get_by_text("no son correctos").wait_for()
    somebody.clean()
