"""Writes ``docs/workflows.md`` from the workflow tables; ``--check`` says whether it is current.

python -m tools.workflows [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from caseflow.domain.appeals import APPEAL, BACK, OBLIGING
from caseflow.domain.needs import NEEDS, OUTCOMES
from caseflow.domain.vocabulary import AppealState, CaseState, Kind, Sense, TurnState, spanish
from caseflow.domain.workflow import (
    ACTS_WHILE_WAITING,
    BY_TURNS,
    CASE,
    RETURNS_BEFORE_SUPERVISOR,
    TURN,
    Transition,
)

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "workflows.md"
_KINDS: Final = {Kind.SERVICE: "S", Kind.INFORMATION: "I", Kind.PERSONAL_DATA: "P"}
_HEAD: Final = """\
# Workflows

Written by `python -m tools.workflows` from `caseflow/domain/workflow.py` and
`caseflow/domain/needs.py`: change the tables, not this page. S service, I information, P personal
data. *Who* is a relation to the turn's area or to the case's desk on that day, not a badge: a
supervisor may do what a head below may, and whoever heads or supervises an area with an open turn
is a head of the case. `reader` is everybody who sees it but the auditor.
"""


def page() -> str:
    """The whole page."""
    return "\n".join(
        [
            _HEAD,
            "## Case\n",
            *_table(CASE, kinds=True),
            "",
            f"`{BY_TURNS}`: the state follows from the turns of the round. Any open → `routed`; "
            "none open, one answered and none returned unreplaced → `review`; else `received` "
            "on its desk, marked. After "
            f"{RETURNS_BEFORE_SUPERVISOR} returns only a supervisor or transparency routes.",
            "",
            *_diagram(CASE, [state.value for state in CaseState], CaseState.RECEIVED.value),
            "",
            "## Turn\n",
            *_table(TURN, kinds=False),
            "",
            "While the case waits for the person only "
            + ", ".join(f"`{name}`" for name in sorted(ACTS_WHILE_WAITING))
            + " exist; in a closed state none does.",
            "",
            *_diagram(TURN, [state.value for state in TurnState], TurnState.PENDING.value),
            "",
            "## Appeal\n",
            "A record of a case of transparency, in any state of it but cancelled "
            "(`caseflow/domain/appeals.py`, [ADR 11](adr/0011-the-appeal-beside-the-case.md)).\n",
            *_table(APPEAL, kinds=False),
            "",
            f"`{BACK}`: the state before its last act; an admission taken back ends the appeal as "
            "a mistake. A ruling that "
            + ", ".join(sense.value for sense in Sense if sense in OBLIGING)
            + " obliges: it starts the term to comply and reopens an answered, closed or referred "
            "case; only such a one is complied, only another is ended.",
            "",
            *_diagram(APPEAL, [state.value for state in AppealState], AppealState.ADMITTED.value),
            "",
            "## What acts ask for\n",
            "| need | shape | on the form | choices |",
            "|---|---|---|---|",
            *(
                f"| `{need.name}` | {need.field} | {need.label} | "
                f"{', '.join(choice.value for choice in need.choices)} |"
                for need in NEEDS.values()
            ),
            "",
            "Outcomes by kind:",
            "",
            *(
                f"- {spanish(Kind(kind))}: {', '.join(outcome.value for outcome in outcomes)}"
                for kind, outcomes in OUTCOMES.items()
            ),
            "",
        ]
    )


def _table(rows: Sequence[Transition], *, kinds: bool) -> Iterable[str]:
    head = ["action", "button", *(["kinds"] if kinds else []), "from", "to", "who", "needs"]
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        cells = [
            f"`{row.action}`",
            row.label,
            *(["".join(_KINDS[Kind(kind)] for kind in row.who)] if kinds else []),
            _states(row.sources),
            row.target or "same",
            _who(row),
            _needs(row),
        ]
        yield f"| {' | '.join(cells)} |"


def _states(sources: frozenset[str]) -> str:
    order = [state.value for state in (*CaseState, *TurnState, *AppealState)]
    if not sources:
        return "—"
    return "any" if sources in _ALL else ", ".join(sorted(sources, key=order.index))


#: Every state of a workflow is "any".
_ALL: Final = (frozenset(CaseState), frozenset(AppealState))


def _who(row: Transition) -> str:
    """The people, once where all kinds have the same."""
    by_people: dict[str, str] = {}
    for kind, people in row.who.items():
        words = ", ".join(sorted(who.value for who in people))
        by_people[words] = by_people.get(words, "") + _KINDS[Kind(kind)]
    if len(by_people) == 1:
        return next(iter(by_people))
    return "; ".join(f"{kinds}: {words}" for words, kinds in by_people.items())


def _needs(row: Transition) -> str:
    optional = [f"*{name}*" for name in row.optional]
    return ", ".join([*row.needs, *optional]) or "—"


def _diagram(rows: Sequence[Transition], states: Sequence[str], first: str) -> Iterable[str]:
    """The moves between states; acts that keep the state are left to the table."""
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {first}"
    for row in rows:
        if row.target in (None, BACK):
            continue
        for source in sorted(row.sources, key=states.index):
            for target in _targets(row):
                if target != source:
                    yield f"    {source} --> {target}: {row.action}"
    yield "```"


def _targets(row: Transition) -> Sequence[str]:
    if row.target != BY_TURNS:
        return (str(row.target),)
    if row.action == "route":
        return (CaseState.ROUTED.value,)
    return (CaseState.RECEIVED.value, CaseState.ROUTED.value, CaseState.REVIEW.value)


def main(arguments: Sequence[str]) -> int:
    """Write the page, or with ``--check`` compare it."""
    if "--check" in arguments:
        current = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page()
        if not current:
            print("docs/workflows.md is old: python -m tools.workflows", file=sys.stderr)
        return 0 if current else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
