"""The search box: a folio leads to its case, words to a list."""

from __future__ import annotations

import io
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from caseflow.commands.access import note_access
from caseflow.commands.work import begin_work
from caseflow.extensions import db
from caseflow.queries.lists import CAP
from caseflow.queries.search import Found, find_refs, search, search_all
from caseflow.web.exports import MOST_ROWS, listing
from caseflow.web.inbox import day
from caseflow.web.list_view import Line, lines, number
from caseflow.web.sessions import now, rules, signed_in_actor, today
from caseflow.web.words import _, ngettext

bp = Blueprint("search", __name__)

#: Longer texts are no search.
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Results:
    """All that ``search/show.html`` reads."""

    typed: str
    folios: tuple[str, ...]
    lines: tuple[Line, ...]
    count: str
    previous: str | None
    next: str | None
    exports: tuple[tuple[str, str], ...]
    person_column: str


@bp.get("/buscar")
def show() -> ResponseReturnValue:
    """What was typed: one folio opens its case, the rest is looked for by words."""
    typed = _typed()
    actor = signed_in_actor()
    after = request.args.get("despues", type=int)
    before = request.args.get("antes", type=int)
    folios = find_refs(db.session(), actor, typed, rules().series) if typed else ()
    if len(folios) == 1 and after is None and before is None:
        return redirect(f"/casos/{folios[0]}")
    found = (
        search(db.session(), actor, typed, day(), after=after, before=before)
        if typed
        else Found((), 0)
    )
    results = Results(
        typed=typed,
        folios=folios,
        lines=lines(found.rows),
        count=_count(found),
        previous=url_for(".show", q=typed, antes=found.newer) if found.newer else None,
        next=url_for(".show", q=typed, despues=found.older) if found.older else None,
        exports=tuple(
            (words, url_for(".export", form=form, q=typed))
            for form, words in (("xlsx", _("Exportar XLSX")), ("csv", _("CSV")))
        ),
        person_column=_("Estado"),
    )
    return render_template("search/show.html", view=results)


@bp.get("/buscar/exportar.<any(xlsx,csv):form>")
def export(form: str) -> ResponseReturnValue:
    """All that was found, as a file; recorded."""
    actor = signed_in_actor()
    rows = search_all(db.session(), actor, _typed(), day(), MOST_ROWS + 1)
    body, mimetype = listing(rows, _("Búsqueda"), form)
    with begin_work(actor, now()) as work:
        note_access(work, None, "export")
    name = f"busqueda-{today():%Y-%m-%d}.{form}"
    return send_file(io.BytesIO(body), mimetype=mimetype, as_attachment=True, download_name=name)


def _typed() -> str:
    return " ".join(request.args.get("q", "").split())[:_LONGEST]


def _count(found: Found) -> str:
    """How many there are where they were counted; else only that these are the newest."""
    if found.count is None:
        shown = len(found.rows)
        return ngettext("%(num)s de varios", "%(num)s en esta página", shown)
    if found.count > CAP:
        return _("más de 500 asuntos")
    return ngettext("%(count)s asunto", "%(count)s asuntos", found.count, count=number(found.count))
