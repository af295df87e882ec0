"""Mediations: the list, registering one, and the file for those who may open it.

Nothing of a file stands in an address but its number, and nothing of it in a message that another
page could show. Who is nothing to a file gets the page of what is not there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from caseflow.commands.access import note_access
from caseflow.commands.mediations import Registration, note_reading, register_mediation
from caseflow.commands.work import begin_work
from caseflow.domain.errors import MissingData, NotFound
from caseflow.domain.lights import Light, light_of
from caseflow.domain.mediation_acts import check_party
from caseflow.domain.mediation_words import MediationOutcome, MediationState, Side, TopicList
from caseflow.domain.mediations import MediationFacts
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import Kind, Role, spanish
from caseflow.extensions import db
from caseflow.queries import case_page
from caseflow.queries.history import digits
from caseflow.queries.mediation_list import (
    MediationFilter,
    MediationRow,
    Wanted,
    find_mediations,
    mediations,
    named_mediators,
    tallies,
)
from caseflow.queries.mediations import load_mediation, topic_names
from caseflow.queries.paging import Cut, Page, Place, read_place
from caseflow.web.actions import attach_error
from caseflow.web.cases import case_or_404
from caseflow.web.errors import say
from caseflow.web.mediation_forms import RegistrationForm, add_row, settle_rows
from caseflow.web.mediation_view import first_contact, view_of
from caseflow.web.sessions import now, rules, signed_in_actor, today
from caseflow.web.shell import capped
from caseflow.web.words import _

bp = Blueprint("mediations", __name__)


# ── The list ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Line:
    """One file of the list, in texts; ``contact``: until when somebody should reach the parties."""

    ref: str
    href: str
    parties: str
    state: str
    done: bool
    subject: str
    place: str
    mediator: str
    received: str
    contact: Light | None
    contact_by: str


@bp.get("/mediaciones")
def index() -> ResponseReturnValue:
    """The person's own files: those that nobody has reached yet first, the oldest first."""
    wanted = _wanted()
    cut = Cut(
        read_place(request.args.get("despues", "")), read_place(request.args.get("antes", ""))
    )
    return _list(wanted, mediations(db.session(), signed_in_actor(), wanted, cut))


@bp.post("/mediaciones/buscar")
def find() -> ResponseReturnValue:
    """What is looked for is sent apart from the address, so that no log keeps a name."""
    text = request.form.get("texto", "")[:120]
    rows = find_mediations(db.session(), signed_in_actor(), text)
    return _list(Wanted(), Page(rows), text)


def _wanted() -> Wanted:
    asked = request.args.get("estado", "")
    mediator = request.args.get("mediadora", "")
    return Wanted(
        MediationFilter(asked) if asked in set(MediationFilter) else MediationFilter.OPEN,
        request.args.get("asunto", "")[:40],
        int(mediator) if mediator.isdecimal() and len(mediator) < 10 else None,
    )


def _list(wanted: Wanted, page: Page[MediationRow], text: str | None = None) -> str:
    actor = signed_in_actor()
    names = topic_names(db.session(), TopicList.MEDIATION)
    counts = tallies(db.session(), actor)
    filters: dict[str, Any] = {
        "asunto": wanted.subject or None,
        "mediadora": None if wanted.mediator is None else str(wanted.mediator),
    }

    def to(place: Place | None, name: str) -> str | None:
        if place is None:
            return None
        values = {"estado": wanted.which.value, **filters, name: place.token()}
        return url_for(".index", **values)

    return render_template(
        "mediations/index.html",
        lines=tuple(_line(row, names) for row in page.rows),
        chips=tuple(
            {
                "label": f"{label} · {capped(counts[which])}",
                "href": url_for(".index", estado=which.value, **filters),
                "current": which is wanted.which and text is None,
            }
            for which, label in _filters()
        ),
        which=wanted.which,
        filtered=bool(wanted.subject or wanted.mediator is not None),
        subjects=[("", _("Todos los asuntos")), *names.items()],
        subject=wanted.subject,
        mediators=_mediators(actor),
        mediator="" if wanted.mediator is None else wanted.mediator,
        text=text,
        previous=to(page.previous, "antes"),
        next=to(page.next, "despues"),
    )


def _filters() -> Iterable[tuple[MediationFilter, str]]:
    yield MediationFilter.OPEN, _("Abiertas")
    yield MediationFilter.REQUESTED, _("Solicitadas")
    yield MediationFilter.INVITING, _(spanish(MediationState.INVITING))
    yield MediationFilter.IN_SESSION, _(spanish(MediationState.IN_SESSION))
    yield MediationFilter.AGREED, _(spanish(MediationState.AGREED))
    yield MediationFilter.CLOSED, _("Concluidas")


def _mediators(actor: Actor) -> list[tuple[Any, str]]:
    """The filter by mediator, for who heads more than one's own files."""
    if not actor.has(Role.HEAD):
        return []
    named = named_mediators(db.session(), actor)
    return [("", _("Todas las personas mediadoras")), (0, _("Sin nombrar")), *named.items()]


def _line(row: MediationRow, names: dict[str, str]) -> Line:
    state = _(spanish(MediationState(row.state)))
    if row.outcome is not None:
        state = f"{state}: {_(spanish(MediationOutcome(row.outcome))).lower()}"
    due = None if row.reached else first_contact(row.received_on)
    contact = light_of(due, False, True, today(), rules().calendar, None) if due else None
    return Line(
        ref=row.ref,
        href=url_for(".show", ref=row.ref),
        parties=" · ".join(row.parties),
        state=state,
        done=row.state == MediationState.CLOSED,
        subject=names.get(row.subject, row.subject),
        place=" · ".join(part for part in (row.colonia, row.territory_code) if part),
        mediator=row.mediator,
        received=digits(row.received_on),
        contact=contact,
        contact_by=digits(due),
    )


# ── Registering ──────────────────────────────────────────────────────────────────────────────────


@bp.get("/mediaciones/nueva")
def new() -> ResponseReturnValue:
    """The form, empty for a walk-in; for a folio, with its place and who asks, as far as shown."""
    actor = signed_in_actor()
    first: dict[str, Any] = {"received_on": today()}
    asking: dict[str, Any] = {"side": Side.ASKING.value}
    case = None
    if request.args.get("folio"):
        case = case_or_404(request.args["folio"], actor)
        page = case_page.for_act(db.session(), actor, case, person=True, links=False)
        first |= {
            "folio": case.ref,
            "street": case.street,
            "colonia": case.colonia,
            "territory_code": case.territory_code or "",
        }
        if page.sight.person and page.petitioner is not None:
            asking |= {
                name: getattr(page.petitioner, name) or "" for name in ("name", "phone", "email")
            }
    first["parties"] = [asking, {"side": Side.INVITED.value}]
    form = RegistrationForm.offered(formdata=None, data=first)
    body = _registration(form)
    if case is not None:
        with begin_work(actor, now()) as work:
            note_access(work, case.id, "petitioner")
    return body


@bp.post("/mediaciones/nueva")
def register() -> ResponseReturnValue:
    actor = signed_in_actor()
    form = RegistrationForm.offered()
    if "add" in request.form:
        add_row(form.parties, side=Side.INVITED.value)
        return _registration(form)
    if not form.validate_on_submit() or not _check_rows(form):
        settle_rows(form)
        return _registration(form), 422
    try:
        with begin_work(actor, now()) as work:
            made = register_mediation(work, _answers(form))
    except MissingData as refusal:
        problem = attach_error(form, refusal)
        if problem:
            form.form_errors.append(problem)
        return _registration(form), 422
    flash(_("Se registró la mediación {ref}.").format(ref=made.ref), "success")
    return redirect(url_for(".show", ref=made.ref), 303)


def _check_rows(form: RegistrationForm) -> bool:
    """Each party by itself, so that what is wrong is said beside its own field."""
    good = True
    received = form.received_on.data or today()
    for row in form.party_rows():
        try:
            check_party(row.answers(), received, today())
        except MissingData as refusal:
            field = row._fields[refusal.field]
            field.errors = [*field.errors, say(refusal)]
            good = False
    if not good:
        form.parties.errors = [_("Revise los renglones marcados.")]
    return good


def _answers(form: RegistrationForm) -> Registration:
    return Registration(
        area_id=rules().desks.desk("", Kind.MEDIATION),
        subject=form.subject.data or "",
        received_on=form.received_on.data or today(),
        parties=[row.answers() for row in form.party_rows()],
        street=form.street.data or "",
        colonia=form.colonia.data or "",
        territory_code=form.territory_code.data or None,
        parent_ref=form.folio.data or "",
    )


def _registration(form: RegistrationForm) -> str:
    return render_template(
        "mediations/new.html",
        form=form,
        area=rules().tree.name(rules().desks.desk("", Kind.MEDIATION)),
        folio=form.folio.data or "",
    )


# ── The file ─────────────────────────────────────────────────────────────────────────────────────


def mediation_or_404(ref: str, actor: Actor) -> MediationFacts:
    """A file of the actor's; any other looks like not there."""
    found = load_mediation(db.session(), actor, ref)
    if found is None:
        raise NotFound("No se encontró esa mediación.")
    return found


@bp.get("/mediaciones/<ref>")
def show(ref: str) -> ResponseReturnValue:
    """The whole file; that it was read is recorded once the page is ready."""
    actor = signed_in_actor()
    mediation = mediation_or_404(ref, actor)
    body = render_template("mediations/show.html", view=view_of(mediation, actor))
    record_reading(actor, mediation, "file")
    return body


def record_reading(actor: Actor, mediation: MediationFacts, what: str) -> None:
    """After a page is ready, its one small write: who read the file."""
    with begin_work(actor, now()) as work:
        note_reading(work, mediation.id, what)
