"""What time does to the terms of an appeal."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from caseflow.domain.change import Change
from caseflow.domain.facts import CaseFacts
from caseflow.domain.ticks import pass_time
from caseflow.domain.vocabulary import Step
from tests.domain.appeal_cases import ADMITTED, admitted, ruled, stated, take, term
from tests.domain.case_cases import at, clockwork

#: The term to state of ``admitted``: due on 3 December 2026, soon from 30 November on.
SOON, DUE = dt.date(2026, 11, 30), dt.date(2026, 12, 3)


def tick(case: CaseFacts, today: dt.date, officers: tuple[int, ...] = (15,)) -> Change | None:
    return pass_time(case, clockwork(today), at(today), officers)


def test_the_term_to_state_is_soon_due_three_business_days_before_its_end() -> None:
    assert tick(admitted(), SOON - dt.timedelta(days=1)) is None
    change = tick(admitted(), SOON)
    assert change is not None
    (event,) = change.events
    assert (event.action, event.effective_on) == ("appeal_due_soon", SOON)
    assert event.data == {"appeal": 1, "step": "statements", "due_on": DUE, "days_left": 3}
    (notice,) = change.notices
    assert (notice.user_id, "RR.IP.0123/2026" in notice.body) == (15, True)
    assert tick(replace(change.case, version=2), SOON) is None


def test_a_term_that_passed_is_recorded_once_on_its_last_day_and_is_no_overdue_folio() -> None:
    change = tick(admitted(), dt.date(2026, 12, 10))
    assert change is not None
    assert [(e.action, e.effective_on) for e in change.events] == [
        ("appeal_due_soon", SOON), ("appeal_overdue", DUE),
    ]  # fmt: skip
    assert change.notices == ()
    case = change.case
    assert term(case, Step.STATEMENTS).became_overdue_on == DUE
    governing = case.governing()
    assert governing is not None
    assert governing.became_overdue_on is None
    assert tick(case, dt.date(2026, 12, 20)) is None


def test_the_term_to_comply_is_watched_as_well() -> None:
    change = tick(ruled(), dt.date(2026, 12, 30))
    assert change is not None
    assert [e.data["step"] for e in change.events] == ["comply", "comply"]


def test_what_was_done_in_time_is_never_recorded_as_overdue() -> None:
    assert tick(stated(), dt.date(2027, 1, 10)) is None


def test_an_amended_date_that_passes_again_is_recorded_again() -> None:
    change = tick(admitted(), dt.date(2026, 12, 10))
    assert change is not None
    case = take(change.case, "amend", field="statements_days", value="15", reason="Así lo dice")
    assert term(case, Step.STATEMENTS).overdue_rectified == "Se corrigió un dato del recurso"
    again = tick(case, dt.date(2026, 12, 20))
    assert again is not None
    assert [e.action for e in again.events] == ["appeal_overdue"]
    assert ADMITTED < SOON
