"""Between instants (UTC) and the days of the office (America/Mexico_City).

Daylight saving ended there in October 2022: the zone's data knows, no offset is written down.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("America/Mexico_City")


def local(instant: dt.datetime) -> dt.datetime:
    """Wall time of the office (naive) at an instant; an instant without a zone is read as UTC."""
    aware = instant if instant.tzinfo is not None else instant.replace(tzinfo=dt.UTC)
    return aware.astimezone(OFFICE_ZONE).replace(tzinfo=None)


def local_date(instant: dt.datetime) -> dt.date:
    """The day of the office at an instant; an instant without a zone is read as UTC."""
    return local(instant).date()


def utc(wall: dt.datetime) -> dt.datetime:
    """The instant (UTC, aware) of a wall time of the office.

    An hour that daylight saving repeated is taken as the first of the two. A wall time that
    already has a zone is only converted.
    """
    aware = wall if wall.tzinfo is not None else wall.replace(tzinfo=OFFICE_ZONE)
    return aware.astimezone(dt.UTC)


def office_time(filed: dt.datetime | dt.date) -> tuple[dt.date, dt.time | None]:
    """Day and hour of a filing in the office; no hour where only the day is known.

    A time without a zone is the office's own.
    """
    if not isinstance(filed, dt.datetime):
        return filed, None
    wall = local(filed) if filed.tzinfo is not None else filed
    return wall.date(), wall.time()


def hours_after(start: dt.datetime | dt.date, hours: int) -> dt.datetime:
    """The instant (UTC, aware) ``hours`` calendar hours after ``start``, nights and holidays in.

    ``start`` is an instant (read as UTC when it has no zone) or a day of the office, of which only
    the end is sure: then the hours run from the midnight that ends it.
    """
    if isinstance(start, dt.datetime):
        begin = start if start.tzinfo is not None else start.replace(tzinfo=dt.UTC)
    else:
        begin = utc(dt.datetime.combine(start + dt.timedelta(days=1), dt.time()))
    return begin.astimezone(dt.UTC) + dt.timedelta(hours=hours)
