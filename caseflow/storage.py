"""Files by their hash, outside the web root.

A file is written whole beside its place, flushed to the disk, and put in place by a rename: what
is there under a hash is complete, whoever was killed meanwhile. The same bytes are kept once.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import filetype

from caseflow.domain.errors import NotFound

CHUNK = 1 << 20  # bytes read at a time
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is kept: its SHA-256 (64 hex digits) and its size in bytes."""

    sha256: str
    size: int


def store_bytes(folder: Path, data: bytes) -> Stored:
    """Keep bytes under their hash."""
    return _store(folder, (data,))


def store_file(folder: Path, source: Path) -> Stored:
    """Keep a copy of a file under its hash."""
    with source.open("rb") as stream:
        return store_stream(folder, stream)


def store_stream(folder: Path, stream: IO[bytes]) -> Stored:
    """Keep what is left to read of a stream, without holding it in memory."""
    return _store(folder, iter(lambda: stream.read(CHUNK), b""))


def stored_path(folder: Path, sha256: str) -> Path:
    """Where a file is kept. Raises ``NotFound`` where it is not."""
    path = _place(folder, sha256)
    if not path.is_file():
        raise NotFound("El archivo ya no está en el almacén.")
    return path


def read_stored(folder: Path, sha256: str) -> bytes:
    """The bytes of a kept file. Raises ``NotFound`` where it is not there."""
    return stored_path(folder, sha256).read_bytes()


def media_type(data: bytes) -> str | None:
    """The media type by the content, never by the name; ``None`` where it is not known."""
    found = filetype.guess_mime(data[:8192])
    return str(found) if found else None


def strays(folder: Path, known: Collection[str], before: float) -> Iterator[Path]:
    """Kept files that no row names, and drafts left by a kill, last changed before an instant.

    ``before`` is seconds since the epoch. A file comes before its row, so a young one may be a
    row's that is still being written: callers give it a day.
    """
    for path in sorted(folder.glob("*/*")):
        named = _SHA256.fullmatch(path.name) is not None and path.name in known
        if path.is_file() and not named and path.stat().st_mtime < before:
            yield path


def _place(folder: Path, sha256: str) -> Path:
    if not _SHA256.fullmatch(sha256):
        raise NotFound("El archivo ya no está en el almacén.")
    return folder / sha256[:2] / sha256


def _store(folder: Path, chunks: Iterable[bytes]) -> Stored:
    drafts = folder / "drafts"
    drafts.mkdir(mode=0o750, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(dir=drafts)  # mode 0600
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as target:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        place = _place(folder, digest.hexdigest())
        if not place.is_file():
            place.parent.mkdir(mode=0o750, exist_ok=True)
            draft.replace(place)
            _flush_folder(place.parent)
    finally:
        draft.unlink(missing_ok=True)
    return Stored(digest.hexdigest(), size)


def _flush_folder(folder: Path) -> None:
    """A rename lasts only once its folder is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
