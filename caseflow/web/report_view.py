"""The monthly report as its page shows it: figures with links to the lists behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from caseflow.documents.report_pdf import BLANK_SIGNATURES, PLACE
from caseflow.documents.report_sections import (
    OVERLAP_WORDS,
    TITLE,
    change_words,
    headline,
    method_words,
    status_words,
)
from caseflow.documents.spanish_dates import (
    in_digits,
    in_words,
    month_in_words,
    month_name,
)
from caseflow.domain.months import Month
from caseflow.domain.phrases import chain, phrase
from caseflow.domain.vocabulary import Basis, Kind, Source
from caseflow.queries.report_figures import (
    AGE_LABELS,
    Figures,
    OverdueReport,
)
from caseflow.queries.report_lists import Narrowing
from caseflow.web.report_list import Addresses, Listed, listed_rows, tabs_of
from caseflow.web.words import _


@dataclass(frozen=True, slots=True)
class Number:
    """A figure and the address of its list; none where it counts nothing."""

    value: str
    href: str | None
    label: str
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table of figures."""

    name: str
    counts: tuple[Number, ...]
    ages: tuple[Number, ...]
    compliance: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of figures by source, kind or basis."""

    id: str
    title: str
    first: str
    lines: tuple[Line, ...]
    total: Line


@dataclass(frozen=True, slots=True)
class Bar:
    """One month of the chart, in the units of its drawing."""

    label: str
    month: str
    count: int
    x: float
    y: float
    height: float
    width: float
    middle: float
    compliance: str
    exact: str
    current: bool


@dataclass(frozen=True, slots=True)
class ReportPage:
    """All that ``reports/overdue.html`` shows of a report."""

    title: str
    lead: str
    figures: tuple[Mapping[str, object], ...]
    areas: tuple[Line, ...]
    total: Line
    tables: tuple[Table, ...]
    overlap: str
    bars: tuple[Bar, ...]
    trend_words: str
    ages: tuple[tuple[str, int], ...]
    tabs: tuple[Mapping[str, object], ...]
    listed: Listed
    letterhead: tuple[str, ...]
    place: str
    number: str
    method: str
    signatures: tuple[tuple[str, str, str], ...]
    warnings: tuple[str, ...]


def report_page(
    report: OverdueReport, addresses: Addresses, slug: str, narrowing: Narrowing, start: str
) -> ReportPage:
    """The page of a report, with the list ``slug`` from the row ``start`` on."""
    total = report.total
    return ReportPage(
        title=_(TITLE),
        lead=chain(" · ", (headline(report), status_words(report))),
        figures=_tiles(report),
        areas=tuple(_line(area, addresses, Narrowing(area=area.key)) for area in report.by_area),
        total=_line(total, addresses, Narrowing(), ours=True),
        tables=_tables(report, addresses),
        overlap=_(OVERLAP_WORDS) if report.sum_exceeds_total else "",
        bars=_bars(report),
        trend_words=_trend_words(report),
        ages=tuple(zip(map(_, AGE_LABELS), total.ages, strict=True)),
        tabs=tabs_of(report, addresses, slug),
        listed=listed_rows(report, addresses, slug, narrowing, start),
        letterhead=(report.office, *report.letterhead),
        place=phrase("{place}, a {day}", place=PLACE, day=in_words(report.made_at)),
        number=f"{_('Reporte')} {report.number}",
        method=chain(" ", (_("Método:"), *method_words(report))),
        signatures=tuple(
            (_(sign.act), sign.name, sign.post) for sign in report.signatures or BLANK_SIGNATURES
        ),
        warnings=tuple(phrase(text) for text in report.warnings),
    )


def _tiles(report: OverdueReport) -> tuple[Mapping[str, object], ...]:
    total, median = report.total, report.median_days_late
    oldest = total.ages[-1]
    still = _("al %(day)s") % {"day": in_digits(report.cut_off)}
    if oldest:
        still += _(", %(n)s con más de 40 d. háb.") % {"n": f"{oldest:,}"}
    return (
        {
            "label": _("Vencieron en el mes"),
            "value": f"{total.became_overdue:,}",
            "note": change_words(report) or None,
            "alarm": total.became_overdue > 0,
        },
        {
            "label": _("Respondidos con atraso"),
            "value": f"{total.answered_late:,}",
            "note": None
            if median is None
            else _("mediana: %(n)s d. háb. tarde") % {"n": f"{median.normalize():f}"},
            "alarm": False,
        },
        {
            "label": _("Siguen vencidos"),
            "value": f"{total.still_overdue:,}",
            "note": still,
            "alarm": total.still_overdue > 0,
        },
        {
            "label": _("Cumplimiento"),
            "value": total.compliance_text,
            "note": _("%(met)s de %(due)s plazos a tiempo")
            % {"met": f"{total.met:,}", "due": f"{total.due:,}"}
            if total.due
            else None,
            "alarm": False,
        },
    )


def _line(
    figures: Figures, addresses: Addresses, narrowing: Narrowing, *, ours: bool = False
) -> Line:
    """A line; ``ours``: its name is a word of ours, not that of an area."""

    def number(name: str, value: int, label: str, where: Narrowing, *, alarm: bool) -> Number:
        href = addresses.behind(name, where) if value else None
        return Number(f"{value:,}", href, label, alarm and value > 0)

    ages = tuple(
        number(
            "still_overdue",
            count,
            label.replace("más de ", "> "),
            Narrowing(narrowing.area, narrowing.source, narrowing.kind, narrowing.basis, band),
            alarm=False,
        )
        for band, (label, count) in enumerate(zip(AGE_LABELS, figures.ages, strict=True))
    )
    return Line(
        _(figures.name) if ours else figures.name,
        (
            number("due", figures.due, _("Plazos"), narrowing, alarm=False),
            number("met", figures.met, _("Cumplidos"), narrowing, alarm=False),
            number(
                "became_overdue", figures.became_overdue, _("Vencieron"), narrowing, alarm=False
            ),
            number("answered_late", figures.answered_late, _("Con atraso"), narrowing, alarm=False),
            number("still_overdue", figures.still_overdue, _("Siguen"), narrowing, alarm=True),
        ),
        ages,
        figures.compliance_text,
    )


def _tables(report: OverdueReport, addresses: Addresses) -> tuple[Table, ...]:
    def table(
        slug: str, title: str, first: str, rows: Sequence[Figures], by: Mapping[str, Narrowing]
    ) -> Table:
        total = _line(report.total, addresses, Narrowing(), ours=True)
        lines = tuple(_line(row, addresses, by[row.key], ours=True) for row in rows)
        return Table(slug, title, first, lines, total)

    return (
        table(
            "por-origen", _("Por origen"), _("Origen"), report.by_source,
            {source.value: Narrowing(source=source.value) for source in Source},
        ),
        table(
            "por-tipo", _("Por tipo de asunto"), _("Tipo"), report.by_kind,
            {kind.value: Narrowing(kind=kind.value) for kind in Kind},
        ),
        table(
            "por-plazo", _("Por plazo: legal o compromiso"), _("Plazo"), report.by_basis,
            {basis.value: Narrowing(basis=basis.value) for basis in Basis},
        ),
    )  # fmt: skip


#: Size of the chart's drawing.
_WIDTH, _FLOOR, _TALLEST = 560.0, 162.0, 130.0


def _bars(report: OverdueReport) -> tuple[Bar, ...]:
    most = max((point.became_overdue for point in report.trend), default=0) or 1
    slot = _WIDTH / max(len(report.trend), 6)
    width = round(slot * 0.66, 1)
    bars = []
    for at, point in enumerate(report.trend):
        height = round(_TALLEST * point.became_overdue / most, 1)
        text = point.compliance_text
        short = f"{round(100 * point.met / point.due)} %" if point.due else "—"
        bars.append(
            Bar(
                _(month_name(point.month))[:3],
                _(month_in_words(point.month)),
                point.became_overdue,
                round(slot * at + (slot - width) / 2, 1),
                round(_FLOOR - height, 1),
                height,
                width,
                round(slot * (at + 0.5), 1),
                short,
                text,
                point.month == report.month,
            )
        )
    return tuple(bars)


def _trend_words(report: OverdueReport) -> str:
    if not report.trend:
        return ""
    first, last = report.trend[0], report.trend[-1]
    return _(
        "Folios que vencieron cada mes, de %(first)s a %(last)s: de %(before)s a %(after)s; "
        "el cumplimiento, de %(good_before)s a %(good_after)s."
    ) % {
        "first": _(month_in_words(first.month)),
        "last": _(month_in_words(last.month)),
        "before": first.became_overdue,
        "after": last.became_overdue,
        "good_before": _(first.compliance_text),
        "good_after": _(last.compliance_text),
    }


def month_words(month: Month) -> str:
    """``octubre de 2026``, in the middle of a sentence."""
    return _(month_in_words(str(month)))


def month_label(month: Month) -> str:
    """``Octubre de 2026``."""
    return _(month_in_words(str(month)).as_a_title())
