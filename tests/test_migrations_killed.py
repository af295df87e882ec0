"""A migration that is killed: the schema is the old one or the new one, and no row is touched.

``CASEFLOW_KILLS`` says how often.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

from alembic.script import ScriptDirectory

from caseflow.extensions import db
from caseflow.queries.rebuild import differences
from tests.builders import ROOT, Office

KILLS = max(3, min(int(os.environ.get("CASEFLOW_KILLS", "10")) // 4, 50))


def test_killed_at_any_point_it_leaves_the_old_schema_or_the_new_and_every_row(
    office: Office,
) -> None:
    for _ in range(3):
        office.route("supervision", office.capture().case.ref, "JUD-AMC", "JUD-BAR")
    settings = office.app.config["CASEFLOW"]
    db.session.remove()
    db.engine.dispose()
    done = subprocess.run(
        [
            sys.executable, "-m", "tests.killed_migration", settings.database_url,
            str(settings.instance_dir), str(KILLS), "7",
        ],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=1_800,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3_000:]
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    assert len(found) == KILLS + 2
    history = [one.revision for one in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()]
    new, old = history[0], history[1]
    assert [found[0][0], found[-1][0]] == [old, new]
    assert {revision for revision, _ in found} <= {old, new}
    assert {digest for _, digest in found} == {found[0][1]}
    assert differences(db.session()) == []
