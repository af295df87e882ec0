"""What each cause did to a date: the same count again, with one cause at a time taken away.

The answers come from the engine itself, so the page can say "without the extension it would have
been the 12th" and be right by construction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from caseflow.domain.acts import Act, ActKind
from caseflow.domain.calendar import Calendar
from caseflow.domain.clock import Count
from caseflow.domain.deadlines import Clockwork, count_of
from caseflow.domain.facts import DeadlineFacts
from caseflow.domain.instants import office_time

Cause = Literal["act", "cutoff", "day", "days"]

#: An act that stops the clock, and the one that lets it go on: taken away together.
_ENDED_BY: dict[ActKind, ActKind] = {"clarify": "clarified", "cost": "paid"}
#: Acts that can move a date; an answer and a limit date of the platform are shown elsewhere.
_MOVING: tuple[ActKind, ...] = ("extend", "clarify", "cost", "suspend")
#: More closed weekdays than this are told as one.
MOST_DAYS = 6


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Without ``cause`` the term would end on ``due_on`` (none: it would be at rest).

    ``act`` names the kind of act, ``day`` the closed weekday (with ``days`` the first of many),
    ``cutoff`` the hour that the filing missed.
    """

    cause: Cause
    due_on: dt.date | None
    act: ActKind | None = None
    day: dt.date | None = None
    number: int = 1
    cutoff: dt.time | None = None


def what_ifs(
    clockwork: Clockwork,
    deadline: DeadlineFacts,
    counted: Count,
    filed: dt.datetime | dt.date | None = None,
) -> tuple[WhatIf, ...]:
    """The causes that bear on a count, each taken away by itself, in the order of their force.

    ``filed`` is the local instant or day of the filing where the cut-off may have played a part.
    """
    return (
        *_without_acts(clockwork, deadline),
        *_before_cutoff(clockwork, deadline, counted, filed),
        *_with_days_open(clockwork, deadline, counted),
    )


def _without_acts(clockwork: Clockwork, deadline: DeadlineFacts) -> Iterator[WhatIf]:
    acts = [Act.from_json(stored) for stored in deadline.acts]
    for kind in _MOVING:
        if not any(act.kind == kind for act in acts):
            continue
        gone = {kind, _ENDED_BY.get(kind, kind)}
        left = [act.as_json() for act in acts if act.kind not in gone]
        other = count_of(clockwork, replace(deadline, acts=left))
        yield WhatIf("act", other.due_on, act=kind)


def _before_cutoff(
    clockwork: Clockwork,
    deadline: DeadlineFacts,
    counted: Count,
    filed: dt.datetime | dt.date | None,
) -> Iterator[WhatIf]:
    cutoff = counted.story.term.cutoff
    if filed is None or cutoff is None:
        return
    day, hour = office_time(filed)
    if hour is None or hour <= cutoff or day >= deadline.received_on:
        return
    if clockwork.calendar.is_business(day, deadline.matter):
        other = count_of(clockwork, replace(deadline, received_on=day))
        yield WhatIf("cutoff", other.due_on, cutoff=cutoff)


def _with_days_open(
    clockwork: Clockwork, deadline: DeadlineFacts, counted: Count
) -> Iterator[WhatIf]:
    listed = [
        line.on
        for line in counted.explain().skipped
        if line.on in clockwork.calendar.days and line.on.weekday() < 5
    ]
    if len(listed) > MOST_DAYS:
        due_on = _due_with(clockwork, deadline, listed)
        yield WhatIf("days", due_on, day=listed[0], number=len(listed))
        return
    for day in listed:
        yield WhatIf("day", _due_with(clockwork, deadline, [day]), day=day)


def _due_with(
    clockwork: Clockwork, deadline: DeadlineFacts, opened: Sequence[dt.date]
) -> dt.date | None:
    calendar = clockwork.calendar
    days = {day: reason for day, reason in calendar.days.items() if day not in opened}
    worked = Calendar(calendar.body, days, calendar.listed_years, calendar.suspensions)
    return count_of(replace(clockwork, calendar=worked, memo={}), deadline).due_on
