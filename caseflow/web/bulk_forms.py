"""What a bulk act asks for, and what it says that it will do."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import Field as FormField
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from caseflow.domain.needs import NEEDS
from caseflow.domain.people import Actor
from caseflow.domain.phrases import N_
from caseflow.domain.vocabulary import Role
from caseflow.domain.workflow import Transition
from caseflow.extensions import db
from caseflow.queries.people import people_of_areas
from caseflow.web.action_forms import area_choices
from caseflow.web.bulk_selection import Selection
from caseflow.web.sessions import today
from caseflow.web.words import _


class _PlainMeta:
    """The token of the page guards the form; a second one under its prefix would say nothing."""

    csrf = False


def bulk_form(actor: Actor, transition: Transition, chosen: Selection) -> FlaskForm:
    """The form of an act on many turns, from what its row of the workflow needs.

    Its names have a prefix: the filters of the list travel in the same form.
    """
    fields: dict[str, FormField] = {name: _FIELDS[name](actor, chosen) for name in transition.needs}
    fields["nonce"] = HiddenField(default=secrets.token_urlsafe(16))
    fields["expected"] = HiddenField(default=str(chosen.total))
    made = type("BulkForm", (FlaskForm,), {**fields, "Meta": _PlainMeta})
    bound: FlaskForm = made(prefix="acto-")
    return bound


def _choice(label: str, first: str, missing: str, choices: Sequence[tuple[int, str]]) -> FormField:
    return SelectField(
        _(label),
        [InputRequired(missing)],
        coerce=lambda value: int(value) if value else None,
        choices=[SelectChoice("", first), *(SelectChoice(*choice) for choice in choices)],
    )


def _area(actor: Actor, chosen: Selection) -> FormField:
    reach = actor.reach(Role.SUPERVISOR)
    only = chosen.areas[0] if len(chosen.areas) == 1 else None
    choices = area_choices(lambda area: area in reach and area != only)
    return _choice(N_("Área nueva"), _("Elija un área"), _("Elija el área nueva."), choices)


def _person(actor: Actor, chosen: Selection) -> FormField:
    people = people_of_areas(db.session(), chosen.areas, today())
    choices = [(p.id, f"{p.name}, {p.post}" if p.post else p.name) for p in people]
    return _choice(N_("Persona"), _("Elija a una persona"), _("Elija a una persona."), choices)


def _reason(actor: Actor, chosen: Selection) -> FormField:
    return TextAreaField(_(NEEDS["reason"].label), [InputRequired(_("Escriba el motivo."))])


_FIELDS = {"area": _area, "person": _person, "reason": _reason}


def effect_of(action: str) -> str:
    """What will happen, in the words of the office."""
    return {
        "accept": _(
            "Cada turno queda «En atención» desde hoy y el área se hace cargo de contestarlo."
        ),
        "assign": _(
            "Cada turno queda a nombre de la persona elegida y ella recibe un aviso. "
            "Los que sean de otra área se quedan como están, con su motivo."
        ),
        "reassign": _(
            "Cada turno termina sin efecto en su área y se abre uno por aceptar en el área "
            "elegida, con la misma instrucción. El vencimiento del asunto no cambia. "
            "Después podrá deshacerlo."
        ),
        "return": _(
            "Los turnos salen de la bandeja y cada asunto vuelve a su mesa si no le queda otro "
            "turno abierto. Ahí se decide a quién turnarlo."
        ),
        "withdraw": _(
            "Los turnos terminan sin efecto. Cada asunto vuelve a su mesa si no le queda otro "
            "turno abierto."
        ),
    }[action]
