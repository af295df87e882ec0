"""The certificate of a count (*constancia de cómputo*): why a term ends on its day, as evidence.

One page that says it and by which rules, then the annexes: the calendar of the count and each day
with its reason and source. No personal data: folio and dates only.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from caseflow.documents.count_sheet import CountSheet, short_day
from caseflow.documents.count_weeks import CalendarDay, weeks
from caseflow.documents.render import render_pdf
from caseflow.documents.spanish_dates import date_and_hour, in_digits
from caseflow.domain.vocabulary import SPANISH, Kind, Mark, Source, spanish
from caseflow.queries.papers import Letterhead

#: What the statement calls the matter of a case.
_MATTERS = {
    Kind.SERVICE: "una solicitud de servicio",
    Kind.INFORMATION: "una solicitud de acceso a la información pública",
    Kind.PERSONAL_DATA: "una solicitud de derechos sobre datos personales",
}


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says beside the count. ``made_at`` is local wall time."""

    letterhead: Letterhead
    sheet: CountSheet
    made_at: dt.datetime
    made_by: str


def certificate_pdf(certificate: Certificate) -> bytes:
    """The certificate as an accessible PDF of letter size; equal certificates give equal bytes."""
    sheet = certificate.sheet
    case = sheet.case
    data = {
        "title": f"Constancia de cómputo {case.ref}",
        "subject_line": f"Por qué vence ese día el folio {case.folio}",
        "office": certificate.letterhead.office,
        "areas": certificate.letterhead.areas,
        "right": (f"Expedida el {date_and_hour(certificate.made_at)}",),
        "folio": case.folio,
        "statement": _statement(sheet),
        "headline": sheet.title,
        "text": sheet.text,
        "facts": _facts(sheet),
        "stages": [(stage.label, stage.date, stage.note or "") for stage in sheet.stages],
        "warnings": sheet.warnings,
        "moved": sheet.moved,
        "follows": sheet.follows,
        "acts": [(in_digits(event.on), event.text) for event in sheet.told.events],
        "rules": [
            (
                rule.name,
                rule.value,
                rule.source,
                SPANISH.get(Mark(rule.mark), "") if rule.mark else "",
            )
            for rule in sheet.rules
        ],
        "weeks": [
            {
                "month": week.month if week.month_shown else "",
                "days": [_cell(day) for day in week.days],
            }
            for week in weeks(sheet.told, dt.date.max)
        ],
        "days": [
            (
                short_day(line.on),
                str(line.number) if line.counted else "—",
                line.reason,
                line.source,
                line.phase if line.counted else "skipped",
            )
            for line in sheet.told.days
        ],
        "counted": len(sheet.told.counted),
        "body": sheet.calendar.body,
        "digest": count_digest(sheet),
        "made_by": certificate.made_by,
    }
    return render_pdf("certificate", data, made_at=certificate.made_at)


def count_digest(sheet: CountSheet) -> str:
    """SHA-256 of the count itself: two papers with the same digest say the same days."""
    told = json.dumps(sheet.told.as_json(), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{sheet.case.ref}\n{told}".encode()).hexdigest()


def _statement(sheet: CountSheet) -> str:
    case = sheet.case
    return (
        f"Se hace constar el cómputo del plazo «{sheet.step}» del folio {case.folio}, "
        f"{_MATTERS[Kind(case.kind)]}, día por día, con la fuente de cada día que no se cuenta."
    )


def _facts(sheet: CountSheet) -> tuple[tuple[str, str], ...]:
    case, deadline = sheet.case, sheet.deadline
    return (
        ("Folio", case.folio),
        ("Referencia", case.ref if case.ref != case.folio else ""),
        ("Origen", spanish(Source(case.source))),
        ("Plazo", f"{sheet.basis} · {sheet.step}"),
        ("Recepción oficial" if deadline.governing else "Empieza", in_digits(deadline.received_on)),
        (
            "Recepción inferida",
            "Sí: la fecha se tomó de la solicitud" if case.received_inferred else "",
        ),
        ("Último día", in_digits(deadline.due_on) or "En pausa"),
        ("Último día rectificado", in_digits(deadline.due_on_rectified)),
        ("Se cumplió", in_digits(deadline.met_on)),
    )


def _cell(day: CalendarDay) -> dict[str, Any]:
    return {
        "number": str(day.number),
        "kind": day.kind,
        "count": "" if day.count is None else str(day.count),
        "title": day.title or "",
        "text": day.text or "",
    }
