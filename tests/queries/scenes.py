"""Lists worth looking at: turns of every light in several areas, through commands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from caseflow.domain.vocabulary import Kind, Source
from caseflow.extensions import db
from caseflow.queries import reference
from caseflow.queries.lists import Day
from tests.builders import TODAY, Office


def day(today: dt.date = TODAY) -> Day:
    """The day of the lists, by the calendar of the test office."""
    return Day(today, reference.current(db.session()).calendar)


def routed(office: Office, *codes: str, ago: int = 5, **form: Any) -> str:
    """A service received some days ago and sent to areas; returns its ref."""
    ref = office.capture(filed_on=TODAY - dt.timedelta(days=ago), **form).case.ref
    office.route("supervision", ref, *codes)
    return ref


def due_on(office: Office, due: dt.date, *codes: str, **form: Any) -> str:
    """A routed service that falls due on a day (or the first business day after it)."""
    calendar = reference.current(db.session()).calendar
    start = calendar.add(calendar.on_or_after(due), -40)
    return routed(office, *codes, ago=(TODAY - start).days, **form)


def requested(office: Office, folio: str, *codes: str, **form: Any) -> str:
    """An information request sent to areas; returns its ref."""
    form = {"filed_on": TODAY - dt.timedelta(days=4), **form}
    ref = office.request(folio=folio, kind=Kind.INFORMATION, source=Source.SISAI, **form).case.ref
    office.route("unidad", ref, *codes)
    return ref


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that the block sends to the database."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def statements(read: Callable[[], object]) -> int:
    """How many statements a read sends."""
    with counted() as seen:
        read()
    return len(seen)
