"""The list behind each number of the monthly report, narrowed as the number was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from caseflow.queries.report_figures import OverdueReport, ReportRow, age_band

Rows = tuple[ReportRow, ...]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a number is about; empty: all. ``band`` counts from 0, as in ``AGE_BANDS``."""

    area: str = ""
    source: str = ""
    kind: str = ""
    basis: str = ""
    band: int | None = None

    def admits(self, row: ReportRow) -> bool:
        return (
            (not self.area or self.area in row.area_codes)
            and (not self.source or self.source == row.source)
            and (not self.kind or self.kind == row.kind)
            and (not self.basis or self.basis == row.basis)
            and (self.band is None or self.band == age_band(row.days_late))
        )


def due_rows(report: OverdueReport) -> Rows:
    """The folios behind ``due``: met in time or not, without those left out."""
    outside = {(row.ref, row.due_on) for row in report.left_out}
    late = [row for row in report.became_overdue if (row.ref, row.due_on) not in outside]
    return tuple(sorted((*report.on_time, *late), key=lambda row: (row.due_on, row.ref)))


#: Each number of the report → its list.
BEHIND: Mapping[str, Callable[[OverdueReport], Rows]] = {
    "still_overdue": lambda report: report.still_overdue,
    "became_overdue": lambda report: report.became_overdue,
    "answered_late": lambda report: report.answered_late,
    "due": due_rows,
    "met": lambda report: report.on_time,
    "left_out": lambda report: report.left_out,
}


def rows_behind(report: OverdueReport, number: str, narrowing: Narrowing) -> Rows:
    """The rows that a number counts; as many as it says."""
    return tuple(row for row in BEHIND[number](report) if narrowing.admits(row))
