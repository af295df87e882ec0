"""Refresh the vendored front-end files: ``python tools/vendor.py`` (needs npm, only here).

The versions are pinned in ``tools/package.json``. What is served is committed, so neither
running nor testing the program needs npm. ``--check`` needs nothing but the committed files:
it compares them with the sums of ``caseflow/static/vendor/VENDOR.md``.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TOOLS = Path(__file__).resolve().parent
STATIC = TOOLS.parent / "caseflow" / "static"
VENDOR = STATIC / "vendor"
MODULES = TOOLS / "node_modules"
LIST = VENDOR / "VENDOR.md"

#: Names of Tabler outline icons that go into the sprite, as ``#i-<name>``.
ICONS = """
adjustments-horizontal alert-octagon alert-triangle archive arrow-back-up arrow-forward-up
arrow-narrow-right arrow-right arrows-split ban bell building-community calendar calendar-check
calendar-event calendar-off calendar-plus calendar-x cash certificate chart-bar chart-line check
checks chevron-down chevron-left chevron-right chevron-up circle-check circle-dot circle-minus
circle-plus circle-x clock clock-exclamation clock-off clock-pause copy device-floppy
dots-vertical download equal external-link eye eye-off file file-description file-export
file-import file-search file-spreadsheet file-text file-type-csv file-type-docx file-type-pdf
file-zip files filter flag folder gavel git-compare hand-stop heart-handshake help-circle history
home hourglass inbox info-circle key keyboard layout-dashboard link list-check list-details lock
lock-open login-2 logout mail map-pin map-pin-off menu-2 message-2 message-check message-circle
message-plus message-question note paperclip pencil phone photo player-pause player-play plus
printer progress-check qrcode receipt refresh rotate rubber-stamp scale search selector send
settings shield-lock sitemap stack-2 star switch-horizontal target trash unlink upload user
user-check user-off user-plus user-question users x
""".split()


@dataclass(frozen=True)
class Vendored:
    """One file that is served and the package it comes from."""

    file: str
    package: str
    note: str


FILES = (
    Vendored(
        "vendor/bootstrap.min.css",
        "bootstrap",
        "`url(data:…)` replaced by `none` and the source-map line dropped: the content "
        "security policy allows no `data:`; `css/base.css` brings the few images as files",
    ),
    Vendored("vendor/htmx.min.js", "htmx.org", "unchanged"),
    Vendored("vendor/noto-sans-latin.woff2", "@fontsource-variable/noto-sans", "unchanged"),
    Vendored("vendor/noto-sans-latin-ext.woff2", "@fontsource-variable/noto-sans", "unchanged"),
    Vendored(
        "img/icons.svg",
        "@tabler/icons",
        "the outline icons named in `tools/vendor.py`, as symbols of one sprite, stroke 1.75",
    ),
)


def bootstrap_css() -> str:
    """Bootstrap's stylesheet without ``data:`` images, which our policy would refuse."""
    css = (MODULES / "bootstrap/dist/css/bootstrap.min.css").read_text(encoding="utf-8")
    css = re.sub(r'url\("data:[^"]*"\)', "none", css)
    css = re.sub(r"\s*/\*# sourceMappingURL=.*?\*/\s*$", "\n", css)
    if "data:" in css:
        raise SystemExit("bootstrap.min.css still carries a data: address")
    return css


def sprite() -> str:
    """All icons of ``ICONS`` as symbols of one SVG, colours inherited from the text."""
    symbols = []
    for name in sorted(ICONS):
        source = (MODULES / f"@tabler/icons/icons/outline/{name}.svg").read_text(encoding="utf-8")
        shapes = re.findall(r"<(?:path|circle|rect|line)\b[^>]*/>", source)
        shapes = [" ".join(shape.split()) for shape in shapes if 'stroke="none"' not in shape]
        symbols.append(
            f'<symbol id="i-{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
            'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">'
            f"{''.join(shapes)}</symbol>"
        )
    body = "\n".join(symbols)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>\n'


def package(name: str) -> dict[str, str]:
    """Version and licence of an installed package."""
    data = json.loads((MODULES / name / "package.json").read_text(encoding="utf-8"))
    return {"version": data["version"], "license": data["license"]}


def digest(file: str) -> str:
    """SHA-256 of a served file, in hexadecimal."""
    return hashlib.sha256((STATIC / file).read_bytes()).hexdigest()


def listing() -> str:
    """The text of VENDOR.md."""
    lines = [
        "# Vendored files",
        "",
        "Written by `tools/vendor.py`; versions are pinned in `tools/package.json`. Paths are",
        "relative to `caseflow/static`. Licence texts are in `vendor/licenses`.",
        "",
        "| file | package | version | licence | sha256 | changes |",
        "|---|---|---|---|---|---|",
    ]
    for entry in FILES:
        facts = package(entry.package)
        lines.append(
            f"| `{entry.file}` | {entry.package} | {facts['version']} | {facts['license']} "
            f"| `{digest(entry.file)}` | {entry.note} |"
        )
    return "\n".join(lines) + "\n"


def refresh() -> None:
    """Install the pinned packages, write every served file, then the list."""
    subprocess.run(
        ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"],
        cwd=TOOLS,
        check=True,
    )
    fonts = MODULES / "@fontsource-variable/noto-sans/files"
    VENDOR.mkdir(parents=True, exist_ok=True)
    (VENDOR / "bootstrap.min.css").write_text(bootstrap_css(), encoding="utf-8")
    shutil.copyfile(MODULES / "htmx.org/dist/htmx.min.js", VENDOR / "htmx.min.js")
    for part in ("latin", "latin-ext"):
        shutil.copyfile(
            fonts / f"noto-sans-{part}-wght-normal.woff2", VENDOR / f"noto-sans-{part}.woff2"
        )
    (STATIC / "img/icons.svg").write_text(sprite(), encoding="utf-8")
    licenses = VENDOR / "licenses"
    licenses.mkdir(exist_ok=True)
    for name in sorted({entry.package for entry in FILES}):
        target = licenses / f"{name.strip('@').replace('/', '-')}.txt"
        shutil.copyfile(MODULES / name / "LICENSE", target)
    LIST.write_text(listing(), encoding="utf-8")


def check() -> list[str]:
    """The served files whose content is not the one VENDOR.md vouches for."""
    text = LIST.read_text(encoding="utf-8")
    return [entry.file for entry in FILES if digest(entry.file) not in text]


def main(arguments: list[str]) -> int:
    """Refresh, or with ``--check`` only compare."""
    if "--check" in arguments:
        changed = check()
        for file in changed:
            print(f"{file}: differs from VENDOR.md", file=sys.stderr)
        return 1 if changed else 0
    refresh()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
