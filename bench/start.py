"""How long a person waits for the first page: in an empty folder, and when all is there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench.figures import ROOT, Figure
from bench.server import HOST, answers, free_port
from bench.settings import Installation

FIRST, NEXT = 180.0, 5.0  # seconds
LABELS = {
    "start_first": ("first page of a first start, demonstration made", FIRST),
    "start_next": ("first page of the next start", NEXT),
}


def start_figures(folder: Path, say: Callable[[str], None]) -> list[Figure]:
    """Start as ``make run`` does, dependencies being there, in a folder of its own."""
    app = Installation(f"sqlite:///{folder / 'none.sqlite3'}", folder / "look").app()
    if app.cli.get_command(None, "serve") is None:  # type: ignore[arg-type]  # no context needed
        return [
            Figure("sqlite", key, label, "s", why="not there yet")
            for key, (label, _) in LABELS.items()
        ]
    figures = []
    for key, (label, limit) in LABELS.items():
        seconds = _first_page(folder, 4 * limit)
        say(f"{label}: {seconds:.1f} s")
        figures.append(Figure("sqlite", key, label, "s", p50=seconds, limit=limit, n=1))
    return figures


def _first_page(folder: Path, patience: float) -> float:
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--init-demo",
         "--port", str(port)],
        cwd=ROOT,
        env={
            **os.environ,
            "CASEFLOW_ENV": "development",
            "CASEFLOW_INSTANCE_DIR": str(folder),
            "CASEFLOW_DATABASE_URL": "",
        },
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while time.perf_counter() - began < patience:
            if process.poll() is not None:
                raise RuntimeError(f"{HOST}: the start ended with {process.returncode}")
            if answers(port):
                return time.perf_counter() - began
            time.sleep(0.02)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    raise TimeoutError(f"no page after {patience:.0f} s")
