"""The notices of a person: what was sent to them, what came back, what falls due."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime

from caseflow.commands import notices as commands
from caseflow.commands.work import begin_work
from caseflow.domain.instants import local
from caseflow.extensions import db
from caseflow.queries.notices import NoticeLine, notices
from caseflow.web.sessions import now, signed_in_actor
from caseflow.web.words import _, ngettext

bp = Blueprint("notices", __name__, url_prefix="/avisos")

_UNREAD = "sin-leer"


@dataclass(frozen=True, slots=True)
class Line:
    """One notice. ``action``: where its button leads to; ``opens`` says whether to a case."""

    subject: str
    body: str
    at: str
    iso: str
    read: bool
    opens: bool
    action: str


def _line(line: NoticeLine) -> Line:
    at = local(line.written_at)
    return Line(
        line.subject,
        line.body,
        _when(at),
        at.isoformat(timespec="minutes"),
        line.read,
        line.ref is not None,
        url_for(".read", notice_id=line.id),
    )


def _when(at: dt.datetime) -> str:
    return str(format_datetime(at, "dd/MM/yyyy HH:mm", rebase=False))


@bp.get("")
def index() -> ResponseReturnValue:
    """The notices, newest first; with ``ver=sin-leer`` those that nobody opened yet."""
    unread = request.args.get("ver") == _UNREAD
    before = request.args.get("antes", type=int)
    found = notices(db.session(), signed_in_actor(), unread=unread, before=before)
    kept = _UNREAD if unread else None
    return render_template(
        "notices/index.html",
        lines=tuple(map(_line, found.lines)),
        chips=(
            {"label": _("Todos"), "href": url_for(".index"), "current": not unread},
            {"label": _("Sin leer"), "href": url_for(".index", ver=_UNREAD), "current": unread},
        ),
        unread=unread,
        newest=url_for(".index", ver=kept) if before else None,
        older=url_for(".index", antes=found.next_before, ver=kept) if found.next_before else None,
    )


@bp.post("/<int:notice_id>")
def read(notice_id: int) -> ResponseReturnValue:
    """Mark one as read and go to its case, where the person still sees it."""
    with begin_work(signed_in_actor(), now()) as work:
        ref = commands.open_notice(work, notice_id)
    if ref is None:
        flash(_("El aviso quedó como leído."), "success")
        return redirect(url_for(".index"), 303)
    return redirect(url_for("cases.show", ref=ref), 303)


@bp.post("/leidos")
def read_all() -> ResponseReturnValue:
    with begin_work(signed_in_actor(), now()) as work:
        count = commands.read_all(work)
    said = ngettext(
        "%(num)s aviso quedó como leído.", "%(num)s avisos quedaron como leídos.", count
    )
    flash(said, "success")
    return redirect(url_for(".index"), 303)
