"""Dating the cases again after a change of calendar or law.

Few cases move in the transaction of the change itself; many in a job (``jobs``), chunk by chunk.
While it is under way the office counts by the new clock, the old one is kept beside the
configuration, folios that still wait for their turn are marked, and no other change is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete

from caseflow import dialect
from caseflow.commands.cases import Taken
from caseflow.commands.job_rows import WHOLE_CASE, Worker, add_counts, ask
from caseflow.commands.work import Work
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.errors import NotNow
from caseflow.domain.kept_clock import clock_as_json
from caseflow.domain.people import SYSTEM
from caseflow.domain.phrases import N_
from caseflow.domain.redating import Impact, span_of
from caseflow.models import Case, Job, JobItem, Setting
from caseflow.queries.calendars import counted_again, touched
from caseflow.queries.facts import load_cases
from caseflow.queries.reference import REDATING

#: The kind of job.
REDATE = "redate"
#: As many cases are dated again while the person waits; more become a job.
AT_ONCE = 300
#: Cases of one transaction of the job: some 100 ms, so that people at the desks do not wait.
CHUNK = 500
_NOT_COUNTED = N_("No hay un plazo vigente para su fecha de recepción: se queda como estaba.")


@dataclass(frozen=True, slots=True)
class Redated:
    """What a change did to the dates: ``impact``, or a job under way over ``total`` cases."""

    impact: Impact
    job_id: int | None = None
    total: int = 0

    def as_json(self) -> dict[str, Any]:
        """For the event of the change."""
        if self.job_id is None:
            return {"counts": self.impact.counts()}
        return {"job": self.job_id, "cases": self.total}


#: Nothing was to be dated again.
UNMOVED = Redated(Impact())


class Rehearsed(Exception):
    """Ends a rehearsal where the dates would begin to move; carries the clocks before and after."""

    def __init__(self, before: Clockwork, after: Clockwork) -> None:
        super().__init__()
        self.before = before
        self.after = after


def hold_clock(work: Work) -> Clockwork:
    """The clock as it is, with nobody else using or changing it until this transaction ends.

    So no case is born by the old clock behind the back of the change. Raises ``NotNow`` while
    dates are being counted again.
    """
    dialect.one_at_a_time(work.session.connection(), "calendar")
    work.hold_configuration()
    if work.reference.redating is not None:
        raise NotNow(
            "Todavía se están volviendo a fechar los folios del cambio anterior: "
            "espere a que termine."
        )
    return work.clockwork


def redate_cases(work: Work, before: Clockwork, after: Clockwork, cause: str) -> Redated:
    """Move the open dates and rectify the closed ones, one event ``redated`` for each case.

    For a change that began with ``hold_clock``, whose rows are written and whose event follows.
    The actor need not see the cases: it is the calendar that moves them.
    """
    if work.rehearsing:
        raise Rehearsed(before, after)
    ids = touched(work.session, span_of(before, after))
    if len(ids) <= AT_ONCE:
        impact = Impact()
        _date_again(work, ids, before, after, cause, impact)
        return Redated(impact)
    stamp = work.hold_configuration()
    job = ask(
        work, REDATE, [(case_id, WHOLE_CASE) for case_id in ids], {"cause": cause},
        f"{REDATE}-{stamp.value['n'] if stamp is not None else 0}",
    )  # fmt: skip
    kept = {"job": job.id, "cause": cause, "before": clock_as_json(before)}
    work.session.add(Setting(name=REDATING, value=kept))
    return Redated(Impact(), job.id, len(ids))


def _date_again(
    work: Work,
    ids: Sequence[int],
    before: Clockwork,
    after: Clockwork,
    cause: str,
    impact: Impact,
) -> list[Taken]:
    chosen = dialect.among(Case.id, ids)
    cases = load_cases(work.session, SYSTEM, chosen, lock=work.locks, whole=False)
    changes, taken = [], []
    for case in cases.values():
        aside = impact.set_aside
        change, _ = counted_again(case, work.actor, work.now, before, after, cause, impact)
        if change is not None:
            changes.append(change)
        counted = impact.set_aside == aside
        taken.append(Taken(case.id, WHOLE_CASE, case.ref, counted, "" if counted else _NOT_COUNTED))
    work.apply_many(changes)
    return taken


def _take(work: Work, job: Job, items: Sequence[JobItem]) -> Sequence[Taken]:
    """Date some cases of the job again, by the clock as it is now."""
    under_way = work.reference.redating
    if under_way is None or under_way.job_id != job.id:
        raise LookupError(f"the clock from before job {job.id} is not kept")
    impact = Impact()
    ids = [item.case_id for item in items]
    taken = _date_again(work, ids, under_way.before, work.clockwork, under_way.cause, impact)
    add_counts(job, impact.counts())
    return taken


def _conclude(work: Work, job: Job) -> None:
    """All are dated: the clock from before is let go, and one event tells what the change moved."""
    work.session.execute(delete(Setting).where(Setting.name == REDATING))
    work.record(
        "dates_counted_again",
        {"job": job.id, "cause": job.data["cause"], "counts": job.counts or {}},
    )


WORKER = Worker(_take, _conclude, CHUNK)
