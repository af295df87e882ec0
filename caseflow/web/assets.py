"""Addresses of static files, with a digest of their content so that browsers may keep them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, request, url_for

_KEPT_SECONDS = 31_536_000


def register(app: Flask) -> None:
    """The template function ``static(path)`` and long caching of what it names."""
    folder = Path(app.static_folder or "")
    #: by mount point and path: a page names the same sprite some sixty times
    addresses: dict[tuple[str, str], str] = {}

    def static(path: str) -> str:
        key = (request.script_root, path)
        if key not in addresses or app.debug:
            digest = hashlib.sha256((folder / path).read_bytes()).hexdigest()[:12]
            addresses[key] = url_for("static", filename=path, v=digest)
        return addresses[key]

    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = _KEPT_SECONDS
    app.add_template_global(static, "static")
