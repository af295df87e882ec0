"""Where the time of a page goes: ``python -m bench.slow case --engine postgresql --cases 20000``.

Asks for the page within this process under ``cProfile``, then sends each statement of one request
by the bare driver, timed, with the plans of the slowest.
"""

from __future__ import annotations

import argparse
import cProfile
import datetime as dt
import io
import pstats
import sys
import tempfile
from pathlib import Path

from bench.__main__ import PARTS, Run, office
from bench.browser import Inside, cookie_for
from bench.databases import ENGINES, open_databases
from bench.figures import ROOT
from bench.http_figures import Sizes, record, sign_in
from bench.pages import ROWS, world_of
from bench.replay import counts, explain, timed
from bench.settings import Installation
from caseflow.domain.instants import local_date

LINES = 45
#: Recorded often enough for the driver to prepare its statements.
SIZES = Sizes(recorded=12)
PLANS = 3


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.slow", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("page", choices=[row.key for row in ROWS])
    parser.add_argument("--engine", choices=ENGINES, default="postgresql")
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--requests", type=int, default=40)
    parser.add_argument("--sort", default="cumulative", help="as of pstats: cumulative, tottime …")
    parser.add_argument("--kept", type=Path, default=ROOT / "instance" / "bench")
    chosen = parser.parse_args()
    row = next(row for row in ROWS if row.key == chosen.page)
    now = dt.datetime.now(dt.UTC)
    with tempfile.TemporaryDirectory(prefix="caseflow-slow-") as scratch:

        def folder_of(url: str) -> Installation:
            return Installation(url, Path(scratch) / str(abs(hash(url))))

        run = Run(chosen.engine, chosen.cases, PARTS, (), SIZES, chosen.kept)
        with open_databases(chosen.engine, chosen.kept, Path(scratch)) as databases:
            office(databases, run, folder_of, now, print)
            served, floor = databases.copy(), databases.copy()
            app = folder_of(served).app()
            cookie = cookie_for(app, sign_in(app, row.login))
            world = world_of(app, local_date(now))
            recorded = record(app, cookie, row, world, SIZES)
            browser = Inside(app, cookie)
            profile = cProfile.Profile()
            for _ in range(chosen.requests):
                request = row.ask(browser, world)
                profile.enable()
                answer = request.send(browser)
                profile.disable()
                request.check(answer)
            output = io.StringIO()
            pstats.Stats(profile, stream=output).sort_stats(chosen.sort).print_stats(LINES)
            print(output.getvalue())
            last = timed(floor, recorded)[-len(recorded[-1]) :]
            statements = [one for one in last if counts(one[1])]
            for seconds, sent in statements:
                print(f"{seconds * 1000:8.2f} ms  {' '.join(sent.statement.split())[:150]}")
            reads = [one for one in statements if one[1].statement.startswith(("SELECT", "WITH"))]
            for seconds, sent in sorted(reads, key=lambda one: -one[0])[:PLANS]:
                print(f"\n{seconds * 1000:.2f} ms\n{sent.statement}\n{sent.values}")
                print("\n".join(explain(floor, sent)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
