"""Until when each act can be done and which dates follow, by the law pack, for both matters.

The calendar has a closed Monday (16 November 2026) and a suspension of terms (the 18th and 19th);
the dates of the tables were counted by hand.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from caseflow.domain.births import Birth, decide_birth
from caseflow.domain.calendar import Calendar, Reason, Suspension
from caseflow.domain.case_acts import decide_case
from caseflow.domain.change import Event
from caseflow.domain.clock import notice_takes_effect
from caseflow.domain.deadlines import Clockwork, count_of
from caseflow.domain.errors import InvalidData, MissingData, NotNow
from caseflow.domain.facts import CaseFacts
from caseflow.domain.instants import utc
from caseflow.domain.limits import last_day
from caseflow.domain.permits import offers
from caseflow.domain.vocabulary import CaseState, DeadlineState, Kind, Source, Step
from tests.domain.case_cases import CLERK, LIAISON, TRANSPARENCY_DESK, at, law

REQUEST, ARCO = Kind.INFORMATION, Kind.PERSONAL_DATA
CLOSED = {dt.date(2026, 11, 16): Reason("Revolución mexicana", "LFT art. 74", "R")}
PAUSE = Reason("Suspensión de plazos", "Acuerdo del Comité", "T")
CALENDAR = Calendar(
    "alcaldia-iztacalco",
    CLOSED,
    frozenset(range(2020, 2040)),
    tuple(
        Suspension(kind.value, dt.date(2026, 11, 18), dt.date(2026, 11, 19), PAUSE)
        for kind in (REQUEST, ARCO)
    ),
)


def nov(day: int) -> dt.date:
    return dt.date(2026, 11, day)


def dec(day: int) -> dt.date:
    return dt.date(2026, 12, day)


def clock(today: dt.date) -> Clockwork:
    return Clockwork(CALENDAR, law(), today)


def filed(kind: Kind, moment: dt.datetime | dt.date) -> CaseFacts:
    """A request of the platform, filed at this local moment."""
    day = moment.date() if isinstance(moment, dt.datetime) else moment
    whole = moment if isinstance(moment, dt.datetime) else dt.datetime.combine(day, dt.time())
    birth = Birth(
        ref="SISAI-092074526000418",
        source=Source.SISAI.value,
        folio="092074526000418",
        folio_received="092074526000418",
        kind=kind.value,
        desk_id=TRANSPARENCY_DESK,
        subject="Recorridos vecinales",
        channel="platform",
        filed_at=utc(whole),
        filed_has_hour=isinstance(moment, dt.datetime),
        filed_local=moment,
    )
    case = decide_birth(birth, "captured", CLERK, {}, clock(dec(31)), at(day)).case
    case.id = 1
    return case


def request(kind: Kind = REQUEST) -> CaseFacts:
    """Filed in time on Monday 9 November 2026."""
    return filed(kind, dt.datetime(2026, 11, 9, 10, 0))


def act(case: CaseFacts, action: str, today: dt.date, **data: Any) -> CaseFacts:
    return decide_case(case, action, LIAISON, data, clock(today), at(today)).case


def event(case: CaseFacts, action: str, today: dt.date, **data: Any) -> Event:
    return decide_case(case, action, LIAISON, data, clock(today), at(today)).events[0]


def governing(case: CaseFacts) -> Any:
    found = case.governing()
    assert found is not None
    return found


def running(case: CaseFacts, step: Step) -> Any:
    found = case.running(step)
    assert found is not None
    return found


def public(day: dt.date, **more: Any) -> dict[str, Any]:
    return {"text": "Ya es pública.", "where": "https://transparencia.example", "how": "Artículo "
            "121, fracción XII.", "channel": "platform", "notified_on": day, **more}  # fmt: skip


def reviewed(case: CaseFacts) -> CaseFacts:
    case.state = CaseState.REVIEW.value
    return case


def answer(case: CaseFacts, day: dt.date, **more: Any) -> CaseFacts:
    outcome = "delivered" if case.kind == REQUEST else "granted"
    data = {"outcome": outcome, "text": "Va.", "channel": "platform", "notified_on": day, **more}
    return act(reviewed(case), "answer", day, **data)


# -- until when ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "action", "last"),
    [
        (REQUEST, "request_clarification", nov(12)),
        (REQUEST, "refer", nov(12)),
        (REQUEST, "refer_part", nov(12)),
        (REQUEST, "already_public", nov(17)),
        (REQUEST, "extend", nov(25)),
        (REQUEST, "answer", nov(25)),
        (REQUEST, "notify_cost", nov(25)),
        (ARCO, "request_clarification", nov(17)),
        (ARCO, "refer", nov(12)),
        (ARCO, "extend", dec(3)),
        (ARCO, "answer", dec(3)),
        (ARCO, "already_public", None),
    ],
)
def test_an_act_is_in_time_until_its_last_day_over_closed_days_and_a_suspension(
    kind: Kind, action: str, last: dt.date | None
) -> None:
    assert last_day(request(kind), action, clock(nov(9))) == last


@pytest.mark.parametrize(
    ("moment", "last"),
    [
        (dt.datetime(2026, 11, 9, 15, 0), nov(12)),
        (dt.datetime(2026, 11, 9, 15, 1), nov(13)),
        (dt.datetime(2026, 11, 14, 9, 0), nov(24)),
        (dt.datetime(2026, 11, 18, 9, 0), nov(25)),
    ],
)
def test_the_last_day_follows_the_official_reception(moment: dt.datetime, last: dt.date) -> None:
    """At the cut-off, after it, on a Saturday before a closed Monday, within a suspension."""
    assert last_day(filed(REQUEST, moment), "refer", clock(nov(9))) == last


def test_a_clarification_has_no_later_last_day_than_the_limit_of_the_platform() -> None:
    case = request(ARCO)
    governing(case).due_on = nov(11)
    assert last_day(case, "request_clarification", clock(nov(9))) == nov(11)


def test_the_buttons_of_acts_with_a_term_of_their_own_show_their_last_day() -> None:
    shown = {o.transition.action: o.last_day for o in offers(request(), LIAISON, clock(nov(9)))}
    assert shown["already_public"] == nov(17)
    assert shown["refer_part"] == nov(12)
    assert shown["cancel"] is None


# -- what follows ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "due"), [(REQUEST, dec(4)), (ARCO, dec(24))])
def test_an_extension_adds_the_days_of_the_law_to_the_end_of_the_base_term(
    kind: Kind, due: dt.date
) -> None:
    case = act(request(kind), "extend", nov(20), reason="Volumen", notified_on=nov(20))
    assert (case.due_on, case.extended) == (due, True)


@pytest.mark.parametrize(
    ("channel", "person_until"), [("platform", nov(30)), ("counter", dec(1)), ("mail", nov(30))]
)
@pytest.mark.parametrize(("kind", "due"), [(REQUEST, dec(8)), (ARCO, dec(16))])
def test_a_clarification_gives_the_person_their_term_and_its_answer_the_whole_term_again(
    kind: Kind, due: dt.date, channel: str, person_until: dt.date
) -> None:
    case = act(
        request(kind), "request_clarification", nov(11), text="¿Qué años?", notified_on=nov(11),
        channel=channel,
    )  # fmt: skip
    assert running(case, Step.PERSON_ANSWERS).due_on == person_until
    assert (governing(case).state, case.due_on) == (DeadlineState.PAUSED, None)
    case = act(case, "receive_clarification", nov(25), text="2025", received_on=nov(25))
    assert case.due_on == due


@pytest.mark.parametrize(("kind", "due"), [(REQUEST, dec(2)), (ARCO, dec(10))])
def test_costs_stop_the_term_and_the_payment_lets_it_go_on(kind: Kind, due: dt.date) -> None:
    case = request(kind)
    case.state = CaseState.ROUTED.value
    case = act(case, "notify_cost", nov(12), amount=120, notified_on=nov(12), channel="platform")
    assert case.due_on is None
    case = act(case, "record_payment", nov(24), paid_on=nov(24))
    assert case.due_on == due


def test_what_the_engine_counts_on_paper_is_what_the_deadline_says() -> None:
    case = act(request(), "request_clarification", nov(11), text="¿?", notified_on=nov(11),
               channel="paper")  # fmt: skip
    theirs = running(case, Step.PERSON_ANSWERS)
    assert count_of(clock(nov(11)), theirs, law_on=case.received_on).due_on == theirs.due_on


@pytest.mark.parametrize(
    ("channel", "effect", "window"),
    [("platform", None, dec(14)), ("counter", nov(24), dec(15)), ("paper", nov(24), dec(15))],
)
def test_the_appeal_window_counts_from_the_day_on_which_the_notice_takes_effect(
    channel: str, effect: dt.date | None, window: dt.date
) -> None:
    case = reviewed(request())
    data = {"outcome": "delivered", "text": "Va.", "channel": channel, "notified_on": nov(23)}
    assert event(case, "answer", nov(23), **data).data.get("takes_effect") == effect
    case = act(case, "answer", nov(23), **data)
    assert running(case, Step.APPEAL).due_on == window
    assert governing(case).met_on == nov(23), "met on the day of the notice, whatever its effect"


@pytest.mark.parametrize("action", ["refer", "refer_part"])
@pytest.mark.parametrize(("day", "late"), [(nov(12), None), (nov(13), True)])
def test_a_declined_competence_after_its_term_is_recorded_as_late(
    action: str, day: dt.date, late: bool | None
) -> None:
    data = {"authority": "SACMEX", "part": "El agua", "reason": "No es nuestro", "notified_on": day}
    assert event(request(), action, nov(13), **data).data.get("late") is late


# -- already public --------------------------------------------------------------------------------


def test_saying_that_it_is_already_public_answers_the_request_and_ends_the_turns() -> None:
    case = act(request(), "route", nov(9), areas=[3], instruction="Buscar")
    case = act(case, "already_public", nov(17), **public(nov(17)))
    assert (case.state, case.outcome) == (CaseState.ANSWERED, "already_public")
    assert governing(case).met_on == nov(17)
    assert not case.open_turns()
    assert case.answer_text is not None
    assert "https://transparencia.example" in case.answer_text
    assert running(case, Step.APPEAL).received_on == nov(17)


@pytest.mark.parametrize(("day", "late"), [(nov(17), None), (nov(20), True)])
def test_saying_so_after_the_short_term_is_recorded_as_late(
    day: dt.date, late: bool | None
) -> None:
    said = event(request(), "already_public", nov(20), **public(day))
    assert (said.action, said.data.get("late")) == ("already_public", late)


def test_an_ordinary_answer_does_not_say_that_it_is_public() -> None:
    with pytest.raises(InvalidData, match="Ya es pública") as refusal:
        answer(request(), nov(20), outcome="already_public")
    assert refusal.value.field == "outcome"


# -- bad input -------------------------------------------------------------------------------------


def test_an_act_before_the_reception_is_refused_with_both_dates() -> None:
    with pytest.raises(InvalidData, match="06/11/2026 es anterior a la recepción") as refusal:
        act(request(), "extend", nov(10), reason="x", notified_on=nov(6))
    assert refusal.value.field == "notified_on"


def test_an_act_of_tomorrow_is_refused() -> None:
    with pytest.raises(InvalidData, match="todavía no llega"):
        act(request(), "extend", nov(10), reason="x", notified_on=nov(11))


def test_a_second_extension_is_refused() -> None:
    case = act(request(), "extend", nov(10), reason="x", notified_on=nov(10))
    with pytest.raises(NotNow, match="ya se amplió; procede una sola vez"):
        act(case, "extend", nov(11), reason="x", notified_on=nov(11))


def test_an_extension_after_the_last_day_is_refused_with_that_day() -> None:
    with pytest.raises(InvalidData, match="a más tardar el 25/11/2026") as refusal:
        act(request(), "extend", nov(26), reason="x", notified_on=nov(26))
    assert refusal.value.field == "notified_on"


def test_an_extension_exists_only_where_the_law_has_the_row() -> None:
    terms = type(law())(term for term in law().all() if term.step != Step.EXTENSION)
    without = Clockwork(CALENDAR, terms, nov(10))
    with pytest.raises(NotNow, match="no prevé ampliar"):
        decide_case(request(), "extend", LIAISON, {"reason": "x", "notified_on": nov(10)},
                    without, at(nov(10)))  # fmt: skip
    offered = [o for o in offers(request(), LIAISON, without) if o.transition.action == "extend"]
    assert [o.enabled for o in offered] == [False]


def test_where_to_find_public_information_has_to_be_said() -> None:
    with pytest.raises(MissingData) as refusal:
        act(request(), "already_public", nov(10), **public(nov(10), where=" "))
    assert refusal.value.field == "where"


# -- effect on paper -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "paper", "on_paper", "day"),
    [
        ("same_day", "next_business_day", None, nov(13)),
        ("same_day", "next_business_day", True, nov(17)),
        ("same_day", "", True, nov(13)),
        ("next_business_day", "same_day", True, nov(13)),
        ("next_business_day", "", True, nov(17)),
    ],
)
def test_a_notice_on_paper_takes_effect_by_its_own_rule_where_the_term_has_one(
    rule: Any, paper: Any, on_paper: bool | None, day: dt.date
) -> None:
    term = law().get(REQUEST, Step.APPEAL, nov(9))
    assert term is not None
    made = replace(term, notice_effect=rule, paper_effect=paper)
    assert notice_takes_effect(nov(13), made, CALENDAR, on_paper) == day
