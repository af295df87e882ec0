"""One act on many turns: what it will do, doing it, and a verdict for each."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from caseflow.commands.cases import Taken, take_turns
from caseflow.commands.jobs import start_job, undo_job
from caseflow.commands.work import begin_work
from caseflow.domain.errors import DomainError, InvalidData, MissingData, NotFound
from caseflow.domain.people import Actor
from caseflow.domain.phrases import N_, phrase
from caseflow.domain.workflow import TURN_BY_ACTION, Transition
from caseflow.extensions import db
from caseflow.queries.bulk_jobs import JobProgress, job_progress
from caseflow.queries.inbox import TurnList
from caseflow.web.bulk_forms import bulk_form, effect_of
from caseflow.web.bulk_selection import AT_ONCE, Selection, read_moved, read_selection
from caseflow.web.errors import say, status_of
from caseflow.web.inbox import day
from caseflow.web.list_view import Line, bulk_actions, lines, number
from caseflow.web.sessions import now, signed_in_actor
from caseflow.web.words import _, ngettext

bp = Blueprint("bulk", __name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One turn and its verdict, as the page says it."""

    ref: str
    subject: str
    area: str
    done: bool
    words: str


@bp.get("/turnos/acciones/<action>")
def form(action: str) -> ResponseReturnValue:
    """What the act will do to the chosen turns, and what it needs."""
    actor = signed_in_actor()
    transition = _transition(actor, action)
    try:
        chosen = read_selection(actor)
    except InvalidData as refusal:
        flash(say(refusal), "warning")
        return redirect(url_for("board.show" if "que" in request.args else "inbox.show"))
    if not chosen.total:
        flash(_("Ninguno de los turnos elegidos sigue abierto en sus áreas."), "info")
        return redirect(chosen.back)
    return _show(transition, chosen, bulk_form(actor, transition, chosen))


@bp.post("/turnos/acciones/<action>")
def take(action: str) -> ResponseReturnValue:
    """Do it: up to ``AT_ONCE`` turns in one transaction, more as a job that shows itself."""
    actor = signed_in_actor()
    transition = _transition(actor, action)
    chosen = read_selection(actor)
    if not chosen.total:
        flash(_("Ninguno de los turnos elegidos sigue abierto en sus áreas."), "info")
        return redirect(chosen.back, 303)
    filled = bulk_form(actor, transition, chosen)
    if not filled.validate_on_submit():
        return _show(transition, chosen, filled), 422
    if chosen.as_job and filled["expected"].data != str(chosen.total):
        filled["expected"].process_data(str(chosen.total))
        problem = _("La lista cambió mientras confirmaba. Revise cuántos turnos son ahora.")
        return _show(transition, chosen, filled, problem), 409
    answers = {name: filled[name].data for name in transition.needs}
    try:
        return _do(actor, transition, chosen, answers, str(filled["nonce"].data))
    except DomainError as refusal:
        field = refusal.field if isinstance(refusal, MissingData) else ""
        if field in transition.needs:
            filled[field].errors = [*filled[field].errors, say(refusal)]
            return _show(transition, chosen, filled), 422
        return _show(transition, chosen, filled, say(refusal)), status_of(refusal)


@bp.post("/turnos/deshacer")
def undo() -> ResponseReturnValue:
    """Take back a reassignment: each turn to the area that it came from."""
    actor = signed_in_actor()
    _transition(actor, "reassign")
    moved = [read_moved(text) for text in request.form.getlist("moved")][:AT_ONCE]
    if not moved:
        abort(404)
    keys = [(case_id, turn) for case_id, turn, _area in moved]
    known = {line.key: line for line in lines(TurnList(actor, day()).marked(db.session(), keys))}
    taken: list[Taken] = []
    with begin_work(actor, now()) as work:
        for area in sorted({area for _case, _turn, area in moved}):
            group = [(case_id, turn) for case_id, turn, origin in moved if origin == area]
            reason = N_("Se deshace la reasignación.")
            taken += take_turns(work, group, "reassign", {"area": area, "reason": reason})
    return render_template(
        "bulk/done.html",
        title=_("Reasignación deshecha"),
        summary=_summary(taken, "reassign"),
        complete=all(verdict.done for verdict in taken),
        outcomes=_outcomes(taken, known, _("Volvió a su área, por aceptar")),
        moved=(),
        back=url_for("inbox.show"),
    )


@bp.get("/trabajos/<int:job_id>")
def job(job_id: int) -> ResponseReturnValue:
    """How far a job is; the same page after a reload, a fragment for who follows it."""
    found = _job(job_id)
    partial = request.headers.get("HX-Request") is not None
    template = "bulk/_progress.html" if partial else "bulk/job.html"
    return render_template(template, job=found, partial=partial, **_job_words(found))


@bp.post("/trabajos/<int:job_id>/deshacer")
def undo_many(job_id: int) -> ResponseReturnValue:
    """Take back a finished reassignment, as another job."""
    _job(job_id)
    with begin_work(signed_in_actor(), now()) as work:
        undoing = undo_job(
            work, job_id, N_("Se deshace la reasignación."), secrets.token_urlsafe(16)
        )
        undoing_id = undoing.id
    return redirect(url_for(".job", job_id=undoing_id), 303)


# --- what is asked --------------------------------------------------------------------------


def _transition(actor: Actor, action: str) -> Transition:
    if action not in TURN_BY_ACTION or f"/turnos/acciones/{action}" not in {
        offer.action for offer in bulk_actions(actor)
    }:
        abort(404)
    return TURN_BY_ACTION[action]


def _show(transition: Transition, chosen: Selection, filled: FlaskForm, problem: str = "") -> str:
    count = ngettext(
        "%(count)s turno", "%(count)s turnos", chosen.total, count=number(chosen.total)
    )
    hidden: list[tuple[str, str]] = [("lista", chosen.list_name)] if chosen.list_name else []
    if chosen.as_job:
        hidden.append(("todos", "1"))
        hidden += [
            (name, value)
            for name, values in chosen.address.parameters().items()
            for value in values
        ]
    else:
        hidden += [("marked", f"{case_id}.{turn}") for case_id, turn in chosen.keys]
    rows: tuple[Line, ...] = lines(chosen.rows)
    return render_template(
        "bulk/form.html",
        title=f"{_(transition.label)} {count}",
        label=_(transition.label),
        icon_name=transition.icon,
        effect=effect_of(transition.action),
        action=url_for(".take", action=transition.action),
        form=filled,
        names=transition.needs,
        hidden=hidden,
        lines=rows,
        more=chosen.total - len(rows),
        gone=chosen.gone,
        as_job=chosen.as_job,
        problem=problem,
        back=chosen.back,
    )


# --- doing it -------------------------------------------------------------------------------------


def _do(
    actor: Actor,
    transition: Transition,
    chosen: Selection,
    answers: Mapping[str, Any],
    nonce: str,
) -> ResponseReturnValue:
    action = transition.action
    if chosen.as_job:
        with begin_work(actor, now()) as work:
            job_id = start_job(work, action, chosen.keys, answers, nonce).id
        return redirect(url_for(".job", job_id=job_id), 303)
    with begin_work(actor, now()) as work:
        taken = take_turns(work, chosen.keys, action, answers)
    came_from = {row.key: row.areas[0] for row in chosen.rows}
    done = {
        "accept": _("Aceptado"),
        "assign": _("Asignado"),
        "reassign": _("Reasignado"),
        "return": _("Devuelto"),
        "withdraw": _("Sin efecto"),
    }[action]
    moved = [
        f"{verdict.case_id}.{verdict.new_turn}.{came_from[_name(verdict)]}"
        for verdict in taken
        if action == "reassign" and verdict.new_turn is not None
    ]
    return render_template(
        "bulk/done.html",
        title=f"{_(transition.label)}: {_('resultado')}",
        summary=_summary(taken, action),
        complete=all(verdict.done for verdict in taken),
        outcomes=_outcomes(taken, {line.key: line for line in lines(chosen.rows)}, done),
        moved=moved,
        back=chosen.back,
    )


def _name(verdict: Taken) -> str:
    return f"{verdict.case_id}.{verdict.turn_number}"


def _summary(taken: Sequence[Taken], action: str) -> str:
    """How many were done, and how many were left as they were."""
    done = sum(verdict.done for verdict in taken)
    refused = len(taken) - done
    said = {
        "accept": lambda n: ngettext("%(num)s turno aceptado", "%(num)s turnos aceptados", n),
        "assign": lambda n: ngettext("%(num)s turno asignado", "%(num)s turnos asignados", n),
        "reassign": lambda n: ngettext("%(num)s turno reasignado", "%(num)s turnos reasignados", n),
        "return": lambda n: ngettext("%(num)s turno devuelto", "%(num)s turnos devueltos", n),
        "withdraw": lambda n: ngettext("%(num)s turno sin efecto", "%(num)s turnos sin efecto", n),
    }[action](done)
    if not refused:
        return f"{said}."
    left = ngettext("%(num)s se quedó como estaba", "%(num)s se quedaron como estaban", refused)
    return f"{said}; {left}."


def _outcomes(taken: Sequence[Taken], known: Mapping[str, Line], done: str) -> tuple[Outcome, ...]:
    """The verdicts, the refused ones first: they are what is left to do."""
    made = []
    for verdict in sorted(taken, key=lambda one: one.done):
        line = known.get(_name(verdict))
        made.append(
            Outcome(
                ref=verdict.ref,
                subject=line.subject if line else "",
                area=line.area if line else "—",
                done=verdict.done,
                words=done if verdict.done else phrase(verdict.reason),
            )
        )
    return tuple(made)


# --- jobs -----------------------------------------------------------------------------------------


def _job(job_id: int) -> JobProgress:
    found = job_progress(db.session(), signed_in_actor(), job_id)
    if found is None:
        raise NotFound("No se encontró el trabajo.")
    return found


def _job_words(found: JobProgress) -> dict[str, Any]:
    row = TURN_BY_ACTION.get(found.action)
    name = _(row.label) if row is not None else _("Deshacer la reasignación")
    turns = ngettext("%(count)s turno", "%(count)s turnos", found.total, count=number(found.total))
    said = _("{done} hechos, {refused} sin hacer, de {total}").format(
        done=number(found.done), refused=number(found.refused), total=number(found.total)
    )
    return {
        "title": f"{name}: {turns}",
        "words": said,
        "poll": None if found.finished else url_for(".job", job_id=found.id),
        "here": url_for(".job", job_id=found.id),
        "can_undo": found.finished
        and found.action == "reassign"
        and found.undone_by is None
        and found.done > 0,
    }
