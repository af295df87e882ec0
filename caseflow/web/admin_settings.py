"""``/administracion/oficina``: the office, its window, its place, and its series of folios."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from caseflow.commands.configuration import OfficeForm, set_office, set_series
from caseflow.commands.redating import UNMOVED
from caseflow.commands.work import begin_work
from caseflow.domain.errors import DomainError
from caseflow.domain.folios import Series, own_folio
from caseflow.domain.redating import Impact
from caseflow.domain.vocabulary import Kind, Source, spanish
from caseflow.extensions import db
from caseflow.queries.rulebook import SeriesRow, office_settings, series
from caseflow.web.admin_forms import (
    after_redating,
    lines,
    redated_sentence,
    refuse,
    would_move,
)
from caseflow.web.sessions import now, rules, signed_in_actor, today
from caseflow.web.words import _, lazy_gettext

_ROWS = ("office", "locality", "window")


class OfficePage(FlaskForm):
    name = StringField(
        lazy_gettext("Nombre de la oficina"),
        [DataRequired(lazy_gettext("Escriba el nombre de la oficina.")), Length(max=200)],
    )
    body = StringField(
        lazy_gettext("Ente cuyos días inhábiles rigen"),
        [DataRequired(lazy_gettext("Escriba el ente.")), Length(max=40)],
        description=lazy_gettext(
            "En minúsculas y con guiones. Cambiarlo vuelve a fechar los asuntos."
        ),
    )
    borough = StringField(
        lazy_gettext("Demarcación"),
        [DataRequired(lazy_gettext("Escriba la demarcación.")), Length(max=120)],
    )
    aliases = TextAreaField(
        lazy_gettext("Otras formas de escribirla"),
        [Optional(), Length(max=4000)],
        description=lazy_gettext("Una por renglón, como vienen en los listados."),
    )
    postal_prefixes = TextAreaField(
        lazy_gettext("Comienzo de sus códigos postales"),
        [Optional(), Length(max=400)],
        description=lazy_gettext("Uno por renglón: 08."),
    )
    own_bodies = TextAreaField(
        lazy_gettext("Comienzo de sus folios en SISAI"),
        [Optional(), Length(max=400)],
        description=lazy_gettext(
            "Siete cifras, uno por renglón. Vacío: ninguno se tiene por ajeno."
        ),
    )
    window = StringField(
        lazy_gettext("Ventanilla"),
        [DataRequired(lazy_gettext("Escriba el nombre de la ventanilla.")), Length(max=200)],
    )
    address = StringField(lazy_gettext("Domicilio"), [Optional(), Length(max=300)])
    telephone = StringField(lazy_gettext("Teléfono"), [Optional(), Length(max=80)])
    hours = StringField(lazy_gettext("Horario"), [Optional(), Length(max=120)])
    confirmed = BooleanField(
        lazy_gettext("Domicilio, teléfono y horario están confirmados"),
        description=lazy_gettext("Se imprimen en los acuses."),
    )

    def answers(self) -> OfficeForm:
        return OfficeForm(
            name=self.name.data or "",
            body=self.body.data or "",
            borough=self.borough.data or "",
            aliases=lines(self.aliases.data),
            postal_prefixes=lines(self.postal_prefixes.data),
            own_bodies=lines(self.own_bodies.data),
            window=self.window.data or "",
            address=self.address.data or "",
            telephone=self.telephone.data or "",
            hours=self.hours.data or "",
            confirmed=self.confirmed.data,
        )


class SeriesPage(FlaskForm):
    prefix = StringField(
        lazy_gettext("Prefijo"),
        [DataRequired(lazy_gettext("Escriba el prefijo.")), Length(max=8)],
        description=lazy_gettext("De 2 a 8 letras. Los folios ya dados se siguen reconociendo."),
    )
    width = IntegerField(
        lazy_gettext("Cifras del número"), [InputRequired(lazy_gettext("Escriba cuántas cifras."))]
    )
    first_number = IntegerField(
        lazy_gettext("Primer número del año"),
        [InputRequired(lazy_gettext("Escriba el primer número."))],
        description=lazy_gettext("Otro que 1 si la oficina empieza a usar el sistema a medio año."),
    )


def show() -> ResponseReturnValue:
    """The form of the office and the table of series."""
    values = office_settings(db.session(), _ROWS)
    form = OfficePage(
        formdata=None,
        data={
            "name": values.get("office", "name"),
            "body": values.get("office", "body"),
            "borough": values.get("locality", "borough"),
            "aliases": "\n".join(values.get("locality", "aliases", ())),
            "postal_prefixes": "\n".join(values.get("locality", "postal_prefixes", ())),
            "own_bodies": "\n".join(values.get("locality", "own_bodies", ())),
            "window": values.get("window", "name"),
            "address": values.get("window", "address"),
            "telephone": values.get("window", "telephone"),
            "hours": values.get("window", "hours"),
            "confirmed": values.get("window", "confirmed", False),
        },
    )
    return _page(form)


def save() -> ResponseReturnValue:
    """Store the settings; with another body, first what moves."""
    form = OfficePage()
    if not form.validate():
        return _page(form), 422
    actor, answers = signed_in_actor(), form.answers()
    try:
        if answers.body.strip() != rules().office.body and request.form.get("paso") != "aplicar":
            return _page(form, would_move(lambda work: set_office(work, answers)))
        with begin_work(actor, now()) as work:
            redated = set_office(work, answers)
    except DomainError as refusal:
        refuse(form, refusal)
        return _page(form), 422
    moved = f" {redated_sentence(redated)}" if redated is not UNMOVED else ""
    flash(_("Se guardó la configuración.") + moved, "success")
    return redirect(after_redating(redated, "admin.settings"), 303)


def edit_series(prefix: str) -> ResponseReturnValue:
    """The form of one series."""
    row = next((row for row in series(db.session(), today().year) if row.prefix == prefix), None)
    if row is None or row.retired:
        abort(404)
    if request.method == "GET":
        data = {"prefix": row.prefix, "width": row.width, "first_number": row.first_number}
        return render_template(
            "admin/series.html", form=SeriesPage(formdata=None, data=data), row=row
        )
    form = SeriesPage()
    if form.validate():
        try:
            with begin_work(signed_in_actor(), now()) as work:
                set_series(
                    work,
                    prefix,
                    new_prefix=form.prefix.data or "",
                    width=form.width.data or 0,
                    first_number=form.first_number.data or 0,
                )
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            flash(_("Se guardó la serie."), "success")
            return redirect(url_for("admin.settings"), 303)
    return render_template("admin/series.html", form=form, row=row), 422


def _page(form: OfficePage, impact: Impact | None = None) -> str:
    year = today().year
    return render_template(
        "admin/settings.html",
        form=form,
        impact=impact,
        series=[(row, _next(row, year), _serves(row)) for row in series(db.session(), year)],
        versions=(rules().office.pack_version, rules().office.law_version),
    )


def _next(row: SeriesRow, year: int) -> str:
    made = Series(row.prefix, None, row.width, row.first_number)
    return own_folio(made, year, row.next_number or row.first_number)


def _serves(row: SeriesRow) -> str:
    words = [
        _(spanish(Source(row.source))) if row.source else "",
        _(spanish(Kind(row.kind))) if row.kind else "",
    ]
    return " · ".join(word for word in words if word)
