"""The page of a case laid out: what the templates of ``cases`` read, with its words decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from caseflow.domain.facts import CaseFacts, TurnFacts
from caseflow.domain.instants import local
from caseflow.domain.lights import Light, light_of, target_light
from caseflow.domain.people import Actor
from caseflow.domain.phrases import N_, phrase
from caseflow.domain.vocabulary import (
    WAITING_STATES,
    CaseState,
    Kind,
    TurnState,
    spanish,
)
from caseflow.queries.attachments import FileRow
from caseflow.queries.case_page import CasePage
from caseflow.queries.history import Line, digits, discrepancy_words, source_word, tell
from caseflow.web.appeal_view import Appeals, appeal_words, appeals_of, with_admission
from caseflow.web.case_facts import (
    PersonLine,
    answer_facts,
    facts,
    note_choices,
    person_line,
    size_words,
)
from caseflow.web.clock_view import Clock, clock_of
from caseflow.web.offers import Button, Buttons, buttons
from caseflow.web.sessions import rules, today
from caseflow.web.words import _

_ICONS = {
    "application/pdf": "file-type-pdf",
    "image/png": "photo",
    "image/jpeg": "photo",
    "text/csv": "file-type-csv",
    "text/plain": "file-text",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "file-type-docx",
    "application/vnd.oasis.opendocument.text": "file-text",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "file-spreadsheet",
    "application/vnd.oasis.opendocument.spreadsheet": "file-spreadsheet",
}
#: Of a turn's end, the word of its note.
_ENDS = {
    TurnState.RETURNED: N_("Devuelto: {reason}"),
    TurnState.WITHDRAWN: N_("Sin efecto: {reason}"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    text: str
    kind: str = ""
    icon: str | None = None


@dataclass(frozen=True, slots=True)
class TurnLine:
    """One row of the turn table."""

    number: int
    round: int
    area: str
    instruction: str | None
    person: str | None
    state: str
    done: bool
    state_at: str | None
    sem: Light | None
    due: str | None
    reply: str | None
    note: str | None
    reply_href: str | None
    reply_label: str | None
    offers: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Target:
    area: str
    due: str | None
    sem: Light


@dataclass(frozen=True, slots=True)
class FileLine:
    name: str
    href: str
    icon: str
    note: str


@dataclass(frozen=True, slots=True)
class NoteLine:
    text: str
    by: str
    at: str
    #: the area that alone reads it, with the desk; empty: all who see the case
    only: str


@dataclass(frozen=True, slots=True)
class View:
    """All that ``cases/show.html`` reads."""

    case: CaseFacts
    light: Light
    chips: tuple[Chip, ...]
    origin: tuple[str, ...]
    clock: Clock | None
    targets: tuple[Target, ...]
    targets_title: str
    buttons: Buttons
    appeals: Appeals
    turns: tuple[TurnLine, ...]
    earlier: tuple[TurnLine, ...]
    person: PersonLine
    facts: tuple[tuple[str, str], ...]
    answer: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str, str, str], ...]
    files: tuple[FileLine, ...]
    notes: tuple[NoteLine, ...]
    #: whom a new note may be meant for
    note_choices: tuple[tuple[int | str, str], ...]
    history: tuple[Line, ...]
    warnings: tuple[str, ...]
    discrepancy: str

    @property
    def pane(self) -> tuple[Button, ...]:
        """The buttons of the preview: what can be done on the turns, then on the case."""
        turns = [button for line in self.turns for button in line.offers if button.action != "slip"]
        return (*turns[:6], *(button for button in self.buttons.bar if button.enabled))


def now_facts(case: CaseFacts) -> tuple[tuple[str, str], ...]:
    """How a case stands, for who was about to change it."""
    rows = [
        (_("Estado"), _(spanish(CaseState(case.state)))),
        (_("Vence"), digits(case.due_on) or _("Sin fecha")),
        (_("Mesa"), rules().tree.name(case.desk_id)),
    ]
    rows += [
        (_("Turno"), f"{rules().tree.name(turn.area_id)} · {_(spanish(TurnState(turn.state)))}")
        for turn in case.round_turns()
    ]
    return tuple(rows)


def view_of(page: CasePage, actor: Actor, *, reveal: bool = False) -> View:
    """The page for this reader. ``reveal`` shows who asks, where the reader may know it."""
    case = page.case
    appeals = appeals_of(page, actor)
    made = with_admission(buttons(case, actor), appeals)
    lines = tuple(turn_line(page, turn, made) for turn in case.turns.values())
    goals = tuple(_target(case, turn) for turn in case.round_turns() if _counts(turn))
    return View(
        case=case,
        light=case_light(case),
        chips=tuple(_chips(page)),
        origin=(source_word(case.source), _(spanish(Kind(case.kind)))),
        clock=clock_of(case),
        targets=goals,
        targets_title=_targets_title(case),
        buttons=made,
        appeals=appeals,
        turns=tuple(line for line in lines if line.round == case.round),
        earlier=tuple(line for line in lines if line.round != case.round),
        person=person_line(page, reveal=reveal),
        facts=tuple(facts(page)),
        answer=tuple(answer_facts(case)),
        links=tuple(_links(page)),
        files=tuple(file_line(page, file) for file in page.files),
        notes=tuple(
            NoteLine(
                n.text,
                page.name(n.author_id),
                f"{local(n.written_at):%d/%m/%Y %H:%M}",
                rules().tree.name(n.area_id) if n.area_id is not None else "",
            )
            for n in page.notes
        ),
        note_choices=tuple(note_choices(case, actor)),
        history=tell(page, rules().tree, rules().calendar),
        warnings=tuple(phrase(str(text)) for text in case.warnings or ()),
        discrepancy=discrepancy_words(case.discrepancy or {}) if page.sight.desk else "",
    )


def case_light(case: CaseFacts) -> Light:
    """The semáforo of a case on the day of this request."""
    return light_of(
        case.due_on,
        case.state in WAITING_STATES,
        case.live,
        today(),
        rules().calendar,
        case.kind,
    )


def _chips(page: CasePage) -> Iterable[Chip]:
    case = page.case
    open_turns = case.open_turns()
    if case.state == CaseState.ROUTED and len(open_turns) == 1:
        state = _("Turnado a {area}").format(area=rules().tree.short(open_turns[0].area_id))
    elif case.state == CaseState.ROUTED:
        state = _("Turnado a {n} áreas").format(n=len(open_turns))
    else:
        state = _(spanish(CaseState(case.state)))
    yield Chip(state, "" if case.live else "done", "arrow-forward-up" if open_turns else None)
    mark = {
        "returned": _("Devuelto a la mesa"),
        "withdrawn": _("Turnos sin efecto"),
        "unroutable": _("Sin regla de turno"),
    }.get(case.desk_mark)
    if mark:
        yield Chip(mark, "extension", "inbox")
    appealed = appeal_words(case)
    if appealed:
        yield Chip(appealed, "info", "scale")
    if case.extended:
        yield Chip(_("Plazo ampliado"), "extension", "calendar-plus")
    if case.delivery:
        yield Chip(case.delivery, "", "send")
    if case.round > 1:
        yield Chip(_("Reabierto · ronda {n}").format(n=case.round), "info", "refresh")
    yield Chip(_("Mesa: {area}").format(area=rules().tree.short(case.desk_id)), "", "inbox")


def _counts(turn: TurnFacts) -> bool:
    return turn.state not in (TurnState.WITHDRAWN, TurnState.RETURNED)


def _light_of_target(case: CaseFacts, turn: TurnFacts) -> Light:
    answered = turn.state == TurnState.ANSWERED and turn.ended_at is not None
    return target_light(
        turn.target_on,
        today(),
        rules().calendar,
        case.kind,
        resting=case.state in WAITING_STATES,
        ended_on=local(turn.ended_at).date() if answered and turn.ended_at else None,
    )


def _target(case: CaseFacts, turn: TurnFacts) -> Target:
    return Target(
        rules().tree.name(turn.area_id),
        digits(turn.target_on) or None,
        _light_of_target(case, turn),
    )


def _targets_title(case: CaseFacts) -> str:
    counted = [turn for turn in case.round_turns() if _counts(turn)]
    done = sum(turn.state == TurnState.ANSWERED for turn in counted)
    if not counted:
        return _("Sin turnos")
    if len(counted) == 1:
        return _("Contestado") if done else _("Un turno por contestar")
    return _("{done} de {n} contestados").format(done=done, n=len(counted))


def turn_line(page: CasePage, turn: TurnFacts, made: Buttons) -> TurnLine:
    """One turn as its reader may see it: what is closed keeps its area, state and dates."""
    case, seen = page.case, page.sight.turn(turn.number)
    files = sum(file.turn_number == turn.number for file in page.files)
    at = turn.ended_at or turn.accepted_at or turn.routed_at
    offers = made.turns.get(turn.number, ())
    if seen and turn.open:
        offers = (*offers, _slip(case, turn))
    person = (
        page.name(turn.assignee_id or turn.replied_by_id)
        if (turn.assignee_id or turn.replied_by_id)
        else None
    )
    return TurnLine(
        number=turn.number,
        round=turn.round,
        area=rules().tree.name(turn.area_id),
        instruction=turn.instruction if seen else None,
        person=person or (None if turn.open else "—"),
        state=_(spanish(TurnState(turn.state))),
        done=turn.state == TurnState.ANSWERED,
        state_at=f"{local(at):%d/%m/%Y %H:%M}",
        sem=_light_of_target(case, turn) if _counts(turn) and case.live else None,
        due=digits(turn.target_on) or None,
        reply=turn.reply_text if seen else None,
        note=_turn_note(page, turn, seen),
        reply_href="#archivos" if files else None,
        reply_label=(_("1 archivo") if files == 1 else _("{n} archivos").format(n=files))
        if files
        else None,
        offers=offers,
    )


def _turn_note(page: CasePage, turn: TurnFacts, seen: bool) -> str | None:
    if not seen:
        return _("La mesa ve lo que conteste esta área.")
    if turn.draft_text and turn.state == TurnState.ACCEPTED:
        return _("Respuesta preparada por {name}; falta la firma.").format(
            name=page.name(turn.draft_by_id)
        )
    ending = _ENDS.get(TurnState(turn.state))
    if ending is not None:
        note = _(ending).format(reason=turn.end_reason or "—")
        if turn.replaced_by is not None:
            after = page.case.turns.get(turn.replaced_by)
            area = rules().tree.short(after.area_id) if after else "—"
            note = f"{note} {_('Lo sustituye el turno de {area}.').format(area=area)}"
        return note
    if turn.open:
        return _("Sin respuesta todavía.")
    return None


def _slip(case: CaseFacts, turn: TurnFacts) -> Button:
    return Button(
        action="slip",
        label=_("Volante"),
        icon="printer",
        href=url_for("slips.one", ref=case.ref, turno=turn.number),
        enabled=True,
        dialog=False,
    )


def _links(page: CasePage) -> Iterable[tuple[str, str, str, str]]:
    """(relation, folio, address, subject and state)."""
    for link in page.links:
        word = _("Tiene como duplicado") if link.duplicate else _(spanish(link.kind))
        state = _(spanish(CaseState(link.state)))
        yield word, link.ref, url_for("cases.show", ref=link.ref), f"{link.subject} · {state}"


def file_line(page: CasePage, file: FileRow) -> FileLine:
    """One file as the page lists it."""
    purpose = {
        "request": _("Solicitud"),
        "answer": _("Respuesta"),
        "other": _("Archivo"),
        "appeal": _("Del recurso"),
    }.get(file.purpose)
    turn = page.case.turns.get(file.turn_number or 0)
    if purpose is None or turn is not None:
        area = rules().tree.short(turn.area_id) if turn is not None else "—"
        purpose = _("De {area}").format(area=area)
    return FileLine(
        file.name,
        url_for("attachments.download", ref=page.case.ref, number=file.number),
        _ICONS.get(file.media_type, "file"),
        f"{purpose} · {size_words(file.size)} · {page.name(file.added_by_id)}, "
        f"{local(file.added_at):%d/%m/%Y}",
    )
