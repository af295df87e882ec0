"""Correcting a mistaken act by an act that says so: dates, states, refusals, and what stays."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from caseflow.domain.amends import standing
from caseflow.domain.case_acts import decide_case
from caseflow.domain.change import Change
from caseflow.domain.errors import InvalidData, MissingData, NotNow
from caseflow.domain.facts import CaseFacts, DeadlineFacts
from caseflow.domain.vocabulary import CaseState, DeadlineState, Kind, Step
from tests.domain.case_cases import (
    CLERK,
    LIAISON,
    SUPERVISOR,
    act,
    answered,
    at,
    born,
    clockwork,
    granted,
    routed,
)

REQUEST, ARCO = Kind.INFORMATION, Kind.PERSONAL_DATA
#: Mondays to Fridays only: received on Monday 2 November 2026, due on Friday the 13th.
RECEIVED = dt.date(2026, 11, 2)
LATER = dt.date(2026, 12, 18)


def nov(day: int) -> dt.date:
    return dt.date(2026, 11, day)


FOURTH, SIXTH, TENTH, SIXTEENTH = nov(4), nov(6), nov(10), nov(16)


def request(kind: Kind = REQUEST) -> CaseFacts:
    return born(kind, received=RECEIVED)


def due(case: CaseFacts) -> DeadlineFacts:
    found = case.governing()
    assert found is not None
    return found


def of(case: CaseFacts, step: Step) -> DeadlineFacts:
    return next(d for d in reversed(case.deadlines.values()) if d.step == step)


def amend(
    case: CaseFacts, kind: str, on: dt.date | None = None, actor: Any = LIAISON, **more: Any
) -> Change:
    """Correct the last act of that kind: its right day, or none where it never happened."""
    key = [one.key for one in standing(case) if one.kind == kind][-1]
    data = {"act": key, "reason": "Se capturó mal", "right_on": on, "never": on is None, **more}
    return decide_case(case, "amend", actor, data, clockwork(LATER), at(LATER))


def extended(on: dt.date = SIXTH) -> CaseFacts:
    case = routed(request(), today=on)
    return act(case, "extend", LIAISON, on, reason="Volumen", notified_on=on)


def asked(on: dt.date = FOURTH, kind: Kind = REQUEST) -> CaseFacts:
    case = routed(request(kind), today=on)
    return act(case, "request_clarification", LIAISON, on, text="¿Qué?", notified_on=on)


def told(case: CaseFacts, on: dt.date = TENTH) -> CaseFacts:
    return act(case, "receive_clarification", LIAISON, on, text="Eso", received_on=on)


def charged(on: dt.date = FOURTH) -> CaseFacts:
    case = routed(request(), today=on)
    return act(case, "notify_cost", LIAISON, on, amount=9, notified_on=on)


def paid(case: CaseFacts, on: dt.date = TENTH) -> CaseFacts:
    return act(case, "record_payment", LIAISON, on, paid_on=on)


# -- extension -------------------------------------------------------------------------------------


def test_an_extension_dated_again_moves_nothing_and_stays_on_record() -> None:
    before = extended()
    after = amend(before, "extend", nov(9)).case
    assert after.due_on == before.due_on
    assert [one["on"] for one in due(after).acts] == ["2026-11-09"]


def test_an_extension_that_never_happened_gives_the_date_and_the_targets_back() -> None:
    before = extended()
    unextended = routed(request(), today=nov(6))
    after = amend(before, "extend").case
    assert (after.due_on, after.extended) == (unextended.due_on, False)
    assert after.turns[1].target_on == unextended.turns[1].target_on
    again = act(after, "extend", LIAISON, nov(12), reason="Ahora sí", notified_on=nov(12))
    assert again.due_on == before.due_on


def test_an_extension_is_not_dated_after_the_term_that_it_extends() -> None:
    with pytest.raises(InvalidData, match="a más tardar el 13/11/2026") as refusal:
        amend(extended(), "extend", nov(16))
    assert refusal.value.field == "right_on"


# -- clarification ---------------------------------------------------------------------------------


def test_a_clarification_that_never_happened_takes_the_case_back_where_its_turns_say() -> None:
    case = asked()
    after = amend(case, "clarify").case
    assert (after.state, after.clarified) == (CaseState.ROUTED, False)
    assert after.due_on == nov(13)
    assert of(after, Step.PERSON_ANSWERS).state == DeadlineState.ENDED
    assert not after.turns[1].waiting


def test_a_clarification_dated_again_moves_the_term_of_the_person() -> None:
    after = amend(asked(), "clarify", nov(5)).case
    assert of(after, Step.PERSON_ANSWERS).due_on == nov(19)
    assert (after.state, after.due_on) == (CaseState.CLARIFICATION, None)


def test_a_clarification_that_was_late_after_all_lets_the_clock_run() -> None:
    after = amend(asked(), "clarify", nov(6)).case
    assert (after.state, after.due_on) == (CaseState.CLARIFICATION, nov(13))


def test_a_late_clarification_that_was_in_time_after_all_interrupts_the_term() -> None:
    case = told(asked(nov(9)), nov(12))
    assert case.due_on == nov(13)
    assert amend(case, "clarify", nov(5)).case.due_on == nov(25)


def test_a_clarification_that_was_answered_is_not_undone_before_its_answer() -> None:
    case = told(asked())
    with pytest.raises(
        NotNow, match=r"desahogo de la prevención del 10/11/2026\): corrija primero"
    ):
        amend(case, "clarify")
    undone = amend(amend(case, "clarified").case, "clarify").case
    assert (undone.state, undone.due_on) == (CaseState.ROUTED, nov(13))


@pytest.mark.parametrize(("on", "due_on"), [(nov(9), nov(20)), (nov(11), nov(24))])
def test_the_answer_of_the_person_dated_again_starts_the_term_then(
    on: dt.date, due_on: dt.date
) -> None:
    before = told(asked())
    after = amend(before, "clarified", on).case
    assert (before.due_on, after.due_on) == (nov(23), due_on)
    assert of(after, Step.PERSON_ANSWERS).met_on == on
    moved = clockwork().calendar.between(nov(23), due_on)
    target = before.turns[1].target_on
    assert target is not None
    assert after.turns[1].target_on == clockwork().calendar.add(target, moved)


def test_an_answer_of_the_person_that_never_came_takes_the_case_back_to_waiting() -> None:
    before = asked()
    after = amend(told(before), "clarified").case
    theirs = of(after, Step.PERSON_ANSWERS)
    assert (after.state, after.due_on) == (CaseState.CLARIFICATION, None)
    assert (theirs.state, theirs.met_on) == (DeadlineState.RUNNING, None)
    assert after.turns[1].target_on == before.turns[1].target_on


@pytest.mark.parametrize(
    ("kind", "on", "sentence"),
    [
        ("clarified", nov(3), "anterior al aviso a la persona, del 04/11/2026"),
        ("clarify", nov(11), "posterior a lo que hizo la persona, el 10/11/2026"),
    ],
)
def test_the_order_of_two_acts_that_belong_together_is_kept(
    kind: str, on: dt.date, sentence: str
) -> None:
    with pytest.raises(InvalidData, match=sentence) as refusal:
        amend(told(asked()), kind, on)
    assert refusal.value.field == "right_on"


def test_a_clarification_of_a_service_is_corrected_by_its_supervisor() -> None:
    case = routed(born(received=RECEIVED), today=RECEIVED)
    case = act(case, "request_clarification", SUPERVISOR, nov(4), text="¿?", notified_on=nov(4))
    case = act(case, "receive_clarification", CLERK, nov(10), text="Ahí", received_on=nov(10))
    after = amend(case, "clarified", nov(9), SUPERVISOR).case
    assert case.due_on is not None
    assert after.due_on == clockwork().calendar.add(case.due_on, -1)


# -- costs -----------------------------------------------------------------------------------------


def test_a_cost_that_never_was_takes_the_case_back_where_its_turns_say() -> None:
    after = amend(charged(), "cost").case
    assert (after.state, after.due_on) == (CaseState.ROUTED, nov(13))
    assert of(after, Step.PAY).state == DeadlineState.ENDED


def test_a_payment_dated_again_lets_the_term_go_on_from_then() -> None:
    before = paid(charged())
    after = amend(before, "paid", nov(9)).case
    assert (before.due_on, after.due_on) == (nov(19), nov(18))
    assert of(after, Step.PAY).met_on == nov(9)


def test_a_payment_that_never_came_takes_the_case_back_to_waiting() -> None:
    after = amend(paid(charged()), "paid").case
    assert (after.state, after.due_on) == (CaseState.PAYMENT, None)
    assert of(after, Step.PAY).state == DeadlineState.RUNNING


# -- the answer ------------------------------------------------------------------------------------


def test_an_answer_dated_again_meets_the_term_and_starts_the_window_then() -> None:
    case = answered(request(), nov(12))
    window = of(case, Step.APPEAL).due_on
    after = amend(case, "answer", nov(16)).case
    assert (due(after).met_on, after.answered_on, after.answered_at) == (nov(16), nov(16), None)
    assert window is not None
    assert of(after, Step.APPEAL).due_on == clockwork().calendar.add(window, 2)
    assert due(after).due_on == nov(13), "its date stands; lateness follows from the day"


def test_an_answer_that_never_went_out_lets_the_term_run_on() -> None:
    case = answered(request(), nov(12))
    after = amend(case, "answer").case
    assert (after.state, after.outcome, after.answered_on) == (CaseState.REVIEW, None, None)
    assert (due(after).state, due(after).met_on) == (DeadlineState.RUNNING, None)
    assert (after.due_on, of(after, Step.APPEAL).state) == (nov(13), DeadlineState.ENDED)


def test_an_answer_of_a_service_that_never_went_out_gives_the_first_answer_back() -> None:
    case = answered(born(received=RECEIVED), nov(12))
    after = amend(case, "answer", actor=SUPERVISOR).case
    assert after.first_answer_on is None
    assert of(after, Step.FIRST_ANSWER).state == DeadlineState.RUNNING
    assert due(after).state == DeadlineState.RUNNING


def test_an_answer_is_not_dated_before_what_came_before_it() -> None:
    case = answered(told(request_with_clarification()), nov(12))
    with pytest.raises(InvalidData, match="desahogo de la prevención del 10/11/2026"):
        amend(case, "answer", nov(9))


def request_with_clarification() -> CaseFacts:
    return act(request(), "request_clarification", LIAISON, nov(4), text="¿?", notified_on=nov(4))


def test_a_closed_case_keeps_its_answer_and_may_have_it_dated_again() -> None:
    case = replace(answered(request(), nov(12)), state=CaseState.CLOSED.value)
    assert due(amend(case, "answer", nov(16)).case).met_on == nov(16)
    with pytest.raises(NotNow, match="reábralo"):
        amend(case, "answer")


def test_an_act_of_an_answered_case_rectifies_its_date_beside_the_old_one() -> None:
    case = act(request(), "extend", LIAISON, nov(6), reason="x", notified_on=nov(6))
    case = answered(case, nov(20))
    change = amend(case, "extend")
    assert (due(change.case).due_on, due(change.case).due_on_rectified) == (nov(24), nov(13))
    assert change.events[0].data["due_after"] == nov(13)
    assert change.case.state == CaseState.ANSWERED


def test_what_the_answer_depends_on_is_not_undone_before_the_answer() -> None:
    case = answered(told(request_with_clarification()), nov(12))
    with pytest.raises(NotNow, match="corríjala primero"):
        amend(case, "clarified")


# -- rights over personal data ---------------------------------------------------------------------


def effective(on: dt.date = SIXTEENTH) -> CaseFacts:
    case = granted(nov(12), RECEIVED)
    return act(case, "make_effective", LIAISON, on, text="Se entregó", made_on=on)


def test_a_right_made_effective_is_dated_again_or_owed_again() -> None:
    assert of(amend(effective(), "effective", nov(17)).case, Step.MAKE_EFFECTIVE).met_on == nov(17)
    undone = amend(effective(), "effective").case
    assert of(undone, Step.MAKE_EFFECTIVE).state == DeadlineState.RUNNING
    assert undone.effective_on is None


def test_what_the_effective_right_depends_on_is_not_undone_before_it() -> None:
    for kind in ("answer", "identity"):
        with pytest.raises(NotNow, match="corríjalo primero"):
            amend(effective(), kind)
    with pytest.raises(InvalidData, match="El derecho se hizo efectivo"):
        amend(effective(), "answer", nov(17))


def test_an_identity_that_was_not_shown_is_gone_with_its_representative() -> None:
    case = act(request(ARCO), "verify_identity", LIAISON, nov(4), identity="passport",
               shown_on=nov(4), representative="Ana Ruiz", power="letter")  # fmt: skip
    after = amend(case, "identity").case
    assert (after.identity, after.identity_on, after.power) == (None, None, None)
    assert after.petitioner is not None
    assert after.petitioner.representative is None


# -- the act itself --------------------------------------------------------------------------------


def test_the_event_keeps_the_count_before_and_after_and_the_reason() -> None:
    data = amend(told(asked()), "clarified", nov(9)).events[0].data
    assert (data["act"], data["before"], data["after"]) == ("clarified", nov(10), nov(9))
    assert (data["due_before"], data["due_after"]) == (nov(23), nov(20))
    assert data["reason"] == "Se capturó mal"
    assert data["count_before"]["due_on"] == "2026-11-23"
    assert data["count_after"]["due_on"] == "2026-11-20"


def test_what_turns_out_not_to_have_been_overdue_names_the_correction() -> None:
    case = told(asked(nov(9)), nov(12))
    number = due(case).number
    case.deadlines[number] = replace(due(case), became_overdue_on=nov(13))
    after = amend(case, "clarify", nov(5)).case
    assert due(after).became_overdue_on == nov(13), "the record stays"
    assert due(after).overdue_rectified == "Se corrigió: prevención del 09/11/2026"


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({"never": False, "right_on": None}, "right_on", "Escriba la fecha correcta"),
        ({"never": True, "right_on": nov(9)}, "right_on", "deje vacía"),
        ({"never": False, "right_on": nov(6)}, "right_on", "Esa ya es la fecha"),
        ({"act": "9", "right_on": nov(9)}, "act", "Elija uno de los actos"),
        ({"never": False, "right_on": dt.date(2026, 10, 1)}, "right_on", "anterior a la recepción"),
    ],
)
def test_a_correction_that_says_nothing_clear_is_refused_beside_its_field(
    data: dict[str, Any], field: str, sentence: str
) -> None:
    given = {"act": "0", "reason": "x", "never": False, **data}
    with pytest.raises(MissingData, match=sentence) as refusal:
        decide_case(extended(), "amend", LIAISON, given, clockwork(LATER), at(LATER))
    assert refusal.value.field == field


def test_where_no_act_moved_the_clock_there_is_nothing_to_correct() -> None:
    with pytest.raises(NotNow, match="No hay actos registrados"):
        decide_case(request(), "amend", LIAISON, {"act": "0", "reason": "x"}, clockwork(LATER),
                    at(LATER))  # fmt: skip


def test_acts_of_a_case_that_lapsed_are_not_counted_again() -> None:
    case = act(asked(), "lapse", LIAISON, LATER)
    with pytest.raises(NotNow, match="ya no hay cómputo que corregir"):
        amend(case, "clarify", nov(5))
