"""A live server on loopback over the test office, and browsers that are signed in.

A console message, a refused resource or a violation of the content policy fails the test that
caused it, whatever else it looked at.

The day of each role is walked by three hands: the mouse and the keyboard alone at 1366 px, and the
finger at 390 px. A telephone has no keyboard to walk with: its keys are not tested there.
"""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect
from werkzeug.serving import make_server

from caseflow.commands.people import set_password
from caseflow.commands.work import begin_work
from caseflow.domain.people import SYSTEM
from tests.builders import PASSWORD, Office
from tests.web.browsing import signed_in

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
    """The test office on SQLite: what the browser shows does not depend on the engine."""
    return sqlite_office


def today() -> dt.date:
    """The real local day: the server runs by the real clock."""
    return dt.datetime.now(dt.timezone(dt.timedelta(hours=-6))).date()


#: More presses of Tab than any page has controls.
TABS = 200
HANDS = ("mouse", "keys", "finger")


class Desk:
    """One person at one browser, who works by mouse, by the keyboard alone, or by finger."""

    def __init__(self, page: Page, address: str, hand: str = "mouse") -> None:
        self.page = page
        self.address = address
        self.hand = hand
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
        expect(self.page.get_by_label("Correo")).to_be_focused()  # the page's own doing
        self.page.keyboard.type(f"{login}@demo.local")
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/ingresar" not in url)

    def go(self, path: str) -> int:
        """Open an address; the status of the answer."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        return answer.status

    # --- what hands do ----------------------------------------------------------------------------

    def tab_to(self, target: Locator) -> None:
        """Walk with Tab until the control has the focus."""
        expect(target).to_be_visible()
        for _ in range(TABS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {target}")

    def press(self, target: Locator, key: str = "") -> None:
        """Use a button or link; at the keyboard by its key, or walking to it where it has none."""
        expect(target).to_be_visible()
        if self.hand != "keys":
            target.click()
        elif key:
            for stroke in key.split():
                self.page.keyboard.press(stroke)
        else:
            self.tab_to(target)
            self.page.keyboard.press("Enter")

    def tick(self, target: Locator) -> None:
        if self.hand == "keys":
            self.tab_to(target)
            self.page.keyboard.press("Space")
        else:
            target.check()
        expect(target).to_be_checked()

    def write(self, target: Locator, text: str) -> None:
        if self.hand == "keys":
            self.tab_to(target)
            self.page.keyboard.press("ControlOrMeta+a")
            self.page.keyboard.type(text)
        else:
            target.fill(text)
        expect(target).to_have_value(text)

    def pick(self, target: Locator, words: str) -> None:
        """Choose the entry of a list that says the words; at the keyboard with the arrow down."""
        value = target.locator("option").filter(has_text=words).first.get_attribute("value") or ""
        if self.hand == "keys":
            self.tab_to(target)
            for _ in range(target.locator("option").count()):
                if target.input_value() == value:
                    break
                self.page.keyboard.press("ArrowDown")
        else:
            target.select_option(value)
        expect(target).to_have_value(value)

    def attach(self, target: Locator, name: str, data: bytes) -> None:
        """Give a file to a form through the window that the browser opens for it."""
        with self.page.expect_file_chooser() as window:
            if self.hand == "keys":
                self.tab_to(target)
                self.page.keyboard.press("Enter")
            else:
                target.click()
        window.value.set_files({"name": name, "mimeType": "text/csv", "buffer": data})

    def menu(self, name: str) -> None:
        """Go to a page of the menu, which on a telephone is behind its button."""
        if self.hand == "finger":
            self.page.locator("summary[aria-label=Menú]").click()
        counted = re.compile(rf"^{re.escape(name)}( \d.*)?$")  # with what waits there
        links = self.page.get_by_role("navigation").get_by_role("link", name=counted)
        self.press(links.locator("visible=true"))

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(label, exact=True)

    # --- what eyes do -----------------------------------------------------------------------------

    def sees(self, heading: str | re.Pattern[str]) -> None:
        """Wait for a page by its heading, ready to be used."""
        expect(self.page.locator("h1").filter(has_text=heading).first).to_be_visible()
        self.page.wait_for_load_state("load")

    def told(self, text: str) -> None:
        """Wait for what the page says after an act, ready for the next."""
        expect(self.page.locator(".avisos").filter(has_text=text)).to_be_visible()
        self.page.wait_for_load_state("load")

    def dialog(self, title: str) -> Locator:
        """Wait for the form in its window, with the focus inside."""
        window = self.page.locator("#dialogo[open]")
        expect(window.get_by_role("heading", name=title)).to_be_visible()
        return window

    def clean(self) -> None:
        """No accessibility violation, no side scroll, nothing in the console."""
        found = Axe().run(self.page, options={"runOnly": RULES, "resultTypes": ["violations"]})
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
    """``sit_down("titular", hand="keys")``: a person signed in, by the page unless told otherwise.

    ``at_the_door=False`` opens the session without the page and its password.
    """
    contexts: list[BrowserContext] = []
    desks: list[Desk] = []

    def sit(
        login: str | None = None,
        *,
        telephone: bool = False,
        hand: str = "mouse",
        at_the_door: bool = True,
    ) -> Desk:
        size = TELEPHONE if telephone or hand == "finger" else DESK
        context = browser.new_context(**{**browser_context_args, "viewport": size})
        contexts.append(context)
        if login is not None and not at_the_door:
            cookie = signed_in(office, login).get_cookie("caseflow")
            assert cookie is not None
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
        desk = Desk(context.new_page(), address, hand)
        desks.append(desk)
        if login is not None and at_the_door:
            with begin_work(SYSTEM) as work:
                set_password(work, office.user_id(login), PASSWORD)
            desk.sign_in(login)
        return desk

    yield sit
    for context in contexts:
        context.close()
    assert [trouble for desk in desks for trouble in desk.troubles] == []
