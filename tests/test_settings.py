"""The settings of an installation: what is filled in, what is refused, what is documented."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from caseflow.settings import SettingsLike, UnsafeSettings
from config import ROOT, Settings, load_settings

GOOD_SECRET = "4f1c0a9be27d5836f0e9d8c7b6a5943210fedcba98765432"
OTHER_SECRET = "9a8b7c6d5e4f30211203f4e5d6c7b8a90f1e2d3c4b5a6978"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """An environment without any setting but the folder; sets further ones by name."""
    for name in list(os.environ):
        if name.startswith("CASEFLOW_") or name == "FLASK_DEBUG":
            monkeypatch.delenv(name)
    monkeypatch.setenv("CASEFLOW_INSTANCE_DIR", str(tmp_path / "instance"))
    monkeypatch.setitem(Settings.model_config, "env_file", None)

    def set_(**values: object) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, str(value))

    return set_


@pytest.fixture
def production(environment):
    """The least that a production start needs; further settings may spoil it."""

    def set_(**values: object) -> None:
        environment(**{"CASEFLOW_ENV": "production", "CASEFLOW_SECRET_KEY": GOOD_SECRET, **values})

    set_()
    return set_


def problems() -> tuple[str, ...]:
    with pytest.raises(UnsafeSettings) as caught:
        load_settings()
    return caught.value.problems


def test_development_needs_no_setting_at_all(environment, tmp_path):
    settings = load_settings()
    assert not settings.production
    assert settings.pack == "iztacalco"
    assert settings.cutoff_hour == 15
    assert settings.lease_seconds == 60
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/caseflow.sqlite3"
    assert settings.storage_dir == tmp_path / "instance" / "storage"


def test_the_settings_are_what_the_program_takes(environment):
    taken: SettingsLike = load_settings()
    described = [name for name in vars(SettingsLike) if not name.startswith("_")]
    assert described
    for name in described:
        assert hasattr(taken, name), name


def test_keys_are_made_once_and_only_their_owner_may_read_them(environment, tmp_path):
    first, second = load_settings(), load_settings()
    assert len(first.secret_key) == len(first.audit_key) == 64
    assert first.secret_key != first.audit_key
    assert (first.secret_key, first.audit_key) == (second.secret_key, second.audit_key)
    for name in ("secret.key", "audit.key"):
        assert stat.S_IMODE((tmp_path / "instance" / name).stat().st_mode) == 0o600
    assert sorted(path.name for path in (tmp_path / "instance").glob("*.key*")) == [
        "audit.key",
        "secret.key",
    ]


def test_two_processes_that_start_together_agree_on_the_keys(environment):
    script = "from config import load_settings; print(load_settings().secret_key)"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    assert len({process.communicate()[0] for process in running}) == 1


def test_production_with_a_good_secret_starts(production):
    settings = load_settings()
    assert settings.production
    assert settings.secret_key == GOOD_SECRET
    assert settings.audit_key != settings.secret_key


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("FLASK_DEBUG", "1", "depuración"),
        ("CASEFLOW_DEBUG", "1", "depuración"),
        ("CASEFLOW_SECRET_KEY", "", "falta"),
        ("CASEFLOW_SECRET_KEY", GOOD_SECRET[:31], "corta"),
        ("CASEFLOW_SECRET_KEY", "cambie-esta-clave-antes-de-arrancar-1234", "ejemplo"),
        ("CASEFLOW_SECRET_KEY", "abab" * 16, "repite"),
        ("CASEFLOW_AUDIT_KEY", OTHER_SECRET[:31], "corta"),
        ("CASEFLOW_AUDIT_KEY", GOOD_SECRET, "distinta"),
        ("CASEFLOW_DATABASE_URL", "sqlite:///:memory:", "memoria"),
    ],
)
def test_production_refuses_what_is_unsafe_and_names_it(production, name, value, word):
    production(**{name: value})
    [problem] = problems()
    assert name in problem
    assert word in problem


def test_every_unsafe_value_is_named_at_once(production):
    production(CASEFLOW_SECRET_KEY="dev", CASEFLOW_DEBUG=1, CASEFLOW_AUDIT_KEY="dev")
    assert len(problems()) == 4


def test_what_production_refuses_development_takes(production):
    production(CASEFLOW_ENV="development", CASEFLOW_SECRET_KEY="dev", CASEFLOW_DEBUG=1)
    assert load_settings().debug


@pytest.mark.parametrize("env", ["development", "production"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CASEFLOW_INSTANCE_DIR", "{file}/instance"),
        ("CASEFLOW_STORAGE_DIR", "{file}"),
        ("CASEFLOW_DATABASE_URL", "sqlite:///{file}/caseflow.sqlite3"),
    ],
)
def test_a_folder_that_cannot_be_written_is_refused(production, tmp_path, env, name, value):
    file = tmp_path / "file"
    file.touch()
    production(**{"CASEFLOW_ENV": env, name: value.format(file=file)})
    assert any(problem.startswith(f"{name}: no se puede escribir") for problem in problems())


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("CASEFLOW_ENV", "staging", "se admite 'development' o 'production'"),
        ("CASEFLOW_CUTOFF_HOUR", "25", "debe ser 24 o menos"),
        ("CASEFLOW_LEASE_SECONDS", "0", "debe ser 1 o más"),
        ("CASEFLOW_TRUSTED_PROXIES", "uno", "debe ser un número entero"),
        ("CASEFLOW_DEBUG", "quizá", "debe ser 0 o 1"),
        ("CASEFLOW_PACK", "../otra", "no tiene la forma esperada"),
        ("CASEFLOW_BASE_URL", "127.0.0.1:8000", "no tiene la forma esperada"),
        ("CASEFLOW_SMTP_URL", "http://correo", "no tiene la forma esperada"),
        ("CASEFLOW_DATABASE_URL", "mysql://caseflow:palabra@host/caseflow", "no tiene la forma"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_and_not_repeated(
    environment, name, value, sentence
):
    environment(**{name: value})
    [problem] = problems()
    assert problem.startswith(f"{name}: ")
    assert sentence in problem
    assert value not in problem


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_usual_form_of_a_postgresql_address_is_taken(environment, scheme):
    environment(CASEFLOW_DATABASE_URL=f"{scheme}://caseflow:word@127.0.0.1/caseflow")
    expected = "postgresql+psycopg://caseflow:word@127.0.0.1/caseflow"
    assert load_settings().database_url == expected


def test_secrets_do_not_show_when_the_settings_are_printed(environment):
    environment(
        CASEFLOW_SECRET_KEY=GOOD_SECRET,
        CASEFLOW_AUDIT_KEY=OTHER_SECRET,
        CASEFLOW_DATABASE_URL="postgresql://caseflow:palabra@127.0.0.1/caseflow",
        CASEFLOW_SMTP_URL="smtp://caseflow:palabra@127.0.0.1:587",
    )
    shown = repr(load_settings())
    assert GOOD_SECRET not in shown
    assert OTHER_SECRET not in shown
    assert "palabra" not in shown


def test_only_variables_with_our_name_are_read(environment):
    environment(DEBUG=1, PACK="otra", ENV="production")
    settings = load_settings()
    assert not settings.debug
    assert settings.pack == "iztacalco"


def test_the_example_lists_every_setting_with_its_default(environment):
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    listed = dict(re.findall(r"(?m)^CASEFLOW_([A-Z_]+)=(.*)$", example))
    assert {name.lower() for name in listed} == set(Settings.model_fields)
    environment(**{f"CASEFLOW_{name}": value for name, value in listed.items()})
    assert Settings().settled() == Settings(instance_dir=ROOT / "instance").settled()
