"""Long random walks of a request and its appeals: the governing term is never an appeal's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from caseflow.domain.appeal_acts import decide_appeal
from caseflow.domain.appeals import appeal_offers, deadline_of
from caseflow.domain.case_acts import decide_case
from caseflow.domain.errors import DomainError
from caseflow.domain.facts import CaseFacts, DeadlineFacts
from caseflow.domain.permits import offers
from caseflow.domain.turn_acts import decide_turn
from caseflow.domain.vocabulary import CaseState, DeadlineState, Kind, Sense, Step
from tests.domain.appeal_cases import ANSWERED, answered, silent
from tests.domain.case_cases import EVERYBODY, LIAISON, at, clockwork
from tests.domain.test_case_walks import DULL, ENDING, fill, keeps_its_invariants, tick


def given_to(action: str, today: dt.date, n: int) -> dict[str, Any]:
    """What an act on an appeal is given; some of it cannot be right."""
    sense = list(Sense)[n % 6]
    return {
        "file_number": f"RR.{n}",
        "authority": "Autoridad garante",
        "filed_on": today - dt.timedelta(days=n % 3),
        "notified_on": today,
        "sent_on": today,
        "sense": sense.value,
        "text": "x",
        "reason": "x",
        "own_days": 1 + n % 12,
        "field": ("admitted_on", "statements_days", "ruled_on", "comply_days", "sense")[n % 5],
        "value": (f"{today - dt.timedelta(days=n % 7):%d/%m/%Y}", str(n), sense.value)[n % 3],
        **({"order": "Entregar"} if sense in ("modifies", "revokes", "orders") else {}),
    }


def governing_of(case: CaseFacts) -> list[DeadlineFacts]:
    return [d for d in case.deadlines.values() if d.governing]


def appeals_keep_theirs(case: CaseFacts) -> None:
    """What no act may ever break of an appeal."""
    numbers = [n for a in case.appeals.values() for n in (a.statements, a.comply) if n is not None]
    assert len(numbers) == len(set(numbers)), "two appeals share a term"
    assert not any(case.deadlines[n].governing for n in numbers)
    for appeal in case.appeals.values():
        statements = deadline_of(case, appeal, Step.STATEMENTS)
        comply = deadline_of(case, appeal, Step.COMPLY)
        assert statements is not None
        assert (statements.state == DeadlineState.RUNNING) == (appeal.state == "admitted")
        assert (comply is not None) >= (appeal.state == "complied")
        if comply is not None and appeal.state == "ruled":
            assert comply.state in (DeadlineState.RUNNING, DeadlineState.MET)
    if case.open_appeals():
        assert case.state != CaseState.CANCELLED


@settings(max_examples=200)
@given(
    begins=st.sampled_from([answered, silent, lambda: answered(Kind.PERSONAL_DATA)]),
    steps=st.lists(
        st.tuples(st.integers(0, 999), st.integers(0, 99), st.integers(0, 9)),
        min_size=5,
        max_size=40,
    ),
)
def test_no_act_on_an_appeal_moves_the_governing_term(
    begins: Callable[[], CaseFacts], steps: list[tuple[int, int, int]]
) -> None:
    case, today = begins(), ANSWERED
    for choice, variant, days in steps:
        today += dt.timedelta(days=days)
        case = tick(case, today)
        keeps_its_invariants(case)
        appeals_keep_theirs(case)
        try:
            case = (
                of_an_appeal(case, choice, variant, today)
                if choice % 2
                else of_the_case(case, choice, variant, today)
            )
        except DomainError:
            continue
    keeps_its_invariants(case)
    appeals_keep_theirs(case)


def of_an_appeal(case: CaseFacts, choice: int, variant: int, today: dt.date) -> CaseFacts:
    found = [offer for offer in appeal_offers(case, LIAISON) if offer.enabled]
    if choice % 5:  # second appeals and corrections come seldom, or nothing would go on
        ahead = [o for o in found if o.transition.action not in ("admit", "amend", "annul")]
        found = ahead or found
    if not found:
        return case
    offer = found[choice % len(found)]
    action = offer.transition.action
    data = given_to(action, today, variant)
    if action == "rule" and "order" not in data:
        del data["own_days"]
    before = governing_of(case)
    change = decide_appeal(case, offer.number, action, LIAISON, data, clockwork(today), at(today))
    assert change.events, "a change without an event"
    assert governing_of(change.case) == before
    return replace(change.case, version=case.version + 1)


def of_the_case(case: CaseFacts, choice: int, variant: int, today: dt.date) -> CaseFacts:
    found = {
        (offer.transition.action, offer.turn_number): (actor, offer)
        for actor in EVERYBODY.values()
        for offer in offers(case, actor, clockwork(today))
        if offer.enabled and offer.transition.action not in DULL
    }
    if choice % 3:
        found = {key: pair for key, pair in found.items() if key[0] not in ENDING} or found
    if not found:
        return case
    actor, offer = found[sorted(found, key=str)[choice % len(found)]]
    action, number = offer.transition.action, offer.turn_number
    data = fill(case, action, offer.transition.needs, today, variant)
    clock, now = clockwork(today), at(today)
    change = (
        decide_case(case, action, actor, data, clock, now)
        if number is None
        else decide_turn(case, number, action, actor, data, clock, now)
    )
    return replace(change.case, version=case.version + 1)
