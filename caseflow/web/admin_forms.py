"""What the forms of administration share: choices, refusals beside their field, lists of lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from flask import url_for
from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice

from caseflow.commands.redating import Redated
from caseflow.commands.rehearsal import rehearse
from caseflow.commands.work import Work
from caseflow.domain.errors import DomainError, MissingData
from caseflow.domain.redating import Impact
from caseflow.domain.vocabulary import Mark, spanish
from caseflow.extensions import db
from caseflow.queries.calendars import impact_of
from caseflow.queries.reference import Tree
from caseflow.web.errors import say
from caseflow.web.sessions import now, signed_in_actor
from caseflow.web.words import _, ngettext


def refuse(form: FlaskForm, refusal: DomainError) -> None:
    """Put a refusal beside the field that it names, else above the form."""
    field = form._fields.get(refusal.field) if isinstance(refusal, MissingData) else None
    if field is None:
        form.form_errors.append(say(refusal))
    else:
        field.errors = [*field.errors, say(refusal)]


def lines(text: str | None) -> tuple[str, ...]:
    """The lines of a text area, blank ones left out."""
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


def mark_choices() -> list[SelectChoice]:
    """The four marks by their words."""
    return [SelectChoice(mark.value, _(spanish(mark))) for mark in Mark]


def area_choices(
    tree: Tree, on: dt.date, empty: str = "", without: Iterable[int] = ()
) -> list[SelectChoice]:
    """The areas in force that day, indented by their depth; ``empty``: the words for none."""
    left_out = frozenset(without)
    found = [SelectChoice("", empty)] if empty else []
    for node in tree.active(on):
        if node.id not in left_out:
            indent = "\u2003" * tree.depth(node.id)
            found.append(SelectChoice(str(node.id), f"{indent}{node.name} ({node.code})"))
    return found


def chosen_id(value: str | None) -> int | None:
    """The id behind a choice of ``area_choices``."""
    return int(value) if value else None


def would_move(act: Callable[[Work], object]) -> Impact:
    """What an act of administration would do to the dates of the cases. Raises what it raises."""
    actor, at = signed_in_actor(), now()
    clocks = rehearse(actor, at, act)
    return impact_of(db.session(), actor, at, *clocks) if clocks is not None else Impact()


def redated_sentence(redated: Redated) -> str:
    """What an act did to the dates, in one sentence for the notice after it."""
    if redated.job_id is None:
        return impact_sentence(redated.impact)
    return ngettext(
        "%(num)d folio se está volviendo a fechar.",
        "%(num)d folios se están volviendo a fechar.",
        redated.total,
    )


def after_redating(redated: Redated, endpoint: str) -> str:
    """Where to go after an act that may move dates: to see them move, else to ``endpoint``."""
    if redated.job_id is None:
        return url_for(endpoint)
    return url_for("calendar.redating", change_id=redated.job_id)


def impact_sentence(impact: Impact) -> str:
    """What moves, in one sentence."""
    if not any(impact.counts().values()):
        return str(_("Ningún folio se mueve."))
    parts = [
        ngettext("%(num)d folio cambia de fecha", "%(num)d folios cambian de fecha", impact.moved)
    ]
    if impact.freed:
        parts.append(
            ngettext(
                "%(num)d deja de estar vencido", "%(num)d dejan de estar vencidos", impact.freed
            )
        )
    if impact.caught:
        parts.append(ngettext("%(num)d queda vencido", "%(num)d quedan vencidos", impact.caught))
    if impact.rectified:
        parts.append(
            ngettext(
                "%(num)d concluido recibe fecha rectificada",
                "%(num)d concluidos reciben fecha rectificada",
                impact.rectified,
            )
        )
    if impact.set_aside:
        parts.append(
            ngettext("%(num)d no se pudo contar", "%(num)d no se pudieron contar", impact.set_aside)
        )
    return ", ".join(parts) + "."
