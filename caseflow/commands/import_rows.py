"""The rows of a chunk: found among the cases, decided one by one, written together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import Table, or_, select

from caseflow import dialect
from caseflow.commands.capture import NUMBERED_ELSEWHERE
from caseflow.commands.work import Work
from caseflow.domain.births import Birth, decide_birth
from caseflow.domain.change import Change
from caseflow.domain.errors import DomainError
from caseflow.domain.facts import CaseFacts
from caseflow.domain.folding import fold
from caseflow.domain.instants import utc
from caseflow.domain.listings import Listed, Told, hear
from caseflow.domain.people import SYSTEM
from caseflow.domain.places import Locator
from caseflow.domain.routing import Destination, Routable
from caseflow.domain.vocabulary import Channel, Verdict
from caseflow.intake.rows import CleanRow, Problem, Rejected
from caseflow.models import BatchRow, Case, FolioAlias
from caseflow.queries.facts import load_cases
from caseflow.queries.territories import locator

CASES: Table = Case.__table__  # type: ignore[assignment]  # a declarative table is a Table
ROWS: Table = BatchRow.__table__  # type: ignore[assignment]  # a declarative table is a Table
#: Rule under which a turn was made because the listing itself names the area.
AREA_RULE = "Área del listado"
_INSTRUCTION = "Atender lo solicitado e informar el resultado."


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


@dataclass(frozen=True, slots=True)
class _Known:
    """A case that a row may stand for, as far as the look-up reads it."""

    case_id: int
    row_digest: str | None


@dataclass(frozen=True, slots=True)
class _Earlier:
    """A row of a listing that was already decided about a case."""

    batch_id: int
    number: int
    verdict: str
    listed: Listed


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
    _areas: dict[str, int | None] = field(default_factory=dict)

    @cached_property
    def _locator(self) -> Locator | None:
        return locator(self.work.session)

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
        known = self._known(clean)
        changed = [
            (case.case_id, row)
            for row in clean
            if (case := known.get(row.number)) and case.row_digest != row.digest
        ]
        ids = sorted({case_id for case_id, _ in changed})
        cases = self._cases(ids)
        earlier = self._earlier(ids)
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

    def _known(self, rows: Sequence[CleanRow]) -> dict[int, _Known]:
        """Row number → the case it stands for: by folio, by an older folio, by the other's."""
        if not rows:
            return {}
        session = self.work.session
        found: dict[int, _Known] = {}
        by_source: dict[str, list[CleanRow]] = {}
        for row in rows:
            by_source.setdefault(row.source.value, []).append(row)
        for source, group in by_source.items():
            by_folio = {
                folio: _Known(case_id, digest)
                for folio, case_id, digest in dialect.find_many(
                    session.connection(),
                    CASES,
                    ("source", source),
                    "folio",
                    [row.folio for row in group],
                    ("id", "row_digest"),
                )
            }
            missing = []
            for row in group:
                if case := by_folio.get(row.folio):
                    found[row.number] = case
                else:
                    missing.append(row)
            if missing:
                self._by_other_names(source, missing, found)
        return found

    def _by_other_names(
        self, source: str, rows: Sequence[CleanRow], found: dict[int, _Known]
    ) -> None:
        session = self.work.session
        aliases: dict[str, _Known] = {
            ref: _Known(case_id, digest)
            for ref, case_id, digest in session.execute(
                select(FolioAlias.ref, Case.id, Case.row_digest)
                .join(Case, Case.id == FolioAlias.case_id)
                .where(FolioAlias.ref.in_([row.ref for row in rows]))
            )
        }
        others: dict[str, _Known] = {}
        if source not in NUMBERED_ELSEWHERE:
            # captured by hand under our folio with theirs beside it, or the reverse
            theirs = {row.folio_received for row in rows} | {row.folio for row in rows}
            ours = {row.external_folio for row in rows if row.external_folio}
            for folio, external, case_id, digest in session.execute(
                select(Case.folio, Case.external_folio, Case.id, Case.row_digest).where(
                    Case.source == source,
                    or_(Case.external_folio.in_(theirs), Case.folio.in_(ours)),
                )
            ):
                others[folio] = _Known(case_id, digest)
                if external:
                    others[external] = _Known(case_id, digest)
        for row in rows:
            case = (
                aliases.get(row.ref)
                or others.get(row.folio)
                or others.get(row.folio_received)
                or (others.get(row.external_folio) if row.external_folio else None)
            )
            if case is not None:
                found[row.number] = case

    def _cases(self, ids: Sequence[int]) -> dict[int, CaseFacts]:
        """Whole and locked; of every desk, since a folio is what it is for the whole office."""
        if not ids:
            return {}
        return load_cases(self.work.session, SYSTEM, Case.id.in_(ids), lock=self.work.locks)

    def _earlier(self, ids: Sequence[int]) -> dict[int, list[_Earlier]]:
        """What listings said of these cases before, oldest first, repetitions left out."""
        if not ids:
            return {}
        found: dict[int, list[_Earlier]] = {}
        wanted = (Verdict.CREATED.value, Verdict.UPDATED.value, Verdict.QUARANTINED.value)
        for case_id, batch_id, number, verdict, clean in self.work.session.execute(
            select(
                BatchRow.case_id, BatchRow.batch_id, BatchRow.number, BatchRow.verdict,
                BatchRow.clean,
            )
            .where(
                BatchRow.case_id.in_(ids),
                BatchRow.verdict.in_(wanted),
                BatchRow.clean.is_not(None),
                BatchRow.discard_reason.is_(None),
            )
            .order_by(BatchRow.batch_id, BatchRow.number)
        ):  # fmt: skip
            found.setdefault(case_id, []).append(
                _Earlier(batch_id, number, verdict, self._listed(CleanRow.from_json(clean)))
            )
        return found

    # deciding

    def _heard(self, row: CleanRow, case: CaseFacts, earlier: Sequence[_Earlier]) -> Outcome:
        """A row whose folio is already a case."""
        if not self.retried and (conflict := self._contradiction(row, earlier)):
            told = Told("folio", None, row.folio_received, conflict)
            return Outcome(row.number, Verdict.QUARANTINED, [told.as_json()], case_id=case.id)
        taken = [one for one in earlier if one.verdict != Verdict.QUARANTINED]
        before = taken[-1].listed if taken else None
        work = self.work
        try:
            heard = hear(
                case, self._listed(row), before, work.actor, self._data(row), work.clockwork,
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

    def _contradiction(self, row: CleanRow, earlier: Sequence[_Earlier]) -> str:
        """Two rows of one file that say different things of one folio: a person decides."""
        for one in earlier:
            waits = one.verdict == Verdict.QUARANTINED
            if waits and one.listed.digest == row.digest:
                return (
                    f"Los mismos datos esperan en cuarentena (lote {one.batch_id}, fila "
                    f"{one.number})."
                )
            if not waits and one.batch_id == self.batch_id and one.number != row.number:
                return f"La fila {one.number} de este archivo trae el mismo folio con otros datos."
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
            reason = (
                "El folio tiene la forma de nuestra serie y no existe: un listado no lo crea. "
                "Corríjalo o captúrelo en la ventanilla."
            )
            told = Told("folio", None, row.folio_received, reason)
            return Outcome(row.number, Verdict.QUARANTINED, [told.as_json()])
        if not births:
            return Outcome(row.number, Verdict.CREATED)
        try:
            change = self._birth(row)
        except DomainError as refusal:
            return _refused(row.number, (Problem(row.number, "", str(refusal)),))
        return Outcome(row.number, Verdict.CREATED, change=change)

    def _birth(self, row: CleanRow) -> Change:
        work = self.work
        warnings = [*row.suspicious, *(warning.reason for warning in row.warnings)]
        territory = self._territory(row, warnings)
        destination = None
        if row.status == "open":
            destination = self._destination(row, territory, warnings)
        return decide_birth(
            Birth(
                ref=row.ref,
                source=row.source.value,
                folio=row.folio,
                folio_received=row.folio_received,
                kind=row.kind.value,
                desk_id=work.desks.desk(row.source, row.kind),
                subject=row.subject,
                channel=(row.channel or Channel.OTHER).value,
                filed_at=utc(row.filed_at),
                filed_has_hour=row.filed_has_hour,
                filed_local=row.filed_at if row.filed_has_hour else row.filed_on,
                received_on=self._received_on(row, warnings),
                given_due_on=row.given_due_on,
                status=row.status,
                ended_on=row.closed_on,
                ended_at=utc(row.closed_at) if row.closed_at else None,
                values={
                    **_values(row, territory),
                    "extra": _extra(row),
                    "warnings": warnings,
                    "received_inferred": row.received_inferred,
                    "row_digest": row.digest,
                },
                petitioner=_person(row),
            ),
            "imported",
            work.actor,
            self._data(row),
            work.clockwork,
            work.now,
            destination,
        )

    def _received_on(self, row: CleanRow, warnings: list[str]) -> dt.date | None:
        """The reception that the listing states; none where the clock must work it out.

        A platform's official reception on a day that its body does not work cannot be: then it is
        the next business day, as for any filing (domain §5).
        """
        calendar = self.work.clockwork.calendar
        if row.kind in ("information", "personal_data") and not calendar.is_business(
            row.received_on, row.kind
        ):
            warnings.append(
                f"La recepción oficial {row.received_on:%d/%m/%Y} cae en día inhábil: "
                "se cuenta desde el día hábil siguiente."
            )
            return None
        return row.received_on

    def _territory(self, row: CleanRow, warnings: list[str] | None = None) -> str | None:
        """The territory of the row's point, where polygons are loaded; conflicts are told."""
        if self._locator is None or row.latitude is None or row.longitude is None:
            return None
        code = self._locator.find(row.latitude, row.longitude)
        if warnings is not None:
            ours = not row.out_of_scope_reason
            if code is None and ours and row.borough:
                warnings.append("Las coordenadas no caen en ninguna unidad territorial.")
            elif code is not None and not ours:
                warnings.append(
                    f"Las coordenadas caen en la unidad territorial {code} y la fila es de otra "
                    "alcaldía."
                )
        return code

    def _destination(
        self, row: CleanRow, territory: str | None, warnings: list[str]
    ) -> Destination | None:
        """Where an open row goes: to the areas it names, else by the rules."""
        work = self.work
        ids = []
        for name in row.areas:
            area_id = self._area(name)
            if area_id is None:
                warnings.append(f"El listado nombra un área que no existe: «{name}».")
            elif area_id not in ids:
                ids.append(area_id)
        if row.areas and not ids:
            return None
        by_rule = work.router.destination(
            Routable(
                row.source.value, row.kind.value, row.subject, row.description, territory or "",
                row.postal_code,
            ),
            work.today,
        )  # fmt: skip
        if not ids:
            return by_rule
        same = by_rule if by_rule is not None and [by_rule.area_id] == ids else None
        return Destination(
            AREA_RULE,
            ids[0],
            "",
            same.instruction if same else _INSTRUCTION,
            same.target_days if same else None,
            also=tuple(ids[1:]),
        )

    def _area(self, name: str) -> int | None:
        """The area that a listing names, if it still works; an ended one sends to nobody."""
        if name not in self._areas:
            tree = self.work.tree
            area_id = tree.id_of(name)
            if area_id is not None and not tree.nodes[area_id].active(self.work.today):
                area_id = None
            self._areas[name] = area_id
        return self._areas[name]

    def _listed(self, row: CleanRow) -> Listed:
        return Listed(
            digest=row.digest,
            status=row.status,
            filed_on=row.filed_on,
            values={
                "subject": row.subject,
                "channel": row.channel.value if row.channel else None,
                **_values(row, self._territory(row)),
            },
            person=_person(row),
            ended_on=row.closed_on,
            ended_at=utc(row.closed_at) if row.closed_at else None,
            given_due_on=row.given_due_on,
        )

    def _data(self, row: CleanRow) -> Mapping[str, Any]:
        return {"batch": self.batch_id, "row": row.number, "file": self.filename}


def _values(row: CleanRow, territory: str | None) -> dict[str, Any]:
    """What a row says of a case, in its columns, but for what identifies it."""
    return {
        "description": row.description,
        "external_folio": row.external_folio or None,
        "street": row.street,
        "colonia": row.colonia_catalogue or row.colonia,
        "borough": row.borough,
        "borough_inferred": row.borough_inferred,
        "postal_code": row.postal_code,
        "latitude": row.latitude,
        "longitude": row.longitude,
        "territory_code": territory,
        "delivery": row.delivery,
    }


def _extra(row: CleanRow) -> dict[str, str] | None:
    """Columns nobody interprets, and words of which only the meaning was taken."""
    extra = dict(row.extra)
    if row.channel in (None, Channel.OTHER) and row.channel_word:
        extra["Canal"] = row.channel_word
    if row.colonia_catalogue and row.colonia and fold(row.colonia) != fold(row.colonia_catalogue):
        extra["Colonia escrita"] = row.colonia
    return extra or None


def _person(row: CleanRow) -> dict[str, Any]:
    person = {
        "name": row.petitioner_name,
        "phone": row.petitioner_phone,
        "email": row.petitioner_email,
        "sex": row.sex,
        "age": row.age,
    }
    person = {name: value for name, value in person.items() if value not in ("", None)}
    if "name" in person:
        person["name_key"] = fold(row.petitioner_name)
    return person


def _refused(number: int, problems: Sequence[Problem]) -> Outcome:
    return Outcome(number, Verdict.QUARANTINED, [problem.as_json() for problem in problems])


def _repeated(number: int, row: CleanRow, first: CleanRow) -> Outcome:
    """In a preview: the folio stands twice in the file."""
    same = row.digest == first.digest
    reason = (
        f"Repite la fila {first.number}."
        if same
        else f"La fila {first.number} de este archivo trae el mismo folio con otros datos."
    )
    return Outcome(
        number,
        Verdict.UNCHANGED if same else Verdict.QUARANTINED,
        [Told("folio", None, row.folio_received, reason).as_json()],
    )
