"""The acts on a case and its turns: the form, what it will do, and doing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from markupsafe import Markup, escape

from caseflow.commands.access import note_access
from caseflow.commands.cases import Taken, repeat_case, take_case
from caseflow.commands.cases import take_turn as take_turn_command
from caseflow.commands.work import begin_work
from caseflow.domain.case_acts import decide_case
from caseflow.domain.change import Change
from caseflow.domain.corrections import CORRECTABLE
from caseflow.domain.errors import DomainError, InvalidData, MissingData, NotFound, NotNow, Stale
from caseflow.domain.facts import CaseFacts
from caseflow.domain.needs import NEEDS, OUTCOMES, Field
from caseflow.domain.permits import case_relations, may, turn_relations
from caseflow.domain.turn_acts import decide_turn
from caseflow.domain.workflow import CASE_BY_ACTION, TURN_BY_ACTION, Transition
from caseflow.extensions import db
from caseflow.queries import case_page
from caseflow.queries.history import tell
from caseflow.web.action_forms import (
    answers,
    current_value,
    form_for,
    sent_version,
    spoken_answers,
)
from caseflow.web.case_view import case_light, now_facts
from caseflow.web.cases import bp, case_or_404
from caseflow.web.effects import Foretold, effects, foretell
from caseflow.web.errors import say
from caseflow.web.guides import guide_of
from caseflow.web.sessions import now, rules, signed_in_actor, today
from caseflow.web.tasks import REPEATABLE, Task
from caseflow.web.uploads import keep_files
from caseflow.web.words import _

__all__ = ["bp"]

#: Acts whose button is the dangerous one.
_GRAVE = frozenset({"cancel", "lapse", "desist"})
#: The act that takes back an act, offered right after it.
_UNDO = {"route": "withdraw", "reassign": "withdraw", "link": "unlink"}
_LINKED = frozenset({"link", "unlink"}) | REPEATABLE


@bp.get("/casos/<ref>/acciones/<action>", endpoint="form")
def case_form(ref: str, action: str) -> ResponseReturnValue:
    return _show(_case_task(ref, action))


@bp.get("/casos/<ref>/turnos/<int:number>/acciones/<action>")
def turn_form(ref: str, number: int, action: str) -> ResponseReturnValue:
    return _show(_turn_task(ref, number, action))


@bp.post("/casos/<ref>/acciones/<action>/efecto")
def effect(ref: str, action: str) -> ResponseReturnValue:
    return _effect(_case_task(ref, action))


@bp.post("/casos/<ref>/turnos/<int:number>/acciones/<action>/efecto")
def turn_effect(ref: str, number: int, action: str) -> ResponseReturnValue:
    return _effect(_turn_task(ref, number, action))


@bp.post("/casos/<ref>/acciones/<action>")
def take(ref: str, action: str) -> ResponseReturnValue:
    return _take(_case_task(ref, action))


@bp.post("/casos/<ref>/turnos/<int:number>/acciones/<action>")
def take_turn(ref: str, number: int, action: str) -> ResponseReturnValue:
    return _take(_turn_task(ref, number, action))


# ── Which act ────────────────────────────────────────────────────────────────────────────────────


def _case_task(ref: str, action: str) -> Task:
    """The act of a case, whoever asks: whether it may be done is said when it is shown or done."""
    actor = signed_in_actor()
    case = case_or_404(ref, actor)
    transition = _row(CASE_BY_ACTION.get(action), case)
    page = case_page.for_act(
        db.session(), actor, case, person=action == "correct", links=action in _LINKED
    )
    return Task(page, transition, actor)


def _turn_task(ref: str, number: int, action: str) -> Task:
    actor = signed_in_actor()
    case = case_or_404(ref, actor)
    transition = _row(TURN_BY_ACTION.get(action), case)
    turn = case.turns.get(number)
    if turn is None:
        raise NotFound("No se encontró ese turno.")
    page = case_page.for_act(db.session(), actor, case, person=False, links=False)
    return Task(page, transition, actor, turn)


def _row(transition: Transition | None, case: CaseFacts) -> Transition:
    if transition is None or case.kind not in transition.who:
        raise NotFound("Esa acción no existe.")
    return transition


def _decide(task: Task, data: Mapping[str, Any]) -> Change:
    """The decision, not applied: what the page says beforehand, and the refusals."""
    clockwork = rules().clockwork(today())
    if task.turn is not None:
        return decide_turn(
            task.case, task.turn.number, task.action, task.actor, data, clockwork, now()
        )
    return decide_case(task.case, task.action, task.actor, data, clockwork, now())


# ── The form ─────────────────────────────────────────────────────────────────────────────────────


def _show(task: Task) -> ResponseReturnValue:
    refusal = _refusal(task)
    if refusal is not None:
        raise refusal
    if task.action == "correct" and task.correcting is None:
        return _choose_fact(task)
    form = form_for(task)
    body = _render(task, form)
    if task.correcting is not None and task.correcting.person:
        with begin_work(task.actor, now()) as work:
            note_access(work, task.case.id, "petitioner")
    return body


def _refusal(task: Task) -> DomainError | None:
    """Why this act cannot even be begun; what the form lacks is no reason."""
    try:
        _decide(task, {"files": ()})
    except MissingData:
        return None
    except DomainError as error:
        return error
    return None


def _render(task: Task, form: FlaskForm, problem: str = "") -> str:
    partial = request.headers.get("HX-Request") is not None and request.method == "GET"
    return render_template(
        "cases/_act.html" if partial else "cases/act.html",
        task=task,
        form=form,
        problem=problem,
        does=_foretold(task, form),
        grave=task.action in _GRAVE,
        calm=False,
        action_href=_href(task, ".take", ".take_turn"),
        effect_href=_href(task, ".effect", ".turn_effect"),
        row=task.correcting,
        guide=guide_of(task.case, task.action) if task.turn is None else None,
        light=case_light(task.case),
    )


def _href(task: Task, case_endpoint: str, turn_endpoint: str) -> str:
    if task.turn is None:
        return url_for(case_endpoint, ref=task.case.ref, action=task.action)
    return url_for(turn_endpoint, ref=task.case.ref, number=task.turn.number, action=task.action)


def _choose_fact(task: Task) -> str:
    """First step of a correction: which fact; personal ones are named, not shown."""
    facts = [
        (row, "" if row.person else current_value(task.page, row))
        for row in CORRECTABLE.values()
        if (not row.person or task.page.sight.person)
        and (not row.kinds or task.case.kind in row.kinds)
    ]
    return render_template("cases/correct.html", task=task, facts=facts)


def _effect(task: Task) -> str:
    return render_template("cases/_effect.html", does=_foretold(task, form_for(task)))


def _foretold(task: Task, form: FlaskForm) -> Foretold:
    """What the act would do with the answers so far; nothing where they cannot be complete yet."""
    data = {**_placeholders(task), **answers(form)}
    try:
        change = _decide(task, data)
    except InvalidData as error:
        return Foretold(refusal=say(error))
    except DomainError:
        return Foretold()
    return foretell(task.case, change, rules())


def _placeholders(task: Task) -> dict[str, Any]:
    """Something for every need that the effect does not hang on."""
    filled: dict[str, Any] = {}
    for name in task.transition.needs:
        need = NEEDS[name]
        if need.field in (Field.TEXT, Field.LINE) and name not in ("field", "value"):
            filled[name] = "…"
        elif need.field is Field.DATE:
            filled[name] = today()
        elif need.field is Field.MONEY:
            filled[name] = 1
        elif name == "outcome":
            filled[name] = OUTCOMES[task.case.kind][0].value
        elif need.choices:
            filled[name] = need.choices[0].value
    return filled


# ── Doing it ─────────────────────────────────────────────────────────────────────────────────────


def _take(task: Task) -> ResponseReturnValue:
    form = form_for(task)
    if not form.validate_on_submit():
        return _render(task, form), 422
    data = answers(form)
    try:
        uploads = [file for file in request.files.getlist("files") if file.filename]
        if uploads and "files" in form._fields:
            _may_or_refuse(task)
            data["files"] = keep_files(uploads)
        after, repeated = _apply(task, form, data)
    except Stale:
        return _conflict(task, form), 409
    except NotNow as error:
        return _conflict(task, form, say(error)), 409
    except MissingData as error:
        return _render(task, form, attach_error(form, error)), 422
    _say_done(task, after, repeated)
    return redirect(_where_to(task, after), 303)


def _may_or_refuse(task: Task) -> None:
    """Nothing is stored for who may not do the act at all."""
    found = (
        case_relations(task.case, task.actor)
        if task.turn is None
        else turn_relations(task.case, task.turn, task.actor)
    )
    if not may(task.transition, task.case.kind, found):
        _decide(task, {})


def _apply(
    task: Task, form: FlaskForm, data: dict[str, Any]
) -> tuple[CaseFacts, tuple[Taken, ...]]:
    version, ref = sent_version(form), task.case.ref
    with begin_work(task.actor, now()) as work:
        if task.turn is not None:
            number = task.turn.number
            return take_turn_command(work, ref, number, task.action, data, version), ()
        after = take_case(work, ref, task.action, data, version)
        chosen = [ref for ref, _words in task.duplicates if ref in _repeat(form)]
        return after, repeat_case(work, chosen, task.action, data)


def _repeat(form: FlaskForm) -> list[str]:
    field = form._fields.get("repeat")
    return list(field.data or ()) if field is not None else []


def attach_error(form: FlaskForm, error: MissingData) -> str:
    """Put a refusal beside its field; the words where it has none on this form."""
    field = form._fields.get(error.field)
    if field is None or error.field in ("field", "version"):
        return say(error)
    field.errors = [*field.errors, say(error)]
    return ""


def _conflict(task: Task, form: FlaskForm, reason: str = "") -> str:
    """Somebody was quicker: what was about to be sent beside how the case is now."""
    db.session.remove()
    fresh = case_or_404(task.case.ref, task.actor)
    page = case_page.preview(db.session(), task.actor, fresh)
    turn = fresh.turns.get(task.turn.number) if task.turn is not None else None
    again = Task(page, task.transition, task.actor, turn)
    retry = None if reason or _refusal(again) is not None else again
    if retry is not None and "version" in form._fields:
        form._fields["version"].data = str(retry.version)
    return render_template(
        "cases/conflict.html",
        task=again,
        form=form,
        retry=retry is not None,
        reason=reason,
        sent=spoken_answers(form),
        light=case_light(fresh),
        now=now_facts(fresh),
        history=tell(page, rules().tree, rules().calendar),
        action_href=_href(task, ".take", ".take_turn"),
        effect_href="",
        calm=True,
        does=Foretold(),
        guide=None,
        row=task.correcting,
        problem="",
        grave=task.action in _GRAVE,
    )


def _where_to(task: Task, after: CaseFacts) -> str:
    """The case as it is known now, or the inbox where the act took it out of one's sight."""
    db.session.remove()
    if not case_page.may_open(db.session(), task.actor, after.ref):
        return "/"
    return url_for(".show", ref=after.ref)


def _say_done(task: Task, after: CaseFacts, repeated: tuple[Taken, ...]) -> None:
    clockwork = rules().clockwork(today())
    said = effects(task.case, after, rules(), clockwork, done=True)
    text = _("«{label}» quedó registrado en el folio {ref}.").format(
        label=_(task.transition.label), ref=after.ref
    )
    parts = [escape(" ".join((text, *said)))]
    undo = _undo(task, after)
    if undo:
        link = Markup(' <a href="{href}">{label}</a>')
        parts.append(link.format(href=undo, label=_("Deshacer")))
    flash(Markup("").join(parts), "success")
    for verdict in repeated:
        if verdict.done:
            flash(_("También en {ref}.").format(ref=verdict.ref), "success")
        else:
            flash(
                _("No se hizo en {ref}: {reason}").format(ref=verdict.ref, reason=verdict.reason),
                "warning",
            )


def _undo(task: Task, after: CaseFacts) -> str:
    """Where an act just done is taken back, where there is such an act."""
    back = _UNDO.get(task.action, "")
    if back == "unlink":
        return url_for(".form", ref=after.ref, action=back)
    fresh = [turn.number for turn in after.turns.values() if turn.number not in task.case.turns]
    if back and len(fresh) == 1:
        return url_for(".turn_form", ref=after.ref, number=fresh[0], action=back)
    return ""
