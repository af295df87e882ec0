"""Words by member of the vocabulary, whatever text the members share.

Members of two lists with the same value are equal strings, so a plain dictionary keeps one word
for both: an answered case would read as an answered turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum


class WordList(Mapping[StrEnum, str]):
    """The screen word of each member. Raises ``ValueError`` for a member that has two."""

    def __init__(self, *pairs: tuple[StrEnum, str], others: Iterable[WordList] = ()) -> None:
        self._words: dict[tuple[type, str], str] = {}
        self._members: list[StrEnum] = []
        for member, word in (*pairs, *(pair for other in others for pair in other.pairs())):
            key = (type(member), member.value)
            if key in self._words:
                raise ValueError(f"two words for {member!r}")
            self._words[key] = word
            self._members.append(member)

    def pairs(self) -> Iterator[tuple[StrEnum, str]]:
        """Each member with its word, in their order."""
        return ((member, self[member]) for member in self._members)

    def __getitem__(self, member: StrEnum) -> str:
        return self._words[type(member), member.value]

    def __iter__(self) -> Iterator[StrEnum]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)
