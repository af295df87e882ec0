"""From refusals to answers: the only place that knows status codes."""

from __future__ import annotations

import secrets

import structlog
from flask import Flask, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from caseflow.commands.people import Throttled
from caseflow.domain.errors import (
    Busy,
    DomainError,
    InvalidData,
    MissingData,
    NotAllowed,
    NotFound,
    NotNow,
    Refused,
    Stale,
)
from caseflow.domain.phrases import phrase
from caseflow.web.sessions import rules
from caseflow.web.words import _, choose, of_the_reader

_STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (NotFound, 404),
    (Throttled, 429),
    (NotAllowed, 403),
    (Stale, 409),
    (InvalidData, 422),
    (MissingData, 422),
    (NotNow, 409),
    (Refused, 422),
    (Busy, 503),
)
_PAGES = frozenset({400, 403, 404, 409, 413, 422, 429, 500, 503})
_log = structlog.get_logger()


def status_of(error: DomainError) -> int:
    """The status code of a refusal."""
    for kind, code in _STATUS:
        if isinstance(error, kind):
            return code
    return 422


def say(error: DomainError) -> str:
    """A refusal in the reader's language, areas by their names."""
    params = dict(error.params)
    areas = params.get("areas")
    if isinstance(areas, list):
        params["areas"] = ", ".join(rules().tree.name(area_id) for area_id in areas)
    return _(phrase(error.message, **params))


def page(code: int, message: str = "", incident: str = "") -> ResponseReturnValue:
    """The error page of a code; unknown codes show the nearest general one."""
    choose(of_the_reader())  # the page tells why a paper is none
    shown = code if code in _PAGES else (500 if code >= 500 else 400)
    g.failed = code >= 500  # its page must not ask the database for anything
    body = render_template(f"errors/{shown}.html", message=message, incident=incident)
    headers = {"Retry-After": "5"} if code == 503 else {}
    return body, code, headers


def _domain(error: DomainError) -> ResponseReturnValue:
    return page(status_of(error), say(error))


def _http(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if code < 400:
        return error.get_response()
    return page(code)


def _csrf(error: CSRFError) -> ResponseReturnValue:
    """An old form: the page was open too long, or the sign-in changed meanwhile."""
    if request.endpoint == "access.take_sign_in":
        flash(_("La página estuvo abierta demasiado tiempo. Ingrese otra vez."), "warning")
        return redirect("/ingresar", 303)
    return page(400, _("El formulario caducó. Vuelva a abrir la página y repita la acción."))


def _unplanned(error: Exception) -> ResponseReturnValue:
    """Fail closed: a number for the person, the details for the log."""
    incident = secrets.token_hex(4).upper()
    _log.error("unplanned", incident=incident, endpoint=request.endpoint, exc_info=error)
    return page(500, incident=incident)


def register(app: Flask) -> None:
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    if not app.config.get("PROPAGATE_EXCEPTIONS"):
        app.register_error_handler(Exception, _unplanned)
