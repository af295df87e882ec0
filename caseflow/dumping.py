"""The database as one file and back: SQLite by its own copy, PostgreSQL by ``pg_dump``.

Both are of one instant and neither keeps anybody from writing. A file of a live SQLite database is
never copied as a file.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, func, inspect, select, table, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session

from caseflow import dialect
from caseflow.domain.errors import Refused
from caseflow.queries import audit
from caseflow.queries.audit import Head

#: Seconds that PostgreSQL's tools may take.
PATIENCE = 3_600


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a database holds at one instant: its schema, rows by table, and the last seal."""

    schema: str
    counts: Mapping[str, int]
    head: Head


class Dumper(Protocol):
    """One engine's way of becoming a file."""

    engine_name: str

    def dump(self, target: Path) -> Snapshot:
        """Write the database into a file; what it holds. Raises ``Refused``."""

    def check_dump(self, dump: Path, expected: Snapshot, key: bytes) -> None:
        """Look into a dump as far as that goes without a database. Raises ``Refused``."""

    def load(self, dump: Path, expected: Snapshot, key: bytes) -> None:
        """Make the dump the database, and check it. Raises ``Refused``."""

    def cases(self) -> int | None:
        """How many cases the database holds; none where it has no tables."""


def dumper_for(database_url: str, engine_name: str | None = None) -> Dumper:
    """The way of the installation's engine, or of another one to look into its dump."""
    url = make_url(database_url)
    if (engine_name or url.get_backend_name()) == "sqlite":
        return SqliteDumper(url)
    return PostgresDumper(url)


class SqliteDumper:
    """``VACUUM INTO``: a reader's view of one instant, written as a new database."""

    engine_name = "sqlite"

    def __init__(self, url: URL) -> None:
        self.url = url

    def dump(self, target: Path) -> Snapshot:
        with _engine(self.url) as engine, engine.connect() as connection:
            connection.rollback()
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("VACUUM INTO ?", (str(target),))
        with _opened(target) as connection:
            return snapshot(connection)

    def check_dump(self, dump: Path, expected: Snapshot, key: bytes) -> None:
        with _opened(dump) as connection:
            if connection.scalar(text("PRAGMA integrity_check")) != "ok":
                raise Refused("La base de la copia está dañada.")
            if connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
                raise Refused("La base de la copia tiene renglones sin su origen.")
            compare(connection, expected, key)

    def load(self, dump: Path, expected: Snapshot, key: bytes) -> None:
        self.check_dump(dump, expected, key)
        place = Path(str(self.url.database))
        place.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        for rest in ("-wal", "-shm"):
            place.with_name(place.name + rest).unlink(missing_ok=True)
        dump.chmod(0o640)
        shutil.move(dump, place)

    def cases(self) -> int | None:
        if not Path(str(self.url.database)).is_file():
            return None
        with _engine(self.url) as engine, engine.connect() as connection:
            return count_cases(connection)


class PostgresDumper:
    """``pg_dump`` of an exported snapshot, so that what is counted is what is dumped."""

    engine_name = "postgresql"

    def __init__(self, url: URL) -> None:
        self.url = url

    def dump(self, target: Path) -> Snapshot:
        tool = _tool("pg_dump")
        with (
            _engine(self.url) as engine,
            engine.connect().execution_options(isolation_level="REPEATABLE READ") as view,
        ):
            exported = str(view.scalar(text("SELECT pg_export_snapshot()")))
            held = snapshot(view)
            _run([tool, "--format=custom", "--no-owner", "--no-privileges",
                      f"--snapshot={exported}", f"--file={target}", *self._where()],
                     self._environment())  # fmt: skip
        return held

    def check_dump(self, dump: Path, expected: Snapshot, key: bytes) -> None:
        listed = _run([_tool("pg_restore"), "--list", str(dump)], dict(os.environ))
        missing = [name for name in expected.counts if f"TABLE DATA public {name} " not in listed]
        if missing:
            raise Refused("A la base de la copia le falta la tabla {name}.", name=missing[0])

    def load(self, dump: Path, expected: Snapshot, key: bytes) -> None:
        clean = ["--clean", "--if-exists"] if self.cases() is not None else []
        _run([_tool("pg_restore"), "--no-owner", "--no-privileges", "--exit-on-error",
              "--single-transaction", *clean, *self._where(), str(dump)],
             self._environment())  # fmt: skip
        with _engine(self.url) as engine:
            with engine.begin() as connection:
                connection.execute(text("ANALYZE"))
            with engine.connect() as connection:
                compare(connection, expected, key)

    def cases(self) -> int | None:
        with _engine(self.url) as engine, engine.connect() as connection:
            return count_cases(connection)

    def _where(self) -> list[str]:
        """The database for PostgreSQL's tools, without its password."""
        words = {"dbname": self.url.database, "host": self.url.host, "port": self.url.port,
                 "user": self.url.username, **self.url.query}  # fmt: skip
        told = " ".join(
            "{}='{}'".format(name, str(value).replace("\\", "\\\\").replace("'", "\\'"))
            for name, value in words.items()
            if value is not None and name != "password"
        )
        return [f"--dbname={told}"]

    def _environment(self) -> dict[str, str]:
        password = self.url.password or self.url.query.get("password")
        return {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}


def snapshot(connection: Connection) -> Snapshot:
    """What the connection sees."""
    names = sorted(
        name for name in inspect(connection).get_table_names() if not name.startswith("case_search")
    )
    counts = {
        name: int(connection.scalar(select(func.count()).select_from(table(name))) or 0)
        for name in names
    }
    schema = str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")
    with Session(connection) as session:
        return Snapshot(schema, counts, audit.stored_head(session))


def compare(connection: Connection, expected: Snapshot, key: bytes) -> None:
    """The database holds what the copy states, and its event log stands. Raises ``Refused``."""
    found = snapshot(connection)
    for name, count in expected.counts.items():
        if found.counts.get(name) != count:
            raise Refused(
                "La tabla {name} tiene {found} renglones y la copia declara {stated}.",
                name=name,
                found=found.counts.get(name, 0),
                stated=count,
            )
    with Session(connection) as session:
        walked = audit.verify(session, key, expected.head, all_sealed=False)
    if not walked.holds:
        raise Refused(
            "El registro de eventos de la copia no está íntegro: {what} (sello {seq}).",
            what=walked.problems[0].what,
            seq=walked.problems[0].seq,
        )


def count_cases(connection: Connection) -> int | None:
    if not inspect(connection).has_table("case"):
        return None
    return int(connection.scalar(select(func.count()).select_from(table("case"))) or 0)


@contextmanager
def _engine(url: URL) -> Iterator[Engine]:
    engine = dialect.make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _opened(path: Path) -> Iterator[Connection]:
    """A database file of a copy."""
    with _engine(URL.create("sqlite", database=str(path))) as engine, engine.connect() as found:
        yield found


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Refused(
            "Falta {name}, de PostgreSQL: instale el paquete postgresql-client de la versión del "
            "servidor.",
            name=name,
        )
    return found


def _run(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """Run one of PostgreSQL's tools; its words. Raises ``Refused`` with its complaint."""
    done = subprocess.run(
        command, env=dict(environment), capture_output=True, text=True, check=False,
        timeout=PATIENCE, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        raise Refused(
            "{tool} no pudo: {reason}",
            tool=Path(command[0]).name,
            reason=(done.stderr.strip().splitlines() or ["sin explicación"])[-1],
        )
    return done.stdout
