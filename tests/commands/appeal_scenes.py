"""A request of the test office under appeal."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.builders import Office

#: Received on Monday 2 November 2026, answered on the 10th, appealed, admitted on Tuesday the 24th.
RECEIVED, ANSWERED = dt.date(2026, 11, 2), dt.date(2026, 11, 10)
FILED, ADMITTED = dt.date(2026, 11, 18), dt.date(2026, 11, 24)
#: The last day to state: seven business days after the admission.
STATE_BY = dt.date(2026, 12, 3)
RULED = dt.date(2026, 12, 9)


def at(day: dt.date, hour: int = 10) -> dt.datetime:
    """A local hour of a day, as an instant."""
    return dt.datetime.combine(day, dt.time(hour + 6), dt.UTC)


def silent(office: Office, **form: Any) -> str:
    """A request whose area replied and that nobody answered."""
    ref = office.request(now=at(RECEIVED), filed_on=RECEIVED, **form).case.ref
    office.route("transparencia", ref, "JUD-AMC", now=at(RECEIVED))
    office.turn("titular", ref, 1, "accept", at(RECEIVED))
    office.turn("titular", ref, 1, "reply", at(RECEIVED), text="Listo")
    return ref


def answer(office: Office, ref: str, on: dt.date = ANSWERED) -> None:
    office.act(
        "transparencia", ref, "answer", at(on),
        outcome="delivered", text="Se entrega", channel="platform", notified_on=on,
    )  # fmt: skip


def answered(office: Office, **form: Any) -> str:
    ref = silent(office, **form)
    answer(office, ref)
    return ref


def admit(office: Office, ref: str, number: int = 1, **changes: Any) -> None:
    data: dict[str, Any] = {
        "file_number": f"RR.IP.0{number}23/2026",
        "authority": "Autoridad garante",
        "filed_on": FILED,
        "notified_on": ADMITTED,
        "text": "La respuesta está incompleta",
        **changes,
    }
    office.appeal("transparencia", ref, "admit", at(max(ADMITTED, data["notified_on"])), number,
                  **data)  # fmt: skip


def rule(
    office: Office, ref: str, sense: str = "modifies", on: dt.date = RULED, **more: Any
) -> None:
    if sense in ("modifies", "revokes", "orders"):
        more.setdefault("order", "Entregar los anexos")
    office.appeal(
        "transparencia", ref, "rule", at(on),
        notified_on=on, sense=sense, text="Se resuelve", **more,
    )  # fmt: skip


def appealed(office: Office, **form: Any) -> str:
    """An answered request with an appeal admitted."""
    ref = answered(office, **form)
    admit(office, ref)
    return ref
