"""Texts of the views in the reader's language, typed."""

from __future__ import annotations

import flask_babel


def _(text: str) -> str:
    """The translation of a text; Spanish is the source language."""
    return str(flask_babel.gettext(text))


def ngettext(one: str, many: str, n: int, **more: object) -> str:
    """The translation that goes with a count; ``%(num)s`` in it is the count."""
    return str(flask_babel.ngettext(one, many, n, **more))
