"""Texts compared as people compare them: without case, accents, signs or extra blanks."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NOT_WORD = re.compile(r"[^0-9a-zñ]+")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """``"Poda / Retiro  ÁRBOL"`` → ``"poda retiro arbol"``; ñ stays a letter of its own."""
    marked = unicodedata.normalize("NFKC", text).casefold().replace("ñ", "\0")
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFD", marked)
        if not unicodedata.combining(letter)
    ).replace("\0", "ñ")
    return _NOT_WORD.sub(" ", plain).strip()


def words_of(text: str) -> frozenset[str]:
    """The folded words of a text."""
    return frozenset(fold(text).split())
