"""``flask tick``, ``flask scheduler``, ``flask overdue``: the passing of time."""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import Any

import click
from flask import Flask, current_app

from caseflow.cli.refusals import refusing
from caseflow.domain.clock import days_left
from caseflow.domain.errors import InvalidData
from caseflow.domain.instants import local_date, utc
from caseflow.domain.vocabulary import Basis, Kind, spanish
from caseflow.extensions import db
from caseflow.queries import reference
from caseflow.queries.due import overdue_folios
from caseflow.scheduler import by_hand, run_until_stopped

_COUNTS = (
    ("became_overdue", "vencieron"),
    ("due_soon", "por vencer"),
    ("target_missed", "metas internas pasadas"),
    ("appeals", "plazos de recursos"),
    ("closed", "se concluyeron por plazo"),
    ("set_aside", "quedaron apartados por una falla"),
    ("reports", "reportes mensuales"),
    ("sealed", "eventos sellados"),
    ("mail_sent", "correos enviados"),
    ("mail_postponed", "correos aplazados"),
    ("mail_failed", "correos que no se pudieron enviar"),
)


def register(app: Flask) -> None:
    app.cli.add_command(tick)
    app.cli.add_command(scheduler)
    app.cli.add_command(overdue)


@click.command()
@click.option("--at", help="Instante, p. ej. 2026-11-24T09:00; sin zona es hora de la oficina.")
@click.option("--json", "as_json", is_flag=True, help="Como JSON.")
@refusing
def tick(at: str | None, as_json: bool) -> None:
    """Hace a mano lo que las tareas harían en ese instante: vencimientos, cierres, reportes."""
    now = read_instant(at) if at else dt.datetime.now(dt.UTC)
    began = time.monotonic()
    counts = by_hand(now, current_app.config["CASEFLOW"])
    if as_json:
        seconds = round(time.monotonic() - began, 3)
        click.echo(json.dumps({"at": now.isoformat(), **counts, "seconds": seconds}))
        return
    told = [f"{counts[name]} {words}" for name, words in _COUNTS if counts.get(name)]
    click.echo(", ".join(told) + "." if told else "Nada que registrar.")


@click.command()
def scheduler() -> None:
    """El proceso de las tareas; se detiene con Ctrl+C o SIGTERM. Puede haber varios: uno actúa."""
    run_until_stopped(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command()
@click.option("--on", "day", help="Día, p. ej. 2026-11-24; por omisión, hoy.")
@click.option("--area", "code", help="Código de un área: ella y las que dependen de ella.")
@click.option("--json", "as_json", is_flag=True, help="Como JSON.")
@refusing
def overdue(day: str | None, code: str | None, as_json: bool) -> None:
    """Lista los folios abiertos cuyo plazo ya había vencido ese día."""
    on = _read_day(day) if day else local_date(dt.datetime.now(dt.UTC))
    session = db.session()
    rules = reference.current(session)
    node = rules.tree.by_code(code) if code else None
    if code and node is None:
        raise InvalidData("No hay un área con el código {code}.", code=code)
    found = overdue_folios(session, on, rules.tree.below[node.id] if node is not None else None)
    rows = [
        {
            "ref": folio.ref,
            "kind": folio.kind,
            "basis": folio.basis,
            "due_on": folio.due_on.isoformat(),
            "days_late": -days_left(folio.due_on, on, rules.calendar, folio.kind),
            "areas": [rules.tree.nodes[area_id].code for area_id in folio.area_ids],
        }
        for folio in found
    ]
    by_basis = {basis: sum(row["basis"] == basis for row in rows) for basis in Basis}
    if as_json:
        click.echo(
            json.dumps(
                {
                    "on": on.isoformat(),
                    "area": code,
                    "count": len(rows),
                    "legal": by_basis[Basis.LEGAL],
                    "commitment": by_basis[Basis.COMMITMENT],
                    "folios": rows,
                }
            )
        )
        return
    for row in rows:
        click.echo(_line(row))
    click.echo(
        f"{len(rows)} folios vencidos al {on:%d/%m/%Y}: {by_basis[Basis.LEGAL]} de plazo legal, "
        f"{by_basis[Basis.COMMITMENT]} de plazo de atención."
    )


def read_instant(text: str) -> dt.datetime:
    """An instant typed at the command line. Raises ``InvalidData``."""
    try:
        return utc(dt.datetime.fromisoformat(text))
    except ValueError as error:
        raise InvalidData(
            "No se entiende el instante {text}: escríbalo como 2026-11-24T09:00.", text=text
        ) from error


def _read_day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise InvalidData(
            "No se entiende el día {text}: escríbalo como 2026-11-24.", text=text
        ) from error


def _line(row: dict[str, Any]) -> str:
    due_on = dt.date.fromisoformat(row["due_on"])
    return (
        f"{row['ref']:24} {spanish(Kind(row['kind'])):20} {spanish(Basis(row['basis'])):18} "
        f"{due_on:%d/%m/%Y} {row['days_late']:4} d háb.  {', '.join(row['areas'])}"
    )
