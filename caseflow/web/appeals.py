"""Appeals: the list, those of one case, and the acts on each as guided pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from caseflow.commands.access import note_access
from caseflow.commands.appeals import take_appeal
from caseflow.commands.work import begin_work
from caseflow.domain.appeal_acts import decide_appeal
from caseflow.domain.appeal_corrections import amendable
from caseflow.domain.appeals import APPEAL_BY_ACTION, FIRST, next_number
from caseflow.domain.change import Change
from caseflow.domain.errors import (
    DomainError,
    InvalidData,
    MissingData,
    NotAllowed,
    NotFound,
    NotNow,
    Stale,
)
from caseflow.domain.facts import AppealFacts, CaseFacts
from caseflow.domain.lights import Light, light_of
from caseflow.domain.vocabulary import AppealState, CaseState, Sense, Step, spanish
from caseflow.extensions import db
from caseflow.queries import case_page
from caseflow.queries.appeals import AppealFilter, AppealRow, appeals
from caseflow.queries.history import digits, tell
from caseflow.queries.paging import Cut, Place, read_place
from caseflow.web.action_forms import answers, sent_version, spoken_answers
from caseflow.web.actions import attach_error
from caseflow.web.appeal_forms import (
    AppealTask,
    amended_value,
    answers_of,
    appeal_form,
    appeal_guide,
    placeholders,
)
from caseflow.web.appeal_view import appeals_of
from caseflow.web.case_view import case_light, file_line, now_facts
from caseflow.web.cases import case_or_404
from caseflow.web.effects import Foretold, effects, foretell
from caseflow.web.errors import say
from caseflow.web.sessions import now, rules, signed_in_actor, today
from caseflow.web.uploads import keep_files
from caseflow.web.words import _

bp = Blueprint("appeals", __name__)


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Line:
    """One appeal of the list, in texts."""

    ref: str
    href: str
    file_number: str
    authority: str
    state: str
    waits: str
    due: str
    sem: Light | None
    subject: str
    desk: str
    case_state: str


@bp.get("/recursos")
def index() -> ResponseReturnValue:
    """The appeals of the cases that a person decides about, those with a term that runs first."""
    asked = request.args.get("estado", "")
    which = AppealFilter(asked) if asked in set(AppealFilter) else AppealFilter.OPEN
    cut = Cut(
        read_place(request.args.get("despues", "")), read_place(request.args.get("antes", ""))
    )
    page = appeals(db.session(), signed_in_actor(), which, cut)

    def to(before: Place | None = None, after: Place | None = None) -> str | None:
        if before is None and after is None:
            return None
        return url_for(
            ".index",
            estado=which.value,
            antes=before.token() if before else None,
            despues=after.token() if after else None,
        )

    return render_template(
        "appeals/index.html",
        which=which,
        lines=tuple(map(_line, page.rows)),
        chips=tuple(
            {"label": label, "href": url_for(".index", estado=one.value), "current": one is which}
            for one, label in (
                (AppealFilter.OPEN, _("Abiertos")),
                (AppealFilter.FINISHED, _("Terminados")),
            )
        ),
        previous=to(before=page.previous),
        next=to(after=page.next),
    )


def _line(row: AppealRow) -> Line:
    state = _(spanish(AppealState(row.state)))
    if row.sense is not None:
        state = f"{state}: {_(spanish(Sense(row.sense))).lower()}"
    return Line(
        ref=row.ref,
        href=url_for(".show", ref=row.ref) + f"#recurso-{row.number}",
        file_number=row.file_number,
        authority=row.authority,
        state=state,
        waits=_(spanish(Step(row.step))) if row.step else "",
        due=digits(row.due_on),
        sem=light_of(row.due_on, False, True, today(), rules().calendar, row.kind)
        if row.due_on
        else None,
        subject=row.subject,
        desk=rules().tree.short(row.desk_id),
        case_state=_(spanish(CaseState(row.case_state))),
    )


@bp.get("/casos/<ref>/recursos")
def show(ref: str) -> ResponseReturnValue:
    """The appeals of a case, whole: for who decides about it, and control."""
    actor = signed_in_actor()
    case = _appealable(ref)
    page = case_page.load(db.session(), actor, case)
    body = render_template(
        "appeals/show.html",
        case=case,
        light=case_light(case),
        appeals=appeals_of(page, actor),
        files={
            number: tuple(file_line(page, f) for f in page.files if f.appeal_number == number)
            for number in case.appeals
        },
    )
    with begin_work(actor, now()) as work:
        note_access(work, case.id, "case")
    return body


def _appealable(ref: str) -> CaseFacts:
    """A case whose appeals the person may read; those of others look like not there."""
    actor = signed_in_actor()
    case = case_or_404(ref, actor)
    sight = case_page.for_act(db.session(), actor, case, person=False, links=False).sight
    if not (case.under_transparency and sight.desk):
        raise NotFound("No se encontraron recursos del folio {ref}.", ref=ref)
    return case


# ── Acts ─────────────────────────────────────────────────────────────────────────────────────────


@bp.get("/casos/<ref>/recursos/<int:number>/acciones/<action>")
def form(ref: str, number: int, action: str) -> ResponseReturnValue:
    task = _task(ref, number, action)
    refusal = _refusal(task)
    if refusal is not None:
        raise refusal
    if task.action == "amend" and task.amending is None:
        return _choose(task)
    return _render(task, appeal_form(task))


@bp.post("/casos/<ref>/recursos/<int:number>/acciones/<action>/efecto")
def effect(ref: str, number: int, action: str) -> ResponseReturnValue:
    task = _task(ref, number, action)
    return render_template("cases/_effect.html", does=_foretold(task, appeal_form(task)))


@bp.post("/casos/<ref>/recursos/<int:number>/acciones/<action>")
def take(ref: str, number: int, action: str) -> ResponseReturnValue:
    """One act: the form checked, the files kept, one command, and back to the appeals."""
    task = _task(ref, number, action)
    filled = appeal_form(task)
    if not filled.validate_on_submit():
        return _render(task, filled), 422
    data = answers_of(task, answers(filled))
    try:
        uploads = [file for file in request.files.getlist("files") if file.filename]
        if uploads and task.with_files:
            refusal = _refusal(task)
            if isinstance(refusal, NotAllowed):
                raise refusal  # nothing is stored for who may not do the act at all
            data["files"] = keep_files(uploads)
        with begin_work(task.actor, now()) as work:
            after = take_appeal(work, task.case.ref, number, action, data, sent_version(filled))
    except Stale:
        return _conflict(task, filled), 409
    except NotNow as error:
        return _conflict(task, filled, say(error)), 409
    except MissingData as error:
        return _render(task, filled, attach_error(filled, error)), 422
    _say_done(task, after)
    return redirect(url_for(".show", ref=after.ref) + f"#recurso-{number}", 303)


def _task(ref: str, number: int, action: str) -> AppealTask:
    case = _appealable(ref)
    transition = APPEAL_BY_ACTION.get(action)
    if transition is None:
        raise NotFound("Esa acción no existe.")
    if (action != FIRST and number not in case.appeals) or not 1 <= number <= next_number(case):
        raise NotFound("No se encontró ese recurso.")
    return _made(case, number, action)


def _made(case: CaseFacts, number: int, action: str) -> AppealTask:
    actor = signed_in_actor()
    page = case_page.for_act(db.session(), actor, case, person=False, links=False)
    appeal: AppealFacts | None = None if action == FIRST else case.appeals.get(number)
    return AppealTask(page, APPEAL_BY_ACTION[action], actor, appeal=appeal, number=number)


def _decide(task: AppealTask, data: Mapping[str, Any]) -> Change:
    """The decision, not applied: what the page says beforehand, and the refusals."""
    clockwork = rules().clockwork(today())
    return decide_appeal(task.case, task.number, task.action, task.actor, data, clockwork, now())


def _refusal(task: AppealTask) -> DomainError | None:
    """Why this act cannot even be begun; what the form lacks is no reason."""
    try:
        _decide(task, {})
    except MissingData:
        return None
    except DomainError as error:
        return error
    return None


def _render(task: AppealTask, filled: FlaskForm, problem: str = "") -> str:
    partial = request.headers.get("HX-Request") is not None and request.method == "GET"
    return render_template(
        "cases/_act.html" if partial else "cases/act.html",
        task=task,
        form=filled,
        problem=problem,
        does=_foretold(task, filled),
        grave=task.action == "annul",
        calm=False,
        action_href=_href(task, ".take"),
        effect_href=_href(task, ".effect"),
        row=task.amending,
        guide=appeal_guide(task),
        light=case_light(task.case),
    )


def _href(task: AppealTask, endpoint: str) -> str:
    return url_for(endpoint, ref=task.case.ref, number=task.number, action=task.action)


def _choose(task: AppealTask) -> str:
    """First step of an amendment: which fact."""
    facts = (
        [(row, amended_value(task, row)) for row in amendable(task.appeal)]
        if task.appeal is not None
        else []
    )
    return render_template("appeals/amend.html", task=task, facts=facts)


def _foretold(task: AppealTask, filled: FlaskForm) -> Foretold:
    """What the act would do with the answers so far; nothing where they cannot be complete yet."""
    given = answers_of(task, answers(filled))
    try:
        change = _decide(task, {**placeholders(task, given), **given})
    except InvalidData as error:
        return Foretold(refusal=say(error))
    except DomainError:
        return Foretold()
    told = foretell(task.case, change, rules())
    return Foretold(
        warnings=(*told.warnings, *_warnings(change)),
        moves=told.moves,
        sentences=(*_appeal_moves(task, change.case), *told.sentences),
    )


def _warnings(change: Change) -> tuple[str, ...]:
    untimely = change.events[0].data.get("untimely")
    if untimely == "late":
        return (
            _(
                "Se interpuso después de los días que tenía la persona: puede hacerse valer en las "
                "manifestaciones."
            ),
        )
    if untimely == "early":
        return (_("Se interpuso antes de que venciera el plazo para responder."),)
    return ()


def _appeal_moves(task: AppealTask, after: CaseFacts) -> tuple[str, ...]:
    appeal = after.appeals[task.number]
    before = task.appeal.state if task.appeal is not None else None
    if appeal.state == before:
        return ()
    word = _(spanish(AppealState(appeal.state)))
    return (_("El recurso pasará a «{state}».").format(state=word),)


def _conflict(task: AppealTask, filled: FlaskForm, reason: str = "") -> str:
    """Somebody was quicker: what was about to be sent beside how the case is now."""
    db.session.remove()
    fresh = case_or_404(task.case.ref, task.actor)
    page = case_page.preview(db.session(), task.actor, fresh)
    again = _made(fresh, task.number, task.action)
    retry = not reason and _refusal(again) is None
    if retry and "version" in filled._fields:
        filled._fields["version"].data = str(again.version)
    return render_template(
        "cases/conflict.html",
        task=again,
        form=filled,
        retry=retry,
        reason=reason,
        sent=spoken_answers(filled),
        light=case_light(fresh),
        now=now_facts(fresh),
        history=tell(page, rules().tree, rules().calendar),
        action_href=_href(task, ".take"),
        effect_href="",
        calm=True,
        does=Foretold(),
        guide=None,
        row=task.amending,
        problem="",
        grave=task.action == "annul",
    )


def _say_done(task: AppealTask, after: CaseFacts) -> None:
    said = effects(task.case, after, rules(), rules().clockwork(today()), done=True)
    text = _("«{label}» quedó registrado en el recurso {number}.").format(
        label=_(task.transition.label), number=after.appeals[task.number].file_number
    )
    flash(" ".join((text, *said)), "success")
