"""Trying a change of the clock to see what it would move: written, looked at, and taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from caseflow.commands.redating import Rehearsed
from caseflow.commands.work import Work, begin_work
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.people import Actor


class _Undone(Exception):
    """Rolls back a rehearsal that would move nothing; never leaves this module."""


def rehearse(
    actor: Actor, now: dt.datetime, act: Callable[[Work], object]
) -> tuple[Clockwork, Clockwork] | None:
    """The clocks before and after the act, of which nothing stays; none where it changes no clock.

    Raises what the act raises. What the dates would do is for ``queries.calendars.impact_of``:
    nobody waits while it is counted.
    """
    try:
        with begin_work(actor, now) as work:
            work.rehearsing = True
            act(work)
            raise _Undone
    except _Undone:
        return None
    except Rehearsed as rehearsed:
        return rehearsed.before, rehearsed.after
