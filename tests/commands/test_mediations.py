"""Mediations written on both engines: whole or not at all, with their event, to their readers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from caseflow.commands.configuration import set_series
from caseflow.commands.mediations import note_reading, release_astray_mediators
from caseflow.commands.organisation import end_area
from caseflow.commands.people import set_active
from caseflow.commands.roles import assign_role, end_assignment, release_astray
from caseflow.domain.errors import DomainError, MissingData, NotAllowed, NotFound, Stale
from caseflow.domain.vocabulary import Role
from caseflow.extensions import db
from caseflow.models import (
    Assignment,
    Case,
    Event,
    Mediation,
    MediationEvent,
    MediationReading,
    NamedMediator,
    Party,
    Room,
    SeriesYear,
)
from caseflow.models.guard import UnrecordedChange
from caseflow.queries.mediations import history, load_mediation, readings
from caseflow.queries.rebuild import differences
from tests.builders import NOW, PEOPLE, TODAY, Office
from tests.mediation_scenes import Table, party


@pytest.fixture
def table(office: Office) -> Table:
    return Table(office)


def file_of(office: Office, login: str, ref: str) -> Any:
    with office.work(login) as work:
        return load_mediation(work.session, work.actor, ref)


def actions(ref: str) -> list[str]:
    found = db.session.scalars(
        select(MediationEvent.action)
        .join(Mediation, Mediation.id == MediationEvent.mediation_id)
        .where(Mediation.ref == ref)
        .order_by(MediationEvent.id)
    ).all()
    db.session.remove()
    return list(found)


def test_a_file_goes_from_the_window_to_its_kept_agreement(table: Table) -> None:
    ref = table.agreed()
    after = table.act(
        "mediacion", ref, "follow_up", commitment="1", commitment_result="kept",
        result_on=TODAY,
    )  # fmt: skip
    assert (after.state, after.outcome, after.closed_on) == ("closed", "agreement", TODAY)
    stored = file_of(table.office, "mediacion", ref)
    assert stored == after
    assert actions(ref) == [
        "register", "name", "screen", "invite", "record_invitation", "open_session", "agree",
        "follow_up",
    ]  # fmt: skip


def test_numbers_are_of_its_own_series_and_a_refusal_takes_none(table: Table) -> None:
    first = table.register()
    with pytest.raises(MissingData):
        table.register(parties=[party("asking", "Ana")])
    with pytest.raises(MissingData):
        table.register(colonia="", street=" ")
    assert (first, table.register()) == ("MED-2026-00001", "MED-2026-00002")
    assert db.session.scalar(select(func.count()).select_from(Mediation)) == 2
    assert db.session.scalar(select(func.count()).select_from(Party)) == 4


def test_whoever_was_slower_is_told_and_changes_nothing(table: Table) -> None:
    ref = table.register()
    table.name(ref)
    seen = file_of(table.office, "mediacion", ref).version
    table.screen(ref)
    with pytest.raises(Stale):
        table.act("mediacion", ref, "end", seen, ending="withdrawn")
    assert file_of(table.office, "mediacion", ref).state == "inviting"


def test_an_act_that_is_refused_half_way_stores_nothing(table: Table) -> None:
    ref = table.register()
    table.name(ref)
    table.screen(ref)
    table.meet(ref)
    before = file_of(table.office, "mediacion", ref)
    promised = [
        {"party": "1", "what": "Algo", "due_on": TODAY},
        {"party": "1", "what": "", "due_on": TODAY},
    ]
    with pytest.raises(MissingData):
        table.act("mediacion", ref, "agree", agreed_on=TODAY, commitments=promised)
    assert file_of(table.office, "mediacion", ref) == before


def test_each_reader_finds_it_and_nobody_else_does(table: Table) -> None:
    ref = table.register()
    everybody = set(PEOPLE)
    seen = {login for login in everybody if file_of(table.office, login, ref) is not None}
    assert seen == {"ventanilla", "titular"}
    table.name(ref)
    seen = {login for login in everybody if file_of(table.office, login, ref) is not None}
    assert seen == {"mediacion", "titular"}


@pytest.mark.parametrize("login", ["ventanilla", "personal", "direccion", "contraloria", "admin"])
def test_who_is_nothing_to_a_file_gets_what_is_not_there(table: Table, login: str) -> None:
    ref = table.register()
    table.name(ref)
    with pytest.raises(NotFound):
        table.act(login, ref, "end", ending="withdrawn")


@pytest.mark.parametrize("login", ["supervision", "contraloria", "admin", "transparencia"])
def test_not_everybody_registers(table: Table, login: str) -> None:
    with pytest.raises(NotAllowed):
        table.register(login)


def test_the_folio_it_comes_from_says_derived_and_no_more(table: Table) -> None:
    parent = table.office.capture().case.ref
    ref = table.register(parent_ref=parent)
    case_id = db.session.scalar(select(Case.id).where(Case.ref == parent))
    told = db.session.execute(
        select(Event.action, Event.data).where(Event.case_id == case_id).order_by(Event.id.desc())
    ).first()
    assert told is not None
    assert told.action == "derived"
    assert told.data.get("derived") == "mediation"
    assert ref not in str(told.data)
    assert "Ana" not in str(told.data)
    assert differences(db.session()) == []


def test_a_folio_of_others_is_not_derived(table: Table) -> None:
    parent = table.office.capture().case.ref
    with pytest.raises(NotFound):
        table.register("ventanilla2", parent_ref=parent)
    assert db.session.scalar(select(func.count()).select_from(Mediation)) == 0


def test_its_history_is_only_ever_added_to(table: Table) -> None:
    table.register()
    for statement in ("UPDATE mediation_event SET action = 'x'", "DELETE FROM mediation_event"):
        with pytest.raises(DBAPIError, match="append-only"), table.office.work("titular") as work:
            work.session.execute(text(statement))


@pytest.mark.parametrize(("model", "column"), [(Mediation, "colonia"), (Party, "name")])
def test_a_row_changed_without_its_event_is_refused(table: Table, model: Any, column: str) -> None:
    ref = table.register()

    def change() -> None:
        with table.office.work("titular") as work:
            setattr(work.session.scalars(select(model).limit(1)).one(), column, "Otra")

    with pytest.raises(UnrecordedChange):
        change()
    found = file_of(table.office, "titular", ref)
    assert (found.colonia, found.parties[1].name) == ("Agrícola Oriental", "Ana Ávalos")


def test_readings_are_kept_with_who_and_when(table: Table) -> None:
    ref = table.register()
    with table.office.work("titular") as work:
        found = load_mediation(work.session, work.actor, ref)
        assert found is not None
        note_reading(work, found.id)
    with table.office.work("titular") as work:
        (one,) = readings(work.session, found)
    assert (one.name, one.what, one.at) == ("Marisol Cervantes", "file", NOW)
    assert db.session.scalar(select(func.count()).select_from(MediationReading)) == 1


# ── Who leaves ───────────────────────────────────────────────────────────────────────────────────


def role_of(office: Office, login: str) -> int:
    found = db.session.scalar(
        select(Assignment.id).where(Assignment.user_id == office.user_id(login))
    )
    db.session.remove()
    assert found is not None
    return found


def test_a_mediator_whose_role_ends_leaves_their_files_to_the_head(table: Table) -> None:
    ref = table.agreed()
    role_id = role_of(table.office, "mediacion")
    with table.office.work("admin") as work:
        end_assignment(work, role_id)
    found = file_of(table.office, "titular", ref)
    assert found.named() is None
    assert actions(ref)[-1] == "release"
    told = history(db.session(), found)[0]
    assert told.data == {"person": table.office.user_id("mediacion")}


def test_a_disabled_account_mediates_no_more(table: Table) -> None:
    ref = table.agreed()
    with table.office.work("admin") as work:
        set_active(work, table.office.user_id("mediacion"), active=False)
    assert file_of(table.office, "titular", ref).named() is None


def test_a_role_that_ends_on_a_day_to_come_releases_on_that_day(table: Table) -> None:
    ref = table.agreed()
    role_id = role_of(table.office, "mediacion")
    with table.office.work("admin") as work:
        end_assignment(work, role_id, TODAY + dt.timedelta(days=2))
    assert file_of(table.office, "titular", ref).named() is not None
    with table.office.work("admin", NOW + dt.timedelta(days=2)) as work:
        assert release_astray(work) == 0
    with table.office.work("admin", NOW + dt.timedelta(days=3)) as work:
        assert release_astray_mediators(work) == 1
    assert file_of(table.office, "titular", ref).named() is None


def test_who_mediates_elsewhere_keeps_no_file_of_the_area_that_was_left(table: Table) -> None:
    ref = table.agreed()
    role_id = role_of(table.office, "mediacion")
    with table.office.work("admin") as work:
        assign_role(work, table.office.user_id("mediacion"), table.office.area("JUD-BAR"),
                    Role.MEDIATOR)  # fmt: skip
        end_assignment(work, role_id, TODAY - dt.timedelta(days=1))
    assert file_of(table.office, "mediacion", ref) is None
    assert file_of(table.office, "titular", ref).named() is None


def test_a_reestructura_hands_files_and_rooms_to_the_successor(table: Table) -> None:
    ref = table.agreed()
    old, new = table.office.area("JUD-AMC"), table.office.area("JUD-BAR")
    with table.office.work("admin") as work:
        end_area(work, old, new)
    assert db.session.scalar(select(Mediation.area_id)) == new
    assert set(db.session.scalars(select(Room.area_id))) == {new}
    db.session.remove()
    assert actions(ref)[-1] == "move"
    assert file_of(table.office, "mediacion", ref) is not None
    assert file_of(table.office, "titular", ref) is not None


def test_a_series_goes_on_where_the_office_says(table: Table) -> None:
    with table.office.work("admin") as work:
        set_series(work, "MED", new_prefix="MED", width=5, first_number=40)
    assert table.register() == "MED-2026-00040"
    assert db.session.scalar(select(SeriesYear.next_number)) == 41


def test_a_mediator_is_named_in_the_area_alone(table: Table) -> None:
    ref = table.register()
    with pytest.raises(DomainError):
        table.act("titular", ref, "name", person=table.office.user_id("personal"))
    rows = db.session.execute(select(NamedMediator)).all()
    assert rows == []
