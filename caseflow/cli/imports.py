"""``flask import`` and ``flask imports``."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app

from caseflow.cli.meter import Meter
from caseflow.cli.refusals import Refusal, refusing
from caseflow.commands import imports
from caseflow.commands.work import begin_work
from caseflow.domain.errors import NotNow, Refused
from caseflow.domain.instants import local, local_date
from caseflow.domain.people import SYSTEM, Actor
from caseflow.domain.vocabulary import Verdict
from caseflow.extensions import db
from caseflow.intake.profiles import Profile, load_profile, profile_names
from caseflow.intake.reader import Listing
from caseflow.listings import handed_in, open_for_office, stage_listing
from caseflow.queries import imports as batches
from caseflow.queries import reference
from caseflow.queries.administration import account_id
from caseflow.queries.people import actor_for
from caseflow.storage import store_file, stored_path

#: Exit code: done, and rows wait in quarantine.
QUARANTINED = 3
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
#: Spanish words of a batch's state.
STATES: Mapping[str, str] = {
    "refused": "Rechazado",
    "staging": "Leyéndose",
    "preview": "En vista previa",
    "taking": "Aplicándose",
    "applying": "Aplicándose",
    "done": "Aplicado",
    "discarded": "Descartado",
}


def register(app: Flask) -> None:
    app.cli.add_command(import_listing)
    app.cli.add_command(import_batches)


@click.command("import")
@click.argument("file", type=_FILE)
@click.option("--profile", required=True, help=f"Perfil: {', '.join(profile_names())}.")
@click.option("--preview", is_flag=True, help="Sólo muestra qué haría cada fila.")
@click.option("--all", "take_all", is_flag=True, help="Toma también las filas de otras alcaldías.")
@click.option("--as", "login", help="Correo de quien importa; por omisión, el sistema.")
@click.option("--encoding", help="Codificación del archivo, si no se reconoce bien.")
@click.option("--json", "as_json", is_flag=True, help="El resultado como JSON.")
@refusing
def import_listing(
    file: Path,
    profile: str,
    preview: bool,
    take_all: bool,
    login: str | None,
    encoding: str | None,
    as_json: bool,
) -> None:
    """Importa un listado. Repetirlo no duplica; interrumpido, el mismo comando lo retoma."""
    began = time.monotonic()
    actor = _actor(login)
    chosen = load_profile(profile)
    with begin_work(actor) as work:
        imports.require_import(work, chosen.source)
    try:
        listing = open_for_office(file, file.name, chosen, _rules(), _today(), encoding)
        total = listing.check()
    except Refused as refusal:
        _keep_refusal(actor, file, chosen, refusal)
        raise
    folder = current_app.config["CASEFLOW"].storage_dir
    kept = stored_path(folder, store_file(folder, file).sha256)
    with begin_work(actor) as work:
        batch_id = imports.hand_in(work, handed_in(listing, take_all=take_all), preview=preview)
    # from here on the kept copy is read: what happens to the other is nobody's business
    listing = open_for_office(kept, file.name, chosen, _rules(), _today(), encoding)
    _go_on(actor, batch_id, listing, total, preview=preview)
    _report(batch_id, as_json=as_json, seconds=time.monotonic() - began)


def _keep_refusal(actor: Actor, file: Path, profile: Profile, refusal: Refused) -> None:
    sha256 = imports.fingerprint(file)
    with begin_work(actor) as work:
        imports.refuse(work, profile.name, profile.source, file.name, sha256, str(refusal))


def _go_on(actor: Actor, batch_id: int, listing: Listing, total: int, *, preview: bool) -> None:
    """Bring a batch to its preview, or to its end, from wherever it stands."""
    state = _line(batch_id).state
    if state == "taking":
        if preview:
            raise NotNow(
                "El lote {batch} de este archivo ya se está aplicando: retómelo con "
                "«flask imports resume {batch}».",
                batch=batch_id,
            )
        meter = Meter("Aplicando", total)
        rows = listing.rows()
        try:
            imports.take(actor, batch_id, rows, progress=meter)
        finally:
            rows.close()
            meter.close()
        return
    if state == "staging":
        meter = Meter("Leyendo", total)
        stage_listing(actor, batch_id, listing, preview=True, progress=meter)
        meter.close()
    if not preview:
        with begin_work(actor) as work:
            imports.confirm(work, batch_id)
        meter = Meter("Aplicando", _line(batch_id).rows)
        imports.apply(actor, batch_id, progress=meter)
        meter.close()


def _report(batch_id: int, *, as_json: bool, seconds: float) -> None:
    """Figures on stdout; exit code 3 where rows wait in quarantine."""
    line = _line(batch_id)
    figures = _figures(line, seconds)
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))
    else:
        _tell(line, figures)
    if figures[Verdict.QUARANTINED.value]:
        raise SystemExit(QUARANTINED)


def _figures(line: batches.BatchLine, seconds: float | None = None) -> dict[str, Any]:
    final = line.state == "done"
    counts = line.counts if final or line.decided else line.forecast
    earlier = batches.earlier_batch(db.session(), line)
    discrepancies = line.discrepancies if final else int(line.forecast.get("discrepancies", 0))
    return {
        "batch": line.id,
        "state": line.state,
        "paused": line.paused_at is not None,
        "profile": line.profile,
        "file": line.filename,
        "sha256": line.sha256,
        "rows": line.rows,
        **{verdict.value: int(counts.get(verdict.value, 0)) for verdict in Verdict},
        "discrepancies": discrepancies,
        "seconds": round(seconds, 3) if seconds is not None else None,
        "earlier_batch": earlier.id if earlier is not None else None,
        "problems": batches.problems(db.session(), line),
    }


def _standing(line: batches.BatchLine) -> str:
    return "En pausa" if line.paused_at is not None else STATES[line.state]


def _tell(line: batches.BatchLine, figures: Mapping[str, Any]) -> None:
    click.echo(f"Lote {line.id} · {line.filename} · {_standing(line)}")
    for note in line.notes:
        click.echo(f"  Nota: {note}")
    click.echo(f"  {figures['rows']:,} filas leídas")
    for verdict in Verdict:
        click.echo(f"  {figures[verdict.value]:>9,} {_PLURALS[verdict]}")
    if figures["discrepancies"]:
        click.echo(f"  {figures['discrepancies']:,} discrepancias por resolver.")
    for problem in figures["problems"][:20]:
        click.echo(
            f"  Fila {problem['row']}, {problem['column'] or 'sin columna'}: {problem['reason']}"
        )
    if figures["earlier_batch"] and not (figures["created"] or figures["updated"]):
        click.echo(
            f"  Nada cambió: estas filas ya se importaron en el lote {figures['earlier_batch']}."
        )


_PLURALS: Mapping[Verdict, str] = {
    Verdict.CREATED: "nuevos",
    Verdict.UPDATED: "con cambios",
    Verdict.UNCHANGED: "sin cambios",
    Verdict.QUARANTINED: "en cuarentena",
    Verdict.OUT_OF_SCOPE: "fuera de ámbito",
}


@click.group("imports")
def import_batches() -> None:
    """Lotes importados."""


@import_batches.command("list")
@click.option("--json", "as_json", is_flag=True, help="Como JSON.")
def list_batches(as_json: bool) -> None:
    """Los últimos lotes."""
    lines = batches.batches(db.session())
    if as_json:
        click.echo(json.dumps([_figures(line) for line in lines], ensure_ascii=False))
        return
    for line in lines:
        click.echo(
            f"{line.id:>5}  {local(line.created_at):%d/%m/%Y %H:%M}  {_standing(line):<16} "
            f"{line.rows:>9,} filas  {line.profile:<12} {line.filename}"
        )


@import_batches.command()
@click.argument("batch", type=int)
@click.option("--json", "as_json", is_flag=True, help="Como JSON.")
@refusing
def show(batch: int, as_json: bool) -> None:
    """Un lote, con lo que falta en sus filas."""
    line = _line(batch)
    if as_json:
        click.echo(json.dumps(_figures(line), ensure_ascii=False))
        return
    _tell(line, _figures(line))
    if line.refusal:
        click.echo(f"  {line.refusal}")


@import_batches.command()
@click.argument("batch", type=int)
@click.option("--json", "as_json", is_flag=True, help="Como JSON.")
@refusing
def resume(batch: int, as_json: bool) -> None:
    """Retoma un lote interrumpido o en pausa, donde quedó."""
    began = time.monotonic()
    line = _line(batch)
    if line.state == "preview":
        raise Refusal(
            f"El lote {batch} está en vista previa: aplíquelo en su página, o repita "
            "«flask import» sin --preview."
        )
    if line.state in ("refused", "discarded"):
        raise Refusal(f"El lote {batch} quedó {STATES[line.state].lower()}: no hay qué retomar.")
    if line.state != "done":
        with begin_work(SYSTEM) as work:
            actor = imports.actor_of(work, batch)
            imports.unpause(work, batch)
        path = stored_path(current_app.config["CASEFLOW"].storage_dir, line.sha256)
        listing = open_for_office(
            path, line.filename, load_profile(line.profile), _rules(), _today()
        )
        _go_on(actor, batch, listing, listing.check(), preview=line.state == "staging")
    _report(batch, as_json=as_json, seconds=time.monotonic() - began)


def _line(batch_id: int) -> batches.BatchLine:
    db.session.remove()
    line = batches.batch(db.session(), batch_id)
    if line is None:
        raise Refusal(f"No hay un lote {batch_id}.")
    return line


def _actor(login: str | None) -> Actor:
    """Who imports: a person by the address of their mail, else the system."""
    if login is None:
        return SYSTEM
    session = db.session()
    user_id = account_id(session, login)
    found = None
    if user_id is not None:
        found = actor_for(session, user_id, reference.tree(session), _today())
    if found is None:
        raise Refusal(f"No hay una persona activa con el correo {login}.")
    return found


def _rules() -> reference.Reference:
    return reference.current(db.session())


def _today() -> dt.date:
    return local_date(dt.datetime.now(dt.UTC))
