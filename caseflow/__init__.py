"""Caseflow: the case system of a borough office. ``create_app`` puts the rooms together."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Flask

from caseflow import cli, dialect, logs, web
from caseflow.extensions import babel, csrf, db, login, migrate
from caseflow.settings import SettingsLike

__all__ = ["create_app"]

#: Absolute life of a session; the idle one stands in ``web.sessions``.
SESSION_HOURS = 10


def create_app(settings: SettingsLike) -> Flask:
    """The application for one installation; ``settings`` come from ``config.py`` or a test."""
    app = Flask(__name__, template_folder="../templates", instance_path=str(settings.instance_dir))
    app.config.from_mapping(_config(settings))
    logs.configure(settings)
    db.init_app(app)
    with app.app_context():
        dialect.configure(db.engine)
    migrate.init_app(app, db, render_as_batch=True, compare_type=True)
    csrf.init_app(app)
    babel.init_app(
        app,
        default_locale="es_MX",
        default_timezone="America/Mexico_City",
        locale_selector=web.words.locale,
    )
    login.init_app(app)
    web.register(app)
    cli.register(app)
    return app


def _config(settings: SettingsLike) -> dict[str, Any]:
    megabyte = 1024 * 1024
    return {
        "CASEFLOW": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": dialect.engine_options(settings.database_url),
        "SESSION_COOKIE_NAME": "caseflow",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.base_url.startswith("https://"),
        "PERMANENT_SESSION_LIFETIME": dt.timedelta(hours=SESSION_HOURS),
        # its life is counted from the sign-in: no need to hand it out again with every page
        "SESSION_REFRESH_EACH_REQUEST": False,
        "MAX_CONTENT_LENGTH": settings.max_upload_mb * megabyte,
        "MAX_FORM_MEMORY_SIZE": 4 * megabyte,
        "MAX_FORM_PARTS": 5_000,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_I18N_ENABLED": True,
        "BABEL_DEFAULT_LOCALE": "es_MX",
    }
