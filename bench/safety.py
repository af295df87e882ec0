"""The safety net in a process of its own: ``python -m bench.safety log`` and ``… copy FOLDER``.

``log`` seals all events, then walks the chain and rebuilds the tables from them; ``copy`` makes a
copy; ``restore COPY`` puts one back into an empty installation, checked. Prints seconds, start of
the interpreter left out.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from caseflow import backup, create_app
from caseflow.commands.sealing import kept_head, key_of, seal
from caseflow.extensions import db
from caseflow.queries import audit
from caseflow.queries.rebuild import differences
from caseflow.settings import SettingsLike
from config import load_settings


def timed(act: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """What the act returned, and its seconds by the clock and on a processor."""
    began, before = time.perf_counter(), time.process_time()
    made = act()
    return made, {
        "seconds": time.perf_counter() - began,
        "processor": time.process_time() - before,
    }


def log(settings: SettingsLike, now: dt.datetime) -> dict[str, Any]:
    sealed, seal_took = timed(lambda: seal(now, thorough=True))
    found, verify_took = timed(
        lambda: audit.verify(db.session(), key_of(settings), kept_head(settings))
    )
    other, rebuild_took = timed(lambda: differences(db.session()))
    return {
        "events": found.events, "sealed": sealed["sealed"], "holds": found.holds and not other,
        "seal": seal_took, "verify": verify_took, "rebuild": rebuild_took,
    }  # fmt: skip


def copy(settings: SettingsLike, now: dt.datetime, folder: Path) -> dict[str, Any]:
    (path, manifest), took = timed(lambda: backup.create(settings, folder, now))
    return {"path": str(path), "cases": manifest.counts["case"], "copy": took}


def restore(settings: SettingsLike, now: dt.datetime, path: Path) -> dict[str, Any]:
    done, took = timed(lambda: backup.restore(settings, path, now))
    return {"cases": done.manifest.counts["case"], "restore": took}


def main() -> int:
    what, *places = sys.argv[1:]
    settings, now = load_settings(), dt.datetime.now(dt.UTC)
    with create_app(settings).app_context():
        if what == "log":
            told = log(settings, now)
        elif what == "copy":
            told = copy(settings, now, Path(places[0]))
        else:
            told = restore(settings, now, Path(places[0]))
        db.session.remove()
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
