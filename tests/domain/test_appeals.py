"""Appeals: domain §4 typed again by hand and compared with the table, then one fact per test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from caseflow.domain.appeals import (
    APPEAL,
    OBLIGING,
    appeal_offers,
    obliges,
    silence_window,
)
from caseflow.domain.change import Draft
from caseflow.domain.corrections import forward
from caseflow.domain.errors import InvalidData, MissingData, NotAllowed, NotNow
from caseflow.domain.facts import CaseFacts
from caseflow.domain.ticks import pass_time
from caseflow.domain.vocabulary import AppealState, CaseState, DeadlineState, Kind, Sense, Step
from tests.domain.appeal_cases import (
    ADMISSION,
    ADMITTED,
    ANSWERED,
    FILED,
    LATER,
    RECEIVED,
    RULED,
    admitted,
    answer,
    answered,
    appeal_of,
    decide,
    ruled,
    silent,
    stated,
    take,
    term,
    with_days_off,
)
from tests.domain.case_cases import EVERYBODY, HEAD, LIAISON, act, at, born, clockwork, routed, turn

#: action → states, target, needs.
TABLE: Mapping[str, tuple[str, str | None, str]] = {
    "admit": ("", "admitted", "file_number authority filed_on notified_on text"),
    "state": ("admitted", "stated", "sent_on text"),
    "rule": ("admitted stated", "ruled", "notified_on sense text"),
    "comply": ("ruled", "complied", "notified_on text"),
    "end": ("ruled", "ended", ""),
    "amend": ("admitted stated ruled complied ended", None, "field value reason"),
    "annul": ("admitted stated ruled complied ended", "before", "reason"),
}
OTHERS = [name for name in EVERYBODY if name != "liaison"]


def in_state(state: str) -> CaseFacts:
    return {
        "admitted": admitted,
        "stated": stated,
        "ruled": ruled,
        "complied": lambda: take(ruled(), "comply", notified_on=LATER, text="Hecho"),
        "ended": lambda: take(ruled(sense="confirms"), "end"),
    }[state]()


GIVEN: Mapping[str, dict[str, Any]] = {
    "admit": ADMISSION,
    "state": {"sent_on": LATER, "text": "x"},
    "rule": {"notified_on": LATER, "sense": "confirms", "text": "x"},
    "comply": {"notified_on": LATER, "text": "x"},
    "end": {},
    "amend": {"field": "file_number", "value": "RR.2", "reason": "x"},
    "annul": {"reason": "x"},
}


def test_the_table_is_that_of_the_design() -> None:
    assert {
        row.action: (" ".join(s for s in AppealState if s in row.sources), row.target,
                     " ".join(row.needs))
        for row in APPEAL
    } == TABLE  # fmt: skip
    assert {kind for row in APPEAL for kind in row.who} == {Kind.INFORMATION, Kind.PERSONAL_DATA}
    assert {who for row in APPEAL for people in row.who.values() for who in people} == {
        "transparency"
    }


@pytest.mark.parametrize("action", [a for a in TABLE if a != "admit"])
@pytest.mark.parametrize("state", list(AppealState))
def test_an_act_exists_in_its_states_and_in_no_other(action: str, state: str) -> None:
    case = in_state(state)
    sense_fits = action != "comply" and not (action == "end" and state == "ruled")
    if action == "end" and state == "ruled":
        case = ruled(sense="confirms")
    if action == "comply" and state == "ruled":
        sense_fits = True
    if state in TABLE[action][0].split() and (sense_fits or action == "end"):
        after = decide(case, action, **GIVEN[action])
        target = TABLE[action][1]
        assert after.events[0].action == f"appeal_{action}"
        if target not in (None, "before"):
            assert appeal_of(after.case).state == target
    else:
        with pytest.raises(NotNow, match="en ese estado no procede"):
            decide(case, action, **GIVEN[action])


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("action", list(TABLE))
def test_nobody_but_transparency_acts_on_an_appeal(action: str, name: str) -> None:
    case = answered() if action == "admit" else admitted()
    with pytest.raises(NotAllowed):
        decide(case, action, EVERYBODY[name], **GIVEN[action])
    assert appeal_offers(case, EVERYBODY[name]) == ()


@pytest.mark.parametrize("action", [a for a, row in TABLE.items() if row[2]])
def test_what_an_act_needs_is_asked_for_one_by_one(action: str) -> None:
    case = {"admit": answered, "comply": ruled}.get(action, admitted)()
    for need in TABLE[action][2].split():
        data = {name: value for name, value in GIVEN[action].items() if name != need}
        with pytest.raises(MissingData) as refusal:
            decide(case, action, **data)
        assert refusal.value.field == need


def test_the_buttons_follow_the_state() -> None:
    def enabled(case: CaseFacts) -> list[str]:
        return [o.transition.action for o in appeal_offers(case, LIAISON) if o.enabled]

    assert enabled(answered()) == ["admit"]
    assert enabled(admitted()) == ["state", "rule", "amend", "annul", "admit"]
    assert enabled(stated()) == ["rule", "amend", "annul", "admit"]
    assert enabled(ruled()) == ["comply", "amend", "annul", "admit"]
    assert enabled(ruled(sense="dismisses")) == ["end", "amend", "annul", "admit"]
    (state,) = [o for o in appeal_offers(admitted(), LIAISON) if o.transition.action == "state"]
    assert state.last_day == dt.date(2026, 12, 3)


@pytest.mark.parametrize("state", [s for s in CaseState if s != CaseState.CANCELLED])
def test_an_appeal_begins_in_any_state_of_its_case_but_cancelled(state: CaseState) -> None:
    case = born(Kind.INFORMATION, received=RECEIVED)
    case.state = state.value
    assert appeal_of(admitted(case)).state == AppealState.ADMITTED


def test_a_cancelled_case_admits_no_appeal() -> None:
    case = act(born(Kind.INFORMATION, received=RECEIVED), "cancel", LIAISON, reason="Prueba")
    with pytest.raises(NotNow, match="cancelado"):
        admitted(case)
    assert appeal_offers(case, LIAISON) == ()


def test_a_service_has_no_appeals() -> None:
    with pytest.raises(NotNow, match="no existe para este asunto"):
        admitted(born())


# ── Dates ────────────────────────────────────────────────────────────────────────────────────────

NOVEMBER_16 = dt.date(2026, 11, 16)
CHRISTMAS = dt.date(2026, 12, 25)
BREAK = tuple(dt.date(2026, 12, 21) + dt.timedelta(days=n) for n in range(12))


@pytest.mark.parametrize(
    ("notified", "closed", "due"),
    [
        (dt.date(2026, 11, 24), (), dt.date(2026, 12, 3)),
        (dt.date(2026, 11, 20), (), dt.date(2026, 12, 1)),
        # notified on a Saturday: counted from the Monday
        (dt.date(2026, 11, 21), (), dt.date(2026, 12, 1)),
        (dt.date(2026, 11, 24), (dt.date(2026, 12, 1),), dt.date(2026, 12, 4)),
        # over the end of the year
        (dt.date(2026, 12, 17), (), dt.date(2026, 12, 28)),
        (dt.date(2026, 12, 17), BREAK, dt.date(2027, 1, 11)),
    ],
)
def test_the_office_has_seven_business_days_to_state(
    notified: dt.date, closed: tuple[dt.date, ...], due: dt.date
) -> None:
    today = max(LATER, notified)
    case = admitted(notified_on=notified, today=today, clock=with_days_off(*closed, today=today))
    assert term(case, Step.STATEMENTS).due_on == due


@pytest.mark.parametrize(
    ("notified", "closed", "due"),
    [
        (dt.date(2026, 12, 9), (), dt.date(2026, 12, 23)),
        (dt.date(2026, 12, 11), (), dt.date(2026, 12, 25)),
        (dt.date(2026, 12, 11), (CHRISTMAS,), dt.date(2026, 12, 28)),
        (dt.date(2026, 12, 18), BREAK, dt.date(2027, 1, 15)),
    ],
)
def test_a_ruling_gives_ten_business_days_from_its_notice(
    notified: dt.date, closed: tuple[dt.date, ...], due: dt.date
) -> None:
    entered = dt.date(2026, 12, 18)
    clock = with_days_off(*closed, today=entered)
    case = ruled(notified_on=notified, clock=clock, today=entered)
    comply = term(case, Step.COMPLY)
    assert (comply.received_on, comply.due_on) == (notified, due)
    assert (comply.governing, comply.basis) == (False, "legal")


def test_the_days_that_the_ruling_gives_win_over_those_of_the_law() -> None:
    comply = term(ruled(own_days=3), Step.COMPLY)
    assert (comply.days, comply.due_on) == (3, dt.date(2026, 12, 14))


def test_a_date_that_the_ruling_gives_wins_and_is_kept_as_given() -> None:
    comply = term(ruled(limit_on=dt.date(2026, 12, 15), own_days=3), Step.COMPLY)
    assert (comply.given_on, comply.due_on) == (dt.date(2026, 12, 15), dt.date(2026, 12, 15))
    assert comply.base_due_on == dt.date(2026, 12, 14)


def test_a_limit_before_its_notice_is_refused() -> None:
    with pytest.raises(InvalidData, match="después de la notificación"):
        ruled(limit_on=RULED)


def test_where_the_law_has_no_term_the_authority_says_how_long_it_is() -> None:
    case = answered(Kind.PERSONAL_DATA)
    with pytest.raises(MissingData, match="no dice cuántos días") as refusal:
        admitted(case)
    assert refusal.value.field == "own_days"
    assert term(admitted(case, own_days=7), Step.STATEMENTS).due_on == dt.date(2026, 12, 3)
    by_date = term(admitted(case, limit_on=dt.date(2026, 12, 1)), Step.STATEMENTS)
    assert (by_date.due_on, by_date.days) == (dt.date(2026, 12, 1), 5)


# ── Admission ────────────────────────────────────────────────────────────────────────────────────


def test_the_admission_uses_the_window_of_the_person() -> None:
    case = admitted()
    window = term(case, Step.APPEAL)
    assert (window.state, window.met_on) == (DeadlineState.MET, FILED)
    assert appeal_of(case).window == window.number


def test_an_appeal_filed_after_the_window_is_recorded_and_said_to_be() -> None:
    late = dt.date(2026, 12, 2)
    change = decide(answered(), "admit", **{**ADMISSION, "filed_on": late, "notified_on": LATER})
    assert change.events[0].data["untimely"] == "late"
    assert "untimely" not in decide(answered(), "admit", **ADMISSION).events[0].data


def test_an_appeal_against_a_silence_that_is_none_yet_is_said_to_be_early() -> None:
    case = born(Kind.INFORMATION, received=RECEIVED)
    early = {"filed_on": dt.date(2026, 11, 10), "notified_on": dt.date(2026, 11, 11)}
    change = decide(case, "admit", today=dt.date(2026, 11, 12), **{**ADMISSION, **early})
    assert change.events[0].data["untimely"] == "early"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"filed_on": RECEIVED}, "filed_on"),
        ({"filed_on": LATER}, "notified_on"),
        ({"notified_on": LATER + dt.timedelta(days=1)}, "notified_on"),
        ({"own_days": 0}, "own_days"),
        ({"own_days": 900}, "own_days"),
    ],
)
def test_impossible_admissions_are_refused_beside_their_field(
    change: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidData) as refusal:
        decide(answered(), "admit", **{**ADMISSION, **change})
    assert refusal.value.field == field


def test_the_same_appeal_is_not_registered_twice_but_another_is() -> None:
    case = admitted()
    with pytest.raises(InvalidData, match="ya está registrado"):
        decide(case, "admit", number=2, **ADMISSION)
    with pytest.raises(NotNow, match="ya está registrado"):
        decide(case, "admit", number=1, **{**ADMISSION, "file_number": "RR.2"})
    second = take(case, "admit", number=2, **{**ADMISSION, "file_number": "RR.2"})
    assert sorted(second.appeals) == [1, 2]


def test_silence_can_be_appealed_from_the_day_after_the_term() -> None:
    case = born(Kind.INFORMATION, received=RECEIVED)
    due = dt.date(2026, 11, 13)
    assert case.due_on == due
    assert silence_window(case, clockwork(due)) is None
    window = (dt.date(2026, 11, 14), dt.date(2026, 12, 4))
    assert silence_window(case, clockwork(LATER)) == window
    assert silence_window(answered(), clockwork(LATER)) is None


def test_an_appeal_against_silence_leaves_the_case_owed_its_answer() -> None:
    case = ruled(admitted(silent()), "orders")
    governing = case.governing()
    assert governing is not None
    assert (case.state, case.round, governing.state) == ("review", 1, "running")
    assert case.due_on == governing.due_on  # not the date of the ruling
    case = answer(case)
    assert [term(case, step).met_on for step in (Step.ANSWER, Step.COMPLY)] == [LATER, LATER]
    assert appeal_of(take(case, "comply", notified_on=LATER, text="Informe")).state == "complied"


# ── Statements, ruling, compliance ───────────────────────────────────────────────────────────────


def test_statements_in_time_meet_their_term() -> None:
    change = decide(admitted(), "state", sent_on=dt.date(2026, 12, 3), text="x")
    assert "late" not in change.events[0].data
    statements = term(change.case, Step.STATEMENTS)
    assert (statements.state, statements.met_on) == (DeadlineState.MET, dt.date(2026, 12, 3))


def test_late_statements_are_recorded_as_late() -> None:
    change = decide(admitted(), "state", sent_on=dt.date(2026, 12, 4), text="x")
    assert change.events[0].data["late"] is True
    assert term(change.case, Step.STATEMENTS).met_on == dt.date(2026, 12, 4)


def test_no_act_comes_before_the_one_it_follows() -> None:
    before = ADMITTED - dt.timedelta(days=1)
    with pytest.raises(InvalidData, match="anterior al acto que le precede"):
        decide(admitted(), "state", sent_on=before, text="x")
    with pytest.raises(InvalidData, match="anterior al acto que le precede"):
        ruled(notified_on=dt.date(2026, 11, 30))
    with pytest.raises(InvalidData, match="anterior al acto que le precede"):
        decide(ruled(), "comply", notified_on=dt.date(2026, 12, 8), text="x")


def test_a_ruling_without_statements_ends_their_term() -> None:
    case = ruled(admitted(), "dismisses")
    assert term(case, Step.STATEMENTS).state == DeadlineState.ENDED


@pytest.mark.parametrize("sense", list(Sense))
def test_a_ruling_that_obliges_reopens_the_case_and_one_that_does_not_leaves_it(
    sense: Sense,
) -> None:
    case = ruled(sense=sense.value)
    assert obliges(appeal_of(case)) == (sense in OBLIGING)
    if sense in OBLIGING:
        assert (case.state, case.round) == (CaseState.RECEIVED, 2)
        assert case.due_on == term(case, Step.COMPLY).due_on
    else:
        assert (case.state, case.round) == (CaseState.ANSWERED, 1)
        assert not [d for d in case.deadlines.values() if d.step == Step.COMPLY]


def test_the_events_of_a_ruling_say_that_it_reopened_and_from_when() -> None:
    change = decide(stated(), "rule", sense="revokes", notified_on=RULED, text="x", order="Buscar")
    assert [e.action for e in change.events] == ["appeal_rule", "reopen"]
    assert {e.effective_on for e in change.events} == {RULED}
    assert change.events[0].data["due_on"] == dt.date(2026, 12, 23)
    assert change.events[1].data == {"ground": "ruling", "reason": "Buscar", "appeal": 1}


def test_what_a_ruling_orders_is_needed_where_it_obliges_and_refused_where_it_does_not() -> None:
    with pytest.raises(MissingData) as missing:
        decide(stated(), "rule", sense="orders", notified_on=RULED, text="x")
    assert missing.value.field == "order"
    for name, value in (("order", "Buscar"), ("own_days", 3), ("limit_on", LATER)):
        with pytest.raises(InvalidData, match="no deja nada por hacer") as refused:
            ruled(sense="confirms", **{name: value})
        assert refused.value.field == name


def test_a_new_answer_meets_the_term_to_comply_and_then_the_appeal_is_complied() -> None:
    case = routed(ruled(), today=LATER)
    case = turn(turn(case, 2, "accept", HEAD, LATER), 2, "reply", HEAD, LATER, text="Anexos")
    case = answer(case)
    assert (term(case, Step.COMPLY).met_on, case.state) == (LATER, CaseState.ANSWERED)
    assert appeal_of(case).state == AppealState.RULED
    with pytest.raises(NotNow, match=r"RR.IP.0123/2026 sigue abierto"):
        act(case, "close", LIAISON, dt.date(2027, 3, 1))
    change = decide(case, "comply", notified_on=LATER, text="Informe", today=LATER)
    assert change.case.state == CaseState.ANSWERED
    assert change.events[0].data["closed"] is False


def test_an_order_only_to_do_something_is_met_by_doing_it_and_closes_the_case() -> None:
    case = routed(ruled(sense="orders"), today=LATER)
    after = take(case, "comply", notified_on=LATER, text="Se publicó")
    assert (after.state, after.ending, after.closed_on) == (CaseState.CLOSED, "complied", LATER)
    assert term(after, Step.COMPLY).met_on == LATER
    assert not after.open_turns()


def test_late_compliance_is_recorded_as_late() -> None:
    late = dt.date(2026, 12, 24)
    change = decide(ruled(), "comply", today=late, notified_on=late, text="x")
    assert change.events[0].data["late"] is True


def test_an_order_is_not_ended_and_a_confirmation_is_not_complied() -> None:
    with pytest.raises(NotNow, match="termina cuando se cumple"):
        decide(ruled(), "end")
    with pytest.raises(NotNow, match="no ordena nada"):
        decide(ruled(sense="confirms"), "comply", notified_on=LATER, text="x")


def test_while_another_appeal_is_open_compliance_does_not_close_the_case() -> None:
    case = take(stated(), "admit", number=2, **{**ADMISSION, "file_number": "RR.2"})
    case = ruled(case)
    assert case.live
    case = take(case, "comply", notified_on=LATER, text="x")
    assert case.live
    assert [a.number for a in case.open_appeals()] == [2]


# ── The case beside it ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("action", ["close", "cancel"])
def test_a_case_is_neither_closed_nor_cancelled_while_an_appeal_is_open(action: str) -> None:
    live = admitted(born(Kind.INFORMATION, received=RECEIVED))
    case = admitted() if action == "close" else live
    with pytest.raises(NotNow, match=r"El recurso RR.IP.0123/2026 sigue abierto"):
        act(case, action, LIAISON, dt.date(2027, 6, 1), reason="x")


def test_time_alone_does_not_close_a_case_under_appeal() -> None:
    much_later = dt.date(2027, 6, 1)
    unappealed = pass_time(answered(), clockwork(much_later), at(much_later))
    assert unappealed is not None
    assert unappealed.case.state == CaseState.CLOSED
    # an answer given while silence was under appeal: its window passes, the case stays
    case = answer(admitted(silent()))
    passed = pass_time(case, clockwork(much_later), at(much_later))
    assert (passed.case if passed else case).state == CaseState.ANSWERED


def test_a_listing_that_closes_a_case_leaves_it_answered_while_an_appeal_is_open() -> None:
    draft = Draft(admitted(), LIAISON, at(LATER))
    forward(draft, "closed", LATER, None, clockwork(LATER))
    assert draft.case.state == CaseState.ANSWERED


def test_an_ended_appeal_lets_the_case_be_closed_by_a_person() -> None:
    case = take(ruled(sense="confirms"), "end")
    assert act(case, "close", LIAISON, LATER).state == CaseState.CLOSED
    assert pass_time(case, clockwork(LATER), at(LATER)) is None


def test_a_desisted_request_leaves_the_terms_of_its_appeal_running() -> None:
    case = admitted(born(Kind.INFORMATION, received=RECEIVED))
    case = act(case, "desist", LIAISON, LATER, text="x", received_on=LATER)
    assert term(case, Step.STATEMENTS).live
    assert take(case, "state", sent_on=LATER, text="x").state == CaseState.CLOSED


def test_a_ruling_reopens_by_the_appeal_and_not_by_itself() -> None:
    with pytest.raises(InvalidData, match="se registra en su recurso") as refusal:
        act(answered(), "reopen", LIAISON, LATER, ground="ruling", reason="x")
    assert refusal.value.field == "ground"


def test_the_answer_and_its_term_stay_as_they_were() -> None:
    case = ruled()
    governing = case.governing()
    assert governing is not None
    assert (governing.round, governing.state, governing.met_on) == (1, DeadlineState.MET, ANSWERED)
