"""Acts that move the clock, stored: what the events rebuild, what the morning sheet lists."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

from caseflow.domain.amends import standing
from caseflow.domain.errors import DomainError
from caseflow.domain.people import SYSTEM
from caseflow.domain.permits import offers
from caseflow.domain.vocabulary import Kind
from caseflow.extensions import db
from caseflow.queries import reference
from caseflow.queries.morning import MorningSheet, morning_sheet
from caseflow.queries.rebuild import differences
from tests.builders import NOW, TODAY, Office

ACTS = (
    "request_clarification", "receive_clarification", "notify_cost", "record_payment", "extend",
    "already_public", "answer", "verify_identity", "make_effective", "amend", "refer_part",
)  # fmt: skip


def answers(case: Any, action: str, on: dt.date, chance: random.Random) -> dict[str, Any]:
    """What every need of these acts takes; of a correction one of the acts on record."""
    data: dict[str, Any] = {
        "text": "Texto", "reason": "Motivo", "notified_on": on, "received_on": on, "paid_on": on,
        "made_on": on, "shown_on": on, "amount": 10, "authority": "SACMEX", "part": "El agua",
        "where": "Portal", "how": "Sección XII", "identity": "passport",
        "outcome": "granted" if case.kind == Kind.PERSONAL_DATA else "delivered",
        "channel": chance.choice(("platform", "counter")),
    }  # fmt: skip
    acts = standing(case)
    if action == "amend" and acts:
        data["act"] = chance.choice(acts).key
        if chance.random() < 0.4:
            data["never"] = True
        else:
            data["right_on"] = on - dt.timedelta(days=chance.randrange(6))
    if action == "verify_identity" and chance.random() < 0.5:
        data |= {"representative": "Julia Mora", "power": "letter"}
    return data


@pytest.mark.parametrize("kind", [Kind.INFORMATION, Kind.PERSONAL_DATA])
def test_the_events_rebuild_a_case_after_any_acts_that_move_its_clock(
    office: Office, kind: Kind
) -> None:
    done = 0
    for seed in range(6):
        chance = random.Random(seed)
        now = NOW
        folio = f"09207452600{int(kind == Kind.INFORMATION)}{700 + seed}"
        ref = office.request(folio=folio, kind=kind, now=now).case.ref
        office.route("transparencia", ref, "JUD-AMC", now=now)
        office.turn("titular", ref, 1, "accept", now)
        office.turn("titular", ref, 1, "reply", now, text="Va")
        for _ in range(14):
            now += dt.timedelta(days=chance.randrange(4))
            with office.work("transparencia", now) as work:
                case = work.case(ref)
                found = offers(case, work.actor, work.clockwork)
            allowed = [o.transition.action for o in found if o.enabled and not o.turn_number]
            likely = [action for action in allowed if action in ACTS]
            if not likely:
                continue
            action = chance.choice(likely)
            on = TODAY + (now - NOW) - dt.timedelta(days=chance.randrange(3))
            try:
                office.act("transparencia", ref, action, now,
                           **answers(case, action, on, chance))  # fmt: skip
            except DomainError:
                continue
            done += 1
    assert done > 20, "most acts were refused: the walk says little"
    assert differences(db.session()) == []


def sheet(on: dt.date) -> MorningSheet:
    db.session.remove()
    session = db.session()
    read = reference.current(session)
    area = read.tree.by_code("SESPPC")
    assert area is not None
    return morning_sheet(session, read, SYSTEM, area, on)


def test_the_morning_sheet_lists_the_rights_that_are_owed(office: Office) -> None:
    ref = office.request(kind=Kind.PERSONAL_DATA, arco_right="access").case.ref
    office.route("transparencia", ref, "JUD-AMC")
    office.turn("titular", ref, 1, "accept")
    office.turn("titular", ref, 1, "reply", text="Va")
    office.act("transparencia", ref, "answer", outcome="granted", text="Va", channel="platform",
               notified_on=TODAY)  # fmt: skip
    last = dt.date(2026, 12, 8)
    assert sheet(TODAY).rights == ()
    rows = sheet(last).rights
    assert [(row.ref, row.due_on) for row in rows] == [(ref, last)]
    assert str(rows[0].state) == "Acceso · falta acreditar la identidad"
    assert sheet(last).overdue == (), "the folio was answered in time"
    office.act("transparencia", ref, "verify_identity", identity="passport", shown_on=TODAY)
    office.act("transparencia", ref, "make_effective", text="Se entregó", made_on=TODAY)
    assert sheet(last).rights == ()
