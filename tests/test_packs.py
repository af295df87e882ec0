"""The packs that ship with the program say what the office and the law say, and a pack with a
mistake is refused with a sentence that says where the mistake is."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, time
from itertools import pairwise
from pathlib import Path

import pytest

from caseflow.domain.errors import Refused
from caseflow.domain.vocabulary import INBOX_KINDS, Basis, Kind, Mark, Source, Step
from caseflow.packs import (
    COMMON,
    LawPack,
    NonWorkingRow,
    Pack,
    load_demo_days,
    load_law,
    load_pack,
)
from caseflow.packs.tables import ROOT

BODY = "alcaldia-iztacalco"
Points = list[tuple[float, float]]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("iztacalco")


@pytest.fixture(scope="module")
def law() -> LawPack:
    return load_law("cdmx")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shipped packs that a test may spoil."""
    for folder in ("law", "organisation"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


@pytest.fixture
def spoil(copy: Path) -> Callable[[str, str, str], Path]:
    """Replaces text of a file of the copied organisation pack and hands back the copy."""

    def change(name: str, old: str, new: str) -> Path:
        path = copy / "organisation" / "iztacalco" / name
        content = path.read_text(encoding="utf-8")
        assert content.count(old) >= 1, f"{old!r} is not in {name}"
        path.write_text(content.replace(old, new, 1), encoding="utf-8")
        return copy

    return change


def holidays(pack: Pack, year: int) -> dict[date, str]:
    return {row.day: row.source for row in pack.non_working_days if row.day.year == year}


# ---------------------------------------------------------------- organisation


def test_the_area_tree_is_that_of_the_office(pack: Pack) -> None:
    parents = {area.code: area.parent for area in pack.areas}
    assert parents == {
        "ALC": None,
        "UTRA": "ALC",
        "CESAC": "ALC",
        "DGPC": "ALC",
        "DPC": "DGPC",
        "SESPPC": "DPC",
        "DCC": "DGPC",
        "JUD-BAR": "DCC",
        "JUD-AOS": "DCC",
        "JUD-AMC": "DCC",
        "DGSU": "ALC",
        "DGODU": "ALC",
        "DGJG": "ALC",
        "DGDS": "ALC",
        "DGSC": "ALC",
    }


def test_inferred_areas_say_so(pack: Pack) -> None:
    marks = {area.code: area.mark for area in pack.areas}
    assert marks["UTRA"] == marks["CESAC"] == Mark.INFERRED
    assert Mark.TEXT not in marks.values(), "no norm with the tree has been seen"


def test_the_office_and_its_locality_are_named(pack: Pack) -> None:
    assert (pack.office, pack.body, pack.law) == ("Alcaldía Iztacalco", BODY, "cdmx")
    assert pack.locality.borough == "IZTACALCO"
    assert pack.locality.postal_prefixes == ("08",)


def test_the_window_is_marked_as_to_be_edited(pack: Pack) -> None:
    assert not pack.window.confirmed
    assert "por confirmar" in pack.window.telephone
    assert "por confirmar" in pack.window.hours


def test_the_list_of_the_body_is_not_invented_nor_borrowed(pack: Pack) -> None:
    assert {row.body for row in pack.non_working_days} == {COMMON}
    assert pack.listed_years(BODY) == frozenset()


@pytest.mark.parametrize(
    ("source", "kind", "area"),
    [
        (Source.SUAC, Kind.SERVICE, "DCC"),
        (Source.CESAC, Kind.SERVICE, "DCC"),
        (Source.HEARING, Kind.SERVICE, "DCC"),
        (Source.PAPER, Kind.SERVICE, "DCC"),
        (Source.SISAI, Kind.INFORMATION, "SESPPC"),
        (Source.SISAI, Kind.PERSONAL_DATA, "SESPPC"),
        (Source.PAPER, Kind.INFORMATION, "SESPPC"),
        (Source.COUNTER, Kind.PERSONAL_DATA, "SESPPC"),
        (Source.COUNTER, Kind.MEDIATION, "JUD-AMC"),
        (Source.CESAC, Kind.ADVICE, "JUD-AMC"),
    ],
)
def test_each_case_has_a_desk(pack: Pack, source: Source, kind: Kind, area: str) -> None:
    assert pack.desk_for(source, kind) == area


def test_the_desks_of_inbox_cases_do_not_depend_on_their_order(pack: Pack) -> None:
    backwards = replace(pack, desks=pack.desks[::-1])
    for source in Source:
        for kind in INBOX_KINDS:
            if (source, kind) == (Source.SISAI, Kind.SERVICE):
                continue  # the transparency platform takes no services
            assert backwards.desk_for(source, kind) == pack.desk_for(source, kind)


# ---------------------------------------------------------------- territories and subjects


def test_there_are_55_territories_of_the_borough(pack: Pack) -> None:
    assert len(pack.territories) == 55
    assert all(territory.code.startswith("06-") for territory in pack.territories)
    assert sum(t.name.startswith("AGRICOLA ORIENTAL") for t in pack.territories) == 8
    eastern = next(t for t in pack.territories if t.code == "06-045")
    assert (eastern.name, eastern.population) == ("AGRICOLA ORIENTAL VI", 13101)


def test_centres_are_rounded_to_three_decimals_and_lie_in_the_borough() -> None:
    path = ROOT / "organisation" / "iztacalco" / "territories.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            assert len(row["latitude"].partition(".")[2]) == 3
            assert len(row["longitude"].partition(".")[2]) == 3
            assert 19.37 < float(row["latitude"]) < 19.43
            assert -99.14 < float(row["longitude"]) < -99.04


def test_the_pack_ships_no_polygon() -> None:
    shipped = {path.suffix for path in ROOT.rglob("*") if path.is_file()}
    assert shipped.isdisjoint({".geojson", ".json", ".kml", ".shp"})


def test_the_territories_are_those_of_the_cartography(pack: Pack, shared_data: Path) -> None:
    with (shared_data / "ut_iztacalco.csv").open(encoding="utf-8-sig", newline="") as lines:
        expected = [(r["cve_ut"], r["nombre"], int(r["poblacion"])) for r in csv.DictReader(lines)]
    assert [(t.code, t.name, t.population) for t in pack.territories] == expected


def test_each_centre_lies_in_or_beside_its_own_polygon(pack: Pack, shared_data: Path) -> None:
    collection = json.loads((shared_data / "ut_iztacalco.geojson").read_text(encoding="utf-8"))
    rings = {
        feature["properties"]["cve_ut"]: [
            polygon[0] for polygon in feature["geometry"]["coordinates"]
        ]
        for feature in collection["features"]
    }
    outside = [
        territory.code
        for territory in pack.territories
        if not any(
            holds(ring, territory.longitude + east, territory.latitude + north)
            for ring in rings[territory.code]
            for east in (-0.0005, 0, 0.0005)  # what rounding may move
            for north in (-0.0005, 0, 0.0005)
        )
    ]
    assert outside == []


def holds(ring: Points, x: float, y: float) -> bool:
    """Whether the point lies in the ring: an odd number of its edges lies to the east."""
    crossings = 0
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            crossings += 1
    return crossings % 2 == 1


def test_the_subjects_are_those_of_suac_with_their_frequency(pack: Pack) -> None:
    frequency = {subject.name: subject.frequency for subject in pack.subjects}
    assert len(frequency) == 49
    assert (frequency["ALUMBRADO"], frequency["FALTA DE AGUA"]) == (7101, 8295)
    assert frequency["APOYO SERVICIOS FUNERARIOS"] == 0, "of the earlier model only"


def test_the_misspelt_subject_is_an_alias_of_the_right_one(pack: Pack) -> None:
    hearing = next(s for s in pack.subjects if s.name == "SOLICITUD DE AUDIENCIA")
    assert hearing.aliases == ("SOLICITU DE AUDIENCIA",)
    assert "SOLICITU DE AUDIENCIA" not in {subject.name for subject in pack.subjects}


def test_every_subject_of_the_reference_list_is_known(pack: Pack, shared_data: Path) -> None:
    spellings = {spelling for s in pack.subjects for spelling in (s.name, *s.aliases)}
    with (shared_data / "suac_subjects.csv").open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            name = row["tema_0311_2024"] or row["motivo_modelo_2020_21"]
            assert name in spellings


# ---------------------------------------------------------------- routing and series


def test_subjects_are_routed_to_their_area_or_referred(pack: Pack) -> None:
    rules = {rule.subject: rule for rule in pack.routing}
    assert rules["ALUMBRADO"].area == "DGSU"
    assert rules["BACHEO"].area == "DGODU"
    assert rules["ASESORÍA JURÍDICA"].area == "JUD-AMC"
    assert rules["FUGA DE AGUA"].area is None
    assert rules["FUGA DE AGUA"].refer_to == "operador de agua de la Ciudad"
    assert Counter(rule.area is None for rule in pack.routing) == {False: 33, True: 8}


def test_every_rule_is_an_inferred_default_with_an_instruction_of_its_own(pack: Pack) -> None:
    assert {rule.mark for rule in pack.routing} == {Mark.INFERRED}
    instructions = [rule.instruction for rule in pack.routing if rule.area]
    assert len(set(instructions)) == len(instructions)


def test_the_routing_covers_the_reference_list(pack: Pack, shared_data: Path) -> None:
    with (shared_data / "routing_default.csv").open(encoding="utf-8-sig", newline="") as lines:
        expected = [
            (r["subject"], r["area"] or None, r["refer_to"], Kind.SERVICE)
            for r in csv.DictReader(lines)
        ]
    assert [(r.subject, r.area, r.refer_to, r.kind) for r in pack.routing] == expected


@pytest.mark.parametrize(
    ("source", "kind", "prefix", "width"),
    [
        (Source.CESAC, Kind.SERVICE, "CESAC", 6),
        (Source.HEARING, Kind.SERVICE, "AUD", 6),
        (Source.PAPER, Kind.SERVICE, "ESC", 6),
        (Source.PAPER, Kind.INFORMATION, "ESC", 6),
        (Source.COUNTER, Kind.INFORMATION, "MOST", 6),
        (Source.CESAC, Kind.MEDIATION, "MED", 5),
        (Source.COUNTER, Kind.ADVICE, "ASE", 5),
    ],
)
def test_own_folios_come_from_the_series_of_their_kind_or_source(
    pack: Pack, source: Source, kind: Kind, prefix: str, width: int
) -> None:
    series = pack.series_for(source, kind)
    assert series is not None
    assert (series.prefix, series.width, series.first_number) == (prefix, width, 1)


def test_cases_that_their_source_numbers_take_no_folio_of_ours(pack: Pack) -> None:
    assert pack.series_for(Source.SUAC, Kind.SERVICE) is None
    assert pack.series_for(Source.SISAI, Kind.INFORMATION) is None


# ---------------------------------------------------------------- non-working days


def test_the_statutory_days_of_2026_are_those_of_the_labour_law(pack: Pack) -> None:
    assert sorted(holidays(pack, 2026)) == [
        date(2026, 1, 1),
        date(2026, 2, 2),
        date(2026, 3, 16),
        date(2026, 5, 1),
        date(2026, 9, 16),
        date(2026, 11, 16),
        date(2026, 12, 25),
    ]
    assert holidays(pack, 2026)[date(2026, 11, 16)] == "LFT art. 74, fracc. VI"


def test_the_change_of_the_federal_executive_stops_the_clock_every_six_years(pack: Pack) -> None:
    octobers = [row.day for row in pack.non_working_days if (row.day.month, row.day.day) == (10, 1)]
    assert octobers == [date(2024, 10, 1), date(2030, 10, 1)]


def test_the_statutory_days_cover_2019_to_2030_and_move_to_mondays(pack: Pack) -> None:
    assert {row.day.year for row in pack.non_working_days} == set(range(2019, 2031))
    moved = [row.day for row in pack.non_working_days if "lunes" in row.reason]
    assert len(moved) == 36
    assert {day.weekday() for day in moved} == {0}
    assert {1 + (day.day - 1) // 7 for day in moved if day.month == 2} == {1}
    assert {1 + (day.day - 1) // 7 for day in moved if day.month in (3, 11)} == {3}


def test_no_statutory_day_claims_that_the_text_of_the_law_was_seen(pack: Pack) -> None:
    assert {row.mark for row in pack.non_working_days} == {Mark.RECALLED, Mark.SECONDARY}
    assert all(row.source.startswith("LFT art. 74") for row in pack.non_working_days)


@pytest.fixture(scope="module")
def demo_days() -> tuple[NonWorkingRow, ...]:
    return load_demo_days("iztacalco")


def test_the_demonstration_lists_three_years_of_the_body(
    pack: Pack, demo_days: tuple[NonWorkingRow, ...]
) -> None:
    shown = replace(pack, non_working_days=pack.non_working_days + demo_days)
    assert shown.listed_years(BODY) == {2024, 2025, 2026}


def test_the_demonstration_days_are_marked_as_invented(
    demo_days: tuple[NonWorkingRow, ...],
) -> None:
    assert {row.body for row in demo_days} == {BODY}
    assert all("Lista de demostración" in row.source for row in demo_days)
    assert {row.mark for row in demo_days} == {Mark.INFERRED}


def test_the_demonstration_days_are_weekdays_that_nothing_else_takes(
    pack: Pack, demo_days: tuple[NonWorkingRow, ...]
) -> None:
    days = {row.day for row in demo_days}
    assert all(day.weekday() < 5 for day in days)
    assert days.isdisjoint(row.day for row in pack.non_working_days)
    assert {date(2026, 4, 2), date(2026, 4, 3), date(2026, 11, 2)} <= days
    assert date(2026, 11, 20) not in days


def test_the_december_closing_runs_over_new_year_in_the_list_of_the_old_year(
    demo_days: tuple[NonWorkingRow, ...],
) -> None:
    of_2026 = [row for row in demo_days if row.list_year == 2026 and "Cierre" in row.reason]
    assert (of_2026[0].day, of_2026[-1].day) == (date(2026, 12, 21), date(2027, 1, 6))


# ---------------------------------------------------------------- law


def test_the_law_pack_is_the_reference_table(law: LawPack, shared_data: Path) -> None:
    with (shared_data / "terms.csv").open(encoding="utf-8-sig", newline="") as lines:
        expected = list(csv.DictReader(lines))
    assert len(law.terms) == len(expected) == 21
    for term, row in zip(law.terms, expected, strict=True):
        assert (term.matter, term.step, term.role) == (row["matter"], row["step"], row["role"])
        assert (term.days, term.unit, term.basis) == (int(row["days"]), row["unit"], row["kind"])
        assert term.counts_from == row["counts_from"]
        hour = term.cutoff_hour.strftime("%H:%M") if term.cutoff_hour else ""
        assert (hour, term.notice_effect) == (row["cutoff_hour"], row["notice_effect"])
        assert (term.effect, term.mark) == (row["effect"], row["mark"])
        assert term.valid_from.isoformat() == row["valid_from"]
        assert term.valid_to is None
        if "art." in row["legal_source"]:
            assert term.legal_source == row["legal_source"]


def test_each_matter_of_the_inbox_has_exactly_one_governing_term(law: LawPack) -> None:
    governing = [t for t in law.terms if t.role.startswith("governing")]
    assert [(t.matter, t.step, t.days, t.basis) for t in governing] == [
        (Kind.SERVICE, Step.SOLVE, 40, Basis.COMMITMENT),
        (Kind.INFORMATION, Step.ANSWER, 9, Basis.LEGAL),
        (Kind.PERSONAL_DATA, Step.ANSWER, 15, Basis.LEGAL),
    ]


def test_clarification_interrupts_the_legal_term_and_pauses_the_commitment(law: LawPack) -> None:
    effects = {t.matter: t.effect for t in law.terms if t.step is Step.PERSON_ANSWERS}
    assert effects == {
        Kind.SERVICE: "pauses",
        Kind.INFORMATION: "interrupts",
        Kind.PERSONAL_DATA: "interrupts",
    }


def test_the_cut_off_hour_is_a_local_time(law: LawPack) -> None:
    answer = next(t for t in law.terms if (t.matter, t.step) == (Kind.INFORMATION, Step.ANSWER))
    assert answer.cutoff_hour == time(15, 0)


# ---------------------------------------------------------------- keys, digests, versions


def test_keys_are_stable_words_and_never_repeat(pack: Pack, law: LawPack) -> None:
    assert law.terms[4].key == "information/answer/2016-05-07"
    assert pack.non_working_days[0].key == "common/2019-01-01"
    assert pack.routing[0].key == "alumbrado"
    for rows in (pack.areas, pack.territories, pack.subjects, pack.routing, pack.series):
        keys = [row.key for row in rows]
        assert len(set(keys)) == len(keys)


def test_reading_twice_gives_equal_rows_digests_and_versions(pack: Pack) -> None:
    again = load_pack("iztacalco")
    assert again == pack
    assert [row.digest for row in again.routing] == [row.digest for row in pack.routing]


def test_a_changed_value_changes_the_digest_of_its_row_and_the_version_of_its_file_only(
    pack: Pack, spoil: Callable[[str, str, str], Path]
) -> None:
    changed = load_pack("iztacalco", spoil("areas.csv", "JUD de Barrios", "JUD de Colonias"))
    moved = [a.code for a, b in zip(pack.areas, changed.areas, strict=True) if a.digest != b.digest]
    assert moved == ["JUD-BAR"]
    files = [name for name in pack.versions if pack.versions[name] != changed.versions[name]]
    assert files == ["areas.csv"]


# ---------------------------------------------------------------- packs with a mistake

AREA = "JUD-BAR,JUD de Barrios,JUD Barrios,DCC,"
TAIL = "Jefatura de Unidad Departamental de Barrios|Barrios,2018-10-01,,,I"
RULE = "alumbrado,10,Alumbrado público,,service,ALUMBRADO,,,,DGSU,,"


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("areas.csv", AREA, AREA.replace("DCC", "XYZ"), "el área superior «XYZ» no existe"),
        ("areas.csv", "UTRA,Uni", "CESAC,Uni", "«CESAC» está repetido"),
        ("areas.csv", AREA + TAIL, AREA + TAIL.replace("2018-10-01", "1/10/2018"), "aaaa-mm-dd"),
        ("areas.csv", TAIL, TAIL.replace("2018-10-01,", "2018-10-01,2018-09-30"), "antes de"),
        ("areas.csv", TAIL, TAIL.replace("2018-10-01,", "2018-10-01,2026-12-31"), "sucesora"),
        ("areas.csv", TAIL, TAIL.replace("2018-10-01,,", "2018-10-01,,DCC"), "sucesora"),
        (
            "areas.csv",
            TAIL,
            TAIL.replace("2018-10-01,,", "2018-10-01,2026-12-31,JUD-X"),
            "el área sucesora «JUD-X» no existe",
        ),
        ("areas.csv", TAIL, TAIL.replace("2018", "2017"), "se sale de la de su área superior"),
        ("areas.csv", TAIL, TAIL[:-1] + "Z", "«mark» no puede ser «Z»"),
        ("areas.csv", "UTRA,Unidad de Transparencia,Transparencia,ALC", "UTRA,U,T,", "una sola"),
        ("areas.csv", "code,name", "codigo,name", "exactamente estas columnas"),
        ("territories.csv", "06-004,", "06-4,", "«code» tiene una forma no admitida"),
        ("territories.csv", "19.387,-99.097", "190.387,-99.097", "no es una coordenada"),
        ("territories.csv", "8844", "muchos", "número entero"),
        ("subjects.csv", "ALERTA SISMICA,,", "ALERTA SISMICA,bacheo,", "«BACHEO» está repetido"),
        ("subjects.csv", "ALARMAS VECINALES", "BACHEO", "«bacheo» está repetido"),
        ("routing.csv", RULE, RULE.replace("DGSU", "DGXX"), "no existe: «DGXX»"),
        ("routing.csv", RULE, RULE.replace(",DGSU,,", ",DGSU,otra,"), "no ambas"),
        ("routing.csv", RULE, RULE.replace(",DGSU,,", ",,,"), "no ambas"),
        ("routing.csv", RULE, RULE.replace("ALUMBRADO", "LUZ"), "el tema «LUZ» no está"),
        ("routing.csv", RULE, RULE.replace("service,ALUMBRADO", ","), "ninguna condición"),
        ("routing.csv", RULE, RULE.replace(",10,", ",20,"), "la posición 20 ya es de otra"),
        ("routing.csv", RULE, RULE.replace(",,service", ",FAX,service"), "no puede ser «FAX»"),
        (
            "routing.csv",
            RULE,
            RULE.replace("ALUMBRADO,,", "ALUMBRADO,,06-999"),
            "no existe la unidad territorial «06-999»",
        ),
        ("series.csv", "CESAC,CESAC,,6", "CESAC,,,6", "de qué fuente"),
        ("topics.csv", "mediation,ruido", "chismes,ruido", "list"),
        ("topics.csv", "mediation,ruido", "mediation,mascotas", "repetid"),
        ("rooms.csv", "1,JUD-AMC", "1,NADA", "de un área que no existe"),
        ("pack.toml", "first_contact_days = 3", "first_contact_days = 0", "1 o más"),
        ("series.csv", "CESAC,CESAC,,6,1", "CESAC,CESAC,,6,1000000", "no cabe en 6 cifras"),
        ("non_working_days.csv", "2019-02-04", "2019-02-30", "una fecha que no existe"),
        ("non_working_days.csv", "2019-02-04", "2019-01-01", "está repetido"),
        ("non_working_days.csv", "common,2019", "common,2021", "no cabe en la lista de 2021"),
        ("pack.toml", 'kind = "advice"', 'kind = "mediation"', "falta una mesa"),
        ("pack.toml", 'area = "JUD-AMC"', 'area = "JUD-XXX"', "no existe: «JUD-XXX»"),
        ("pack.toml", "confirmed", "confirmd", "no se conoce «confirmd»"),
        ("pack.toml", 'id = "iztacalco"', 'id = "otra"', "como su carpeta"),
        ("pack.toml", 'id = "iztacalco"', "id = ", "no se puede leer como TOML"),
    ],
)
def test_a_mistake_in_an_organisation_pack_is_refused_with_its_place(
    spoil: Callable[[str, str, str], Path], name: str, old: str, new: str, reason: str
) -> None:
    root = spoil(name, old, new)
    with pytest.raises(Refused) as refused:
        load_pack("iztacalco", root)
    assert reason in str(refused.value)
    assert f"Paquete «iztacalco», {name}" in str(refused.value)


def test_the_line_of_a_mistake_is_named(spoil: Callable[[str, str, str], Path]) -> None:
    root = spoil("areas.csv", AREA, AREA.replace("DCC", "XYZ"))
    with pytest.raises(Refused, match=r"areas\.csv, renglón 9: el área superior «XYZ»"):
        load_pack("iztacalco", root)


def test_an_area_that_hangs_from_itself_is_refused(
    spoil: Callable[[str, str, str], Path],
) -> None:
    root = spoil(
        "areas.csv", "DG Participación Ciudadana,ALC", "DG Participación Ciudadana,JUD-BAR"
    )
    with pytest.raises(Refused, match="cuelga de sí misma"):
        load_pack("iztacalco", root)


def test_an_ended_area_with_its_successor_is_taken(
    spoil: Callable[[str, str, str], Path],
) -> None:
    ended = TAIL.replace("2018-10-01,,", "2018-10-01,2026-12-31,JUD-AOS")
    changed = load_pack("iztacalco", spoil("areas.csv", TAIL, ended))
    area = next(a for a in changed.areas if a.code == "JUD-BAR")
    assert (area.valid_to, area.successor) == (date(2026, 12, 31), "JUD-AOS")


def test_a_rule_may_not_outlive_its_area(spoil: Callable[[str, str, str], Path]) -> None:
    root = spoil(
        "areas.csv",
        "Servicios Urbanos,ALC,,2018-10-01,,,",
        "Servicios Urbanos,ALC,,2018-10-01,2026-12-31,DGODU,",
    )
    with pytest.raises(Refused, match="se sale de la del área «DGSU»"):
        load_pack("iztacalco", root)


@pytest.mark.parametrize("name", ["", "otra", "../law", "iztacalco/../iztacalco", "IZTACALCO", "."])
def test_a_name_that_is_no_pack_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(Refused, match=r"No existe el paquete .* Hay: iztacalco\."):
        load_pack(name)
    with pytest.raises(Refused, match=r"No existe el paquete .* Hay: cdmx\."):
        load_law(name)


def test_a_missing_file_is_refused_by_name(copy: Path) -> None:
    (copy / "organisation" / "iztacalco" / "series.csv").unlink()
    with pytest.raises(Refused, match=r"series\.csv: falta el archivo"):
        load_pack("iztacalco", copy)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"prefix,source,kind,width,first_number\nCA\xd1,CESAC,,6,1\n", "no está en UTF-8"),
        (b"prefix,source,kind,width,first_number\nMED,,mediation,5\n", "tiene 4 celdas"),
        (b'prefix,source,kind,width,first_number\n"MED"x,,mediation,5,1\n', "como CSV"),
        (b"prefix,source,kind,width,first_number\nMED\x00,,mediation,5,1\n", "no se ven"),
        (b"", "el encabezado"),
    ],
)
def test_a_file_that_is_no_table_is_refused(copy: Path, content: bytes, reason: str) -> None:
    (copy / "organisation" / "iztacalco" / "series.csv").write_bytes(content)
    with pytest.raises(Refused, match=reason):
        load_pack("iztacalco", copy)


def test_a_file_saved_by_a_spreadsheet_reads_the_same(copy: Path, pack: Pack) -> None:
    path = copy / "organisation" / "iztacalco" / "areas.csv"
    text = path.read_text(encoding="utf-8")
    path.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig") + b"\r\n")
    assert load_pack("iztacalco", copy).areas == pack.areas


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('legal_source = "LTAIPRC-CDMX art. 209"', 'legal_source = ""', "falta la fuente legal"),
        ('step = "already_public"', 'step = "extension"', "se encima"),
        ('step = "already_public"', 'step = "nap"', "«step» no puede ser «nap»"),
        ("cutoff_hour = 15:00:00", 'cutoff_hour = "15:00"', "debe ser una hora"),
        ("valid_from = 2019-07-03", "valid_from = 2019-07-03T10:00:00", "aaaa-mm-dd"),
        ('unit = "hours"', 'unit = "minutes"', "«unit» no puede ser «minutes»"),
        ("days = 72", "days = 0", "«days» debe ser un número entero de 1 o más"),
        ("days = 72", "days = true", "«days» debe ser un número entero de 1 o más"),
        ('effect = "closes"', 'effct = "closes"', "no se conoce «effct»"),
        ('mark = "T"', "mark = 1", "«mark» debe ser un texto"),
    ],
)
def test_a_mistake_in_a_law_pack_is_refused(copy: Path, old: str, new: str, reason: str) -> None:
    path = copy / "law" / "cdmx.toml"
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_law("cdmx", copy)
    assert reason in str(refused.value)
    assert "cdmx.toml" in str(refused.value)


def test_a_new_law_is_a_new_row_beside_the_ended_one(copy: Path, law: LawPack) -> None:
    path = copy / "law" / "cdmx.toml"
    head, separator, rest = path.read_text(encoding="utf-8").partition('step = "already_public"')
    table, _, after = rest.partition("\n[[term]]")
    ended = table.replace(
        "valid_from = 2016-05-07", "valid_from = 2016-05-07\nvalid_to = 2026-12-31"
    )
    new = table.replace("valid_from = 2016-05-07", "valid_from = 2027-01-01")
    path.write_text(
        f'{head}{separator}{ended}\n[[term]]\nmatter = "information"\n{separator}{new}'
        f"\n[[term]]{after}",
        encoding="utf-8",
    )
    rows = [t for t in load_law("cdmx", copy).terms if t.step is Step.ALREADY_PUBLIC]
    assert [(t.valid_from.year, t.valid_to) for t in rows] == [
        (2016, date(2026, 12, 31)),
        (2027, None),
    ]
    assert len({t.key for t in rows}) == 2


def test_what_people_read_of_a_term_is_spanish(law: LawPack) -> None:
    def english(text: str) -> Iterator[str]:
        words = {"the", "of", "day", "office", "unit", "set", "by", "after", "not", "term"}
        return (word for word in text.lower().split() if word in words)

    for term in law.terms:
        assert not list(english(f"{term.legal_source} {term.counts_from_words}"))
