"""The listings that the demonstration imports: in the layouts that the office really gets."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass

from caseflow.packs.rows import Pack

_SUAC_HEADER = (
    "id_folio fecha_solicitud hora_solicitud tipo_de_entrada tema_solicitud sexo edad "
    "colonia_solicitud alcaldia_solicitud codigo_postal_solicitud estatus fecha_concluido "
    "alcaldia_catalogo colonia_catalogo longitud latitud"
).split()
_SISAI_HEADER = (
    "Folio", "Fecha de recepción oficial", "Hora", "Tipo de solicitud", "Descripción",
    "Solicitante", "Modalidad de entrega", "Fecha límite", "Estatus", "Fecha de respuesta", "Áreas",
    "Derecho",
)  # fmt: skip
#: Channels of the real file and about how often each occurs.
_CHANNELS = {
    "OPERADOR TELEFÓNICO LOCATEL": 34,
    "PORTAL CIUDADANO SUAC": 27,
    "USUARIOS SUAC DEPENDENCIA": 22,
    "APP CDMX": 12,
    "OPERADOR TELEFÓNICO - VENTANILLA": 5,
}
#: Colonias with a postal code of the borough, as people write them.
_PLACES = (
    ("AGRICOLA ORIENTAL", "08500"),
    ("PANTITLAN", "08100"),
    ("GRANJAS MEXICO", "08400"),
    ("MILITAR MARTE", "08830"),
    ("RAMOS MILLAN BRAMADERO", "08000"),
    ("EL RODEO", "08510"),
    ("SANTA ANITA", "08300"),
    ("VIADUCTO PIEDAD", "08200"),
    ("JUVENTINO ROSAS", "08700"),
    ("REFORMA IZTACCIHUATL NORTE", "08810"),
)
#: The catch-all subject is nearly half of the real file; here it would drown the rest.
_CAPPED = {"OTRO": 9_000}
_REQUESTS = (
    "Recorridos vecinales realizados por unidad territorial y área responsable",
    "Presupuesto participativo: proyectos, montos ejercidos y actas de asamblea",
    "Número de mediaciones comunitarias y convenios firmados, sin datos de las partes",
    "Bitácoras de poda y retiro de árboles por colonia",
    "Permisos de ocupación de vía pública vigentes",
    "Padrón de organizaciones sociales atendidas y acuerdos",
    "Luminarias repuestas por mes y costo",
    "Contratos de mantenimiento de bacheo del último año",
)
_ARCO = (
    "Acceso a los datos personales que obren en el expediente de mi solicitud",
    "Rectificación de mi domicilio en el padrón de beneficiarios",
)


@dataclass(frozen=True, slots=True)
class SuacRow:
    """One request of the city's system, as the demonstration keeps it to list it again."""

    folio: int
    filed_at: dt.datetime
    channel: str
    subject: str
    colonia: str
    postal_code: str

    def cells(self, status: str, ended: dt.date | None) -> list[str]:
        known = bool(self.colonia)
        return [
            str(self.folio),
            f"{self.filed_at:%Y-%m-%d}",
            f"{self.filed_at:%H:%M:%S}",
            self.channel,
            self.subject,
            "NO ESPECIFICADO",
            "NA",
            self.colonia or "NA",
            "IZTACALCO" if known else "NA",
            self.postal_code,
            status,
            f"{ended:%Y-%m-%d}" if ended else "NA",
            "Iztacalco" if known else "NA",
            self.colonia.title() if known else "NA",
            "NA",
            "NA",
        ]


class Drawn:
    """Draws subjects, places and requests in the shares of the pack."""

    def __init__(self, pack: Pack, chance: random.Random) -> None:
        self._chance = chance
        self._subjects = [row.name for row in pack.subjects if row.frequency]
        self._weights = [
            min(row.frequency, _CAPPED.get(row.name, row.frequency))
            for row in pack.subjects
            if row.frequency
        ]
        self._next_folio = 2_300_000
        self._next_request = 200

    def subject(self) -> str:
        return self._chance.choices(self._subjects, self._weights)[0]

    def place(self) -> tuple[str, str]:
        return self._chance.choice(_PLACES)

    def street(self) -> str:
        return f"Calle Sur {self._chance.randrange(2, 32)} núm. {self._chance.randrange(1, 400)}"

    def suac(self, day: dt.date) -> SuacRow:
        """A new request of the city's system; 40 % come without colonia."""
        chance = self._chance
        self._next_folio += chance.randrange(3, 90)
        colonia, postal_code = self.place()
        moment = dt.datetime.combine(
            day, dt.time(chance.randrange(7, 22), chance.randrange(60), chance.randrange(60))
        )
        return SuacRow(
            self._next_folio,
            moment,
            chance.choices(list(_CHANNELS), list(_CHANNELS.values()))[0],
            self.subject(),
            colonia if chance.random() < 0.6 else "",
            postal_code,
        )

    def request(self, day: dt.date) -> list[str]:
        """A new information (or, one in six, ARCO) request of the platform."""
        chance = self._chance
        self._next_request += chance.randrange(1, 5)
        arco = chance.random() < 0.17
        hour = f"{chance.randrange(9, 18):02d}:{chance.randrange(60):02d}"
        description = chance.choice(_ARCO if arco else _REQUESTS)
        return [
            f"0920745{day:%y}{self._next_request:06d}",
            f"{day:%d/%m/%Y}",
            hour,
            "Datos personales" if arco else "Información pública",
            description,
            "",
            "Electrónica, sin costo",
            "",
            "",
            "",
            "",
            description.split(" ")[0] if arco else "",
        ]


def suac_listing(rows: Sequence[Sequence[str]]) -> bytes:
    """A listing in the layout of the city's file."""
    return _csv(_SUAC_HEADER, rows)


def sisai_listing(rows: Sequence[Sequence[str]]) -> bytes:
    """A listing of the platform, in our template's layout."""
    return _csv(_SISAI_HEADER, rows)


def _csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")
