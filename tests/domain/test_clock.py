"""The clock in tables of dates: reception, acts, explanation, lights, hours, and refusals."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from caseflow.domain.clock import (
    Act,
    Count,
    Term,
    TermTable,
    count,
    count_under,
    days_left,
    hours_after,
    local,
    local_date,
    notice_takes_effect,
    officially_received,
    overdue_on,
    semaphore,
    soon_limit,
    utc,
)
from caseflow.domain.errors import DomainError, InvalidData, MissingData, NotNow
from caseflow.domain.vocabulary import Basis, DeadlineState, Semaphore
from tests.domain.clock_cases import (
    EXTENSION,
    INFORMATION,
    INTERRUPTS,
    LAW,
    PAUSES,
    PAYMENT,
    REQUEST,
    SERVICE,
    calendar,
    day,
    suspension,
    term,
)

#: The borough's year of the examples: 2 November by its list, 16 November by federal law.
NOVEMBER = calendar("2026-11-02", "2026-11-16", years=[2026])
RECEIVED = day("2026-10-29")  # a Thursday


def information(*acts: Act, received: dt.date = RECEIVED, **more: Any) -> Count:
    """A count of the answer to an information request with all the law around it."""
    return count(
        INFORMATION,
        received,
        more.pop("calendar", NOVEMBER),
        acts,
        extension=EXTENSION,
        clarification=INTERRUPTS,
        request=REQUEST,
        payment=PAYMENT,
        **more,
    )


def service(*acts: Act, received: dt.date = RECEIVED, days: int = 10) -> Count:
    return count(
        term("service", "solve", days, basis=Basis.COMMITMENT),
        received,
        NOVEMBER,
        acts,
        clarification=PAUSES,
    )


def act(kind: Any, on: str, **more: Any) -> Act:
    return Act(kind, day(on), **more)


# ── Reception ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("filed", "expected", "moved"),
    [
        ("2026-10-28T14:59", "2026-10-28", False),
        ("2026-10-28T15:00", "2026-10-28", False),  # sharp is in time
        ("2026-10-28T15:00:01", "2026-10-29", True),
        ("2026-10-28T16:40", "2026-10-29", True),
        ("2026-10-30T16:00", "2026-11-03", True),  # Friday, then a listed Monday
        ("2026-10-31T09:00", "2026-11-03", False),  # a Saturday: not the hour moves it
        ("2026-11-02T09:00", "2026-11-03", False),  # a listed day
    ],
)
def test_information_is_received_on_a_business_day_before_the_cutoff(
    filed: str, expected: str, moved: bool
) -> None:
    received = officially_received(dt.datetime.fromisoformat(filed), INFORMATION, NOVEMBER)
    assert (received.on, received.cutoff_applied) == (day(expected), moved)


def test_without_an_hour_it_counts_as_before_the_cutoff_and_says_so() -> None:
    received = officially_received(day("2026-10-28"), INFORMATION, NOVEMBER)
    assert received.on == day("2026-10-28")
    assert received.warnings == (
        "Sin hora: se toma como presentada antes del corte de las 15:00 h.",
    )


def test_on_a_closed_day_the_missing_hour_changes_nothing_and_is_not_mentioned() -> None:
    received = officially_received(day("2026-10-31"), INFORMATION, NOVEMBER)
    assert (received.on, received.warnings) == (day("2026-11-03"), ())


def test_information_without_a_cutoff_still_needs_a_business_day() -> None:
    received = officially_received(dt.datetime(2026, 10, 31, 23, 0), term(cutoff=None), NOVEMBER)
    assert received.on == day("2026-11-03")


def test_a_suspension_of_the_matter_moves_its_reception() -> None:
    cal = calendar(suspensions=[suspension("2026-10-28", "2026-10-30", "information")])
    assert officially_received(day("2026-10-28"), INFORMATION, cal).on == day("2026-11-02")
    assert officially_received(day("2026-10-28"), SERVICE, cal).on == day("2026-10-28")


@pytest.mark.parametrize("filed", ["2026-10-31T23:59", "2026-11-02T08:00", "2026-10-28T16:40"])
def test_a_service_is_received_when_it_is_filed(filed: str) -> None:
    moment = dt.datetime.fromisoformat(filed)
    assert officially_received(moment, SERVICE, NOVEMBER).on == moment.date()


def test_an_instant_with_a_zone_is_read_in_the_office() -> None:
    filed = dt.datetime(2026, 10, 29, 3, 0, tzinfo=dt.UTC)  # 21:00 of the 28th
    assert officially_received(filed, SERVICE, NOVEMBER).on == day("2026-10-28")


def test_the_effect_of_a_notice_is_data_of_the_term() -> None:
    paper = term(notice_effect="next_business_day")
    assert notice_takes_effect(day("2026-10-30"), paper, NOVEMBER) == day("2026-11-03")
    assert notice_takes_effect(day("2026-10-30"), INFORMATION, NOVEMBER) == day("2026-10-30")


# ── Counting ─────────────────────────────────────────────────────────────────────────────────────


def test_the_count_begins_the_business_day_after_and_ends_on_the_last() -> None:
    counted = information()
    assert counted.first_day == day("2026-10-30")
    assert counted.due_on == counted.base_due_on == day("2026-11-12")
    assert (counted.state, counted.total) == (DeadlineState.RUNNING, 9)


def test_a_service_received_on_a_saturday_counts_from_the_next_business_day() -> None:
    counted = service(received=day("2026-10-31"), days=1)
    assert counted.first_day == counted.due_on == day("2026-11-03")


@pytest.mark.parametrize(
    ("received", "days", "expected"),
    [
        ("2026-10-29", 5, "2026-11-03"),  # Tuesday
        ("2026-10-29", 4, "2026-11-03"),  # falls on the listed Monday: rolls forward
        ("2026-10-29", 2, "2026-11-03"),  # falls on a Saturday
        ("2026-10-29", 1, "2026-10-30"),
    ],
)
def test_natural_days_end_on_a_closed_day_never(received: str, days: int, expected: str) -> None:
    counted = count(term(days=days, unit="calendar"), day(received), NOVEMBER)
    assert counted.due_on == day(expected)
    lines = counted.explain().days
    assert [d.number for d in lines if d.counted] == list(range(1, days + 1))
    assert lines[-1].on == counted.due_on


def test_hours_end_on_any_day() -> None:
    counted = count(term("service", "x", 72, unit="hours"), day("2026-10-29"), NOVEMBER)
    assert counted.due_on == day("2026-11-01")


def test_an_extension_adds_its_days_to_the_end_of_the_base_term() -> None:
    counted = information(act("extend", "2026-11-10"))
    assert counted.base_due_on == day("2026-11-12")
    assert counted.due_on == day("2026-11-24")
    assert (counted.extended, counted.total) == (True, 16)


def test_an_extension_may_grant_fewer_days_than_the_law_allows() -> None:
    assert information(act("extend", "2026-11-10", days=2)).due_on == day("2026-11-17")


def test_an_extension_on_the_last_day_is_in_time() -> None:
    assert information(act("extend", "2026-11-12")).due_on == day("2026-11-24")


def test_a_clarification_interrupts_and_the_full_term_starts_again() -> None:
    asked = information(act("clarify", "2026-11-03"))
    assert (asked.state, asked.due_on, asked.base_due_on) == (DeadlineState.PAUSED, None, None)
    assert asked.rests_until == day("2026-11-18")
    counted = information(act("clarify", "2026-11-03"), act("clarified", "2026-11-09"))
    assert counted.first_day == day("2026-11-10")
    assert counted.due_on == day("2026-11-23")


def test_the_answer_of_the_person_is_received_on_a_business_day() -> None:
    counted = information(act("clarify", "2026-11-03"), act("clarified", "2026-11-14"))
    assert counted.first_day == day("2026-11-18")  # received on Tuesday the 17th


def test_an_extension_used_before_an_interruption_stays_used() -> None:
    acts = (
        act("extend", "2026-10-30"),
        act("clarify", "2026-11-03"),
        act("clarified", "2026-11-04"),
    )
    counted = information(*acts)
    assert counted.base_due_on == day("2026-11-18")
    assert counted.due_on == day("2026-11-27")
    with pytest.raises(NotNow, match="solo puede ampliarse una vez"):
        information(*acts, act("extend", "2026-11-05"))


def test_a_pause_keeps_the_days_used_the_day_of_the_notice_among_them() -> None:
    asked = service(act("clarify", "2026-11-04"))  # the third day
    assert (asked.state, asked.due_on, asked.used) == (DeadlineState.PAUSED, None, 3)
    counted = service(act("clarify", "2026-11-04"), act("clarified", "2026-11-11"))
    assert counted.used == 3
    assert counted.due_on == day("2026-11-23")  # seven days after the 11th
    assert counted.first_day == day("2026-10-30")


def test_a_pause_on_the_last_day_leaves_that_day_to_answer() -> None:
    last = service().due_on
    assert last is not None
    counted = service(Act("clarify", last), Act("clarified", last + dt.timedelta(days=7)))
    assert counted.used == 9
    assert counted.due_on == NOVEMBER.next_business(last + dt.timedelta(days=7))


def test_a_notice_on_paper_lets_the_clock_run_until_it_takes_effect() -> None:
    paper = term(
        "service",
        "person_answers_clarification",
        10,
        effect="pauses",
        notice_effect="next_business_day",
    )
    counted = count(
        term("service", "solve", 10, basis=Basis.COMMITMENT),
        RECEIVED,
        NOVEMBER,
        [act("clarify", "2026-11-04"), act("clarified", "2026-11-11")],
        clarification=paper,
    )
    assert counted.used == 4
    assert counted.due_on == day("2026-11-20")


def test_the_wait_for_a_payment_pauses_and_days_used_stay_used() -> None:
    waiting = information(act("cost", "2026-11-05"))
    assert (waiting.state, waiting.used) == (DeadlineState.PAUSED, 4)
    paid = information(act("cost", "2026-11-05"), act("paid", "2026-11-10"))
    assert paid.due_on == day("2026-11-18")  # five days after the 10th


def test_a_wait_within_the_extension_keeps_its_used_days_too() -> None:
    counted = information(
        act("extend", "2026-11-12"), act("cost", "2026-11-17"), act("paid", "2026-11-20")
    )
    assert counted.base_due_on == day("2026-11-12")
    assert counted.used == 11
    assert counted.due_on == day("2026-11-27")


def test_a_rest_within_the_weekend_of_another_gives_no_day_back() -> None:
    counted = information(
        act("clarify", "2026-11-03"),
        act("clarified", "2026-11-07"),  # a Saturday: received on Monday the 9th
        act("cost", "2026-11-07"),
        act("paid", "2026-11-08"),
    )
    assert counted.first_day == day("2026-11-10")
    assert counted.due_on == day("2026-11-23")


def test_a_late_clarification_is_recorded_and_moves_nothing() -> None:
    counted = information(act("clarify", "2026-11-05"), act("clarified", "2026-11-11"))
    assert counted.due_on == information().due_on
    assert counted.state == DeadlineState.RUNNING
    assert any("Prevención extemporánea" in w for w in counted.warnings)
    assert [e.moves for e in counted.explain().events] == [False, False]


def test_a_clarification_of_a_service_already_overdue_does_not_save_it() -> None:
    due_on = service().due_on
    assert due_on is not None
    counted = service(Act("clarify", due_on + dt.timedelta(days=1)))
    assert counted.due_on == due_on
    assert any("extemporánea" in w for w in counted.warnings)


def test_costs_notified_after_the_term_do_not_move_it() -> None:
    counted = information(act("cost", "2026-11-13"), act("paid", "2026-11-17"))
    assert counted.due_on == day("2026-11-12")


def test_an_answer_of_the_person_after_their_term_is_taken_with_a_warning() -> None:
    counted = information(act("clarify", "2026-11-03"), act("clarified", "2026-11-19"))
    assert counted.first_day == day("2026-11-20")
    assert any("después del plazo de la persona" in w for w in counted.warnings)


def test_a_suspension_among_the_acts_is_skipped_like_a_listed_day() -> None:
    week = act("suspend", "2026-11-03", until=day("2026-11-06"))
    assert information(week).due_on == day("2026-11-19")
    assert information(act("suspend", "2026-11-03", days=4)).due_on == day("2026-11-19")
    reasons = {d.on: d.reason for d in information(week).explain().skipped}
    assert reasons[day("2026-11-04")] == "Suspensión de plazos"


@pytest.mark.parametrize(("answered", "late"), [("2026-11-12", False), ("2026-11-13", True)])
def test_it_is_met_when_notified_on_the_last_day(answered: str, late: bool) -> None:
    counted = information(act("answer", answered))
    assert (counted.answered_on, counted.late) == (day(answered), late)
    assert counted.due_on == day("2026-11-12")


# ── The date that the platform gives ─────────────────────────────────────────────────────────────


def test_a_given_date_wins_and_the_difference_shows() -> None:
    counted = information(given=day("2026-11-13"))
    assert (counted.due_on, counted.given_applied) == (day("2026-11-13"), True)
    assert counted.own_due_on == counted.base_due_on == day("2026-11-12")
    assert counted.warnings == (
        "La plataforma da como fecha límite el 13/11/2026 y el cómputo propio da el 12/11/2026: "
        "rige la de la plataforma.",
    )


def test_a_given_date_is_not_moved_by_our_calendar() -> None:
    busier = calendar("2026-11-02", "2026-11-16", "2026-11-10", "2026-11-11")
    assert information(given=day("2026-11-12"), calendar=busier).due_on == day("2026-11-12")


def test_a_given_date_that_agrees_is_no_difference() -> None:
    assert information(given=day("2026-11-12")).warnings == ()


def test_an_act_of_ours_ends_the_rule_of_the_given_date_until_a_new_one_comes() -> None:
    extend = act("extend", "2026-11-10")
    counted = information(extend, given=day("2026-11-11"))
    assert (counted.due_on, counted.given_applied) == (day("2026-11-24"), False)
    assert any("rige el cómputo propio" in w for w in counted.warnings)
    renewed = information(
        extend, act("given", "2026-11-11", until=day("2026-11-25")), given=day("2026-11-11")
    )
    assert (renewed.due_on, renewed.given_applied) == (day("2026-11-25"), True)


def test_no_date_rules_while_the_clock_rests() -> None:
    counted = information(
        act("clarify", "2026-11-03"),
        act("given", "2026-11-04", until=day("2026-11-20")),
        given=day("2026-11-11"),
    )
    assert (counted.due_on, counted.given_applied) == (None, False)
    assert counted.warnings == (
        "La plataforma da como fecha límite el 20/11/2026 y el cómputo propio está en pausa: "
        "rige el cómputo propio.",
    )


def test_an_extension_is_late_after_the_date_in_force() -> None:
    with pytest.raises(NotNow, match="a más tardar el 09/11/2026"):
        information(act("extend", "2026-11-10"), given=day("2026-11-09"))


def test_a_given_date_before_the_reception_is_not_believed() -> None:
    counted = information(given=day("2026-10-01"))
    assert counted.due_on == day("2026-11-12")
    assert any("anterior a la recepción" in w for w in counted.warnings)


# ── Refusals ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("acts", "sentence"),
    [
        ([act("extend", "2026-11-13")], "a más tardar el 12/11/2026"),
        ([act("extend", "2026-11-10"), act("extend", "2026-11-11")], "una vez"),
        ([act("extend", "2026-11-10", days=8)], "7 días como máximo"),
        ([act("extend", "2026-10-28")], "anterior a la recepción"),
        ([act("clarify", "2026-11-03"), act("clarify", "2026-11-04")], "de nuevo"),
        ([act("clarify", "2026-11-03"), act("extend", "2026-11-04")], "detenido en espera"),
        ([act("clarify", "2026-11-03"), act("cost", "2026-11-04")], "detenido en espera"),
        ([act("clarified", "2026-11-04")], "No hay prevención"),
        ([act("cost", "2026-11-04"), act("clarified", "2026-11-05")], "No hay prevención"),
        ([act("paid", "2026-11-04")], "No hay aviso de costos"),
        ([act("answer", "2026-11-04"), act("extend", "2026-11-05")], "se respondió"),
        ([act("given", "2026-11-04")], "Falta la fecha límite"),
    ],
)
def test_an_act_that_cannot_be_is_refused_with_a_sentence(acts: list[Act], sentence: str) -> None:
    with pytest.raises(DomainError, match=sentence):
        information(*acts)


def test_without_a_row_in_the_law_there_is_no_extension() -> None:
    with pytest.raises(NotNow, match="no prevé ampliación"):
        service(act("extend", "2026-11-03"))


def test_without_the_row_that_says_what_a_clarification_does_it_is_not_guessed() -> None:
    with pytest.raises(MissingData, match="interrumpe o pausa"):
        count(INFORMATION, RECEIVED, NOVEMBER, [act("clarify", "2026-11-03")])


def test_an_extension_on_record_stays_when_the_calendar_shrinks_under_it() -> None:
    shrunk = calendar("2026-11-16", years=[2026])
    extend = act("extend", "2026-11-12")  # the last day by the old list, a day late by the new
    counted = information(extend, calendar=shrunk, strict=False)
    assert counted.due_on == day("2026-11-23")
    assert any("ya no procede" in w for w in counted.warnings)
    with pytest.raises(NotNow):
        information(extend, calendar=shrunk)


def test_an_act_on_record_that_makes_no_sense_has_no_effect_and_is_told() -> None:
    counted = information(act("paid", "2026-11-04"), strict=False)
    assert counted.due_on == information().due_on
    assert counted.warnings == ("No hay aviso de costos que se pueda tener por atendido.",)


# ── Lists that are missing ───────────────────────────────────────────────────────────────────────


def test_a_date_that_depends_on_a_missing_list_says_so() -> None:
    counted = information(received=day("2026-12-28"))
    assert counted.warnings == (
        "Falta la lista de días inhábiles de 2027 de este sujeto obligado: "
        "la fecha es provisional.",
    )
    assert information().warnings == ()


def test_a_given_date_depends_on_no_list_of_ours() -> None:
    counted = information(received=day("2026-12-28"), given=day("2027-01-08"))
    assert not any("Falta la lista" in w for w in counted.warnings)


# ── Explanation ──────────────────────────────────────────────────────────────────────────────────


def test_the_explanation_tells_filing_reception_count_extension_and_last_day() -> None:
    filed = dt.datetime(2026, 10, 28, 16, 40)
    told = information(act("extend", "2026-11-10")).explain(filed)
    lines = {d.on.isoformat(): d for d in told.days}
    assert lines["2026-10-28"].reason.startswith(
        "Presentada a las 16:40 h, después del corte de las 15:00 h"
    )
    assert lines["2026-10-29"].reason == (
        "Recepción oficial: el cómputo inicia el día hábil siguiente"
    )
    assert (lines["2026-10-30"].number, lines["2026-10-30"].reason) == (1, "Primer día contado")
    assert lines["2026-11-02"].source == "Gaceta Oficial"
    assert lines["2026-11-10"].reason == "Hábil. Se notifica la ampliación de 7 días"
    assert lines["2026-11-12"].reason == "Termina el plazo base"
    assert lines["2026-11-13"].reason == "Empieza la ampliación"
    assert (lines["2026-11-24"].number, lines["2026-11-24"].reason) == (16, "Último día")
    assert [d.phase for d in told.days].count("extension") == 12


def test_days_counted_before_an_interruption_are_shown_and_not_counted() -> None:
    told = information(act("clarify", "2026-11-03"), act("clarified", "2026-11-09")).explain()
    void = [d for d in told.days if d.phase == "void" and "sin efecto" in d.reason]
    assert [d.on.day for d in void] == [30, 3]
    assert void[0].source == INTERRUPTS.legal_source
    assert len(told.counted) == 9


def test_the_days_of_a_pause_are_shown_with_what_they_wait_for() -> None:
    told = service(act("clarify", "2026-11-04"), act("clarified", "2026-11-06")).explain()
    paused = [d for d in told.days if d.phase == "paused"]
    assert [d.on.day for d in paused] == [5, 6]
    assert paused[0].reason == "En pausa: en espera del desahogo de la prevención"


def test_days_beyond_our_count_belong_to_the_date_of_the_platform() -> None:
    told = information(given=day("2026-11-16")).explain()
    assert [d.on.day for d in told.days if d.phase == "given"] == [13, 14, 15, 16]
    assert told.counted[-1].on == told.own_due_on == day("2026-11-12")


def test_the_explanation_reads_as_json() -> None:
    told = information(act("extend", "2026-11-10")).explain().as_json()
    assert told["received_on"] == "2026-10-29"
    assert told["first_day"] == "2026-10-30"
    assert told["due_on"] == told["counted"][-1] == "2026-11-24"
    assert len(told["counted"]) == 16
    assert {"2026-11-02", "2026-11-16"} < {d["date"] for d in told["skipped"]}
    assert told["events"][0]["event"] == "extend"


def test_a_paused_count_has_a_story_up_to_the_stop() -> None:
    told = information(act("clarify", "2026-11-03")).explain()
    assert told.due_on is None
    assert told.days[-1].on == day("2026-11-03")


# ── Acts in storage ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "kept",
    [
        act("clarify", "2026-11-03"),
        act("extend", "2026-11-03", days=7),
        act("given", "2026-11-03", until=day("2026-11-12")),
    ],
)
def test_an_act_survives_storage(kept: Act) -> None:
    assert Act.from_json(kept.as_json()) == kept


@pytest.mark.parametrize(
    "plain",
    [
        {"kind": "dance", "on": "2026-11-03"},
        {"kind": "extend", "on": "2026-02-30"},
        {"kind": "extend"},
        {"kind": "extend", "on": "2026-11-03", "days": "7"},
        {"kind": "given", "on": "2026-11-03", "until": "mañana"},
    ],
)
def test_an_act_that_cannot_be_read_is_refused(plain: dict[str, Any]) -> None:
    with pytest.raises(InvalidData):
        Act.from_json(plain)


# ── Terms ────────────────────────────────────────────────────────────────────────────────────────


def test_the_law_in_force_is_that_of_the_reception() -> None:
    old = term(days=10, valid_to=day("2025-12-31"))
    new = term(days=20, valid_from=day("2026-01-01"))
    table = TermTable([new, old])
    assert table.get("information", "answer", day("2025-12-31")) == old
    assert table.get("information", "answer", day("2026-01-01")) == new
    assert table.get("information", "answer", day("1999-12-31")) is None
    assert table.get("information", "appeal", day("2026-01-01")) is None


def test_the_legal_term_governs_before_the_commitment() -> None:
    commitment = term(step="solve", role="governing commitment", basis=Basis.COMMITMENT)
    late_law = term(role="governing legal", valid_from=day("2026-01-01"))
    table = TermTable([commitment, late_law])
    assert table.governing("information", day("2025-12-31")) == commitment
    assert table.governing("information", day("2026-01-01")) == late_law
    with pytest.raises(MissingData, match="No hay plazo vigente"):
        table.governing("mediation", day("2026-01-01"))
    assert table.find_governing("mediation", day("2026-01-01")) is None


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ([term(legal_source=" ")], "de qué norma sale"),
        ([term(days=0)], "al menos un día"),
        ([term(valid_to=day("1999-01-01"))], "antes de empezar"),
        ([term(), term(days=8, valid_from=day("2020-01-01"))], "dos valores vigentes"),
        (
            [
                term(valid_to=day("2020-01-01")),
                term(days=8, valid_from=day("2020-01-01")),
            ],
            "dos valores vigentes el 01/01/2020",
        ),
        ([term(role="governing legal"), term(step="x", role="governing legal")], "a la vez"),
    ],
)
def test_a_term_that_cannot_be_is_refused(terms: list[Term], sentence: str) -> None:
    with pytest.raises(DomainError, match=sentence):
        TermTable(terms)


def test_counting_under_a_table_takes_the_law_of_the_reception_for_every_term() -> None:
    table = TermTable(LAW)
    acts = (act("extend", "2026-11-10"),)
    assert count_under(table, INFORMATION, RECEIVED, NOVEMBER, acts) == information(*acts)
    paused = count_under(table, SERVICE, RECEIVED, NOVEMBER, [act("clarify", "2026-11-04")])
    assert paused.state == DeadlineState.PAUSED


# ── Lights ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("due_on", "light", "left"),
    [
        ("2026-11-12", Semaphore.OVERDUE, -1),
        ("2026-11-13", Semaphore.TODAY, 0),
        ("2026-11-14", Semaphore.SOON, 1),  # a given date may fall on a Saturday
        ("2026-11-17", Semaphore.SOON, 1),
        ("2026-11-19", Semaphore.SOON, 3),
        ("2026-11-20", Semaphore.ON_TIME, 4),
    ],
)
def test_the_light_and_the_days_left(due_on: str, light: Semaphore, left: int) -> None:
    today = day("2026-11-13")  # a Friday before a long weekend
    soon = soon_limit(today, NOVEMBER)
    assert semaphore(day(due_on), today, False, soon) == light
    assert days_left(day(due_on), today, NOVEMBER) == left


@pytest.mark.parametrize(("today", "left"), [("2026-11-14", -1), ("2026-11-17", -1)])
def test_on_the_weekend_after_its_last_day_it_is_one_day_late(today: str, left: int) -> None:
    assert days_left(day("2026-11-13"), day(today), NOVEMBER) == left


def test_a_resting_clock_waits_and_a_case_without_a_term_has_no_light() -> None:
    today = day("2026-11-13")
    assert semaphore(None, today, True, today) == Semaphore.WAITING
    assert semaphore(None, today, False, today) == Semaphore.NO_TERM


def test_it_became_overdue_on_the_day_after_its_last() -> None:
    assert overdue_on(day("2026-11-13"), day("2026-11-13")) is None
    assert overdue_on(day("2026-11-13"), day("2026-12-01")) == day("2026-11-14")
    assert overdue_on(None, day("2026-12-01")) is None


# ── Instants ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("instant", "wall"),
    [
        ("2022-10-30T06:59:59+00:00", "2022-10-30T01:59:59"),  # the last summer time, UTC-5
        ("2022-10-30T07:00:00+00:00", "2022-10-30T01:00:00"),  # and UTC-6 for good
        ("2022-10-31T05:59:59+00:00", "2022-10-30T23:59:59"),
        ("2023-07-01T05:30:00+00:00", "2023-06-30T23:30:00"),  # no summer time any more
        ("2021-07-01T05:30:00+00:00", "2021-07-01T00:30:00"),
    ],
)
def test_an_instant_belongs_to_the_day_of_the_office(instant: str, wall: str) -> None:
    moment, expected = dt.datetime.fromisoformat(instant), dt.datetime.fromisoformat(wall)
    assert local(moment) == expected
    assert local(moment.replace(tzinfo=None)) == expected
    assert local_date(moment) == expected.date()


def test_wall_time_becomes_utc_and_the_repeated_hour_is_the_first() -> None:
    assert utc(dt.datetime(2026, 11, 23, 15)) == dt.datetime(2026, 11, 23, 21, tzinfo=dt.UTC)
    assert utc(dt.datetime(2022, 10, 30, 1, 30)) == dt.datetime(2022, 10, 30, 6, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (dt.datetime(2026, 11, 13, 18, 5, tzinfo=dt.UTC), "2026-11-16T18:05:00+00:00"),
        (dt.date(2026, 11, 13), "2026-11-17T06:00:00+00:00"),  # from the end of that day
        (dt.date(2022, 10, 28), "2022-11-01T05:00:00+00:00"),  # over the end of summer time
    ],
)
def test_seventy_two_hours_count_nights_and_holidays(
    start: dt.datetime | dt.date, end: str
) -> None:
    assert hours_after(start, 72) == dt.datetime.fromisoformat(end)


@pytest.mark.parametrize("zone", ["UTC", "America/Tijuana", "Asia/Kolkata"])
def test_the_zone_of_the_machine_changes_nothing(zone: str) -> None:
    program = (
        "import datetime as dt\n"
        "from caseflow.domain.clock import hours_after, local, officially_received, utc\n"
        "from tests.domain.clock_cases import INFORMATION, NOW, calendar\n"
        "print(local(NOW), utc(dt.datetime(2022, 10, 30, 12)), hours_after(NOW.date(), 72))\n"
        "print(officially_received(NOW, INFORMATION, calendar()))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "TZ": zone},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout.splitlines()
    assert told == [
        "2022-10-30 01:30:00 2022-10-30 18:00:00+00:00 2022-11-03 06:00:00+00:00",
        "Received(on=datetime.date(2022, 10, 31), cutoff_applied=False, warnings=())",
    ]
