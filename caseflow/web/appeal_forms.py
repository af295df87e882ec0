"""The form and the guide of an act on an appeal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms import Field as FormField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from caseflow.domain.appeal_corrections import AMENDABLE, Amendable, current, last_act
from caseflow.domain.appeals import (
    APPEAL_BY_ACTION,
    OBLIGING,
    deadline_of,
    last_day_of,
)
from caseflow.domain.clock import Term
from caseflow.domain.deadlines import term_of
from caseflow.domain.facts import AppealFacts, DeadlineFacts
from caseflow.domain.lights import light_of
from caseflow.domain.phrases import N_
from caseflow.domain.vocabulary import DeadlineState, Mark, Sense, Step, spanish
from caseflow.queries.history import digits
from caseflow.web.action_forms import form_for
from caseflow.web.guides import Guide, GuideStep, asked, length_of
from caseflow.web.sessions import rules, today
from caseflow.web.tasks import Task
from caseflow.web.words import _

_WITH_FILES = frozenset({"admit", "state", "rule", "comply"})
#: What the fields are called in each act, where their own words would not say it.
_LABELS: Mapping[tuple[str, str], str] = {
    ("admit", "authority"): N_("Autoridad que lo tramita"),
    ("admit", "notified_on"): N_("Fecha en que se notificó la admisión"),
    ("admit", "text"): N_("De qué se queja la persona"),
    ("admit", "own_days"): N_("Días para manifestaciones que señala la autoridad"),
    ("state", "text"): N_("Manifestaciones, pruebas y alegatos"),
    ("rule", "notified_on"): N_("Fecha en que se notificó la resolución"),
    ("rule", "text"): N_("Qué resolvió"),
    ("rule", "own_days"): N_("Días para cumplir que señala la resolución"),
    ("rule", "limit_on"): N_("Fecha límite que señala la resolución"),
    ("comply", "notified_on"): N_("Fecha en que se informó el cumplimiento"),
    ("comply", "text"): N_("Qué se hizo"),
}


@dataclass(frozen=True, slots=True)
class AppealTask(Task):
    """One act of one person on one appeal; ``appeal`` is none for the act that registers it."""

    appeal: AppealFacts | None = None
    number: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        return self.transition.needs + self.transition.optional

    @property
    def with_files(self) -> bool:
        return self.action in _WITH_FILES

    @property
    def text_label(self) -> str:
        return _LABELS.get((self.action, "text"), "")

    @property
    def amending(self) -> Amendable | None:
        """The fact of the appeal that is corrected, once it was chosen."""
        if self.action != "amend":
            return None
        return AMENDABLE.get(request.values.get("field") or request.args.get("dato") or "")


def appeal_form(task: AppealTask) -> FlaskForm:
    """The form of an act on an appeal; bound to what was sent, on a POST."""
    if task.amending is not None:
        return _amend_form(task, task.amending)
    form = form_for(task)
    for (action, name), label in _LABELS.items():
        if action == task.action and name in form._fields:
            form._fields[name].label.text = _(label)
    if not form.is_submitted():
        for name, value in _first_values(task):
            form._fields[name].data = value
    return form


def _first_values(task: AppealTask) -> Iterator[tuple[str, Any]]:
    """What is likely, where "today" is not."""
    if task.action == "admit":
        yield "filed_on", None
        before = next(iter(task.case.appeals.values()), None)
        if before is not None:
            yield "authority", before.authority
    elif task.action == "comply" and task.appeal is not None:
        comply = deadline_of(task.case, task.appeal, Step.COMPLY)
        if comply is not None and comply.state == DeadlineState.MET:
            yield "notified_on", comply.met_on


def _amend_form(task: AppealTask, row: Amendable) -> FlaskForm:
    now = amended_value(task, row)
    label, hint = _("Valor correcto"), _("Hoy dice: {value}").format(value=now)
    value: FormField
    if row.shape == "date":
        value = DateField(label, validators=[Optional()], description=hint)
    elif row.shape == "days":
        value = IntegerField(label, validators=[Optional()], description=hint)
    elif row.shape == "text":
        value = TextAreaField(label, default=now)
    elif row.shape == "sense":
        value = SelectField(
            label,
            choices=[SelectChoice(sense.value, _(spanish(sense))) for sense in Sense],
            default=task.appeal.sense if task.appeal is not None else "",
        )
    else:
        value = StringField(label, default=now)
    fields = {
        "field": HiddenField(default=row.name),
        "value": value,
        "reason": TextAreaField(_("Motivo")),
        "version": HiddenField(default=str(task.version)),
    }
    made: FlaskForm = type("AmendForm", (FlaskForm,), fields)()
    return made


def amended_value(task: AppealTask, row: Amendable) -> str:
    """What stands now, as a person reads it."""
    if task.appeal is None:
        return ""
    value = current(task.case, task.appeal, row)
    if row.shape == "sense":
        return _(spanish(Sense(value)))
    if value is None:
        return _("los de la ley")
    return digits(value) if isinstance(value, dt.date) else str(value)


def answers_of(task: AppealTask, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the form gave, as the rules read it: a corrected value is a text of its shape."""
    if task.action != "amend":
        return dict(given)
    return {name: str(value) for name, value in given.items()} | {
        "field": task.amending.name if task.amending is not None else ""
    }


def placeholders(task: AppealTask, given: Mapping[str, Any]) -> dict[str, Any]:
    """Something for every need that what will happen does not hang on."""
    filled: dict[str, Any] = {}
    for name in task.transition.needs:
        if name in ("file_number", "authority", "text", "reason"):
            filled[name] = "…"
        elif name.endswith("_on"):
            filled[name] = today()
    if given.get("sense") in OBLIGING:
        filled["order"] = "…"
    return filled


# ── The guide ────────────────────────────────────────────────────────────────────────────────────

#: The term that an act begins, or that it fulfils.
_TERMS = {
    "admit": Step.STATEMENTS,
    "state": Step.STATEMENTS,
    "rule": Step.COMPLY,
    "comply": Step.COMPLY,
}
_BEGAN = {
    Step.STATEMENTS: N_("Admisión notificada"),
    Step.COMPLY: N_("Resolución notificada"),
}


def appeal_guide(task: AppealTask) -> Guide | None:
    """What the law asks of the act, until when it is in time, and where the count stands."""
    row = asked(task.case.kind, f"appeal_{task.action}")
    if row is None:
        return None
    step = _TERMS.get(task.action)
    running = None
    if step is not None and task.appeal is not None:
        running = deadline_of(task.case, task.appeal, step)
    term = _term(task, step, running)
    last = last_day_of(task.case, task.appeal, task.action)
    light = None
    if last is not None:
        light = light_of(last, False, True, today(), rules().calendar, task.case.kind)
    late = last is not None and today() > last
    return Guide(
        title=_("Cómo se hace") if row.mark is Mark.INFERRED else _("Qué pide la ley"),
        asks=(*_what(task), *(_(text) for text in row.asks)),
        source=_(row.source) if row.source else (term.legal_source if term is not None else ""),
        mark=row.mark.value if row.mark is not None else (term.mark if term is not None else ""),
        steps=tuple(_steps(task, step, term, running, last)),
        light=light,
        late=_("Su último día ya pasó: con fecha posterior queda registrado como extemporáneo.")
        if late
        else "",
        why=url_for("deadline.show", ref=task.case.ref, n=running.number)
        if running is not None
        else "",
    )


def _what(task: AppealTask) -> Iterator[str]:
    """Which act would be left without effect."""
    if task.action == "annul" and task.appeal is not None:
        act = APPEAL_BY_ACTION[last_act(task.appeal)]
        yield _("Queda sin efecto: {act}.").format(act=_(act.label))


def _term(task: AppealTask, step: Step | None, running: DeadlineFacts | None) -> Term | None:
    if step is None:
        return None
    case, clockwork = task.case, rules().clockwork(today())
    if running is not None:
        return term_of(clockwork, running, case.received_on)
    return clockwork.term(case.kind, step, case.received_on)


def _steps(
    task: AppealTask,
    step: Step | None,
    term: Term | None,
    running: DeadlineFacts | None,
    last: dt.date | None,
) -> Iterator[GuideStep]:
    if step is None:
        return
    if running is not None:
        yield GuideStep(_(_BEGAN[step]), digits(running.received_on))
    if term is not None:
        note = _("desde que se notifica") if running is None else None
        yield GuideStep(_(spanish(step)), length_of(term), note)
    if last is not None:
        yield GuideStep(_("Último día"), digits(last), None, "last")
    elif running is not None and running.met_on is not None:
        yield GuideStep(_("Cumplido"), digits(running.met_on), None, "last")
