"""After a copy was put back: nobody is written to again, and nobody is still signed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from caseflow.commands.outbox import hold_mail
from caseflow.commands.work import Work
from caseflow.models import Lease, SignIn


def settle_restored(work: Work, about: Mapping[str, Any]) -> dict[str, int]:
    """Hold the mail, end all sessions, free the lease, and record the restoration.

    ``about`` says which copy it was. Returns how many mails were held and sessions ended.
    """
    ended = work.session.scalars(
        update(SignIn)
        .where(SignIn.ended_at.is_(None))
        .values(ended_at=work.now)
        .returning(SignIn.user_id)
    ).all()
    for lease in work.session.scalars(select(Lease)):
        lease.expires_at = work.now
    counts = {"mail_held": hold_mail(work), "sessions_ended": len(ended)}
    work.record("restored", {**about, **counts})
    return counts
