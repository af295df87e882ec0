"""``flask territories load``: polygons of the office, and what they settle."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from caseflow.commands.packs import load_organisation
from caseflow.commands.placing import place_cases
from caseflow.commands.territories import TerritoryIn, load_territories
from caseflow.commands.work import begin_work
from caseflow.domain.people import SYSTEM
from caseflow.extensions import db
from caseflow.models import Case, Event, Territory
from caseflow.packs import load_pack
from caseflow.queries.rebuild import differences
from caseflow.queries.territories import placing_waits
from tests.builders import NOW, Office
from tests.commands.listings import import_listing, suac


def square(code: str, west: float, south: float, name: str = "AGRICOLA ORIENTAL VI") -> Any:
    ring = [
        [west, south], [west + 0.01, south], [west + 0.01, south + 0.01], [west, south + 0.01],
        [west, south],
    ]  # fmt: skip
    return {
        "type": "Feature",
        "properties": {"CVE_UT": code, "nombre": name, "poblacion": "1200"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def load(app: Flask, folder: Path, features: list[Any], *more: str) -> Result:
    path = folder / "ut.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return app.test_cli_runner().invoke(args=["territories", "load", str(path), *more])


WHERE = {"latitud": "19.395", "longitud": "-99.075"}


def test_a_point_in_a_loaded_polygon_settles_the_territory(office: Office, tmp_path: Path) -> None:
    assert load(office.app, tmp_path, [square("06-045", -99.08, 19.39)]).exit_code == 0
    import_listing(tmp_path, suac(WHERE))
    assert office.case("direccion", "SUAC-3000001").territory_code == "06-045"


def test_without_polygons_nothing_is_guessed(office: Office, tmp_path: Path) -> None:
    import_listing(tmp_path, suac(WHERE))
    assert office.case("direccion", "SUAC-3000001").territory_code is None


# ── Cases that were here before ──────────────────────────────────────────────────────────────────

HERE = square("06-045", -99.08, 19.39)
ELSEWHERE = square("06-045", -99.20, 19.39)


def placed(done: Result) -> dict[str, int]:
    assert done.exit_code == 0, done.output
    found: dict[str, int] = json.loads(done.stdout)["cases"]
    return found


def events(action: str) -> int:
    db.session.remove()
    return (
        db.session.scalar(select(func.count()).select_from(Event).where(Event.action == action))
        or 0
    )


def test_cases_that_were_here_get_their_territory_once_by_an_event(
    office: Office, tmp_path: Path
) -> None:
    rows = [{**WHERE, "id_folio": str(3_000_001 + n)} for n in range(450)]
    import_listing(tmp_path, suac(*rows, {"id_folio": "3900000"}))
    before = placed(load(office.app, tmp_path, [HERE], "--preview", "--json"))
    assert before == {"assigned": 450, "moved": 0, "flagged": 0}
    assert events("territory_assigned") == 0
    assert placed(load(office.app, tmp_path, [HERE], "--json")) == before
    assert office.case("direccion", "SUAC-3000450").territory_code == "06-045"
    assert office.case("direccion", "SUAC-3900000").territory_code is None
    assert events("territory_assigned") == 450
    assert differences(db.session()) == []
    again = placed(load(office.app, tmp_path, [HERE], "--json"))
    assert again == {"assigned": 0, "moved": 0, "flagged": 0}
    assert events("territory_assigned") == 450


def test_an_interrupted_placing_is_finished_by_the_scheduler(
    office: Office, tmp_path: Path
) -> None:
    import_listing(tmp_path, suac(*({**WHERE, "id_folio": str(3_000_001 + n)} for n in range(250))))
    with begin_work(SYSTEM, NOW) as work:
        polygon = TerritoryIn("06-045", "AGRICOLA ORIENTAL VI", 1200, HERE["geometry"])
        load_territories(work, [polygon], "ut.geojson")
    assert place_cases(now=NOW, most_chunks=1)["assigned"] == 200
    assert placing_waits(db.session())
    assert place_cases(now=NOW)["assigned"] == 50
    assert not placing_waits(db.session())


def test_a_territory_that_a_person_set_stays_and_the_conflict_is_told(
    office: Office, tmp_path: Path
) -> None:
    import_listing(tmp_path, suac(WHERE, {**WHERE, "id_folio": "3000002"}))
    office.act(
        "direccion", "SUAC-3000001", "correct", field="territory_code", value="06-046", reason="x"
    )
    found = placed(load(office.app, tmp_path, [HERE], "--json"))
    assert found == {"assigned": 1, "moved": 0, "flagged": 1}
    case = office.case("direccion", "SUAC-3000001")
    assert case.territory_code == "06-046"
    assert any("06-045 y una persona registró 06-046" in word for word in case.warnings or ())
    assert sum(placed(load(office.app, tmp_path, [HERE], "--json")).values()) == 0


def test_polygons_drawn_anew_move_the_cases_that_they_had_placed(
    office: Office, tmp_path: Path
) -> None:
    load(office.app, tmp_path, [HERE])
    import_listing(tmp_path, suac(WHERE))
    drawn = [ELSEWHERE, square("06-046", -99.08, 19.39)]
    assert placed(load(office.app, tmp_path, drawn, "--preview", "--json"))["moved"] == 1
    assert placed(load(office.app, tmp_path, drawn, "--json"))["moved"] == 1
    assert office.case("direccion", "SUAC-3000001").territory_code == "06-046"


def test_a_case_of_ours_outside_of_all_polygons_is_told_once_and_freed_by_better_ones(
    office: Office, tmp_path: Path
) -> None:
    import_listing(tmp_path, suac(WHERE))
    assert placed(load(office.app, tmp_path, [ELSEWHERE], "--json"))["flagged"] == 1
    assert placed(load(office.app, tmp_path, [ELSEWHERE], "--json"))["flagged"] == 0
    case = office.case("direccion", "SUAC-3000001")
    assert any("ninguna unidad territorial" in word for word in case.warnings or ())
    load(office.app, tmp_path, [HERE])
    case = office.case("direccion", "SUAC-3000001")
    assert (case.territory_code, case.warnings) == ("06-045", None)
    assert differences(db.session()) == []


# ── What the file may hold ───────────────────────────────────────────────────────────────────────


def test_a_point_outside_of_all_polygons_is_flagged(office: Office, tmp_path: Path) -> None:
    load(office.app, tmp_path, [square("06-045", -99.20, 19.39)])
    import_listing(tmp_path, suac(WHERE))
    case = office.case("direccion", "SUAC-3000001")
    assert case.territory_code is None
    assert any("ninguna unidad territorial" in word for word in case.warnings or ())


def test_a_row_of_another_borough_whose_point_is_ours_is_flagged(
    office: Office, tmp_path: Path
) -> None:
    load(office.app, tmp_path, [square("06-045", -99.08, 19.39)])
    row = {**WHERE, "alcaldia_catalogo": "Iztapalapa"}
    import_listing(tmp_path, suac(row), take_all=True)
    case = office.case("direccion", "SUAC-3000001")
    assert any("otra alcaldía" in word for word in case.warnings or ())


def test_the_same_file_again_changes_nothing_and_a_preview_stores_nothing(
    app: Flask, tmp_path: Path
) -> None:
    features = [square("06-045", -99.08, 19.39), square("06-099", -99.10, 19.39, "NUEVA")]
    seen = json.loads(load(app, tmp_path, features, "--preview", "--json").stdout)
    assert seen["added"] == ["06-099"]
    assert db.session.get(Territory, "06-099") is None
    assert load(app, tmp_path, features).exit_code == 0
    again = json.loads(load(app, tmp_path, features, "--json").stdout)
    assert (again["added"], again["renamed"], again["redrawn"]) == ([], [], [])
    assert len(again["missing"]) > 50


def test_a_name_that_the_office_loaded_is_not_overwritten_by_a_pack(
    app: Flask, tmp_path: Path
) -> None:
    load(app, tmp_path, [square("06-045", -99.08, 19.39, "NOMBRE NUEVO")])
    with begin_work(SYSTEM, NOW) as work:
        load_organisation(work, load_pack("iztacalco"))
    name = db.session.scalar(select(Territory.name).where(Territory.code == "06-045"))
    assert name == "NOMBRE NUEVO"


@pytest.mark.parametrize(
    "feature",
    [
        {**square("45", -99.08, 19.39)},
        {**square("06-045", 485_000.0, 2_144_000.0)},
        {**square("06-045", -99.08, 19.39), "geometry": {"type": "Point", "coordinates": [0, 0]}},
        {**square("06-045", -99.08, 19.39), "geometry": None},
    ],
    ids=["code", "metres", "point", "nothing"],
)
def test_a_territory_that_cannot_be_is_refused_whole(
    app: Flask, tmp_path: Path, feature: Any
) -> None:
    done = load(app, tmp_path, [square("06-046", -99.08, 19.39), feature])
    assert done.exit_code == 2
    polygon = db.session.scalar(select(Territory.polygon).where(Territory.code == "06-046"))
    assert polygon is None


def test_the_real_polygons_place_the_citys_requests_where_they_are_known_to_lie(
    office: Office, shared_data: Path, tmp_path: Path
) -> None:
    path = shared_data / "ut_iztacalco.geojson"
    done = office.app.test_cli_runner().invoke(args=["territories", "load", str(path), "--json"])
    assert len(json.loads(done.stdout)["redrawn"]) == 55
    import_listing(tmp_path, (shared_data / "suac_0311_sample.csv").read_bytes())
    with (shared_data / "suac_iztacalco_ut.csv").open(encoding="utf-8", newline="") as source:
        known = {row["id_folio"]: row["cve_ut_por_poligono"] for row in csv.DictReader(source)}
    found = dict(
        db.session.execute(
            select(Case.folio, Case.territory_code).where(Case.folio.in_(known))
        ).all()
    )
    assert len(found) == 4
    assert found == {folio: known[folio] for folio in found}
