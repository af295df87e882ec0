"""Files that people hand in: known by their content, kept by their hash, limited in size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any

from flask import current_app
from werkzeug.datastructures import FileStorage

from caseflow.domain.errors import InvalidData
from caseflow.storage import media_type, store_stream

#: What is taken, by content; the words are those of the refusal.
ALLOWED: Mapping[str, str] = {
    "application/pdf": "PDF",
    "image/png": "PNG",
    "image/jpeg": "JPG",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/vnd.oasis.opendocument.text": "ODT",
    "application/vnd.oasis.opendocument.spreadsheet": "ODS",
    "text/csv": "CSV",
    "text/plain": "TXT",
}
#: Text has no mark of its own: its name says which text it is, its content that it is text.
_TEXTS: Mapping[str, str] = {".csv": "text/csv", ".txt": "text/plain"}
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f")
MOST_FILES = 10
_LONGEST_NAME = 120
_HEAD = 8192


def keep_files(files: Iterable[FileStorage], field: str = "files") -> tuple[dict[str, Any], ...]:
    """Store the files of a form before the row that names them.

    Returns {name, media_type, size, sha256} for each. Raises ``InvalidData`` for a kind that is
    not taken or an empty file; then nothing names what was stored, and the sweeper removes it.
    """
    folder = current_app.config["CASEFLOW"].storage_dir
    kept: list[dict[str, Any]] = []
    for file in files:
        name = safe_name(file.filename or "")
        if not name:
            continue
        if len(kept) == MOST_FILES:
            raise InvalidData("Se aceptan hasta {n} archivos a la vez.", field=field, n=MOST_FILES)
        head = file.stream.read(_HEAD)
        file.stream.seek(0)
        if not head:
            raise InvalidData("«{name}» está vacío.", field=field, name=name)
        kind = media_type(head) or _text_type(name, head)
        if kind not in ALLOWED:
            raise InvalidData(
                "«{name}» no es de un tipo que se acepte. Use {kinds}.",
                field=field,
                name=name,
                kinds=", ".join(ALLOWED.values()),
            )
        stored = store_stream(folder, file.stream)
        kept.append(
            {"name": name, "media_type": kind, "size": stored.size, "sha256": stored.sha256}
        )
    return tuple(kept)


def _text_type(name: str, head: bytes) -> str | None:
    """The type of plain text; none for what is not text, or is a page that a browser would run."""
    if _CONTROLS & frozenset(head) or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return None
    return _TEXTS.get(PurePath(name).suffix.lower())


def safe_name(name: str) -> str:
    """The last part of a file's name, without control characters or separators, cut if long."""
    last = PurePath(name.replace("\\", "/")).name
    plain = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*')
    if len(plain) > _LONGEST_NAME:
        end = PurePath(plain).suffix[:10]
        plain = plain[: _LONGEST_NAME - len(end)] + end
    return plain.strip()
