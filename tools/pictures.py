"""Take the pictures of the README and of the user guide from the demonstration.

``python -m tools.pictures`` needs the demonstration of ``make run`` and a Chromium. Every person in
the pictures is invented.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import text
from werkzeug.serving import make_server

from caseflow.extensions import db
from tools.provision import chromium
from wsgi import app

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "img"
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")

#: file → (login, address, what is done there before the picture)
PICTURES = {
    "bandeja": ("titular", "/bandeja", "preview"),
    "caso": ("titular", "/casos/{turned}", ""),
    "captura": ("ventanilla", "/casos/nuevo", ""),
    "tablero": ("supervision", "/tablero", ""),
    "plazo": ("transparencia", "/casos/{extended}/plazo", ""),
    "reporte": ("supervision", "/reportes/vencidos/{month}", ""),
    "importar": ("supervision", "/importar/{batch}", ""),
}
_EXAMPLES = {
    "turned": 'SELECT c.ref FROM "case" c JOIN turn t ON t.case_id = c.id JOIN area a ON a.id = '
    "t.area_id WHERE a.code = 'JUD-AMC' AND t.state = 'accepted' ORDER BY c.due_on LIMIT 1",
    "extended": 'SELECT ref FROM "case" WHERE extended ORDER BY id DESC LIMIT 1',
    "month": "SELECT max(month) FROM closed_report",
    "batch": "SELECT max(id) FROM batch WHERE state = 'done'",
}


def sign_in(browser: Browser, base: str, login: str, password: str) -> Page:
    page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="es-MX").new_page()
    page.goto(f"{base}/ingresar")
    page.get_by_label("Correo").fill(f"{login}@demo.local")
    page.get_by_label("Contraseña").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/ingresar" not in url)
    return page


def main() -> int:
    settings = app.config["CASEFLOW"]
    password = (settings.instance_dir / "demo-password.txt").read_text("utf-8").strip()
    with app.app_context():
        examples = {name: db.session.scalar(text(sql)) for name, sql in _EXAMPLES.items()}
        db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=list(QUIET))
        pages: dict[str, Page] = {}
        for name, (login, address, doing) in PICTURES.items():
            page = pages.setdefault(login, sign_in(browser, base, login, password))
            page.goto(base + address.format(**examples))
            if doing == "preview":
                page.keyboard.press("j")
                page.keyboard.press("Enter")
                page.locator("#preview h2").wait_for()
            page.wait_for_load_state("networkidle")
            page.screenshot(path=FOLDER / f"{name}.png")
        browser.close()
    server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
