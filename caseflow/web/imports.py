"""Importing on screen: a file, its preview, its progress, and its rows in quarantine."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, HiddenField, SelectField

from caseflow.commands import imports
from caseflow.commands.access import note_access
from caseflow.commands.work import begin_work
from caseflow.documents.import_template import TemplateColumn, template_xlsx
from caseflow.domain.errors import Refused
from caseflow.domain.instants import local
from caseflow.domain.people import Actor
from caseflow.extensions import db
from caseflow.intake.profiles import Profile, load_profile, profile_names
from caseflow.listings import (
    AT_ONCE,
    handed_in,
    open_for_office,
    stage_listing,
)
from caseflow.queries import imports as batches
from caseflow.storage import CHUNK, store_file, stored_path
from caseflow.web import import_view
from caseflow.web.errors import say
from caseflow.web.exports import XLSX
from caseflow.web.import_file import verdicts_xlsx
from caseflow.web.import_page import back_to, line_or_404, page, sources_of
from caseflow.web.sessions import now, rules, signed_in_actor, today
from caseflow.web.uploads import safe_name
from caseflow.web.words import _, lazy_gettext

bp = Blueprint("imports", __name__, url_prefix="/importar")

#: Batches up to this many rows are applied while the person waits; the scheduler does the others.
AT_ONCE_APPLIED = 500


class UploadForm(FlaskForm):
    file = FileField(
        lazy_gettext("Archivo"),
        [FileRequired(lazy_gettext("Elija el archivo del listado."))],
        description=lazy_gettext("CSV, XLSX, XLS u ODS."),
    )
    profile = SelectField(lazy_gettext("Perfil de importación"))
    take_all = BooleanField(
        lazy_gettext("Tomar también las filas de otras alcaldías"),
        description=lazy_gettext("El listado de la ciudad trae todas; por omisión se dejan fuera."),
    )
    nonce = HiddenField()


def _profiles(actor: Actor) -> tuple[Profile, ...]:
    """The profiles of the sources that this person may import."""
    sources = sources_of(actor)
    return tuple(
        profile for profile in map(load_profile, profile_names()) if profile.source in sources
    )


def _form(actor: Actor) -> UploadForm:
    form = UploadForm()
    form.profile.choices = [(profile.name, _(profile.title)) for profile in _profiles(actor)]
    if not form.nonce.data:
        form.nonce.data = secrets.token_urlsafe(16)
    return form


def _index(actor: Actor, form: UploadForm, refusal: str = "") -> str:
    before = request.args.get("antes", type=int)
    lines = batches.batches(db.session(), sources_of(actor), before=before, limit=batches.PAGE + 1)
    shown = lines[: batches.PAGE]
    older = len(lines) > batches.PAGE
    return render_template(
        "imports/index.html",
        form=form,
        profiles=_profiles(actor),
        refusal=refusal,
        rows=[
            (
                line,
                import_view.standing(line),
                import_view.when(line.created_at),
                import_view.figure(line.rows),
            )
            for line in shown
        ],
        older=url_for(".index", antes=shown[-1].id) if older else None,
        newest=url_for(".index") if before else None,
    )


@bp.get("")
def index() -> ResponseReturnValue:
    actor = signed_in_actor()
    return _index(actor, _form(actor))


@bp.post("")
def upload() -> ResponseReturnValue:
    actor = signed_in_actor()
    form = _form(actor)
    if not form.validate_on_submit():
        return _index(actor, form), 422
    profile = load_profile(str(form.profile.data))
    try:
        batch_id, whole = _take_in(actor, form, profile)
    except Refused as refusal:
        return _index(actor, form, say(refusal)), 422
    finally:
        form.file.data.close()
    if not whole:
        flash(_("El archivo es grande: se sigue leyendo; puede cerrar esta página."), "info")
    return redirect(url_for(".show", batch_id=batch_id), 303)


def _take_in(actor: Actor, form: UploadForm, profile: Profile) -> tuple[int, bool]:
    """Store the file and stage its rows, or their beginning; the batch, and whether that was all.

    Raises ``Refused`` for a file that cannot be read: nothing stays but that.
    """
    file: FileStorage = form.file.data
    name = safe_name(file.filename or "") or "listado"
    folder = current_app.config["CASEFLOW"].storage_dir
    with tempfile.NamedTemporaryFile(prefix="subido-") as held:
        while chunk := file.stream.read(CHUNK):
            held.write(chunk)
        held.flush()
        path = Path(held.name)
        try:
            listing = open_for_office(path, name, profile, rules(), today())
        except Refused as refusal:
            _keep_refusal(actor, profile, name, path, refusal)
            raise
        kept = stored_path(folder, store_file(folder, path).sha256)
    with begin_work(actor, now()) as work:
        batch_id = imports.hand_in(
            work,
            handed_in(listing, take_all=bool(form.take_all.data)),
            nonce=str(form.nonce.data or ""),
        )
    line = batches.batch(db.session(), batch_id)
    if line is None or line.state != "staging":
        return batch_id, True
    listing = open_for_office(kept, name, profile, rules(), today())
    whole = stage_listing(actor, batch_id, listing, preview=True, now=now(), at_most=AT_ONCE)
    if not whole:
        with begin_work(actor, now()) as work:
            imports.hand_over(work, batch_id)
    return batch_id, whole


def _keep_refusal(actor: Actor, profile: Profile, name: str, path: Path, refusal: Refused) -> None:
    with begin_work(actor, now()) as work:
        imports.refuse(
            work, profile.name, profile.source, name, imports.fingerprint(path), str(refusal)
        )


@bp.get("/plantillas/<name>.xlsx")
def template(name: str) -> ResponseReturnValue:
    profile = _profile_or_404(name)
    made = template_xlsx(
        [
            TemplateColumn(
                title=column.header,
                required=column.required,
                note=column.note,
                example=column.example,
                choices=column.values,
            )
            for column in profile.columns
        ],
        profile=profile.name,
        office=rules().office.name,
        made_at=local(now()),
    )
    return current_app.response_class(
        made,
        mimetype=XLSX,
        headers={"Content-Disposition": f'attachment; filename="plantilla-{profile.name}.xlsx"'},
    )


def _profile_or_404(name: str) -> Profile:
    for profile in _profiles(signed_in_actor()):
        if profile.name == name:
            return profile
    abort(404)


# ── One batch ────────────────────────────────────────────────────────────────────────────────────


@bp.get("/<int:batch_id>")
def show(batch_id: int) -> ResponseReturnValue:
    return page(line_or_404(batch_id))


@bp.get("/<int:batch_id>/avance")
def progress(batch_id: int) -> ResponseReturnValue:
    """The part of the page that moves while a batch is read or applied."""
    line = line_or_404(batch_id)
    return render_template(
        "imports/_progress.html",
        batch=import_view.batch_view(line, None),
        filters=import_view.filters(line, ""),
    )


@bp.post("/<int:batch_id>/aplicar")
def apply(batch_id: int) -> ResponseReturnValue:
    """Confirm the preview: small batches at once, the others by the scheduler."""
    line = line_or_404(batch_id)
    actor = signed_in_actor()
    small = line.rows <= AT_ONCE_APPLIED
    with begin_work(actor, now()) as work:
        imports.confirm(work, batch_id, hand_over=not small)
    if small:
        imports.apply(actor, batch_id, now=now(), chunk=imports.CHUNK_BESIDE_PEOPLE)
        flash(_("Se aplicó el lote."), "success")
    return back_to(batch_id)


@bp.post("/<int:batch_id>/retomar")
def resume(batch_id: int) -> ResponseReturnValue:
    """Leave to the scheduler what a pause or an interruption left undone."""
    line_or_404(batch_id)
    with begin_work(signed_in_actor(), now()) as work:
        imports.hand_over(work, batch_id)
    flash(_("La importación sigue donde quedó."), "info")
    return back_to(batch_id)


@bp.post("/<int:batch_id>/pausar")
def pause(batch_id: int) -> ResponseReturnValue:
    """Stop behind the chunk in hand, until somebody resumes it."""
    line_or_404(batch_id)
    with begin_work(signed_in_actor(), now()) as work:
        imports.pause(work, batch_id)
    return back_to(batch_id)


@bp.get("/<int:batch_id>/filas.xlsx")
def rows(batch_id: int) -> ResponseReturnValue:
    """The rows under a filter with their verdicts and reasons, as a spreadsheet."""
    line = line_or_404(batch_id)
    made = verdicts_xlsx(line, request.args.get("filtro", ""))
    with begin_work(signed_in_actor(), now()) as work:
        note_access(work, None, "export")
    return current_app.response_class(
        made,
        mimetype=XLSX,
        headers={"Content-Disposition": f'attachment; filename="lote-{line.id}.xlsx"'},
    )


@bp.post("/<int:batch_id>/descartar")
def discard(batch_id: int) -> ResponseReturnValue:
    line_or_404(batch_id)
    with begin_work(signed_in_actor(), now()) as work:
        imports.discard(work, batch_id)
    flash(_("Se descartó el lote: no se guardó ninguna fila."), "info")
    return redirect(url_for(".index"), 303)
