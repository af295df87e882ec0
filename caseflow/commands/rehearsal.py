"""Trying an act to see what it would do: done in full, then taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from caseflow.commands.work import Work, begin_work
from caseflow.domain.people import Actor

T = TypeVar("T")


class _Undone(Exception):
    """Rolls the rehearsal back; never leaves this module."""


def rehearse(actor: Actor, now: dt.datetime, act: Callable[[Work], T]) -> T:
    """What the act returns, without anything of it staying. Raises what the act raises.

    For seldom acts of administration: others wait while it is tried, as they would for the act.
    """
    results: list[T] = []
    try:
        with begin_work(actor, now) as work:
            results.append(act(work))
            raise _Undone
    except _Undone:
        return results[0]
