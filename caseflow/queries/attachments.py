"""The files of a case, each within what its reader may see."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.orm import Session

from caseflow.models import Attachment
from caseflow.queries.sight import Sight


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file. ``turn_number``: it belongs to an area's work; ``appeal_number``: to an appeal of
    the case; none of them: to the case."""

    number: int
    name: str
    media_type: str
    size: int
    sha256: str
    turn_number: int | None
    purpose: str
    added_by_id: int | None
    added_at: dt.datetime
    appeal_number: int | None


_COLUMNS: tuple[Any, ...] = (
    Attachment.number,
    Attachment.name,
    Attachment.media_type,
    Attachment.size,
    Attachment.sha256,
    Attachment.turn_number,
    Attachment.purpose,
    Attachment.added_by_id,
    Attachment.added_at,
    Attachment.appeal_number,
)
# built once: making a statement costs more than running it
_FILES = (
    select(*_COLUMNS)
    .where(Attachment.case_id == bindparam("case_id", type_=BigInteger()))
    .order_by(Attachment.number)
)


def files_of(session: Session, case_id: int, sight: Sight) -> tuple[FileRow, ...]:
    """The files that the reader may download, oldest first; one statement."""
    rows = session.connection().execute(_FILES, {"case_id": case_id})
    return tuple(
        FileRow(*row)
        for row in rows
        if sight.turn(row.turn_number) and (row.appeal_number is None or sight.desk)
    )
