"""Keeping the filters of a list under a name, and changing what was kept."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import StringField

from caseflow.commands.saved_views import LONGEST, drop_view, rename_view, save_view
from caseflow.commands.work import begin_work
from caseflow.domain.errors import InvalidData, MissingData, NotNow
from caseflow.extensions import db
from caseflow.queries.menu import View
from caseflow.queries.saved_views import view_of, views_of
from caseflow.web.admin_forms import refuse
from caseflow.web.inbox import asked_address
from caseflow.web.saved_views import LISTS, filters_in_words, view_address
from caseflow.web.sessions import now, signed_in_actor
from caseflow.web.words import _, lazy_gettext

bp = Blueprint("views", __name__, url_prefix="/vistas")


class NameForm(FlaskForm):
    name = StringField(lazy_gettext("Nombre de la vista"), render_kw={"maxlength": LONGEST})


@dataclass(frozen=True, slots=True)
class Line:
    """One view as the page of all shows it."""

    id: int
    name: str
    href: str
    list: str
    filters: str


@bp.get("")
def index() -> ResponseReturnValue:
    """The person's views, to rename or remove."""
    actor = signed_in_actor()
    lines = tuple(
        Line(view.id, view.name, href, _(LISTS[view.page][1]), filters_in_words(view.query))
        for view in views_of(db.session(), actor.user_id)
        if (href := view_address(actor, view)) is not None
    )
    return render_template("views/index.html", lines=lines)


@bp.post("")
def save() -> ResponseReturnValue:
    """Keep the filters that a list was shown with, and go back to it."""
    actor, page = signed_in_actor(), request.form.get("lista", "")
    address = asked_address(actor, page)
    if address is None:
        abort(404)
    form, query = NameForm(), urlencode(address.parameters(), doseq=True)
    if form.validate_on_submit():
        try:
            with begin_work(actor, now()) as work:
                save_view(work, page, form.name.data or "", query)
        except (InvalidData, MissingData, NotNow) as refusal:
            refuse(form, refusal)
        else:
            flash(_("La vista se guardó; queda en el menú, en «Mis vistas»."), "success")
            return redirect(address.to(), 303)
    kept = [("lista", page), *((n, v) for n, vs in address.parameters().items() for v in vs)]
    return render_template(
        "views/form.html", form=form, title=_("Guardar vista"), action=url_for(".save"), kept=kept,
        filters=filters_in_words(query), back=address.to(),
    ), 422  # fmt: skip


def _own(view_id: int) -> View:
    view = view_of(db.session(), signed_in_actor().user_id, view_id)
    if view is None:
        abort(404)
    return view


def _edit(view: View, form: NameForm) -> str:
    return render_template(
        "views/form.html", form=form, title=_("Cambiar nombre"), kept=(),
        action=url_for(".rename", view_id=view.id), filters=filters_in_words(view.query),
        back=url_for(".index"),
    )  # fmt: skip


@bp.get("/<int:view_id>")
def edit(view_id: int) -> ResponseReturnValue:
    view = _own(view_id)
    return _edit(view, NameForm(data={"name": view.name}))


@bp.post("/<int:view_id>")
def rename(view_id: int) -> ResponseReturnValue:
    view, form = _own(view_id), NameForm()
    if form.validate_on_submit():
        try:
            with begin_work(signed_in_actor(), now()) as work:
                rename_view(work, view_id, form.name.data or "")
        except (InvalidData, MissingData) as refusal:
            refuse(form, refusal)
        else:
            flash(_("La vista cambió de nombre."), "success")
            return redirect(url_for(".index"), 303)
    return _edit(view, form), 422


@bp.post("/<int:view_id>/quitar")
def drop(view_id: int) -> ResponseReturnValue:
    with begin_work(signed_in_actor(), now()) as work:
        name = drop_view(work, view_id)
    flash(_("Se quitó la vista «{name}».").format(name=name), "success")
    return redirect(url_for(".index"), 303)
