"""Who may do what, when: domain §4 typed again by hand, compared row by row with the tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from caseflow.domain.errors import MissingData, NotAllowed, NotNow
from caseflow.domain.facts import CaseFacts
from caseflow.domain.people import OnBehalf
from caseflow.domain.permits import offers, require_case, require_turn
from caseflow.domain.turn_acts import decide_turn
from caseflow.domain.vocabulary import CaseState, Kind, TurnState
from caseflow.domain.workflow import CASE, CASE_BY_ACTION, TURN, TURN_BY_ACTION
from tests.domain.case_cases import (
    AUDITOR,
    COLLEAGUE,
    DIRECTOR,
    ELSEWHERE,
    EVERYBODY,
    HEAD,
    LIAISON,
    STAFF,
    SUPERVISOR,
    TODAY,
    UNIT,
    act,
    at,
    born,
    clockwork,
    complete,
    granted,
    routed,
    turn,
)

OPEN = "received routed review"
LIVE = OPEN + " clarification payment"
ANY = LIVE + " answered closed referred cancelled"
SERVICE, REQUEST, ARCO = Kind.SERVICE, Kind.INFORMATION, Kind.PERSONAL_DATA

#: action → states, people for a service, people for transparency (None: not for that kind).
#: "head" is that of the unit at work; the director's only area is ELSEWHERE.
CASE_TABLE: Mapping[str, tuple[str, str | None, str | None]] = {
    "route": (OPEN, "clerk supervisor", "liaison"),
    "first_answer": (OPEN, "clerk head supervisor", None),
    "request_clarification": ("received routed", "head supervisor", "liaison"),
    "receive_clarification": ("clarification", "clerk supervisor", "liaison"),
    "notify_cost": ("routed review", None, "liaison"),
    "record_payment": ("payment", None, "liaison"),
    "lapse": ("clarification payment", "supervisor", "liaison"),
    "extend": (OPEN, None, "liaison"),
    "refer_part": (OPEN, "supervisor", "liaison"),
    "refer": (OPEN, "supervisor", "liaison"),
    "answer": ("routed review", "head supervisor", "liaison"),
    "already_public": (OPEN, None, "liaison"),
    "verify_identity": (LIVE + " answered", None, "liaison"),
    "make_effective": ("answered", None, "liaison"),
    "complete_answer": ("answered closed", None, "liaison"),
    "desist": (LIVE, "supervisor", "liaison"),
    "close": ("answered", "supervisor", "liaison"),
    "reopen": ("answered closed referred cancelled", "supervisor", "liaison"),
    "correct": (ANY, "clerk supervisor", "clerk liaison"),
    "amend": (LIVE + " answered closed", "supervisor", "liaison"),
    "link": (ANY, "clerk supervisor", "clerk liaison"),
    "unlink": (ANY, "clerk supervisor", "clerk liaison"),
    "hand_over": (LIVE, "supervisor", "liaison"),
    "settle": (ANY, "supervisor", "liaison"),
    "note": (ANY, "clerk staff head supervisor liaison director colleague",
             "clerk staff head supervisor liaison director colleague"),
    "attach": (ANY, "clerk staff head supervisor liaison director colleague",
               "clerk staff head supervisor liaison director colleague"),
    "cancel": (LIVE, "supervisor", "liaison"),
}  # fmt: skip

#: What exists for one of the two kinds of the transparency office only.
ONLY = {"already_public": REQUEST, "verify_identity": ARCO, "make_effective": ARCO}

#: action → states of the turn, people (of a turn in UNIT that the desk sent).
TURN_TABLE: Mapping[str, tuple[str, str]] = {
    "accept": ("pending", "staff head supervisor"),
    "assign": ("pending accepted", "head supervisor"),
    "draft": ("accepted", "staff head supervisor"),
    "return": ("pending accepted", "head supervisor"),
    "reassign": ("pending accepted", "supervisor"),
    "withdraw": ("pending accepted", "supervisor liaison"),
    "reply": ("accepted", "head supervisor"),
    "send_back": ("answered", "supervisor liaison"),
    "share_reply": ("answered", "supervisor liaison"),
}


def in_state(case: CaseFacts, state: str) -> CaseFacts:
    """The case as if it stood there; its open turn makes its head somebody."""
    return replace(case, state=state)


def allowed(case: CaseFacts, action: str) -> set[str]:
    """Who of everybody may do it now or later: whoever is not told that it is not theirs."""
    found = set()
    for name, actor in EVERYBODY.items():
        try:
            require_case(case, action, actor, clockwork())
        except NotAllowed:
            continue
        except NotNow:
            pass
        found.add(name)
    return found


def test_the_tables_hold_the_actions_of_the_domain_and_no_other() -> None:
    assert {row.action for row in CASE} == set(CASE_TABLE)
    assert {row.action for row in TURN} == set(TURN_TABLE)


@pytest.mark.parametrize("action", CASE_TABLE)
def test_a_case_action_exists_in_the_states_of_the_domain(action: str) -> None:
    assert set(CASE_BY_ACTION[action].sources) == set(CASE_TABLE[action][0].split())


@pytest.mark.parametrize("action", TURN_TABLE)
def test_a_turn_action_exists_in_the_states_of_the_domain(action: str) -> None:
    assert set(TURN_BY_ACTION[action].sources) == set(TURN_TABLE[action][0].split())


@pytest.mark.parametrize("kind", [SERVICE, REQUEST, ARCO])
@pytest.mark.parametrize("action", CASE_TABLE)
def test_a_case_action_belongs_to_the_people_of_the_domain(action: str, kind: Kind) -> None:
    case = routed(born(kind))
    people = CASE_TABLE[action][1 if kind is SERVICE else 2]
    if people is None or ONLY.get(action, kind) is not kind:
        with pytest.raises(NotNow, match="no existe"):
            require_case(case, action, SUPERVISOR, clockwork())
        return
    assert allowed(case, action) == set(people.split())


@pytest.mark.parametrize("action", TURN_TABLE)
@pytest.mark.parametrize("kind", [SERVICE, REQUEST])
def test_a_turn_action_belongs_to_the_people_of_the_domain(action: str, kind: Kind) -> None:
    case = routed(born(kind))
    found = set()
    for name, actor in EVERYBODY.items():
        try:
            require_turn(case, case.turns[1], action, actor)
        except NotAllowed:
            continue
        except NotNow:
            pass
        found.add(name)
    expected = set(TURN_TABLE[action][1].split())
    assert found == (expected if kind is REQUEST else expected - {"liaison"})


@pytest.mark.parametrize("state", list(CaseState))
@pytest.mark.parametrize("action", CASE_TABLE)
def test_outside_its_states_an_action_is_refused_with_the_state_in_the_sentence(
    action: str, state: CaseState
) -> None:
    kind = SERVICE if CASE_TABLE[action][1] is not None else ONLY.get(action, REQUEST)
    actor = SUPERVISOR if kind is SERVICE else LIAISON
    case = in_state(routed(born(kind)), state)
    offered = {o.transition.action for o in offers(case, actor, clockwork()) if not o.turn_number}
    assert (action in offered) == (state in CASE_TABLE[action][0].split())
    if action not in offered:
        with pytest.raises(NotNow, match="El asunto está"):
            require_case(case, action, actor, clockwork())


@pytest.mark.parametrize("state", list(TurnState))
@pytest.mark.parametrize("action", TURN_TABLE)
def test_outside_its_states_a_turn_action_is_refused(action: str, state: TurnState) -> None:
    case = routed(born())
    case.turns[1].state = state.value
    case.state = "review" if state is TurnState.ANSWERED else case.state
    if state in TURN_TABLE[action][0].split():
        require_turn(case, case.turns[1], action, SUPERVISOR)
    else:
        with pytest.raises(NotNow):
            require_turn(case, case.turns[1], action, SUPERVISOR)


@pytest.mark.parametrize("action", TURN_TABLE)
@pytest.mark.parametrize("state", ["clarification", "payment"])
def test_while_the_person_has_the_word_a_turn_is_only_accepted_assigned_or_withdrawn(
    action: str, state: str
) -> None:
    case = in_state(routed(born(REQUEST)), state)
    case.turns[1].state = TURN_TABLE[action][0].split()[0]
    actor = LIAISON if action in ("withdraw", "send_back", "share_reply") else SUPERVISOR
    if action in ("accept", "assign", "withdraw"):
        require_turn(case, case.turns[1], action, actor)
    else:
        with pytest.raises(NotNow, match="descansan"):
            require_turn(case, case.turns[1], action, actor)


@pytest.mark.parametrize("state", ["answered", "closed", "referred", "cancelled"])
@pytest.mark.parametrize("action", TURN_TABLE)
def test_in_a_closed_state_no_turn_act_exists(action: str, state: str) -> None:
    case = in_state(routed(born()), state)
    case.turns[1].state = TURN_TABLE[action][0].split()[0]
    with pytest.raises(NotNow, match="ya no se mueven"):
        require_turn(case, case.turns[1], action, SUPERVISOR)


@pytest.mark.parametrize("action", ["cancel", "refer", "desist", "hand_over", "route"])
def test_a_director_whose_area_has_a_turn_does_not_decide_for_the_desk(action: str) -> None:
    case = routed(born(), ELSEWHERE)
    with pytest.raises(NotAllowed):
        require_case(case, action, DIRECTOR, clockwork())


def test_who_supervises_an_area_at_work_may_do_what_its_head_may() -> None:
    case = routed(born(), ELSEWHERE)
    require_case(case, "request_clarification", DIRECTOR, clockwork())


def test_a_head_whose_turn_ended_is_a_head_of_the_case_no_more() -> None:
    case = turn(routed(born(), UNIT, ELSEWHERE), 1, "return", HEAD, reason="No es nuestro")
    with pytest.raises(NotAllowed):
        require_case(case, "request_clarification", HEAD, clockwork())


def test_the_sender_of_a_turn_may_take_it_back_from_anywhere() -> None:
    case = routed(born(), ELSEWHERE)
    require_turn(case, case.turns[1], "withdraw", SUPERVISOR)
    with pytest.raises(NotAllowed):
        require_turn(case, case.turns[1], "return", SUPERVISOR)


def test_an_auditor_is_offered_nothing() -> None:
    assert offers(routed(born()), AUDITOR, clockwork()) == ()


def test_after_the_third_return_only_the_supervisor_routes() -> None:
    clerk = EVERYBODY["clerk"]
    case = replace(born(), returns=3)
    with pytest.raises(NotNow, match="se ha devuelto 3 veces"):
        require_case(case, "route", clerk, clockwork())
    require_case(case, "route", SUPERVISOR, clockwork())


def test_a_clerk_corrects_until_a_turn_is_accepted() -> None:
    clerk = EVERYBODY["clerk"]
    case = routed(born())
    require_case(case, "correct", clerk, clockwork())
    case = turn(case, 1, "accept", HEAD)
    with pytest.raises(NotNow, match="la corrección la hace la supervisión"):
        require_case(case, "correct", clerk, clockwork())
    require_case(case, "correct", SUPERVISOR, clockwork())


def test_answering_names_the_areas_it_waits_for() -> None:
    case = routed(born(), UNIT, ELSEWHERE)
    with pytest.raises(NotNow) as refusal:
        require_case(case, "answer", SUPERVISOR, clockwork())
    assert refusal.value.params["areas"] == [UNIT, ELSEWHERE]


def test_the_person_is_asked_once() -> None:
    case = act(born(), "request_clarification", SUPERVISOR, text="¿Dónde?", notified_on=TODAY)
    case = act(case, "receive_clarification", SUPERVISOR, text="Ahí", received_on=TODAY)
    with pytest.raises(NotNow, match="una sola vez"):
        require_case(case, "request_clarification", SUPERVISOR, clockwork())


def test_a_case_lapses_from_the_day_after_the_persons_term() -> None:
    case = act(born(), "request_clarification", SUPERVISOR, text="¿Dónde?", notified_on=TODAY)
    last = case.deadlines[3].due_on
    assert last == dt.date(2026, 11, 24)
    with pytest.raises(NotNow, match="24/11/2026"):
        require_case(case, "lapse", SUPERVISOR, clockwork(last))
    require_case(case, "lapse", SUPERVISOR, clockwork(last + dt.timedelta(days=1)))


def test_without_a_term_of_the_person_nothing_lapses() -> None:
    case = act(routed(born(ARCO)), "notify_cost", LIAISON, amount=30, notified_on=TODAY)
    with pytest.raises(NotNow, match="término que haya concluido"):
        require_case(case, "lapse", LIAISON, clockwork(TODAY + dt.timedelta(days=90)))


def test_the_extension_shows_its_last_day_and_is_granted_once() -> None:
    case = routed(born(REQUEST))
    (offer,) = (o for o in offers(case, LIAISON, clockwork()) if o.transition.action == "extend")
    assert (offer.enabled, offer.last_day) == (True, dt.date(2026, 11, 23))
    case = act(case, "extend", LIAISON, reason="Volumen", notified_on=TODAY)
    (offer,) = (o for o in offers(case, LIAISON, clockwork()) if o.transition.action == "extend")
    assert (offer.enabled, offer.reason) == (False, "El plazo ya se amplió; procede una sola vez.")


def test_a_case_under_appeal_window_is_not_closed_by_hand() -> None:
    case = routed(born(REQUEST))
    case = turn(case, 1, "accept", HEAD)
    case = turn(case, 1, "reply", HEAD, text="Va")
    case = act(case, "answer", LIAISON, **complete(case, CASE_BY_ACTION["answer"].needs))
    with pytest.raises(NotNow, match="puede interponer recurso"):
        require_case(case, "close", LIAISON, clockwork())


def test_a_reply_of_an_earlier_round_is_not_sent_back() -> None:
    case = routed(born())
    case = turn(turn(case, 1, "accept", HEAD), 1, "reply", HEAD, text="Listo")
    case = act(case, "answer", SUPERVISOR, **complete(case, CASE_BY_ACTION["answer"].needs))
    case = act(case, "reopen", SUPERVISOR, ground="not_satisfied", reason="Sigue igual")
    case = turn(turn(routed(case), 2, "accept", HEAD), 2, "reply", HEAD, text="Ahora sí")
    with pytest.raises(NotNow, match="antes de reabrir"):
        require_turn(case, case.turns[1], "send_back", SUPERVISOR)


@pytest.mark.parametrize(
    ("actor", "vacant", "behalf"),
    [
        (HEAD, False, None),
        (SUPERVISOR, True, OnBehalf.ABSENCE),
        (SUPERVISOR, False, OnBehalf.INSTRUCTION),
    ],
)
def test_who_signs_for_the_head_is_recorded(
    actor: Any, vacant: bool, behalf: OnBehalf | None
) -> None:
    case = turn(routed(born()), 1, "accept", HEAD)
    change = decide_turn(
        case, 1, "reply", actor, {"text": "Listo"}, clockwork(), at(TODAY), vacant=vacant
    )
    assert change.events[0].on_behalf is behalf


def test_a_supervisor_who_reassigns_acts_in_his_own_right() -> None:
    case = routed(born())
    change = decide_turn(
        case, 1, "reassign", SUPERVISOR, {"area": 2, "reason": "Carga"}, clockwork(), at(TODAY)
    )
    assert change.events[0].on_behalf is None


@pytest.mark.parametrize("action", [row.action for row in CASE if row.needs])
def test_each_need_that_is_missing_is_named(action: str) -> None:
    row = CASE_BY_ACTION[action]
    kind = SERVICE if SERVICE in row.who else ONLY.get(action, REQUEST)
    actor = SUPERVISOR if kind is SERVICE else LIAISON
    case = routed(born(kind))
    if action == "settle":
        case.discrepancy = {"status": "closed"}
    case = in_state(case, sorted(row.sources)[-1])
    if action == "answer":
        case = turn(turn(routed(born(kind)), 1, "accept", HEAD), 1, "reply", HEAD, text="Va")
    if action == "amend":
        case = act(routed(born(kind)), "request_clarification", actor, text="¿?", notified_on=TODAY)
    if action == "make_effective":
        case = granted()
    for name in row.needs:
        data = complete(case, row.needs)
        del data[name]
        with pytest.raises(MissingData) as refusal:
            act(case, action, actor, **data)
        assert refusal.value.field == name


def test_a_stranger_of_another_area_and_a_colleague_of_the_unit_are_told_apart() -> None:
    case = routed(born())
    require_turn(case, case.turns[1], "accept", STAFF)
    with pytest.raises(NotAllowed):
        require_turn(case, case.turns[1], "accept", COLLEAGUE)
