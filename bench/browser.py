"""A browser's part, twice: over HTTP on one connection that stays open, and within the process.

Both keep cookies and fill forms alike, so that a page is asked for in the same way when it is timed
and when its statements are recorded.
"""

from __future__ import annotations

import html
import http.client
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

FORM = "application/x-www-form-urlencoded"
_TOKEN = re.compile(r'name="csrf[-_]token"[^>]*?(?:value|content)="([^"]+)"')
_TAG = re.compile(r"<[^>]*>")
_FIELD = re.compile(r'<input[^>]*\bname="([^"]+)"[^>]*>')
_VALUE = re.compile(r'\bvalue="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """A response read to its end. ``seconds`` from the first byte sent to the last one read."""

    status: int
    body: bytes
    location: str
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def said(self) -> str:
        """The beginning of what the page says to a person, without markup."""
        main = self.text.partition("<main")[2] or self.text
        return html.unescape(" ".join(_TAG.sub(" ", f"<main{main}").split()))[:400]

    def hidden(self, name: str) -> str:
        """The value of a hidden field of the first form that has one."""
        for found in _FIELD.finditer(self.text):
            if found[1] == name and (value := _VALUE.search(found[0])):
                return html.unescape(value[1])
        return ""


#: Fields of a form: a value each, or several.
Form = Mapping[str, str | list[str]]


class Browser(Protocol):
    """Asks for pages as one signed-in person."""

    def get(self, path: str) -> Answer: ...

    def post(self, path: str, form: Form) -> Answer:
        """Send a form; its token is added."""
        ...


class Wire:
    """Over HTTP/1.1, one request after the other on a connection that is kept."""

    def __init__(self, host: str, port: int, cookie: str) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=120)
        self._cookie = cookie
        self._token = ""

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, b"", {})

    def post(self, path: str, form: Form) -> Answer:
        if not self._token:
            self._token = token_of(self.get("/cuenta"))
        body = urlencode({"csrf_token": self._token, **form}, doseq=True).encode()
        return self._ask("POST", path, body, {"Content-Type": FORM})

    def reconnect(self) -> None:
        """Let go of the connection; the next request may reach another worker."""
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        began = time.perf_counter()
        self._connection.request(
            method, path, body or None, {"Cookie": f"caseflow={self._cookie}", **headers}
        )
        response = self._connection.getresponse()
        read = response.read()
        seconds = time.perf_counter() - began
        for name, value in response.getheaders():
            if name.lower() == "set-cookie" and value.startswith("caseflow="):
                self._cookie = value.split("=", 1)[1].split(";", 1)[0]
        return Answer(response.status, read, response.getheader("Location") or "", seconds)


class Inside:
    """Through the program in this process, without any server."""

    def __init__(self, app: Flask, cookie: str) -> None:
        self._client = app.test_client()
        self._client.set_cookie("caseflow", cookie)
        self._token = ""

    def get(self, path: str) -> Answer:
        began = time.perf_counter()
        got = self._client.get(path)
        return Answer(
            got.status_code, got.data, got.headers.get("Location", ""), time.perf_counter() - began
        )

    def post(self, path: str, form: Form) -> Answer:
        if not self._token:
            self._token = token_of(self.get("/cuenta"))
        body = urlencode({"csrf_token": self._token, **form}, doseq=True)
        began = time.perf_counter()
        got = self._client.post(path, data=body, content_type=FORM)
        return Answer(
            got.status_code, got.data, got.headers.get("Location", ""), time.perf_counter() - began
        )


def cookie_for(app: Flask, token: str) -> str:
    """The cookie of a person whose server-side session has this token."""
    interface = app.session_interface
    assert isinstance(interface, SecureCookieSessionInterface)
    serializer = interface.get_signing_serializer(app)
    assert serializer is not None
    signed: str | bytes = serializer.dumps({"_user_id": token, "_fresh": True, "_permanent": True})
    return signed if isinstance(signed, str) else signed.decode()


def token_of(page: Answer) -> str:
    """The token that the forms of a page carry."""
    found = _TOKEN.search(page.text)
    if found is None:
        raise LookupError(f"no form on a page that answered {page.status}")
    return found[1]
