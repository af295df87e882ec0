"""Files by their hash: kept once, whole or not at all."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest

from caseflow.domain.errors import NotFound
from caseflow.storage import (
    media_type,
    read_stored,
    store_bytes,
    store_file,
    store_stream,
    stored_path,
    strays,
)


def test_the_same_bytes_are_kept_once_whatever_they_came_as(tmp_path: Path) -> None:
    source = tmp_path / "oficio.txt"
    source.write_bytes(b"folio" * 1000)
    folder = tmp_path / "storage"
    kept = {
        store_bytes(folder, b"folio" * 1000),
        store_file(folder, source),
        store_stream(folder, io.BytesIO(b"folio" * 1000)),
    }
    (one,) = kept
    assert one.sha256 == hashlib.sha256(b"folio" * 1000).hexdigest()
    assert one.size == 5000
    assert [path.name for path in folder.glob("??/*")] == [one.sha256]
    assert read_stored(folder, one.sha256) == b"folio" * 1000
    assert not list((folder / "drafts").iterdir())


@pytest.mark.parametrize("name", ["", "a" * 64, "../../etc/passwd", "A" * 64, "0" * 63])
def test_a_name_that_is_no_kept_hash_finds_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound):
        stored_path(tmp_path, name)


def test_a_source_that_breaks_leaves_nothing_behind(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("unplugged")

    with pytest.raises(OSError, match="unplugged"):
        store_stream(tmp_path, Broken())
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_what_no_row_names_is_a_stray_once_it_is_old(tmp_path: Path) -> None:
    named, stray = store_bytes(tmp_path, b"one"), store_bytes(tmp_path, b"two")
    path = stored_path(tmp_path, stray.sha256)
    changed = path.stat().st_mtime
    assert list(strays(tmp_path, {named.sha256}, changed + 1)) == [path]
    assert list(strays(tmp_path, {named.sha256}, changed - 3600)) == []


def test_the_type_comes_from_the_content() -> None:
    assert media_type(b"%PDF-1.7\n") == "application/pdf"
    assert media_type(b"just words") is None
