"""«¿Por qué vence este día?»: the count of a deadline, day by day, and the paper that says so."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user

from caseflow.commands.access import note_access
from caseflow.commands.work import begin_work
from caseflow.documents.cells import CellKind, Column
from caseflow.documents.certificate import Certificate, certificate_pdf
from caseflow.documents.count_sheet import CountSheet, Word, count_sheet, short_day
from caseflow.documents.count_weeks import weeks
from caseflow.documents.listing import listing_csv
from caseflow.domain.clock import Explanation
from caseflow.domain.errors import NotFound
from caseflow.domain.facts import CaseFacts, DeadlineFacts
from caseflow.domain.instants import local
from caseflow.domain.vocabulary import Step, spanish
from caseflow.queries.history import digits
from caseflow.queries.papers import Letterhead
from caseflow.web.case_view import case_light
from caseflow.web.cases import case_or_404
from caseflow.web.exports import CSV
from caseflow.web.pending_dates import PENDING, pending_dates
from caseflow.web.sessions import now, rules, signed_in_actor, today
from caseflow.web.words import _

bp = Blueprint("deadline", __name__)


@dataclass(frozen=True, slots=True)
class DayRow:
    date: str
    count: int | None
    reason: str
    source: str
    extension: bool
    last: bool


@bp.get("/casos/<ref>/plazo")
def show(ref: str) -> ResponseReturnValue:
    """The governing deadline of a case, or another of its terms by number (``n``)."""
    case = case_or_404(ref, signed_in_actor())
    sheet = _sheet(case, _)
    deadline = sheet.deadline
    return render_template(
        "cases/deadline.html",
        case=case,
        sheet=sheet,
        light=case_light(case) if deadline.governing else None,
        number=None if deadline.governing else deadline.number,
        pending=_(PENDING) if pending_dates([case.id]) else "",
        days=tuple(_rows(sheet.told)),
        weeks=tuple(weeks(sheet.told, today(), _)),
        others=tuple(
            (d.number, _(spanish(Step(d.step))), digits(d.due_on))
            for d in case.deadlines.values()
            if d.number != deadline.number and d.expires_at is None
        ),
    )


@bp.get("/casos/<ref>/plazo.pdf")
def certificate(ref: str) -> ResponseReturnValue:
    """The same as a certificate with its annexes, to hand in with a report or an appeal."""
    actor = signed_in_actor()
    case = case_or_404(ref, actor)
    reference = rules()
    body = certificate_pdf(
        Certificate(
            letterhead=Letterhead(reference.office.name, (reference.tree.name(case.desk_id),)),
            sheet=_sheet(case),
            made_at=local(now()).replace(tzinfo=None),
            made_by=current_user.name,
        )
    )
    with begin_work(actor, now()) as work:
        note_access(work, case.id, "certificate")
    return send_file(
        io.BytesIO(body),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"constancia-{case.ref}.pdf",
    )


@bp.get("/casos/<ref>/plazo.csv")
def days(ref: str) -> ResponseReturnValue:
    """The days of the count, one a row, to be checked with another program."""
    case = case_or_404(ref, signed_in_actor())
    columns = (
        Column(_("Fecha"), CellKind.DATE),
        Column(_("Cuenta"), CellKind.INTEGER),
        Column(_("Motivo")),
        Column(_("Fuente")),
        Column(_("Confianza")),
    )
    rows = [
        (line.on, line.number if line.counted else None, line.reason, line.source, line.mark)
        for line in _sheet(case).told.days
    ]
    return send_file(
        io.BytesIO(listing_csv(columns, rows)),
        mimetype=CSV,
        as_attachment=True,
        download_name=f"computo-{case.ref}.csv",
    )


def _sheet(case: CaseFacts, word: Word = str) -> CountSheet:
    try:
        return count_sheet(case, _chosen(case), rules().clockwork(today()), word)
    except LookupError:
        raise NotFound("La tabla de plazos ya no tiene ese plazo: no se puede contar.") from None


def _chosen(case: CaseFacts) -> DeadlineFacts:
    number = request.args.get("n", type=int)
    deadline = case.governing() if number is None else case.deadlines.get(number)
    if deadline is None or deadline.expires_at is not None:
        raise NotFound("Este asunto no tiene ese plazo.")
    return deadline


def _rows(told: Explanation) -> Iterable[DayRow]:
    for line in told.days:
        yield DayRow(
            short_day(line.on, _),
            line.number if line.counted else None,
            line.reason,
            line.source,
            line.phase == "extension",
            line.counted and line.on == told.own_due_on,
        )
