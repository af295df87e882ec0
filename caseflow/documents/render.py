"""Our templates and plain data → PDF bytes: accessible, archivable, the same every time.

Data travels as JSON, so a citizen's text stays text whatever typst would make of it. Only the
bundled fonts are used and no file outside ``templates/`` can be read, so that a paper looks the
same on every machine. Equal data gives equal bytes: the only date in a file is its own.
"""

from __future__ import annotations

import json
import subprocess  # nosec B404
import sys
from collections.abc import Mapping
from datetime import datetime
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from caseflow.documents import typesetting
from caseflow.documents.legible import legible
from caseflow.documents.typesetting import Request, typeset

LOCAL = ZoneInfo("America/Mexico_City")
#: A child that takes longer hangs; the largest report takes about three seconds.
LONGEST_SECONDS = 120

_ONE_AT_A_TIME = Lock()


class TypesettingFailed(RuntimeError):
    """The child process did not give a PDF; the message holds what it said."""


def render_pdf(
    template: str,
    data: Mapping[str, Any],
    *,
    made_at: datetime,
    drawings: Mapping[str, str] | None = None,
) -> bytes:
    """The PDF of ``templates/<template>.typ`` for ``data``: for papers of a few pages.

    ``data`` holds plain JSON values; every text in it is made legible here. ``made_at`` is local
    wall time (naive) and becomes the file's only timestamp. ``drawings`` are SVG sources made by
    us, by the name under which the template asks for them.
    """
    request = _request(template, data, made_at, drawings or {})
    with _ONE_AT_A_TIME:
        return typeset(request)


def render_long_pdf(
    template: str,
    data: Mapping[str, Any],
    *,
    made_at: datetime,
    longest_seconds: float = LONGEST_SECONDS,
) -> bytes:
    """As ``render_pdf``, in a child process that takes its memory with it: for many pages.

    Raises ``TypesettingFailed`` when the child fails or does not end in ``longest_seconds``.
    """
    request = _request(template, data, made_at, {})
    try:
        # Our own script with fixed arguments and no shell; data goes in by stdin.
        child = subprocess.run(  # nosec B603
            [sys.executable, "-I", typesetting.__file__],
            input=request.as_json().encode("utf-8"),
            capture_output=True,
            check=True,
            timeout=longest_seconds,
        )
    except subprocess.CalledProcessError as error:
        raise TypesettingFailed(error.stderr.decode("utf-8", "replace")) from error
    except subprocess.TimeoutExpired as error:
        raise TypesettingFailed(f"no PDF after {longest_seconds} s") from error
    return child.stdout


def _request(
    template: str, data: Mapping[str, Any], made_at: datetime, drawings: Mapping[str, str]
) -> Request:
    return Request(
        template=template,
        inputs={
            "data": json.dumps(_legible(data), ensure_ascii=False),
            "drawings": json.dumps(dict(drawings)),
        },
        timestamp=made_at.replace(tzinfo=LOCAL).isoformat(timespec="seconds"),
    )


def _legible(value: Any) -> Any:
    if isinstance(value, str):
        return legible(value)
    if isinstance(value, Mapping):
        return {key: _legible(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_legible(item) for item in value]
    return value
