"""A row of a listing in the terms of a case: as a birth, or as what the listing says of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from caseflow.commands.work import Work
from caseflow.domain.births import Birth, decide_birth
from caseflow.domain.change import Change
from caseflow.domain.folding import fold
from caseflow.domain.instants import utc
from caseflow.domain.listings import Listed
from caseflow.domain.phrases import N_, phrase
from caseflow.domain.routing import Destination, Routable
from caseflow.domain.territories import OUTSIDE, of_another_borough
from caseflow.domain.vocabulary import TRANSPARENCY_KINDS, Channel
from caseflow.intake.rows import CleanRow
from caseflow.queries.territories import locator

#: Rule under which a turn was made because the listing itself names the area.
AREA_RULE = N_("Área del listado")
_INSTRUCTION = "Atender lo solicitado e informar el resultado."


class Interpreter:
    """Reads rows by the rules, the areas and the territories of one unit of work."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._clockwork = work.clockwork
        self._locator = locator(work.session)
        self._areas: dict[str, int | None] = {}

    def birth(self, row: CleanRow, data: Mapping[str, Any]) -> Change:
        """The case that a row brings into the world. Raises ``DomainError``."""
        work = self._work
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
            data,
            self._clockwork,
            work.now,
            destination,
        )

    def _received_on(self, row: CleanRow, warnings: list[str]) -> dt.date | None:
        """The reception that the listing states; none where the clock must work it out.

        A platform's official reception on a day that its body does not work cannot be: then it is
        the next business day, as for any filing (domain §5).
        """
        if row.kind not in TRANSPARENCY_KINDS:
            return row.received_on
        if not self._clockwork.calendar.is_business(row.received_on, row.kind):
            warnings.append(
                phrase(
                    "La recepción oficial {received_on:%d/%m/%Y} cae en día inhábil: se "
                    "cuenta desde el día hábil siguiente.",
                    received_on=row.received_on,
                )
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
                warnings.append(OUTSIDE)
            elif code is not None and not ours:
                warnings.append(of_another_borough(code))
        return code

    def _destination(
        self, row: CleanRow, territory: str | None, warnings: list[str]
    ) -> Destination | None:
        """Where an open row goes: to the areas it names, else by the rules."""
        work = self._work
        ids = []
        for name in row.areas:
            area_id = self._area(name)
            if area_id is None:
                warnings.append(
                    phrase("El listado nombra un área que no existe: «{name}».", name=name)
                )
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
            tree = self._work.tree
            area_id = tree.id_of(name)
            if area_id is not None and not tree.nodes[area_id].active(self._work.today):
                area_id = None
            self._areas[name] = area_id
        return self._areas[name]

    def listed(self, row: CleanRow) -> Listed:
        """What a row says of a case that is already here."""
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
        "arco_right": row.arco_right or None,
    }


def _extra(row: CleanRow) -> dict[str, str] | None:
    """Columns nobody interprets, and words of which only the meaning was taken."""
    extra = dict(row.extra)
    if row.channel in (None, Channel.OTHER) and row.channel_word:
        extra[N_("Canal")] = row.channel_word
    if row.colonia_catalogue and row.colonia and fold(row.colonia) != fold(row.colonia_catalogue):
        extra[N_("Colonia escrita")] = row.colonia
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
