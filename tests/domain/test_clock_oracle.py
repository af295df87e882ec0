"""The clock against an oracle that walks day by day and shares no code with it.

The oracle knows the rules of ``docs/adr/0003-clock-conventions.md`` as a person with a calendar on
the wall would apply them: look at each day, cross it out or number it, see what was notified.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import assume, event, given
from hypothesis import strategies as st

from caseflow.domain.calendar import Calendar, Suspension
from caseflow.domain.clock import Act, Count, Term, count, officially_received
from caseflow.domain.errors import DomainError
from caseflow.domain.vocabulary import DeadlineState
from tests.domain.clock_cases import LISTED, RESTED, term

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Situation:
    """All that a count depends on."""

    term: Term
    received_on: dt.date
    calendar: Calendar
    acts: tuple[Act, ...]
    given: dt.date | None
    extension: Term | None
    clarification: Term
    request: Term | None
    payment: Term | None

    def count(self, *, strict: bool = True) -> Count:
        return count(
            self.term,
            self.received_on,
            self.calendar,
            self.acts,
            self.given,
            self.extension,
            self.clarification,
            self.request,
            self.payment,
            strict=strict,
        )


# ── The oracle ───────────────────────────────────────────────────────────────────────────────────


class Refused(Exception):
    """The oracle would not have let the person do this."""


class Oracle:
    """Walks from the reception on, one day after the other."""

    def __init__(self, situation: Situation) -> None:
        self.s = situation
        self.unit = situation.term.unit
        self.base = self.whole_days(situation.received_on)
        self.more = 0  # days of the extension
        self.number = 0  # days numbered so far
        self.base_passed = False  # the base term has reached its end
        self.due: dt.date | None = None
        self.extended = self.asked = False
        self.resting: tuple[str, dt.date] | None = None  # by which act, and since when
        self.freeze: tuple[int, dt.date] | None = None  # never number more than, up to
        self.idle_until: dt.date | None = None  # days through here are not numbered
        self.ignored: str | None = None
        self.given = situation.given
        self.given_rules = situation.given is not None

    def whole_days(self, start: dt.date) -> int:
        """How many days the term has, from the day after ``start`` on."""
        if self.unit == "hours":
            return (self.s.term.days + 23) // 24
        if self.unit != "months":
            return self.s.term.days
        walk = start
        for _ in range(self.s.term.days):  # to the first of each month that comes
            walk += ONE_DAY
            while walk.day != 1:
                walk += ONE_DAY
        while walk.day < start.day and (walk + ONE_DAY).day != 1:
            walk += ONE_DAY
        return (walk - start).days

    def closed(self, day: dt.date) -> bool:
        matter = self.s.term.matter
        return (
            day.weekday() >= self.s.calendar.week
            or day in self.s.calendar.days
            or any(
                s.first <= day <= s.last and s.matter in (None, matter)
                for s in self.s.calendar.suspensions
            )
            or any(a.kind == "suspend" and a.on <= day <= a.last_day for a in self.s.acts)
        )

    def run(self) -> tuple[dt.date | None, dt.date | None]:
        """Our own end and the one that rules, both ``None`` at rest."""
        acts = sorted(self.s.acts, key=lambda act: act.on)
        if self.given is not None and self.given < self.s.received_on:
            self.given, self.given_rules = None, False
        if any(a.on < self.s.received_on for a in acts if a.kind != "suspend"):
            raise Refused
        day = self.s.received_on
        last = max([day, *(act.on for act in acts)])
        while True:
            if day > self.s.received_on:
                self.pass_day(day)
            for act in acts:
                if act.on == day:
                    self.do(act, day)
            self.see_end(day)
            waits_for_nobody = self.due is not None or (
                self.resting is not None and day >= self.resting[1]
            )
            if day >= last and waits_for_nobody:
                break
            day += ONE_DAY
        if self.resting is not None:
            return None, None
        return self.due, self.given if self.given_rules else self.due

    def pass_day(self, day: dt.date) -> None:
        if self.due is not None or (self.idle_until is not None and day <= self.idle_until):
            return
        if self.resting is not None and day > self.resting[1]:
            return
        if self.unit == "business" and self.closed(day):
            return
        if self.number == self.base and not self.base_passed:
            return  # natural days waiting for an open one
        if self.number == self.base + self.more:
            return
        if self.freeze is not None and day <= self.freeze[1] and self.number == self.freeze[0]:
            return
        self.number += 1

    def see_end(self, day: dt.date) -> None:
        if self.resting is not None or self.due is not None:
            return
        may_end = self.unit not in ("calendar", "months") or not self.closed(day)
        if self.number >= self.base and may_end:
            self.base_passed = True
        if self.number == self.base + self.more and may_end:
            self.due = day

    def in_force(self, day: dt.date) -> bool:
        """Whether the date in force has not passed yet."""
        if self.given_rules:
            assert self.given is not None
            return day <= self.given
        return self.due is None or day <= self.due

    def do(self, act: Act, day: dt.date) -> None:
        if act.kind == "clarify":
            if self.asked or self.resting is not None:
                raise Refused
            self.asked = True
            if not self.in_force(day) or self.past_request(day):
                self.ignored = "clarify"
                return
            self.stop("clarify", act, self.s.clarification)
        elif act.kind == "cost":
            if self.resting is not None:
                raise Refused
            if not self.in_force(day):
                self.ignored = "cost"
                return
            self.stop("cost", act, self.s.payment)
        elif act.kind in ("clarified", "paid"):
            self.go_on(act, day)
        elif act.kind == "extend":
            if self.s.extension is None or self.extended or self.resting is not None:
                raise Refused
            late = day > self.given if self.given_rules and self.given else False
            if not self.given_rules:
                late = self.due is not None and day > self.due
            if late:
                raise Refused
            self.extended, self.given_rules = True, False
            self.more = act.days or self.s.extension.days
            if self.due is not None:
                self.rewind_to_end_of_base(day)

    def rewind_to_end_of_base(self, day: dt.date) -> None:
        """Extended under a later date of the platform: number the days since our own end."""
        assert self.due is not None
        walk, self.due = self.due, None
        while walk < day:
            walk += ONE_DAY
            self.pass_day(walk)
            if walk < day:
                self.see_end(walk)

    def past_request(self, day: dt.date) -> bool:
        if self.s.request is None:
            return False
        walk, left = self.s.received_on, self.s.request.days
        while left:
            walk += ONE_DAY
            left -= not self.closed(walk)
        return day > walk

    def stop(self, kind: str, act: Act, cause: Term | None) -> None:
        effect, rule = act.on, "same_day"
        if cause is not None:
            rule = cause.notice_effect
            if act.on_paper and cause.paper_effect:
                rule = cause.paper_effect
        if rule == "next_business_day":
            effect += ONE_DAY
            while self.closed(effect):
                effect += ONE_DAY
        whole = self.base + self.more
        if self.number == whole:  # the last day stays to be used
            self.number -= 1
            self.base_passed = self.base_passed and self.number >= self.base
        elif self.number == self.base and self.more:
            self.base_passed = True
        self.freeze = (whole - 1, effect)
        self.resting, self.given_rules, self.due = (kind, effect), False, None

    def go_on(self, act: Act, day: dt.date) -> None:
        kind = "clarify" if act.kind == "clarified" else "cost"
        if self.resting is None or self.resting[0] != kind:
            if self.ignored != kind:
                raise Refused
            self.ignored = None
            return
        again = day
        if act.kind == "clarified" and self.s.term.matter == "information":
            while self.closed(again):
                again += ONE_DAY
        effect = self.resting[1]
        cause = self.s.clarification if kind == "clarify" else self.s.payment
        resumes = max(again, effect, self.idle_until or again)
        if cause is not None and cause.effect == "interrupts":
            self.number, self.base_passed = 0, False
            self.base = self.whole_days(resumes)
        else:
            walk = day
            while walk < effect:  # on paper: the days until the notice took effect were running
                walk += ONE_DAY
                self.pass_day(walk)
        self.idle_until = resumes
        self.resting = self.freeze = None


# ── Situations ───────────────────────────────────────────────────────────────────────────────────


@st.composite
def calendars(draw: st.DrawFn, start: dt.date) -> Calendar:
    offsets = draw(st.sets(st.integers(-5, 90), max_size=25))
    rests = draw(
        st.lists(
            st.tuples(
                st.integers(-5, 60),
                st.integers(0, 15),
                st.sampled_from([None, "information", "service"]),
            ),
            max_size=2,
        )
    )
    return Calendar(
        "alcaldia-iztacalco",
        {start + dt.timedelta(n): LISTED for n in offsets},
        frozenset(range(start.year, start.year + 2)),
        tuple(
            Suspension(matter, start + dt.timedelta(a), start + dt.timedelta(a + n), RESTED)
            for a, n, matter in rests
        ),
        draw(st.sampled_from([5, 5, 5, 6])),
    )


@st.composite
def situations(draw: st.DrawFn, *, unit: str = "business", with_given: bool = True) -> Situation:
    received_on = draw(st.dates(dt.date(2009, 1, 1), dt.date(2035, 12, 31)))
    matter = draw(st.sampled_from(["information", "service"]))
    days = draw(st.integers(1, 3) if unit == "months" else st.integers(1, 45))
    counted = term(matter, "answer", days * 24 - 5 if unit == "hours" else days, unit=unit)
    days = days * 31 if unit == "months" else days
    effects = st.sampled_from(["same_day", "next_business_day"])
    stops: dict[str, Any] = {"notice_effect": "same_day"}
    if unit == "business":
        stops = {"notice_effect": draw(effects), "paper_effect": draw(st.just("") | effects)}
    paper = st.booleans()
    span = days if unit != "business" else days * 7 // 5 + 8
    offsets = st.integers(0, span)
    answers = st.integers(0, 25)
    acts: list[Act] = []
    if draw(st.booleans()):
        asked = draw(st.integers(0, min(6, span)) | offsets)
        acts.append(Act("clarify", received_on + dt.timedelta(asked), on_paper=draw(paper)))
        if draw(st.integers(0, 4)):
            answered = received_on + dt.timedelta(asked + draw(answers))
            acts.append(Act("clarified", answered))
            span += 30
    for _ in range(draw(st.integers(0, 2))):
        told = draw(st.integers(0, span))
        acts.append(Act("cost", received_on + dt.timedelta(told), on_paper=draw(paper)))
        if draw(st.integers(0, 4)):
            paid = received_on + dt.timedelta(told + draw(answers))
            acts.append(Act("paid", paid))
    if draw(st.booleans()):
        granted = draw(st.integers(0, 7))
        acts.append(Act("extend", received_on + dt.timedelta(draw(offsets)), granted))
    if draw(st.integers(0, 3)) == 0:
        rest = received_on + dt.timedelta(draw(offsets))
        acts.append(Act("suspend", rest, draw(st.integers(0, 9))))
    limit = draw(st.none() | st.integers(-3, span)) if with_given else None
    return Situation(
        term=counted,
        received_on=received_on,
        calendar=draw(calendars(received_on)),
        acts=tuple(acts),
        given=None if limit is None else received_on + dt.timedelta(limit),
        extension=draw(
            st.none()
            if unit == "months"
            else st.none() | st.just(term(matter, "extension", 7, unit=unit))
        ),
        clarification=term(
            matter,
            "person_answers_clarification",
            10,
            effect=draw(st.sampled_from(["interrupts", "pauses"])),
            **stops,
        ),
        request=draw(st.none() | st.just(term(matter, "request_clarification", 3))),
        payment=draw(st.none() | st.just(term(matter, "pay_reproduction", 30, **stops))),
    )


def compare(situation: Situation) -> None:
    try:
        expected: tuple[dt.date | None, dt.date | None] | None = Oracle(situation).run()
    except Refused:
        expected = None
    try:
        counted = situation.count()
    except DomainError:
        event("refused")
        assert expected is None
        return
    event(counted.state.value)
    assert expected == (counted.own_due_on, counted.due_on)


@given(st.data())
def test_the_official_reception_agrees_with_walking(data: st.DataObject) -> None:
    start = data.draw(st.dates(dt.date(2009, 1, 1), dt.date(2035, 12, 31)))
    calendar = data.draw(calendars(start))
    cutoff = data.draw(st.none() | st.times())
    hour = data.draw(st.none() | st.times() | (st.just(cutoff) if cutoff else st.none()))
    term_of_office = term(cutoff=cutoff)
    filed = start if hour is None else dt.datetime.combine(start, hour)
    oracle = Oracle(
        Situation(
            term_of_office, start, calendar, (), None, None, term(effect="pauses"), None, None
        )
    )
    walk = start
    missed = hour is not None and cutoff is not None and hour > cutoff
    if missed and not oracle.closed(walk):
        walk += ONE_DAY
    while oracle.closed(walk):
        walk += ONE_DAY
    received = officially_received(filed, term_of_office, calendar)
    assert received.on == walk
    assert received.cutoff_applied == (missed and not oracle.closed(start))
    assert bool(received.warnings) == (
        hour is None and cutoff is not None and not oracle.closed(start)
    )


@given(situations())
def test_business_days_agree_with_walking(situation: Situation) -> None:
    compare(situation)


@given(situations(unit="calendar", with_given=False))
def test_natural_days_agree_with_walking(situation: Situation) -> None:
    compare(situation)


@given(situations(unit="months", with_given=False))
def test_months_agree_with_walking(situation: Situation) -> None:
    compare(situation)


@given(situations(unit="hours"))
def test_hours_agree_with_walking(situation: Situation) -> None:
    compare(situation)


UNITS = ["business", "calendar", "months", "hours"]


@given(st.sampled_from(UNITS).flatmap(lambda unit: situations(unit=unit)))
def test_the_explanation_adds_up(situation: Situation) -> None:
    counted = situation.count(strict=False)
    told = counted.explain()
    days = [line.on for line in told.days]
    assert days == [days[0] + dt.timedelta(n) for n in range(len(days))]
    assert days[0] == situation.received_on
    numbers = [line.number for line in told.counted]
    assert numbers == list(range(1, len(numbers) + 1))
    if counted.state == DeadlineState.RUNNING:
        assert len(numbers) == counted.total
        assert told.counted[0].on == counted.first_day
        assert counted.own_due_on is not None
        tail = [d for d in told.days if told.counted[-1].on < d.on <= counted.own_due_on]
        assert not tail or situation.term.unit in ("calendar", "months")
        assert counted.due_on is not None
        assert days[-1] == max(counted.own_due_on, counted.due_on, situation.received_on)
    else:
        assert len(numbers) == counted.used
    if situation.term.unit == "business":
        assert all(line.on.weekday() < situation.calendar.week for line in told.counted)
        assert all(d not in situation.calendar.days for d in (li.on for li in told.counted))


@given(
    st.sampled_from(["business", "calendar", "months"]).flatmap(
        lambda unit: situations(unit=unit, with_given=False)
    ),
    st.sets(st.integers(-5, 120), min_size=1, max_size=30),
)
def test_more_closed_days_never_bring_a_date_nearer(
    situation: Situation, offsets: set[int]
) -> None:
    calendar = situation.calendar
    more = {situation.received_on + dt.timedelta(n): LISTED for n in offsets}
    busier = replace(
        situation,
        calendar=Calendar(
            calendar.body,
            {**calendar.days, **more},
            calendar.listed_years,
            calendar.suspensions,
            calendar.week,
        ),
    )
    try:
        before, after = situation.count(), busier.count()
    except DomainError:
        assume(False)
    if before.due_on is not None and after.due_on is not None:
        assert after.due_on >= before.due_on


@given(situations(with_given=False), st.permutations(range(8)))
def test_the_order_in_which_acts_were_entered_does_not_matter(
    situation: Situation, order: list[int]
) -> None:
    assume(len({act.on for act in situation.acts}) == len(situation.acts))
    shuffled = [situation.acts[i] for i in order if i < len(situation.acts)]
    assert replace(situation, acts=tuple(shuffled)).count(strict=False) == situation.count(
        strict=False
    )


def test_the_oracle_agrees_with_a_count_made_by_hand() -> None:
    received_on = dt.date(2026, 10, 29)
    closed: Sequence[dt.date] = [dt.date(2026, 11, 2), dt.date(2026, 11, 16)]
    situation = Situation(
        term(),
        received_on,
        Calendar("x", dict.fromkeys(closed, LISTED), frozenset({2026})),
        (Act("extend", dt.date(2026, 11, 10)),),
        None,
        term(step="extension", days=7),
        term(effect="interrupts"),
        None,
        None,
    )
    assert Oracle(situation).run() == (dt.date(2026, 11, 24), dt.date(2026, 11, 24))
