"""``flask import`` and ``flask imports``: figures as JSON, and exit codes that scripts rely on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from caseflow.extensions import db
from caseflow.models import Batch, BatchRow, Case
from tests.builders import Office
from tests.commands.listings import suac

#: The command line knows today's date only: these rows are in the past wherever it runs.
PAST = {"fecha_solicitud": "2024-02-02", "fecha_concluido": "NA"}


def listing(folder: Path, *changes: dict[str, str], name: str = "listado.csv") -> Path:
    path = folder / name
    path.write_bytes(suac(*({**PAST, **one} for one in (changes or ({},)))))
    return path


def run(app: Flask, path: Path, *more: str, profile: str = "suac-0311") -> Result:
    return app.test_cli_runner().invoke(args=["import", str(path), "--profile", profile, *more])


def figures(done: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def count(model: Any) -> int:
    n = db.session.scalar(select(func.count()).select_from(model))
    db.session.remove()
    return n or 0


def test_the_figures_of_an_import_carry_the_promised_names(app: Flask, tmp_path: Path) -> None:
    done = run(app, listing(tmp_path), "--json")
    told = figures(done)
    assert done.exit_code == 0
    assert {
        "batch", "profile", "sha256", "rows", "created", "updated", "unchanged", "quarantined",
        "out_of_scope", "discrepancies", "seconds", "problems",
    } <= told.keys()  # fmt: skip
    assert (told["rows"], told["created"], told["problems"]) == (1, 1, [])


def test_a_repeated_import_says_which_batch_it_repeats(app: Flask, tmp_path: Path) -> None:
    path = listing(tmp_path)
    first = figures(run(app, path, "--json"))
    again = run(app, path)
    assert again.exit_code == 0
    assert f"ya se importaron en el lote {first['batch']}" in again.stdout


def test_rows_in_quarantine_end_with_three_and_name_row_column_and_reason(
    app: Flask, tmp_path: Path
) -> None:
    done = run(app, listing(tmp_path, {}, {"estatus": "PERDIDO", "id_folio": "3000002"}), "--json")
    told = figures(done)
    assert done.exit_code == 3
    assert (told["created"], told["quarantined"]) == (1, 1)
    assert told["problems"][0]["row"] == 3
    assert told["problems"][0]["column"] == "estatus"
    assert "AUTORIDAD RESPONSABLE" in told["problems"][0]["reason"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "vacío"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 64, "imagen"),
        (b"id_folio,estatus\n1,CERRADO\n", "fecha_solicitud"),
        (suac().splitlines()[0] + b"\n", "ninguna fila"),
    ],
)
def test_a_file_that_cannot_be_read_ends_with_two_and_stores_only_the_refusal(
    app: Flask, tmp_path: Path, data: bytes, words: str
) -> None:
    path = tmp_path / "malo.csv"
    path.write_bytes(data)
    done = run(app, path, "--json")
    assert done.exit_code == 2
    assert words in done.stderr
    batch = db.session.scalars(select(Batch)).one()
    assert (batch.state, batch.refusal is not None) == ("refused", True)
    db.session.remove()
    assert (count(BatchRow), count(Case)) == (0, 0)
    assert not list((tmp_path / "storage").glob("??/*"))


def test_an_unknown_profile_and_an_unknown_person_are_refused(app: Flask, tmp_path: Path) -> None:
    path = listing(tmp_path)
    assert run(app, path, profile="suac").exit_code == 2
    assert run(app, path, "--as", "nadie@demo.local").exit_code == 2
    assert count(Batch) == 0


def test_a_person_imports_in_their_own_name_and_only_their_sources(
    office: Office, tmp_path: Path
) -> None:
    path = listing(tmp_path)
    assert run(office.app, path, "--as", "transparencia@demo.local").exit_code == 2
    assert run(office.app, path, "--as", "ventanilla@demo.local").exit_code == 0
    assert db.session.scalars(select(Batch.by_id)).all() == [office.user_id("ventanilla")]


def test_a_preview_stores_no_case_and_the_same_command_without_it_applies(
    app: Flask, tmp_path: Path
) -> None:
    path = listing(tmp_path, {}, {"id_folio": "3000002", "alcaldia_catalogo": "Iztapalapa"})
    seen = figures(run(app, path, "--preview", "--json"))
    assert (seen["state"], seen["created"], seen["out_of_scope"]) == ("preview", 1, 1)
    assert count(Case) == 0
    done = figures(run(app, path, "--json"))
    assert (done["batch"], done["state"], done["created"]) == (seen["batch"], "done", 1)


def test_all_takes_the_rows_of_other_boroughs(app: Flask, tmp_path: Path) -> None:
    path = listing(tmp_path, {"alcaldia_catalogo": "Iztapalapa"})
    assert figures(run(app, path, "--json"))["out_of_scope"] == 1
    assert figures(run(app, path, "--all", "--json"))["created"] == 1


def test_batches_are_listed_shown_and_done_ones_resumed_without_effect(
    app: Flask, tmp_path: Path
) -> None:
    batch = figures(run(app, listing(tmp_path), "--json"))["batch"]
    runner = app.test_cli_runner()
    listed = json.loads(runner.invoke(args=["imports", "list", "--json"]).stdout)
    assert [one["batch"] for one in listed] == [batch]
    shown = runner.invoke(args=["imports", "show", str(batch)])
    assert "1 nuevos" in shown.stdout
    resumed = runner.invoke(args=["imports", "resume", str(batch), "--json"])
    assert json.loads(resumed.stdout)["created"] == 1
    assert runner.invoke(args=["imports", "show", "999"]).exit_code == 2


def test_a_preview_is_not_resumed_behind_the_persons_back(app: Flask, tmp_path: Path) -> None:
    batch = figures(run(app, listing(tmp_path), "--preview", "--json"))["batch"]
    done = app.test_cli_runner().invoke(args=["imports", "resume", str(batch)])
    assert (done.exit_code, "vista previa" in done.stderr) == (2, True)
