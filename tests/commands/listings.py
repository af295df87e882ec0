"""Listings written by the tests, and the verbs that hand them in."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from caseflow.commands import imports
from caseflow.commands.work import begin_work
from caseflow.domain.people import SYSTEM, Actor
from caseflow.extensions import db
from caseflow.intake.profiles import load_profile
from caseflow.listings import handed_in, open_for_office, stage_listing
from caseflow.queries import reference
from caseflow.queries.imports import BatchLine, batch
from tests.builders import NOW

SUAC: Mapping[str, str] = {
    "id_folio": "3000001",
    "fecha_solicitud": "2026-11-02",
    "hora_solicitud": "10:15:00",
    "tipo_de_entrada": "APP CDMX",
    "tema_solicitud": "ALUMBRADO",
    "sexo": "FEMENINO",
    "edad": "41",
    "colonia_solicitud": "AGRICOLA ORIENTAL",
    "alcaldia_solicitud": "IZTACALCO",
    "codigo_postal_solicitud": "08500",
    "estatus": "AUTORIDAD RESPONSABLE",
    "fecha_concluido": "NA",
    "alcaldia_catalogo": "Iztacalco",
    "colonia_catalogo": "Agricola Oriental",
    "longitud": "NA",
    "latitud": "NA",
}
CESAC: Mapping[str, str] = {
    "Folio": "1201/2026",
    "Fecha de ingreso": "02/11/2026 10:15",
    "Fecha límite": "",
    "Nombre": "María Pérez López",
    "Teléfono": "55 1234 5678",
    "Correo": "",
    "Calle y número": "Sur 16 número 120",
    "Colonia": "Agrícola Oriental",
    "Área": "JUD-AMC",
    "Asunto": "Luminaria apagada frente al número 120 desde el lunes.",
    "Estatus": "Recibido",
    "Canal": "Ventanilla",
}
SISAI: Mapping[str, str] = {
    "Folio": "092074526000418",
    "Fecha de recepción oficial": "03/11/2026",
    "Hora": "10:15",
    "Tipo de solicitud": "Información pública",
    "Descripción": "Copia del programa anual de poda 2026.",
    "Solicitante": "",
    "Modalidad de entrega": "A través del portal",
    "Fecha límite": "",
    "Estatus": "En proceso",
    "Fecha de respuesta": "",
    "Áreas": "DGSU; DGODU",
}


def csv_bytes(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Rows as a CSV file, the header that of the first."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def suac(*changes: Mapping[str, str], **change: str) -> bytes:
    """A SUAC listing: one row per set of changes to ``SUAC``."""
    return csv_bytes([{**SUAC, **one} for one in (changes or (change,))])


def cesac(*changes: Mapping[str, str]) -> bytes:
    return csv_bytes([{**CESAC, **one} for one in changes or ({},)])


def sisai(*changes: Mapping[str, str]) -> bytes:
    return csv_bytes([{**SISAI, **one} for one in changes or ({},)])


def as_xlsx(text: bytes) -> bytes:
    """A CSV listing as a workbook, its cells as spreadsheets keep them: numbers and dates."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    rows = list(csv.reader(io.StringIO(text.decode())))
    sheet.append(rows[0])
    for row in rows[1:]:
        sheet.append([_cell(value) for value in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _cell(value: str) -> Any:
    try:
        return dt.datetime.fromisoformat(value) if value[4:5] == "-" else float(value)
    except ValueError:
        return value


def hand_in(
    folder: Path,
    data: bytes,
    profile: str = "suac-0311",
    *,
    name: str = "listado.csv",
    actor: Actor = SYSTEM,
    take_all: bool = False,
    preview: bool = True,
    now: dt.datetime = NOW,
) -> int:
    """Hand a listing in and stage it; the batch."""
    path = folder / name
    path.write_bytes(data)
    listing = open_for_office(
        path, name, load_profile(profile), reference.current(db.session()), now.date()
    )
    with begin_work(actor, now) as work:
        batch_id = imports.hand_in(work, handed_in(listing, take_all=take_all), preview=preview)
    if preview:
        stage_listing(actor, batch_id, listing, preview=True, now=now)
    else:
        imports.take(actor, batch_id, listing.rows(), now=now)
    return batch_id


def import_listing(folder: Path, data: bytes, profile: str = "suac-0311", **how: Any) -> BatchLine:
    """Stage, confirm and apply a listing; the batch as it ended."""
    actor, now = how.get("actor", SYSTEM), how.get("now", NOW)
    batch_id = hand_in(folder, data, profile, **how)
    if how.get("preview", True):
        with begin_work(actor, now) as work:
            imports.confirm(work, batch_id)
        imports.apply(actor, batch_id, now=now)
    return line_of(batch_id)


def line_of(batch_id: int) -> BatchLine:
    db.session.remove()
    line = batch(db.session(), batch_id)
    assert line is not None
    return line


def verdicts(line: BatchLine) -> dict[str, int]:
    """The verdicts that are not zero."""
    return {verdict: count for verdict, count in line.counts.items() if count}


def shuffled(data: bytes, order: Iterable[int]) -> bytes:
    """The same rows in another order; ``order`` counts rows from 0."""
    header, *rows = data.decode().splitlines(keepends=True)
    return (header + "".join(rows[index] for index in order)).encode()
