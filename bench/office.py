"""An office of any size for the benchmark, made by the program's own rules and writes.

Cases are born by ``decide_birth`` and worked on by ``decide_case`` and ``decide_turn``, week after
week for two years, and written by ``work.apply_many`` in chunks as the importer does. One in four
is open; of the closed ones a quarter went through the office's hands, the others came closed in a
listing, as in the city's file. The same seed and day give the same office. Nobody in it exists.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import flask_migrate
from flask import Flask

from bench.people import (
    SHARES,
    STAFF_OF_AN_AREA,
    SUPERVISOR,
    Staff,
    head_of,
    hire,
    staff,
    staff_of,
)
from bench.plans import Plan, by_week, plans, weeks_before
from bench.rows import COLONIAS, draw_subjects
from caseflow.commands.capture import next_folios, series_for
from caseflow.commands.packs import load_days, load_law, load_organisation
from caseflow.commands.ticks import tick
from caseflow.commands.work import Work, begin_work
from caseflow.demo.people import invented_person
from caseflow.domain.births import Birth, decide_birth
from caseflow.domain.case_acts import decide_case
from caseflow.domain.change import Change
from caseflow.domain.errors import DomainError
from caseflow.domain.facts import CaseFacts
from caseflow.domain.folding import fold
from caseflow.domain.folios import read_folio
from caseflow.domain.instants import local_date, utc
from caseflow.domain.people import SYSTEM
from caseflow.domain.routing import Destination
from caseflow.domain.turn_acts import decide_turn
from caseflow.domain.vocabulary import Channel, Kind, Outcome, Source
from caseflow.extensions import db
from caseflow.packs import load_demo_days, load_pack
from caseflow.packs import load_law as read_law

#: Raised whenever what is drawn here changes, so that kept databases are built anew.
VERSION = 1
SEED = 20261124
CHUNK = 500
PACK = "iztacalco"
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"

_CHANNEL = {
    Source.HEARING: Channel.HEARING,
    Source.PAPER: Channel.PAPER,
    Source.SISAI: Channel.PLATFORM,
    Source.CESAC: Channel.COUNTER,
    Source.SUAC: Channel.PHONE,
}
#: What people write, by how often; the searched words are among them.
_REQUESTS = {
    "Solicito la reparación de la luminaria que está apagada desde hace varios días.": 14,
    "Hay un bache muy profundo que ya dañó varios automóviles; piden bacheo.": 12,
    "Pido la poda de un árbol cuyas ramas tocan los cables de la luz.": 9,
    "El camión de la basura no ha pasado en toda la semana por nuestra calle.": 9,
    "Reporto una fuga de agua en la banqueta frente a mi domicilio.": 8,
    "Los puestos ambulantes invaden la banqueta y no dejan pasar.": 7,
    "La coladera está tapada y con la lluvia se inunda la esquina.": 7,
    "Pedimos mayor presencia de patrullas por las noches, ha habido asaltos.": 6,
    "Los vecinos hacen ruido con música a todo volumen hasta la madrugada.": 5,
    "Solicito informes sobre los apoyos para personas adultas mayores.": 5,
    "Hay un vehículo abandonado desde hace meses que estorba el paso.": 4,
    "Se pide balizamiento y reductores de velocidad frente a la escuela.": 4,
}
_STREETS = ("Sur 8", "Oriente 217", "Calle 3", "Norte 59", "Canal de Tezontle", "Río Churubusco")
_ANSWERS = (
    "Se atendió el reporte en el lugar indicado; se anexa evidencia fotográfica.",
    "Se realizó la visita y se concluyeron los trabajos el mismo día.",
    "Se programó y ejecutó el servicio con la cuadrilla de la zona.",
)

_OF_THE_DESK = frozenset({"route", "close", "request_clarification", "note"})

#: Told how many of the cases are made.
Progress = Callable[[int], None]


def _quietly(made: int) -> None:
    """Nobody watches."""


@dataclass
class _Play:
    """What the build knows while it goes through the weeks."""

    chance: random.Random
    staff: Staff
    areas: Mapping[str, int]
    subjects: Iterator[str]
    agenda: dict[int, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    counts: Counter[str] = field(default_factory=Counter)
    serial: int = 0


def prepare(app: Flask, now: dt.datetime) -> None:
    """Migrate an empty database, load the packs, and hire the people."""
    since = weeks_before(local_date(now))[0]
    with app.app_context():
        flask_migrate.upgrade(directory=str(MIGRATIONS))
        pack = load_pack(PACK)
        with begin_work(SYSTEM, _at(since, 6)) as work:
            load_organisation(work, pack)
            load_law(work, read_law(pack.law))
            load_days(work, load_demo_days(PACK))
        with begin_work(SYSTEM, _at(since, 7)) as work:
            hire(work, since)
        db.session.remove()


def fill(
    app: Flask, cases: int, now: dt.datetime, progress: Progress = _quietly
) -> Mapping[str, int]:
    """Let the office work for two years up to ``now``; returns what happened how often."""
    today = local_date(now)
    chance = random.Random(SEED)
    weeks = weeks_before(today)
    born = by_week(plans(chance, cases, now), weeks)
    with app.app_context():
        with begin_work(SYSTEM, now) as work:
            areas = {node.code: node.id for node in work.tree.nodes.values()}
            people = staff(work.session, work.tree, today)
        play = _Play(chance, people, areas, draw_subjects(chance))
        for number, monday in enumerate(weeks):
            at = min(_at(monday + dt.timedelta(days=7), 9), now)
            for chunk in _chunks(born[number]):
                _births(play, chunk, number, at)
            for steps in _chunks(play.agenda.pop(number, [])):
                _acts(play, steps, at)
            if number % 4 == 3 or number == len(weeks) - 1:
                play.counts.update(tick(at))
            progress(play.counts["born"])
        db.session.remove()
    return dict(play.counts)


def add_falling_due(app: Flask, cases: int, due_on: dt.date, now: dt.datetime) -> None:
    """Further open service cases, each with an area, that all fall due on one day."""
    chance = random.Random(SEED + 1)
    subjects = draw_subjects(chance)
    with app.app_context():
        with begin_work(SYSTEM, now) as work:
            areas = [node.id for node in work.tree.nodes.values() if node.code in SHARES]
        done = 0
        while done < cases:
            n = min(CHUNK, cases - done)
            with begin_work(SYSTEM, now) as work:
                work.apply_many(
                    [
                        decide_birth(
                            invented_birth(
                                f"{8_000_000 + done + i}", Source.SUAC, next(subjects),
                                dt.datetime.combine(local_date(now), dt.time(8)), work,
                                {}, {}, given_due_on=due_on,
                            ),
                            "imported", SYSTEM, {}, work.clockwork, now,
                            routed_to(areas[i % len(areas)]),
                        )
                        for i in range(n)
                    ]
                )  # fmt: skip
            done += n
        db.session.remove()


def _at(day: dt.date, hour: int) -> dt.datetime:
    return utc(dt.datetime.combine(day, dt.time(hour)))


def _chunks(things: Sequence[Any]) -> Iterator[list[Any]]:
    source = iter(things)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


# ── Being born ───────────────────────────────────────────────────────────────────────────────────


def _births(play: _Play, chunk: Sequence[Plan], week: int, at: dt.datetime) -> None:
    with begin_work(SYSTEM, at) as work:
        folios = _own_folios(work, chunk)
        changes = [_born(play, work, plan, folios) for plan in chunk]
        work.apply_many(changes)
    play.counts["born"] += len(changes)
    for plan, change in zip(chunk, changes, strict=True):
        for later, action in plan.steps:
            play.agenda[week + later].append((change.case.id, action))


def _own_folios(work: Work, chunk: Sequence[Plan]) -> dict[Source, Iterator[str]]:
    """Folios of our series for the cases that take one."""
    found: dict[Source, Iterator[str]] = {}
    for source, n in Counter(plan.source for plan in chunk).items():
        series = series_for(work.reference.series, source, Kind.SERVICE)
        if series is not None and source not in (Source.SUAC, Source.SISAI):
            found[source] = iter(next_folios(work, series, n))
    return found


def _born(play: _Play, work: Work, plan: Plan, folios: Mapping[Source, Iterator[str]]) -> Change:
    chance, source = play.chance, plan.source
    play.serial += 1
    if source in folios:
        folio = next(folios[source])
    elif source is Source.SISAI:
        folio = f"0920745{plan.filed:%y}{play.serial:06}"
    else:
        folio = f"{4_000_000 + play.serial}"
    written, _, postal_code, latitude, longitude = chance.choice(COLONIAS)
    values: dict[str, Any] = {
        "colonia": written.title(),
        "borough": "IZTACALCO",
        "postal_code": postal_code,
        "latitude": latitude + chance.uniform(-0.004, 0.004),
        "longitude": longitude + chance.uniform(-0.004, 0.004),
    }
    person: dict[str, Any] = {"sex": "FEMENINO", "age": chance.randrange(18, 90)}
    if source is not Source.SUAC:
        values["description"] = chance.choices(list(_REQUESTS), list(_REQUESTS.values()))[0]
        values["street"] = f"{chance.choice(_STREETS)} {chance.randrange(1, 400)}"
        invented = invented_person(chance)
        person |= {**invented, "name_key": fold(invented["name"])}
    ended = None
    if plan.ended_after is not None:
        ended = plan.filed.date() + dt.timedelta(days=plan.ended_after)
    birth = invented_birth(
        folio, source, next(play.subjects), plan.filed, work, values, person,
        status="open" if plan.open else "closed", ended_on=ended,
    )  # fmt: skip
    destination = None
    if plan.open and plan.area is not None:
        destination = routed_to(play.areas[plan.area])
    return decide_birth(birth, "imported", SYSTEM, {}, work.clockwork, work.now, destination)


def invented_birth(
    folio: str,
    source: Source,
    subject: str,
    filed: dt.datetime,
    work: Work,
    values: Mapping[str, Any],
    person: Mapping[str, Any],
    **more: Any,
) -> Birth:
    """A case about to be born: a request for information from SISAI, else a service."""
    kind = Kind.INFORMATION if source is Source.SISAI else Kind.SERVICE
    ref, key = folio, folio
    if source in (Source.SUAC, Source.SISAI):
        read = read_folio(source, folio, filed.date(), work.reference.series)
        ref, key = read.ref, read.key
    return Birth(
        ref=ref,
        source=source.value,
        folio=key,
        folio_received=folio,
        kind=kind.value,
        desk_id=work.desks.desk(source, kind),
        subject=subject,
        channel=_CHANNEL[source].value,
        filed_at=utc(filed),
        filed_has_hour=True,
        filed_local=filed,
        values=values,
        petitioner=person,
        **more,
    )


def routed_to(area_id: int) -> Destination:
    """Where an invented case is routed to."""
    return Destination(
        "Por asunto", area_id, "", "Atender lo solicitado e informar el resultado.", None
    )


# ── Being worked on ──────────────────────────────────────────────────────────────────────────────


def _acts(play: _Play, steps: Sequence[tuple[int, str]], at: dt.datetime) -> None:
    """One act on each of these cases, by whom it falls to; what the rules refuse is left."""
    with begin_work(SYSTEM, at) as work:
        cases = work.cases([case_id for case_id, _ in steps])
        changes = []
        for case_id, action in steps:
            try:
                changes.append(_act(play, work, cases[case_id], action))
            except DomainError:
                play.counts["refused"] += 1
            else:
                play.counts[action] += 1
        work.apply_many(changes)


def _act(play: _Play, work: Work, case: CaseFacts, action: str) -> Change:
    code = _area_code(play, case)
    answer = _ANSWERS[case.id % len(_ANSWERS)]
    data: Mapping[str, Mapping[str, Any]] = {
        "route": {"areas": [play.areas[code]], "instruction": "Atender y contestar."},
        "close": {},
        "request_clarification": {
            "text": "Precise el domicilio y entre qué calles se ubica.",
            "notified_on": work.today,
        },
        "note": {"text": "Se avisó por teléfono de la fecha de la visita."},
        "accept": {},
        "assign": {"person": play.staff.ids[staff_of(code, case.id % STAFF_OF_AN_AREA)]},
        "draft": {"text": answer},
        "return": {"reason": "No corresponde a las funciones de esta área."},
        "reply": {
            "text": answer,
            "also_answer": True,
            "outcome": Outcome.ATTENDED.value,
            "channel": Channel.PHONE.value,
            "notified_on": work.today,
        },
    }
    if action in _OF_THE_DESK:
        actor = play.staff[SUPERVISOR]
        return decide_case(case, action, actor, data[action], work.clockwork, work.now)
    number = case.open_turns()[0].number
    actor = play.staff[head_of(code)]
    return decide_turn(case, number, action, actor, data[action], work.clockwork, work.now)


def _area_code(play: _Play, case: CaseFacts) -> str:
    """The area that works on the case, or last did."""
    area_id = case.turns[max(case.turns)].area_id
    return next(code for code, known in play.areas.items() if known == area_id)
