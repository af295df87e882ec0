"""Capturing at the counter, the receipt, and the citizen's check with its key."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from caseflow.extensions import db
from caseflow.models import Attachment, Case
from tests.builders import Office
from tests.web.browsing import post, signed_in, token

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def form(**changes: Any) -> dict[str, Any]:
    return {
        "source": "CESAC",
        "kind": "service",
        "channel": "counter",
        "filed_on": "2026-11-20",
        "subject": "BACHEO",
        "name": "María Hernández Ñúñez",
        "territory_code": "",
        "route": "y",
        "nonce": "uno",
        **changes,
    }


@pytest.fixture
def clerk(sqlite_office: Office) -> FlaskClient:
    return signed_in(sqlite_office, "ventanilla")


def key_of(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_capture_gets_our_next_folio_and_the_rules_turn(clerk: FlaskClient) -> None:
    answer = post(clerk, "/casos/nuevo", form())
    assert answer.status_code == 200
    assert "CESAC-2026-000001" in answer.text
    assert "Obras y Desarrollo Urbano" in answer.text


def test_the_same_form_sent_twice_makes_one_case(clerk: FlaskClient) -> None:
    post(clerk, "/casos/nuevo", form())
    again = post(clerk, "/casos/nuevo", form())
    assert "CESAC-2026-000001" in again.text
    assert db.session.scalar(select(func.count()).select_from(Case)) == 1


def test_a_date_in_the_future_is_said_beside_its_field(clerk: FlaskClient) -> None:
    answer = post(clerk, "/casos/nuevo", form(filed_on="2036-11-20"))
    assert answer.status_code == 422
    assert "no puede quedar en el futuro" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Case)) == 0


def test_a_web_page_named_pdf_is_not_taken(clerk: FlaskClient) -> None:
    answer = post(
        clerk, "/casos/nuevo",
        form(files=(BytesIO(b"<html><script>1</script>"), "oficio.pdf")),
        content_type="multipart/form-data",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "oficio.pdf" in answer.text


def test_a_real_pdf_is_kept_with_the_case(clerk: FlaskClient) -> None:
    answer = post(
        clerk, "/casos/nuevo",
        form(files=(BytesIO(PDF), "oficio.pdf")),
        content_type="multipart/form-data",
    )  # fmt: skip
    assert answer.status_code == 200
    assert db.session.scalars(select(Attachment.name)).all() == ["oficio.pdf"]


def test_the_receipt_is_a_pdf_and_the_key_checks_the_folio(clerk: FlaskClient) -> None:
    page = post(clerk, "/casos/nuevo", form()).text
    key = key_of(page)
    receipt = post(clerk, "/casos/CESAC-2026-000001/acuse.pdf", {"key": key})
    assert receipt.data.startswith(b"%PDF")
    citizen = clerk.application.test_client()
    answer = citizen.post(
        "/consulta",
        data={
            "folio": "cesac 2026 000001",
            "key": key.lower().replace("-", " "),
            "csrf_token": token(citizen, "/consulta"),
        },
    )
    assert answer.status_code == 200
    assert "Recibida" in answer.text
    assert "Hernández" not in answer.text


def test_a_wrong_key_and_an_unknown_folio_read_the_same(clerk: FlaskClient) -> None:
    post(clerk, "/casos/nuevo", form())
    citizen = clerk.application.test_client()

    def check(folio: str) -> str:
        data = {"folio": folio, "key": "K7QM-2XWP-9D", "csrf_token": token(citizen, "/consulta")}
        answer = citizen.post("/consulta", data=data)
        assert answer.status_code == 422
        return re.sub(r'(value|content)="[^"]*"', "", answer.text)

    assert check("CESAC-2026-000001") == check("CESAC-2026-999999")


def test_guessing_keys_of_a_folio_stops_after_five(clerk: FlaskClient) -> None:
    citizen = clerk.application.test_client()
    codes = []
    for folio in ("CESAC-2026-000001", "cesac 2026 000001", "CESAC-2026-1") * 2:
        data = {
            "folio": folio,
            "key": "K7QM-2XWP-9D",
            "csrf_token": token(citizen, "/consulta"),
        }
        codes.append(citizen.post("/consulta", data=data).status_code)
    assert codes == [422] * 5 + [429]


def test_a_lost_receipt_gets_a_new_key_and_ends_the_old(clerk: FlaskClient) -> None:
    old = key_of(post(clerk, "/casos/nuevo", form()).text)
    assert post(clerk, "/casos/CESAC-2026-000001/acuse.pdf", {}).data.startswith(b"%PDF")
    citizen = clerk.application.test_client()
    data = {"folio": "CESAC-2026-000001", "key": old, "csrf_token": token(citizen, "/consulta")}
    assert citizen.post("/consulta", data=data).status_code == 422


def test_the_same_person_is_hinted_while_typing(clerk: FlaskClient) -> None:
    post(clerk, "/casos/nuevo", form())
    hint = post(clerk, "/casos/nuevo/parecidos", {"name": "maria hernandez ñuñez"})
    assert "CESAC-2026-000001" in hint.text
    assert "misma persona" in hint.text


def test_another_counter_is_not_told_about_it(clerk: FlaskClient, sqlite_office: Office) -> None:
    post(clerk, "/casos/nuevo", form())
    stranger = signed_in(sqlite_office, "ventanilla2")
    hint = post(stranger, "/casos/nuevo/parecidos", {"name": "María Hernández Ñúñez"})
    assert "CESAC-2026-000001" not in hint.text


def test_staff_do_not_capture(sqlite_office: Office) -> None:
    assert signed_in(sqlite_office, "personal").get("/casos/nuevo").status_code == 404
