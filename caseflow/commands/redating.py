"""Dating the cases again after a change of calendar or law, in the transaction of that change."""

from __future__ import annotations

from caseflow import dialect
from caseflow.commands.work import Work
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.people import SYSTEM
from caseflow.domain.redating import Impact, span_of
from caseflow.models import Case
from caseflow.queries.calendars import chunks, counted_again, touched
from caseflow.queries.facts import load_cases


def redate_cases(work: Work, before: Clockwork, after: Clockwork, cause: str) -> Impact:
    """Move the open dates and rectify the closed ones, one event ``redated`` for each case.

    All or nothing: a calendar half applied would date folios by two lists at once. The actor need
    not see the cases: it is the calendar that moves them.
    """
    impact = Impact()
    lock = dialect.lock_case_rows(work.session.get_bind().dialect.name)
    for ids in chunks(touched(work.session, span_of(before, after))):
        cases = load_cases(work.session, SYSTEM, Case.id.in_(ids), lock=lock, whole=False)
        changes = []
        for case in cases.values():
            change, _ = counted_again(case, work.actor, work.now, before, after, cause, impact)
            if change is not None:
                changes.append(change)
        work.apply_many(changes)
    return impact
