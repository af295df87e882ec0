"""Every route as every person: the answer is the one that the policy table and the scope give.

Not yours looks like not there: 404, for a page of another role and for a case of another area.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from caseflow.commands.imports import HandedIn, hand_in
from caseflow.commands.job_rows import WHOLE_CASE, ask
from caseflow.commands.jobs import start_job
from caseflow.commands.people import add_user
from caseflow.commands.redating import REDATE
from caseflow.commands.saved_views import save_view
from caseflow.commands.work import begin_work
from caseflow.domain.instants import local_date
from caseflow.domain.people import SYSTEM
from caseflow.domain.vocabulary import Source
from caseflow.extensions import db
from caseflow.models import Area, Assignment, LegalTerm, Mail, RoutingRule
from caseflow.web.policy import POLICY, PUBLIC
from tests.builders import NOW, PEOPLE, Office, build_template, make_app
from tests.mediation_scenes import Table
from tests.web.browsing import post, signed_in, token

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
#: Who sees the sample case: its desk, its area, those above them, and control.
READERS = {"ventanilla", "titular", "personal", "supervision", "direccion", "contraloria"}
#: Who reads the appeals of the sample request: its desk, those above it, and control.
APPEAL_READERS = {"transparencia", "unidad", "direccion", "contraloria"}
#: Who opens the sample mediation: who mediates it, and the head of its area.
MEDIATION_READERS = {"mediacion", "titular"}
#: Addresses that name the case behind their path.
NAMING_THE_CASE = {"slips.many", "slips.many_marked"}
#: Served without asking who is there, and nothing of ours.
ASIDE = {"static"}
#: Ends the walker's own session: walked last and apart.
LAST = {"access.sign_out"}


@dataclass
class World:
    """An office with one of everything that an address can name."""

    office: Office
    ref: str
    #: a request with an appeal
    appealed: str
    #: a mediation with an agreement
    mediated: str
    arguments: dict[str, Any] = field(default_factory=dict)
    #: what an address needs behind its path
    query: dict[str, str] = field(default_factory=dict)

    def path(self, rule: Rule) -> str:
        values = {name: self.argument(rule, name) for name in rule.arguments}
        with self.office.app.test_request_context():
            adapter = self.office.app.url_map.bind("localhost")
            return adapter.build(rule.endpoint, values) + self.query.get(rule.endpoint, "")

    def argument(self, rule: Rule, name: str) -> Any:
        special = {
            ("cases.take", "action"): "note",
            ("cases.form", "action"): "note",
            ("cases.effect", "action"): "note",
            ("cases.turn_form", "action"): "assign",
            ("cases.take_turn", "action"): "assign",
            ("cases.turn_effect", "action"): "assign",
            ("bulk.form", "action"): "accept",
            ("bulk.take", "action"): "accept",
            # the one that is removed on the way is not the one that pages are opened of
            ("views.drop", "view_id"): self.arguments["spare_view_id"],
            ("appeals.form", "action"): "state",
            ("appeals.take", "action"): "state",
            ("appeals.effect", "action"): "state",
            ("mediations.form", "action"): "follow_up",
            ("mediations.take", "action"): "follow_up",
        }
        if name == "ref" and rule.endpoint.startswith("appeals."):
            return self.appealed
        if name == "ref" and rule.endpoint.startswith("mediations."):
            return self.mediated
        if (rule.endpoint, name) in special:
            return special[rule.endpoint, name]
        assert name in self.arguments, f"{rule.rule}: what is <{name}>?"
        return self.arguments[name]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("routes")
    url = f"sqlite:///{folder / 'routes.sqlite3'}"
    build_template(url, folder)
    app = make_app(url, folder)
    with app.app_context():
        yield make_world(app, folder)
        db.session.remove()
        db.engine.dispose()


def make_world(app: Flask, folder: Path) -> World:
    office = Office(app)
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC")
    clerk = signed_in(office, "ventanilla")
    attached = post(
        clerk,
        f"/casos/{ref}/acciones/attach",
        {"files": (BytesIO(PDF), "oficio.pdf"), "version": "2"},
        content_type="multipart/form-data",
    )
    assert attached.status_code == 303, attached.text[:500]
    with begin_work(SYSTEM) as work:
        spare = add_user(work, "repuesto@demo.local", "Persona de repuesto")
        area = work.session.scalar(select(Area.id).where(Area.code == "JUD-AOS"))
        role = Assignment(
            user_id=spare.id, area_id=area, role="staff", valid_from=dt.date(2026, 1, 1)
        )
        work.session.add(role)
        work.session.flush()
        arguments = {
            "user_id": spare.id,
            "role_id": role.id,
            "area_id": area,
            "rule_id": work.session.scalar(select(RoutingRule.id).limit(1)),
            "term_id": work.session.scalar(select(LegalTerm.id).limit(1)),
        }
    with office.work("direccion") as work:
        case_id = work.case(ref).id
        job = start_job(work, "reassign", [(case_id, 1)], {"area": area, "reason": "x"}, "uno").id
        change = ask(work, REDATE, [(case_id, WHOLE_CASE)], {"cause": "x"}, "dos").id
    with office.work("supervision") as work:
        batch = hand_in(work, HandedIn("suac-0311", Source.SUAC, "suac.csv", "0" * 64, False, {}))
        view, spare_view = (
            save_view(work, "bandeja", name, "luz=vencido") for name in ("Lo vencido", "De más")
        )
    with office.work("titular") as work:
        notice = work.session.scalar(select(Mail.id).where(Mail.user_id == work.actor.user_id))
    arguments |= {
        "chosen": "en",
        "view_id": view,
        "spare_view_id": spare_view,
        "notice_id": notice,
        "ref": ref,
        "number": 1,
        "prefix": "CESAC",
        "month": "2026-10",
        "form": "csv",
        "name": "cesac",
        "job_id": job,
        "change_id": change,
        "batch_id": batch,
    }
    marked = f"?marked={case_id}.1"
    query = dict.fromkeys(("slips.many", "slips.many_marked", "bulk.form", "bulk.take"), marked)
    return World(office, ref, appealed(office), Table(office).agreed(), arguments, query)


def appealed(office: Office) -> str:
    """A request whose silence was appealed; its ref."""
    day = local_date(NOW) - dt.timedelta(days=1)
    ref = office.request(filed_on=day - dt.timedelta(days=30)).case.ref
    office.appeal(
        "unidad", ref, "admit", file_number="RR.1", authority="Garante", filed_on=day,
        notified_on=day, text="Nadie respondió",
    )  # fmt: skip
    return ref


def rules(app: Flask, method: str) -> list[Rule]:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ()) and rule.endpoint not in ASIDE | LAST
    ]


def expected_missing(world: World, rule: Rule, login: str) -> bool:
    """Whether this person must get 404: by the policy, or because the case is not theirs."""
    if not POLICY[rule.endpoint].admits(world.office.actor(login)):
        return True
    names_the_case = "ref" in rule.arguments or rule.endpoint in NAMING_THE_CASE
    family = rule.endpoint.partition(".")[0]
    readers = {"appeals": APPEAL_READERS, "mediations": MEDIATION_READERS}.get(family, READERS)
    return names_the_case and login not in readers


def test_nobody_signed_in_reaches_only_the_public_pages(world: World) -> None:
    stranger = world.office.app.test_client()
    wrong = []
    for method in ("GET", "POST"):
        for rule in rules(world.office.app, method):
            if POLICY[rule.endpoint] is PUBLIC:
                continue
            data = {"csrf_token": token(stranger, "/ingresar")} if method == "POST" else None
            answer = stranger.open(world.path(rule), method=method, data=data)
            if answer.status_code != 302 or "/ingresar" not in answer.headers["Location"]:
                wrong.append((method, rule.rule, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("login", PEOPLE)
def test_a_person_opens_what_is_theirs_and_nothing_else(world: World, login: str) -> None:
    client = signed_in(world.office, login)
    wrong = []
    for rule in rules(world.office.app, "GET"):
        answer = client.get(world.path(rule))
        if expected_missing(world, rule, login):
            good = answer.status_code == 404
        else:
            good = answer.status_code < 400 or _may_lack(rule, answer.status_code)
        if not good:
            wrong.append((rule.endpoint, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("login", PEOPLE)
def test_a_person_sends_what_is_theirs_and_nothing_else(world: World, login: str) -> None:
    wrong = []
    client = signed_in(world.office, login)
    secret = token(client)
    for rule in rules(world.office.app, "POST"):
        if rule.endpoint == "access.save_password":
            continue  # a failed try counts against the account
        answer = client.post(world.path(rule), data={"csrf_token": secret})
        if expected_missing(world, rule, login):
            good = answer.status_code == 404
        else:
            good = answer.status_code < 500 and (
                answer.status_code != 404 or _may_lack(rule, answer.status_code)
            )
        if not good:
            wrong.append((rule.endpoint, answer.status_code))
    assert wrong == []


def test_every_page_opens_for_somebody(world: World) -> None:
    clients: dict[str, FlaskClient] = {login: signed_in(world.office, login) for login in PEOPLE}
    closed = []
    for rule in rules(world.office.app, "GET"):
        path = world.path(rule)
        if not any(client.get(path).status_code in (200, 302) for client in clients.values()):
            closed.append(rule.endpoint)
    assert closed == []


def test_a_role_given_by_nobody_opens_nothing(world: World) -> None:
    """Somebody whose roles all ended still signs in, and finds no case."""
    with begin_work(SYSTEM) as work:
        lonely = add_user(work, "sinfuncion@demo.local", "Persona sin función")
        user_id = lonely.id
    world.office._ids["sinfuncion"] = user_id
    client = signed_in(world.office, "sinfuncion")
    assert client.get("/cuenta").status_code == 200
    assert client.get(f"/casos/{world.ref}").status_code == 404


#: Endpoints whose object only its own people see, beyond role and case: a job, a batch, an act.
_OWN = re.compile(
    r"bulk\.|quarantine\.|imports\.(?!index|upload)|views\.(?!index)|notices\.(?!index)"
)
#: Acts on a case that somebody sees and may not do, or not now.
_ACTS = re.compile(
    r"cases\.(turn_)?(form|take|effect)|cases\.take_turn|cases\.person|"
    r"appeals\.(form|take|effect)|mediations\.(form|take)"
)


def _may_lack(rule: Rule, status: int) -> bool:
    """Whether this refusal may come from the object itself rather than from the policy."""
    if status == 404:
        return _OWN.match(rule.endpoint) is not None
    return status in (403, 409) and _ACTS.match(rule.endpoint) is not None
