"""What every answer says to the browser: nothing from elsewhere, nothing inline, nothing kept."""

from __future__ import annotations

import secure
from flask import Flask, request
from werkzeug.wrappers import Response

from caseflow.settings import SettingsLike

_YEAR = 31_536_000


def policy(settings: SettingsLike) -> secure.Secure:
    """The headers of an installation; HSTS only where it is reached by HTTPS."""
    csp = (
        secure.ContentSecurityPolicy()
        .default_src("'self'")
        .base_uri("'none'")
        .form_action("'self'")
        .frame_ancestors("'none'")
        .object_src("'none'")
    )
    hsts = None
    if settings.base_url.startswith("https://"):
        hsts = secure.StrictTransportSecurity().max_age(_YEAR).include_subdomains()
    return secure.Secure(
        csp=csp,
        hsts=hsts,
        referrer=secure.ReferrerPolicy().same_origin(),
        xcto=secure.XContentTypeOptions().nosniff(),
        xfo=secure.XFrameOptions().deny(),
        coop=secure.CrossOriginOpenerPolicy().same_origin(),
        corp=secure.CrossOriginResourcePolicy().same_origin(),
    )


def register(app: Flask) -> None:
    """Set the headers on every answer."""
    headers = list(policy(app.config["CASEFLOW"]).headers.items())

    def set_headers(response: Response) -> Response:
        for name, value in headers:
            response.headers[name] = value
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response

    app.after_request(set_headers)
