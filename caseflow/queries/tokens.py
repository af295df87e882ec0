"""Words as the search index holds them: folded and stemmed, the same on both engines.

PostgreSQL's own Spanish dictionary loses stems behind ``unaccent`` and SQLite has none; so the
tokens are made here, once, when a case is written and again when somebody searches.
"""

from __future__ import annotations

from functools import lru_cache

import snowballstemmer

from caseflow.domain.folding import fold

_STEMMER = snowballstemmer.stemmer("spanish")
#: Words too common to find anything by.
_STOP = frozenset(
    "a al con de del el en es la las lo los no o para por que se sin su un una y".split()
)
_LONGEST = 40


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """``"árboles"`` → ``"arbol"``; numbers and folios stay as they are."""
    if not word.isalpha():
        return word[:_LONGEST]
    # the stemmer knows no ñ as a letter of its own, and needs none: it cuts endings
    return fold(_STEMMER.stemWord(word))[:_LONGEST]


@lru_cache(maxsize=16384)
def tokens(text: str) -> tuple[str, ...]:
    """The distinct tokens of a text, in order of appearance."""
    found = dict.fromkeys(stem(word) for word in fold(text).split() if word not in _STOP)
    return tuple(token for token in found if token)


def joined(*texts: str) -> str:
    """One blank-separated string of the distinct tokens of several texts, for the index."""
    return " ".join(dict.fromkeys(token for text in texts if text for token in tokens(text)))


def folio_tokens(*folios: str | None) -> str:
    """Folios as one word each without punctuation, and their running number without zeros."""
    found: dict[str, None] = {}
    for folio in folios:
        if not folio:
            continue
        plain = "".join(filter(str.isalnum, folio.lower()))
        found[plain] = None
        tail = folio.rsplit("-", 1)[-1]
        if tail.isdigit():
            found[tail] = None
            found[tail.lstrip("0") or "0"] = None
    return " ".join(found)
