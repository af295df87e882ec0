"""A case as the rules see it: plain records whose fields are the columns of the tables.

``tests/commands/test_facts.py`` keeps fields and columns equal.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from caseflow.domain.vocabulary import (
    LIVE_STATES,
    OPEN_APPEAL_STATES,
    OPEN_TURN_STATES,
    TRANSPARENCY_KINDS,
    DeadlineState,
    Step,
)


@dataclass(slots=True)
class TurnFacts:
    """One turn. Dates are local, instants UTC."""

    case_id: int
    number: int
    area_id: int
    round: int
    state: str
    instruction: str
    routed_at: dt.datetime
    rule_name: str = ""
    routed_by_id: int | None = None
    target_on: dt.date | None = None
    assignee_id: int | None = None
    accepted_at: dt.datetime | None = None
    draft_text: str | None = None
    draft_by_id: int | None = None
    reply_text: str | None = None
    replied_by_id: int | None = None
    ended_at: dt.datetime | None = None
    end_reason: str | None = None
    replaced_by: int | None = None
    shared: bool = False
    target_missed_on: dt.date | None = None
    version: int = 1
    due_on: dt.date | None = None
    waiting: bool = False

    @property
    def open(self) -> bool:
        return self.state in OPEN_TURN_STATES


@dataclass(slots=True)
class DeadlineFacts:
    """One running or finished term."""

    case_id: int
    number: int
    matter: str
    step: str
    basis: str
    governing: bool
    round: int
    received_on: dt.date
    state: str
    acts: list[Any] = field(default_factory=list)
    given_on: dt.date | None = None
    base_due_on: dt.date | None = None
    due_on: dt.date | None = None
    expires_at: dt.datetime | None = None
    met_on: dt.date | None = None
    became_overdue_on: dt.date | None = None
    due_soon_on: dt.date | None = None
    due_on_rectified: dt.date | None = None
    overdue_rectified: str | None = None
    #: the notice that began it went out on paper; none: it did not, or no notice began it
    on_paper: bool | None = None
    days: int | None = None

    @property
    def live(self) -> bool:
        return self.state in (DeadlineState.RUNNING, DeadlineState.PAUSED)


@dataclass(slots=True)
class AppealFacts:
    """One appeal. ``window``, ``statements``, ``comply``: numbers of deadlines of its case."""

    case_id: int
    number: int
    round: int
    state: str
    file_number: str
    authority: str
    filed_on: dt.date
    admitted_on: dt.date
    grounds: str
    window: int | None = None
    statements: int | None = None
    stated_on: dt.date | None = None
    statements_text: str | None = None
    ruled_on: dt.date | None = None
    sense: str | None = None
    ruling_text: str | None = None
    order_text: str | None = None
    comply: int | None = None
    reopened: dict[str, Any] | None = None
    complied_on: dt.date | None = None
    compliance_text: str | None = None
    ended_on: dt.date | None = None
    ending: str | None = None

    @property
    def open(self) -> bool:
        return self.state in OPEN_APPEAL_STATES


@dataclass(slots=True)
class PetitionerFacts:
    """Who asks. Personal data: never in logs, addresses or notices."""

    case_id: int
    name: str = ""
    name_key: str = ""
    phone: str = ""
    email: str = ""
    sex: str = ""
    age: int | None = None
    #: who acts for the person, where somebody does
    representative: str | None = None


@dataclass(slots=True)
class CaseFacts:
    """One case with what its rules read. ``numbers`` holds the last number of each child."""

    id: int
    ref: str
    source: str
    folio: str
    folio_received: str
    kind: str
    state: str
    desk_id: int
    subject: str
    channel: str
    filed_at: dt.datetime
    filed_has_hour: bool
    received_on: dt.date
    captured_at: dt.datetime
    external_folio: str | None = None
    round: int = 1
    desk_mark: str = ""
    description: str = ""
    received_inferred: bool = False
    street: str = ""
    colonia: str = ""
    borough: str = ""
    borough_inferred: bool = False
    postal_code: str = ""
    latitude: float | None = None
    longitude: float | None = None
    territory_code: str | None = None
    paper: dict[str, Any] | None = None
    delivery: str = ""
    extra: dict[str, Any] | None = None
    warnings: list[Any] | None = None
    due_on: dt.date | None = None
    basis: str | None = None
    outcome: str | None = None
    answer_text: str | None = None
    answer_channel: str | None = None
    answered_on: dt.date | None = None
    answered_at: dt.datetime | None = None
    first_answer_on: dt.date | None = None
    closed_on: dt.date | None = None
    ending: str | None = None
    referred_to: str | None = None
    clarified: bool = False
    extended: bool = False
    captured_by_id: int | None = None
    key_digest: str | None = None
    row_digest: str | None = None
    discrepancy: dict[str, Any] | None = None
    returns: int = 0
    version: int = 1
    arco_right: str | None = None
    identity: str | None = None
    identity_on: dt.date | None = None
    power: str | None = None
    effective_on: dt.date | None = None
    petitioner: PetitionerFacts | None = None
    turns: dict[int, TurnFacts] = field(default_factory=dict)
    deadlines: dict[int, DeadlineFacts] = field(default_factory=dict)
    appeals: dict[int, AppealFacts] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    @property
    def live(self) -> bool:
        return self.state in LIVE_STATES

    @property
    def under_transparency(self) -> bool:
        return self.kind in TRANSPARENCY_KINDS

    def round_turns(self) -> list[TurnFacts]:
        """The turns of the current round, in order."""
        return [t for t in self.turns.values() if t.round == self.round]

    def open_turns(self) -> list[TurnFacts]:
        return [t for t in self.turns.values() if t.open]

    def open_appeals(self) -> list[AppealFacts]:
        return [a for a in self.appeals.values() if a.open]

    def appeal_terms(self) -> frozenset[int | None]:
        """The numbers of the deadlines that the open appeals run by."""
        return frozenset(n for a in self.open_appeals() for n in (a.statements, a.comply))

    def governing(self) -> DeadlineFacts | None:
        """The deadline by which the case is judged: that of the latest round that has one."""
        found = None
        for deadline in self.deadlines.values():
            if deadline.governing and (found is None or deadline.round >= found.round):
                found = deadline
        return found

    def running(self, step: Step) -> DeadlineFacts | None:
        """The live deadline of a step, if one is; of several the one that ends first."""
        live = [d for d in self.deadlines.values() if d.step == step and d.live]
        return min(live, key=lambda d: d.due_on or dt.date.max, default=None)
