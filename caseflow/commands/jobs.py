"""Long work that somebody asked for, done in the background: hundreds of turns, thousands of dates.

Each item gets its verdict in the transaction of its change, so that a killed run goes on where it
was and nothing happens twice. Rights are those of the person on the day the work is done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, update

from caseflow import dialect
from caseflow.commands import redating
from caseflow.commands.cases import Taken, take_turns
from caseflow.commands.job_rows import Worker, ask
from caseflow.commands.spoiled import SPOILED
from caseflow.commands.work import Work, begin_work
from caseflow.domain.errors import Busy, InvalidData, NotFound, NotNow
from caseflow.domain.needs import NEEDS, Field
from caseflow.domain.people import SYSTEM, Actor
from caseflow.domain.phrases import N_
from caseflow.models import Job, JobItem, Turn
from caseflow.queries.due import job_items, next_job
from caseflow.queries.people import actor_for

#: Transactions of one run, so that a scheduler that is told to end need not wait long.
LONGEST_RUN = 100
#: What may be asked for many turns at once; the form's answers are the same for all.
BULK_ACTIONS = frozenset({"accept", "assign", "reassign", "return", "withdraw"})
#: The act that takes a reassignment back: each turn to the area it came from.
UNDO = "undo_reassign"
DONE, REFUSED = "done", "refused"


def start_job(
    work: Work,
    action: str,
    turns: Sequence[tuple[int, int]],
    data: Mapping[str, Any],
    nonce: str,
) -> Job:
    """Ask for one act on many turns, given as (case id, turn number), each once.

    The same form sent twice makes one job. Raises ``InvalidData`` for an act that is not done in
    bulk, or for no turns.
    """
    if action not in BULK_ACTIONS:
        raise InvalidData("Esa acción se hace turno por turno.", field="action")
    return _ask(work, action, turns, data, nonce)


def undo_job(work: Work, job_id: int, reason: str, nonce: str) -> Job:
    """Ask to take back a finished reassignment: every turn that moved goes back where it was.

    Raises ``NotFound`` for a job that is not the actor's, ``NotNow`` for one not to be undone.
    """
    job = work.session.scalar(
        select(Job).where(Job.id == job_id, Job.by_id == work.actor.user_id).with_for_update()
    )
    if job is None:
        raise NotFound()
    if job.undone_by is not None:
        return work.session.get_one(Job, job.undone_by)
    if job.action != "reassign":
        raise NotNow("Sólo una reasignación puede deshacerse.")
    if job.finished_at is None:
        raise NotNow("Espere a que termine para deshacerla.")
    moved = [
        (item.case_id, int(item.result["new_turn"]))
        for item in work.session.scalars(
            select(JobItem)
            .where(JobItem.job_id == job_id, JobItem.verdict == DONE)
            .order_by(JobItem.position)
        )
        if item.result and item.result.get("new_turn")
    ]
    undo = _ask(work, UNDO, moved, {"reason": reason, "undoes": job_id}, nonce)
    job.undone_by = undo.id
    return undo


def run_jobs(now: dt.datetime, chunk: int | None = None) -> dict[str, int]:
    """Do what is asked for and not done. Returns how many items were ``done`` and ``refused``.

    A run ends after ``LONGEST_RUN`` transactions; the next one goes on from there. ``chunk``: items
    of one transaction, where it is not to be as the kind of job says.
    """
    counts = {DONE: 0, REFUSED: 0}
    after, left = 0, LONGEST_RUN
    while left:
        with begin_work(SYSTEM, now) as work:
            found = next_job(work.session, after)
            if found is None:
                break
            actor = _actor(work, found.by_id)
        after = found.id
        size = chunk or WORKERS[found.action].chunk
        more = True
        while more and left:
            more = _advance(found.id, actor, now, size, counts)
            left -= 1
    return counts


def finish_job(
    job_id: int,
    now: dt.datetime,
    progress: Callable[[int], None] = lambda done: None,
    chunk: int | None = None,
) -> None:
    """Do one job to its end here and now: for the command line, where no scheduler may run.

    ``progress`` is told how many items have their verdict. Where a scheduler runs as well, the two
    share the work: each takes the next items that are free.
    """
    with begin_work(SYSTEM, now) as work:
        job = work.session.get_one(Job, job_id)
        actor, size = _actor(work, job.by_id), chunk or WORKERS[job.action].chunk
        more, done = job.finished_at is None, job.done + job.refused
    while more:
        counts = {DONE: 0, REFUSED: 0}
        more = _advance(job_id, actor, now, size, counts)
        done += sum(counts.values())
        progress(done)


def _actor(work: Work, by_id: int | None) -> Actor:
    """Who asked for a job, with today's roles."""
    if by_id is None:
        return SYSTEM
    # a person who left: nobody's rights, so that each item is refused by the rules
    return actor_for(work.session, by_id, work.tree, work.today) or Actor(by_id, "")


def _ask(
    work: Work,
    action: str,
    turns: Sequence[tuple[int, int]],
    data: Mapping[str, Any],
    nonce: str,
) -> Job:
    if not turns:
        raise InvalidData("Elija al menos un turno.", field="turns")
    return ask(work, action, tuple(dict.fromkeys(turns)), data, nonce)


def _advance(
    job_id: int,
    actor: Actor,
    now: dt.datetime,
    chunk: int,
    counts: dict[str, int],
) -> bool:
    """One transaction of a job; whether more is to do.

    Where a whole chunk fails, its items are tried one by one, and the spoiled one is refused.
    """
    try:
        return _transaction(job_id, actor, now, chunk, counts)
    except Busy:
        raise  # what is left waits for the next run
    except SPOILED:
        if chunk > 1:
            return all(_advance(job_id, actor, now, 1, counts) for _ in range(chunk))
        return _set_aside(job_id, now, counts)


def _transaction(
    job_id: int,
    actor: Actor,
    now: dt.datetime,
    chunk: int,
    counts: dict[str, int],
) -> bool:
    with begin_work(actor, now) as work:
        job = _locked(work, job_id)
        if job.finished_at is not None:
            return False  # another process did the rest
        items = job_items(work.session, job_id, chunk)
        taken = WORKERS[job.action].take(work, job, items)
        tally = _conclude(work, job, items, taken)
        more = job.finished_at is None
    for name, n in tally.items():
        counts[name] += n
    return more


def _set_aside(job_id: int, now: dt.datetime, counts: dict[str, int]) -> bool:
    with begin_work(SYSTEM, now) as work:
        job = _locked(work, job_id)
        items = job_items(work.session, job_id, 1)
        reason = N_("No se pudo por una falla interna; avise a quien administra el sistema.")
        taken = [Taken(item.case_id, item.turn_number, "", False, reason) for item in items]
        _conclude(work, job, items, taken)
        more = job.finished_at is None
    counts[REFUSED] += len(items)
    return more


def _locked(work: Work, job_id: int) -> Job:
    """The job, kept from another process until the end of the transaction."""
    return work.session.scalars(select(Job).where(Job.id == job_id).with_for_update()).one()


def _take(work: Work, job: Job, items: Sequence[JobItem]) -> Sequence[Taken]:
    return take_turns(work, _turns(items), job.action, _answers(job.data))


def _take_back(work: Work, job: Job, items: Sequence[JobItem]) -> Sequence[Taken]:
    turns = _turns(items)
    origins = _origins(work, turns)
    taken: dict[tuple[int, int], Taken] = {}
    for area in sorted({origins[turn] for turn in turns if turn in origins}):
        group = [turn for turn in turns if origins.get(turn) == area]
        answers = {"area": area, "reason": job.data["reason"]}
        for verdict in take_turns(work, group, "reassign", answers):
            taken[verdict.case_id, verdict.turn_number] = verdict
    lost = N_("No se encontró el turno.")
    return [taken.get(turn, Taken(*turn, "", False, lost)) for turn in turns]


def _turns(items: Sequence[JobItem]) -> list[tuple[int, int]]:
    return [(item.case_id, item.turn_number) for item in items]


def _origins(work: Work, turns: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """The area of the turn that each of these replaced."""
    rows = work.session.execute(
        select(Turn.case_id, Turn.replaced_by, Turn.area_id).where(
            Turn.case_id.in_({case_id for case_id, _ in turns}), Turn.replaced_by.is_not(None)
        )
    )
    return {(row.case_id, row.replaced_by): row.area_id for row in rows}


def _conclude(
    work: Work, job: Job, items: Sequence[JobItem], taken: Sequence[Taken]
) -> dict[str, int]:
    """Write the verdicts and how far the job is; returns how many were done and refused."""
    _write_verdicts(work, items, taken)
    done = sum(verdict.done for verdict in taken)
    refused = len(taken) - done
    job.done += done
    job.refused += refused
    if job.done + job.refused >= job.total:
        job.finished_at = work.now
        WORKERS[job.action].conclude(work, job)
    return {DONE: done, REFUSED: refused}


def _write_verdicts(work: Work, items: Sequence[JobItem], taken: Sequence[Taken]) -> None:
    """Those with something to say one by one; the rest of a chunk is done, in one statement."""
    table: Any = JobItem.__table__
    told = [
        {
            "job_id": item.job_id,
            "position": item.position,
            "verdict": DONE if verdict.done else REFUSED,
            "reason": verdict.reason or None,
            "result": {"new_turn": verdict.new_turn} if verdict.new_turn else None,
        }
        for item, verdict in zip(items, taken, strict=True)
        if not verdict.done or verdict.reason or verdict.new_turn
    ]
    dialect.update_many(work.session.connection(), table, ("job_id", "position"), told)
    if len(told) < len(items):
        work.session.execute(
            update(JobItem)
            .where(
                JobItem.job_id == items[0].job_id,
                JobItem.position.between(items[0].position, items[-1].position),
                JobItem.verdict.is_(None),
            )
            .values(verdict=DONE)
            .execution_options(synchronize_session=False)
        )


def _answers(data: Mapping[str, Any]) -> dict[str, Any]:
    """The form's answers again as the rules want them: JSON knows no dates."""
    answers = dict(data)
    for name, value in data.items():
        need = NEEDS.get(name)
        if need is not None and need.field is Field.DATE and isinstance(value, str):
            answers[name] = dt.date.fromisoformat(value)
    return answers


#: Every kind of long work: action → how it is done.
WORKERS: Mapping[str, Worker] = {
    **dict.fromkeys(BULK_ACTIONS, Worker(_take)),
    UNDO: Worker(_take_back),
    redating.REDATE: redating.WORKER,
}
