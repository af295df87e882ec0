"""The forms of mediations: registering one, and each act, made from what its row needs.

No form has a field for what is said in a session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms import Field as AnyField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from caseflow.domain.mediation_acts import NO, YES
from caseflow.domain.mediation_needs import MEDIATION_NEEDS
from caseflow.domain.mediation_words import AgeGroup, PartyKind, Sex, Side, TopicList
from caseflow.domain.mediations import MediationFacts, MediationStep
from caseflow.domain.needs import Field, Need
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import spanish
from caseflow.extensions import db
from caseflow.queries.choices import territories
from caseflow.queries.mediations import mediators_of, rooms_of, topics
from caseflow.web.sessions import today
from caseflow.web.words import _, lazy_gettext

#: More parties or commitments than this are no file of one conflict.
MOST_ROWS = 20
#: What a party may have besides what it must.
ABOUT = ("spokesperson", "counsel", "companion", "phone", "email", "address", "consent_on")
_FIXED = frozenset({"version", "csrf_token"})


@dataclass(frozen=True, slots=True)
class MediationTask:
    """One act of one person on one file; ``chosen``: the record below it that it is about."""

    mediation: MediationFacts
    step: MediationStep
    actor: Actor
    chosen: int | None = None

    @property
    def action(self) -> str:
        return self.step.action


def _words(of: type[StrEnum]) -> Callable[[], list[SelectChoice]]:
    return lambda: [SelectChoice(one.value, _(spanish(one))) for one in of]


class PartyRow(Form):
    """One party of a new file. The row counts when it has a name or anything else typed."""

    side = SelectField(lazy_gettext("Calidad"), choices=_words(Side), default=Side.INVITED.value)
    party_kind = SelectField(
        lazy_gettext("Persona o grupo"), choices=_words(PartyKind), default=PartyKind.PERSON.value
    )
    name = StringField(lazy_gettext("Nombre"))
    phone = StringField(lazy_gettext("Teléfono"))
    email = StringField(lazy_gettext("Correo electrónico"))
    address = StringField(lazy_gettext("Domicilio para avisos"))
    spokesperson = StringField(lazy_gettext("Quién habla por el grupo"))
    counsel = StringField(lazy_gettext("Representante legal"))
    companion = StringField(lazy_gettext("Acompañante"))
    sex = SelectField(lazy_gettext("Sexo"), choices=_words(Sex), default=Sex.UNSAID.value)
    age_group = SelectField(
        lazy_gettext("Edad"), choices=_words(AgeGroup), default=AgeGroup.UNSAID.value
    )
    consent_on = DateField(lazy_gettext("Fecha en que consintió"), [Optional()])

    @property
    def blank(self) -> bool:
        return not any(self._fields[name].data for name in ("name", *ABOUT))

    def answers(self) -> dict[str, Any]:
        return {name: field.data for name, field in self._fields.items() if field.data}


class RegistrationForm(FlaskForm):
    subject = SelectField(lazy_gettext("Asunto"), default="")
    received_on = DateField(
        lazy_gettext("Fecha de recepción"), [DataRequired(lazy_gettext("Escriba la fecha."))]
    )
    street = StringField(lazy_gettext("Calle y número"), [Optional(), Length(max=200)])
    colonia = StringField(lazy_gettext("Colonia"), [Optional(), Length(max=120)])
    territory_code = SelectField(lazy_gettext("Unidad territorial"), default="")
    parties = FieldList(
        FormField(PartyRow), lazy_gettext("Partes"), min_entries=2, max_entries=MOST_ROWS
    )
    folio = HiddenField()

    @classmethod
    def offered(cls, **values: Any) -> RegistrationForm:
        """The form with the subjects in force and the territories."""
        form = cls(**values)
        offered = topics(db.session(), TopicList.MEDIATION, today())
        form.subject.choices = [
            SelectChoice("", _("Elija una opción")),
            *(SelectChoice(code, name) for code, name in offered.items()),
        ]
        form.territory_code.choices = [
            SelectChoice("", _("Sin precisar")),
            *(SelectChoice(code, label) for code, label in territories(db.session())),
        ]
        return form

    def party_rows(self) -> list[PartyRow]:
        """The rows that somebody filled in."""
        rows = [entry.form for entry in self.parties.entries]
        return [row for row in rows if isinstance(row, PartyRow) and not row.blank]


def add_row(field: FieldList, **values: Any) -> None:
    """One more row, as far as there may be more."""
    if len(field.entries) < MOST_ROWS:
        field.append_entry(values)


def settle_rows(form: FlaskForm) -> None:
    """Say in words what the rows of a list lack: their errors stand beside each field."""
    for field in form:
        if isinstance(field, FieldList) and field.errors:
            field.errors = [_("Revise los renglones marcados.")]


# ── Acts ─────────────────────────────────────────────────────────────────────────────────────────


def act_form(task: MediationTask) -> FlaskForm:
    """The form of an act with its choices and first values; bound to what was sent, on a POST."""
    names = task.step.needs + task.step.optional
    fields: dict[str, AnyField] = {name: _field(task, MEDIATION_NEEDS[name]) for name in names}
    fields["version"] = HiddenField(default=str(task.mediation.version))
    made: FlaskForm = type("MediationActForm", (FlaskForm,), fields)(data=_now(task))
    return made


def act_answers(form: FlaskForm) -> dict[str, Any]:
    """What the person answered, by the names of the needs; empty ones are left out."""
    given: dict[str, Any] = {}
    for field in form:
        if isinstance(field, FieldList):
            given[field.name] = [row for row in map(_typed, field.entries) if row]
        elif field.name not in _FIXED and field.data not in (None, "", []):
            given[field.name] = field.data
    return given


def _typed(entry: AnyField) -> dict[str, Any]:
    """The values of a row; nothing of one in which only the party is chosen."""
    row = {name: field.data for name, field in entry.form._fields.items() if field.data}
    return row if row.keys() - {"party"} else {}


def _field(task: MediationTask, need: Need) -> AnyField:
    special = _SPECIAL.get(need.name)
    if special is not None:
        return special(task, need)
    words = _labels(need)
    if need.field is Field.DATE:
        first = today() if need.name in task.step.needs else None
        return DateField(validators=[Optional()], default=first, **words)
    if need.field is Field.YES:
        return BooleanField(**words)
    if need.choices:
        return _select(((one.value, _(spanish(one))) for one in need.choices), need)
    return StringField(**words)


def _labels(need: Need) -> dict[str, Any]:
    return {"label": _(need.label), "description": _(need.help) if need.help else ""}


def _select(pairs: Iterable[tuple[Any, str]], need: Need, first: str = "") -> AnyField:
    choices = [SelectChoice("", _("Elija una opción"))]
    choices += [SelectChoice(value, label) for value, label in pairs]
    return SelectField(choices=choices, default=first, validators=[Optional()], **_labels(need))


def _parties(task: MediationTask) -> list[tuple[str, str]]:
    return [(str(one.number), one.name) for one in task.mediation.parties.values()]


def _party(task: MediationTask, need: Need) -> AnyField:
    if task.action == "edit_party":
        return HiddenField()
    return _select(_parties(task), need)


def _invitation(task: MediationTask, need: Need) -> AnyField:
    names = task.mediation.parties
    pairs = [
        (str(one.number), f"{one.number} · {names[one.party].name} · {one.sent_on:%d/%m/%Y}")
        for one in task.mediation.invitations.values()
    ]
    return _select(pairs, need)


def _commitment(task: MediationTask, need: Need) -> AnyField:
    names = task.mediation.parties
    pairs = [
        (str(one.number), f"{names[one.party].name}: {one.what} · {one.due_on:%d/%m/%Y}")
        for one in task.mediation.pending()
    ]
    return _select(pairs, need)


def _person(task: MediationTask, need: Need) -> AnyField:
    named = task.mediation.named()
    people = mediators_of(db.session(), task.mediation.area_id, today())
    choices = [SelectChoice("", _("Elija a una persona"))]
    choices += [
        SelectChoice(user_id, name)
        for user_id, name in people.items()
        if named is None or user_id != named.user_id
    ]
    return SelectField(
        coerce=lambda value: int(value) if value else None,
        choices=choices,
        validators=[Optional()],
        **_labels(need),
    )


def _mediable(task: MediationTask, need: Need) -> AnyField:
    return _select(((YES, _("Sí, se invita a las partes")), (NO, _("No, se canaliza"))), need)


def _attended(task: MediationTask, need: Need) -> AnyField:
    return SelectMultipleField(
        coerce=int,
        choices=[SelectChoice(int(number), name) for number, name in _parties(task)],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        **_labels(need),
    )


def _room(task: MediationTask, need: Need) -> AnyField:
    rooms = rooms_of(db.session(), task.mediation.area_id, today())
    return _select(((str(room_id), name) for room_id, name in rooms.items()), need)


def _commitments(task: MediationTask, need: Need) -> AnyField:
    parties = [SelectChoice("", _("Quién"))]
    parties += [SelectChoice(number, name) for number, name in _parties(task)]
    row = type(
        "CommitmentRow",
        (Form,),
        {
            "party": SelectField(_("Quién debe cumplirlo"), choices=parties, default=""),
            "what": StringField(_("Qué se compromete a hacer"), [Length(max=300)]),
            "due_on": DateField(_("Hasta cuándo"), [Optional()]),
        },
    )
    return FieldList(FormField(row), min_entries=2, max_entries=MOST_ROWS, **_labels(need))


_SPECIAL: Mapping[str, Callable[[MediationTask, Need], AnyField]] = {
    "party": _party,
    "invitation": _invitation,
    "commitment": _commitment,
    "person": _person,
    "mediable": _mediable,
    "attended": _attended,
    "room": _room,
    "commitments": _commitments,
}
#: The field that says which record below the file an act is about.
CHOOSERS: Mapping[str, str] = {
    "edit_party": "party",
    "invite": "party",
    "record_invitation": "invitation",
    "follow_up": "commitment",
}


def _now(task: MediationTask) -> dict[str, Any]:
    """What the form begins with, where it is about a record that is there."""
    if task.chosen is None:
        return {}
    first: dict[str, Any] = {CHOOSERS[task.action]: str(task.chosen)}
    if task.action == "edit_party":
        party = task.mediation.parties[task.chosen]
        first |= {name: getattr(party, name) for name in ("name", "sex", "age_group", *ABOUT)}
    return first
