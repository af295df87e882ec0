"""Long work that a person asks for: one act on hundreds of turns, done in the background.

Each turn gets its verdict in the transaction of its change, so that a killed run goes on where it
was and nothing happens twice. Rights are those of the person on the day the work is done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from caseflow.commands.cases import Taken, take_turns
from caseflow.commands.ticks import SPOILED
from caseflow.commands.work import Work, begin_work
from caseflow.commands.writing import plain
from caseflow.domain.errors import Busy, InvalidData, NotFound, NotNow
from caseflow.domain.needs import NEEDS, Field
from caseflow.domain.people import SYSTEM, Actor
from caseflow.models import Job, JobItem, Turn
from caseflow.queries.due import job_items, next_job
from caseflow.queries.people import actor_for

#: Turns of one transaction.
CHUNK = 100
#: Transactions of one run, so that a scheduler that is told to end need not wait long.
LONGEST_RUN = 50
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
    return _store(work, action, dict.fromkeys(turns), plain(data), nonce)


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
    undo = _store(work, UNDO, dict.fromkeys(moved), {"reason": reason, "undoes": job_id}, nonce)
    job.undone_by = undo.id
    return undo


def run_jobs(now: dt.datetime, chunk: int = CHUNK) -> dict[str, int]:
    """Do what is asked for and not done. Returns how many turns were ``done`` and ``refused``.

    A run ends after ``LONGEST_RUN`` transactions; the next one goes on from there.
    """
    counts = {DONE: 0, REFUSED: 0}
    after, left = 0, LONGEST_RUN
    while left:
        with begin_work(SYSTEM, now) as work:
            found = next_job(work.session, after)
            if found is None:
                break
            job_id, by_id = found
            actor = actor_for(work.session, by_id, work.tree, work.today)
        after = job_id
        # a person who left: nobody's rights, so that each turn is refused by the rules
        more = True
        while more and left:
            more = _advance(job_id, actor or Actor(by_id, ""), now, chunk, counts)
            left -= 1
    return counts


def _store(
    work: Work, action: str, turns: Mapping[tuple[int, int], None], data: Any, nonce: str
) -> Job:
    before = work.session.scalar(
        select(Job).where(Job.nonce == nonce, Job.by_id == work.actor.user_id)
    )
    if before is not None:
        return before
    if not turns:
        raise InvalidData("Elija al menos un turno.", field="turns")
    job = Job(
        action=action,
        data=data,
        by_id=work.actor.user_id,
        created_at=work.now,
        total=len(turns),
        nonce=nonce,
    )
    work.session.add(job)
    work.session.flush()
    work.session.add_all(
        JobItem(job_id=job.id, position=position, case_id=case_id, turn_number=number)
        for position, (case_id, number) in enumerate(turns, start=1)
    )
    work.session.flush()
    return job


def _advance(
    job_id: int,
    actor: Actor,
    now: dt.datetime,
    chunk: int,
    counts: dict[str, int],
) -> bool:
    """One transaction of a job; whether more is to do.

    Where a whole chunk fails, its turns are tried one by one, and the spoiled one is refused.
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
        items = job_items(work.session, job_id, chunk)
        taken = _take(work, job, items)
        tally = _conclude(work, job, items, taken)
        more = job.finished_at is None
    for name, n in tally.items():
        counts[name] += n
    return more


def _set_aside(job_id: int, now: dt.datetime, counts: dict[str, int]) -> bool:
    with begin_work(SYSTEM, now) as work:
        job = _locked(work, job_id)
        items = job_items(work.session, job_id, 1)
        reason = "No se pudo por una falla interna; avise a quien administra el sistema."
        taken = [Taken(item.case_id, item.turn_number, "", False, reason) for item in items]
        _conclude(work, job, items, taken)
        more = job.finished_at is None
    counts[REFUSED] += len(items)
    return more


def _locked(work: Work, job_id: int) -> Job:
    """The job, kept from another process until the end of the transaction."""
    return work.session.scalars(select(Job).where(Job.id == job_id).with_for_update()).one()


def _take(work: Work, job: Job, items: Sequence[JobItem]) -> Sequence[Taken]:
    turns = [(item.case_id, item.turn_number) for item in items]
    if job.action != UNDO:
        return take_turns(work, turns, job.action, _answers(job.data))
    origins = _origins(work, turns)
    taken: dict[tuple[int, int], Taken] = {}
    for area in sorted({origins[turn] for turn in turns if turn in origins}):
        group = [turn for turn in turns if origins.get(turn) == area]
        answers = {"area": area, "reason": job.data["reason"]}
        for verdict in take_turns(work, group, "reassign", answers):
            taken[verdict.case_id, verdict.turn_number] = verdict
    lost = "No se encontró el turno."
    return [taken.get(turn, Taken(*turn, "", False, lost)) for turn in turns]


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
    for item, verdict in zip(items, taken, strict=True):
        item.verdict = DONE if verdict.done else REFUSED
        item.reason = verdict.reason or None
        item.result = {"new_turn": verdict.new_turn} if verdict.new_turn else None
    work.session.flush()
    done = sum(verdict.done for verdict in taken)
    refused = len(taken) - done
    job.done += done
    job.refused += refused
    if job.done + job.refused >= job.total:
        job.finished_at = work.now
    return {DONE: done, REFUSED: refused}


def _answers(data: Mapping[str, Any]) -> dict[str, Any]:
    """The form's answers again as the rules want them: JSON knows no dates."""
    answers = dict(data)
    for name, value in data.items():
        need = NEEDS.get(name)
        if need is not None and need.field is Field.DATE and isinstance(value, str):
            answers[name] = dt.date.fromisoformat(value)
    return answers
