"""Which encoding a text file has: mark at its start, else UTF-8 if it is, else Windows-1252.

Detection by statistics is not used: it takes Spanish text in Windows-1252 for Central European.
"""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO

from caseflow.domain.errors import Refused

_CHUNK = 1 << 20

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: A Spanish letter in UTF-8. In a file that is not UTF-8 it shows that two encodings were pasted
#: together; in Windows-1252 these pairs would read "Ã¡", which nobody writes.
_UTF8_PAIR = re.compile(rb"\xc3[\x80-\xbf]|\xc2[\xa0-\xbf]")

#: Encodings that a person or a profile may name, with the words for them.
NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 con BOM",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252",
    "latin-1": "ISO 8859-1",
}


def detect(stream: BinaryIO, override: str | None = None) -> str:
    """The codec's name for the whole stream, which is left at its start.

    Everything is decoded once, so that reading cannot fail half-way. ``override`` is one of
    ``NAMES``. Raises ``Refused`` for what is no text: NUL characters, bytes that the encoding does
    not have, two encodings in one file.
    """
    stream.seek(0)
    start = stream.read(4)
    if override is not None:
        if override not in NAMES:
            raise Refused(
                "No se conoce la codificación «{name}». Elija una de: {names}.",
                name=override,
                names=", ".join(sorted(NAMES)),
            )
        candidates: tuple[str, ...] = (override,)
    else:
        marked = next((name for mark, name in _MARKS if start.startswith(mark)), None)
        candidates = (marked,) if marked else ("utf-8", "cp1252")
    for name in candidates:
        if _decodes(stream, name, mixture=override is not None):
            stream.seek(0)
            return name
    raise Refused(
        "El archivo no es texto en {names}: hay bytes que esa codificación no tiene. "
        "Vuelva a exportarlo como «CSV UTF-8».",
        names=" ni en ".join(NAMES[name] for name in candidates),
    )


def _decodes(stream: BinaryIO, name: str, *, mixture: bool) -> bool:
    """Whether all of it is text in that encoding; ``mixture``: somebody chose it, ask no more."""
    decoder = codecs.getincrementaldecoder(name)(errors="strict")
    stream.seek(0)
    mixed = False
    while chunk := stream.read(_CHUNK):
        try:
            text = decoder.decode(chunk)
        except UnicodeError:
            return False
        if "\0" in text:
            raise Refused("El archivo no es un listado de texto: lleva caracteres nulos.")
        if name == "cp1252" and not mixture and not mixed:
            mixed = _UTF8_PAIR.search(chunk) is not None
    try:
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    if mixed:
        raise Refused(
            "El archivo mezcla UTF-8 y Windows-1252: las letras con acento no se pueden leer con "
            "seguridad. Vuelva a exportarlo como «CSV UTF-8»."
        )
    return True
