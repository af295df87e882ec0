"""Every difference between SQLite and PostgreSQL, and nothing else.

The one place where SQL is built from pieces: names of tables and columns out of the metadata, never
a value. Each such line says so to the scanner (``nosec B608``).
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    DateTime,
    Engine,
    Table,
    TypeDecorator,
    create_engine,
    event,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

#: Seconds a writer waits for another before it gives up and the person is asked to try again.
BUSY_SECONDS = 5
#: Execution option of a connection that will write: SQLite then begins with the write lock.
WRITES = "caseflow_writes"


def is_sqlite(bind: Engine | Connection) -> bool:
    return bind.dialect.name == "sqlite"


def make_engine(url: str | URL, **options: Any) -> Engine:
    """An engine for one of the two databases, set up as reliability.md §3 asks."""
    engine = create_engine(make_url(url), **engine_options(url), **options)
    configure(engine)
    return engine


def engine_options(url: str | URL) -> dict[str, Any]:
    """Options of ``create_engine`` for a URL."""
    if make_url(url).get_backend_name() == "sqlite":
        return {
            "connect_args": {"timeout": BUSY_SECONDS, "isolation_level": None},
            "pool_size": 10,
            "max_overflow": 20,
        }
    return {
        "pool_pre_ping": True,
        "pool_size": 5,
        "max_overflow": 10,
        # our statements are short: compiling one takes longer than running it
        "connect_args": {"connect_timeout": BUSY_SECONDS, "options": "-c jit=off"},
    }


def configure(engine: Engine) -> None:
    """Pragmas and transaction starts for SQLite; nothing for PostgreSQL.

    In WAL a transaction that reads and then writes fails at once, whatever the time-out: writers
    begin with the lock (``BEGIN IMMEDIATE``), readers plainly.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _pragmas(connection: sqlite3.Connection, record: object) -> None:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -32000")
        connection.execute("PRAGMA temp_store = MEMORY")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def is_busy(error: BaseException) -> bool:
    """Whether the database refused because others were writing: trying again is right."""
    text_of = str(getattr(error, "orig", error))
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return "database is locked" in text_of or state in ("40001", "40P01", "55P03")


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
        given: tuple[Any, ...] = (value, _json_text(list(wanted)))
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
    columns = tuple(map(list, zip(*_bound(rows, names, processors), strict=True)))
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
            made.append(_json_text)
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


def _json_value(value: object) -> Any:
    """Dates and instants in ISO form; what JSON has no word for is refused."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_json_value)
#: ``JSONEncoder.encode`` makes a fresh encoder in C for each value; one of ours does for all.
_c_make_encoder = getattr(json.encoder, "c_make_encoder", None)
_encode: Callable[[Any, int], Iterable[str]] | None = _c_make_encoder and _c_make_encoder(
    None, _json_value, json.encoder.encode_basestring, None, ":", ",", False, False, True
)


def _json_text(value: Any) -> str:
    if value == []:
        return "[]"
    return _JSON.encode(value) if _encode is None else "".join(_encode(value, 0))


# --- full-text search: the same tokens, indexed by FTS5 and by tsvector('simple') ---------------

#: Columns of the search index. ``person`` is searched only where the reader may see persons.
SEARCH_COLUMNS = ("words", "person")

SEARCH_DDL = {
    "sqlite": (
        "CREATE VIRTUAL TABLE case_search USING fts5("
        'words, person, tokenize="unicode61 remove_diacritics 0")',
    ),
    "postgresql": (
        "CREATE TABLE case_search (case_id BIGINT PRIMARY KEY "
        'REFERENCES "case" (id), words TSVECTOR NOT NULL, person TSVECTOR NOT NULL)',
        "CREATE INDEX ix_case_search_words ON case_search USING gin (words)",
        "CREATE INDEX ix_case_search_person ON case_search USING gin (person)",
    ),
}


def index_search(connection: Connection, entries: Iterable[tuple[int, str, str]]) -> None:
    """Write new search entries: (case id, tokens, tokens of the person), blank-separated."""
    rows = list(entries)
    if not rows:
        return
    if is_sqlite(connection):
        connection.exec_driver_sql(
            "INSERT INTO case_search (rowid, words, person) VALUES (?, ?, ?)", rows
        )
        return
    connection.exec_driver_sql(
        "INSERT INTO case_search (case_id, words, person) "
        "SELECT d.i, array_to_tsvector(string_to_array(d.w, ' ')), "
        "array_to_tsvector(string_to_array(d.p, ' ')) "
        "FROM unnest(CAST(%s AS bigint[]), CAST(%s AS text[]), CAST(%s AS text[])) AS d(i, w, p)",
        tuple(list(column) for column in zip(*rows, strict=True)),
    )


def reindex_search(connection: Connection, entries: Sequence[tuple[int, str, str]]) -> None:
    """Replace the entries of cases whose words changed."""
    ids = [entry[0] for entry in entries]
    if is_sqlite(connection):
        connection.exec_driver_sql(
            "DELETE FROM case_search WHERE rowid = ?", [(case_id,) for case_id in ids]
        )
    else:
        connection.exec_driver_sql("DELETE FROM case_search WHERE case_id = ANY(%s)", (ids,))
    index_search(connection, entries)


def search_matches(
    dialect_name: str, tokens: Sequence[str], columns: Sequence[str]
) -> tuple[str, dict[str, str]]:
    """SQL that lists the ids of the cases with all tokens, the last one as a prefix.

    Returns the select and its bound parameters; tokens are quoted, so nothing a person types is
    read as query syntax.
    """
    if dialect_name == "sqlite":
        quoted = ['"' + token.replace('"', '""') + '"' for token in tokens]
        quoted[-1] += "*"
        scope = "{" + " ".join(columns) + "} : "
        match = scope + "(" + " AND ".join(quoted) + ")"
        return (
            "SELECT rowid AS case_id FROM case_search WHERE case_search MATCH :search_tokens",
            {"search_tokens": match},
        )
    wanted = {}
    each = []
    for i, token in enumerate(tokens):
        quoted_token = "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"
        wanted[f"token{i}"] = quoted_token + (":*" if i == len(tokens) - 1 else "")
        either = " OR ".join(f"{column} @@ CAST(:token{i} AS tsquery)" for column in columns)
        each.append(f"({either})")
    return f"SELECT case_id FROM case_search WHERE {' AND '.join(each)}", wanted  # nosec B608


# --- events are appended, never changed ----------------------------------------------------------

#: The database itself refuses to change or delete an event (reliability.md, D4).
APPEND_ONLY_DDL = {
    "sqlite": (
        "CREATE TRIGGER event_no_update BEFORE UPDATE ON event "
        "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
        "CREATE TRIGGER event_no_delete BEFORE DELETE ON event "
        "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION event_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'events are append-only'; END $$",
        "CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event "
        "FOR EACH ROW EXECUTE FUNCTION event_append_only()",
    ),
}
APPEND_ONLY_UNDO = {
    "sqlite": ("DROP TRIGGER event_no_update", "DROP TRIGGER event_no_delete"),
    "postgresql": (
        "DROP TRIGGER event_append_only ON event",
        "DROP FUNCTION event_append_only()",
    ),
}


def works_beside(bind: Engine | Connection) -> bool:
    """Whether the database works in a process of its own while ours could do something else."""
    return not is_sqlite(bind)


def lock_name(connection: Connection, name: str) -> None:
    """Whoever takes the same name waits until this transaction ends; SQLite lets one write."""
    if not is_sqlite(connection):
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext(%s))", (name,))


# --- locks ---------------------------------------------------------------------------------------


def lock_case_rows(dialect_name: str) -> bool:
    """Whether cases loaded for writing are locked row by row (SQLite holds the one lock)."""
    return dialect_name == "postgresql"


def one_at_a_time(connection: Connection, name: str) -> None:
    """Let nobody else do what ``name`` says until this transaction ends (SQLite: so it is)."""
    if not is_sqlite(connection):
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext(%s))", (name,))


def end_if_idle(connection: Connection, seconds: float) -> None:
    """Let the server end this transaction where its process sleeps in it (SQLite cannot)."""
    if not is_sqlite(connection):
        connection.exec_driver_sql(
            "SELECT set_config('idle_in_transaction_session_timeout', %s, true)",
            (f"{round(seconds * 1000)}ms",),
        )


def version_text(connection: Connection) -> str:
    """The engine's name and version, for ``/salud``."""
    if is_sqlite(connection):
        return "SQLite " + str(connection.exec_driver_sql("SELECT sqlite_version()").scalar())
    return "PostgreSQL " + str(connection.exec_driver_sql("SHOW server_version").scalar())
