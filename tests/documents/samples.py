"""Papers and reports to print in tests: plain ones, and ones that try to spoil the page."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

from caseflow.domain.vocabulary import Basis, CaseState, Kind, Source, spanish
from caseflow.queries.papers import Arrived, Due, Letterhead, ReceiptSheet, SlipSheet
from caseflow.queries.report_figures import (
    AreaName,
    Correction,
    Figures,
    LateEntry,
    OverdueReport,
    ReportRow,
    TrendPoint,
    ages_of,
)

LETTERHEAD = Letterhead("Alcaldía Iztacalco", ("Dirección General de Participación Ciudadana",))
#: 4,000 characters: markup of typst and HTML, emoji, other scripts, controls, a decomposed Ñ.
HOSTILE = (
    'Árbol «seco» & <b>peligro</b> #read("house.typ") $x^2$ *a* _b_ @c \\ \U0001f600 漢字 '
    "N\u0303andu \x07\x1b[0m \u202e\u200d\ttab\r\n\r\n\r\n\r\n" * 60
)[:4000]
WIDE = "W" * 4000

AREAS = (
    ("DCC", "Dirección de Concertación Ciudadana"),
    ("JUD-BAR", "JUD de Barrios"),
    ("JUD-AMC", "JUD de Atención y Mediación Comunitaria"),
)


def receipt(**changes: Any) -> ReceiptSheet:
    facts: dict[str, Any] = {
        "letterhead": LETTERHEAD,
        "ref": "CESAC-2026-000123",
        "folio": "CESAC-2026-000123",
        "key": "K7QM2XWP9D",
        "kind": Kind.SERVICE,
        "source": Source.CESAC,
        "registered_at": datetime(2026, 11, 23, 10, 42),
        "received_on": date(2026, 11, 23),
        "due": Due(date(2027, 1, 27), Basis.COMMITMENT),
        "subject": "Poda de árbol",
        "place": "Sur 16 núm. 214, Agrícola Oriental",
        "description": "Solicito la poda de un fresno que toca los cables.",
        "petitioner": "María Guadalupe Ñuño Peña",
        "arrived": Arrived(3, "1 USB", "ACO/114/2026", date(2026, 11, 20), "Joaquín Ávila", ""),
        "telephone": "55 5654 3133",
        "hours": "lunes a viernes de 9:00 a 15:00 h",
    }
    return ReceiptSheet(**{**facts, **changes})


def slip(**changes: Any) -> SlipSheet:
    facts: dict[str, Any] = {
        "letterhead": LETTERHEAD,
        "ref": "SUAC-2441009",
        "folio": "2441009",
        "kind": Kind.SERVICE,
        "source": Source.SUAC,
        "area_code": "JUD-AMC",
        "area_name": "JUD de Atención y Mediación Comunitaria",
        "head": "Beatriz Ocaña Güereca",
        "instruction": "Atender en campo e informar.",
        "subject": "Poda de árbol",
        "received_on": date(2026, 11, 23),
        "routed_at": datetime(2026, 11, 24, 11, 5),
        "target_on": date(2026, 12, 7),
        "due": Due(date(2027, 1, 27), Basis.COMMITMENT),
        "sender": "Héctor Villaseñor Luna",
        "place": "Sur 16 núm. 214",
        "description": "Solicito la poda de un fresno.",
    }
    return SlipSheet(**{**facts, **changes})


def row(number: int = 1, **changes: Any) -> ReportRow:
    facts: dict[str, Any] = {
        "ref": f"SUAC-{2440000 + number}",
        "folio": str(2440000 + number),
        "source": Source.SUAC,
        "kind": Kind.SERVICE,
        "basis": Basis.COMMITMENT,
        "area_codes": ("JUD-BAR",),
        "subject": "Bacheo",
        "received_on": date(2026, 8, 31),
        "due_on": date(2026, 10, 20),
        "met_on": None,
        "days_late": 9,
        "state": CaseState.ROUTED,
    }
    return ReportRow(**{**facts, **changes})


def rows(count: int, seed: int = 5) -> tuple[ReportRow, ...]:
    draw = random.Random(seed)
    made = []
    for number in range(count):
        due_on = date(2026, 10, 1) + timedelta(days=draw.randrange(30))
        late = draw.random() < 0.4
        made.append(
            row(
                number,
                due_on=due_on,
                met_on=due_on + timedelta(days=9) if late else None,
                days_late=draw.randrange(1, 60),
                area_codes=tuple(draw.sample([code for code, _ in AREAS], draw.choice([1, 1, 2]))),
            )
        )
    return tuple(made)


def figures(key: str, name: str, counted: tuple[ReportRow, ...]) -> Figures:
    still = [one for one in counted if one.met_on is None]
    return Figures(
        key,
        name,
        due=7 * len(counted),
        met=6 * len(counted),
        became_overdue=len(counted),
        answered_late=len(counted) - len(still),
        still_overdue=len(still),
        ages=ages_of(still),
    )


def report(count: int = 12, **changes: Any) -> OverdueReport:
    """October 2026 with ``count`` folios that became overdue, some counted by two areas."""
    became = rows(count)
    facts: dict[str, Any] = {
        "month": "2026-10",
        "office": "Alcaldía Iztacalco",
        "area_code": "DGPC",
        "area_name": "Dirección General de Participación Ciudadana",
        "edition": 1,
        "made_at": datetime(2026, 11, 3, 7, 0),
        "cut_off": date(2026, 10, 31),
        "closed": True,
        "total": figures("", "Total", became),
        "by_area": tuple(
            figures(code, name, tuple(one for one in became if code in one.area_codes))
            for code, name in AREAS
        ),
        "by_source": (figures("SUAC", "SUAC", became), figures("SISAI", "SISAI", ())),
        "by_kind": (figures("service", spanish(Kind.SERVICE), became),),
        "by_basis": (figures("commitment", spanish(Basis.COMMITMENT), became),),
        "became_overdue": became,
        "answered_late": tuple(one for one in became if one.met_on),
        "still_overdue": tuple(one for one in became if not one.met_on),
        "left_out": (row(901, state=CaseState.REFERRED, note="Remitido a la autoridad"),),
        "on_time": (row(903, met_on=date(2026, 10, 19), days_late=0, state=CaseState.ANSWERED),),
        "late_entries": (LateEntry("2026-09", date(2026, 10, 9), row(902)),),
        "corrections": (
            Correction(
                "2026-09",
                "SUAC-9",
                "9",
                date(2026, 10, 12),
                "Último día",
                "14/09/2026",
                "21/09/2026",
                "Se cargó la lista de días inhábiles",
            ),
        ),
        "areas": tuple(AreaName(code, name, "DGPC") for code, name in AREAS),
        "calendar_version": "alcaldia-iztacalco a1b2c3d4",
        "law_version": "cdmx 9f8e7d6c",
        "letterhead": ("Dirección General de Participación Ciudadana",),
        "trend": (
            TrendPoint("2026-09", count + 6, 70, 60),
            TrendPoint("2026-10", count, 7 * count, 6 * count),
        ),
    }
    return OverdueReport(**{**facts, **changes})
