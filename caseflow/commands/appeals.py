"""Acts on an appeal: the one door of screen, tests and demonstration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from caseflow.commands.work import Work
from caseflow.domain.appeal_acts import decide_appeal
from caseflow.domain.facts import CaseFacts


def take_appeal(
    work: Work,
    ref: str,
    number: int,
    action: str,
    data: Mapping[str, Any],
    version: int | None = None,
) -> CaseFacts:
    """One act on appeal ``number`` of a case; the first takes the number that comes next.

    Returns the case after it. Raises ``DomainError``.
    """
    case = work.case(ref, version)
    change = decide_appeal(case, number, action, work.actor, data, work.clockwork, work.now)
    work.apply(change)
    return change.case
