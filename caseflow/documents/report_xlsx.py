"""The monthly overdue report as a workbook: figures, native charts, and a sheet for each list."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from xlsxwriter.worksheet import Worksheet

from caseflow.documents.cells import Column
from caseflow.documents.report_sections import (
    BREAKDOWNS,
    FIGURE_COLUMNS,
    OVERLAP_WORDS,
    SECTIONS,
    TITLE,
    figure_cells,
    headline,
    method_words,
    status_words,
)
from caseflow.documents.spanish_dates import month_short
from caseflow.documents.workbook import Book, list_sheet, open_book, write_table
from caseflow.queries.report_figures import AGE_LABELS, OverdueReport

FIGURES_SHEET = "Resumen"
CHARTS_SHEET = "Gráficas"
GUINDA = "#9F2241"
GOLD = "#C9B28A"
#: Yellow to dark red, the colours of the ages on screen and paper.
AGE_COLOURS = ("#E3BE3C", "#DE7F2B", "#CE5B28", "#B3261E", "#7A1414")
#: Bars of a chart beyond this cannot be told apart: the areas with most overdue folios stay.
MOST_AREAS = 20


def report_xlsx(report: OverdueReport) -> bytes:
    """The workbook; equal reports give equal bytes. Text of folios is never a formula."""
    target = BytesIO()
    with open_book(
        target, title=f"{TITLE} {report.number}", author=report.office, made_at=report.made_at
    ) as book:
        _figures(book, report)
        _charts(book, report)
        for section in SECTIONS:
            list_sheet(book, section.title, section.columns, section.rows(report))
        _method(book, report)
    return target.getvalue()


def _figures(book: Book, report: OverdueReport) -> None:
    sheet = book.sheet(FIGURES_SHEET)
    sheet.set_column(0, 0, 46)
    for index, column in enumerate(FIGURE_COLUMNS, start=1):
        sheet.set_column(index, index, column.width)
    sheet.write_string(0, 0, TITLE, book.title)
    sheet.write_string(1, 0, f"{report.office} · {headline(report)}", book.note)
    sheet.write_string(2, 0, f"{report.number} · {status_words(report)}", book.note)
    row = 4
    for breakdown in BREAKDOWNS:
        sheet.write_string(row, 0, breakdown.title, book.title)
        row = write_table(
            book,
            sheet,
            (Column(breakdown.first_column), *FIGURE_COLUMNS),
            ((figures.name, *figure_cells(figures)) for figures in getattr(report, breakdown.key)),
            first_row=row + 1,
            total=("Total", *figure_cells(report.total)),
        )
        if breakdown.overlaps:
            sheet.write_string(row, 0, OVERLAP_WORDS, book.note)
            row += 1
        row += 1


def _charts(book: Book, report: OverdueReport) -> None:
    """The data of the charts, and over it the charts, which Excel keeps as its own."""
    sheet = book.sheet(CHARTS_SHEET)
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 4, 14)
    ages = [list(pair) for pair in zip(AGE_LABELS, report.total.ages, strict=True)]
    areas = [
        [area.name, area.became_overdue, area.still_overdue]
        for area in sorted(report.by_area, key=lambda area: -area.still_overdue)[:MOST_AREAS]
    ]
    months = [
        [f"{month_short(point.month)} {point.month[2:4]}", point.became_overdue]
        for point in report.trend
    ]
    row = _chart_data(book, sheet, 0, ("Antigüedad (d. háb.)", "Siguen vencidos"), ages)
    row = _chart_data(book, sheet, row, ("Área", "Vencieron", "Siguen vencidos"), areas)
    _chart_data(book, sheet, row, ("Mes", "Vencieron"), months)
    area_row = len(ages) + 2
    month_row = area_row + len(areas) + 2
    _bar_chart(book, sheet, "F1", "Siguen vencidos por antigüedad", 0, ages, (GUINDA,))
    if areas:
        _bar_chart(
            book,
            sheet,
            "F18",
            "Vencieron y siguen vencidos por área",
            area_row,
            areas,
            (GOLD, GUINDA),
        )
    if months:
        _bar_chart(
            book, sheet, "F42", "Vencieron por mes", month_row, months, (GOLD,), kind="column"
        )


def _chart_data(
    book: Book, sheet: Worksheet, row: int, titles: tuple[str, ...], data: list[list[Any]]
) -> int:
    columns = [Column(titles[0]), *(Column(title, FIGURE_COLUMNS[0].kind) for title in titles[1:])]
    return write_table(book, sheet, columns, data, first_row=row) + 1


def _bar_chart(
    book: Book,
    sheet: Worksheet,
    cell: str,
    title: str,
    first_row: int,
    data: list[list[Any]],
    colours: tuple[str, ...],
    kind: str = "bar",
) -> None:
    """A native chart of ``data``, which stands on the sheet under the header at ``first_row``.

    The values travel in the chart too: streamed sheets cannot be read back for its cache, and
    viewers that do not recalculate would show an empty frame.
    """
    chart = book.workbook.add_chart({"type": kind})
    if chart is None:
        raise AssertionError(f"unknown kind of chart: {kind}")
    last_row = first_row + len(data)
    for column, colour in enumerate(colours, start=1):
        series: dict[str, Any] = {
            "name": [CHARTS_SHEET, first_row, column],
            "categories": [CHARTS_SHEET, first_row + 1, 0, last_row, 0],
            "values": [CHARTS_SHEET, first_row + 1, column, last_row, column],
            "categories_data": [line[0] for line in data],
            "values_data": [line[column] for line in data],
            "fill": {"color": colour},
            "data_labels": {"value": True},
            "gap": 60,
        }
        if first_row == 0:
            series["points"] = [{"fill": {"color": shade}} for shade in AGE_COLOURS]
        chart.add_series(series)
    chart.set_title({"name": title, "name_font": {"size": 12, "color": "#691C32"}})
    chart.set_legend({"none": True} if len(colours) == 1 else {"position": "bottom"})
    if kind == "bar":
        chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"major_gridlines": {"visible": False}})
    chart.set_size({"width": 760, "height": max(320, 26 * len(data) * len(colours))})
    sheet.insert_chart(cell, chart, {"description": title})


def _method(book: Book, report: OverdueReport) -> None:
    sheet = book.sheet("Método")
    sheet.set_column(0, 0, 120)
    wrapped = book.workbook.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, "Cómo se hicieron estas cifras", book.title)
    row = 1
    for sentence in (*method_words(report), *report.warnings):
        sheet.write_string(row, 0, sentence, wrapped)
        row += 1
    row += 1
    for section in SECTIONS:
        sheet.write_string(row, 0, f"{section.title}: {section.about}", wrapped)
        row += 1
