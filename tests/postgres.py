"""A throw-away PostgreSQL for tests and benchmarks.

    with Cluster() as cluster:
        url = cluster.create("caseflow_a")

The server listens on a socket in a folder of its own, never on the network, and ends with the
process that started it, however that ends: a small watcher holds the reading end of a pipe, stops
the server when the pipe closes, and removes the folder. PostgreSQL refuses to run as root; then
it runs as ``postgres``, or as ``nobody`` where there is no such user.

With ``durable=False``, the default, nothing is flushed to the disk: right for tests, wrong for
figures about speed.
"""

from __future__ import annotations

import atexit
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import psycopg
from psycopg import sql

from tools.provision import postgres_binaries

SERVER_ENVIRONMENT = "TEST_DATABASE_URL"  # an existing server: postgresql://user:word@host/postgres
OWNER = "caseflow"
LOOSE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgresMissing(RuntimeError):
    """There is no PostgreSQL server here; ``python -m tools.provision postgresql`` brings one."""


class Server:
    """A running PostgreSQL in which databases may be created.

    ``keywords`` are libpq's (host, user, …), all but the name of the database.
    """

    def __init__(self, **keywords: str) -> None:
        self.keywords = keywords
        self._numbers = itertools.count(1)
        self._templates: set[str] = set()

    def url(self, database: str) -> str:
        """SQLAlchemy's address of one database."""
        return f"postgresql+psycopg:///{database}?{urlencode(self.keywords, safe='/')}"

    def create(self, name: str | None = None, *, template: str = "template0") -> str:
        """Create a database, by default an empty one with a new name; returns its address.

        ``template`` is a database to copy that nobody is connected to.
        """
        name = name or self.new_name()
        self._command(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return self.url(name)

    def copy_of(self, kind: str, build: Callable[[str], object]) -> str:
        """A new database like the one that ``build(url)`` fills; it is built once per process.

        ``build`` must leave no connection open: dispose of its engine.
        """
        template = f"{OWNER}_{kind}_{os.getpid()}"
        if template not in self._templates:
            build(self.create(template))
            self._templates.add(template)
        return self.create(template=template)

    def drop(self, name_or_url: str) -> None:
        """Remove a database and put out whoever is still connected."""
        name = name_or_url.split("///", 1)[-1].split("?", 1)[0]
        self._command(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def new_name(self) -> str:
        """A name that no other process uses, so that several may share the server."""
        return f"{OWNER}_{os.getpid()}_{next(self._numbers)}"

    def close(self) -> None:
        """Drop what ``copy_of`` kept; the server goes on."""
        while self._templates:
            self.drop(self._templates.pop())

    def _command(self, statement: sql.Composed) -> None:
        keywords: dict[str, Any] = {"dbname": "postgres", **self.keywords}
        with psycopg.connect(autocommit=True, **keywords) as connection:
            connection.execute(statement)


class Cluster(Server):
    """A PostgreSQL of our own, from ``initdb`` to its end."""

    def __init__(self, *, durable: bool = False, settings: tuple[str, ...] = ()) -> None:
        binaries = postgres_binaries()
        if binaries is None:
            raise PostgresMissing(PostgresMissing.__doc__)
        self.home = Path(tempfile.mkdtemp(prefix="caseflow-pg-", dir=_short_folder()))
        self.data = self.home / "data"
        self._account = _account()
        self._watcher: subprocess.Popen[bytes] | None = None
        super().__init__(host=str(self.home), user=OWNER)
        try:
            if self._account:
                binaries = self._reachable(binaries)
                os.chown(self.home, self._account.pw_uid, self._account.pw_gid)
            self.pg_ctl = binaries / "pg_ctl"
            self._run(
                binaries / "initdb", "--pgdata", self.data, "--username", OWNER, "--auth", "trust",
                "--locale", "C.UTF-8" if _has_c_utf8() else "C", "--encoding", "UTF8", "--no-sync",
            )  # fmt: skip
            # Neither addresses nor a port that anything else could meet: only the socket.
            options = ["-k", str(self.home), "-c", "listen_addresses="]
            for setting in (*(() if durable else LOOSE), *settings):
                options += ["-c", setting]
            self._watch()
            self._run(
                self.pg_ctl, "--pgdata", self.data, "--wait", "--log", self.home / "server.log",
                "--options", " ".join(f"'{each}'" for each in options), "start",
            )  # fmt: skip
        except BaseException:
            self.stop()
            raise
        atexit.register(self.stop)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def log(self) -> str:
        """What the server has written so far."""
        return (self.home / "server.log").read_text(encoding="utf-8", errors="replace")

    @property
    def watcher(self) -> int:
        """The process that ends the server when we do."""
        return self._watcher.pid if self._watcher else 0

    def restart(self, mode: str = "immediate") -> None:
        """Stop the server as a crash would (``immediate``) or politely (``fast``), and start it."""
        self._run(self.pg_ctl, "--pgdata", self.data, "--wait", "--mode", mode, "--log",
                  self.home / "server.log", "restart")  # fmt: skip

    def close(self) -> None:
        """End the server: what it held goes with it."""
        self.stop()

    def stop(self) -> None:
        """End the server and remove its folder; twice is as good as once."""
        if self._watcher and self._watcher.stdin:
            self._watcher.stdin.close()
            self._watcher.wait(timeout=60)
            self._watcher = None
        shutil.rmtree(self.home, ignore_errors=True)
        atexit.unregister(self.stop)

    def _watch(self) -> None:
        """Leave a watcher behind that ends the server when this process does, even by a kill."""
        script = 'read -r _; "$0" --pgdata "$1" --mode immediate --silent stop; rm -rf "$2"'
        self._watcher = subprocess.Popen(
            ["/bin/sh", "-c", script, str(self.pg_ctl), str(self.data), str(self.home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # an interrupted test run must not take the watcher with it
            cwd="/",
            **self._as_account(),
        )

    def _run(self, program: Path, *arguments: Path | str) -> None:
        # The server inherits what pg_ctl has: no pipe, or we would wait for the server to end.
        with (self.home / "start.log").open("w+", encoding="utf-8") as log:
            done = subprocess.run(
                [str(program), *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                timeout=120,
                check=False,
                **self._as_account(),
            )
            if done.returncode:
                log.seek(0)
                raise RuntimeError(f"{program.name} ended with {done.returncode}: {log.read()}")

    def _as_account(self) -> dict[str, Any]:
        if self._account is None:
            return {}
        return {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": ()}

    def _reachable(self, binaries: Path) -> Path:
        """The binaries where the other account can read them: a wheel may lie in root's home."""
        if binaries.is_relative_to("/usr"):
            return binaries
        installed, package = binaries.parent, binaries.parent.parent
        copied = self.home / "server" / package.name / installed.name
        shutil.copytree(installed, copied, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")  # found from the binaries by "../.."
        if libraries.is_dir():
            shutil.copytree(libraries, self.home / "server" / libraries.name, symlinks=True)
        return copied / binaries.name


def server(*, durable: bool = False) -> Server:
    """The server that the environment names, else a cluster of our own."""
    if url := os.environ.get(SERVER_ENVIRONMENT):
        keywords = psycopg.conninfo.conninfo_to_dict(url.replace("+psycopg", "", 1))
        keywords.pop("dbname", None)
        return Server(**{key: str(value) for key, value in keywords.items() if value is not None})
    return Cluster(durable=durable)


def _account() -> pwd.struct_passwd | None:
    """Whom the server runs as: ourselves, unless we are root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _short_folder() -> str:
    """The path of a socket may have about a hundred characters; some temporary folders are long."""
    return "/tmp" if os.access("/tmp", os.W_OK) else tempfile.gettempdir()


def _has_c_utf8() -> bool:
    done = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False, timeout=30)
    return "c.utf" in done.stdout.lower()
