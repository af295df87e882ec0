"""``/calendario``: the year of the body, and its days and suspensions edited with a preview."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import DateField, FileField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from caseflow.commands.calendars import change_calendar
from caseflow.commands.redating import REDATE
from caseflow.commands.work import begin_work
from caseflow.domain.administration import keeps_calendar
from caseflow.domain.day_lists import (
    YEARS,
    CalendarEdits,
    DayRow,
    SuspensionRow,
    calendar_of,
    missing_lists,
)
from caseflow.domain.errors import DomainError, InvalidData, NotFound
from caseflow.domain.redating import Impact
from caseflow.domain.vocabulary import INBOX_KINDS, Kind, Mark, spanish
from caseflow.extensions import db
from caseflow.intake.day_lists import MOST_BYTES, read_list
from caseflow.queries.bulk_jobs import job_progress
from caseflow.queries.calendars import body_days, preview_edits, years_in_use
from caseflow.web.admin_forms import (
    impact_sentence,
    mark_choices,
    redated_sentence,
    refuse,
)
from caseflow.web.list_view import number
from caseflow.web.sessions import now, rules, signed_in_actor, today
from caseflow.web.words import _, lazy_gettext
from caseflow.web.year_view import day_lines, months

bp = Blueprint("calendar", __name__, url_prefix="/calendario")


class SourcedForm(FlaskForm):
    reason = StringField(
        lazy_gettext("Motivo"), [DataRequired(lazy_gettext("Escriba el motivo.")), Length(max=200)]
    )
    source = StringField(
        lazy_gettext("Fuente"),
        [DataRequired(lazy_gettext("Escriba la fuente.")), Length(max=300)],
        description=lazy_gettext("Gaceta, fecha y página, o número del oficio."),
    )
    mark = SelectField(lazy_gettext("Qué tan segura es la fuente"))

    def offer(self) -> None:
        """Fill the choices in."""
        self.mark.choices = mark_choices()


class DayForm(SourcedForm):
    day = DateField(lazy_gettext("Primer día"), [DataRequired(lazy_gettext("Escriba el día."))])
    last = DateField(
        lazy_gettext("Último día"),
        [Optional()],
        description=lazy_gettext("Vacío si es uno solo. Sábados y domingos no se agregan."),
    )
    list_year = IntegerField(
        lazy_gettext("Lista del año"),
        [Optional()],
        description=lazy_gettext("Las listas pasan de año: enero puede ser de la anterior."),
    )

    def rows(self) -> tuple[DayRow, ...]:
        """One row for each weekday. Raises ``InvalidData`` for a stretch that cannot be."""
        first = self.day.data
        last = self.last.data or first
        if last < first:
            raise InvalidData("El último día es anterior al primero.", field="last")
        if (last - first).days > 366:
            raise InvalidData("Son más días de los que tiene un año.", field="last")
        days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
        weekdays = [day for day in days if day.weekday() < 5]
        if not weekdays:
            raise InvalidData("Sábados y domingos ya son inhábiles.", field="day")
        return tuple(
            DayRow(
                day,
                self.reason.data.strip(),
                self.source.data.strip(),
                self.mark.data,
                self.list_year.data or first.year,
            )
            for day in weekdays
        )


class WorkForm(SourcedForm):
    day = DateField(lazy_gettext("Día"), [DataRequired(lazy_gettext("Escriba el día."))])


class SuspensionForm(SourcedForm):
    matter = SelectField(lazy_gettext("De qué asuntos"))
    first = DateField(lazy_gettext("Desde"), [DataRequired(lazy_gettext("Escriba desde qué día."))])
    last = DateField(lazy_gettext("Hasta"), [DataRequired(lazy_gettext("Escriba hasta qué día."))])

    def offer(self) -> None:
        super().offer()
        self.matter.choices = [
            SelectChoice("", _("De todos")),
            *(SelectChoice(kind.value, _(spanish(kind))) for kind in INBOX_KINDS),
        ]

    def row(self) -> SuspensionRow:
        return SuspensionRow(
            self.matter.data or None,
            self.first.data,
            self.last.data,
            self.reason.data.strip(),
            self.source.data.strip(),
            self.mark.data,
        )


class ListForm(FlaskForm):
    file = FileField(
        lazy_gettext("Archivo CSV o ICS"),
        description=lazy_gettext(
            "Con las columnas Fecha, Motivo y Fuente; para suspensiones de plazos: Desde, Hasta, "
            "Asuntos, Motivo y Fuente. El día va primero."
        ),
    )
    source = StringField(
        lazy_gettext("Fuente de los días que no la traen"),
        [Optional(), Length(max=300)],
        description=lazy_gettext("Gaceta, fecha y página. Todo día necesita una."),
    )
    list_year = IntegerField(
        lazy_gettext("Lista del año"),
        [Optional()],
        description=lazy_gettext("Vacío: el año del primer día."),
    )
    mark = SelectField(lazy_gettext("Qué tan segura es la fuente"))

    def offer(self) -> None:
        """Fill the choices in."""
        self.mark.choices = mark_choices()


@bp.get("", endpoint="show")
def show() -> ResponseReturnValue:
    """The year by months, its days with their source, and which lists are missing."""
    day, body, session = today(), rules().office.body, db.session()
    asked = request.args.get("ano", "")
    year = int(asked) if asked.isdecimal() and int(asked) in YEARS else day.year
    rows = body_days(session, body)
    listed = rows.listed_years
    return render_template(
        "calendar/year.html",
        year=year,
        body=body,
        months=months(year, calendar_of(body, rows), day),
        days=day_lines(year, rows),
        suspensions=[
            (number, row, _matter(row.matter))
            for number, row in sorted(rows.suspensions.items(), key=lambda item: item[1].first)
            if row.first.year <= year <= row.last.year
        ],
        missing=missing_lists(listed, years_in_use(session, day), day),
        listed=year in listed,
        next_year=day.year + 1,
        may_edit=keeps_calendar(signed_in_actor()),
    )


@bp.route("/dia", methods=["GET", "POST"])
def day() -> ResponseReturnValue:
    """Put one day, or several in a row, on the body's list."""
    if request.method == "GET":
        year = request.args.get("ano", "")
        first = dt.date(int(year), 1, 1) if year.isdecimal() and int(year) in YEARS else today()
        return _form_page("day", DayForm(formdata=None, data=_start(list_year=first.year)))
    form = DayForm()
    return _checked("day", form, lambda: CalendarEdits(days=form.rows()))


@bp.route("/laborable", methods=["GET", "POST"])
def work_day() -> ResponseReturnValue:
    """Say that the body works on a common day."""
    if request.method == "GET":
        return _form_page("work_day", WorkForm(formdata=None, data=_start(day=_asked_day())))
    form = WorkForm()

    def edits() -> CalendarEdits:
        row = DayRow(
            form.day.data, form.reason.data.strip(), form.source.data.strip(), form.mark.data,
            form.day.data.year,
        )  # fmt: skip
        return CalendarEdits(work=(row,))

    return _checked("work_day", form, edits)


@bp.route("/suspension", methods=["GET", "POST"])
def suspend() -> ResponseReturnValue:
    """Suspend terms for a stretch, of one matter or of all."""
    if request.method == "GET":
        return _form_page("suspend", SuspensionForm(formdata=None, data=_start()))
    form = SuspensionForm()
    return _checked("suspend", form, lambda: CalendarEdits(suspend=(form.row(),)))


@bp.route("/lista", methods=["GET", "POST"])
def load() -> ResponseReturnValue:
    """Load a whole list from a file."""
    if request.method == "GET":
        return _form_page("load", ListForm(formdata=None, data=_start()))
    form = ListForm()

    def edits() -> CalendarEdits:
        if not form.file.data:
            raise InvalidData("Elija el archivo de la lista.", field="file")
        return read_list(
            form.file.data.stream.read(MOST_BYTES + 1),
            source=form.source.data or "",
            mark=form.mark.data,
            list_year=form.list_year.data,
            body=rules().office.body,
        )

    return _checked("load", form, edits)


@bp.post("/quitar")
def take_off() -> ResponseReturnValue:
    """Preview of taking days off the list, keeping common ones again, or lifting a suspension."""
    what, values = request.form.get("que", ""), request.form.getlist("valor")
    if not values:
        raise InvalidData("Marque al menos un día: vuelva al calendario.")
    try:
        if what == "suspension":
            return _preview(CalendarEdits(lift=tuple(int(value) for value in values)))
        days = tuple(dict.fromkeys(dt.date.fromisoformat(value) for value in values))
    except ValueError:
        raise InvalidData("No se entendió qué se quita: vuelva al calendario.") from None
    return _preview(CalendarEdits(rest=days) if what == "laborable" else CalendarEdits(remove=days))


@bp.post("/aplicar")
def apply() -> ResponseReturnValue:
    """The one logged act: store the edits and date the cases again."""
    try:
        edits = CalendarEdits.from_json(json.loads(request.form.get("edits", "")))
    except ValueError:
        edits = CalendarEdits.from_json({})
    with begin_work(signed_in_actor(), now()) as work:
        changed, redated = change_calendar(work, work.office.body, edits)
    if redated.job_id is not None:
        return redirect(url_for(".redating", change_id=redated.job_id), 303)
    if changed:
        flash(_("Se guardó el calendario.") + f" {redated_sentence(redated)}", "success")
    else:
        flash(_("El calendario ya decía eso: nada cambió."), "info")
    return redirect(url_for("calendar.show", ano=_year_of(edits)), 303)


@bp.get("/cambios/<int:change_id>")
def redating(change_id: int) -> ResponseReturnValue:
    """How far the dates of a change are counted again, and what it moved so far."""
    found = job_progress(db.session(), signed_in_actor(), change_id, REDATE)
    if found is None:
        raise NotFound("No se encontró el cambio.")
    partial = request.headers.get("HX-Request") is not None
    here = url_for(".redating", change_id=change_id)
    return render_template(
        "bulk/_progress.html" if partial else "calendar/redating.html",
        job=found,
        partial=partial,
        cause=_(found.data["cause"]),
        impact=Impact.of(found.counts),
        words=_("{done} de {total} folios revisados").format(
            done=number(found.done + found.refused), total=number(found.total)
        ),
        poll=None if found.finished else here,
        here=here,
    )


def _checked(name: str, form: FlaskForm, edits: Callable[[], CalendarEdits]) -> ResponseReturnValue:
    form.offer()
    if not form.validate():
        return _form_page(name, form), 422
    try:
        return _preview(edits())
    except DomainError as refusal:
        refuse(form, refusal)
        return _form_page(name, form), 422


def _preview(edits: CalendarEdits) -> str:
    """What the edits change and move. Raises what the act would raise."""
    actor, read = signed_in_actor(), rules()
    changed, impact = preview_edits(db.session(), actor, now(), read, read.office.body, edits)
    return render_template(
        "calendar/preview.html",
        edits=json.dumps(edits.as_json(), ensure_ascii=False),
        changed=changed,
        impact=impact,
        sentence=impact_sentence(impact),
        by_area=[
            (read.tree.name(area_id), counts)
            for area_id, counts in sorted(
                impact.areas.items(), key=lambda item: (-item[1]["moved"], item[0])
            )
        ],
        matter=_matter,
        year=_year_of(edits),
    )


def _form_page(name: str, form: FlaskForm) -> str:
    form.offer()
    return render_template(f"calendar/{name}.html", form=form, body=rules().office.body)


def _start(**values: object) -> Mapping[str, object]:
    return {"mark": Mark.TEXT.value, **values}


def _asked_day() -> dt.date | None:
    try:
        return dt.date.fromisoformat(request.args.get("dia", ""))
    except ValueError:
        return None


def _matter(matter: str | None) -> str:
    return str(_(spanish(Kind(matter)))) if matter else str(_("Todos los asuntos"))


def _year_of(edits: CalendarEdits) -> int:
    """The year to show after an edit."""
    days = [
        *(row.day for row in (*edits.days, *edits.work)),
        *edits.remove,
        *edits.rest,
        *(row.first for row in edits.suspend),
    ]
    return min(days).year if days else today().year
