"""The report as an object: percentages, ages, and the way to JSON and back."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from caseflow.domain.errors import InvalidData
from caseflow.queries.report_figures import (
    AGE_BANDS,
    BREAKDOWNS,
    ROW_LISTS,
    Figures,
    OverdueReport,
    Signature,
    age_band,
    ages_of,
    percentage,
    percentage_text,
)
from tests.documents.samples import report, row


@pytest.mark.parametrize(
    ("met", "due", "words"),
    [(305, 349, "87.4 %"), (0, 0, "sin casos"), (0, 3, "0.0 %"), (3, 3, "100.0 %")],
)
def test_compliance_is_met_of_due_and_nothing_of_nothing_is_no_cases(
    met: int, due: int, words: str
) -> None:
    assert percentage_text(met, due) == words
    assert Figures("", "", due, met, 0, 0, 0, (0, 0, 0, 0, 0)).compliance_text == words


def test_compliance_rounds_half_up() -> None:
    assert percentage(1, 16) == Decimal("6.3")


@pytest.mark.parametrize(
    ("days_late", "band"),
    [
        (0, 0),
        (1, 0),
        (5, 0),
        (6, 1),
        (10, 1),
        (11, 2),
        (20, 2),
        (21, 3),
        (40, 3),
        (41, 4),
        (999, 4),
    ],
)
def test_each_lateness_has_one_band(days_late: int, band: int) -> None:
    assert age_band(days_late) == band


def test_bands_follow_one_another_without_gap() -> None:
    for (_, last), (first, _) in pairwise(AGE_BANDS):
        assert last is not None
        assert first == last + 1


def test_ages_count_every_row_once() -> None:
    rows = [row(days_late=days) for days in (1, 5, 6, 20, 41, 90)]
    assert ages_of(rows) == (2, 1, 1, 0, 2)


def test_the_median_is_that_of_the_late_answers() -> None:
    late = tuple(row(met_on=date(2026, 10, 30), days_late=days) for days in (1, 4, 9, 10))
    assert report(answered_late=late).median_days_late == Decimal("6.5")
    assert report(answered_late=()).median_days_late is None


def test_the_number_names_area_month_and_later_editions() -> None:
    assert report().number == "RFV-DGPC-2026-10"
    assert report(edition=2).number == "RFV-DGPC-2026-10-E2"


def test_a_folio_of_two_areas_makes_the_sum_exceed_the_total() -> None:
    made = report()
    assert made.sum_exceeds_total
    assert not report(by_area=(made.total,)).sum_exceeds_total


def test_a_report_survives_the_way_to_json_and_back() -> None:
    made = report(
        edition=2,
        edition_reason="Faltó un área",
        warnings=("Sin lista de 2027",),
        signatures=(Signature("Elaboró", "Ana Ñ", "Enlace"),),
        closed=False,
    )
    assert OverdueReport.from_json(json.loads(json.dumps(made.as_json()))) == made


def test_every_table_and_list_of_the_report_is_in_its_json() -> None:
    data = report().as_json()
    for name in (*BREAKDOWNS, *ROW_LISTS, "late_entries", "corrections", "trend", "areas"):
        assert data[name], name


def test_json_of_another_kind_or_with_a_part_missing_is_refused() -> None:
    with pytest.raises(InvalidData, match="formato conocido"):
        OverdueReport.from_json({"format": 99, "report": "overdue"})
    for name in ("total", "still_overdue", "corrections", "made_at"):
        data = report().as_json()
        del data[name]
        with pytest.raises(InvalidData, match="incompleto"):
            OverdueReport.from_json(data)
