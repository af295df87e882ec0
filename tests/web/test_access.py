"""Signing in, staying in, and being out for good."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from caseflow.commands.people import set_active, set_password
from caseflow.commands.work import begin_work
from caseflow.domain.people import SYSTEM
from caseflow.models import SignIn
from tests.builders import PASSWORD, Office
from tests.web.browsing import sign_in, token


@pytest.fixture
def client(sqlite_office: Office) -> FlaskClient:
    with begin_work(SYSTEM) as work:
        set_password(work, sqlite_office.user_id("titular"), PASSWORD)
    return sqlite_office.app.test_client()


def test_the_right_password_opens_the_account_page(client: FlaskClient) -> None:
    assert sign_in(client, "titular").status_code == 303
    assert client.get("/cuenta").status_code == 200


def test_a_wrong_password_and_an_unknown_account_read_the_same(client: FlaskClient) -> None:
    wrong = sign_in(client, "titular", "no es esta frase")
    unknown = sign_in(client, "nadie", "no es esta frase")
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert "no son correctos" in wrong.text
    assert "no son correctos" in unknown.text


def test_after_sign_out_the_old_cookie_opens_nothing(client: FlaskClient) -> None:
    sign_in(client, "titular")
    cookie = client.get_cookie("caseflow")
    assert cookie is not None
    client.post("/salir", data={"csrf_token": token(client)})
    client.set_cookie("caseflow", cookie.value)
    assert client.get("/cuenta").status_code == 302


def test_a_disabled_account_is_out_at_once(client: FlaskClient, sqlite_office: Office) -> None:
    sign_in(client, "titular")
    with begin_work(SYSTEM) as work:
        set_active(work, sqlite_office.user_id("titular"), False)
    assert client.get("/cuenta").status_code == 302


def test_many_failures_are_no_longer_evaluated(client: FlaskClient) -> None:
    for _ in range(5):
        sign_in(client, "titular", "no es esta frase")
    assert sign_in(client, "titular").status_code == 429


def test_an_idle_session_ends(client: FlaskClient) -> None:
    sign_in(client, "titular")
    with begin_work(SYSTEM, dt.datetime.now(dt.UTC) - dt.timedelta(minutes=31)) as work:
        work.session.execute(update(SignIn).values(last_seen_at=work.now))
    assert client.get("/cuenta").status_code == 302


def test_a_form_without_its_token_changes_nothing(client: FlaskClient) -> None:
    sign_in(client, "titular")
    answer = client.post("/cuenta/ajustes", data={"roomy": "y"})
    assert answer.status_code == 400
    assert "caducó" in answer.text


def test_the_way_on_never_leads_to_another_site(client: FlaskClient) -> None:
    answer = sign_in(client, "titular", siguiente="//elsewhere.example/x")
    assert answer.headers["Location"] == "/"


def test_every_answer_forbids_foreign_and_inline_content(client: FlaskClient) -> None:
    answer = client.get("/ingresar")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert answer.headers["Cache-Control"] == "no-store"
