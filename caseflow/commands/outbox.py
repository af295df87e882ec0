"""The outbox: mail to deliver is taken, sent outside of any transaction, and marked one by one.

A mail taken is ``sending`` until ``next_try_at``; whoever took it and died leaves it to the next
one after that. The Message-ID stays, so that a repeat is known as one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from caseflow import dialect
from caseflow.commands.work import Work, begin_work
from caseflow.domain.people import SYSTEM
from caseflow.models import Mail

QUEUED, SENDING, SENT, FAILED, HELD = "queued", "sending", "sent", "failed", "held"
#: How long a sender may take for what it took before it is given up for dead.
TAKEN_FOR = dt.timedelta(minutes=10)
#: Tries before a mail is set aside: with the waits below, some two days.
MOST_TRIES = 14
FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=6)
#: Characters of a server's answer that are kept.
PROBLEM_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to send."""

    id: int
    message_id: str
    recipient: str
    subject: str
    body: str
    attempts: int


def take_mail(now: dt.datetime | None, most: int) -> tuple[Letter, ...]:
    """Take what is due, oldest first, for sending; nobody else takes it for ten minutes."""
    with begin_work(SYSTEM, now) as work:
        dialect.one_at_a_time(work.session.connection(), "outbox")
        rows = work.session.scalars(
            select(Mail)
            .where(Mail.state.in_((QUEUED, SENDING)), Mail.next_try_at <= work.now)
            .order_by(Mail.next_try_at, Mail.id)
            .limit(most)
        ).all()
        for mail in rows:
            mail.state = SENDING
            mail.attempts += 1
            mail.next_try_at = work.now + TAKEN_FOR
        work.session.flush()
        return tuple(
            Letter(m.id, m.message_id, m.recipient, m.subject, m.body, m.attempts) for m in rows
        )


def mark_sent(letter: Letter, now: dt.datetime | None) -> None:
    """The server said yes."""
    with begin_work(SYSTEM, now) as work:
        mail = work.session.get_one(Mail, letter.id)
        mail.state, mail.sent_at, mail.problem = SENT, work.now, None


def mark_failed(letter: Letter, problem: str, now: dt.datetime | None, *, for_good: bool) -> str:
    """The server said no, or nothing: the mail waits longer each time, or is set aside.

    Returns its state: ``queued``, or ``failed`` after the last try or where it is ``for_good``.
    """
    with begin_work(SYSTEM, now) as work:
        mail = work.session.get_one(Mail, letter.id)
        mail.problem = problem[:PROBLEM_LENGTH]
        if for_good or letter.attempts >= MOST_TRIES:
            mail.state = FAILED
        else:
            mail.state = QUEUED
            wait = FIRST_WAIT * 2 ** min(letter.attempts - 1, 20)
            mail.next_try_at = work.now + min(wait, LONGEST_WAIT)
        return mail.state


def give_back(letters: Sequence[Letter], now: dt.datetime | None) -> None:
    """Taken and not tried, since the server went away: the try does not count."""
    with begin_work(SYSTEM, now) as work:
        for letter in letters:
            mail = work.session.get_one(Mail, letter.id)
            mail.state, mail.attempts = QUEUED, letter.attempts - 1
            mail.next_try_at = work.now + FIRST_WAIT


def hold_mail(work: Work) -> int:
    """Hold all that waits: a restored copy must not write to people again. Returns how many."""
    held = work.session.scalars(
        update(Mail).where(Mail.state.in_((QUEUED, SENDING))).values(state=HELD).returning(Mail.id)
    ).all()
    return len(held)


def release_mail(work: Work) -> int:
    """Let held mail go out: a person says so. Returns how many."""
    released = work.session.scalars(
        update(Mail)
        .where(Mail.state == HELD)
        .values(state=QUEUED, next_try_at=work.now)
        .returning(Mail.id)
    ).all()
    work.record("mail_released", {"mails": len(released)})
    return len(released)
