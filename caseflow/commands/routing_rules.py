"""Routing rules: ordered, the first that matches wins; edited with their validity (domain §7)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from caseflow import dialect
from caseflow.commands.packs import EDITED
from caseflow.commands.work import Work
from caseflow.domain.administration import require_admin
from caseflow.domain.errors import InvalidData, MissingData, NotFound, NotNow, Stale
from caseflow.domain.routing import RULE_COLUMNS, Rule
from caseflow.domain.vocabulary import INBOX_KINDS, Mark, Source
from caseflow.models import RoutingRule, Territory

_POSTAL = re.compile(r"\d{1,5}")
#: Room left between two rules of the pack.
_STEP = 10


@dataclass(frozen=True, slots=True)
class RuleForm(Rule):
    """What the form of a rule holds: the rule, which begins today unless it says when, and how
    sure the office is of it."""

    mark: str = Mark.TEXT.value

    def first_day(self, today: dt.date) -> dt.date:
        return today if self.valid_from == dt.date.min else self.valid_from


def add_rule(work: Work, form: RuleForm) -> RoutingRule:
    """A new rule, tried after all others until it is moved up."""
    require_admin(work.actor)
    _check(work, form)
    ordered = _ordered(work)
    rule = RoutingRule(
        position=(ordered[-1].position if ordered else 0) + _STEP, pack_digest=EDITED
    )
    _fill(work, rule, form)
    work.session.add(rule)
    work.session.flush()
    work.record("rule_added", {"rule": rule.id, **_facts(rule)})
    return rule


def edit_rule(work: Work, rule_id: int, form: RuleForm, version: int | None = None) -> None:
    """Correct a rule; turns that it made keep its name of then."""
    require_admin(work.actor)
    rule = _rule(work, rule_id, version)
    _check(work, form)
    before = _facts(rule)
    _fill(work, rule, form)
    after = _facts(rule)
    changed = [name for name, value in after.items() if before[name] != value]
    if not changed:
        return
    _touch(rule)
    work.session.flush()
    work.record(
        "rule_edited",
        {
            "rule": rule_id,
            "before": {name: before[name] for name in changed},
            "after": {name: after[name] for name in changed},
        },
    )


def end_rule(work: Work, rule_id: int, version: int | None = None) -> None:
    """The rule no longer matches from today on; it stays in the list as past."""
    require_admin(work.actor)
    rule = _rule(work, rule_id, version)
    yesterday = work.today - dt.timedelta(days=1)
    if rule.valid_to is not None and rule.valid_to <= yesterday:
        raise NotNow("Esa regla ya terminó.")
    before = {"from": rule.valid_from, "to": rule.valid_to}
    # a rule that began today, or has not begun, never was in force
    rule.valid_from = min(rule.valid_from, yesterday)
    rule.valid_to = yesterday
    _touch(rule)
    work.session.flush()
    work.record("rule_ended", {"rule": rule_id, "before": before, "to": yesterday})


def move_rule(work: Work, rule_id: int, up: bool) -> None:
    """Change places with the rule in force next to it. At the end of the list nothing happens."""
    require_admin(work.actor)
    dialect.one_at_a_time(work.session.connection(), "routing")
    rule = _rule(work, rule_id, None)
    ordered = [
        r for r in _ordered(work) if r.valid_to is None or r.valid_to >= work.today or r is rule
    ]
    place = ordered.index(rule)
    other_place = place - 1 if up else place + 1
    if not 0 <= other_place < len(ordered):
        return
    other = ordered[other_place]
    before = {str(r.id): r.position for r in (rule, other)}
    if rule.position == other.position:
        _spread(work)
    rule.position, other.position = other.position, rule.position
    for moved in (rule, other):
        _touch(moved)
    work.session.flush()
    work.record(
        "rule_moved",
        {
            "rule": rule_id,
            "before": before,
            "after": {str(r.id): r.position for r in (rule, other)},
        },
    )


def _spread(work: Work) -> None:
    """Positions of their own for all rules, in the order in which they are tried."""
    for n, rule in enumerate(_ordered(work), start=1):
        if rule.position != n * _STEP:
            rule.position = n * _STEP
            _touch(rule)
    work.session.flush()


def _ordered(work: Work) -> list[RoutingRule]:
    return list(
        work.session.scalars(select(RoutingRule).order_by(RoutingRule.position, RoutingRule.id))
    )


def _rule(work: Work, rule_id: int, version: int | None) -> RoutingRule:
    rule = work.session.get(RoutingRule, rule_id, with_for_update=True)
    if rule is None:
        raise NotFound("No se encontró la regla.")
    if version is not None and rule.version != version:
        raise Stale("Alguien más cambió esta regla mientras la tenía abierta. Revise cómo quedó.")
    return rule


def _touch(rule: RoutingRule) -> None:
    rule.pack_digest = EDITED
    rule.version += 1


def _check(work: Work, form: RuleForm) -> None:
    """As the packs are checked: a rule that matches everything or leads nowhere is refused."""
    if not form.name.strip():
        raise MissingData("Escriba el nombre de la regla.", field="name")
    if form.source and form.source not in set(Source):
        raise InvalidData("Elija un origen de la lista.", field="source")
    if form.kind and form.kind not in INBOX_KINDS:
        raise InvalidData("Elija un tipo de asunto de la lista.", field="kind")
    conditions: Sequence[str] = (
        form.source,
        form.kind,
        form.subject,
        form.words,
        form.territory_code,
        form.postal_code,
    )
    if not any(text.strip() for text in conditions):
        raise MissingData(
            "La regla no pone ninguna condición: se llevaría todos los asuntos.", field="words"
        )
    if form.postal_code.strip() and not _POSTAL.fullmatch(form.postal_code.strip()):
        raise InvalidData("Escriba un código postal o su comienzo.", field="postal_code")
    territory = form.territory_code.strip()
    if territory and work.session.get(Territory, territory) is None:
        raise InvalidData("No existe esa unidad territorial.", field="territory_code")
    if form.mark not in set(Mark):
        raise InvalidData("Elija qué tan seguro es el dato.", field="mark")
    _check_destination(work, form)


def _check_destination(work: Work, form: RuleForm) -> None:
    start = form.first_day(work.today)
    if form.valid_to is not None and form.valid_to < start:
        raise InvalidData("La vigencia termina antes de empezar.", field="valid_to")
    if (form.area_id is None) == (not form.refer_to.strip()):
        raise InvalidData(
            "Elija un área, o escriba la autoridad competente a la que se remite; no ambas.",
            field="area",
        )
    if form.target_days is not None and form.target_days < 1:
        raise InvalidData("La meta es de un día hábil o más.", field="target_days")
    if form.area_id is None:
        return
    area = work.tree.nodes.get(form.area_id)
    if area is None or not area.active(max(start, work.today)):
        raise InvalidData("Elija un área vigente.", field="area")
    if not form.instruction.strip():
        raise MissingData("Escriba la instrucción para el área.", field="instruction")


def _fill(work: Work, rule: RoutingRule, form: RuleForm) -> None:
    values: dict[str, Any] = asdict(form)
    for name, value in values.items():
        setattr(rule, name, value.strip() if isinstance(value, str) else value)
    rule.words = " ".join(rule.words.replace(",", " ").split())
    rule.valid_from = form.first_day(work.today)


def _facts(rule: RoutingRule) -> Mapping[str, Any]:
    return {name: getattr(rule, name) for name in (*RULE_COLUMNS, "mark")}
