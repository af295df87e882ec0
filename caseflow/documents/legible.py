"""Text as it can be printed: anything a person typed, made safe for paper without losing words.

PDF/UA and PDF/A refuse a character that no bundled font has, and a word without blanks runs off
the page. Both are mended here, so that no citizen's text can stop or spoil a document.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache

from caseflow.documents.typesetting import FONTS

#: Stands for one or more characters that no bundled font has (emoji, other scripts).
UNPRINTABLE = "\ufffd"
#: A longer run without a blank may be broken; hardly any Spanish word reaches it.
LONGEST_WORD = 22
#: Letters between two places where such a run may break: as many of the widest as fit in the
#: narrowest column of a report.
LETTERS_TOGETHER = 12
BREAK_HERE = "\u200b"

#: Signs that people type and no bundled font has, and how a typewriter would put them.
TYPEWRITTEN = str.maketrans(
    {
        "→": "->",
        "←": "<-",
        "⇒": "=>",
        "≤": "<=",
        "≥": ">=",
        "≠": "<>",
        "✓": "x",
        "✔": "x",
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "\u2013",
        "\u2015": "\u2014",
        "\t": " ",
    }
    | {chr(space): " " for space in (*range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)}
)

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")


class OurWords(str):
    """A text that we wrote, with an address in it perhaps: printable, but no word is broken."""

    __slots__ = ()


def legible(text: str) -> str:
    """``text`` with printable characters, at most one empty line together, breakable words.

    Invisible characters (controls, direction marks, joiners) go; what no font has becomes one
    ``UNPRINTABLE`` a run. Letters are composed first, so that a decomposed Ñ prints as one.
    """
    whole = _LINE_ENDS.sub("\n", text).translate(TYPEWRITTEN)
    if not whole.isascii():
        whole = unicodedata.normalize("NFC", whole)
    whole = _missing().sub(_replacement, whole)
    whole = _EMPTY_LINES.sub("\n\n", whole).strip()
    return whole if isinstance(text, OurWords) else _LONG_WORD.sub(_breakable, whole)


def shortened(text: str, longest: int) -> str:
    """``text`` in at most ``longest`` characters and an ellipsis: for boxes of fixed size."""
    text = text.strip()
    return text if len(text) <= longest else text[:longest].rstrip() + "…"


def printable_ranges() -> list[tuple[int, int]]:
    """First and last code point of each run of characters that every bundled face prints."""
    ranges = json.loads((FONTS / "coverage.json").read_text(encoding="ascii"))
    return [(first, last) for first, last in ranges]


@lru_cache(maxsize=1)
def _missing() -> re.Pattern[str]:
    covered = "".join(rf"\U{first:08x}-\U{last:08x}" for first, last in printable_ranges())
    return re.compile(f"[^\\n{covered}]+")


def _replacement(match: re.Match[str]) -> str:
    seen = "".join(
        character
        for character in match.group()
        if unicodedata.category(character) not in ("Cc", "Cf", "Mn", "Me", "Cs")
    )
    if not seen.strip():
        return " " if seen else ""
    return UNPRINTABLE


def _breakable(match: re.Match[str]) -> str:
    word = match.group()
    return BREAK_HERE.join(
        word[start : start + LETTERS_TOGETHER] for start in range(0, len(word), LETTERS_TOGETHER)
    )
