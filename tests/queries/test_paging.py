"""Keyset pages over rows of every urgency, dated or not, on both engines."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    Table,
    insert,
    select,
)  # fmt: skip

from caseflow.extensions import db
from caseflow.queries.paging import Cut, Order, Page, Place, make_page, place_values, stretches
from tests.builders import TODAY, Office

TABLE = Table(
    "paged",
    MetaData(),
    Column("waiting", Boolean),
    Column("due_on", Date),
    Column("case_id", Integer),
    Column("number", Integer),
    prefixes=["TEMPORARY"],
)
ORDER = Order(TABLE.c.waiting, TABLE.c.due_on, TABLE.c.case_id, TABLE.c.number)
DUE = [TODAY + dt.timedelta(days) for days in (-400, -1, 0, 7)]


@dataclass(frozen=True)
class Line:
    """A row that is nothing but its place."""

    place: Place


def places() -> list[Place]:
    """Three rows of each urgency, two of them of one case, in the order of urgency."""
    numbers = itertools.count(1)
    return [
        Place(waiting, due_on, case_id, number)
        for waiting in (False, True)
        for due_on in (*DUE, None)
        for base in [next(numbers) * 40_000]
        for case_id, number in ((base, 1), (base, 2), (base + 1, 1))
    ]


@pytest.fixture
def rows(office: Office) -> Iterator[Connection]:
    with db.engine.connect() as connection:
        TABLE.create(connection)
        mixed = sorted(places(), key=lambda place: (place.number, -place.case_id))
        connection.execute(
            insert(TABLE),
            [
                {"waiting": p.waiting, "due_on": p.due_on, "case_id": p.case_id, "number": p.number}
                for p in mixed
            ],
        )
        yield connection
        TABLE.drop(connection)


def page(rows: Connection, cut: Cut, size: int) -> Page[Line]:
    chosen = select(TABLE.c.case_id, TABLE.c.number, TABLE.c.due_on)
    keys = ORDER.page(chosen, stretches(cut), size, backwards=cut.backwards)
    by_key = {(place.case_id, place.number): Line(place) for place in places()}
    found = rows.execute(keys, place_values(cut))
    return make_page([by_key[row.case_id, row.number] for row in found], cut, size)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 29, 30, 31])
def test_pages_of_any_size_walk_all_rows_there_and_back(rows: Connection, size: int) -> None:
    there, back = [], []
    shown = page(rows, Cut(), size)
    there += [line.place for line in shown.rows]
    while shown.next is not None:
        shown = page(rows, Cut(after=shown.next), size)
        there += [line.place for line in shown.rows]
    back = [line.place for line in shown.rows]
    while shown.previous is not None:
        shown = page(rows, Cut(before=shown.previous), size)
        back = [line.place for line in shown.rows] + back
    assert there == places()
    assert back == places()


def test_a_page_begins_behind_any_place_and_ends_before_it(rows: Connection) -> None:
    everything = places()
    for at, place in enumerate(everything):
        after = page(rows, Cut(after=place), 4)
        before = page(rows, Cut(before=place), 4)
        assert [line.place for line in after.rows] == everything[at + 1 : at + 5]
        assert [line.place for line in before.rows] == everything[max(at - 4, 0) : at]


def test_the_place_of_a_row_that_is_gone_still_divides_the_others(rows: Connection) -> None:
    everything = places()
    gone = Place(False, TODAY + dt.timedelta(1), 7, 1)
    shown = page(rows, Cut(after=gone), 2)
    assert [line.place for line in shown.rows] == everything[9:11]
    shown = page(rows, Cut(before=gone), 2)
    assert [line.place for line in shown.rows] == everything[7:9]
