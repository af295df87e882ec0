"""The clock: from a filing and the acts of a case to the day on which it is due.

Domain §5; the conventions and the article behind each stand in ``docs/adr/0003``. Everything here
is a date of America/Mexico_City, pure, and never asks what day it is. ``count`` does arithmetic
only; the day-by-day explanation is made from the same stretches, and only when somebody asks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from caseflow.domain.acts import Act, ActKind
from caseflow.domain.calendar import Calendar, Reason, Suspension
from caseflow.domain.counting import Run
from caseflow.domain.explanation import DayLine, EventLine, Explanation, Story
from caseflow.domain.instants import hours_after, local, local_date, office_time, utc
from caseflow.domain.phrases import phrase
from caseflow.domain.terms import Companions, Term, TermTable
from caseflow.domain.unit_days import notice_takes_effect
from caseflow.domain.vocabulary import DeadlineState, Semaphore

__all__ = [
    "Act",
    "ActKind",
    "Calendar",
    "Companions",
    "Count",
    "DayLine",
    "EventLine",
    "Explanation",
    "Received",
    "Term",
    "TermTable",
    "count",
    "count_under",
    "days_left",
    "hours_after",
    "local",
    "local_date",
    "notice_takes_effect",
    "officially_received",
    "overdue_on",
    "semaphore",
    "soon_limit",
    "suspended",
    "utc",
]

#: "Por vencer": one to three business days left.
SOON_DAYS = 3


@dataclass(frozen=True, slots=True)
class Received:
    """The official reception of a filing, and whether the cut-off hour moved it."""

    on: dt.date
    cutoff_applied: bool
    warnings: tuple[str, ...] = ()


def officially_received(filed: dt.datetime | dt.date, term: Term, calendar: Calendar) -> Received:
    """The day on which something filed (office time, or only its day) counts as received.

    Information and personal data: on a non-working day, or after the cut-off hour of the term
    (strictly after: 15:00 sharp is in time [R]), the next business day; without an hour it counts
    as before the cut-off, with a warning. Services: the day itself, whatever day it is.
    """
    day, hour = office_time(filed)
    if not term.official:
        return Received(day, False)
    if not calendar.is_business(day, term.matter):
        return Received(calendar.next_business(day, term.matter), False)
    if term.cutoff is None:
        return Received(day, False)
    if hour is None:
        warning = phrase(
            "Sin hora: se toma como presentada antes del corte de las {cutoff:%H:%M} h.",
            cutoff=term.cutoff,
        )
        return Received(day, False, (warning,))
    if hour > term.cutoff:
        return Received(calendar.next_business(day, term.matter), True)
    return Received(day, False)


@dataclass(frozen=True, slots=True)
class Count:
    """The result of a count. Equal counts say the same, however they were reached.

    ``first_day`` is the day numbered 1 of the run that ends in ``due_on``. ``base_due_on`` (without
    the extension), ``own_due_on`` (ours) and ``due_on`` (the one that rules) are ``None`` while the
    clock rests; ``rests_until`` is then the last day of the person's term, where it has one.
    ``used`` days were used up at the last stop; ``total`` is the length of the term, extension
    included. ``extended`` says that the one extension the law allows has been used.
    """

    received_on: dt.date
    first_day: dt.date
    base_due_on: dt.date | None
    due_on: dt.date | None
    state: DeadlineState
    used: int
    total: int
    extended: bool
    given_applied: bool
    warnings: tuple[str, ...]
    own_due_on: dt.date | None
    rests_until: dt.date | None = None
    answered_on: dt.date | None = None
    story: Story = field(kw_only=True, repr=False, compare=False)

    @property
    def late(self) -> bool:
        """Whether the answer was notified after the term: met when notified on ≤ ``due_on``."""
        return (
            self.answered_on is not None
            and self.due_on is not None
            and self.answered_on > self.due_on
        )

    def explain(self, filed: dt.datetime | dt.date | None = None) -> Explanation:
        """The count day by day, from the filing (office time) where given."""
        return self.story.tell(filed)


def count(
    term: Term,
    received_on: dt.date,
    calendar: Calendar,
    acts: Iterable[Act] = (),
    given: dt.date | None = None,
    extension: Term | None = None,
    clarification: Term | None = None,
    request: Term | None = None,
    payment: Term | None = None,
    *,
    strict: bool = True,
) -> Count:
    """The day on which ``term``, running from an official reception, ends.

    ``acts`` in any order of dates (same day: as listed). ``given`` is a limit date known from the
    start; a later one is an act. The other terms are those of the law pack for the same matter:
    they say by how much an extension extends, what a clarification does and until when it may be
    asked for (``request``), and how long the person may take to pay.

    Raises ``NotNow`` or ``InvalidData`` for an act that could not be done, ``MissingData`` where
    the law pack lacks the term that says what an act does. With ``strict=False`` (acts already on
    record, counted again with another calendar or reception) refusals become warnings: an extension
    notified in time by the calendar of its day stays, an act that makes no sense has no effect.
    """
    acts = tuple(acts)
    if acts:
        calendar = suspended(calendar, acts, term.matter)
    law = Companions(extension, request, clarification, payment)
    run = Run(term, received_on, calendar, law, strict)
    if given is not None:
        run.give(given)
    for act in sorted(acts, key=lambda act: act.on):
        run.take(act)
    run.finish()
    due_on = None if run.rest else run.limit
    story = Story(
        term,
        calendar,
        received_on,
        run.first_day,
        due_on,
        None if run.rest else run.end,
        run.legs,
        run.events,
        tuple(run.warnings),
        run.base_total,
    )
    return Count(
        received_on=received_on,
        first_day=run.first_day,
        base_due_on=None if run.rest else run.base_end,
        due_on=due_on,
        state=DeadlineState.PAUSED if run.rest else DeadlineState.RUNNING,
        used=run.used,
        total=run.base_total + run.extension_total,
        extended=run.extended,
        given_applied=run.given_rules,
        warnings=story.warnings,
        own_due_on=story.own_due_on,
        rests_until=run.rests_until,
        answered_on=run.answered_on,
        story=story,
    )


def count_under(
    table: TermTable,
    term: Term,
    received_on: dt.date,
    calendar: Calendar,
    acts: Iterable[Act] = (),
    given: dt.date | None = None,
    *,
    strict: bool = True,
) -> Count:
    """As ``count``, the other terms taken from the law in force on the reception date."""
    law = table.companions(term.matter, received_on)
    return count(
        term,
        received_on,
        calendar,
        acts,
        given,
        law.extension,
        law.clarification,
        law.request,
        law.payment,
        strict=strict,
    )


def suspended(calendar: Calendar, acts: Iterable[Act], matter: str) -> Calendar:
    """The calendar with the suspensions that stand among the acts of one case."""
    more = [
        Suspension(matter, act.on, act.last_day, Reason(phrase("Suspensión de plazos"), "", ""))
        for act in acts
        if act.kind == "suspend"
    ]
    return calendar.with_suspensions(more) if more else calendar


def overdue_on(due_on: dt.date | None, today: dt.date) -> dt.date | None:
    """The day on which it became overdue, the one after ``due_on``; ``None`` if not so by today."""
    if due_on is None or today <= due_on:
        return None
    return due_on + dt.timedelta(days=1)


def days_left(
    due_on: dt.date, today: dt.date, calendar: Calendar, matter: str | None = None
) -> int:
    """Business days from ``today`` to ``due_on``: 0 only on the day itself, negative when late.

    Where no business day lies between (due on a Friday, seen on the Saturday) it is one, begun.
    """
    left = calendar.between(today, due_on, matter)
    if due_on > today:
        return max(left, 1)
    return min(left, -1) if due_on < today else 0


def soon_limit(today: dt.date, calendar: Calendar, matter: str | None = None) -> dt.date:
    """The last date that counts as "por vencer": the third business day after ``today``."""
    return calendar.add(today, SOON_DAYS, matter)


def semaphore(
    due_on: dt.date | None, today: dt.date, waiting: bool, soon_until: dt.date
) -> Semaphore:
    """The light of a case. ``soon_until`` comes from ``soon_limit``; SQL compares the same dates.

    ``waiting`` says that its clock rests. It is asked first: a resting clock is never late.
    """
    if waiting:
        return Semaphore.WAITING
    if due_on is None:
        return Semaphore.NO_TERM
    if due_on < today:
        return Semaphore.OVERDUE
    if due_on == today:
        return Semaphore.TODAY
    return Semaphore.SOON if due_on <= soon_until else Semaphore.ON_TIME
