"""The guided pages of acts: what the law asks, until when, what it will do; and rights."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from caseflow.domain.instants import local_date
from caseflow.domain.vocabulary import CaseState, Kind
from caseflow.packs import load_acts
from tests.builders import Office
from tests.web.browsing import post, signed_in

NOW = dt.datetime.now(dt.UTC)
TODAY = local_date(NOW)
FOLIO = "092074526000731"


def request(office: Office, kind: Kind = Kind.INFORMATION, ago: int = 0, **form: Any) -> str:
    """A request received some days ago, captured now; its ref."""
    day = TODAY - dt.timedelta(days=ago)
    return office.request(folio=FOLIO, kind=kind, filed_on=day, now=NOW, **form).case.ref


def page(office: Office, path: str, login: str = "transparencia") -> str:
    answer = signed_in(office, login).get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.text


def take(office: Office, ref: str, action: str, login: str = "transparencia", **data: Any) -> int:
    version = office.case("direccion", ref).version
    client = signed_in(office, login)
    answer = post(client, f"/casos/{ref}/acciones/{action}", {"version": version, **data})
    return answer.status_code


def granted(office: Office) -> str:
    ref = request(office, Kind.PERSONAL_DATA)
    office.act("transparencia", ref, "verify_identity", NOW, identity="passport", shown_on=TODAY)
    return answered(office, ref, "granted")


def answered(office: Office, ref: str, outcome: str, channel: str = "platform") -> str:
    office.route("transparencia", ref, "JUD-AMC", now=NOW)
    office.turn("titular", ref, 1, "accept", NOW)
    office.turn("titular", ref, 1, "reply", NOW, text="Va")
    office.act("transparencia", ref, "answer", NOW, outcome=outcome, text="Va", channel=channel,
               notified_on=TODAY)  # fmt: skip
    return ref


@pytest.mark.parametrize("action", ["request_clarification", "extend", "refer", "already_public"])
def test_the_page_of_an_act_says_what_the_law_asks_its_source_and_until_when(
    sqlite_office: Office, action: str
) -> None:
    ref = request(sqlite_office)
    text = page(sqlite_office, f"/casos/{ref}/acciones/{action}")
    assert "Qué pide la ley" in text
    assert load_acts("cdmx")["information", action].asks[0] in text
    assert "LTAIPRC-CDMX art." in text
    assert "Por confirmar" in text
    assert re.search(r'class="p-fin"><span class="p-r">[^<]+</span><b>\d\d/\d\d/\d{4}</b>', text)
    assert f'href="/casos/{ref}/plazo"' in text


def test_the_dialog_has_the_guide_too(sqlite_office: Office) -> None:
    ref = request(sqlite_office)
    client = signed_in(sqlite_office, "transparencia")
    fragment = client.get(f"/casos/{ref}/acciones/extend", headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert "Qué pide la ley" in fragment


def test_what_the_law_asks_nothing_of_has_no_guide(sqlite_office: Office) -> None:
    ref = request(sqlite_office)
    assert 'class="guia"' not in page(sqlite_office, f"/casos/{ref}/acciones/cancel")


def test_a_late_act_is_told_before_it_is_done(sqlite_office: Office) -> None:
    ref = request(sqlite_office, ago=30)
    late = page(sqlite_office, f"/casos/{ref}/acciones/refer")
    assert "queda registrado como extemporáneo" in late
    assert "La fecha queda fuera del término para hacerlo" in late
    refused = page(sqlite_office, f"/casos/{ref}/acciones/extend")
    assert "sólo procede si se notificó a más tardar ese día" in refused
    assert "Así no procede" in refused


def test_a_service_is_guided_by_the_rules_of_its_office(sqlite_office: Office) -> None:
    ref = sqlite_office.capture(filed_on=TODAY, now=NOW).case.ref
    text = page(sqlite_office, f"/casos/{ref}/acciones/refer", "supervision")
    assert "Cómo se hace" in text
    assert "Regla de la oficina" in text


@pytest.mark.parametrize(
    ("login", "code"),
    [("transparencia", 303), ("titular", 403), ("ajena", 404), ("ventanilla", 404)],
)
def test_what_is_public_already_is_said_by_who_answers_for_it(
    sqlite_office: Office, login: str, code: int
) -> None:
    ref = request(sqlite_office)
    sqlite_office.route("transparencia", ref, "JUD-AMC", now=NOW)
    data = {"text": "Está publicado.", "where": "Portal", "how": "Sección XII",
            "channel": "platform", "notified_on": TODAY.isoformat()}  # fmt: skip
    assert take(sqlite_office, ref, "already_public", login, **data) == code
    state = sqlite_office.case("direccion", ref).state
    assert state == (CaseState.ANSWERED if code == 303 else CaseState.ROUTED)


def test_the_form_of_an_answer_leaves_what_is_public_to_its_own_act(sqlite_office: Office) -> None:
    ref = request(sqlite_office)
    sqlite_office.route("transparencia", ref, "JUD-AMC", now=NOW)
    sqlite_office.turn("titular", ref, 1, "accept", NOW)
    sqlite_office.turn("titular", ref, 1, "reply", NOW, text="Va")
    form = page(sqlite_office, f"/casos/{ref}/acciones/answer")
    assert 'value="delivered"' in form
    assert 'value="already_public"' not in form


def test_three_dates_of_an_answer_on_paper_stand_apart(sqlite_office: Office) -> None:
    ref = answered(sqlite_office, request(sqlite_office), "delivered", "counter")
    text = page(sqlite_office, f"/casos/{ref}")
    facts = dict(re.findall(r"<dt>([^<]+)</dt><dd[^>]*>(\d\d/\d\d/\d{4})", text))
    assert facts["Notificada"] == f"{TODAY:%d/%m/%Y}"
    assert facts["Surte efectos"] > facts["Notificada"] or TODAY.day > 27
    assert facts["Recepción oficial"]
    assert f"Se notificó el {TODAY:%d/%m/%Y}; surte efectos el {facts['Surte efectos']}" in text


def test_a_right_is_captured_shown_and_corrected(sqlite_office: Office) -> None:
    ref = request(sqlite_office, Kind.PERSONAL_DATA, arco_right="access")
    text = page(sqlite_office, f"/casos/{ref}")
    assert "<dt>Derecho</dt><dd>Acceso</dd>" in text
    assert "<dt>Identidad</dt><dd>Sin acreditar</dd>" in text
    data = {"field": "arco_right", "value": "portability", "reason": "Así lo pide"}
    assert take(sqlite_office, ref, "correct", **data) == 303
    assert "<dt>Derecho</dt><dd>Portabilidad</dd>" in page(sqlite_office, f"/casos/{ref}")


def test_a_request_for_information_has_no_right_to_correct(sqlite_office: Office) -> None:
    ref = request(sqlite_office)
    assert "Derecho que se ejerce" not in page(sqlite_office, f"/casos/{ref}/acciones/correct")


def test_who_acts_for_the_person_is_shown_with_the_person_and_nowhere_else(
    office: Office,
) -> None:
    ref = request(office, Kind.PERSONAL_DATA)
    data = {"identity": "passport", "shown_on": TODAY.isoformat(), "representative": "Julia Mora",
            "power": "letter"}  # fmt: skip
    assert take(office, ref, "verify_identity", **data) == 303
    text = page(office, f"/casos/{ref}")
    assert "Julia Mora" not in text
    assert "Acude quien representa a la persona, con carta poder ante dos testigos" in text
    shown = post(signed_in(office, "transparencia"), f"/casos/{ref}/solicitante", {})
    assert "Julia Mora" in shown.text


def test_the_right_that_is_owed_stands_on_the_page_with_its_light(sqlite_office: Office) -> None:
    ref = granted(sqlite_office)
    text = page(sqlite_office, f"/casos/{ref}")
    assert "Hacer efectivo el derecho · hasta el" in text
    assert "Falta hacer efectivo el derecho, a más tardar el" in text
    assert take(sqlite_office, ref, "make_effective", text="Se entregó",
                made_on=TODAY.isoformat()) == 303  # fmt: skip
    text = page(sqlite_office, f"/casos/{ref}")
    assert "<dt>Derecho efectivo</dt>" in text
    assert "Hacer efectivo el derecho · hasta el" not in text


def test_a_corrected_act_stays_in_the_history_and_says_so(office: Office) -> None:
    ref = request(office, ago=6)
    office.act("transparencia", ref, "extend", NOW, reason="Volumen", notified_on=TODAY)
    day = TODAY - dt.timedelta(days=1)
    data = {"act": "0", "right_on": day.isoformat(), "reason": "Salió un día antes"}
    assert take(office, ref, "amend", **data) == 303
    text = page(office, f"/casos/{ref}")
    assert "Plazo ampliado: del" in text
    assert f"Corregido el {TODAY:%d/%m/%Y}" in text
    assert "Se corrigió la fecha de un acto: ampliación" in text
    assert f"Decía {TODAY:%d/%m/%Y}; es {day:%d/%m/%Y}." in text


def test_a_correction_of_a_correction_marks_the_correction(sqlite_office: Office) -> None:
    office = sqlite_office
    ref = request(office, ago=6)
    office.act("transparencia", ref, "extend", NOW, reason="Volumen", notified_on=TODAY)
    for ago in (1, 2):
        day = TODAY - dt.timedelta(days=ago)
        office.act("transparencia", ref, "amend", NOW, act="0", right_on=day, reason="Mal")
    assert page(office, f"/casos/{ref}").count("Corregido el") == 2


def test_a_refused_correction_stays_on_its_form_beside_its_field(sqlite_office: Office) -> None:
    ref = request(sqlite_office, ago=6)
    sqlite_office.act("transparencia", ref, "extend", NOW, reason="Volumen", notified_on=TODAY)
    client = signed_in(sqlite_office, "transparencia")
    version = sqlite_office.case("direccion", ref).version
    answer = post(
        client, f"/casos/{ref}/acciones/amend", {"version": version, "act": "0", "reason": "x"}
    )
    assert answer.status_code == 422
    assert "Escriba la fecha correcta, o marque que no ocurrió." in answer.text


def test_internal_targets_of_a_service_are_named_as_such_beside_its_clock(
    sqlite_office: Office,
) -> None:
    ref = sqlite_office.capture(filed_on=TODAY, now=NOW).case.ref
    assert "Aceptar o remitir (meta interna)" in page(sqlite_office, f"/casos/{ref}", "supervision")
