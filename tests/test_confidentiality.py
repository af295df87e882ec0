"""What stands in a mediation reaches nobody who is not named in it (domain §6).

Every field of one file holds a marked word, and the file comes from a folio that many people see.
Then everything is asked for, by everybody else: each page, list, search, paper and export; the
commands; the log; the tables that are not the file's own; what is stored as bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from caseflow.domain.mediations import CommitmentFacts, MediationFacts, PartyFacts
from caseflow.extensions import db
from caseflow.models import Base, Mediation
from caseflow.queries.mediations import load_mediation
from tests.builders import PEOPLE, Office, build_template, make_app
from tests.documents.paper import text_of
from tests.mediation_scenes import Table
from tests.test_routes import PDF, World, make_world, rules
from tests.web.browsing import post, signed_in, token

#: Stands in every text of the file, and nowhere else.
MARK = "Zarzaparrilla"
#: A word beside the mark: what is looked for, so that the question is not taken for the answer.
BAIT = "Quetzalcóatl"
NAMED = {"mediacion", "titular"}
NOT_NAMED = sorted(set(PEOPLE) - NAMED)
#: Where the file itself is kept.
OWN_TABLES = {
    "mediation", "named_mediator", "mediation_party", "mediation_invitation",
    "mediation_session", "mediation_commitment", "mediation_event", "mediation_reading",
}  # fmt: skip


@dataclass
class Marked:
    """A world in which one mediation is marked all over."""

    world: World
    ref: str
    folder: Path

    @property
    def office(self) -> Office:
        return self.world.office

    @property
    def telling(self) -> re.Pattern[str]:
        """The mark or the number of the file, in any writing."""
        return re.compile(f"{MARK}|{self.ref}", re.IGNORECASE)


def marked_party(side: str) -> dict[str, Any]:
    texts = ("name", "spokesperson", "counsel", "companion", "phone", "email", "address")
    filled = {name: f"{MARK} {BAIT} {name}" for name in texts}
    return {"party_kind": "group", "side": side, **filled}


def make_marked(world: World) -> str:
    """A file from the sample folio, walked through every act that takes a text."""
    table = Table(world.office)
    ref = table.register(
        parties=[marked_party("asking"), marked_party("invited")],
        street=f"{MARK} {BAIT} 12",
        colonia=f"{MARK} {BAIT}",
        parent_ref=world.ref,
    )
    table.name(ref)
    table.act("mediacion", ref, "end", ending="referred", sent_to=f"{MARK} {BAIT}")
    table.act("titular", ref, "reopen", reason=f"{MARK} {BAIT}")
    table.act("mediacion", ref, "edit_party", party="1", **marked_party("asking"))
    table.invite(ref)
    table.meet(ref)
    table.agree(ref, f"{MARK} {BAIT}")
    return ref


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marked]:
    folder = tmp_path_factory.mktemp("confidential")
    url = f"sqlite:///{folder / 'confidential.sqlite3'}"
    build_template(url, folder)
    app = make_app(url, folder)
    with app.app_context():
        world = make_world(app, folder)
        yield Marked(world, make_marked(world), folder)
        db.session.remove()
        db.engine.dispose()


def said(answer: TestResponse) -> str:
    """All that an answer says: its headers, and what its file holds once unpacked."""
    body, kind = answer.get_data(), answer.mimetype
    if kind == "application/pdf" and body != PDF:
        words = text_of(body)
    elif body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            parts = [packed.read(name).decode(errors="ignore") for name in packed.namelist()]
        words = " ".join(parts)
    else:
        words = body.decode(errors="ignore")
    return f"{answer.headers} {words}"


def test_every_text_of_the_file_is_marked(marked: Marked) -> None:
    """Else this sweep would prove less than it says: a new text belongs into ``make_marked``."""
    with marked.office.work("titular") as work:
        found = load_mediation(work.session, work.actor, marked.ref)
    assert found is not None
    bare = []
    for record in (found, *found.parties.values(), *found.commitments.values()):
        for spec in fields(record):
            value = getattr(record, spec.name)
            if spec.type == "str" and spec.name not in _WORDS and MARK not in str(value):
                bare.append((type(record).__name__, spec.name))
    assert bare == []
    assert {MediationFacts, PartyFacts, CommitmentFacts} == {
        type(record) for record in (found, found.parties[1], found.commitments[1])
    }


#: Texts that are no texts: words of lists, the number.
_WORDS = {"ref", "state", "subject", "kind", "side", "sex", "age_group", "result"}


@pytest.mark.parametrize("login", sorted(NAMED))
def test_those_named_read_it(marked: Marked, login: str) -> None:
    page = signed_in(marked.office, login).get(f"/mediaciones/{marked.ref}")
    assert page.status_code == 200
    assert page.text.count(MARK) > 15


@pytest.mark.parametrize("login", NOT_NAMED)
def test_no_page_tells_it_to_anybody_else(marked: Marked, login: str) -> None:
    client = signed_in(marked.office, login)
    told = []
    for rule in rules(marked.office.app, "GET"):
        path = marked.world.path(rule)
        if marked.telling.search(said(client.get(path))):
            told.append(path)
    assert told == []


@pytest.mark.parametrize("login", NOT_NAMED)
def test_the_file_itself_is_not_there_for_anybody_else(marked: Marked, login: str) -> None:
    client, wrong = signed_in(marked.office, login), []
    secret = token(client)
    for rule in rules(marked.office.app, "GET") + rules(marked.office.app, "POST"):
        if not rule.endpoint.startswith("mediations.") or "ref" not in rule.arguments:
            continue
        for action in ("name", "screen", "end", "reopen", "edit_party"):
            path = rule.rule.replace("<ref>", marked.ref).replace("<action>", action)
            for answer in (client.get(path), client.post(path, data={"csrf_token": secret})):
                if answer.status_code not in (404, 405) or MARK in said(answer):
                    wrong.append((path, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("login", NOT_NAMED)
def test_no_search_and_no_list_finds_it_for_anybody_else(marked: Marked, login: str) -> None:
    client = signed_in(marked.office, login)
    asked = [
        *(f"/buscar?q={words}" for words in (BAIT, marked.ref[-5:], "med")),
        *(f"/buscar/exportar.{form}?q={BAIT}" for form in ("csv", "xlsx")),
        *(f"/{name}?texto={BAIT}" for name in ("bandeja", "mis-turnos", "mesa", "tablero")),
    ]
    told = [path for path in asked if marked.telling.search(said(client.get(path)))]
    for path in ("/mediaciones/buscar", "/casos/nuevo/parecidos"):
        sent = {"texto": BAIT, "name": BAIT, "subject": BAIT, "street": BAIT}
        if marked.telling.search(said(post(client, path, sent))):
            told.append(path)
    assert told == []


def test_the_folio_it_comes_from_says_derived_and_no_more(marked: Marked) -> None:
    page = signed_in(marked.office, "direccion").get(f"/casos/{marked.world.ref}").text
    assert "Derivado a mediación" in page
    assert not marked.telling.search(page)


def test_no_other_table_holds_any_of_it(marked: Marked) -> None:
    """Events, mail, notices, jobs, closed reports, the record of accesses, the search index."""
    walk(marked)
    told = []
    for table in Base.metadata.sorted_tables:
        if table.name in OWN_TABLES:
            continue
        for row in db.session.execute(select(table)):
            if re.search(MARK, str(tuple(row)), re.IGNORECASE):
                told.append((table.name, tuple(row)))
    index = db.session.execute(text("SELECT * FROM case_search")).all()
    assert index != []
    assert MARK.lower() not in str(index).lower()
    assert told == []


def walk(marked: Marked) -> None:
    """What goes on by itself: the jobs of a day and of a month's end."""
    runner = marked.office.app.test_cli_runner()
    done = runner.invoke(args=["tick"])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    "command",
    [
        "tick",
        "overdue",
        "audit verify --rebuild",
        "audit verify --json",
        "report morning JUD-AMC --json",
        "users list",
        "imports list",
    ],
)
def test_no_command_prints_any_of_it(marked: Marked, command: str) -> None:
    done = marked.office.app.test_cli_runner().invoke(args=command.split())
    assert not marked.telling.search(done.output)


def test_a_copy_lists_none_of_it_and_no_file_of_ours_is_named_after_it(marked: Marked) -> None:
    runner = marked.office.app.test_cli_runner()
    made = runner.invoke(args=["backup", "create", str(marked.folder / "copies"), "--json"])
    assert made.exit_code == 0, made.output
    assert not marked.telling.search(made.output)
    names = [str(path) for path in marked.folder.rglob("*")]
    assert not [name for name in names if marked.telling.search(name)]
    stored = marked.office.app.config["CASEFLOW"].storage_dir
    for path in stored.rglob("*") if stored.exists() else ():
        assert not path.is_file() or MARK.encode() not in path.read_bytes()


def test_no_line_of_the_log_holds_any_of_it(
    marked: Marked, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Not even where those named work on it and are refused."""
    for login in NAMED:
        client = signed_in(marked.office, login)
        client.get(f"/mediaciones/{marked.ref}")
        post(client, "/mediaciones/buscar", {"texto": MARK})
        form = f"/mediaciones/{marked.ref}/acciones/edit_party"
        post(client, form, {"party": "1", "name": MARK, "version": "1", "sex": "woman"})
        post(client, "/mediaciones/nueva", {"street": MARK, "parties-0-name": MARK})
    written = "".join(capfd.readouterr()) + caplog.text
    assert MARK not in written


def test_a_message_that_another_page_may_show_names_no_more_than_the_number(
    marked: Marked,
) -> None:
    ref = Table(marked.office).register()
    clerk: FlaskClient = signed_in(marked.office, "titular")
    before = db.session.scalar(select(Mediation.version).where(Mediation.ref == ref))
    db.session.remove()
    sent = {"party": "1", "name": MARK, "version": str(before), "sex": "unsaid",
            "age_group": "unsaid"}  # fmt: skip
    done = post(clerk, f"/mediaciones/{ref}/acciones/edit_party", sent)
    assert done.status_code == 303
    elsewhere = clerk.get("/cuenta").text
    assert "quedó registrado" in elsewhere
    assert MARK not in elsewhere
