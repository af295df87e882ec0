"""The web service as it is deployed, killed while people write: what was answered stays, once.

Clerks capture over HTTP through gunicorn, each form again until it is answered, as a person or a
browser would. ``CASEFLOW_KILLS`` says how often a worker, or the whole service, is killed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import http.client
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bench.processes import children
from bench.server import COMMAND, HOST, answers, free_port
from caseflow.commands.sealing import kept_head, key_of, seal
from caseflow.extensions import db
from caseflow.models import Case, FormNonce
from caseflow.queries import audit
from caseflow.queries.rebuild import differences
from tests.builders import ROOT, Office
from tests.web.browsing import signed_in, token

ASKED = int(os.environ.get("CASEFLOW_KILLS", "10"))
KILLS = max(4, min(ASKED // 2, 100))
CLERKS = ("ventanilla", "ventanilla2", "supervision")
PATIENCE = 60.0
#: The service lives in real time.
YESTERDAY = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
#: The figure to reach; asked for where nothing else runs (``make prove``).
READY = 5.0 if KILLS == 100 else PATIENCE


class Service:
    """gunicorn with two workers on one port, started again as systemd would."""

    def __init__(self, office: Office, folder: Path) -> None:
        settings = office.app.config["CASEFLOW"]
        self.port = free_port()
        self.log = folder / "gunicorn.log"
        self._environment = {
            **os.environ,
            "CASEFLOW_ENV": "development",
            "CASEFLOW_DATABASE_URL": settings.database_url,
            "CASEFLOW_INSTANCE_DIR": str(settings.instance_dir),
            "CASEFLOW_STORAGE_DIR": str(settings.storage_dir),
            "CASEFLOW_AUDIT_KEY": settings.audit_key,
            "CASEFLOW_SECRET_KEY": settings.secret_key,
            "CASEFLOW_BASE_URL": settings.base_url,
        }
        self.start()

    def start(self) -> float:
        """Start it; seconds until a page came."""
        began = time.monotonic()
        with self.log.open("ab") as out:
            self.master = subprocess.Popen(
                [sys.executable, "-m", *COMMAND, "--bind", f"{HOST}:{self.port}"],
                cwd=ROOT, env=self._environment, stdin=subprocess.DEVNULL,
                stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip
        pause = threading.Event()
        while not answers(self.port):
            assert self.master.poll() is None, self.log.read_text()[-2000:]
            assert time.monotonic() - began < PATIENCE, "no page"
            pause.wait(0.02)
        return time.monotonic() - began

    def kill_a_worker(self, chance: random.Random) -> None:
        if workers := children(self.master.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(workers), signal.SIGKILL)

    def kill(self) -> None:
        """Master and workers, as systemd ends what is left of a service."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.master.pid, signal.SIGKILL)
        self.master.wait()


class Clerk(threading.Thread):
    """Captures one case after the other; a form without an answer is sent again."""

    def __init__(self, office: Office, login: str, port: int, ended: threading.Event) -> None:
        super().__init__(name=login)
        client = signed_in(office, login)
        self._form = {
            "csrf_token": token(client), "source": "CESAC", "kind": "service",
            "channel": "counter", "filed_on": f"{YESTERDAY:%Y-%m-%d}", "subject": "BACHEO",
            "territory_code": "",
        }  # fmt: skip
        cookie = client.get_cookie("caseflow")
        assert cookie is not None
        self._headers = {
            "Cookie": f"caseflow={cookie.value}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self._port, self._ended = port, ended
        #: form → folio that the answer named
        self.answered: dict[str, str] = {}
        self.repeated = 0
        self.wrong: list[str] = []

    def run(self) -> None:
        number = 0
        while not self._ended.is_set():
            number += 1
            nonce = f"{self.name}-{number}"
            while (folio := self._send(nonce)) is None:
                self.repeated += 1
                self._ended.wait(0.02)
            self.answered[nonce] = folio

    def _send(self, nonce: str) -> str | None:
        """The folio in the answer; none where there was no answer, or one to try again later."""
        connection = http.client.HTTPConnection(HOST, self._port, timeout=10)
        try:
            body = urllib.parse.urlencode({**self._form, "nonce": nonce})
            connection.request("POST", "/casos/nuevo", body, self._headers)
            answer = connection.getresponse()
            page = answer.read().decode()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        if answer.status == 503:
            return None
        found = re.search(r"CESAC-\d{4}-\d{6}", page)
        if answer.status != 200 or found is None:
            self.wrong.append(f"{answer.status}: {page[:300]}")
            return ""
        return found[0]


@pytest.fixture
def service(office: Office, tmp_path: Path) -> Iterator[Service]:
    started = Service(office, tmp_path)
    yield started
    started.kill()


def test_what_was_answered_is_there_once_whoever_is_killed(
    office: Office, service: Service
) -> None:
    chance, ended = random.Random(20261124), threading.Event()
    clerks = [Clerk(office, login, service.port, ended) for login in CLERKS]
    for clerk in clerks:
        clerk.start()
    slowest = 0.0
    for n in range(KILLS):
        ended.wait(chance.uniform(0.05, 0.4))
        if n % 2:
            service.kill()
            slowest = max(slowest, service.start())
        else:
            service.kill_a_worker(chance)
    ended.wait(0.5)
    ended.set()
    for clerk in clerks:
        clerk.join(timeout=PATIENCE)
        assert not clerk.is_alive()
    assert [words for clerk in clerks for words in clerk.wrong] == []

    answered = {nonce: ref for clerk in clerks for nonce, ref in clerk.answered.items()}
    kept = {row[0]: row[1] for row in db.session.execute(select(FormNonce.nonce, FormNonce.ref))}
    refs = list(db.session.scalars(select(Case.ref).order_by(Case.ref)))
    assert len(answered) >= len(CLERKS)
    assert sum(clerk.repeated for clerk in clerks) > 0
    assert kept == answered
    assert sorted(answered.values()) == refs
    numbers = [int(ref.rpartition("-")[2]) for ref in refs]
    assert numbers == list(range(1, len(refs) + 1))
    assert differences(db.session()) == []
    db.session.remove()
    seal(dt.datetime.now(dt.UTC))
    settings = office.app.config["CASEFLOW"]
    walked = audit.verify(db.session(), key_of(settings), kept_head(settings))
    assert walked.holds
    assert db.session.scalar(select(func.count()).select_from(Case)) == len(answered)
    assert slowest <= READY
