"""Why it is due that day: the page, the certificate and the file tell the same count."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

import pikepdf
import pytest

from caseflow.documents.count_sheet import CountSheet, count_sheet
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.facts import CaseFacts
from caseflow.extensions import db
from caseflow.queries.reference import current
from tests.builders import NOW, TODAY, Office
from tests.documents.paper import page_count, text_of
from tests.web.browsing import signed_in
from tests.web.test_cases import reads

#: A request sent after the cut-off, extended in time, as in the example that the office knows.
FILED = dt.date(2026, 10, 28)
EXTENDED = dt.datetime(2026, 11, 10, 18, 0, tzinfo=dt.UTC)


@pytest.fixture
def ref(office: Office) -> str:
    made = office.request(filed_on=FILED, filed_time=dt.time(16, 40)).case.ref
    office.act(
        "transparencia", made, "extend", EXTENDED,
        reason="Volumen de la información", notified_on=dt.date(2026, 11, 10),
    )  # fmt: skip
    return made


def clockwork_of(office: Office) -> Clockwork:
    found = current(db.session()).clockwork(TODAY)
    db.session.remove()
    return found


def sheet_of(office: Office, ref: str) -> CountSheet:
    case = office.case("transparencia", ref)
    governing = case.governing()
    assert governing is not None
    return count_sheet(case, governing, clockwork_of(office))


def test_the_page_tells_the_cutoff_the_extension_and_what_each_did(
    office: Office, ref: str
) -> None:
    page = signed_in(office, "transparencia").get(f"/casos/{ref}/plazo").text
    assert "después del corte de las 15:00 h" in page
    assert "La ampliación sumó 7" in page
    assert "Sin la ampliación" in page
    assert "De haberse presentado antes de las 15:00 h" in page
    assert "puede interponer recurso de revisión hasta el" in page


def test_without_each_cause_the_date_is_that_of_the_engine_without_it(
    office: Office, ref: str
) -> None:
    sheet = sheet_of(office, ref)
    moved = dict(sheet.moved)
    base = sheet.deadline.base_due_on
    assert base is not None
    assert moved["Sin la ampliación"] == f"{base:%d/%m/%Y}"
    due = sheet.deadline.due_on
    assert due is not None
    earlier = clockwork_of(office).calendar.add(due, -1, "information")
    assert moved["De haberse presentado antes de las 15:00 h"] == f"{earlier:%d/%m/%Y}"
    # one non-working day fewer brings the date one business day nearer
    assert moved["Si el lunes 16 de noviembre de 2026 fuera hábil"] == f"{earlier:%d/%m/%Y}"


def test_the_certificate_says_the_date_each_day_and_its_source(office: Office, ref: str) -> None:
    answer = signed_in(office, "transparencia").get(f"/casos/{ref}/plazo.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    words = text_of(answer.data)
    sheet = sheet_of(office, ref)
    assert sheet.title in words
    for line in sheet.told.days:
        assert f"{line.on:%d/%m/%Y}" in words
        if line.source:
            assert " ".join(line.source.split()) in words
    for rule in sheet.rules:
        assert rule.source in words
    assert reads("certificate") == 1


def test_the_certificate_is_tagged_titled_and_archivable(office: Office, ref: str) -> None:
    made = signed_in(office, "transparencia").get(f"/casos/{ref}/plazo.pdf").data
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).lower().startswith("es")
        assert "Constancia de cómputo" in str(pdf.docinfo["/Title"])
        xmp = bytes(pdf.Root.Metadata.read_bytes()).decode()
    assert re.search(r"pdfuaid:part[^0-9]*1", xmp)
    assert page_count(made) == 2


def test_neither_paper_nor_file_names_the_person(office: Office, ref: str) -> None:
    client = signed_in(office, "transparencia")
    assert "Hernández" not in text_of(client.get(f"/casos/{ref}/plazo.pdf").data)
    assert "Hernández" not in client.get(f"/casos/{ref}/plazo.csv").text


def test_the_file_holds_the_same_days(office: Office, ref: str) -> None:
    text = (
        signed_in(office, "transparencia").get(f"/casos/{ref}/plazo.csv").data.decode("utf-8-sig")
    )
    rows = list(csv.DictReader(io.StringIO(text)))
    told = sheet_of(office, ref).told
    assert [row["Fecha"] for row in rows] == [line.on.isoformat() for line in told.days]
    counted = [row["Cuenta"] for row in rows if row["Cuenta"]]
    assert counted == [str(n) for n in range(1, 17)]


def paused(office: Office) -> CaseFacts:
    made = office.request(filed_on=dt.date(2026, 11, 18)).case.ref
    return office.act(
        "transparencia", made, "request_clarification", NOW,
        text="¿De qué año?", notified_on=dt.date(2026, 11, 20),
    )  # fmt: skip


def test_a_resting_clock_has_its_certificate_too(office: Office) -> None:
    case = paused(office)
    client = signed_in(office, "transparencia")
    assert "El plazo está en pausa" in text_of(client.get(f"/casos/{case.ref}/plazo.pdf").data)
    assert "La persona tiene hasta el" in client.get(f"/casos/{case.ref}/plazo").text


def test_a_term_that_an_act_began_is_counted_to_its_stored_day(office: Office) -> None:
    case = paused(office)
    clockwork = clockwork_of(office)
    for deadline in case.deadlines.values():
        sheet = count_sheet(case, deadline, clockwork)
        assert sheet.counted.due_on == deadline.due_on
        page = signed_in(office, "transparencia").get(
            f"/casos/{case.ref}/plazo?n={deadline.number}"
        )
        assert page.status_code == 200
