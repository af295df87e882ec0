"""A large listing: nothing is dropped, nothing is left half-made, and memory stays flat.

``CASEFLOW_ROWS`` says how large.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import ColumnElement, exists, func, literal_column, select, table

from bench.processes import MIB, Peak
from bench.rows import write
from caseflow.domain.vocabulary import OPEN_TURN_STATES, CaseState
from caseflow.extensions import db
from caseflow.models import BatchRow, Case, Deadline, Event, Turn
from tests.builders import ROOT, TODAY
from tests.commands.listings import line_of
from tests.commands.offices import Offices

ROWS = int(os.environ.get("CASEFLOW_ROWS", "2000"))
MOST_MEMORY = 300 * MIB


def lacking(what: ColumnElement[bool], *where: ColumnElement[bool]) -> int:
    """How many cases have not what every case has."""
    count = select(func.count()).select_from(Case).where(~what, *where)
    return db.session.scalar(count) or 0


def searchable(engine: str) -> ColumnElement[bool]:
    """That the search finds the case."""
    entry = literal_column("rowid" if engine == "sqlite" else "case_id")
    return Case.id.in_(select(entry).select_from(table("case_search")))


def test_every_row_of_a_large_listing_has_its_verdict_and_its_whole_case_in_little_memory(
    offices: Offices, engine: str, tmp_path: Path
) -> None:
    listing = tmp_path / "listado.csv"
    with listing.open("w", encoding="utf-8", newline="") as target:
        write(target, ROWS, until=TODAY - dt.timedelta(days=1))
    with offices.database() as (url, folder):
        run = subprocess.Popen(
            [sys.executable, "-m", "tests.commands.large_import", url, str(folder), str(listing)],
            cwd=ROOT,
        )
        with Peak(run.pid) as peak:
            assert run.wait() == 0
        assert 0 < peak.bytes < MOST_MEMORY
        with offices.open(url, folder):
            line = line_of(1)
            assert (line.state, line.rows, sum(line.counts.values())) == ("done", ROWS, ROWS)
            created = line.counts["created"]
            assert created > 0.99 * ROWS
            rows = select(func.count()).select_from(BatchRow)
            assert db.session.scalar(rows) == ROWS
            assert db.session.scalar(rows.where(BatchRow.verdict.is_(None))) == 0
            assert db.session.scalar(rows.where(BatchRow.case_id.is_not(None))) == created
            assert db.session.scalar(select(func.count()).select_from(Case)) == created
            born = exists().where(Event.case_id == Case.id, Event.action == "imported")
            clock = exists().where(Deadline.case_id == Case.id, Deadline.governing)
            told = exists().where(BatchRow.case_id == Case.id)
            states = [state.value for state in OPEN_TURN_STATES]
            turned = exists().where(Turn.case_id == Case.id, Turn.state.in_(states))
            assert [lacking(what) for what in (born, clock, told, searchable(engine))] == [0] * 4
            assert lacking(turned, Case.state == CaseState.ROUTED.value) == 0
            assert 0 < lacking(turned) < created
