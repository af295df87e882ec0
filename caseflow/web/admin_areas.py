"""``/administracion/areas``: the tree of areas, opened, edited, ended with a successor."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional

from caseflow.commands.organisation import AreaForm, edit_area, end_area, open_area
from caseflow.commands.work import begin_work
from caseflow.domain.errors import DomainError
from caseflow.domain.vocabulary import Mark
from caseflow.extensions import db
from caseflow.queries.administration import AreaDetails, areas, people_per_area, what_moves
from caseflow.queries.people import heads
from caseflow.web.admin_forms import area_choices, chosen_id, lines, mark_choices, refuse
from caseflow.web.sessions import now, rules, signed_in_actor, today
from caseflow.web.words import _, lazy_gettext


class AreaPage(FlaskForm):
    code = StringField(
        lazy_gettext("Clave"),
        [Length(max=40)],
        description=lazy_gettext("Letras sin acento, cifras y guiones: JUD-BAR. Ya no cambia."),
    )
    name = StringField(
        lazy_gettext("Nombre"),
        [DataRequired(lazy_gettext("Escriba el nombre del área.")), Length(max=200)],
    )
    short_name = StringField(
        lazy_gettext("Nombre corto"),
        [DataRequired(lazy_gettext("Escriba el nombre corto.")), Length(max=80)],
        description=lazy_gettext("El que se ve en bandejas y tablas."),
    )
    parent = SelectField(lazy_gettext("Cuelga de"))
    aliases = TextAreaField(
        lazy_gettext("Otros nombres"),
        [Optional(), Length(max=4000)],
        description=lazy_gettext(
            "Uno por renglón, como los escriben los listados que se importan."
        ),
    )
    valid_from = DateField(lazy_gettext("Existe desde"), [Optional()])
    mark = SelectField(lazy_gettext("Qué tan seguro es el dato"))
    version = IntegerField(widget=HiddenField.widget, validators=[Optional()])

    @classmethod
    def offered(cls, area: AreaDetails | None, **values: object) -> AreaPage:
        form = cls(**values)
        tree = rules().tree
        below = tree.below.get(area.id, frozenset()) if area is not None else frozenset()
        root = area is not None and area.parent_id is None
        form.parent.choices = area_choices(
            tree, today(), _("De ninguna") if root else _("Elija un área"), below
        )
        if root:
            form.parent.choices = form.parent.choices[:1]
        form.mark.choices = mark_choices()
        return form

    def answers(self) -> AreaForm:
        return AreaForm(
            name=self.name.data or "",
            short_name=self.short_name.data or "",
            parent_id=chosen_id(self.parent.data),
            aliases=lines(self.aliases.data),
            mark=self.mark.data or "",
        )


class EndPage(FlaskForm):
    successor = SelectField(lazy_gettext("Área que continúa su trabajo"))
    move_people = BooleanField(
        lazy_gettext("Pasar también a sus personas, con la misma función"), default=True
    )
    version = IntegerField(widget=HiddenField.widget, validators=[Optional()])


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One row of the tree."""

    area: AreaDetails
    depth: int
    head: str
    people: int
    state: str
    successor: str


def show() -> ResponseReturnValue:
    """The tree with heads, people and validity; those that ended only when asked for."""
    everything = request.args.get("todas") == "1"
    session, day, tree = db.session(), today(), rules().tree
    details = areas(session)
    named = heads(session, details, day)
    counted = people_per_area(session, day)
    listed = []
    for node in tree.in_order():
        if not everything and node.valid_to is not None and node.valid_to < day:
            continue
        state = "now" if node.active(day) else "ahead" if node.valid_from > day else "past"
        successor = details[node.id].successor_id
        listed.append(
            AreaLine(
                details[node.id],
                tree.depth(node.id),
                named.get(node.id, ""),
                counted.get(node.id, 0),
                state,
                tree.name(successor) if successor else "",
            )
        )
    return render_template("admin/areas.html", areas=listed, everything=everything)


def new() -> ResponseReturnValue:
    """A new area: its form, and what becomes of it."""
    if request.method == "GET":
        start = {"valid_from": today(), "mark": Mark.TEXT.value}
        form = AreaPage.offered(None, formdata=None, data=start)
        return render_template("admin/area.html", form=form, area=None)
    form = AreaPage.offered(None)
    if form.validate():
        try:
            with begin_work(signed_in_actor(), now()) as work:
                open_area(work, form.code.data or "", form.answers(), form.valid_from.data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            flash(_("Se agregó el área."), "success")
            return redirect(url_for("admin.areas"), 303)
    return render_template("admin/area.html", form=form, area=None), 422


def edit(area_id: int) -> ResponseReturnValue:
    """The form of an area: its names, and from which one it hangs."""
    area = _found(area_id)
    if request.method == "GET":
        form = AreaPage.offered(
            area,
            formdata=None,
            data={
                "code": area.code,
                "name": area.name,
                "short_name": area.short_name,
                "parent": str(area.parent_id or ""),
                "aliases": "\n".join(area.aliases),
                "mark": area.mark or Mark.TEXT.value,
                "version": area.version,
            },
        )
        return render_template("admin/area.html", form=form, area=area)
    form = AreaPage.offered(area)
    if form.validate():
        try:
            with begin_work(signed_in_actor(), now()) as work:
                edit_area(work, area_id, form.answers(), form.version.data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            flash(_("Se guardó el área."), "success")
            return redirect(url_for("admin.areas"), 303)
    return render_template("admin/area.html", form=form, area=area), 422


def end(area_id: int) -> ResponseReturnValue:
    """*Reestructura*: what would move, then the one act that moves it."""
    area = _found(area_id)
    tree = rules().tree
    form = EndPage() if request.method == "POST" else EndPage(data={"version": area.version})
    form.successor.choices = area_choices(tree, today(), _("Elija un área"), tree.below[area_id])
    code = 200
    if request.method == "POST":
        code = 422
        if form.validate():
            try:
                with begin_work(signed_in_actor(), now()) as work:
                    moved = end_area(
                        work,
                        area_id,
                        chosen_id(form.successor.data),
                        move_people=form.move_people.data,
                        version=form.version.data,
                    )
            except DomainError as refusal:
                refuse(form, refusal)
            else:
                flash(
                    _(
                        "Terminó %(area)s y su trabajo pasó a la sucesora. Turnos: %(turns)d; "
                        "en mesa: %(desks)d; reglas: %(rules)d.",
                        area=area.name, turns=moved.turns, desks=moved.desks, rules=moved.rules,
                    ),
                    "success",
                )  # fmt: skip
                return redirect(url_for("admin.areas", todas=1), 303)
    moves = what_moves(db.session(), area_id, today())
    return render_template("admin/area_end.html", form=form, area=area, moves=moves), code


def _found(area_id: int) -> AreaDetails:
    area = areas(db.session()).get(area_id)
    if area is None:
        abort(404)
    return area
