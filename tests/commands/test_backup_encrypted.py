"""Encrypted copies: only the holder of the key reads them, and any meddling is seen without it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest
from flask import Flask
from sqlalchemy import func, select

from caseflow import backup
from caseflow.commands.sealing import seal
from caseflow.domain.errors import Refused
from caseflow.encryption import MAGIC, write_identity
from caseflow.extensions import db
from caseflow.models import Case
from caseflow.queries.rebuild import differences
from caseflow.storage import store_bytes
from tests.builders import NOW, Office, TestSettings, make_app
from tests.postgres import Server

MARKED = "Texto marcado que no debe leerse"


@pytest.fixture
def key(tmp_path: Path) -> tuple[Path, str]:
    """An identity in its file, and its recipient."""
    path = tmp_path / "copias.key"
    return path, write_identity(path)


@pytest.fixture
def settings(office: Office, key: tuple[Path, str]) -> TestSettings:
    """Those of an office with cases, a stored file and a recipient for its copies."""
    office.capture(description=MARKED)
    office.request()
    seal(NOW)
    db.session.remove()
    made: TestSettings = office.app.config["CASEFLOW"]
    store_bytes(made.storage_dir, MARKED.encode() * 20)
    return replace(made, backup_recipients=key[1])


@pytest.fixture
def copy(settings: TestSettings, tmp_path: Path) -> Path:
    return backup.create(settings, tmp_path / "copias", NOW)[0]


@pytest.fixture
def empty(
    settings: TestSettings, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Flask]:
    """Another installation with the same audit key and no tables."""
    folder = tmp_path / "other"
    folder.mkdir()
    if settings.database_url.startswith("sqlite"):
        yield make_app(f"sqlite:///{folder / 'caseflow.sqlite3'}", folder)
        return
    server: Server = request.getfixturevalue("postgres")
    url = server.create()
    yield make_app(url, folder)
    server.drop(url)


def test_nothing_of_the_cases_can_be_read_in_the_copy_and_nothing_else_is_left(
    settings: TestSettings, copy: Path
) -> None:
    raw = copy.read_bytes()
    assert raw.startswith(MAGIC)
    for told in (MARKED.encode(), b"CESAC-2026-000001", b"manifest.json", b"SQLite format"):
        assert told not in raw
    assert copy.name.endswith(".tar.age")
    assert copy.stat().st_mode & 0o077 == 0
    assert list(copy.parent.iterdir()) == [copy]
    assert list(settings.instance_dir.glob(".caseflow-*")) == []


def test_it_is_put_back_whole_with_the_key(
    settings: TestSettings, copy: Path, key: tuple[Path, str], empty: Flask
) -> None:
    manifest = backup.verify(settings, copy, key[0])
    assert manifest is not None
    with empty.app_context():
        done = backup.restore(
            empty.config["CASEFLOW"], copy, NOW + dt.timedelta(days=1), identity=key[0]
        )
        assert done.manifest == manifest
        assert db.session.scalar(select(func.count()).select_from(Case)) == 2
        assert differences(db.session()) == []
        assert list(empty.config["CASEFLOW"].instance_dir.glob(".caseflow-*")) == []
        db.session.remove()
        db.engine.dispose()


def test_without_the_key_it_is_known_to_be_whole_and_no_more(
    settings: TestSettings, copy: Path, empty: Flask
) -> None:
    assert backup.verify(settings, copy) is None
    with empty.app_context(), pytest.raises(Refused, match="--identity"):
        backup.restore(empty.config["CASEFLOW"], copy, NOW)


def test_another_key_does_not_open_it(
    settings: TestSettings, copy: Path, tmp_path: Path, empty: Flask
) -> None:
    write_identity(tmp_path / "otra.key")
    with pytest.raises(Refused, match=r"otra\.key no abre"):
        backup.verify(settings, copy, tmp_path / "otra.key")
    with empty.app_context(), pytest.raises(Refused, match="no abre"):
        backup.restore(empty.config["CASEFLOW"], copy, NOW, identity=tmp_path / "otra.key")


@pytest.mark.parametrize("at", [0, 30, 5_000, -200, -1])
def test_a_changed_byte_is_seen_with_and_without_the_key(
    settings: TestSettings, copy: Path, key: tuple[Path, str], at: int
) -> None:
    raw = bytearray(copy.read_bytes())
    raw[at] ^= 1
    copy.write_bytes(raw)
    for identity in (None, key[0]):
        with pytest.raises(Refused, match="no es una copia íntegra"):
            backup.verify(settings, copy, identity)


@pytest.mark.parametrize("left", [0, 60, 10_000, -1])
def test_a_cut_end_is_seen_with_and_without_the_key(
    settings: TestSettings, copy: Path, key: tuple[Path, str], left: int
) -> None:
    copy.write_bytes(copy.read_bytes()[:left])
    for identity in (None, key[0]):
        with pytest.raises(Refused, match="no es una copia íntegra"):
            backup.verify(settings, copy, identity)


def test_a_plain_copy_wrapped_by_a_stranger_is_refused(
    settings: TestSettings, key: tuple[Path, str], tmp_path: Path
) -> None:
    """Anybody can encrypt to a public key; the outer HMAC takes ours."""
    plain, _ = backup.create(replace(settings, backup_recipients=""), tmp_path / "plain", NOW)
    wrapped = tmp_path / "wrapped.tar.age"
    recipient = pyrage.x25519.Recipient.from_str(key[1])
    wrapped.write_bytes(pyrage.encrypt(plain.read_bytes(), [recipient]) + b" " * 86)
    with pytest.raises(Refused, match="no es una copia íntegra"):
        backup.verify(settings, wrapped, key[0])


def test_the_standard_tool_reads_it_without_us(copy: Path, key: tuple[Path, str]) -> None:
    """What the deployment guide says: cut the last 86 bytes off and decrypt."""
    identity = pyrage.x25519.Identity.from_str(key[0].read_text().splitlines()[1])
    plain = pyrage.decrypt(copy.read_bytes()[:-86], [identity])
    assert b"manifest.json" in plain


def test_several_people_may_read_it(
    settings: TestSettings, key: tuple[Path, str], tmp_path: Path
) -> None:
    second = write_identity(tmp_path / "second.key")
    both = replace(settings, backup_recipients=f"{key[1]}, {second}")
    path, made = backup.create(both, tmp_path / "copias", NOW)
    for identity in (key[0], tmp_path / "second.key"):
        assert backup.verify(settings, path, identity) == made


@pytest.mark.parametrize("text", ["", "# only a comment\n", "AGE-SECRET-KEY-1XX", "ñ"])
def test_a_file_that_holds_no_key_is_named(
    settings: TestSettings, copy: Path, tmp_path: Path, text: str
) -> None:
    (tmp_path / "bad.key").write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match=r"bad\.key"):
        backup.verify(settings, copy, tmp_path / "bad.key")


def test_a_wrong_recipient_is_refused_before_anything_is_written(
    settings: TestSettings, tmp_path: Path
) -> None:
    wrong = replace(settings, backup_recipients="age1" + "q" * 58)
    with pytest.raises(Refused, match="CASEFLOW_BACKUP_RECIPIENTS"):
        backup.create(wrong, tmp_path / "copias", NOW)
    assert not (tmp_path / "copias").exists()


def test_a_key_is_never_written_over(key: tuple[Path, str]) -> None:
    before = key[0].read_bytes()
    with pytest.raises(Refused, match="No se pudo escribir"):
        write_identity(key[0])
    assert key[0].read_bytes() == before
    assert key[0].stat().st_mode & 0o077 == 0
