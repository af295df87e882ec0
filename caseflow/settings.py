"""What the program must be told, as a protocol: ``config.py`` reads it, ``caseflow`` receives it.

``create_app`` takes any object with these attributes, so that a test or another deployment can
build one without an environment.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol


class SettingsLike(Protocol):
    """The settings of one installation. Read only."""

    @property
    def production(self) -> bool:
        """Whether citizens' real data is worked with: no debugger, no demonstration people."""

    @property
    def debug(self) -> bool:
        """Whether an error shows its source; never in production."""

    @property
    def instance_dir(self) -> Path:
        """The folder for what the installation keeps: database file, keys, stored files."""

    @property
    def secret_key(self) -> str:
        """Signs cookies and forms, and keys the digests of public keys; at least 32 characters."""

    @property
    def audit_key(self) -> str:
        """Keys the chain of the event log; kept outside the database, at least 32 characters."""

    @property
    def database_url(self) -> str:
        """SQLAlchemy's address: ``sqlite:////absolute/path`` or ``postgresql+psycopg://…``."""

    @property
    def storage_dir(self) -> Path:
        """Where files are stored by their hash; outside the web root."""

    @property
    def pack(self) -> str:
        """The organisation pack, by the name of its folder."""

    @property
    def base_url(self) -> str:
        """How people at the desks reach the program; no slash at the end."""

    @property
    def public_url(self) -> str:
        """How citizens reach the public check; empty where they cannot, no slash at the end."""

    @property
    def smtp_url(self) -> str:
        """``smtp[s]://user:word@host:port``, or empty: mail then waits in the outbox."""

    @property
    def mail_from(self) -> str:
        """The sender of all mail."""

    @property
    def trusted_proxies(self) -> int:
        """How many proxies in front may tell the client's address; 0 trusts none."""

    @property
    def cutoff_hour(self) -> int:
        """From this local hour on, what is filed counts as received on the next business day."""

    @property
    def lease_seconds(self) -> int:
        """How long a scheduler that died keeps the others waiting."""

    @property
    def backup_recipients(self) -> str:
        """Public keys (``age1…``) of those who may read copies; empty: copies are not encrypted."""

    @property
    def max_upload_mb(self) -> int:
        """The largest file that a form takes, in MiB."""


class UnsafeSettings(ValueError):
    """Settings with which the program must not start: ``problems`` holds one sentence for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)
