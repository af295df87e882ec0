"""``flask territories``: the polygons of the office, and what they settle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import click
from flask import Flask

from caseflow.cli.meter import Meter
from caseflow.cli.refusals import refusing
from caseflow.commands.placing import place_cases
from caseflow.commands.territories import Loaded, TerritoryIn, load_territories
from caseflow.commands.work import begin_work
from caseflow.domain.people import SYSTEM
from caseflow.extensions import db
from caseflow.intake.territories import read_territories
from caseflow.queries.territories import count_points

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def register(app: Flask) -> None:
    app.cli.add_command(territories)


@click.group()
def territories() -> None:
    """Unidades Territoriales."""


@territories.command("load")
@click.argument("file", type=_FILE)
@click.option("--preview", is_flag=True, help="Sólo muestra qué cambiaría.")
@click.option("--json", "as_json", is_flag=True, help="Como JSON.")
@refusing
def load_polygons(file: Path, preview: bool, as_json: bool) -> None:
    """Carga claves, nombres y polígonos de un GeoJSON y da su unidad a los asuntos que ya están.

    Muestra qué cambia. Repetirlo no cambia nada; si se interrumpe, lo termina el mismo comando, o
    el programador de tareas.
    """
    rows = [TerritoryIn(*row) for row in read_territories(file)]
    with begin_work(SYSTEM) as work:
        loaded = load_territories(work, rows, file.name, preview=preview)
    cases = loaded.cases if preview else _place()
    if as_json:
        figures = {"preview": preview, **loaded.as_json(), "cases": dict(cases)}
        click.echo(json.dumps(figures, ensure_ascii=False))
    else:
        _tell(loaded, cases, preview=preview)


def _place() -> Mapping[str, int]:
    """Give the cases that are here their territory."""
    meter = Meter("Asuntos", count_points(db.session()))
    try:
        return place_cases(progress=meter)
    finally:
        meter.close()


def _tell(loaded: Loaded, cases: Mapping[str, int], *, preview: bool) -> None:
    if not loaded.changes:
        click.echo("Nada cambia: esas unidades ya están cargadas.")
    for codes, words in (
        (loaded.added, "nuevas"),
        (loaded.renamed, "con otro nombre o población"),
        (loaded.redrawn, "con polígono nuevo"),
        (loaded.missing, "que no vienen en el archivo y se conservan"),
    ):
        if codes:
            shown = ", ".join(codes[:12]) + (" …" if len(codes) > 12 else "")
            click.echo(f"{len(codes)} {words}: {shown}")
    for number, words in (
        (cases["assigned"], "asuntos que reciben su unidad territorial"),
        (cases["moved"], "asuntos que pasan a otra unidad"),
        (cases["flagged"], "asuntos cuyas coordenadas no concuerdan: quedan señalados"),
    ):
        if number:
            click.echo(f"{number:,} {words}")
    if preview:
        click.echo("Vista previa: no se guardó nada.")
