"""Imports a listing as the command does, in a process whose memory can be watched.

python -m tests.commands.large_import URL FOLDER LISTING
"""

from __future__ import annotations

import sys
from pathlib import Path

from caseflow.commands import imports
from caseflow.commands.work import begin_work
from caseflow.domain.people import SYSTEM
from caseflow.extensions import db
from caseflow.intake.profiles import load_profile
from caseflow.listings import handed_in, open_for_office
from caseflow.queries import reference
from tests.builders import NOW, TODAY, make_app


def main() -> None:
    url, folder, name = sys.argv[1:]
    path = Path(name)
    app = make_app(url, Path(folder))
    with app.app_context():
        rules = reference.current(db.session())
        listing = open_for_office(path, path.name, load_profile("suac-0311"), rules, TODAY)
        with begin_work(SYSTEM, NOW) as work:
            batch_id = imports.hand_in(work, handed_in(listing, take_all=True), preview=False)
        imports.take(SYSTEM, batch_id, listing.rows(), now=NOW)


if __name__ == "__main__":
    main()
