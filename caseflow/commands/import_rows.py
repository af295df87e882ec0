"""The rows of a chunk: found among the cases, decided one by one, written together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from caseflow import dialect
from caseflow.commands.import_births import Interpreter
from caseflow.commands.import_matches import Earlier, earlier_rows, known_cases
from caseflow.commands.work import Work
from caseflow.domain.change import Change
from caseflow.domain.errors import DomainError
from caseflow.domain.facts import CaseFacts
from caseflow.domain.listings import Told, hear
from caseflow.domain.people import SYSTEM
from caseflow.domain.phrases import N_, phrase
from caseflow.domain.vocabulary import Verdict
from caseflow.intake.rows import CleanRow, Problem, Rejected
from caseflow.models import BatchRow, Case
from caseflow.queries.facts import load_cases

ROWS: Table = BatchRow.__table__  # type: ignore[assignment]  # a declarative table is a Table


@dataclass(frozen=True, slots=True)
class Staged:
    """One row: read (``clean``), or refused by the profile (``problems``).

    ``fresh`` where it comes straight from the file and its batch does not hold it yet.
    """

    number: int
    clean: CleanRow | None
    problems: tuple[Problem, ...] = ()
    fresh: CleanRow | Rejected | None = None


@dataclass(slots=True)
class Outcome:
    """What becomes of a row. ``change`` is written by ``write``, which then knows ``case_id``."""

    number: int
    verdict: Verdict
    detail: list[dict[str, Any]] | None = None
    discrepant: bool = False
    case_id: int | None = None
    change: Change | None = None


def row_values(batch_id: int, row: CleanRow | Rejected) -> dict[str, Any]:
    """A row as its batch keeps it, not decided about."""
    problems = row.warnings if isinstance(row, CleanRow) else row.problems
    return {
        "batch_id": batch_id,
        "number": row.number,
        "raw": list(row.raw.values()),
        "clean": row.as_json() if isinstance(row, CleanRow) else None,
        "problems": [one.as_json() for one in problems] or None,
        "forecast": None,
        "detail": None,
        "discrepant": False,
        "case_id": None,
    }


def staged(row: CleanRow | Rejected, *, fresh: bool = False) -> Staged:
    """A row of a listing on its way to a decision."""
    first_time = row if fresh else None
    if isinstance(row, CleanRow):
        return Staged(row.number, row, fresh=first_time)
    return Staged(row.number, None, row.problems, first_time)


@dataclass
class Chunk:
    """Decides rows of one batch within one unit of work.

    ``retried``: a person corrected them in quarantine, so that a second row of the same folio in
    the same file is news and no contradiction.
    """

    work: Work
    batch_id: int
    filename: str
    take_all: bool
    retried: bool = False

    def __post_init__(self) -> None:
        self._read = Interpreter(self.work)

    def apply(self, rows: Sequence[Staged]) -> list[Outcome]:
        """Decide and write. Rows of one folio follow one another, each seeing what came before."""
        outcomes: list[Outcome] = []
        waiting = list(rows)
        fresh = {row.number: row.fresh for row in rows if row.fresh is not None}
        while waiting:
            now, waiting = self._without_repeats(waiting)
            decided, again = self._decide(now, births=True)
            self.work.apply_many([one.change for one in decided if one.change is not None])
            for one in decided:
                if one.change is not None:
                    one.case_id = one.change.case.id
            self._record(decided, fresh)
            outcomes += decided
            waiting = sorted([*again, *waiting], key=lambda row: row.number)
        return outcomes

    def forecast(self, rows: Sequence[Staged]) -> list[Outcome]:
        """Decide without writing: what the preview shows. New rows are not worked out."""
        outcomes: list[Outcome] = []
        first: dict[tuple[str, str], CleanRow] = {}
        fresh: list[Staged] = []
        for row in rows:
            clean = row.clean
            if clean is None:
                fresh.append(row)
                continue
            key = (clean.source, clean.folio)
            if key not in first:
                first[key] = clean
                fresh.append(row)
            else:
                outcomes.append(_repeated(row.number, clean, first[key]))
        while fresh:
            decided, fresh = self._decide(fresh, births=False)
            outcomes += decided
        return sorted(outcomes, key=lambda one: one.number)

    def _record(self, decided: Sequence[Outcome], fresh: Mapping[int, CleanRow | Rejected]) -> None:
        """The verdicts, in the transaction of what they speak of."""
        verdicts: list[dict[str, Any]] = [
            {
                "batch_id": self.batch_id,
                "number": one.number,
                "verdict": one.verdict.value,
                "detail": one.detail,
                "discrepant": one.discrepant,
                "case_id": one.case_id,
            }
            for one in decided
        ]
        connection = self.work.session.connection()
        if not fresh:
            dialect.update_many(connection, ROWS, ("batch_id", "number"), verdicts)
            return
        dialect.insert_many(
            connection,
            ROWS,
            [{**row_values(self.batch_id, fresh[one["number"]]), **one} for one in verdicts],
        )

    @staticmethod
    def _without_repeats(rows: Sequence[Staged]) -> tuple[list[Staged], list[Staged]]:
        seen: set[tuple[str, str]] = set()
        first: list[Staged] = []
        later: list[Staged] = []
        for row in rows:
            if row.clean is not None:
                key = (row.clean.source, row.clean.folio)
                if key in seen:
                    later.append(row)
                    continue
                seen.add(key)
            first.append(row)
        return first, later

    def _decide(
        self, rows: Sequence[Staged], *, births: bool
    ) -> tuple[list[Outcome], list[Staged]]:
        """Outcomes, and the rows that must wait because another one touches their case first."""
        clean = [row.clean for row in rows if row.clean is not None]
        known = known_cases(self.work.session, clean)
        changed = [
            (case.case_id, row)
            for row in clean
            if (case := known.get(row.number)) and case.row_digest != row.digest
        ]
        ids = sorted({case_id for case_id, _ in changed})
        cases = self._cases(ids)
        earlier = earlier_rows(self.work.session, ids)
        outcomes: list[Outcome] = []
        again: list[Staged] = []
        touched: set[int] = set()
        for row in rows:
            if row.clean is None:
                outcomes.append(_refused(row.number, row.problems))
                continue
            case = known.get(row.number)
            if case is None:
                outcomes.append(self._new(row.clean, births=births))
            elif case.row_digest == row.clean.digest:
                outcomes.append(Outcome(row.number, Verdict.UNCHANGED, case_id=case.case_id))
            elif case.case_id in touched:
                again.append(row)
            else:
                touched.add(case.case_id)
                outcomes.append(
                    self._heard(row.clean, cases[case.case_id], earlier.get(case.case_id, ()))
                )
        return outcomes, again

    # looking up

    def _cases(self, ids: Sequence[int]) -> dict[int, CaseFacts]:
        """Whole and locked; of every desk, since a folio is what it is for the whole office."""
        if not ids:
            return {}
        return load_cases(self.work.session, SYSTEM, Case.id.in_(ids), lock=self.work.locks)

    # deciding

    def _heard(self, row: CleanRow, case: CaseFacts, earlier: Sequence[Earlier]) -> Outcome:
        """A row whose folio is already a case."""
        if not self.retried and (conflict := self._contradiction(row, earlier)):
            told = Told("folio", None, row.folio_received, conflict)
            return Outcome(row.number, Verdict.QUARANTINED, [told.as_json()], case_id=case.id)
        taken = [one for one in earlier if not one.waits]
        before = self._read.listed(taken[-1].row) if taken else None
        work = self.work
        try:
            heard = hear(
                case, self._read.listed(row), before, work.actor, self._data(row), work.clockwork,
                work.now,
            )  # fmt: skip
        except DomainError as refusal:
            return _refused(row.number, (Problem(row.number, "", str(refusal)),))
        return Outcome(
            row.number,
            Verdict.UNCHANGED if heard.change is None else Verdict.UPDATED,
            [told.as_json() for told in heard.told] or None,
            heard.discrepant,
            case.id,
            heard.change,
        )

    def _contradiction(self, row: CleanRow, earlier: Sequence[Earlier]) -> str:
        """Two rows of one file that say different things of one folio: a person decides."""
        for one in earlier:
            itself = one.batch_id == self.batch_id and one.number == row.number
            if one.waits and not itself and one.row.digest == row.digest:
                return phrase(
                    "Los mismos datos esperan en cuarentena (lote {batch_id}, fila {number}).",
                    batch_id=one.batch_id,
                    number=one.number,
                )
            if not one.waits and one.batch_id == self.batch_id and one.number != row.number:
                return phrase(
                    "La fila {number} de este archivo trae el mismo folio con otros datos.",
                    number=one.number,
                )
        return ""

    def _new(self, row: CleanRow, *, births: bool) -> Outcome:
        """A row whose folio nobody knows."""
        if row.out_of_scope_reason and not self.take_all:
            return Outcome(
                row.number,
                Verdict.OUT_OF_SCOPE,
                [Told("borough", None, row.borough, row.out_of_scope_reason).as_json()],
            )
        if row.own:
            reason = N_(
                "El folio tiene la forma de nuestra serie y no existe: un listado no lo "
                "crea. Corríjalo o captúrelo en la ventanilla."
            )
            told = Told("folio", None, row.folio_received, reason)
            return Outcome(row.number, Verdict.QUARANTINED, [told.as_json()])
        if not births:
            return Outcome(row.number, Verdict.CREATED)
        try:
            change = self._read.birth(row, self._data(row))
        except DomainError as refusal:
            return _refused(row.number, (Problem(row.number, "", str(refusal)),))
        return Outcome(row.number, Verdict.CREATED, change=change)

    def _data(self, row: CleanRow) -> Mapping[str, Any]:
        return {"batch": self.batch_id, "row": row.number, "file": self.filename}


def _refused(number: int, problems: Sequence[Problem]) -> Outcome:
    return Outcome(number, Verdict.QUARANTINED, [problem.as_json() for problem in problems])


def _repeated(number: int, row: CleanRow, first: CleanRow) -> Outcome:
    """In a preview: the folio stands twice in the file."""
    same = row.digest == first.digest
    reason = (
        phrase("Repite la fila {number}.", number=first.number)
        if same
        else phrase(
            "La fila {number} de este archivo trae el mismo folio con otros datos.",
            number=first.number,
        )
    )
    return Outcome(
        number,
        Verdict.UNCHANGED if same else Verdict.QUARANTINED,
        [Told("folio", None, row.folio_received, reason).as_json()],
    )
