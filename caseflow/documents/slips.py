"""The turn slips (*volantes de turno*): one page each, as many as were routed in one run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from caseflow.documents.legible import shortened
from caseflow.documents.paper_words import (
    CUT,
    LONGEST_FACT,
    arrived_words,
    due_digits,
)
from caseflow.documents.render import render_pdf
from caseflow.documents.spanish_dates import date_and_hour, in_digits
from caseflow.domain.errors import MissingData
from caseflow.domain.vocabulary import Basis, spanish
from caseflow.queries.papers import SlipSheet

#: Longest instruction: with all facts at their longest the page keeps room for the seal.
LONGEST_INSTRUCTION = 1000


def slips_pdf(sheets: Sequence[SlipSheet]) -> bytes:
    """One PDF with a page per slip, in the order given; equal sheets give equal bytes.

    Raises ``MissingData`` when there is no slip to print.
    """
    if not sheets:
        raise MissingData("No hay volantes que imprimir: elija al menos un turno.")
    first = sheets[0]
    title = (
        f"Volante de turno {first.folio}"
        if len(sheets) == 1
        else f"Volantes de turno ({len(sheets)})"
    )
    data = {
        "title": title,
        "subject_line": title,
        "office": first.letterhead.office,
        "sheets": [_page(sheet) for sheet in sheets],
    }
    return render_pdf("slips", data, made_at=max(sheet.routed_at for sheet in sheets))


def _page(sheet: SlipSheet) -> dict[str, Any]:
    due = sheet.due
    return {
        "office": sheet.letterhead.office,
        "areas": sheet.letterhead.areas,
        "right": (f"Turnado el {date_and_hour(sheet.routed_at)}",),
        "heading": "Volante de turno",
        "folio": sheet.folio,
        "kind": spanish(sheet.kind),
        "source": f"Origen: {spanish(sheet.source)}",
        "received": in_digits(sheet.received_on),
        "routed": in_digits(sheet.routed_at),
        "target": in_digits(sheet.target_on) or "Sin meta",
        "target_note": "para contestar el turno" if sheet.target_on else "",
        "due_label": spanish(due.basis) if due.basis else "Plazo",
        "due": due_digits(due),
        "due_note": _due_note(sheet),
        "warnings": due.warnings,
        "to_area": sheet.area_name,
        "to_head": f"{sheet.head or 'Titular de la unidad'} · {sheet.area_code}",
        "sender": sheet.sender,
        "sender_post": sheet.sender_post,
        "instruction": shortened(sheet.instruction, LONGEST_INSTRUCTION) or "Para su atención.",
        "facts": tuple(
            (label, shortened(text, LONGEST_FACT))
            for label, text in (
                ("Folio de origen", sheet.external_folio),
                ("Asunto", sheet.subject),
                ("Lugar", sheet.place),
                ("Solicitante", sheet.petitioner),
                ("Contacto", sheet.contact),
                ("Se acompaña", arrived_words(sheet.arrived)),
                ("También se turnó a", "; ".join(sheet.other_areas)),
                ("Regla de turno", sheet.rule),
            )
        ),
        "description": sheet.description,
        "cut": CUT,
    }


def _due_note(sheet: SlipSheet) -> str:
    if sheet.due.basis is None or sheet.due.on is None:
        return ""
    if sheet.due.basis is Basis.LEGAL:
        return "último día para responder"
    return "último día para atender"
