"""Spanish sentences that can be told again in another language.

Spanish is the source language. A ``Phrase`` is the sentence itself, a plain ``str`` to whoever only
prints or stores it, and it remembers its template and its values, so that the web can put it into
the reader's language (``docs/adr/0010``). Values that are phrases are translated with it; every
other value (a name, a folio, a date) stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

#: Of a catalogue: the translation of a text, and of a text that goes with a count.
Gettext = Callable[[str], str]
NGettext = Callable[[str, str, int], str]


def N_(text: str) -> str:
    """Marks a text for translation; it is translated where it is shown."""
    return text


class Phrase(str):
    """A sentence in Spanish with what it was made of. Made by ``phrase``, ``plural``, ``chain``."""

    __slots__ = ("case", "many", "number", "template", "values")

    template: str
    values: Mapping[str, Any]
    #: the template for other counts than one, and the count; empty for what does not count
    many: str
    number: int
    #: how it is written where it stands: as it is, ``lower`` or ``title`` (a first capital)
    case: str

    def translated(self, gettext: Gettext, ngettext: NGettext) -> str:
        """The sentence by a catalogue."""
        if self.many:
            template = ngettext(self.template, self.many, self.number)
        else:
            template = gettext(self.template) if self.template else ""
        values = {
            name: value.translated(gettext, ngettext) if isinstance(value, Phrase) else value
            for name, value in self.values.items()
        }
        text = template.format(**values) if values else template
        return _cased(text, self.case)

    def in_a_sentence(self) -> Phrase:
        """The same in small letters."""
        return _made(self.template, self.many, self.number, self.values, "lower")

    def as_a_title(self) -> Phrase:
        """The same with a first capital."""
        return _made(self.template, self.many, self.number, self.values, "title")

    def __reduce__(self) -> tuple[Any, ...]:
        return _made, (self.template, self.many, self.number, dict(self.values), self.case)


def phrase(template: str, **values: Any) -> Phrase:
    """A sentence from a ``str.format`` template; without values the template is the sentence.

    A sentence that was stored as text becomes a phrase again; its template is recognised where it
    is translated. Never make one of what a person wrote: that stays as it is.
    """
    if isinstance(template, Phrase) and not values:
        return template
    return _made(template, "", 0, values, "")


def plural(one: str, many: str, n: int, **values: Any) -> Phrase:
    """A sentence that goes with the count ``n``, which stands in it as ``{n}``."""
    return _made(one, many, n, {"n": n, **values}, "")


def chain(separator: str, parts: Iterable[str]) -> Phrase:
    """What is not empty of some parts, one after the other."""
    kept = {f"part{n}": part for n, part in enumerate(part for part in parts if part)}
    return _made(separator.join(f"{{{name}}}" for name in kept), "", 0, kept, "")


def listed(words: list[str]) -> Phrase:
    """``a, b y c``."""
    if len(words) < 2:
        return chain("", words)
    before = chain(", ", words[:-1])
    if words[-1].lower().startswith(("i", "hi")):
        return phrase("{before} e {last}", before=before, last=words[-1])
    return phrase("{before} y {last}", before=before, last=words[-1])


def _made(template: str, many: str, number: int, values: Mapping[str, Any], case: str) -> Phrase:
    chosen = many if many and number != 1 else template
    text = chosen.format(**values) if values else chosen
    made = Phrase(_cased(text, case))
    made.template, made.values, made.many, made.number = template, values, many, number
    made.case = case
    return made


def _cased(text: str, case: str) -> str:
    if case == "lower":
        return text.lower()
    return text[:1].upper() + text[1:] if case == "title" else text


#: Nothing to say.
NOTHING = _made("", "", 0, {}, "")
