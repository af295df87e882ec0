"""What lies on the desks when the browser opens: by the real clock, as the server runs by it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.builders import Office
from tests.e2e.conftest import today


def moment() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def received(office: Office, ago: int = 0, **form: Any) -> str:
    """A service captured now that came in some days ago, waiting at its desk; its ref."""
    day = today() - dt.timedelta(days=ago)
    return office.capture(now=moment(), **{"filed_on": day, **form}).case.ref


def routed(office: Office, *codes: str, ago: int = 0, **form: Any) -> str:
    """The same, sent to areas."""
    ref = received(office, ago, **form)
    office.route("supervision", ref, *codes, now=moment())
    return ref


def requested(office: Office, folio: str, *codes: str, ago: int = 0) -> str:
    """An information request sent to areas; its ref."""
    day = today() - dt.timedelta(days=ago)
    ref = office.request(folio=folio, filed_on=day, now=moment()).case.ref
    office.route("unidad", ref, *codes, now=moment())
    return ref
