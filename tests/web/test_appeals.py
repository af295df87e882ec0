"""Appeals over HTTP: who sees them, each act as a guided page, refusals in plain Spanish."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from caseflow.domain.instants import local_date
from caseflow.domain.vocabulary import CaseState
from caseflow.extensions import db
from caseflow.models import AccessRecord, Attachment
from tests.builders import Office
from tests.web.browsing import post, signed_in

NOW = dt.datetime.now(dt.UTC)
TODAY = local_date(NOW)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def then(days: int) -> dt.datetime:
    return NOW - dt.timedelta(days=days)


class Desk:
    """An answered request of last month, acted on through the browser."""

    def __init__(self, office: Office, folio: str = "092074526000418") -> None:
        self.office = office
        ref = office.request(filed_on=ago(40), now=then(40), folio=folio).case.ref
        office.route("transparencia", ref, "JUD-AMC", now=then(40))
        office.turn("titular", ref, 1, "accept", then(39))
        office.turn("titular", ref, 1, "reply", then(39), text="Listo")
        office.act("transparencia", ref, "answer", then(30), outcome="delivered",
                   text="Se entrega", channel="platform", notified_on=ago(30))  # fmt: skip
        self.ref = ref

    def client(self, login: str = "transparencia") -> FlaskClient:
        return signed_in(self.office, login)

    def case(self) -> Any:
        return self.office.case("unidad", self.ref)

    def path(self, action: str, number: int = 1) -> str:
        return f"/casos/{self.ref}/recursos/{number}/acciones/{action}"

    def act(
        self, action: str, login: str = "transparencia", number: int = 1, **data: Any
    ) -> TestResponse:
        data.setdefault("version", self.case().version)
        return post(self.client(login), self.path(action, number), data)

    def admit(self, number: int = 1, **changes: Any) -> TestResponse:
        return self.act(
            "admit", number=number,
            **{
                "file_number": f"RR.IP.0{number}23/2026", "authority": "Autoridad garante",
                "filed_on": ago(20).isoformat(), "notified_on": ago(6).isoformat(),
                "text": "Está incompleta", **changes,
            },
        )  # fmt: skip

    def page(self, login: str = "transparencia") -> str:
        return self.client(login).get(f"/casos/{self.ref}/recursos").text


@pytest.fixture
def desk(sqlite_office: Office) -> Desk:
    return Desk(sqlite_office)


def test_an_appeal_goes_from_admission_to_compliance_through_the_pages(office: Office) -> None:
    desk = Desk(office)
    answer = desk.admit()
    assert (answer.status_code, answer.location) == (
        303, f"/casos/{desk.ref}/recursos#recurso-1",
    )  # fmt: skip
    page = desk.page()
    assert "Faltan las manifestaciones de la oficina." in page
    client = desk.client()
    post(client, desk.path("state"), {
        "sent_on": ago(3).isoformat(), "text": "Se sostiene", "version": desk.case().version,
    })  # fmt: skip
    page = client.get(f"/casos/{desk.ref}/recursos").text
    assert "«Rendir manifestaciones» quedó registrado en el recurso RR.IP.0123/2026." in page
    assert "En espera de la resolución de la autoridad." in page
    answer = desk.act(
        "rule", notified_on=ago(1).isoformat(), sense="modifies", text="Se modifica",
        order="Entregar los anexos",
    )  # fmt: skip
    assert answer.status_code == 303
    assert desk.case().state == CaseState.RECEIVED
    page = desk.page()
    assert "Resuelto: modifica" in page
    assert "Falta cumplir lo que ordena la resolución." in page
    desk.act("comply", notified_on=TODAY.isoformat(), text="Se entregaron")
    assert desk.case().state == CaseState.CLOSED
    history = desk.client().get(f"/casos/{desk.ref}").text
    for words in (
        "Se admitió un recurso de revisión: RR.IP.0123/2026",
        "Se rindieron manifestaciones: RR.IP.0123/2026",
        "Resolución del recurso RR.IP.0123/2026: modifica",
        "Reabierto: resolución de un recurso",
        "Se cumplió la resolución: RR.IP.0123/2026",
    ):
        assert words in history


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("admit", "Desde esa notificación corre el término para rendir manifestaciones"),
        ("state", "La oficina expone lo que a su derecho conviene"),
        ("rule", "La que modifica, revoca u ordena reabre el asunto"),
    ],
)
def test_each_act_says_what_the_law_asks_and_by_which_article(
    desk: Desk, action: str, words: str
) -> None:
    if action != "admit":
        desk.admit()
    page = desk.client().get(desk.path(action)).text
    assert words in page
    assert "LTAIPRC-CDMX art. 24" in page
    assert "Por confirmar" in page


def test_the_form_says_until_when_and_what_will_happen(desk: Desk) -> None:
    desk.admit()
    due = desk.case().deadlines[desk.case().appeals[1].statements].due_on
    page = desk.client().get(desk.path("state")).text
    assert f"{due:%d/%m/%Y}" in page
    effect = post(
        desk.client(), f"{desk.path('state')}/efecto", {"sent_on": due.isoformat(), "text": "x"}
    ).text
    assert "Manifestaciones: con este acto" in effect or "todavía no llega" in effect
    foretold = post(
        desk.client(), f"{desk.path('rule')}/efecto",
        {"sense": "revokes", "notified_on": TODAY.isoformat()},
    ).text  # fmt: skip
    assert "El recurso pasará a «Resuelto»." in foretold
    assert "El asunto pasará a «Recibido»." in foretold
    assert "Empieza: Cumplir la resolución" in foretold
    assert desk.case().state == CaseState.ANSWERED


def test_a_late_filing_is_said_before_it_is_recorded(desk: Desk) -> None:
    effect = post(
        desk.client(), f"{desk.path('admit')}/efecto",
        {"filed_on": ago(2).isoformat(), "notified_on": ago(1).isoformat()},
    ).text  # fmt: skip
    assert "puede hacerse valer en las manifestaciones" in effect


def test_what_is_missing_or_impossible_is_said_beside_its_field(desk: Desk) -> None:
    answer = desk.admit(file_number="")
    assert answer.status_code == 422
    assert "Complete «Expediente del recurso»." in answer.text
    assert "Está incompleta</textarea>" in answer.text
    answer = desk.admit(filed_on=ago(5).isoformat())
    assert answer.status_code == 422
    assert "la admisión no pudo notificarse antes" in answer.text
    assert not desk.case().appeals


def test_papers_of_an_appeal_are_kept_with_it_and_closed_to_the_areas(desk: Desk) -> None:
    answer = desk.admit(files=(io.BytesIO(PDF), "acuerdo.pdf"))
    assert answer.status_code == 303
    number = db.session.scalars(
        select(Attachment.number).where(Attachment.appeal_number == 1)
    ).one()
    db.session.remove()
    assert "acuerdo.pdf" in desk.page()
    for login, status in (("transparencia", 200), ("titular", 404)):
        found = desk.client(login).get(f"/casos/{desk.ref}/archivos/{number}")
        assert found.status_code == status


def test_the_appeal_is_the_desks_to_read_and_transparencys_to_act_on(office: Office) -> None:
    desk = Desk(office)
    desk.admit()
    seen = {
        login: desk.client(login).get(f"/casos/{desk.ref}/recursos").status_code
        for login in ("transparencia", "unidad", "direccion", "contraloria", "titular", "ajena")
    }
    assert seen == {
        "transparencia": 200, "unidad": 200, "direccion": 200, "contraloria": 200,
        "titular": 404, "ajena": 404,
    }  # fmt: skip
    supervisor = desk.client("direccion").get(f"/casos/{desk.ref}/recursos").text
    assert "RR.IP.0123/2026" in supervisor
    assert "acciones/state" not in supervisor
    assert desk.client("direccion").get(desk.path("state")).status_code == 403
    assert desk.act("state", "direccion", sent_on=TODAY.isoformat(), text="x").status_code == 403
    # the area that worked on the request knows that there is one, and no more
    area = desk.client("titular").get(f"/casos/{desk.ref}").text
    assert "Con recurso: admitido" in area
    assert "RR.IP.0123/2026" in area  # in the title of the history
    assert "Está incompleta" not in area


def test_reading_the_appeals_is_recorded(desk: Desk) -> None:
    desk.admit()
    before = len(db.session.scalars(select(AccessRecord.id)).all())
    desk.page()
    db.session.remove()
    assert len(db.session.scalars(select(AccessRecord.id)).all()) == before + 1


def test_whoever_was_slower_sees_both_and_may_send_again(desk: Desk) -> None:
    desk.admit()
    seen = desk.case().version
    desk.office.act("transparencia", desk.ref, "note", now=NOW, text="x")
    answer = desk.act("state", sent_on=ago(1).isoformat(), text="Lo mío", version=seen)
    assert answer.status_code == 409
    assert "Lo mío" in answer.text
    assert f'value="{desk.case().version}"' in answer.text


def test_an_act_that_is_not_now_says_why(desk: Desk) -> None:
    desk.admit()
    desk.act("state", sent_on=ago(1).isoformat(), text="x")
    answer = desk.act("state", sent_on=ago(1).isoformat(), text="x")
    assert answer.status_code == 409
    assert "El recurso está con manifestaciones" in answer.text
    assert desk.client().get(desk.path("comply")).status_code == 409


def test_there_is_no_page_for_an_appeal_or_an_act_that_is_not_there(desk: Desk) -> None:
    desk.admit()
    for path in (desk.path("volar"), desk.path("state", 7), desk.path("admit", 9)):
        assert desk.client().get(path).status_code == 404
    service = desk.office.capture(filed_on=TODAY, now=NOW).case.ref
    assert desk.client("direccion").get(f"/casos/{service}/recursos").status_code == 404


def test_a_fact_of_an_appeal_is_chosen_and_then_corrected(desk: Desk) -> None:
    desk.admit()
    chosen = desk.client().get(desk.path("amend")).text
    assert "acciones/amend?dato=admitted_on" in chosen
    form = desk.client().get(desk.path("amend") + "?dato=admitted_on").text
    assert f"Hoy dice: {ago(6):%d/%m/%Y}" in form
    answer = desk.act(
        "amend", field="admitted_on", value=ago(5).isoformat(), reason="Así dice el acuerdo"
    )
    assert answer.status_code == 303
    assert desk.case().appeals[1].admitted_on == ago(5)
    days = desk.act("amend", field="statements_days", value="5", reason="Así dice")
    assert days.status_code == 303
    history = desk.client().get(f"/casos/{desk.ref}").text
    assert "notificación de la admisión" in history
    assert f"Decía «{ago(6):%d/%m/%Y}»; dice «{ago(5):%d/%m/%Y}»." in history
    refused = desk.act("amend", field="admitted_on", value="31/02/2026", reason="x")
    assert refused.status_code == 422


def test_the_last_act_is_left_without_effect_and_stays_in_the_history(desk: Desk) -> None:
    desk.admit()
    page = desk.client().get(desk.path("annul")).text
    assert "Queda sin efecto: Registrar recurso." in page
    assert desk.act("annul", reason="Era de otro folio").status_code == 303
    assert "Sin efecto" in desk.page()
    history = desk.client().get(f"/casos/{desk.ref}").text
    assert "Quedó sin efecto en el recurso RR.IP.0123/2026: registrar recurso" in history


def test_reopening_by_hand_does_not_offer_a_ruling(desk: Desk) -> None:
    form = desk.client().get(f"/casos/{desk.ref}/acciones/reopen").text
    assert 'value="our_mistake"' in form
    assert 'value="ruling"' not in form


def test_the_terms_of_an_appeal_are_explained_day_by_day(desk: Desk) -> None:
    desk.admit(own_days="4")
    number = desk.case().appeals[1].statements
    page = desk.client().get(f"/casos/{desk.ref}/plazo?n={number}").text
    assert "Manifestaciones" in page
    assert "Término que señaló la autoridad que conoce del recurso" in page


def test_silence_is_offered_to_be_recorded_on_the_page_of_the_case(office: Office) -> None:
    ref = office.request(filed_on=ago(40), now=then(40)).case.ref
    page = signed_in(office, "transparencia").get(f"/casos/{ref}").text
    assert "La falta de respuesta p" in page
    assert f"/casos/{ref}/recursos/1/acciones/admit" in page


def test_the_list_shows_what_runs_first_and_what_ended(office: Office) -> None:
    soon, later = Desk(office), Desk(office, "092074526000419")
    later.admit(file_number="RR.2", notified_on=ago(1).isoformat())
    soon.admit(file_number="RR.1")
    page = soon.client().get("/recursos").text
    assert page.index("RR.1") < page.index("RR.2")
    soon.act("annul", reason="x")
    assert "RR.1" not in soon.client().get("/recursos").text
    ended = soon.client().get("/recursos?estado=terminados").text
    assert "RR.1" in ended
    assert "RR.2" not in ended
    assert "RR.2" in soon.client("contraloria").get("/recursos").text
    assert soon.client("titular").get("/recursos").status_code == 404
    assert "RR.2" not in soon.client("supervision").get("/recursos").text


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


def test_the_list_takes_as_many_statements_with_many_appeals_as_with_few(
    sqlite_office: Office,
) -> None:
    made = []
    for count in (1, 4):
        for number in range(count):
            desk = Desk(sqlite_office, f"0920745260{count}{number:04}")
            desk.admit()
        client = signed_in(sqlite_office, "unidad")
        client.get("/recursos")
        with counted() as statements:
            client.get("/recursos")
        made.append(len(statements))
    assert made[0] == made[1]


def test_the_page_of_a_case_takes_as_many_statements_with_two_appeals(desk: Desk) -> None:
    made = []
    for number in (1, 2):
        desk.admit(number)
        client = desk.client()
        client.get(f"/casos/{desk.ref}/recursos")
        with counted() as statements:
            client.get(f"/casos/{desk.ref}/recursos")
        made.append(len(statements))
    assert made[0] == made[1]
