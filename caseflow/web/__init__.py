"""The web: one module per page family, thin views. ``register`` puts them on the application."""

from __future__ import annotations

from flask import Blueprint, Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from caseflow.web import (
    access,
    actions,
    admin,
    appeals,
    assets,
    attachments,
    board,
    bulk,
    calendar,
    capture,
    deadline,
    errors,
    headers,
    health,
    imports,
    inbox,
    mediation_acts,
    notices,
    policy,
    public,
    quarantine,
    reports,
    saved_view_pages,
    search,
    sessions,
    shell,
    slips,
    words,
)

#: The page families, one blueprint each.
BLUEPRINTS: tuple[Blueprint, ...] = (
    access.bp,
    actions.bp,
    admin.bp,
    appeals.bp,
    attachments.bp,
    board.bp,
    bulk.bp,
    calendar.bp,
    capture.bp,
    deadline.bp,
    health.bp,
    imports.bp,
    inbox.bp,
    mediation_acts.bp,
    notices.bp,
    public.bp,
    quarantine.bp,
    reports.bp,
    saved_view_pages.bp,
    search.bp,
    slips.bp,
)


def register(app: Flask) -> None:
    """Put blueprints, error pages, sessions and headers on the application."""
    proxies = app.config["CASEFLOW"].trusted_proxies
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    assets.register(app)
    headers.register(app)
    sessions.register(app)
    shell.register(app)
    words.register(app)
    errors.register(app)
    policy.check(app)
