"""Two years of the demonstration office, day by day, up to today.

Each day: the listings of the morning through the import, one transaction with the acts of the
day's people, the tick of the night, and on the first business day of a month its report.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from caseflow.commands import imports
from caseflow.commands.capture import Captured, capture
from caseflow.commands.packs import load_days
from caseflow.commands.reports import close_due_months
from caseflow.commands.ticks import tick
from caseflow.commands.work import Work, begin_work
from caseflow.demo.acts import Players
from caseflow.demo.listings import Drawn, SuacRow, sisai_listing, suac_listing
from caseflow.demo.people import Staff, hire, invented_person
from caseflow.demo.stories import Step, request_story, service_story
from caseflow.domain.facts import CaseFacts
from caseflow.domain.instants import local_date, utc
from caseflow.domain.people import SYSTEM, Actor
from caseflow.domain.routing import Routable
from caseflow.domain.vocabulary import CaseState, Channel, Kind, Source
from caseflow.intake.profiles import load_profile
from caseflow.listings import handed_in, open_for_office, stage_listing
from caseflow.packs import NonWorkingRow, Pack
from caseflow.queries.imports import created_cases
from caseflow.queries.people import demonstration_people

SEED = 20261124
MONTHS = 24
CASES = 3_000
#: Shares of the sources, as the office told them.
_SHARES = {"SUAC": 0.70, "CESAC": 0.19, "AUD": 0.03, "ESC": 0.03, "SISAI": 0.05}
#: Weekdays on which somebody downloads and imports the listings.
_LISTING_DAYS = (0, 3)
#: Of the cases answered by us, how many the city's listing later shows as closed.
_CONFIRMED = 0.3

#: The few that somebody forgot, none of them longer ago than this many days.
_FORGOTTEN, _FORGOTTEN_SINCE = 0.07, 120

#: Told once for each day done.
Progress = Callable[[int], None]


@dataclass(slots=True)
class _Open:
    """A demonstration case with the steps still to come."""

    ref: str
    steps: list[Step]


@dataclass(slots=True)
class Demonstration:
    """The state of the play: what was drawn, what is to come."""

    pack: Pack
    today: dt.date
    cases: int = CASES
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    agenda: dict[dt.date, list[_Open]] = field(default_factory=lambda: defaultdict(list))
    filed: list[SuacRow] = field(default_factory=list)
    requests: list[list[str]] = field(default_factory=list)
    again: list[list[str]] = field(default_factory=list)
    listed: dict[str, SuacRow] = field(default_factory=dict)

    def first_day(self) -> dt.date:
        """The first day of the month, ``MONTHS`` months before today's."""
        months = self.today.year * 12 + self.today.month - 1 - MONTHS
        return dt.date(months // 12, months % 12 + 1, 1)


def prepare(pack: Pack, days: Sequence[NonWorkingRow], password: str, first_day: dt.date) -> None:
    """The demonstration list of non-working days and the people, as of the first day."""
    with begin_work(SYSTEM, _at(first_day, 6)) as work:
        load_days(work, days)
        hire(work, password)


def run(play: Demonstration, now: dt.datetime, progress: Progress) -> None:
    """Live through all the days up to ``now``."""
    with begin_work(SYSTEM, now) as work:
        staff = Staff(work, demonstration_people(work.session))
    drawn = Drawn(play.pack, play.chance)
    first = play.first_day()
    days = (play.today - first).days + 1
    for number in range(days):
        day = first + dt.timedelta(days=number)
        last = min(_at(day, 19), now)
        _draw_day(play, drawn, day, days)
        if day.weekday() in _LISTING_DAYS or day == play.today:
            _import_listings(play, staff, min(_at(day, 8, 40), last))
        with begin_work(SYSTEM, min(_at(day, 10), last)) as work:
            _live(play, work, staff, drawn, day)
        tick(min(_at(day, 23), now) if day < play.today else now)
        if _closes_a_month(day):
            close_due_months(min(_at(day, 23, 30), now))
        progress(1)


def _closes_a_month(day: dt.date) -> bool:
    """Whether the day is the first business day of its month, when the last one is handed in."""
    with begin_work(SYSTEM, _at(day, 12)) as work:
        calendar = work.clockwork.calendar
    return day == calendar.on_or_after(day.replace(day=1))


def _draw_day(play: Demonstration, drawn: Drawn, day: dt.date, days: int) -> None:
    """What was filed elsewhere that day and will come in a listing."""
    each = play.cases / days
    for _ in range(_count(play.chance, each * _SHARES["SUAC"])):
        play.filed.append(drawn.suac(day))
    for _ in range(_count(play.chance, each * _SHARES["SISAI"])):
        play.requests.append(drawn.request(day))


def _live(play: Demonstration, work: Work, staff: Staff, drawn: Drawn, day: dt.date) -> None:
    """The acts of one day, each by whom it falls to; nobody works on a non-working day."""
    calendar = work.clockwork.calendar
    if not calendar.is_business(day):
        return
    players = Players(work, staff, play.chance)
    counter = work.acting(staff["ventanilla"])
    per_day = play.cases / (MONTHS * 21)
    for source in (Source.CESAC, Source.HEARING, Source.PAPER):
        for _ in range(_count(play.chance, per_day * _SHARES[source.value])):
            made = capture(counter, _captured(play, drawn, source, day))
            _begin(play, work, made.case, day)
    for waiting in play.agenda.pop(day, []):
        step = waiting.steps.pop(0)
        goes_on = players.play(waiting.ref, step)
        if step.action == "reply" and waiting.ref in play.listed:
            _list_again(play, waiting.ref, day)
        if goes_on and waiting.steps:
            _put_off(play, work, waiting, day)


def _captured(play: Demonstration, drawn: Drawn, source: Source, day: dt.date) -> Captured:
    colonia, postal_code = drawn.place()
    paper = {}
    if source is Source.PAPER:
        paper = {
            "number": f"DGPC/{play.chance.randrange(100, 999)}/{day.year}",
            "date": day.isoformat(),
            "sender": "Mesa directiva de la unidad habitacional",
            "sheets": play.chance.randrange(1, 6),
        }
    channel = {Source.HEARING: Channel.HEARING, Source.PAPER: Channel.PAPER}.get(
        source, play.chance.choice((Channel.COUNTER, Channel.COUNTER, Channel.PHONE))
    )
    return Captured(
        source=source,
        kind=Kind.SERVICE,
        subject=drawn.subject(),
        channel=channel.value,
        filed_on=day,
        filed_time=dt.time(9, play.chance.randrange(60)),
        description="La persona pide que se atienda a la brevedad.",
        street=drawn.street(),
        colonia=colonia.title(),
        postal_code=postal_code,
        petitioner=invented_person(play.chance),
        paper=paper,
    )


def _import_listings(play: Demonstration, staff: Staff, now: dt.datetime) -> None:
    """Hand in what gathered since the last time, as the clerk and the transparency officer do."""
    day = local_date(now)
    if play.filed or play.again:
        rows = [row.cells("AUTORIDAD RESPONSABLE", None) for row in play.filed] + play.again
        name = f"SUAC_{day:%Y-%m-%d}.csv"
        created = _import(staff["supervision"], "suac-0311", name, suac_listing(rows), now)
        play.listed |= {f"SUAC-{row.folio}": row for row in play.filed}
        play.filed, play.again = [], []
        _begin_imported(play, created, now)
    if play.requests:
        name = f"SISAI_{day:%Y-%m-%d}.csv"
        created = _import(staff["transparencia"], "sisai", name, sisai_listing(play.requests), now)
        play.requests = []
        _begin_imported(play, created, now)


def _import(
    actor: Actor, profile_name: str, filename: str, content: bytes, now: dt.datetime
) -> tuple[int, ...]:
    """One listing from bytes to cases; the ids of those it made."""
    profile = load_profile(profile_name)
    with begin_work(actor, now) as work:
        listing = open_for_office(content, filename, profile, work.reference, work.today)
        batch_id = imports.hand_in(work, handed_in(listing, take_all=False))
    stage_listing(actor, batch_id, listing, preview=False, now=now)
    with begin_work(actor, now) as work:
        imports.confirm(work, batch_id)
    imports.apply(actor, batch_id, now=now)
    with begin_work(actor, now) as work:
        return created_cases(work.session, batch_id)


def _begin_imported(play: Demonstration, ids: Sequence[int], now: dt.datetime) -> None:
    with begin_work(SYSTEM, now) as work:
        for case in work.cases(ids).values():
            _begin(play, work, case, work.today)


def _begin(play: Demonstration, work: Work, case: CaseFacts, day: dt.date) -> None:
    """Draw the story of a new case and put its first step on the agenda."""
    if case.under_transparency:
        steps = request_story(play.chance)
    elif case.state == CaseState.RECEIVED:
        steps = _unroutable_story(play, work, case)
    else:
        steps = service_story(play.chance)
    if play.chance.random() < _FORGOTTEN and (play.today - day).days < _FORGOTTEN_SINCE:
        del steps[2:]
    _put_off(play, work, _Open(case.ref, steps), day)


def _unroutable_story(play: Demonstration, work: Work, case: CaseFacts) -> list[Step]:
    """What no rule routes: referred where a rule names whose it is, else routed by hand."""
    suggested = work.router.destination(Routable(case.source, case.kind, case.subject), work.today)
    if suggested is not None and suggested.refer_to:
        return [Step("refer", 1, {"authority": suggested.refer_to})]
    return [Step("reroute", play.chance.choice((0, 1, 1, 2))), *service_story(play.chance)]


def _put_off(play: Demonstration, work: Work, waiting: _Open, day: dt.date) -> None:
    calendar = work.clockwork.calendar
    due = calendar.add(calendar.on_or_after(day), max(1, waiting.steps[0].wait))
    play.agenda[due].append(waiting)


def _list_again(play: Demonstration, ref: str, day: dt.date) -> None:
    """The city's next listing shows some of what we answered as closed there too."""
    if play.chance.random() < _CONFIRMED:
        play.again.append(play.listed[ref].cells("CERRADO", day))


def _count(chance: random.Random, mean: float) -> int:
    """A whole number that is ``mean`` on average."""
    return int(mean) + (chance.random() < mean - int(mean))


def _at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    """The instant of a local wall time."""
    return utc(dt.datetime.combine(day, dt.time(hour, minute)))
