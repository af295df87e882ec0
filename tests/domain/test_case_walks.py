"""Long random walks of allowed acts: no case may ever break its invariants."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from caseflow.domain.amends import standing
from caseflow.domain.case_acts import decide_case
from caseflow.domain.deadlines import count_of
from caseflow.domain.errors import DomainError
from caseflow.domain.facts import CaseFacts
from caseflow.domain.permits import offers
from caseflow.domain.settle import state_by_turns
from caseflow.domain.ticks import pass_time
from caseflow.domain.turn_acts import decide_turn
from caseflow.domain.vocabulary import (
    LIVE_STATES,
    CaseState,
    DeadlineState,
    Kind,
    Source,
    Step,
)
from tests.domain.case_cases import (
    DESK,
    ELSEWHERE,
    EVERYBODY,
    TODAY,
    TRANSPARENCY_DESK,
    UNIT,
    at,
    born,
    clockwork,
    complete,
)


def keeps_its_invariants(case: CaseFacts) -> None:
    """What no allowed act may ever break."""
    governing = [d for d in case.deadlines.values() if d.governing]
    rounds = [d.round for d in governing]
    assert len(rounds) == len(set(rounds)), "two governing deadlines in one round"
    if case.kind == Kind.SERVICE:
        assert case.round in rounds, "a service without a term in its round"
    assert sum(d.live for d in governing) <= 1
    open_turns = case.open_turns()
    if case.state in LIVE_STATES:
        if case.state not in (CaseState.CLARIFICATION, CaseState.PAYMENT):
            assert state_by_turns(case.round_turns())[0] == case.state
    else:
        assert not open_turns, "an open turn in a closed state"
        assert not any(d.live and d.governing for d in case.deadlines.values())
    assert all(t.round == case.round for t in open_turns)
    areas = [t.area_id for t in open_turns]
    assert len(areas) == len(set(areas)), "two open turns in one area"
    for t in open_turns:
        assert t.due_on == case.due_on
    if governing and (last := case.governing()) is not None and last.live:
        counted = count_of(clockwork(), last)
        assert (counted.due_on, counted.state) == (last.due_on, last.state)
        told = counted.explain()
        if counted.due_on is not None and last.given_on is None:
            assert told.counted[-1].on == counted.due_on, "the explanation does not add up"
    waiting = case.state in (CaseState.CLARIFICATION, CaseState.PAYMENT)
    for deadline in case.deadlines.values():
        if deadline.step in (Step.PERSON_ANSWERS, Step.PAY) and deadline.live:
            assert waiting, "the person owes something in a case that does not wait"
        if deadline.step == Step.MAKE_EFFECTIVE and deadline.live:
            assert case.state == CaseState.ANSWERED, "closed with a right to be made effective"
        assert (deadline.met_on is not None) == (deadline.state == DeadlineState.MET)


def fill(case: CaseFacts, action: str, needs: tuple[str, ...], today: dt.date, n: int) -> Any:
    data = complete(case, needs, today)
    if "notified_on" in data and n % 4 == 0:  # entered some days after it was notified
        data["notified_on"] = max(today - dt.timedelta(days=n % 7), case.received_on)
    if action == "route":
        data["areas"] = [[UNIT], [ELSEWHERE], [UNIT, ELSEWHERE], [DESK]][n % 4]
    if action == "reassign":
        data["area"] = (DESK, UNIT)[n % 2]
    if action == "hand_over":
        data["area"] = (DESK, TRANSPARENCY_DESK)[n % 2]
    if action == "correct":
        data |= [
            {"field": "street", "value": f"Sur {n}"},
            {"field": "filed_on", "value": f"{today - dt.timedelta(days=n % 5):%d/%m/%Y}"},
        ][n % 2]
    if action in ("link", "unlink"):
        data |= {"other_id": 2, "before": None}
    if action == "amend":
        acts = standing(case)
        chosen = acts[n % len(acts)]
        data["act"] = chosen.key
        if n % 3:
            data["right_on"] = min(chosen.on + dt.timedelta(days=n % 9 - 4), today)
        else:
            data["never"] = True
    if action == "settle":
        data["keep"] = ("ours", "listing")[n % 2]
    if action == "attach":
        data["files"] = [{"name": "a", "media_type": "x", "size": 1, "sha256": "0" * 64}]
    if action == "reopen":
        data["ground"] = ("not_satisfied", "ruling")[n % 2]
    if action == "verify_identity" and n % 2:
        data |= {"representative": "Ana Ruiz", "power": "letter"}
    if action == "reply" and n % 2:
        data |= {"also_answer": True, "outcome": "attended", "channel": "phone",
                 "notified_on": today}  # fmt: skip
    return data


#: Acts that move nothing, and acts that end everything.
DULL = frozenset({"note", "attach", "link", "unlink", "refer_part", "first_answer"})
ENDING = frozenset({"cancel", "refer", "desist", "withdraw", "return", "correct", "reopen"})


def tick(case: CaseFacts, today: dt.date) -> CaseFacts:
    change = pass_time(case, clockwork(today), at(today))
    return case if change is None else replace(change.case, version=case.version + 1)


#: Acts that move the clock of a request, and the one that corrects them.
CLOCK = frozenset(
    {
        "request_clarification", "receive_clarification", "notify_cost", "record_payment",
        "extend", "route", "answer", "already_public", "verify_identity", "make_effective",
        "amend", "refer_part", "complete_answer", "desist",
    }
)  # fmt: skip
Steps = list[tuple[int, int, int]]
STEPS = st.lists(
    st.tuples(st.integers(0, 999), st.integers(0, 99), st.integers(0, 12)), max_size=40
)


@settings(max_examples=150)
@given(
    kind=st.sampled_from([Kind.SERVICE, Kind.INFORMATION, Kind.PERSONAL_DATA]),
    source=st.sampled_from([Source.SUAC, Source.SISAI]),
    steps=STEPS,
)
def test_no_walk_of_allowed_acts_breaks_a_case(kind: Kind, source: Source, steps: Steps) -> None:
    walk(born(kind, source), steps, leave_out=DULL)


@settings(max_examples=150)
@given(kind=st.sampled_from([Kind.INFORMATION, Kind.PERSONAL_DATA]), steps=STEPS)
def test_acts_that_move_the_clock_are_refused_or_leave_a_count_that_adds_up(
    kind: Kind, steps: Steps
) -> None:
    walk(born(kind), steps, only=CLOCK)


def walk(
    case: CaseFacts,
    steps: Steps,
    *,
    leave_out: frozenset[str] = frozenset(),
    only: frozenset[str] = frozenset(),
) -> None:
    """Acts chosen by the numbers, each refused or applied; the invariants hold after each."""
    today = TODAY
    keeps_its_invariants(case)
    for choice, variant, days in steps:
        today += dt.timedelta(days=days)
        case = tick(case, today)
        found = {
            (offer.transition.action, offer.turn_number): (actor, offer)
            for actor in EVERYBODY.values()
            for offer in offers(case, actor, clockwork(today))
            if offer.enabled
            and offer.transition.action not in leave_out
            and (not only or offer.transition.action in only)
        }
        if choice % 6:  # what ends a case comes seldom, or every walk would end at once
            found = {key: pair for key, pair in found.items() if key[0] not in ENDING} or found
        if not found:
            continue
        actor, offer = found[sorted(found, key=str)[choice % len(found)]]
        row = offer.transition
        data = fill(case, row.action, row.needs, today, variant)
        try:
            change = (
                decide_case(case, row.action, actor, data, clockwork(today), at(today))
                if offer.turn_number is None
                else decide_turn(
                    case, offer.turn_number, row.action, actor, data, clockwork(today), at(today)
                )
            )
        except DomainError:
            continue
        assert change.events, "a change without an event"
        case = replace(change.case, version=case.version + 1)
        keeps_its_invariants(case)
