"""The history of a case in sentences: one table says what each event is called.

Every line keeps two dates apart: when it was entered, and from when it counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from caseflow.domain.calendar import Calendar
from caseflow.domain.corrections import CORRECTABLE
from caseflow.domain.instants import local
from caseflow.domain.people import OnBehalf
from caseflow.domain.phrases import N_, NOTHING, Phrase, chain, listed, phrase, plural
from caseflow.domain.vocabulary import Channel, Kind, Outcome, ReopenGround, Source, spanish
from caseflow.queries.amended import (
    amended,
    amended_detail,
    corrections_of,
    identified,
    represented,
)
from caseflow.queries.appeal_history import APPEAL_TONES, appeal_detail, appeal_title
from caseflow.queries.case_page import CasePage, EventRow
from caseflow.queries.reference import Tree

#: An event is "registrado después" when entered more than this many business days after it counts.
ON_TIME_DAYS = 1
#: Longer texts of a line are cut: the whole text stands elsewhere on the page.
LONGEST_DETAIL = 400

_BEHALF: Mapping[str, str] = {
    OnBehalf.ABSENCE: N_("por ausencia de la persona titular"),
    OnBehalf.INSTRUCTION: N_("por instrucción de la persona titular"),
    OnBehalf.ACTING: N_("encargado del despacho"),
}

_ENDINGS: Mapping[str, str] = {
    "closed": N_("Concluido"),
    "rule72": N_("Cerrado por regla de 72 h, sin confirmación del listado"),
    "window": N_("Concluido: venció el plazo para interponer recurso"),
    "listing": N_("Concluido por el listado"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line as the page shows it. ``tone``: '' | 'late' | 'clock' | 'start'."""

    at: str
    date: str
    time: str
    title: Phrase
    detail: Phrase
    effect: Phrase
    tone: str = ""

    @property
    def line(self) -> Phrase:
        """The short form of the preview pane."""
        return chain(" · ", (f"{self.date} {self.time}", self.detail))


@dataclass(frozen=True, slots=True)
class _Told:
    """An event with all that its sentence needs."""

    event: EventRow
    page: CasePage
    tree: Tree

    @property
    def data(self) -> Mapping[str, Any]:
        return self.event.data

    @property
    def area(self) -> str:
        """The area of the event's turn."""
        turn = self.page.case.turns.get(self.event.turn_number or 0)
        return self.tree.name(turn.area_id) if turn is not None else phrase("El área")

    def areas(self, ids: Any) -> Phrase:
        return listed([self.tree.name(area_id) for area_id in ids or ()])

    def day(self, name: str) -> str:
        return digits(self.data.get(name))

    def person(self, name: str) -> str:
        return self.page.name(self.data.get(name))


def digits(day: Any) -> str:
    """``23/11/2026`` of a date, or of its ISO form as events hold it; empty for none."""
    if not day:
        return ""
    return f"{day if isinstance(day, dt.date) else dt.date.fromisoformat(str(day)[:10]):%d/%m/%Y}"


def _routed(told: _Told) -> Phrase:
    areas = told.data.get("areas") or ()
    if len(areas) > 3:
        return phrase("Turnado a {n} áreas", n=len(areas))
    return phrase("Turnado a {areas}", areas=told.areas(areas))


def _extended(told: _Told) -> Phrase:
    return phrase(
        "Plazo ampliado: del {before} al {after}",
        before=told.day("before"),
        after=told.day("after"),
    )


def _answered(told: _Told) -> Phrase:
    return phrase("Respondido: {outcome}", outcome=_word(Outcome, told.data.get("outcome")))


def _reopened(told: _Told) -> Phrase:
    ground = _word(ReopenGround, told.data.get("ground"))
    return phrase("Reabierto: {ground}", ground=ground.in_a_sentence())


def _noted(told: _Told) -> Phrase:
    area_id = told.data.get("only_area")
    if area_id is None:
        return phrase("Nota interna")
    return phrase("Nota interna, sólo para {area}", area=told.tree.name(area_id))


def _placed(told: _Told) -> Phrase:
    before, after = told.data.get("before"), told.data.get("after", "—")
    if before:
        return phrase(
            "La unidad territorial pasó de {before} a {after}", before=before, after=after
        )
    return phrase("Unidad territorial {code}", code=after)


def _corrected(told: _Told) -> Phrase:
    row = CORRECTABLE.get(str(told.data.get("field")))
    if row is None:
        return phrase("Se corrigió un dato")
    return phrase("Se corrigió: {fact}", fact=phrase(row.label).in_a_sentence())


def _attached(told: _Told) -> Phrase:
    files = told.data.get("files") or ()
    return plural("Se agregó un archivo", "Se agregaron {n} archivos", len(files))


def _restructured(told: _Told) -> Phrase:
    return phrase(
        "Reestructura: lo de {old} pasó a {new}",
        old=told.tree.name(told.data.get("from")),
        new=told.tree.name(told.data.get("to")),
    )


def _of_area(sentence: str) -> Callable[[_Told], Phrase]:
    """A sentence about the area of the event's turn."""
    return lambda told: phrase(sentence, area=told.area)


def _of_appeal(told: _Told) -> Phrase:
    return appeal_title(told.event.action, told.data, told.page.case)


def _kind(told: _Told) -> Phrase:
    return _word(Kind, told.data.get("derived"))


def _word(names: type[StrEnum], value: Any) -> Phrase:
    return phrase(spanish(names(value)) if value in list(names) else "—")


#: What each event is called, a sentence or how to make it, and its tone.
_TITLES: Mapping[str, tuple[str | Callable[[_Told], Phrase], str]] = {
    "captured": (
        lambda t: phrase("Capturado: {channel}", channel=_word(Channel, t.data.get("channel"))),
        "start",
    ),
    "imported": (N_("Recibido por importación"), "start"),
    "listing": (N_("El listado actualizó el asunto"), ""),
    "discrepancy": (N_("El listado dice otra cosa"), "clock"),
    "settle": (N_("Se resolvió la discrepancia con el listado"), ""),
    "route": (_routed, ""),
    "first_answer": (N_("Primera respuesta a la persona"), ""),
    "request_clarification": (N_("Se previno a la persona"), "clock"),
    "receive_clarification": (N_("La persona desahogó la prevención"), "clock"),
    "notify_cost": (N_("Se notificó el costo de reproducción"), "clock"),
    "record_payment": (N_("La persona acreditó el pago"), "clock"),
    "lapse": (N_("Se tuvo por no presentada"), ""),
    "extend": (_extended, "clock"),
    "refer_part": (
        lambda t: phrase(
            "Competencia parcial de {authority}", authority=t.data.get("authority", "—")
        ),
        "",
    ),
    "refer": (
        lambda t: phrase("Remitido a {authority}", authority=t.data.get("authority", "—")),
        "",
    ),
    "answer": (_answered, ""),
    "already_public": (N_("Respondido: información ya pública"), ""),
    "verify_identity": (lambda t: identified(t.data), ""),
    "make_effective": (N_("Se hizo efectivo el derecho"), "clock"),
    "amend": (lambda t: amended(t.data), "clock"),
    "complete_answer": (N_("Respuesta complementaria"), ""),
    "desist": (N_("La persona se desistió"), ""),
    "close": (lambda t: phrase(_ENDINGS.get(str(t.data.get("ending")), "Concluido")), ""),
    "reopen": (_reopened, "clock"),
    "correct": (_corrected, ""),
    # what became of it is not the case's to tell (domain §6)
    "derived": (lambda t: phrase("Derivado a {kind}", kind=_kind(t).in_a_sentence()), ""),
    "link": (N_("Se vinculó con otro folio"), ""),
    "unlink": (N_("Se desvinculó de otro folio"), ""),
    "hand_over": (
        lambda t: phrase("La mesa pasó a {area}", area=t.tree.name(t.data.get("area"))),
        "",
    ),
    "note": (_noted, ""),
    "attach": (_attached, ""),
    "cancel": (N_("Cancelado"), ""),
    "accept": (_of_area(N_("{area} aceptó su turno")), ""),
    "assign": (
        lambda t: phrase(
            "{area}: turno asignado a {person}", area=t.area, person=t.person("person")
        ),
        "",
    ),
    "draft": (_of_area(N_("{area} preparó su respuesta; falta la firma")), ""),
    "return": (_of_area(N_("{area} devolvió su turno")), "late"),
    "reassign": (
        lambda t: phrase(
            "Turno reasignado de {old} a {new}",
            old=t.area,
            new=t.tree.name(t.data.get("area")),
        ),
        "",
    ),
    "withdraw": (_of_area(N_("Quedó sin efecto el turno de {area}")), ""),
    "reply": (_of_area(N_("{area} contestó su turno")), ""),
    "send_back": (_of_area(N_("Se regresó su respuesta a {area}")), "late"),
    "share_reply": (_of_area(N_("La respuesta de {area} se comparte con las demás áreas")), ""),
    "became_overdue": (N_("Venció el plazo sin respuesta"), "late"),
    "due_soon": (N_("El plazo está por vencer"), "clock"),
    "target_missed": (_of_area(N_("Meta interna rebasada: {area}")), "late"),
    "key_issued": (N_("Se entregó una clave de consulta nueva"), ""),
    "redated": (N_("Se volvió a contar el plazo"), "clock"),
    "restructured": (_restructured, ""),
    **{action: (_of_appeal, tone) for action, tone in APPEAL_TONES.items()},
    "released": (_of_area(N_("{area}: su turno quedó sin asignar")), ""),
    "territory_assigned": (_placed, ""),
    "territory_conflict": (N_("Las coordenadas y la unidad territorial no concuerdan"), ""),
    "access": (N_("Se mostraron los datos de la persona"), ""),
}

KNOWN = frozenset(_TITLES)


def _texts(*names: str) -> Callable[[_Told], Phrase]:
    """The texts of the form, in this order."""
    return lambda told: chain(" · ", (str(told.data.get(name) or "") for name in names))


def _route_detail(told: _Told) -> str:
    rule = told.data.get("rule")
    parts = [
        phrase("Regla: {rule}", rule=phrase(str(rule))) if rule else "",
        str(told.data.get("instruction") or ""),
    ]
    mine = told.page.sight.areas & set(told.data.get("areas") or ())
    return chain(" · ", parts) if told.page.sight.desk or mine else ""


def _correct_detail(told: _Told) -> str:
    row = CORRECTABLE.get(str(told.data.get("field")))
    reason = str(told.data.get("reason") or "")
    if row is None or row.person:  # personal data never stands in a history
        return reason
    before, after = told.data.get("before"), told.data.get("after")
    if row.shape == "kind":
        before, after = _word(Kind, before), _word(Kind, after)
    said = phrase(
        "Decía «{before}»; dice «{after}».", before=before or phrase("vacío"), after=after
    )
    return chain(" ", (said, reason))


def _other(told: _Told) -> str:
    """The other folio, only where the reader may see that case too."""
    typed = str(told.data.get("other") or "")
    seen = {text for link in told.page.links for text in (link.ref, link.folio)}
    return typed if typed in seen else ""


def _names_of_files(told: _Told) -> str:
    seen = {file.name for file in told.page.files}
    return ", ".join(name for name in told.data.get("files") or () if name in seen)


def _imported_detail(told: _Told) -> str:
    file, row = told.data.get("file"), told.data.get("row")
    if file and row:
        return phrase("{file}, renglón {row}", file=file, row=row)
    return str(file or "")


def _discrepancy_detail(told: _Told) -> str:
    return discrepancy_words(told.data) if told.page.sight.desk else ""


def _appeal_detail(told: _Told) -> str:
    return appeal_detail(told.event.action, told.data) if told.page.sight.desk else ""


#: What stands under the title, besides who.
_DETAILS: Mapping[str, Callable[[_Told], str]] = {
    "imported": _imported_detail,
    "listing": _imported_detail,
    "discrepancy": _discrepancy_detail,
    "settle": _texts("reason"),
    "route": _route_detail,
    "first_answer": _texts("text"),
    "request_clarification": _texts("text"),
    "receive_clarification": _texts("text"),
    "notify_cost": lambda t: f"$ {t.data.get('amount', '')}",
    "lapse": _texts("text"),
    "extend": _texts("document", "reason"),
    "refer_part": _texts("part", "reason"),
    "refer": _texts("reason"),
    "already_public": _texts("where", "how"),
    "verify_identity": lambda t: represented(t.data),
    "make_effective": _texts("text"),
    "amend": lambda t: amended_detail(t.data),
    "complete_answer": _texts("text"),
    "desist": _texts("text"),
    "close": _texts("reason"),
    "reopen": _texts("reason"),
    "correct": _correct_detail,
    "link": _other,
    "unlink": _other,
    "hand_over": _texts("reason"),
    "attach": _names_of_files,
    "cancel": _texts("reason"),
    "return": _texts("reason"),
    "reassign": _texts("reason"),
    "withdraw": _texts("reason"),
    "reply": _names_of_files,
    "send_back": _texts("reason"),
    **dict.fromkeys(APPEAL_TONES, _appeal_detail),
    "became_overdue": lambda t: phrase("Era el {day}", day=t.day("due_on")),
    "due_soon": lambda t: phrase("Vence el {day}", day=t.day("due_on")),
    "territory_assigned": lambda t: phrase(
        "Por sus coordenadas, con los polígonos de {file}", file=t.data.get("file", "—")
    ),
    "territory_conflict": _texts("words"),
    "target_missed": lambda t: phrase(
        "La meta era el {day}; no mueve el plazo", day=t.day("target_on")
    ),
}


def tell(page: CasePage, tree: Tree, calendar: Calendar) -> tuple[Line, ...]:
    """The lines of the history that the reader may see, newest first.

    What belongs to a turn that is closed to the reader keeps its title and loses its text.
    """
    corrected = corrections_of(page.events)
    return tuple(
        _line(_Told(event, page, tree), calendar, corrected.get(event.id, NOTHING))
        for event in page.events
        if _open_to(event, page)
    )


def _open_to(event: EventRow, page: CasePage) -> bool:
    """A note that is closed to the reader leaves no trace; everything else keeps its title."""
    if event.action != "note":
        return True
    return page.sight.note((event.data or {}).get("only_area"), event.actor_id)


def _line(told: _Told, calendar: Calendar, corrected: Phrase) -> Line:
    event, page = told.event, told.page
    title, tone = _TITLES.get(event.action, (N_("Movimiento registrado"), ""))
    wall = local(event.entered_at)
    detail: str = ""
    if event.action in _DETAILS and page.sight.turn(event.turn_number):
        detail = _cut(_DETAILS[event.action](told))
    who: str = page.name(event.actor_id)
    if behalf := _BEHALF.get(event.on_behalf or ""):
        who = chain(", ", (who, phrase(behalf)))
    return Line(
        at=wall.isoformat(timespec="minutes"),
        date=f"{wall:%d/%m/%Y}",
        time=f"{wall:%H:%M}",
        title=phrase(title) if isinstance(title, str) else title(told),
        detail=chain(" · ", (who, detail)),
        effect=chain(" · ", (_effect(told, wall, calendar), corrected)),
        tone=tone,
    )


def _effect(told: _Told, wall: dt.datetime, calendar: Calendar) -> Phrase:
    """When it counts, where that is another day than the one it was entered on."""
    event, case = told.event, told.page.case
    on, entered = event.effective_on, wall.date()
    if event.action in ("captured", "imported"):
        if case.filed_has_hour:
            sentence = N_(
                "Presentado el {filed:%d/%m/%Y} a las {filed:%H:%M} h; "
                "recepción oficial el {on:%d/%m/%Y}"
            )
        else:
            sentence = N_("Presentado el {filed:%d/%m/%Y}; recepción oficial el {on:%d/%m/%Y}")
        return phrase(sentence, filed=local(case.filed_at), on=on)
    if event.action in ("became_overdue", "target_missed", "appeal_overdue"):
        return phrase("Ocurrió al terminar el {on:%d/%m/%Y}", on=on)
    if takes_effect := told.data.get("takes_effect"):
        return phrase(
            "Se notificó el {on:%d/%m/%Y}; surte efectos el {effect}",
            on=on,
            effect=digits(takes_effect),
        )
    if on == entered:
        return NOTHING
    if calendar.between(on, entered, case.kind) > ON_TIME_DAYS:
        return phrase("Surtió efectos el {on:%d/%m/%Y}; registrado después", on=on)
    return phrase("Surte efectos el {on:%d/%m/%Y}", on=on)


def discrepancy_words(found: Mapping[str, Any]) -> Phrase:
    """What a listing says otherwise, sentence by sentence."""
    sentences = found.get("sentences") or [found.get("words") or ""]
    return chain(" ", (phrase(str(sentence)) for sentence in sentences))


def source_word(source: str) -> str:
    """The source of a case, as the origin chip says it."""
    return "SISAI 2.0" if source == Source.SISAI else spanish(Source(source))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_DETAIL else text[: LONGEST_DETAIL - 1].rstrip() + "…"
