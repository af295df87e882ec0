"""Business days of a body: tables of dates, and every method against walking day by day."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseflow.domain.calendar import Calendar, Reason, Suspension
from caseflow.domain.errors import InvalidData
from tests.domain.clock_cases import LISTED, RESTED, calendar, day, suspension

ONE_DAY = dt.timedelta(days=1)

days = st.dates(dt.date(2009, 1, 1), dt.date(2035, 12, 31))
calendars = st.builds(
    lambda start, offsets, rests: Calendar(
        "alcaldia-iztacalco",
        {start + dt.timedelta(n): LISTED for n in offsets},
        frozenset({start.year}),
        tuple(
            Suspension(matter, start + dt.timedelta(a), start + dt.timedelta(a + n), RESTED)
            for a, n, matter in rests
        ),
    ),
    days,
    st.sets(st.integers(-60, 60), max_size=40),
    st.lists(
        st.tuples(
            st.integers(-60, 60),
            st.integers(0, 20),
            st.sampled_from([None, "information", "service"]),
        ),
        max_size=3,
    ),
)
matters = st.sampled_from([None, "information", "service", "personal_data"])


def open_by_hand(cal: Calendar, on: dt.date, matter: str | None) -> bool:
    rests = any(s.first <= on <= s.last and s.matter in (None, matter) for s in cal.suspensions)
    return on.weekday() < 5 and on not in cal.days and not rests


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("2026-11-20", 1, "2026-11-23"),  # a Friday
        ("2026-11-21", 1, "2026-11-23"),  # a Saturday
        ("2026-11-13", 1, "2026-11-17"),  # the Monday is listed
        ("2026-11-21", 0, "2026-11-21"),  # zero stays, worked or not
        ("2026-11-23", -1, "2026-11-20"),
        ("2026-11-22", -1, "2026-11-20"),
        ("2026-11-17", -1, "2026-11-13"),
        ("2026-12-31", 1, "2027-01-04"),  # over New Year
        ("2026-10-29", 9, "2026-11-12"),
    ],
)
def test_the_nth_business_day_is_strictly_after_or_before(
    start: str, n: int, expected: str
) -> None:
    cal = calendar("2026-11-02", "2026-11-16", "2027-01-01")
    assert cal.add(day(start), n) == day(expected)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-23", "2026-11-23", 0),
        ("2026-11-20", "2026-11-23", 1),
        ("2026-11-20", "2026-11-22", 0),
        ("2026-11-13", "2026-11-17", 1),
        ("2026-11-23", "2026-11-20", -1),
        ("2026-11-24", "2026-11-17", -5),
    ],
)
def test_days_between_count_the_end_and_not_the_start(start: str, end: str, expected: int) -> None:
    assert calendar("2026-11-16").between(day(start), day(end)) == expected


def test_a_day_says_why_it_is_not_worked() -> None:
    cal = calendar("2026-11-16", suspensions=[suspension("2026-11-16", "2026-11-18")])
    assert cal.reason(day("2026-11-14")) == Reason("Sábado", "", "T")
    assert cal.reason(day("2026-11-15")) == Reason("Domingo", "", "T")
    assert cal.reason(day("2026-11-16")) == LISTED
    assert cal.reason(day("2026-11-17")) == RESTED
    assert cal.reason(day("2026-11-19")) is None


def test_a_suspension_stops_its_own_matter_only() -> None:
    cal = calendar(suspensions=[suspension("2026-03-02", "2026-03-06", "information")])
    assert cal.add(day("2026-02-27"), 1, "information") == day("2026-03-09")
    assert cal.add(day("2026-02-27"), 1, "service") == day("2026-03-02")
    assert cal.add(day("2026-02-27"), 1) == day("2026-03-02")


def test_a_suspension_of_every_matter_stops_all() -> None:
    cal = calendar(
        suspensions=[
            suspension("2026-03-02", "2026-03-03"),
            suspension("2026-03-04", "2026-03-04", "service"),
        ]
    )
    assert cal.next_business(day("2026-03-01"), "information") == day("2026-03-04")
    assert cal.next_business(day("2026-03-01"), "service") == day("2026-03-05")


def test_further_suspensions_leave_the_calendar_itself_alone() -> None:
    cal = calendar()
    longer = cal.with_suspensions([suspension("2026-03-02", "2026-03-03")])
    assert cal.is_business(day("2026-03-02"))
    assert not longer.is_business(day("2026-03-02"))


def test_years_without_the_list_of_the_body_are_named() -> None:
    cal = calendar(years=[2026])
    assert cal.unlisted_years(day("2025-12-20"), day("2027-01-05")) == (2025, 2027)
    assert cal.unlisted_years(day("2026-01-01"), day("2026-12-31")) == ()


@pytest.mark.parametrize("last", ["2026-02-27", "2126-03-02"])
def test_a_suspension_with_impossible_dates_is_refused(last: str) -> None:
    with pytest.raises(InvalidData, match="suspensión de plazos"):
        calendar(suspensions=[suspension("2026-03-02", last)])


def test_a_count_that_leaves_the_calendar_is_refused() -> None:
    with pytest.raises(InvalidData, match="se sale del calendario"):
        calendar().add(dt.date.max, 1)


def test_dates_far_from_any_list_are_counted_all_the_same() -> None:
    cal = calendar("2026-11-16")
    assert cal.add(day("1970-01-01"), 1) == day("1970-01-02")
    assert cal.add(day("2099-12-31"), 2) == day("2100-01-04")


@given(calendars, days, st.integers(-80, 80), matters)
def test_adding_business_days_equals_walking(
    cal: Calendar, start: dt.date, n: int, matter: str | None
) -> None:
    walked, left, step = start, abs(n), ONE_DAY if n > 0 else -ONE_DAY
    while left:
        walked += step
        left -= open_by_hand(cal, walked, matter)
    assert cal.add(start, n, matter) == walked


@given(calendars, days, st.integers(-90, 90), matters)
def test_counting_business_days_equals_walking(
    cal: Calendar, start: dt.date, span: int, matter: str | None
) -> None:
    end = start + dt.timedelta(span)
    first, last = min(start, end), max(start, end)
    walked = sum(
        open_by_hand(cal, first + dt.timedelta(n), matter)
        for n in range(1, (last - first).days + 1)
    )
    assert cal.between(start, end, matter) == (walked if span >= 0 else -walked)


@given(calendars, days, matters)
def test_a_day_is_worked_exactly_when_nothing_explains_it_away(
    cal: Calendar, on: dt.date, matter: str | None
) -> None:
    worked = open_by_hand(cal, on, matter)
    assert cal.is_business(on, matter) == worked
    assert (cal.reason(on, matter) is None) == worked
    assert cal.on_or_after(on, matter) == (on if worked else cal.next_business(on, matter))
