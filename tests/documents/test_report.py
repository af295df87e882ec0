"""The monthly report in its four formats: the same figures, nothing that runs, the same bytes."""

from __future__ import annotations

import csv
import json
import zipfile
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest

from caseflow.documents.render import TypesettingFailed, render_long_pdf
from caseflow.documents.report_csv import report_csv, report_json
from caseflow.documents.report_pdf import MOST_ROWS, report_pdf
from caseflow.documents.report_sections import SECTIONS
from caseflow.documents.report_xlsx import report_xlsx
from caseflow.queries.report_figures import OverdueReport
from tests.documents.paper import page_texts, text_of
from tests.documents.samples import HOSTILE, WIDE, report, row, rows

FORMULA = '=HYPERLINK("http://malo.example","clic")'


def workbook(made: OverdueReport) -> Any:
    return openpyxl.load_workbook(BytesIO(report_xlsx(made)))


def cells(sheet: Any) -> list[list[Any]]:
    return [list(line) for line in sheet.iter_rows(values_only=True)]


def csv_lines(made: OverdueReport) -> list[list[str]]:
    return list(csv.reader(StringIO(report_csv(made).decode("utf-8-sig"))))


# ── The same object in every format ──────────────────────────────────────────────────────────────


def test_each_list_has_its_sheet_with_every_row() -> None:
    made = report()
    book = workbook(made)
    for section in SECTIONS:
        assert book[section.title].max_row - 1 == section.count(made)
        assert [cell.value for cell in book[section.title][1]] == [
            column.title for column in section.columns
        ]


def test_the_figures_sheet_holds_areas_and_total() -> None:
    made = report()
    found = {line[0]: line for line in cells(workbook(made)["Resumen"]) if line[0]}
    for area in made.by_area:
        assert found[area.name][1:6] == [
            area.due,
            area.met,
            area.became_overdue,
            area.answered_late,
            area.still_overdue,
        ]
        assert tuple(found[area.name][6:11]) == area.ages
    assert found["SISAI"][11] == "sin casos"
    assert found["Total"][1] == made.total.due


def test_the_csv_names_the_list_of_each_folio() -> None:
    made = report()
    header, *lines = csv_lines(made)
    assert header[:2] == ["Sección", "Folio"]
    assert {len(line) for line in lines} == {len(header)}
    for section in SECTIONS:
        assert sum(line[0] == section.title for line in lines) == section.count(made)


def test_the_csv_starts_with_a_mark_so_that_excel_reads_accents() -> None:
    assert report_csv(report()).startswith(b"\xef\xbb\xbf")


def test_the_json_reads_back_as_the_same_report() -> None:
    made = report()
    assert OverdueReport.from_json(json.loads(report_json(made))) == made


def test_the_pdf_says_the_figures_the_lists_and_the_method() -> None:
    made = report()
    text = text_of(report_pdf(made))
    for words in (
        "Reporte mensual de folios vencidos",
        "Octubre de 2026 · Dirección General de Participación Ciudadana",
        "Reporte RFV-DGPC-2026-10",
        "Mes cerrado el 03/11/2026, 07:00 h; sus cifras ya no cambian",
        "6 menos que en septiembre de 2026",
        "72 de 84 plazos a tiempo",
        "la suma de las áreas puede ser mayor que el total",
        "Siguen vencidos al 31/10/2026",
        "Remitido a la autoridad",
        "Se cargó la lista de días inhábiles",
        "alcaldia-iztacalco a1b2c3d4",
        "cdmx 9f8e7d6c",
        "Elaboró",
    ):
        assert words in text
    for one in made.still_overdue:
        assert one.folio in text


def test_an_open_month_says_that_its_figures_may_change() -> None:
    made = report(closed=False)
    assert "Cifras preliminares al 31/10/2026; no es un reporte cerrado" in text_of(
        report_pdf(made)
    )
    assert "cifras preliminares" in str(cells(workbook(made)["Resumen"]))


def test_a_second_edition_gives_its_reason() -> None:
    text = text_of(report_pdf(report(edition=2, edition_reason="Faltó la JUD de Barrios")))
    assert "RFV-DGPC-2026-10-E2" in text
    assert "Edición 2. Motivo: Faltó la JUD de Barrios" in text


def test_a_month_without_cases_prints_in_every_format() -> None:
    made = report(
        0,
        left_out=(),
        on_time=(),
        late_entries=(),
        corrections=(),
        trend=(),
        by_area=(),
        signatures=(),
    )
    text = text_of(report_pdf(made))
    assert "sin casos" in text
    assert "Ninguno." in text
    assert workbook(made)["Siguen vencidos"].max_row == 1
    assert len(csv_lines(made)) == 1


# ── Paper ────────────────────────────────────────────────────────────────────────────────────────


def test_headings_of_a_list_are_repeated_on_its_pages_and_pages_are_numbered() -> None:
    pages = page_texts(report_pdf(report(120)))
    assert len(pages) > 4
    for number, page in enumerate(pages, start=1):
        assert f"Página {number} de {len(pages)}" in page
    for page in pages[1:-1]:
        assert "Núm. Folio Asunto Área" in page


def test_signatures_never_stand_alone_on_a_page() -> None:
    for count in (0, 3, 9, 15, 21, 27, 33):
        assert "Método" in page_texts(report_pdf(report(count)))[-1]


def test_a_list_too_long_for_paper_says_where_the_rest_is() -> None:
    still = rows(MOST_ROWS + 7)
    text = text_of(report_pdf(report(still_overdue=still, became_overdue=(), answered_late=())))
    assert f"Se imprimen {MOST_ROWS} de {MOST_ROWS + 7}" in text


@pytest.mark.parametrize("typed", [HOSTILE, WIDE], ids=["hostile", "wide"])
def test_long_and_strange_subjects_do_not_stop_the_report(typed: str) -> None:
    spoiled = (row(1, subject=typed, note=typed, folio="9" * 60),)
    made = report(still_overdue=spoiled, left_out=spoiled, letterhead=(typed[:80],))
    assert "Método" in text_of(report_pdf(made))


# ── Nothing that runs ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\n=", "\uff1d"])
def test_a_subject_that_looks_like_a_formula_stays_text(start: str) -> None:
    subject = f"{start}1+1"
    made = report(still_overdue=(row(1, subject=subject),))
    sheet = workbook(made)["Siguen vencidos"]
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n", "d"}
    line = next(line for line in csv_lines(made) if line[0] == "Siguen vencidos")
    assert line[8] == f"'{subject}"


def test_the_workbook_holds_no_formula_link_macro_or_outside_address() -> None:
    made = report(still_overdue=(row(1, subject=FORMULA, note="http://malo.example"),))
    with zipfile.ZipFile(BytesIO(report_xlsx(made))) as parts:
        for name in parts.namelist():
            content = parts.read(name).decode("utf-8")
            assert "<f>" not in content or name.startswith("xl/charts/"), name
            assert "<hyperlink" not in content
            assert 'TargetMode="External"' not in content
            assert "vba" not in name.lower()


def test_the_charts_are_native_and_carry_their_values() -> None:
    made = report()
    with zipfile.ZipFile(BytesIO(report_xlsx(made))) as parts:
        charts = sorted(name for name in parts.namelist() if name.startswith("xl/charts/chart"))
        assert len(charts) == 3
        ages, areas, months = (parts.read(name).decode("utf-8") for name in charts)
    for count in made.total.ages:
        assert f"<c:v>{count}</c:v>" in ages
    assert "JUD de Barrios" in areas
    assert "oct 26" in months


def test_the_chart_points_at_the_cells_that_hold_its_values() -> None:
    made = report()
    book = workbook(made)
    for chart in book["Gráficas"]._charts:
        for series in chart.series:
            sheet, area = series.val.numRef.f.replace("'", "").split("!")
            on_sheet = [line[0].value for line in book[sheet][area.replace("$", "")]]
            assert on_sheet == [float(point.v) for point in series.val.numRef.numCache.pt]


# ── The same bytes ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("write", [report_pdf, report_xlsx, report_csv, report_json])
def test_a_report_read_back_from_its_json_gives_the_same_bytes(write: Any) -> None:
    made = report()
    again = OverdueReport.from_json(json.loads(report_json(made)))
    assert write(again) == write(made)


def test_a_failing_child_is_told_with_what_it_said() -> None:
    with pytest.raises(TypesettingFailed, match="No such file"):
        render_long_pdf("missing", {}, made_at=report().made_at)


def test_a_child_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(TypesettingFailed, match="no PDF after"):
        render_long_pdf("report", {}, made_at=report().made_at, longest_seconds=0.001)
