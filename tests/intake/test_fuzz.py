"""Whatever the bytes and whatever the cells: a ``Refused``, a ``Rejected`` or a ``CleanRow``."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caseflow.domain.errors import Refused
from caseflow.intake.cleaners import Cleaner, cleaner_for_columns
from caseflow.intake.profiles import load_profile
from caseflow.intake.rows import CleanRow, RawRow, Rejected
from tests.intake.books import (
    IZTACALCO,
    SERIES,
    SUAC,
    SUAC_ROW,
    csv_bytes,
    ods,
    raw_xlsx,
    rows,
    sheet_xml,
    text_row,
    xls,
    xlsx,
)

PROFILES = {name: load_profile(name) for name in ("suac-0311", "cesac", "sisai")}
NASTY = st.sampled_from(
    [
        *["", "NA", "-1", "0", "2441009", "SUAC-230224 2441009", "92074526000418", "9.2E+13"],
        *["23/02/2024", "2024-02-31", "2024-02-23 25:61", "CERRADO", "08500", "8500.0", "="],
        *['="', '="x"', "'", "\u200b", "\ufeff", "\u202e", "\x00", "\ud800", "e\u0301" * 300],
        *["=CMD()", "<script>", "{{7*7}}", "{x}", "%s", "1e400", "-99.07", "19.39", "9" * 5000],
    ]
)
CELLS = st.one_of(NASTY, st.text(max_size=60), st.dates().map(str), st.floats().map(str))


def cleaner(name: str) -> Cleaner:
    profile = PROFILES[name]
    columns = [column.header for column in profile.columns]
    made = cleaner_for_columns(profile, columns, locality=IZTACALCO, series=SERIES)
    assert made is not None
    return made


CLEANERS = {name: cleaner(name) for name in PROFILES}


def check(row: CleanRow | Rejected) -> None:
    if isinstance(row, Rejected):
        assert row.problems
        assert all(problem.reason for problem in row.problems)
        return
    assert CleanRow.from_json(json.loads(json.dumps(row.as_json()))) == row
    assert row.folio
    assert row.subject or row.description


@given(st.sampled_from(sorted(CLEANERS)), st.data())
def test_any_cells_end_as_a_clean_or_a_rejected_row(name: str, data: st.DataObject) -> None:
    columns = CLEANERS[name].columns.names
    cells = data.draw(st.lists(CELLS, min_size=len(columns), max_size=len(columns)))

    check(CLEANERS[name].clean(2, cells))


@given(st.dictionaries(st.sampled_from(sorted(SUAC)), CELLS))
def test_any_correction_of_a_good_row_ends_as_one_of_the_two(changes: dict[str, str]) -> None:
    good = dict(zip(SUAC, SUAC_ROW, strict=True))

    check(CLEANERS["suac-0311"].clean_raw(RawRow(2, {**good, **changes})))


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    take(content)


@given(
    st.lists(st.lists(CELLS, max_size=8), max_size=6),
    st.sampled_from(",;\t|"),
    st.binary(max_size=9),
)
def test_any_text_under_a_header_is_read_or_refused(
    cells: list[list[str]], delimiter: str, tail: bytes
) -> None:
    text = delimiter.join(SUAC) + "\n" + "\n".join(delimiter.join(row) for row in cells)

    take(text.encode("utf-8", "surrogatepass") + tail)


BOOKS = {
    "xlsx": xlsx({"Hoja": [SUAC, SUAC_ROW]}),
    "bare xlsx": raw_xlsx(sheet_xml(text_row(1, SUAC) + text_row(2, SUAC_ROW))),
    "ods": ods([SUAC, SUAC_ROW]),
    "xls": xls([SUAC, SUAC_ROW]),
    "utf-16": csv_bytes([SUAC, SUAC_ROW], encoding="utf-16"),
}
EXAMPLES = settings.default.max_examples
#: Most of these start a process: few each day, all that are asked for in the proof.
BOOK_EXAMPLES = EXAMPLES if EXAMPLES >= 10_000 else max(20, EXAMPLES // 25)


@pytest.mark.parametrize("kind", BOOKS)
@settings(max_examples=BOOK_EXAMPLES)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=6),
    st.floats(0, 1),
    st.booleans(),
)
def test_a_damaged_book_is_read_or_refused(
    kind: str, damage: list[tuple[float, int]], cut: float, whole: bool
) -> None:
    content = bytearray(BOOKS[kind])
    for place, value in damage:
        content[int(place * (len(content) - 1))] = value

    take(bytes(content if whole else content[: int(cut * len(content))]))


def take(content: bytes) -> None:
    try:
        found = rows(content)
    except Refused:
        return
    assert found
    for row in found:
        check(row)
