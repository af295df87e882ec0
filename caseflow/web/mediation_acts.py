"""The acts on a mediation file: the form, and doing it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import FieldList

from caseflow.commands.mediations import take_mediation
from caseflow.commands.work import begin_work
from caseflow.domain.errors import DomainError, MissingData, NotFound, NotNow, Stale
from caseflow.domain.mediation_words import TopicList
from caseflow.domain.mediations import MEDIATION_BY_ACTION, MediationFacts, require_step
from caseflow.extensions import db
from caseflow.queries.mediations import topic_names
from caseflow.web.action_forms import sent_version
from caseflow.web.actions import attach_error
from caseflow.web.errors import say
from caseflow.web.mediation_forms import (
    CHOOSERS,
    MediationTask,
    act_answers,
    act_form,
    add_row,
    settle_rows,
)
from caseflow.web.mediations import bp, mediation_or_404, record_reading
from caseflow.web.sessions import now, signed_in_actor
from caseflow.web.words import _

__all__ = ["bp"]

#: Acts whose button is the dangerous one.
_GRAVE = frozenset({"end"})


@bp.get("/mediaciones/<ref>/acciones/<action>")
def form(ref: str, action: str) -> ResponseReturnValue:
    """The form of an act; it shows names, so that it was read is recorded."""
    task = _task(ref, action)
    require_step(task.mediation, action, task.actor)
    body = _render(task, act_form(task))
    record_reading(task.actor, task.mediation, "form")
    return body


@bp.post("/mediaciones/<ref>/acciones/<action>")
def take(ref: str, action: str) -> ResponseReturnValue:
    """One act: the form checked, one command, and back to the file."""
    task = _task(ref, action)
    filled = act_form(task)
    if "add" in request.form:
        for field in filled:
            if isinstance(field, FieldList):
                add_row(field)
        return _render(task, filled)
    if not filled.validate_on_submit():
        settle_rows(filled)
        return _render(task, filled), 422
    try:
        with begin_work(task.actor, now()) as work:
            take_mediation(work, ref, action, act_answers(filled), sent_version(filled))
    except Stale:
        changed = _("Alguien más cambió este expediente mientras lo tenía abierto.")
        return _again(task, filled, changed), 409
    except NotNow as error:
        return _again(task, filled, say(error)), 409
    except MissingData as error:
        return _render(task, filled, attach_error(filled, error)), 422
    flash(_("«{label}» quedó registrado.").format(label=_(task.step.label)), "success")
    return redirect(url_for(".show", ref=ref), 303)


def _task(ref: str, action: str) -> MediationTask:
    actor = signed_in_actor()
    mediation = mediation_or_404(ref, actor)
    step = MEDIATION_BY_ACTION.get(action)
    if step is None:
        raise NotFound("Esa acción no existe.")
    return MediationTask(mediation, step, actor, _chosen(mediation, action))


def _chosen(mediation: MediationFacts, action: str) -> int | None:
    """The record that the act is about, where the address or the form says one that is there."""
    chooser = CHOOSERS.get(action)
    if chooser is None:
        return None
    records: dict[str, dict[int, Any]] = {
        "party": mediation.parties,
        "invitation": mediation.invitations,
        "commitment": mediation.commitments,
    }
    asked = request.form.get(chooser) or request.args.get("n", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else 0
    if number in records[chooser]:
        return number
    if action == "edit_party":
        raise NotFound("No se encontró esa parte.")
    return None


def _again(task: MediationTask, filled: FlaskForm, problem: str) -> str:
    """What was about to be sent, to be sent again to the file of today where that may still be."""
    db.session.remove()
    fresh = mediation_or_404(task.mediation.ref, task.actor)
    try:
        require_step(fresh, task.action, task.actor)
    except DomainError as refusal:
        return _render(task, filled, say(refusal), retry=False)
    filled._fields["version"].data = str(fresh.version)
    return _render(task, filled, problem)


def _render(
    task: MediationTask, filled: FlaskForm, problem: str = "", *, retry: bool = True
) -> str:
    names = topic_names(db.session(), TopicList.MEDIATION)
    return render_template(
        "mediations/act.html",
        task=task,
        mediation=task.mediation,
        subject=names.get(task.mediation.subject, task.mediation.subject),
        form=filled,
        problem=problem,
        retry=retry,
        grave=task.action in _GRAVE,
        calm=bool(problem),
    )
