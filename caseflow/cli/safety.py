"""``flask audit`` and ``flask backup``: the safety net."""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app

from caseflow import backup
from caseflow.backup import Manifest
from caseflow.cli.refusals import refusing
from caseflow.commands.outbox import release_mail
from caseflow.commands.sealing import ChainBroken, kept_head, key_of, renew_head, seal
from caseflow.commands.work import begin_work
from caseflow.domain.errors import NotNow
from caseflow.domain.people import SYSTEM
from caseflow.encryption import write_identity
from caseflow.extensions import db
from caseflow.queries import audit as event_log
from caseflow.queries.rebuild import differences
from caseflow.settings import SettingsLike

#: Exit code of a log, or of tables, that do not hold.
BROKEN = 1
_COPY = click.argument("copy", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_IDENTITY = click.option(
    "--identity",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="El archivo de la clave que abre una copia cifrada.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Como JSON.")


def register(app: Flask) -> None:
    app.cli.add_command(audit)
    app.cli.add_command(backup_group)


def _settings() -> SettingsLike:
    settings: SettingsLike = current_app.config["CASEFLOW"]
    return settings


@click.group()
def audit() -> None:
    """El registro de eventos."""


@audit.command("verify")
@click.option("--rebuild", is_flag=True, help="Además compara las tablas con sus eventos.")
@click.option(
    "--new-head",
    is_flag=True,
    help="Si sólo falta audit.head, lo vuelve a escribir; queda registrado.",
)
@_JSON
@refusing
def verify_log(rebuild: bool, new_head: bool, as_json: bool) -> None:
    """Sella lo pendiente y recorre todo el registro: orden, cadena, contenido, nada faltante."""
    began = time.monotonic()
    now = dt.datetime.now(dt.UTC)
    settings, key = _settings(), key_of(_settings())
    if new_head:
        _accept_head(settings, key, now)
    try:
        sealed = seal(now, thorough=True)["sealed"]
    except ChainBroken:
        sealed = 0  # the walk below says what is wrong
    found = event_log.verify(db.session(), key, kept_head(settings))
    other = differences(db.session()) if rebuild else []
    db.session.remove()
    holds = found.holds and not other
    if as_json:
        told: dict[str, Any] = {
            "holds": holds,
            "events": found.events,
            "sealed_now": sealed,
            "head": found.head.as_json(),
            "problem_count": found.count,
            "problems": [
                {"seq": p.seq, "event": p.event_id, "what": p.what} for p in found.problems
            ],
            "seconds": round(time.monotonic() - began, 3),
        }
        if rebuild:
            told["differences"] = [
                {"case": d.case_id, "table": d.table, "number": d.number, "column": d.column}
                for d in other
            ]
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for problem in found.problems:
            click.echo(f"Sello {problem.seq}, evento {problem.event_id}: {problem.what}.")
        for d in other:
            click.echo(f"Asunto {d.case_id}: {d.table} {d.number} {d.column} no es lo que dicen "
                       "sus eventos.")  # fmt: skip
        click.echo(
            f"{found.events} eventos, {found.sealed} sellados, sello {found.head.seq}: "
            + ("el registro está íntegro." if holds else "EL REGISTRO NO ESTÁ ÍNTEGRO.")
        )
    if not holds:
        raise SystemExit(BROKEN)


def _accept_head(settings: SettingsLike, key: bytes, now: dt.datetime) -> None:
    """Write the end of the chain anew where all but that file is in order."""
    stored = event_log.stored_head(db.session())
    rest = event_log.verify(db.session(), key, stored, all_sealed=False)
    db.session.remove()
    if not rest.holds:
        raise NotNow("El registro tiene otros problemas: revíselos antes con flask audit verify.")
    renew_head(now)


@click.group("backup")
def backup_group() -> None:
    """Copias de toda la instalación."""


@backup_group.command("create")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
@_JSON
@refusing
def create(folder: Path | None, as_json: bool) -> None:
    """Hace una copia en FOLDER (por omisión, instance/backups) mientras se sigue trabajando."""
    settings = _settings()
    path, manifest = backup.create(
        settings, folder or settings.instance_dir / "backups", dt.datetime.now(dt.UTC)
    )
    encrypted = backup.is_encrypted(path)
    words = "Se hizo la copia, cifrada" if encrypted else "Se hizo la copia"
    _tell(manifest, path, as_json, words, {"encrypted": encrypted})
    if encrypted:
        return
    click.echo(
        "LA COPIA NO ESTÁ CIFRADA y contiene datos personales. Para cifrar las siguientes haga una "
        "clave con flask backup keygen y ponga su parte pública en CASEFLOW_BACKUP_RECIPIENTS. "
        "Guarde la copia fuera de este equipo, y CASEFLOW_AUDIT_KEY aparte.",
        err=True,
    )


@backup_group.command("keygen")
@click.argument("path", metavar="ARCHIVO", type=click.Path(path_type=Path))
@refusing
def keygen(path: Path) -> None:
    """Hace una clave para cifrar copias: la secreta queda en ARCHIVO, la pública se muestra."""
    recipient = write_identity(path)
    click.echo(f"CASEFLOW_BACKUP_RECIPIENTS={recipient}")
    click.echo(
        f"Lleve {path} a otro equipo y bórrelo de éste: sin ese archivo ninguna copia cifrada se "
        "puede abrir.",
        err=True,
    )


@backup_group.command("verify")
@_COPY
@_IDENTITY
@_JSON
@refusing
def verify(copy: Path, identity: Path | None, as_json: bool) -> None:
    """Revisa una copia de principio a fin, sin tocar la instalación."""
    manifest = backup.verify(_settings(), copy, identity)
    encrypted = {"encrypted": backup.is_encrypted(copy)}
    if manifest is not None:
        _tell(manifest, copy, as_json, "Está íntegra la copia", encrypted)
    elif as_json:
        click.echo(json.dumps({"copy": str(copy), "size": copy.stat().st_size, **encrypted}))
    else:
        click.echo(
            f"La copia {copy} está completa y es de esta instalación. Está cifrada: su contenido "
            "sólo se revisa con --identity."
        )


@backup_group.command("restore")
@_COPY
@_IDENTITY
@click.option(
    "--over-empty", is_flag=True, help="Acepta una base ya preparada, si no tiene asuntos."
)
@_JSON
@refusing
def restore(copy: Path, identity: Path | None, over_empty: bool, as_json: bool) -> None:
    """Restaura una copia en esta instalación, que debe estar vacía y detenida, y la revisa."""
    db.session.remove()
    db.engine.dispose()
    done = backup.restore(
        _settings(), copy, dt.datetime.now(dt.UTC), over_empty=over_empty, identity=identity
    )
    more = {"mail_held": done.mail_held, "sessions_ended": done.sessions_ended}
    _tell(done.manifest, copy, as_json, "Se restauró la copia", more)
    if not as_json:
        click.echo(
            f"{done.mail_held} correos quedaron retenidos (flask backup release-mail los suelta) y "
            f"{done.sessions_ended} sesiones terminaron."
        )


@backup_group.command("release-mail")
@refusing
def release() -> None:
    """Suelta los correos que una restauración dejó retenidos."""
    with begin_work(SYSTEM) as work:
        released = release_mail(work)
    click.echo(f"{released} correos por enviar.")


def _tell(
    manifest: Manifest,
    path: Path,
    as_json: bool,
    words: str,
    more: dict[str, Any] | None = None,
) -> None:
    if as_json:
        told = {
            "copy": str(path),
            "made_at": manifest.made_at,
            "engine": manifest.engine,
            "schema": manifest.schema,
            "counts": manifest.counts,
            "files": manifest.files,
            "size": path.stat().st_size,
            **(more or {}),
        }
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    counts = manifest.counts
    click.echo(
        f"{words} {path}: {counts['case']} asuntos, {counts['event']} eventos, "
        f"{manifest.files} archivos, del {manifest.made_at}."
    )
