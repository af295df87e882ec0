"""One tick in a process of its own: ``python -m bench.tick 2026-12-09T12:00:00+00:00``.

Prints the counts and the seconds it took, start of the interpreter left out.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time

from caseflow.commands.ticks import tick
from wsgi import app


def main() -> int:
    now = dt.datetime.fromisoformat(sys.argv[1])
    with app.app_context():
        began, before = time.perf_counter(), time.process_time()
        counts = tick(now)
        seconds, processor = time.perf_counter() - began, time.process_time() - before
    print(json.dumps({"seconds": seconds, "processor": processor, **counts}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
