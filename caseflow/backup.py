"""Copies of the whole installation: made while people work, checked, and put back.

A copy is one tar file with the database as of one instant, the stored files and a manifest, and
behind its end an HMAC over all of it under the audit key: a copy that was cut, damaged or changed
is refused before anything of it is used. With ``CASEFLOW_BACKUP_RECIPIENTS`` that file is encrypted
and has a second HMAC behind it, so that this machine can tell a whole copy that it cannot read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import io
import json
import os
import re
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from caseflow.commands.restoring import settle_restored
from caseflow.commands.sealing import key_of, write_head
from caseflow.commands.work import begin_work
from caseflow.domain.errors import Refused
from caseflow.domain.people import SYSTEM
from caseflow.dumping import Dumper, Snapshot, dumper_for
from caseflow.encryption import MAGIC, decrypt, encrypt, read_recipients
from caseflow.queries.audit import Head
from caseflow.schema import schema_head
from caseflow.settings import SettingsLike

FORMAT = 1
DATABASE, MANIFEST, STORAGE = "database", "manifest.json", "storage/"
#: What the name of an encrypted copy ends with.
ENCRYPTED = ".age"
_FILE = re.compile(r"storage/[0-9a-f]{2}/[0-9a-f]{64}")
_FOOTER = b"\ncaseflow-hmac-sha256 "
_FOOTER_LENGTH = len(_FOOTER) + 64
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a copy holds. ``counts``: table → rows; ``members``: name → SHA-256 and size."""

    made_at: str
    engine: str
    schema: str
    counts: Mapping[str, int]
    head: Mapping[str, Any]
    members: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def files(self) -> int:
        return sum(name.startswith(STORAGE) for name in self.members)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and what was held for it."""

    manifest: Manifest
    mail_held: int
    sessions_ended: int


def create(settings: SettingsLike, folder: Path, now: dt.datetime) -> tuple[Path, Manifest]:
    """Copy the installation into a file of ``folder``; people may go on writing meanwhile.

    Encrypted where the installation has recipients for it; then nothing readable is ever written to
    ``folder``. Raises ``Refused`` where the engine's tools are missing or the folder cannot be
    written.
    """
    dumper = dumper_for(settings.database_url)
    recipients = read_recipients(settings.backup_recipients)
    name = f"caseflow-{now:%Y%m%dT%H%M%SZ}.tar"
    try:
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        workplace = settings.instance_dir if recipients else folder
        with tempfile.TemporaryDirectory(dir=workplace, prefix=".caseflow-") as scratch:
            dump, draft = Path(scratch) / DATABASE, Path(scratch) / name
            snapshot = dumper.dump(dump)
            manifest = Manifest(
                made_at=now.isoformat(timespec="seconds"),
                engine=dumper.engine_name,
                schema=snapshot.schema,
                counts=snapshot.counts,
                head=snapshot.head.as_json(),
            )
            with _sealed(draft, settings) as target:
                manifest = _write(target, dump, settings.storage_dir, manifest)
            if recipients:
                name += ENCRYPTED
                plain, draft = draft, folder / f".{name}.part"
                draft.unlink(missing_ok=True)
                with _sealed(draft, settings) as target:
                    encrypt(plain, target, recipients)
            os.replace(draft, folder / name)
    except OSError as error:
        raise Refused(
            "No se pudo escribir la copia en {folder}: {reason}.",
            folder=folder,
            reason=error.strerror or type(error).__name__,
        ) from error
    return folder / name, manifest


def verify(settings: SettingsLike, path: Path, identity: Path | None = None) -> Manifest | None:
    """Check a copy from end to end without touching the installation.

    Raises ``Refused`` with what is wrong. A SQLite database is opened and its event log walked; of
    a PostgreSQL dump the list of contents is read, the rest is checked when it is restored. Of an
    encrypted copy without its ``identity`` only that it is whole and ours: then there is no
    manifest to return.
    """
    _authenticate(settings, path)
    if is_encrypted(path) and identity is None:
        return None
    with _readable(settings, path, identity) as (plain, scratch):
        manifest = _manifest(plain)
        dump = scratch / DATABASE
        _extract(plain, manifest, dump, None)
        dumper_for(settings.database_url, manifest.engine).check_dump(
            dump, _expected(manifest), key_of(settings)
        )
    return manifest


def restore(
    settings: SettingsLike,
    path: Path,
    now: dt.datetime,
    *,
    over_empty: bool = False,
    identity: Path | None = None,
) -> Restored:
    """Put a copy back into this installation, which must be empty, and check it there.

    ``over_empty`` also accepts one that was prepared and holds no case yet. Mail is held and all
    sessions end. An encrypted copy needs its ``identity``. Raises ``Refused`` and changes nothing
    where the copy or the target will not do; but the event log of a PostgreSQL dump can be walked
    only once it is loaded, and where it does not hold the database stays as it was loaded, and is
    to be dropped.
    """
    _authenticate(settings, path)
    dumper = dumper_for(settings.database_url)
    with _readable(settings, path, identity) as (plain, scratch):
        manifest = _manifest(plain)
        _require_fit(manifest, dumper, over_empty)
        dump = scratch / DATABASE
        _extract(plain, manifest, dump, settings.storage_dir)
        dumper.load(dump, _expected(manifest), key_of(settings))
    write_head(settings, Head(**manifest.head))
    with begin_work(SYSTEM, now) as work:
        counts = settle_restored(work, {"made_at": manifest.made_at, "copy": path.name})
    return Restored(manifest, counts["mail_held"], counts["sessions_ended"])


def _expected(manifest: Manifest) -> Snapshot:
    return Snapshot(manifest.schema, manifest.counts, Head(**manifest.head))


def _require_fit(manifest: Manifest, dumper: Dumper, over_empty: bool) -> None:
    if manifest.engine != dumper.engine_name:
        raise Refused(
            "La copia es de {theirs} y esta instalación usa {ours}.",
            theirs=manifest.engine,
            ours=dumper.engine_name,
        )
    if manifest.schema != schema_head():
        raise Refused(
            "La copia es de la versión {theirs} del esquema y este programa usa la {ours}: "
            "restáurela con el programa de entonces y actualice después.",
            theirs=manifest.schema,
            ours=schema_head(),
        )
    cases = dumper.cases()
    if cases is None or (over_empty and cases == 0):
        return
    if cases == 0:
        raise Refused(
            "La base ya está preparada, aunque sin asuntos. Si quiere reemplazarla, agregue "
            "--over-empty."
        )
    raise Refused(
        "La base tiene {cases} asuntos: una copia sólo se restaura en una instalación vacía.",
        cases=cases,
    )


# ── The file ─────────────────────────────────────────────────────────────────────────────────────


class _Sealed(io.BufferedIOBase):
    """Writes through and keeps the HMAC of all that passed."""

    def __init__(self, target: BinaryIO, key: bytes) -> None:
        self.target = target
        self.mac = _mac(key)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.mac.update(data)
        return self.target.write(data)


def _mac(key: bytes) -> hmac.HMAC:
    return hmac.new(key, b"caseflow copy|", hashlib.sha256)


@contextmanager
def _sealed(path: Path, settings: SettingsLike) -> Iterator[_Sealed]:
    """A new file, for its owner alone, that gets its HMAC behind its end and goes to the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as target:
        sealed = _Sealed(target, key_of(settings))
        yield sealed
        target.write(_FOOTER + sealed.mac.hexdigest().encode())
        target.flush()
        os.fsync(target.fileno())


def _write(target: _Sealed, dump: Path, storage: Path, manifest: Manifest) -> Manifest:
    members: dict[str, dict[str, Any]] = {}
    with tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for name, source in _sources(dump, storage):
            members[name] = _add(tar, name, source)
        manifest = Manifest(**{**asdict(manifest), "members": members})
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        about = tarfile.TarInfo(MANIFEST)
        about.size = len(text)
        tar.addfile(about, io.BytesIO(text))
    return manifest


def _sources(dump: Path, storage: Path) -> Iterator[tuple[str, Path]]:
    """The database first, then the files: whatever its rows name is there by then."""
    yield DATABASE, dump
    for path in sorted(storage.glob("*/*")):
        name = f"{STORAGE}{path.relative_to(storage).as_posix()}"
        if _FILE.fullmatch(name):
            yield name, path


def _add(tar: tarfile.TarFile, name: str, source: Path) -> dict[str, Any]:
    digest = hashlib.sha256()
    with source.open("rb") as file:
        about = tarfile.TarInfo(name)
        about.size = os.fstat(file.fileno()).st_size
        tar.addfile(about, _Hashing(file, digest))
    return {"sha256": digest.hexdigest(), "size": about.size}


class _Hashing:
    """Reads through and hashes what passed."""

    def __init__(self, source: BinaryIO, digest: Any) -> None:
        self.source = source
        self.digest = digest

    def read(self, size: int = -1) -> bytes:
        data = self.source.read(size)
        self.digest.update(data)
        return data


def is_encrypted(path: Path) -> bool:
    """Whether the file is a copy that only the holder of an identity reads."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


@contextmanager
def _readable(
    settings: SettingsLike, path: Path, identity: Path | None
) -> Iterator[tuple[Path, Path]]:
    """The copy in plain text, and a folder to work in; both are gone afterwards."""
    with tempfile.TemporaryDirectory(dir=settings.instance_dir, prefix=".caseflow-") as scratch:
        plain = path
        if is_encrypted(path):
            if identity is None:
                raise Refused(
                    "La copia {name} está cifrada: indique con --identity el archivo de la clave.",
                    name=path.name,
                )
            plain = Path(scratch) / "plain.tar"
            with path.open("rb") as file:
                decrypt(_Until(file, _length(path)), plain, identity)
            _authenticate(settings, plain)
        yield plain, Path(scratch)


class _Until(io.BufferedIOBase):
    """Reads a file up to where its HMAC begins."""

    def __init__(self, source: BinaryIO, left: int) -> None:
        self.source = source
        self.left = left

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        wanted = self.left if size is None or size < 0 else min(size, self.left)
        data = self.source.read(wanted)
        self.left -= len(data)
        return data


def _length(path: Path) -> int:
    """How much of the file is copy; not above zero where it is none."""
    return path.stat().st_size - _FOOTER_LENGTH


def _authenticate(settings: SettingsLike, path: Path) -> None:
    """Refuse a file that is not whole or was not made under our audit key."""
    broken = Refused(
        "{name} no es una copia íntegra de esta instalación: está cortada, dañada, alterada o se "
        "hizo con otra CASEFLOW_AUDIT_KEY.",
        name=path.name,
    )
    mac = _mac(key_of(settings))
    try:
        left = _length(path)
        if left <= 0:
            raise broken
        with path.open("rb") as file:
            while left:
                block = file.read(min(_BLOCK, left))
                mac.update(block)
                left -= len(block)
            footer = file.read()
    except OSError as error:
        raise Refused("No se puede leer {path}.", path=path) from error
    if not hmac.compare_digest(footer, _FOOTER + mac.hexdigest().encode()):
        raise broken


def _manifest(path: Path) -> Manifest:
    """What a copy in plain text says about itself, once it is known to be ours."""
    with tarfile.open(path, "r:") as tar:
        file_of = tar.extractfile(MANIFEST)
        values = json.load(file_of) if file_of is not None else {}
    if values.get("format") != FORMAT:
        raise Refused("{name} es de otra versión del programa.", name=path.name)
    return Manifest(**values)


def _extract(path: Path, manifest: Manifest, dump: Path, storage: Path | None) -> None:
    """Take the members out and compare each with the manifest; without ``storage`` only that."""
    found = set()
    with tarfile.open(path, "r:") as tar:
        for member in tar:
            if member.name == MANIFEST:
                continue
            stated = manifest.members.get(member.name)
            source = tar.extractfile(member)
            if stated is None or source is None:
                raise Refused("La copia trae {name}, que no declara.", name=member.name)
            place = dump if member.name == DATABASE else _place(storage, member.name)
            if _take(source, place) != stated["sha256"]:
                raise Refused("{name} no es lo que la copia declara.", name=member.name)
            found.add(member.name)
    missing = manifest.members.keys() - found
    if missing:
        raise Refused("A la copia le falta {name}.", name=min(missing))


def _place(storage: Path | None, name: str) -> Path | None:
    """Where a stored file goes; names are our own hashes, never paths."""
    if not _FILE.fullmatch(name):
        raise Refused("La copia trae {name}, que no es un archivo del almacén.", name=name)
    return storage / name.removeprefix(STORAGE) if storage is not None else None


def _take(source: Any, place: Path | None) -> str:
    """Read a member to its end, into its place where it has one; its SHA-256."""
    digest = hashlib.sha256()
    if place is None or place.exists():
        while block := source.read(_BLOCK):
            digest.update(block)
        return digest.hexdigest()
    place.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    draft = place.with_name(place.name + ".restoring")
    with draft.open("wb") as target:
        while block := source.read(_BLOCK):
            digest.update(block)
            target.write(block)
        target.flush()
        os.fsync(target.fileno())
    draft.replace(place)
    return digest.hexdigest()
