"""The territory of a case: what its coordinates settle, and what contradicts them (domain §8).

Polygons may come after the cases, or be drawn anew. A point settles the territory; what a person
set is never overwritten, and a conflict is told on the case.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from caseflow.domain.change import Change, Draft
from caseflow.domain.facts import CaseFacts
from caseflow.domain.instants import local_date
from caseflow.domain.people import Actor
from caseflow.domain.phrases import N_, phrase

ASSIGNED, CONFLICT = "territory_assigned", "territory_conflict"
#: Acts by which a person says where a case lies.
BY_PERSON = frozenset({"captured", "correct", "settle"})
OUTSIDE = N_("Las coordenadas no caen en ninguna unidad territorial.")


def of_another_borough(code: str) -> str:
    """Told of a case of another borough whose point lies in a territory of ours."""
    return phrase(
        "Las coordenadas caen en la unidad territorial {code} y la fila es de otra alcaldía.",
        code=code,
    )


def _against_a_person(found: str, code: str) -> str:
    return phrase(
        "Las coordenadas caen en la unidad territorial {found} y una persona registró {code}: no "
        "se cambia.",
        found=found,
        code=code,
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a case with a point. ``borough`` is ``"ours"``, ``"other"`` or empty."""

    territory_code: str | None
    borough: str
    warnings: Sequence[Any]
    #: a person set the territory that it has
    by_person: bool


@dataclass(frozen=True, slots=True)
class Placement:
    """What its coordinates mean for a case: a territory to give it, and what is to be told."""

    code: str | None
    warning: str | None


def placement(found: str | None, standing: Standing) -> Placement | None:
    """What is to be done for a case whose point lies in ``found``; none: nothing, or done before.

    A point outside of all polygons is told where the case is ours, and takes nothing away.
    """
    before = standing.territory_code
    if found is None:
        return _told(OUTSIDE, standing) if standing.borough == "ours" else None
    if found == before:
        return None
    if before is not None and standing.by_person:
        return _told(_against_a_person(found, before), standing)
    if standing.borough == "other":
        told = _told(of_another_borough(found), standing)
        return Placement(found, told.warning if told else None)
    return Placement(found, None)


def _told(sentence: str, standing: Standing) -> Placement | None:
    """A sentence for the case, unless it stands there."""
    return None if sentence in standing.warnings else Placement(None, sentence)


def decide_placement(
    case: CaseFacts, placed: Placement, actor: Actor, now: dt.datetime, file: str
) -> Change:
    """The case in its territory, with the event that says by which file."""
    draft = Draft(case, actor, now)
    warnings = list(case.warnings or ())
    if placed.code is not None:
        warnings = [text for text in warnings if text != OUTSIDE]
    if placed.warning is not None:
        warnings.append(placed.warning)
    data: dict[str, Any] = {"file": file}
    if placed.code is not None:
        data |= {"before": case.territory_code, "after": placed.code}
        draft.set(territory_code=placed.code)
    if placed.warning is not None:
        data["words"] = placed.warning
    draft.set(warnings=warnings or None)
    draft.event(ASSIGNED if placed.code is not None else CONFLICT, local_date(now), data)
    return draft.change()
