"""What leaves the program with people's names in it leaves one line of who took it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from caseflow.extensions import db
from caseflow.models import AccessRecord
from tests.builders import Office
from tests.web.browsing import signed_in

EXPORTS = (
    ("titular", "/bandeja/exportar"),
    ("titular", "/mis-turnos/exportar"),
    ("supervision", "/mesa/exportar"),
    ("supervision", "/buscar/exportar"),
    ("supervision", "/tablero/exportar"),
)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize(("login", "path"), EXPORTS)
def test_every_list_taken_as_a_file_is_one_line_of_the_record_of_accesses(
    sqlite_office: Office, login: str, path: str, form: str
) -> None:
    ref = sqlite_office.capture().case.ref
    sqlite_office.route("supervision", ref, "JUD-AMC")
    answer = signed_in(sqlite_office, login).get(f"{path}.{form}?q=luminarias")
    assert answer.status_code == 200
    rows = db.session.execute(
        select(AccessRecord.user_id, AccessRecord.case_id, AccessRecord.what)
    ).all()
    assert [tuple(row) for row in rows] == [(sqlite_office.user_id(login), None, "export")]
