"""The floor under a page: the statements of its request, sent again by the bare driver.

``Recorder`` listens to the program's engine and keeps, request by request, what reached the driver:
statements with their values, COPY data, begins and commits. ``replay`` sends the same to a database
in the same state, without Flask, SQLAlchemy or HTTP, and reads every row. The difference is what
the program adds.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import psycopg
from sqlalchemy import Engine, event

from bench.databases import bare_address

COPIES, COMMITS, ROLLS_BACK = "copy", "commit", "rollback"


@dataclass(frozen=True, slots=True)
class Sent:
    """One thing that reached the driver. ``link`` numbers the connection it went over.

    ``alone``: outside of any transaction, as PostgreSQL is read.
    """

    link: int
    statement: str
    values: Any = None
    many: bool = False
    kind: str = ""
    alone: bool = False


def counts(sent: Sent) -> bool:
    """Whether it is a statement, and not the beginning or the end of a transaction."""
    return sent.kind in ("", COPIES) and not sent.statement.startswith("BEGIN")


class Recorder:
    """What reaches the driver while requests are made."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sent: list[Sent] = []
        self._links: dict[int, int] = {}
        self._listeners: list[tuple[str, Any]] = [
            ("before_cursor_execute", self._statement),
            ("commit", self._commit),
            ("rollback", self._rollback),
        ]
        if engine.dialect.name == "postgresql":
            self._listeners.append(("connect", self._watch_copies))

    def __enter__(self) -> Self:
        for name, listener in self._listeners:
            event.listen(self._engine, name, listener)
        self._engine.dispose()  # connections opened before are not watched
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for name, listener in self._listeners:
            event.remove(self._engine, name, listener)
        self._engine.dispose()

    @contextmanager
    def request(self) -> Iterator[list[Sent]]:
        """The list that fills with what the request sends, complete when it is over."""
        taken: list[Sent] = []
        self._sent = taken
        yield taken
        self._sent = []

    def _link(self, raw: object) -> int:
        return self._links.setdefault(id(raw), len(self._links))

    def _statement(
        self, connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool
    ) -> None:
        raw = connection.connection.dbapi_connection
        alone = getattr(raw, "autocommit", False) is True
        self._sent.append(Sent(self._link(raw), statement, values, many, alone=alone))

    def _commit(self, connection: Any) -> None:
        self._end(connection, COMMITS)

    def _rollback(self, connection: Any) -> None:
        self._end(connection, ROLLS_BACK)

    def _end(self, connection: Any, kind: str) -> None:
        raw = connection.connection.dbapi_connection
        self._sent.append(Sent(self._link(raw), "", kind=kind))

    def _watch_copies(self, raw: Any, record: object) -> None:
        recorder = self

        class Cursor(psycopg.Cursor[Any]):
            """Keeps the rows that go through COPY."""

            @contextmanager
            def copy(self, statement: Any, *args: Any, **more: Any) -> Iterator[Any]:
                rows: list[Any] = []
                recorder._sent.append(Sent(recorder._link(raw), str(statement), rows, kind=COPIES))
                with super().copy(statement, *args, **more) as copying:
                    yield _Copying(copying, rows)

        raw.cursor_factory = Cursor


@dataclass(frozen=True, slots=True)
class _Copying:
    """A COPY in progress that remembers its rows."""

    inner: Any
    rows: list[Any]

    def write_row(self, row: Sequence[Any]) -> None:
        self.rows.append(row)
        self.inner.write_row(row)


def replay(url: str, requests: Sequence[Sequence[Sent]]) -> list[float]:
    """Send the statements of each request again; seconds that each took."""
    links: dict[int, Any] = {}
    seconds = []
    try:
        for each in {sent.link for request in requests for sent in request}:
            links[each] = _connect(url)
        for request in requests:
            began = time.perf_counter()
            for sent in request:
                _send(links[sent.link], sent)
            seconds.append(time.perf_counter() - began)
            for link in links.values():
                link.rollback()
    finally:
        for link in links.values():
            link.close()
    return seconds


def explain(url: str, sent: Sent) -> list[str]:
    """The plan of one recorded statement, with what it really took where the engine tells."""
    link = _connect(url)
    try:
        if isinstance(link, sqlite3.Connection):
            rows = link.execute(f"EXPLAIN QUERY PLAN {sent.statement}", sent.values or ())
            return [str(row[-1]) for row in rows]
        plan = link.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sent.statement}", sent.values)
        return [str(row[0]) for row in plan]
    finally:
        link.rollback()
        link.close()


def timed(url: str, requests: Sequence[Sequence[Sent]]) -> list[tuple[float, Sent]]:
    """Seconds of each single statement of the requests."""
    links: dict[int, Any] = {}
    found = []
    try:
        for request in requests:
            for sent in request:
                link = links.get(sent.link) or links.setdefault(sent.link, _connect(url))
                began = time.perf_counter()
                _send(link, sent)
                found.append((time.perf_counter() - began, sent))
    finally:
        for link in links.values():
            link.rollback()
            link.close()
    return found


def _connect(url: str) -> Any:
    """A bare connection, set up as the program sets up its own."""
    if not url.startswith("sqlite:"):
        return psycopg.connect(bare_address(url))
    connection = sqlite3.connect(bare_address(url), isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON",
                   "cache_size = -32000", "temp_store = MEMORY"):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _send(link: Any, sent: Sent) -> None:
    if sent.kind == COMMITS:
        link.commit()
    elif sent.kind == ROLLS_BACK:
        link.rollback()
    elif sent.kind == COPIES:
        with link.cursor().copy(sent.statement) as copying:
            for row in sent.values:
                copying.write_row(row)
    elif isinstance(link, psycopg.Connection) and link.autocommit != sent.alone:
        link.autocommit = sent.alone
        _send(link, sent)
    elif sent.many:
        link.cursor().executemany(sent.statement, sent.values)
    else:
        cursor = link.execute(sent.statement, sent.values or ())
        if cursor.description:
            cursor.fetchall()
