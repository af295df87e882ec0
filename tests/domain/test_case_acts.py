"""What acts change: one fact per test, then long random walks that must keep the invariants."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from caseflow.domain.case_acts import decide_case
from caseflow.domain.errors import InvalidData, MissingData, NotNow
from caseflow.domain.facts import CaseFacts
from caseflow.domain.folios import Folio
from caseflow.domain.ticks import pass_time
from caseflow.domain.turn_acts import may_also_answer
from caseflow.domain.vocabulary import (
    CaseState,
    DeadlineState,
    Kind,
    Source,
    Step,
    TurnState,
)
from caseflow.domain.workflow import CASE_BY_ACTION
from tests.domain.case_cases import (
    CLERK,
    DESK,
    ELSEWHERE,
    EVERYBODY,
    HEAD,
    LIAISON,
    STAFF,
    SUPERVISOR,
    TODAY,
    TRANSPARENCY_DESK,
    UNIT,
    act,
    at,
    born,
    clockwork,
    complete,
    routed,
    turn,
)


def replied(case: CaseFacts) -> CaseFacts:
    return turn(turn(routed(case), 1, "accept", HEAD), 1, "reply", HEAD, text="Se atendió")


def answered(case: CaseFacts, today: dt.date = TODAY) -> CaseFacts:
    case = replied(case)
    actor = SUPERVISOR if case.kind == Kind.SERVICE else LIAISON
    return act(case, "answer", actor, today, **complete(case, CASE_BY_ACTION["answer"].needs))


def event(case: CaseFacts, action: str, actor: Any, **data: Any) -> Any:
    return decide_case(case, action, actor, data, clockwork(), at(TODAY)).events[0]


def test_an_area_named_twice_gets_one_turn() -> None:
    case = routed(born(), UNIT, UNIT)
    assert [t.area_id for t in case.turns.values()] == [UNIT]


def test_an_area_at_work_gets_no_second_turn() -> None:
    with pytest.raises(NotNow, match="Ya hay un turno abierto"):
        routed(routed(born()), UNIT)


def test_a_reassigned_turn_replaces_its_own_and_not_one_that_came_back() -> None:
    case = routed(born(), UNIT, ELSEWHERE)
    case = turn(case, 2, "return", EVERYBODY["colleague"], reason="No es nuestro")
    case = turn(case, 1, "reassign", SUPERVISOR, area=DESK, reason="Carga")
    assert (case.turns[1].replaced_by, case.turns[2].replaced_by) == (3, None)


def test_a_reply_beside_one_that_came_back_leaves_the_case_on_its_desk() -> None:
    case = routed(born(), UNIT, ELSEWHERE)
    case = turn(case, 2, "return", EVERYBODY["colleague"], reason="No es nuestro")
    case = turn(turn(case, 1, "accept", HEAD), 1, "reply", HEAD, text="Va")
    assert (case.state, case.desk_mark) == (CaseState.RECEIVED, "returned")


def test_only_the_only_turn_of_a_service_answers_the_person_too() -> None:
    one, two = routed(born()), routed(born(), UNIT, ELSEWHERE)
    assert may_also_answer(one, one.turns[1])
    assert not may_also_answer(two, two.turns[1])
    other = turn(two, 2, "withdraw", SUPERVISOR, reason="Error")
    assert may_also_answer(other, other.turns[1])
    request = routed(born(Kind.INFORMATION))
    assert not may_also_answer(request, request.turns[1])


def test_a_second_answered_turn_leaves_the_answer_to_the_desk() -> None:
    case = routed(born(), UNIT, ELSEWHERE)
    case = turn(turn(case, 2, "accept", EVERYBODY["colleague"]), 2, "reply",
                EVERYBODY["colleague"], text="Va")  # fmt: skip
    case = turn(case, 1, "accept", HEAD)
    with pytest.raises(NotNow, match="No es el único turno"):
        turn(case, 1, "reply", HEAD, text="Va", also_answer=True, outcome="attended",
             channel="phone", notified_on=TODAY)  # fmt: skip


def test_refusing_to_also_answer_without_an_outcome_names_the_field() -> None:
    case = turn(routed(born()), 1, "accept", HEAD)
    with pytest.raises(MissingData) as refusal:
        turn(case, 1, "reply", HEAD, text="Va", also_answer=True)
    assert refusal.value.field == "outcome"


@pytest.mark.parametrize("action", ["refer", "desist", "cancel"])
def test_what_ends_a_case_withdraws_its_open_turns_in_the_same_act(action: str) -> None:
    case = routed(born(), UNIT, ELSEWHERE)
    case = act(case, action, SUPERVISOR, **complete(case, CASE_BY_ACTION[action].needs))
    assert {t.state for t in case.turns.values()} == {TurnState.WITHDRAWN}
    assert not any(deadline.live for deadline in case.deadlines.values())


def test_a_service_answered_in_time_has_met_its_commitment_on_the_day_of_the_notice() -> None:
    governing = answered(born()).governing()
    assert governing is not None
    assert (governing.state, governing.met_on) == (DeadlineState.MET, TODAY)


def test_an_outcome_of_another_kind_is_refused() -> None:
    case = replied(born())
    with pytest.raises(InvalidData) as refusal:
        act(case, "answer", SUPERVISOR, outcome="granted", text="x", channel="phone",
            notified_on=TODAY)  # fmt: skip
    assert refusal.value.field == "outcome"


@pytest.mark.parametrize(
    ("source", "kind", "step"),
    [
        (Source.SUAC, Kind.SERVICE, Step.CITIZEN_CONFIRMS),
        (Source.SISAI, Kind.INFORMATION, Step.APPEAL),
        (Source.CESAC, Kind.SERVICE, None),
    ],
)
def test_an_answer_starts_what_its_source_gives_the_person(
    source: Source, kind: Kind, step: Step | None
) -> None:
    case = answered(born(kind, source))
    begun = {Step(d.step) for d in case.deadlines.values() if d.live}
    assert begun == ({step} if step else set())


def test_a_clarification_of_a_service_pauses_and_its_answer_goes_on_where_it_stood() -> None:
    case = born(received=dt.date(2026, 11, 2))
    before = case.due_on
    case = act(case, "request_clarification", SUPERVISOR, text="¿Dónde?", notified_on=TODAY)
    governing = case.governing()
    assert governing is not None
    assert (governing.state, case.due_on) == (DeadlineState.PAUSED, None)
    later = dt.date(2026, 11, 17)
    case = act(case, "receive_clarification", CLERK, later, text="Ahí", received_on=later)
    assert before is not None
    assert case.due_on == clockwork().calendar.add(before, 5)
    assert case.state == CaseState.RECEIVED


def test_a_clarification_of_a_request_starts_the_whole_term_again() -> None:
    case = born(Kind.INFORMATION)
    case = act(case, "request_clarification", LIAISON, text="¿Qué años?", notified_on=TODAY)
    later = dt.date(2026, 11, 17)
    case = act(case, "receive_clarification", LIAISON, later, text="2025", received_on=later)
    assert case.due_on == clockwork().calendar.add(later, 9)


def test_a_clarification_asked_too_late_is_recorded_and_moves_nothing() -> None:
    case = born(Kind.INFORMATION, received=dt.date(2026, 11, 2))
    noted = event(case, "request_clarification", LIAISON, text="¿Qué?", notified_on=TODAY)
    after = act(case, "request_clarification", LIAISON, text="¿Qué?", notified_on=TODAY)
    assert noted.data["late"] is True
    assert (after.state, after.due_on) == (CaseState.CLARIFICATION, case.due_on)


def test_an_answer_of_the_person_before_the_notice_is_refused() -> None:
    case = born(received=dt.date(2026, 11, 2))
    case = act(case, "request_clarification", SUPERVISOR, text="¿Dónde?", notified_on=TODAY)
    with pytest.raises(InvalidData) as refusal:
        act(case, "receive_clarification", CLERK, text="Ahí", received_on=dt.date(2026, 11, 9))
    assert refusal.value.field == "received_on"


def test_targets_move_by_the_days_that_the_case_rested() -> None:
    case = routed(born(received=dt.date(2026, 11, 2)))
    before = case.turns[1].target_on
    case = act(case, "request_clarification", SUPERVISOR, text="¿Dónde?", notified_on=TODAY)
    later = dt.date(2026, 11, 17)
    case = act(case, "receive_clarification", CLERK, later, text="Ahí", received_on=later)
    assert before is not None
    assert case.turns[1].target_on == clockwork().calendar.add(before, 5)
    assert case.state == CaseState.ROUTED


@pytest.mark.parametrize("days", [-1, 1])
def test_dates_of_acts_lie_between_the_reception_and_today(days: int) -> None:
    case = routed(born(Kind.INFORMATION))
    with pytest.raises(InvalidData) as refusal:
        act(case, "extend", LIAISON, reason="x", notified_on=TODAY + dt.timedelta(days=days))
    assert refusal.value.field == "notified_on"


def test_an_extension_notified_after_the_base_term_is_refused() -> None:
    case = routed(born(Kind.INFORMATION))
    late = dt.date(2026, 11, 24)
    with pytest.raises(InvalidData, match="23/11/2026"):
        act(case, "extend", LIAISON, late, reason="x", notified_on=late)


def test_an_extension_is_notified_by_the_platforms_date_while_that_one_rules() -> None:
    case = routed(born(Kind.INFORMATION, given_due_on=dt.date(2026, 11, 26)))
    late = dt.date(2026, 11, 24)
    case = act(case, "extend", LIAISON, late, reason="x", notified_on=late)
    assert case.extended


def test_an_extension_that_was_entered_late_rectifies_a_false_overdue() -> None:
    case = routed(born(Kind.INFORMATION))
    late = dt.date(2026, 11, 26)
    change = pass_time(case, clockwork(late), at(late))
    assert change is not None
    case = act(change.case, "extend", LIAISON, late, reason="x", notified_on=dt.date(2026, 11, 20))
    governing = case.governing()
    assert governing is not None
    assert governing.became_overdue_on == dt.date(2026, 11, 23)
    assert governing.overdue_rectified == "Ampliación del 20/11/2026"


def test_reopening_a_service_starts_a_new_term_and_keeps_the_old_one_as_it_ended() -> None:
    later = dt.date(2026, 11, 20)
    case = answered(born())
    case = act(case, "reopen", SUPERVISOR, later, ground="not_satisfied", reason="Sigue")
    first, *_rest, last = [d for d in case.deadlines.values() if d.governing]
    assert (first.state, first.round) == (DeadlineState.MET, 1)
    assert (last.state, last.round, last.received_on) == (DeadlineState.RUNNING, 2, later)
    assert case.due_on == last.due_on


def test_reopening_a_request_starts_no_term() -> None:
    case = answered(born(Kind.INFORMATION))
    case = act(case, "reopen", LIAISON, ground="not_satisfied", reason="x")
    assert not [d for d in case.deadlines.values() if d.live]
    assert case.due_on is None


def test_a_corrected_filing_date_moves_the_deadline_and_tells_both_counts() -> None:
    case = born(received=TODAY)
    told = event(case, "correct", SUPERVISOR, field="filed_on", value="02/11/2026", reason="Error")
    after = act(case, "correct", SUPERVISOR, field="filed_on", value="02/11/2026", reason="Error")
    assert after.received_on == dt.date(2026, 11, 2)
    assert after.due_on == dt.date(2026, 12, 28)
    assert told.data["count_before"]["due_on"] == case.due_on.isoformat()  # type: ignore[union-attr]
    assert told.data["count_after"]["due_on"] == "2026-12-28"


def test_a_filing_date_after_an_act_of_the_case_is_refused() -> None:
    case = born(received=dt.date(2026, 11, 2))
    case = act(
        case, "request_clarification", SUPERVISOR, text="¿?", notified_on=dt.date(2026, 11, 4)
    )
    with pytest.raises(InvalidData, match="04/11/2026"):
        act(case, "correct", SUPERVISOR, field="filed_on", value="09/11/2026", reason="Error")


def test_a_closed_case_keeps_its_date_and_gets_the_rectified_one_beside_it() -> None:
    case = answered(born())
    before = case.governing()
    after = act(case, "correct", SUPERVISOR, field="filed_on", value="02/11/2026", reason="Error")
    governing = after.governing()
    assert governing is not None
    assert before is not None
    assert governing.due_on == before.due_on
    assert governing.due_on_rectified == dt.date(2026, 12, 28)


def test_a_corrected_folio_leaves_an_alias() -> None:
    folio = Folio(Source.CESAC, "CESAC-2026-000009", "cesac 9", "CESAC-2026-000009")
    change = decide_case(
        born(), "correct", SUPERVISOR,
        {"field": "folio", "value": "9", "reason": "Error", "normal": folio},
        clockwork(), at(TODAY),
    )  # fmt: skip
    assert change.case.ref == "CESAC-2026-000009"
    (alias,) = [row for row in change.rows if row.table == "folio_alias"]
    assert alias.values["ref"] == "CESAC-2026-000001"


def test_another_kind_is_another_law_another_reception_and_another_desk() -> None:
    saturday = dt.date(2026, 11, 7)
    case = born(received=saturday)
    change = decide_case(
        case, "correct", SUPERVISOR,
        {"field": "kind", "value": "information", "reason": "Es de acceso",
         "desk": TRANSPARENCY_DESK},
        clockwork(), at(TODAY),
    )  # fmt: skip
    after = change.case
    assert (after.received_on, after.desk_id) == (dt.date(2026, 11, 9), TRANSPARENCY_DESK)
    assert after.due_on == clockwork().calendar.add(dt.date(2026, 11, 9), 9)
    assert [d.governing for d in after.deadlines.values()].count(True) == 1


def test_the_kind_stays_once_the_case_was_routed() -> None:
    with pytest.raises(NotNow):
        act(routed(born()), "correct", SUPERVISOR, field="kind", value="information", reason="x")


def test_a_correction_to_the_same_value_is_refused() -> None:
    with pytest.raises(InvalidData, match="Ese ya es el valor"):
        act(born(), "correct", CLERK, field="subject", value="Luminaria apagada", reason="x")


def test_a_discrepancy_that_goes_back_reopens_when_the_listing_is_believed() -> None:
    case = replace(answered(born()), discrepancy={"status": "open", "words": "…"})
    after = act(case, "settle", SUPERVISOR, keep="listing", reason="Lo reabrieron allá")
    assert (after.state, after.round, after.discrepancy) == (CaseState.RECEIVED, 2, None)


def test_a_discrepancy_kept_as_ours_changes_nothing_else() -> None:
    case = replace(routed(born()), discrepancy={"status": "closed", "on": "2026-11-09"})
    after = act(case, "settle", SUPERVISOR, keep="ours", reason="Sigue en curso")
    assert (after.state, after.discrepancy) == (CaseState.ROUTED, None)


def test_a_listing_that_is_believed_takes_its_facts_and_its_status() -> None:
    case = replace(
        routed(born()),
        discrepancy={"status": "closed", "on": "2026-11-10", "facts": {"street": "Sur 8"}},
    )
    after = act(case, "settle", SUPERVISOR, keep="listing", reason="Es lo correcto")
    assert (after.state, after.street) == (CaseState.CLOSED, "Sur 8")
    assert {t.state for t in after.turns.values()} == {TurnState.WITHDRAWN}


def test_a_paper_that_an_area_attaches_goes_under_its_turn_and_the_desks_under_none() -> None:
    file = {"name": "a.pdf", "media_type": "application/pdf", "size": 1, "sha256": "0" * 64}
    case = routed(born())
    rows = {}
    for actor in (STAFF, SUPERVISOR):
        change = decide_case(case, "attach", actor, {"files": [file]}, clockwork(), at(TODAY))
        (row,) = [row for row in change.rows if row.table == "attachment"]
        rows[actor.name] = row.values["turn_number"]
    assert rows == {STAFF.name: 1, SUPERVISOR.name: None}


def test_values_of_the_wrong_shape_are_refused_and_not_run_into() -> None:
    case = routed(born())
    for data in ({"areas": "3"}, {"areas": [True]}, {"areas": ["3"]}):
        with pytest.raises(InvalidData):
            act(case, "route", SUPERVISOR, instruction="x", **data)
    with pytest.raises(InvalidData):
        act(case, "refer", SUPERVISOR, authority="x", reason="x", notified_on="2026-11-10")
