"""``flask audit`` and ``flask backup`` as scripts use them: JSON and exit codes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import text

from caseflow.commands.sealing import head_path
from caseflow.extensions import db
from tests.builders import Office


def run(office: Office, *arguments: str) -> Result:
    return office.app.test_cli_runner().invoke(args=list(arguments))


def meddle(statement: str) -> None:
    with db.engine.execution_options(caseflow_writes=True).begin() as connection:
        connection.execute(text(statement))


def test_a_whole_log_passes_after_sealing_what_waits(office: Office) -> None:
    office.capture()
    result = run(office, "audit", "verify", "--rebuild", "--json")
    assert result.exit_code == 0
    told = json.loads(result.output)
    assert told["holds"] is True
    assert told["sealed_now"] == told["events"] == told["head"]["seq"] > 0
    assert (told["problems"], told["differences"]) == ([], [])


def test_a_broken_chain_fails_and_says_where(office: Office) -> None:
    office.capture()
    run(office, "audit", "verify")
    meddle("UPDATE event_seal SET chain = 'x' WHERE seq = 2")
    result = run(office, "audit", "verify", "--json")
    assert result.exit_code == 1
    told = json.loads(result.output)
    assert told["holds"] is False
    assert told["problems"][0]["seq"] == 2
    assert "NO ESTÁ ÍNTEGRO" in run(office, "audit", "verify").output


def test_tables_that_the_events_did_not_make_fail_the_rebuild(office: Office) -> None:
    office.capture()
    meddle("UPDATE \"case\" SET subject = 'otro'")
    result = run(office, "audit", "verify", "--rebuild")
    assert result.exit_code == 1
    assert "case 0 subject no es lo que dicen sus eventos" in result.output
    assert run(office, "audit", "verify").exit_code == 0


def test_a_lost_end_is_accepted_only_by_name_and_only_if_the_rest_holds(office: Office) -> None:
    office.capture()
    run(office, "audit", "verify")
    head_path(office.app.config["CASEFLOW"]).unlink()
    assert run(office, "audit", "verify").exit_code == 1
    assert run(office, "audit", "verify", "--new-head").exit_code == 0
    assert run(office, "audit", "verify").exit_code == 0
    head_path(office.app.config["CASEFLOW"]).unlink()
    meddle("UPDATE event_seal SET chain = 'x' WHERE seq = 2")
    result = run(office, "audit", "verify", "--new-head")
    assert result.exit_code == 2
    assert "otros problemas" in result.output


def test_a_copy_is_made_verified_and_refused_over_cases(office: Office, tmp_path: Path) -> None:
    office.capture()
    made = run(office, "backup", "create", str(tmp_path / "copias"), "--json")
    assert made.exit_code == 0
    told = json.loads(made.stdout)
    assert told["counts"]["case"] == 1
    assert "LA COPIA NO ESTÁ CIFRADA" in made.stderr
    assert told["encrypted"] is False
    assert run(office, "backup", "verify", told["copy"]).exit_code == 0
    refused = run(office, "backup", "restore", told["copy"])
    assert refused.exit_code == 2
    assert "1 asuntos" in refused.output


def test_by_default_copies_go_into_the_instance_folder(sqlite_office: Office) -> None:
    made = run(sqlite_office, "backup", "create", "--json")
    folder = sqlite_office.app.config["CASEFLOW"].instance_dir / "backups"
    assert Path(json.loads(made.stdout)["copy"]).parent == folder


@pytest.mark.parametrize("command", ["verify", "restore"])
def test_what_is_no_copy_is_refused(sqlite_office: Office, tmp_path: Path, command: str) -> None:
    path = tmp_path / "foto.jpg"
    path.write_bytes(b"x" * 5_000)
    result = run(sqlite_office, "backup", command, str(path))
    assert result.exit_code == 2
    assert "no es una copia íntegra" in result.output


def test_held_mail_is_let_go_by_a_command(sqlite_office: Office) -> None:
    meddle(
        "INSERT INTO mail (message_id, recipient, subject, body, state, attempts, next_try_at) "
        "VALUES ('<1@x>', 'a@b.mx', 's', 'b', 'held', 0, '2026-11-24 00:00:00')"
    )
    assert "1 correos por enviar" in run(sqlite_office, "backup", "release-mail").output


def test_with_a_recipient_the_copy_is_encrypted_and_opens_with_the_key(
    sqlite_office: Office, tmp_path: Path
) -> None:
    made = run(sqlite_office, "backup", "keygen", str(tmp_path / "copias.key"))
    name, recipient = made.stdout.strip().split("=")
    assert name == "CASEFLOW_BACKUP_RECIPIENTS"
    assert "bórrelo de éste" in made.stderr
    app = sqlite_office.app
    app.config["CASEFLOW"] = replace(app.config["CASEFLOW"], backup_recipients=recipient)
    made = run(sqlite_office, "backup", "create", str(tmp_path / "copias"), "--json")
    told = json.loads(made.stdout)
    assert (told["encrypted"], made.stderr) == (True, "")

    whole = run(sqlite_office, "backup", "verify", told["copy"])
    assert (whole.exit_code, "Está cifrada" in whole.output) == (0, True)
    assert json.loads(run(sqlite_office, "backup", "verify", told["copy"], "--json").output) == {
        "copy": told["copy"], "size": told["size"], "encrypted": True,
    }  # fmt: skip
    opened = run(
        sqlite_office, "backup", "verify", told["copy"],
        "--identity", str(tmp_path / "copias.key"), "--json",
    )  # fmt: skip
    assert json.loads(opened.output)["counts"] == told["counts"]
