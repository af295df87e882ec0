"""A million due dates on one core: ``python -m bench.million [how many]``.

Random filings of three matters from 2017 to 2035, with the law of their day, random calendars with
suspensions, and the acts that a case may have. Every count is made in full: nothing is remembered
between two of them but the calendars' own tables. Drawing the cases is not timed. Prints seconds.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import sys
import time
from collections.abc import Sequence

from caseflow.domain.acts import Act
from caseflow.domain.calendar import Calendar, Reason, Suspension
from caseflow.domain.clock import count_under, officially_received
from caseflow.domain.terms import Term, TermTable
from caseflow.packs import load_law

SEED = 20261124
COUNTS = 1_000_000
#: Cases drawn at once, so that a million need not lie in memory.
DRAWN = 10_000
CALENDARS = 20
FIRST, DAYS = dt.date(2019, 8, 1), 16 * 365
#: How often a case is of each matter, and what share of its acts each kind has.
MATTERS = {"service": 60, "information": 32, "personal_data": 8}
EXTENDED, CLARIFIED, ANSWERED, COSTED = 0.25, 0.2, 0.85, 0.05

_REASON = Reason("Día inhábil", "Gaceta Oficial", "T")

Case = tuple[str, dt.datetime, tuple[Act, ...], dt.date | None, Calendar]


def law() -> TermTable:
    """The terms of the law pack."""
    return TermTable(
        Term(
            matter=row.matter.value,
            step=row.step.value,
            days=row.days,
            unit=row.unit,  # type: ignore[arg-type]  # a word that the pack's reader has checked
            basis=row.basis,
            role=row.role,
            counts_from=row.counts_from,
            cutoff=row.cutoff_hour,
            notice_effect=row.notice_effect,  # type: ignore[arg-type]  # as above
            effect=row.effect,  # type: ignore[arg-type]  # as above
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            legal_source=row.legal_source,
            mark=row.mark.value,
        )
        for row in load_law("cdmx").terms
    )


def calendars(chance: random.Random) -> list[Calendar]:
    """Of so many bodies: some thirty days a year and a suspension of terms each other year."""
    made = []
    for number in range(CALENDARS):
        days = {FIRST + dt.timedelta(days=chance.randrange(DAYS)): _REASON for _ in range(30 * 16)}
        rests = []
        for year in range(FIRST.year, FIRST.year + 16, 2):
            first = dt.date(year, 1, 1) + dt.timedelta(days=chance.randrange(340))
            matter = chance.choice((None, "information"))
            rests.append(
                Suspension(matter, first, first + dt.timedelta(days=chance.randrange(20)), _REASON)
            )
        years = frozenset(range(FIRST.year, FIRST.year + 18))
        made.append(Calendar(f"ente-{number}", days, years, tuple(rests)))
    return made


def draw(chance: random.Random, bodies: Sequence[Calendar]) -> Case:
    """One case, as it may come."""
    matter = chance.choices(list(MATTERS), list(MATTERS.values()))[0]
    filed = dt.datetime.combine(FIRST, dt.time()) + dt.timedelta(
        days=chance.randrange(DAYS), minutes=chance.randrange(24 * 60)
    )
    # acts fall on or after the official reception, which a filing late on a Friday may move far
    day = filed.date() + dt.timedelta(days=4)
    acts = []
    if chance.random() < CLARIFIED:
        acts.append(Act("clarify", day))
        if chance.random() < ANSWERED:
            day += dt.timedelta(days=chance.randrange(1, 12))
            acts.append(Act("clarified", day))
    if matter != "service" and len(acts) != 1:
        if chance.random() < EXTENDED:
            acts.append(Act("extend", day + dt.timedelta(days=1)))
        if chance.random() < COSTED:
            acts.append(Act("cost", day + dt.timedelta(days=2)))
            acts.append(Act("paid", day + dt.timedelta(days=chance.randrange(3, 20))))
    limit = None
    if matter != "service" and chance.random() < 0.1:
        limit = filed.date() + dt.timedelta(days=chance.randrange(10, 30))
    return matter, filed, tuple(acts), limit, chance.choice(bodies)


def main(given: Sequence[str]) -> int:
    wanted = int(given[0]) if given else COUNTS
    chance, table = random.Random(SEED), law()
    bodies = calendars(chance)
    seconds, processor, acts, dated = 0.0, 0.0, 0, 0
    for start in range(0, wanted, DRAWN):
        drawn = [draw(chance, bodies) for _ in range(min(DRAWN, wanted - start))]
        acts += sum(len(case[2]) for case in drawn)
        began, before = time.perf_counter(), time.process_time()
        for matter, filed, done, limit, calendar in drawn:
            term = table.governing(matter, filed.date())
            received = officially_received(filed, term, calendar)
            counted = count_under(table, term, received.on, calendar, done, limit, strict=False)
            dated += counted.due_on is not None
        seconds += time.perf_counter() - began
        processor += time.process_time() - before
    told = {
        "counts": wanted, "dated": dated, "acts": acts, "seconds": seconds, "processor": processor,
    }  # fmt: skip
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
