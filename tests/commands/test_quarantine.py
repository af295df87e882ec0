"""Rows in quarantine: corrected and tried again, or given up by a person with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from caseflow.commands import imports
from caseflow.commands.quarantine import discard_row, retry_all, retry_row
from caseflow.commands.work import begin_work
from caseflow.domain.errors import MissingData, NotAllowed, NotNow
from caseflow.domain.people import SYSTEM
from caseflow.domain.vocabulary import Verdict
from caseflow.extensions import db
from caseflow.intake.profiles import load_profile
from caseflow.listings import cleaner_for_office, retry_pending, retry_quarantine
from caseflow.queries import due, reference
from caseflow.queries.imports import RowLine, row_line
from tests.builders import NOW, TODAY, Office
from tests.commands.listings import (
    SUAC,
    cesac,
    hand_in,
    import_listing,
    line_of,
    suac,
    verdicts,
)

WRONG = {"id_folio": "3000002", "estatus": "PERDIDO"}


def retry(
    office: Office, batch_id: int, number: int, login: str = "direccion", **cells: str
) -> Verdict:
    """Correct cells of a row as the page does, and try it again."""
    row = row_line(db.session(), batch_id, number)
    assert row is not None
    corrected = [cells.get(name, cell) for name, cell in zip(SUAC, row.raw, strict=True)]
    rules = reference.current(db.session())
    cleaner = cleaner_for_office(load_profile("suac-0311"), list(SUAC), rules, TODAY)
    read = cleaner.clean(number, corrected)
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


# ── All of them again ────────────────────────────────────────────────────────────────────────────


def retry_them(
    office: Office, batch_id: int, login: str = "direccion", at_most: int | None = None
) -> tuple[int, int] | None:
    """As the page does."""
    with office.work(login) as work:
        retry_all(work, batch_id)
    line = line_of(batch_id)
    return retry_quarantine(
        office.actor(login),
        batch_id,
        load_profile(line.profile),
        [header for header, _field in line.about["columns"]],
        now=NOW,
        at_most=at_most,
    )


def test_what_the_office_mended_meanwhile_lets_the_rows_through(
    office: Office, tmp_path: Path
) -> None:
    line = import_listing(
        tmp_path,
        cesac({"Folio": "CESAC-2026-000001"}, {"Folio": "CESAC-2026-000002"}),
        "cesac",
    )
    assert verdicts(line) == {"quarantined": 2}
    assert office.capture().case.ref == "CESAC-2026-000001"
    assert retry_them(office, line.id) == (2, 1)
    again = line_of(line.id)
    assert (again.count(Verdict.QUARANTINED), again.balanced) == (1, True)
    assert again.retried_to is None
    assert row_of(line.id, 2).case_ref == "CESAC-2026-000001"
    assert retry_them(office, line.id) == (1, 0)


def test_nobody_insists_on_a_contradiction_by_trying_all_again(
    office: Office, tmp_path: Path
) -> None:
    line = import_listing(
        tmp_path,
        suac({}, {"codigo_postal_solicitud": "08510"}, {"codigo_postal_solicitud": "08520"}),
    )
    assert retry_them(office, line.id) == (2, 0)
    assert "el mismo folio con otros datos" in row_of(line.id, 3).detail[0]["reason"]
    assert office.case("direccion", "SUAC-3000001").postal_code == "08500"


def test_before_the_apply_only_rows_that_could_not_be_read_are_tried_again(
    office: Office, tmp_path: Path
) -> None:
    batch_id = hand_in(tmp_path, suac({}, {"codigo_postal_solicitud": "08510"}, WRONG))
    expected = forecast(batch_id)
    assert retry_them(office, batch_id) == (1, 0)
    assert forecast(batch_id) == expected
    assert row_of(batch_id, 4).detail[0]["column"] == "estatus"


def test_discarded_rows_are_not_tried_again(office: Office, tmp_path: Path) -> None:
    line = import_listing(tmp_path, suac({}, WRONG))
    with office.work("direccion") as work:
        discard_row(work, line.id, 3, "No es nuestro")
    with pytest.raises(NotNow):
        retry_them(office, line.id)


def test_a_long_quarantine_is_tried_on_by_the_scheduler_behind_the_last_row(
    office: Office, tmp_path: Path
) -> None:
    rows = [{**WRONG, "id_folio": str(3_100_000 + n)} for n in range(450)]
    line = import_listing(tmp_path, suac(*rows))
    assert retry_them(office, line.id, at_most=200) is None
    assert line_of(line.id).retried_to == 201
    assert due.imports_wait(db.session())
    assert retry_pending(NOW) == {"retried": 250}
    assert not due.imports_wait(db.session())
    assert verdicts(line_of(line.id)) == {"quarantined": 450}


def test_who_may_not_import_a_source_tries_nothing_again(office: Office, tmp_path: Path) -> None:
    line = import_listing(tmp_path, suac(WRONG))
    with pytest.raises(NotAllowed), office.work("titular") as work:
        retry_all(work, line.id)
