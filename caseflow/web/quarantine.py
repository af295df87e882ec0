"""Rows in quarantine on screen: corrected in place, all tried again, or given up with a reason."""

from __future__ import annotations

from flask import Blueprint, abort, flash, request
from flask.typing import ResponseReturnValue

from caseflow.commands import quarantine
from caseflow.commands.work import begin_work
from caseflow.domain.errors import DomainError, NotNow
from caseflow.domain.vocabulary import Verdict, spanish
from caseflow.extensions import db
from caseflow.intake.profiles import load_profile
from caseflow.listings import RETRIED_AT_ONCE, cleaner_for_office, retry_quarantine
from caseflow.queries import imports as batches
from caseflow.queries.imports import BatchLine
from caseflow.web.errors import say
from caseflow.web.import_page import back_to, line_or_404, page
from caseflow.web.sessions import now, rules, signed_in_actor, today
from caseflow.web.words import _, ngettext

bp = Blueprint("quarantine", __name__, url_prefix="/importar")

#: Characters of one corrected cell: what the longest field takes.
_LONGEST_CELL = 20_000


def _columns(line: BatchLine) -> list[str]:
    return [str(header) for header, _name in line.about.get("columns", ())]


@bp.post("/<int:batch_id>/filas/<int:number>/corregir")
def correct(batch_id: int, number: int) -> ResponseReturnValue:
    """Put corrected cells into a row and try it again."""
    line = line_or_404(batch_id)
    row = batches.row_line(db.session(), batch_id, number)
    if row is None:
        abort(404)
    columns = _columns(line)
    if len(row.raw) != len(columns):
        raise NotNow("La fila está incompleta en el archivo: corríjala en el original.")
    cells = [
        request.form.get(f"c{index}", cell)[:_LONGEST_CELL] for index, cell in enumerate(row.raw)
    ]
    cleaner = cleaner_for_office(load_profile(line.profile), columns, rules(), today())
    read = cleaner.clean(number, cells)
    try:
        with begin_work(signed_in_actor(), now()) as work:
            verdict = quarantine.retry_row(work, batch_id, number, cells, read)
    except DomainError as refusal:
        return page(line, say(refusal), number), 409
    if verdict is Verdict.QUARANTINED:
        flash(_("La fila %(row)s sigue en cuarentena: revise el motivo.", row=number), "warning")
    else:
        flash(
            _("Fila %(row)s: %(verdict)s.", row=number, verdict=_(spanish(verdict)).lower()),
            "success",
        )
    return back_to(batch_id)


@bp.post("/<int:batch_id>/filas/<int:number>/descartar")
def discard(batch_id: int, number: int) -> ResponseReturnValue:
    """Give a row up, with the reason."""
    line = line_or_404(batch_id)
    try:
        with begin_work(signed_in_actor(), now()) as work:
            quarantine.discard_row(work, batch_id, number, request.form.get("reason", "")[:500])
    except DomainError as refusal:
        return page(line, say(refusal), number), 422
    flash(_("Se descartó la fila %(row)s.", row=number), "info")
    return back_to(batch_id)


@bp.post("/<int:batch_id>/reintentar")
def retry(batch_id: int) -> ResponseReturnValue:
    """Try every row that waits again, as it stands: what it lacked may be there by now."""
    line = line_or_404(batch_id)
    actor = signed_in_actor()
    with begin_work(actor, now()) as work:
        quarantine.retry_all(work, batch_id)
    done = retry_quarantine(
        actor,
        batch_id,
        load_profile(line.profile),
        _columns(line),
        now=now(),
        at_most=RETRIED_AT_ONCE,
    )
    if done is None:
        flash(_("La cuarentena es larga: se sigue reintentando; puede cerrar esta página."), "info")
        return back_to(batch_id)
    tried, freed = done
    if freed:
        flash(
            ngettext(
                "%(num)s fila de %(tried)s salió de la cuarentena.",
                "%(num)s filas de %(tried)s salieron de la cuarentena.",
                freed,
                tried=tried,
            ),
            "success",
        )
    else:
        flash(_("Ninguna fila salió de la cuarentena: revise los motivos."), "warning")
    return back_to(batch_id)
