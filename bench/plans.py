"""What will happen to each case of the benchmark's office, drawn before the first is born."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.people import SHARES
from caseflow.domain.instants import local_date
from caseflow.domain.vocabulary import Source

WEEKS = 100

#: One slot for each of 25 open cases: the area's code, or none for the desk.
_SLOTS: tuple[str | None, ...] = (
    *(code for code, share in SHARES.items() for _ in range(share)),
    None,
)
_SOURCES = {
    Source.SUAC: 70,
    Source.CESAC: 20,
    Source.HEARING: 3,
    Source.PAPER: 3,
    Source.SISAI: 4,
}


@dataclass(frozen=True, slots=True)
class Plan:
    """One case as it was drawn: when it is filed, how it comes, what happens to it when."""

    filed: dt.datetime
    source: Source
    open: bool
    area: str | None
    #: days from filing to the end that a listing told; none where the office works on it
    ended_after: int | None
    #: (weeks after birth, action), the weeks ascending
    steps: tuple[tuple[int, str], ...] = ()


def plans(chance: random.Random, cases: int, now: dt.datetime) -> Iterator[Plan]:
    """All cases, a quarter of them open, in no order."""
    sources, shares = list(_SOURCES), list(_SOURCES.values())
    longest = WEEKS * 7 - 7
    for number in range(cases):
        source = chance.choices(sources, shares)[0]
        is_open = number % 4 == 0
        ours = not is_open and number % 16 in (1, 6, 11) and source is not Source.SISAI
        if is_open:
            age = min(int(chance.expovariate(1 / 45)), longest)
            steps = _open_steps(chance, age // 7, source)
            area = _SLOTS[number // 4 % len(_SLOTS)]
            steps = steps if area is not None else ()
        elif ours:
            age = chance.randrange(42, longest)
            steps = _closed_steps(chance, age // 7, source)
            area = chance.choice(_SLOTS[:-1])
        else:
            age = int(chance.triangular(1, longest, longest * 0.35))
            steps, area = (), None
        filed = _filed(chance, now, age)
        ended = None if is_open or ours else min(age, int(chance.expovariate(1 / 18)))
        yield Plan(filed, source, is_open or ours, area, ended, steps)


def _open_steps(chance: random.Random, weeks: int, source: Source) -> tuple[tuple[int, str], ...]:
    """What was done so far about a case that is still open; its turn stays open."""
    if weeks < 2 or chance.random() < 0.3:
        return ()
    steps = ["accept"]
    draw = chance.random()
    if source is Source.SISAI:
        draw = max(draw, 0.1)
    if draw < 0.04:
        if weeks > 3:
            steps = ["return", "route", "accept"]
    elif draw < 0.07:
        steps.append("request_clarification")
    elif draw < 0.15:
        steps.append("draft")
    elif draw < 0.55:
        steps.append("assign")
    if chance.random() < 0.1:
        steps.append("note")
    return tuple(enumerate(steps[: weeks - 1], start=1))


def _closed_steps(chance: random.Random, weeks: int, source: Source) -> tuple[tuple[int, str], ...]:
    """The whole way of a case that the office closed; SUAC's close by the 72 hours."""
    reply = min(weeks - 1, 2 + int(chance.lognormvariate(0.6, 0.9)))
    steps = [(1, "accept")]
    if reply > 2 and chance.random() < 0.3:
        steps.append((2, "assign"))
    steps.append((reply, "reply"))
    if source is not Source.SUAC:
        steps.append((reply + 1, "close"))
    return tuple(steps)


def _filed(chance: random.Random, now: dt.datetime, age: int) -> dt.datetime:
    """A local wall time ``age`` days ago, in office hours, never after ``now``."""
    day = local_date(now) - dt.timedelta(days=max(age, 1))
    return dt.datetime.combine(day, dt.time(chance.randrange(9, 15), chance.randrange(60)))


def weeks_before(today: dt.date) -> list[dt.date]:
    """Mondays of the weeks of the play, the last one that of today."""
    monday = today - dt.timedelta(days=today.weekday())
    return [monday - dt.timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]


def by_week(drawn: Iterator[Plan], weeks: Sequence[dt.date]) -> list[list[Plan]]:
    born: list[list[Plan]] = [[] for _ in weeks]
    for plan in drawn:
        born[max(0, (plan.filed.date() - weeks[0]).days // 7)].append(plan)
    return born
