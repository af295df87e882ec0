"""The settings of an installation, from the environment and ``.env``; ``.env.example`` lists them.

Production refuses to start with unsafe values and names every one of them. Development needs no
setting at all: its secrets are made once and kept in ``instance/``.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AliasChoices, Field, StringConstraints, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from caseflow.settings import UnsafeSettings

ROOT = Path(__file__).resolve().parent

SHORTEST_SECRET = 32  # characters
FEWEST_DIFFERENT = 10  # of them; "aaaa…" is long and no secret
SAMPLE_WORDS = ("cambie", "cambiar", "change", "ejemplo", "example", "muestra", "sample", "secret")

Text = Annotated[str, StringConstraints(strip_whitespace=True)]
WebAddress = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^(https?://[^\s/]+.*)?$")
]


class Settings(BaseSettings):
    """What ``caseflow.settings.SettingsLike`` describes, read from ``CASEFLOW_*``."""

    model_config = SettingsConfigDict(
        env_prefix="CASEFLOW_", env_file=ROOT / ".env", env_file_encoding="utf-8",
        env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True,
    )  # fmt: skip

    env: Literal["development", "production"] = "development"
    debug: bool = Field(
        default=False, validation_alias=AliasChoices("CASEFLOW_DEBUG", "FLASK_DEBUG")
    )
    instance_dir: Path = ROOT / "instance"
    secret_key: Text = Field(default="", repr=False)
    audit_key: Text = Field(default="", repr=False)
    database_url: Text = Field(default="", repr=False)
    storage_dir: Path = Path("storage")
    pack: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")] = "iztacalco"
    base_url: WebAddress = "http://127.0.0.1:8000"
    public_url: WebAddress = ""
    smtp_url: Annotated[str, StringConstraints(pattern=r"^(smtps?://\S+)?$")] = Field(
        default="", repr=False
    )
    mail_from: Text = "caseflow@localhost"
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    cutoff_hour: int = Field(default=15, ge=0, le=24)
    lease_seconds: int = Field(default=60, ge=1, le=3600)
    backup_recipients: Annotated[
        str, StringConstraints(strip_whitespace=True, pattern=r"^(age1[0-9a-z]{58}[ ,]*)*$")
    ] = ""
    max_upload_mb: int = Field(default=64, ge=1, le=2048)

    @property
    def production(self) -> bool:
        """Whether citizens' real data is worked with."""
        return self.env == "production"

    @field_validator("base_url", "public_url")
    @classmethod
    def _no_slash_at_the_end(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _with_the_driver_named(cls, value: str) -> str:
        for prefix in ("postgres://", "postgresql://"):
            if value.startswith(prefix):
                return "postgresql+psycopg://" + value.removeprefix(prefix)
        if value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("neither SQLite nor PostgreSQL")
        return value

    def settled(self) -> Self:
        """The same, with every path absolute and the address of the database filled in."""
        home = ROOT / self.instance_dir
        database = self.database_url or "sqlite:///caseflow.sqlite3"
        name = database.removeprefix("sqlite:///")
        if database.startswith("sqlite:///") and name != ":memory:":
            database = f"sqlite:///{home / name}"
        return self.model_copy(
            update={
                "instance_dir": home,
                "storage_dir": home / self.storage_dir,
                "database_url": database,
            }
        )


def load_settings(**values: Any) -> Settings:
    """The settings of the environment; ``values`` go before it, by the names of the fields.

    Raises ``UnsafeSettings`` with one Spanish sentence for each value that is wrong or unsafe.
    """
    try:
        settings = Settings(**values).settled()
    except ValidationError as error:
        raise UnsafeSettings([_sentence(problem) for problem in error.errors()]) from None
    problems = _unwritable(settings)
    if settings.production:
        problems += _unsafe(settings)
    if problems:
        raise UnsafeSettings(problems)
    keys = {
        name: _kept_key(settings.instance_dir / f"{name.removesuffix('_key')}.key")
        for name in ("secret_key", "audit_key")
        if not getattr(settings, name)
    }
    return settings.model_copy(update=keys)


def _sentence(problem: Any) -> str:
    """One wrong value in words; the value itself is not repeated, since it may be a secret."""
    name = str(problem["loc"][0]) if problem["loc"] else ""
    name = name if name.isupper() else f"CASEFLOW_{name.upper()}"
    limits = problem.get("ctx", {})
    if problem["type"] == "literal_error":
        return f"{name}: se admite {limits['expected'].replace(' or ', ' o ')}."
    if problem["type"] == "greater_than_equal":
        return f"{name}: debe ser {limits['ge']} o más."
    if problem["type"] == "less_than_equal":
        return f"{name}: debe ser {limits['le']} o menos."
    if problem["type"].startswith("int_"):
        return f"{name}: debe ser un número entero."
    if problem["type"].startswith("bool_"):
        return f"{name}: debe ser 0 o 1."
    return f"{name}: el valor no tiene la forma esperada; vea .env.example."


def _unsafe(settings: Settings) -> list[str]:
    """What is tolerable at a developer's desk and not where citizens' data is."""
    problems = []
    if settings.debug:
        problems.append("CASEFLOW_DEBUG o FLASK_DEBUG: apague la depuración en producción.")
    if weakness := _weakness(settings.secret_key):
        problems.append(f"CASEFLOW_SECRET_KEY: {weakness}")
    if settings.audit_key and (weakness := _weakness(settings.audit_key)):
        problems.append(f"CASEFLOW_AUDIT_KEY: {weakness}")
    if settings.audit_key and settings.audit_key == settings.secret_key:
        problems.append("CASEFLOW_AUDIT_KEY: debe ser distinta de CASEFLOW_SECRET_KEY.")
    if settings.database_url == "sqlite:///:memory:":
        problems.append("CASEFLOW_DATABASE_URL: una base en memoria se pierde al detenerse.")
    return problems


def _weakness(secret: str) -> str:
    """Why a secret is none, or nothing."""
    advice = 'Genere otra con: python3 -c "import secrets; print(secrets.token_hex(32))"'
    if not secret:
        return f"falta. {advice}"
    if any(word in secret.lower() for word in SAMPLE_WORDS):
        return f"es una clave de ejemplo. {advice}"
    if len(secret) < SHORTEST_SECRET:
        return f"es corta; se piden {SHORTEST_SECRET} caracteres. {advice}"
    if len(set(secret)) < FEWEST_DIFFERENT:
        return f"repite demasiado los mismos caracteres. {advice}"
    return ""


def _unwritable(settings: Settings) -> list[str]:
    """The folders in which nothing can be written. Asked by writing: root may look able to."""
    folders = {
        "CASEFLOW_INSTANCE_DIR": settings.instance_dir,
        "CASEFLOW_STORAGE_DIR": settings.storage_dir,
    }
    if settings.database_url.startswith("sqlite:////"):
        folders["CASEFLOW_DATABASE_URL"] = Path(settings.database_url[len("sqlite:///") :]).parent
    problems = []
    for name, folder in folders.items():
        try:
            folder.mkdir(mode=0o750, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            problems.append(f"{name}: no se puede escribir en {folder} ({error.strerror}).")
    return problems


def _kept_key(path: Path) -> str:
    """A key that this installation made once; only its own account may read it.

    Two processes that start together agree, since the finished file is put in place by a link,
    which fails where there is one already.
    """
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # mode 0600
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
    return path.read_text(encoding="ascii").strip()
