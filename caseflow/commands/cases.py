"""Acts on cases and turns: resolve what a person typed, decide, apply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select

from caseflow.commands.work import Work
from caseflow.domain.case_acts import decide_case
from caseflow.domain.errors import DomainError, InvalidData
from caseflow.domain.facts import CaseFacts
from caseflow.domain.folios import guesses, read_folio
from caseflow.domain.phrases import N_, phrase
from caseflow.domain.turn_acts import decide_turn
from caseflow.domain.vocabulary import Source
from caseflow.models import Case, Link, Territory
from caseflow.queries.people import areas_of_person, heads, people_of_area


def take_case(
    work: Work, ref: str, action: str, data: Mapping[str, Any], version: int | None = None
) -> CaseFacts:
    """One action on a case. Returns the case after it. Raises ``DomainError``."""
    case = work.case(ref, version)
    _check_areas(work, data)
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
    _check_areas(work, data)
    if action == "assign" and turn is not None:
        _check_person(work, turn.area_id, data)
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
    _check_areas(work, data)
    working = _working_where(work, action, areas, data)
    changes = []
    verdicts = []
    for case_id, number in turns:
        case = cases.get(case_id)
        if case is None:
            verdicts.append(Taken(case_id, number, "", False, N_("No se encontró el turno.")))
            continue
        turn = case.turns.get(number)
        try:
            if turn is not None and working is not None and turn.area_id not in working:
                raise InvalidData(_ELSEWHERE, field="person")
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
        if {case_id for case_id, n in turns if case_id == case.id and n != number}:
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
    return phrase(refusal.message, **params)


#: Said of a person who does not work where the turn is.
_ELSEWHERE = N_("Esa persona no trabaja en el área del turno; elija a alguien de ella.")


def _check_areas(work: Work, data: Mapping[str, Any]) -> None:
    """A turn or a desk goes to any area that is in force, and to no other (domain §4)."""
    for field in ("areas", "area"):
        given = data.get(field)
        wanted = given if isinstance(given, (list, tuple)) else [given] if given else []
        for area_id in wanted:
            node = work.tree.nodes.get(area_id)
            if node is None or not node.active(work.today):
                raise InvalidData("Elija un área vigente.", field=field)


def _check_person(work: Work, area_id: int, data: Mapping[str, Any]) -> None:
    known = {person.id for person in people_of_area(work.session, area_id, work.today)}
    if data.get("person") and data["person"] not in known:
        raise InvalidData(_ELSEWHERE, field="person")


def _working_where(
    work: Work, action: str, area_ids: Iterable[int], data: Mapping[str, Any]
) -> frozenset[int] | None:
    """In which of these areas the person to assign works; none where nobody is assigned."""
    if action != "assign" or not data.get("person"):
        return None
    return areas_of_person(work.session, int(data["person"]), area_ids, work.today)


def repeat_case(
    work: Work, refs: Sequence[str], action: str, data: Mapping[str, Any]
) -> tuple[Taken, ...]:
    """An act on a principal, repeated on its duplicates: each with its own event and verdict.

    SUAC closes each folio by itself (domain §4, duplicates). What the rules refuse is said folio
    by folio; the rest is written.
    """
    verdicts = []
    for ref in refs:
        try:
            case = take_case(work, ref, action, data)
        except DomainError as refusal:
            verdicts.append(Taken(0, 0, ref, False, spoken(work, refusal)))
        else:
            verdicts.append(Taken(case.id, 0, ref, True))
    return tuple(verdicts)


def find_case(work: Work, typed: str) -> int | None:
    """The one visible case that what a person typed stands for."""
    for guess in guesses(typed, work.reference.series):
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
        number = work.session.scalar(
            select(Link.number).where(
                Link.case_id == case.id, Link.other_id == other, Link.ended.is_(False)
            )
        )
        if action == "unlink":
            return {"before": number}
        if number is not None:
            raise InvalidData("Ese folio ya está vinculado con este asunto.", field="other")
        return {"other_id": other}
    if action == "correct" and data.get("field") == "kind":
        return {"desk": work.desks.desk(case.source, str(data.get("value") or ""))}
    if action == "correct" and data.get("field") == "territory_code":
        code = str(data.get("value") or "").strip()
        if work.session.get(Territory, code) is None:
            raise InvalidData(
                "No hay una unidad territorial con la clave {code}.", field="value", code=code
            )
    if action == "correct" and data.get("field") == "folio":
        folio = read_folio(
            Source(case.source), str(data.get("value") or ""), None, work.reference.series
        )
        if folio.own and int(folio.key.rsplit("-", 2)[-2]) >= work.today.year:
            raise InvalidData(
                "Ese folio es de nuestra serie de este año: sólo lo da la captura.", field="value"
            )
        taken = work.session.scalar(
            select(Case.id).where(
                or_(
                    Case.ref == folio.ref,
                    and_(Case.source == case.source, Case.folio == folio.key),
                )
            )
        )
        if taken is not None and taken != case.id:
            raise InvalidData(
                "Ya hay otro asunto con ese folio; vincúlelos en lugar de corregir.", field="value"
            )
        return {"normal": folio}
    return {}
