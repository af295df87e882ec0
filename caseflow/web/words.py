"""Texts of views and templates in the reader's language, typed.

Flask-Babel looks up the request, the locale and the catalogue anew for each text, and a page has a
hundred; here the catalogue is asked for once per request.
"""

from __future__ import annotations

from gettext import NullTranslations

import flask_babel
from flask import Flask, g


def _catalogue() -> NullTranslations:
    """The translations of this request; Spanish, the source language, needs none."""
    found: NullTranslations | None = g.get("catalogue")
    if found is None:
        found = g.catalogue = flask_babel.get_domain().get_translations()
    return found


def _(text: str) -> str:
    """The translation of a text; Spanish is the source language."""
    return _catalogue().gettext(text)


def ngettext(one: str, many: str, n: int, **more: object) -> str:
    """The translation that goes with a count; ``%(num)s`` in it is the count."""
    return _catalogue().ngettext(one, many, n) % {"num": n, **more}


def register(app: Flask) -> None:
    """Let the templates translate by the same catalogue."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=_, ngettext=lambda one, many, n: _catalogue().ngettext(one, many, n), newstyle=True
    )
