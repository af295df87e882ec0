"""The two engines: a database of N cases on each, built once and kept, and copies to wear out.

A kept database is used again while the migrations, the drawing (``office.VERSION``) and the day are
the same: how late a case is follows from the day. PostgreSQL runs with its own settings, ``fsync``
on; it is thrown away after each run, and what is kept is a dump.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import sqlite3
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from sqlalchemy.engine import make_url

from bench.office import MIGRATIONS, VERSION
from tests.postgres import Cluster, Server
from tools.provision import postgres_binaries

#: Makes a database at an address, from nothing; must leave no connection open.
Build = Callable[[str], object]

ENGINES = ("sqlite", "postgresql")


class Databases(ABC):
    """The databases of one run on one engine; everything but what is kept goes in the end."""

    name: str
    #: SQLite may take twice what PostgreSQL may
    patience: int

    def __init__(self, kept: Path, scratch: Path) -> None:
        self.kept = kept
        self.scratch = scratch
        kept.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    @abstractmethod
    def close(self) -> None:
        """End what was started, remove what was made."""

    def office(self, cases: int, day: dt.date, build: Build, *, fresh: bool = False) -> float:
        """Have the office of ``cases`` ready to be copied; seconds that building it took, or 0."""
        path = self.kept / f"{self.name}-{cases}-{day}-{_recipe()}{self.suffix}"
        if path.is_file() and not fresh:
            self._fetch(path)
            return 0.0
        for other in self.kept.glob(f"{self.name}-{cases}-*{self.suffix}"):
            other.unlink()
        began = time.monotonic()
        build(self._blank())
        took = time.monotonic() - began
        self._keep(path)
        return took

    suffix: str

    @property
    @abstractmethod
    def version(self) -> str:
        """The engine with its version."""

    @abstractmethod
    def empty(self) -> str:
        """The address of a new, empty database."""

    @abstractmethod
    def copy(self) -> str:
        """The address of a fresh copy of the office."""

    @abstractmethod
    def drop(self, url: str) -> None:
        """Remove a database that is no longer needed."""

    @abstractmethod
    def size(self, url: str) -> int:
        """Bytes on the disk."""

    @abstractmethod
    def _blank(self) -> str:
        """The address at which the office is built."""

    @abstractmethod
    def _keep(self, path: Path) -> None:
        """Keep the office that was just built."""

    @abstractmethod
    def _fetch(self, path: Path) -> None:
        """Bring back a kept office."""


class Sqlite(Databases):
    """Files, copied as files."""

    name = "sqlite"
    patience = 2
    suffix = ".sqlite3"

    def __init__(self, kept: Path, scratch: Path) -> None:
        super().__init__(kept, scratch)
        self._office = kept / "none"
        self._made = 0

    def close(self) -> None:
        for path in self.scratch.glob("office-*"):
            path.unlink()

    @property
    def version(self) -> str:
        return f"SQLite {sqlite3.sqlite_version}"

    def empty(self) -> str:
        return f"sqlite:///{self._new()}"

    def copy(self) -> str:
        path = self._new()
        shutil.copyfile(self._office, path)
        return f"sqlite:///{path}"

    def drop(self, url: str) -> None:
        path = _file(url)
        for each in path.parent.glob(f"{path.name}*"):
            each.unlink()

    def size(self, url: str) -> int:
        path = _file(url)
        return sum(each.stat().st_size for each in path.parent.glob(f"{path.name}*"))

    def _new(self) -> Path:
        self._made += 1
        return self.scratch / f"office-{self._made}.sqlite3"

    def _blank(self) -> str:
        self._office = self._new()
        return f"sqlite:///{self._office}"

    def _keep(self, path: Path) -> None:
        connection = sqlite3.connect(self._office)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        shutil.move(self._office, path)
        self._office = path

    def _fetch(self, path: Path) -> None:
        self._office = path


class Postgresql(Databases):
    """A server of our own, as durable as it comes; the office is a template to copy."""

    name = "postgresql"
    patience = 1
    suffix = ".dump"
    _TEMPLATE = "office"

    def __init__(self, kept: Path, scratch: Path, server: Server | None = None) -> None:
        super().__init__(kept, scratch)
        self._own = None if server else Cluster(durable=True)
        self.server: Server = server or self._own  # type: ignore[assignment]  # one of the two
        self._template = f"{self._TEMPLATE}_{self.server.new_name()}"

    def close(self) -> None:
        if self._own:
            self._own.close()
        else:
            self.server.drop(self._template)

    @property
    def version(self) -> str:
        with psycopg.connect(self._libpq("postgres")) as connection:
            number = connection.info.server_version
        return f"PostgreSQL {number // 10_000}.{number % 10_000}"

    def empty(self) -> str:
        return self.server.create()

    def copy(self) -> str:
        return self.server.create(template=self._template)

    def drop(self, url: str) -> None:
        self.server.drop(url)

    def size(self, url: str) -> int:
        with psycopg.connect(bare_address(url)) as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(row[0]) if row else 0

    def _libpq(self, database: str) -> str:
        return psycopg.conninfo.make_conninfo(dbname=database, **self.server.keywords)

    def _blank(self) -> str:
        return self.server.create(self._template)

    def _keep(self, path: Path) -> None:
        draft = path.with_suffix(".part")
        self._tool("pg_dump", "--format=custom", "--compress=1", "--file", str(draft),
                   "--dbname", self._libpq(self._template))  # fmt: skip
        draft.rename(path)
        self._tidy()

    def _fetch(self, path: Path) -> None:
        self.server.create(self._template)
        self._tool("pg_restore", "--jobs=2", "--exit-on-error", "--no-owner",
                   "--dbname", self._libpq(self._template), str(path))  # fmt: skip
        self._tidy()

    def _tidy(self) -> None:
        """What autovacuum does within a day, done now."""
        with psycopg.connect(self._libpq(self._template), autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")

    def _tool(self, program: str, *arguments: str) -> None:
        folder = postgres_binaries()
        found = folder / program if folder else Path(program)
        subprocess.run([str(found), *arguments], check=True, stdin=subprocess.DEVNULL)


def open_databases(name: str, kept: Path, scratch: Path) -> Databases:
    """The databases of an engine by its name."""
    return Sqlite(kept, scratch) if name == "sqlite" else Postgresql(kept, scratch)


def bare_address(url: str) -> str:
    """What the bare driver takes: a path for SQLite, libpq's words for PostgreSQL."""
    if url.startswith("sqlite:"):
        return str(_file(url))
    parsed = make_url(url)
    words = {name: str(value) for name, value in parsed.query.items()}
    return psycopg.conninfo.make_conninfo(dbname=parsed.database, **words)


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _recipe() -> str:
    """What the office is made of: other migrations or another drawing make another office."""
    digest = hashlib.sha256(str(VERSION).encode())
    for path in sorted((MIGRATIONS / "versions").glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]
