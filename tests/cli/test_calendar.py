"""``flask calendar load``: lists of non-working days from files."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from caseflow.extensions import db
from caseflow.models import Event, NonWorkingDay, TermSuspension
from caseflow.queries import reference
from tests.builders import Office

BODY = "alcaldia-iztacalco"
CSV = (
    "\ufeffFecha,Motivo,Fuente\n"
    "24/12/2026,Cierre de año,GOCDMX 1850\n"
    "05/01/2027,Reyes,GOCDMX 1850\n"
)
ICS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\n"
    "DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261226\r\n"
    "SUMMARY:Cierre\\, fin de\r\n  año\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "lista.csv").write_text(CSV, encoding="utf-8")
    (tmp_path / "lista.ics").write_text(ICS, encoding="utf-8")
    return tmp_path


def load(app: Flask, path: Path, *more: str, body: str = BODY) -> Result:
    return app.test_cli_runner().invoke(args=["calendar", "load", str(path), "--body", body, *more])


def stored() -> int:
    n = db.session.scalar(
        select(func.count()).select_from(NonWorkingDay).where(NonWorkingDay.body == BODY)
    )
    db.session.remove()
    return n or 0


def test_a_list_loads_once_and_moves_the_open_dates(office: Office, files: Path) -> None:
    case = office.capture().case
    done = load(office.app, files / "lista.csv", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["days"], told["added"], told["counts"]["moved"]) == (2, 2, 1)
    assert office.case("ventanilla", case.ref).due_on != case.due_on
    again = json.loads(load(office.app, files / "lista.csv", "--json").stdout)
    assert (again["added"], again["changed"], again["counts"]["moved"]) == (0, 0, 0)
    assert stored() == 2
    assert reference.current(db.session()).calendar.listed_years == {2026}


def test_the_preview_tells_the_same_counts_and_stores_nothing(office: Office, files: Path) -> None:
    office.capture()
    told = json.loads(load(office.app, files / "lista.csv", "--preview", "--json").stdout)
    assert stored() == 0
    done = json.loads(load(office.app, files / "lista.csv", "--json").stdout)
    assert told["counts"] == done["counts"]
    assert (told["preview"], done["preview"]) == (True, False)


def test_the_sentence_says_what_moved(sqlite_office: Office, files: Path) -> None:
    sqlite_office.capture()
    done = load(sqlite_office.app, files / "lista.csv")
    assert "Días en el archivo: 2. Se agregaron: 2; con cambios: 0." in done.output
    assert "Folios que se movieron: 1;" in done.output


def test_an_ics_needs_a_source_and_its_last_day_is_the_eve_of_its_end(
    sqlite_office: Office, files: Path
) -> None:
    without = load(sqlite_office.app, files / "lista.ics")
    assert without.exit_code == 2
    assert "escriba la fuente" in without.output
    done = load(sqlite_office.app, files / "lista.ics", "--source", "GOCDMX 1850")
    assert done.exit_code == 0, done.output
    rows = db.session.scalars(
        select(NonWorkingDay).where(NonWorkingDay.body == BODY).order_by(NonWorkingDay.day)
    ).all()
    assert [row.day for row in rows] == [dt.date(2026, 12, 24), dt.date(2026, 12, 25)]
    assert {row.reason for row in rows} == {"Cierre, fin de año"}


SUSPENSIONS = (
    "Desde;Hasta;Asuntos;Motivo;Fuente\n"
    "30/11/2026;01/12/2026;Información pública;Falla de la plataforma;Acuerdo 1\n"
    "02/12/2026;02/12/2026;;Sismo;Acuerdo 2\n"
)
SUSPENSIONS_ICS = (
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261130\r\n"
    "DTEND;VALUE=DATE:20261202\r\nSUMMARY:Falla de la plataforma\r\nDESCRIPTION:Acuerdo 1\r\n"
    "CATEGORIES:Suspensión de plazos,Información pública\r\n"
    "BEGIN:VALARM\r\nDESCRIPTION:Aviso\r\nEND:VALARM\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261202\r\nSUMMARY:Sismo\r\nDESCRIPTION:Acuerdo 2\r\n"
    "CATEGORIES:Suspensión de plazos\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.mark.parametrize("content", [SUSPENSIONS, SUSPENSIONS_ICS])
def test_suspensions_of_terms_load_from_a_file_and_move_their_matter(
    sqlite_office: Office, tmp_path: Path, content: str
) -> None:
    office = sqlite_office
    service, asked = office.capture().case, office.request(filed_on=dt.date(2026, 11, 20)).case
    path = tmp_path / "suspensiones.txt"
    path.write_text(content, encoding="utf-8")
    told = json.loads(load(office.app, path, "--preview", "--json").stdout)
    assert (told["suspensions"], told["suspended"], told["counts"]["moved"]) == (2, 2, 2)
    done = load(office.app, path)
    assert "Suspensiones de plazos en el archivo: 2. Nuevas: 2." in done.output
    rows = db.session.scalars(select(TermSuspension).order_by(TermSuspension.first_day)).all()
    assert [(row.matter, row.first_day, row.last_day, row.source) for row in rows] == [
        ("information", dt.date(2026, 11, 30), dt.date(2026, 12, 1), "Acuerdo 1"),
        (None, dt.date(2026, 12, 2), dt.date(2026, 12, 2), "Acuerdo 2"),
    ]
    db.session.remove()
    assert (service.due_on, asked.due_on) == (dt.date(2027, 1, 21), dt.date(2026, 12, 3))
    assert office.case("ventanilla", service.ref).due_on == dt.date(2027, 1, 22)
    assert office.case("transparencia", asked.ref).due_on == dt.date(2026, 12, 8)
    again = json.loads(load(office.app, path, "--json").stdout)
    assert again["suspended"] == 0


def test_who_loads_it_stands_in_the_event(sqlite_office: Office, files: Path) -> None:
    done = load(sqlite_office.app, files / "lista.csv", "--as", "transparencia@demo.local")
    assert done.exit_code == 0, done.output
    logged = db.session.scalars(select(Event).where(Event.action == "calendar_changed")).one()
    assert logged.actor_id == sqlite_office.user_id("transparencia")
    refused = load(sqlite_office.app, files / "lista.csv", "--as", "titular@demo.local")
    assert refused.exit_code == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("Fecha,Motivo,Fuente\n30/02/2026,Nada,G\n", "Renglón 2: La fecha no existe"),
        ("Fecha,Motivo,Fuente\n24/12/2026,,G\n", "escriba el motivo"),
        ("Fecha,Motivo,Fuente\n24/12/2026,A,G\n24/12/2026,B,G\n", "dos veces"),
        ("Fecha,Motivo,Fuente\n24/12/2026,A,G\n10/06/2027,B,G\n", "Diga de qué año"),
        ("Fecha,Motivo,Fuente,Ente\n24/12/2026,A,G,otro-ente\n", "el día es de «otro-ente»"),
        ('Fecha,Motivo,Fuente\n"24/12/2026,A,G\n', "no se puede leer como CSV"),
        ("Fecha,Motivo,Fuente,Marca\n24/12/2026,A,G,Z\n", "no se conoce la marca"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:2026\nEND:VEVENT\n", "no existe"),
        (ICS.replace("SUMMARY", "RRULE:FREQ=YEARLY\r\nSUMMARY"), "se repite"),
        (ICS.replace("SUMMARY", "STATUS:CANCELLED\r\nSUMMARY"), "está cancelado"),
        (ICS.replace("20261226", "20261226T120000Z"), "eventos de todo el día"),
        (ICS.replace("END:VEVENT\r\n", ""), "termina a la mitad"),
        ("Desde,Hasta,Motivo,Fuente\n10/12/2026,09/12/2026,Sismo,A\n", "antes de empezar"),
        ("Desde,Hasta,Motivo,Fuente\n10/12/2026,31/12/2026,Sismo,\n", "escriba la fuente"),
        ("Desde,Hasta,Asuntos,Motivo,Fuente\n10/12/2026,10/12/2026,Todo,S,A\n", "no se conocen"),
        ("Desde,Hasta\n10/12/2026,10/12/2026\n", "faltan las columnas: Motivo"),
        ("\0\0\0", "caracteres nulos"),
    ],
)
def test_a_list_that_cannot_be_is_refused_and_nothing_is_stored(
    sqlite_office: Office, tmp_path: Path, content: str, words: str
) -> None:
    path = tmp_path / "mala.csv"
    path.write_text(content, encoding="utf-8")
    done = load(sqlite_office.app, path)
    assert done.exit_code == 2
    assert words in done.output
    assert stored() == 0


def test_a_body_with_a_strange_name_is_refused(sqlite_office: Office, files: Path) -> None:
    done = load(sqlite_office.app, files / "lista.csv", body="Alcaldía Iztacalco")
    assert done.exit_code == 2


def test_the_published_list_of_the_examples_loads(
    sqlite_office: Office, tmp_path: Path, shared_data: Path
) -> None:
    examples = json.loads((shared_data / "clock_examples.json").read_text(encoding="utf-8"))
    listed = next(case for case in examples["judgments"] if case["id"] == "cal-001")
    path = tmp_path / "lista.csv"
    lines = [f"{day},Inhábil\n" for day in listed["non_working_days"]]
    path.write_text("Fecha,Motivo\n" + "".join(lines), encoding="utf-8")
    done = load(
        sqlite_office.app, path, "--source", listed["published"], "--json",
        body="alcaldia-benito-juarez",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["added"] == len(listed["non_working_days"])
    years = db.session.scalars(
        select(NonWorkingDay.list_year)
        .where(NonWorkingDay.body == "alcaldia-benito-juarez")
        .distinct()
    )
    assert list(years) == [2025]
