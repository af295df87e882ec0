"""A batch that a person stops and resumes, whoever works at it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from caseflow.commands import imports
from caseflow.commands.work import begin_work
from caseflow.domain.errors import NotAllowed, NotNow
from caseflow.domain.people import SYSTEM
from caseflow.extensions import db
from caseflow.intake.profiles import load_profile
from caseflow.listings import handed_in, open_for_office, stage_pending
from caseflow.models import Case
from caseflow.queries import due, reference
from caseflow.queries.rebuild import differences
from caseflow.storage import store_file
from tests.builders import NOW, TODAY, Office
from tests.commands.listings import SUAC, csv_bytes, hand_in, import_listing, line_of, suac


def many(count: int) -> bytes:
    return csv_bytes([{**SUAC, "id_folio": str(3_200_000 + n)} for n in range(count)])


def cases() -> int:
    db.session.remove()
    return db.session.scalar(select(func.count()).select_from(Case)) or 0


def confirmed(folder: Path, count: int) -> int:
    batch_id = hand_in(folder, many(count))
    with begin_work(SYSTEM, NOW) as work:
        imports.confirm(work, batch_id, hand_over=True)
    return batch_id


def test_a_paused_batch_stops_behind_the_chunk_in_hand_and_resumes_from_its_verdicts(
    office: Office, tmp_path: Path
) -> None:
    batch_id = confirmed(tmp_path, 50)

    def stopped(rows: int) -> None:
        with office.work("direccion") as work:
            imports.pause(work, batch_id)

    with pytest.raises(imports.Paused):
        imports.apply(SYSTEM, batch_id, now=NOW, chunk=20, progress=stopped)
    line = line_of(batch_id)
    assert (line.decided, cases(), line.paused_by) == (20, 20, "Teresa Lozano")
    with office.work("ventanilla") as work:
        imports.hand_over(work, batch_id)
    imports.apply_pending(NOW)
    assert (line_of(batch_id).state, cases()) == ("done", 50)
    assert differences(db.session()) == []


def test_the_scheduler_passes_a_paused_batch_over_and_knows_of_no_work(
    office: Office, tmp_path: Path
) -> None:
    batch_id = confirmed(tmp_path, 3)
    assert due.imports_wait(db.session())
    with office.work("direccion") as work:
        imports.pause(work, batch_id)
        imports.pause(work, batch_id)
    assert not due.imports_wait(db.session())
    assert imports.apply_pending(NOW) == {}
    assert cases() == 0


def test_a_listing_paused_while_it_is_read_is_read_on_where_it_was(
    office: Office, tmp_path: Path
) -> None:
    path = tmp_path / "listado.csv"
    path.write_bytes(many(30))
    folder = office.app.config["CASEFLOW"].storage_dir
    store_file(folder, path)
    rules = reference.current(db.session())
    listing = open_for_office(path, path.name, load_profile("suac-0311"), rules, TODAY)
    with begin_work(SYSTEM, NOW) as work:
        batch_id = imports.hand_in(work, handed_in(listing, take_all=True), preview=False)

    def stopped(rows: int) -> None:
        with office.work("direccion") as work:
            imports.pause(work, batch_id)

    with pytest.raises(imports.Paused):
        imports.take(SYSTEM, batch_id, listing.rows(), now=NOW, chunk=10, progress=stopped)
    assert line_of(batch_id).staged_to == 11
    with office.work("direccion") as work:
        imports.hand_over(work, batch_id)
    assert due.imports_wait(db.session())
    assert stage_pending(NOW) == {"listings": 1, "rows": 30}
    assert (line_of(batch_id).counts["created"], cases()) == (30, 30)


def test_only_who_may_import_a_source_pauses_its_batches_and_only_while_they_move(
    office: Office, tmp_path: Path
) -> None:
    batch_id = confirmed(tmp_path, 3)
    for act in (imports.pause, imports.unpause):
        with pytest.raises(NotAllowed), office.work("titular") as work:
            act(work, batch_id)
    done = import_listing(tmp_path, suac({"id_folio": "3900001"}))
    with pytest.raises(NotNow), office.work("direccion") as work:
        imports.pause(work, done.id)
