"""What happens in the test office in a month, in the words of the monthly report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import count

from caseflow.domain.instants import utc
from caseflow.domain.months import Month
from caseflow.extensions import db
from caseflow.queries import reference
from caseflow.queries.report_figures import OverdueReport, ReportRow
from caseflow.queries.reports import Ask, monthly_overdue
from tests.builders import Office

OCTOBER = Month(2026, 10)
#: Received Thursday 1 October: nine business days end on Wednesday the 14th.
FILED, DUE = dt.date(2026, 10, 1), dt.date(2026, 10, 14)
#: Tuesday 3 November, 7:00 in Mexico City.
CLOSING = dt.datetime(2026, 11, 3, 13, 0, tzinfo=dt.UTC)


def at(day: dt.date, hour: int = 10, minute: int = 0) -> dt.datetime:
    """An hour of a day of the office."""
    return utc(dt.datetime.combine(day, dt.time(hour, minute)))


def october(day: int) -> dt.date:
    return dt.date(2026, 10, day)


class Happenings:
    """What happens in the test office in a month, in the words of the report."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._folios = count(1)

    def request(
        self,
        *codes: str,
        filed: dt.date = FILED,
        routed: dt.datetime | None = None,
        entered: dt.datetime | None = None,
    ) -> str:
        """An information request, entered and routed to areas on the day it came."""
        folio = f"0920745260{next(self._folios):05d}"
        now = entered or at(filed, 9, 30)
        ref = self.office.request(now=now, filed_on=filed, folio=folio).case.ref
        if codes:
            self.office.route("transparencia", ref, *codes, now=routed or entered or at(filed))
        return ref

    def answer(self, ref: str, on: dt.date, entered: dt.datetime | None = None) -> None:
        """The mediation JUD replies and the transparency office answers."""
        now = entered or at(on)
        self.office.turn("titular", ref, 1, "accept", now)
        self.office.turn("titular", ref, 1, "reply", now, text="Se adjunta.")
        self.office.act(
            "transparencia", ref, "answer", now,
            outcome="delivered", text="Se entrega.", channel="platform", notified_on=on,
        )  # fmt: skip

    def desist(self, ref: str, on: dt.date, now: dt.datetime | None = None) -> None:
        self.office.act(
            "transparencia", ref, "desist", now or at(on), text="Se desiste.", received_on=on
        )

    def ask_person(self, ref: str, day: int) -> None:
        """Ask the person to complete the request, on a day of October."""
        self.office.act(
            "transparencia", ref, "request_clarification", at(october(day)),
            text="Precise el periodo.", notified_on=october(day),
        )  # fmt: skip

    def report(
        self,
        area: str = "ALC",
        month: Month = OCTOBER,
        now: dt.datetime = CLOSING,
        scope: str = "",
        *,
        whole: bool = True,
    ) -> OverdueReport:
        db.session.remove()
        ask = Ask(month, self.office.area(area), now, scope)
        session = db.session()
        return monthly_overdue(session, reference.current(session), ask, whole=whole)


def refs(rows: Iterable[ReportRow]) -> list[str]:
    """The folios of a list, as they stand in it."""
    return [row.ref for row in rows]
