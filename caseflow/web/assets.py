"""Addresses of static files, with a digest of their content so that browsers may keep them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, url_for

_KEPT_SECONDS = 31_536_000


def register(app: Flask) -> None:
    """The template function ``static(path)`` and long caching of what it names."""
    folder = Path(app.static_folder or "")
    digests: dict[str, str] = {}

    def static(path: str) -> str:
        if path not in digests or app.debug:
            digests[path] = hashlib.sha256((folder / path).read_bytes()).hexdigest()[:12]
        return url_for("static", filename=path, v=digests[path])

    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = _KEPT_SECONDS
    app.add_template_global(static, "static")
