"""Areas and people: opened, ended with a successor, and what follows for turns and sessions."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from caseflow.commands.calendars import change_calendar
from caseflow.commands.organisation import AreaForm, Moved, edit_area, end_area, open_area
from caseflow.commands.packs import load_organisation
from caseflow.commands.people import (
    add_user,
    check_password,
    edit_user,
    new_password,
    open_session,
    set_active,
    set_password,
)
from caseflow.commands.roles import assign_role, end_assignment, release_astray
from caseflow.commands.work import begin_work
from caseflow.domain.day_lists import CalendarEdits, DayRow
from caseflow.domain.errors import InvalidData, MissingData, NotAllowed, NotNow, Stale
from caseflow.domain.people import SYSTEM
from caseflow.domain.vocabulary import Role, TurnState
from caseflow.extensions import db
from caseflow.models import Area, Assignment, DefaultDesk, Event, RoutingRule, SignIn, User
from caseflow.packs import load_pack
from caseflow.queries import reference
from caseflow.queries.administration import what_moves
from caseflow.queries.rebuild import differences
from tests.builders import NOW, TODAY, Office

YESTERDAY = TODAY - dt.timedelta(days=1)


def form(office: Office, **values: object) -> AreaForm:
    made = {
        "name": "JUD de Vinculación Vecinal",
        "short_name": "JUD Vinculación",
        "parent_id": office.area("DCC"),
        "aliases": ("Vinculación",),
        "mark": "T",
    }
    return AreaForm(**{**made, **values})  # type: ignore[arg-type]


def area(code: str) -> Area:
    found = db.session.scalars(select(Area).where(Area.code == code)).one()
    db.session.remove()
    return found


def role_id(office: Office, login: str) -> int:
    found = db.session.scalars(
        select(Assignment.id).where(Assignment.user_id == office.user_id(login))
    ).one()
    db.session.remove()
    return found


def events(action: str) -> list[Event]:
    found = list(db.session.scalars(select(Event).where(Event.action == action)))
    db.session.remove()
    return found


def open_sessions(user_id: int) -> int:
    n = db.session.scalar(
        select(func.count()).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))
    )
    db.session.remove()
    return n or 0


def signed_in(user_id: int) -> None:
    with begin_work(SYSTEM, NOW) as work:
        open_session(work, user_id)


# ── Areas ────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_area_takes_turns_at_once(office: Office) -> None:
    with office.work("admin") as work:
        made = open_area(work, "jud-vv", form(office))
        made_id = made.id
    tree = reference.current(db.session()).tree
    db.session.remove()
    assert tree.id_of("vinculación") == made_id
    ref = office.capture().case.ref
    case = office.act("supervision", ref, "route", areas=[made_id], instruction="Atender")
    assert case.turns[1].area_id == made_id


def test_a_reloaded_pack_leaves_the_edited_area_alone(sqlite_office: Office) -> None:
    office = sqlite_office
    with office.work("admin") as work:
        edit_area(
            work, office.area("JUD-BAR"),
            form(office, name="JUD de Barrios y Pueblos", short_name="JUD Barrios", aliases=()),
        )  # fmt: skip
    with begin_work(SYSTEM, NOW) as work:
        load_organisation(work, load_pack("iztacalco"))
    assert area("JUD-BAR").name == "JUD de Barrios y Pueblos"
    (logged,) = events("area_edited")
    assert logged.data["before"]["name"] == "JUD de Barrios"


@pytest.mark.parametrize(
    ("code", "values", "field"),
    [
        ("JUD BAR", {}, "code"),
        ("JUD-BAR", {}, "code"),
        ("NUEVA", {"name": " "}, "name"),
        ("NUEVA", {"parent_id": None}, "parent"),
        ("NUEVA", {"name": "Servicios urbanos"}, "name"),
        ("NUEVA", {"mark": "Z"}, "mark"),
    ],
)
def test_an_area_that_cannot_be_is_refused_at_its_field(
    sqlite_office: Office, code: str, values: dict[str, object], field: str
) -> None:
    with (
        pytest.raises(MissingData) as refusal,
        sqlite_office.work("admin") as work,
    ):
        open_area(work, code, form(sqlite_office, **values))
    assert refusal.value.field == field


def test_an_area_does_not_hang_from_itself(sqlite_office: Office) -> None:
    office = sqlite_office
    with pytest.raises(InvalidData), office.work("admin") as work:
        edit_area(work, office.area("DCC"), form(office, parent_id=office.area("JUD-BAR")))


def test_two_who_edit_the_same_area_do_not_overwrite_each_other(sqlite_office: Office) -> None:
    office = sqlite_office
    with office.work("admin") as work:
        edit_area(work, office.area("JUD-BAR"), form(office), version=1)
    with pytest.raises(Stale), office.work("admin") as work:
        edit_area(work, office.area("JUD-BAR"), form(office, name="Otra"), version=1)


@pytest.mark.parametrize("login", ["supervision", "transparencia", "contraloria"])
def test_only_administration_edits_areas(sqlite_office: Office, login: str) -> None:
    with pytest.raises(NotAllowed), sqlite_office.work(login) as work:
        open_area(work, "NUEVA", form(sqlite_office))


def end(office: Office, code: str, successor: str | None, **more: bool) -> Moved:
    with office.work("admin") as work:
        return end_area(
            work, office.area(code), office.area(successor) if successor else None, **more
        )


def test_ending_an_area_moves_what_the_preview_said(office: Office) -> None:
    routed = office.capture().case.ref
    office.route("supervision", routed, "JUD-AMC")
    office.turn("titular", routed, 1, "accept")
    office.turn("titular", routed, 1, "assign", person=office.user_id("personal"))
    waiting = office.capture(description="Poste caído", desk_id=office.area("JUD-AMC")).case
    told = what_moves(db.session(), office.area("JUD-AMC"), TODAY)
    db.session.remove()
    assert (told.turns, told.desks, told.default_desks) == (1, 1, 2)
    moved = end(office, "JUD-AMC", "JUD-BAR")
    assert (moved.turns, moved.desks, moved.rules) == (1, 1, len(told.rules))
    assert moved.cases == 2
    assert len(told.people) == moved.people == 3

    case = office.case("direccion", routed)
    old, new = case.turns[1], case.turns[2]
    assert (old.state, old.replaced_by, old.area_id) == (
        TurnState.WITHDRAWN, 2, office.area("JUD-AMC"),
    )  # fmt: skip
    assert (new.state, new.area_id) == (TurnState.ACCEPTED, office.area("JUD-BAR"))
    assert new.assignee_id == office.user_id("personal")
    assert new.target_on == old.target_on
    assert office.case("direccion", waiting.ref).desk_id == office.area("JUD-BAR")
    assert len(events("restructured")) == 2
    (logged,) = events("area_ended")
    assert logged.data["moved"]["cases"] == 2


def test_after_a_reestructura_nothing_points_to_the_ended_area(office: Office) -> None:
    end(office, "JUD-AMC", "JUD-BAR")
    ended = area("JUD-AMC")
    assert (ended.valid_to, ended.successor_id) == (YESTERDAY, office.area("JUD-BAR"))
    session = db.session()
    for model in (DefaultDesk, RoutingRule):
        left = session.scalar(
            select(func.count()).select_from(model).where(model.area_id == ended.id)
        )
        assert left == 0
    tree = reference.current(session).tree
    db.session.remove()
    assert tree.id_of("Mediación Comunitaria") == office.area("JUD-BAR")
    assert office.actor("titular").areas(Role.HEAD) == {office.area("JUD-BAR")}


def test_a_reloaded_pack_does_not_revive_an_ended_area(sqlite_office: Office) -> None:
    end(sqlite_office, "JUD-AMC", "JUD-BAR")
    with begin_work(SYSTEM, NOW) as work:
        load_organisation(work, load_pack("iztacalco"))
    assert area("JUD-AMC").valid_to == YESTERDAY


def test_without_its_people_the_turns_arrive_unassigned(office: Office) -> None:
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC")
    office.turn("titular", ref, 1, "accept")
    office.turn("titular", ref, 1, "assign", person=office.user_id("personal"))
    signed_in(office.user_id("personal"))
    end(office, "JUD-AMC", "JUD-BAR", move_people=False)
    assert office.case("direccion", ref).turns[2].assignee_id is None
    assert office.actor("personal").grants == ()
    assert open_sessions(office.user_id("personal")) == 0


def test_a_case_with_a_turn_at_both_areas_keeps_one(office: Office) -> None:
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC", "JUD-BAR")
    end(office, "JUD-AMC", "JUD-BAR")
    case = office.case("direccion", ref)
    assert [turn.number for turn in case.open_turns()] == [2]
    assert case.turns[1].replaced_by == 2


def test_the_areas_below_hang_from_the_successor(office: Office) -> None:
    end(office, "DPC", "DCC")
    assert area("SESPPC").parent_id == office.area("DCC")


@pytest.mark.parametrize(
    ("code", "successor"),
    [("JUD-AMC", None), ("DCC", "JUD-BAR"), ("JUD-AMC", "JUD-AMC"), ("ALC", "DGPC")],
)
def test_an_end_that_leads_nowhere_is_refused(
    sqlite_office: Office, code: str, successor: str | None
) -> None:
    with pytest.raises((MissingData, NotNow)):
        end(sqlite_office, code, successor)
    assert area(code).valid_to is None


def test_an_area_ends_once(sqlite_office: Office) -> None:
    end(sqlite_office, "JUD-AMC", "JUD-BAR")
    with pytest.raises(NotNow):
        end(sqlite_office, "JUD-AMC", "JUD-AOS")


# ── People ───────────────────────────────────────────────────────────────────────────────────────


def test_the_last_administration_can_neither_be_disabled_nor_end(sqlite_office: Office) -> None:
    office = sqlite_office
    with pytest.raises(NotNow), office.work("admin") as work:
        set_active(work, office.user_id("admin"), False)
    with pytest.raises(NotNow), office.work("admin") as work:
        end_assignment(work, role_id(office, "admin"))
    with pytest.raises(NotNow), office.work("admin") as work:
        end_assignment(work, role_id(office, "admin"), TODAY + dt.timedelta(days=30))
    assert office.actor("admin").has(Role.ADMIN)


def test_with_another_administration_the_first_may_go(sqlite_office: Office) -> None:
    office = sqlite_office
    with office.work("admin") as work:
        assign_role(work, office.user_id("supervision"), office.area("ALC"), Role.ADMIN)
    with office.work("admin") as work:
        set_active(work, office.user_id("admin"), False)


@pytest.mark.parametrize("way", ["end", "disable"])
def test_who_leaves_leaves_the_turns_to_the_area_and_is_signed_out(
    office: Office, way: str
) -> None:
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC")
    office.turn("titular", ref, 1, "accept")
    person = office.user_id("personal")
    office.turn("titular", ref, 1, "assign", person=person)
    signed_in(person)
    role = role_id(office, "personal")
    with office.work("admin") as work:
        end_assignment(work, role) if way == "end" else set_active(work, person, False)
    assert office.case("titular", ref).turns[1].assignee_id is None
    assert open_sessions(person) == 0
    (released,) = events("released")
    assert released.data == {"before": person}


def test_an_end_in_the_future_frees_the_turns_on_its_day(office: Office) -> None:
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC")
    office.turn("titular", ref, 1, "accept")
    person = office.user_id("personal")
    office.turn("titular", ref, 1, "assign", person=person)
    role = role_id(office, "personal")
    with office.work("admin") as work:
        end_assignment(work, role, TODAY + dt.timedelta(days=2))
        assert release_astray(work) == 0
    assert office.case("titular", ref).turns[1].assignee_id == person
    with begin_work(SYSTEM, NOW + dt.timedelta(days=3)) as work:
        assert release_astray(work) == 1
        assert release_astray(work) == 0


def test_new_rights_end_the_sessions(sqlite_office: Office) -> None:
    office = sqlite_office
    person = office.user_id("personal2")
    signed_in(person)
    with office.work("admin") as work:
        assign_role(work, person, office.area("JUD-AOS"), Role.STAFF)
    assert open_sessions(person) == 0


def test_an_area_has_one_head_and_may_have_somebody_acting(sqlite_office: Office) -> None:
    office = sqlite_office
    amc, person = office.area("JUD-AMC"), office.user_id("personal")
    with pytest.raises(InvalidData), office.work("admin") as work:
        assign_role(work, person, amc, Role.HEAD)
    with office.work("admin") as work:
        assign_role(work, person, amc, Role.HEAD, acting=True, valid_to=TODAY)
    assert office.actor("personal").is_acting(amc)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"valid_from": TODAY, "valid_to": YESTERDAY}, "valid_to"),
        ({"valid_from": dt.date(2001, 1, 1)}, "valid_from"),
        ({"acting": True}, "acting"),
    ],
)
def test_a_role_that_cannot_be_is_refused(
    sqlite_office: Office, values: dict[str, object], field: str
) -> None:
    office = sqlite_office
    with pytest.raises(InvalidData) as refusal, office.work("admin") as work:
        assign_role(
            work, office.user_id("personal"), office.area("JUD-AOS"), Role.STAFF,
            **values,  # type: ignore[arg-type]
        )  # fmt: skip
    assert refusal.value.field == field


def test_the_same_role_twice_at_once_is_refused(sqlite_office: Office) -> None:
    office = sqlite_office
    with pytest.raises(InvalidData), office.work("admin") as work:
        assign_role(work, office.user_id("personal"), office.area("JUD-AMC"), Role.STAFF)


def test_a_corrected_address_must_be_free_and_ends_the_sessions(sqlite_office: Office) -> None:
    office = sqlite_office
    person = office.user_id("personal")
    signed_in(person)
    with pytest.raises(InvalidData), office.work("admin") as work:
        edit_user(work, person, "titular@demo.local", "Jorge Téllez", "")
    with office.work("admin") as work:
        edit_user(work, person, "Jorge@demo.local", "Jorge Téllez", "Analista", version=1)
    assert db.session.get_one(User, person).email == "jorge@demo.local"
    assert open_sessions(person) == 0
    with pytest.raises(Stale), office.work("admin") as work:
        edit_user(work, person, "otro@demo.local", "Jorge", "", version=1)


@pytest.mark.parametrize("login", ["supervision", "titular"])
def test_who_is_not_administration_touches_no_account(sqlite_office: Office, login: str) -> None:
    office = sqlite_office
    person = office.user_id("personal")
    for act in (
        lambda work: add_user(work, "nueva@demo.local", "Nueva"),
        lambda work: set_password(work, person, "otra frase larga"),
        lambda work: set_active(work, person, False),
        lambda work: assign_role(work, person, office.area("ALC"), Role.ADMIN),
        lambda work: end_assignment(work, role_id(office, "personal")),
    ):
        with pytest.raises(NotAllowed), office.work(login) as work:
            act(work)


def test_an_invented_password_is_strong_and_never_the_same() -> None:
    one, other = new_password(), new_password()
    assert one != other
    check_password(one)


def test_the_state_rebuilt_from_the_events_equals_the_tables(office: Office) -> None:
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC", "DGSU")
    office.turn("titular", ref, 1, "accept")
    office.turn("titular", ref, 1, "assign", person=office.user_id("personal"))
    office.request()
    with office.work("admin") as work:
        day = DayRow(dt.date(2026, 11, 27), "Cierre", "GOCDMX 1", "T", 2026)
        change_calendar(work, work.office.body, CalendarEdits(days=(day,)))
    with office.work("admin") as work:
        set_active(work, office.user_id("personal"), False)
    end(office, "JUD-AMC", "JUD-BAR")
    end(office, "DCC", "DPC")
    assert differences(db.session()) == []
