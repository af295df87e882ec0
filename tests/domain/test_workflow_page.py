"""The page of the workflows is made from the tables, and is the one that is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import workflows


def test_the_page_is_current() -> None:
    assert workflows.main(["--check"]) == 0


def test_an_old_page_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(workflows, "PAGE", tmp_path / "workflows.md")
    assert workflows.main(["--check"]) == 1
    assert "python -m tools.workflows" in capsys.readouterr().err
    assert workflows.main([]) == 0
    assert workflows.main(["--check"]) == 0
