"""The clock ticks: what time did to the cases is found, decided and written in chunks.

Doing it twice, late, or from two processes at once writes the same rows: each chunk loads its cases
anew in its own transaction and records only what is not recorded yet.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from caseflow.commands.spoiled import SPOILED, forget_recovered, note_spoiled
from caseflow.commands.work import Work, begin_work
from caseflow.domain.change import Change
from caseflow.domain.clock import soon_limit
from caseflow.domain.errors import Busy
from caseflow.domain.people import SYSTEM
from caseflow.domain.ticks import pass_time
from caseflow.queries.due import cases_due
from caseflow.queries.people import transparency_over
from caseflow.queries.spoiled import known_spoiled, resting

#: Cases of one transaction: some 200 ms, so that people at the desks do not wait for the clock.
CHUNK = 500
#: Cases looked for at once; more are found in the next pass.
PASS = 20_000
#: Its name among the jobs.
TICK_JOB = "tick"
#: Event → its name among the counts.
COUNTED = {
    "became_overdue": "became_overdue",
    "due_soon": "due_soon",
    "target_missed": "target_missed",
    "appeal_due_soon": "appeals",
    "appeal_overdue": "appeals",
    "close": "closed",
}


def tick(now: dt.datetime, chunk: int = CHUNK) -> dict[str, int]:
    """Record all that happened by time alone up to ``now``.

    Returns ``became_overdue``, ``due_soon``, ``target_missed``, ``appeals`` (their terms that are
    near or passed), ``closed``, and ``set_aside``: the cases that could not be decided or written,
    those included that are not tried this time.
    """
    counts = Counter(dict.fromkeys((*COUNTED.values(), "set_aside"), 0))
    with begin_work(SYSTEM, now) as work:
        known = known_spoiled(work.session, TICK_JOB)
        rest = resting(work.session, TICK_JOB, now)
    seen: set[int] = set()
    failed: set[int] = set()
    while True:
        with begin_work(SYSTEM, now) as work:
            soon_until = soon_limit(work.today, work.clockwork.calendar)
            found = cases_due(work.session, now, work.today, soon_until, PASS + len(seen))
        new = [case_id for case_id in found if case_id not in seen]
        if not new:
            break
        seen.update(new)
        ids = [case_id for case_id in new if case_id not in rest]
        for start in range(0, len(ids), chunk):
            counts.update(_chunk(ids[start : start + chunk], now, failed))
    failed |= rest & seen
    forget_recovered(TICK_JOB, known - failed, now)
    return {**counts, "set_aside": len(failed)}


def _chunk(ids: Sequence[int], now: dt.datetime, failed: set[int]) -> Mapping[str, int]:
    """One transaction; where it fails, each of its cases alone, and the spoiled ones noted."""
    try:
        with begin_work(SYSTEM, now) as work:
            changes = _decide(work, ids)
            work.apply_many(changes)
    except Busy:
        raise  # the next tick finds them again
    except SPOILED as error:
        if len(ids) == 1:
            note_spoiled(TICK_JOB, ids[0], error, now)
            failed.add(ids[0])
            return {}
        counts: Counter[str] = Counter()
        for case_id in ids:
            counts.update(_chunk([case_id], now, failed))
        return counts
    return Counter(COUNTED[event.action] for change in changes for event in change.events)


def _decide(work: Work, ids: Sequence[int]) -> list[Change]:
    cases = work.cases(ids)
    officers: Mapping[int, Sequence[int]] = {}
    if any(case.open_appeals() for case in cases.values()):
        officers = transparency_over(work.session, work.tree, work.today)
    decided = (
        pass_time(case, work.clockwork, work.now, officers.get(case.desk_id, ()))
        for case in cases.values()
    )
    return [change for change in decided if change is not None]
