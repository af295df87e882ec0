"""Acts on cases and turns: resolve what a person typed, decide, apply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from caseflow.commands.work import Work
from caseflow.domain.case_acts import decide_case
from caseflow.domain.errors import DomainError, InvalidData
from caseflow.domain.facts import CaseFacts
from caseflow.domain.folios import guesses, read_folio
from caseflow.domain.turn_acts import decide_turn
from caseflow.domain.vocabulary import Source
from caseflow.models import Case, Link
from caseflow.queries.people import heads


def take_case(
    work: Work, ref: str, action: str, data: Mapping[str, Any], version: int | None = None
) -> CaseFacts:
    """One action on a case. Returns the case after it. Raises ``DomainError``."""
    case = work.case(ref, version)
    answers = {**data, **_resolved(work, case, action, data)}
    change = decide_case(case, action, work.actor, answers, work.clockwork, work.now)
    work.apply(change)
    return change.case


def take_turn(
    work: Work,
    ref: str,
    number: int,
    action: str,
    data: Mapping[str, Any],
    version: int | None = None,
) -> CaseFacts:
    """One action on one turn of a case. Returns the case after it. Raises ``DomainError``."""
    case = work.case(ref)
    turn = case.turns.get(number)
    vacant = turn is not None and not heads(work.session, [turn.area_id], work.today)
    change = decide_turn(
        case,
        number,
        action,
        work.actor,
        data,
        work.clockwork,
        work.now,
        version=version,
        vacant=vacant,
    )
    work.apply(change)
    return change.case


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one turn of a bulk act."""

    case_id: int
    turn_number: int
    ref: str
    done: bool
    reason: str = ""
    #: the turn that came of it, where the act made one
    new_turn: int | None = None


def take_turns(
    work: Work, turns: Sequence[tuple[int, int]], action: str, data: Mapping[str, Any]
) -> tuple[Taken, ...]:
    """The same action on many turns, given as (case id, turn number): a verdict for each.

    All that the rules allow are written together; what they refuse is said turn by turn.
    """
    cases = work.cases(sorted({case_id for case_id, _ in turns}))
    areas = {t.area_id for case in cases.values() for t in case.turns.values()}
    headed = heads(work.session, areas, work.today)
    changes = []
    verdicts = []
    for case_id, number in turns:
        case = cases.get(case_id)
        if case is None:
            verdicts.append(Taken(case_id, number, "", False, "No se encontró el turno."))
            continue
        turn = case.turns.get(number)
        try:
            change = decide_turn(
                case,
                number,
                action,
                work.actor,
                data,
                work.clockwork,
                work.now,
                vacant=turn is not None and turn.area_id not in headed,
            )
        except DomainError as refusal:
            verdicts.append(Taken(case_id, number, case.ref, False, spoken(work, refusal)))
            continue
        changes.append(change)
        before = turn.replaced_by if turn is not None else None
        after = change.case.turns[number].replaced_by
        verdicts.append(
            Taken(case_id, number, case.ref, True, new_turn=after if after != before else None)
        )
        if len({case_id for case_id, n in turns if case_id == case.id and n != number}):
            # another turn of the same case may follow in this bulk: it must see this change
            work.apply(change)
            changes.pop()
            cases.update(work.cases([case_id]))
    work.apply_many(changes)
    return tuple(verdicts)


def spoken(work: Work, refusal: DomainError) -> str:
    """A refusal as a sentence, areas by their names."""
    params = dict(refusal.params)
    areas = params.get("areas")
    if isinstance(areas, list):
        params["areas"] = ", ".join(work.tree.name(area_id) for area_id in areas)
    return refusal.message.format(**params) if params else refusal.message


def find_case(work: Work, typed: str) -> int | None:
    """The one visible case that what a person typed stands for."""
    for guess in guesses(typed):
        found = work.case_id(guess)
        if found is not None:
            return found
    return None


def _resolved(work: Work, case: CaseFacts, action: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Ids behind the folios that a person typed; a corrected folio read by its source's rules."""
    if action == "link" or action == "unlink":
        typed = str(data.get("other") or "").strip()
        if not typed:
            return {}
        other = find_case(work, typed)
        if other is None:
            raise InvalidData("No se encontró el folio {ref}.", field="other", ref=typed)
        if action == "link":
            return {"other_id": other}
        number = work.session.scalar(
            select(Link.number).where(
                Link.case_id == case.id, Link.other_id == other, Link.ended.is_(False)
            )
        )
        return {"before": number}
    if action == "correct" and data.get("field") == "folio":
        folio = read_folio(Source(case.source), str(data.get("value") or ""), None, ())
        taken = work.session.scalar(
            select(Case.id).where(Case.source == case.source, Case.folio == folio.key)
        )
        if taken is not None and taken != case.id:
            raise InvalidData(
                "Ya hay otro asunto con ese folio; vincúlelos en lugar de corregir.", field="value"
            )
        return {"normal": folio}
    return {}
