"""Terms of the law: a new law is a new row; what was mistaken is corrected, and dates move."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from caseflow.commands.packs import EDITED
from caseflow.commands.redating import UNMOVED, Redated, hold_clock, redate_cases
from caseflow.commands.work import Work
from caseflow.domain.administration import require_admin
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.errors import InvalidData, MissingData, NotFound, NotNow, Stale
from caseflow.domain.vocabulary import INBOX_KINDS, Basis, Mark, Step
from caseflow.models import LegalTerm
from caseflow.queries.reference import term_table

UNITS = ("business", "calendar", "months", "hours")
NOTICE_EFFECTS = ("", "same_day", "next_business_day")
EFFECTS = ("", "extends", "interrupts", "pauses", "closes")
_CUTOFF = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
#: What a form changes of a row; matter, step, role and basis belong to the step for ever.
_VALUES = (
    "days", "unit", "counts_from_words", "cutoff", "notice_effect", "paper_effect", "effect",
    "legal_source", "mark",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TermForm:
    """What the form of a term holds. ``cutoff`` is HH:MM or empty."""

    days: int
    unit: str
    legal_source: str
    mark: str
    counts_from_words: str = ""
    cutoff: str = ""
    notice_effect: str = ""
    effect: str = ""
    paper_effect: str = ""


def add_term(
    work: Work,
    matter: str,
    step: str,
    form: TermForm,
    valid_from: dt.date | None,
    valid_to: dt.date | None = None,
    *,
    ends_previous: bool = False,
) -> tuple[LegalTerm, Redated]:
    """A new law: its row from a day on. Cases received before keep theirs.

    ``ends_previous`` closes the row in force the day before; without it, two at once are refused.
    Raises ``MissingData`` without a source, ``InvalidData`` for validities that overlap.
    """
    require_admin(work.actor)
    if matter not in INBOX_KINDS:
        raise InvalidData("Elija de qué asuntos es el plazo.", field="matter")
    if step not in set(Step) or step == Step.TURN:
        raise InvalidData("Elija qué plazo es.", field="step")
    if valid_from is None:
        raise MissingData("Escriba desde qué día rige.", field="valid_from")
    _check(form)
    clock = hold_clock(work)
    rows = _rows(work, matter, step)
    ended = None
    for row in rows:
        in_force = row.valid_from < valid_from and (
            row.valid_to is None or row.valid_to >= valid_from
        )
        if in_force and ends_previous:
            ended = {"term": row.id, "before": row.valid_to}
            row.valid_to = valid_from - dt.timedelta(days=1)
            _touch(row)
    _refuse_overlap(rows, valid_from, valid_to)
    model = rows[-1] if rows else None
    term = LegalTerm(
        matter=matter,
        step=step,
        role=model.role if model else "",
        basis=model.basis if model else Basis.LEGAL.value,
        counts_from=model.counts_from if model else form.counts_from_words.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
        pack_digest=EDITED,
    )
    _fill(term, form)
    work.session.add(term)
    redated = _apply(work, clock, f"Nuevo plazo vigente desde el {valid_from:%d/%m/%Y}")
    work.record(
        "term_added",
        {"term": term.id, **_facts(term), "ended": ended, **redated.as_json()},
        valid_from,
    )
    return term, redated


def correct_term(
    work: Work,
    term_id: int,
    form: TermForm,
    version: int | None = None,
    valid_from: dt.date | None = None,
) -> Redated:
    """Correct a row that says something else than the norm (a mistake, or a fact confirmed).

    ``valid_from``: its right first day, where that was mistaken; the row that ended the day before
    goes on, or ends earlier. Open dates that it rules move; a new law is ``add_term``. Raises as
    ``add_term``, and ``Stale``.
    """
    require_admin(work.actor)
    clock = hold_clock(work)
    term = _term(work, term_id, version)
    _check(form)
    before = _facts(term)
    _fill(term, form)
    if valid_from is not None and valid_from != term.valid_from:
        _begin(work, term, valid_from)
    after = _facts(term)
    changed = [name for name in (*_VALUES, "valid_from") if before[name] != after[name]]
    if not changed:
        return UNMOVED
    _touch(term)
    redated = _apply(work, clock, "Se corrigió un plazo")
    work.record(
        "term_corrected",
        {
            "term": term_id,
            "before": {name: before[name] for name in changed},
            "after": {name: after[name] for name in changed},
            **redated.as_json(),
        },
    )
    return redated


def _begin(work: Work, term: LegalTerm, valid_from: dt.date) -> None:
    """Another first day for a term, and the day before it for the one that it followed."""
    others = [row for row in _rows(work, term.matter, term.step) if row is not term]
    eve = term.valid_from - dt.timedelta(days=1)
    for row in others:
        if row.valid_to == eve:
            if valid_from <= row.valid_from:
                raise InvalidData(
                    "El plazo anterior rige desde el {day:%d/%m/%Y}: éste empieza después.",
                    field="valid_from",
                    day=row.valid_from,
                )
            row.valid_to = valid_from - dt.timedelta(days=1)
            _touch(row)
    _refuse_overlap(others, valid_from, term.valid_to)
    term.valid_from = valid_from


def end_term(
    work: Work, term_id: int, last_day: dt.date | None, version: int | None = None
) -> None:
    """The last day on which a term is in force. A term that governs needs its successor first."""
    require_admin(work.actor)
    clock = hold_clock(work)
    term = _term(work, term_id, version)
    if last_day is None:
        raise MissingData("Escriba el último día en que rige.", field="valid_to")
    if last_day < term.valid_from:
        raise InvalidData("La vigencia termina antes de empezar.", field="valid_to")
    if term.role.startswith("governing"):
        raise NotNow(
            "Ese plazo rige los asuntos: agregue el nuevo y el anterior se cierra en el mismo acto."
        )
    before = term.valid_to
    if before == last_day:
        return
    term.valid_to = last_day
    _touch(term)
    _refuse_overlap([r for r in _rows(work, term.matter, term.step) if r is not term],
                    term.valid_from, last_day)  # fmt: skip
    redated = _apply(work, clock, "Terminó la vigencia de un plazo")
    work.record(
        "term_ended",
        {"term": term_id, "before": before, "to": last_day, **redated.as_json()},
        last_day,
    )


def _apply(work: Work, before: Clockwork, cause: str) -> Redated:
    """Check the whole table as the clock does, and date again what it moves."""
    work.session.flush()
    after = Clockwork(before.calendar, term_table(work.session), before.today)
    return redate_cases(work, before, after, cause)


def _rows(work: Work, matter: str, step: str) -> list[LegalTerm]:
    return list(
        work.session.scalars(
            select(LegalTerm)
            .where(LegalTerm.matter == matter, LegalTerm.step == step)
            .order_by(LegalTerm.valid_from)
        )
    )


def _term(work: Work, term_id: int, version: int | None) -> LegalTerm:
    term = work.session.get(LegalTerm, term_id, with_for_update=True)
    if term is None:
        raise NotFound("No se encontró el plazo.")
    if version is not None and term.version != version:
        raise Stale("Alguien más cambió este plazo mientras lo tenía abierto. Revise cómo quedó.")
    return term


def _refuse_overlap(
    rows: Iterable[LegalTerm], valid_from: dt.date, valid_to: dt.date | None
) -> None:
    """Before anything is stored, so that the sentence names the field."""
    if valid_to is not None and valid_to < valid_from:
        raise InvalidData("La vigencia termina antes de empezar.", field="valid_to")
    for row in rows:
        if valid_from <= (row.valid_to or dt.date.max) and row.valid_from <= (
            valid_to or dt.date.max
        ):
            raise InvalidData(
                "Ya hay un plazo vigente desde el {day:%d/%m/%Y}: las vigencias se encimarían.",
                field="valid_from",
                day=row.valid_from,
            )


def _check(form: TermForm) -> None:
    if not form.legal_source.strip():
        raise MissingData(
            "Escriba de qué norma sale el plazo: artículo y publicación.", field="legal_source"
        )
    if not 1 <= form.days <= 3650:
        raise InvalidData("El plazo es de uno a 3650 días u horas.", field="days")
    if form.unit not in UNITS:
        raise InvalidData("Elija si son días hábiles, naturales, meses u horas.", field="unit")
    if form.cutoff and not _CUTOFF.fullmatch(form.cutoff):
        raise InvalidData("La hora de corte se escribe como 15:00.", field="cutoff")
    if form.notice_effect not in NOTICE_EFFECTS:
        raise InvalidData("Elija cuándo surte efecto el aviso.", field="notice_effect")
    if form.paper_effect not in NOTICE_EFFECTS:
        raise InvalidData("Elija cuándo surte efecto el aviso en papel.", field="paper_effect")
    if form.effect not in EFFECTS:
        raise InvalidData("Elija qué le hace al plazo principal.", field="effect")
    if form.mark not in set(Mark):
        raise InvalidData("Elija qué tan segura es la fuente.", field="mark")


def _touch(term: LegalTerm) -> None:
    term.pack_digest = EDITED
    term.version = (term.version or 1) + 1


def _fill(term: LegalTerm, form: TermForm) -> None:
    for name in _VALUES:
        value = getattr(form, name)
        setattr(term, name, value.strip() if isinstance(value, str) else value)


def _facts(term: LegalTerm) -> dict[str, Any]:
    return {
        name: getattr(term, name) for name in ("matter", "step", *_VALUES, "valid_from", "valid_to")
    }
