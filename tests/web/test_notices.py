"""Notices: told to the right person, counted on the bell, read once, and nobody else's business."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from caseflow.commands.ticks import tick
from caseflow.commands.work import begin_work
from caseflow.domain.people import SYSTEM
from caseflow.extensions import db
from caseflow.models import Assignment, Mail
from tests.builders import NOW, Office
from tests.queries.scenes import counted, routed
from tests.web.browsing import post, signed_in

_BELL = re.compile(r'href="/avisos" aria-label="([^"]+)"')


def told(office: Office, login: str) -> list[str]:
    """Subjects of the notices of a person, oldest first."""
    found = db.session.scalars(
        select(Mail.subject).where(Mail.user_id == office.user_id(login)).order_by(Mail.id)
    )
    subjects = list(found)
    db.session.remove()
    return subjects


def bell(office: Office, login: str) -> str:
    found = _BELL.search(signed_in(office, login).get("/avisos").text)
    assert found is not None
    return found[1]


def test_who_heads_an_area_is_told_what_a_person_sends_there(office: Office) -> None:
    routed(office, "JUD-AMC")
    assert told(office, "titular") == ["Turnaron un folio a su área"]
    assert told(office, "personal") == told(office, "titular2") == []


def test_a_vacant_area_is_told_nothing_and_nobody_tells_oneself(office: Office) -> None:
    routed(office, "JUD-BAR")  # nobody heads it
    with begin_work(SYSTEM, NOW) as work:
        work.session.add(
            Assignment(
                user_id=office.user_id("supervision"), area_id=office.area("JUD-AOS"),
                role="head", valid_from=NOW.date(),
            )
        )  # fmt: skip
    routed(office, "JUD-AOS")
    assert told(office, "supervision") == []
    assert db.session.scalars(select(Mail)).all() == []


def test_reassigning_tells_the_area_that_gets_it(office: Office) -> None:
    ref = routed(office, "JUD-BAR")
    office.turn(
        "supervision", ref, 1, "reassign", area=office.area("JUD-AMC"), reason="Le corresponde"
    )
    assert told(office, "titular") == ["Turnaron un folio a su área"]


def test_who_works_on_a_case_is_told_when_it_became_overdue(office: Office) -> None:
    """Once, on the day after its last; nobody is told of what nobody has."""
    ref, free = routed(office, "JUD-AMC", ago=60), routed(office, "JUD-AMC", ago=60)
    office.turn("titular", ref, 1, "assign", person=office.user_id("personal"))
    for _ in range(2):
        tick(NOW)
    assert told(office, "personal") == ["Se le asignó un turno", "Venció un folio"]
    body = db.session.scalars(select(Mail.body).where(Mail.subject == "Venció un folio")).one()
    assert ref in body
    assert free not in body


def test_the_bell_counts_what_nobody_opened(sqlite_office: Office) -> None:
    assert bell(sqlite_office, "titular") == "Avisos"
    ref = routed(sqlite_office, "JUD-AMC")
    sqlite_office.turn("titular", ref, 1, "assign", person=sqlite_office.user_id("personal"))
    assert bell(sqlite_office, "titular") == "Avisos: 1 sin leer"
    assert bell(sqlite_office, "personal") == "Avisos: 1 sin leer"
    assert bell(sqlite_office, "ajena") == "Avisos"


def first_action(page: str) -> str:
    found = re.search(r'action="(/avisos/\d+)"', page)
    assert found is not None
    return found[1]


def test_opening_a_notice_leads_to_its_case_and_counts_no_more(sqlite_office: Office) -> None:
    ref = routed(sqlite_office, "JUD-AMC")
    client = signed_in(sqlite_office, "titular")
    page = client.get("/avisos").text
    assert "Turnaron un folio a su área" in page
    assert "Sin leer:" in page
    answer = post(client, first_action(page), {})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/casos/{ref}")
    assert bell(sqlite_office, "titular") == "Avisos"
    assert "Sin leer:" not in client.get("/avisos").text
    assert "No tiene avisos sin leer" in client.get("/avisos?ver=sin-leer").text


def test_all_are_read_at_once(sqlite_office: Office) -> None:
    for _ in range(3):
        routed(sqlite_office, "JUD-AMC")
    client = signed_in(sqlite_office, "titular")
    answer = post(client, "/avisos/leidos", {}, follow_redirects=True)
    assert "3 avisos quedaron como leídos." in answer.text
    assert bell(sqlite_office, "titular") == "Avisos"


@pytest.mark.parametrize("login", ["personal", "ajena", "supervision", "admin"])
def test_another_persons_notice_is_not_there(sqlite_office: Office, login: str) -> None:
    ref = routed(sqlite_office, "JUD-AMC")
    action = first_action(signed_in(sqlite_office, "titular").get("/avisos").text)
    other = signed_in(sqlite_office, login)
    assert ref not in other.get("/avisos").text
    assert post(other, action, {}).status_code == 404
    assert post(other, "/avisos/leidos", {}).status_code == 303
    assert bell(sqlite_office, "titular") == "Avisos: 1 sin leer"


def test_without_its_token_nothing_is_read(sqlite_office: Office) -> None:
    routed(sqlite_office, "JUD-AMC")
    client = signed_in(sqlite_office, "titular")
    assert client.post("/avisos/leidos").status_code == 400
    assert client.post(first_action(client.get("/avisos").text)).status_code == 400
    assert bell(sqlite_office, "titular") == "Avisos: 1 sin leer"


def test_a_case_that_the_person_no_longer_sees_is_not_led_to(sqlite_office: Office) -> None:
    office = sqlite_office
    routed(office, "JUD-AMC")
    with begin_work(SYSTEM, NOW) as work:
        role = work.session.scalars(
            select(Assignment).where(Assignment.user_id == office.user_id("titular"))
        ).one()
        role.area_id = office.area("DGSC")
    client = signed_in(office, "titular")
    page = client.get("/avisos").text
    assert "Abrir asunto" not in page
    answer = post(client, first_action(page), {})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/avisos")
    assert bell(office, "titular") == "Avisos"


def test_older_notices_are_a_page_away_at_the_same_cost(sqlite_office: Office) -> None:
    client = signed_in(sqlite_office, "titular")
    client.get("/avisos")
    with counted() as few:
        client.get("/avisos")
    with begin_work(SYSTEM, NOW) as work:
        work.session.add_all(
            Mail(
                message_id=f"<{n}@caseflow.invalid>", recipient="titular@demo.local",
                subject=f"Aviso número {n:03}", body="x", state="sent", next_try_at=NOW,
                user_id=sqlite_office.user_id("titular"), written_at=NOW,
            )
            for n in range(70)
        )  # fmt: skip
    with counted() as many:
        page = client.get("/avisos").text
    assert len(many) == len(few) <= 6
    seen: list[str] = []
    while True:
        seen += re.findall(r"Aviso número (\d+)", page)
        older = re.search(r'href="(/avisos\?antes=\d+)"', page)
        if older is None:
            break
        page = client.get(older[1]).text
    assert seen == [f"{n:03}" for n in reversed(range(70))]
