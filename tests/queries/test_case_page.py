"""The page of a case: what each reader sees of it, its history in words, its statements counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from caseflow.commands.cases import take_turn
from caseflow.commands.work import begin_work
from caseflow.domain.appeals import APPEAL
from caseflow.domain.change import Draft
from caseflow.domain.people import SYSTEM
from caseflow.domain.phrases import listed
from caseflow.domain.vocabulary import Source
from caseflow.domain.workflow import CASE, TURN
from caseflow.extensions import db
from caseflow.queries import case_page
from caseflow.queries.case_page import CasePage
from caseflow.queries.history import KNOWN, Line, digits, tell
from caseflow.queries.reference import current
from tests.builders import NOW, TODAY, Office

FILE = {"name": "Acta.pdf", "media_type": "application/pdf", "size": 3, "sha256": "a" * 64}


def page_of(office: Office, login: str, ref: str) -> CasePage:
    actor = office.actor(login)
    case = case_page.find(db.session(), actor, ref)
    assert case is not None
    page = case_page.load(db.session(), actor, case)
    db.session.remove()
    return page


def history(office: Office, login: str, ref: str) -> tuple[Line, ...]:
    reference = current(db.session())
    return tell(page_of(office, login, ref), reference.tree, reference.calendar)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that run meanwhile."""
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:  # type: ignore[no-untyped-def]
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def shared_case(office: Office) -> str:
    """A service that two areas work on; the second has answered, with a file."""
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC", "DGSU")
    office.turn("titular2", ref, 2, "accept")
    with office.work("titular2") as work:
        take_turn(work, ref, 2, "reply", {"text": "Se cambió el foco", "files": (FILE,)})
    return ref


@pytest.mark.parametrize(
    ("login", "desk", "turns", "person"),
    [
        ("supervision", True, {1, 2}, True),
        ("ventanilla", True, set(), True),
        ("titular", False, {1}, True),
        ("titular2", False, {2}, True),
        ("contraloria", True, set(), False),
    ],
)
def test_each_reader_sees_its_part(
    office: Office, shared_case: str, login: str, desk: bool, turns: set[int], person: bool
) -> None:
    sight = page_of(office, login, shared_case).sight
    assert (sight.desk, sight.person) == (desk, person)
    assert turns <= sight.turns


def test_an_area_reads_another_areas_reply_and_files_only_once_they_are_shared(
    office: Office, shared_case: str
) -> None:
    before = page_of(office, "titular", shared_case)
    assert not before.sight.turn(2)
    assert before.files == ()
    office.turn("supervision", shared_case, 2, "share_reply")
    after = page_of(office, "titular", shared_case)
    assert after.sight.turn(2)
    assert [file.name for file in after.files] == ["Acta.pdf"]


def test_names_stay_closed_to_the_areas_of_an_information_request(office: Office) -> None:
    ref = office.request().case.ref
    office.route("transparencia", ref, "JUD-AMC")
    assert page_of(office, "titular", ref).petitioner is None
    assert page_of(office, "transparencia", ref).petitioner is not None
    assert page_of(office, "unidad", ref).petitioner is not None


def test_the_history_of_another_areas_turn_has_a_title_and_no_text(
    office: Office, shared_case: str
) -> None:
    (line,) = [one for one in history(office, "titular", shared_case) if "contestó" in one.title]
    assert line.title == "Dirección General de Servicios Urbanos contestó su turno"
    assert "Acta" not in line.detail
    (same,) = [one for one in history(office, "titular2", shared_case) if "contestó" in one.title]
    assert "Acta.pdf" in same.detail


def test_a_corrected_name_never_stands_in_the_history(office: Office) -> None:
    ref = office.capture().case.ref
    office.act("supervision", ref, "correct", field="name", value="Ana Ruiz", reason="Mal escrito")
    lines = history(office, "supervision", ref)
    assert lines[0].title == "Se corrigió: nombre de la persona"
    assert not any("Ruiz" in one.detail or "María" in one.detail for one in lines)


def test_an_act_entered_later_says_so(office: Office) -> None:
    ref = office.request(filed_on=dt.date(2026, 11, 3)).case.ref
    office.route("transparencia", ref, "JUD-AMC")
    office.act("transparencia", ref, "extend", reason="x", notified_on=dt.date(2026, 11, 9))
    office.act("transparencia", ref, "refer_part", authority="SACMEX", part="Agua", reason="x",
               notified_on=dt.date(2026, 11, 23))  # fmt: skip
    part, extended, routed, captured = history(office, "transparencia", ref)
    assert part.effect == "Surte efectos el 23/11/2026"
    assert extended.effect == "Surtió efectos el 09/11/2026; registrado después"
    assert routed.effect == ""
    assert captured.effect.startswith("Presentado el 03/11/2026")


def test_who_signed_for_the_head_is_said(office: Office) -> None:
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-BAR")
    office.turn("supervision", ref, 1, "accept")
    assert "por ausencia de la persona titular" in history(office, "supervision", ref)[0].detail


def test_every_action_of_the_workflow_and_of_the_clock_has_its_words() -> None:
    by_time = {"became_overdue", "due_soon", "target_missed", "appeal_due_soon", "appeal_overdue"}
    by_listing = {"imported", "captured", "listing", "discrepancy", "key_issued", "access"}
    acts = {row.action for row in CASE + TURN} | {f"appeal_{row.action}" for row in APPEAL}
    assert acts | by_time | by_listing <= KNOWN


def test_a_linked_case_shows_on_both_and_to_nobody_who_may_not_see_it(office: Office) -> None:
    one, two = office.capture().case.ref, office.capture().case.ref
    office.act("supervision", two, "link", other=one, link_kind="duplicate")
    office.route("supervision", one, "DGSU")
    (inward,) = page_of(office, "supervision", one).links
    (outward,) = page_of(office, "supervision", two).links
    assert (inward.ref, inward.duplicate) == (two, True)
    assert (outward.ref, outward.duplicate) == (one, False)
    assert page_of(office, "titular2", one).links == ()
    office.act("supervision", two, "unlink", other=one)
    assert page_of(office, "supervision", one).links == ()


@pytest.mark.parametrize(
    "typed", ["cesac-2026-000001", "CESAC 2026 000001", "2026-000001", "VIEJO-1", "A-77"]
)
def test_what_a_person_types_finds_the_case(office: Office, typed: str) -> None:
    ref = office.capture(external_folio="A-77").case.ref
    other = "VIEJO-1"
    with begin_work(SYSTEM, NOW) as work:
        # an alias as a corrected folio leaves it
        case = work.case(ref)
        draft = Draft(case, SYSTEM, NOW)
        draft.add("folio_alias", ref=other, source=Source.CESAC.value, folio=other)
        draft.event("correct", TODAY)
        work.apply(draft.change())
    found = case_page.matches(
        db.session(), office.actor("supervision"), typed, current(db.session()).series
    )
    assert [one.ref for one in found] == [ref]


def test_what_a_stranger_types_finds_nothing(office: Office) -> None:
    ref = office.capture().case.ref
    found = case_page.matches(
        db.session(), office.actor("ajena"), ref, current(db.session()).series
    )
    assert found == ()


def test_the_page_takes_as_many_statements_for_much_as_for_little(office: Office) -> None:
    small = office.capture().case.ref
    large = office.capture().case.ref
    office.route("supervision", large, "JUD-AMC", "JUD-BAR", "DGSU", "DGODU")
    for n in range(12):
        office.act("supervision", large, "note", text=f"Nota {n}")
        office.act("supervision", large, "attach", files=(FILE,))
    actor = office.actor("supervision")
    made = []
    for ref in (small, large):
        with counted() as statements:
            case = case_page.find(db.session(), actor, ref)
            assert case is not None
            case_page.load(db.session(), actor, case)
        db.session.remove()
        made.append(len(statements))
    assert made == [made[0]] * 2
    assert made[0] <= 9


@pytest.mark.parametrize(
    ("words", "text"),
    [([], ""), (["A"], "A"), (["A", "B"], "A y B"), (["A", "B", "Iztacalco"], "A, B e Iztacalco")],
)
def test_words_are_joined_as_people_do(words: list[str], text: str) -> None:
    assert listed(words) == text


def test_dates_read_the_same_from_events_and_from_columns() -> None:
    assert digits(TODAY) == digits(TODAY.isoformat()) == "24/11/2026"
    assert digits(None) == ""
