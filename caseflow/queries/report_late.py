"""What was entered after a month was closed: folios of then, and corrections of its figures.

The closed report is never touched; the next one tells (domain §9).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from caseflow.domain.instants import local_date
from caseflow.domain.months import Month
from caseflow.domain.phrases import N_, Phrase, phrase
from caseflow.models import Event
from caseflow.queries.closed_reports import Closing, closed_report
from caseflow.queries.reference import Reference
from caseflow.queries.report_count import Counter, Lists
from caseflow.queries.report_facts import Facts, Subtree
from caseflow.queries.report_figures import Correction, LateEntry, OverdueReport, ReportRow
from caseflow.queries.report_reading import of_cases

BIRTHS = ("captured", "imported")
#: Acts that never change a figure of the past, however early the day they are dated on.
_NEVER = (
    *BIRTHS,
    "became_overdue",
    "due_soon",
    "target_missed",
    "note",
    "attach",
    "link",
    "unlink",
    "accept",
    "assign",
    "draft",
)
#: Acts dated today that may move dates of the past.
_ALWAYS = ("correct", "settle", "redated", "overdue_rectified")
_CAUSES: Mapping[str, str] = {
    "answer": N_("La respuesta se registró después del cierre"),
    "refer": N_("La remisión se registró después del cierre"),
    "desist": N_("El desistimiento se registró después del cierre"),
    "cancel": N_("El folio se canceló después del cierre"),
    "lapse": N_("Se tuvo por no presentada después del cierre"),
    "request_clarification": N_("La prevención se registró después del cierre"),
    "receive_clarification": N_("El desahogo se registró después del cierre"),
    "extend": N_("La ampliación se registró después del cierre"),
    "correct": N_("Se corrigió un dato"),
    "redated": N_("Cambió el calendario de días inhábiles"),
    "overdue_rectified": N_("Cambió el calendario de días inhábiles"),
}
_LISTS = ("on_time", "became_overdue", "answered_late", "still_overdue", "left_out")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a folio stands in a month: in which lists, with which dates."""

    ref: str
    folio: str
    lists: frozenset[str]
    due_on: dt.date
    met_on: dt.date | None
    note: str

    @property
    def words(self) -> Phrase:
        """In words fit for a table of corrections."""
        if "left_out" in self.lists:
            note = f"{self.note[:1].lower()}{self.note[1:]}"
            return phrase("fuera del cálculo ({note})", note=note)
        if "on_time" in self.lists:
            return phrase("cumplido en plazo")
        if self.met_on is not None:
            return phrase("respondido con atraso el {on:%d/%m/%Y}", on=self.met_on)
        return phrase("vencido sin respuesta")


@dataclass(frozen=True, slots=True)
class Difference:
    """A folio that stands otherwise in a recount than in the closed report."""

    ref: str
    folio: str
    what: str
    before: str
    after: str


def standings(lists: Lists | OverdueReport) -> dict[str, Standing]:
    """Every folio of a report by its ref."""
    found: dict[str, Standing] = {}
    for name in _LISTS:
        rows: Iterable[ReportRow] = getattr(lists, name)
        for row in rows:
            known = found.get(row.ref)
            found[row.ref] = Standing(
                row.ref,
                row.folio,
                (known.lists if known else frozenset()) | {name},
                row.due_on,
                row.met_on,
                row.note or (known.note if known else ""),
            )
    return found


def differences(
    closed: Mapping[str, Standing], recount: Mapping[str, Standing], refs: Iterable[str]
) -> Iterator[Difference]:
    """How the refs stand otherwise than they did, in the order given."""
    for ref in refs:
        before, after = closed.get(ref), recount.get(ref)
        if before == after or (before is None and after is None):
            continue
        folio = (after or before or _NOBODY).folio
        if before is None or after is None or before.lists != after.lists:
            yield Difference(ref, folio, N_("Resultado"), _words(before), _words(after))
        elif before.due_on != after.due_on:
            yield Difference(
                ref,
                folio,
                N_("Último día"),
                f"{before.due_on:%d/%m/%Y}",
                f"{after.due_on:%d/%m/%Y}",
            )
        else:
            yield Difference(ref, folio, N_("Resultado"), before.words, after.words)


_NOBODY = Standing("", "", frozenset(), dt.date.min, None, "")


def _words(standing: Standing | None) -> Phrase:
    return phrase("no figuraba") if standing is None else standing.words


def after_closing(
    session: Session,
    reference: Reference,
    subtree: Subtree,
    codes: Mapping[int, str],
    closed: Mapping[Month, tuple[Closing, ...]],
    known_at: dt.datetime,
) -> tuple[tuple[LateEntry, ...], tuple[Correction, ...]]:
    """What was entered since the last closing and belongs to a month already closed.

    ``closed`` are the editions of the area's closed months; a month is compared with its latest.
    Empty where none is closed.
    """
    if not closed:
        return (), ()
    last = max(closed)
    since = closed[last][0].closed_at
    window = and_(Event.entered_at > since, Event.entered_at <= known_at)
    births = and_(window, Event.action.in_(BIRTHS), Event.effective_on <= last.last)
    acts = and_(
        window,
        Event.case_id.is_not(None),
        Event.action.not_in(_NEVER),
        or_(Event.effective_on <= last.last, Event.action.in_(_ALWAYS)),
    )
    made = _Late(session, reference, subtree, codes, closed)
    born = made.born(births)
    return made.entries(births, born), made.corrections(acts, born)


class _Late:
    """One look back over the closed months of an area."""

    def __init__(
        self,
        session: Session,
        reference: Reference,
        subtree: Subtree,
        codes: Mapping[int, str],
        closed: Mapping[Month, tuple[Closing, ...]],
    ) -> None:
        self._session, self._reference, self._subtree = session, reference, subtree
        self._codes, self._closed = codes, closed

    def born(self, births: ColumnElement[bool]) -> dict[int, dt.datetime]:
        """The cases that began in the window, and when they were entered."""
        rows = self._session.execute(select(Event.case_id, Event.entered_at).where(births))
        return {case_id: at for case_id, at in rows if case_id is not None}

    def entries(
        self, births: ColumnElement[bool], entered: Mapping[int, dt.datetime]
    ) -> tuple[LateEntry, ...]:
        """The folios born late, each in the month in which it fell due."""
        if not entered:
            return ()
        facts = self._facts(births)
        found = []
        for month, part in facts.by_month().items():
            editions = self._closed.get(month)
            if editions is None:
                continue
            kept = part.only(
                {case_id for case_id, at in entered.items() if at > editions[-1].closed_at}
            )
            born = {clock.ref: entered[clock.case_id] for clock in kept.clocks}
            born |= {rest.clock.ref: entered[rest.clock.case_id] for rest in kept.resting}
            lists = self._lists(kept, month)
            rows = {row.ref: row for name in _LISTS for row in getattr(lists, name)}
            found += [
                LateEntry(str(month), local_date(born[ref]), row) for ref, row in rows.items()
            ]
        return tuple(sorted(found, key=lambda e: (e.month, e.entered_on, e.row.ref)))

    def corrections(
        self, acts: ColumnElement[bool], born: Collection[int]
    ) -> tuple[Correction, ...]:
        """The folios of before that later acts put elsewhere."""
        causes: dict[int, tuple[str, dt.datetime, Any]] = {}
        earliest = max(self._closed)
        for case_id, action, at, on, data in self._session.execute(
            select(Event.case_id, Event.action, Event.entered_at, Event.effective_on, Event.data)
            .where(acts)
            .order_by(Event.id)
        ):
            if case_id is not None and case_id not in born:
                causes[case_id] = (action, at, data)
                earliest = min(earliest, Month.of(on))
                if action in _ALWAYS:
                    earliest = min(self._closed)
        if not causes:
            return ()
        facts = self._facts(acts).only(causes.keys())
        by_ref = {clock.ref: clock.case_id for clock in facts.clocks}
        by_ref |= {rest.clock.ref: rest.clock.case_id for rest in facts.resting}
        found = []
        for month in sorted(m for m in self._closed if m >= earliest):
            said = closed_report(self._session, self._closed[month][-1].id)
            before = standings(said)
            after = standings(self._lists(facts, month))
            for difference in differences(before, after, sorted(by_ref)):
                action, at, data = causes[by_ref[difference.ref]]
                found.append(
                    Correction(
                        str(month),
                        difference.ref,
                        difference.folio,
                        local_date(at),
                        difference.what,
                        difference.before,
                        difference.after,
                        _cause(action, data),
                    )
                )
        return tuple(found)

    def _facts(self, wanted: ColumnElement[bool]) -> Facts:
        last = max(self._closed)
        return of_cases(
            self._session,
            self._subtree,
            self._reference.clockwork(last.last),
            select(Event.case_id).where(wanted),
            last.last,
        )

    def _lists(self, facts: Facts, month: Month) -> Lists:
        return Counter(
            facts, month.first, month.last, self._reference.calendar, self._codes
        ).lists()


def _cause(action: str, data: Any) -> str:
    words = _CAUSES.get(action, N_("Se registró después del cierre"))
    reason = (data or {}).get("reason") if isinstance(data, dict) else None
    if reason:
        return phrase("{what}: {reason}", what=phrase(words), reason=reason)
    return phrase("{what}.", what=phrase(words))
