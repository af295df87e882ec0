"""Mistakes in an appeal: amended by an act that says so, or the last act without effect."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from caseflow.domain.appeal_corrections import AMENDABLE, amendable
from caseflow.domain.errors import InvalidData, MissingData, NotNow
from caseflow.domain.facts import CaseFacts
from caseflow.domain.vocabulary import DeadlineState, Step
from tests.domain.appeal_cases import (
    ADMITTED,
    ANSWERED,
    FILED,
    LATER,
    admitted,
    answer,
    appeal_of,
    decide,
    ruled,
    silent,
    stated,
    take,
    term,
)
from tests.domain.case_cases import LIAISON, act, routed


def amended(case: CaseFacts, field: str, value: str) -> Any:
    return decide(case, "amend", field=field, value=value, reason="Error de captura")


def test_a_misdated_admission_moves_the_term_to_state_and_the_event_tells_both() -> None:
    change = amended(admitted(), "admitted_on", "25/11/2026")
    assert term(change.case, Step.STATEMENTS).due_on == dt.date(2026, 12, 4)
    (event,) = change.events
    assert (event.data["before"], event.data["after"]) == (ADMITTED, dt.date(2026, 11, 25))
    assert event.data["moved"] == {
        "statements": {"before": dt.date(2026, 12, 3), "after": dt.date(2026, 12, 4)}
    }


def test_a_misdated_ruling_moves_the_term_to_comply_and_what_the_lists_show() -> None:
    case = amended(ruled(), "ruled_on", "10/12/2026").case
    assert term(case, Step.COMPLY).due_on == case.due_on == dt.date(2026, 12, 24)


def test_misdated_statements_are_late_or_in_time_by_the_right_date() -> None:
    case = amended(stated(), "stated_on", "04/12/2026").case
    assert term(case, Step.STATEMENTS).met_on == dt.date(2026, 12, 4)


def test_the_days_of_a_term_are_amended_and_it_is_counted_again() -> None:
    case = amended(admitted(), "statements_days", "5").case
    assert term(case, Step.STATEMENTS).due_on == dt.date(2026, 12, 1)
    given = ruled(limit_on=dt.date(2026, 12, 30))
    comply = term(amended(given, "comply_days", "5").case, Step.COMPLY)
    assert (comply.given_on, comply.due_on) == (None, dt.date(2026, 12, 16))


def test_a_filing_date_moves_the_day_the_window_was_used() -> None:
    case = amended(admitted(), "filed_on", "19/11/2026").case
    assert term(case, Step.APPEAL).met_on == dt.date(2026, 11, 19)


@pytest.mark.parametrize(
    ("field", "value", "refusal"),
    [
        ("filed_on", "02/11/2026", "el recurso es posterior"),
        ("filed_on", "25/11/2026", "después del 24/11/2026"),
        ("admitted_on", "17/11/2026", "anterior al acto que le precede, del 18/11/2026"),
        ("admitted_on", "02/12/2026", "después del 01/12/2026"),
        ("ruled_on", "30/11/2026", "anterior al acto que le precede, del 01/12/2026"),
        ("ruled_on", "31/12/2026", "después del 18/12/2026"),
        ("ruled_on", "31/02/2026", "dd/mm/aaaa"),
        ("comply_days", "0", "días hábiles"),
        ("comply_days", "muchos", "días hábiles"),
        ("sense", "quizá", "una de las opciones"),
        ("sense", "confirms", "déjela sin efecto"),
        ("sense", "modifies", "ya es el valor"),
        ("file_number", "x" * 301, "máximo"),
        ("color", "azul", "qué dato"),
        ("complied_on", "18/12/2026", "qué dato"),
    ],
)
def test_an_amendment_that_cannot_be_right_is_refused(field: str, value: str, refusal: str) -> None:
    with pytest.raises(InvalidData, match=refusal):
        amended(ruled(), field, value)


def test_an_empty_value_is_asked_for() -> None:
    with pytest.raises(MissingData):
        amended(ruled(), "authority", " ")


def test_a_sense_of_the_same_kind_is_amended_in_place() -> None:
    case = amended(ruled(), "sense", "revokes").case
    assert (appeal_of(case).sense, case.round) == ("revokes", 2)


def test_there_is_to_amend_what_there_is() -> None:
    assert [row.name for row in amendable(appeal_of(admitted()))] == [
        "file_number", "authority", "filed_on", "admitted_on", "grounds", "statements_days",
    ]  # fmt: skip
    done = take(ruled(), "comply", notified_on=LATER, text="x")
    assert len(amendable(appeal_of(done))) == len(AMENDABLE)


# ── The last act without effect ──────────────────────────────────────────────────────────────────


def back(case: CaseFacts) -> CaseFacts:
    return take(case, "annul", reason="Se registró por error")


def same(one: CaseFacts, other: CaseFacts) -> None:
    """Two cases alike but for what only the second went through."""
    assert replace(one, numbers={}, deadlines={}, appeals={}, turns={}) == replace(
        other, numbers={}, deadlines={}, appeals={}, turns={}
    )
    assert one.appeals == other.appeals
    for number, deadline in one.deadlines.items():
        assert deadline == other.deadlines[number]
    later = [d for n, d in other.deadlines.items() if n not in one.deadlines]
    assert all(d.state == DeadlineState.ENDED for d in later)


def test_a_ruling_without_effect_gives_back_the_case_that_it_reopened() -> None:
    before = stated()
    same(before, back(ruled(before)))
    same(admitted(), back(ruled(admitted(), "confirms")))
    same(admitted(), back(ruled(admitted())))


def test_statements_and_ends_without_effect_leave_the_appeal_as_before() -> None:
    same(admitted(), back(stated()))
    decided = ruled(sense="confirms")
    same(decided, back(take(decided, "end")))


def test_an_admission_without_effect_is_kept_and_counts_for_nothing() -> None:
    case = back(admitted())
    appeal = appeal_of(case)
    assert (appeal.state, appeal.ending) == ("ended", "mistake")
    window = term(case, Step.APPEAL)
    assert (window.state, window.met_on) == (DeadlineState.RUNNING, None)
    assert term(case, Step.STATEMENTS).state == DeadlineState.ENDED
    with pytest.raises(NotNow, match="regístrelo de nuevo"):
        back(case)
    assert case.answered_on == ANSWERED
    again = take(case, "admit", number=2, today=LATER,
                 file_number="RR.IP.0123/2026", authority="x", filed_on=FILED,
                 notified_on=ADMITTED, text="x")  # fmt: skip
    assert term(again, Step.APPEAL).met_on == FILED


def test_compliance_without_effect_puts_the_case_back_on_its_desk() -> None:
    before = ruled()
    same(before, back(take(before, "comply", notified_on=LATER, text="x")))


def test_a_ruling_on_which_the_office_acted_is_not_taken_back() -> None:
    with pytest.raises(NotNow, match="ya se trabajó en él"):
        back(routed(ruled(), today=LATER))


def test_a_ruling_that_was_answered_is_not_taken_back() -> None:
    with pytest.raises(NotNow, match="se respondió en cumplimiento"):
        back(answer(ruled(admitted(silent()))))


def test_no_act_opens_an_appeal_of_a_cancelled_case() -> None:
    case = take(ruled(admitted(silent()), "confirms"), "end")
    case = act(case, "cancel", LIAISON, LATER, reason="Se capturó dos veces")
    with pytest.raises(NotNow, match="está cancelado"):
        back(case)


def test_an_annulled_act_is_named_in_its_event() -> None:
    (event,) = decide(stated(), "annul", reason="x").events
    assert (event.action, event.data["act"], event.data["after"]) == (
        "appeal_annul", "state", "admitted",
    )  # fmt: skip
