"""The state rebuilt from the events, compared with the tables: both must say the same.

Each change of a case stores in its first event the rows it wrote: new rows without what they have
by default, edited ones with what was edited. Folded in order they are the case.
"""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Date, DateTime, Table, func, literal, select
from sqlalchemy.orm import Session

from caseflow.domain.change import DEFAULTS
from caseflow.models import (
    Appeal,
    Attachment,
    Case,
    Deadline,
    Event,
    FolioAlias,
    Link,
    Note,
    Petitioner,
    Turn,
)
from caseflow.models.base import Instant

#: Cases compared at a time.
CHUNK = 1_000

_MODELS = (
    Case, Turn, Deadline, Appeal, Petitioner, FolioAlias, Link, Note, Attachment,
)  # fmt: skip
_TABLES: Mapping[str, Table] = {
    model.__tablename__: model.__table__  # type: ignore[misc]  # a declarative table is a Table
    for model in _MODELS
}
_ABSENT = "(no hay)"
#: The same days and instants stand in many rows.
_date = lru_cache(maxsize=4_096)(dt.date.fromisoformat)
_instant = lru_cache(maxsize=4_096)(dt.datetime.fromisoformat)

#: Rows of a case by table and number.
State = dict[tuple[str, int], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that the events and the tables tell differently; no column: a whole row."""

    case_id: int
    table: str
    number: int
    column: str
    rebuilt: Any
    stored: Any


def differences(session: Session, most: int = 100) -> list[Difference]:
    """Where the tables are not what the events made; at most ``most``, by case."""
    found: list[Difference] = []
    top = session.scalar(select(func.max(Case.id))) or 0
    top = max(top, session.scalar(select(func.max(Event.case_id))) or 0)
    with _collector_at_rest():
        for first in range(0, top + 1, CHUNK):
            stored = _stored(session, first, first + CHUNK)
            for case_id, rebuilt in _rebuilt(session, first, first + CHUNK):
                found.extend(_compare(case_id, rebuilt, stored.pop(case_id, {})))
            for case_id, rows in stored.items():
                found.extend(_compare(case_id, {}, rows))
            if len(found) >= most:
                return found[:most]
    return found


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep the garbage collector from looking, over and over, through rows that hold no cycles.

    It would take a third of the time; what each chunk held is let go of without it.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _rebuilt(session: Session, first: int, end: int) -> Iterator[tuple[int, State]]:
    rows = session.execute(
        select(Event.case_id, Event.changes)
        .where(Event.case_id >= first, Event.case_id < end, Event.changes.is_not(None))
        .order_by(Event.case_id, Event.id)
    )
    for case_id, events in groupby(rows, key=lambda row: row.case_id):
        yield case_id, fold(event.changes for event in events)


def fold(changes: Iterator[Mapping[str, Any]]) -> State:
    """The rows of one case after all its changes, in order. Its version counts them."""
    state: State = {}
    version = 0
    for change in changes:
        version += 1
        for name, values in change.items():
            table, _, number = name.partition(":")
            key = (table, int(number or 0))
            row = state.get(key)
            if row is None:
                row = state[key] = dict(DEFAULTS.get(table, {}))
            row.update(values)
    if ("case", 0) in state:
        state["case", 0]["version"] = version
    for (name, _), row in state.items():
        _typed(name, row)
    return state


#: table → its columns of dates and of instants, which JSON tells as text
_TEMPORAL: Mapping[str, tuple[tuple[str, Callable[[str], Any]], ...]] = {
    name: tuple(
        (column.name, _instant if isinstance(column.type, (Instant, DateTime)) else _date)
        for column in table.columns
        if isinstance(column.type, (Instant, DateTime, Date))
    )
    for name, table in _TABLES.items()
}


def _typed(name: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row as the table holds it: JSON knows neither dates nor instants."""
    for column, read in _TEMPORAL[name]:
        value = row.get(column)
        if isinstance(value, str):
            row[column] = read(value)
    return row


def _stored(session: Session, first: int, end: int) -> dict[int, State]:
    cases: dict[int, State] = {}
    for name, table in _TABLES.items():
        key = table.c.id if name == "case" else table.c.case_id
        number: ColumnElement[int] = table.c.number if "number" in table.c else literal(0)
        columns = [c for c in table.columns if c is not key and c is not number]
        names = [column.name for column in columns]
        rows = session.execute(select(key, number, *columns).where(key >= first, key < end))
        for case_id, numbered, *values in rows.all():
            row = dict(zip(names, values, strict=True))
            cases.setdefault(case_id, {})[name, numbered] = row
    return cases


def _compare(case_id: int, rebuilt: State, stored: State) -> Iterator[Difference]:
    for name, number in sorted(rebuilt.keys() | stored.keys()):
        ours, theirs = rebuilt.get((name, number)), stored.get((name, number))
        if ours == theirs:
            continue
        if ours is None or theirs is None:
            yield Difference(
                case_id,
                name,
                number,
                "",
                _ABSENT if ours is None else "(fila)",
                _ABSENT if theirs is None else "(fila)",
            )
            continue
        for column in sorted(ours.keys() | theirs.keys()):
            a, b = ours.get(column), theirs.get(column)
            if a != b:
                yield Difference(case_id, name, number, column, a, b)
