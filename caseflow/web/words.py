"""Texts of views and templates in the reader's language.

Spanish is the source language; the English catalogue is complete (``docs/adr/0010``). Whoever is
signed in chooses on the account page, anybody else by a link that is kept in a cookie. A page has a
hundred texts, so language and catalogue are looked up once per request.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from contextvars import ContextVar
from functools import lru_cache
from gettext import GNUTranslations
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, has_request_context, request
from flask_babel.speaklater import LazyString
from flask_login import current_user

from caseflow.domain.phrases import Phrase, phrase

CATALOGUE: Final = Path(__file__).parent.parent / "translations/en/LC_MESSAGES/messages.po"
#: Languages of the screens, as each calls itself.
LANGUAGES: Final[Mapping[str, str]] = {"es": "Español", "en": "English"}
#: Of each language: its dates and figures (English days come before their months, as here), and
#: its name in ``<html lang>``.
LOCALES: Final[Mapping[str, str]] = {"es": "es_MX", "en": "en_GB"}
TAGS: Final[Mapping[str, str]] = {"es": "es-MX", "en": "en"}
#: Papers and files are in Spanish, whatever language the screens are in: they are the office's.
PAPERS: Final = (".pdf", ".xlsx", ".csv", ".json")
#: Who is not signed in has chosen here.
COOKIE: Final = "idioma"

#: The language of the request under way, once it was asked for. Not in ``g``: its proxy takes
#: longer than a translation.
_language: ContextVar[str] = ContextVar("language", default="")
#: Sentences whose translation is remembered.
_MOST_KNOWN = 4_000
#: Characters around its values by which a kept sentence can be told from any other.
_LEAST_TELLING = 8


@lru_cache(maxsize=1)
def _messages() -> Catalog:
    with CATALOGUE.open("rb") as source:
        return read_po(source, locale="en")


@lru_cache(maxsize=1)
def catalogue() -> GNUTranslations:
    """The English catalogue, compiled in memory when the first reader asks for it."""
    compiled = io.BytesIO()
    write_mo(compiled, _messages())
    compiled.seek(0)
    return GNUTranslations(compiled)


def language() -> str:
    """``es`` or ``en``, for this request; Spanish outside of one."""
    known = _language.get()
    if known:
        return known
    if not has_request_context():
        return "es"
    chosen = _chosen()
    _language.set(chosen)
    return chosen


def _chosen() -> str:
    return "es" if request.path.endswith(PAPERS) else of_the_reader()


def of_the_reader() -> str:
    """The language that the person, or this browser, has chosen for the screens."""
    if current_user.is_authenticated:
        chosen = current_user.language
    else:
        chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else "es"


def locale() -> str:
    """Whose dates and figures this request shows."""
    return LOCALES[language()]


def choose(chosen: str) -> None:
    """Go on in a language that was chosen in this very request."""
    _language.set(chosen)


def _forget(_error: BaseException | None = None) -> None:
    _language.set("")


def _(text: str, **values: Any) -> str:
    """The translation of a text; ``%(name)s`` in it are the values, a phrase has its own."""
    if language() == "es":
        said = text
    elif isinstance(text, Phrase):
        said = text.translated(_sentence, catalogue().ngettext)
    else:
        said = catalogue().gettext(text) if text else ""
    return said % values if values else said


def ngettext(one: str, many: str, n: int, **more: object) -> str:
    """The translation that goes with a count; ``%(num)s`` in it is the count."""
    return _counted(one, many, n) % {"num": n, **more}


def _counted(one: str, many: str, n: int) -> str:
    if language() == "es":
        return one if n == 1 else many
    return catalogue().ngettext(one, many, n)


def lazy_gettext(text: str) -> LazyString:
    """A text that is translated when it is shown: for what is made before there is a reader."""
    return LazyString(_, text)


@lru_cache(maxsize=_MOST_KNOWN)
def _sentence(text: str) -> str:
    """The translation of a sentence of ours, also where only its Spanish text was stored.

    What a listing was told, or why a job refused a turn, is kept as the sentence that it was; the
    template is recognised by what stands around its values.
    """
    english = catalogue()
    said = english.gettext(text)
    if said != text:
        return said
    for pattern, template in _templates():
        found = pattern.fullmatch(text)
        if found is not None:
            values = {name: _sentence(value) for name, value in found.groupdict().items()}
            return template.format(**values)
    return text


@lru_cache(maxsize=1)
def _templates() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The sentences with values, as patterns of what they became, the most telling first."""
    found = []
    for message in _messages():
        for source, english in zip(_forms(message.id), _forms(message.string), strict=True):
            fixed = _VALUE.sub("", source)
            if fixed != source and len(fixed) >= _LEAST_TELLING:
                found.append((len(fixed), _pattern(source), _VALUE.sub(r"{\1}", english)))
    found.sort(key=lambda each: -each[0])
    return tuple((pattern, said) for _length, pattern, said in found)


def _forms(text: Any) -> tuple[str, ...]:
    """A text of the catalogue, or its two forms where it goes with a count."""
    return tuple(text) if isinstance(text, list | tuple) else (text,)


_VALUE = re.compile(r"\{(\w+)(?::[^}]*)?\}")


def _pattern(template: str) -> re.Pattern[str]:
    parts, seen, at = [], set[str](), 0
    for value in _VALUE.finditer(template):
        parts.append(re.escape(template[at : value.start()]))
        name = value.group(1)
        parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>.*?)")
        seen.add(name)
        at = value.end()
    return re.compile("".join(parts) + re.escape(template[at:]), re.DOTALL)


def _printed(value: object) -> object:
    """What a template prints: sentences of the domain are told in the reader's language."""
    return _(value) if isinstance(value, Phrase) else value


def register(app: Flask) -> None:
    """Let the templates translate by the same catalogue."""
    app.teardown_request(_forget)
    app.jinja_env.finalize = _printed
    app.jinja_env.filters["sentence"] = phrase
    # not by the callables of Jinja's own extension: each text would pass three functions more
    app.jinja_env.globals.update(_=_, gettext=_, ngettext=ngettext)
