"""Copies: consistent while people write, refused when anything about them is wrong, checked when
put back."""

from __future__ import annotations

import datetime as dt
import shutil
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select, text

from caseflow import backup
from caseflow.commands.sealing import kept_head, key_of, seal
from caseflow.domain.errors import Refused
from caseflow.extensions import db
from caseflow.models import Case, Event, Mail, SignIn
from caseflow.queries import audit
from caseflow.queries.rebuild import differences
from caseflow.storage import read_stored, store_bytes
from tests.builders import NOW, Office, TestSettings, make_app
from tests.postgres import Server

TEXT = b"Una prueba de que los archivos van en la copia. " * 50


@pytest.fixture
def filled(office: Office) -> Office:
    """An office with cases, a stored file, a mail that waits and somebody signed in."""
    settings = office.app.config["CASEFLOW"]
    store_bytes(settings.storage_dir, TEXT)
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC")
    office.turn("titular", ref, 1, "assign", person=office.user_id("personal"))
    office.request()
    with office.work("admin") as work:
        work.session.add(
            SignIn(
                token_sha256="0" * 64, user_id=office.user_id("titular"),
                started_at=NOW, last_seen_at=NOW,
            )
        )  # fmt: skip
    seal(NOW)
    office.capture()  # not sealed yet
    db.session.remove()
    return office


@pytest.fixture
def empty(filled: Office, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """Another installation with the same audit key and no tables."""
    folder = tmp_path / "other"
    folder.mkdir()
    if db.engine.dialect.name == "sqlite":
        url = f"sqlite:///{folder / 'caseflow.sqlite3'}"
        yield make_app(url, folder)
        return
    server: Server = request.getfixturevalue("postgres")
    url = server.create()
    yield make_app(url, folder)
    server.drop(url)


def settings_of(app: Flask) -> TestSettings:
    found: TestSettings = app.config["CASEFLOW"]
    return found


def test_a_copy_is_put_back_whole(filled: Office, empty: Flask, tmp_path: Path) -> None:
    path, made = backup.create(settings_of(filled.app), tmp_path / "copies", NOW)
    assert path.stat().st_mode & 0o077 == 0
    assert backup.verify(settings_of(filled.app), path) == made
    with empty.app_context():
        target = settings_of(empty)
        done = backup.restore(target, path, NOW + dt.timedelta(days=1))
        assert (done.mail_held, done.sessions_ended) == (2, 1)
        assert db.session.scalar(select(func.count()).select_from(Case)) == made.counts["case"] == 3
        assert list(db.session.scalars(select(Mail.state))) == ["held", "held"]
        assert db.session.scalar(select(SignIn.ended_at)) is not None
        digest = next(name for name in made.members if name.startswith("storage/"))[-64:]
        assert read_stored(target.storage_dir, digest) == TEXT
        db.session.remove()
        seal(NOW + dt.timedelta(days=1))
        walked = audit.verify(db.session(), key_of(target), kept_head(target))
        assert (walked.holds, walked.count) == (True, 0)
        assert differences(db.session()) == []
        assert db.session.scalar(select(func.count()).where(Event.action == "restored")) == 1
        db.session.remove()
        db.engine.dispose()


def test_a_copy_made_while_people_write_is_of_one_instant(
    filled: Office, empty: Flask, tmp_path: Path
) -> None:
    before = db.session.scalar(select(func.count()).select_from(Case))
    db.session.remove()
    stop = threading.Event()
    written = 0

    def storm() -> None:
        nonlocal written
        with filled.app.app_context():
            while not stop.is_set():
                filled.route("supervision", filled.capture().case.ref, "JUD-AMC")
                written += 1

    writer = threading.Thread(target=storm)
    writer.start()
    copies = [
        backup.create(settings_of(filled.app), tmp_path / "copies", NOW + dt.timedelta(seconds=n))
        for n in range(3)
    ]
    stop.set()
    writer.join()
    assert written > 0
    counts = [made.counts["case"] for _, made in copies]
    assert counts == sorted(counts)
    assert before <= counts[0]
    assert counts[-1] <= before + written
    with empty.app_context():
        backup.restore(settings_of(empty), copies[-1][0], NOW)
        assert differences(db.session()) == []
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("part", ["start", "database", "padding", "manifest", "footer"])
def test_a_copy_with_one_changed_byte_is_refused(filled: Office, tmp_path: Path, part: str) -> None:
    path, _ = backup.create(settings_of(filled.app), tmp_path / "copies", NOW)
    raw = bytearray(path.read_bytes())
    at = {
        "start": 3,
        "database": 5_000,
        "padding": len(raw) - 200,
        "manifest": raw.rindex(b'"made_at"') + 12,
        "footer": len(raw) - 1,
    }[part]
    raw[at] ^= 1
    path.write_bytes(raw)
    with pytest.raises(Refused, match="no es una copia íntegra"):
        backup.verify(settings_of(filled.app), path)


@pytest.mark.parametrize("left", [0, 40, 10_000, -1])
def test_a_copy_that_was_cut_is_refused(filled: Office, tmp_path: Path, left: int) -> None:
    path, _ = backup.create(settings_of(filled.app), tmp_path / "copies", NOW)
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(Refused, match="no es una copia íntegra"):
        backup.verify(settings_of(filled.app), path)


def test_a_copy_under_another_key_is_refused(filled: Office, tmp_path: Path) -> None:
    path, _ = backup.create(settings_of(filled.app), tmp_path / "copies", NOW)
    other = TestSettings(
        settings_of(filled.app).database_url, tmp_path, audit_key="another key, long and worthless"
    )
    with pytest.raises(Refused, match="CASEFLOW_AUDIT_KEY"):
        backup.verify(other, path)


def test_a_copy_is_never_put_over_cases(filled: Office, tmp_path: Path) -> None:
    path, _ = backup.create(settings_of(filled.app), tmp_path / "copies", NOW)
    for over_empty in (False, True):
        with pytest.raises(Refused, match="3 asuntos"):
            backup.restore(settings_of(filled.app), path, NOW, over_empty=over_empty)
    assert db.session.scalar(select(func.count()).select_from(Case)) == 3


def test_a_prepared_installation_without_cases_takes_a_copy_on_request(
    office: Office, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    app = office.app
    path, made = backup.create(settings_of(app), tmp_path / "copies", NOW)
    with pytest.raises(Refused, match="--over-empty"):
        backup.restore(settings_of(app), path, NOW)
    db.session.remove()
    db.engine.dispose()
    backup.restore(settings_of(app), path, NOW, over_empty=True)
    assert made.counts["case"] == 0
    assert inspect(db.engine).has_table("case")


def test_a_copy_of_a_log_that_does_not_hold_is_not_put_back(
    filled: Office, empty: Flask, tmp_path: Path
) -> None:
    with db.engine.execution_options(caseflow_writes=True).begin() as connection:
        connection.execute(text("UPDATE event_seal SET chain = 'x' WHERE seq = 2"))
    path, _ = backup.create(settings_of(filled.app), tmp_path / "copies", NOW)
    with empty.app_context(), pytest.raises(Refused, match="no está íntegro"):
        backup.restore(settings_of(empty), path, NOW)


def test_the_keys_of_the_installation_are_not_in_its_copy(filled: Office, tmp_path: Path) -> None:
    settings = settings_of(filled.app)
    path, _ = backup.create(settings, tmp_path / "copies", NOW)
    raw = path.read_bytes()
    assert settings.audit_key.encode() not in raw
    assert settings.secret_key.encode() not in raw


def test_an_ordinary_tar_reads_the_copy(filled: Office, tmp_path: Path) -> None:
    path, made = backup.create(settings_of(filled.app), tmp_path / "copies", NOW)
    with tarfile.open(path) as tar:
        assert set(tar.getnames()) == {*made.members, "manifest.json"}


def test_without_the_tools_of_postgresql_the_refusal_names_them(
    postgres_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("pg_dump") is None
    with pytest.raises(Refused, match="pg_dump"):
        backup.create(settings_of(postgres_app), tmp_path / "copies", NOW)
    assert list((tmp_path / "copies").iterdir()) == []
