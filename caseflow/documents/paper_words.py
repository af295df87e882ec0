"""Phrases that more than one paper prints."""

from __future__ import annotations

from caseflow.documents.spanish_dates import in_digits, in_words, with_weekday
from caseflow.domain.vocabulary import Basis, spanish
from caseflow.queries.papers import Arrived, Due

#: Printed where a long text does not fit on its page.
CUT = "El texto continúa; la solicitud completa obra en el expediente."
#: Longest text of one fact on a paper of one page; the rest stands in the request and on screen.
LONGEST_FACT = 200


def due_label(due: Due) -> str:
    """Whose clock it is, always beside the date: law or the office's own commitment."""
    if due.basis is None:
        return "Plazo"
    if due.basis is Basis.LEGAL:
        return f"{spanish(due.basis)}: se responde a más tardar el"
    return f"{spanish(due.basis)}: se atiende a más tardar el"


def due_words(due: Due) -> str:
    """The last day with its weekday, or why there is none."""
    if due.basis is None:
        return "Sin plazo establecido"
    return with_weekday(due.on) if due.on else "En pausa, en espera de la persona"


def due_digits(due: Due) -> str:
    """The last day for a narrow box."""
    if due.basis is None:
        return "Sin plazo"
    return in_digits(due.on) if due.on else "En pausa"


def arrived_words(arrived: Arrived) -> str:
    """What came over the counter, one line a thing; empty for nothing on paper."""
    lines = [_oficio(arrived), _sheets(arrived.sheets)]
    if arrived.annexes.strip():
        lines.append(f"Anexos: {arrived.annexes.strip()}")
    return "\n".join(line for line in lines if line)


def _oficio(arrived: Arrived) -> str:
    parts = [f"Oficio {arrived.oficio_number}" if arrived.oficio_number else ""]
    if arrived.oficio_date:
        parts.append(f"de fecha {in_words(arrived.oficio_date)}")
    if arrived.oficio_sender:
        post = f", {arrived.oficio_post}" if arrived.oficio_post else ""
        parts.append(f"que firma {arrived.oficio_sender}{post}")
    words = " ".join(part for part in parts if part)
    return words if arrived.oficio_number or not words else f"Escrito {words}"


def _sheets(count: int | None) -> str:
    if not count:
        return ""
    return "1 hoja" if count == 1 else f"{count} hojas"
