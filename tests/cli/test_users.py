"""``flask users``: accounts by hand."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from caseflow.extensions import db
from caseflow.models import User
from tests.builders import Office
from tests.web.browsing import sign_in, signed_in


def run(app: Flask, *arguments: str, typed: str = "") -> Result:
    return app.test_cli_runner().invoke(args=["users", *arguments], input=typed)


def test_a_person_is_added_with_a_role_and_signs_in(sqlite_office: Office) -> None:
    app = sqlite_office.app
    done = run(app, "add", "julia@demo.local", "Julia Mora", "--role", "head", "--area", "JUD-BAR")
    assert done.exit_code == 0, done.output
    password = re.search(r"Contraseña: (\S+)", done.output)
    assert password is not None
    assert sign_in(app.test_client(), "julia", password[1]).status_code == 303
    listed = json.loads(run(app, "list", "--json").output)
    (julia,) = [row for row in listed if row["email"] == "julia@demo.local"]
    assert [(role["role"], role["area"]) for role in julia["roles"]] == [("head", "JUD-BAR")]


def test_a_password_that_is_asked_for_is_not_shown(sqlite_office: Office) -> None:
    phrase = "una frase que nadie adivina"
    done = run(
        sqlite_office.app, "password", "titular@demo.local", "--ask", typed=f"{phrase}\n{phrase}\n"
    )
    assert done.exit_code == 0, done.output
    assert phrase not in done.output
    assert sign_in(sqlite_office.app.test_client(), "titular", phrase).status_code == 303


def test_a_disabled_account_is_out_at_once_and_listed_so(sqlite_office: Office) -> None:
    app = sqlite_office.app
    theirs = signed_in(sqlite_office, "titular")
    assert run(app, "disable", "titular@demo.local").exit_code == 0
    assert theirs.get("/cuenta").status_code == 302
    assert "Marisol Cervantes (desactivada)" in run(app, "list").output
    assert run(app, "disable", "titular@demo.local", "--enable").exit_code == 0
    assert "(desactivada)" not in run(app, "list").output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "titular@demo.local", "Otra"), "Ya hay una cuenta con ese correo."),
        (("add", "sin arroba", "Otra"), "Escriba un correo válido."),
        (
            ("add", "a@b.mx", "Otra", "--role", "staff", "--area", "NADA"),
            "No existe el área «NADA».",
        ),
        (("password", "nadie@demo.local"), "No hay ninguna cuenta «nadie@demo.local»."),
        (("disable", "admin@demo.local"), "Es la última cuenta de administración"),
    ],
)
def test_a_refusal_is_one_sentence_exit_code_two_and_nothing_stored(
    sqlite_office: Office, arguments: tuple[str, ...], words: str
) -> None:
    before = sorted(db.session.scalars(select(User.email)))
    done = run(sqlite_office.app, *arguments)
    assert done.exit_code == 2
    assert words in done.output
    assert "Traceback" not in done.output
    db.session.remove()
    assert sorted(db.session.scalars(select(User.email))) == before
