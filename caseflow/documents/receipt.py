"""The receipt (*acuse*): one letter page with folio, key, dates and how to check the folio."""

from __future__ import annotations

from io import BytesIO

import segno

from caseflow.documents.legible import OurWords, shortened
from caseflow.documents.paper_words import (
    CUT,
    LONGEST_FACT,
    arrived_words,
    due_label,
    due_words,
)
from caseflow.documents.render import render_pdf
from caseflow.documents.spanish_dates import date_and_hour, with_weekday
from caseflow.domain.vocabulary import spanish
from caseflow.queries.papers import ReceiptSheet

PRIVACY = (
    "Los datos que proporcionó se usan únicamente para dar trámite y respuesta a este asunto. "
    "Puede pedir el aviso de privacidad y ejercer sus derechos de acceso, rectificación, "
    "cancelación y oposición en la ventanilla que le entregó este acuse."
)


def receipt_pdf(sheet: ReceiptSheet) -> bytes:
    """The receipt as a PDF of one letter page; equal sheets give equal bytes."""
    drawings = {"qr": _qr_svg(sheet.check_link)} if sheet.check_link else {}
    data = {
        "title": f"Acuse de recibo {sheet.folio}",
        "subject_line": f"Acuse de recibo del folio {sheet.folio}",
        "heading": "Acuse de recibo",
        "office": sheet.letterhead.office,
        "areas": sheet.letterhead.areas,
        "right": (
            f"Registrado el {date_and_hour(sheet.registered_at)}",
            f"{spanish(sheet.source)} · {spanish(sheet.kind)}",
        ),
        "folio": sheet.folio,
        "external_folio": sheet.external_folio,
        "key": grouped_key(sheet.key),
        "qr_alt": OurWords(f"Código QR que abre {sheet.check_page} con el folio {sheet.ref}"),
        "received": with_weekday(sheet.received_on),
        "due_label": due_label(sheet.due),
        "due": due_words(sheet.due),
        "warnings": sheet.due.warnings,
        "facts": tuple(
            (label, shortened(text, LONGEST_FACT))
            for label, text in (
                ("Asunto", sheet.subject),
                ("Lugar", sheet.place),
                ("Solicitante", sheet.petitioner),
                ("Se recibió", arrived_words(sheet.arrived)),
                ("Área responsable", sheet.desk),
            )
        ),
        "description": sheet.description,
        "cut": CUT,
        "steps": tuple(OurWords(step) for step in _steps(sheet)),
        "privacy": sheet.privacy_note or PRIVACY,
        "clerk": f"Recibió: {sheet.clerk}" if sheet.clerk else "",
    }
    return render_pdf("receipt", data, made_at=sheet.registered_at, drawings=drawings)


def grouped_key(key: str) -> str:
    """A public key in groups of four, ``K7QM-2XWP-9D``, however it was handed in."""
    plain = "".join(character for character in key if character.isalnum()).upper()
    return "-".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def _steps(sheet: ReceiptSheet) -> tuple[str, ...]:
    keep = (
        "Conserve este acuse: la clave sólo aparece aquí. Si la pierde, acuda a la ventanilla "
        "con una identificación."
    )
    window = _window(sheet)
    if sheet.check_page:
        steps = [
            f"Escanee el código con su teléfono, o abra {sheet.check_page} y escriba su folio.",
            "Escriba la clave de consulta tal como aparece arriba.",
        ]
        if window:
            steps.append(f"También puede preguntar {window}, con su folio y su clave a la mano.")
        return (*steps, keep)
    if window:
        return (f"Pregunte {window}, con su folio y su clave a la mano.", keep)
    return ("Pregunte en la ventanilla, con su folio y su clave a la mano.", keep)


def _window(sheet: ReceiptSheet) -> str:
    hours = f" ({sheet.hours})" if sheet.hours else ""
    if sheet.telephone:
        return f"al teléfono {sheet.telephone}{hours} o en la ventanilla"
    return f"en la ventanilla{hours}" if sheet.hours else ""


def _qr_svg(link: str) -> str:
    drawn = BytesIO()
    segno.make(link, error="m", micro=False).save(drawn, kind="svg", border=2, xmldecl=False)
    return drawn.getvalue().decode("utf-8")
