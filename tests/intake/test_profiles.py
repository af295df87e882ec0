"""Profiles: data that is checked before any file is."""

from __future__ import annotations

from pathlib import Path

import pytest

from caseflow.domain.errors import Refused
from caseflow.domain.vocabulary import Kind, Source
from caseflow.intake.profiles import load_profile, parse_profile, profile_names
from caseflow.intake.reader import open_listing
from caseflow.intake.rows import CleanRow
from tests.intake.books import csv_bytes, one

GOOD = """
name = "propio"
title = "Propio"
source = "CESAC"
kind = "service"
reception = "given"
dates = ["dd/mm/aaaa"]
[fields.folio]
headers = ["Folio"]
required = true
[fields.filed_on]
headers = ["Fecha"]
required = true
[fields.description]
headers = ["Texto"]
"""

#: The federal layout of 21 columns: a matter of data, not of code.
FEDERAL = """
name = "inai"
title = "INAI"
source = "SISAI"
reception = "given"
encoding = "latin-1"
dates = ["dd/mm/aaaa"]
[fields.folio]
headers = ["FOLIO"]
required = true
[fields.filed_on]
headers = ["FECHASOLICITUD"]
required = true
[fields.kind]
headers = ["TIPOSOLICITUD"]
required = true
[fields.kind.values]
"Información pública" = "information"
"Datos personales" = "personal_data"
[fields.description]
headers = ["DESCRIPCIONSOLICITUD"]
[fields.status]
headers = ["ESTATUS"]
other = "open"
[fields.status.values]
"Terminada*" = "answered"
[fields.closed_on]
headers = ["FECHARESPUESTA"]
"""


def test_the_built_in_profiles_are_there_and_valid() -> None:
    assert {"suac-0311", "cesac", "sisai"} <= set(profile_names())
    for name in profile_names():
        assert load_profile(name).name == name


def test_the_templates_have_the_columns_that_were_promised() -> None:
    columns = {
        name: {column.header: column.required for column in load_profile(name).columns}
        for name in ("cesac", "sisai")
    }

    assert {header for header, required in columns["cesac"].items() if required} == {
        "Folio",
        "Fecha de ingreso",
        "Área",
        "Asunto",
    }
    assert {header for header, required in columns["sisai"].items() if required} == {
        "Folio",
        "Fecha de recepción oficial",
        "Tipo de solicitud",
        "Descripción",
    }
    assert {"Fecha límite", "Nombre", "Teléfono", "Correo", "Calle y número", "Colonia"} <= set(
        columns["cesac"]
    )
    assert {"Hora", "Solicitante", "Modalidad de entrega", "Fecha de respuesta", "Áreas"} <= set(
        columns["sisai"]
    )


@pytest.mark.parametrize("name", ["cesac", "sisai"])
def test_the_example_of_a_template_can_be_imported(name: str) -> None:
    columns = load_profile(name).columns
    row = one(csv_bytes([[c.header for c in columns], [c.example for c in columns]]), name)

    assert not row.warnings


def test_every_status_word_of_the_templates_is_known() -> None:
    words = {c.field: c.values for c in load_profile("cesac").columns}["status"]

    assert {"Recibido", "Turnado", "En atención", "Atendido", "Concluido"} <= set(words)


def test_an_unknown_profile_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused, match="cesac, sisai, suac-0311"):
        load_profile("../../etc/passwd")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("reception", "recepcion", "reception"),
        ('["Texto"]', "[]", "headers"),
        ("[fields.description]", "[fields.descripcion]", "no existen: descripcion"),
        ("required = true\n[fields.filed_on]", "[fields.filed_on]", "«folio» debe estar"),
        ('kind = "service"', "", "falta «kind»"),
        ('["Texto"]', '["folio"]', "sirve a dos campos"),
        ('["dd/mm/aaaa"]', '["mm/dd/aaaa"]', "dates"),
        ('"CESAC"', '"OTRO"', "source"),
        ('name = "propio"', 'name = "../x"', "name"),
        ('name = "propio"', "name = propio", "TOML"),
        ('name = "propio"', 'name = "propio"\nencoding = "ebcdic"', "codificación"),
        ('["Texto"]', '["Texto"]\n[fields.status]\nheaders = ["E"]', "tabla de valores"),
        (
            '["Texto"]',
            '["Texto"]\n[fields.status]\nheaders = ["E"]\nvalues = {A = "over"}',
            "valores que no existen",
        ),
    ],
)
def test_a_profile_that_cannot_be_right_is_refused_saying_where(
    old: str, new: str, words: str
) -> None:
    assert old in GOOD
    with pytest.raises(Refused, match=words):
        parse_profile(GOOD.replace(old, new, 1), "propio")


def test_a_profile_whose_name_is_not_that_of_its_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "otro.toml").write_text(GOOD, encoding="utf-8")

    with pytest.raises(Refused, match="dice llamarse «propio»"):
        load_profile("otro", tmp_path)


def test_a_new_kind_of_listing_is_only_data(shared_data: Path) -> None:
    header = (shared_data / "inai_solicitudes_header.csv").read_text(encoding="utf-8")
    cells = {
        "FOLIO": '"=""0920745260004"""',
        "FECHASOLICITUD": "23/11/2020 16:30",
        "ESTATUS": "En proceso",
        "TIPOSOLICITUD": "Información pública",
        "DESCRIPCIONSOLICITUD": "Poda de árboles en la vía pública",
    }
    names = header.strip().lstrip("\ufeff").split(",")
    content = f"{','.join(names)}\n{','.join(cells.get(name, '') for name in names)}\n"
    profile = parse_profile(FEDERAL, "inai")

    (row,) = open_listing(content.encode("latin-1"), "x.csv", profile).rows()

    assert isinstance(row, CleanRow)
    assert (row.source, row.kind, row.folio) == (Source.SISAI, Kind.INFORMATION, "0920745260004")
    assert (row.filed_at.hour, row.status) == (16, "open")
    assert row.description == "Poda de árboles en la vía pública"
