"""The rule of the turns, through the commands (domain §4)."""

from __future__ import annotations

import pytest

from caseflow.domain.errors import NotAllowed, NotFound, NotNow
from caseflow.domain.vocabulary import CaseState, TurnState
from tests.builders import TODAY, Office


def test_routing_to_two_areas_makes_two_pending_turns(office: Office) -> None:
    ref = office.capture().case.ref
    case = office.route("supervision", ref, "JUD-AMC", "JUD-BAR")
    assert case.state == CaseState.ROUTED
    assert [turn.state for turn in case.turns.values()] == [TurnState.PENDING] * 2


def test_returning_the_last_turn_sends_the_case_back_to_its_desk(office: Office) -> None:
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC")
    case = office.turn("titular", ref, 1, "return", reason="No es de esta área")
    assert (case.state, case.desk_mark) == (CaseState.RECEIVED, "returned")


def test_routing_again_after_a_return_replaces_the_returned_turn(office: Office) -> None:
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC")
    office.turn("titular", ref, 1, "return", reason="No es de esta área")
    case = office.route("supervision", ref, "JUD-BAR")
    assert case.turns[1].replaced_by == 2


def test_the_last_reply_puts_the_case_in_review(office: Office) -> None:
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC", "DGSU")
    for login, number in (("titular", 1), ("titular2", 2)):
        office.turn(login, ref, number, "accept")
        case = office.turn(login, ref, number, "reply", text="Atendido")
    assert case.state == CaseState.REVIEW


def test_a_head_answers_the_person_with_the_only_turn(office: Office) -> None:
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC")
    office.turn("titular", ref, 1, "accept")
    case = office.turn(
        "titular", ref, 1, "reply", text="Se repuso la luminaria", also_answer=True,
        outcome="attended", channel="phone", notified_on=TODAY,
    )  # fmt: skip
    assert (case.state, case.answered_on) == (CaseState.ANSWERED, TODAY)


def test_a_turn_elsewhere_is_not_a_heads_to_return(office: Office) -> None:
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC", "DGSU")
    with pytest.raises(NotAllowed):
        office.turn("titular", ref, 2, "return", reason="No es mío")


def test_a_stranger_does_not_find_the_case(office: Office) -> None:
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC")
    with pytest.raises(NotFound):
        office.turn("ajena", ref, 1, "accept")


def test_answering_waits_for_the_open_turns(office: Office) -> None:
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC")
    with pytest.raises(NotNow):
        office.act(
            "supervision", ref, "answer", outcome="attended", text="x", channel="phone",
            notified_on=TODAY,
        )  # fmt: skip


def test_a_reassigned_turn_is_withdrawn_and_replaced_by_a_pending_one(office: Office) -> None:
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC")
    case = office.turn(
        "supervision", ref, 1, "reassign", area=office.area("JUD-BAR"), reason="Carga de trabajo"
    )
    assert case.turns[1].state == TurnState.WITHDRAWN
    assert (case.turns[2].state, case.turns[1].replaced_by) == (TurnState.PENDING, 2)
