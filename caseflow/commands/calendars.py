"""The calendar of a body: edited in one logged act that dates the cases again."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import delete, select

from caseflow.commands.packs import EDITED
from caseflow.commands.redating import UNMOVED, Redated, hold_clock, redate_cases
from caseflow.commands.work import Work
from caseflow.domain.administration import require_calendar_keeper
from caseflow.domain.day_lists import (
    BodyDays,
    CalendarEdits,
    DayRow,
    Difference,
    calendar_of,
    difference,
    edited,
)
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.errors import InvalidData
from caseflow.models import NonWorkingDay, TermSuspension
from caseflow.queries.calendars import body_days, governing_rows

_BODY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def change_calendar(work: Work, body: str, edits: CalendarEdits) -> tuple[Difference, Redated]:
    """Edit the calendar of a body and date again what it moves. One event tells it all.

    An edit that changes nothing writes nothing. Raises ``NotAllowed``, ``NotNow`` while the dates
    of the change before are being counted again, and ``MissingData`` or ``InvalidData`` for a row
    that cannot be.
    """
    require_calendar_keeper(work.actor)
    if not _BODY.fullmatch(body):
        raise InvalidData(
            "El ente se escribe en minúsculas, con guiones: «alcaldia-iztacalco».", field="body"
        )
    clock = hold_clock(work)
    before = body_days(work.session, body)
    after = edited(before, edits)
    changed = difference(before, after)
    if not changed:
        return changed, UNMOVED
    office = work.office.body
    rows = governing_rows(work.session, office, body, after)
    _write(work, body, before, changed)
    redated = redate_cases(
        work,
        clock,
        Clockwork(calendar_of(office, rows), clock.terms, clock.today),
        "Cambió el calendario de días inhábiles",
    )
    work.record("calendar_changed", {"body": body, **changed.as_json(), **redated.as_json()})
    return changed, redated


def _write(work: Work, body: str, before: BodyDays, changed: Difference) -> None:
    stored = {
        row.day: row
        for row in work.session.scalars(select(NonWorkingDay).where(NonWorkingDay.body == body))
    }
    for rows, works in (
        ((*changed.added, *changed.changed), False),
        (changed.worked, True),
    ):
        for row in rows:
            found = stored.get(row.day)
            if found is None:
                found = NonWorkingDay(body=body, day=row.day)
                work.session.add(found)
            _fill(found, row, works=works)
    gone = {row.day for row in changed.worked} | {row.day for row in changed.added}
    _take_off(work, before, [stored[row.day] for row in changed.removed if row.day not in gone])
    for row in changed.rested:
        if row.day not in gone:
            work.session.delete(stored[row.day])
    for suspension in changed.suspended:
        work.session.add(
            TermSuspension(
                body=body,
                matter=suspension.matter,
                first_day=suspension.first,
                last_day=suspension.last,
                reason=suspension.reason,
                source=suspension.source,
                mark=suspension.mark,
            )
        )
    if changed.lifted:
        work.session.execute(
            delete(TermSuspension).where(TermSuspension.id.in_([n for n, _ in changed.lifted]))
        )
    work.session.flush()


def _fill(found: NonWorkingDay, row: DayRow, *, works: bool) -> None:
    found.reason = row.reason
    found.source = row.source
    found.mark = row.mark
    found.list_year = row.list_year
    found.works = works
    found.pack_digest = EDITED


def _take_off(work: Work, before: BodyDays, rows: Iterable[NonWorkingDay]) -> None:
    """Off the list. A day that came with a pack stays as worked, or the pack would bring it back.

    Where the day is common as well, the common one stands: no mark of being worked is left.
    """
    for found in rows:
        if found.pack_digest not in (None, EDITED) and found.day not in before.common:
            found.works = True
            found.pack_digest = EDITED
        else:
            work.session.delete(found)
