"""The facts of a case in pairs of label and value: what it is, who asks, how it was answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from caseflow.domain.deadlines import answer_takes_effect
from caseflow.domain.facts import CaseFacts, PetitionerFacts
from caseflow.domain.instants import local
from caseflow.domain.notes import note_areas
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import (
    ArcoRight,
    Channel,
    IdentityDocument,
    Kind,
    Outcome,
    PowerDocument,
    goes_on_paper,
    spanish,
)
from caseflow.queries.case_page import CasePage
from caseflow.queries.history import digits, source_word
from caseflow.web.sessions import rules, today
from caseflow.web.words import _


def note_choices(case: CaseFacts, actor: Actor) -> list[tuple[int | str, str]]:
    """Whom a note may be meant for, as (area, words); an empty area: all who see the case."""
    desk, *own = note_areas(case, actor)
    tree = rules().tree
    return [
        ("", _("Todas las áreas que ven el asunto")),
        (desk, _("Sólo la mesa: {area}").format(area=tree.name(desk))),
        *((area, _("Sólo mi área: {area}").format(area=tree.name(area))) for area in own),
    ]


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Who asks. ``rows``: label, what is shown, whether it is masked."""

    rows: tuple[tuple[str, str, bool], ...]
    may_show: bool
    shown: bool
    note: str


def person_line(page: CasePage, *, reveal: bool) -> PersonLine:
    """Who asks: absent from the page until asked for, and then recorded (domain §6)."""
    person, may_show = page.petitioner, page.sight.person
    note = (
        _("Mostrarlos queda en el registro con su nombre y la hora.")
        if may_show
        else _("Estos datos sólo los ven la mesa y quien los necesita para atender.")
    )
    if not may_show:
        return PersonLine(
            ((_("Nombre"), "••••••", True), (_("Contacto"), "••••••", True)),
            False,
            False,
            note,
        )
    if person is None:
        return PersonLine(((_("Nombre"), _("Anónima"), False),), False, False, "")
    shown = tuple(_person_rows(person, reveal))
    return PersonLine(shown, not reveal, reveal, note)


def _person_rows(person: PetitionerFacts, reveal: bool) -> Iterable[tuple[str, str, bool]]:
    missing = _("No proporcionó")
    for label, value in (
        (_("Nombre"), person.name),
        (_("Teléfono"), person.phone),
        (_("Correo"), person.email),
        *(((_("Representante"), person.representative),) if person.representative else ()),
    ):
        if not value:
            yield label, missing, False
        elif reveal:
            yield label, value, False
        else:
            yield label, "••••••", True


def facts(page: CasePage) -> Iterable[tuple[str, str]]:
    case = page.case
    filed = local(case.filed_at)
    hour = f" {filed:%H:%M} h" if case.filed_has_hour else ""
    inferred = f" ({_('inferida')})" if case.received_inferred else ""
    yield _("Origen"), f"{source_word(case.source)}, {_channel(case.channel)}"
    if case.folio_received != case.ref:
        yield _("Folio de origen"), case.folio_received
    if case.external_folio:
        yield _("Otro folio"), case.external_folio
    yield _("Presentada"), f"{filed:%d/%m/%Y}{hour}"
    yield _("Recepción oficial"), f"{case.received_on:%d/%m/%Y}{inferred}"
    place = ", ".join(
        part for part in (case.street, case.colonia, case.borough, case.postal_code) if part
    )
    yield _("Lugar"), place
    if case.territory_code:
        yield _("U. Territorial"), case.territory_code
    if case.delivery:
        yield _("Modalidad"), case.delivery
    yield from _arco(case)
    yield from _paper(case)
    yield _("Capturado por"), page.name(case.captured_by_id)
    if page.sight.desk:
        for name, value in (case.extra or {}).items():
            yield _(str(name)), str(value)


def _arco(case: CaseFacts) -> Iterable[tuple[str, str]]:
    """The right that is exercised over one's own data, and who showed that they may."""
    if case.kind != Kind.PERSONAL_DATA:
        return
    right = _(spanish(ArcoRight(case.arco_right))) if case.arco_right else _("Sin precisar")
    yield _("Derecho"), right
    if case.identity_on is None:
        yield _("Identidad"), _("Sin acreditar")
        return
    document = _(spanish(IdentityDocument(case.identity))) if case.identity else "—"
    yield _("Identidad"), f"{document}, {digits(case.identity_on)}"
    if case.power:
        yield _("Representación"), _(spanish(PowerDocument(case.power)))


def _paper(case: CaseFacts) -> Iterable[tuple[str, str]]:
    paper = case.paper or {}
    number = paper.get("oficio_number") or paper.get("number")
    if number:
        day = digits(paper.get("oficio_date") or paper.get("date"))
        sender = paper.get("oficio_sender") or paper.get("sender") or ""
        yield _("Oficio"), ", ".join(filter(None, (str(number), day, str(sender))))
    if paper.get("sheets") or paper.get("annexes"):
        sheets = _("{n} fojas").format(n=paper["sheets"]) if paper.get("sheets") else ""
        yield _("Se acompaña"), " · ".join(filter(None, (sheets, paper.get("annexes") or "")))


def answer_facts(case: CaseFacts) -> Iterable[tuple[str, str]]:
    if case.answered_on is None and case.ending is None:
        return
    if case.outcome in list(Outcome):
        yield _("Sentido"), _(spanish(Outcome(case.outcome)))
    if case.answered_on is not None:
        yield _("Notificada"), digits(case.answered_on)
        if case.under_transparency:
            yield _("Surte efectos"), digits(_takes_effect(case, case.answered_on))
    if case.answer_channel:
        yield _("Medio"), _channel(case.answer_channel)
    if case.effective_on is not None:
        yield _("Derecho efectivo"), digits(case.effective_on)
    if case.referred_to:
        yield _("Remitido a"), case.referred_to
    if case.closed_on is not None:
        yield _("Concluido"), digits(case.closed_on)


def _takes_effect(case: CaseFacts, on: dt.date) -> dt.date:
    """When the notice of the answer takes effect: apart from the day on which it was given."""
    clockwork = rules().clockwork(today())
    on_paper = goes_on_paper(case.answer_channel)
    return answer_takes_effect(clockwork, case, on, on_paper)


def _channel(value: str) -> str:
    return _(spanish(Channel(value))) if value in list(Channel) else value


def size_words(size: int) -> str:
    """``212 KB``, ``3.1 MB``."""
    return f"{max(size // 1024, 1)} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"
