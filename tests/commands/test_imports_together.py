"""Two at once: the same file, or two files that share folios."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select

from caseflow.commands import imports
from caseflow.commands.work import begin_work
from caseflow.domain.people import SYSTEM
from caseflow.extensions import db
from caseflow.intake.profiles import load_profile
from caseflow.listings import handed_in, open_for_office
from caseflow.models import Batch, Case
from caseflow.queries import reference
from caseflow.queries.rebuild import differences
from tests.builders import NOW, TODAY, Office
from tests.commands.listings import SUAC, csv_bytes, line_of


def at_once(office: Office, *acts: Callable[[], int]) -> list[int]:
    """Run acts in threads of their own that begin together."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], int]) -> int:
        with office.app.app_context():
            barrier.wait()
            try:
                return act()
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def importer(path: Path) -> Callable[[], int]:
    def act() -> int:
        listing = open_for_office(
            path, path.name, load_profile("suac-0311"), reference.current(db.session()), TODAY
        )
        with begin_work(SYSTEM, NOW) as work:
            batch_id = imports.hand_in(work, handed_in(listing, take_all=True), preview=False)
        imports.take(SYSTEM, batch_id, listing.rows(), now=NOW, chunk=25)
        return batch_id

    return act


def listing(folder: Path, name: str, first: int, count: int = 300) -> Path:
    path = folder / name
    path.write_bytes(
        csv_bytes([{**SUAC, "id_folio": str(first + number)} for number in range(count)])
    )
    return path


def test_two_people_with_the_same_file_make_one_batch_and_each_case_once(
    office: Office, tmp_path: Path
) -> None:
    act = importer(listing(tmp_path, "listado.csv", 3_500_000))
    batches = at_once(office, act, act)
    # one may come when the other is done: then its batch finds nothing new
    assert sum(line_of(batch_id).counts.get("created", 0) for batch_id in set(batches)) == 300
    assert db.session.scalar(select(func.count()).select_from(Case)) == 300
    assert differences(db.session()) == []


@pytest.mark.parametrize("shift", [0, 100])
def test_two_files_that_share_folios_make_each_case_once(
    office: Office, tmp_path: Path, shift: int
) -> None:
    one = listing(tmp_path, "uno.csv", 3_500_000)
    other = listing(tmp_path, "otro.csv", 3_500_000 + shift, 301)
    batches = at_once(office, importer(one), importer(other))
    lines = [line_of(batch_id) for batch_id in batches]
    assert all(line.balanced for line in lines)
    assert sum(line.counts.get("created", 0) for line in lines) == 301 + shift
    assert db.session.scalar(select(func.count()).select_from(Case)) == 301 + shift
    assert db.session.scalar(select(func.count()).select_from(Batch)) == 2
    assert differences(db.session()) == []
