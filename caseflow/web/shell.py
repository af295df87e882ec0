"""The frame of the staff pages: who is signed in, where they may go, and what day it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Flask, g, request, url_for
from flask_babel import format_date
from flask_login import current_user

from caseflow.domain.people import Actor
from caseflow.domain.phrases import N_
from caseflow.domain.vocabulary import Kind, Role, Source, spanish
from caseflow.extensions import db
from caseflow.queries.imports import importable_sources
from caseflow.queries.lists import CAP
from caseflow.queries.menu import (
    DESK,
    INBOX,
    MEDIATIONS,
    MINE,
    QUARANTINE,
    UNREAD,
    Menu,
    Tally,
    View,
    menu,
)
from caseflow.web.list_view import number
from caseflow.web.policy import POLICY
from caseflow.web.saved_views import view_address
from caseflow.web.sessions import rules, today
from caseflow.web.words import LANGUAGES, TAGS, _, language

#: The bell has room for two figures.
_MOST_ON_BELL = 99
_NOTHING = Tally(0)


@dataclass(frozen=True, slots=True)
class NavItem:
    """``count`` and ``late`` (how many of them are overdue): texts, empty where nothing waits."""

    label: str
    href: str
    icon: str
    current: bool
    count: str = ""
    late: str = ""
    #: what the count counts, for who does not see where it stands
    words: str = ""


@dataclass(frozen=True, slots=True)
class NavGroup:
    """``edit_href``: where the person changes what is in it."""

    title: str | None
    items: tuple[NavItem, ...]
    edit_href: str | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """A row of the menu: shown where the endpoint's policy admits the person."""

    label: str
    endpoint: str
    icon: str
    #: path prefixes under which the row is marked as current
    under: tuple[str, ...]
    #: which tally of ``queries.menu`` stands beside it, and what that counts
    tally: str = ""
    words: str = ""
    #: who of those admitted has anything to do there
    only: Callable[[Actor], bool] = lambda _actor: True


def _mediates(actor: Actor) -> bool:
    """Whoever registers at a window, mediates, or works in the area that does."""
    area_id = rules().desks.desk("", Kind.MEDIATION)
    return actor.has(Role.CLERK, Role.MEDIATOR) or area_id in actor.areas(Role.STAFF, Role.HEAD)


_MENU: tuple[tuple[str | None, tuple[_Place, ...]], ...] = (
    (
        None,
        (
            _Place(
                N_("Bandeja"),
                "inbox.show",
                "inbox",
                ("/bandeja",),
                INBOX,
                N_("abiertos"),
            ),
            _Place(
                N_("Mis turnos"),
                "inbox.mine",
                "user-check",
                ("/mis-turnos",),
                MINE,
                N_("abiertos"),
            ),
            _Place(
                N_("Asuntos en mesa"),
                "inbox.desk",
                "file-search",
                ("/mesa",),
                DESK,
                N_("por decidir"),
            ),
        ),
    ),
    (
        N_("Operación"),
        (
            _Place(N_("Tablero"), "board.show", "layout-dashboard", ("/tablero",)),
            _Place(
                N_("Importar archivos"),
                "imports.index",
                "file-import",
                ("/importar",),
                QUARANTINE,
                N_("filas en cuarentena"),
            ),
            _Place(
                N_("Mediaciones"),
                "mediations.index",
                "heart-handshake",
                ("/mediaciones",),
                MEDIATIONS,
                N_("abiertas"),
                _mediates,
            ),
            _Place(N_("Recursos"), "appeals.index", "scale", ("/recursos",)),
            _Place(N_("Reportes"), "reports.index", "chart-bar", ("/reportes",)),
            _Place(N_("Días inhábiles"), "calendar.show", "calendar", ("/calendario",)),
        ),
    ),
    (
        N_("Administración"),
        (
            _Place(N_("Áreas"), "admin.areas", "building-community", ("/administracion/areas",)),
            _Place(N_("Personas"), "admin.users", "users", ("/administracion/personas",)),
            _Place(
                N_("Reglas de turno"),
                "admin.rules",
                "arrow-forward-up",
                ("/administracion/reglas",),
            ),
            _Place(N_("Plazos"), "admin.terms", "clock", ("/administracion/plazos",)),
            _Place(N_("Configuración"), "admin.settings", "settings", ("/administracion/oficina",)),
        ),
    ),
)


def _menu(actor: Actor, app: Flask, beside: Menu) -> tuple[NavGroup, ...]:
    """The menu of a person; a view of theirs that is shown stands for its list."""
    views = _views(actor, beside.views)
    shown = any(view.current for view in views)
    groups = []
    for title, places in _MENU:
        items = tuple(
            _item(place, beside, request.path.startswith(place.under) and not shown)
            for place in places
            if place.endpoint in app.view_functions
            and POLICY[place.endpoint].admits(actor)
            and place.only(actor)
        )
        if items:
            groups.append(NavGroup(_(title) if title else None, items))
        if title is None and views:
            groups.append(NavGroup(_("Mis vistas"), views, url_for("views.index")))
    return tuple(groups)


def _item(place: _Place, beside: Menu, current: bool) -> NavItem:
    tally = beside.tallies.get(place.tally, _NOTHING)
    return NavItem(
        _(place.label),
        url_for(place.endpoint),
        place.icon,
        current,
        capped(tally.count) if tally.count else "",
        capped(tally.late) if tally.late else "",
        _(place.words) if place.words else "",
    )


def _views(actor: Actor, views: Iterable[View]) -> tuple[NavItem, ...]:
    """The views whose list the person may open."""
    asked = sorted(request.args.items(multi=True))
    return tuple(
        NavItem(
            view.name,
            href,
            "star",
            request.path == urlsplit(href).path and sorted(parse_qsl(view.query)) == asked,
        )
        for view in views
        if (href := view_address(actor, view)) is not None
    )


def capped(count: int) -> str:
    """A figure of the menu, which stops counting: ``500+``."""
    return f"{CAP}+" if count > CAP else number(count)


def _role_words(actor: Actor) -> str:
    """The first role with its area, as the person would say it."""
    if not actor.grants:
        return str(_("Sin función vigente"))
    grant = actor.grants[0]
    role = _(spanish(Role(grant.role)))
    return f"{role} · {rules().tree.short(grant.area_id)}"


def _initials(name: str) -> str:
    words = [word for word in name.split() if word[:1].isalpha()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


class Shell:
    """All that ``base.html`` reads, worked out when it reads it: fragments have no frame."""

    def __init__(self, app: Flask, actor: Actor) -> None:
        self._app, self._actor = app, actor
        self._beside: Menu | None = None
        self.user_name = actor.name
        self.keys_on = bool(getattr(current_user, "keys_on", True))
        self.roomy = bool(getattr(current_user, "roomy", False))

    @property
    def beside(self) -> Menu:
        """The counters: one statement for each page; none on the page of a failure."""
        if self._beside is None:
            self._beside = Menu() if g.get("failed") else self._read()
        return self._beside

    def _read(self) -> Menu:
        found, actor = rules(), self._actor
        sources: frozenset[Source] = frozenset()
        if POLICY["imports.index"].admits(actor):
            sources = importable_sources(actor, found.tree, found.desks)
        return menu(db.session(), actor, today(), sources)

    @property
    def nav(self) -> tuple[NavGroup, ...]:
        return _menu(self._actor, self._app, self.beside)

    @property
    def unread(self) -> str:
        """How many notices nobody has read yet; empty for none."""
        count = self.beside.count(UNREAD)
        return "" if not count else f"{_MOST_ON_BELL}+" if count > _MOST_ON_BELL else str(count)

    @property
    def user_role(self) -> str:
        return _role_words(self._actor)

    @property
    def initials(self) -> str:
        return _initials(self._actor.name)

    @property
    def can_capture(self) -> bool:
        return POLICY["capture.show"].admits(self._actor)

    @property
    def today_long(self) -> str:
        text = str(format_date(today(), "EEEE d MMM yyyy")).replace(".", "")
        return text[:1].upper() + text[1:]

    @property
    def today_counts(self) -> str:
        working = rules().calendar.is_business(today())
        return _("Día hábil") if working else _("Día inhábil")

    @property
    def office(self) -> str:
        return rules().office.name

    @property
    def account_href(self) -> str:
        return url_for("access.account")


def _other_languages() -> tuple[tuple[str, str, str], ...]:
    """(tag, name, address) of the languages to change to; who is signed in has the account page."""
    if g.get("actor") is not None:
        return ()
    here = request.full_path.rstrip("?") if request.method == "GET" else request.path
    return tuple(
        (TAGS[code], name, url_for("access.language", chosen=code, siguiente=here))
        for code, name in LANGUAGES.items()
        if code != language()
    )


def register(app: Flask) -> None:
    """Give every template ``shell`` (none where nobody is signed in), ``office`` and ``lang``."""

    def context() -> dict[str, Any]:
        actor: Actor | None = g.get("actor")
        return {
            "shell": Shell(app, actor) if actor is not None else None,
            "office": rules().office.name if g.get("actor", False) is not False else "",
            "redating": rules().redating if actor is not None else None,
            "lang": TAGS[language()],
            "languages": _other_languages(),
        }

    processor: Callable[[], dict[str, Any]] = context
    app.context_processor(processor)
