"""Dates that a change of calendar or law has not reached yet: marked wherever they show."""

from __future__ import annotations

from collections.abc import Iterable

from caseflow.domain.phrases import N_
from caseflow.extensions import db
from caseflow.queries.calendars import pending
from caseflow.web.sessions import rules

#: What is said of such a date.
PENDING = N_("Esta fecha se está volviendo a contar: puede moverse.")
#: The same where there is room for two words.
PENDING_SHORT = N_("por recontar")


def pending_dates(case_ids: Iterable[int]) -> frozenset[int]:
    """Which of these cases still wait to be dated again; asks nothing while none is."""
    under_way = rules().redating
    if under_way is None:
        return frozenset()
    return pending(db.session(), under_way.job_id, tuple(case_ids))
