"""Cases that are all open, each of which a change of the calendar moves."""

from __future__ import annotations

import datetime as dt
import random

from flask import Flask

from bench.office import CHUNK, SEED, invented_birth, routed_to
from bench.people import SHARES
from caseflow.commands.work import begin_work
from caseflow.domain.births import decide_birth
from caseflow.domain.case_acts import decide_case
from caseflow.domain.instants import local_date
from caseflow.domain.people import SYSTEM, Actor, Grant
from caseflow.domain.vocabulary import Role, Source
from caseflow.extensions import db

#: Business days back that the day lies that has passed.
BACK = 12
#: How long ago an open case was filed, in business days: services and requests for information.
SERVICE_DAYS, REQUEST_DAYS = (BACK + 1, 42), (0, 7)
#: One in so many is a request for information, and half of those are extended.
REQUESTS = 10


def add_open(app: Flask, cases: int, now: dt.datetime) -> None:
    """Open cases with a turn, each of which a day that has passed or one to come moves."""
    chance = random.Random(SEED + 2)
    today = local_date(now)
    with app.app_context():
        with begin_work(SYSTEM, now) as work:
            calendar = work.clockwork.calendar
            areas = [node.id for node in work.tree.nodes.values() if node.code in SHARES]
        asked: list[int] = []
        for start in range(0, cases, CHUNK):
            with begin_work(SYSTEM, now) as work:
                changes = []
                for n in range(start, min(start + CHUNK, cases)):
                    request = n % REQUESTS == 0
                    ago = chance.randint(*(REQUEST_DAYS if request else SERVICE_DAYS))
                    filed = dt.datetime.combine(
                        calendar.add(today, -ago - 1), dt.time(chance.randrange(8, 20))
                    )
                    source = Source.SISAI if request else Source.SUAC
                    folio = f"0920745{filed:%y}{900_000 + n:06}" if request else f"{7_000_000 + n}"
                    birth = invented_birth(folio, source, "Bacheo", filed, work, {}, {})
                    changes.append(
                        decide_birth(
                            birth, "imported", SYSTEM, {}, work.clockwork, now,
                            routed_to(areas[n % len(areas)]),
                        )
                    )  # fmt: skip
                work.apply_many(changes)
            asked += [c.case.id for c in changes if c.case.source == Source.SISAI]
        for start in range(0, len(asked), 2 * CHUNK):
            with begin_work(SYSTEM, now) as work:
                data = {"reason": "Se buscan los documentos.", "notified_on": work.today}
                root = work.tree.root_id or 0
                grant = Grant(Role.TRANSPARENCY, root, work.tree.below[root])
                officer = Actor(None, "Transparencia", (grant,), root_id=root)
                extended = work.cases(asked[start : start + 2 * CHUNK : 2])
                work.apply_many(
                    [
                        decide_case(case, "extend", officer, data, work.clockwork, now)
                        for case in extended.values()
                    ]
                )
        db.session.remove()
