"""A list as a file: what the screen shows, no more, all its pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from caseflow.documents.cells import Cell, CellKind, Column
from caseflow.documents.listing import listing_csv, listing_xlsx
from caseflow.domain.errors import Refused
from caseflow.domain.instants import local
from caseflow.domain.vocabulary import Kind, spanish
from caseflow.queries.lists import Row
from caseflow.web.list_view import lines
from caseflow.web.sessions import now, rules
from caseflow.web.words import _

#: A file with more rows is nobody's to read; the filters make a smaller one.
MOST_ROWS = 20_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


def listing(rows: Sequence[Row], title: str, form: str) -> tuple[bytes, str]:
    """The bytes of a list as ``xlsx`` or ``csv`` and their media type.

    Raises ``Refused`` for more than ``MOST_ROWS``: a file that silently lacks rows is a wrong one.
    """
    if len(rows) > MOST_ROWS:
        raise Refused(
            "La lista tiene más de {most} renglones. Use los filtros y exporte por partes.",
            most=f"{MOST_ROWS:,}",
        )
    columns, cells = _columns(), _cells(rows)
    if form == "csv":
        return listing_csv(columns, cells), CSV
    made = listing_xlsx(
        columns, cells, title=title, office=rules().office.name, made_at=local(now())
    )
    return made, XLSX


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Folio"), width=22),
        Column(_("Origen"), width=12),
        Column(_("Tipo"), width=18),
        Column(_("Asunto"), width=50),
        Column(_("Solicitante"), width=28),
        Column(_("Área"), width=28),
        Column(_("Estado"), width=18),
        Column(_("Responsable"), width=24),
        Column(_("Por firmar"), width=10),
        Column(_("Recepción"), CellKind.DATE, 12),
        Column(_("Vencimiento"), CellKind.DATE, 12),
        Column(_("Plazo"), width=12),
        Column(_("Semáforo"), width=22),
        Column(_("Meta interna"), CellKind.DATE, 12),
    )


def _cells(rows: Sequence[Row]) -> Iterator[Sequence[Cell]]:
    for row, line in zip(rows, lines(rows), strict=True):
        yield (
            line.ref,
            line.source,
            _(spanish(Kind(row.kind))),
            line.subject,
            line.person,
            line.area,
            line.state,
            line.assignee,
            _("Sí") if line.drafted else "",
            row.received_on,
            row.due_on,
            line.basis,
            line.sem.words,
            row.target_on,
        )
