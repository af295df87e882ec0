"""Notices on screen: read by the person whom they were written to, mailed or not."""

from __future__ import annotations

from sqlalchemy import update

from caseflow.commands.work import Work
from caseflow.domain.errors import NotFound
from caseflow.models import Case, Mail
from caseflow.queries.facts import load_cases


def open_notice(work: Work, notice_id: int) -> str | None:
    """Mark a notice of one's own as read; the ref of its case, if the person may see it.

    Raises ``NotFound``.
    """
    mail = work.session.get(Mail, notice_id)
    if mail is None or mail.user_id is None or mail.user_id != work.actor.user_id:
        raise NotFound("No se encontró el aviso.")
    if mail.read_at is None:
        mail.read_at = work.now
    if mail.case_id is None:
        return None
    found = load_cases(work.session, work.actor, Case.id == mail.case_id, whole=False)
    return next((case.ref for case in found.values()), None)


def read_all(work: Work) -> int:
    """Mark every notice of one's own as read; how many there were."""
    done = work.session.scalars(
        update(Mail)
        .where(Mail.user_id == work.actor.user_id, Mail.read_at.is_(None))
        .values(read_at=work.now)
        .returning(Mail.id)
    ).all()
    return len(done)
