"""Files of a case over HTTP: only for who may, always as a download, and each one recorded."""

from __future__ import annotations

import io

import pytest

from caseflow.commands.cases import take_case, take_turn
from caseflow.queries.attachments import FileRow
from caseflow.storage import store_bytes
from caseflow.web.attachments import download_name
from tests.builders import NOW, Office
from tests.web.browsing import post, signed_in
from tests.web.test_cases import reads

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def ref(office: Office) -> str:
    """A case with a paper of the desk (1) and one of the second area's work (2)."""
    made = office.capture().case.ref
    office.route("supervision", made, "JUD-AMC", "DGSU")
    stored = store_bytes(office.app.config["CASEFLOW"].storage_dir, PDF)
    file = {
        "name": 'Acta "señalada".pdf',
        "media_type": "application/pdf",
        "size": stored.size,
        "sha256": stored.sha256,
    }
    office.turn("titular2", made, 2, "accept")
    with office.work("supervision") as work:
        take_case(work, made, "attach", {"files": (file,)})
    with office.work("titular2") as work:
        take_turn(work, made, 2, "reply", {"text": "Va", "files": (file,)})
    return made


def status(office: Office, login: str, path: str) -> int:
    return signed_in(office, login).get(path, buffered=True).status_code


def test_a_file_comes_as_a_download_under_a_name_of_ours(office: Office, ref: str) -> None:
    answer = signed_in(office, "supervision").get(f"/casos/{ref}/archivos/1", buffered=True)
    assert answer.status_code == 200
    assert answer.data == PDF
    assert (
        answer.headers["Content-Disposition"] == f"attachment; filename={ref}_1_Acta-senalada.pdf"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "application/pdf"
    assert reads("attachment") == 1


@pytest.mark.parametrize(
    ("login", "number", "status"),
    [
        ("supervision", 2, 200),
        ("titular2", 2, 200),
        ("titular", 1, 200),
        ("titular", 2, 404),
        ("ajena", 1, 404),
        ("contraloria", 2, 200),
        ("supervision", 3, 404),
    ],
)
def test_a_file_reaches_only_who_may_see_it(
    office: Office, ref: str, login: str, number: int, status: int
) -> None:
    answer = signed_in(office, login).get(f"/casos/{ref}/archivos/{number}", buffered=True)
    assert answer.status_code == status


def test_a_refused_download_leaves_no_record(office: Office, ref: str) -> None:
    signed_in(office, "titular").get(f"/casos/{ref}/archivos/2", buffered=True)
    assert reads("attachment") == 0


def test_a_file_that_the_storage_lost_is_not_found(office: Office, ref: str) -> None:
    for path in office.app.config["CASEFLOW"].storage_dir.glob("??/*"):
        path.unlink()
    assert (
        signed_in(office, "supervision").get(f"/casos/{ref}/archivos/1", buffered=True).status_code
        == 404
    )


def test_an_area_keeps_what_it_attaches_to_its_own_turn(office: Office, ref: str) -> None:
    client = signed_in(office, "personal")
    sent = post(client, f"/casos/{ref}/acciones/attach", {"files": [(io.BytesIO(PDF), "foto.pdf")]})
    assert sent.status_code == 303
    assert (
        signed_in(office, "personal").get(f"/casos/{ref}/archivos/3", buffered=True).status_code
        == 200
    )
    assert (
        signed_in(office, "supervision").get(f"/casos/{ref}/archivos/3", buffered=True).status_code
        == 200
    )
    assert (
        signed_in(office, "titular2").get(f"/casos/{ref}/archivos/3", buffered=True).status_code
        == 404
    )


def test_nothing_is_stored_for_who_may_not_do_the_act(office: Office) -> None:
    made = office.capture().case.ref
    office.route("supervision", made, "JUD-AMC")
    client = signed_in(office, "titular")
    answer = post(
        client,
        f"/casos/{made}/acciones/desist",
        {"text": "x", "files": [(io.BytesIO(PDF), "a.pdf")], "version": "1"},
    )
    assert answer.status_code == 403
    assert not list(office.app.config["CASEFLOW"].storage_dir.glob("??/*"))


@pytest.mark.parametrize(
    ("name", "media_type", "expected"),
    [
        ("Acta.pdf", "application/pdf", "X-1_4_Acta.pdf"),
        ("programa.exe", "application/pdf", "X-1_4_programa.pdf"),
        ("../../etc/passwd", "text/plain", "X-1_4_passwd.txt"),
        ("☃.png", "image/png", "X-1_4.png"),
        ("a.b\r\nSet-Cookie: x.pdf", "application/pdf", "X-1_4_a-b-Set-Cookie-x.pdf"),
        ("raro", "application/x-otro", "X-1_4_raro.bin"),
    ],
)
def test_the_name_of_a_download_is_plain_and_its_extension_follows_the_content(
    name: str, media_type: str, expected: str
) -> None:
    row = FileRow(4, name, media_type, 1, "a" * 64, None, "other", None, NOW, None)
    assert download_name("X-1", row) == expected


def test_a_file_too_large_is_refused_with_the_limit_in_the_page(sqlite_office: Office) -> None:
    made = sqlite_office.capture().case.ref
    client = signed_in(sqlite_office, "supervision")
    sqlite_office.app.config["MAX_CONTENT_LENGTH"] = 4_000
    large = PDF + b" " * 8_000
    answer = post(
        client, f"/casos/{made}/acciones/attach", {"files": [(io.BytesIO(large), "a.pdf")]}
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("name", "content", "taken"),
    [
        ("datos.csv", "colonia,folios\nPantitlán,3\n".encode(), True),
        ("datos.csv", "colonia,folios\nPantitlán,3\n".encode("cp1252"), True),
        ("nota.txt", b"Se atendi\xc3\xb3", True),
        ("pagina.txt", b"\xef\xbb\xbf <script>alert(1)</script>", False),
        ("programa.csv", b"MZ\x90\x00\x03", False),
        ("texto.pdf", b"no es un PDF", False),
        ("vacio.pdf", b"", False),
        ("datos.zip", b"PK\x05\x06" + b"\0" * 18, False),
    ],
)
def test_a_file_is_taken_by_what_it_is(
    sqlite_office: Office, name: str, content: bytes, taken: bool
) -> None:
    made = sqlite_office.capture().case.ref
    answer = post(
        signed_in(sqlite_office, "supervision"),
        f"/casos/{made}/acciones/attach",
        {"files": [(io.BytesIO(content), name)]},
    )
    assert answer.status_code == (303 if taken else 422)
