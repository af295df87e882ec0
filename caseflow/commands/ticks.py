"""The clock ticks: what time did to the cases is found, decided and written in chunks.

Doing it twice, late, or from two processes at once writes the same rows: each chunk loads its cases
anew in its own transaction and records only what is not recorded yet.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy.exc import SQLAlchemyError

from caseflow.commands.work import Work, begin_work
from caseflow.domain.change import Change
from caseflow.domain.clock import soon_limit
from caseflow.domain.errors import Busy, DomainError
from caseflow.domain.people import SYSTEM
from caseflow.domain.ticks import pass_time
from caseflow.queries.due import cases_due

#: Cases of one transaction: some 200 ms, so that people at the desks do not wait for the clock.
CHUNK = 500
#: Cases looked for at once; more are found in the next pass.
PASS = 20_000
#: What one spoiled case may raise: it is set aside and the others go on (reliability §19).
SPOILED = (ArithmeticError, AssertionError, AttributeError, DomainError, LookupError,
           SQLAlchemyError, TypeError, ValueError)  # fmt: skip
#: Event → its name among the counts.
COUNTED = {
    "became_overdue": "became_overdue",
    "due_soon": "due_soon",
    "target_missed": "target_missed",
    "close": "closed",
}


def tick(now: dt.datetime, chunk: int = CHUNK) -> dict[str, int]:
    """Record all that happened by time alone up to ``now``.

    Returns ``became_overdue``, ``due_soon``, ``target_missed``, ``closed``, and ``set_aside``: the
    cases that could not be decided or written.
    """
    counts = Counter(dict.fromkeys((*COUNTED.values(), "set_aside"), 0))
    seen: set[int] = set()
    while True:
        with begin_work(SYSTEM, now) as work:
            soon_until = soon_limit(work.today, work.clockwork.calendar)
            found = cases_due(work.session, now, work.today, soon_until, PASS + len(seen))
        ids = [case_id for case_id in found if case_id not in seen]
        if not ids:
            return dict(counts)
        seen.update(ids)
        for start in range(0, len(ids), chunk):
            counts.update(_chunk(ids[start : start + chunk], now))


def _chunk(ids: Sequence[int], now: dt.datetime) -> Mapping[str, int]:
    """One transaction; where it fails, each of its cases alone, and the spoiled ones set aside."""
    try:
        with begin_work(SYSTEM, now) as work:
            changes = _decide(work, ids)
            work.apply_many(changes)
    except Busy:
        raise  # the next tick finds them again
    except SPOILED:
        if len(ids) == 1:
            return {"set_aside": 1}
        counts: Counter[str] = Counter()
        for case_id in ids:
            counts.update(_chunk([case_id], now))
        return counts
    return Counter(COUNTED[event.action] for change in changes for event in change.events)


def _decide(work: Work, ids: Sequence[int]) -> list[Change]:
    cases = work.cases(ids)
    decided = (pass_time(case, work.clockwork, work.now) for case in cases.values())
    return [change for change in decided if change is not None]
