"""How values are spelled as JSON in the database: no blanks, dates and instants in ISO form."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any


def _json_value(value: object) -> Any:
    """Dates and instants in ISO form; what JSON has no word for is refused."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


_c_make_encoder = getattr(json.encoder, "c_make_encoder", None)


def _encoder(*, ordered: bool) -> Callable[[Any], str]:
    """Writes JSON without blanks, the keys of objects in order or as they come.

    ``JSONEncoder.encode`` makes a fresh encoder in C for each value; one of ours does for all.
    """
    if _c_make_encoder is None:
        return json.JSONEncoder(
            ensure_ascii=False, separators=(",", ":"), default=_json_value, sort_keys=ordered
        ).encode
    pieces: Callable[[Any, int], Iterable[str]] = _c_make_encoder(
        None, _json_value, json.encoder.encode_basestring, None, ":", ",", ordered, False, True
    )

    def encode(value: Any) -> str:
        return "[]" if value == [] else "".join(pieces(value, 0))

    return encode


json_text = _encoder(ordered=False)
#: For columns marked ``info={"ordered": True}``: equal values are spelled equally.
ordered_text = _encoder(ordered=True)


def from_json(text: str | bytes) -> Any:
    """What JSON holds. Most of what is read is the empty list of a deadline that nobody moved."""
    return [] if text in ("[]", b"[]") else json.loads(text)
