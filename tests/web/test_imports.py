"""Importing on screen: preview, apply, progress, quarantine, and who may see any of it."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from caseflow.commands import imports
from caseflow.commands.work import begin_work
from caseflow.domain.people import SYSTEM
from caseflow.extensions import db
from caseflow.listings import stage_pending
from caseflow.models import AccessRecord, Batch, Case
from tests.builders import Office
from tests.commands.listings import SUAC, csv_bytes, sisai, suac
from tests.web.browsing import post, signed_in

PAST = {"fecha_solicitud": "2024-02-02", "fecha_concluido": "NA"}


def rows(*changes: dict[str, str]) -> bytes:
    """Rows in the past wherever the tests run: the pages know today's date only."""
    return suac(*({**PAST, **one} for one in (changes or ({},))))


def many(count: int, first: int = 3_200_000) -> bytes:
    return csv_bytes([{**SUAC, **PAST, "id_folio": str(first + n)} for n in range(count)])


def upload(
    client: FlaskClient,
    data: bytes,
    profile: str = "suac-0311",
    name: str = "listado.csv",
    nonce: str = "",
    **more: str,
) -> TestResponse:
    form: dict[str, Any] = {"file": (io.BytesIO(data), name), "profile": profile, **more}
    if nonce:
        form["nonce"] = nonce
    return post(client, "/importar", form, content_type="multipart/form-data")


def uploaded(client: FlaskClient, data: bytes, **how: str) -> str:
    """The address of the batch."""
    done = upload(client, data, **how)
    assert done.status_code == 303, done.text
    return done.location


def count(model: Any) -> int:
    n = db.session.scalar(select(func.count()).select_from(model))
    db.session.remove()
    return n or 0


@pytest.fixture
def client(sqlite_office: Office) -> FlaskClient:
    return signed_in(sqlite_office, "direccion")


def test_a_listing_is_previewed_before_anything_is_stored(client: FlaskClient) -> None:
    page = client.get(uploaded(client, rows({}, {"id_folio": "3000002", "estatus": "PERDIDO"})))
    assert "Todavía no se ha guardado nada" in page.text
    assert "se crea 1 folio; se actualizan 0; queda 1 en cuarentena" in page.text
    assert "Regla «Alumbrado público»" in page.text
    assert count(Case) == 0


def test_a_small_batch_is_applied_while_the_person_waits(client: FlaskClient) -> None:
    where = uploaded(client, rows())
    done = post(client, f"{where}/aplicar", {}, follow_redirects=True)
    assert "Importación aplicada" in done.text
    assert count(Case) == 1


def test_a_large_batch_is_left_to_the_scheduler_and_its_progress_survives_a_reload(
    client: FlaskClient,
) -> None:
    where = uploaded(client, many(501))
    page = post(client, f"{where}/aplicar", {}, follow_redirects=True).text
    assert f'data-poll="{where}/avance"' in page
    assert "0 de 501 filas" in page
    imports.apply_pending(most_chunks=1)
    assert "200 de 501 filas" in client.get(where).text
    imports.apply_pending()
    fragment = client.get(f"{where}/avance").text
    assert f'data-then="{where}"' in fragment
    assert "data-poll" not in fragment
    assert "Importación aplicada" in client.get(where).text
    assert count(Case) == 501


def test_a_long_listing_is_read_on_by_the_scheduler(client: FlaskClient) -> None:
    # few columns: above half a megabyte the test client leaves a temporary file open
    short = ("fecha_solicitud", "tema_solicitud", "estatus", "codigo_postal_solicitud")
    row = {name: {**SUAC, **PAST}[name] for name in short}
    where = uploaded(
        client, csv_bytes([{"id_folio": str(3_200_000 + n), **row} for n in range(6_500)])
    )
    assert "Leyendo el archivo" in client.get(where).text
    assert stage_pending()["listings"] == 1
    page = client.get(where).text
    assert "Vista previa de importación" in page
    assert "<b>6,500</b>" in page


def test_the_same_form_sent_twice_makes_one_batch(client: FlaskClient) -> None:
    first = uploaded(client, rows(), nonce="una-vez")
    post(client, f"{first}/aplicar", {})
    assert uploaded(client, rows(), nonce="una-vez") == first
    assert count(Batch) == 1


def test_a_file_imported_before_says_so_and_changes_nothing(client: FlaskClient) -> None:
    first = uploaded(client, rows())
    post(client, f"{first}/aplicar", {})
    second = uploaded(client, rows(), name="con otro nombre.csv")
    page = client.get(second).text
    assert "Nada cambia: estas filas ya se importaron en el lote 1" in page


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"id_folio,estatus\n1,CERRADO\n", "fecha_solicitud"),
        (b"%PDF-1.7 nada", "un PDF"),
        (b"", "vacío"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_one_sentence(
    client: FlaskClient, data: bytes, words: str
) -> None:
    answer = upload(client, data)
    assert answer.status_code == 422
    assert words in answer.text
    batch = db.session.scalars(select(Batch)).one()
    assert (batch.state, batch.rows) == ("refused", 0)
    db.session.remove()
    assert client.get("/importar/1").status_code == 200


def test_a_row_is_corrected_in_place_and_tried_again(client: FlaskClient) -> None:
    where = uploaded(client, rows({"estatus": "PERDIDO"}))
    post(client, f"{where}/aplicar", {})
    page = client.get(where).text
    cell = re.search(r'name="(c\d+)" value="PERDIDO"', page)
    assert cell is not None
    done = post(
        client, f"{where}/filas/2/corregir", {cell[1]: "AUTORIDAD RESPONSABLE"},
        follow_redirects=True,
    )  # fmt: skip
    assert "Fila 2: nuevo." in done.text
    assert count(Case) == 1


def test_a_row_is_discarded_with_a_reason_by_a_supervisor_alone(
    sqlite_office: Office, client: FlaskClient
) -> None:
    where = uploaded(client, rows({"estatus": "PERDIDO"}))
    post(client, f"{where}/aplicar", {})
    clerk = signed_in(sqlite_office, "ventanilla")
    assert "Descartar la fila" not in clerk.get(where).text
    refused = post(clerk, f"{where}/filas/2/descartar", {"reason": "No es nuestro"})
    assert "le toca a la supervisión" in refused.text
    done = post(
        client, f"{where}/filas/2/descartar", {"reason": "No es nuestro"}, follow_redirects=True
    )
    assert "Teresa Lozano: No es nuestro" in done.text


def test_a_discarded_batch_is_gone_from_the_database(client: FlaskClient) -> None:
    where = uploaded(client, rows())
    post(client, f"{where}/descartar", {})
    assert "Lote descartado" in client.get(where).text
    assert count(Case) == 0


def test_a_discrepancy_is_shown_and_leads_to_the_case(client: FlaskClient) -> None:
    post(client, f"{uploaded(client, rows())}/aplicar", {})
    where = uploaded(client, rows({"estatus": "CERRADO", "fecha_concluido": "2024-02-20"}))
    post(client, f"{where}/aplicar", {})
    page = client.get(f"{where}?filtro=discrepancias").text
    assert "1 discrepancia." in page
    assert "/casos/SUAC-3000001/acciones/settle" in page


def test_filters_and_pages_walk_every_row_once(client: FlaskClient) -> None:
    where = uploaded(client, rows(
        *({"id_folio": str(3_300_000 + n), "estatus": "PERDIDO" if n % 9 == 0 else "CERRADO"}
          for n in range(70))
    ))  # fmt: skip
    seen: list[str] = []
    at: str | None = where
    backwards: str | None = None
    while at:
        page = client.get(at).text
        seen += re.findall(r'r-fila"[^>]*>(\d+)<', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        before = re.search(r'rel="prev" href="([^"]+)"', page)
        backwards = before[1].replace("&amp;", "&") if before else backwards
        at = following[1].replace("&amp;", "&") if following else None
    assert sorted(map(int, seen)) == list(range(2, 72))
    assert [int(number) for number in seen[:8]] == [2, 11, 20, 29, 38, 47, 56, 65]
    assert backwards is not None
    assert len(re.findall("r-fila", client.get(backwards).text)) == 25
    quarantined = client.get(f"{where}?filtro=cuarentena").text
    assert len(re.findall("r-fila", quarantined)) == 8


def test_the_page_makes_no_query_per_row(client: FlaskClient) -> None:
    def queries(address: str) -> int:
        made: list[str] = []

        def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
            made.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            assert client.get(address).status_code == 200
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(made)

    few = uploaded(client, many(2))
    post(client, f"{few}/aplicar", {})
    lots = uploaded(client, many(25, first=3_400_000))
    post(client, f"{lots}/aplicar", {})
    client.get(few)
    assert queries(few) == queries(lots)


def test_a_template_can_be_filled_in_and_imported(client: FlaskClient) -> None:
    answer = client.get("/importar/plantillas/cesac.xlsx")
    book = load_workbook(io.BytesIO(answer.data))
    sheet = book.worksheets[0]
    titles = [cell.value for cell in sheet[1]]
    values = {
        "Folio": "77/2024", "Fecha de ingreso": "02/02/2024", "Área": "JUD-AMC",
        "Asunto": "Luminaria apagada",
    }  # fmt: skip
    for column, title in enumerate(titles, start=1):
        sheet.cell(2, column, values.get(str(title)))
    target = io.BytesIO()
    book.save(target)
    page = client.get(uploaded(client, target.getvalue(), profile="cesac", name="lleno.xlsx")).text
    assert "se crea 1 folio" in page
    assert client.get("/importar/plantillas/otro.xlsx").status_code == 404


def test_each_person_sees_the_batches_and_profiles_of_their_sources_alone(
    sqlite_office: Office, client: FlaskClient
) -> None:
    suac_batch = uploaded(client, rows())
    link = signed_in(sqlite_office, "transparencia")
    sisai_batch = uploaded(
        link, sisai({"Fecha de recepción oficial": "02/02/2024"}), profile="sisai"
    )
    assert link.get(suac_batch).status_code == 404
    assert post(link, f"{suac_batch}/aplicar", {}).status_code == 404
    assert link.get(f"{suac_batch}/avance").status_code == 404
    clerk = signed_in(sqlite_office, "ventanilla")
    assert clerk.get(sisai_batch).status_code == 404
    assert clerk.get(suac_batch).status_code == 200
    page = clerk.get("/importar").text
    assert "sisai" not in page
    assert upload(clerk, sisai(), profile="sisai").status_code == 422
    head = signed_in(sqlite_office, "titular")
    assert head.get("/importar").status_code in (403, 404)


def test_a_batch_that_was_interrupted_can_be_handed_to_the_scheduler(
    client: FlaskClient,
) -> None:
    where = uploaded(client, rows())
    with begin_work(SYSTEM) as work:
        imports.confirm(work, int(where.rsplit("/", 1)[1]))
    assert "Retomar" in client.get(where).text
    post(client, f"{where}/retomar", {})
    imports.apply_pending()
    assert "Importación aplicada" in client.get(where).text


def test_a_person_pauses_a_running_batch_and_resumes_it(client: FlaskClient) -> None:
    where = uploaded(client, many(501))
    post(client, f"{where}/aplicar", {})
    imports.apply_pending(most_chunks=1)
    page = post(client, f"{where}/pausar", {}, follow_redirects=True).text
    assert "En pausa" in page
    assert "La pausó Teresa Lozano, hoy" in page
    assert "data-poll" not in page
    assert "data-then" not in client.get(f"{where}/avance").text
    assert "En pausa" in client.get("/importar").text
    imports.apply_pending()
    assert count(Case) == 200
    page = post(client, f"{where}/retomar", {}, follow_redirects=True).text
    assert "La importación sigue donde quedó." in page
    assert "data-poll" in page
    imports.apply_pending()
    assert count(Case) == 501


def test_the_whole_quarantine_is_tried_again_from_the_page(client: FlaskClient) -> None:
    where = uploaded(client, rows({"estatus": "PERDIDO"}, {"id_folio": "3000002"}))
    post(client, f"{where}/aplicar", {})
    assert "Reintentar todas" in client.get(where).text
    page = post(client, f"{where}/reintentar", {"filtro": "cuarentena"}, follow_redirects=True)
    assert "Ninguna fila salió de la cuarentena" in page.text
    post(client, f"{where}/filas/2/descartar", {"reason": "No es nuestro"})
    assert "Reintentar todas" not in client.get(where).text
    assert post(client, f"{where}/reintentar", {}).status_code == 409


def test_the_verdicts_are_a_spreadsheet_with_values_and_reasons_by_column(
    client: FlaskClient,
) -> None:
    post(client, f"{uploaded(client, rows({}))}/aplicar", {})
    where = uploaded(
        client,
        rows(
            {"codigo_postal_solicitud": "08510"},
            {"id_folio": "3000002", "estatus": "PERDIDO"},
            {"id_folio": "3000003", "alcaldia_catalogo": "Iztapalapa"},
        ),
    )
    answer = client.get(f"{where}/filas.xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    told = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [2, "Cambió", "3000001", "SUAC-3000001", "codigo_postal_solicitud", "08500",
            "08510", None, None] in told  # fmt: skip
    wrong = next(row for row in told if row[0] == 3)
    assert wrong[4:8] == ["estatus", None, None, "PERDIDO"]
    assert "AUTORIDAD RESPONSABLE" in wrong[8]
    assert any(row[0] == 4 and "Iztapalapa" in str(row) for row in told)
    record = db.session.scalars(select(AccessRecord)).one()
    assert record.what == "export"
    db.session.remove()
    few = client.get(f"{where}/filas.xlsx?filtro=cuarentena")
    sheet = load_workbook(io.BytesIO(few.data)).worksheets[0]
    assert {row[0].value for row in sheet.iter_rows(min_row=2)} == {3}


def test_a_spreadsheet_of_more_rows_than_can_be_made_at_once_is_refused(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = uploaded(client, rows({}, {"id_folio": "3000002", "estatus": "PERDIDO"}))
    monkeypatch.setattr("caseflow.web.import_file.MOST_ROWS", 1)
    assert client.get(f"{where}/filas.xlsx").status_code == 422
    assert client.get(f"{where}/filas.xlsx?filtro=cuarentena").status_code == 200
