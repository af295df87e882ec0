"""Batches and their rows, for the pages and the command line, within what a person may import."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import INBOX_KINDS, Role, Source, Verdict
from caseflow.models import Batch, BatchRow, Case, User
from caseflow.queries.reference import Desks, Tree

PAGE = 25

#: What decides first comes first on the page of a batch.
FIRST_DISCREPANT, FIRST_QUARANTINED, FIRST_REST = 0, 1, 2


def importable_sources(actor: Actor, tree: Tree, desks: Desks) -> frozenset[Source]:
    """The sources whose listings a person may import (domain §6).

    A clerk those of the area: the sources whose cases lie on its desk, and the one that bears its
    name. The transparency link SISAI. A supervisor, and the system, all.
    """
    if actor.system or actor.has(Role.SUPERVISOR):
        return frozenset(Source)
    found: set[Source] = set()
    if actor.has(Role.TRANSPARENCY):
        found.add(Source.SISAI)
    areas = actor.areas(Role.CLERK)
    for source in Source:
        named = tree.by_code(source.value)
        if (named is not None and named.id in areas) or any(
            desks.desk(source, kind) in areas for kind in INBOX_KINDS
        ):
            found.add(source)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch as lists and reports show it."""

    id: int
    profile: str
    source: str
    filename: str
    sha256: str
    take_all: bool
    state: str
    refusal: str | None
    about: Mapping[str, Any]
    rows: int
    forecast: Mapping[str, int]
    counts: Mapping[str, int]
    discrepancies: int
    notes: tuple[str, ...]
    handed_over: bool
    created_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    by_name: str | None
    #: number of the last row read
    staged_to: int
    paused_at: dt.datetime | None
    paused_by: str | None
    #: the last row in quarantine that was tried again; none: nobody asked
    retried_to: int | None

    def count(self, verdict: Verdict) -> int:
        """Rows with this verdict so far."""
        return int(self.counts.get(verdict.value, 0))

    def expected(self, verdict: Verdict) -> int:
        """Rows with this verdict by the preview."""
        return int(self.forecast.get(verdict.value, 0))

    @property
    def decided(self) -> int:
        return sum(int(n) for n in self.counts.values())

    @property
    def balanced(self) -> bool:
        """Whether every row that was read has exactly one verdict."""
        return self.decided == self.rows


_PAUSER = aliased(User)
_LINE = (
    Batch.id, Batch.profile, Batch.source, Batch.filename, Batch.sha256, Batch.take_all,
    Batch.state, Batch.refusal, Batch.about, Batch.rows, Batch.forecast, Batch.counts,
    Batch.discrepancies, Batch.warnings, Batch.handed_over, Batch.created_at, Batch.started_at,
    Batch.finished_at, User.name, Batch.staged_to, Batch.paused_at, _PAUSER.name, Batch.retried_to,
)  # fmt: skip


def _select_lines() -> Select[Any]:
    return (
        select(*_LINE)
        .outerjoin(User, User.id == Batch.by_id)
        .outerjoin(_PAUSER, _PAUSER.id == Batch.paused_by_id)
    )


def batches(
    session: Session,
    sources: Collection[Source] | None = None,
    *,
    before: int | None = None,
    limit: int = PAGE,
) -> tuple[BatchLine, ...]:
    """The latest batches of these sources (none: of all), newest first, below an id if given."""
    statement = _select_lines()
    if sources is not None:
        statement = statement.where(Batch.source.in_([source.value for source in sources]))
    if before is not None:
        statement = statement.where(Batch.id < before)
    return tuple(map(_line, session.execute(statement.order_by(Batch.id.desc()).limit(limit))))


def batch(
    session: Session, batch_id: int, sources: Collection[Source] | None = None
) -> BatchLine | None:
    """One batch, if it is of one of these sources (none: of any)."""
    statement = _select_lines().where(Batch.id == batch_id)
    if sources is not None:
        statement = statement.where(Batch.source.in_([source.value for source in sources]))
    row = session.execute(statement).one_or_none()
    return None if row is None else _line(row)


def _line(row: Any) -> BatchLine:
    values = list(row)
    values[13] = tuple(values[13] or ())
    return BatchLine(*values)


def earlier_batch(session: Session, line: BatchLine) -> BatchLine | None:
    """The batch that brought in this file before, whatever its name and the order of its rows.

    By the bytes, else by its first unchanged row: the batch that row was last news in.
    """
    found = session.scalar(
        select(func.min(Batch.id)).where(
            Batch.sha256 == line.sha256, Batch.id < line.id, Batch.state == "done"
        )
    )
    if found is None:
        same = (
            select(BatchRow.case_id)
            .where(BatchRow.batch_id == line.id, BatchRow.verdict == Verdict.UNCHANGED.value)
            .order_by(BatchRow.number)
            .limit(1)
            .scalar_subquery()
        )
        found = session.scalar(
            select(func.max(BatchRow.batch_id)).where(
                BatchRow.case_id == same,
                BatchRow.batch_id < line.id,
                BatchRow.verdict.in_((Verdict.CREATED.value, Verdict.UPDATED.value)),
            )
        )
    return None if found is None else batch(session, found)


@dataclass(frozen=True, slots=True)
class RowLine:
    """One row of a batch as the page shows it. ``final``: applied, no longer a forecast."""

    number: int
    verdict: str
    final: bool
    discrepant: bool
    raw: Sequence[str]
    clean: Mapping[str, Any] | None
    detail: Sequence[Mapping[str, Any]]
    case_ref: str | None
    discarded_by: str | None
    discard_reason: str | None


@dataclass(frozen=True, slots=True)
class RowPage:
    """Rows of a batch, with the keys of the pages beside it (none: there is none)."""

    rows: tuple[RowLine, ...]
    previous: str | None
    next: str | None


def _shown() -> ColumnElement[str | None]:
    return func.coalesce(BatchRow.verdict, BatchRow.forecast)


def _rank() -> ColumnElement[int]:
    """Discrepancies first, then what waits in quarantine, then the rest."""
    return case(
        (BatchRow.discrepant.is_(True), FIRST_DISCREPANT),
        (
            and_(_shown() == Verdict.QUARANTINED.value, BatchRow.discard_reason.is_(None)),
            FIRST_QUARANTINED,
        ),
        else_=FIRST_REST,
    )


def batch_rows(
    session: Session,
    batch_id: int,
    *,
    verdict: Verdict | None = None,
    discrepant: bool = False,
    after: str | None = None,
    before: str | None = None,
    limit: int = PAGE,
) -> RowPage:
    """A page of a batch's rows, by the key of a row before or after it (keyset).

    Filtered, rows come in the file's order; all of them, what needs a decision comes first.
    """
    mixed = verdict is None and not discrepant
    where = _filtered(batch_id, verdict, discrepant)
    back = before is not None and after is None
    if mixed:
        found = _mixed(session, where, _key(before if back else after), limit + 1, back=back)
    else:
        found = _plain(session, where, _key(before if back else after), limit + 1, back=back)
    more = len(found) > limit
    found = found[:limit]
    if back:
        found.reverse()
    lines = _lines(session, found)
    keys = [f"{row.rank}-{row.number}" for row in found]
    return RowPage(
        lines,
        keys[0] if keys and (more if back else after is not None) else None,
        keys[-1] if keys and (True if back else more) else None,
    )


def every_row(
    session: Session,
    batch_id: int,
    *,
    verdict: Verdict | None = None,
    discrepant: bool = False,
    chunk: int = 500,
) -> Iterator[RowLine]:
    """All rows under a filter in the order of the listing, read in chunks, never all held."""
    where = _filtered(batch_id, verdict, discrepant)
    at: tuple[int, int] | None = None
    while found := _plain(session, where, at, chunk, back=False):
        yield from _lines(session, found)
        at = (FIRST_REST, found[-1].number)


def _filtered(
    batch_id: int, verdict: Verdict | None, discrepant: bool
) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [BatchRow.batch_id == batch_id]
    if discrepant:
        where.append(BatchRow.discrepant.is_(True))
    if verdict is not None:
        where.append(_is(verdict))
    return where


def _is(verdict: Verdict) -> ColumnElement[bool]:
    """Of a row, that this is its verdict, or what the preview expects where it has none."""
    return or_(
        BatchRow.verdict == verdict.value,
        and_(BatchRow.verdict.is_(None), BatchRow.forecast == verdict.value),
    )


def rows_wait(session: Session, line: BatchLine) -> bool:
    """Whether rows of the batch wait in quarantine for somebody."""
    if not (line.count(Verdict.QUARANTINED) or line.expected(Verdict.QUARANTINED)):
        return False
    waiting = exists().where(
        BatchRow.batch_id == line.id,
        _is(Verdict.QUARANTINED),
        BatchRow.discard_reason.is_(None),
    )
    return bool(session.scalar(select(waiting)))


def _key(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    rank, _, number = text.partition("-")
    if not (rank.isdigit() and number.isdigit() and len(rank) == 1 and len(number) < 10):
        return None
    return int(rank), int(number)


def _columns(rank: ColumnElement[int]) -> Any:
    return select(
        BatchRow.number, BatchRow.verdict, BatchRow.forecast, BatchRow.discrepant, BatchRow.raw,
        BatchRow.clean, BatchRow.problems, BatchRow.detail, BatchRow.case_id,
        BatchRow.discarded_by_id, BatchRow.discard_reason, rank.label("rank"),
    )  # fmt: skip


def _plain(
    session: Session, where: list[Any], key: tuple[int, int] | None, limit: int, *, back: bool
) -> list[Any]:
    """Rows by number."""
    statement = _columns(_rank()).where(*where)
    if key is not None:
        number = BatchRow.number
        statement = statement.where(number < key[1] if back else number > key[1])
    order = BatchRow.number.desc() if back else BatchRow.number
    return list(session.execute(statement.order_by(order).limit(limit)))


def _mixed(
    session: Session, where: list[Any], key: tuple[int, int] | None, limit: int, *, back: bool
) -> list[Any]:
    """Rows by rank, then number: each rank is read by its own index, no sort of the batch."""
    waiting = and_(_is(Verdict.QUARANTINED), BatchRow.discard_reason.is_(None))
    conditions: dict[int, list[ColumnElement[bool]]] = {
        FIRST_DISCREPANT: [BatchRow.discrepant.is_(True)],
        FIRST_QUARANTINED: [BatchRow.discrepant.is_(False), waiting],
        FIRST_REST: [_rank() == FIRST_REST],
    }
    ranks = sorted(conditions, reverse=back)
    found: list[Any] = []
    for rank in ranks:
        if key is not None and (rank > key[0] if back else rank < key[0]):
            continue
        at = key if key is not None and key[0] == rank else None
        found += _plain(session, [*where, *conditions[rank]], at, limit - len(found), back=back)
        if len(found) >= limit:
            break
    return found


def _lines(session: Session, rows: Sequence[Any]) -> tuple[RowLine, ...]:
    case_ids = {row.case_id for row in rows if row.case_id is not None}
    refs: dict[int, str] = {}
    if case_ids:
        refs = dict(session.execute(select(Case.id, Case.ref).where(Case.id.in_(case_ids))).all())
    people_ids = {row.discarded_by_id for row in rows if row.discarded_by_id is not None}
    people: dict[int, str] = {}
    if people_ids:
        people = dict(
            session.execute(select(User.id, User.name).where(User.id.in_(people_ids))).all()
        )
    return tuple(
        RowLine(
            row.number,
            row.verdict or row.forecast or "",
            row.verdict is not None,
            row.discrepant,
            row.raw,
            row.clean,
            row.detail or row.problems or (),
            refs.get(row.case_id),
            people.get(row.discarded_by_id),
            row.discard_reason,
        )
        for row in rows
    )


def row_line(session: Session, batch_id: int, number: int) -> RowLine | None:
    """One row of a batch."""
    rows = list(
        session.execute(
            _columns(_rank()).where(BatchRow.batch_id == batch_id, BatchRow.number == number)
        )
    )
    return next(iter(_lines(session, rows)), None)


def headers(line: BatchLine) -> dict[str, str]:
    """Field → the header of its column as the file writes it."""
    return {name: header for header, name in line.about.get("columns", ()) if name}


def problems(session: Session, line: BatchLine, limit: int = 100) -> list[dict[str, Any]]:
    """What the rows in quarantine lack, for the command line: at most ``limit`` of them."""
    named = headers(line)
    rows = session.execute(
        select(BatchRow.number, BatchRow.problems, BatchRow.detail)
        .where(
            BatchRow.batch_id == line.id,
            _shown() == Verdict.QUARANTINED.value,
            BatchRow.discard_reason.is_(None),
        )
        .order_by(BatchRow.number)
        .limit(limit)
    )
    found = []
    for number, staged, detail in rows:
        for one in detail or staged or ():
            found.append(
                {
                    "row": number,
                    "column": one.get("column") or named.get(one.get("field", ""), ""),
                    "reason": one["reason"],
                }
            )
    return found[:limit]


def created_cases(session: Session, batch_id: int) -> tuple[int, ...]:
    """Ids of the cases that a batch brought into the world, in the order of its rows."""
    return tuple(
        session.scalars(
            select(BatchRow.case_id)
            .where(BatchRow.batch_id == batch_id, BatchRow.verdict == Verdict.CREATED.value)
            .order_by(BatchRow.number)
        )
    )
