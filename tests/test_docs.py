"""What the documents promise exists: addresses, commands, settings, files, words."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

import pytest

from caseflow.domain import vocabulary
from tests.builders import ROOT

PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    broken = [link for link in _LINK.findall(page.read_text("utf-8"))
              if not (page.parent / link).exists()]  # fmt: skip
    assert broken == []


def test_every_setting_is_in_the_example_file() -> None:
    known = set(re.findall(r"CASEFLOW_[A-Z_]+", (ROOT / ".env.example").read_text("utf-8")))
    fields = re.findall(r"^    ([a-z_]+): ", (ROOT / "config.py").read_text("utf-8"), re.MULTILINE)
    asked = {f"CASEFLOW_{name.upper()}" for name in fields if name != "model_config"}
    assert asked <= known | {"CASEFLOW_DEBUG"}


def test_every_word_of_the_vocabulary_has_its_screen_word() -> None:
    words = [
        member
        for kind in vars(vocabulary).values()
        if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum
        for member in kind
    ]
    assert [word for word in words if word not in vocabulary.SPANISH] == []


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "adr").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
