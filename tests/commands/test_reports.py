"""Closing a month: once, for good, in editions that are never replaced."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import os

import pytest
from sqlalchemy import func, select

from caseflow.commands.reports import (
    close_due_months,
    close_month,
    closing_instant,
    due_closings,
    file_bytes,
    issue_edition,
)
from caseflow.commands.work import begin_work
from caseflow.domain.errors import MissingData, NotAllowed, NotFound, NotNow
from caseflow.domain.months import Month
from caseflow.domain.people import SYSTEM
from caseflow.extensions import db
from caseflow.models import ClosedReport, Event
from caseflow.queries import reference
from caseflow.queries.closed_reports import Closing, closed_report, editions
from caseflow.queries.report_figures import OverdueReport
from caseflow.queries.reports import entered_since, recount
from caseflow.storage import stored_path
from tests.builders import Office
from tests.queries.happenings import CLOSING, DUE, OCTOBER, Happenings, at, october, refs

NOVEMBER = Month(2026, 11)
#: Tuesday 1 December, 7:00.
NEXT_CLOSING = dt.datetime(2026, 12, 1, 13, 0, tzinfo=dt.UTC)


@pytest.fixture
def month(office: Office) -> Happenings:
    return Happenings(office)


@pytest.fixture
def quick(sqlite_office: Office) -> Happenings:
    return Happenings(sqlite_office)


def closing(office: Office, area: str = "ALC", month: Month = OCTOBER, scope: str = "") -> Closing:
    db.session.remove()
    return editions(db.session(), month, office.area(area), scope)[-1]


def kept(office: Office, month: Month = OCTOBER) -> OverdueReport:
    return closed_report(db.session(), closing(office, month=month).id)


def close(
    office: Office,
    area: str = "ALC",
    scope: str = "",
    month: Month = OCTOBER,
    now: dt.datetime = CLOSING,
) -> None:
    """Close the month of one area alone, which is quicker than of all."""
    with begin_work(SYSTEM, now) as work:
        close_month(work, month, office.area(area), scope)


def test_a_month_closes_on_the_first_business_day_of_the_next(quick: Happenings) -> None:
    calendar = reference.current(db.session()).calendar
    # 1 November is a Sunday; no list names the 2nd in the test office
    assert closing_instant(OCTOBER, calendar) == at(dt.date(2026, 11, 2), 7)
    quick.request("JUD-BAR")
    assert close_due_months(at(dt.date(2026, 11, 2), 6, 59)) == {"due": 0, "closed": 0}
    assert close_due_months(at(dt.date(2026, 11, 2), 7))["closed"] > 0


def test_the_office_its_supervisors_and_its_transparency_offices_get_a_report(
    quick: Happenings,
) -> None:
    quick.request("JUD-BAR")
    close_due_months(CLOSING)
    tree = reference.current(db.session()).tree
    done = {
        (tree.nodes[area_id].code, scope)
        for area_id, scope in db.session.execute(select(ClosedReport.area_id, ClosedReport.scope))
    }
    assert done == {
        ("ALC", ""),
        ("ALC", "transparency"),
        ("DCC", ""),
        ("SESPPC", "transparency"),
    }


def test_closing_twice_closes_once(month: Happenings) -> None:
    month.request("JUD-BAR")
    first = close_due_months(CLOSING)
    assert first["closed"] == first["due"] == 4
    assert close_due_months(CLOSING) == {"due": 0, "closed": 0}
    with begin_work(SYSTEM, NEXT_CLOSING) as work:
        again = close_month(work, OCTOBER, month.office.area("ALC"))
    assert again.closed_at == CLOSING
    assert db.session.scalar(select(func.count()).select_from(ClosedReport)) == 4


def test_months_before_the_first_case_are_nobodys(quick: Happenings) -> None:
    quick.request("JUD-BAR", filed=october(1))
    with begin_work(SYSTEM, NEXT_CLOSING) as work:
        assert {due.month for due in due_closings(work)} == {OCTOBER, NOVEMBER}


def test_an_office_without_cases_closes_nothing(quick: Happenings) -> None:
    assert close_due_months(CLOSING) == {"due": 0, "closed": 0}


def test_a_missed_closing_is_made_up_for(quick: Happenings) -> None:
    quick.request("JUD-BAR", filed=dt.date(2026, 9, 1))
    assert close_due_months(NEXT_CLOSING)["closed"] == 3 * 4


def test_a_running_month_does_not_close(quick: Happenings) -> None:
    with (
        begin_work(SYSTEM, at(october(31))) as work,
        pytest.raises(NotNow, match="cierra el 02/11/2026"),
    ):
        close_month(work, OCTOBER, quick.office.area("ALC"))


def test_a_closed_month_never_changes(month: Happenings) -> None:
    office = month.office
    late = month.request("JUD-AMC")
    close_due_months(CLOSING)
    before = closing(office)
    report = kept(office)
    files = {
        form: file_bytes(db.session(), office.app.config["CASEFLOW"], before, form)
        for form in before.files
    }

    month.answer(late, october(13), at(dt.date(2026, 11, 9)))
    month.request("JUD-BAR", filed=october(1))
    close_due_months(at(dt.date(2026, 11, 10)))

    assert closing(office) == before
    assert kept(office) == report
    assert refs(report.still_overdue) == [late]
    for form, data in files.items():
        assert hashlib.sha256(data).hexdigest() == before.files[form]["sha256"]
        assert data == file_bytes(db.session(), office.app.config["CASEFLOW"], before, form)


def test_the_four_files_hold_the_rows_of_the_report(quick: Happenings) -> None:
    quick.request("JUD-BAR", "JUD-AMC")
    quick.answer(quick.request("JUD-AMC"), DUE)
    close(quick.office)
    office = quick.office
    made, row = kept(office), closing(office)
    settings = office.app.config["CASEFLOW"]
    files = {form: file_bytes(db.session(), settings, row, form) for form in row.files}
    assert OverdueReport.from_json(json.loads(files["json"])) == made
    lines = list(csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig"))))
    still = [line["Referencia"] for line in lines if line["Sección"] == "Siguen vencidos"]
    assert still == refs(made.still_overdue)
    assert files["pdf"].startswith(b"%PDF")
    assert files["xlsx"].startswith(b"PK")
    assert made.closed
    assert made.made_at == dt.datetime(2026, 11, 3, 7, 0)


def test_a_lost_file_is_written_again_only_if_it_is_the_same(quick: Happenings) -> None:
    quick.request("JUD-BAR")
    close(quick.office)
    settings, row = quick.office.app.config["CASEFLOW"], closing(quick.office)
    before = file_bytes(db.session(), settings, row, "xlsx")
    path = stored_path(settings.storage_dir, str(row.files["xlsx"]["sha256"]))
    os.unlink(path)
    assert file_bytes(db.session(), settings, row, "xlsx") == before
    path.write_bytes(b"otra cosa")
    assert file_bytes(db.session(), settings, row, "xlsx") == before


def test_the_log_says_that_a_month_was_handed_in(quick: Happenings) -> None:
    quick.request("JUD-BAR")
    close_due_months(CLOSING)
    said = db.session.scalars(select(Event.data).where(Event.action == "report_closed")).all()
    assert {data["number"] for data in said if data} == {
        "RFV-ALC-2026-10",
        "RFV-ALC-IP-2026-10",
        "RFV-DCC-2026-10",
        "RFV-SESPPC-IP-2026-10",
    }


# ── What comes after the closing ─────────────────────────────────────────────────────────────────


def test_a_folio_entered_after_the_closing_has_its_line_in_the_next_report(
    month: Happenings,
) -> None:
    on_time = month.request("JUD-AMC")
    month.answer(on_time, DUE)
    close(month.office)
    came_late = month.request("JUD-BAR", entered=at(dt.date(2026, 11, 9)))
    november = month.report(month=NOVEMBER, now=at(dt.date(2026, 11, 24)))
    assert [(e.month, e.entered_on, e.row.ref, e.row.due_on) for e in november.late_entries] == [
        ("2026-10", dt.date(2026, 11, 9), came_late, DUE)
    ]
    assert november.corrections == ()
    assert refs(november.still_overdue) == [came_late]
    assert november.became_overdue == ()
    handed_in = closing(month.office)
    session = db.session()
    late, corrected = entered_since(
        session, reference.current(session), [handed_in], at(dt.date(2026, 11, 24))
    )
    assert ([entry.row.ref for entry in late], corrected) == ([came_late], ())


def test_what_a_report_told_the_following_one_does_not_repeat(quick: Happenings) -> None:
    quick.request("JUD-AMC")
    close(quick.office)
    quick.request("JUD-BAR", entered=at(dt.date(2026, 11, 9)))
    close(quick.office, month=NOVEMBER, now=NEXT_CLOSING)
    assert len(kept(quick.office, month=NOVEMBER).late_entries) == 1
    december = quick.report(month=Month(2026, 12), now=at(dt.date(2026, 12, 15)))
    assert december.late_entries == ()


def test_an_answer_entered_late_corrects_the_closed_month_in_the_next_report(
    month: Happenings,
) -> None:
    ref = month.request("JUD-AMC")
    close(month.office)
    month.answer(ref, october(13), at(dt.date(2026, 11, 9)))
    november = month.report(month=NOVEMBER, now=at(dt.date(2026, 11, 24)))
    assert [
        (c.month, c.ref, c.recorded_on, c.what, c.before, c.after) for c in november.corrections
    ] == [
        (
            "2026-10",
            ref,
            dt.date(2026, 11, 9),
            "Resultado",
            "vencido sin respuesta",
            "cumplido en plazo",
        )
    ]
    assert "después del cierre" in november.corrections[0].cause
    assert november.late_entries == ()


def test_an_answer_of_the_month_itself_corrects_nothing(quick: Happenings) -> None:
    ref = quick.request("JUD-AMC")
    close(quick.office)
    quick.answer(ref, dt.date(2026, 11, 9))
    assert quick.report(month=NOVEMBER, now=at(dt.date(2026, 11, 24))).corrections == ()


def test_the_chart_shows_what_the_closed_months_said(quick: Happenings) -> None:
    ref = quick.request("JUD-AMC")
    close(quick.office)
    quick.answer(ref, october(13), at(dt.date(2026, 11, 9)))
    points = quick.report(month=NOVEMBER, now=at(dt.date(2026, 11, 24))).trend
    assert [(point.month, point.became_overdue, point.met) for point in points] == [
        ("2026-10", 1, 0),
        ("2026-11", 0, 0),
    ]


# ── Counting again ───────────────────────────────────────────────────────────────────────────────


def test_a_recount_of_an_untouched_month_is_equal(month: Happenings) -> None:
    month.request("JUD-BAR", "JUD-AMC")
    month.answer(month.request("JUD-AMC"), DUE)
    month.answer(month.request("JUD-AMC"), october(20))
    month.desist(month.request(), october(6))
    waiting, still = month.request(), month.request("JUD-AMC")
    month.ask_person(waiting, 5)
    close(month.office)
    # all goes on after the month, as it must
    later = dt.date(2026, 11, 9)
    month.office.act(
        "transparencia", waiting, "receive_clarification", at(later),
        text="De 2025.", received_on=later,
    )  # fmt: skip
    month.answer(still, later)
    handed_in = closing(month.office)
    session = db.session()
    found = recount(session, reference.current(session), handed_in)
    assert found.differences == ()
    assert found.total == found.closed.total


def test_a_recount_names_each_folio_that_differs(month: Happenings) -> None:
    ref = month.request("JUD-AMC")
    close(month.office)
    month.answer(ref, october(13), at(dt.date(2026, 11, 9)))
    came_late = month.request("JUD-BAR", entered=at(dt.date(2026, 11, 9)))
    handed_in = closing(month.office)
    session = db.session()
    found = recount(session, reference.current(session), handed_in)
    assert not found.equal
    assert {d.ref: (d.before, d.after) for d in found.differences} == {
        ref: ("vencido sin respuesta", "cumplido en plazo"),
        came_late: ("no figuraba", "vencido sin respuesta"),
    }
    assert (found.closed.total.due, found.total.due) == (1, 2)


# ── Editions ─────────────────────────────────────────────────────────────────────────────────────


def test_a_supervisor_issues_a_second_edition_and_both_are_kept(month: Happenings) -> None:
    office = month.office
    ref = month.request("JUD-AMC")
    close(month.office, "DCC")
    month.answer(ref, october(13), at(dt.date(2026, 11, 9)))
    with office.work("supervision", at(dt.date(2026, 11, 10))) as work:
        made = issue_edition(work, OCTOBER, office.area("DCC"), "", "Faltó registrar una respuesta")
    assert made.edition == 2
    first, second = editions(db.session(), OCTOBER, office.area("DCC"), "")
    assert refs(closed_report(db.session(), first.id).still_overdue) == [ref]
    again = closed_report(db.session(), second.id)
    assert again.still_overdue == ()
    assert (again.number, again.edition_reason) == (
        "RFV-DCC-2026-10-E2",
        "Faltó registrar una respuesta",
    )
    assert first.totals["still_overdue"] == 1


@pytest.mark.parametrize(
    ("login", "area", "scope", "refusal"),
    [
        ("supervision", "ALC", "", NotFound),
        ("contraloria", "DCC", "", NotAllowed),
        ("titular", "DCC", "", NotFound),
        ("transparencia", "ALC", "", NotFound),
        ("supervision", "JUD-BAR", "", NotNow),
    ],
)
def test_who_may_not_issue_an_edition(
    quick: Happenings, login: str, area: str, scope: str, refusal: type[Exception]
) -> None:
    quick.request("JUD-AMC")
    close(quick.office, "DCC")
    with (
        quick.office.work(login, at(dt.date(2026, 11, 10))) as work,
        pytest.raises(refusal),
    ):
        issue_edition(work, OCTOBER, quick.office.area(area), scope, "Un motivo suficiente")


def test_an_edition_needs_its_reason(quick: Happenings) -> None:
    quick.request("JUD-AMC")
    close(quick.office, "DCC")
    with (
        quick.office.work("supervision", at(dt.date(2026, 11, 10))) as work,
        pytest.raises(MissingData),
    ):
        issue_edition(work, OCTOBER, quick.office.area("DCC"), "", "  ")


def test_the_transparency_office_issues_the_edition_of_its_own_kinds(quick: Happenings) -> None:
    quick.request("JUD-AMC")
    close(quick.office, "ALC", "transparency")
    with quick.office.work("unidad", at(dt.date(2026, 11, 10))) as work:
        made = issue_edition(
            work, OCTOBER, quick.office.area("ALC"), "transparency", "Se corrigió un folio"
        )
    assert (made.scope, made.edition) == ("transparency", 2)
