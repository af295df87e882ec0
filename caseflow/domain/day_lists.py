"""The non-working days and suspensions of one body as rows, and what an edit makes of them.

Pure, so that the preview of an edit and the edit itself are the same computation: ``edited`` gives
the rows after, ``difference`` what must be written, ``calendar_of`` the calendar that the clock
counts with.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from caseflow.domain.calendar import LONGEST_SUSPENSION, Calendar, Reason, Suspension
from caseflow.domain.errors import InvalidData, MissingData
from caseflow.domain.vocabulary import Kind, Mark

#: The body of the days that every body shares unless it works on them.
COMMON = "common"
#: Years a day may lie in; anything else is a typing mistake.
YEARS = range(2000, 2101)
#: From this day of each year on the program asks for the list of the next (domain §5).
ASK_FROM = (11, 1)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of a list. ``list_year`` is the year of the list it was published in."""

    day: dt.date
    reason: str
    source: str
    mark: str
    list_year: int


@dataclass(frozen=True, slots=True)
class SuspensionRow:
    """Terms of ``matter`` (none: of all) rest from ``first`` to ``last``, both in."""

    matter: str | None
    first: dt.date
    last: dt.date
    reason: str
    source: str
    mark: str


@dataclass(frozen=True, slots=True)
class BodyDays:
    """All that makes the calendar of one body.

    ``common``: the shared days. ``listed``: the body's own. ``worked``: common days that the body
    works. ``suspensions`` by their row's id; one not stored yet has a negative one.
    """

    common: Mapping[dt.date, DayRow] = field(default_factory=dict)
    listed: Mapping[dt.date, DayRow] = field(default_factory=dict)
    worked: Mapping[dt.date, DayRow] = field(default_factory=dict)
    suspensions: Mapping[int, SuspensionRow] = field(default_factory=dict)

    @property
    def listed_years(self) -> frozenset[int]:
        """Years for which the body's own list is loaded."""
        return frozenset(row.list_year for row in self.listed.values())


@dataclass(frozen=True, slots=True)
class CalendarEdits:
    """What a person wants changed: days put on the list or taken off, common days worked or kept
    again, suspensions declared or lifted (by id)."""

    days: tuple[DayRow, ...] = ()
    remove: tuple[dt.date, ...] = ()
    work: tuple[DayRow, ...] = ()
    rest: tuple[dt.date, ...] = ()
    suspend: tuple[SuspensionRow, ...] = ()
    lift: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values; ``from_json`` reads them back equal."""
        return {
            "days": [plain_row(row) for row in self.days],
            "remove": [day.isoformat() for day in self.remove],
            "work": [plain_row(row) for row in self.work],
            "rest": [day.isoformat() for day in self.rest],
            "suspend": [plain_row(row) for row in self.suspend],
            "lift": list(self.lift),
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> CalendarEdits:
        """Raises ``InvalidData`` for anything that ``as_json`` would not have written."""
        try:
            return cls(
                days=tuple(_day_row(row) for row in plain["days"]),
                remove=tuple(dt.date.fromisoformat(day) for day in plain["remove"]),
                work=tuple(_day_row(row) for row in plain["work"]),
                rest=tuple(dt.date.fromisoformat(day) for day in plain["rest"]),
                suspend=tuple(_suspension_row(row) for row in plain["suspend"]),
                lift=tuple(int(number) for number in plain["lift"]),
            )
        except (AttributeError, KeyError, TypeError, ValueError):
            raise InvalidData(
                "No se entendió el cambio que se iba a aplicar: vuelva al calendario y repítalo."
            ) from None


def edited(before: BodyDays, edits: CalendarEdits) -> BodyDays:
    """The rows after the edits. Putting a day twice changes nothing.

    Raises ``MissingData`` for a row without reason or source and ``InvalidData`` for one that
    cannot be, or that takes off what is not there.
    """
    listed, worked = dict(before.listed), dict(before.worked)
    suspensions = dict(before.suspensions)
    for day in edits.remove:
        if listed.pop(day, None) is None:
            raise InvalidData("El {day:%d/%m/%Y} no está en la lista.", field="day", day=day)
    for day in edits.rest:
        if worked.pop(day, None) is None:
            raise InvalidData("El {day:%d/%m/%Y} ya es inhábil.", field="day", day=day)
    for row in edits.days:
        check_day(row)
        worked.pop(row.day, None)
        listed[row.day] = row
    for row in edits.work:
        check_day(row)
        if row.day not in before.common:
            raise InvalidData(
                "El {day:%d/%m/%Y} no es un día inhábil común: si es de la lista, quítelo de ella.",
                field="day",
                day=row.day,
            )
        listed.pop(row.day, None)
        worked[row.day] = row
    for number in edits.lift:
        if suspensions.pop(number, None) is None:
            raise InvalidData("Esa suspensión ya no está.", field="suspension")
    for suspension in edits.suspend:
        check_suspension(suspension)
        if suspension in suspensions.values():
            continue
        suspensions[min([0, *suspensions]) - 1] = suspension
    return BodyDays(before.common, listed, worked, suspensions)


def calendar_of(body: str, rows: BodyDays) -> Calendar:
    """The calendar that the rows make."""
    days = {**rows.common, **rows.listed}
    return Calendar(
        body,
        {
            day: Reason(row.reason, row.source, row.mark)
            for day, row in days.items()
            if day not in rows.worked
        },
        rows.listed_years,
        tuple(
            Suspension(s.matter, s.first, s.last, Reason(s.reason, s.source, s.mark))
            for s in rows.suspensions.values()
        ),
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """What an edit writes, each part in order of dates."""

    added: tuple[DayRow, ...] = ()
    changed: tuple[DayRow, ...] = ()
    removed: tuple[DayRow, ...] = ()
    worked: tuple[DayRow, ...] = ()
    rested: tuple[DayRow, ...] = ()
    suspended: tuple[SuspensionRow, ...] = ()
    lifted: tuple[tuple[int, SuspensionRow], ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, part.name) for part in fields(self))

    def as_json(self) -> dict[str, Any]:
        """Plain values for the event; empty parts are left out."""
        parts: dict[str, Any] = {
            part.name: [plain_row(row) for row in getattr(self, part.name)]
            for part in fields(self)
            if part.name != "lifted"
        }
        parts["lifted"] = [plain_row(row) for _, row in self.lifted]
        return {name: rows for name, rows in parts.items() if rows}


def difference(before: BodyDays, after: BodyDays) -> Difference:
    """What must be written to go from one to the other."""
    return Difference(
        added=_only(after.listed, before.listed),
        changed=tuple(
            row for day, row in sorted(after.listed.items()) if before.listed.get(day, row) != row
        ),
        removed=_only(before.listed, after.listed),
        worked=_only(after.worked, before.worked),
        rested=_only(before.worked, after.worked),
        suspended=tuple(
            row for number, row in after.suspensions.items() if number not in before.suspensions
        ),
        lifted=tuple(
            (number, row)
            for number, row in before.suspensions.items()
            if number not in after.suspensions
        ),
    )


def missing_lists(listed: Iterable[int], in_use: Iterable[int], today: dt.date) -> tuple[int, ...]:
    """Years whose list is to be loaded: those in use, and from 1 November on the next one."""
    wanted = {*in_use, today.year}
    if (today.month, today.day) >= ASK_FROM:
        wanted.add(today.year + 1)
    return tuple(sorted(wanted - set(listed)))


def check_day(row: DayRow) -> None:
    """Raises ``MissingData`` or ``InvalidData`` for a row that cannot be on a list."""
    if row.day.year not in YEARS:
        raise InvalidData(
            "El año {year} está fuera de lo posible: revise la fecha.",
            field="day",
            year=row.day.year,
        )
    _check_words(row.reason, row.source, row.mark, f"{row.day:%d/%m/%Y}")
    if row.list_year not in (row.day.year, row.day.year - 1):
        raise InvalidData(
            "El {day:%d/%m/%Y} no cabe en la lista de {year}: va en la de su año o en la del "
            "anterior.",
            field="list_year",
            day=row.day,
            year=row.list_year,
        )


def check_suspension(row: SuspensionRow) -> None:
    """Raises ``MissingData`` or ``InvalidData`` for a suspension that cannot be."""
    _check_words(row.reason, row.source, row.mark, f"{row.first:%d/%m/%Y}")
    if row.matter is not None and row.matter not in set(Kind):
        raise InvalidData("Elija de qué asuntos se suspenden los plazos.", field="matter")
    if row.first.year not in YEARS or row.last.year not in YEARS:
        raise InvalidData("Revise el año de la suspensión.", field="first")
    if row.last < row.first:
        raise InvalidData(
            "La suspensión de plazos termina el {last:%d/%m/%Y}, antes de empezar el "
            "{first:%d/%m/%Y}: corrija las fechas.",
            field="last",
            first=row.first,
            last=row.last,
        )
    if (row.last - row.first).days > LONGEST_SUSPENSION:
        raise InvalidData(
            "La suspensión de plazos dura más de diez años: corrija las fechas.", field="last"
        )


def plain_row(row: DayRow | SuspensionRow) -> dict[str, Any]:
    """A row as JSON holds it: dates in ISO form."""
    values = {part.name: getattr(row, part.name) for part in fields(row)}
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in values.items()
    }


def _check_words(reason: str, source: str, mark: str, what: str) -> None:
    if not reason.strip():
        raise MissingData("{what}: escriba el motivo.", field="reason", what=what)
    if not source.strip():
        raise MissingData(
            "{what}: escriba la fuente (gaceta, fecha y página, u oficio).",
            field="source",
            what=what,
        )
    if mark not in set(Mark):
        raise InvalidData("{what}: elija qué tan segura es la fuente.", field="mark", what=what)


def _only(these: Mapping[dt.date, T], those: Mapping[dt.date, T]) -> tuple[T, ...]:
    return tuple(row for day, row in sorted(these.items()) if day not in those)


def _day_row(plain: Mapping[str, Any]) -> DayRow:
    return DayRow(
        day=dt.date.fromisoformat(plain["day"]),
        reason=str(plain["reason"]),
        source=str(plain["source"]),
        mark=str(plain["mark"]),
        list_year=int(plain["list_year"]),
    )


def _suspension_row(plain: Mapping[str, Any]) -> SuspensionRow:
    return SuspensionRow(
        matter=None if plain["matter"] is None else str(plain["matter"]),
        first=dt.date.fromisoformat(plain["first"]),
        last=dt.date.fromisoformat(plain["last"]),
        reason=str(plain["reason"]),
        source=str(plain["source"]),
        mark=str(plain["mark"]),
    )
