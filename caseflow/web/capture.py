"""Capture by hand: the form, the hints of repetition, and the receipt with the key."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, Length, NumberRange, Optional

from caseflow.commands.access import note_access
from caseflow.commands.capture import Capture, Captured, capture, new_key
from caseflow.commands.work import begin_work
from caseflow.documents.receipt import receipt_pdf
from caseflow.domain.errors import DomainError, MissingData
from caseflow.domain.facts import CaseFacts
from caseflow.domain.folios import key_digest, normalise_key
from caseflow.domain.instants import local
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import ArcoRight, Basis, Channel, Kind, Role, Source, spanish
from caseflow.extensions import db
from caseflow.queries.choices import subjects, territories
from caseflow.queries.duplicates import similar
from caseflow.queries.papers import Arrived, Due, Letterhead, ReceiptSheet
from caseflow.web.errors import say
from caseflow.web.sessions import now, rules, signed_in_actor, today
from caseflow.web.uploads import keep_files
from caseflow.web.words import _, lazy_gettext

bp = Blueprint("capture", __name__)

#: Where captures come from, and who may capture each.
SOURCES: Mapping[Source, frozenset[Role]] = {
    Source.CESAC: frozenset({Role.CLERK, Role.SUPERVISOR, Role.TRANSPARENCY}),
    Source.HEARING: frozenset({Role.CLERK, Role.SUPERVISOR, Role.TRANSPARENCY}),
    Source.PAPER: frozenset({Role.CLERK, Role.SUPERVISOR, Role.TRANSPARENCY}),
    Source.SUAC: frozenset({Role.CLERK, Role.SUPERVISOR}),
    Source.SISAI: frozenset({Role.TRANSPARENCY}),
}
KINDS = (Kind.SERVICE, Kind.INFORMATION, Kind.PERSONAL_DATA)
#: The channel that a source brings along where the form does not say another.
_CHANNEL = {
    Source.HEARING: Channel.HEARING,
    Source.PAPER: Channel.PAPER,
    Source.SISAI: Channel.PLATFORM,
}


class CaptureForm(FlaskForm):
    source = SelectField(lazy_gettext("Origen"))
    kind = SelectField(lazy_gettext("Tipo de asunto"))
    folio = StringField(
        lazy_gettext("Folio de origen"),
        [Optional(), Length(max=60)],
        description=lazy_gettext("Sólo SUAC y SISAI; en los demás es nuestro."),
    )
    filed_on = DateField(
        lazy_gettext("Fecha de ingreso"), [DataRequired(lazy_gettext("Escriba la fecha."))]
    )
    filed_time = TimeField(lazy_gettext("Hora"), [Optional()])
    channel = SelectField(lazy_gettext("Medio"))
    subject = StringField(
        lazy_gettext("Asunto"),
        [DataRequired(lazy_gettext("Escriba el asunto.")), Length(max=300)],
        description=lazy_gettext("Elija un tema de la lista o escríbalo en pocas palabras."),
    )
    description = TextAreaField(lazy_gettext("Descripción"), [Optional(), Length(max=20_000)])
    name = StringField(
        lazy_gettext("Nombre"),
        [Optional(), Length(max=200)],
        description=lazy_gettext("Vacío si es anónima."),
    )
    phone = StringField(lazy_gettext("Teléfono"), [Optional(), Length(max=40)])
    email = EmailField(
        lazy_gettext("Correo"),
        [Optional(), Length(max=200), Email(lazy_gettext("Escriba un correo válido."))],
    )
    street = StringField(lazy_gettext("Calle y número"), [Optional(), Length(max=200)])
    colonia = StringField(lazy_gettext("Colonia"), [Optional(), Length(max=120)])
    postal_code = StringField(lazy_gettext("Código postal"), [Optional(), Length(max=5)])
    territory_code = SelectField(lazy_gettext("Unidad territorial"))
    external_folio = StringField(
        lazy_gettext("Otro folio con que se conoce"), [Optional(), Length(max=60)]
    )
    oficio_number = StringField(lazy_gettext("Número de oficio"), [Optional(), Length(max=80)])
    oficio_date = DateField(lazy_gettext("Fecha del oficio"), [Optional()])
    oficio_sender = StringField(lazy_gettext("Quien lo firma"), [Optional(), Length(max=200)])
    oficio_post = StringField(lazy_gettext("Cargo"), [Optional(), Length(max=200)])
    sheets = IntegerField(
        lazy_gettext("Fojas"),
        [Optional(), NumberRange(0, 10_000, lazy_gettext("Entre 0 y 10,000."))],
    )
    annexes = StringField(
        lazy_gettext("Anexos"),
        [Optional(), Length(max=300)],
        description=lazy_gettext("Por ejemplo: 1 USB, 3 fotografías."),
    )
    arco_right = SelectField(
        lazy_gettext("Derecho que se ejerce"),
        default="",
        description=lazy_gettext("Sólo en las solicitudes de datos personales."),
    )
    delivery = StringField(lazy_gettext("Modalidad de entrega"), [Optional(), Length(max=120)])
    given_due_on = DateField(lazy_gettext("Fecha límite que da la plataforma"), [Optional()])
    files = MultipleFileField(lazy_gettext("Archivos"))
    route = BooleanField(
        lazy_gettext("Turnar según las reglas"),
        default=True,
        description=lazy_gettext("Si ninguna regla coincide, queda en la mesa."),
    )
    nonce = HiddenField()

    @classmethod
    def offered(cls, actor: Actor, **values: Any) -> CaptureForm:
        """The form with what this person may choose."""
        form = cls(**values)
        form.source.choices = [
            SelectChoice(source.value, _(spanish(source)))
            for source, allowed in SOURCES.items()
            if actor.has(*allowed)
        ]
        form.kind.choices = [SelectChoice(kind.value, _(spanish(kind))) for kind in KINDS]
        form.channel.choices = [
            SelectChoice(channel.value, _(spanish(channel))) for channel in Channel
        ]
        form.arco_right.choices = [
            SelectChoice("", _("Sin precisar")),
            *(SelectChoice(right.value, _(spanish(right))) for right in ArcoRight),
        ]
        form.territory_code.choices = [
            SelectChoice("", _("Sin precisar")),
            *(SelectChoice(code, label) for code, label in territories(db.session())),
        ]
        return form


@bp.get("/casos/nuevo")
def show() -> ResponseReturnValue:
    actor = signed_in_actor()
    moment = local(now())
    form = CaptureForm.offered(
        actor,
        formdata=None,
        data={
            "filed_on": moment.date(),
            "filed_time": moment.time().replace(second=0, microsecond=0),
            "nonce": secrets.token_urlsafe(16),
            "route": True,
            "channel": Channel.COUNTER.value,
        },
    )
    return _page(form)


@bp.post("/casos/nuevo")
def take() -> ResponseReturnValue:
    actor = signed_in_actor()
    form = CaptureForm.offered(actor)
    if not form.validate_on_submit():
        return _page(form, 422)
    nonce = (form.nonce.data or "")[:64]
    try:
        captured = _captured(form)
        with begin_work(actor, now()) as work:
            made = capture(work, captured, nonce)
    except MissingData as refusal:
        field = form._fields.get(refusal.field)
        (
            field.errors.append
            if field is not None and isinstance(field.errors, list)
            else form.form_errors.append
        )(say(refusal))
        return _page(form, 422)
    except DomainError as refusal:
        form.form_errors.append(say(refusal))
        return _page(form, 422)
    return _done(made)


@bp.post("/casos/nuevo/parecidos")
def look_alikes() -> ResponseReturnValue:
    """Cases that this capture may be repeating; asked while typing, never in an address."""
    given = {
        name: request.form.get(name, "").strip()
        for name in ("name", "subject", "postal_code", "street")
    }
    found = similar(db.session(), signed_in_actor(), today(), **given)
    return render_template("capture/similar.html", found=found)


@bp.post("/casos/<ref>/acuse.pdf")
def receipt(ref: str) -> ResponseReturnValue:
    """The receipt: with the key just given, or with a new one that ends the old."""
    actor = signed_in_actor()
    key = normalise_key(request.form.get("key", ""))
    with begin_work(actor, now()) as work:
        case = work.case(ref)
        secret = work.settings.secret_key
        fits = bool(key) and hmac.compare_digest(
            case.key_digest or "", key_digest(secret, case.ref, key)
        )
        if not fits:
            if not (case.captured_by_id == actor.user_id or actor.has(*_REISSUERS)):
                abort(404)
            key = new_key(work, ref)
        note_access(work, case.id, "receipt")
    pdf = receipt_pdf(_sheet(case, key, actor))
    return Response(
        pdf,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="acuse-{case.ref}.pdf"'},
    )


#: Who may give a new key for a lost receipt, besides whoever captured the case.
_REISSUERS = (Role.CLERK, Role.SUPERVISOR, Role.TRANSPARENCY)


def _page(form: CaptureForm, code: int = 200) -> ResponseReturnValue:
    return render_template("capture/show.html", form=form, subjects=subjects(db.session())), code


def _done(made: Capture) -> ResponseReturnValue:
    """The case with its key, shown this once; the key stands in no address and in no log."""
    case = made.case
    turns = [(rules().tree.name(turn.area_id), turn.rule_name) for turn in case.turns.values()]
    return render_template(
        "capture/done.html",
        case=case,
        key=made.key,
        turns=turns,
        desk=rules().tree.name(case.desk_id),
        basis=_(spanish(Basis(case.basis))) if case.basis else "",
    )


def _captured(form: CaptureForm) -> Captured:
    source = Source(form.source.data)
    channel = form.channel.data
    if channel == Channel.COUNTER and source in _CHANNEL:
        channel = _CHANNEL[source].value
    oficio_date: dt.date | None = form.oficio_date.data
    paper = {
        "number": form.oficio_number.data,
        "date": oficio_date.isoformat() if oficio_date else None,
        "sender": form.oficio_sender.data,
        "post": form.oficio_post.data,
        "sheets": form.sheets.data,
        "annexes": form.annexes.data,
    }
    captured = Captured(
        source=source,
        kind=Kind(form.kind.data),
        subject=form.subject.data or "",
        channel=channel,
        filed_on=form.filed_on.data,
        filed_time=form.filed_time.data,
        description=form.description.data or "",
        folio=form.folio.data or "",
        external_folio=form.external_folio.data or "",
        street=form.street.data or "",
        colonia=form.colonia.data or "",
        postal_code=form.postal_code.data or "",
        territory_code=form.territory_code.data or "",
        petitioner={
            "name": form.name.data,
            "phone": form.phone.data,
            "email": form.email.data,
        },
        paper={name: value for name, value in paper.items() if value not in (None, "")},
        delivery=form.delivery.data or "",
        arco_right=form.arco_right.data or "",
        given_due_on=form.given_due_on.data,
        route=bool(form.route.data),
    )
    return replace(captured, files=keep_files(request.files.getlist("files")))


def _sheet(case: CaseFacts, key: str, actor: Actor) -> ReceiptSheet:
    office, tree = rules().office, rules().tree
    settings = current_app.config["CASEFLOW"]
    paper = case.paper or {}
    place = ", ".join(part for part in (case.street, case.colonia, case.postal_code) if part)
    return ReceiptSheet(
        letterhead=Letterhead(office.name, (tree.name(case.desk_id),)),
        ref=case.ref,
        folio=case.folio_received,
        key=key,
        kind=Kind(case.kind),
        source=Source(case.source),
        registered_at=local(case.captured_at).replace(tzinfo=None),
        received_on=case.received_on,
        due=Due(case.due_on, Basis(case.basis) if case.basis else None),
        subject=case.subject,
        place=place,
        description=case.description,
        petitioner=case.petitioner.name if case.petitioner else "",
        external_folio=case.external_folio or "",
        arrived=Arrived(
            sheets=paper.get("sheets"),
            annexes=paper.get("annexes", ""),
            oficio_number=paper.get("number", ""),
            oficio_date=dt.date.fromisoformat(paper["date"]) if paper.get("date") else None,
            oficio_sender=paper.get("sender", ""),
            oficio_post=paper.get("post", ""),
        ),
        desk=tree.name(case.desk_id),
        clerk=actor.name,
        public_url=settings.public_url,
        telephone=office.window.get("telephone", ""),
        hours=office.window.get("hours", ""),
    )
