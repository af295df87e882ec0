"""Receipts and turn slips: what they say, what they never say, and that they stay on one page."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from io import BytesIO

import pikepdf
import pytest

from caseflow.documents.receipt import grouped_key, receipt_pdf
from caseflow.documents.slips import slips_pdf
from caseflow.domain.errors import MissingData
from caseflow.domain.vocabulary import Basis, Kind, Source
from caseflow.queries.papers import Arrived, Due
from tests.documents.paper import page_count, page_texts, text_of
from tests.documents.samples import HOSTILE, WIDE, receipt, slip

PUBLIC = "https://folios.example"


def images(pdf_bytes: bytes) -> list[str]:
    """Alternative texts of the figures in the document's structure."""
    with pikepdf.open(BytesIO(pdf_bytes)) as pdf:
        return [
            str(thing["/Alt"])
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and "/Alt" in thing
        ]


# ── Receipt ──────────────────────────────────────────────────────────────────────────────────────


def test_the_receipt_says_folio_key_dates_subject_place_and_what_arrived() -> None:
    text = text_of(receipt_pdf(receipt()))
    for words in (
        "CESAC-2026-000123",
        "K7QM-2XWP-9D",
        "lunes 23 de noviembre de 2026",
        "Plazo de atención: se atiende a más tardar el miércoles 27 de enero de 2027",
        "Poda de árbol",
        "Sur 16 núm. 214, Agrícola Oriental",
        "María Guadalupe Ñuño Peña",
        "Oficio ACO/114/2026 de fecha 20 de noviembre de 2026 que firma Joaquín Ávila",
        "3 hojas",
        "Anexos: 1 USB",
        "Datos personales.",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (Due(date(2026, 12, 4), Basis.LEGAL), "Plazo legal: se responde a más tardar el viernes 4"),
        (Due(date(2026, 12, 4), Basis.COMMITMENT), "Plazo de atención: se atiende a más tardar el"),
        (Due(None, Basis.LEGAL), "En pausa, en espera de la persona"),
        (Due(None, None), "Sin plazo establecido"),
        (Due(date(2027, 1, 4), Basis.LEGAL, ("Falta la lista de 2027.",)), "Falta la lista de"),
    ],
)
def test_the_receipt_says_whose_clock_the_due_date_is(due: Due, words: str) -> None:
    assert words in text_of(receipt_pdf(receipt(due=due)))


def test_with_a_public_page_the_code_opens_it_with_the_folio_as_a_fragment() -> None:
    sheet = receipt(public_url=f"{PUBLIC}/")
    assert sheet.check_link == f"{PUBLIC}/consulta#CESAC-2026-000123"
    printed = receipt_pdf(sheet)
    assert f"{PUBLIC}/consulta" in text_of(printed)
    assert [alt for alt in images(printed) if f"{PUBLIC}/consulta" in alt]


def test_the_key_is_not_in_the_code() -> None:
    sheet = receipt(public_url=PUBLIC)
    assert sheet.key not in sheet.check_link


def test_without_a_public_page_the_receipt_gives_telephone_and_hours_and_no_code() -> None:
    printed = receipt_pdf(receipt(public_url=""))
    text = text_of(printed)
    assert "55 5654 3133 (lunes a viernes de 9:00 a 15:00 h)" in text
    assert "Escanee" not in text
    assert "/consulta" not in text
    assert images(printed) == []


@pytest.mark.parametrize("key", ["K7QM2XWP9D", "k7qm-2xwp-9d", "K7QM 2XWP 9D"])
def test_the_key_is_printed_in_groups_however_it_came(key: str) -> None:
    assert grouped_key(key) == "K7QM-2XWP-9D"


@pytest.mark.parametrize(
    ("arrived", "words"),
    [
        (Arrived(1), "1 hoja"),
        (Arrived(oficio_sender="Ana Ruiz", oficio_post="Directora"), "Escrito que firma Ana Ruiz"),
        (Arrived(oficio_number="7/26"), "Oficio 7/26"),
    ],
)
def test_what_arrived_is_told_with_what_is_known(arrived: Arrived, words: str) -> None:
    assert words in text_of(receipt_pdf(receipt(arrived=arrived)))


def test_empty_facts_leave_no_label_behind() -> None:
    text = text_of(receipt_pdf(receipt(place="", petitioner="", arrived=Arrived())))
    assert "Lugar" not in text
    assert "Solicitante" not in text
    assert "Se recibió" not in text


@pytest.mark.parametrize("typed", [HOSTILE, WIDE, "ñ\n" * 2000], ids=["hostile", "wide", "lines"])
def test_no_text_pushes_the_receipt_over_its_page(typed: str) -> None:
    sheet = receipt(
        subject=typed,
        place=typed,
        petitioner=typed,
        description=typed,
        desk=typed,
        arrived=Arrived(9, typed, typed[:60], date(2026, 11, 20), typed, typed),
        public_url=PUBLIC,
    )
    printed = receipt_pdf(sheet)
    assert page_count(printed) == 1
    assert "la solicitud completa obra en el expediente" in text_of(printed)
    assert "Sello de recibido" in text_of(printed)


def test_a_request_of_4000_characters_fits_whole_on_a_slip() -> None:
    words = " ".join(f"palabra{number}" for number in range(400))[:3990] + " FINAL"
    text = text_of(slips_pdf([slip(description=words)]))
    assert "FINAL" in text
    assert "completa obra en el expediente" not in text


def test_markup_in_a_citizens_text_stays_text() -> None:
    code = '#read("house.typ") #eval("1+1") $x^2$ *negritas* <b>html</b> // comentario'
    assert code in text_of(receipt_pdf(receipt(description=code)))


# ── Slips ────────────────────────────────────────────────────────────────────────────────────────


def test_the_slip_says_who_must_do_what_by_when_and_leaves_room_to_sign() -> None:
    sheet = slip(
        petitioner="María Ñuño",
        contact="55 1234 5678",
        external_folio="CESAC-2026-000123",
        rule="Poda y derribo",
        other_areas=("Servicios Urbanos",),
        sender_post="Subdirector",
    )
    text = text_of(slips_pdf([sheet]))
    for words in (
        "Volante de turno",
        "2441009",
        "Origen: SUAC",
        "Servicio",
        "JUD de Atención y Mediación Comunitaria",
        "Beatriz Ocaña Güereca · JUD-AMC",
        "Atender en campo e informar.",
        "Recibido el 23/11/2026",
        "Turnado el 24/11/2026",
        "Meta interna 07/12/2026",
        "Plazo de atención 27/01/2027",
        "Héctor Villaseñor Luna Subdirector",
        "También se turnó a Servicios Urbanos",
        "Regla de turno Poda y derribo",
        "Folio de origen CESAC-2026-000123",
        "Sello de recibido",
        "Firma",
        "Fecha",
        "Hora",
    ):
        assert words in text


def test_a_legal_term_is_called_so_on_the_slip() -> None:
    text = text_of(
        slips_pdf(
            [
                slip(
                    kind=Kind.INFORMATION,
                    source=Source.SISAI,
                    due=Due(date(2026, 12, 4), Basis.LEGAL),
                )
            ]
        )
    )
    assert "Plazo legal 04/12/2026" in text
    assert "Plazo de atención" not in text


def test_a_vacant_post_is_addressed_by_its_name() -> None:
    text = text_of(slips_pdf([slip(head="")]))
    assert "Titular de la unidad · JUD-AMC" in text


def test_personal_data_that_the_query_left_out_has_no_label() -> None:
    text = text_of(slips_pdf([slip(petitioner="", contact="")]))
    assert "Solicitante" not in text
    assert "Contacto" not in text


def test_each_slip_has_its_own_page_in_the_order_given() -> None:
    folios = ["2441009", "2441010", "2441011"]
    pages = page_texts(slips_pdf([slip(folio=folio) for folio in folios]))
    assert len(pages) == 3
    for folio, page in zip(folios, pages, strict=True):
        assert folio in page


@pytest.mark.parametrize("typed", [HOSTILE, WIDE, "ñ\n" * 2000], ids=["hostile", "wide", "lines"])
def test_no_text_pushes_a_slip_over_its_page(typed: str) -> None:
    spoiled = slip(
        instruction=typed,
        subject=typed,
        place=typed,
        description=typed,
        petitioner=typed,
        contact=typed,
        rule=typed,
        external_folio=typed,
        other_areas=(typed, typed),
    )
    pages = page_texts(slips_pdf([spoiled, slip()]))
    assert len(pages) == 2
    assert "Sello de recibido" in pages[0]
    assert "Firma" in pages[0]


def test_no_slips_are_refused_with_a_sentence() -> None:
    with pytest.raises(MissingData, match="No hay volantes"):
        slips_pdf([])


# ── Both ─────────────────────────────────────────────────────────────────────────────────────────


def test_papers_are_tagged_titled_in_spanish_and_archivable() -> None:
    for printed in (receipt_pdf(receipt()), slips_pdf([slip()])):
        with pikepdf.open(BytesIO(printed)) as pdf:
            assert pdf.Root.MarkInfo.Marked
            assert str(pdf.Root.Lang).lower() == "es-mx"
            assert list(pdf.pages[0].mediabox) == [0, 0, 612, 792]
            with pdf.open_metadata() as about:
                assert about["pdfuaid:part"] == "1"
                assert about["pdfaid:part"] == "2"
                assert "2026" in about["dc:title"] or "2441009" in about["dc:title"]
                assert about["xmp:CreateDate"].startswith("2026-11-2")


def test_equal_sheets_give_equal_bytes_and_other_sheets_do_not() -> None:
    assert receipt_pdf(receipt()) == receipt_pdf(receipt())
    assert slips_pdf([slip()]) == slips_pdf([slip()])
    assert receipt_pdf(receipt()) != receipt_pdf(receipt(subject="Otro"))
    assert receipt_pdf(receipt()) != receipt_pdf(
        receipt(registered_at=datetime(2026, 11, 23, 10, 43))
    )


def test_papers_made_in_many_threads_are_not_mixed_up() -> None:
    folios = [f"CESAC-2026-{number:06d}" for number in range(12)]
    with ThreadPoolExecutor(4) as threads:
        printed = list(threads.map(lambda folio: receipt_pdf(receipt(folio=folio)), folios))
    for folio, paper in zip(folios, printed, strict=True):
        assert folio in text_of(paper)
