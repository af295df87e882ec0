"""The house keeps its shape: who may import whom, where is written, who reads the clock.

Read from the sources, never by importing them. The tables are those of the design; an arrow that is
missing here is added on purpose, with its reason, or the import goes elsewhere.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "caseflow"

#: room → of caseflow, of others. Everybody may use the standard library and the room itself.
DOORS: dict[str, tuple[str, str]] = {
    "domain": ("", ""),
    "settings": ("", ""),
    "logs": ("settings", "structlog flask"),
    "jsontext": ("", ""),
    "dialect": ("jsontext", "sqlalchemy"),
    "storage": ("domain", "filetype"),
    "packs": ("domain", ""),
    "intake": ("domain", "python_calamine openpyxl pydantic defusedxml"),
    "models": ("domain dialect", "sqlalchemy"),
    "extensions": (
        "models dialect",
        "sqlalchemy flask flask_sqlalchemy flask_migrate flask_login flask_wtf flask_babel",
    ),
    "queries": ("models domain dialect jsontext", "sqlalchemy snowballstemmer"),
    "documents": ("domain queries", "typst xlsxwriter docxtpl pygal segno pikepdf"),
    "commands": ("queries models domain dialect storage settings intake.rows", "sqlalchemy argon2"),
    "commands.work": ("extensions", "flask"),
    "commands.packs": ("packs", ""),  # its dataclasses only: the pack is read before
    "commands.pack_loading": ("packs", ""),
    "commands.reports": ("documents", ""),  # a closed month keeps the bytes that were handed in
    "mail": ("commands queries models domain settings", ""),
    "schema": ("", "alembic"),
    "listings": ("commands queries domain intake storage", ""),  # a file on its way to a batch
    "dumping": ("queries domain dialect", "sqlalchemy"),
    "encryption": ("domain", "pyrage"),
    "backup": ("dumping encryption commands queries domain schema settings", ""),
    "demo": ("commands queries domain intake listings packs settings", ""),
}
OUTER = {"web", "cli", "scheduler"}
OUTER_OTHERS = (
    "flask werkzeug jinja2 markupsafe click wtforms babel secure apscheduler structlog "
    "flask_login flask_wtf flask_babel flask_sqlalchemy flask_migrate"
)
DOORS |= {
    room: (" ".join({*DOORS, *OUTER} - {"commands.work", "commands.packs"}), OUTER_OTHERS)
    for room in OUTER
}

CLOCKS = ("commands.work", *OUTER)
WRITES = {"add", "add_all", "merge", "delete", "bulk_save_objects", "bulk_insert_mappings"}
DML = {"insert", "update", "delete"}
SQL = r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|DROP|ALTER|PRAGMA)\s"


def sources() -> list[tuple[str, str]]:
    """Every module of the house as its name without ``caseflow.`` and its text."""
    found = []
    for path in sorted(HOUSE.rglob("*.py")):
        parts = path.relative_to(HOUSE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found.append((name, path.read_text(encoding="utf-8")))
    return found


@cache
def parsed(text: str) -> ast.Module:
    """The syntax tree of a source; every rule reads the same one."""
    return ast.parse(text)


def rooms(name: str) -> list[str]:
    """The rules that hold for a module: those of its room, then its own."""
    return [rule for rule in DOORS if name == rule or name.startswith(f"{rule}.")]


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"line {node.lineno}: imports are written out"
            module = str(node.module)
            deeper = module == "caseflow"
            yield from (
                (node.lineno, f"{module}.{alias.name}" if deeper else module)
                for alias in node.names
            )


def forbidden_imports(name: str, text: str) -> list[str]:
    """The arrows that the tables do not allow; ``caseflow/__init__`` may draw any, once."""
    if not name:
        return []
    rules = rooms(name)
    if not rules:
        return [f"{name}: no room of that name in the tables"]
    inner = {name.split(".", maxsplit=1)[0], *" ".join(DOORS[rule][0] for rule in rules).split()}
    others = {*sys.stdlib_module_names, *" ".join(DOORS[rule][1] for rule in rules).split()}
    wrong = []
    for line, module in imported(parsed(text)):
        if module == "caseflow" or module.startswith("caseflow."):
            short = module.removeprefix("caseflow").removeprefix(".")
            good = any(short == door or short.startswith(f"{door}.") for door in inner)
        else:
            good = module.split(".", maxsplit=1)[0] in others
        if not good:
            wrong.append(f"{name}:{line} imports {module}")
    return wrong


def dotted(node: ast.expr) -> str:
    """``a.b.c`` of an expression; what is not a name or an attribute counts as ``?``."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return "?"


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str, str]]:
    """Every call: itself, what it is called on, its name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            owner, _, called = dotted(node.func).rpartition(".")
            yield node, owner, called


def stray_writes(name: str, text: str) -> list[str]:
    """Writes to the database outside ``commands``, and commits outside ``begin_work``.

    ``dialect`` may word what SQLite and PostgreSQL write differently; it is told when.
    """
    tree = parsed(text)
    may_write = name.split(".", maxsplit=1)[0] in {"commands", "dialect"}
    wrong = []
    for node, owner, called in calls(tree):
        session = re.search(r"(^|[._])(session|connection)$", owner) is not None
        if session and called == "commit" and name != "commands.work":
            wrong.append(f"{name}:{node.lineno} commits: only begin_work does")
        if may_write:
            continue
        if session and called in WRITES:
            wrong.append(f"{name}:{node.lineno} writes through the session")
        if called in {"execute", "scalars", "exec_driver_sql", "text"}:
            words = [
                part.value.lstrip()
                for argument in node.args[:1]
                for part in ast.walk(argument)
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            ]
            if any(re.match(r"(?i)(insert|update|delete|replace)\b", word) for word in words):
                wrong.append(f"{name}:{node.lineno} writes in SQL")
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("sqlalchemy"):
            taken = DML & {alias.name for alias in node.names}
            if taken and not may_write:
                wrong.append(f"{name}:{node.lineno} takes {', '.join(sorted(taken))}")
    return wrong


def woven_sql(name: str, text: str) -> list[str]:
    """SQL put together from pieces, outside ``dialect``: values travel as parameters."""
    if name.split(".", maxsplit=1)[0] == "dialect":
        return []
    wrong = []
    for node in ast.walk(parsed(text)):
        first: ast.expr | None = None
        if isinstance(node, ast.JoinedStr) and len(node.values) > 1:
            first = node.values[0]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
            first = node.left
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            first = node.func.value if node.func.attr == "format" else None
        if isinstance(first, ast.Constant) and re.match(SQL, str(first.value)):
            wrong.append(f"{name}:{node.lineno} puts SQL together")
    return wrong


def clock_reads(name: str, text: str) -> list[str]:
    """Who asks for the time itself, instead of being told."""
    if any(name == allowed or name.startswith(f"{allowed}.") for allowed in CLOCKS):
        return []
    wrong = []
    for node, owner, called in calls(parsed(text)):
        last = owner.rpartition(".")[2]
        asks = called in {"now", "today", "utcnow"} and last in {"datetime", "date", "func"}
        if asks or (last == "time" and called in {"time", "time_ns", "localtime", "gmtime"}):
            wrong.append(f"{name}:{node.lineno} reads the clock")
    return wrong


def hidden_imports(name: str, text: str) -> list[str]:
    """Imports inside a function: they hide an arrow and a circle."""
    return [
        f"{name}:{node.lineno} imports inside {function.name}"
        for function in ast.walk(parsed(text))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def shapeless(name: str, text: str) -> list[str]:
    """Modules without a noun, and modules that hold several."""
    wrong = []
    if re.search(r"(^|\.)(utils?|helpers?|services?|common|misc)$", name):
        wrong.append(f"{name} says nothing about what is in it")
    if text.count("\n") > 450:
        wrong.append(f"{name} has {text.count(chr(10))} lines: split it along its nouns")
    return wrong


RULES = [forbidden_imports, stray_writes, woven_sql, clock_reads, hidden_imports, shapeless]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule):
    house = sources()
    assert len(house) > 20
    assert [fault for name, text in house for fault in rule(name, text)] == []


@pytest.mark.parametrize(
    ("rule", "name", "text"),
    [
        (forbidden_imports, "domain.clock", "import sqlalchemy"),
        (forbidden_imports, "domain.clock", "from caseflow import models"),
        (forbidden_imports, "domain.clock", "import caseflow"),
        (forbidden_imports, "queries.inbox", "from caseflow.commands.work import Work"),
        (forbidden_imports, "queries.inbox", "from flask import g"),
        (forbidden_imports, "commands.cases", "from caseflow.intake.reader import open_listing"),
        (forbidden_imports, "commands.cases", "from caseflow.extensions import db"),
        (forbidden_imports, "commands.cases", "from caseflow.packs import load_pack"),
        (forbidden_imports, "documents.receipt", "from caseflow.models.case import Case"),
        (forbidden_imports, "web.cases", "from sqlalchemy import select"),
        (forbidden_imports, "web.cases", "import config"),
        (forbidden_imports, "attic", "import os"),
        (stray_writes, "web.cases", "db.session.add(case)"),
        (stray_writes, "queries.inbox", "session.delete(case)"),
        (stray_writes, "queries.inbox", "session.execute(text('  UPDATE case_file SET x = 1'))"),
        (stray_writes, "queries.inbox", "from sqlalchemy import select, update"),
        (stray_writes, "commands.cases", "work.session.commit()"),
        (woven_sql, "queries.search", "sql = f'SELECT * FROM {table}'"),
        (woven_sql, "queries.search", "sql = 'SELECT * FROM ' + table"),
        (woven_sql, "queries.search", "sql = 'DELETE FROM %s' % table"),
        (woven_sql, "commands.cases", "sql = 'UPDATE {} SET x = 1'.format(table)"),
        (clock_reads, "domain.clock", "today = date.today()"),
        (clock_reads, "commands.cases", "now = datetime.datetime.now(UTC)"),
        (clock_reads, "models.case", "entered = default(func.now())"),
        (clock_reads, "queries.inbox", "began = time.time()"),
        (hidden_imports, "web.cases", "def show():\n    import json"),
        (
            hidden_imports,
            "web.cases",
            "class A:\n    async def b(self):\n        from os import path",
        ),
        (shapeless, "web.utils", ""),
        (shapeless, "web.cases", "\n" * 451),
    ],
)
def test_a_breach_is_seen(rule, name, text):
    assert rule(name, text)


@pytest.mark.parametrize(
    ("rule", "name", "text"),
    [
        (forbidden_imports, "", "from caseflow.web import cases\nimport flask"),
        (forbidden_imports, "domain.clock", "import datetime\nfrom caseflow.domain import terms"),
        (forbidden_imports, "commands.cases", "from caseflow.intake.rows import CleanRow"),
        (forbidden_imports, "commands.work", "from caseflow.extensions import db"),
        (forbidden_imports, "web.cases", "from caseflow.commands.work import begin_work"),
        (stray_writes, "commands.cases", "work.session.add(case)"),
        (stray_writes, "commands.work", "session.commit()"),
        (stray_writes, "queries.inbox", "seen.add(case)\nsession.execute(text('SELECT 1'))"),
        (woven_sql, "queries.search", "text('SELECT 1 FROM case_file')\nf'Selecting {x}'"),
        (woven_sql, "dialect.rows", "sql = f'SELECT * FROM {table}'"),
        (clock_reads, "commands.work", "now = datetime.now(UTC)"),
        (clock_reads, "web.cases", "today = date.today()"),
        (clock_reads, "domain.clock", "day = act.now()\nspent = time.monotonic()"),
        (hidden_imports, "web.cases", "import json\n\ndef show():\n    return json"),
        (shapeless, "web.cases", "x = 1\n"),
    ],
)
def test_what_the_rules_allow_passes(rule, name, text):
    assert rule(name, text) == []


def test_templates_escape_everything_and_carry_nothing_inline():
    breaches = {
        r"\|\s*safe\b": "unescaped",
        r"\sstyle\s*=": "inline style",
        r"<style\b": "inline style sheet",
        r"<script\b(?![^>]*\bsrc=)": "inline script",
        r"\son[a-z]+\s*=\s*[\"']": "inline handler",
        r"(src|href)\s*=\s*[\"'](https?:)?//": "from another host",
    }
    pages = sorted((ROOT / "templates").rglob("*.html"))
    assert pages
    assert [
        f"{page.relative_to(ROOT)}: {what}"
        for page in pages
        for pattern, what in breaches.items()
        if re.search(pattern, page.read_text(encoding="utf-8"))
    ] == []
