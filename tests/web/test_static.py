"""Templates and static files as a whole: what the security policy forbids, what must agree."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from caseflow.domain.workflow import CASE, TURN
from caseflow.web.shell import _MENU

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "caseflow" / "static"
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
MACRO = re.compile(r"{%-? macro (?P<name>[a-z]\w*)\((?P<arguments>.*)\) -?%}")


def vendor_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("vendor", ROOT / "tools" / "vendor.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["vendor"] = module
    spec.loader.exec_module(module)
    return module


def test_every_macro_stands_in_the_readme_with_its_signature() -> None:
    readme = (TEMPLATES / "components" / "README.md").read_text(encoding="utf-8")
    missing = [
        f"{path.name}: {found['name']}({found['arguments']})"
        for path in COMPONENTS
        if path.name != "shell.html"
        for found in MACRO.finditer(path.read_text(encoding="utf-8"))
        if f"`{found['name']}({found['arguments']})`" not in readme
    ]
    assert missing == []


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_template_carries_inline_style_or_script_or_unescaped_text(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|hx-on|\|\s*safe\b|data:image", source)
    assert not re.search(r"<style|<script(?![^>]*\ssrc=)", source)


def test_every_icon_named_in_a_template_is_in_the_sprite() -> None:
    sprite = (STATIC / "img" / "icons.svg").read_text(encoding="utf-8")
    drawn = set(re.findall(r'<symbol id="i-([a-z0-9-]+)"', sprite))
    named = set()
    for path in TEMPLATES.rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        named |= set(re.findall(r"icon\('([a-z0-9-]+)'", source))
        named |= set(re.findall(r"icon_name='([a-z0-9-]+)'", source))
        named |= set(re.findall(r"{% block symbol %}([a-z0-9-]+)", source))
        named |= set(re.findall(r"\('[a-z0-9]{1,2}', '([a-z0-9-]+)'\)", source))
    assert named - drawn == set()
    assert len(named) > 30


def test_no_stylesheet_asks_for_what_the_security_policy_forbids() -> None:
    sheets = [*(STATIC / "css").glob("*.css"), *(STATIC / "vendor").glob("*.css")]
    assert sheets
    for sheet in sheets:
        css = sheet.read_text(encoding="utf-8")
        assert not re.search(r"data:|@import|url\(\W*(https?:)?//|sourceMappingURL", css), (
            sheet.name
        )
        for address in re.findall(r"url\(([^)\"']+)\)", css):
            assert (sheet.parent / address).is_file(), f"{sheet.name}: {address}"


def test_no_script_imports_another_or_evaluates_text() -> None:
    for script in (STATIC / "js").glob("*.js"):
        source = script.read_text(encoding="utf-8")
        assert not re.search(r"^\s*import\b|\beval\(|new Function|\.style\b", source, re.M), script


def test_vendored_files_are_those_that_the_list_vouches_for() -> None:
    assert vendor_tool().check() == []


def test_every_icon_that_a_table_names_is_in_the_sprite() -> None:
    sprite = (STATIC / "img" / "icons.svg").read_text("utf-8")
    named = {row.icon for row in (*CASE, *TURN)}
    named |= {place.icon for _title, places in _MENU for place in places}
    assert [name for name in sorted(named) if f'id="i-{name}"' not in sprite] == []
