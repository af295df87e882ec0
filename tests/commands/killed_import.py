"""Imports a listing and is killed at it, again and again, until one run comes through.

    python -m tests.commands.killed_import URL FOLDER LISTING WAY KILLS SEED

Nothing of the database is open here: each attempt is a child of its own, forked before it opens
anything, and killed (SIGKILL) at a random moment after a random chunk. ``WAY`` is ``take`` (applied
as it is read) or ``stage`` (staged, then applied). Prints how many kills there were.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

from flask import Flask

from caseflow.cli.listings import handed_in, open_for_office
from caseflow.commands import imports
from caseflow.commands.work import begin_work
from caseflow.domain.people import SYSTEM
from caseflow.intake.profiles import load_profile
from tests.builders import NOW, TODAY, make_app

CHUNK = 20
#: A chunk takes some milliseconds; the kill falls anywhere in it.
LATEST = 0.02


def attempt(app: Flask, listing: Path, way: str, told: int) -> None:
    """Bring the batch to its end, from wherever it stands; a byte for each chunk."""

    def progress(rows: int) -> None:
        os.write(told, b".")

    with app.app_context():
        opened = open_for_office(listing, listing.name, load_profile("suac-0311"), TODAY)
        with begin_work(SYSTEM, NOW) as work:
            batch_id = imports.hand_in(
                work, handed_in(opened, take_all=True), preview=way == "stage"
            )
        if way == "take":
            imports.take(SYSTEM, batch_id, opened.rows(), now=NOW, chunk=CHUNK, progress=progress)
            return
        imports.stage(
            SYSTEM, batch_id, opened.rows(), preview=False, now=NOW, chunk=CHUNK,
            progress=progress,
        )  # fmt: skip
        with begin_work(SYSTEM, NOW) as work:
            imports.confirm(work, batch_id)
        imports.apply(SYSTEM, batch_id, now=NOW, chunk=CHUNK, progress=progress)


def main() -> int:
    url, folder, listing, way, kills, seed = sys.argv[1:]
    chance = random.Random(int(seed))
    killed = 0
    app = make_app(url, Path(folder))  # which connects to nothing before it is asked
    for left in range(int(kills), -1, -1):
        heard, told = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(heard)
            attempt(app, Path(listing), way, told)
            os._exit(0)
        os.close(told)
        if left:
            for _ in range(chance.randrange(0, 4)):
                os.read(heard, 1)
            until = time.monotonic() + chance.uniform(0, LATEST)
            while time.monotonic() < until:
                pass
            os.kill(child, signal.SIGKILL)
        _pid, status = os.waitpid(child, 0)
        os.close(heard)
        killed += os.WIFSIGNALED(status)
        if not left and os.waitstatus_to_exitcode(status):
            return 1
    print(killed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
