"""The dates of a row and what its status makes of them: these move clocks, so they are right or
the row waits in quarantine.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple, cast

from caseflow.domain.phrases import N_, phrase
from caseflow.intake.cells import Cells
from caseflow.intake.rows import Status
from caseflow.intake.values import Unreadable, read_date, read_hour

_MIDNIGHT = dt.time(0)


class Standing(NamedTuple):
    """What the listing says of the case; the dates are those of its answer or closing."""

    status: Status | None
    word: str
    closed_on: dt.date | None
    closed_at: dt.datetime | None


def read_filed(cells: Cells, latest: dt.date | None) -> tuple[dt.datetime | None, bool]:
    """When it came in, and whether the hour is known; midnight where it is not.

    ``latest`` is the last day that may be, if it is known.
    """
    text = cells.values.get("filed_on")
    if text is None:
        cells.missing("filed_on")
        return None, False
    try:
        day, hour = read_date(text, cells.columns.profile.dates)
    except Unreadable as error:
        cells.refuse("filed_on", str(error))
        return None, False
    if latest and day > latest:
        cells.refuse("filed_on", phrase("La fecha {day:%d/%m/%Y} todavía no llega.", day=day))
    if (written := cells.values.get("filed_time")) is not None:
        try:
            hour = read_hour(written)
        except Unreadable as error:
            cells.refuse("filed_time", str(error))
    return dt.datetime.combine(day, hour or _MIDNIGHT), hour is not None


def read_standing(cells: Cells, filed_at: dt.datetime | None, latest: dt.date | None) -> Standing:
    """Open, answered or closed, by the profile's words.

    An open row with a closing date stays open and is suspicious; an answered or closed one without
    a date is taken with a warning, since nobody can say whether it was in time.
    """
    closed_on, closed_at = _closed(cells)
    profile = cells.columns.profile
    written = cells.values.get("status", "")
    status: str | None
    if written:
        status = cells.word("status")
    elif "status" in cells.columns.needed:
        cells.missing("status")
        status = None
    elif closed_on and profile.status_by_date:
        status = profile.status_by_date
    else:
        status = profile.status_without_word
    if status == "open" and closed_on:
        cells.suspicious.append(
            phrase(
                "Estatus {written} con fecha de conclusión {closed_on:%d/%m/%Y}.",
                written=written or "abierto",
                closed_on=closed_on,
            )
        )
    elif status is not None and status != "open":
        _check_closed(cells, closed_on, filed_at, latest)
    return Standing(cast(Status | None, status), written, closed_on, closed_at)


def _closed(cells: Cells) -> tuple[dt.date | None, dt.datetime | None]:
    text = cells.values.get("closed_on")
    if text is None:
        return None, None
    try:
        day, hour = read_date(text, cells.columns.profile.dates)
        if (written := cells.values.get("closed_time")) is not None:
            hour = read_hour(written)
    except Unreadable as error:
        cells.refuse("closed_on", str(error))
        return None, None
    return day, dt.datetime.combine(day, hour) if hour else None


def _check_closed(
    cells: Cells,
    closed_on: dt.date | None,
    filed_at: dt.datetime | None,
    latest: dt.date | None,
) -> None:
    if closed_on is None:
        if "closed_on" not in cells.columns.fields:
            cells.warn("status", N_("Sin fecha de conclusión: no se sabe si se atendió en tiempo."))
        elif not cells.refused("closed_on"):
            cells.warn(
                "closed_on", N_("Sin fecha de conclusión: no se sabe si se atendió en tiempo.")
            )
        return
    if filed_at and closed_on < filed_at.date():
        cells.refuse("closed_on", N_("La fecha de conclusión es anterior a la de ingreso."))
    if latest and closed_on > latest:
        cells.refuse(
            "closed_on",
            phrase("La fecha {closed_on:%d/%m/%Y} todavía no llega.", closed_on=closed_on),
        )


def read_given_due(cells: Cells, filed_at: dt.datetime | None) -> dt.date | None:
    """The limit date that the listing gives: it will win over ours, so it must make sense."""
    text = cells.values.get("given_due_on")
    if text is None:
        return None
    try:
        day, _ = read_date(text, cells.columns.profile.dates)
    except Unreadable as error:
        cells.refuse("given_due_on", str(error))
        return None
    if filed_at and day < filed_at.date():
        cells.refuse("given_due_on", N_("La fecha límite es anterior a la de ingreso."))
    return day
