"""Two people with the same page before them: one act stands, the other is told to look again.

``CASEFLOW_PAIRS`` says how many pairs.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy import func, select

from caseflow.commands.capture import Captured, capture
from caseflow.commands.cases import take_case
from caseflow.commands.work import begin_work
from caseflow.domain.errors import Busy, InvalidData, Stale
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import Channel, Kind, Source
from caseflow.extensions import db
from caseflow.models import Case, Event, Note
from caseflow.queries.rebuild import differences
from tests.builders import NOW, TODAY, Office

PAIRS = int(os.environ.get("CASEFLOW_PAIRS", "40"))
#: Cases in turn, so that a version is never the one of the pair before.
CASES = 8
BOTH = ("supervision", "ventanilla")


def test_of_two_conflicting_acts_exactly_one_stands(office: Office) -> None:
    """Each pair writes a note on the version that both saw; versions count what stood."""
    refs = [office.capture().case.ref for _ in range(CASES)]
    actors = [office.actor(login) for login in BOTH]
    told: Counter[str] = Counter()
    together, lock = threading.Barrier(2), threading.Lock()

    def one(who: int) -> None:
        with office.app.app_context():
            for n in range(PAIRS):
                ref, version = refs[n % CASES], 1 + n // CASES
                together.wait(timeout=60)
                said = "lost"
                while said == "lost":
                    try:
                        with begin_work(actors[who], NOW) as work:
                            take_case(work, ref, "note", {"text": f"{n}"}, version)
                        said = "stood"
                    except Stale:
                        said = "stale"
                    except Busy:
                        continue  # it waited too long for the lock and was told to try again
                with lock:
                    told[f"{n}:{said}"] += 1

    pair = [threading.Thread(target=one, args=(who,)) for who in (0, 1)]
    for thread in pair:
        thread.start()
    for thread in pair:
        thread.join()
    assert told == Counter({f"{n}:{said}": 1 for n in range(PAIRS) for said in ("stood", "stale")})
    assert db.session.scalar(select(func.count()).select_from(Note)) == PAIRS
    notes = select(func.count()).where(Event.action == "note")
    assert db.session.scalar(notes) == PAIRS
    assert db.session.scalar(select(func.sum(Case.version))) == CASES + PAIRS
    assert differences(db.session()) == []


def at_once(office: Office, acts: Sequence[Callable[[], str]]) -> list[str]:
    """What several people got who acted in the same moment."""
    told: list[str] = []
    together = threading.Barrier(len(acts))

    def one(act: Callable[[], str]) -> None:
        with office.app.app_context():
            together.wait(timeout=60)
            told.append(act())

    threads = [threading.Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


def captured(actor: Actor, nonce: str) -> str:
    form = Captured(
        source=Source.CESAC, kind=Kind.SERVICE, subject="OTRO", channel=Channel.COUNTER.value,
        filed_on=TODAY,
    )  # fmt: skip
    with begin_work(actor, NOW) as work:
        return capture(work, form, nonce).case.ref


def test_the_first_folios_of_a_year_are_taken_by_several_at_once(office: Office) -> None:
    actor = office.actor("ventanilla")
    acts = [partial(captured, actor, f"n{n}") for n in range(6)]
    assert at_once(office, acts) == [f"CESAC-2026-{n:06d}" for n in range(1, 7)]


def test_the_same_form_sent_twice_at_once_makes_one_case(office: Office) -> None:
    actor = office.actor("ventanilla")
    assert set(at_once(office, [partial(captured, actor, "uno")] * 4)) == {"CESAC-2026-000001"}
    assert db.session.scalar(select(func.count()).select_from(Case)) == 1


def test_of_two_who_capture_the_same_folio_of_another_system_one_is_told(office: Office) -> None:
    def typed(login: str) -> str:
        try:
            with begin_work(office.actor(login), NOW) as work:
                form = Captured(
                    source=Source.SUAC, kind=Kind.SERVICE, subject="OTRO",
                    channel=Channel.PHONE.value, filed_on=TODAY, folio="2441009",
                )  # fmt: skip
                return capture(work, form).case.ref
        except InvalidData as told:
            return str(told)

    told = at_once(office, [partial(typed, login) for login in ("supervision", "ventanilla")])
    assert told == [
        "El folio SUAC-2441009 ya está capturado; búsquelo en lugar de capturarlo otra vez.",
        "SUAC-2441009",
    ]
