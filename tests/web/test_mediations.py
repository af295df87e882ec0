"""Mediations over HTTP: registering, each act through its form, who sees what, and what is kept."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from caseflow.domain.instants import local_date
from caseflow.extensions import db
from caseflow.models import Mediation, MediationReading, Party
from tests.builders import Office
from tests.mediation_scenes import Table, party
from tests.web.browsing import post, signed_in


class Window:
    """The pages of mediation, as different people use them."""

    def __init__(self, office: Office) -> None:
        now = dt.datetime.now(dt.UTC)
        self.office = office
        self.table = Table(office, now, local_date(now))

    @property
    def day(self) -> str:
        return self.table.today.isoformat()

    def client(self, login: str) -> FlaskClient:
        return signed_in(self.office, login)

    def page(self, login: str, path: str) -> str:
        return self.client(login).get(path).text

    def act(self, login: str, ref: str, action: str, **data: Any) -> TestResponse:
        path = f"/mediaciones/{ref}/acciones/{action}"
        client = self.client(login)
        shown = client.get(path, query_string={"n": data.pop("n", None) or ""})
        version = re.search(r'name="version"[^>]*value="(\d+)"', shown.text)
        data.setdefault("version", version[1] if version else "")
        return post(client, path, data)


@pytest.fixture
def window(sqlite_office: Office) -> Window:
    return Window(sqlite_office)


def registration(day: str, **more: Any) -> dict[str, Any]:
    return {
        "subject": "ruido", "received_on": day, "colonia": "Agrícola Oriental",
        "parties-0-side": "asking", "parties-0-party_kind": "person",
        "parties-0-name": "Ana Ávalos",
        "parties-0-sex": "unsaid", "parties-0-age_group": "unsaid",
        "parties-1-side": "invited", "parties-1-party_kind": "person",
        "parties-1-name": "Beto Bravo",
        "parties-1-sex": "unsaid", "parties-1-age_group": "unsaid", **more,
    }  # fmt: skip


def test_a_mediation_goes_from_the_window_to_its_kept_agreement(office: Office) -> None:
    window = Window(office)
    day = window.day
    answer = post(window.client("ventanilla"), "/mediaciones/nueva", registration(day))
    year = window.table.today.year
    assert (answer.status_code, answer.location) == (303, f"/mediaciones/MED-{year}-00001")
    ref = answer.location.rpartition("/")[2]
    page = window.page("ventanilla", f"/mediaciones/{ref}")
    assert "Usted la verá hasta que se nombre a la persona mediadora" in page
    mediator = office.user_id("mediacion")
    for login, action, data in (
        ("titular", "name", {"person": mediator}),
        ("mediacion", "screen", {"violence_asked": "y", "mediable": "yes", "consents": "y",
                                 "screened_on": day}),
        ("mediacion", "invite", {"party": "2", "sent_on": day, "means": "by_hand"}),
        ("mediacion", "record_invitation", {"invitation": "1", "result": "accepted",
                                            "delivered_on": day}),
        ("mediacion", "open_session", {"held_on": day, "attended": ["1", "2"],
                                       "session_outcome": "agreement", "room": "1"}),
        ("mediacion", "agree", {"agreed_on": day, "commitments-0-party": "2",
                                "commitments-0-what": "Bajar el volumen",
                                "commitments-0-due_on": day}),
        ("titular", "follow_up", {"commitment": "1", "commitment_result": "kept",
                                  "result_on": day}),
    ):  # fmt: skip
        answer = window.act(login, ref, action, **data)
        assert (answer.status_code, answer.location) == (303, f"/mediaciones/{ref}"), answer.text
    page = window.page("mediacion", f"/mediaciones/{ref}")
    for words in (
        "Convenio con seguimiento completo", "Bajar el volumen", "Cumplido", "Ana Ávalos",
        "Sala de mediación 1", "Se registró el convenio", "1 compromiso",
    ):  # fmt: skip
        assert words in page
    assert window.client("ventanilla").get(f"/mediaciones/{ref}").status_code == 404


def test_what_a_registration_lacks_is_said_beside_its_field(window: Window) -> None:
    clerk = window.client("ventanilla")
    for changed, words in (
        ({"subject": ""}, "Elija el asunto de la lista."),
        ({"colonia": ""}, "Escriba el lugar del conflicto"),
        ({"parties-1-name": ""}, "Anote al menos dos partes"),
        ({"parties-1-name": "", "parties-1-phone": "5555"}, "Complete «Nombre»."),
        ({"parties-1-side": "asking"}, "quien solicita y a quien se invita"),
        ({"received_on": "2099-01-01"}, "todavía no llega"),
    ):
        answer = post(clerk, "/mediaciones/nueva", registration(window.day, **changed))
        assert answer.status_code == 422, changed
        assert words in answer.text, changed
        assert "Ana Ávalos" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Mediation)) == 0


def test_a_row_more_is_one_press_without_script(window: Window) -> None:
    clerk = window.client("ventanilla")
    page = post(clerk, "/mediaciones/nueva", registration(window.day, add="1"))
    assert page.status_code == 200
    assert 'name="parties-2-name"' in page.text
    assert "Ana Ávalos" in page.text
    third = {
        "parties-2-side": "invited",
        "parties-2-party_kind": "group",
        "parties-2-name": "Condóminos de Sur 12",
        "parties-2-spokesperson": "Carla",
    }
    answer = post(clerk, "/mediaciones/nueva", registration(window.day, **third))
    assert answer.status_code == 303
    page_of_file = clerk.get(answer.location).text
    assert "Habla por el grupo: Carla" in page_of_file


def test_a_folio_leads_to_a_mediation_and_says_no_more_than_derived(window: Window) -> None:
    case = window.office.capture(petitioner={"name": "Ana de la Calle"}, street="Sur 12").case
    clerk = window.client("ventanilla")
    assert f"/mediaciones/nueva?folio={case.ref}" in clerk.get(f"/casos/{case.ref}").text
    form = clerk.get(f"/mediaciones/nueva?folio={case.ref}").text
    assert "Ana de la Calle" in form
    assert "Sur 12" in form
    answer = post(clerk, "/mediaciones/nueva", registration(window.day, folio=case.ref))
    ref = answer.location.rpartition("/")[2]
    assert case.ref in clerk.get(f"/mediaciones/{ref}").text
    history = window.page("direccion", f"/casos/{case.ref}")
    assert "Derivado a mediación" in history
    assert ref not in history
    assert window.client("ventanilla2").get(
        f"/mediaciones/nueva?folio={case.ref}"
    ).status_code == 404  # fmt: skip


def test_the_list_begins_with_who_waits_for_the_first_contact(window: Window) -> None:
    old = window.table.today.replace(year=window.table.today.year - 1)
    inviting = window.table.register(received_on=old)
    window.table.name(inviting)
    window.table.screen(inviting)
    late = window.table.register(received_on=old)
    fresh = window.table.register()
    page = window.page("titular", "/mediaciones")
    order = re.findall(r'class="folio" href="/mediaciones/([^"]+)"', page)
    assert order == [late, fresh, inviting]
    assert "Vencido" in page
    assert "Abiertas · 3" in page
    mine = window.page("mediacion", "/mediaciones")
    assert inviting in mine
    assert late not in mine
    chosen = window.page("titular", "/mediaciones?estado=en-invitacion&asunto=ruido&mediadora=0")
    assert "Ninguna mediación con esos filtros" in chosen
    unnamed = window.page("titular", "/mediaciones?mediadora=0")
    assert late in unnamed
    assert inviting not in unnamed


def test_pages_of_the_list_follow_one_another_both_ways(window: Window) -> None:
    refs = [window.table.register() for _ in range(27)]
    for ref in refs[:2]:
        window.table.name(ref)
        window.table.screen(ref)
    client = window.client("titular")
    first = client.get("/mediaciones").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = client.get(following[1].replace("&amp;", "&")).text
    shown = [
        *re.findall(r'class="folio" href="/mediaciones/([^"]+)"', first),
        *re.findall(r'class="folio" href="/mediaciones/([^"]+)"', second),
    ]
    assert shown == refs[2:] + refs[:2]
    back = re.search(r'rel="prev" href="([^"]+)"', second)
    assert back is not None
    again = client.get(back[1].replace("&amp;", "&")).text
    assert re.findall(r'class="folio" href="/mediaciones/([^"]+)"', again) == shown[:25]


def test_finished_files_stand_apart_the_newest_first(window: Window) -> None:
    refs = [window.table.register() for _ in range(27)]
    for ref in refs:
        window.table.act("titular", ref, "end", ending="withdrawn")
    client = window.client("titular")
    page = client.get("/mediaciones?estado=concluidas").text
    assert re.findall(r'class="folio" href="/mediaciones/([^"]+)"', page) == refs[:1:-1]
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following is not None
    page = client.get(following[1].replace("&amp;", "&")).text
    assert re.findall(r'class="folio" href="/mediaciones/([^"]+)"', page) == refs[1::-1]
    assert "Concluida: desistimiento" in page
    assert "No tiene mediaciones abiertas" in client.get("/mediaciones").text


def test_a_name_is_looked_for_in_ones_own_files_and_never_in_an_address(window: Window) -> None:
    ref = window.table.register()
    for text in ("avalos", "ÁVALOS ana", ref.lower(), ref[-5:]):
        answer = post(window.client("titular"), "/mediaciones/buscar", {"texto": text})
        assert answer.status_code == 200
        assert ref in answer.text, text
    for login, text in (("titular", "zutano"), ("titular", "a"), ("titular", "%%"),
                        ("mediacion", "avalos"), ("ventanilla2", "avalos")):  # fmt: skip
        answer = post(window.client(login), "/mediaciones/buscar", {"texto": text})
        assert "No se encontró ninguna mediación" in answer.text, (login, text)
    assert window.client("titular").get("/mediaciones/buscar?texto=avalos").status_code == 404


def test_reading_a_file_is_recorded_and_its_head_sees_by_whom(window: Window) -> None:
    ref = window.table.agreed()
    window.page("mediacion", f"/mediaciones/{ref}")
    window.page("mediacion", f"/mediaciones/{ref}/acciones/follow_up")
    window.client("personal").get(f"/mediaciones/{ref}")
    found = db.session.execute(
        select(MediationReading.user_id, MediationReading.what).order_by(MediationReading.id)
    ).all()
    mediator = window.office.user_id("mediacion")
    assert [tuple(row) for row in found] == [(mediator, "file"), (mediator, "form")]
    db.session.remove()
    head = window.page("titular", f"/mediaciones/{ref}")
    assert "Quién abrió el expediente" in head
    assert "Rosa Méndez" in head
    assert "Quién abrió el expediente" not in window.page("mediacion", f"/mediaciones/{ref}")


def test_the_next_step_is_the_first_choice_and_what_is_not_possible_says_why(
    window: Window,
) -> None:
    ref = window.table.register()
    head = window.page("titular", f"/mediaciones/{ref}")
    assert "Sigue: nombrar persona mediadora." in head
    assert "Espera a que la persona titular" in window.page("ventanilla", f"/mediaciones/{ref}")
    window.table.name(ref)
    assert "Sigue: valorar si es mediable." in window.page("mediacion", f"/mediaciones/{ref}")
    assert "Espera a la persona mediadora" in window.page("titular", f"/mediaciones/{ref}")
    window.table.screen(ref)
    mediator = window.page("mediacion", f"/mediaciones/{ref}")
    assert "Sigue: invitar." in mediator
    assert "Todavía no hay invitaciones." not in mediator
    session = window.page("mediacion", f"/mediaciones/{ref}/acciones/open_session")
    assert "Lo que se dice en la sesión no se registra" in session
    assert "<textarea" not in session


def test_violence_ends_the_file_and_it_is_never_reopened(window: Window) -> None:
    ref = window.table.register()
    window.table.name(ref)
    form = window.page("mediacion", f"/mediaciones/{ref}/acciones/screen")
    assert "Si hay violencia, nunca se media" in form
    refused = window.act("mediacion", ref, "screen", mediable="no", not_mediable="violence",
                         sent_to="Centro de Justicia", screened_on=window.day)  # fmt: skip
    assert refused.status_code == 422
    assert "Pregunte a cada parte por separado" in refused.text
    done = window.act("mediacion", ref, "screen", violence_asked="y", mediable="no",
                      not_mediable="violence", sent_to="Centro de Justicia",
                      screened_on=window.day)  # fmt: skip
    assert done.status_code == 303
    page = window.page("titular", f"/mediaciones/{ref}")
    assert "Hay violencia: nunca se media" in page
    assert "Centro de Justicia" in page
    refused = window.act("titular", ref, "reopen", reason="Insisten")
    assert refused.status_code == 409
    assert "nunca se media y no se reabre" in refused.text


def test_a_party_is_corrected_from_what_stands_there(window: Window) -> None:
    ref = window.table.register(
        parties=[party("asking", "Ana", phone="5512345678"), party("invited", "Beto")]
    )
    form = window.page("titular", f"/mediaciones/{ref}/acciones/edit_party?n=1")
    assert "5512345678" in form
    answer = window.act("titular", ref, "edit_party", n="1", party="1", name="Ana María",
                        phone="5512345678", sex="woman", age_group="60+")  # fmt: skip
    assert answer.status_code == 303
    page = window.page("titular", f"/mediaciones/{ref}")
    assert "Ana María" in page
    assert "Mujer · 60 años o más" in page
    found = db.session.scalar(select(Party.folded).where(Party.number == 1))
    assert found == "ana maria"
    for wrong in ("", "?n=9", "?n=x"):
        path = f"/mediaciones/{ref}/acciones/edit_party{wrong}"
        assert window.client("titular").get(path).status_code == 404


def test_whoever_was_slower_keeps_what_was_typed_and_may_send_again(window: Window) -> None:
    ref = window.table.register()
    window.table.name(ref)
    answer = window.act("mediacion", ref, "end", ending="referred", sent_to="Registro Civil",
                        version="1")  # fmt: skip
    assert answer.status_code == 409
    assert "Alguien más cambió este expediente" in answer.text
    assert "Registro Civil" in answer.text
    assert 'name="version" type="hidden" value="2"' in answer.text
    window.table.act("titular", ref, "end", ending="withdrawn")
    answer = window.act("mediacion", ref, "invite", party="1", sent_on=window.day,
                        means="phone", version="2")  # fmt: skip
    assert answer.status_code == 409
    assert "Abrir el expediente" in answer.text


def test_a_commitment_more_is_one_press_and_a_bad_row_is_marked(window: Window) -> None:
    ref = window.table.register()
    window.table.name(ref)
    window.table.screen(ref)
    window.table.meet(ref)
    page = window.act("mediacion", ref, "agree", add="1")
    assert page.status_code == 200
    assert 'name="commitments-2-what"' in page.text
    for row, words in (
        ({"what": "Callar al perro", "due_on": window.day}, "Diga quién debe cumplirlo."),
        ({"party": "1", "what": "Algo"}, "lleva una fecha"),
        ({"party": "1", "what": "Algo", "due_on": "ayer"}, "Revise los renglones marcados."),
        ({"party": "1"}, "Complete «Compromisos»."),
    ):
        sent = {f"commitments-0-{name}": value for name, value in row.items()}
        answer = window.act("mediacion", ref, "agree", agreed_on=window.day, **sent)
        assert answer.status_code == 422, row
        assert words in answer.text, row


def test_the_menu_leads_there_who_has_a_part_in_it(window: Window) -> None:
    window.table.register()
    for login, shown in (
        ("titular", True), ("personal", True), ("mediacion", True), ("ventanilla2", True),
        ("titular2", False), ("supervision", False), ("contraloria", False), ("admin", False),
    ):  # fmt: skip
        page = window.page(login, "/cuenta")
        assert ('href="/mediaciones"' in page) is shown, login
    assert window.client("mediacion").get("/").location == "/mediaciones"


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


def test_list_and_file_take_as_many_statements_with_many_rows_as_with_few(window: Window) -> None:
    few = window.table.agreed()
    with counted() as of_list:
        window.page("titular", "/mediaciones")
    with counted() as of_file:
        window.page("titular", f"/mediaciones/{few}")
    for _ in range(3):
        window.table.agreed(
            parties=[party("asking", f"A{n}") for n in range(5)] + [party("invited", "B")]
        )
    many = window.table.register(parties=[party(s, s) for s in ("asking", "invited") * 4])
    with counted() as more_of_list:
        window.page("titular", "/mediaciones")
    with counted() as more_of_file:
        window.page("titular", f"/mediaciones/{many}")
    assert len(more_of_list) == len(of_list)
    assert len(more_of_file) <= len(of_file)
