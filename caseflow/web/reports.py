"""Reports: the months, the overdue report of one, its files and editions, the morning sheet."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file
from flask import url_for as address
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from caseflow.commands.access import note_access
from caseflow.commands.reports import SHORTEST_REASON, WRITERS, closing_instant, file_bytes
from caseflow.commands.reports import issue_edition as take_edition
from caseflow.commands.work import begin_work
from caseflow.domain.errors import InvalidData, NotFound
from caseflow.domain.instants import local_date
from caseflow.domain.months import Month
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import Role
from caseflow.extensions import db
from caseflow.queries.closed_reports import Closing, closed_report, closings, editions
from caseflow.queries.morning import morning_areas, morning_sheet
from caseflow.queries.reference import AreaNode
from caseflow.queries.report_figures import AGE_BANDS, TRANSPARENCY_SCOPE, OverdueReport
from caseflow.queries.report_lists import Narrowing
from caseflow.queries.reports import (
    Ask,
    entered_since,
    first_month,
    monthly_overdue,
    report_scope,
    reportable_areas,
)
from caseflow.web.morning_view import morning_page
from caseflow.web.report_list import LISTS, Addresses
from caseflow.web.report_view import month_label, month_words, report_page
from caseflow.web.sessions import now, rules, signed_in_actor, today
from caseflow.web.words import _, lazy_gettext

bp = Blueprint("reports", __name__)

#: Months that the index shows.
MONTHS_SHOWN = 24
_MEDIA: Mapping[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


class EditionForm(FlaskForm):
    reason = TextAreaField(
        lazy_gettext("Motivo de la nueva edición"),
        [
            DataRequired(lazy_gettext("Escriba el motivo de la nueva edición.")),
            Length(
                min=SHORTEST_REASON,
                max=500,
                message=lazy_gettext("Explique el motivo en una frase, de 10 a 500 letras."),
            ),
        ],
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """The report that a request asks for, already within what the actor may read."""

    actor: Actor
    month: Month
    area: AreaNode
    scope: str
    editions: tuple[Closing, ...]
    #: the edition asked for; none while the month is open
    closing: Closing | None


@bp.get("/reportes")
def index() -> ResponseReturnValue:
    """The months of an area, closed or not, and the sheets of the morning."""
    actor, session = signed_in_actor(), db.session()
    areas = reportable_areas(actor, rules().tree)
    sheets = morning_areas(actor, rules())
    area = _area(areas, request.args.get("area")) if areas else None
    months: list[dict[str, Any]] = []
    if area is not None:
        scope = report_scope(actor, area.id) or ""
        months = _months(session, area, scope)
    return render_template(
        "reports/index.html",
        areas=areas,
        area=area,
        months=months,
        sheets=sheets,
        today=today(),
    )


@bp.get("/reportes/vencidos/<month>")
def overdue(month: str) -> ResponseReturnValue:
    """The monthly overdue report, with the list behind the number that was followed."""
    return _page(_wanted(month), EditionForm(formdata=None))


@bp.get("/reportes/vencidos/<month>.<form>")
def download(month: str, form: str) -> ResponseReturnValue:
    """The report as a file; that of a closed month is the one that was handed in."""
    if form not in WRITERS:
        raise NotFound()
    wanted = _wanted(month)
    session = db.session()
    if wanted.closing is not None:
        data = file_bytes(session, current_app.config["CASEFLOW"], wanted.closing, form)
        name = _number(wanted)
    else:
        made = _report(wanted, whole=form != "csv")
        data, name = WRITERS[form](made), made.number
    with begin_work(wanted.actor, now()) as work:
        note_access(work, None, "export")
    return send_file(
        io.BytesIO(data),
        mimetype=_MEDIA[form],
        as_attachment=True,
        download_name=f"{name}.{form}",
    )


@bp.post("/reportes/vencidos/<month>/ediciones")
def issue(month: str) -> ResponseReturnValue:
    """A further edition of a closed month, with its reason; those before it stay."""
    wanted = _wanted(month)
    form = EditionForm()
    if not form.validate_on_submit():
        return _page(wanted, form), 422
    with begin_work(wanted.actor, now()) as work:
        made = take_edition(
            work, wanted.month, wanted.area.id, wanted.scope, form.reason.data or ""
        )
    flash(_("Se expidió la edición %(n)s del reporte.") % {"n": made.edition}, "success")
    return redirect(address("reports.overdue", month=month, area=wanted.area.code), 303)


@bp.get("/reportes/manana")
def morning() -> ResponseReturnValue:
    """What an area must look at first today, or on ``fecha``."""
    actor = signed_in_actor()
    areas = morning_areas(actor, rules())
    if not areas:
        raise NotFound()
    area = _area(areas, request.args.get("area"))
    sheet = morning_sheet(db.session(), rules(), actor, area, _day(request.args.get("fecha")))
    return render_template("reports/morning.html", view=morning_page(sheet), areas=areas, area=area)


def _wanted(text: str) -> Wanted:
    """Month, area and edition of the request. Not there and not yours look the same."""
    actor = signed_in_actor()
    try:
        month = Month.read(text)
    except InvalidData:
        raise NotFound() from None
    area = _area(reportable_areas(actor, rules().tree), request.args.get("area"))
    scope = report_scope(actor, area.id)
    if scope is None:
        raise NotFound()
    known = editions(db.session(), month, area.id, scope)
    closing = known[-1] if known else None
    number = request.args.get("edicion", type=int)
    if number is not None:
        closing = next((one for one in known if one.edition == number), None)
        if closing is None:
            raise NotFound()
    return Wanted(actor, month, area, scope, known, closing)


def _area(areas: tuple[AreaNode, ...], code: str | None) -> AreaNode:
    """The area of that code among those allowed; the topmost where none is named."""
    if not areas:
        raise NotFound()
    if not code:
        return areas[0]
    for node in areas:
        if node.code == code:
            return node
    raise NotFound()


def _report(wanted: Wanted, *, whole: bool = True) -> OverdueReport:
    session = db.session()
    if wanted.closing is not None:
        return closed_report(session, wanted.closing.id)
    ask = Ask(wanted.month, wanted.area.id, now(), wanted.scope)
    return monthly_overdue(session, rules(), ask, whole=whole)


def _number(wanted: Wanted) -> str:
    kinds = "-IP" if wanted.scope == TRANSPARENCY_SCOPE else ""
    edition = wanted.closing.edition if wanted.closing is not None else 1
    base = f"RFV-{wanted.area.code}{kinds}-{wanted.month}"
    return base if edition == 1 else f"{base}-E{edition}"


def _page(wanted: Wanted, form: EditionForm) -> str:
    session = db.session()
    report = _report(wanted)
    closing = wanted.closing
    asked = request.args.get("edicion", type=int)
    addresses = Addresses(report, asked)
    slug = request.args.get("lista", "siguen")
    if slug not in LISTS:
        raise NotFound()
    view = report_page(report, addresses, slug, _narrowing(), request.args.get("desde", ""))
    since = entered_since(session, rules(), wanted.editions, now()) if wanted.editions else ((), ())
    over = closing_instant(wanted.month, rules().calendar) <= now()
    issuers = (Role.SUPERVISOR, Role.TRANSPARENCY) if wanted.scope else (Role.SUPERVISOR,)
    return render_template(
        "reports/overdue.html",
        view=view,
        report=report,
        addresses=addresses,
        area=wanted.area,
        areas=reportable_areas(wanted.actor, rules().tree),
        month=wanted.month,
        month_label=month_label,
        month_words=month_words,
        previous=wanted.month.plus(-1),
        following=_following(wanted.month),
        editions=wanted.editions,
        closing=closing,
        late=since[0],
        corrected=since[1],
        uncounted=over and closing is None,
        may_issue=closing is not None
        and closing.id == wanted.editions[-1].id
        and wanted.area.id in wanted.actor.reach(*issuers),
        form=form,
    )


def _following(month: Month) -> Month | None:
    """The next month, where it has a whole day already."""
    after = month.plus(1)
    return after if after.first < today() else None


def _narrowing() -> Narrowing:
    """What the list is narrowed to; an unknown age narrows nothing."""
    band = request.args.get("edad", type=int)
    return Narrowing(
        area=request.args.get("de", ""),
        source=request.args.get("origen", ""),
        kind=request.args.get("tipo", ""),
        basis=request.args.get("plazo", ""),
        band=band - 1 if band is not None and 1 <= band <= len(AGE_BANDS) else None,
    )


def _day(text: str | None) -> dt.date:
    if not text:
        return today()
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise NotFound() from None


def _months(session: Any, area: AreaNode, scope: str) -> list[dict[str, Any]]:
    """The months of an area, the latest first, each with its editions."""
    last = Month.of(today() - dt.timedelta(days=1))
    begun = first_month(session)
    if begun is None:
        return []
    first = max(begun, last.plus(1 - MONTHS_SHOWN))
    kept: dict[Month, list[Closing]] = {}
    for closing in closings(session, [area.id], first):
        if closing.scope == scope:
            kept.setdefault(closing.month, []).append(closing)
    months = []
    month = last
    while month >= first:
        done = kept.get(month, [])
        months.append(
            {
                "month": month,
                "label": month_label(month),
                "editions": done,
                "closed_on": local_date(done[0].closed_at) if done else None,
                "closes_on": local_date(closing_instant(month, rules().calendar)),
                "totals": done[-1].totals if done else None,
            }
        )
        month = month.plus(-1)
    return months
