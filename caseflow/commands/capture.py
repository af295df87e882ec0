"""Capture by hand: a folio of our own series, the rule that routes it, the key for the citizen."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update

from caseflow import dialect
from caseflow.commands.work import Work
from caseflow.domain.births import Birth, decide_birth
from caseflow.domain.change import Draft
from caseflow.domain.errors import InvalidData, MissingData
from caseflow.domain.facts import CaseFacts
from caseflow.domain.folding import fold
from caseflow.domain.folios import Series, key_digest, own_folio, public_key, read_folio
from caseflow.domain.instants import utc
from caseflow.domain.routing import Destination, Routable
from caseflow.domain.vocabulary import ArcoRight, Kind, Source
from caseflow.models import Case, FormNonce, SeriesYear

#: Sources whose number is not ours: the person types the folio.
NUMBERED_ELSEWHERE = (Source.SUAC, Source.SISAI)


@dataclass(frozen=True, slots=True)
class Captured:
    """What the capture form holds. Dates and hours are local."""

    source: Source
    kind: Kind
    subject: str
    channel: str
    filed_on: dt.date
    filed_time: dt.time | None = None
    description: str = ""
    folio: str = ""
    external_folio: str = ""
    desk_id: int | None = None
    street: str = ""
    colonia: str = ""
    postal_code: str = ""
    territory_code: str = ""
    petitioner: Mapping[str, Any] = field(default_factory=dict)
    paper: Mapping[str, Any] = field(default_factory=dict)
    delivery: str = ""
    #: of a request over personal data: which right
    arco_right: str = ""
    given_due_on: dt.date | None = None
    route: bool = True
    files: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Capture:
    """The case that was made, and the key that is shown this once."""

    case: CaseFacts
    key: str


def capture(work: Work, form: Captured, nonce: str = "") -> Capture:
    """Bring a captured case into the world. Raises ``DomainError``.

    A form sent twice (``nonce``) makes one case: the second time its ref is found again and the
    key, which is not stored, is made anew.
    """
    if nonce:
        # both clicks of a double click may be under way: the second waits for the first
        dialect.one_at_a_time(work.session.connection(), f"form:{work.actor.user_id}:{nonce}")
        again = _made_before(work, nonce)
        if again is not None:
            return again
    _check(form, work.today)
    filed_local: dt.datetime | dt.date = form.filed_on
    if form.filed_time is not None:
        filed_local = dt.datetime.combine(form.filed_on, form.filed_time)
    received, folio, ref = _folio(work, form)
    key = public_key(secrets.token_bytes(16))
    birth = Birth(
        ref=ref,
        source=form.source.value,
        folio=folio,
        folio_received=received,
        kind=form.kind.value,
        desk_id=form.desk_id or work.desks.desk(form.source, form.kind),
        subject=form.subject.strip(),
        channel=form.channel,
        filed_at=utc(
            filed_local
            if isinstance(filed_local, dt.datetime)
            else dt.datetime.combine(filed_local, dt.time())
        ),
        filed_has_hour=form.filed_time is not None,
        filed_local=filed_local,
        given_due_on=form.given_due_on,
        values={
            "description": form.description.strip(),
            "external_folio": form.external_folio.strip() or None,
            "street": form.street.strip(),
            "colonia": form.colonia.strip(),
            "postal_code": form.postal_code.strip(),
            "territory_code": form.territory_code or None,
            "paper": dict(form.paper) or None,
            "delivery": form.delivery.strip(),
            "arco_right": (form.arco_right or None) if form.kind == Kind.PERSONAL_DATA else None,
            "captured_by_id": work.actor.user_id,
            "key_digest": key_digest(work.settings.secret_key, ref, key),
        },
        petitioner=_petitioner(form.petitioner),
        files=form.files,
    )
    destination = _destination(work, form) if form.route else None
    change = decide_birth(
        birth, "captured", work.actor, {"channel": form.channel}, work.clockwork, work.now,
        destination,
    )  # fmt: skip
    work.apply(change)
    if nonce:
        work.session.add(
            FormNonce(nonce=nonce, user_id=work.actor.user_id, at=work.now, ref=change.case.ref)
        )
    return Capture(change.case, key)


def new_key(work: Work, ref: str) -> str:
    """A fresh key for a case whose receipt was lost; the old one stops working."""
    case = work.case(ref)
    return _rekey(work, case)


def _rekey(work: Work, case: CaseFacts) -> str:
    key = public_key(secrets.token_bytes(16))
    draft = Draft(case, work.actor, work.now)
    draft.set(key_digest=key_digest(work.settings.secret_key, case.ref, key))
    draft.event("key_issued", work.today)
    work.apply(draft.change())
    return key


def next_folios(work: Work, series: Series, n: int = 1) -> list[str]:
    """The next ``n`` folios of a series for the local year; gapless, taken in this transaction."""
    year = work.today.year
    taken = (
        update(SeriesYear)
        .where(SeriesYear.prefix == series.prefix, SeriesYear.year == year)
        .values(next_number=SeriesYear.next_number + n)
        .returning(SeriesYear.next_number)
    )
    row = work.session.scalar(taken)
    if row is None:
        # the first of the year: there is no row yet that the others could wait for
        dialect.one_at_a_time(work.session.connection(), f"series:{series.prefix}:{year}")
        row = work.session.scalar(taken)
    if row is None:
        first = series.first_number
        work.session.add(SeriesYear(prefix=series.prefix, year=year, next_number=first + n))
        work.session.flush()
    else:
        first = row - n
    return [own_folio(series, year, first + i) for i in range(n)]


def series_for(series: Sequence[Series], source: Source, kind: Kind) -> Series | None:
    """The series that a case takes its folio from; none where its source numbers it."""
    for one in series:
        if one.source in (None, source) and one.kind in (None, kind):
            return one
    return None


def _check(form: Captured, today: dt.date) -> None:
    if not form.subject.strip():
        raise MissingData("Escriba el asunto.", field="subject")
    if form.filed_on > today:
        raise InvalidData("La fecha de ingreso no puede quedar en el futuro.", field="filed_on")
    if form.source in NUMBERED_ELSEWHERE and not form.folio.strip():
        raise MissingData("Escriba el folio tal como lo dio el sistema de origen.", field="folio")
    if form.arco_right and form.arco_right not in list(ArcoRight):
        raise InvalidData("Elija uno de los derechos.", field="arco_right")
    if form.postal_code.strip() and not (
        len(form.postal_code.strip()) == 5 and form.postal_code.strip().isdigit()
    ):
        raise InvalidData("El código postal tiene cinco cifras.", field="postal_code")


def _folio(work: Work, form: Captured) -> tuple[str, str, str]:
    """(as received, normalised, ref): typed where the source numbers it, else ours."""
    series = work.reference.series
    if form.source in NUMBERED_ELSEWHERE:
        read = read_folio(form.source, form.folio, form.filed_on, series)
        dialect.one_at_a_time(work.session.connection(), f"folio:{read.ref}")
        existing = work.session.scalar(
            select(Case.ref).where(Case.source == read.source.value, Case.folio == read.key)
        )
        if existing is not None:
            raise InvalidData(
                "El folio {ref} ya está capturado; búsquelo en lugar de capturarlo otra vez.",
                field="folio",
                ref=existing,
            )
        return read.received, read.key, read.ref
    chosen = series_for(series, form.source, form.kind)
    if chosen is None:
        raise InvalidData("No hay serie de folios para este origen.", field="source")
    folio = next_folios(work, chosen)[0]
    return folio, folio, folio


def _destination(work: Work, form: Captured) -> Destination | None:
    return work.router.destination(
        Routable(
            form.source.value,
            form.kind.value,
            form.subject,
            form.description,
            form.territory_code,
            form.postal_code,
        ),
        work.today,
    )


def _petitioner(given: Mapping[str, Any]) -> dict[str, Any]:
    person = {name: value for name, value in given.items() if value not in (None, "")}
    if "name" in person:
        person["name"] = str(person["name"]).strip()
        person["name_key"] = fold(person["name"])
    return person


def _made_before(work: Work, nonce: str) -> Capture | None:
    ref = work.session.scalar(
        select(FormNonce.ref).where(
            FormNonce.nonce == nonce, FormNonce.user_id == work.actor.user_id
        )
    )
    if ref is None:
        return None
    case = work.case(ref)
    return Capture(case, _rekey(work, case))
