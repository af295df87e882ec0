"""Rows in quarantine: corrected and tried again, or given up by a person with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from caseflow.cli.listings import cleaner_for_office
from caseflow.commands import imports
from caseflow.commands.quarantine import discard_row, retry_row
from caseflow.commands.work import begin_work
from caseflow.domain.errors import MissingData, NotAllowed, NotNow
from caseflow.domain.people import SYSTEM
from caseflow.domain.vocabulary import Verdict
from caseflow.extensions import db
from caseflow.intake.profiles import load_profile
from caseflow.queries.imports import RowLine, row_line
from tests.builders import NOW, TODAY, Office
from tests.commands.listings import SUAC, hand_in, import_listing, line_of, suac, verdicts

WRONG = {"id_folio": "3000002", "estatus": "PERDIDO"}


def retry(
    office: Office, batch_id: int, number: int, login: str = "direccion", **cells: str
) -> Verdict:
    """Correct cells of a row as the page does, and try it again."""
    row = row_line(db.session(), batch_id, number)
    assert row is not None
    corrected = [cells.get(name, cell) for name, cell in zip(SUAC, row.raw, strict=True)]
    read = cleaner_for_office(load_profile("suac-0311"), list(SUAC), TODAY).clean(number, corrected)
    with office.work(login) as work:
        return retry_row(work, batch_id, number, corrected, read)


def row_of(batch_id: int, number: int) -> RowLine:
    db.session.remove()
    row = row_line(db.session(), batch_id, number)
    assert row is not None
    return row


def forecast(batch_id: int) -> Mapping[str, Any]:
    return {name: count for name, count in line_of(batch_id).forecast.items() if count}


def test_a_corrected_row_makes_its_case_and_the_sum_still_holds(
    office: Office, tmp_path: Path
) -> None:
    line = import_listing(tmp_path, suac({}, WRONG))
    assert verdicts(line) == {"created": 1, "quarantined": 1}
    assert retry(office, line.id, 3, estatus="CERRADO", fecha_concluido="2026-11-12") == "created"
    assert verdicts(line_of(line.id)) == {"created": 2}
    assert office.case("direccion", "SUAC-3000002").state == "closed"
    assert row_of(line.id, 3).case_ref == "SUAC-3000002"


def test_a_row_that_is_still_wrong_stays_in_quarantine_with_its_new_reason(
    office: Office, tmp_path: Path
) -> None:
    line = import_listing(tmp_path, suac({}, WRONG))
    assert retry(office, line.id, 3, estatus="CERRADO", fecha_solicitud="ayer") == "quarantined"
    row = row_of(line.id, 3)
    assert [one["column"] for one in row.detail] == ["fecha_solicitud"]
    assert verdicts(line_of(line.id)) == {"created": 1, "quarantined": 1}


def test_a_row_is_corrected_before_the_batch_is_applied_and_applied_with_it(
    office: Office, tmp_path: Path
) -> None:
    batch_id = hand_in(tmp_path, suac({}, WRONG))
    assert retry(office, batch_id, 3, estatus="AUTORIDAD RESPONSABLE") == "created"
    assert forecast(batch_id) == {"created": 2}
    with begin_work(SYSTEM, NOW) as work:
        imports.confirm(work, batch_id)
    imports.apply(SYSTEM, batch_id, now=NOW)
    assert verdicts(line_of(batch_id)) == {"created": 2}


def test_of_two_contradicting_rows_the_one_a_person_insists_on_is_news(
    office: Office, tmp_path: Path
) -> None:
    line = import_listing(tmp_path, suac({}, {"codigo_postal_solicitud": "08510"}))
    assert verdicts(line) == {"created": 1, "quarantined": 1}
    assert retry(office, line.id, 3) == "updated"
    assert office.case("direccion", "SUAC-3000001").postal_code == "08510"


def test_a_row_is_given_up_once_with_a_reason_and_by_who_may(
    office: Office, tmp_path: Path
) -> None:
    line = import_listing(tmp_path, suac({}, WRONG))
    with pytest.raises(NotAllowed), office.work("ventanilla") as work:
        discard_row(work, line.id, 3, "No es nuestro")
    with pytest.raises(MissingData), office.work("direccion") as work:
        discard_row(work, line.id, 3, "  ")
    with office.work("direccion") as work:
        discard_row(work, line.id, 3, "No es nuestro")
    row = row_of(line.id, 3)
    assert (row.discard_reason, row.discarded_by) == ("No es nuestro", "Teresa Lozano")
    assert verdicts(line_of(line.id)) == {"created": 1, "quarantined": 1}
    with pytest.raises(NotNow):
        retry(office, line.id, 3, estatus="CERRADO")


def test_a_row_that_is_not_in_quarantine_cannot_be_retried(office: Office, tmp_path: Path) -> None:
    line = import_listing(tmp_path, suac())
    with pytest.raises(NotNow):
        retry(office, line.id, 2)


def test_rows_of_a_batch_under_way_are_left_alone(office: Office, tmp_path: Path) -> None:
    batch_id = hand_in(tmp_path, suac({}, WRONG))
    with begin_work(SYSTEM, NOW) as work:
        imports.confirm(work, batch_id)
    with pytest.raises(NotNow):
        retry(office, batch_id, 3, estatus="CERRADO")
