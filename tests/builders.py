"""Builders that go through commands: the office of the tests, its people, and what they do.

Three people for every rule: the right one, a colleague, a stranger. ``NOW`` is a working Tuesday.
"""

from __future__ import annotations

import contextvars
import datetime as dt
import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import flask_migrate
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from caseflow import create_app
from caseflow.commands.appeals import take_appeal
from caseflow.commands.capture import Capture, Captured, capture
from caseflow.commands.cases import take_case, take_turn
from caseflow.commands.packs import load_law, load_organisation
from caseflow.commands.work import Work, begin_work
from caseflow.domain.facts import CaseFacts
from caseflow.domain.people import SYSTEM, Actor
from caseflow.domain.vocabulary import Channel, Kind, Role, Source
from caseflow.extensions import db
from caseflow.models import Area, Assignment, User
from caseflow.packs import load_law as read_law
from caseflow.packs import load_pack
from caseflow.queries import reference
from caseflow.queries.people import actor_for

ROOT = Path(__file__).resolve().parent.parent

#: Tuesday 24 November 2026, 10:00 in Mexico City.
NOW = dt.datetime(2026, 11, 24, 16, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 24)
PASSWORD = "una frase larga de prueba"

#: Who works in the test office: login → (name, [(role, area code)]).
PEOPLE: Mapping[str, tuple[str, tuple[tuple[Role, str], ...]]] = {
    "ventanilla": ("Lucía Ibáñez", ((Role.CLERK, "DCC"),)),
    "ventanilla2": ("Raúl Cano", ((Role.CLERK, "CESAC"),)),
    "personal": ("Jorge Téllez", ((Role.STAFF, "JUD-AMC"),)),
    "personal2": ("Nadia Olvera", ((Role.STAFF, "JUD-BAR"),)),
    "titular": ("Marisol Cervantes", ((Role.HEAD, "JUD-AMC"),)),
    "titular2": ("Carlos Núñez", ((Role.HEAD, "DGSU"),)),
    "supervision": ("Elena Robledo", ((Role.SUPERVISOR, "DCC"),)),
    "direccion": ("Teresa Lozano", ((Role.SUPERVISOR, "ALC"),)),
    "transparencia": ("Paola Rangel", ((Role.TRANSPARENCY, "SESPPC"),)),
    "unidad": ("Iván Sotelo", ((Role.TRANSPARENCY, "ALC"),)),
    "mediacion": ("Rosa Méndez", ((Role.MEDIATOR, "JUD-AMC"),)),
    "contraloria": ("Óscar Pineda", ((Role.AUDITOR, "ALC"),)),
    "admin": ("Ana Quiroz", ((Role.ADMIN, "ALC"),)),
    "ajena": ("Beatriz Zúñiga", ((Role.HEAD, "DGDS"),)),
}


@dataclass(frozen=True)
class TestSettings:
    """Settings of the tests: quick, and never anybody's real ones."""

    __test__ = False

    database_url: str
    instance_dir: Path
    production: bool = False
    debug: bool = False
    secret_key: str = "clave de pruebas, larga y sin valor 0123456789"
    audit_key: str = "otra clave de pruebas, larga y sin valor 98765"
    pack: str = "iztacalco"
    base_url: str = "http://127.0.0.1:8000"
    public_url: str = ""
    smtp_url: str = ""
    mail_from: str = "caseflow@localhost"
    trusted_proxies: int = 0
    cutoff_hour: int = 15
    lease_seconds: int = 2
    max_upload_mb: int = 16
    backup_recipients: str = ""

    @property
    def storage_dir(self) -> Path:
        return self.instance_dir / "storage"


class FreshClient(FlaskClient):
    """A client whose every request begins with nothing of the test's own application context."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("buffered", True)  # a download's file is read and closed
        return contextvars.Context().run(super().open, *args, **kwargs)


def make_app(url: str, folder: Path, **settings: Any) -> Flask:
    """The application over a database, for tests."""
    # Werkzeug parses code for each route, and CPython 3.11 may fail to while the collector runs a
    # finalizer that formats a traceback (python/cpython gh-106905)
    gc.disable()
    try:
        app = create_app(TestSettings(url, folder, **settings))
    finally:
        gc.enable()
    app.config["TESTING"] = True
    app.test_client_class = FreshClient
    return app


def build_template(url: str, folder: Path) -> None:
    """Fill an empty database with what every test begins with, and let go of it."""
    app = make_app(url, folder)
    prepare(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def prepare(app: Flask) -> None:
    """Migrate, load the packs, and hire the people of the test office."""
    with app.app_context():
        flask_migrate.upgrade(directory=str(ROOT / "migrations"))
        with begin_work(SYSTEM, NOW) as work:
            load_organisation(work, load_pack("iztacalco"))
            load_law(work, read_law("cdmx"))
        with begin_work(SYSTEM, NOW) as work:
            hire(work)


def hire(work: Work) -> None:
    """The people of ``PEOPLE``; their passwords are set where sign-in is tested."""
    areas = {area.code: area.id for area in work.session.scalars(select(Area))}
    for login, (name, roles) in PEOPLE.items():
        user = User(email=f"{login}@demo.local", name=name)
        work.session.add(user)
        work.session.flush()
        for role, code in roles:
            work.session.add(
                Assignment(
                    user_id=user.id,
                    area_id=areas[code],
                    role=role.value,
                    valid_from=dt.date(2024, 1, 1),
                )
            )


class Office:
    """The test office: people by login, areas by code, and the verbs of a day's work."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._tree = reference.tree(db.session())
        self._ids = {
            email.split("@")[0]: user_id
            for user_id, email in db.session.execute(select(User.id, User.email))
        }
        db.session.remove()

    def area(self, code: str) -> int:
        node = self._tree.by_code(code)
        assert node is not None
        return node.id

    def user_id(self, login: str) -> int:
        return self._ids[login]

    def actor(self, login: str, today: dt.date = TODAY) -> Actor:
        # a session of its own: the test may be holding that of its context
        with Session(db.engine) as session:
            made = actor_for(session, self._ids[login], self._tree, today)
        assert made is not None
        return made

    @contextmanager
    def work(self, login: str, now: dt.datetime = NOW) -> Iterator[Work]:
        """A unit of work of one person of the office."""
        with begin_work(self.actor(login), now) as work:
            yield work

    def capture(self, login: str = "ventanilla", now: dt.datetime = NOW, **form: Any) -> Capture:
        """A service case captured at the counter; ``form`` changes what it says."""
        values: dict[str, Any] = {
            "source": Source.CESAC,
            "kind": Kind.SERVICE,
            "subject": "OTRO",
            "channel": Channel.COUNTER.value,
            "filed_on": TODAY,
            "description": "Luminarias apagadas en tres postes",
            "petitioner": {"name": "María Hernández", "phone": "5512341834"},
            **form,
        }
        with self.work(login, now) as work:
            return capture(work, Captured(**values))

    def request(self, login: str = "transparencia", now: dt.datetime = NOW, **form: Any) -> Capture:
        """An information request from SISAI."""
        values = {
            "source": Source.SISAI,
            "kind": Kind.INFORMATION,
            "folio": "092074526000418",
            "subject": "Recorridos vecinales",
            "channel": Channel.PLATFORM.value,
            "filed_time": dt.time(9, 30),
            **form,
        }
        return self.capture(login, now, **values)

    def act(
        self, login: str, ref: str, action: str, now: dt.datetime = NOW, **data: Any
    ) -> CaseFacts:
        """One action on a case."""
        with self.work(login, now) as work:
            return take_case(work, ref, action, data)

    def turn(
        self, login: str, ref: str, number: int, action: str, now: dt.datetime = NOW, **data: Any
    ) -> CaseFacts:
        """One action on a turn."""
        with self.work(login, now) as work:
            return take_turn(work, ref, number, action, data)

    def appeal(
        self,
        login: str,
        ref: str,
        action: str,
        now: dt.datetime = NOW,
        number: int = 1,
        **data: Any,
    ) -> CaseFacts:
        """One act on an appeal of a case."""
        with self.work(login, now) as work:
            return take_appeal(work, ref, number, action, data)

    def route(self, login: str, ref: str, *codes: str, now: dt.datetime = NOW) -> CaseFacts:
        """Route a case to areas by their codes."""
        return self.act(
            login, ref, "route", now,
            areas=[self.area(code) for code in codes], instruction="Atender y contestar",
        )  # fmt: skip

    def case(self, login: str, ref: str) -> CaseFacts:
        """The case as the person sees it."""
        with self.work(login) as work:
            return work.case(ref)
