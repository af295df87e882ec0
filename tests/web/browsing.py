"""A browser's part in the tests of the web: forms with their tokens, signing in."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from caseflow.commands.people import open_session
from caseflow.commands.work import begin_work
from caseflow.domain.people import SYSTEM
from tests.builders import PASSWORD, Office

_TOKEN = re.compile(r'name="csrf-?_?token"[^>]*(?:value|content)="([^"]+)"')


def token(client: FlaskClient, path: str = "/cuenta") -> str:
    """The token that the forms of a page carry."""
    found = _TOKEN.search(client.get(path).text)
    assert found is not None, f"no form on {path}"
    return found[1]


def sign_in(
    client: FlaskClient, login: str, password: str = PASSWORD, siguiente: str = ""
) -> TestResponse:
    """Sign in through the page, as a person does."""
    return client.post(
        "/ingresar",
        data={
            "email": f"{login}@demo.local",
            "password": password,
            "next": siguiente,
            "csrf_token": token(client, "/ingresar"),
        },
    )


def signed_in(office: Office, login: str) -> FlaskClient:
    """A client of a person already signed in: a real server-side session, without the password."""
    with begin_work(SYSTEM) as work:
        opened = open_session(work, office.user_id(login))
    client = office.app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = opened
        session["_fresh"] = True
        session.permanent = True
    return client


def post(client: FlaskClient, path: str, data: dict[str, Any], **more: Any) -> TestResponse:
    """Send a form with its token."""
    return client.post(path, data={"csrf_token": token(client), **data}, **more)
