"""The rows of a batch as a spreadsheet: one line for each column that something is said of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from caseflow.documents.cells import Cell, CellKind, Column
from caseflow.documents.listing import listing_xlsx
from caseflow.domain.errors import Refused
from caseflow.domain.instants import local
from caseflow.extensions import db
from caseflow.queries.imports import BatchLine, every_row
from caseflow.web.import_row_view import in_short
from caseflow.web.import_view import DISCREPANT, FILTERS, rows_under
from caseflow.web.sessions import now, rules
from caseflow.web.words import _

#: Rows of one file: what is made while a person waits (a second for each few thousand).
MOST_ROWS = 50_000


def verdicts_xlsx(line: BatchLine, chosen: str) -> bytes:
    """The rows under a filter of the page (empty: all), in the order of the listing.

    Raises ``Refused`` for more than ``MOST_ROWS``: a file that silently lacks rows is a wrong one.
    """
    if rows_under(line, chosen) > MOST_ROWS:
        raise Refused(
            "El lote tiene más de {most} filas. Elija un resultado y descárguelo por partes.",
            most=f"{MOST_ROWS:,}",
        )
    return listing_xlsx(
        _columns(),
        _cells(line, chosen),
        title=_("Lote %(batch)s", batch=line.id),
        office=rules().office.name,
        made_at=local(now()),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Fila"), CellKind.INTEGER, 8),
        Column(_("Resultado"), width=16),
        Column(_("Folio"), width=22),
        Column(_("Asunto"), width=24),
        Column(_("Columna"), width=24),
        Column(_("Valor anterior"), width=30),
        Column(_("Valor nuevo"), width=30),
        Column(_("Como vino"), width=30),
        Column(_("Motivo"), width=70),
    )


def _cells(line: BatchLine, chosen: str) -> Iterator[Sequence[Cell]]:
    rows = every_row(
        db.session(), line.id, verdict=FILTERS.get(chosen), discrepant=chosen == DISCREPANT
    )
    for row in rows:
        words, folio, told = in_short(line, row)
        for one in told:
            yield (
                row.number, words, folio, row.case_ref, one.column, one.before, one.after, one.raw,
                one.reason,
            )  # fmt: skip
        if not told:
            yield (row.number, words, folio, row.case_ref, None, None, None, None, None)
