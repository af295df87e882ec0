"""The form of an action, made from what its row of the workflow needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Field as FormField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from caseflow.domain.amends import standing
from caseflow.domain.corrections import Correctable
from caseflow.domain.instants import local
from caseflow.domain.needs import NEEDS, OUTCOMES, Field, Need
from caseflow.domain.vocabulary import (
    INBOX_KINDS,
    ArcoRight,
    Channel,
    Kind,
    LinkKind,
    Outcome,
    ReopenGround,
    Role,
    Source,
    spanish,
)
from caseflow.extensions import db
from caseflow.queries.case_page import CasePage
from caseflow.queries.choices import territories
from caseflow.queries.people import people_of_area
from caseflow.web.case_facts import note_choices
from caseflow.web.sessions import rules, today
from caseflow.web.tasks import UNVERSIONED, Task
from caseflow.web.words import _

#: Days of the past that are not most likely today: empty, they say that an act never happened.
_NOT_TODAY = frozenset({"right_on"})
_FIXED = frozenset({"version", "csrf_token", "files", "repeat", "dato"})


def form_for(task: Task) -> FlaskForm:
    """The form with its choices and first values; bound to what was sent, on a POST."""
    fields: dict[str, FormField] = {name: _field(task, NEEDS[name]) for name in task.names}
    if task.with_files:
        fields["files"] = MultipleFileField(
            _("Archivos"),
            description=_("PDF, DOCX, XLSX, ODT, ODS, PNG, JPG, CSV o TXT; hasta diez."),
        )
    if task.duplicates:
        fields["repeat"] = SelectMultipleField(
            _("Repetir en sus duplicados"),
            choices=_picks(task.duplicates),
            widget=ListWidget(prefix_label=False),
            option_widget=CheckboxInput(),
            description=_("Cada folio queda con su propio asiento."),
        )
    if task.action not in UNVERSIONED:
        fields["version"] = HiddenField(default=str(task.version))
    made: FlaskForm = type("ActionForm", (FlaskForm,), fields)()
    return made


def answers(form: FlaskForm) -> dict[str, Any]:
    """What the person answered, by the names of the needs; empty ones are left out."""
    given: dict[str, Any] = {}
    for field in form:
        if field.name in _FIXED or field.data in (None, "", []):
            continue
        value = field.data
        if isinstance(field, DateField) and field.name == "value":
            value = f"{value:%d/%m/%Y}"
        given[field.name] = value
    return given


def sent_version(form: FlaskForm) -> int | None:
    """The version that the person saw; none where the action does not mind."""
    field = form._fields.get("version")
    if field is None:
        return None
    return int(field.data) if str(field.data).isdecimal() else -1


def spoken_answers(form: FlaskForm) -> tuple[tuple[str, str], ...]:
    """What the person was about to send, as (label, words), for the page of a conflict."""
    said = []
    for field in form:
        if field.name in _FIXED or field.data in (None, "", [], False):
            continue
        if isinstance(field, (SelectField, SelectMultipleField)):
            chosen = field.data if isinstance(field.data, list) else [field.data]
            words = ", ".join(
                str(choice.label).strip()
                for choice in field.choices or ()
                if str(choice.value) in {str(one) for one in chosen}
            )
        elif isinstance(field.data, dt.date):
            words = f"{field.data:%d/%m/%Y}"
        else:
            words = _("Sí") if field.data is True else str(field.data)
        said.append((str(field.label.text), words))
    return tuple(said)


def _picks(pairs: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


def _field(task: Task, need: Need) -> FormField:
    special = _SPECIAL.get(need.name)
    if special is not None:
        return special(task, need)
    return _BY_SHAPE[need.field](task, need)


def _words(need: Need) -> dict[str, Any]:
    return {"label": _(need.label), "description": _(need.help) if need.help else ""}


def _date(task: Task, need: Need) -> FormField:
    first = today() if need.past and need.name not in _NOT_TODAY else None
    return DateField(validators=[Optional()], default=first, **_words(need))


def _choice(values: Iterable[StrEnum], need: Need, first: str = "", empty: str = "") -> FormField:
    choices = [("", empty or _("Elija una opción")), *((v.value, _(spanish(v))) for v in values)]
    return SelectField(
        choices=_picks(choices), default=first, validators=[Optional()], **_words(need)
    )


def area_choices(only: Callable[[int], bool] = lambda _area: True) -> list[tuple[int, str]]:
    """(id, name) of the areas in force, in the order of the tree, indented by their depth."""
    tree = rules().tree
    return [
        (node.id, "\u2003" * max(tree.depth(node.id) - 1, 0) + node.name)
        for node in tree.active(today())
        if only(node.id)
    ]


def _areas(task: Task, need: Need) -> FormField:
    busy = {turn.area_id for turn in task.case.open_turns()}
    return SelectMultipleField(
        coerce=int,
        choices=_picks(area_choices(lambda area: area not in busy)),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        **_words(need),
    )


def _area(task: Task, need: Need) -> FormField:
    reach = task.actor.reach(Role.SUPERVISOR)
    if task.turn is not None:
        busy = {turn.area_id for turn in task.case.open_turns()}
        choices = area_choices(lambda area: area in reach and area not in busy)
    else:
        choices = area_choices(lambda area: area != task.case.desk_id)
    return SelectField(
        coerce=lambda value: int(value) if value else None,
        choices=_picks([("", _("Elija un área")), *choices]),
        **_words(need),
    )


def _person(task: Task, need: Need) -> FormField:
    area_id = task.turn.area_id if task.turn is not None else task.case.desk_id
    people = people_of_area(db.session(), area_id, today())
    return SelectField(
        coerce=lambda value: int(value) if value else None,
        choices=_picks(
            [
                ("", _("Elija a una persona")),
                *((p.id, f"{p.name}, {p.post}" if p.post else p.name) for p in people),
            ]
        ),
        **_words(need),
    )


def _text(task: Task, need: Need) -> FormField:
    first = None
    if need.name == "text" and task.turn is not None and task.action in ("reply", "draft"):
        first = task.turn.draft_text
    if need.name == "text" and task.action == "answer":
        first = _joined_replies(task.page)
    words = _words(need)
    if need.name == "text" and task.text_label:
        words["label"] = _(task.text_label)
    return TextAreaField(default=first, **words)


def _joined_replies(page: CasePage) -> str | None:
    """What the areas replied, one after the other, for the desk to make one answer of."""
    replies = [
        turn.reply_text
        for turn in page.case.round_turns()
        if turn.reply_text and page.sight.turn(turn.number)
    ]
    return "\n\n".join(replies) or None


def _line(task: Task, need: Need) -> FormField:
    return StringField(**_words(need))


def _money(task: Task, need: Need) -> FormField:
    return DecimalField(places=2, validators=[Optional()], **_words(need))


def _number(task: Task, need: Need) -> FormField:
    return IntegerField(validators=[Optional()], **_words(need))


def _yes(task: Task, need: Need) -> FormField:
    return BooleanField(**_words(need))


_BY_SHAPE: Mapping[Field, Callable[[Task, Need], FormField]] = {
    Field.TEXT: _text,
    Field.LINE: _line,
    Field.REF: _line,
    Field.DATE: _date,
    Field.MONEY: _money,
    Field.NUMBER: _number,
    Field.AREA: _area,
    Field.AREAS: _areas,
    Field.PERSON: _person,
    Field.CHOICE: lambda task, need: _choice(need.choices, need),
    Field.YES: _yes,
}


def _outcome(task: Task, need: Need) -> FormField:
    outcomes = (one for one in OUTCOMES[task.case.kind] if one is not Outcome.ALREADY_PUBLIC)
    return _choice(outcomes, need)


def _act(task: Task, need: Need) -> FormField:
    """The acts on record that can be amended, each with its day."""
    acts = [
        (act.key, _("{act}, del {day}").format(act=_(act.label), day=f"{act.on:%d/%m/%Y}"))
        for act in standing(task.case)
    ]
    first = acts[0][0] if len(acts) == 1 else ""
    return SelectField(
        choices=_picks([("", _("Elija un acto")), *acts]),
        default=first,
        validators=[Optional()],
        **_words(need),
    )


def _may_stay_empty(task: Task, need: Need) -> FormField:
    return _choice(need.choices, need, empty=_("No aplica"))


def _channel(task: Task, need: Need) -> FormField:
    """The platform's own requests are answered through it, unless somebody says otherwise."""
    first = Channel.PLATFORM.value if task.case.source == Source.SISAI else ""
    return _choice(need.choices, need, first)


def _link_kind(task: Task, need: Need) -> FormField:
    return _choice(need.choices, need, LinkKind.DUPLICATE.value)


def _keep(task: Task, need: Need) -> FormField:
    return RadioField(
        choices=_picks(
            [
                ("ours", _("Lo nuestro: el listado se deja de lado")),
                ("listing", _("Lo que dice el listado")),
            ]
        ),
        validators=[Optional()],
        **_words(need),
    )


def _other(task: Task, need: Need) -> FormField:
    """Another folio: typed to link, chosen to unlink."""
    if task.action != "unlink":
        return StringField(label=_(need.label), description=_("Como lo escriba: se busca."))
    own = [
        (link.ref, f"{link.ref} · {link.subject}") for link in task.page.links if not link.inward
    ]
    return SelectField(choices=_picks([("", _("Elija un folio")), *own]), label=_(need.label))


def _correcting(task: Task, need: Need) -> FormField:
    return HiddenField(default=task.correcting.name if task.correcting else "")


def _value(task: Task, need: Need) -> FormField:
    """The right value, in the shape of what is corrected, starting from the present one."""
    row, words = task.correcting, _words(need)
    if row is None:
        return HiddenField()
    now = current_value(task.page, row)
    if row.shape != "text":
        words["description"] = _("Hoy dice: {value}").format(value=now or _("sin dato"))
    if row.shape == "text":
        return TextAreaField(default=now, **words)
    if row.shape == "date":
        return DateField(validators=[Optional()], default=local(task.case.filed_at).date(), **words)
    if row.shape == "kind":
        kinds = [(kind.value, _(spanish(kind))) for kind in INBOX_KINDS]
        return SelectField(choices=_picks(kinds), default=task.case.kind, **words)
    if row.shape == "right":
        rights = [("", _("Elija uno")), *((right.value, _(spanish(right))) for right in ArcoRight)]
        return SelectField(choices=_picks(rights), default=task.case.arco_right or "", **words)
    if row.name == "territory_code":
        return SelectField(
            choices=_picks([("", _("Elija una")), *territories(db.session())]),
            default=task.case.territory_code or "",
            **words,
        )
    return StringField(default=now, **words)


def current_value(page: CasePage, row: Correctable) -> str:
    """What stands now, as a person reads it; personal data only for who may know it."""
    case = page.case
    if row.person:
        return str(getattr(page.petitioner, row.name, "") or "") if page.petitioner else ""
    if row.shape == "date":
        return f"{local(case.filed_at):%d/%m/%Y}"
    if row.shape == "kind":
        return _(spanish(Kind(case.kind)))
    if row.shape == "right":
        return _(spanish(ArcoRight(case.arco_right))) if case.arco_right else ""
    if row.shape == "folio":
        return case.folio_received
    return str(getattr(case, row.name) or "")


def _ground(task: Task, need: Need) -> FormField:
    """A ruling reopens by its appeal, not by this act."""
    return _choice((one for one in ReopenGround if one is not ReopenGround.RULING), need)


def _only_area(task: Task, need: Need) -> FormField:
    return SelectField(
        coerce=lambda value: int(value) if value else None,
        choices=_picks(note_choices(task.case, task.actor)),
        **_words(need),
    )


_SPECIAL: Mapping[str, Callable[[Task, Need], FormField]] = {
    "ground": _ground,
    "act": _act,
    "power": _may_stay_empty,
    "outcome": _outcome,
    "channel": _channel,
    "link_kind": _link_kind,
    "keep": _keep,
    "only_area": _only_area,
    "other": _other,
    "field": _correcting,
    "value": _value,
}
