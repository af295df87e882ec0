"""``/administracion/plazos``: the terms of the law with source and mark; a new law is a new row."""

from __future__ import annotations

from collections.abc import Callable

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
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from caseflow.commands.redating import Redated
from caseflow.commands.terms import TermForm, add_term, correct_term, end_term
from caseflow.commands.work import Work, begin_work
from caseflow.domain.errors import DomainError
from caseflow.domain.redating import Impact
from caseflow.domain.vocabulary import INBOX_KINDS, Basis, Kind, Mark, Step, spanish
from caseflow.extensions import db
from caseflow.queries.rulebook import TermRow, terms
from caseflow.web.admin_forms import (
    after_redating,
    mark_choices,
    redated_sentence,
    refuse,
    would_move,
)
from caseflow.web.sessions import now, signed_in_actor, today
from caseflow.web.words import _, lazy_gettext, ngettext


def _units() -> list[SelectChoice]:
    return [
        SelectChoice("business", _("Días hábiles")),
        SelectChoice("calendar", _("Días naturales")),
        SelectChoice("months", _("Meses")),
        SelectChoice("hours", _("Horas")),
    ]


class TermPage(FlaskForm):
    days = IntegerField(
        lazy_gettext("Duración"), [InputRequired(lazy_gettext("Escriba cuánto dura."))]
    )
    unit = SelectField(lazy_gettext("Se cuenta en"))
    counts_from_words = StringField(
        lazy_gettext("Se cuenta desde"),
        [Optional(), Length(max=200)],
        description=lazy_gettext("Con palabras: «la recepción oficial»."),
    )
    cutoff = StringField(
        lazy_gettext("Hora de corte"),
        [Optional(), Length(max=5)],
        description=lazy_gettext("Como 15:00. Lo que llega después cuenta al día hábil siguiente."),
    )
    notice_effect = SelectField(lazy_gettext("El aviso surte efecto"))
    paper_effect = SelectField(lazy_gettext("El aviso en papel surte efecto"))
    effect = SelectField(lazy_gettext("Qué le hace al plazo principal"))
    legal_source = TextAreaField(
        lazy_gettext("Fuente"),
        [Length(max=1000)],
        description=lazy_gettext("Norma, artículo, publicación y página."),
    )
    mark = SelectField(lazy_gettext("Qué tan segura es la fuente"))
    version = IntegerField(widget=HiddenField.widget, validators=[Optional()])

    def offer(self) -> None:
        """Fill the choices in."""
        self.unit.choices = _units()
        notices = [
            SelectChoice("", _("No aplica")),
            SelectChoice("same_day", _("El mismo día")),
            SelectChoice("next_business_day", _("El día hábil siguiente")),
        ]
        self.notice_effect.choices = notices
        self.paper_effect.choices = [SelectChoice("", _("Como los demás avisos")), *notices[1:]]
        self.effect.choices = [
            SelectChoice("", _("Nada")),
            SelectChoice("extends", _("Lo amplía")),
            SelectChoice("interrupts", _("Lo interrumpe: vuelve a empezar")),
            SelectChoice("pauses", _("Lo suspende: los días usados quedan usados")),
            SelectChoice("closes", _("Cierra el asunto")),
        ]
        self.mark.choices = mark_choices()

    def answers(self) -> TermForm:
        return TermForm(
            days=self.days.data or 0,
            unit=self.unit.data or "",
            legal_source=self.legal_source.data or "",
            mark=self.mark.data or "",
            counts_from_words=self.counts_from_words.data or "",
            cutoff=(self.cutoff.data or "").strip(),
            notice_effect=self.notice_effect.data or "",
            paper_effect=self.paper_effect.data or "",
            effect=self.effect.data or "",
        )


class NewTermPage(TermPage):
    matter = SelectField(lazy_gettext("Asuntos"))
    step = SelectField(lazy_gettext("Plazo"))
    valid_from = DateField(
        lazy_gettext("Rige desde"),
        [Optional()],
        description=lazy_gettext("Para los asuntos recibidos desde ese día; los demás no cambian."),
    )
    valid_to = DateField(lazy_gettext("Rige hasta"), [Optional()])
    ends_previous = BooleanField(
        lazy_gettext("Cerrar el día anterior el que rige hoy"), default=True
    )

    def offer(self) -> None:
        super().offer()
        self.matter.choices = [SelectChoice(kind.value, _(spanish(kind))) for kind in INBOX_KINDS]
        self.step.choices = [
            SelectChoice(step.value, _(spanish(step))) for step in Step if step != Step.TURN
        ]


class CorrectTermPage(TermPage):
    valid_from = DateField(
        lazy_gettext("Rige desde"),
        [InputRequired(lazy_gettext("Escriba desde qué día rige."))],
        description=lazy_gettext("Cámbielo sólo si estaba mal: el plazo anterior se ajusta."),
    )


class EndTermPage(FlaskForm):
    valid_to = DateField(lazy_gettext("Último día en que rige"), [Optional()])
    version = IntegerField(widget=HiddenField.widget, validators=[Optional()])


def show() -> ResponseReturnValue:
    """All terms by matter, those in force first; the past ones only when asked for."""
    everything = request.args.get("todos") == "1"
    day = today()
    rows = terms(db.session())
    groups = []
    for kind in Kind:
        of_kind = [
            row
            for row in rows
            if row.matter == kind and (everything or row.valid_to is None or row.valid_to >= day)
        ]
        if of_kind:
            groups.append((kind.value, _(spanish(kind)), of_kind))
    return render_template(
        "admin/terms.html",
        groups=groups,
        everything=everything,
        today=day,
        words=_words(),
        length=_length,
        to_confirm=sum(1 for row in rows if row.mark != Mark.TEXT and row.in_force(day)),
    )


def new() -> ResponseReturnValue:
    """A new law: first what moves, then the row."""
    if request.method == "GET":
        return _page(_new_page(), None)
    form = NewTermPage()
    form.offer()

    def act(work: Work) -> Redated:
        _term, redated = add_term(
            work,
            form.matter.data,
            form.step.data,
            form.answers(),
            form.valid_from.data,
            form.valid_to.data,
            ends_previous=form.ends_previous.data,
        )
        return redated

    return _preview_or_do(form, None, act, _("Se agregó el plazo."))


def correct(term_id: int) -> ResponseReturnValue:
    """A row that says something else than the norm: first what moves, then the correction."""
    row = _found(term_id)
    if request.method == "GET":
        data = _data(row) | {"version": row.version, "valid_from": row.valid_from}
        form = CorrectTermPage(formdata=None, data=data)
        form.offer()
        return _page(form, row)
    form = CorrectTermPage()
    form.offer()
    return _preview_or_do(
        form,
        row,
        lambda work: correct_term(
            work, term_id, form.answers(), form.version.data, form.valid_from.data
        ),
        _("Se corrigió el plazo."),
    )


def end(term_id: int) -> ResponseReturnValue:
    """The last day of a term that has no successor."""
    row = _found(term_id)
    data = {"valid_to": row.valid_to or today(), "version": row.version}
    form = EndTermPage() if request.method == "POST" else EndTermPage(data=data)
    code = 200
    if request.method == "POST":
        code = 422
        if form.validate():
            try:
                with begin_work(signed_in_actor(), now()) as work:
                    end_term(work, term_id, form.valid_to.data, form.version.data)
            except DomainError as refusal:
                refuse(form, refusal)
            else:
                flash(_("Se guardó el último día del plazo."), "success")
                return redirect(url_for("admin.terms"), 303)
    return render_template("admin/term_end.html", form=form, row=row, words=_words()), code


def _preview_or_do(
    form: TermPage, row: TermRow | None, act: Callable[[Work], Redated], done: str
) -> ResponseReturnValue:
    if not form.validate():
        return _page(form, row), 422
    try:
        if request.form.get("paso") != "aplicar":
            return _page(form, row, would_move(act))
        with begin_work(signed_in_actor(), now()) as work:
            redated = act(work)
    except DomainError as refusal:
        refuse(form, refusal)
        return _page(form, row), 422
    flash(f"{done} {redated_sentence(redated)}", "success")
    return redirect(after_redating(redated, "admin.terms"), 303)


def _new_page() -> NewTermPage:
    """An empty form, or one that begins with what an existing row says."""
    asked = request.args.get("como", "")
    row = _found(int(asked)) if asked.isdecimal() else None
    data: dict[str, object] = {"unit": "business", "mark": Mark.TEXT.value, "ends_previous": True}
    if row is not None:
        data |= _data(row) | {"matter": row.matter, "step": row.step, "legal_source": ""}
        data["mark"] = Mark.TEXT.value
    form = NewTermPage(formdata=None, data=data)
    form.offer()
    return form


def _data(row: TermRow) -> dict[str, object]:
    return {
        name: getattr(row, name)
        for name in (
            "days", "unit", "counts_from_words", "cutoff", "notice_effect", "paper_effect",
            "effect", "legal_source", "mark",
        )
    }  # fmt: skip


def _page(form: TermPage, row: TermRow | None, impact: Impact | None = None) -> str:
    return render_template("admin/term.html", form=form, row=row, impact=impact, words=_words())


def _length(row: TermRow) -> str:
    """How long a term is, in its own unit."""
    if row.unit == "hours":
        return str(ngettext("%(num)d hora", "%(num)d horas", row.days))
    if row.unit == "months":
        return ngettext("%(num)d mes", "%(num)d meses", row.days)
    if row.unit == "calendar":
        return str(ngettext("%(num)d día natural", "%(num)d días naturales", row.days))
    return str(ngettext("%(num)d día hábil", "%(num)d días hábiles", row.days))


def _words() -> dict[str, str]:
    found = {word.value: str(_(spanish(word))) for word in (*Step, *Basis, *Kind)}
    return found | {
        "extends": _("amplía el plazo"),
        "interrupts": _("interrumpe el plazo"),
        "pauses": _("suspende el plazo"),
        "closes": _("cierra el asunto"),
        "same_day": _("surte efecto el mismo día"),
        "next_business_day": _("surte efecto el día hábil siguiente"),
        "paper_same_day": _("en papel, el mismo día"),
        "paper_next_business_day": _("en papel, el día hábil siguiente"),
    }


def _found(term_id: int) -> TermRow:
    row = next((row for row in terms(db.session()) if row.id == term_id), None)
    if row is None:
        abort(404)
    return row
