"""The English catalogue: ``python -m tools.i18n`` brings it up to date, ``--check`` only looks.

Spanish is the source language (``docs/adr/0010``). Texts are found by their marks in the code and
the templates, and the words of the tables of the domain by reading the tables. What lacks its
English, or has other values in it, is named; then the answer is 1.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment

from caseflow.domain import acts, errors, listings, vocabulary
from caseflow.intake.profiles import load_profile, profile_names
from caseflow.packs import load_acts
from caseflow.scheduler import JOBS

ROOT = Path(__file__).resolve().parent.parent
ENGLISH = ROOT / "caseflow" / "translations" / "en" / "LC_MESSAGES" / "messages.po"

#: Where texts for the screens are; commands on the line, papers and demonstrations are Spanish.
CODE = ("commands", "documents", "domain", "intake", "queries", "web")
#: Calls whose first argument is a text: marks, translations, and sentences that refuse.
ONE = frozenset(
    {"_", "N_", "phrase", "lazy_gettext", "word", "_of_area"}
    | {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.DomainError)
    }
)
#: Calls whose first two arguments are a text and what it becomes for other counts than one.
TWO = frozenset({"ngettext", "plural"})
#: Rows of the domain's tables: which of their arguments are texts.
ROWS = {"Need": (2, 3), "_choice": (1, 3), "Correctable": (1,), "Amendable": (1,)}
#: In the domain, texts by their names.
NAMED = frozenset({"label", "help", "help_text"})
#: Without dates: two runs over the same texts write the same file.
HEADER = """\
# The texts of Caseflow's screens in English. Written by `make words`; only the msgstr are by hand.
msgid ""
msgstr ""
"Project-Id-Version: Caseflow\\n"
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
TEMPLATES = ROOT / "templates"
JINJA = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
Text = str | tuple[str, str]
VALUE = re.compile(r"%\(\w+\)[sd]|\{\w*[^}]*\}|%[sd%]")


def tables() -> Iterator[tuple[str, str]]:
    """(module, text) of the words that stand in tables of the domain."""
    for word in vocabulary.SPANISH.values():
        yield "caseflow/domain/vocabulary.py", word
    for word in (*listings.FACTS.values(), *listings.PERSON.values()):
        yield "caseflow/domain/listings.py", word
    for word in acts.ACT_WORDS.values():
        yield "caseflow/domain/acts.py", word
    for job in JOBS:
        yield "caseflow/scheduler.py", job.label
    for law in sorted((ROOT / "caseflow" / "packs" / "acts").glob("*.toml")):
        for act in load_acts(law.stem).values():
            for text in (*act.asks, act.source):
                yield str(law.relative_to(ROOT)), text
    for name in profile_names():
        yield f"caseflow/packs/profiles/{name}.toml", load_profile(name).title


def in_code() -> Iterator[tuple[str, Text]]:
    """(module, text) of the marked literals."""
    for file in sorted(file for room in CODE for file in (ROOT / "caseflow" / room).rglob("*.py")):
        place = str(file.relative_to(ROOT))
        for call in ast.walk(ast.parse(file.read_text())):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                continue
            if "/domain/" in place:
                for text in _of_row(call):
                    yield place, text
            if call.func.id in ONE and call.args:
                yield from ((place, text) for text in _literals(call.args[0]))
            elif call.func.id in TWO:
                match [text for each in call.args[:2] for text in _literals(each)]:
                    case [one, many]:
                        yield place, (one, many)


def _of_row(call: ast.Call) -> Iterator[str]:
    """The texts of a row of a table: its button, its label, its help."""
    places = ROWS.get(call.func.id, ()) if isinstance(call.func, ast.Name) else ()
    for at, argument in enumerate(call.args):
        if at in places:
            yield from _literals(argument)
    for named in call.keywords:
        if named.arg in NAMED:
            yield from _literals(named.value)


def _literals(argument: ast.expr) -> Iterator[str]:
    """The text of an argument, or both where it is one or the other."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.IfExp):
        yield from (*_literals(argument.body), *_literals(argument.orelse))


def in_templates() -> Iterator[tuple[str, Text]]:
    """(template, text) of what the templates translate."""
    for file in sorted(TEMPLATES.rglob("*.html")):
        place = str(file.relative_to(ROOT))
        for _line, called, text in JINJA.extract_translations(file.read_text()):
            if called == "ngettext":
                yield place, (str(text[0]), str(text[1]))
            elif first := text[0] if isinstance(text, tuple) else text:
                yield place, str(first)


def extracted() -> Catalog:
    """All texts that a screen may show, each with the files that it stands in."""
    found: dict[str | tuple[str, ...], set[str]] = {}
    for place, text in (*in_code(), *in_templates(), *tables()):
        if text:
            found.setdefault(text, set()).add(place)
    plurals = {text[0]: text for text in found if isinstance(text, tuple)}
    catalogue = Catalog(locale="en", project="Caseflow")
    for text in sorted(found, key=lambda each: each if isinstance(each, str) else each[0]):
        if text in plurals:
            continue  # the same words stand in the catalogue with their plural
        catalogue.add(text, locations=[(place, 0) for place in sorted(found[text])])
    return catalogue


def updated() -> Catalog:
    """The English catalogue with the texts of today: what is new is empty, what is gone is out."""
    known = _read()
    fresh = extracted()
    for message in fresh:
        old = known.get(_key(message)) if message.id else None
        if old is not None and isinstance(old.string, str) == isinstance(message.id, str):
            message.string = old.string
    return fresh


def faults(catalogue: Catalog) -> list[str]:
    """What lacks, in words: texts without English, or with other values than the Spanish ones."""
    found = []
    for message in catalogue:
        if not message.id:
            continue
        sources, said = _forms(message.id), _forms(message.string)
        if not all(said) or message.fuzzy:
            found.append(f"no English: {sources[0]!r}")
            continue
        for source, english in zip(sources, said, strict=True):
            if sorted(set(VALUE.findall(source))) != sorted(set(VALUE.findall(english))):
                found.append(f"other values: {source!r} -> {english!r}")
    return found


def text_of(catalogue: Catalog) -> bytes:
    """The catalogue as its file: sorted, without line numbers, so that a change shows itself."""
    out = BytesIO()
    out.write(HEADER.encode())
    write_po(
        out, catalogue, width=100, sort_output=True, omit_header=True, include_lineno=False,
        ignore_obsolete=True,
    )  # fmt: skip
    return out.getvalue()


def _read() -> Catalog:
    if not ENGLISH.exists():
        return Catalog(locale="en")
    with ENGLISH.open("rb") as source:
        return read_po(source, locale="en")


def _key(message: Message) -> str:
    return _forms(message.id)[0]


def _forms(text: object) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, list | tuple) else (str(text or ""),)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="look, and write nothing")
    asked = parser.parse_args()
    catalogue = updated()
    wanted = text_of(catalogue)
    found = faults(catalogue)
    if asked.check and (not ENGLISH.exists() or ENGLISH.read_bytes() != wanted):
        found.append("the catalogue does not hold the texts of today: run `make words`")
    if not asked.check:
        ENGLISH.parent.mkdir(parents=True, exist_ok=True)
        ENGLISH.write_bytes(wanted)
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(catalogue)} texts, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
