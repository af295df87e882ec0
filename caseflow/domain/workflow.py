"""The two workflows as tables, and what follows from a row alone.

Buttons, forms, permissions, the diagrams in ``docs/workflows.md`` and the tests read these tables;
what an act changes stands in ``case_acts`` and ``turn_acts``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from caseflow.domain.people import Who
from caseflow.domain.vocabulary import TRANSPARENCY_KINDS, CaseState, Kind, TurnState

S: Final = (Kind.SERVICE,)
ONLY_I: Final = (Kind.INFORMATION,)
ONLY_P: Final = (Kind.PERSONAL_DATA,)
IP: Final = TRANSPARENCY_KINDS
SIP: Final = S + IP

#: The target follows from the turns of the round (``settle.state_by_turns``).
BY_TURNS: Final = "by_turns"

RECEIVED, ROUTED, REVIEW = CaseState.RECEIVED, CaseState.ROUTED, CaseState.REVIEW
CLARIFICATION, PAYMENT = CaseState.CLARIFICATION, CaseState.PAYMENT
ANSWERED, CLOSED = CaseState.ANSWERED, CaseState.CLOSED
REFERRED, CANCELLED = CaseState.REFERRED, CaseState.CANCELLED
OPEN: Final = frozenset({RECEIVED, ROUTED, REVIEW})
LIVE: Final = OPEN | {CLARIFICATION, PAYMENT}
ANY: Final = frozenset(CaseState)

CLERK, STAFF, HEAD = Who.CLERK, Who.STAFF, Who.HEAD
SUPERVISOR, TRANSPARENCY = Who.SUPERVISOR, Who.TRANSPARENCY
SENDER, READER, SYSTEM = Who.SENDER, Who.READER, Who.SYSTEM


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: from, to, who, what it needs, and the button.

    ``who`` maps each kind it exists for to the relations that may do it; ``target`` none means the
    state stays. ``key`` is the keyboard shortcut, ``icon`` a symbol of the sprite.
    """

    action: str
    sources: frozenset[str]
    target: str | None
    who: Mapping[str, frozenset[Who]]
    needs: tuple[str, ...]
    optional: tuple[str, ...]
    label: str
    icon: str
    key: str = ""
    #: shown on the bar; the rest lies under "Más"
    prominent: bool = False


def _who(
    kinds: tuple[Kind, ...], service: frozenset[Who], transparency: frozenset[Who]
) -> dict[str, frozenset[Who]]:
    return {kind: transparency if kind in TRANSPARENCY_KINDS else service for kind in kinds}


def _case(
    action: str,
    kinds: tuple[Kind, ...],
    sources: frozenset[CaseState] | set[CaseState],
    target: str | None,
    service: set[Who],
    transparency: set[Who],
    needs: str = "",
    optional: str = "",
    *,
    label: str,
    icon: str,
    key: str = "",
    prominent: bool = False,
) -> Transition:
    return Transition(
        action,
        frozenset(sources),
        target,
        _who(kinds, frozenset(service), frozenset(transparency)),
        tuple(needs.split()),
        tuple(optional.split()),
        label,
        icon,
        key,
        prominent,
    )


# fmt: off
CASE: Final[tuple[Transition, ...]] = (
    _case("route", SIP, OPEN, BY_TURNS, {CLERK, SUPERVISOR}, {TRANSPARENCY},
          "areas instruction", "internal_on",
          label="Turnar", icon="arrow-forward-up", key="T", prominent=True),
    _case("first_answer", S, OPEN, None, {CLERK, HEAD, SUPERVISOR}, set(),
          "text channel given_on", label="Primera respuesta", icon="message-circle"),
    _case("request_clarification", SIP, {RECEIVED, ROUTED}, CLARIFICATION,
          {HEAD, SUPERVISOR}, {TRANSPARENCY},
          "text notified_on", "channel", label="Prevenir", icon="hand-stop", prominent=True),
    _case("receive_clarification", SIP, {CLARIFICATION}, BY_TURNS,
          {CLERK, SUPERVISOR}, {TRANSPARENCY},
          "text received_on", label="Registrar desahogo", icon="checks", prominent=True),
    _case("notify_cost", IP, {ROUTED, REVIEW}, PAYMENT, set(), {TRANSPARENCY},
          "amount notified_on", "channel", label="Notificar costo", icon="cash"),
    _case("record_payment", IP, {PAYMENT}, BY_TURNS, set(), {TRANSPARENCY},
          "paid_on", label="Registrar pago", icon="cash", prominent=True),
    _case("lapse", SIP, {CLARIFICATION, PAYMENT}, CLOSED, {SUPERVISOR}, {TRANSPARENCY},
          "", "text", label="Tener por no presentada", icon="calendar-x", prominent=True),
    _case("extend", IP, OPEN, None, set(), {TRANSPARENCY},
          "reason notified_on", "document",
          label="Ampliar plazo", icon="calendar-plus", prominent=True),
    _case("refer_part", SIP, OPEN, None, {SUPERVISOR}, {TRANSPARENCY},
          "authority part reason notified_on", label="Competencia parcial", icon="arrows-split"),
    _case("refer", SIP, OPEN, REFERRED, {SUPERVISOR}, {TRANSPARENCY},
          "authority reason notified_on",
          label="Remitir u orientar", icon="external-link", prominent=True),
    _case("answer", SIP, {ROUTED, REVIEW}, ANSWERED, {HEAD, SUPERVISOR}, {TRANSPARENCY},
          "outcome text channel notified_on",
          label="Responder", icon="message-circle", key="R", prominent=True),
    _case("already_public", ONLY_I, OPEN, ANSWERED, set(), {TRANSPARENCY},
          "text where how channel notified_on", label="Ya es pública", icon="eye"),
    _case("verify_identity", ONLY_P, LIVE | {ANSWERED}, None, set(), {TRANSPARENCY},
          "identity shown_on", "representative power",
          label="Acreditar identidad", icon="user-check", prominent=True),
    _case("make_effective", ONLY_P, {ANSWERED}, None, set(), {TRANSPARENCY},
          "text made_on", "channel", label="Hacer efectivo el derecho", icon="circle-check",
          prominent=True),
    _case("complete_answer", IP, {ANSWERED, CLOSED}, None, set(), {TRANSPARENCY},
          "text notified_on", label="Respuesta complementaria", icon="circle-plus"),
    _case("desist", SIP, LIVE, CLOSED, {SUPERVISOR}, {TRANSPARENCY},
          "text received_on", label="Desistimiento", icon="user-off"),
    _case("close", SIP, {ANSWERED}, CLOSED, {SUPERVISOR, SYSTEM}, {TRANSPARENCY, SYSTEM},
          "", "reason", label="Concluir", icon="circle-check", prominent=True),
    _case("reopen", SIP, {ANSWERED, CLOSED, REFERRED, CANCELLED}, RECEIVED,
          {SUPERVISOR}, {TRANSPARENCY},
          "ground reason", label="Reabrir", icon="refresh", prominent=True),
    _case("correct", SIP, ANY, None, {CLERK, SUPERVISOR}, {TRANSPARENCY, CLERK, SUPERVISOR},
          "field value reason", label="Corregir dato", icon="pencil"),
    _case("amend", SIP, LIVE | {ANSWERED, CLOSED}, None, {SUPERVISOR}, {TRANSPARENCY},
          "act reason", "right_on never", label="Corregir un acto", icon="history"),
    _case("link", SIP, ANY, None, {CLERK, SUPERVISOR}, {TRANSPARENCY, CLERK, SUPERVISOR},
          "other link_kind", label="Vincular", icon="link"),
    _case("unlink", SIP, ANY, None, {CLERK, SUPERVISOR}, {TRANSPARENCY, CLERK, SUPERVISOR},
          "other", "reason", label="Desvincular", icon="unlink"),
    _case("hand_over", SIP, LIVE, None, {SUPERVISOR}, {TRANSPARENCY},
          "area reason", label="Entregar la mesa", icon="arrow-right"),
    _case("settle", SIP, ANY, None, {SUPERVISOR}, {SUPERVISOR, TRANSPARENCY},
          "keep reason", label="Resolver discrepancia", icon="checks", prominent=True),
    _case("note", SIP, ANY, None, {READER}, {READER},
          "text", "only_area", label="Agregar nota", icon="note"),
    _case("attach", SIP, ANY, None, {READER}, {READER},
          "", label="Agregar archivo", icon="paperclip"),
    _case("cancel", SIP, LIVE, CANCELLED, {SUPERVISOR}, {TRANSPARENCY},
          "reason", label="Cancelar", icon="ban"),
)
# fmt: on


def _turn(
    action: str,
    sources: set[TurnState],
    target: TurnState | None,
    who: set[Who],
    needs: str = "",
    optional: str = "",
    *,
    label: str,
    icon: str,
    key: str = "",
    prominent: bool = False,
) -> Transition:
    return Transition(
        action,
        frozenset(sources),
        target,
        dict.fromkeys(SIP, frozenset(who)),
        tuple(needs.split()),
        tuple(optional.split()),
        label,
        icon,
        key,
        prominent,
    )


PENDING, ACCEPTED = TurnState.PENDING, TurnState.ACCEPTED
# fmt: off
TURN: Final[tuple[Transition, ...]] = (
    _turn("accept", {PENDING}, ACCEPTED, {STAFF, HEAD},
          label="Aceptar", icon="check", key="C", prominent=True),
    _turn("assign", {PENDING, ACCEPTED}, None, {HEAD, SUPERVISOR},
          "person", label="Asignar", icon="user-check", key="A", prominent=True),
    _turn("draft", {ACCEPTED}, None, {STAFF, HEAD},
          "text", label="Preparar respuesta", icon="pencil", key="P", prominent=True),
    _turn("return", {PENDING, ACCEPTED}, TurnState.RETURNED, {HEAD},
          "reason", label="Devolver", icon="arrow-back-up", key="D", prominent=True),
    _turn("reassign", {PENDING, ACCEPTED}, TurnState.WITHDRAWN, {SUPERVISOR},
          "area reason", label="Reasignar", icon="git-compare", prominent=True),
    _turn("withdraw", {PENDING, ACCEPTED}, TurnState.WITHDRAWN, {SENDER, SUPERVISOR, TRANSPARENCY},
          "reason", label="Dejar sin efecto", icon="x"),
    _turn("reply", {ACCEPTED}, TurnState.ANSWERED, {HEAD},
          "text", "also_answer outcome channel notified_on",
          label="Contestar", icon="message-circle", key="R", prominent=True),
    _turn("send_back", {TurnState.ANSWERED}, ACCEPTED, {SUPERVISOR, TRANSPARENCY},
          "reason", label="Regresar respuesta", icon="arrow-back-up"),
    _turn("share_reply", {TurnState.ANSWERED}, None, {SENDER, SUPERVISOR, TRANSPARENCY},
          label="Compartir respuesta", icon="users"),
)
# fmt: on

CASE_BY_ACTION: Final = {row.action: row for row in CASE}
TURN_BY_ACTION: Final = {row.action: row for row in TURN}

#: Where turns rest, only these acts exist on them (domain §4, the rule of the turns).
ACTS_WHILE_WAITING: Final = frozenset({"accept", "assign", "withdraw"})

#: After this many returns only a supervisor or transparency may route next.
RETURNS_BEFORE_SUPERVISOR: Final = 3
