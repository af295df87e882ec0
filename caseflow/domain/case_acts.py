"""What each action on a case changes: one function per row of ``workflow.CASE``.

``decide_case`` is the only door: it checks who and what, then lets the action's function edit a
draft. The functions trust their input.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from caseflow.domain import amends, arco, corrections, deadlines
from caseflow.domain.change import Change, Draft
from caseflow.domain.clock import Act
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.errors import InvalidData, MissingData, NotNow
from caseflow.domain.facts import CaseFacts
from caseflow.domain.limits import is_late, last_day
from caseflow.domain.needs import check_needs
from caseflow.domain.notes import require_note_area
from caseflow.domain.people import Actor, Who
from caseflow.domain.permits import case_relations, require_case
from caseflow.domain.steps import (
    add_files,
    close_as,
    finish,
    give_answer,
    reopen,
    route_to,
    settle_state,
    withdraw_open_turns,
)
from caseflow.domain.vocabulary import (
    CaseState,
    DeadlineState,
    LinkKind,
    Outcome,
    ReopenGround,
    Role,
    Step,
    goes_on_paper,
)


def decide_case(
    case: CaseFacts,
    action: str,
    actor: Actor,
    data: Mapping[str, Any],
    clockwork: Clockwork,
    now: dt.datetime,
) -> Change:
    """What one action on a case changes.

    ``data`` holds the form's answers by the names of ``needs.NEEDS`` (dates as dates, areas as
    ids), besides ``files`` (stored attachments) where documents came along. Raises a
    ``DomainError`` when a rule says no.
    """
    transition = require_case(case, action, actor, clockwork)
    answers = check_needs(
        transition.needs,
        transition.optional,
        data,
        earliest=case.received_on,
        today=clockwork.today,
    )
    draft = Draft(case, actor, now)
    files = data.get("files") or ()
    if files:
        answers["files"] = [file["name"] for file in files]
        purpose = "answer" if action in _ANSWERING else "other"
        if purpose == "answer":
            arco.check_handing_over(case, answers.get("outcome"), files)
        add_files(draft, files, purpose=purpose, turn_number=_own_turn(case, action, actor))
    extra = {name: data[name] for name in _RESOLVED if data.get(name) is not None}
    _ACTS[action](draft, {**answers, **extra}, clockwork)
    return draft.change()


#: Values that the commands resolve before deciding: ids behind what the person typed.
_RESOLVED = ("other_id", "ref", "before", "normal", "desk")
#: What a person may decide about a discrepancy.
KEEP = ("ours", "listing")
_ANSWERING = frozenset({"answer", "already_public", "make_effective", "complete_answer"})


def _own_turn(case: CaseFacts, action: str, actor: Actor) -> int | None:
    """The turn under which an area's paper goes; none for the desk, whose papers all areas see."""
    found = case_relations(case, actor)
    if action != "attach" or found & {Who.CLERK, Who.SUPERVISOR, Who.TRANSPARENCY}:
        return None
    mine = actor.areas(Role.STAFF, Role.HEAD) | actor.reach(Role.SUPERVISOR)
    return max((t.number for t in case.turns.values() if t.area_id in mine), default=None)


def _route(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    case = draft.case
    data["areas"] = list(dict.fromkeys(data["areas"]))
    busy = {turn.area_id for turn in case.open_turns()}
    repeated = [area for area in data["areas"] if area in busy]
    if repeated:
        raise NotNow("Ya hay un turno abierto en {areas}.", areas=repeated)
    target = data.get("internal_on")
    if target is not None and target < clockwork.today:
        raise InvalidData("La meta interna no puede quedar en el pasado.", field="internal_on")
    target = target or deadlines.default_target(case, clockwork, clockwork.today)
    route_to(draft, data["areas"], data["instruction"], target)
    deadlines.meet(draft, case.running(Step.ACCEPT), clockwork.today)
    draft.event("route", clockwork.today, {**data, "internal_on": target})


def _first_answer(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    on = data["given_on"]
    deadlines.meet(draft, draft.case.running(Step.FIRST_ANSWER), on)
    if draft.case.first_answer_on is None:
        draft.set(first_answer_on=on)
    draft.event("first_answer", on, data)


def _request_clarification(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    on = data["notified_on"]
    on_paper = goes_on_paper(data.get("channel"))
    act = Act("clarify", on, on_paper=bool(on_paper))
    governing = deadlines.act_on_governing(draft, clockwork, act)
    if governing is not None and governing.state == DeadlineState.RUNNING:
        # asked after its own term: recorded and warned, and the term does not move (domain §5)
        data["late"] = True
    _begin_waiting(draft, data, clockwork, Step.PERSON_ANSWERS, on_paper)
    draft.set(state=CaseState.CLARIFICATION.value, clarified=True)
    draft.event("request_clarification", on, data)


def _begin_waiting(
    draft: Draft, data: dict[str, Any], clockwork: Clockwork, step: Step, on_paper: bool | None
) -> None:
    """Start the person's own term; the event says when a notice on paper takes effect."""
    on = data["notified_on"]
    deadlines.open_term(draft, clockwork, step, on, on_paper)
    effect_on = deadlines.takes_effect(clockwork, draft.case, step, on, on_paper)
    if effect_on != on:
        data["takes_effect"] = effect_on


def _resume(draft: Draft, clockwork: Clockwork, act: Act, step: Step, started: str) -> None:
    """Leave a waiting state: the clock goes on, targets move by the days that rested."""
    case = draft.case
    governing = case.governing()
    rested = 0
    if governing is not None and governing.live:
        since = max(
            (Act.from_json(stored).on for stored in governing.acts if stored["kind"] == started),
            default=act.on,
        )
        if act.on < since:
            raise InvalidData(
                "La fecha es anterior al aviso a la persona, del {since}.",
                field="received_on" if act.kind == "clarified" else "paid_on",
                since=f"{since:%d/%m/%Y}",
            )
        if governing.state == DeadlineState.PAUSED:
            rested = clockwork.calendar.between(since, act.on, case.kind)
        # one that answers a late clarification stays on record too, and moves nothing
        deadlines.act_on_governing(draft, clockwork, act)
    deadlines.meet(draft, case.running(step), act.on)
    deadlines.shift_targets(draft, clockwork, rested)
    settle_state(draft)


def _receive_clarification(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    on = data["received_on"]
    _resume(draft, clockwork, Act("clarified", on), Step.PERSON_ANSWERS, "clarify")
    draft.event("receive_clarification", on, data)


def _notify_cost(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    on = data["notified_on"]
    on_paper = goes_on_paper(data.get("channel"))
    deadlines.act_on_governing(draft, clockwork, Act("cost", on, on_paper=bool(on_paper)))
    _begin_waiting(draft, data, clockwork, Step.PAY, on_paper)
    draft.set(state=CaseState.PAYMENT.value)
    draft.event("notify_cost", on, data)


def _record_payment(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    on = data["paid_on"]
    _resume(draft, clockwork, Act("paid", on), Step.PAY, "cost")
    draft.event("record_payment", on, data)


def _lapse(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    finish(draft, CaseState.CLOSED, "lapsed", clockwork.today, "Se tuvo por no presentada")
    draft.event("lapse", clockwork.today, data)


def _extend(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    case = draft.case
    on = data["notified_on"]
    governing = case.governing()
    limit = last_day(case, "extend", clockwork)
    if governing is None or limit is None:
        raise NotNow("El plazo ya no corre: no hay qué ampliar.")
    if on > limit:
        raise InvalidData(
            "La ampliación se notifica a más tardar el {last}, último día del plazo.",
            field="notified_on",
            last=f"{limit:%d/%m/%Y}",
        )
    term = clockwork.term(case.kind, Step.EXTENSION, case.received_on)
    if term is None:
        raise NotNow("La ley aplicable no prevé ampliar este plazo.")
    before = governing.due_on
    deadlines.act_on_governing(draft, clockwork, Act("extend", on, term.days))
    draft.set(extended=True)
    deadlines.shift_targets(draft, clockwork, term.days)
    draft.event("extend", on, {**data, "before": before, "after": governing.due_on})


def _refer_part(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    if is_late(draft.case, "refer_part", clockwork, data["notified_on"]):
        data["late"] = True
    draft.event("refer_part", data["notified_on"], data)


def _refer(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    on = data["notified_on"]
    if is_late(draft.case, "refer", clockwork, on):
        data["late"] = True
    finish(draft, CaseState.REFERRED, "referred", on, "El asunto se remitió")
    draft.set(referred_to=data["authority"])
    draft.event("refer", on, data)


def _already_public(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    """Say where the information already is: an answer, and what the areas still had ends."""
    if is_late(draft.case, "already_public", clockwork, data["notified_on"]):
        data["late"] = True
    withdraw_open_turns(draft, "La información ya es pública: así se respondió a la persona")
    whole = f"{data['text']}\n\nDónde está: {data['where']}\nCómo consultarla: {data['how']}"
    answer = {**data, "outcome": Outcome.ALREADY_PUBLIC.value, "text": whole}
    give_answer(draft, answer, clockwork, action="already_public")


def _answer(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    if data["outcome"] == Outcome.ALREADY_PUBLIC:
        raise InvalidData(
            "Para decir que ya es pública use «Ya es pública», que pide dónde consultarla.",
            field="outcome",
        )
    give_answer(draft, data, clockwork)


def _complete_answer(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    draft.event("complete_answer", data["notified_on"], data)


def _desist(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    on = data["received_on"]
    finish(draft, CaseState.CLOSED, "desisted", on, "La persona se desistió")
    draft.event("desist", on, data)


def _close(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    close_as(draft, "closed", clockwork.today, data)


def _reopen(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    if data["ground"] == ReopenGround.RULING:
        raise InvalidData(
            "Una resolución se registra en su recurso: al registrarla, el asunto se reabre y "
            "empieza el plazo para cumplirla.",
            field="ground",
        )
    reopen(draft, data, clockwork)


def _correct(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    corrections.correct(draft, data, clockwork)


def _link(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    other = data.get("other_id")
    if other is None:
        raise MissingData("Escriba el otro folio.", field="other")
    if other == draft.case.id:
        raise InvalidData("Un asunto no se vincula consigo mismo.", field="other")
    number = draft.add("link", other_id=other, kind=LinkKind(data["link_kind"]).value, ended=False)
    draft.event("link", clockwork.today, {**data, "link": number})


def _unlink(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    number = data.get("before")
    if number is None:
        raise InvalidData("Ese folio no está vinculado con este asunto.", field="other")
    draft.edit("link", number, ended=True)
    draft.event("unlink", clockwork.today, data)


def _hand_over(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    if data["area"] == draft.case.desk_id:
        raise InvalidData("El asunto ya está en esa mesa.", field="area")
    before = draft.case.desk_id
    draft.set(desk_id=data["area"])
    draft.event("hand_over", clockwork.today, {**data, "before": before})


def _settle(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    """Settle what a listing and our work say differently: ours is kept, or theirs taken."""
    discrepancy = draft.case.discrepancy or {}
    if data["keep"] not in KEEP:
        raise InvalidData("Elija qué se conserva.", field="keep")
    draft.set(discrepancy=None)
    draft.event("settle", clockwork.today, {**data, "listing": discrepancy})
    if data["keep"] != "listing":
        return
    corrections.take_listing(draft, discrepancy, clockwork)
    if discrepancy.get("status") == "open" and not draft.case.live:
        reopen(draft, {"ground": ReopenGround.AT_SOURCE, "reason": data["reason"]}, clockwork)


def _note(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    only = data.get("only_area")
    require_note_area(draft.case, draft.actor, only)
    draft.add(
        "note",
        text=data["text"],
        author_id=draft.actor.user_id,
        area_id=only,
        written_at=draft.at,
    )
    draft.event("note", clockwork.today, {"only_area": only} if only else None)


def _attach(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    if not data.get("files"):
        raise MissingData("Elija al menos un archivo.", field="files")
    draft.event("attach", clockwork.today, data)


def _cancel(draft: Draft, data: dict[str, Any], clockwork: Clockwork) -> None:
    finish(draft, CaseState.CANCELLED, "cancelled", clockwork.today, data["reason"])
    draft.event("cancel", clockwork.today, data)


_ACTS: Mapping[str, Callable[[Draft, dict[str, Any], Clockwork], None]] = {
    "route": _route,
    "first_answer": _first_answer,
    "request_clarification": _request_clarification,
    "receive_clarification": _receive_clarification,
    "notify_cost": _notify_cost,
    "record_payment": _record_payment,
    "lapse": _lapse,
    "extend": _extend,
    "refer_part": _refer_part,
    "refer": _refer,
    "already_public": _already_public,
    "amend": amends.amend,
    "answer": _answer,
    "make_effective": arco.make_effective,
    "verify_identity": arco.verify_identity,
    "complete_answer": _complete_answer,
    "desist": _desist,
    "close": _close,
    "reopen": _reopen,
    "correct": _correct,
    "link": _link,
    "unlink": _unlink,
    "hand_over": _hand_over,
    "settle": _settle,
    "note": _note,
    "attach": _attach,
    "cancel": _cancel,
}
