"""The city's own rows, verbatim: all are taken, and the odd ones are pointed out."""

from __future__ import annotations

import csv
import random
import tracemalloc
from pathlib import Path

import pytest

from caseflow.intake.profiles import load_profile
from caseflow.intake.reader import open_listing
from caseflow.intake.rows import CleanRow
from tests.intake.books import IZTACALCO, SUAC, SUAC_ROW, csv_bytes, read, reasons, rows, xlsx


@pytest.fixture
def sample(shared_data: Path) -> dict[str, CleanRow]:
    path = shared_data / "suac_0311_sample.csv"
    listing = open_listing(path, path.name, load_profile("suac-0311"), locality=IZTACALCO)
    found = {}
    for row in listing.rows():
        assert isinstance(row, CleanRow), row.problems
        found[row.folio] = row
    return found


def test_all_rows_of_the_sample_are_taken(sample: dict[str, CleanRow]) -> None:
    assert len(sample) == 53
    assert {row.status for row in sample.values()} == {"open", "answered", "closed"}


def test_the_odd_rows_are_pointed_out(sample: dict[str, CleanRow]) -> None:
    assert "Viene sin longitud" in reasons(sample["2403328"])
    assert sample["2441069"].suspicious
    assert sample["2441069"].status == "open"
    assert sample["2441008"].postal_code == ""
    assert sample["2441125"].colonia_catalogue == "Santiago Acahualtepec 1a Ampliaciën"
    assert "«ë»" in reasons(sample["2441125"])
    assert "XOCHIMILCO" in reasons(sample["2441074"])
    assert sample["2408559"].subject == "RETIRO CASCAJO, ESCOMBRO, AZOLVE, RAMAS"
    odd = [row.folio for row in sample.values() if row.warnings or row.suspicious]
    assert sorted(odd) == ["2403328", "2441069", "2441074", "2441125"]


def test_the_borough_of_the_sample_is_told_from_name_or_code(sample: dict[str, CleanRow]) -> None:
    ours = [row for row in sample.values() if row.out_of_scope_reason is None]

    assert len(ours) == 17
    assert {row.borough for row in ours} == {"Iztacalco"}
    assert sum(row.borough_inferred for row in ours) == 9


def test_the_sample_reads_the_same_shuffled_and_as_a_spreadsheet(
    shared_data: Path, sample: dict[str, CleanRow]
) -> None:
    text = (shared_data / "suac_0311_sample.csv").read_text(encoding="utf-8")
    header, *body = csv.reader(text.splitlines())
    random.Random(7).shuffle(body)
    digests = {row.digest for row in sample.values()}

    for content in (csv_bytes([header, *body], delimiter=";"), xlsx({"Hoja": [header, *body]})):
        found = rows(content)
        assert {row.digest for row in found if isinstance(row, CleanRow)} == digests


def test_rows_stream_so_that_memory_does_not_grow_with_them() -> None:
    def peak(count: int) -> int:
        content = csv_bytes(
            [SUAC, *([str(2_000_000 + number), *SUAC_ROW[1:]] for number in range(count))]
        )
        listing = read(content)
        tracemalloc.start()
        taken = sum(1 for _ in listing.rows())
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert taken == count
        return most

    # both are past the point up to which the cells of a column are remembered
    assert peak(12_000) < peak(6_000) + (1 << 20)
