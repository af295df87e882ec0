"""The case: its page, its preview in the inbox, and who asks."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from caseflow.commands.access import note_access
from caseflow.commands.work import begin_work
from caseflow.domain.errors import NotAllowed, NotFound
from caseflow.domain.facts import CaseFacts
from caseflow.domain.people import Actor
from caseflow.extensions import db
from caseflow.queries import case_page
from caseflow.web.access import local_target
from caseflow.web.case_view import view_of
from caseflow.web.sessions import now, rules, signed_in_actor

bp = Blueprint("cases", __name__)


def case_or_404(ref: str, actor: Actor) -> CaseFacts:
    """The visible case of a ref; not yours looks like not there."""
    case = case_page.find(db.session(), actor, ref)
    if case is None:
        raise NotFound("No se encontró el folio {ref}.", ref=ref)
    return case


@bp.get("/casos/<ref>")
def show(ref: str) -> ResponseReturnValue:
    """The page of a case; whatever else a person types leads to what it stands for."""
    actor = signed_in_actor()
    case = case_page.find(db.session(), actor, ref)
    if case is None:
        return _typed(ref, actor)
    view = view_of(case_page.load(db.session(), actor, case), actor)
    body = render_template("cases/show.html", view=view)
    _record(actor, case, "case")
    return body


def _typed(typed: str, actor: Actor) -> ResponseReturnValue:
    found = case_page.matches(db.session(), actor, typed, rules().series)
    if not found:
        raise NotFound("No se encontró el folio {ref}.", ref=typed)
    if len(found) == 1:
        return redirect(url_for(".show", ref=found[0].ref))
    return render_template("cases/several.html", typed=typed, found=found)


@bp.get("/casos/<ref>/vista")
def preview(ref: str) -> ResponseReturnValue:
    """The pane beside the inbox: what is asked, until when, and what can be done now."""
    actor = signed_in_actor()
    case = case_or_404(ref, actor)
    view = view_of(case_page.preview(db.session(), actor, case), actor)
    close = local_target(request.args.get("volver")) if request.args.get("volver") else "/bandeja"
    body = render_template("cases/preview.html", view=view, close=close)
    _record(actor, case, "case")
    return body


@bp.post("/casos/<ref>/solicitante")
def person(ref: str) -> ResponseReturnValue:
    """Who asks, for who may know it: shown in this answer alone, and recorded."""
    actor = signed_in_actor()
    case = case_or_404(ref, actor)
    page = case_page.load(db.session(), actor, case)
    if not page.sight.person:
        raise NotAllowed("Los datos de la persona no le corresponden a su función.")
    view = view_of(page, actor, reveal=True)
    partial = request.headers.get("HX-Request") is not None
    body = render_template("cases/_person.html" if partial else "cases/show.html", view=view)
    _record(actor, case, "petitioner")
    return body


def _record(actor: Actor, case: CaseFacts, what: str) -> None:
    """After the page is ready, its one small write: who read it."""
    with begin_work(actor, now()) as work:
        note_access(work, case.id, what)
