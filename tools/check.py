"""Run everything that guards the project and say, in the end, what held.

``python -m tools.check`` is ``make test``. Each guard runs even where an earlier one failed, so
that one run shows all there is to mend. What could not run counts as a failure, unless
``ALLOW_SKIP=1``. The last line reads ``N passed, N failed``: tests, and one for each guard that is
not a test run.

Sizes are small unless the environment says otherwise: ``CASEFLOW_EXAMPLES`` (500 per property),
``CASEFLOW_KILLS`` (10), ``CASEFLOW_ROWS`` (20,000).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.postgres import SERVER_ENVIRONMENT, server
from tools.provision import postgres_binaries, provide

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SIZES = {"CASEFLOW_EXAMPLES": "500", "CASEFLOW_KILLS": "10", "CASEFLOW_ROWS": "20000"}
LONGEST_STEP = 20 * 60  # seconds; a guard that hangs must not hold the others for ever


@dataclass
class Tally:
    """What the guards said so far."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    troubles: list[str] = field(default_factory=list)

    def say(self, name: str, fault: str = "") -> None:
        """One guard that is not a test run: held, or ``fault``."""
        if fault:
            self.failed += 1
            self.troubles.append(f"{name}: {fault}")
        else:
            self.passed += 1

    def missing(self, name: str, why: str) -> None:
        """A guard that could not run here."""
        if allow_skip():
            self.skipped += 1
            self.troubles.append(f"{name}: left out, {why}")
        else:
            self.say(name, f"could not run, {why}")


def allow_skip() -> bool:
    """Whether a guard that cannot run here may be left out."""
    return os.environ.get("ALLOW_SKIP") == "1"


def run(name: str, command: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """Run one guard with its words on the terminal; its exit code and what went wrong, if any."""
    print(f"\n── {name}", flush=True)
    began = time.monotonic()
    try:
        code = subprocess.run(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
            timeout=LONGEST_STEP, check=False,
        ).returncode  # fmt: skip
    except subprocess.TimeoutExpired:
        code, fault = 124, f"not done after {LONGEST_STEP // 60} minutes"
    except OSError as error:
        code, fault = 127, str(error)
    else:
        fault = f"ended with {code}" if code else ""
    print(f"   {fault or 'holds'} ({time.monotonic() - began:.1f} s)", flush=True)
    return code, fault


def static(tally: Tally, environment: dict[str, str]) -> None:
    """What needs no test run: format, lint, types, templates, unsafe calls, dependencies."""
    guards = {
        "format": [f"{BIN}/ruff", "format", "--check", "."],
        "lint": [f"{BIN}/ruff", "check", "."],
        "types": [f"{BIN}/mypy"],
        "templates": [f"{BIN}/djlint", "--lint", "--quiet", "templates"],
        "unsafe calls": [
            f"{BIN}/bandit", "--quiet", "--recursive", "--severity-level", "medium",
            "--configfile", "pyproject.toml", "caseflow", "config.py", "wsgi.py",
        ],
        "dependencies": [sys.executable, "-m", "pip", "check"],
    }  # fmt: skip
    for name, command in guards.items():
        tally.say(name, run(name, command, environment)[1])


def migrations(tally: Tally, environment: dict[str, str]) -> None:
    """The migrations build, on both engines, just the tables that the models describe."""
    with tempfile.TemporaryDirectory(prefix="caseflow-check-") as folder:
        home = {**environment, "CASEFLOW_ENV": "development", "CASEFLOW_INSTANCE_DIR": folder}
        urls = {"SQLite": f"sqlite:///{folder}/check.sqlite3"}
        with contextlib.ExitStack() as stack:
            if SERVER_ENVIRONMENT in environment:
                urls["PostgreSQL"] = stack.enter_context(scratch_database())
            for engine, url in urls.items():
                name = f"migrations on {engine}"
                flask = [f"{BIN}/flask", "--app", "wsgi", "db"]
                settings = {**home, "CASEFLOW_DATABASE_URL": url}
                fault = run(name, [*flask, "upgrade"], settings)[1]
                fault = fault or run(f"{name}: equal to the models", [*flask, "check"], settings)[1]
                tally.say(name, fault)


def tests(tally: Tally, environment: dict[str, str], name: str, marks: str, jobs: int) -> None:
    """One run of pytest; its tests count one by one, and a run without tests counts as failed."""
    with tempfile.TemporaryDirectory(prefix="caseflow-check-") as folder:
        report = Path(folder) / "report.xml"
        command = [f"{BIN}/pytest", "-q", "-m", marks, "-n", str(jobs)]
        command += ["--durations=8", f"--junit-xml={report}"]
        code, fault = run(name, command, environment)
        counts = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
        if report.is_file():
            # Written by our own pytest a moment ago, so no hostile XML.
            for suite in ElementTree.parse(report).getroot().iter("testsuite"):
                for key in counts:
                    counts[key] += int(suite.get(key, 0))
    failed = counts["failures"] + counts["errors"]
    tally.skipped += counts["skipped"]
    tally.failed += failed
    tally.passed += counts["tests"] - failed - counts["skipped"]
    if failed:
        tally.troubles.append(f"{name}: {failed} of {counts['tests']} failed")
    elif code == 5:
        tally.say(name, "no test ran")
    elif fault:
        tally.say(name, fault)


@contextlib.contextmanager
def scratch_database() -> Iterator[str]:
    """An empty database on the server that this run brought up."""
    postgres = server()
    url = postgres.create()
    try:
        yield url
    finally:
        postgres.drop(url)


def engines(tally: Tally, environment: dict[str, str], stack: contextlib.ExitStack) -> set[str]:
    """Bring up PostgreSQL for all guards at once and find Chromium; which of them are here."""
    here: set[str] = set()
    if os.environ.get(SERVER_ENVIRONMENT) or provide("postgresql"):
        postgres = stack.enter_context(contextlib.closing(server()))
        environment[SERVER_ENVIRONMENT] = os.environ[SERVER_ENVIRONMENT] = postgres.url("postgres")
        if binaries := postgres_binaries():  # pg_dump and its like, of the same version
            environment["PATH"] = f"{binaries}{os.pathsep}{environment['PATH']}"
        here.add("postgresql")
    else:
        tally.missing("tests on PostgreSQL", "there is no server and none could be brought")
    if provide("chromium"):
        here.add("chromium")
    else:
        tally.missing("browser tests", "there is no Chromium and none could be brought")
    return here


def main() -> int:
    """Command line; 0 only where everything held."""
    parser = argparse.ArgumentParser(prog="python -m tools.check", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--only", choices=("static", "tests", "e2e"), help="one part of it")
    parser.add_argument("--jobs", type=int, default=2, help="test processes side by side")
    chosen = parser.parse_args()
    return check(chosen.only, chosen.jobs)


def check(only: str | None, jobs: int) -> int:
    """Run the guards, all or one part; 0 only where everything held."""
    tally = Tally()
    environment = {**SIZES, **os.environ}
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        if only in (None, "static"):
            static(tally, environment)
        if only != "static":
            here = engines(tally, environment, stack)
            without = "" if "postgresql" in here else " and not postgresql"
            if only in (None, "tests"):
                migrations(tally, environment)
                tests(tally, environment, "tests", f"not e2e{without}", jobs)
            if only in (None, "e2e") and "chromium" in here:
                tests(tally, environment, "browser tests", f"e2e{without}", jobs)
    print(f"\n── in {time.monotonic() - began:.0f} s")
    for trouble in tally.troubles:
        print(f"   {trouble}")
    left_out = f", {tally.skipped} skipped" if tally.skipped else ""
    print(f"\n{tally.passed} passed, {tally.failed} failed{left_out}", flush=True)
    return int(tally.failed > 0 or tally.passed == 0)


if __name__ == "__main__":
    sys.exit(main())
