"""Importing on screen: a file, its preview, its progress, and its rows in quarantine."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, HiddenField, SelectField

from caseflow.cli.listings import (
    AT_ONCE,
    cleaner_for_office,
    handed_in,
    open_for_office,
    stage_listing,
)
from caseflow.commands import imports
from caseflow.commands.quarantine import discard_row, may_discard, retry_row
from caseflow.commands.work import begin_work
from caseflow.documents.import_template import TemplateColumn, template_xlsx
from caseflow.domain.errors import DomainError, NotNow, Refused
from caseflow.domain.instants import local
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import Role, Source, Verdict, spanish
from caseflow.extensions import db
from caseflow.intake.profiles import Profile, load_profile, profile_names
from caseflow.queries import imports as batches
from caseflow.queries.imports import BatchLine
from caseflow.storage import CHUNK, store_file, stored_path
from caseflow.web import import_row_view, import_view
from caseflow.web.errors import say
from caseflow.web.exports import XLSX
from caseflow.web.sessions import now, rules, signed_in_actor, today
from caseflow.web.uploads import safe_name

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
    sources = _sources(actor)
    return tuple(
        profile for profile in map(load_profile, profile_names()) if profile.source in sources
    )


def _sources(actor: Actor) -> frozenset[Source]:
    return batches.importable_sources(actor, rules().tree, rules().desks)


def _form(actor: Actor) -> UploadForm:
    form = UploadForm()
    form.profile.choices = [(profile.name, gettext(profile.title)) for profile in _profiles(actor)]
    if not form.nonce.data:
        form.nonce.data = secrets.token_urlsafe(16)
    return form


def _index(actor: Actor, form: UploadForm, refusal: str = "") -> str:
    before = request.args.get("antes", type=int)
    lines = batches.batches(db.session(), _sources(actor), before=before, limit=batches.PAGE + 1)
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
                import_view.state_words(line.state),
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
        flash(gettext("El archivo es grande: se sigue leyendo; puede cerrar esta página."), "info")
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
            listing = open_for_office(path, name, profile, today())
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
    listing = open_for_office(kept, name, profile, today())
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


def _line_or_404(batch_id: int) -> BatchLine:
    """The batch, if its source is the person's to import."""
    line = batches.batch(db.session(), batch_id, _sources(signed_in_actor()))
    if line is None:
        abort(404)
    return line


def _page(line: BatchLine, refusal: str = "", row: int | None = None) -> str:
    actor = signed_in_actor()
    chosen = request.args.get("filtro", "")
    listed = line.state in ("preview", "done")
    page = None
    views: Sequence[import_row_view.RowView] = ()
    if listed:
        page = batches.batch_rows(
            db.session(),
            line.id,
            verdict=import_view.FILTERS.get(chosen),
            discrepant=chosen == import_view.DISCREPANT,
            after=request.args.get("despues"),
            before=request.args.get("antes"),
        )
        may_settle = actor.has(Role.SUPERVISOR, Role.TRANSPARENCY)
        views = [import_row_view.row_view(line, one, may_settle=may_settle) for one in page.rows]
    return render_template(
        "imports/show.html",
        batch=import_view.batch_view(
            line, batches.earlier_batch(db.session(), line), _required(line.profile)
        ),
        filters=import_view.filters(line, chosen),
        chosen=chosen,
        rows=views,
        listed=listed,
        previous=_beside(line, chosen, "antes", page.previous) if page else None,
        next=_beside(line, chosen, "despues", page.next) if page else None,
        may_discard=may_discard(actor, Source(line.source)),
        handed_over=line.handed_over,
        refusal=refusal,
        refused_row=row,
        filename=line.filename,
    )


def _required(profile: str) -> tuple[str, ...]:
    """Fields that the batch's profile cannot do without; none where it is no longer there."""
    return load_profile(profile).required if profile in profile_names() else ()


def _beside(line: BatchLine, chosen: str, side: str, key: str | None) -> str | None:
    if key is None:
        return None
    extra: dict[str, Any] = {side: key, **({"filtro": chosen} if chosen else {})}
    return url_for(".show", batch_id=line.id, **extra)


@bp.get("/<int:batch_id>")
def show(batch_id: int) -> ResponseReturnValue:
    return _page(_line_or_404(batch_id))


@bp.get("/<int:batch_id>/avance")
def progress(batch_id: int) -> ResponseReturnValue:
    """The part of the page that moves while a batch is read or applied."""
    line = _line_or_404(batch_id)
    return render_template(
        "imports/_progress.html",
        batch=import_view.batch_view(line, None),
        filters=import_view.filters(line, ""),
        handed_over=line.handed_over,
        moving=line.state in ("staging", "taking", "applying"),
    )


def _back(batch_id: int) -> ResponseReturnValue:
    chosen = request.form.get("filtro", "")
    extra: dict[str, Any] = {"filtro": chosen} if chosen else {}
    return redirect(url_for(".show", batch_id=batch_id, **extra), 303)


@bp.post("/<int:batch_id>/aplicar")
def apply(batch_id: int) -> ResponseReturnValue:
    """Confirm the preview: small batches at once, the others by the scheduler."""
    line = _line_or_404(batch_id)
    actor = signed_in_actor()
    small = line.rows <= AT_ONCE_APPLIED
    with begin_work(actor, now()) as work:
        imports.confirm(work, batch_id, hand_over=not small)
    if small:
        imports.apply(actor, batch_id, now=now(), chunk=imports.CHUNK_BESIDE_PEOPLE)
        flash(gettext("Se aplicó el lote."), "success")
    return _back(batch_id)


@bp.post("/<int:batch_id>/retomar")
def resume(batch_id: int) -> ResponseReturnValue:
    """Leave to the scheduler what an interruption left undone."""
    _line_or_404(batch_id)
    with begin_work(signed_in_actor(), now()) as work:
        imports.hand_over(work, batch_id)
    return _back(batch_id)


@bp.post("/<int:batch_id>/descartar")
def discard(batch_id: int) -> ResponseReturnValue:
    _line_or_404(batch_id)
    with begin_work(signed_in_actor(), now()) as work:
        imports.discard(work, batch_id)
    flash(gettext("Se descartó el lote: no se guardó ninguna fila."), "info")
    return redirect(url_for(".index"), 303)


# ── Rows in quarantine ───────────────────────────────────────────────────────────────────────────


@bp.post("/<int:batch_id>/filas/<int:number>/corregir")
def correct(batch_id: int, number: int) -> ResponseReturnValue:
    """Put corrected cells into a row and try it again."""
    line = _line_or_404(batch_id)
    row = batches.row_line(db.session(), batch_id, number)
    if row is None:
        abort(404)
    columns = [str(header) for header, _name in line.about.get("columns", ())]
    if len(row.raw) != len(columns):
        raise NotNow("La fila está incompleta en el archivo: corríjala en el original.")
    cells = [
        request.form.get(f"c{index}", cell)[:_LONGEST_CELL] for index, cell in enumerate(row.raw)
    ]
    cleaner = cleaner_for_office(load_profile(line.profile), columns, today())
    read = cleaner.clean(number, cells)
    try:
        with begin_work(signed_in_actor(), now()) as work:
            verdict = retry_row(work, batch_id, number, cells, read)
    except DomainError as refusal:
        return _page(line, say(refusal), number), 409
    if verdict is Verdict.QUARANTINED:
        flash(
            gettext("La fila %(row)s sigue en cuarentena: revise el motivo.", row=number), "warning"
        )
    else:
        flash(
            gettext(
                "Fila %(row)s: %(verdict)s.", row=number, verdict=gettext(spanish(verdict)).lower()
            ),
            "success",
        )
    return _back(batch_id)


#: Characters of one corrected cell: what the longest field takes.
_LONGEST_CELL = 20_000


@bp.post("/<int:batch_id>/filas/<int:number>/descartar")
def discard_one(batch_id: int, number: int) -> ResponseReturnValue:
    """Give a row up, with the reason."""
    line = _line_or_404(batch_id)
    try:
        with begin_work(signed_in_actor(), now()) as work:
            discard_row(work, batch_id, number, request.form.get("reason", "")[:500])
    except DomainError as refusal:
        return _page(line, say(refusal), number), 422
    flash(gettext("Se descartó la fila %(row)s.", row=number), "info")
    return _back(batch_id)
