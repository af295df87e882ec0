"""``python -m bench``: how fast it is here, beside the same statements in plain SQL.

    python -m bench --engine postgresql --cases 20000
    python -m bench --quick                                # small and short, to see that it works
    python -m bench --write                                # both engines into bench/README.md

Not a test: it ends with 0 whatever the figures are. ``python -m bench.prove`` holds them to their
limits.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import readme
from bench.batch_figures import (
    MILLION,
    import_figures,
    million_figures,
    redate_figures,
    tick_figures,
)
from bench.databases import ENGINES, Databases, open_databases
from bench.figures import ROOT, Figure, as_json, is_busy, machine, table
from bench.http_figures import Sizes, page_figures
from bench.office import fill, prepare
from bench.pages import ROWS
from bench.safety_figures import safety_figures
from bench.settings import Installation
from bench.start import start_figures
from caseflow.domain.instants import local_date
from caseflow.extensions import db

CASES, QUICK_CASES = 100_000, 4_000
PARTS = ("pages", "tick", "redate", "safety", "import", "million", "start")
QUICK = Sizes(timed=10, warm=2, recorded=4, per_worker=50)


@dataclass(frozen=True, slots=True)
class Run:
    """What to measure, and where things are kept meanwhile."""

    engine: str
    cases: int
    parts: Sequence[str]
    pages: Sequence[str]
    sizes: Sizes
    kept: Path
    fresh: bool = False
    quiet: bool = False


def measure(run: Run) -> tuple[list[Figure], dict[str, str]]:
    """The figures of one engine, and its name with its version and what it held."""
    now = dt.datetime.now(dt.UTC)
    began = time.monotonic()

    def say(words: str) -> None:
        if not run.quiet:
            print(f"  {time.monotonic() - began:6.1f} s  {words}", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory(prefix="caseflow-bench-") as scratch:
        folders = iter(range(1_000_000))

        def folder_of(url: str) -> Installation:
            return Installation(url, Path(scratch) / f"installation-{next(folders)}")

        with open_databases(run.engine, run.kept, Path(scratch)) as databases:
            say(f"{databases.version} runs")
            about = {"engine": databases.version}
            figures = []
            if {"pages", "tick", "safety"} & set(run.parts):
                about |= office(databases, run, folder_of, now, say)
            if "pages" in run.parts:
                figures += page_figures(databases, folder_of, now, run.sizes, say, run.pages)
            if "tick" in run.parts:
                figures += tick_figures(databases, folder_of, now, run.cases, say)
            if "redate" in run.parts:
                figures += redate_figures(databases, folder_of, now, run.cases, say)
            if "million" in run.parts and run.engine == "sqlite":
                figures += million_figures(folder_of("sqlite://"), min(MILLION, 10 * run.cases))
            if "safety" in run.parts:
                figures += safety_figures(databases, folder_of, say)
            if "import" in run.parts:
                figures += import_figures(databases, folder_of, now, run.cases, say)
            if "start" in run.parts and run.engine == "sqlite":
                figures += start_figures(Path(scratch) / "demonstration", say)
    say("done")
    return figures, about


def office(
    databases: Databases,
    run: Run,
    folder_of: Callable[[str], Installation],
    now: dt.datetime,
    say: Callable[[str], None],
) -> dict[str, str]:
    """Have the office ready; how large it is."""

    def build(url: str) -> None:
        app = folder_of(url).app()
        prepare(app, now)
        told = fill(app, run.cases, now)
        say(", ".join(f"{count:,} {what}" for what, count in told.items()))
        with app.app_context():
            db.session.remove()
            db.engine.dispose()

    took = databases.office(run.cases, local_date(now), build, fresh=run.fresh)
    say(f"an office of {run.cases:,} cases" + (f", built in {took:.0f} s" if took else ", kept"))
    url = databases.copy()
    size = f"{databases.size(url) / 2**20:,.0f} MiB"
    databases.drop(url)
    return {"cases": f"{run.cases:,}", "size": size}


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--engine", choices=(*ENGINES, "both"), default="both")
    parser.add_argument("--cases", type=int, default=None, help=f"of the office ({CASES:,})")
    parser.add_argument("--quick", action="store_true", help="few cases, few requests")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=None,
                        help="some figures; with --quick, without start")  # fmt: skip
    parser.add_argument(
        "--pages", choices=[row.key for row in ROWS], nargs="+", default=(), help="some pages"
    )
    parser.add_argument("--fresh", action="store_true", help="build the office anew")
    parser.add_argument("--kept", type=Path, default=ROOT / "instance" / "bench",
                        help="where built offices are kept")  # fmt: skip
    parser.add_argument("--json", type=Path, default=None, help="folder for the figures as JSON")
    parser.add_argument("--write", action="store_true", help="put the tables into bench/README.md")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    chosen = arguments(given)
    engines = ENGINES if chosen.engine == "both" else (chosen.engine,)
    cases = chosen.cases or (QUICK_CASES if chosen.quick else CASES)
    parts = chosen.only or (PARTS[:-1] if chosen.quick else PARTS)
    if chosen.pages:
        parts = ("pages",)
    for engine in engines:
        where = machine()
        run = Run(
            engine, cases, parts, chosen.pages,
            QUICK if chosen.quick else Sizes(), chosen.kept, chosen.fresh,
        )  # fmt: skip
        figures, about = measure(run)
        print(f"\n{about['engine']}, {cases:,} cases, {where['cores']} cores, {where['date']}, "
              f"commit {where['commit']}\n")  # fmt: skip
        if is_busy(where):
            print(f"The machine was busy (load {where['load']}): these are not figures to quote.\n")
        print(table(figures), flush=True)
        folder = chosen.json or chosen.kept
        folder.mkdir(parents=True, exist_ok=True)
        kept = {"machine": where, "about": about, "figures": as_json(figures)}
        (folder / f"results-{engine}.json").write_text(json.dumps(kept, indent=1))
        if chosen.write:
            readme.put(engine, where, about, figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
