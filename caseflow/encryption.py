"""Copies that only the holder of a key can read, in the age format (age-encryption.org/v1).

The installation knows the public half, the *recipient* (``age1…``); the secret half, the *identity*
(``AGE-SECRET-KEY-1…``), lies in a file elsewhere. So whoever takes this machine, or a copy, reads
no earlier copy; and any program that knows the format opens one, should ours be gone.
"""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path

import pyrage

from caseflow.domain.errors import Refused

#: What every file in the format begins with.
MAGIC = b"age-encryption.org/v1\n"


def read_recipients(text: str) -> list[pyrage.x25519.Recipient]:
    """The recipients of a setting, apart by blanks or commas. Raises ``Refused`` for a bad one."""
    try:
        return [pyrage.x25519.Recipient.from_str(word) for word in text.replace(",", " ").split()]
    except pyrage.RecipientError as error:
        raise Refused(
            "CASEFLOW_BACKUP_RECIPIENTS no es una clave pública de age: se espera age1…, como la "
            "que da flask backup keygen."
        ) from error


def write_identity(path: Path) -> str:
    """Make a pair of keys: the identity goes into a new file of its own, the recipient is returned.

    Raises ``Refused`` where the file is there already or cannot be written.
    """
    identity = pyrage.x25519.Identity.generate()
    recipient = str(identity.to_public())
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"# public key: {recipient}\n{identity}\n")
    except OSError as error:
        raise Refused(
            "No se pudo escribir {path}: {reason}.",
            path=path,
            reason=error.strerror or type(error).__name__,
        ) from error
    return recipient


def encrypt(
    source: Path, target: io.BufferedIOBase, recipients: Sequence[pyrage.x25519.Recipient]
) -> None:
    """Write the file so that only the recipients read it. Raises ``OSError`` as writing does."""
    with source.open("rb") as plain:
        try:
            pyrage.encrypt_io(plain, target, recipients)
        except pyrage.EncryptError as error:
            raise OSError(None, str(error)) from error


def decrypt(source: io.BufferedIOBase, target: Path, identity_file: Path) -> None:
    """Write what the file holds. Raises ``Refused`` where the identity does not open it."""
    identities = _read_identities(identity_file)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as plain:
        try:
            pyrage.decrypt_io(source, plain, identities)
        except (pyrage.DecryptError, OSError) as error:
            raise Refused(
                "La clave de {path} no abre esta copia, o la copia está dañada.",
                path=identity_file,
            ) from error


def _read_identities(path: Path) -> list[pyrage.x25519.Identity]:
    try:
        lines = [line.strip() for line in path.read_text(encoding="ascii").splitlines()]
        found = [
            pyrage.x25519.Identity.from_str(line)
            for line in lines
            if line and not line.startswith("#")
        ]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as error:
        raise Refused("{path} no es un archivo de claves de age.", path=path) from error
    if not found:
        raise Refused("{path} no trae ninguna clave.", path=path)
    return found
