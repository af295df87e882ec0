"""A live server on loopback over the test office, and browsers that are signed in.

A console message, a refused resource or a violation of the content policy fails the test that
caused it, whatever else it looked at.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from werkzeug.serving import make_server

from caseflow.commands.people import set_password
from caseflow.commands.work import begin_work
from caseflow.domain.people import SYSTEM
from tests.builders import PASSWORD, Office

DESK = {"width": 1366, "height": 768}
TELEPHONE = {"width": 390, "height": 844}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def address(sqlite_app: Flask) -> Iterator[str]:
    """Where the application answers, until the test ends."""
    server = make_server("127.0.0.1", 0, sqlite_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def office(sqlite_office: Office) -> Office:
    """The test office with a password for everybody who signs in by the page."""
    with begin_work(SYSTEM) as work:
        for login in ("ventanilla", "titular", "supervision", "direccion", "transparencia"):
            set_password(work, sqlite_office.user_id(login), PASSWORD)
    return sqlite_office


def today() -> dt.date:
    """The real local day: the server runs by the real clock."""
    return dt.datetime.now(dt.timezone(dt.timedelta(hours=-6))).date()


class Desk:
    """One person at one browser."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.troubles: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        page.on("requestfailed", self._failed)

    def _heard(self, message: ConsoleMessage) -> None:
        # the browser itself reports the status of an answer that a form is meant to get
        if message.type == "error" and "status of 4" not in message.text:
            self.troubles.append(f"{message.type}: {message.text}")

    def _failed(self, request: Any) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):
            self.troubles.append(f"failed: {request.url} {request.failure}")

    def sign_in(self, login: str) -> None:
        """Sign in by the page, with the keyboard alone."""
        self.page.goto(f"{self.address}/ingresar")
        self.page.keyboard.type(f"{login}@demo.local")
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/ingresar" not in url)

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)

    def clean(self) -> None:
        """No accessibility violation, no side scroll, nothing in the console."""
        found = Axe().run(self.page, options={"runOnly": RULES})
        broken = [
            f"{rule['id']}: {[node['html'][:160] for node in rule['nodes'][:3]]}"
            for rule in found.response["violations"]
        ]
        assert broken == [], f"{self.page.url}: {broken}"
        wider = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"{self.page.url} scrolls sideways by {wider} px"
        assert self.troubles == []

    def picture(self, name: str) -> None:
        """Keep what the page looks like, for the user guide and for people."""
        folder = Path(__file__).resolve().parents[2] / "test-results"
        folder.mkdir(exist_ok=True)
        self.page.screenshot(path=folder / f"{name}.png")


SitDown = Callable[..., Desk]


@pytest.fixture
def sit_down(
    browser: Browser, browser_context_args: dict[str, Any], office: Office, address: str
) -> Iterator[SitDown]:
    """``sit_down("titular", telephone=True)``: a person signed in at a desk or a telephone."""
    contexts: list[BrowserContext] = []
    desks: list[Desk] = []

    def sit(login: str | None = None, *, telephone: bool = False) -> Desk:
        size = TELEPHONE if telephone else DESK
        context = browser.new_context(**{**browser_context_args, "viewport": size})
        contexts.append(context)
        desk = Desk(context.new_page(), address)
        desks.append(desk)
        if login is not None:
            desk.sign_in(login)
        return desk

    yield sit
    for context in contexts:
        context.close()
    assert [trouble for desk in desks for trouble in desk.troubles] == []
