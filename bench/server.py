"""The program as it is deployed: gunicorn with two workers, in front of one database."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.processes import children
from bench.settings import Installation

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
WORKERS = 2
THREADS = 4
#: As ``docs/deployment.md`` says; a worker is never replaced while it is measured.
COMMAND = (
    "gunicorn", "wsgi:app", "-w", str(WORKERS), "-k", "gthread", "--threads", str(THREADS),
    "--no-control-socket",
)  # fmt: skip
PATIENCE = 60  # seconds until the first page


class Gunicorn:
    """A running server; ends with the ``with`` that began it."""

    def __init__(self, installation: Installation) -> None:
        self.port = free_port()
        self._log = (installation.folder / "gunicorn.log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", *COMMAND, "--bind", f"{HOST}:{self.port}"],
            cwd=ROOT,
            env={**os.environ, **installation.environment()},
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the server and its workers."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        self._log.close()

    def workers(self) -> list[int]:
        """The processes that answer."""
        return children(self._process.pid)

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended: {Path(self._log.name).read_text()[-2000:]}")
            if answers(self.port):
                return
            time.sleep(0.05)
        raise TimeoutError(f"no page after {PATIENCE} s")


def answers(port: int) -> bool:
    """Whether the sign-in page comes."""
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", "/ingresar")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
