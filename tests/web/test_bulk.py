"""One act on many turns: what it says first, a verdict for each, and the way back."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from caseflow.commands.jobs import run_jobs
from caseflow.domain.vocabulary import TurnState
from caseflow.extensions import db
from caseflow.models import Job
from caseflow.web import bulk_selection
from tests.builders import Office
from tests.queries.scenes import counted, routed
from tests.web.browsing import post, signed_in

REASSIGN = "/turnos/acciones/reassign"


def keys(office: Office, *refs: str, turn: int = 1) -> list[str]:
    """The marks of some cases' turns."""
    return [f"{office.case('direccion', ref).id}.{turn}" for ref in refs]


def states(office: Office, *refs: str) -> list[str]:
    """The state of the last turn of each case, and its area."""
    found = [office.case("direccion", ref) for ref in refs]
    return [case.turns[max(case.turns)].state for case in found]


def send(
    client: FlaskClient, office: Office, code: str, marked: list[str], **more: Any
) -> TestResponse:
    """Reassign marked turns to an area, as the form does."""
    data = {"marked": marked, "acto-area": str(office.area(code)), "acto-reason": "Carga", **more}
    return post(client, REASSIGN, data)


def test_the_page_says_what_will_happen_before_it_does(sqlite_office: Office) -> None:
    refs = [routed(sqlite_office, "JUD-AMC") for _ in range(2)]
    client = signed_in(sqlite_office, "supervision")
    page = client.get(REASSIGN, query_string={"marked": keys(sqlite_office, *refs)}).text
    assert "Reasignar 2 turnos" in page
    assert "termina sin efecto en su área" in page
    for ref in refs:
        assert ref in page
    assert states(sqlite_office, *refs) == [TurnState.PENDING] * 2


def test_the_form_offers_only_areas_of_the_subtree(sqlite_office: Office) -> None:
    ref = routed(sqlite_office, "JUD-AMC")
    client = signed_in(sqlite_office, "supervision")
    page = client.get(REASSIGN, query_string={"marked": keys(sqlite_office, ref)}).text
    offered = set(re.findall(r'<option value="(\d+)">', page))
    assert str(sqlite_office.area("JUD-BAR")) in offered
    assert str(sqlite_office.area("JUD-AMC")) not in offered  # there it is already
    assert str(sqlite_office.area("DGSU")) not in offered


def test_every_turn_gets_its_own_verdict(office: Office) -> None:
    good = routed(office, "JUD-AMC")
    both = routed(office, "JUD-AMC", "JUD-BAR")  # already has a turn there
    client = signed_in(office, "supervision")
    answer = send(client, office, "JUD-BAR", keys(office, good, both))
    assert answer.status_code == 200
    assert "1 turno reasignado; 1 se quedó como estaba" in answer.text
    assert "Ya hay un turno abierto en" in answer.text
    case = office.case("direccion", good)
    assert (case.turns[1].state, case.turns[2].area_id) == ("withdrawn", office.area("JUD-BAR"))


def test_deshacer_sends_each_turn_back_where_it_came_from(office: Office) -> None:
    one, other = routed(office, "JUD-AMC"), routed(office, "JUD-AOS")
    client = signed_in(office, "supervision")
    answer = send(client, office, "JUD-BAR", keys(office, one, other))
    moved = re.findall(r'name="moved" value="([^"]+)"', answer.text)
    assert len(moved) == 2
    done = post(client, "/turnos/deshacer", {"moved": moved})
    assert "2 turnos reasignados" in done.text
    areas = [office.case("direccion", ref).turns[3].area_id for ref in (one, other)]
    assert areas == [office.area("JUD-AMC"), office.area("JUD-AOS")]


def test_the_same_form_sent_twice_moves_nothing_twice(sqlite_office: Office) -> None:
    ref = routed(sqlite_office, "JUD-AMC")
    client = signed_in(sqlite_office, "supervision")
    marked = keys(sqlite_office, ref)
    send(client, sqlite_office, "JUD-BAR", marked)
    again = send(client, sqlite_office, "JUD-BAR", marked)
    assert again.status_code == 303  # none of them is open any more
    assert len(sqlite_office.case("direccion", ref).turns) == 2


def test_a_missing_reason_is_asked_for_beside_its_field(sqlite_office: Office) -> None:
    ref = routed(sqlite_office, "JUD-AMC")
    client = signed_in(sqlite_office, "supervision")
    answer = post(
        client, REASSIGN, {"marked": keys(sqlite_office, ref), "acto-area": "", "acto-reason": ""}
    )
    assert answer.status_code == 422
    assert "Elija el área nueva." in answer.text
    assert "Escriba el motivo." in answer.text
    assert states(sqlite_office, ref) == [TurnState.PENDING]


def test_staff_accept_many_and_learn_which_were_already_taken(office: Office) -> None:
    fresh, taken = routed(office, "JUD-AMC"), routed(office, "JUD-AMC")
    office.turn("titular", taken, 1, "accept")
    client = signed_in(office, "personal")
    answer = post(client, "/turnos/acciones/accept", {"marked": keys(office, fresh, taken)})
    assert "1 turno aceptado; 1 se quedó como estaba" in answer.text
    assert "El turno está en atención" in answer.text
    assert states(office, fresh, taken) == [TurnState.ACCEPTED] * 2


def test_a_head_assigns_many_to_somebody_of_the_area(sqlite_office: Office) -> None:
    office = sqlite_office
    refs = [routed(office, "JUD-AMC") for _ in range(2)]
    client = signed_in(office, "titular")
    marked = keys(office, *refs)
    page = client.get("/turnos/acciones/assign", query_string={"marked": marked}).text
    assert "Jorge Téllez" in page
    assert "Nadia Olvera" not in page  # of another area
    person = office.user_id("personal")
    post(client, "/turnos/acciones/assign", {"marked": marked, "acto-person": str(person)})
    assert [office.case("direccion", r).turns[1].assignee_id for r in refs] == [person] * 2


@pytest.mark.parametrize(
    ("login", "action"),
    [("personal", "reassign"), ("personal", "assign"), ("titular", "reassign"),
     ("unidad", "accept"), ("ventanilla", "accept"), ("contraloria", "accept"),
     ("titular", "reply"), ("titular", "no-such-act")],
)  # fmt: skip
def test_an_act_that_is_not_the_persons_is_not_there(
    sqlite_office: Office, login: str, action: str
) -> None:
    ref = routed(sqlite_office, "JUD-AMC")
    client = signed_in(sqlite_office, login)
    data = {"marked": keys(sqlite_office, ref), "acto-reason": "x"}
    assert client.get(f"/turnos/acciones/{action}", query_string=data).status_code == 404
    assert post(client, f"/turnos/acciones/{action}", data).status_code == 404


def test_a_strangers_turn_is_left_out_without_a_word_about_it(sqlite_office: Office) -> None:
    ref = routed(sqlite_office, "JUD-AMC")
    client = signed_in(sqlite_office, "ajena")
    answer = client.get(
        "/turnos/acciones/accept", query_string={"marked": keys(sqlite_office, ref)}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/bandeja")
    answer = post(client, "/turnos/acciones/accept", {"marked": keys(sqlite_office, ref)})
    assert answer.status_code == 303
    assert ref not in client.get("/bandeja").text
    assert states(sqlite_office, ref) == [TurnState.PENDING]


@pytest.mark.parametrize("marked", ["", "x", "1", "1.", ".1", "1.1.1", "-1.1"])
def test_marks_that_are_none_lead_back_with_a_word(sqlite_office: Office, marked: str) -> None:
    client = signed_in(sqlite_office, "supervision")
    answer = client.get(REASSIGN, query_string={"marked": marked})
    assert answer.status_code == 302
    assert post(client, REASSIGN, {"marked": marked, "acto-reason": "x"}).status_code == 422


def test_an_undo_must_name_its_turns(sqlite_office: Office) -> None:
    client = signed_in(sqlite_office, "supervision")
    assert post(client, "/turnos/deshacer", {}).status_code == 404
    assert post(client, "/turnos/deshacer", {"moved": "x"}).status_code == 422
    assert post(signed_in(sqlite_office, "titular"), "/turnos/deshacer", {}).status_code == 404


def test_the_board_picks_the_turns_of_the_marked_areas(sqlite_office: Office) -> None:
    office = sqlite_office
    waiting, taken, elsewhere = (
        routed(office, "JUD-AMC"), routed(office, "JUD-AMC"), routed(office, "JUD-BAR"),
    )  # fmt: skip
    office.turn("titular", taken, 1, "accept")
    client = signed_in(office, "supervision")
    query = {"todos": "1", "que": "estado:por-aceptar", "area": ["JUD-AMC", "JUD-AOS"]}
    page = client.get(REASSIGN, query_string=query).text
    assert "Reasignar 1 turno" in page
    assert waiting in page
    assert taken not in page
    assert elsewhere not in page
    nothing = client.get(REASSIGN, query_string={"todos": "1", "que": "todos"})
    assert (nothing.status_code, nothing.headers["Location"]) == (302, "/tablero")


# --- more than fifty ------------------------------------------------------------------------------


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two turns count as many."""
    monkeypatch.setattr(bulk_selection, "AT_ONCE", 1)


def start(client: FlaskClient, office: Office, expected: int) -> TestResponse:
    data = {
        "todos": "1",
        "area": "JUD-AMC",
        "acto-area": str(office.area("JUD-BAR")),
        "acto-reason": "Carga",
        "acto-expected": str(expected),
        "acto-nonce": "n1",
    }
    return post(client, REASSIGN, data)


@pytest.mark.usefixtures("few_at_once")
def test_many_become_a_job_that_shows_itself_and_can_be_undone(office: Office) -> None:
    refs = [routed(office, "JUD-AMC") for _ in range(2)]
    both = routed(office, "JUD-AMC", "JUD-BAR")
    client = signed_in(office, "supervision")
    page = client.get(REASSIGN, query_string={"todos": "1", "area": "JUD-AMC"}).text
    assert "Reasignar 3 turnos" in page
    assert "podrá ver el avance" in page

    answer = start(client, office, 3)
    assert answer.status_code == 303
    path = answer.headers["Location"]
    waiting = client.get(path).text
    assert "data-poll" in waiting
    assert "0 hechos, 0 sin hacer, de 3" in waiting

    run_jobs(dt.datetime.now(dt.UTC))
    fragment = client.get(path, headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert "data-poll" not in fragment
    assert f'data-then="{path}"' in fragment
    done = client.get(path).text
    assert "2 hechos, 1 sin hacer, de 3" in done
    assert both in done
    assert "Ya hay un turno abierto en" in done

    undone = post(client, f"{path}/deshacer", {})
    assert undone.status_code == 303
    run_jobs(dt.datetime.now(dt.UTC))
    assert [office.case("direccion", ref).turns[3].area_id for ref in refs] == (
        [office.area("JUD-AMC")] * 2
    )
    assert "Ver cómo se deshizo" in client.get(path).text


@pytest.mark.usefixtures("few_at_once")
def test_a_list_that_changed_meanwhile_is_shown_again(sqlite_office: Office) -> None:
    for _ in range(3):
        routed(sqlite_office, "JUD-AMC")
    client = signed_in(sqlite_office, "supervision")
    answer = start(client, sqlite_office, 2)
    assert answer.status_code == 409
    assert "La lista cambió" in answer.text
    assert 'name="acto-expected" type="hidden" value="3"' in html.unescape(answer.text)
    assert db.session.scalars(select(Job.id)).all() == []


@pytest.mark.usefixtures("few_at_once")
def test_the_same_form_makes_one_job(sqlite_office: Office) -> None:
    for _ in range(2):
        routed(sqlite_office, "JUD-AMC")
    client = signed_in(sqlite_office, "supervision")
    first, second = (start(client, sqlite_office, 2).headers["Location"] for _ in range(2))
    assert first == second


@pytest.mark.usefixtures("few_at_once")
def test_a_job_is_its_authors_alone(sqlite_office: Office) -> None:
    for _ in range(2):
        routed(sqlite_office, "JUD-AMC")
    path = start(signed_in(sqlite_office, "supervision"), sqlite_office, 2).headers["Location"]
    colleague = signed_in(sqlite_office, "direccion")
    assert colleague.get(path).status_code == 404
    assert post(colleague, f"{path}/deshacer", {}).status_code == 404
    assert colleague.get("/trabajos/999").status_code == 404


def test_the_page_costs_the_same_for_few_and_for_many(sqlite_office: Office) -> None:
    refs = [routed(sqlite_office, "JUD-AMC") for _ in range(6)]
    client = signed_in(sqlite_office, "supervision")

    def cost(*chosen: str) -> int:
        query = {"marked": keys(sqlite_office, *chosen)}
        client.get(REASSIGN, query_string=query)
        with counted() as seen:
            client.get(REASSIGN, query_string=query)
        return len(seen)

    assert cost(*refs) == cost(refs[0])
