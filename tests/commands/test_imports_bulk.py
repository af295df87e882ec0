"""Many rows at once: as one by one, and whole after any number of kills."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.rows import write
from caseflow.commands import imports
from caseflow.commands.work import begin_work
from caseflow.domain.people import SYSTEM
from caseflow.extensions import db
from caseflow.queries.rebuild import differences
from tests.builders import NOW, ROOT, TODAY
from tests.commands.listings import (
    SUAC,
    csv_bytes,
    hand_in,
    import_listing,
    line_of,
    suac,
    verdicts,
)
from tests.commands.offices import Offices
from tests.commands.tables import contents

KILLS = int(os.environ.get("CASEFLOW_KILLS", "10"))


def _five_hundred() -> bytes:
    """Rows of all kinds: repeated folios, broken ages, other boroughs, every status."""
    chance = random.Random(11)
    rows = []
    for number in range(500):
        status = chance.choice(("AUTORIDAD RESPONSABLE", "ATENDIDO", "CERRADO", "PERDIDO"))
        ended = status in ("ATENDIDO", "CERRADO") and chance.random() < 0.9
        rows.append(
            {
                **SUAC,
                "id_folio": str(3_100_000 + number - (chance.random() < 0.05)),
                "fecha_solicitud": f"2026-{chance.randrange(1, 11):02}-{chance.randrange(1, 28)}",
                "tema_solicitud": chance.choice(("ALUMBRADO", "OTRO", "BACHEO", "FUGA DE AGUA")),
                "estatus": status,
                "fecha_concluido": "2026-11-12" if ended else "NA",
                "edad": chance.choice(("NA", "30", "x")),
                "alcaldia_catalogo": chance.choice(("Iztacalco", "Iztacalco", "Iztapalapa", "NA")),
                "codigo_postal_solicitud": chance.choice(("08500", "09310", "-1")),
            }
        )
    return csv_bytes(rows)


def test_five_hundred_rows_at_once_and_one_by_one_leave_equal_tables(
    offices: Offices, tmp_path: Path
) -> None:
    data = _five_hundred()
    later = suac(
        *({"id_folio": str(3_100_000 + number), "estatus": "CERRADO",
           "fecha_concluido": "2026-11-20"} for number in (*range(0, 500, 3), 0))
    )  # fmt: skip

    def imported(chunk: int) -> tuple[dict[str, list[Any]], dict[str, int]]:
        counted: Counter[str] = Counter()
        with offices.database() as (url, folder), offices.open(url, folder):
            for day, listing in enumerate((data, later)):
                now = NOW + timedelta(days=day)
                batch_id = hand_in(tmp_path, listing, now=now)
                with begin_work(SYSTEM, now) as work:
                    imports.confirm(work, batch_id)
                imports.apply(SYSTEM, batch_id, now=now, chunk=chunk)
                counted.update(verdicts(line_of(batch_id)))
            assert differences(db.session()) == []
            return contents(db.session()), counted

    at_once, counted = imported(500)
    one_by_one, counted_so = imported(1)
    assert counted == counted_so
    assert set(counted) == {
        "created", "updated", "unchanged", "quarantined", "out_of_scope"
    }  # fmt: skip
    for table, rows in at_once.items():
        assert one_by_one[table] == rows, table


def test_applied_as_it_is_read_and_after_a_preview_leave_equal_cases(
    offices: Offices, tmp_path: Path
) -> None:
    data = _five_hundred()
    found = []
    for preview in (True, False):
        with offices.database() as (url, folder), offices.open(url, folder):
            line = import_listing(tmp_path, data, preview=preview)
            found.append((contents(db.session(), batches=False), verdicts(line)))
    assert found[0] == found[1]


@pytest.mark.parametrize("way", ["take", "stage"])
def test_an_import_killed_at_any_point_resumes_to_what_an_unbroken_one_leaves(
    offices: Offices, tmp_path: Path, way: str
) -> None:
    text = io.StringIO()
    write(text, 200, until=TODAY, days=120)
    listing = tmp_path / "listado.csv"
    listing.write_text(text.getvalue(), encoding="utf-8")

    def run(kills: int, seed: int) -> tuple[int, dict[str, list[Any]]]:
        with offices.database() as (url, folder):
            done = subprocess.run(
                [
                    sys.executable, "-m", "tests.commands.killed_import", url, str(folder),
                    str(listing), way, str(kills), str(seed),
                ],
                cwd=ROOT, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            with offices.open(url, folder):
                assert differences(db.session()) == []
                return int(done.stdout), contents(db.session())

    _none, unbroken = run(0, 0)
    killed, broken = run(KILLS, 7)
    assert killed == KILLS
    for table, rows in unbroken.items():
        assert broken[table] == rows, table
