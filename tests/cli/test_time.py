"""``flask tick`` and ``flask overdue`` as scripts use them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import Result

from tests.builders import TODAY, Office


def run(office: Office, *arguments: str) -> Result:
    return office.app.test_cli_runner().invoke(args=list(arguments))


def told(office: Office, *arguments: str) -> Any:
    result = run(office, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_a_tick_by_hand_counts_what_it_did(office: Office) -> None:
    office.route("supervision", office.capture().case.ref, "JUD-AMC")
    counts = told(office, "tick", "--at", "2027-01-31T09:00")
    assert counts["at"] == "2027-01-31T15:00:00+00:00"
    assert (counts["became_overdue"], counts["target_missed"]) == (1, 1)
    assert counts["reports"] == 2
    assert counts["sealed"] > 0
    again = told(office, "tick", "--at", "2027-01-31T09:00")
    assert (again["became_overdue"], again["target_missed"], again["reports"]) == (0, 0, 0)


def test_a_tick_says_it_in_words(sqlite_office: Office) -> None:
    sqlite_office.capture()
    assert "1 vencieron" in run(sqlite_office, "tick", "--at", "2027-01-31T09:00").output


def test_an_instant_that_cannot_be_read_is_refused(sqlite_office: Office) -> None:
    result = run(sqlite_office, "tick", "--at", "mañana")
    assert result.exit_code == 2
    assert "No se entiende el instante mañana" in result.output


def test_overdue_lists_what_was_open_and_late_that_day(office: Office) -> None:
    late = office.capture().case.ref
    office.route("supervision", late, "JUD-AMC", "DGSU")
    due_on = office.case("direccion", late).due_on
    assert due_on is not None
    assert told(office, "overdue", "--on", due_on.isoformat())["count"] == 0
    found = told(office, "overdue", "--on", "2027-03-01")
    assert (found["count"], found["legal"], found["commitment"]) == (1, 0, 1)
    (folio,) = found["folios"]
    assert (folio["ref"], folio["due_on"]) == (late, due_on.isoformat())
    assert folio["areas"] == ["JUD-AMC", "DGSU"]
    assert folio["days_late"] > 0


def test_overdue_of_an_area_counts_its_subtree_and_the_desk_without_turns(office: Office) -> None:
    office.route("supervision", office.capture().case.ref, "JUD-AMC")
    office.capture()
    counts = {
        code: told(office, "overdue", "--on", "2027-03-01", "--area", code)["count"]
        for code in ("JUD-AMC", "DCC", "JUD-BAR", "ALC")
    }
    assert counts == {"JUD-AMC": 1, "DCC": 2, "JUD-BAR": 0, "ALC": 2}


def test_overdue_of_a_past_day_has_what_was_answered_since(office: Office) -> None:
    ref = office.capture(filed_on=TODAY.replace(month=3)).case.ref
    office.route("supervision", ref, "JUD-AMC")
    office.turn("titular", ref, 1, "accept")
    office.turn(
        "titular", ref, 1, "reply", text="Hecho", also_answer=True, outcome="attended",
        channel="phone", notified_on=TODAY,
    )  # fmt: skip
    assert told(office, "overdue", "--on", "2026-11-20")["count"] == 1
    assert told(office, "overdue", "--on", "2026-11-24")["count"] == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--area", "NADA"], "No hay un área con el código NADA."),
        (["--on", "ayer"], "No se entiende el día ayer"),
    ],
)
def test_overdue_refuses_what_names_nothing(
    sqlite_office: Office, arguments: list[str], sentence: str
) -> None:
    result = run(sqlite_office, "overdue", *arguments)
    assert result.exit_code == 2
    assert sentence in result.output
