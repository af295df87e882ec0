"""Closing a month: the report counted once, written in its four formats, and never again.

A report is closed at the first business day of the next month, ``CLOSING_HOUR``; for the office as
a whole, for each area that has a supervisor that day, and, for its own kinds of request, for each
area that has a transparency office (``docs/adr/0005``).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from caseflow.commands.work import Work, begin_work
from caseflow.documents.report_csv import report_csv, report_json
from caseflow.documents.report_pdf import report_pdf
from caseflow.documents.report_xlsx import report_xlsx
from caseflow.domain.calendar import Calendar
from caseflow.domain.errors import MissingData, NotAllowed, NotFound, NotNow
from caseflow.domain.instants import local_date, utc
from caseflow.domain.months import Month
from caseflow.domain.people import SYSTEM
from caseflow.domain.vocabulary import Role
from caseflow.models import Assignment, ClosedReport, Event
from caseflow.queries.closed_reports import Closing, closed_report, editions
from caseflow.queries.report_figures import TRANSPARENCY_SCOPE, OverdueReport
from caseflow.queries.report_late import BIRTHS
from caseflow.queries.reports import Ask, monthly_overdue, report_scope
from caseflow.settings import SettingsLike
from caseflow.storage import read_stored, store_bytes

#: Local hour of the first business day at which the month before is closed.
CLOSING_HOUR = dt.time(7, 0)
#: How each format is written. Equal reports give equal bytes.
WRITERS = {"json": report_json, "csv": report_csv, "xlsx": report_xlsx, "pdf": report_pdf}
SHORTEST_REASON = 10


@dataclass(frozen=True, slots=True)
class Due:
    """A report to be closed."""

    month: Month
    area_id: int
    scope: str = ""


def closing_instant(month: Month, calendar: Calendar) -> dt.datetime:
    """When a month closes: the first business day of the next one."""
    day = calendar.on_or_after(month.plus(1).first)
    return utc(dt.datetime.combine(day, CLOSING_HOUR))


def close_due_months(now: dt.datetime) -> dict[str, int]:
    """Close what is due at an instant and not closed yet: months, areas, and how many were closed.

    Safe to repeat and to run from two processes: a month is closed once. Each report is counted in
    one short transaction, written without one, and kept in another, so that nobody waits for paper.
    """
    with begin_work(SYSTEM, now) as work:
        due = due_closings(work)
    closed = 0
    for one in due:
        with begin_work(SYSTEM, now) as work:
            if editions(work.session, one.month, one.area_id, one.scope):
                continue
            report = _count(work, one)
        files = write_files(work.settings, report)
        with begin_work(SYSTEM, now) as work:
            if not editions(work.session, one.month, one.area_id, one.scope):
                _keep(work, one, report, files)
                closed += 1
    return {"due": len(due), "closed": closed}


def due_closings(work: Work) -> tuple[Due, ...]:
    """The reports whose instant has come and that are not closed, oldest month first.

    Months that ended before the first case was entered are nobody's: the office handed them in by
    other means.
    """
    begun = work.session.scalar(
        select(func.min(Event.entered_at)).where(
            Event.case_id.is_not(None), Event.action.in_(BIRTHS)
        )
    )
    if begun is None:
        return ()
    calendar = work.reference.calendar
    due = []
    month = Month.of(local_date(begun))
    while closing_instant(month, calendar) <= work.now:
        due += [Due(month, area_id, scope) for area_id, scope in _reporting(work, month)]
        month = month.plus(1)
    done = {
        (row.month, row.area_id, row.scope)
        for row in work.session.execute(
            select(ClosedReport.month, ClosedReport.area_id, ClosedReport.scope)
        )
    }
    return tuple(d for d in due if (str(d.month), d.area_id, d.scope) not in done)


def close_month(work: Work, month: Month, area_id: int, scope: str = "") -> Closing:
    """Close one month of one area within the caller's transaction.

    A month already closed stays as it is: its first edition is returned. Raises ``NotNow`` before
    the closing instant.
    """
    known = editions(work.session, month, area_id, scope)
    if known:
        return known[0]
    instant = closing_instant(month, work.reference.calendar)
    if work.now < instant:
        raise NotNow(
            "El mes {month} cierra el {day}.",
            month=str(month),
            day=f"{local_date(instant):%d/%m/%Y}",
        )
    due = Due(month, area_id, scope)
    report = _count(work, due)
    return _keep(work, due, report, write_files(work.settings, report))


def issue_edition(work: Work, month: Month, area_id: int, scope: str, reason: str) -> Closing:
    """A further edition of a closed month, counted again with all that is known now.

    The editions before it are kept. Raises ``NotFound`` for an area that is not the actor's,
    ``NotNow`` while the month is open, ``MissingData`` without a reason, ``NotAllowed`` for those
    who only read.
    """
    if report_scope(work.actor, area_id) not in ("", scope):
        raise NotFound("No se encontró el reporte.")
    issuers = Role.TRANSPARENCY if scope == TRANSPARENCY_SCOPE else Role.SUPERVISOR
    if area_id not in work.actor.reach(issuers, Role.SUPERVISOR):
        raise NotAllowed("Sólo la supervisión del área expide otra edición del reporte.")
    known = editions(work.session, month, area_id, scope)
    if not known:
        raise NotNow("El mes {month} todavía no cierra.", month=str(month))
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise MissingData("Escriba el motivo de la nueva edición.", field="reason")
    due = Due(month, area_id, scope)
    report = replace(_count(work, due), edition=known[-1].edition + 1, edition_reason=reason)
    return _keep(work, due, report, write_files(work.settings, report))


def write_files(settings: SettingsLike, report: OverdueReport) -> dict[str, dict[str, Any]]:
    """Write a report in every format into the storage: format → {'sha256', 'size'}."""
    files = {}
    for name, write in WRITERS.items():
        stored = store_bytes(settings.storage_dir, write(report))
        files[name] = {"sha256": stored.sha256, "size": stored.size}
    return files


def file_bytes(session: Session, settings: SettingsLike, closing: Closing, name: str) -> bytes:
    """The bytes of one format of a closed month, as they were handed in.

    A file lost or altered in the storage is written anew from the stored rows, and only given out
    when it is the same to the byte. Raises ``NotFound`` when it is not.
    """
    digest = str(closing.files[name]["sha256"])
    try:
        data = read_stored(settings.storage_dir, digest)
    except NotFound:
        data = b""
    if hashlib.sha256(data).hexdigest() != digest:
        data = WRITERS[name](closed_report(session, closing.id))
    if hashlib.sha256(data).hexdigest() != digest:
        raise NotFound("El archivo guardado de este reporte se perdió; avise a administración.")
    return data


def _reporting(work: Work, month: Month) -> list[tuple[int, str]]:
    """The areas that report a month, with their scope: who was in office on its closing day."""
    tree = work.tree
    day = local_date(closing_instant(month, work.reference.calendar))
    rows = work.session.execute(
        select(Assignment.area_id, Assignment.role)
        .where(
            Assignment.role.in_((Role.SUPERVISOR.value, Role.TRANSPARENCY.value)),
            Assignment.valid_from <= day,
            or_(Assignment.valid_to.is_(None), Assignment.valid_to >= day),
        )
        .distinct()
    )
    wanted: set[tuple[int, str]] = set()
    if tree.root_id is not None:
        wanted.add((tree.root_id, ""))
    for area_id, role in rows:
        wanted.add((area_id, "" if role == Role.SUPERVISOR else TRANSPARENCY_SCOPE))
    order = {node.id: at for at, node in enumerate(tree.in_order())}
    return sorted(wanted, key=lambda pair: (order[pair[0]], pair[1]))


def _count(work: Work, due: Due) -> OverdueReport:
    ask = Ask(due.month, due.area_id, work.now, due.scope, closed=True)
    return monthly_overdue(work.session, work.reference, ask)


def _keep(
    work: Work, due: Due, report: OverdueReport, files: Mapping[str, Mapping[str, Any]]
) -> Closing:
    """Store the report and say in the log that it was handed in."""
    total = report.total
    row = ClosedReport(
        month=str(due.month),
        area_id=due.area_id,
        scope=due.scope,
        edition=report.edition,
        closed_at=work.now,
        by_id=work.actor.user_id,
        reason=report.edition_reason,
        report=report.as_json(),
        totals={
            "due": total.due,
            "met": total.met,
            "became_overdue": total.became_overdue,
            "answered_late": total.answered_late,
            "still_overdue": total.still_overdue,
        },
        files=dict(files),
    )
    work.session.add(row)
    work.session.add(
        Event(
            action="report_closed" if report.edition == 1 else "report_reissued",
            actor_id=work.actor.user_id,
            entered_at=work.now,
            effective_on=work.today,
            data={
                "number": report.number,
                "area": due.area_id,
                "reason": report.edition_reason,
                "files": {name: file["sha256"] for name, file in files.items()},
            },
        )
    )
    work.session.flush()
    return editions(work.session, due.month, due.area_id, due.scope)[-1]
