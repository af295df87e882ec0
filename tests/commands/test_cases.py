"""Acts on cases through the commands: what is looked up, what is refused, what stays true."""

from __future__ import annotations

import random
from typing import Any

import pytest

from caseflow.commands.cases import repeat_case, spoken, take_case, take_turns
from caseflow.commands.work import begin_work
from caseflow.domain.errors import DomainError, InvalidData, NotFound, Stale
from caseflow.domain.permits import offers
from caseflow.domain.vocabulary import CaseState, Kind, Source
from caseflow.extensions import db
from caseflow.queries.rebuild import differences
from tests.builders import NOW, TODAY, Office
from tests.domain.case_cases import complete

PEOPLE = ("ventanilla", "personal", "titular", "titular2", "supervision", "transparencia")


def test_a_turn_goes_only_to_an_area_that_is_in_force(office: Office) -> None:
    ref = office.capture().case.ref
    with pytest.raises(InvalidData) as refusal:
        office.act("supervision", ref, "route", areas=[99_999], instruction="x")
    assert refusal.value.field == "areas"


def test_a_turn_is_assigned_only_to_who_works_there(office: Office) -> None:
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC")
    with pytest.raises(InvalidData) as refusal:
        office.turn("titular", ref, 1, "assign", person=office.user_id("personal2"))
    assert refusal.value.field == "person"
    case = office.turn("titular", ref, 1, "assign", person=office.user_id("personal"))
    assert case.turns[1].assignee_id == office.user_id("personal")


def test_in_bulk_a_person_is_assigned_where_they_work_and_the_rest_is_said(office: Office) -> None:
    ref = office.capture().case.ref
    case = office.route("supervision", ref, "JUD-AMC", "JUD-BAR")
    with office.work("supervision") as work:
        verdicts = take_turns(
            work, [(case.id, 1), (case.id, 2)], "assign", {"person": office.user_id("personal")}
        )
    assert [v.done for v in verdicts] == [True, False]
    assert "no trabaja en el área del turno" in verdicts[1].reason


def test_the_version_that_the_person_saw_must_still_stand(office: Office) -> None:
    ref = office.capture().case.ref
    seen = office.case("supervision", ref).version
    office.act("direccion", ref, "refer_part", authority="SACMEX", part="Agua", reason="x",
               notified_on=TODAY)  # fmt: skip
    with pytest.raises(Stale), office.work("supervision") as work:
        take_case(work, ref, "cancel", {"reason": "x"}, seen)


def test_a_corrected_folio_that_another_case_has_is_refused(office: Office) -> None:
    suac: dict[str, Any] = {"source": Source.SUAC, "channel": "web"}
    office.capture(**suac, folio="2441009")
    two = office.capture(**suac, folio="2441010").case.ref
    with pytest.raises(InvalidData, match="vincúlelos"):
        office.act("supervision", two, "correct", field="folio", value="2441009", reason="x")


def test_a_number_of_our_own_series_is_not_given_by_a_correction(office: Office) -> None:
    ref = office.capture().case.ref
    with pytest.raises(InvalidData, match="sólo lo da la captura"):
        office.act("supervision", ref, "correct", field="folio", value="CESAC-2026-000050",
                   reason="x")  # fmt: skip


def test_a_territory_that_does_not_exist_is_refused(office: Office) -> None:
    ref = office.capture().case.ref
    with pytest.raises(InvalidData) as refusal:
        office.act(
            "supervision", ref, "correct", field="territory_code", value="99-999", reason="x"
        )
    assert refusal.value.field == "value"


def test_another_kind_moves_the_case_to_the_desk_of_that_kind(office: Office) -> None:
    ref = office.capture().case.ref
    case = office.act("supervision", ref, "correct", field="kind", value="information", reason="x")
    assert (case.kind, case.desk_id) == (Kind.INFORMATION, office.area("SESPPC"))


def test_a_case_is_linked_by_any_spelling_of_the_other_folio(office: Office) -> None:
    one, two = office.capture().case, office.capture().case
    office.act("supervision", two.ref, "link", other=one.ref.lower(), link_kind="related")
    with pytest.raises(InvalidData, match="ya está vinculado"):
        office.act("supervision", two.ref, "link", other=one.ref, link_kind="related")


def test_a_case_is_not_linked_with_itself(office: Office) -> None:
    ref = office.capture().case.ref
    with pytest.raises(InvalidData, match="consigo mismo"):
        office.act("supervision", ref, "link", other=ref, link_kind="related")


def test_an_act_is_repeated_on_each_duplicate_with_a_verdict(office: Office) -> None:
    refs = [office.capture().case.ref for _ in range(3)]
    office.act("supervision", refs[1], "cancel", reason="x")
    with office.work("supervision") as work:
        verdicts = repeat_case(work, refs, "cancel", {"reason": "Prueba"})
    assert [(v.ref, v.done) for v in verdicts] == [
        (refs[0], True), (refs[1], False), (refs[2], True),
    ]  # fmt: skip
    assert {office.case("supervision", ref).state for ref in refs} == {CaseState.CANCELLED}


def test_a_refusal_names_the_areas_by_their_names(office: Office) -> None:
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC")
    with office.work("supervision") as work, pytest.raises(DomainError) as refusal:
        take_case(work, ref, "answer", complete(work.case(ref), ()))
    with office.work("supervision") as work:
        assert "JUD de Atención y Mediación Comunitaria" in spoken(work, refusal.value)


def test_to_a_stranger_there_is_no_case_to_act_on(office: Office) -> None:
    ref = office.capture().case.ref
    with pytest.raises(NotFound):
        office.act("ajena", ref, "note", text="x")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_a_long_walk_the_events_still_make_the_tables(office: Office, seed: int) -> None:
    dice = random.Random(seed)
    refs = [
        *(office.capture().case.ref for _ in range(3)),
        office.request().case.ref,
        office.request(folio="092074526000419", kind=Kind.PERSONAL_DATA).case.ref,
    ]
    other = office.capture().case.ref
    done = 0
    for _ in range(200):
        login, ref = dice.choice(PEOPLE), dice.choice(refs)
        with begin_work(office.actor(login), NOW) as work:
            try:
                case = work.case(ref)
            except NotFound:
                continue
            found = [o for o in offers(case, work.actor, work.clockwork) if o.enabled]
            if not found:
                continue
            offer = dice.choice(found)
            data = {
                **complete(case, offer.transition.needs, TODAY),
                "areas": [office.area(dice.choice(["JUD-AMC", "JUD-BAR", "DGSU"]))],
                "area": office.area(dice.choice(["JUD-AMC", "JUD-BAR", "DCC"])),
                "person": office.user_id(dice.choice(["personal", "titular"])),
                "other": other,
            }
            if offer.transition.action == "attach":
                data["files"] = ({"name": "a", "media_type": "x", "size": 1, "sha256": "0" * 64},)
            try:
                if offer.turn_number is None:
                    take_case(work, ref, offer.transition.action, data)
                else:
                    (verdict,) = take_turns(
                        work, [(case.id, offer.turn_number)], offer.transition.action, data
                    )
                    done += verdict.done
                    continue
            except DomainError:
                continue
            done += 1
    assert done > 20
    assert differences(db.session()) == []
