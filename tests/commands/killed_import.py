"""Imports a listing and is killed at it, again and again, until one run comes through.

    python -m tests.commands.killed_import URL FOLDER LISTING WAY KILLS SEED

``WAY`` is ``take`` (applied as it is read) or ``stage`` (staged, then applied).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from caseflow.commands import imports
from caseflow.commands.work import begin_work
from caseflow.domain.people import SYSTEM
from caseflow.extensions import db
from caseflow.intake.profiles import load_profile
from caseflow.listings import handed_in, open_for_office
from caseflow.queries import reference
from tests.builders import NOW, TODAY, make_app
from tests.commands.killing import kill_until_done

CHUNK = 20


def attempt(app: Flask, listing: Path, way: str, progress: Callable[[int], None]) -> None:
    """Bring the batch to its end, from wherever it stands."""
    with app.app_context():
        opened = open_for_office(
            listing, listing.name, load_profile("suac-0311"), reference.current(db.session()), TODAY
        )
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
    app = make_app(url, Path(folder))  # which connects to nothing before it is asked
    return kill_until_done(
        lambda progress: attempt(app, Path(listing), way, progress), int(kills), int(seed)
    )


if __name__ == "__main__":
    sys.exit(main())
