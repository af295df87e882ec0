"""The monthly overdue-folio report as one object: screen, XLSX, PDF, CSV and JSON read it alike.

A closed month is stored as this object's JSON and read back from it, so it carries all that a
reader needs: names as they were then, the versions of calendar and law, and every list behind a
number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any, NamedTuple

from caseflow.domain.errors import InvalidData
from caseflow.domain.phrases import N_, phrase
from caseflow.domain.vocabulary import Basis, CaseState, Kind, Source

#: Version of the stored JSON; a change of shape raises it and keeps reading the older ones.
JSON_FORMAT = 1

#: Business days late, both ends included; the last band is open.
AGE_BANDS: tuple[tuple[int, int | None], ...] = ((1, 5), (6, 10), (11, 20), (21, 40), (41, None))
AGE_LABELS: tuple[str, ...] = ("1–5", "6–10", "11–20", "21–40", N_("más de 40"))
#: What an empty compliance prints: 0 of 0 is neither 0 % nor 100 %.
NO_CASES = phrase("sin casos")

Ages = tuple[int, int, int, int, int]
#: The parts of a report that are tables of ``Figures``, and those that are lists of folios.
BREAKDOWNS = ("by_area", "by_source", "by_kind", "by_basis")
ROW_LISTS = ("became_overdue", "answered_late", "still_overdue", "left_out", "on_time")
#: Scope of a report that counts information and personal-data requests alone.
TRANSPARENCY_SCOPE = "transparency"
#: How such a report names its area.
REQUEST_WORDS = N_("{area}, información pública y datos personales")


class ReportRow(NamedTuple):
    """One folio in one list of the report; it names no person. A tuple, for there are thousands.

    ``days_late`` counts business days: to the answer where there is one, else to the cut-off.
    ``state`` is the case's at the cut-off. ``note`` says why the row stands where it stands
    (the reason for leaving it out, for instance).
    """

    ref: str
    folio: str
    source: Source
    kind: Kind
    basis: Basis
    area_codes: tuple[str, ...]
    subject: str
    received_on: date
    due_on: date
    met_on: date | None
    days_late: int
    state: CaseState
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain values; dates in ISO form."""
        return {
            "ref": self.ref,
            "folio": self.folio,
            "source": self.source.value,
            "kind": self.kind.value,
            "basis": self.basis.value,
            "area_codes": list(self.area_codes),
            "subject": self.subject,
            "received_on": self.received_on.isoformat(),
            "due_on": self.due_on.isoformat(),
            "met_on": self.met_on.isoformat() if self.met_on else None,
            "days_late": self.days_late,
            "state": self.state.value,
            "note": self.note,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ReportRow:
        """The row that ``as_json`` wrote."""
        met_on = data["met_on"]
        return cls(
            ref=data["ref"],
            folio=data["folio"],
            source=Source(data["source"]),
            kind=Kind(data["kind"]),
            basis=Basis(data["basis"]),
            area_codes=tuple(data["area_codes"]),
            subject=data["subject"],
            received_on=date.fromisoformat(data["received_on"]),
            due_on=date.fromisoformat(data["due_on"]),
            met_on=date.fromisoformat(met_on) if met_on else None,
            days_late=data["days_late"],
            state=CaseState(data["state"]),
            note=data["note"],
        )


@dataclass(frozen=True, slots=True)
class LateEntry:
    """A folio of an earlier month (``yyyy-mm``), entered after that month was closed."""

    month: str
    entered_on: date
    row: ReportRow


@dataclass(frozen=True, slots=True)
class Correction:
    """A figure of a closed month (``yyyy-mm``) that later data disproved. That report stays."""

    month: str
    ref: str
    folio: str
    recorded_on: date
    what: str
    before: str
    after: str
    cause: str


@dataclass(frozen=True, slots=True)
class AreaName:
    """An area as the tree had it in the period."""

    code: str
    name: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """A place to sign: what for, who, and in which post."""

    act: str
    name: str
    post: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of one area, source, kind or basis, or of the whole.

    ``due`` is the number of deadlines with their last day in the month, without those left out;
    ``met`` those of them notified on or before it. ``ages`` splits ``still_overdue``.
    """

    key: str
    name: str
    due: int
    met: int
    became_overdue: int
    answered_late: int
    still_overdue: int
    ages: Ages

    @property
    def compliance(self) -> Decimal | None:
        """Per cent with one decimal, rounded half up; ``None`` for 0 of 0."""
        return percentage(self.met, self.due)

    @property
    def compliance_text(self) -> str:
        return percentage_text(self.met, self.due)


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One month of the chart over the last twelve."""

    month: str
    became_overdue: int
    due: int
    met: int

    @property
    def compliance_text(self) -> str:
        return percentage_text(self.met, self.due)


@dataclass(frozen=True, slots=True)
class OverdueReport:
    """The monthly overdue report of one subtree of areas.

    ``month`` is ``yyyy-mm``; ``made_at`` local wall time of America/Mexico_City; ``cut_off`` the
    last day that counts, to its end. ``edition`` is 1, or more where a supervisor reissued it for
    ``edition_reason``. ``trend`` ends with this month. Lists come sorted as they print; ``on_time``
    holds the folios behind ``met``. ``scope`` is empty, or ``TRANSPARENCY_SCOPE``.
    """

    month: str
    office: str
    area_code: str
    area_name: str
    edition: int
    made_at: datetime
    cut_off: date
    closed: bool
    total: Figures
    by_area: tuple[Figures, ...]
    by_source: tuple[Figures, ...]
    by_kind: tuple[Figures, ...]
    by_basis: tuple[Figures, ...]
    became_overdue: tuple[ReportRow, ...]
    answered_late: tuple[ReportRow, ...]
    still_overdue: tuple[ReportRow, ...]
    left_out: tuple[ReportRow, ...]
    late_entries: tuple[LateEntry, ...]
    corrections: tuple[Correction, ...]
    areas: tuple[AreaName, ...]
    calendar_version: str
    law_version: str
    edition_reason: str = ""
    letterhead: tuple[str, ...] = ()
    trend: tuple[TrendPoint, ...] = ()
    warnings: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    on_time: tuple[ReportRow, ...] = ()
    scope: str = ""

    @property
    def number(self) -> str:
        """What people quote: ``RFV-DCC-2026-10``, with the edition from the second on."""
        kinds = "-IP" if self.scope == TRANSPARENCY_SCOPE else ""
        base = f"RFV-{self.area_code}{kinds}-{self.month}"
        return base if self.edition == 1 else f"{base}-E{self.edition}"

    @property
    def median_days_late(self) -> Decimal | None:
        """Median of the business days by which the late answers were late."""
        late = [row.days_late for row in self.answered_late]
        return Decimal(str(median(late))) if late else None

    @property
    def change(self) -> int | None:
        """How many more folios became overdue than the month before; ``None`` if unknown."""
        if len(self.trend) < 2:
            return None
        return self.total.became_overdue - self.trend[-2].became_overdue

    @property
    def sum_exceeds_total(self) -> bool:
        """Whether some folio counts in more than one area, so that the page must say why."""
        return any(
            sum(getattr(area, count) for area in self.by_area) > getattr(self.total, count)
            for count in ("due", "became_overdue", "answered_late", "still_overdue")
        )

    def area_names(self) -> dict[str, str]:
        """Names by code, as the tree had them in the period."""
        return {area.code: area.name for area in self.areas}

    def as_json(self) -> dict[str, Any]:
        """The whole report in plain values, to store and to hand out.

        ``from_json`` gives an equal report back. Derived figures (number, compliance) stand in it
        for other programs and are not read again.
        """
        return {
            "format": JSON_FORMAT,
            "report": "overdue",
            "number": self.number,
            "month": self.month,
            "office": self.office,
            "area_code": self.area_code,
            "area_name": self.area_name,
            "scope": self.scope,
            "edition": self.edition,
            "edition_reason": self.edition_reason,
            "made_at": self.made_at.isoformat(),
            "cut_off": self.cut_off.isoformat(),
            "closed": self.closed,
            "calendar_version": self.calendar_version,
            "law_version": self.law_version,
            "letterhead": list(self.letterhead),
            "warnings": list(self.warnings),
            "signatures": [asdict(signature) for signature in self.signatures],
            "areas": [asdict(area) for area in self.areas],
            "total": _figures_json(self.total),
            **{name: [_figures_json(row) for row in getattr(self, name)] for name in BREAKDOWNS},
            "trend": [asdict(point) for point in self.trend],
            **{name: [row.as_json() for row in getattr(self, name)] for name in ROW_LISTS},
            "late_entries": [
                {
                    "month": entry.month,
                    "entered_on": entry.entered_on.isoformat(),
                    "row": entry.row.as_json(),
                }
                for entry in self.late_entries
            ],
            "corrections": [
                asdict(correction) | {"recorded_on": correction.recorded_on.isoformat()}
                for correction in self.corrections
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> OverdueReport:
        """The report that ``as_json`` wrote.

        Raises ``InvalidData`` when the data is not a report of a known format or lacks a part.
        """
        if data.get("format") != JSON_FORMAT or data.get("report") != "overdue":
            raise InvalidData("El reporte guardado no tiene un formato conocido.")
        try:
            return cls(
                month=data["month"],
                office=data["office"],
                area_code=data["area_code"],
                area_name=data["area_name"],
                scope=data["scope"],
                edition=data["edition"],
                edition_reason=data["edition_reason"],
                made_at=datetime.fromisoformat(data["made_at"]),
                cut_off=date.fromisoformat(data["cut_off"]),
                closed=data["closed"],
                calendar_version=data["calendar_version"],
                law_version=data["law_version"],
                letterhead=tuple(data["letterhead"]),
                warnings=tuple(data["warnings"]),
                signatures=tuple(Signature(**row) for row in data["signatures"]),
                areas=tuple(AreaName(**row) for row in data["areas"]),
                total=_figures(data["total"]),
                trend=tuple(TrendPoint(**row) for row in data["trend"]),
                late_entries=tuple(
                    LateEntry(
                        month=row["month"],
                        entered_on=date.fromisoformat(row["entered_on"]),
                        row=ReportRow.from_json(row["row"]),
                    )
                    for row in data["late_entries"]
                ),
                corrections=tuple(
                    Correction(**{**row, "recorded_on": date.fromisoformat(row["recorded_on"])})
                    for row in data["corrections"]
                ),
                by_area=_breakdown(data, "by_area"),
                by_source=_breakdown(data, "by_source"),
                by_kind=_breakdown(data, "by_kind"),
                by_basis=_breakdown(data, "by_basis"),
                became_overdue=_rows(data, "became_overdue"),
                answered_late=_rows(data, "answered_late"),
                still_overdue=_rows(data, "still_overdue"),
                left_out=_rows(data, "left_out"),
                on_time=_rows(data, "on_time"),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidData("El reporte guardado está incompleto: {part}.", part=error) from error


def _breakdown(data: Mapping[str, Any], key: str) -> tuple[Figures, ...]:
    return tuple(_figures(row) for row in data[key])


def _rows(data: Mapping[str, Any], key: str) -> tuple[ReportRow, ...]:
    return tuple(ReportRow.from_json(row) for row in data[key])


def _figures_json(figures: Figures) -> dict[str, Any]:
    compliance = figures.compliance
    return asdict(figures) | {
        "ages": list(figures.ages),
        "compliance": None if compliance is None else float(compliance),
    }


def _figures(data: Mapping[str, Any]) -> Figures:
    stored = {name: value for name, value in data.items() if name != "compliance"}
    first, second, third, fourth, fifth = data["ages"]
    return Figures(**{**stored, "ages": (first, second, third, fourth, fifth)})


def percentage(part: int, whole: int) -> Decimal | None:
    """``part`` of ``whole`` in per cent, one decimal, half up; ``None`` for 0 of 0."""
    if whole == 0:
        return None
    return (Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def percentage_text(part: int, whole: int) -> str:
    """``87.4 %``, or the words for 0 of 0."""
    value = percentage(part, whole)
    return NO_CASES if value is None else f"{value} %"


def age_band(days_late: int) -> int:
    """Index into ``AGE_BANDS`` of a lateness of at least one business day.

    A folio that fell due on the last business day before a rest is overdue with no business day
    behind it yet: it counts in the first band.
    """
    for index, (_, last) in enumerate(AGE_BANDS):
        if last is None or days_late <= last:
            return index
    raise AssertionError("the last band is open")


def ages_of(rows: Iterable[ReportRow]) -> Ages:
    """How many rows fall in each band of ``AGE_BANDS``."""
    counts = [0, 0, 0, 0, 0]
    for row in rows:
        counts[age_band(row.days_late)] += 1
    first, second, third, fourth, fifth = counts
    return (first, second, third, fourth, fifth)
