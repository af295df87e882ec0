"""Acts over HTTP: the form, the refusals in plain Spanish, the conflict, the way back."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from caseflow.domain.change import Draft
from caseflow.domain.instants import local_date
from caseflow.domain.vocabulary import CaseState, Kind, TurnState
from caseflow.domain.workflow import CASE, CASE_BY_ACTION, TURN
from tests.builders import Office
from tests.web.browsing import post, signed_in

NOW = dt.datetime.now(dt.UTC)
TODAY = local_date(NOW)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


class Desk:
    """The test office with its case of today, acting through the browser."""

    def __init__(self, office: Office, kind: Kind = Kind.SERVICE) -> None:
        self.office = office
        self.sender = "supervision" if kind is Kind.SERVICE else "transparencia"
        make = office.capture if kind is Kind.SERVICE else office.request
        self.ref = make(filed_on=TODAY, now=NOW, kind=kind).case.ref

    def client(self, login: str) -> FlaskClient:
        return signed_in(self.office, login)

    def act(self, login: str, action: str, number: int = 0, **data: Any) -> TestResponse:
        where = f"/casos/{self.ref}/turnos/{number}" if number else f"/casos/{self.ref}"
        client = self.client(login)
        if "version" not in data and action not in ("note", "attach"):
            data["version"] = self.version(number)
        return post(client, f"{where}/acciones/{action}", data)

    def version(self, number: int = 0) -> int:
        case = self.case()
        return int(case.turns[number].version if number else case.version)

    def case(self) -> Any:
        return self.office.case("direccion", self.ref)

    def route(self, *codes: str) -> TestResponse:
        return self.act(
            self.sender, "route", areas=[self.office.area(c) for c in codes], instruction="Atender"
        )


@pytest.fixture
def desk(sqlite_office: Office) -> Desk:
    return Desk(sqlite_office)


def test_routing_sends_the_case_and_says_what_happened_with_a_way_back(office: Office) -> None:
    desk = Desk(office)
    answer = desk.route("JUD-AMC")
    assert (answer.status_code, answer.location) == (303, f"/casos/{desk.ref}")
    assert desk.case().state == CaseState.ROUTED
    client = desk.client("supervision")
    post(
        client,
        f"/casos/{desk.ref}/acciones/route",
        {"areas": [office.area("DGSU")], "instruction": "Ver", "version": desk.version()},
    )
    page = client.get(f"/casos/{desk.ref}").text
    assert "Se turnó a Dirección General de Servicios Urbanos" in page
    assert f'href="/casos/{desk.ref}/turnos/2/acciones/withdraw">Deshacer' in page


def test_a_turn_is_accepted_with_one_press(desk: Desk) -> None:
    desk.route("JUD-AMC")
    page = desk.client("titular").get(f"/casos/{desk.ref}").text
    assert re.search(rf'action="/casos/{desk.ref}/turnos/1/acciones/accept" method="post"', page)
    assert desk.act("titular", "accept", 1).status_code == 303
    assert desk.case().turns[1].state == TurnState.ACCEPTED


def test_the_whole_way_of_a_service_goes_through_the_pages(office: Office) -> None:
    desk = Desk(office)
    desk.route("JUD-AMC")
    desk.act("personal", "accept", 1)
    desk.act("personal", "draft", 1, text="Se cambió la luminaria")
    form = desk.client("titular").get(f"/casos/{desk.ref}/turnos/1/acciones/reply").text
    assert "Se cambió la luminaria</textarea>" in form
    desk.act("titular", "reply", 1, text="Se cambió la luminaria")
    assert desk.case().state == CaseState.REVIEW
    form = desk.client("supervision").get(f"/casos/{desk.ref}/acciones/answer").text
    assert "Se cambió la luminaria</textarea>" in form
    answer = desk.act(
        "supervision", "answer", outcome="attended", text="Quedó", channel="phone",
        notified_on=TODAY.isoformat(),
    )  # fmt: skip
    assert answer.status_code == 303
    assert desk.act("supervision", "close").status_code == 303
    assert desk.case().state == CaseState.CLOSED
    assert (
        desk.act("supervision", "reopen", ground="not_satisfied", reason="Sigue").status_code == 303
    )
    assert desk.case().round == 2


def test_what_is_missing_is_said_beside_its_field(desk: Desk) -> None:
    answer = desk.act("supervision", "refer", reason="Es de la ciudad")
    assert answer.status_code == 422
    assert "Complete «Autoridad competente»." in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "Es de la ciudad</textarea>" in answer.text
    assert desk.case().state == CaseState.RECEIVED


def test_a_date_to_come_is_refused_beside_its_field(desk: Desk) -> None:
    tomorrow = TODAY + dt.timedelta(days=1)
    answer = desk.act(
        "supervision", "request_clarification", text="¿Dónde?", notified_on=tomorrow.isoformat()
    )
    assert answer.status_code == 422
    assert "todavía no llega" in answer.text


def test_a_date_that_is_none_is_refused_and_kept_as_typed(desk: Desk) -> None:
    answer = desk.act("supervision", "request_clarification", text="¿?", notified_on="31/02/2026")
    assert answer.status_code == 422
    assert "31/02/2026" in answer.text


def test_an_act_of_somebody_else_is_refused_as_not_theirs(desk: Desk) -> None:
    desk.route("JUD-AMC")
    answer = desk.act("titular", "cancel", reason="x")
    assert answer.status_code == 403
    assert "«Cancelar» no le corresponde a su función" in answer.text
    page = desk.client("titular").get(f"/casos/{desk.ref}/acciones/cancel")
    assert page.status_code == 403


def test_who_was_slower_sees_both_and_may_send_again(office: Office) -> None:
    desk = Desk(office)
    seen = desk.version()
    desk.act("direccion", "refer_part", authority="SACMEX", part="El agua", reason="x",
             notified_on=TODAY.isoformat())  # fmt: skip
    answer = desk.act("supervision", "cancel", reason="Captura de prueba", version=seen)
    assert answer.status_code == 409
    assert "Alguien más cambió este asunto" in answer.text
    assert "Captura de prueba" in answer.text
    assert "Competencia parcial de SACMEX" in answer.text
    assert desk.case().state == CaseState.RECEIVED
    found = re.search(r'name="version"[^>]*value="(\d+)"', answer.text)
    assert found is not None
    assert int(found[1]) == desk.version()


def test_an_act_that_came_too_late_for_the_state_shows_how_the_case_is(desk: Desk) -> None:
    desk.act("direccion", "cancel", reason="Prueba")
    answer = desk.act("supervision", "refer", authority="SACMEX", reason="x",
                      notified_on=TODAY.isoformat())  # fmt: skip
    assert answer.status_code == 409
    assert "El asunto está cancelado" in answer.text
    assert "Repetir con estos datos" not in answer.text


def test_a_form_without_its_version_is_taken_for_an_old_one(desk: Desk) -> None:
    answer = desk.act("supervision", "cancel", reason="x", version="")
    assert answer.status_code == 409


def test_two_notes_at_once_are_two_notes(desk: Desk) -> None:
    for text in ("Una", "Otra"):
        assert desk.act("supervision", "note", text=text).status_code == 303
    page = desk.client("supervision").get(f"/casos/{desk.ref}").text
    assert "Una</p>" in page
    assert "Otra</p>" in page


def test_the_form_says_what_will_happen_to_the_date(sqlite_office: Office) -> None:
    desk = Desk(sqlite_office, Kind.INFORMATION)
    desk.route("JUD-AMC")
    before = desk.case().due_on
    form = desk.client("transparencia").get(f"/casos/{desk.ref}/acciones/extend").text
    assert f"<span>Plazo legal: hasta ahora</span><b>vence el {before:%d/%m/%Y}</b>" in form
    desk.act("transparencia", "extend", reason="Volumen", notified_on=TODAY.isoformat())
    after = desk.case().due_on
    assert f"<span>Plazo legal: con este acto</span><b>vence el {after:%d/%m/%Y}</b>" in form


def test_the_effect_follows_what_is_typed(desk: Desk) -> None:
    client = desk.client("supervision")
    path = f"/casos/{desk.ref}/acciones/correct/efecto"
    # a service is received on the day it was filed
    typed = TODAY - dt.timedelta(days=14)
    answer = post(
        client, path, {"field": "filed_on", "value": typed.isoformat(), "reason": "Error"}
    )
    assert answer.status_code == 200
    assert f"hasta ahora</span><b>vence el {desk.case().due_on:%d/%m/%Y}" in answer.text
    assert "con este acto</span><b>vence el " in answer.text
    assert "Qué pasará" not in post(client, path, {"field": "filed_on", "value": "x"}).text


def test_in_the_dialog_the_form_comes_without_the_frame(desk: Desk) -> None:
    page = desk.client("supervision").get(
        f"/casos/{desk.ref}/acciones/route", headers={"HX-Request": "true"}
    )
    assert "<html" not in page.text
    assert page.text.lstrip().startswith('<div class="dialogo-t">')


def test_correcting_goes_fact_by_fact_and_shows_the_present_value(desk: Desk) -> None:
    client = desk.client("supervision")
    choose = client.get(f"/casos/{desk.ref}/acciones/correct").text
    assert "María" not in choose
    form = client.get(f"/casos/{desk.ref}/acciones/correct?dato=subject").text
    assert 'value="OTRO"' in form
    assert "Hoy dice: OTRO" in form
    answer = desk.act("supervision", "correct", field="subject", value="Bache", reason="Error")
    assert answer.status_code == 303
    assert desk.case().subject == "Bache"


def test_a_corrected_folio_leads_on_from_the_old_address(desk: Desk) -> None:
    old = desk.ref
    answer = desk.act(
        "supervision", "correct", field="folio", value="CESAC-2025-000077", reason="Error"
    )
    assert answer.location == "/casos/CESAC-2025-000077"
    assert desk.client("supervision").get(f"/casos/{old}").location == answer.location


def test_a_correction_to_another_area_of_law_moves_the_desk(desk: Desk) -> None:
    answer = desk.act("supervision", "correct", field="kind", value="information", reason="Es PNT")
    case = desk.case()
    assert case.kind == Kind.INFORMATION
    assert case.desk_id == desk.office.area("SESPPC")
    # the case left the sight of who corrected it
    assert answer.location == "/"


def test_a_folio_nobody_knows_is_not_linked(desk: Desk) -> None:
    answer = desk.act("supervision", "link", other="CESAC-2020-000009", link_kind="related")
    assert answer.status_code == 422
    assert "No se encontró el folio CESAC-2020-000009" in answer.text


def test_a_folio_that_is_not_mine_is_not_linked_either(desk: Desk) -> None:
    hidden = desk.office.request().case.ref
    answer = desk.act("supervision", "link", other=hidden, link_kind="related")
    assert answer.status_code == 422


def test_the_same_link_is_not_made_twice(desk: Desk) -> None:
    other = desk.office.capture(filed_on=TODAY, now=NOW).case.ref
    assert desk.act("supervision", "link", other=other, link_kind="related").status_code == 303
    answer = desk.act("supervision", "link", other=other, link_kind="related")
    assert "ya está vinculado" in answer.text


def test_closing_a_principal_may_close_its_duplicates_each_with_its_verdict(office: Office) -> None:
    desk = Desk(office)
    duplicates = [office.capture(filed_on=TODAY, now=NOW).case.ref for _ in range(2)]
    for ref in duplicates:
        office.act("supervision", ref, "link", NOW, other=desk.ref, link_kind="duplicate")
    office.act("supervision", duplicates[1], "cancel", NOW, reason="Prueba")
    form = desk.client("supervision").get(f"/casos/{desk.ref}/acciones/refer").text
    assert "Repetir en sus duplicados" in form
    client = desk.client("supervision")
    post(
        client,
        f"/casos/{desk.ref}/acciones/refer",
        {"authority": "SACMEX", "reason": "Agua", "notified_on": TODAY.isoformat(),
         "repeat": duplicates, "version": desk.version()},
    )  # fmt: skip
    states = [office.case("supervision", ref).state for ref in (desk.ref, *duplicates)]
    assert states == [CaseState.REFERRED, CaseState.REFERRED, CaseState.CANCELLED]
    page = client.get(f"/casos/{desk.ref}").text
    assert f"También en {duplicates[0]}." in page
    assert f"No se hizo en {duplicates[1]}: El asunto está cancelado" in page


def test_an_area_that_ended_is_not_routed_to(desk: Desk) -> None:
    answer = desk.act("supervision", "route", areas=[99999], instruction="x")
    assert answer.status_code == 422


def test_a_person_of_another_area_is_not_assigned(desk: Desk) -> None:
    desk.route("JUD-AMC")
    answer = desk.act("titular", "assign", 1, person=desk.office.user_id("personal2"))
    assert answer.status_code == 422
    assert (
        desk.act("titular", "assign", 1, person=desk.office.user_id("personal")).status_code == 303
    )


@pytest.mark.parametrize("action", [row.action for row in CASE])
def test_each_action_of_a_case_is_reached_from_its_page_by_who_may(
    sqlite_office: Office, action: str
) -> None:
    row = CASE_BY_ACTION[action]
    kind = next(
        kind for kind in (Kind.SERVICE, Kind.INFORMATION, Kind.PERSONAL_DATA) if kind in row.who
    )
    desk = Desk(sqlite_office, kind)
    _bring_to(desk, action)
    client = desk.client(desk.sender)
    path = f"/casos/{desk.ref}/acciones/{action}"
    page = client.get(f"/casos/{desk.ref}").text
    assert path in page or action in ("unlink",)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("action", [row.action for row in TURN])
def test_each_action_of_a_turn_is_reached_from_the_page(sqlite_office: Office, action: str) -> None:
    desk = Desk(sqlite_office)
    desk.route("JUD-AMC")
    if action in ("draft", "reply", "send_back", "share_reply"):
        desk.act("titular", "accept", 1)
    if action in ("send_back", "share_reply"):
        desk.act("titular", "reply", 1, text="Va")
    client = desk.client("supervision")
    path = f"/casos/{desk.ref}/turnos/1/acciones/{action}"
    assert path in client.get(f"/casos/{desk.ref}").text
    assert client.get(path).status_code == 200


def test_an_action_that_is_none_is_not_found(desk: Desk) -> None:
    client = desk.client("supervision")
    for path in ("acciones/volar", "turnos/1/acciones/volar", "acciones/extend"):
        assert client.get(f"/casos/{desk.ref}/{path}").status_code == 404


def test_a_file_is_known_by_its_content_and_refused_with_a_sentence(desk: Desk) -> None:
    good = desk.act("supervision", "attach", files=[(io.BytesIO(PDF), "acta.pdf")])
    assert good.status_code == 303
    bad = desk.act("supervision", "attach", files=[(io.BytesIO(b"<html>no</html>"), "acta.pdf")])
    assert bad.status_code == 422
    assert "«acta.pdf» no es de un tipo que se acepte" in bad.text
    none = desk.act("supervision", "attach")
    assert "Elija al menos un archivo." in none.text


def grant(desk: Desk) -> None:
    """A right over personal data granted to a person who showed who they are."""
    office, ref = desk.office, desk.ref
    office.act("transparencia", ref, "verify_identity", NOW, identity="passport", shown_on=TODAY)
    office.route("transparencia", ref, "JUD-AMC", now=NOW)
    office.turn("titular", ref, 1, "accept", NOW)
    office.turn("titular", ref, 1, "reply", NOW, text="Va")
    office.act("transparencia", ref, "answer", NOW, outcome="granted", text="Procede",
               channel="platform", notified_on=TODAY)  # fmt: skip


def _bring_to(desk: Desk, action: str) -> None:
    """Put the case where the action is offered, through the builders."""
    office, ref, sender = desk.office, desk.ref, desk.sender
    if action in ("receive_clarification", "lapse"):
        start = NOW - dt.timedelta(days=40)
        desk.ref = ref = office.capture(filed_on=local_date(start), now=start).case.ref
        office.act(sender, ref, "request_clarification", start, text="¿?",
                   notified_on=local_date(start))  # fmt: skip
    elif action in ("answer", "close", "reopen", "complete_answer", "notify_cost",
                    "record_payment"):  # fmt: skip
        office.route(sender, ref, "JUD-AMC", now=NOW)
        office.turn("titular", ref, 1, "accept", NOW)
        office.turn("titular", ref, 1, "reply", NOW, text="Va")
        if action == "record_payment":
            office.act(sender, ref, "notify_cost", NOW, amount=30, notified_on=TODAY)
        if action in ("close", "reopen", "complete_answer"):
            outcome = "attended" if sender == "supervision" else "delivered"
            office.act(sender, ref, "answer", NOW, outcome=outcome, text="Va", channel="mail",
                       notified_on=TODAY)  # fmt: skip
    elif action == "amend":
        office.act(sender, ref, "request_clarification", NOW, text="¿?", notified_on=TODAY)
    elif action == "make_effective":
        grant(desk)
    elif action == "unlink":
        other = office.capture(filed_on=TODAY, now=NOW).case.ref
        office.act(sender, ref, "link", NOW, other=other, link_kind="related")
    elif action == "settle":
        with office.work(sender, NOW) as work:
            case = work.case(ref)
            draft = Draft(case, work.actor, work.now)
            draft.set(discrepancy={"status": "closed", "words": "El listado lo da por concluido."})
            draft.event("discrepancy", TODAY)
            work.apply(draft.change())
