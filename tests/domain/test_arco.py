"""Rights over personal data: the identity, the right made effective, and what keeps a case open."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from caseflow.domain.case_acts import decide_case
from caseflow.domain.errors import InvalidData, MissingData, NotNow
from caseflow.domain.facts import CaseFacts
from caseflow.domain.ticks import pass_time
from caseflow.domain.vocabulary import CaseState, DeadlineState, Kind, Step
from tests.domain.case_cases import (
    LIAISON,
    TODAY,
    act,
    answered,
    at,
    born,
    clockwork,
    granted,
    routed,
)

FILE = {"name": "datos.pdf", "media_type": "application/pdf", "size": 1, "sha256": "0" * 64}
#: Ten business days after TODAY.
LAST = dt.date(2026, 11, 24)


def arco() -> CaseFacts:
    return born(Kind.PERSONAL_DATA)


def identified(**more: Any) -> CaseFacts:
    data = {"identity": "passport", "shown_on": TODAY, **more}
    return act(arco(), "verify_identity", LIAISON, **data)


@pytest.mark.parametrize("outcome", ["granted", "partly_granted"])
def test_a_favourable_answer_starts_the_term_to_make_the_right_effective(outcome: str) -> None:
    running = answered(arco(), outcome=outcome).running(Step.MAKE_EFFECTIVE)
    assert running is not None
    assert (running.due_on, running.governing) == (LAST, False)


@pytest.mark.parametrize("outcome", ["denied", "non_existent", "improper"])
def test_another_answer_starts_none(outcome: str) -> None:
    assert answered(arco(), outcome=outcome).running(Step.MAKE_EFFECTIVE) is None


def test_an_answer_on_paper_starts_it_a_business_day_later() -> None:
    running = answered(arco(), channel="counter").running(Step.MAKE_EFFECTIVE)
    assert running is not None
    assert running.due_on == dt.date(2026, 11, 25)


@pytest.mark.parametrize(("on", "late"), [(LAST, None), (dt.date(2026, 11, 25), True)])
def test_making_the_right_effective_meets_its_term_in_time_or_late(
    on: dt.date, late: bool | None
) -> None:
    case = granted()
    before = case.governing()
    data = {"text": "Se entregó copia", "made_on": on}
    change = decide_case(case, "make_effective", LIAISON, data, clockwork(on), at(on))
    met = [d for d in change.case.deadlines.values() if d.step == Step.MAKE_EFFECTIVE]
    assert [(d.state, d.met_on) for d in met] == [(DeadlineState.MET, on)]
    assert change.case.effective_on == on
    assert change.events[0].data.get("late") is late
    assert change.case.governing() == before, "the governing deadline does not mind"


def test_without_an_identity_no_right_is_made_effective() -> None:
    case = answered(arco())
    with pytest.raises(NotNow, match="acredite su identidad"):
        act(case, "make_effective", LIAISON, text="x", made_on=TODAY)


@pytest.mark.parametrize("action", ["answer", "complete_answer"])
def test_without_an_identity_no_files_go_out_to_the_person(action: str) -> None:
    case = answered(arco()) if action == "complete_answer" else routed(arco())
    case.state = CaseState.REVIEW.value if action == "answer" else case.state
    case.turns.clear()
    data = {"outcome": "granted", "text": "Va", "channel": "platform", "notified_on": TODAY}
    with pytest.raises(MissingData, match="acredite la identidad") as refusal:
        act(case, action, LIAISON, **data, files=[FILE])
    assert refusal.value.field == "files"


def test_a_denial_may_carry_its_resolution() -> None:
    case = answered(arco(), outcome="denied", files=[FILE])
    assert case.state == CaseState.ANSWERED


def test_a_representative_needs_a_power_and_a_power_a_representative() -> None:
    with pytest.raises(MissingData) as no_power:
        identified(representative="Ana Ruiz")
    with pytest.raises(MissingData) as nobody:
        identified(power="letter")
    assert (no_power.value.field, nobody.value.field) == ("power", "representative")


def test_the_name_of_a_representative_stands_with_the_person_and_in_no_event() -> None:
    data = {
        "identity": "passport", "shown_on": TODAY, "representative": "Ana Ruiz", "power": "letter",
    }  # fmt: skip
    change = decide_case(arco(), "verify_identity", LIAISON, data, clockwork(), at(TODAY))
    assert change.case.petitioner is not None
    assert change.case.petitioner.representative == "Ana Ruiz"
    assert "Ana Ruiz" not in str(change.events)


def test_the_identity_is_shown_once() -> None:
    with pytest.raises(NotNow, match="se acreditó el 10/11/2026"):
        act(identified(), "verify_identity", LIAISON, identity="passport", shown_on=TODAY)


@pytest.mark.parametrize("day", [dt.date(2026, 11, 9), dt.date(2026, 11, 10)])
def test_a_right_is_not_made_effective_before_the_answer_nor_the_identity(day: dt.date) -> None:
    later = dt.date(2026, 11, 12)
    case = answered(born(Kind.PERSONAL_DATA, received=dt.date(2026, 11, 9)), dt.date(2026, 11, 10))
    case = act(case, "verify_identity", LIAISON, later, identity="passport", shown_on=later)
    with pytest.raises(InvalidData) as refusal:
        act(case, "make_effective", LIAISON, later, text="x", made_on=day)
    assert refusal.value.field == "made_on"


def test_the_case_stays_open_while_the_right_is_to_be_made_effective() -> None:
    much_later = dt.date(2027, 3, 1)
    case = granted()
    with pytest.raises(NotNow, match="Falta hacer efectivo el derecho, a más tardar el 24/11/2026"):
        act(case, "close", LIAISON, much_later)
    change = pass_time(case, clockwork(much_later), at(much_later))
    assert change is None or change.case.state == CaseState.ANSWERED
    case = act(case, "make_effective", LIAISON, much_later, text="x", made_on=much_later)
    assert act(case, "close", LIAISON, much_later).state == CaseState.CLOSED


def test_a_corrected_right_must_be_one_of_the_five() -> None:
    case = act(arco(), "correct", LIAISON, field="arco_right", value="access", reason="Dice")
    assert case.arco_right == "access"
    for kind, value in ((Kind.PERSONAL_DATA, "other"), (Kind.INFORMATION, "access")):
        with pytest.raises(InvalidData, match="Elija uno de los derechos"):
            act(born(kind), "correct", LIAISON, field="arco_right", value=value, reason="x")


def test_a_case_of_another_kind_keeps_no_right() -> None:
    case = act(identified(), "correct", LIAISON, field="arco_right", value="access", reason="Dice")
    case = act(case, "correct", LIAISON, field="kind", value="information", reason="Era otra")
    assert (case.arco_right, case.identity_on) == (None, None)
