"""Listings of any length in the layout of the city's SUAC data, the same for the same seed.

    python -m bench.rows --rows 100000 --until 2026-11-23 --output rows.csv

Subjects come in their real shares (the pack's frequencies), channels, places and statuses in those
of the city's file: four rows in ten name neither colonia nor borough, one in four is open. Every
folio is new. Nobody in it exists.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

HEADER = (
    "id_folio", "fecha_solicitud", "hora_solicitud", "tipo_de_entrada", "tema_solicitud", "sexo",
    "edad", "colonia_solicitud", "alcaldia_solicitud", "codigo_postal_solicitud", "estatus",
    "fecha_concluido", "alcaldia_catalogo", "colonia_catalogo", "longitud", "latitud",
)  # fmt: skip

SUBJECTS = Path(__file__).parent.parent / "caseflow/packs/organisation/iztacalco/subjects.csv"
FIRST_FOLIO = 3_000_000
NONE = "NA"

#: channel → share in the city's file, in thousandths
CHANNELS = {
    "OPERADOR TELEFÓNICO LOCATEL": 430,
    "PORTAL CIUDADANO SUAC": 240,
    "APP CDMX": 150,
    "USUARIOS SUAC DEPENDENCIA": 90,
    "INTEROPERABILIDAD IZTAPALAPA": 40,
    "OPERADOR TELEFÓNICO - VENTANILLA": 30,
    "REDES SOCIALES": 20,
}
#: colonia as the person writes it and as the catalogue names it, postal code, a point inside
COLONIAS = (
    ("AGRICOLA ORIENTAL", "Agrícola Oriental", "08500", 19.3953, -99.0710),
    ("AGRICOLA PANTITLAN", "Agrícola Pantitlán", "08100", 19.4112, -99.0656),
    ("GRANJAS MEXICO", "Granjas México", "08400", 19.3989, -99.0964),
    ("GABRIEL RAMOS MILLAN", "Gabriel Ramos Millán", "08000", 19.3872, -99.1065),
    ("RAMOS MILLAN BRAMADERO", "Ramos Millán Bramadero", "08020", 19.3829, -99.1089),
    ("REFORMA IZTACCIHUATL SUR", "Reforma Iztaccíhuatl Sur", "08840", 19.3876, -99.1312),
    ("SANTA ANITA", "Santa Anita", "08300", 19.4027, -99.1204),
    ("VIADUCTO PIEDAD", "Viaducto Piedad", "08200", 19.4021, -99.1357),
    ("INFONAVIT IZTACALCO", "Infonavit Iztacalco", "08900", 19.3811, -99.1151),
    ("JUVENTINO ROSAS", "Juventino Rosas", "08700", 19.3835, -99.1013),
)
#: the file holds the whole city: these rows are somebody else's
ELSEWHERE = (
    ("CITLALLI", "IZTAPALAPA", "09660"),
    ("DOCTORES", "CUAUHTEMOC", "06720"),
    ("PEDREGAL DE CARRASCO", "COYOACAN", "04700"),
)
_SEXES = ("FEMENINO", "MASCULINO", "NO ESPECIFICADO")


def rows(
    count: int,
    *,
    until: dt.date,
    days: int = 700,
    seed: int = 20261124,
    elsewhere: float = 0.05,
    first_folio: int = FIRST_FOLIO,
) -> Iterator[tuple[str, ...]]:
    """``count`` rows, filed in the ``days`` up to ``until``, in the file's usual disorder.

    ``elsewhere`` is the share that names another borough.
    """
    chance = random.Random(seed)
    subjects, weights = _subjects()
    channels, shares = list(CHANNELS), list(CHANNELS.values())
    for number in range(count):
        age = int(chance.triangular(0, days, days * 0.35))
        day = until - dt.timedelta(days=age)
        status, ended = _status(chance, day, age)
        place = _place(chance, elsewhere)
        yield (
            str(first_folio + number),
            day.isoformat(),
            f"{chance.randrange(24):02}:{chance.randrange(60):02}:{chance.randrange(60):02}",
            chance.choices(channels, shares)[0],
            chance.choices(subjects, weights)[0],
            chance.choice(_SEXES),
            str(chance.randrange(18, 90)) if chance.random() < 0.3 else NONE,
            place[0],
            place[1],
            place[2],
            status,
            ended.isoformat() if ended else NONE,
            place[3],
            place[4],
            place[5],
            place[6],
        )


def write(target: TextIO, count: int, **options: object) -> None:
    """A listing of ``count`` rows as CSV; options are those of ``rows``."""
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(rows(count, **options))  # type: ignore[arg-type]  # checked by ``rows``


def draw_subjects(chance: random.Random) -> Iterator[str]:
    """Subjects without end, in their real shares."""
    subjects, weights = _subjects()
    while True:
        yield chance.choices(subjects, weights)[0]


def _subjects() -> tuple[list[str], list[int]]:
    with SUBJECTS.open(encoding="utf-8", newline="") as source:
        found = [(row["name"], int(row["frequency"])) for row in csv.DictReader(source)]
    return [name for name, _ in found], [weight for _, weight in found]


def _status(chance: random.Random, day: dt.date, age: int) -> tuple[str, dt.date | None]:
    """One in four open, the younger the likelier; a few open rows carry a closing date."""
    ended = day + dt.timedelta(days=min(age, int(chance.expovariate(1 / 18))))
    if chance.random() < (0.6 if age < 120 else 0.22):
        return "AUTORIDAD RESPONSABLE", ended if chance.random() < 0.01 else None
    return ("ATENDIDO" if chance.random() < 0.2 else "CERRADO"), ended


def _place(chance: random.Random, elsewhere: float) -> Sequence[str]:
    if chance.random() < elsewhere:
        colonia, borough, code = chance.choice(ELSEWHERE)
        return (colonia, borough, code, NONE, NONE, NONE, NONE)
    written, named, code, latitude, longitude = chance.choice(COLONIAS)
    if chance.random() < 0.4:
        return (NONE, NONE, code if chance.random() < 0.95 else "-1", NONE, NONE, NONE, NONE)
    point = (NONE, NONE)
    if chance.random() < 0.7:
        point = (
            f"{longitude + chance.uniform(-0.004, 0.004):.12f}",
            f"{latitude + chance.uniform(-0.004, 0.004):.12f}",
        )
    catalogue = ("Iztacalco", named) if chance.random() < 0.8 else (NONE, NONE)
    return (written, "IZTACALCO", code, *catalogue, *point)


def main() -> int:
    parser = argparse.ArgumentParser(description="A listing in the layout of the city's SUAC data.")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--until", type=dt.date.fromisoformat, default=dt.date(2026, 11, 23))
    parser.add_argument("--seed", type=int, default=20261124)
    parser.add_argument("--first-folio", type=int, default=FIRST_FOLIO)
    parser.add_argument("--output", type=argparse.FileType("w", encoding="utf-8"), default="-")
    given = parser.parse_args()
    write(
        given.output, given.rows, until=given.until, seed=given.seed, first_folio=given.first_folio
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
