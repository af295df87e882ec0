"""The figures of what runs without anybody waiting: the tick and the import."""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.databases import Databases
from bench.figures import Figure
from bench.office import add_falling_due, prepare
from bench.open_cases import add_open
from bench.people import SUPERVISOR, address
from bench.processes import MIB, Peak
from bench.rows import write
from bench.settings import Installation
from caseflow.commands.work import begin_work
from caseflow.domain.instants import local_date, utc
from caseflow.domain.people import SYSTEM
from caseflow.extensions import db

ROOT = Path(__file__).resolve().parent.parent

#: Of the cases of the office, how many more fall due on the one day.
FALL_DUE = 0.15
#: Business days until that day: what is due sooner was recorded by then.
AHEAD = 10
TICK_SECONDS = 3.0
ROWS_PER_SECOND = 3_000
IMPORT_MEMORY = 300 * MIB
REDATE_SECONDS = 30.0
MILLION, MILLION_SECONDS = 1_000_000, 20.0

Say = Callable[[str], None]
FolderOf = Callable[[str], Installation]


def tick_figures(
    databases: Databases, folder_of: FolderOf, now: dt.datetime, cases: int, say: Say
) -> list[Figure]:
    """A tick on the day after one on which many deadlines fall due."""
    url = databases.copy()
    installation = folder_of(url)
    app = installation.app()
    with app.app_context():
        with begin_work(SYSTEM, now) as work:
            calendar = work.clockwork.calendar
        db.session.remove()
    due_on = calendar.add(local_date(now), AHEAD)
    n = round(cases * FALL_DUE)
    add_falling_due(app, n, due_on, now)
    with app.app_context():
        db.engine.dispose()
    say(f"{n:,} cases more fall due on {due_on}")
    _tick(installation, due_on)
    told = _tick(installation, due_on + dt.timedelta(days=1))
    databases.drop(url)
    counts = ", ".join(
        f"{told[name]:,} {name}" for name in told if name not in ("seconds", "processor")
    )
    return [
        Figure(
            databases.name,
            "tick",
            f"tick after a day on which {n:,} deadlines fell due",
            "s",
            p50=told["seconds"],
            limit=TICK_SECONDS * databases.patience,
            worked=told["processor"],
            n=1,
            note=counts,
        )
    ]


def _tick(installation: Installation, day: dt.date) -> Mapping[str, Any]:
    return _told(installation, "bench.tick", utc(dt.datetime.combine(day, dt.time(9))).isoformat())


def _told(installation: Installation, module: str, *arguments: str) -> Mapping[str, Any]:
    """What a module of the benchmark prints that runs in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT, env={**os.environ, **installation.environment()}, check=True,
        capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    told: Mapping[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def redate_figures(
    databases: Databases, folder_of: FolderOf, now: dt.datetime, cases: int, say: Say
) -> list[Figure]:
    """Two days more on the list, all cases open: the act, and the job until its last folio."""
    url = databases.empty()
    installation = folder_of(url)
    app = installation.app()
    prepare(app, now)
    add_open(app, cases, now)
    with app.app_context():
        db.engine.dispose()
    say(f"{cases:,} open cases")
    told = _told(installation, "bench.redating", now.isoformat())
    databases.drop(url)
    moved = sum(told["counts"][name] for name in ("moved", "targets"))
    if told["counts"] != told["foreseen"] or moved < 0.95 * cases:
        raise RuntimeError(f"dating {cases} cases again ended with {told}")
    parts = {
        "redate": (f"{cases:,} open folios dated again", "seconds", REDATE_SECONDS),
        "redate_act": ("of it, what the person waits for", "act", None),
        "redate_preview": ("its preview", "preview", None),
    }
    return [
        Figure(
            databases.name,
            key,
            label,
            "s",
            p50=told[name],
            limit=limit,
            worked=told[f"{name}_processor"],
            n=1,
            note=f"{told['counts']['moved']:,} moved, {told['counts']['freed']:,} of them no "
            "longer overdue, one event each" if name == "seconds" else "",
        )
        for key, (label, name, limit) in parts.items()
    ]  # fmt: skip


def million_figures(installation: Installation, counts: int) -> list[Figure]:
    """A million due dates (fewer in a small run), no two counts alike; no database takes part."""
    told = _told(installation, "bench.million", str(counts))
    return [
        Figure(
            "",
            "million",
            f"{told['counts']:,} due dates of random filings and acts, on one core",
            "s",
            p50=told["seconds"],
            limit=MILLION_SECONDS if counts == MILLION else None,
            worked=told["processor"],
            n=1,
            note=f"{told['acts']:,} acts among them",
        )
    ]


def import_figures(
    databases: Databases, folder_of: FolderOf, now: dt.datetime, rows: int, say: Say
) -> list[Figure]:
    """A listing of all new rows into an empty office, by the command, from its start to its end."""
    url = databases.empty()
    installation = folder_of(url)
    app = installation.app()
    labels = {
        "import_rate": ("import of a listing, all rows new", "rows/s", ROWS_PER_SECOND, False),
        "import_memory": ("its memory, process and children", "MiB", IMPORT_MEMORY / MIB, True),
    }
    if app.cli.get_command(None, "import") is None:  # type: ignore[arg-type]  # no context needed
        return [
            Figure(databases.name, key, label, unit, why="not there yet")
            for key, (label, unit, _, _) in labels.items()
        ]
    prepare(app, now)
    with app.app_context():
        db.engine.dispose()
    listing = installation.folder / "listing.csv"
    with listing.open("w", encoding="utf-8", newline="") as target:
        write(target, rows, until=local_date(now) - dt.timedelta(days=1))
    say(f"a listing of {rows:,} rows, {listing.stat().st_size / MIB:.1f} MiB")
    seconds, processor, peak, told = _import(installation, listing)
    if told["created"] + told["quarantined"] != rows or told["created"] < 0.99 * rows:
        raise RuntimeError(f"the import of {rows} new rows ended with {told}")
    databases.drop(url)
    values = {"import_rate": rows / seconds, "import_memory": peak / MIB}
    notes = {
        "import_rate": f"{rows:,} rows in {seconds:.1f} s from start to exit, "
        f"{processor:.1f} s of them on a processor",
        "import_memory": "highest sum of RSS",
    }
    return [
        Figure(
            databases.name,
            key,
            label,
            unit,
            p50=values[key],
            limit=limit,
            most=most,
            n=1,
            note=notes[key],
        )
        for key, (label, unit, limit, most) in labels.items()
    ]


def spent() -> float:
    """Seconds that processes started here, and ended, were on a processor."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _import(
    installation: Installation, listing: Path
) -> tuple[float, float, int, Mapping[str, Any]]:
    """Seconds, seconds on a processor, peak bytes and what the command said."""
    command: Sequence[str] = (
        sys.executable, "-m", "flask", "--app", "wsgi", "import", str(listing),
        "--profile", "suac-0311", "--all", "--as", address(SUPERVISOR), "--json",
    )  # fmt: skip
    output = installation.folder / "import.json"
    began, before = time.perf_counter(), spent()
    with output.open("wb") as stdout, (installation.folder / "import.log").open("wb") as stderr:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **installation.environment()},
            stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr,
        )  # fmt: skip
        with Peak(process.pid) as peak:
            code = process.wait()
    seconds, processor = time.perf_counter() - began, spent() - before
    if code not in (0, 3):
        log = (installation.folder / "import.log").read_text(encoding="utf-8")
        raise RuntimeError(f"the import ended with {code}: {log[-2000:]}")
    told: Mapping[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    return seconds, processor, peak.bytes, told
