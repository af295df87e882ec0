"""The web: one module per page family, thin views. ``register`` puts them on the application."""

from __future__ import annotations

from flask import Blueprint, Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from caseflow.web import (
    access,
    assets,
    capture,
    errors,
    headers,
    policy,
    public,
    sessions,
    shell,
)

#: The page families, one blueprint each.
BLUEPRINTS: tuple[Blueprint, ...] = (
    access.bp,
    capture.bp,
    public.bp,
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
    errors.register(app)
    policy.check(app)
