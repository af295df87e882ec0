"""The frame of the staff pages: who is signed in, where they may go, and what day it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import format_date, gettext
from flask_login import current_user

from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import Role, spanish
from caseflow.web.policy import POLICY
from caseflow.web.sessions import rules, today


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    href: str
    icon: str
    count: int | None
    current: bool


@dataclass(frozen=True, slots=True)
class NavGroup:
    title: str | None
    items: tuple[NavItem, ...]


@dataclass(frozen=True, slots=True)
class Shell:
    """All that ``base.html`` reads."""

    user_name: str
    user_role: str
    initials: str
    nav: tuple[NavGroup, ...]
    can_capture: bool
    today_long: str
    today_counts: str
    office: str
    keys_on: bool
    roomy: bool
    account_href: str
    lang: str = "es-MX"


@dataclass(frozen=True, slots=True)
class _Place:
    """A row of the menu: shown where the endpoint's policy admits the person."""

    label: str
    endpoint: str
    icon: str
    #: path prefixes under which the row is marked as current
    under: tuple[str, ...]


def _(text: str) -> str:
    """Marks a text for translation; it is translated when shown."""
    return text


_MENU: tuple[tuple[str | None, tuple[_Place, ...]], ...] = (
    (
        None,
        (
            _Place(_("Bandeja"), "inbox.show", "inbox", ("/bandeja",)),
            _Place(_("Mis turnos"), "inbox.mine", "user-check", ("/mis-turnos",)),
            _Place(_("Asuntos en mesa"), "inbox.desk", "file-search", ("/mesa",)),
        ),
    ),
    (
        _("Operación"),
        (
            _Place(_("Tablero"), "board.show", "layout-dashboard", ("/tablero",)),
            _Place(_("Importar archivos"), "imports.index", "file-import", ("/importar",)),
            _Place(_("Reportes"), "reports.index", "chart-bar", ("/reportes",)),
            _Place(_("Días inhábiles"), "calendar.show", "calendar", ("/calendario",)),
        ),
    ),
    (
        _("Administración"),
        (
            _Place(_("Áreas"), "admin.areas", "building-community", ("/administracion/areas",)),
            _Place(_("Personas"), "admin.users", "users", ("/administracion/personas",)),
            _Place(
                _("Reglas de turno"), "admin.rules", "arrow-forward-up", ("/administracion/reglas",)
            ),
            _Place(_("Plazos"), "admin.terms", "clock", ("/administracion/plazos",)),
            _Place(_("Configuración"), "admin.settings", "settings", ("/administracion/oficina",)),
        ),
    ),
)


def _menu(actor: Actor, app: Flask) -> tuple[NavGroup, ...]:
    groups = []
    for title, places in _MENU:
        items = tuple(
            NavItem(
                gettext(place.label),
                url_for(place.endpoint),
                place.icon,
                None,
                request.path.startswith(place.under),
            )
            for place in places
            if place.endpoint in app.view_functions and POLICY[place.endpoint].admits(actor)
        )
        if items:
            groups.append(NavGroup(gettext(title) if title else None, items))
    return tuple(groups)


def _role_words(actor: Actor) -> str:
    """The first role with its area, as the person would say it."""
    if not actor.grants:
        return str(gettext("Sin función vigente"))
    grant = actor.grants[0]
    role = gettext(spanish(Role(grant.role)))
    return f"{role} · {rules().tree.short(grant.area_id)}"


def _initials(name: str) -> str:
    words = [word for word in name.split() if word[:1].isalpha()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


def make_shell(app: Flask, actor: Actor) -> Shell:
    """The frame for a person and this request."""
    day = today()
    working = rules().calendar.is_business(day)
    return Shell(
        user_name=actor.name,
        user_role=_role_words(actor),
        initials=_initials(actor.name),
        nav=_menu(actor, app),
        can_capture="capture.show" in POLICY and POLICY["capture.show"].admits(actor),
        today_long=str(format_date(day, "EEEE d MMM yyyy")).replace(".", "").capitalize(),
        today_counts=gettext("Día hábil") if working else gettext("Día inhábil"),
        office=rules().office.name,
        keys_on=bool(getattr(current_user, "keys_on", True)),
        roomy=bool(getattr(current_user, "roomy", False)),
        account_href=url_for("access.account"),
    )


def register(app: Flask) -> None:
    """Give every template ``shell`` (none where nobody is signed in) and ``office``."""

    def context() -> dict[str, Any]:
        actor: Actor | None = g.get("actor")
        return {
            "shell": make_shell(app, actor) if actor is not None else None,
            "office": rules().office.name if g.get("actor", False) is not False else "",
        }

    processor: Callable[[], dict[str, Any]] = context
    app.context_processor(processor)
