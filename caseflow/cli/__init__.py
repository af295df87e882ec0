"""The commands of ``interface.md``: one module per family, registered here."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Put the commands on the application."""
