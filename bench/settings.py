"""How the measured program is set up: as in production, with keys of its own for each run."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

from flask import Flask

from caseflow import create_app
from config import load_settings


class Installation:
    """One database with the folder and the keys of an installation."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._secret, self._audit = secrets.token_hex(32), secrets.token_hex(32)

    def app(self) -> Flask:
        """The program in this process, set up as ``environment`` sets up another one."""
        return create_app(
            load_settings(
                env="production",
                secret_key=self._secret,
                audit_key=self._audit,
                database_url=self.url,
                instance_dir=self.folder,
            )
        )

    def environment(self) -> Mapping[str, str]:
        return {
            "CASEFLOW_ENV": "production",
            "CASEFLOW_SECRET_KEY": self._secret,
            "CASEFLOW_AUDIT_KEY": self._audit,
            "CASEFLOW_DATABASE_URL": self.url,
            "CASEFLOW_INSTANCE_DIR": str(self.folder),
            "FLASK_APP": "wsgi",
        }
