"""How long the safety net takes: the event log verified, a copy made, put back and checked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from bench.databases import Databases
from bench.figures import ROOT, Figure
from bench.settings import Installation
from tools.provision import postgres_binaries

#: Reliability.md, figures to reach: a million events, 100,000 cases.
VERIFY_SECONDS = 60.0
RESTORE_SECONDS = 600.0
MILLION = 1_000_000


def safety_figures(
    databases: Databases, folder_of: Callable[[str], Installation], say: Callable[[str], None]
) -> list[Figure]:
    """Figures over the office. Those of the event log are told for a million events."""
    url, empty = databases.copy(), databases.empty()
    installation = folder_of(url)
    environment = installation.environment()
    told = _told(environment, "log")
    if not told["holds"]:
        raise RuntimeError(f"the event log of the office does not hold: {told}")
    say(f"{told['events']:,} events sealed and verified")
    copied = _told(environment, "copy", str(installation.folder / "copies"))
    other = {
        **folder_of(empty).environment(),
        "CASEFLOW_AUDIT_KEY": environment["CASEFLOW_AUDIT_KEY"],
    }
    restored = _told(other, "restore", copied["path"])
    say(f"{restored['cases']:,} cases copied and put back")
    for each in (url, empty):
        databases.drop(each)

    def figure(
        key: str, label: str, took: Mapping[str, float], limit: float | None, share: float = 1.0
    ) -> Figure:
        return Figure(
            databases.name, key, label, "s", p50=took["seconds"] * share,
            worked=took["processor"] * share, limit=limit, n=1,
            note="" if share == 1.0 else f"{told['events']:,} measured",
        )  # fmt: skip

    share = MILLION / told["events"]
    both = {name: told["verify"][name] + told["rebuild"][name] for name in ("seconds", "processor")}
    return [
        figure("audit", "a million events verified", told["verify"], VERIFY_SECONDS, share),
        figure("audit_rebuild", "and the tables rebuilt from them", both, VERIFY_SECONDS, share),
        figure("seal", "a million events sealed", told["seal"], None, share),
        figure("copy", f"copy of {copied['cases']:,} cases", copied["copy"], None),
        figure("restore", "put back and checked", restored["restore"], RESTORE_SECONDS),
    ]


def _told(environment: Mapping[str, str], *words: str) -> Mapping[str, Any]:
    path = os.environ["PATH"]
    if folder := postgres_binaries():  # pg_dump and its like
        path = f"{folder}{os.pathsep}{path}"
    done = subprocess.run(
        [sys.executable, "-m", "bench.safety", *words],
        cwd=ROOT, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        env={**os.environ, **environment, "PATH": path},
    )  # fmt: skip
    told: Mapping[str, Any] = json.loads(done.stdout)
    return told
