"""Calendar months as the reports name them."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from dataclasses import dataclass

from caseflow.domain.errors import InvalidData
from caseflow.domain.phrases import N_

MONTHS = (
    N_("enero"),
    N_("febrero"),
    N_("marzo"),
    N_("abril"),
    N_("mayo"),
    N_("junio"),
    N_("julio"),
    N_("agosto"),
    N_("septiembre"),
    N_("octubre"),
    N_("noviembre"),
    N_("diciembre"),
)
_SHAPE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One month of the office's calendar; ``str`` gives ``yyyy-mm``."""

    year: int
    number: int

    @classmethod
    def of(cls, day: dt.date) -> Month:
        """The month that a day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def read(cls, text: str) -> Month:
        """The month written ``yyyy-mm``. Raises ``InvalidData`` for anything else."""
        found = _SHAPE.fullmatch(text)
        if found is None or found[1] == "0000":
            raise InvalidData("Escriba el mes como aaaa-mm, por ejemplo 2026-10.", field="month")
        return cls(int(found[1]), int(found[2]))

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, self.number, 1)

    @property
    def last(self) -> dt.date:
        return self.plus(1).first - dt.timedelta(days=1)

    def plus(self, months: int) -> Month:
        """The month so many months later; negative: earlier."""
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last day of a month that has none."""
    month = Month.of(day).plus(months)
    if month.year > dt.MAXYEAR:
        raise InvalidData(
            "El cómputo se sale del calendario: revise la fecha y los días del plazo."
        )
    length = monthrange(month.year, month.number)[1]
    return dt.date(month.year, month.number, min(day.day, length))
