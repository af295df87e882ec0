"""How the everyday pages reach their rows: by an index, never by reading a whole table.

SQLite plans by its schema alone, so what it would do with a hundred thousand cases shows with ten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from caseflow.extensions import db
from tests.builders import TODAY, Office
from tests.queries.scenes import requested, routed
from tests.web.browsing import signed_in

#: Tables that grow with every folio.
LONG = "case|turn|deadline|event|petitioner|note|attachment|link|access_record|mail|batch_row"
#: Reads of a whole index that is partial, and so no longer than what is open.
SHORT = frozenset(
    {"ix_turn_inbox", "ix_turn_urgent", "ix_turn_drafted", "ix_turn_assignee",
     "ix_case_desk_waiting", "ix_case_desk_live", "ix_case_requests_turned",
     "ix_batch_row_quarantine"}
)  # fmt: skip
_SCAN = re.compile(rf'SCAN "?({LONG})"?(?: USING (?:COVERING )?INDEX (\w+))?$')


@contextmanager
def sent() -> Iterator[list[tuple[str, Any]]]:
    """The statements that reach the driver, with their values."""
    found: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, _x: Any, many: bool) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")) and not many:
            found.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    yield found
    event.remove(db.engine, "before_cursor_execute", note)


def scans(statement: str, values: Any) -> list[str]:
    """What of a statement's plan reads a long table from one end to the other."""
    with db.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    steps = [(str(row[-1]), _SCAN.match(str(row[-1]))) for row in plan]
    return [step for step, found in steps if found is not None and found[2] not in SHORT]


PAGES = (
    ("titular", "/bandeja"),
    ("titular", "/bandeja?luz=vencido&atraso=1-5"),
    ("titular", "/bandeja?estado=sin-asignar"),
    ("titular", "/mis-turnos"),
    ("personal", "/mis-turnos"),
    ("supervision", "/bandeja"),
    ("direccion", "/bandeja"),
    ("direccion", "/bandeja?luz=vencido"),
    ("direccion", "/tablero"),
    ("supervision", "/tablero"),
    ("direccion", "/mesa"),
    ("ventanilla", "/mesa"),
    ("transparencia", "/bandeja"),
    ("unidad", "/bandeja"),
    ("unidad", "/mesa"),
    ("direccion", "/avisos"),
    ("direccion", "/buscar?q=luminaria"),
)


@pytest.mark.parametrize(("login", "path"), PAGES)
def test_an_everyday_page_reads_no_long_table_whole(
    sqlite_office: Office, login: str, path: str
) -> None:
    routed(sqlite_office, "JUD-AMC")
    requested(sqlite_office, "330000026000001", "JUD-AMC")
    client = signed_in(sqlite_office, login)
    with sent() as statements:
        answer = client.get(path)
    assert answer.status_code == 200
    assert statements
    assert [step for each in statements for step in scans(*each)] == []


@pytest.mark.parametrize("login", ["titular", "direccion", "ventanilla", "transparencia"])
def test_the_pages_of_a_case_read_no_long_table_whole(sqlite_office: Office, login: str) -> None:
    ref = (
        requested(sqlite_office, "330000026000001", "JUD-AMC")
        if login == "transparencia"
        else routed(sqlite_office, "JUD-AMC")
    )
    client = signed_in(sqlite_office, login)
    with sent() as statements:
        assert client.get(f"/casos/{ref}").status_code == 200
        assert client.get(f"/casos/{ref}/vista").status_code == 200
    assert [step for each in statements for step in scans(*each)] == []


def test_the_next_pages_of_a_list_begin_where_the_last_one_ended(sqlite_office: Office) -> None:
    routed(sqlite_office, "JUD-AMC")
    client = signed_in(sqlite_office, "direccion")
    for place in (f"0.{TODAY:%Y%m%d}.7.1", "0.x.7.1", f"1.{TODAY:%Y%m%d}.7.1", "1.x.7.1"):
        for way in ("despues", "antes"):
            with sent() as statements:
                assert client.get(f"/bandeja?{way}={place}").status_code == 200
            assert [step for each in statements for step in scans(*each)] == []


def test_a_read_of_a_whole_table_would_be_seen(sqlite_office: Office) -> None:
    routed(sqlite_office, "JUD-AMC")
    assert scans("SELECT * FROM turn WHERE instruction = ?", ("x",)) == ["SCAN turn"]
