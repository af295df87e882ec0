"""The list behind a number of the monthly report, page by page, and its address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from caseflow.documents.report_sections import BASIS_WORDS, SECTIONS, area_words
from caseflow.documents.spanish_dates import in_digits, month_in_words
from caseflow.domain.phrases import phrase
from caseflow.domain.vocabulary import Basis, Kind, Source, spanish
from caseflow.queries.report_figures import (
    AGE_LABELS,
    Correction,
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


class Addresses:
    """Addresses of one report: its area and edition stay, the rest is said each time."""

    def __init__(self, report: OverdueReport, edition: int | None) -> None:
        fixed = {"month": report.month, "area": report.area_code, "edicion": edition}
        self._fixed: dict[str, Any] = {k: v for k, v in fixed.items() if v is not None}

    def of(self, **more: object) -> str:
        """The page of the report; what is none or empty is left out."""
        kept: dict[str, Any] = {k: v for k, v in more.items() if v not in (None, "")}
        return url_for("reports.overdue", **self._fixed, **kept)

    def file(self, form: str) -> str:
        """The report as a file."""
        return url_for("reports.download", form=form, **self._fixed)

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


def tabs_of(
    report: OverdueReport, addresses: Addresses, slug: str
) -> tuple[Mapping[str, object], ...]:
    """The lists of the report that have rows, as links, with their counts."""
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


def listed_rows(
    report: OverdueReport, addresses: Addresses, slug: str, narrowing: Narrowing, start: str
) -> Listed:
    """One page of the list ``slug``, narrowed, from the row named ``start`` on."""
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
    parts += [_(spanish(Source(narrowing.source)))] if narrowing.source else []
    parts += [_(spanish(Kind(narrowing.kind)))] if narrowing.kind else []
    parts += [_(BASIS_WORDS[Basis(narrowing.basis)])] if narrowing.basis else []
    if narrowing.band is not None:
        parts.append(_("%(n)s d. háb.", n=_(AGE_LABELS[narrowing.band])))
    return " · ".join(part for part in parts if part)


def _item(
    number: int,
    row: ReportRow | LateEntry | Correction,
    key: str,
    names: dict[str, str],
) -> Item:
    if isinstance(row, Correction):
        said = _("%(what)s: decía %(before)s, debe decir %(after)s.") % {
            "what": _(row.what),
            "before": _(phrase(row.before)),
            "after": _(phrase(row.after)),
        }
        dates = (
            (_("Del mes"), _(month_in_words(row.month))),
            (_("Registrado"), in_digits(row.recorded_on)),
        )
        return Item(
            number, row.ref, _case(row.ref), f"{said} {_(phrase(row.cause))}", "", dates, ""
        )
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
    note = _(phrase(row.note))
    if key == "still_overdue":
        note = _(BASIS_WORDS[row.basis])
    areas = area_words(row, names)
    return Item(number, row.ref, _case(row.ref), row.subject, areas, tuple(shown), late, note)


def _case(ref: str) -> str:
    return url_for("cases.show", ref=ref)
