"""``/administracion/reglas``: the routing rules in their order, with a button to try them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from caseflow.commands.routing_rules import RuleForm, add_rule, edit_rule, end_rule, move_rule
from caseflow.commands.work import begin_work
from caseflow.domain.errors import DomainError
from caseflow.domain.routing import Routable
from caseflow.domain.vocabulary import INBOX_KINDS, Kind, Mark, Source, spanish
from caseflow.extensions import db
from caseflow.queries.choices import subjects, territories
from caseflow.queries.rulebook import RuleRow, rules, winning_rule
from caseflow.web import sessions
from caseflow.web.admin_forms import area_choices, chosen_id, mark_choices, refuse
from caseflow.web.sessions import now, signed_in_actor, today
from caseflow.web.words import _, lazy_gettext


def _any(words: str) -> SelectChoice:
    return SelectChoice("", words)


class RulePage(FlaskForm):
    name = StringField(
        lazy_gettext("Nombre"),
        [DataRequired(lazy_gettext("Escriba el nombre de la regla.")), Length(max=120)],
        description=lazy_gettext("Queda escrito en cada turno que haga."),
    )
    source = SelectField(lazy_gettext("Origen"))
    kind = SelectField(lazy_gettext("Tipo de asunto"))
    subject = StringField(lazy_gettext("Tema"), [Optional(), Length(max=300)])
    words = StringField(
        lazy_gettext("Palabras"),
        [Optional(), Length(max=500)],
        description=lazy_gettext("Basta con que aparezca una, en el asunto o en la descripción."),
    )
    territory_code = SelectField(lazy_gettext("Unidad territorial"))
    postal_code = StringField(
        lazy_gettext("Código postal"),
        [Optional(), Length(max=5)],
        description=lazy_gettext("Completo o su comienzo."),
    )
    area = SelectField(lazy_gettext("Se turna a"))
    refer_to = StringField(
        lazy_gettext("O se remite a la autoridad"),
        [Optional(), Length(max=200)],
        description=lazy_gettext("Sólo si no le toca a la alcaldía; deje vacía el área."),
    )
    instruction = TextAreaField(lazy_gettext("Instrucción"), [Optional(), Length(max=2000)])
    target_days = IntegerField(
        lazy_gettext("Meta interna"),
        [Optional()],
        description=lazy_gettext("Días hábiles desde el turno; vacío: tres antes del vencimiento."),
    )
    valid_from = DateField(lazy_gettext("Vigente desde"), [Optional()])
    valid_to = DateField(lazy_gettext("Vigente hasta"), [Optional()])
    mark = SelectField(lazy_gettext("Qué tan seguro es el dato"))
    version = IntegerField(widget=HiddenField.widget, validators=[Optional()])

    @classmethod
    def offered(cls, **values: object) -> RulePage:
        form = cls(**values)
        form.source.choices = [
            _any(_("Cualquiera")),
            *(SelectChoice(source.value, _(spanish(source))) for source in Source),
        ]
        form.kind.choices = [
            _any(_("Cualquiera")),
            *(SelectChoice(kind.value, _(spanish(kind))) for kind in INBOX_KINDS),
        ]
        form.territory_code.choices = [
            _any(_("Cualquiera")),
            *(SelectChoice(code, label) for code, label in territories(db.session())),
        ]
        form.area.choices = area_choices(sessions.rules().tree, today(), _("Ninguna"))
        form.mark.choices = mark_choices()
        return form

    def answers(self) -> RuleForm:
        return RuleForm(
            name=self.name.data or "",
            source=self.source.data or "",
            kind=self.kind.data or "",
            subject=self.subject.data or "",
            words=self.words.data or "",
            territory_code=self.territory_code.data or "",
            postal_code=self.postal_code.data or "",
            area_id=chosen_id(self.area.data),
            refer_to=self.refer_to.data or "",
            instruction=self.instruction.data or "",
            target_days=self.target_days.data,
            valid_from=self.valid_from.data or dt.date.min,
            valid_to=self.valid_to.data,
            mark=self.mark.data or "",
        )


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule as the list shows it; ``n`` is its place among those in force."""

    row: RuleRow
    n: int | None
    conditions: tuple[str, ...]
    destination: str
    state: str
    first: bool
    last: bool


def show() -> ResponseReturnValue:
    """The rules in order; with the fields of the test in the address, which one wins."""
    everything = request.args.get("todas") == "1"
    listed = rules(db.session())
    day = today()
    kept = [row for row in listed if row.rule.valid_to is None or row.rule.valid_to >= day]
    shown = listed if everything else kept
    places = {row.id: n for n, row in enumerate(kept, start=1)}
    tried = {name: request.args.get(name, "").strip()[:2000] for name in _TRIED}
    asked = request.args.get("probar") == "1"
    won = None
    if asked:
        case = Routable(
            source=tried["source"],
            kind=tried["kind"],
            subject=tried["subject"],
            text=tried["text"],
            territory_code=tried["territory"],
            postal_code=tried["cp"],
        )
        won = winning_rule(listed, case, day)
    return render_template(
        "admin/rules.html",
        lines=[_line(row, places, len(kept)) for row in shown],
        everything=everything,
        asked=asked,
        tried=tried,
        won=won,
        area=sessions.rules().tree.name(won[1].area_id) if won and won[1].area_id else "",
        kinds=[(kind.value, _(spanish(kind))) for kind in INBOX_KINDS],
        sources=[(source.value, _(spanish(source))) for source in Source],
        territories=[("", _("Sin precisar")), *territories(db.session())],
        subjects=subjects(db.session()),
    )


_TRIED = ("source", "kind", "subject", "text", "territory", "cp")


def new() -> ResponseReturnValue:
    """A new rule at the end of the list."""
    if request.method == "GET":
        start = {"valid_from": today(), "mark": Mark.TEXT.value}
        return _form(RulePage.offered(formdata=None, data=start), None)
    form = RulePage.offered()
    if form.validate():
        try:
            with begin_work(signed_in_actor(), now()) as work:
                rule_id = add_rule(work, form.answers()).id
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            flash(_("Se agregó la regla al final; súbala si debe ir antes."), "success")
            return redirect(url_for("admin.rules", _anchor=f"regla-{rule_id}"), 303)
    return _form(form, None), 422


def edit(rule_id: int) -> ResponseReturnValue:
    """The form of a rule."""
    row = _found(rule_id)
    if request.method == "GET":
        rule = row.rule
        data = {name: getattr(rule, name) for name in _COPIED}
        data |= {"area": str(rule.area_id or ""), "mark": row.mark or "T", "version": row.version}
        return _form(RulePage.offered(formdata=None, data=data), row)
    form = RulePage.offered()
    if form.validate():
        try:
            with begin_work(signed_in_actor(), now()) as work:
                edit_rule(work, rule_id, form.answers(), form.version.data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            flash(_("Se guardó la regla."), "success")
            return redirect(url_for("admin.rules", _anchor=f"regla-{rule_id}"), 303)
    return _form(form, row), 422


_COPIED = (
    "name", "source", "kind", "subject", "words", "territory_code", "postal_code", "refer_to",
    "instruction", "target_days", "valid_from", "valid_to",
)  # fmt: skip


def end(rule_id: int) -> ResponseReturnValue:
    """The rule stops matching today."""
    row = _found(rule_id)
    with begin_work(signed_in_actor(), now()) as work:
        end_rule(work, rule_id)
    flash(_("Terminó la regla «%(name)s».", name=row.rule.name), "success")
    return redirect(url_for("admin.rules"), 303)


def move(rule_id: int) -> ResponseReturnValue:
    """One place up or down."""
    row = _found(rule_id)
    up = request.form.get("hacia") == "arriba"
    with begin_work(signed_in_actor(), now()) as work:
        move_rule(work, rule_id, up=up)
    moved = _("Subió «%(name)s».") if up else _("Bajó «%(name)s».")
    flash(moved % {"name": row.rule.name}, "success")
    return redirect(url_for("admin.rules", _anchor=f"regla-{rule_id}"), 303)


def _form(form: RulePage, row: RuleRow | None) -> str:
    return render_template("admin/rule.html", form=form, row=row, subjects=subjects(db.session()))


def _line(row: RuleRow, places: Mapping[int, int], total: int) -> RuleLine:
    rule = row.rule
    place = places.get(row.id)
    parts = [
        _(spanish(Source(rule.source))) if rule.source else "",
        _(spanish(Kind(rule.kind))) if rule.kind else "",
        _("tema %(subject)s", subject=rule.subject) if rule.subject else "",
        _("palabras: %(words)s", words=rule.words) if rule.words else "",
        _("territorio %(code)s", code=rule.territory_code) if rule.territory_code else "",
        _("C. P. %(code)s", code=rule.postal_code) if rule.postal_code else "",
    ]
    return RuleLine(
        row=row,
        n=place,
        conditions=tuple(part for part in parts if part),
        destination=sessions.rules().tree.name(rule.area_id) if rule.area_id else rule.refer_to,
        state="past" if place is None else "now" if rule.valid_from <= today() else "ahead",
        first=place == 1,
        last=place == total,
    )


def _found(rule_id: int) -> RuleRow:
    row = next((row for row in rules(db.session()) if row.id == rule_id), None)
    if row is None:
        abort(404)
    return row
