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
from caseflow.domain.vocabulary import Channel, Kind, Outcome, ReopenGround, Source, spanish
from caseflow.queries.case_page import CasePage, EventRow
from caseflow.queries.reference import Tree

#: An event is "registrado después" when entered more than this many business days after it counts.
ON_TIME_DAYS = 1
#: Longer texts of a line are cut: the whole text stands elsewhere on the page.
LONGEST_DETAIL = 400

_BEHALF: Mapping[str, str] = {
    OnBehalf.ABSENCE: "por ausencia de la persona titular",
    OnBehalf.INSTRUCTION: "por instrucción de la persona titular",
    OnBehalf.ACTING: "encargado del despacho",
}

_ENDINGS: Mapping[str, str] = {
    "closed": "Concluido",
    "rule72": "Cerrado por regla de 72 h, sin confirmación del listado",
    "window": "Concluido: venció el plazo para interponer recurso",
    "listing": "Concluido por el listado",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line as the page shows it. ``tone``: '' | 'late' | 'clock' | 'start'."""

    at: str
    date: str
    time: str
    title: str
    detail: str
    effect: str
    tone: str = ""

    @property
    def line(self) -> str:
        """The short form of the preview pane."""
        return " · ".join(part for part in (f"{self.date} {self.time}", self.detail) if part)


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
        return self.tree.name(turn.area_id) if turn is not None else "El área"

    def areas(self, ids: Any) -> str:
        return joined([self.tree.name(area_id) for area_id in ids or ()])

    def day(self, name: str) -> str:
        return digits(self.data.get(name))

    def person(self, name: str) -> str:
        return self.page.name(self.data.get(name))


def joined(words: list[str]) -> str:
    """``a, b y c``."""
    if len(words) < 2:
        return "".join(words)
    last = words[-1]
    link = "e" if last.lower().startswith(("i", "hi")) else "y"
    return f"{', '.join(words[:-1])} {link} {last}"


def digits(day: Any) -> str:
    """``23/11/2026`` of a date, or of its ISO form as events hold it; empty for none."""
    if not day:
        return ""
    return f"{day if isinstance(day, dt.date) else dt.date.fromisoformat(str(day)[:10]):%d/%m/%Y}"


def _routed(told: _Told) -> str:
    areas = told.data.get("areas") or ()
    if len(areas) > 3:
        return f"Turnado a {len(areas)} áreas"
    return f"Turnado a {told.areas(areas)}"


def _extended(told: _Told) -> str:
    return f"Plazo ampliado: del {told.day('before')} al {told.day('after')}"


def _answered(told: _Told) -> str:
    return f"Respondido: {_word(Outcome, told.data.get('outcome'))}"


def _reopened(told: _Told) -> str:
    return f"Reabierto: {_word(ReopenGround, told.data.get('ground')).lower()}"


def _corrected(told: _Told) -> str:
    row = CORRECTABLE.get(str(told.data.get("field")))
    return f"Se corrigió: {row.label.lower() if row else 'un dato'}"


def _word(names: type[StrEnum], value: Any) -> str:
    return spanish(names(value)) if value in list(names) else "—"


#: What each event is called, a sentence or how to make it, and its tone.
_TITLES: Mapping[str, tuple[str | Callable[[_Told], str], str]] = {
    "captured": (lambda t: f"Capturado: {_word(Channel, t.data.get('channel'))}", "start"),
    "imported": ("Recibido por importación", "start"),
    "listing": ("El listado actualizó el asunto", ""),
    "discrepancy": ("El listado dice otra cosa", "clock"),
    "settle": ("Se resolvió la discrepancia con el listado", ""),
    "route": (_routed, ""),
    "first_answer": ("Primera respuesta a la persona", ""),
    "request_clarification": ("Se previno a la persona", "clock"),
    "receive_clarification": ("La persona desahogó la prevención", "clock"),
    "notify_cost": ("Se notificó el costo de reproducción", "clock"),
    "record_payment": ("La persona acreditó el pago", "clock"),
    "lapse": ("Se tuvo por no presentada", ""),
    "extend": (_extended, "clock"),
    "refer_part": (lambda t: f"Competencia parcial de {t.data.get('authority', '—')}", ""),
    "refer": (lambda t: f"Remitido a {t.data.get('authority', '—')}", ""),
    "answer": (_answered, ""),
    "complete_answer": ("Respuesta complementaria", ""),
    "desist": ("La persona se desistió", ""),
    "close": (lambda t: _ENDINGS.get(str(t.data.get("ending")), "Concluido"), ""),
    "reopen": (_reopened, "clock"),
    "correct": (_corrected, ""),
    "link": ("Se vinculó con otro folio", ""),
    "unlink": ("Se desvinculó de otro folio", ""),
    "hand_over": (lambda t: f"La mesa pasó a {t.tree.name(t.data.get('area'))}", ""),
    "note": ("Nota interna", ""),
    "attach": (
        lambda t: (
            "Se agregó un archivo"
            if len(t.data.get("files") or ()) == 1
            else f"Se agregaron {len(t.data.get('files') or ())} archivos"
        ),
        "",
    ),
    "cancel": ("Cancelado", ""),
    "accept": (lambda t: f"{t.area} aceptó su turno", ""),
    "assign": (lambda t: f"{t.area}: turno asignado a {t.person('person')}", ""),
    "draft": (lambda t: f"{t.area} preparó su respuesta; falta la firma", ""),
    "return": (lambda t: f"{t.area} devolvió su turno", "late"),
    "reassign": (lambda t: f"Turno reasignado de {t.area} a {t.tree.name(t.data.get('area'))}", ""),
    "withdraw": (lambda t: f"Quedó sin efecto el turno de {t.area}", ""),
    "reply": (lambda t: f"{t.area} contestó su turno", ""),
    "send_back": (lambda t: f"Se regresó su respuesta a {t.area}", "late"),
    "share_reply": (lambda t: f"La respuesta de {t.area} se comparte con las demás áreas", ""),
    "became_overdue": ("Venció el plazo sin respuesta", "late"),
    "due_soon": ("El plazo está por vencer", "clock"),
    "target_missed": (lambda t: f"Meta interna rebasada: {t.area}", "late"),
    "key_issued": ("Se entregó una clave de consulta nueva", ""),
    "redated": ("Se volvió a contar el plazo", "clock"),
    "restructured": (
        lambda t: (
            f"Reestructura: lo de {t.tree.name(t.data.get('from'))} pasó a "
            f"{t.tree.name(t.data.get('to'))}"
        ),
        "",
    ),
    "released": (lambda t: f"{t.area}: su turno quedó sin asignar", ""),
    "access": ("Se mostraron los datos de la persona", ""),
}

KNOWN = frozenset(_TITLES)


def _texts(*names: str) -> Callable[[_Told], str]:
    """The texts of the form, in this order."""
    return lambda told: " · ".join(str(told.data[name]) for name in names if told.data.get(name))


def _route_detail(told: _Told) -> str:
    rule = told.data.get("rule")
    parts = [f"Regla: {rule}" if rule else "", str(told.data.get("instruction") or "")]
    mine = told.page.sight.areas & set(told.data.get("areas") or ())
    return " · ".join(filter(None, parts)) if told.page.sight.desk or mine else ""


def _correct_detail(told: _Told) -> str:
    row = CORRECTABLE.get(str(told.data.get("field")))
    reason = str(told.data.get("reason") or "")
    if row is None or row.person:  # personal data never stands in a history
        return reason
    before, after = told.data.get("before"), told.data.get("after")
    if row.shape == "kind":
        before, after = _word(Kind, before), _word(Kind, after)
    return f"Decía «{before or 'vacío'}»; dice «{after}». {reason}"


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
    return f"{file}, renglón {row}" if file and row else str(file or "")


def _discrepancy_detail(told: _Told) -> str:
    return str(told.data.get("words") or "") if told.page.sight.desk else ""


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
    "became_overdue": lambda t: f"Era el {t.day('due_on')}",
    "due_soon": lambda t: f"Vence el {t.day('due_on')}",
    "target_missed": lambda t: f"La meta era el {t.day('target_on')}; no mueve el plazo",
}


def tell(page: CasePage, tree: Tree, calendar: Calendar) -> tuple[Line, ...]:
    """The lines of the history that the reader may see, newest first.

    What belongs to a turn that is closed to the reader keeps its title and loses its text.
    """
    return tuple(_line(_Told(event, page, tree), calendar) for event in page.events)


def _line(told: _Told, calendar: Calendar) -> Line:
    event, page = told.event, told.page
    title, tone = _TITLES.get(event.action, ("Movimiento registrado", ""))
    wall = local(event.entered_at)
    detail = ""
    if event.action in _DETAILS and page.sight.turn(event.turn_number):
        detail = _cut(_DETAILS[event.action](told))
    who = page.name(event.actor_id)
    if behalf := _BEHALF.get(event.on_behalf or ""):
        who = f"{who}, {behalf}"
    return Line(
        at=wall.isoformat(timespec="minutes"),
        date=f"{wall:%d/%m/%Y}",
        time=f"{wall:%H:%M}",
        title=title if isinstance(title, str) else title(told),
        detail=" · ".join(filter(None, (who, detail))),
        effect=_effect(told, wall, calendar),
        tone=tone,
    )


def _effect(told: _Told, wall: dt.datetime, calendar: Calendar) -> str:
    """When it counts, where that is another day than the one it was entered on."""
    event, case = told.event, told.page.case
    on, entered = event.effective_on, wall.date()
    if event.action in ("captured", "imported"):
        filed = local(case.filed_at)
        hour = f" a las {filed:%H:%M} h" if case.filed_has_hour else ""
        return f"Presentado el {filed:%d/%m/%Y}{hour}; recepción oficial el {on:%d/%m/%Y}"
    if event.action in ("became_overdue", "target_missed"):
        return f"Ocurrió al terminar el {on:%d/%m/%Y}"
    if on == entered:
        return ""
    if calendar.between(on, entered, case.kind) > ON_TIME_DAYS:
        return f"Surtió efectos el {on:%d/%m/%Y}; registrado después"
    return f"Surte efectos el {on:%d/%m/%Y}"


def source_word(source: str) -> str:
    """The source of a case, as the origin chip says it."""
    return "SISAI 2.0" if source == Source.SISAI else spanish(Source(source))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_DETAIL else text[: LONGEST_DETAIL - 1].rstrip() + "…"
