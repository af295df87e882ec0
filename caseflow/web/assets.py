"""Addresses of static files, with a digest of their content so that browsers may keep them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, request, url_for
from markupsafe import Markup

_KEPT_SECONDS = 31_536_000
_ICON = Markup('<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>')


def icon_of(sprite: str, name: str, cls: str = "") -> Markup:
    """One icon of the sprite at an address, decorative: words always stand beside it."""
    return _ICON.format(f"ico {cls}".rstrip(), sprite, name)


def register(app: Flask) -> None:
    """The template functions ``static`` and ``sprite_icon``, and long caching of what they name."""
    folder = Path(app.static_folder or "")
    #: by mount point and path: a page names the same sprite some sixty times
    addresses: dict[tuple[str, str], str] = {}

    def static(path: str) -> str:
        key = (request.script_root, path)
        if key not in addresses or app.debug:
            digest = hashlib.sha256((folder / path).read_bytes()).hexdigest()[:12]
            addresses[key] = url_for("static", filename=path, v=digest)
        return addresses[key]

    #: by mount point, name and class: a page shows some sixty, of a set that the sprite bounds
    icons: dict[tuple[str, str, str], Markup] = {}

    def icon(name: str, cls: str = "") -> Markup:
        key = (request.script_root, name, cls)
        if key not in icons or app.debug:
            icons[key] = icon_of(static("img/icons.svg"), name, cls)
        return icons[key]

    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = _KEPT_SECONDS
    app.add_template_global(static, "static")
    app.add_template_global(icon, "sprite_icon")
