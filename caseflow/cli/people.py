"""``flask users``: accounts by hand, for the first day and for when nobody can sign in."""

from __future__ import annotations

import json
from typing import Any

import click
from flask import Flask

from caseflow.cli.refusals import Refusal, refusing
from caseflow.commands.people import add_user, new_password, set_active, set_password
from caseflow.commands.roles import assign_role
from caseflow.commands.work import begin_work
from caseflow.domain.people import SYSTEM
from caseflow.domain.vocabulary import Role, spanish
from caseflow.extensions import db
from caseflow.queries import reference
from caseflow.queries.administration import account_id, all_accounts


def register(app: Flask) -> None:
    app.cli.add_command(users)


@click.group()
def users() -> None:
    """Cuentas de las personas que entran al sistema."""


@users.command()
@click.argument("email")
@click.argument("name")
@click.option("--post", default="", help="Cargo de la persona.")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="Función.")
@click.option("--area", help="Clave del área de la función; por omisión, la principal.")
@click.option("--ask", is_flag=True, help="Pregunta la contraseña en lugar de inventarla.")
@refusing
def add(email: str, name: str, post: str, role: str | None, area: str | None, ask: bool) -> None:
    """Da de alta a una persona; sin --ask inventa una contraseña y la muestra una sola vez."""
    password = _password(ask)
    with begin_work(SYSTEM) as work:
        user = add_user(work, email, name, password, post=post)
        if role is not None:
            node = work.tree.by_code(area) if area else work.tree.nodes.get(work.tree.root_id or 0)
            if node is None:
                raise Refusal(f"No existe el área «{area or ''}».")
            assign_role(work, user.id, node.id, Role(role))
    click.echo(f"Cuenta: {user.email}")
    _show(password, ask)


@users.command()
@click.argument("email")
@click.option("--ask", is_flag=True, help="Pregunta la contraseña en lugar de inventarla.")
@refusing
def password(email: str, ask: bool) -> None:
    """Cambia la contraseña de una cuenta y cierra sus sesiones."""
    chosen = _password(ask)
    with begin_work(SYSTEM) as work:
        set_password(work, _found(email), chosen)
    click.echo(f"Se cambió la contraseña de {email} y se cerraron sus sesiones.")
    _show(chosen, ask)


@users.command()
@click.argument("email")
@click.option("--enable", is_flag=True, help="La activa de nuevo.")
@refusing
def disable(email: str, enable: bool) -> None:
    """Desactiva una cuenta: cierra sus sesiones y libera sus turnos, que quedan en su área."""
    with begin_work(SYSTEM) as work:
        set_active(work, _found(email), enable)
    click.echo(f"La cuenta {email} quedó {'activa' if enable else 'desactivada'}.")


@users.command("list")
@click.option("--json", "as_json", is_flag=True, help="Como JSON.")
@refusing
def list_users(as_json: bool) -> None:
    """Lista las cuentas con sus funciones vigentes y por venir."""
    with begin_work(SYSTEM) as work:
        today = work.today
    session = db.session()
    tree = reference.tree(session)
    rows: list[dict[str, Any]] = []
    for account in all_accounts(session):
        roles = [
            {
                "role": held.role,
                "area": tree.nodes[held.area_id].code,
                "acting": held.acting,
                "from": held.valid_from.isoformat(),
                "to": held.valid_to.isoformat() if held.valid_to else None,
            }
            for held in account.roles
            if held.state(today) != "past"
        ]
        rows.append(
            {
                "email": account.email,
                "name": account.name,
                "post": account.post,
                "active": account.active,
                "roles": roles,
            }
        )
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        words = ", ".join(
            f"{spanish(Role(held['role']))} · {held['area']}" for held in row["roles"]
        )
        state = "" if row["active"] else " (desactivada)"
        click.echo(f"{row['email']:32} {row['name']}{state}: {words or 'sin función vigente'}")


def _found(email: str) -> int:
    user_id = account_id(db.session(), email)
    if user_id is None:
        raise Refusal(f"No hay ninguna cuenta «{email}».")
    return user_id


def _password(ask: bool) -> str:
    if not ask:
        return new_password()
    return str(click.prompt("Contraseña", hide_input=True, confirmation_prompt=True, err=True))


def _show(password: str, asked: bool) -> None:
    if not asked:
        click.echo(f"Contraseña: {password}\nEntréguela en mano; no se vuelve a mostrar.")
