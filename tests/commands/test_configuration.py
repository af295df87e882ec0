"""Settings, series, routing rules and terms: edited, logged, and left alone by the packs."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from caseflow.commands.configuration import OfficeForm, set_office, set_series
from caseflow.commands.packs import load_law, load_organisation
from caseflow.commands.routing_rules import RuleForm, add_rule, edit_rule, end_rule, move_rule
from caseflow.commands.terms import TermForm, add_term, correct_term, end_term
from caseflow.commands.work import begin_work
from caseflow.domain.errors import InvalidData, MissingData, NotAllowed, NotNow, Stale
from caseflow.domain.people import SYSTEM
from caseflow.domain.routing import Routable
from caseflow.extensions import db
from caseflow.models import Event, LegalTerm, RoutingRule, Setting
from caseflow.packs import load_law as read_law
from caseflow.packs import load_pack
from caseflow.queries import reference
from caseflow.queries.rulebook import rules, series, winning_rule
from tests.builders import NOW, TODAY, Office

OFFICE = OfficeForm(
    name="Alcaldía Iztacalco",
    body="alcaldia-iztacalco",
    borough="IZTACALCO",
    aliases=("ALCALDIA IZTACALCO",),
    postal_prefixes=("08",),
    own_bodies=("0920745",),
    window="Ventanilla",
    address="Av. Río Churubusco s/n",
    telephone="55 5654 3333",
    hours="9 a 18 h",
    confirmed=True,
)
TERM = TermForm(
    days=12, unit="business", legal_source="Ley nueva, art. 1, GOCDMX 2026-11-20", mark="T",
    cutoff="15:00", notice_effect="same_day",
)  # fmt: skip


def events(action: str) -> list[Event]:
    found = list(db.session.scalars(select(Event).where(Event.action == action).order_by(Event.id)))
    db.session.remove()
    return found


def reload_packs() -> None:
    with begin_work(SYSTEM, NOW) as work:
        load_organisation(work, load_pack("iztacalco"))
        load_law(work, read_law("cdmx"))


def rule_form(office: Office, **values: object) -> RuleForm:
    made: dict[str, object] = {
        "name": "Alumbrado urgente",
        "kind": "service",
        "words": "poste, corto",
        "area_id": office.area("DGSU"),
        "instruction": "Acudir hoy mismo",
        "target_days": 1,
    }
    return RuleForm(**{**made, **values})  # type: ignore[arg-type]


def term_id(matter: str, step: str) -> int:
    found = db.session.scalars(
        select(LegalTerm.id).where(LegalTerm.matter == matter, LegalTerm.step == step)
    ).first()
    db.session.remove()
    assert found is not None
    return found


# ── Settings ─────────────────────────────────────────────────────────────────────────────────────


def test_the_office_is_set_logged_and_left_alone_by_the_pack(office: Office) -> None:
    with office.work("admin") as work:
        set_office(work, OFFICE)
    reload_packs()
    read = reference.current(db.session()).office
    db.session.remove()
    assert read.window["telephone"] == "55 5654 3333"
    assert read.locality["own_bodies"] == ["0920745"]
    (logged,) = events("office_set")
    assert logged.data["before"]["window.confirmed"] is False
    assert logged.data["after"]["window.confirmed"] is True


def test_another_body_counts_by_its_own_list(office: Office) -> None:
    case = office.capture().case
    with office.work("admin") as work:
        impact = set_office(work, replace(OFFICE, body="alcaldia-otra")).impact
    assert impact.moved == 0
    assert office.case("ventanilla", case.ref).due_on == case.due_on
    assert reference.current(db.session()).office.body == "alcaldia-otra"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"body": "Alcaldía X"}, "body"),
        ({"postal_prefixes": ("8A",)}, "postal_prefixes"),
        ({"own_bodies": ("92",)}, "own_bodies"),
        ({"telephone": "", "confirmed": True}, "confirmed"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_at_its_field(
    sqlite_office: Office, values: dict[str, object], field: str
) -> None:
    with pytest.raises(MissingData) as refusal, sqlite_office.work("admin") as work:
        set_office(work, replace(OFFICE, **values))  # type: ignore[arg-type]
    assert refusal.value.field == field
    assert db.session.get_one(Setting, "office").pack_digest != "edited"


def test_an_office_that_joins_in_august_begins_at_its_number(office: Office) -> None:
    with office.work("admin") as work:
        set_series(work, "CESAC", new_prefix="CESAC", width=6, first_number=4501)
    assert office.capture().case.ref == "CESAC-2026-004501"


def test_with_another_prefix_the_old_folios_are_still_ours(office: Office) -> None:
    old = office.capture().case.ref
    with office.work("admin") as work:
        set_series(work, "CESAC", new_prefix="CSAC", width=5, first_number=10)
    new = office.capture(description="Otra cosa").case.ref
    assert (old, new) == ("CESAC-2026-000001", "CSAC-2026-00010")
    reload_packs()
    third = office.capture(description="Y otra").case.ref
    assert third == "CSAC-2026-00011"
    rows = {row.prefix: row.retired for row in series(db.session(), 2026)}
    assert (rows["CESAC"], rows["CSAC"]) == (True, False)


@pytest.mark.parametrize(
    ("prefix", "width", "first", "field"),
    [
        ("C1", 6, 1, "prefix"),
        ("AUD", 6, 1, "prefix"),
        ("CESAC", 2, 1, "width"),
        ("CESAC", 3, 1000, "first_number"),
        ("CESAC", 6, 0, "first_number"),
    ],
)
def test_a_series_that_cannot_be_is_refused(
    sqlite_office: Office, prefix: str, width: int, first: int, field: str
) -> None:
    with pytest.raises(InvalidData) as refusal, sqlite_office.work("admin") as work:
        set_series(work, "CESAC", new_prefix=prefix, width=width, first_number=first)
    assert refusal.value.field == field


# ── Routing rules ────────────────────────────────────────────────────────────────────────────────


def order() -> list[str]:
    found = [row.rule.name for row in rules(db.session())]
    db.session.remove()
    return found


def test_a_new_rule_is_tried_last_until_it_is_moved_up(office: Office) -> None:
    with office.work("admin") as work:
        rule_id = add_rule(work, rule_form(office)).id
    assert order()[-1] == "Alumbrado urgente"
    with office.work("admin") as work:
        move_rule(work, rule_id, up=True)
    assert order()[-2] == "Alumbrado urgente"
    (moved,) = events("rule_moved")
    assert moved.data["before"] != moved.data["after"]


def test_the_test_of_the_rules_names_the_one_that_captures_use(office: Office) -> None:
    with office.work("admin") as work:
        rule_id = add_rule(work, rule_form(office)).id
        for _ in range(80):
            move_rule(work, rule_id, up=True)
    found = winning_rule(
        rules(db.session()), Routable("CESAC", "service", "ALUMBRADO", "Poste en corto"), TODAY
    )
    db.session.remove()
    assert found is not None
    assert found[0].id == rule_id
    case = office.capture(subject="ALUMBRADO", description="Poste en corto").case
    assert case.turns[1].rule_name == "Alumbrado urgente"


def test_an_edited_rule_is_left_alone_by_the_pack(sqlite_office: Office) -> None:
    office = sqlite_office
    first = rules(db.session())[0]
    db.session.remove()
    with office.work("admin") as work:
        edit_rule(work, first.id, rule_form(office), version=first.version)
    reload_packs()
    assert order()[0] == "Alumbrado urgente"
    (logged,) = events("rule_edited")
    assert logged.data["before"]["name"] == first.rule.name
    with pytest.raises(Stale), office.work("admin") as work:
        edit_rule(work, first.id, rule_form(office, name="Otra"), version=first.version)


def test_an_ended_rule_matches_no_more(office: Office) -> None:
    first = rules(db.session())[0]
    db.session.remove()
    with office.work("admin") as work:
        end_rule(work, first.id)
    assert office.capture(subject="ALUMBRADO", description="").case.turns == {}
    with pytest.raises(NotNow), office.work("admin") as work:
        end_rule(work, first.id)


def test_the_first_rule_stays_first_when_moved_up(sqlite_office: Office) -> None:
    before = order()
    first = rules(db.session())[0].id
    db.session.remove()
    with sqlite_office.work("admin") as work:
        move_rule(work, first, up=True)
    assert order() == before


def test_rules_at_the_same_place_are_put_apart_before_they_change_places(
    sqlite_office: Office,
) -> None:
    with begin_work(SYSTEM, NOW) as work:
        for rule in work.session.scalars(select(RoutingRule)):
            rule.position = 10
        work.record("pack_loaded", {})
    before = order()
    second = rules(db.session())[1].id
    db.session.remove()
    with sqlite_office.work("admin") as work:
        move_rule(work, second, up=True)
    assert order()[:3] == [before[1], before[0], before[2]]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"kind": "", "words": ""}, "words"),
        ({"refer_to": "SEGIAGUA"}, "area"),
        ({"area_id": None}, "area"),
        ({"instruction": ""}, "instruction"),
        ({"target_days": 0}, "target_days"),
        ({"postal_code": "08x"}, "postal_code"),
        ({"territory_code": "99-999"}, "territory_code"),
        ({"valid_from": TODAY, "valid_to": dt.date(2026, 1, 1)}, "valid_to"),
        ({"kind": "mediation"}, "kind"),
    ],
)
def test_a_rule_that_leads_nowhere_or_takes_everything_is_refused(
    sqlite_office: Office, values: dict[str, object], field: str
) -> None:
    with pytest.raises(MissingData) as refusal, sqlite_office.work("admin") as work:
        add_rule(work, rule_form(sqlite_office, **values))
    assert refusal.value.field == field


# ── Terms ────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_law_rules_from_its_day_and_older_cases_keep_theirs(office: Office) -> None:
    old = office.request(filed_on=dt.date(2026, 11, 12)).case
    recent = office.request(filed_on=dt.date(2026, 11, 23), folio="092074526000419").case
    with office.work("admin") as work:
        _, redated = add_term(
            work, "information", "answer", TERM, dt.date(2026, 11, 20), ends_previous=True
        )
    assert redated.impact.moved == 1
    assert office.case("transparencia", old.ref).due_on == old.due_on
    assert recent.due_on == dt.date(2026, 12, 4)
    assert office.case("transparencia", recent.ref).due_on == dt.date(2026, 12, 9)
    (logged,) = events("term_added")
    assert logged.data["ended"]["before"] is None
    reload_packs()
    assert office.case("transparencia", recent.ref).due_on == dt.date(2026, 12, 9)
    fresh = office.request(folio="092074526000420").case
    assert fresh.due_on == dt.date(2026, 12, 10)


def test_two_laws_at_once_are_refused(sqlite_office: Office) -> None:
    with pytest.raises(InvalidData) as refusal, sqlite_office.work("admin") as work:
        add_term(work, "information", "answer", TERM, dt.date(2026, 12, 1))
    assert refusal.value.field == "valid_from"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"legal_source": " "}, "legal_source"),
        ({"days": 0}, "days"),
        ({"unit": "weeks"}, "unit"),
        ({"cutoff": "25:00"}, "cutoff"),
        ({"mark": ""}, "mark"),
        ({"effect": "sleeps"}, "effect"),
    ],
)
def test_a_term_that_cannot_be_is_refused_at_its_field(
    sqlite_office: Office, values: dict[str, object], field: str
) -> None:
    with pytest.raises(MissingData) as refusal, sqlite_office.work("admin") as work:
        add_term(
            work, "information", "answer", replace(TERM, **values),  # type: ignore[arg-type]
            dt.date(2026, 12, 1), ends_previous=True,
        )  # fmt: skip
    assert refusal.value.field == field
    assert events("term_added") == []


def test_a_corrected_term_moves_the_open_dates_it_rules(office: Office) -> None:
    case = office.capture().case
    solve = term_id("service", "solve")
    with office.work("admin") as work:
        redated = correct_term(
            work, solve, TermForm(30, "business", "MIAC, confirmado por la oficina", "T")
        )
    assert redated.impact.moved == 1
    after = office.case("ventanilla", case.ref)
    assert (case.due_on, after.due_on) == (dt.date(2027, 1, 21), dt.date(2027, 1, 7))
    (logged,) = events("term_corrected")
    assert (logged.data["before"]["days"], logged.data["after"]["days"]) == (40, 30)
    reload_packs()
    assert office.case("ventanilla", case.ref).due_on == dt.date(2027, 1, 7)


def test_a_mistaken_first_day_is_corrected_and_the_row_before_goes_on(office: Office) -> None:
    case = office.request(filed_on=dt.date(2026, 11, 23)).case
    with office.work("admin") as work:
        new, _ = add_term(
            work, "information", "answer", TERM, dt.date(2026, 11, 20), ends_previous=True
        )
        new_id = new.id
    assert office.case("transparencia", case.ref).due_on == dt.date(2026, 12, 9)
    with office.work("admin") as work:
        redated = correct_term(work, new_id, TERM, valid_from=dt.date(2026, 12, 1))
    assert redated.impact.moved == 1
    assert office.case("transparencia", case.ref).due_on == case.due_on
    (logged,) = events("term_corrected")
    assert logged.data["after"] == {"valid_from": "2026-12-01"}
    terms = reference.current(db.session()).terms
    db.session.remove()
    before = terms.get("information", "answer", dt.date(2026, 11, 30))
    assert before is not None
    assert (before.days, before.valid_to) == (9, dt.date(2026, 11, 30))
    with pytest.raises(InvalidData) as refusal, office.work("admin") as work:
        correct_term(work, new_id, TERM, valid_from=dt.date(2000, 1, 1))
    assert refusal.value.field == "valid_from"


def test_a_term_that_governs_is_not_ended_without_its_successor(sqlite_office: Office) -> None:
    answer = term_id("information", "answer")
    with pytest.raises(NotNow), sqlite_office.work("admin") as work:
        end_term(work, answer, TODAY)
    extension = term_id("information", "extension")
    with sqlite_office.work("admin") as work:
        end_term(work, extension, TODAY)
    terms = reference.current(db.session()).terms
    db.session.remove()
    assert terms.get("information", "extension", TODAY) is not None
    assert terms.get("information", "extension", TODAY + dt.timedelta(days=1)) is None


def test_who_is_not_administration_edits_no_rule_term_or_setting(sqlite_office: Office) -> None:
    office = sqlite_office
    solve = term_id("service", "solve")
    for act in (
        lambda work: set_office(work, OFFICE),
        lambda work: set_series(work, "CESAC", new_prefix="X", width=6, first_number=1),
        lambda work: add_rule(work, rule_form(office)),
        lambda work: move_rule(work, 1, up=True),
        lambda work: correct_term(work, solve, TERM),
        lambda work: add_term(work, "information", "answer", TERM, TODAY),
    ):
        with pytest.raises(NotAllowed), office.work("transparencia") as work:
            act(work)
