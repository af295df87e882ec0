"""The state rebuilt from the events equals the tables, and what does not is named."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import text

from caseflow.commands.ticks import tick
from caseflow.domain.vocabulary import Channel, Source
from caseflow.extensions import db
from caseflow.queries.rebuild import Difference, differences
from tests.builders import NOW, TODAY, Office


def told(office: Office) -> list[Difference]:
    found = differences(db.session())
    db.session.remove()
    return found


def a_busy_day(office: Office) -> str:
    """Cases of every source and state, with all that hangs from a case."""
    first = office.capture(paper={"number": "DGPC/12/2026", "sheets": 3}).case.ref
    second = office.capture(petitioner={"name": "Ñandú Pérez", "age": 44}).case.ref
    office.request()
    office.capture(
        "supervision", source=Source.SUAC, folio="2441009", channel=Channel.WEB.value,
        filed_on=TODAY - dt.timedelta(days=300),
    )  # fmt: skip
    office.route("supervision", first, "JUD-AMC", "JUD-BAR")
    office.turn("titular", first, 1, "accept")
    office.turn("supervision", first, 2, "reassign", area=office.area("JUD-AOS"), reason="Carga")
    office.turn("titular", first, 1, "return", reason="No es de esta área")
    office.act("supervision", first, "note", text="Llamó la vecina")
    office.act("supervision", first, "link", other=second, link_kind="related")
    office.act("supervision", first, "unlink", other=second)
    office.act("supervision", second, "correct", field="street", value="Calle 7", reason="Error")
    office.act("supervision", second, "cancel", reason="Captura repetida")
    tick(NOW + dt.timedelta(days=120))
    return first


def test_the_events_tell_the_same_as_the_tables(office: Office) -> None:
    a_busy_day(office)
    assert told(office) == []


def test_a_value_changed_behind_the_events_is_named(office: Office) -> None:
    ref = a_busy_day(office)
    case_id = office.case("supervision", ref).id
    with db.engine.execution_options(caseflow_writes=True).begin() as connection:
        connection.execute(
            text("UPDATE turn SET instruction = 'otra' WHERE case_id = :id AND number = 1"),
            {"id": case_id},
        )
    assert told(office) == [
        Difference(case_id, "turn", 1, "instruction", "Atender y contestar", "otra")
    ]


def test_a_row_that_no_event_made_is_named(office: Office) -> None:
    ref = a_busy_day(office)
    case_id = office.case("supervision", ref).id
    with db.engine.execution_options(caseflow_writes=True).begin() as connection:
        connection.execute(
            text(
                "INSERT INTO note (case_id, number, text, written_at) "
                "VALUES (:id, 9, 'x', '2026-11-24 00:00:00')"
            ),
            {"id": case_id},
        )
        connection.execute(text("DELETE FROM petitioner WHERE case_id = :id"), {"id": case_id})
    assert [(d.table, d.number, d.column) for d in told(office)] == [
        ("note", 9, ""),
        ("petitioner", 0, ""),
    ]


def test_a_version_that_counts_more_changes_than_were_told_is_named(office: Office) -> None:
    ref = a_busy_day(office)
    case_id = office.case("supervision", ref).id
    with db.engine.execution_options(caseflow_writes=True).begin() as connection:
        connection.execute(
            text('UPDATE "case" SET version = version + 1 WHERE id = :id'), {"id": case_id}
        )
    assert [d.column for d in told(office)] == ["version"]
