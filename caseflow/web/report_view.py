"""The monthly report as its page shows it: figures with links to the lists behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from caseflow.documents.report_pdf import BLANK_SIGNATURES, PLACE
from caseflow.documents.report_sections import (
    BASIS_WORDS,
    OVERLAP_WORDS,
    SECTIONS,
    TITLE,
    area_words,
    change_words,
    headline,
    method_words,
    status_words,
)
from caseflow.documents.spanish_dates import in_digits, in_words, month_in_words, month_short
from caseflow.domain.months import Month
from caseflow.domain.vocabulary import Basis, Kind, Source, spanish
from caseflow.queries.report_figures import (
    AGE_LABELS,
    Correction,
    Figures,
    LateEntry,
    OverdueReport,
    ReportRow,
)
from caseflow.queries.report_lists import BEHIND, Narrowing, rows_behind
from caseflow.web.words import _

#: Rows of a list on one page.
PAGE_ROWS = 100
#: Names of the lists in addresses → the number that each is behind.
LISTS: Mapping[str, str] = {
    "siguen": "still_overdue",
    "vencieron": "became_overdue",
    "con-atraso": "answered_late",
    "plazos": "due",
    "cumplidos": "met",
    "fuera": "left_out",
    "tardios": "late_entries",
    "correcciones": "corrections",
}
_SLUGS = {number: slug for slug, number in LISTS.items()}
_SECTIONS = {section.key: section for section in SECTIONS}
_LISTED_WITH_DATE = ("became_overdue", "answered_late", "due", "met")


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
class Item:
    """One row of the list shown: cells under the list's own headings."""

    number: int
    ref: str
    href: str
    subject: str
    area: str
    dates: tuple[tuple[str, str], ...]
    late: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """The list behind a number, one page of it."""

    slug: str
    title: str
    about: str
    narrowed: str
    count: int
    items: tuple[Item, ...]
    previous: str | None
    next: str | None
    all: str | None


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


class Addresses:
    """Addresses of one report: its area and edition stay, the rest is said each time."""

    def __init__(self, report: OverdueReport, edition: int | None) -> None:
        self._fixed = {"month": report.month, "area": report.area_code, "edicion": edition}

    def of(self, **more: object) -> str:
        """The page of the report; what is none or empty is left out."""
        kept = {name: value for name, value in more.items() if value not in (None, "")}
        values = {name: value for name, value in self._fixed.items() if value is not None}
        return url_for("reports.overdue", **values, **kept)  # type: ignore[arg-type]  # texts all

    def file(self, form: str) -> str:
        values = {name: value for name, value in self._fixed.items() if value is not None}
        return url_for("reports.download", form=form, **values)  # type: ignore[arg-type]

    def behind(self, number: str, narrowing: Narrowing, start: str | None = None) -> str:
        """The list behind a number."""
        band = None if narrowing.band is None else narrowing.band + 1
        return self.of(
            lista=_SLUGS[number],
            de=narrowing.area,
            origen=narrowing.source,
            tipo=narrowing.kind,
            plazo=narrowing.basis,
            edad=band,
            desde=start,
            _anchor="lista",
        )


def report_page(
    report: OverdueReport, addresses: Addresses, slug: str, narrowing: Narrowing, start: str
) -> ReportPage:
    """The page of a report, with the list ``slug`` from the row ``start`` on."""
    total = report.total
    return ReportPage(
        title=_(TITLE),
        lead=f"{headline(report)} · {status_words(report)}",
        figures=_tiles(report),
        areas=tuple(_line(area, addresses, Narrowing(area=area.key)) for area in report.by_area),
        total=_line(total, addresses, Narrowing()),
        tables=_tables(report, addresses),
        overlap=OVERLAP_WORDS if report.sum_exceeds_total else "",
        bars=_bars(report),
        trend_words=_trend_words(report),
        ages=tuple(zip(AGE_LABELS, total.ages, strict=True)),
        tabs=_tabs(report, addresses, slug),
        listed=_listed(report, addresses, slug, narrowing, start),
        letterhead=(report.office, *report.letterhead),
        place=f"{PLACE}, a {in_words(report.made_at)}",
        number=f"{_('Reporte')} {report.number}",
        method=" ".join((_("Método:"), *method_words(report))),
        signatures=tuple(
            (sign.act, sign.name, sign.post) for sign in report.signatures or BLANK_SIGNATURES
        ),
        warnings=report.warnings,
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


def _line(figures: Figures, addresses: Addresses, narrowing: Narrowing) -> Line:
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
        figures.name,
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
        total = _line(report.total, addresses, Narrowing())
        lines = tuple(_line(row, addresses, by[row.key]) for row in rows)
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
                month_short(point.month),
                month_in_words(point.month),
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
        "first": month_in_words(first.month),
        "last": month_in_words(last.month),
        "before": first.became_overdue,
        "after": last.became_overdue,
        "good_before": first.compliance_text,
        "good_after": last.compliance_text,
    }


def _titles() -> dict[str, str]:
    return {
        "due": _("Plazos con último día en el mes"),
        "met": _("Cumplidos en plazo"),
        **{key: _(section.title) for key, section in _SECTIONS.items()},
    }


def _about(key: str) -> str:
    if key == "due":
        return _("Folios con último día en el mes que cuentan en el cumplimiento.")
    return _(_SECTIONS["on_time" if key == "met" else key].about)


def _count(report: OverdueReport, key: str) -> int:
    if key in BEHIND:
        return len(BEHIND[key](report))
    return len(getattr(report, key))


def _tabs(
    report: OverdueReport, addresses: Addresses, slug: str
) -> tuple[Mapping[str, object], ...]:
    titles = _titles()
    tabs = []
    for name, key in LISTS.items():
        count = _count(report, key)
        if count or name == slug:
            tabs.append(
                {
                    "label": f"{titles[key]} ({count:,})",
                    "href": addresses.of(lista=name, _anchor="lista"),
                    "current": name == slug,
                }
            )
    return tuple(tabs)


def _listed(
    report: OverdueReport, addresses: Addresses, slug: str, narrowing: Narrowing, start: str
) -> Listed:
    key = LISTS[slug]
    names = report.area_names()
    rows: Sequence[ReportRow | LateEntry | Correction]
    rows = rows_behind(report, key, narrowing) if key in BEHIND else getattr(report, key)
    first = next((at for at, row in enumerate(rows) if _mark(row) == start), 0)
    shown = rows[first : first + PAGE_ROWS]
    before, after = max(first - PAGE_ROWS, 0), first + PAGE_ROWS
    title = _titles()[key]
    if key == "still_overdue":
        title = _("Folios que siguen vencidos al %(day)s") % {"day": in_digits(report.cut_off)}
    narrowed = _narrowed(narrowing, names)
    return Listed(
        slug=slug,
        title=title,
        about=_about(key),
        narrowed=narrowed,
        count=len(rows),
        items=tuple(_item(at, row, key, names) for at, row in enumerate(shown, start=first + 1)),
        previous=addresses.behind(key, narrowing, _mark(rows[before])) if first else None,
        next=addresses.behind(key, narrowing, _mark(rows[after])) if after < len(rows) else None,
        all=addresses.of(lista=slug, _anchor="lista") if narrowed else None,
    )


def _mark(row: ReportRow | LateEntry | Correction) -> str:
    """How an address names the row that a page begins with; a folio may come twice."""
    if isinstance(row, Correction):
        return f"{row.ref}~{row.month}~{row.what}"
    if isinstance(row, LateEntry):
        return f"{row.row.ref}~{row.month}"
    return f"{row.ref}~{row.due_on}"


def _narrowed(narrowing: Narrowing, names: Mapping[str, str]) -> str:
    parts = [names.get(narrowing.area, narrowing.area)]
    parts += [spanish(Source(narrowing.source))] if narrowing.source else []
    parts += [spanish(Kind(narrowing.kind))] if narrowing.kind else []
    parts += [BASIS_WORDS[Basis(narrowing.basis)]] if narrowing.basis else []
    if narrowing.band is not None:
        parts.append(f"{AGE_LABELS[narrowing.band]} d. háb.")
    return " · ".join(part for part in parts if part)


def _item(
    number: int,
    row: ReportRow | LateEntry | Correction,
    key: str,
    names: dict[str, str],
) -> Item:
    if isinstance(row, Correction):
        said = _("%(what)s: decía %(before)s, debe decir %(after)s.") % {
            "what": row.what,
            "before": row.before,
            "after": row.after,
        }
        dates = (
            (_("Del mes"), month_in_words(row.month)),
            (_("Registrado"), in_digits(row.recorded_on)),
        )
        return Item(number, row.ref, _case(row.ref), f"{said} {row.cause}", "", dates, "")
    entry = row if isinstance(row, LateEntry) else None
    row = row.row if isinstance(row, LateEntry) else row
    fell = _("Último día") if key in ("due", "met", "left_out") else _("Venció")
    shown = [(fell, in_digits(row.due_on))]
    if key in _LISTED_WITH_DATE:
        shown.append((_("Respondido"), in_digits(row.met_on) or "—"))
    if entry is not None:
        shown.append((_("Registrado"), in_digits(entry.entered_on)))
    in_time = row.met_on is not None and row.met_on <= row.due_on
    late = "" if key == "left_out" or in_time else _("%(n)s d. háb.") % {"n": row.days_late}
    note = row.note
    if key == "still_overdue":
        note = BASIS_WORDS[row.basis]
    areas = area_words(row, names)
    return Item(number, row.ref, _case(row.ref), row.subject, areas, tuple(shown), late, note)


def _case(ref: str) -> str:
    return url_for("cases.show", ref=ref)


def month_label(month: Month) -> str:
    """``Octubre de 2026``."""
    words = month_in_words(str(month))
    return words[0].upper() + words[1:]
