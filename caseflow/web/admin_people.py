"""``/administracion/personas``: accounts, their passwords, and their dated roles."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, EmailField, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from caseflow.commands.people import add_user, edit_user, new_password, set_active, set_password
from caseflow.commands.roles import assign_role, end_assignment
from caseflow.commands.work import Work, begin_work
from caseflow.domain.errors import DomainError
from caseflow.domain.vocabulary import Role, spanish
from caseflow.extensions import db
from caseflow.queries.administration import Account, account, accounts
from caseflow.web.admin_forms import area_choices, chosen_id, refuse
from caseflow.web.sessions import now, rules, signed_in_actor, today
from caseflow.web.words import _, lazy_gettext


class PersonPage(FlaskForm):
    name = StringField(
        lazy_gettext("Nombre"),
        [DataRequired(lazy_gettext("Escriba el nombre.")), Length(max=200)],
    )
    email = EmailField(
        lazy_gettext("Correo"),
        [DataRequired(lazy_gettext("Escriba el correo.")), Length(max=200)],
        description=lazy_gettext("Con él entra al sistema."),
    )
    post = StringField(lazy_gettext("Cargo"), [Optional(), Length(max=200)])
    version = HiddenField()


class RolePage(FlaskForm):
    role = SelectField(lazy_gettext("Función"))
    area = SelectField(lazy_gettext("Área"))
    valid_from = DateField(
        lazy_gettext("Desde"), [DataRequired(lazy_gettext("Escriba desde qué día."))]
    )
    valid_to = DateField(
        lazy_gettext("Hasta"), [Optional()], description=lazy_gettext("Vacío si no tiene fin.")
    )
    acting = BooleanField(
        lazy_gettext("Como encargado de despacho"),
        description=lazy_gettext("Sólo para titulares y supervisión; queda dicho en lo que firme."),
    )

    @classmethod
    def offered(cls, **values: object) -> RolePage:
        form = cls(**values)
        form.role.choices = [SelectChoice(role.value, _(spanish(role))) for role in Role]
        form.area.choices = area_choices(rules().tree, today(), _("Elija un área"))
        return form


class EndRolePage(FlaskForm):
    valid_to = DateField(
        lazy_gettext("Último día"), [DataRequired(lazy_gettext("Escriba el último día."))]
    )


def show() -> ResponseReturnValue:
    """One page of people, found by words and by area."""
    words = request.args.get("q", "").strip()[:100]
    area = request.args.get("area", "")
    after = _after(request.args.get("despues", ""))
    found, more = accounts(
        db.session(),
        words=words,
        area_id=int(area) if area.isdecimal() else None,
        after=after,
        on=today(),
    )
    last = f"{found[-1].id}:{found[-1].name}" if more else ""
    kept: dict[str, Any] = {"q": words or None, "area": area or None}
    return render_template(
        "admin/people.html",
        people=found,
        tree=rules().tree,
        today=today(),
        words=words,
        area=area,
        area_options=[
            (choice.value, choice.label)
            for choice in area_choices(rules().tree, today(), _("Todas las áreas"))
        ],
        role_words=_role_words(),
        first=url_for("admin.users", **kept) if after else None,
        next=url_for("admin.users", **kept, despues=last) if more else None,
    )


def new() -> ResponseReturnValue:
    """A new account with its first role; its password is shown once."""
    role = RolePage.offered(data={"valid_from": today()}, prefix="f")
    form = PersonPage()
    if request.method == "GET":
        return render_template("admin/person_new.html", form=form, role=role)
    if form.validate() & role.validate():
        password = new_password()
        refused = form
        try:
            with begin_work(signed_in_actor(), now()) as work:
                user = add_user(
                    work, form.email.data or "", form.name.data or "", password,
                    post=form.post.data or "",
                )  # fmt: skip
                refused = role
                _give(work, user.id, role)
                user_id, email = user.id, user.email
        except DomainError as refusal:
            refuse(refused, refusal)
        else:
            return _shown_once(user_id, form.name.data or "", email, password)
    return render_template("admin/person_new.html", form=form, role=role), 422


def one(user_id: int) -> ResponseReturnValue:
    """One person: data, roles of all dates, and what can be done."""
    person = _found(user_id)
    if request.method == "GET":
        return _page(person)
    form = PersonPage()
    if form.validate():
        try:
            with begin_work(signed_in_actor(), now()) as work:
                edit_user(
                    work, user_id, form.email.data or "", form.name.data or "",
                    form.post.data or "", int(form.version.data or 0),
                )  # fmt: skip
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            flash(_("Se guardaron los datos."), "success")
            return redirect(url_for("admin.user", user_id=user_id), 303)
    return _page(person, form=form), 422


def password(user_id: int) -> ResponseReturnValue:
    """A new password, shown in this answer and nowhere else."""
    person = _found(user_id)
    fresh = new_password()
    with begin_work(signed_in_actor(), now()) as work:
        set_password(work, user_id, fresh)
    return _shown_once(user_id, person.name, person.email, fresh)


def active(user_id: int) -> ResponseReturnValue:
    """Disable or enable an account."""
    person = _found(user_id)
    try:
        with begin_work(signed_in_actor(), now()) as work:
            set_active(work, user_id, not person.active)
    except DomainError as refusal:
        return _refused(user_id, refusal)
    if person.active:
        flash(_("La cuenta quedó desactivada y sus turnos, sin asignar."), "success")
    else:
        flash(_("La cuenta quedó activa."), "success")
    return redirect(url_for("admin.user", user_id=user_id), 303)


def give(user_id: int) -> ResponseReturnValue:
    """Give a dated role."""
    person = _found(user_id)
    form = RolePage.offered(prefix="f")
    if form.validate():
        try:
            with begin_work(signed_in_actor(), now()) as work:
                _give(work, user_id, form)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            flash(_("Se dio la función. La persona vuelve a entrar para usarla."), "success")
            return redirect(url_for("admin.user", user_id=user_id), 303)
    return _page(person, role=form), 422


def end(user_id: int, role_id: int) -> ResponseReturnValue:
    """End a role with a day."""
    person = _found(user_id)
    held = next((role for role in person.roles if role.id == role_id), None)
    if held is None:
        abort(404)
    form = EndRolePage() if request.method == "POST" else EndRolePage(data={"valid_to": today()})
    code = 200
    if request.method == "POST":
        code = 422
        if form.validate():
            try:
                with begin_work(signed_in_actor(), now()) as work:
                    end_assignment(work, role_id, form.valid_to.data)
            except DomainError as refusal:
                refuse(form, refusal)
            else:
                flash(_("Terminó la función. Sus turnos de ahí quedan sin asignar."), "success")
                return redirect(url_for("admin.user", user_id=user_id), 303)
    return (
        render_template(
            "admin/role_end.html", form=form, person=person, held=held,
            role=_role_words()[held.role], area=rules().tree.name(held.area_id),
        ),
        code,
    )  # fmt: skip


def _give(work: Work, user_id: int, form: RolePage) -> None:
    assign_role(
        work,
        user_id,
        chosen_id(form.area.data) or 0,
        Role(form.role.data),
        form.valid_from.data,
        acting=form.acting.data,
        valid_to=form.valid_to.data,
    )


def _page(person: Account, form: PersonPage | None = None, role: RolePage | None = None) -> str:
    data = {
        "name": person.name,
        "email": person.email,
        "post": person.post,
        "version": str(person.version),
    }
    return render_template(
        "admin/person.html",
        person=person,
        form=form or PersonPage(formdata=None, data=data),
        role=role or RolePage.offered(formdata=None, data={"valid_from": today()}, prefix="f"),
        tree=rules().tree,
        today=today(),
        role_words=_role_words(),
        myself=signed_in_actor().user_id == person.id,
    )


def _refused(user_id: int, refusal: DomainError) -> ResponseReturnValue:
    form = PersonPage(formdata=None)
    person = _found(user_id)
    form.process(
        data={
            "name": person.name,
            "email": person.email,
            "post": person.post,
            "version": str(person.version),
        }
    )
    refuse(form, refusal)
    return _page(person, form=form), 422


def _shown_once(user_id: int, name: str, email: str, password: str) -> str:
    return render_template(
        "admin/password.html", user_id=user_id, name=name, email=email, password=password
    )


def _role_words() -> dict[str, str]:
    return {role.value: str(_(spanish(role))) for role in Role}


def _after(text: str) -> tuple[str, int] | None:
    number, _, name = text.partition(":")
    return (name, int(number)) if number.isdecimal() and len(number) < 12 else None


def _found(user_id: int) -> Account:
    person = account(db.session(), user_id)
    if person is None:
        abort(404)
    return person
