"""Signing in and out, and the person's own account."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, EqualTo, Length

from caseflow.commands.people import (
    Throttled,
    open_session,
    set_password,
    set_preferences,
    sign_in,
    sign_out,
)
from caseflow.commands.work import begin_work
from caseflow.domain.errors import InvalidData
from caseflow.domain.people import SYSTEM
from caseflow.web.errors import say
from caseflow.web.sessions import enter, leave, now, signed_in_actor
from caseflow.web.words import COOKIE, LANGUAGES, _, choose, language, lazy_gettext

bp = Blueprint("access", __name__)

#: Seconds that a browser remembers its language without anybody signing in: a year.
LANGUAGE_FOR = 365 * 24 * 60 * 60


class SignInForm(FlaskForm):
    email = StringField(lazy_gettext("Correo"), [DataRequired(lazy_gettext("Escriba su correo."))])
    password = PasswordField(
        lazy_gettext("Contraseña"), [DataRequired(lazy_gettext("Escriba su contraseña."))]
    )
    next = HiddenField()


class PreferencesForm(FlaskForm):
    language = SelectField(
        lazy_gettext("Idioma"), choices=[SelectChoice(*each) for each in LANGUAGES.items()]
    )
    keys_on = BooleanField(lazy_gettext("Atajos de teclado"))
    roomy = BooleanField(lazy_gettext("Letra más grande y renglones más holgados"))


class PasswordForm(FlaskForm):
    current = PasswordField(
        lazy_gettext("Contraseña actual"),
        [DataRequired(lazy_gettext("Escriba su contraseña actual."))],
    )
    password = PasswordField(
        lazy_gettext("Contraseña nueva"),
        [DataRequired(lazy_gettext("Escriba la contraseña nueva.")), Length(max=200)],
    )
    again = PasswordField(
        lazy_gettext("Repita la contraseña nueva"),
        [EqualTo("password", lazy_gettext("Las dos contraseñas no son iguales."))],
    )


def local_target(target: str | None) -> str:
    """A path of ours to go on to, never another site."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return "/"
    parts = urlsplit(target)
    return "/" if parts.scheme or parts.netloc or "\\" in target else target


@bp.get("/ingresar", endpoint="sign_in")
def sign_in_page() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect("/")
    form = SignInForm(data={"next": local_target(request.args.get("siguiente"))})
    return render_template("access/sign_in.html", form=form)


@bp.post("/ingresar")
def take_sign_in() -> ResponseReturnValue:
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("access/sign_in.html", form=form), 422
    try:
        with begin_work(SYSTEM, now()) as work:
            token = sign_in(
                work, form.email.data or "", form.password.data or "", request.remote_addr or ""
            )
    except Throttled as refusal:
        form.form_errors.append(say(refusal))
        return render_template("access/sign_in.html", form=form), 429
    if token is None:
        form.form_errors.append(_("El correo o la contraseña no son correctos."))
        return render_template("access/sign_in.html", form=form), 422
    enter(token)
    return redirect(local_target(form.next.data), 303)


@bp.post("/salir", endpoint="sign_out")
def sign_out_now() -> ResponseReturnValue:
    actor = signed_in_actor()
    token = leave()
    with begin_work(actor, now()) as work:
        sign_out(work, token)
    flash(_("Su sesión terminó."), "info")
    return redirect(url_for("access.sign_in"), 303)


@bp.get("/idioma/<any(es,en):chosen>", endpoint="language")
def choose_language(chosen: str) -> ResponseReturnValue:
    """The language of the pages that need no sign-in, kept in a cookie of this browser."""
    return _remember(chosen, redirect(local_target(request.args.get("siguiente"))))


def _remember(chosen: str, answer: Response) -> Response:
    """Let this browser show its next sign-in page in a language."""
    answer.set_cookie(
        COOKIE, chosen, max_age=LANGUAGE_FOR, httponly=True, samesite="Lax",
        secure=request.is_secure,
    )  # fmt: skip
    return answer


def _account(
    preferences: PreferencesForm | None = None, password: PasswordForm | None = None
) -> str:
    return render_template(
        "access/account.html",
        preferences=preferences
        or PreferencesForm(
            formdata=None,
            data={
                "language": language(),
                "keys_on": current_user.keys_on,
                "roomy": current_user.roomy,
            },
        ),
        password=password or PasswordForm(formdata=None),
        email=current_user.email,
    )


@bp.get("/cuenta")
def account() -> ResponseReturnValue:
    return _account()


@bp.post("/cuenta/ajustes")
def save_account() -> ResponseReturnValue:
    form = PreferencesForm()
    if not form.validate_on_submit():
        return _account(preferences=form), 422
    with begin_work(signed_in_actor(), now()) as work:
        set_preferences(
            work,
            language=form.language.data,
            keys_on=form.keys_on.data,
            roomy=form.roomy.data,
        )
    choose(form.language.data)
    flash(_("Se guardaron sus ajustes."), "success")
    return _remember(form.language.data, redirect(url_for("access.account"), 303))


@bp.post("/cuenta/contrasena")
def save_password() -> ResponseReturnValue:
    form = PasswordForm()
    if not form.validate_on_submit():
        return _account(password=form), 422
    actor, email = signed_in_actor(), current_user.email
    try:
        with begin_work(actor, now()) as work:
            right = sign_in(work, email, form.current.data or "", request.remote_addr or "")
            if right is not None and actor.user_id is not None:
                set_password(work, actor.user_id, form.password.data or "")
                token = open_session(work, actor.user_id)
    except (Throttled, InvalidData) as refusal:
        form.form_errors.append(say(refusal))
        return _account(password=form), 422
    if right is None:
        form.form_errors.append(_("La contraseña actual no es correcta."))
        return _account(password=form), 422
    enter(token)
    flash(_("Se cambió su contraseña y se cerraron sus otras sesiones."), "success")
    return redirect(url_for("access.account"), 303)
