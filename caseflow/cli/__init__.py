"""The commands of ``interface.md``: one module per family, registered here."""

from __future__ import annotations

from flask import Flask

from caseflow.cli import calendar, imports, people, reports, safety, setup, territories, time


def register(app: Flask) -> None:
    """Put the commands on the application."""
    setup.register(app)
    people.register(app)
    calendar.register(app)
    reports.register(app)
    imports.register(app)
    territories.register(app)
    time.register(app)
    safety.register(app)
