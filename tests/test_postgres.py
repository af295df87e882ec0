"""The throw-away PostgreSQL keeps to itself and leaves nothing behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests.postgres import Server

ROOT = Path(__file__).resolve().parent.parent

OWNER = """
import os, signal, sys
from tests.postgres import Cluster
cluster = Cluster()
print(cluster.home, cluster.watcher, flush=True)
sys.stdin.readline()
{ending}
"""


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("ending", "code"),
    [("", 0), ("os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL)],
    ids=["ended", "killed"],
)
def test_a_cluster_ends_with_the_process_that_started_it(ending, code):
    with subprocess.Popen(
        [sys.executable, "-c", OWNER.format(ending=ending)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        home, watcher = process.stdout.readline().split()
        assert Path(home, "data", "postmaster.pid").exists()
        watched = os.pidfd_open(int(watcher))
        process.communicate("end\n")
    assert process.returncode == code
    assert select.select([watched], [], [], 60)[0], "the watcher goes on"
    os.close(watched)
    assert not Path(home).exists()


def test_every_database_is_empty_and_its_own(postgres: Server):
    first, second = postgres.create(), postgres.create()
    for url in (first, second):
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE mark (x integer)"))
        engine.dispose()
    postgres.drop(first)
    postgres.drop(second)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(first.replace("+psycopg", "", 1))


def test_what_a_template_holds_is_built_once_and_copied(postgres: Server):
    built = []

    def build(url: str) -> None:
        built.append(url)
        with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
            connection.execute("CREATE TABLE mark AS SELECT 7 AS x")

    copies = [postgres.copy_of("marked", build) for _ in range(2)]
    assert len(built) == 1
    assert len({*copies, *built}) == 3
    for url in copies:
        with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
            assert connection.execute("SELECT x FROM mark").fetchall() == [(7,)]
        postgres.drop(url)


def test_the_server_listens_to_its_socket_alone(postgres: Server):
    if "host" in postgres.keywords and not postgres.keywords["host"].startswith("/"):
        return  # a server that TEST_DATABASE_URL names is the caller's own affair
    with psycopg.connect(dbname="postgres", **postgres.keywords) as connection:
        [(addresses,)] = connection.execute("SHOW listen_addresses").fetchall()
    assert addresses == ""
