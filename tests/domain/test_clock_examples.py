"""The clock against real files, judgments, a published list, and the tests of other systems.

Other systems choose otherwise in places (``docs/adr/0003-clock-conventions.md``). Each such case
runs here against the option of ours that means the same, and the option says why.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from caseflow.domain.calendar import Calendar
from caseflow.domain.clock import Act, count, officially_received
from tests.domain.clock_cases import LISTED, RESTED, calendar, day, suspension, term

ONE_DAY = dt.timedelta(days=1)
Case = dict[str, Any]


@pytest.fixture(scope="session")
def examples(shared_data: Path) -> Case:
    read: Case = json.loads((shared_data / "clock_examples.json").read_text(encoding="utf-8"))
    return read


#: The rest days of LFT art. 74 on weekdays of the files below: their ordinals skip these, far from
#: the windows of nine days, in which no day is skipped.
STATUTORY = ("2018-11-19", "2018-12-25", "2019-01-01")


def family(examples: Case, name: str) -> list[Case]:
    return [case for case in examples["judgments"] if case["family"] == name]


# ── Judgments and real files ─────────────────────────────────────────────────────────────────────


def test_the_windows_stated_in_federal_judgments_come_out_to_the_day(examples: Case) -> None:
    judged = family(examples, "pjf_counting_comparator")
    assert len(judged) == 4
    for case in judged:
        cal = calendar(*case["excluded_non_weekend_days"])
        effect_on = day(case["notification_takes_effect_on"])
        counted = count(term(days=case["term_days"]), effect_on, cal)
        assert (counted.first_day, counted.due_on) == (
            day(case["window_start"]),
            day(case["window_end"]),
        ), case["id"]
        skipped = [d.on for d in counted.explain().skipped if d.on.weekday() < 5]
        assert skipped == [day(d) for d in case["all_weekday_days_skipped"]], case["id"]
        if case["presented_on"]:
            assert day(case["presented_on"]) <= day(case["window_end"])


def test_the_deadlines_of_access_requests_in_the_city_come_out_to_the_day(examples: Case) -> None:
    files = family(examples, "cdmx_access_request")
    assert len(files) == 3
    for case in files:
        cal = calendar(*case["holidays_assumed_in_window"], *STATUTORY)
        filed_on, answer = day(case["filed_on"]), term(days=case["term_days"])
        counted = count(answer, filed_on, cal)
        assert counted.first_day == day(case["computed_window_start"]), case["id"]
        assert counted.due_on == day(case["computed_deadline"]), case["id"]
        for check in case["checks"]:
            on = day(check["date"])
            assert cal.between(filed_on, on) == check["business_day_ordinal"], case["id"]
            within = check.get("within_term", check.get("within_base_term"))
            assert (on <= counted.due_on) == within, case["id"]


def test_an_extension_notified_on_the_last_day_counts_from_it(examples: Case) -> None:
    extended = [c for c in examples["judgments"] if "computed_deadline_if_extended" in c]
    assert extended
    for case in extended:
        act = Act("extend", day(case["extension_notified_on"]))
        for name, expected in case["computed_deadline_if_extended"].items():
            days = int(name.removesuffix("_days"))
            counted = count(
                term(days=case["term_days"]),
                day(case["filed_on"]),
                calendar(*case["holidays_assumed_in_window"]),
                [act],
                extension=term(step="extension", days=days),
            )
            assert counted.due_on == day(expected), (case["id"], name)


def test_a_list_published_by_a_borough_loads_with_each_of_its_days(examples: Case) -> None:
    listed = next(case for case in examples["judgments"] if case["id"] == "cal-001")
    cal = calendar(*listed["non_working_days"], years=[2025])
    assert all(cal.reason(day(d)) == LISTED for d in listed["non_working_days"])
    assert cal.next_business(day("2025-12-19")) == day("2026-01-07")
    assert cal.unlisted_years(day("2025-12-19"), day("2026-01-07")) == (2026,)


# ── The tests of other systems that count whole days ─────────────────────────────────────────────


def of_peer(rows: Case | None, *, extra: bool = False) -> Calendar:
    """Their calendar as ours; where their Saturday is worked, by the option that says so."""
    rows = rows or {}
    closed = [*rows.get("holidays", ()), *(rows.get("extra_holidays", ()) if extra else ())]
    made = calendar(
        *closed, suspensions=[suspension(a, b) for a, b in rows.get("holiday_ranges", ())]
    )
    worked = {*rows.get("working_days", ()), *rows.get("hours", ())}
    return replace(made, week=6) if "sat" in worked else made


def on(text: str) -> dt.date:
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00")).date()


def last_day(text: str) -> dt.date:
    """The day an instant belongs to as an end: midnight ends the day before it."""
    instant = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return instant.date() - ONE_DAY if instant.time() == dt.time() else instant.date()


def keeps_clock(case: Case, cal: Calendar) -> bool:
    """A weekend intake that waits until Monday 00:00 ends one day earlier by our way of saying."""
    given, days = case["input"], case["input"]["days"] * case["input"]["factor"]
    # Natural days there end on any day; so do our hours, which never roll forward.
    unit, length = ("business", days) if given["unit"] == "working" else ("hours", 24 * days)
    counted = count(term(days=length, unit=unit), on(given["start"]), cal)
    return counted.due_on == last_day(case["expected"]["due"])


def starts(case: Case, cal: Calendar) -> bool:
    return cal.on_or_after(on(case["input"]["start"])) == on(case["expected"]["clock_starts"])


def adds(case: Case, cal: Calendar) -> bool:
    start = day(case["input"]["start"])
    if case["input"].get("start_counts"):  # their day one is our first day after the eve
        start -= ONE_DAY
    due_on = count(term(days=case["input"]["days"]), start, cal).due_on
    return due_on == day(case["expected"]["due"])


def subtracts(case: Case, cal: Calendar) -> bool:
    start, days = day(case["input"]["start"]), case["input"]["days"]
    return cal.add(start, -days) == day(case["expected"]["date"])


def rolls_forward(case: Case, cal: Calendar) -> bool:
    natural = term(days=case["input"]["days"], unit="calendar")
    return count(natural, day(case["input"]["start"]), cal).due_on == day(case["expected"]["due"])


def adds_months(case: Case, cal: Calendar) -> bool:
    months = term(days=case["input"]["months"], unit="months")
    return count(months, day(case["input"]["start"]), cal).due_on == day(case["expected"]["due"])


def between(case: Case, cal: Calendar) -> bool:
    start, end = day(case["input"]["start"]), day(case["input"]["end"])
    if case["input"]["include_start"]:
        start -= ONE_DAY
    # Ours is negative when the end comes first, since "days left" needs it; theirs stops at zero.
    return max(0, cal.between(start, end)) == case["expected"]["days"]


def rests(case: Case, cal: Calendar) -> bool:
    """Natural days at rest, as the days by which pauses move a term that every day counts.

    In their log a repeated stop begins the open interval anew and an open stop adds nothing; we
    refuse a second stop, so the log is read their way before the acts are made of it.
    """
    acts: list[Act] = []
    stopped: str | None = None
    for event in case["input"]["events"]:
        if event["event"] == "stop":
            stopped = event["date"]
        elif stopped is not None:
            acts += [Act("cost", day(stopped)), Act("paid", day(event["date"]))]
            stopped = None
    hours = term(days=24 * 365, unit="hours")
    start = day("2025-03-01")
    plain, paused = count(hours, start, cal), count(hours, start, cal, acts)
    assert plain.due_on is not None
    assert paused.due_on is not None
    return (paused.due_on - plain.due_on).days == case["expected"]["days"]


def is_worked(case: Case, cal: Calendar) -> bool:
    return cal.is_business(day(case["input"]["date"])) == case["expected"]["value"]


def is_weekend(case: Case, cal: Calendar) -> bool:
    reason = cal.reason(day(case["input"]["date"]))
    weekend = reason is not None and reason.text in ("Sábado", "Domingo")
    return weekend == case["expected"]["value"]


def is_listed(case: Case, cal: Calendar) -> bool:
    listed = cal.reason(day(case["input"]["date"])) in (LISTED, RESTED)
    return listed == case["expected"]["value"]


def opening_hours(case: Case, on_day: dt.date) -> tuple[dt.time, dt.time]:
    """When they open and close on that day; all day long where it is never opened."""
    hours = (case["calendar_rows"].get("hours") or {}).get(f"{on_day:%a}".lower())
    if not hours:
        return dt.time(), dt.time.max
    opens, closes = hours[0][0], hours[-1][1]
    return (
        dt.time.fromisoformat(opens),
        dt.time.max if closes == "24:00" else dt.time.fromisoformat(closes),
    )


def after_closing(case: Case, cal: Calendar) -> bool:
    """Their closing is our cut-off: what comes later is received the next business day."""
    moment = wall(case["input"]["time"])
    closes = opening_hours(case, moment.date())[1]
    received = officially_received(moment, term(cutoff=closes), cal)
    return received.on == day(case["expected"]["date"])


def wall(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=None)


def shifts(case: Case, cal: Calendar) -> bool:
    days = case["input"].get("days", case["input"].get("amount"))
    moment = wall(case["input"]["start"])
    start, (opens, closes) = moment.date(), opening_hours(case, moment.date())
    days = -days if case["kind"].startswith("sub") else days
    if days > 0 and cal.is_business(start) and moment.time() >= closes:
        start = cal.next_business(start)  # received the next business day, as by a cut-off
    if days < 0 and cal.is_business(start) and moment.time() < opens:
        start = cal.add(start, -1)  # counting back, the day before is the start
    return cal.add(start, days) == last_day(case["expected"]["time"])


PEERS: dict[str, Callable[[Case, Calendar], bool]] = {
    "add_days_keep_clock": keeps_clock,
    "clock_start": starts,
    "add_working_days_date": adds,
    "sub_working_days_date": subtracts,
    "add_calendar_days_roll_forward": rolls_forward,
    "add_months_roll_forward": adds_months,
    "working_days_between_date": between,
    "total_stopped_calendar_days": rests,
    "is_working_day": is_worked,
    "is_weekend": is_weekend,
    "is_holiday": is_listed,
    "next_working_date": after_closing,
    "add_working_days_keep_clock": shifts,
    "sub_working_days_keep_clock": shifts,
    "add_working_days_clock_eod": shifts,
}

#: Kinds that do not count whole days, or not by a law of ours: what stands in the way of each.
LEFT_OUT = {
    "add_working_time": "minutes inside opening hours",
    "sub_working_time": "minutes inside opening hours",
    "add_working_time_date_only": "minutes inside opening hours",
    "clock_start_hours": "an instant inside opening hours",
    "working_minutes_between": "minutes inside opening hours",
    "elapsed_vs_limit": "minutes inside opening hours",
    "is_working_time": "an instant inside opening hours",
    "german_month_term": "its rule of receipt is that of a German law",
}


def test_every_case_of_other_systems_in_whole_days_agrees(examples: Case) -> None:
    cases, calendars = examples["terms"]["cases"], examples["terms"]["calendars"]
    assert set(examples["terms"]["kinds"]) == {*PEERS, *LEFT_OUT}
    counted = [
        {**case, "calendar_rows": calendars.get(case["calendar"]) or {}}
        for case in cases
        if case["kind"] in PEERS
    ]
    assert len(counted) >= 73
    differ = [
        case["id"]
        for case in counted
        if not PEERS[case["kind"]](
            case,
            of_peer(
                case["calendar_rows"],
                extra=case["input"].get("use_extra_holidays", False),
            ),
        )
    ]
    assert differ == []
