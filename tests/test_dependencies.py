"""What is installed is what is written down: ranges for developers, hashes for production."""

from __future__ import annotations

import re
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
LOCKED = re.compile(r"(?m)^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)(?: ;[^\\\n]*)? \\$")


def asked(name: str) -> list[Requirement]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-r "))]


def test_the_lock_holds_a_version_in_range_for_everything_asked():
    locked = {canonicalize_name(name): Version(version) for name, version in LOCKED.findall(LOCK)}
    runtime = asked("requirements.txt")
    assert runtime
    missing = [str(each) for each in runtime if canonicalize_name(each.name) not in locked]
    assert missing == [], "run: make lock"
    outside = [
        str(each)
        for each in runtime
        if not each.specifier.contains(locked[canonicalize_name(each.name)])
    ]
    assert outside == [], "run: make lock"


def test_every_locked_package_has_hashes_and_no_address():
    packages = [block for block in re.split(r"(?m)^(?=[A-Za-z0-9])", LOCK) if "==" in block]
    assert len(packages) == len(LOCKED.findall(LOCK))
    assert [block.split()[0] for block in packages if "--hash=sha256:" not in block] == []
    assert re.search(r"://|--index|--extra|--find-links|\bfile:", LOCK) is None


def test_every_requirement_has_a_range():
    wanted = asked("requirements.txt") + asked("requirements-dev.txt")
    assert [str(each) for each in wanted if not each.specifier] == []


def test_runtime_asks_for_nothing_that_no_source_imports():
    """A package that nobody imports is a risk without a use; some are used by others' hands."""
    unseen = {
        "psycopg",  # by the address of the database
        "tzdata",  # by zoneinfo
        "werkzeug",  # by Flask, pinned beside it
        "alembic",  # by Flask-Migrate and the migrations
        "gunicorn",  # by the command line
        "email-validator",  # by the e-mail field of WTForms
    }
    modules = {
        "argon2-cffi": "argon2",
        "python-calamine": "python_calamine",
    }
    sources = [*(ROOT / "caseflow").rglob("*.py"), ROOT / "config.py", ROOT / "wsgi.py"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    idle = []
    for each in asked("requirements.txt"):
        name = canonicalize_name(each.name)
        module = modules.get(name, name.replace("-", "_"))
        if name not in unseen and not re.search(rf"(?mi)^\s*(from|import) {module}\b", text):
            idle.append(name)
    assert idle == []
