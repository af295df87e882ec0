"""``flask clock explain``: a count told day by day, as text and as JSON."""

from __future__ import annotations

import json

import pytest
from click.testing import Result
from flask import Flask

from tests.builders import Office


def explain(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["clock", "explain", *arguments])


def told(office: Office, *arguments: str) -> dict[str, object]:
    done = explain(office.app, *arguments, "--json")
    assert done.exit_code == 0, done.output
    plain: dict[str, object] = json.loads(done.stdout)
    return plain


def test_a_filing_after_the_cut_off_counts_from_the_next_business_day(
    sqlite_office: Office,
) -> None:
    plain = told(sqlite_office, "--matter", "information", "--filed", "2026-10-28T16:40")
    assert (plain["received_on"], plain["first_day"], plain["due_on"]) == (
        "2026-10-29", "2026-10-30", "2026-11-11",
    )  # fmt: skip
    assert len(plain["counted"]) == 9  # type: ignore[arg-type]
    assert plain["events"] == []


def test_an_extension_and_a_suspension_move_the_date(sqlite_office: Office) -> None:
    base = ("--matter", "information", "--filed", "2026-10-28T16:40")
    extended = told(sqlite_office, *base, "--event", "extend=2026-11-10")
    assert extended["due_on"] == "2026-11-23"
    assert len(extended["counted"]) == 16  # type: ignore[arg-type]
    stopped = told(sqlite_office, *base, "--event", "suspend=2026-11-04/2026-11-05")
    assert stopped["due_on"] == "2026-11-13"


def test_a_skipped_day_says_why_and_by_which_source(sqlite_office: Office) -> None:
    plain = told(sqlite_office, "--matter", "information", "--filed", "2026-11-10T10:00")
    skipped = {day["date"]: day for day in plain["skipped"]}  # type: ignore[attr-defined]
    assert skipped["2026-11-16"]["source"] == "LFT art. 74, fracc. VI"


def test_another_step_is_counted_by_its_own_term(sqlite_office: Office) -> None:
    plain = told(
        sqlite_office, "--matter", "information", "--filed", "2026-10-28", "--step",
        "request_clarification",
    )  # fmt: skip
    assert len(plain["counted"]) == 3  # type: ignore[arg-type]
    assert any("Sin hora" in warning for warning in plain["warnings"])  # type: ignore[attr-defined]


def test_a_year_without_its_list_is_a_warning(sqlite_office: Office) -> None:
    plain = told(sqlite_office, "--matter", "information", "--filed", "2026-10-28T09:00")
    assert any("2026" in warning for warning in plain["warnings"])  # type: ignore[attr-defined]


def test_an_instant_of_another_zone_is_that_of_the_office(sqlite_office: Office) -> None:
    plain = told(sqlite_office, "--matter", "information", "--filed", "2026-10-29T01:30Z")
    assert plain["received_on"] == "2026-10-29"
    local = told(sqlite_office, "--matter", "information", "--filed", "2026-10-28T19:30")
    assert plain["due_on"] == local["due_on"]


def test_a_clock_at_rest_says_so_and_an_answer_goes_on(sqlite_office: Office) -> None:
    base = ("--matter", "information", "--filed", "2026-10-28T09:00", "--event",
            "clarify=2026-10-30")  # fmt: skip
    resting = told(sqlite_office, *base)
    assert (resting["due_on"], resting["own_due_on"]) == (None, None)
    assert "el plazo está detenido" in explain(sqlite_office.app, *base).output
    again = told(sqlite_office, *base, "--event", "clarified=2026-11-05", "--event",
                 "answer=2026-11-12")  # fmt: skip
    assert again["due_on"] == "2026-11-19"
    assert [event["event"] for event in again["events"]] == ["clarify", "clarified", "answer"]  # type: ignore[attr-defined]
    assert set(again) == {
        "received_on", "first_day", "due_on", "own_due_on", "counted", "skipped", "events",
        "warnings",
    }  # fmt: skip
    assert {frozenset(day) for day in again["skipped"]} == {  # type: ignore[attr-defined]
        frozenset(("date", "reason", "source", "mark", "phase"))
    }


def test_the_text_names_the_date_and_each_day(sqlite_office: Office) -> None:
    done = explain(sqlite_office.app, "--matter", "service", "--filed", "2026-11-03")
    assert done.exit_code == 0, done.output
    assert "Vence: 31/12/2026" in done.output
    assert "16/11/2026    –" in done.output
    assert "01/12/2026" in done.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--filed", "2026-02-30"), "no existe"),
        (("--filed", "ayer"), "no existe"),
        (("--filed", "2026-10-28", "--event", "sleep=2026-11-01"), "No existe el acto «sleep»"),
        (("--filed", "2026-10-28", "--event", "extend=nunca"), "no existe"),
        (("--filed", "2026-10-28", "--event", "extend=2026-12-20"), "ya no procede"),
        (("--filed", "2026-10-28", "--event", "clarify=2026-10-01"), "anterior a la recepción"),
        (("--filed", "1990-10-28"), "No hay plazo vigente"),
        (("--filed", "2026-10-28", "--step", "solve"), "no tiene «solve»"),
        (("--filed", "20261028"), "escríbala como 2024-10-01T16:30"),
        (("--filed", "2026-10-28T25:00"), "no existe"),
        (("--filed", "9999-12-30"), "se sale del calendario"),
        (("--filed", "2026-10-28", "--event", "extend"), "no existe"),
        (("--filed", "2026-10-28", "--event", ""), "No existe el acto"),
        (("--filed", "2026-10-28", "--event", "extend=2026-11-09/2026-11-10"), "dos fechas"),
        (("--filed", "2026-10-28", "--event", "suspend=2026-11-06/2026-11-02"), "antes de empezar"),
        (("--filed", "2026-10-28", "--event", "clarified=2026-10-29"), "No hay prevención"),
        (
            (
                "--filed",
                "2026-10-28",
                "--event",
                "extend=2026-11-05",
                "--event",
                "extend=2026-11-06",
            ),
            "solo puede ampliarse una vez",
        ),
        (("--filed", "2026-10-28", "--body", "alcaldia-inexistente"), "No hay ninguna lista"),
    ],
)
def test_what_cannot_be_counted_is_refused(
    sqlite_office: Office, arguments: tuple[str, ...], words: str
) -> None:
    done = explain(sqlite_office.app, "--matter", "information", *arguments)
    assert done.exit_code == 2
    assert words in done.output
    assert "Traceback" not in done.output
