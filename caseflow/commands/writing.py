"""From changes to rows: the only bulk SQL in the program.

A change's rows are grouped by table and columns, so that one change and five hundred take the same
statements; the first event of a change carries all its rows, so that the state can be rebuilt.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.orm import Session

from caseflow import dialect
from caseflow.domain.change import DEFAULTS, Change, RowChange
from caseflow.domain.clock import local_date
from caseflow.domain.errors import Stale
from caseflow.domain.facts import CaseFacts
from caseflow.models import (
    Appeal,
    Attachment,
    Case,
    Deadline,
    Event,
    FolioAlias,
    Link,
    Mail,
    Note,
    Petitioner,
    Turn,
    User,
)
from caseflow.models.guard import note_applied
from caseflow.queries.people import heads_of
from caseflow.queries.tokens import folio_tokens, joined

TABLES: Mapping[str, Table] = {
    model.__tablename__: model.__table__  # type: ignore[misc]  # a declarative table is a Table
    for model in (
        Case,
        Turn,
        Deadline,
        Appeal,
        Petitioner,
        FolioAlias,
        Link,
        Note,
        Attachment,
    )
}
#: Order of inserts, parents first.
_ORDER = tuple(TABLES)
_KEYS: Mapping[str, tuple[str, ...]] = {
    "case": ("id",),
    "petitioner": ("case_id",),
    **{name: ("case_id", "number") for name in _ORDER if name not in ("case", "petitioner")},
}


#: Facts of a case that a person searches by.
_SEARCHED = frozenset(
    {
        "ref",
        "folio",
        "folio_received",
        "external_folio",
        "subject",
        "description",
        "street",
        "colonia",
    }
)
_ABSENT = object()
_NOTHING: Mapping[str, Any] = {}


def plain(value: Any) -> Any:
    """A value as JSON holds it: dates and instants in ISO form, vocabulary as its word."""
    if value is None or type(value) in (str, int, float, bool):
        return value
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    return str(value)


def write(session: Session, changes: Sequence[Change]) -> None:
    """Write changes in one go. Raises ``Stale`` when another writer was first."""
    if not changes:
        return
    connection = session.connection()
    _number_births(connection, changes)
    inserts: dict[str, list[dict[str, Any]]] = {name: [] for name in _ORDER}
    updates: dict[tuple[str, tuple[str, ...]], list[dict[str, Any]]] = {}
    events: list[dict[str, Any]] = []
    for change in changes:
        if not change.events:
            raise ValueError(f"a change of {change.case.ref} came without an event")
        _sort_rows(change, inserts, updates)
        _sort_events(change, events)
    _insert(connection, inserts)
    _update(connection, updates)
    dialect.insert_many(connection, Event.__table__, events)  # type: ignore[arg-type]
    _index(connection, changes)
    _enqueue(session, changes)
    ids = {change.case.id for change in changes}
    note_applied(session, ids, ids)


def _number_births(connection: Connection, changes: Sequence[Change]) -> None:
    born = [change for change in changes if change.born]
    for change, case_id in zip(
        born, dialect.reserve_ids(connection, TABLES["case"], len(born)), strict=True
    ):
        change.case.id = case_id


def _sort_rows(
    change: Change,
    inserts: dict[str, list[dict[str, Any]]],
    updates: dict[tuple[str, tuple[str, ...]], list[dict[str, Any]]],
) -> None:
    case_id = change.case.id
    edits: Mapping[str, Any] = {}
    for row in change.rows:
        if row.table == "case":
            if row.new:
                inserts["case"].append({**DEFAULTS["case"], **row.values, "id": case_id})
            else:
                edits = row.values
            continue
        fresh = DEFAULTS.get(row.table, _NOTHING) if row.new else _NOTHING
        values = {**fresh, **row.values, "case_id": case_id}
        if row.table != "petitioner":
            values["number"] = row.number
        if row.new:
            inserts[row.table].append(values)
        else:
            updates.setdefault((row.table, tuple(sorted(values))), []).append(values)
    if not change.born:
        values = {
            **edits,
            "id": case_id,
            "version": change.version + 1,
            "_version": change.version,
        }
        updates.setdefault(("case", tuple(sorted(values))), []).append(values)


def _sort_events(change: Change, events: list[dict[str, Any]]) -> None:
    changes: dict[str, Any] | None = {
        row.table if row.number == 0 else f"{row.table}:{row.number}": _told(row)
        for row in change.rows
    }
    for event in change.events:
        events.append(
            {
                "case_id": change.case.id,
                "turn_number": event.turn_number,
                "action": event.action,
                "actor_id": change.actor.user_id,
                "on_behalf": event.on_behalf.value if event.on_behalf else None,
                "entered_at": change.at,
                "effective_on": event.effective_on,
                "data": plain(event.data) or None,
                "changes": changes,
            }
        )
        changes = None


#: What names the row already, or follows from the number of its events.
_UNTOLD = frozenset({"id", "case_id", "number"})


def _told(row: RowChange) -> dict[str, Any]:
    """What the event says of a row; ``dialect`` writes dates as ``plain`` does."""
    fresh = DEFAULTS.get(row.table, _NOTHING) if row.new else _NOTHING
    untold = _UNTOLD | {"version"} if row.table == "case" else _UNTOLD
    return {
        column: value
        for column, value in row.values.items()
        if column not in untold and fresh.get(column, _ABSENT) != value
    }


def _insert(connection: Connection, inserts: Mapping[str, Sequence[dict[str, Any]]]) -> None:
    for name in _ORDER:
        dialect.insert_many(connection, TABLES[name], inserts[name])


def _update(
    connection: Connection,
    updates: Mapping[tuple[str, tuple[str, ...]], Sequence[dict[str, Any]]],
) -> None:
    for (name, _columns), rows in sorted(updates.items(), key=lambda item: item[0]):
        guard = "version" if name == "case" else None
        changed = dialect.update_many(connection, TABLES[name], _KEYS[name], rows, guard)
        if changed != len(rows):
            raise Stale()


def search_entry(case: CaseFacts) -> tuple[int, str, str]:
    """What the index holds of a case: its words with its folios, and its person's."""
    folios = folio_tokens(case.ref, case.folio, case.external_folio)
    words = joined(case.subject, case.description, case.street, case.colonia)
    person = joined(case.petitioner.name) if case.petitioner else ""
    return case.id, f"{folios} {words}".strip(), person


def _index(connection: Connection, changes: Sequence[Change]) -> None:
    dialect.index_search(connection, [search_entry(c.case) for c in changes if c.born])
    edited = [
        search_entry(change.case)
        for change in changes
        if not change.born and any(_is_searched(row.table, row.values) for row in change.rows)
    ]
    if edited:
        dialect.reindex_search(connection, edited)


def _is_searched(table: str, values: Iterable[str]) -> bool:
    if table == "petitioner":
        return "name" in values
    return table == "case" and not _SEARCHED.isdisjoint(values)


def _enqueue(session: Session, changes: Sequence[Change]) -> None:
    """Notices become mails in the same transaction; a job delivers them."""
    told = {notice.user_id for change in changes for notice in change.notices} - {None}
    areas = {notice.area_id for change in changes for notice in change.notices} - {None}
    if not told and not areas:
        return
    heads: dict[int | None, list[int]] = {}
    if areas:
        for area_id, head_id in heads_of(session, areas, local_date(changes[0].at)):
            heads.setdefault(area_id, []).append(head_id)
            told.add(head_id)
    rows = session.execute(
        select(User.id, User.email).where(User.id.in_(told), User.active.is_(True))
    )
    addresses = {row.id: row.email for row in rows}
    mails = []
    for change in changes:
        for position, notice in enumerate(change.notices):
            people = heads.get(notice.area_id, ()) if notice.area_id else (notice.user_id,)
            for user_id in people:
                if user_id not in addresses or user_id == change.actor.user_id:
                    continue
                mails.append(
                    {
                        "message_id": (
                            f"<{change.case.ref.lower()}.{change.version}.{position}."
                            f"{int(change.at.timestamp() * 1000)}.{user_id}@caseflow.invalid>"
                        ),
                        "recipient": addresses[user_id],
                        "subject": notice.subject,
                        "body": notice.body,
                        "state": "queued",
                        "attempts": 0,
                        "next_try_at": change.at,
                        "case_id": change.case.id,
                        "user_id": user_id,
                        "written_at": change.at,
                    }
                )
    dialect.insert_many(session.connection(), Mail.__table__, mails)  # type: ignore[arg-type]
