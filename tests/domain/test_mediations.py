"""The workflow of mediations: who, from where to where, and what is never mediated."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from typing import Any

import pytest

from caseflow.domain import mediation_acts
from caseflow.domain.errors import DomainError, InvalidData, MissingData, NotAllowed, NotNow
from caseflow.domain.mediation_acts import MediationChange, decide_mediation, register
from caseflow.domain.mediation_needs import MEDIATION_NEEDS
from caseflow.domain.mediation_words import MediationOutcome, MediationState, NotMediable
from caseflow.domain.mediations import (
    MEDIATION,
    CommitmentFacts,
    InvitationFacts,
    MediationFacts,
    MediationWho,
    PartyFacts,
    SessionFacts,
    mediation_offers,
    mediation_relations,
)
from caseflow.domain.people import Actor, Grant
from caseflow.domain.vocabulary import Role

TODAY = dt.date(2026, 11, 24)
AMC, OTHER = 10, 11
NOW = dt.datetime(2026, 11, 24, 16, tzinfo=dt.UTC)
SUBJECTS = frozenset({"noise"})


def person(user_id: int, role: Role, area: int = AMC) -> Actor:
    return Actor(user_id, "X", (Grant(role, area, frozenset({area})),), root_id=1)


MEDIATOR, HEAD = person(1, Role.MEDIATOR), person(2, Role.HEAD)
CLERK = person(3, Role.CLERK, OTHER)
NOBODIES = (
    person(4, Role.MEDIATOR),  # not named
    person(5, Role.HEAD, OTHER),
    Actor(6, "S", (Grant(Role.SUPERVISOR, 1, frozenset({1, AMC, OTHER})),), root_id=1),
    Actor(7, "A", (Grant(Role.AUDITOR, 1, frozenset({1, AMC, OTHER})),), root_id=1),
    Actor(8, "C", (Grant(Role.ADMIN, 1, frozenset({1, AMC, OTHER})),), root_id=1),
    person(9, Role.STAFF),
)


def party(side: str, name: str = "Vecina") -> dict[str, Any]:
    return {"party_kind": "person", "side": side, "name": name}


def fresh(**values: Any) -> MediationFacts:
    made = MediationFacts(
        id=1,
        ref="MED-2026-00001",
        state="requested",
        area_id=AMC,
        subject="noise",
        received_on=TODAY,
        registered_at=NOW,
        registered_by_id=3,
        colonia="Agrícola Oriental",
        **values,
    )
    register(made, [party("asking"), party("invited")], CLERK, SUBJECTS, TODAY)
    return made


def at(state: MediationState) -> MediationFacts:
    """A file brought to a state by its own acts."""
    made = fresh()
    act(made, "name", HEAD, person=1)
    if state is MediationState.REQUESTED:
        return made
    screen(made)
    if state is MediationState.INVITING:
        return made
    session(made)
    if state is MediationState.IN_SESSION:
        return made
    agree(made)
    if state is MediationState.AGREED:
        return made
    act(made, "follow_up", MEDIATOR, commitment="1", commitment_result="kept", result_on=TODAY)
    return made


def act(made: MediationFacts, action: str, actor: Actor, **data: Any) -> MediationChange:
    return decide_mediation(made, action, actor, data, TODAY, frozenset({1, 4}))


def screen(made: MediationFacts, **data: Any) -> MediationChange:
    answers = {"violence_asked": True, "mediable": "yes", "screened_on": TODAY, "consents": True}
    return act(made, "screen", MEDIATOR, **{**answers, **data})


def session(made: MediationFacts, **data: Any) -> MediationChange:
    answers = {"held_on": TODAY, "attended": [1, 2], "session_outcome": "agreement"}
    return act(made, "open_session", MEDIATOR, **{**answers, **data})


def agree(made: MediationFacts, **promised: Any) -> MediationChange:
    promise = {"party": "1", "what": "Bajar el volumen a las 22:00", "due_on": TODAY, **promised}
    return act(made, "agree", MEDIATOR, agreed_on=TODAY, commitments=[promise])


#: Something right for every act, to try it from every state.
ANSWERS: dict[str, dict[str, Any]] = {
    "name": {"person": 4},
    "screen": {"violence_asked": True, "mediable": "yes", "screened_on": TODAY, "consents": True},
    "add_party": party("invited", "Tercera"),
    "edit_party": {"party": "1", "name": "Vecina corregida"},
    "invite": {"party": "2", "sent_on": TODAY, "means": "by_hand"},
    "record_invitation": {"invitation": "1", "result": "accepted", "delivered_on": TODAY},
    "open_session": {"held_on": TODAY, "attended": [1, 2], "session_outcome": "continues"},
    "agree": {
        "agreed_on": TODAY,
        "commitments": [{"party": "1", "what": "Callar al perro", "due_on": TODAY}],
    },
    "follow_up": {"commitment": "1", "commitment_result": "kept", "result_on": TODAY},
    "end": {"ending": "withdrawn"},
    "reopen": {"reason": "La otra parte volvió"},
}
DOERS = {MediationWho.MEDIATOR: MEDIATOR, MediationWho.HEAD: HEAD}


@pytest.mark.parametrize("state", list(MediationState))
@pytest.mark.parametrize("row", MEDIATION, ids=lambda row: row.action)
def test_each_act_is_done_from_its_states_alone(row: Any, state: MediationState) -> None:
    made = at(state)
    if row.action == "record_invitation" and state in row.sources:
        act(made, "invite", MEDIATOR, **ANSWERS["invite"])
    doer = MEDIATOR if MediationWho.MEDIATOR in row.who else HEAD
    if state not in row.sources:
        with pytest.raises(NotNow):
            act(made, row.action, doer, **ANSWERS[row.action])
        return
    change = act(made, row.action, doer, **ANSWERS[row.action])
    assert change.action == row.action
    if row.target is not None:
        assert made.state == row.target


@pytest.mark.parametrize("row", MEDIATION, ids=lambda row: row.action)
@pytest.mark.parametrize("nobody", NOBODIES, ids=lambda actor: str(actor.user_id))
def test_who_is_nothing_to_a_file_does_nothing_in_it(row: Any, nobody: Actor) -> None:
    made = at(next(iter(row.sources)))
    assert mediation_relations(made, nobody) == frozenset()
    assert mediation_offers(made, nobody) == ()
    with pytest.raises(NotAllowed):
        act(made, row.action, nobody, **ANSWERS[row.action])


def test_who_registered_it_sees_it_until_a_mediator_is_named() -> None:
    made = fresh()
    assert mediation_relations(made, CLERK) == {MediationWho.REGISTRANT}
    act(made, "name", HEAD, person=1)
    assert mediation_relations(made, CLERK) == frozenset()


def test_a_replaced_mediator_sees_it_no_more() -> None:
    made = at(MediationState.INVITING)
    act(made, "name", HEAD, person=4)
    assert mediation_relations(made, MEDIATOR) == frozenset()
    assert mediation_relations(made, NOBODIES[0]) == {MediationWho.MEDIATOR}
    assert made.mediators[1].ended_on == TODAY


def test_only_a_mediator_of_the_area_is_named() -> None:
    with pytest.raises(InvalidData):
        act(fresh(), "name", HEAD, person=99)


@pytest.mark.parametrize(
    ("parties", "place", "subject"),
    [
        ([party("asking")], "Calle 1", "noise"),
        ([party("asking"), party("asking")], "Calle 1", "noise"),
        ([party("asking"), party("invited", "")], "Calle 1", "noise"),
        ([party("asking"), party("invited")], "", "noise"),
        ([party("asking"), party("invited")], "Calle 1", "gossip"),
    ],
)
def test_a_file_needs_two_sides_a_place_and_a_subject_of_the_list(
    parties: list[dict[str, Any]], place: str, subject: str
) -> None:
    blank = fresh()
    blank.parties.clear()
    blank.colonia, blank.street, blank.subject = "", place, subject
    with pytest.raises(DomainError):
        register(blank, parties, CLERK, SUBJECTS, TODAY)


def test_violence_is_never_mediated_and_never_reopened() -> None:
    made = at(MediationState.REQUESTED)
    screen(made, mediable="no", not_mediable="violence", sent_to="Centro de Justicia")
    assert made.state == MediationState.CLOSED
    assert made.outcome == MediationOutcome.NOT_MEDIABLE
    with pytest.raises(NotNow):
        act(made, "reopen", HEAD, reason="Insisten")


def test_screening_asks_about_violence_first_whatever_the_answer() -> None:
    for mediable in ("yes", "no"):
        with pytest.raises(MissingData) as refused:
            screen(at(MediationState.REQUESTED), mediable=mediable, violence_asked=False)
        assert refused.value.field == "violence_asked"


@pytest.mark.parametrize("missing", ["not_mediable", "sent_to"])
def test_a_matter_that_is_not_mediated_says_why_and_where_the_person_was_sent(
    missing: str,
) -> None:
    answers = {"not_mediable": NotMediable.CRIME.value, "sent_to": "Ministerio Público"}
    answers.pop(missing)
    with pytest.raises(MissingData) as refused:
        screen(at(MediationState.REQUESTED), mediable="no", **answers)
    assert refused.value.field == missing


def test_without_consent_there_is_no_mediation() -> None:
    with pytest.raises(MissingData):
        screen(at(MediationState.REQUESTED), consents=False)


def test_a_session_with_one_side_is_none_and_is_no_first_session() -> None:
    made = at(MediationState.INVITING)
    with pytest.raises(InvalidData):
        session(made, attended=[1])
    session(made, attended=[1], session_outcome="not_held")
    assert made.first_session_on is None
    session(made)
    assert made.first_session_on == TODAY


def test_a_promise_names_who_what_and_until_when() -> None:
    for wrong in ({"party": "9"}, {"what": " "}, {"due_on": TODAY - dt.timedelta(days=1)}):
        with pytest.raises(DomainError):
            agree(at(MediationState.IN_SESSION), **wrong)


def test_the_last_followed_commitment_closes_the_file() -> None:
    made = at(MediationState.IN_SESSION)
    promised = [{"party": str(n), "what": "Algo", "due_on": TODAY} for n in (1, 2)]
    act(made, "agree", MEDIATOR, agreed_on=TODAY, commitments=promised)
    act(made, "follow_up", HEAD, commitment="1", commitment_result="broken", result_on=TODAY)
    assert made.state == MediationState.AGREED
    act(made, "follow_up", MEDIATOR, commitment="2", commitment_result="kept", result_on=TODAY)
    assert (made.state, made.outcome) == (MediationState.CLOSED, MediationOutcome.AGREEMENT)


def test_the_history_holds_words_of_lists_and_numbers_never_what_people_are_called() -> None:
    made = fresh()
    changes = [act(made, "name", HEAD, person=1), screen(made)]
    changes.append(act(made, "add_party", MEDIATOR, **party("invited", "Juana Secreta")))
    changes.append(session(made))
    changes.append(agree(made, what="Pagar en secreto"))
    assert "ecret" not in repr([change.data for change in changes])


def test_no_field_takes_what_was_said_in_a_session() -> None:
    rows = {row.action: row for row in MEDIATION}
    asked = {*rows["open_session"].needs, *rows["open_session"].optional}
    assert all(MEDIATION_NEEDS[name].field not in ("text", "line") for name in asked)
    texts = {spec.name for spec in fields(SessionFacts) if spec.type == "str"}
    assert texts == {"outcome"}


def test_every_act_of_the_table_has_its_function_and_its_needs() -> None:
    assert set(mediation_acts._ACTS) == {row.action for row in MEDIATION}
    for row in MEDIATION:
        assert {*row.needs, *row.optional} <= MEDIATION_NEEDS.keys()


def test_rows_of_a_change_carry_every_column_of_a_new_record() -> None:
    made = at(MediationState.INVITING)
    change = act(made, "invite", MEDIATOR, **ANSWERS["invite"])
    (row,) = [row for row in change.rows if row.new]
    assert set(row.values) == {spec.name for spec in fields(InvitationFacts)}
    assert {PartyFacts, CommitmentFacts, SessionFacts, InvitationFacts} <= set(
        mediation_acts._CHILDREN
    )
