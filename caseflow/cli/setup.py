"""``flask init`` and ``flask serve``: from an empty folder to a page."""

from __future__ import annotations

import datetime as dt
import secrets
import sys
from pathlib import Path

import click
import flask_migrate
from flask import Flask, current_app
from werkzeug.serving import make_server

from caseflow.commands.jobs import finish_job
from caseflow.commands.pack_loading import load_packs
from caseflow.commands.people import add_user
from caseflow.commands.roles import assign_role
from caseflow.commands.work import begin_work
from caseflow.demo.office import CASES, Demonstration, prepare, run
from caseflow.demo.people import MAIN
from caseflow.domain.instants import local_date
from caseflow.domain.people import SYSTEM
from caseflow.domain.vocabulary import Role, spanish
from caseflow.extensions import db
from caseflow.packs import load_demo_days, load_pack
from caseflow.packs import load_law as read_law
from caseflow.queries import reference
from caseflow.queries.people import anybody
from caseflow.scheduler import start_in_thread

_MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
_PASSWORD_FILE = "demo-password.txt"  # its name, not the word itself  # nosec B105
_WORDS = (
    "canal chinampa puente trajinera jacaranda mercado barrio plaza farol banqueta kiosco tianguis "
    "ahuejote sauce milpa adobe cantera tezontle"
).split()


def register(app: Flask) -> None:
    app.cli.add_command(init)
    app.cli.add_command(serve)


@click.command()
@click.option("--pack", default=None, help="Paquete de organización; por omisión, el configurado.")
@click.option("--demo", is_flag=True, help="Datos y personas de demostración.")
@click.option("--cases", default=CASES, show_default=True, help="Asuntos de la demostración.")
@click.option("--email", default="admin@localhost", help="Correo de la primera administración.")
def init(pack: str | None, demo: bool, cases: int, email: str) -> None:
    """Prepara la base: migra, carga los paquetes y crea la primera cuenta. Repetirlo no duplica."""
    prepare_database(pack)
    if demo:
        demonstrate(cases)
    elif not _has_people():
        password = invent_password()
        with begin_work(SYSTEM) as work:
            user = add_user(work, email, "Administración", password)
            assign_role(work, user.id, work.tree.root_id or 0, Role.ADMIN)
        click.echo(f"Cuenta de administración: {email}\nContraseña: {password}")
        click.echo("Cámbiela al entrar; no se vuelve a mostrar.")


@click.command()
@click.option("--init-demo", is_flag=True, help="Si la base está vacía, prepara la demostración.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def serve(init_demo: bool, host: str, port: int) -> None:
    """Sirve las páginas y corre las tareas en un solo proceso: para conocer el sistema."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if init_demo:
        prepare_database(None)
        if not _has_people():
            demonstrate(CASES)
    server = make_server(host, port, app, threaded=True)
    timer = start_in_thread(app)
    _greet(f"http://{host}:{port}")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("Hasta luego.")
    finally:
        timer.stop()
        server.server_close()


def prepare_database(pack_name: str | None) -> None:
    """Migrate to the newest schema and load the packs; idempotent."""
    flask_migrate.upgrade(directory=str(_MIGRATIONS))
    pack = load_pack(pack_name or current_app.config["CASEFLOW"].pack)
    under_way = reference.current(db.session()).redating
    db.session.remove()
    if under_way is not None:  # interrupted before: its dates first
        finish_job(under_way.job_id, dt.datetime.now(dt.UTC))
    with begin_work(SYSTEM) as work:
        redated = load_packs(work, pack, read_law(pack.law))
    if redated.job_id is not None:
        finish_job(redated.job_id, dt.datetime.now(dt.UTC))


def demonstrate(cases: int) -> None:
    """Hire the demonstration's people and let them work two years, up to this moment."""
    if _has_people():
        click.echo("Ya hay cuentas en esta base: la demostración se carga sólo en una vacía.")
        return
    settings = current_app.config["CASEFLOW"]
    now = dt.datetime.now(dt.UTC)
    play = Demonstration(load_pack(settings.pack), local_date(now), cases)
    password = invent_password()
    keep_password(settings.instance_dir, password)
    prepare(play.pack, load_demo_days(settings.pack), password, play.first_day())
    days = (play.today - play.first_day()).days + 1
    with click.progressbar(
        length=days, label="Dos años de trabajo de la oficina de demostración", file=sys.stderr
    ) as bar:
        run(play, now, bar.update)


def invent_password() -> str:
    """Four words and a number: long, and easy to type."""
    words = [secrets.choice(_WORDS) for _ in range(4)]
    return "-".join([*words, str(secrets.randbelow(90) + 10)])


def keep_password(folder: Path, password: str) -> None:
    """Keep the demonstration's password where only its owner reads it."""
    path = folder / _PASSWORD_FILE
    path.touch(mode=0o600)
    path.write_text(password + "\n", encoding="utf-8")


def _greet(address: str) -> None:
    path = current_app.config["CASEFLOW"].instance_dir / _PASSWORD_FILE
    click.echo(f"\n  Caseflow está en {address}\n")
    if path.is_file():
        click.echo(
            f"  Contraseña de todas las personas de demostración: {path.read_text().strip()}"
        )
        for person in MAIN:
            role = spanish(person.roles[0][0])
            click.echo(f"    {person.login + '@demo.local':28} {role}")
        click.echo(
            "\n  Para empezar: entre como titular@demo.local y vea la bandeja; como\n"
            "  supervision@demo.local, el tablero y el reporte del mes pasado.\n"
        )
    click.echo("  Ctrl+C lo detiene.")


def _has_people() -> bool:
    found = anybody(db.session())
    db.session.remove()
    return found
