"""Many rows in one statement: the bulk SQL of each database.

Built from the names of tables and columns out of the metadata, never from a value; each such line
says so to the scanner (``nosec B608``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, Date, DateTime, Table, TypeDecorator
from sqlalchemy.exc import DBAPIError

from caseflow.dialect.engines import is_sqlite
from caseflow.jsontext import json_text, ordered_text


def reserve_ids(connection: Connection, table: Table, n: int) -> range:
    """``n`` fresh row numbers of a table, so that children can name them before the insert.

    SQLite: the writer holds the lock, so the next numbers are its own. PostgreSQL: from the
    sequence, in one block.
    """
    if n == 0:
        return range(0)
    if is_sqlite(connection):
        top = connection.exec_driver_sql(f'SELECT max(id) FROM "{table.name}"').scalar() or 0  # nosec B608
        return range(top + 1, top + 1 + n)
    name = f'"{table.name}_id_seq"'
    # one block in one statement: setval would race, so the numbers are drawn one by one in it
    drawn = connection.exec_driver_sql(
        f"SELECT nextval('{name}') FROM generate_series(1, {int(n)})"  # nosec B608
    ).scalars()
    numbers = sorted(drawn)
    if numbers[-1] - numbers[0] == n - 1:
        return range(numbers[0], numbers[-1] + 1)
    return _Drawn(numbers)  # type: ignore[return-value]  # a sequence of ints like range


class _Drawn(list[int]):
    """Numbers drawn from a sequence that another transaction was drawing from as well."""


def insert_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns. PostgreSQL: COPY; SQLite: one prepared insert."""
    if not rows:
        return
    columns = list(rows[0])
    processors = _processors(connection, table, columns)
    names = ", ".join(f'"{column}"' for column in columns)
    if is_sqlite(connection):
        marks = ", ".join("?" * len(columns))
        connection.exec_driver_sql(
            f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})',  # nosec B608
            list(_bound(rows, columns, processors)),
        )
        return
    statement = f'COPY "{table.name}" ({names}) FROM STDIN'
    driver = connection.dialect.loaded_dbapi
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(statement) as copy:
            for bound in _bound(rows, columns, processors):
                copy.write_row(bound)
    except driver.Error as error:
        # COPY goes past SQLAlchemy, which callers expect to name what went wrong
        raise DBAPIError.instance(
            statement, None, error, driver.Error, dialect=connection.dialect
        ) from error
    finally:
        cursor.close()


def find_many(
    connection: Connection,
    table: Table,
    fixed: tuple[str, str],
    key: str,
    wanted: Sequence[str],
    columns: Sequence[str],
) -> list[tuple[Any, ...]]:
    """Key and ``columns`` of the rows whose ``key`` is among ``wanted`` beside the ``fixed`` value.

    The two are unique together. PostgreSQL is made to probe that index row by row: without
    statistics, as in a first import, it would scan the table each time.
    """
    name, value = fixed
    if is_sqlite(connection):
        names = ", ".join(f'"{column}"' for column in (key, *columns))
        statement = (
            f'SELECT {names} FROM "{table.name}" WHERE "{name}" = ? '  # nosec B608
            f'AND "{key}" IN (SELECT value FROM json_each(?))'
        )
        given: tuple[Any, ...] = (value, json_text(list(wanted)))
    else:
        names = ", ".join(f'found."{column}"' for column in columns)
        statement = (
            f"SELECT w.k, {names} FROM unnest(CAST(%s AS text[])) AS w(k) CROSS JOIN LATERAL "  # nosec B608
            f'(SELECT * FROM "{table.name}" AS t WHERE t."{name}" = %s AND t."{key}" = w.k LIMIT 1)'
            " AS found"
        )
        given = (list(wanted), value)
    return [tuple(row) for row in connection.exec_driver_sql(statement, given)]


def update_many(
    connection: Connection,
    table: Table,
    keys: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    guard: str | None = None,
) -> int:
    """Update rows by key; all have the same columns, keys included. Returns how many matched.

    ``guard`` names a column whose old value must still be ``row["_" + guard]``.
    """
    if not rows:
        return 0
    guarded = [] if guard is None else [guard]
    values = [c for c in rows[0] if c not in keys and not c.startswith("_")]
    if is_sqlite(connection):
        statement = (
            f'UPDATE "{table.name}" SET '  # nosec B608
            + ", ".join(f'"{c}" = ?' for c in values)
            + " WHERE "
            + " AND ".join(f'"{k}" = ?' for k in [*keys, *guarded])
        )
        processors = _processors(connection, table, [*values, *keys, *guarded])
        names = [*values, *keys, *("_" + g for g in guarded)]
        return connection.exec_driver_sql(statement, list(_bound(rows, names, processors))).rowcount
    types = [table.c[c].type.compile(connection.dialect) for c in [*values, *keys, *guarded]]
    aliases = [f"v{i}" for i in range(len(types))]
    arrays = ", ".join(f"CAST(%s AS {_array_type(t)}[])" for t in types)
    sets = ", ".join(f'"{c}" = d.{a}' for c, a in zip(values, aliases, strict=False))
    where = " AND ".join(
        f't."{k}" = d.{a}' for k, a in zip([*keys, *guarded], aliases[len(values) :], strict=True)
    )
    names = [*values, *keys, *["_" + g for g in guarded]]
    processors = _processors(connection, table, [*values, *keys, *guarded])
    columns = tuple(
        _array(column, kind)
        for column, kind in zip(
            zip(*_bound(rows, names, processors), strict=True), types, strict=True
        )
    )
    # json arrays travel as text and are cast row by row
    sets = ", ".join(
        f'"{c}" = d.{a}::json' if t.upper() == "JSON" else f'"{c}" = d.{a}'
        for c, a, t in zip(values, aliases, types, strict=False)
    )
    statement = (
        f'UPDATE "{table.name}" AS t SET {sets} FROM unnest({arrays}) '  # nosec B608
        f"AS d({', '.join(aliases)}) WHERE {where}"
    )
    return connection.exec_driver_sql(statement, columns).rowcount


def _array(values: Sequence[Any], kind: str) -> Any:
    """A column of values as the driver takes an array; whole numbers as its literal, for speed."""
    if kind.upper() in ("INTEGER", "BIGINT"):
        return f"{{{','.join('NULL' if value is None else str(value) for value in values)}}}"
    return list(values)


def _array_type(name: str) -> str:
    upper = name.upper()
    if upper == "JSON" or upper.startswith("VARCHAR"):
        return "TEXT"
    return name


#: Turns a Python value, never ``None``, into what the driver takes; ``None``: it takes it as it is.
_Processor = Callable[[Any], Any] | None


def _bound(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], processors: Sequence[_Processor]
) -> Iterator[tuple[Any, ...]]:
    """The rows' values in the order of the columns, as the driver takes them."""
    pick = itemgetter(*columns) if len(columns) > 1 else lambda row: (row[columns[0]],)
    converted = [(i, process) for i, process in enumerate(processors) if process is not None]
    for row in rows:
        values = list(pick(row))
        for i, process in converted:
            value = values[i]
            if value is not None:
                values[i] = process(value)
        yield tuple(values)


def _processors(connection: Connection, table: Table, columns: Sequence[str]) -> list[_Processor]:
    """What each column's values go through. SQLAlchemy's own do the same, at five times the cost:
    here pass hundreds of thousands of values.
    """
    made: list[_Processor] = []
    sqlite = is_sqlite(connection)
    for name in columns:
        kind = table.c[name].type
        if isinstance(kind, JSON):
            made.append(ordered_text if table.c[name].info.get("ordered") else json_text)
        elif isinstance(kind, Boolean):
            made.append(None)  # both drivers take bool
        elif sqlite and isinstance(kind, Date):
            made.append(dt.date.isoformat)
        elif isinstance(kind, TypeDecorator) and isinstance(kind.impl, DateTime):
            made.append(_instant_text if sqlite else None)
        else:
            made.append(kind.dialect_impl(connection.dialect).bind_processor(connection.dialect))
    return made


def _instant_text(value: dt.datetime) -> str:
    """An instant as SQLite stores it: UTC, without its zone."""
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    moment = value if value.tzinfo is dt.UTC else value.astimezone(dt.UTC)
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")
