"""Turn slips over HTTP: one or many in one paper, within what the reader may see."""

from __future__ import annotations

import io

import pikepdf
import pytest

from caseflow.extensions import db
from caseflow.queries.reference import current
from caseflow.queries.slip_sheets import slip_sheets
from tests.builders import TODAY, Office
from tests.queries.test_case_page import counted
from tests.web.browsing import post, signed_in
from tests.web.test_cases import reads


def pages(data: bytes) -> int:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages)


@pytest.fixture
def ref(office: Office) -> str:
    made = office.capture().case.ref
    office.route("supervision", made, "JUD-AMC", "DGSU")
    return made


def test_one_turn_is_one_page_and_a_case_one_for_each_open_turn(office: Office, ref: str) -> None:
    client = signed_in(office, "supervision")
    one = client.get(f"/casos/{ref}/volante.pdf?turno=1")
    assert (one.status_code, one.mimetype, pages(one.data)) == (200, "application/pdf", 1)
    assert one.headers["Content-Disposition"].startswith("attachment")
    assert pages(client.get(f"/casos/{ref}/volante.pdf").data) == 2
    assert reads("slip") == 2


def test_marked_turns_come_in_one_paper(office: Office, ref: str) -> None:
    case = office.case("supervision", ref)
    marked = [f"{case.id}.1", f"{case.id}.2"]
    client = signed_in(office, "supervision")
    assert pages(post(client, "/turnos/volantes.pdf", {"marked": marked}).data) == 2
    assert pages(client.get("/turnos/volantes.pdf", query_string={"marked": marked}).data) == 2


def test_turns_that_are_not_mine_are_left_out(office: Office, ref: str) -> None:
    case = office.case("supervision", ref)
    marked = [f"{case.id}.1", f"{case.id}.2"]
    answer = post(signed_in(office, "titular"), "/turnos/volantes.pdf", {"marked": marked})
    assert pages(answer.data) == 1
    other = post(signed_in(office, "ajena"), "/turnos/volantes.pdf", {"marked": marked})
    assert other.status_code == 404


@pytest.mark.parametrize("marked", [[], ["x"], ["1"], ["1.x"], ["1.1"] * 201])
def test_marks_that_mean_nothing_are_refused_with_a_sentence(
    sqlite_office: Office, marked: list[str]
) -> None:
    client = signed_in(sqlite_office, "supervision")
    answer = post(client, "/turnos/volantes.pdf", {"marked": marked})
    assert answer.status_code == 422


def test_a_slip_says_who_sends_what_to_whom_until_when(office: Office, ref: str) -> None:
    case = office.case("supervision", ref)
    reference = current(db.session())
    (sheet,) = slip_sheets(
        db.session(), office.actor("supervision"), [(case.id, 1)], reference, TODAY
    )
    assert sheet.area_code == "JUD-AMC"
    assert sheet.head == "Marisol Cervantes"
    assert sheet.sender == "Elena Robledo"
    assert sheet.instruction == "Atender y contestar"
    assert sheet.due.on == case.due_on
    assert sheet.target_on == case.turns[1].target_on
    assert sheet.other_areas == ("Dirección General de Servicios Urbanos",)
    assert sheet.petitioner == "María Hernández"


def test_a_slip_of_an_information_request_never_names_who_asks(office: Office) -> None:
    made = office.request(petitioner={"name": "Diana Vázquez"}).case
    office.route("transparencia", made.ref, "JUD-AMC")
    (sheet,) = slip_sheets(
        db.session(), office.actor("transparencia"), [(made.id, 1)], current(db.session()), TODAY
    )
    assert (sheet.petitioner, sheet.contact) == ("", "")


def test_many_slips_take_as_many_statements_as_one(office: Office) -> None:
    turns = []
    for _ in range(4):
        made = office.capture().case
        office.route("supervision", made.ref, "JUD-AMC", "DGSU")
        turns += [(made.id, 1), (made.id, 2)]
    actor, reference = office.actor("supervision"), current(db.session())
    made_by = []
    for some in (turns[:1], turns):
        with counted() as statements:
            assert len(slip_sheets(db.session(), actor, some, reference, TODAY)) == len(some)
        db.session.remove()
        made_by.append(len(statements))
    assert made_by[0] == made_by[1]
