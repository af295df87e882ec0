"""Routing rules: ordered, the first that matches wins; nothing is routed by a guess (domain §7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, fields

from caseflow.domain.folding import fold, words_of


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; an empty condition matches anything. ``words``: any of them in the text."""

    name: str
    source: str = ""
    kind: str = ""
    subject: str = ""
    words: str = ""
    territory_code: str = ""
    postal_code: str = ""
    area_id: int | None = None
    refer_to: str = ""
    instruction: str = ""
    target_days: int | None = None
    valid_from: dt.date = dt.date.min
    valid_to: dt.date | None = None

    def in_force(self, on: dt.date) -> bool:
        """Whether the rule holds on a day; its first and its last day are its own."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


#: What a rule is made of: the names of its columns, of the fields of its form, of its history.
RULE_COLUMNS = tuple(spec.name for spec in fields(Rule))


def rule_of(row: object) -> Rule:
    """The rule that a row of its table holds."""
    return Rule(**{name: getattr(row, name) for name in RULE_COLUMNS})


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a rule sends a case; ``area_id`` none where it suggests referring to ``refer_to``.

    ``also``: further areas, where a listing names several.
    """

    rule_name: str
    area_id: int | None
    refer_to: str
    instruction: str
    target_days: int | None
    also: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Routable:
    """What rules look at."""

    source: str
    kind: str
    subject: str
    text: str = ""
    territory_code: str = ""
    postal_code: str = ""


class Router:
    """The rules in order, prepared once for many cases."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = [(rule, fold(rule.subject), words_of(rule.words)) for rule in rules]
        self._memo: dict[tuple[Routable, dt.date], Destination | None] = {}

    def destination(self, case: Routable, on: dt.date) -> Destination | None:
        """The first matching rule's destination on that day, or none."""
        if case.text:
            return self._search(case, on)
        key = (case, on)
        if key not in self._memo:
            self._memo[key] = self._search(case, on)
        return self._memo[key]

    def _search(self, case: Routable, on: dt.date) -> Destination | None:
        subject = fold(case.subject)
        text: frozenset[str] | None = None
        for rule, rule_subject, rule_words in self._rules:
            if not rule.in_force(on):
                continue
            if rule.source and rule.source != case.source:
                continue
            if rule.kind and rule.kind != case.kind:
                continue
            if rule_subject and rule_subject != subject:
                continue
            if rule.territory_code and rule.territory_code != case.territory_code:
                continue
            if rule.postal_code and not case.postal_code.startswith(rule.postal_code):
                continue
            if rule_words:
                if text is None:
                    text = words_of(f"{case.subject} {case.text}")
                if not rule_words & text:
                    continue
            return Destination(
                rule.name, rule.area_id, rule.refer_to, rule.instruction, rule.target_days
            )
        return None
