"""The public folio check: folio and key, the same answer whatever was wrong."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from caseflow.commands.people import note_failure, throttle
from caseflow.commands.work import begin_work
from caseflow.domain.folios import guesses, normalise_key
from caseflow.domain.instants import local_date
from caseflow.domain.people import SYSTEM
from caseflow.domain.vocabulary import LIVE_STATES, WAITING_STATES, CaseState, Kind, spanish
from caseflow.extensions import db
from caseflow.queries.public import PublicStatus, status
from caseflow.web.sessions import now, rules
from caseflow.web.words import _, lazy_gettext

bp = Blueprint("public", __name__)

#: Wrong tries in a quarter of an hour: of one folio, and from one address.
PER_FOLIO, PER_ADDRESS = 5, 20


class CheckForm(FlaskForm):
    folio = StringField(
        lazy_gettext("Folio"),
        [DataRequired(lazy_gettext("Escriba el folio.")), Length(max=60)],
        description=lazy_gettext(
            "Por ejemplo, CESAC-2026-019088. Da igual usar mayúsculas, espacios o guiones."
        ),
    )
    key = StringField(
        lazy_gettext("Clave de consulta"),
        [DataRequired(lazy_gettext("Escriba la clave.")), Length(max=40)],
        description=lazy_gettext("Letras y números, debajo del folio en su acuse."),
    )


@dataclass(frozen=True, slots=True)
class Stage:
    name: str
    date: str
    note: str | None
    state: str


@bp.get("/consulta")
def show() -> ResponseReturnValue:
    return _page(CheckForm(formdata=None))


@bp.post("/consulta")
def check() -> ResponseReturnValue:
    form = CheckForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    typed = (form.folio.data or "").strip()
    # however a folio is spelled, its tries are counted together
    meant = next(iter(guesses(typed, rules().series)), typed)
    keys = (f"folio:{meant}", f"check:{request.remote_addr}")
    secret = current_app.config["CASEFLOW"].secret_key
    with begin_work(SYSTEM, now()) as work:
        throttle(work, dict(zip(keys, (PER_FOLIO, PER_ADDRESS), strict=True)))
        found = status(
            work.session, secret, typed, normalise_key(form.key.data or ""), rules().series
        )
        if found is None:
            note_failure(work, *keys)
    if found is None:
        return _page(form, 422, wrong=True)
    return render_template(
        "public/status.html",
        found=found,
        kind=_(spanish(Kind(found.kind))),
        title=_title(found),
        words=_words(found),
        stages=_stages(found),
        window=rules().office.window,
        at=now(),
    )


def _page(form: CheckForm, code: int = 200, *, wrong: bool = False) -> ResponseReturnValue:
    window = rules().office.window
    db.session.remove()
    return render_template("public/check.html", form=form, wrong=wrong, window=window), code


def _title(found: PublicStatus) -> str:
    if found.state == CaseState.ROUTED and found.accepted_on is not None:
        return str(_("En atención"))
    return str(_(spanish(CaseState(found.state))))


def _long(day: dt.date) -> str:
    return str(format_date(day, _("EEEE d 'de' MMMM 'de' y")))


def _words(found: PublicStatus) -> str:
    """One sentence about what happens next, without promising more than the clock says."""
    if found.state in WAITING_STATES:
        return str(_("Le enviamos un aviso: hace falta su respuesta para continuar."))
    if found.state in LIVE_STATES:
        if found.due_on is None:
            return str(_("Su solicitud está en trámite."))
        return str(_("Le responderemos a más tardar el {day}.").format(day=_long(found.due_on)))
    if found.state == CaseState.REFERRED:
        return str(_("La turnamos a la autoridad que puede atenderla; le avisamos a cuál."))
    if found.state == CaseState.CANCELLED:
        return str(_("El folio se canceló. Si tiene dudas, llame o acuda a la ventanilla."))
    if found.answered_on is not None:
        return str(_("La respuesta se dio el {day}.").format(day=_long(found.answered_on)))
    return str(_("El asunto terminó."))


def _stages(found: PublicStatus) -> tuple[Stage, ...]:
    """The way a matter goes, up to where this one is."""
    rows = (
        (_("Recibida"), found.received_on),
        (_("Enviada al área"), _local(found.routed_on)),
        (_("En atención"), _local(found.accepted_on)),
        (_("Respuesta"), found.answered_on),
        (_("Concluida"), found.closed_on),
    )
    reached = max(i for i, (_name, day) in enumerate(rows) if day is not None)
    made = []
    for i, (name, day) in enumerate(rows):
        state = "done" if i < reached else ("current" if i == reached else "ahead")
        text = f"{day:%d/%m/%Y}" if day is not None else ""
        if i == 3 and day is None and found.due_on is not None and found.state in LIVE_STATES:
            text = str(_("a más tardar {day}").format(day=f"{found.due_on:%d/%m/%Y}"))
        made.append(Stage(str(name), text, None, state))
    return tuple(made)


def _local(instant: dt.datetime | None) -> dt.date | None:
    return local_date(instant) if instant is not None else None
