"""From a listing to cases: every row one verdict, nothing twice, nobody's work overwritten."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from caseflow.commands import imports
from caseflow.commands.work import begin_work
from caseflow.domain.errors import NotAllowed, NotNow
from caseflow.domain.people import SYSTEM
from caseflow.domain.vocabulary import CaseState, TurnState
from caseflow.extensions import db
from caseflow.models import Case, Event
from caseflow.queries.imports import batch_rows, earlier_batch
from tests.builders import NOW, Office
from tests.commands.listings import (
    as_xlsx,
    cesac,
    hand_in,
    import_listing,
    line_of,
    shuffled,
    sisai,
    suac,
    verdicts,
)


def _event_count() -> int:
    return db.session.scalar(select(func.count()).select_from(Event)) or 0


def _rows(batch_id: int) -> list[Any]:
    return list(batch_rows(db.session(), batch_id, limit=100).rows)


# ── Identity and repetition ──────────────────────────────────────────────────────────────────────


def test_the_citys_sample_is_taken_whole_and_the_sum_is_that_of_its_rows(
    office: Office, shared_data: Path, tmp_path: Path
) -> None:
    data = (shared_data / "suac_0311_sample.csv").read_bytes()
    line = import_listing(tmp_path, data, take_all=True)
    assert (line.rows, verdicts(line), line.state) == (53, {"created": 53}, "done")


def test_without_all_the_sample_leaves_out_other_boroughs_and_says_why(
    sqlite_office: Office, shared_data: Path, tmp_path: Path
) -> None:
    data = (shared_data / "suac_0311_sample.csv").read_bytes()
    line = import_listing(tmp_path, data)
    assert sum(line.counts.values()) == 53
    assert line.counts["out_of_scope"] > 30
    left_out = [row for row in _rows(line.id) if row.verdict == "out_of_scope"]
    assert all(row.detail[0]["reason"] for row in left_out)


@pytest.mark.parametrize("how", ["again", "renamed", "shuffled", "xlsx"])
def test_the_same_listing_again_changes_nothing_and_names_the_earlier_batch(
    office: Office, shared_data: Path, tmp_path: Path, how: str
) -> None:
    data = (shared_data / "suac_0311_sample.csv").read_bytes()
    first = import_listing(tmp_path, data, take_all=True)
    events = _event_count()
    order = list(range(53))
    random.Random(7).shuffle(order)
    again, name = {
        "again": (data, "listado.csv"),
        "renamed": (data, "otro nombre.csv"),
        "shuffled": (shuffled(data, order), "listado.csv"),
        "xlsx": (as_xlsx(data), "listado.xlsx"),
    }[how]
    line = import_listing(tmp_path, again, name=name, take_all=True, now=NOW + dt.timedelta(days=1))
    assert verdicts(line) == {"unchanged": 53}
    assert _event_count() == events
    earlier = earlier_batch(db.session(), line)
    assert earlier is not None
    assert earlier.id == first.id


def test_a_file_handed_in_again_before_it_is_applied_is_the_same_batch(
    sqlite_office: Office, tmp_path: Path
) -> None:
    assert hand_in(tmp_path, suac()) == hand_in(tmp_path, suac())


def test_a_row_repeated_in_its_file_makes_one_case(office: Office, tmp_path: Path) -> None:
    line = import_listing(tmp_path, suac({}, {}, {}))
    assert verdicts(line) == {"created": 1, "unchanged": 2}


def test_two_rows_of_one_folio_that_disagree_wait_for_a_person(
    office: Office, tmp_path: Path
) -> None:
    data = suac({}, {"tema_solicitud": "BACHEO"})
    line = import_listing(tmp_path, data)
    assert verdicts(line) == {"created": 1, "quarantined": 1}
    events = _event_count()
    swapped = import_listing(tmp_path, shuffled(data, [1, 0]))
    assert verdicts(swapped) == {"unchanged": 1, "quarantined": 1}
    assert _event_count() == events


def test_a_folio_with_blanks_and_full_width_digits_is_the_same_folio(
    office: Office, tmp_path: Path
) -> None:
    import_listing(tmp_path, suac())
    line = import_listing(tmp_path, suac(id_folio="\u00a0３００0001\u200b "))
    assert verdicts(line) == {"unchanged": 1}


def test_a_corrected_folio_is_still_found_by_the_old_one(office: Office, tmp_path: Path) -> None:
    import_listing(tmp_path, suac())
    office.act(
        "direccion", "SUAC-3000001", "correct", field="folio", value="3000009",
        reason="Se capturó mal en el origen",
    )  # fmt: skip
    line = import_listing(tmp_path, suac(sexo="MASCULINO"))
    assert line.counts.get("created", 0) == 0


def test_a_listing_with_our_folio_matches_our_case_and_never_creates(
    office: Office, tmp_path: Path
) -> None:
    ref = office.capture(subject="Luminaria apagada frente al número 120 desde el lunes.").case.ref
    line = import_listing(tmp_path, cesac({"Folio": ref}, {"Folio": "CESAC-2026-000999"}), "cesac")
    assert line.counts.get("created", 0) == 0
    assert line.counts["quarantined"] == 1
    unknown = next(row for row in _rows(line.id) if row.verdict == "quarantined")
    assert "no existe" in unknown.detail[0]["reason"]


def test_a_listing_with_their_folio_finds_the_case_captured_with_it(
    office: Office, tmp_path: Path
) -> None:
    office.capture(external_folio="1201-2026", description="")
    line = import_listing(tmp_path, cesac(), "cesac")
    assert line.counts.get("created", 0) == 0


# ── Birth ────────────────────────────────────────────────────────────────────────────────────────


def test_an_open_row_is_born_received_routed_by_its_rule_and_dated_by_its_source(
    office: Office, tmp_path: Path
) -> None:
    import_listing(tmp_path, suac())
    case = office.case("direccion", "SUAC-3000001")
    assert case.received_on == dt.date(2026, 11, 2)
    assert case.received_inferred
    assert (case.state, len(case.turns)) == (CaseState.ROUTED, 1)
    assert case.turns[1].area_id == office.area("DGSU")
    assert case.turns[1].rule_name == "Alumbrado público"
    actions = db.session.scalars(select(Event.action).order_by(Event.id)).all()
    assert list(actions)[-2:] == ["imported", "route"]


@pytest.mark.parametrize(
    ("status", "state"), [("ATENDIDO", CaseState.ANSWERED), ("CERRADO", CaseState.CLOSED)]
)
def test_an_answered_or_closed_row_gets_no_turn_and_its_deadline_is_met_that_day(
    office: Office, tmp_path: Path, status: str, state: CaseState
) -> None:
    import_listing(tmp_path, suac(estatus=status, fecha_concluido="2026-11-12"))
    case = office.case("direccion", "SUAC-3000001")
    governing = case.governing()
    assert (case.state, case.turns) == (state, {})
    assert governing is not None
    assert (governing.state, governing.met_on) == ("met", dt.date(2026, 11, 12))


def test_an_open_row_with_a_closing_date_is_open_and_suspicious(
    office: Office, tmp_path: Path
) -> None:
    import_listing(tmp_path, suac(fecha_concluido="2026-11-12"))
    case = office.case("direccion", "SUAC-3000001")
    assert case.state == CaseState.ROUTED
    assert any("con fecha de conclusión" in word for word in case.warnings or ())


def test_a_row_without_borough_is_ours_by_its_postal_code_and_marked_as_inferred(
    office: Office, tmp_path: Path
) -> None:
    line = import_listing(
        tmp_path,
        suac({"alcaldia_solicitud": "NA", "alcaldia_catalogo": "NA"},
             {"id_folio": "3000002", "alcaldia_solicitud": "NA", "alcaldia_catalogo": "NA",
              "codigo_postal_solicitud": "-1"}),
    )  # fmt: skip
    assert verdicts(line) == {"created": 1, "out_of_scope": 1}
    case = office.case("direccion", "SUAC-3000001")
    assert (case.borough, case.borough_inferred) == ("IZTACALCO", True)


def test_the_area_that_a_listing_names_gets_the_turn(office: Office, tmp_path: Path) -> None:
    import_listing(tmp_path, cesac(), "cesac")
    case = office.case("supervision", "CESAC-1201-2026")
    assert [turn.area_id for turn in case.turns.values()] == [office.area("JUD-AMC")]
    assert case.turns[1].rule_name == "Área del listado"
    assert case.petitioner is not None
    assert case.petitioner.name == "María Pérez López"


def test_several_areas_of_a_listing_get_a_turn_each(office: Office, tmp_path: Path) -> None:
    import_listing(tmp_path, sisai(), "sisai")
    case = office.case("unidad", "SISAI-092074526000418")
    areas = {turn.area_id for turn in case.turns.values()}
    assert areas == {office.area("DGSU"), office.area("DGODU")}


def test_an_area_that_does_not_exist_leaves_the_case_on_its_desk_with_a_warning(
    office: Office, tmp_path: Path
) -> None:
    import_listing(tmp_path, cesac({"Área": "Oficina de los Sueños"}), "cesac")
    case = office.case("supervision", "CESAC-1201-2026")
    assert (case.state, case.desk_mark) == (CaseState.RECEIVED, "unroutable")
    assert any("Oficina de los Sueños" in word for word in case.warnings or ())


def test_a_limit_date_of_the_platform_wins_over_ours(office: Office, tmp_path: Path) -> None:
    import_listing(tmp_path, sisai({"Fecha límite": "27/11/2026"}), "sisai")
    case = office.case("unidad", "SISAI-092074526000418")
    assert case.due_on == dt.date(2026, 11, 27)


# ── What later listings say ──────────────────────────────────────────────────────────────────────


def _waiting_on_its_desk(tmp_path: Path, **change: str) -> None:
    """A case without a turn: no rule routes its subject."""
    import_listing(tmp_path, suac(tema_solicitud="OTRO", **change))


def test_a_status_that_goes_forward_updates_a_case_without_open_turn(
    office: Office, tmp_path: Path
) -> None:
    _waiting_on_its_desk(tmp_path)
    line = import_listing(
        tmp_path,
        suac(tema_solicitud="OTRO", estatus="ATENDIDO", fecha_concluido="2026-11-20"),
    )
    case = office.case("direccion", "SUAC-3000001")
    assert verdicts(line) == {"updated": 1}
    assert line.discrepancies == 0
    assert (case.state, case.answered_on) == (CaseState.ANSWERED, dt.date(2026, 11, 20))


def test_a_closing_while_an_area_is_at_work_is_a_discrepancy_and_touches_nothing(
    office: Office, tmp_path: Path
) -> None:
    import_listing(tmp_path, suac())
    line = import_listing(tmp_path, suac(estatus="CERRADO", fecha_concluido="2026-11-20"))
    case = office.case("direccion", "SUAC-3000001")
    assert (line.discrepancies, verdicts(line)) == (1, {"updated": 1})
    assert (case.state, case.turns[1].state) == (CaseState.ROUTED, TurnState.PENDING)
    assert case.discrepancy is not None
    assert (case.discrepancy["status"], case.discrepancy["on"]) == ("closed", "2026-11-20")
    again = import_listing(tmp_path, suac(estatus="CERRADO", fecha_concluido="2026-11-20"))
    assert verdicts(again) == {"unchanged": 1}


def test_a_status_that_goes_back_is_always_a_discrepancy(office: Office, tmp_path: Path) -> None:
    import_listing(tmp_path, suac(estatus="CERRADO", fecha_concluido="2026-11-12"))
    line = import_listing(tmp_path, suac())
    case = office.case("direccion", "SUAC-3000001")
    assert line.discrepancies == 1
    assert case.state == CaseState.CLOSED
    assert case.discrepancy is not None
    assert "otra vez" in case.discrepancy["words"]


def test_a_settled_discrepancy_does_not_come_back_with_the_same_listing(
    office: Office, tmp_path: Path
) -> None:
    import_listing(tmp_path, suac())
    closing = suac(estatus="CERRADO", fecha_concluido="2026-11-20")
    import_listing(tmp_path, closing)
    office.act("direccion", "SUAC-3000001", "settle", keep="ours", reason="Se sigue atendiendo")
    line = import_listing(tmp_path, closing, name="otra.csv")
    assert verdicts(line) == {"unchanged": 1}
    assert office.case("direccion", "SUAC-3000001").discrepancy is None


def test_taking_the_listings_side_closes_the_case_and_withdraws_the_turn(
    office: Office, tmp_path: Path
) -> None:
    import_listing(tmp_path, suac())
    import_listing(tmp_path, suac(estatus="CERRADO", fecha_concluido="2026-11-20"))
    case = office.act(
        "direccion", "SUAC-3000001", "settle", keep="listing", reason="Consta en SUAC"
    )
    assert (case.state, case.turns[1].state) == (CaseState.CLOSED, TurnState.WITHDRAWN)


def test_what_only_the_listing_changed_is_taken(office: Office, tmp_path: Path) -> None:
    import_listing(tmp_path, suac())
    line = import_listing(tmp_path, suac(codigo_postal_solicitud="08510"))
    assert verdicts(line) == {"updated": 1}
    assert line.discrepancies == 0
    assert office.case("direccion", "SUAC-3000001").postal_code == "08510"


def test_what_a_person_corrected_stays_when_the_listing_says_the_old_thing(
    office: Office, tmp_path: Path
) -> None:
    import_listing(tmp_path, suac())
    office.act(
        "direccion", "SUAC-3000001", "correct", field="postal_code", value="08100",
        reason="Lo dijo la persona",
    )  # fmt: skip
    line = import_listing(tmp_path, suac(sexo="MASCULINO"))
    assert line.discrepancies == 0
    assert office.case("direccion", "SUAC-3000001").postal_code == "08100"


def test_what_a_person_and_the_listing_changed_differently_is_a_discrepancy(
    office: Office, tmp_path: Path
) -> None:
    import_listing(tmp_path, suac())
    office.act(
        "direccion", "SUAC-3000001", "correct", field="postal_code", value="08100",
        reason="Lo dijo la persona",
    )  # fmt: skip
    line = import_listing(tmp_path, suac(codigo_postal_solicitud="08510"))
    case = office.case("direccion", "SUAC-3000001")
    assert line.discrepancies == 1
    assert case.postal_code == "08100"
    assert case.discrepancy is not None
    assert case.discrepancy["facts"] == {"postal_code": "08510"}


def test_an_empty_cell_erases_nothing_and_a_new_value_fills_a_blank(
    office: Office, tmp_path: Path
) -> None:
    import_listing(tmp_path, suac(codigo_postal_solicitud="NA"))
    import_listing(tmp_path, suac(codigo_postal_solicitud="08500", colonia_catalogo="NA",
                                  colonia_solicitud="NA"))  # fmt: skip
    case = office.case("direccion", "SUAC-3000001")
    assert (case.postal_code, case.colonia) == ("08500", "Agricola Oriental")


def test_a_new_limit_date_of_the_platform_moves_the_clock(office: Office, tmp_path: Path) -> None:
    import_listing(tmp_path, sisai({"Fecha límite": "27/11/2026"}), "sisai")
    line = import_listing(tmp_path, sisai({"Fecha límite": "30/11/2026"}), "sisai")
    assert verdicts(line) == {"updated": 1}
    assert office.case("unidad", "SISAI-092074526000418").due_on == dt.date(2026, 11, 30)


# ── Preview, refusals, rights ────────────────────────────────────────────────────────────────────


def test_a_preview_says_what_the_apply_then_does_and_stores_no_case(
    office: Office, tmp_path: Path
) -> None:
    import_listing(tmp_path, suac({}, {"id_folio": "3000002"}))
    data = suac(
        {},
        {"id_folio": "3000002", "codigo_postal_solicitud": "08510"},
        {"id_folio": "3000003"},
        {"id_folio": "3000004", "alcaldia_catalogo": "Iztapalapa", "alcaldia_solicitud": "NA"},
        {"id_folio": "12"},
    )
    batch_id = hand_in(tmp_path, data)
    line = line_of(batch_id)
    expected = {
        "unchanged": 1, "updated": 1, "created": 1, "out_of_scope": 1, "quarantined": 1
    }  # fmt: skip
    assert {k: v for k, v in line.forecast.items() if v} == expected
    assert db.session.scalar(select(func.count()).select_from(Case)) == 2
    with begin_work(SYSTEM, NOW) as work:
        imports.confirm(work, batch_id)
    imports.apply(SYSTEM, batch_id, now=NOW)
    assert verdicts(line_of(batch_id)) == expected


def test_a_discarded_preview_leaves_no_row_and_cannot_be_applied(
    sqlite_office: Office, tmp_path: Path
) -> None:
    batch_id = hand_in(tmp_path, suac())
    with begin_work(SYSTEM, NOW) as work:
        imports.discard(work, batch_id)
    assert not _rows(batch_id)
    with pytest.raises(NotNow), begin_work(SYSTEM, NOW) as work:
        imports.confirm(work, batch_id)


@pytest.mark.parametrize(
    ("login", "profile", "data", "allowed"),
    [
        ("ventanilla", "suac-0311", suac(), True),
        ("ventanilla", "sisai", sisai(), False),
        ("ventanilla2", "cesac", cesac(), True),
        ("ventanilla2", "suac-0311", suac(), False),
        ("transparencia", "sisai", sisai(), True),
        ("transparencia", "suac-0311", suac(), False),
        ("direccion", "sisai", sisai(), True),
        ("titular", "suac-0311", suac(), False),
        ("admin", "suac-0311", suac(), False),
    ],
)
def test_who_may_import_which_listing(
    sqlite_office: Office, tmp_path: Path, login: str, profile: str, data: bytes, allowed: bool
) -> None:
    actor = sqlite_office.actor(login)
    if allowed:
        assert hand_in(tmp_path, data, profile, actor=actor)
    else:
        with pytest.raises(NotAllowed):
            hand_in(tmp_path, data, profile, actor=actor)
