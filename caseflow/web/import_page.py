"""The page of a batch, for the views that show it: as it stands, or with what was refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from caseflow.commands.quarantine import may_discard
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import Role, Source
from caseflow.extensions import db
from caseflow.intake.profiles import load_profile, profile_names
from caseflow.queries import imports as batches
from caseflow.queries.imports import BatchLine
from caseflow.web import import_row_view, import_view
from caseflow.web.sessions import rules, signed_in_actor


def sources_of(actor: Actor) -> frozenset[Source]:
    """The sources whose listings this person may import, and whose batches they see."""
    return batches.importable_sources(actor, rules().tree, rules().desks)


def line_or_404(batch_id: int) -> BatchLine:
    """The batch, if its source is the person's to import."""
    line = batches.batch(db.session(), batch_id, sources_of(signed_in_actor()))
    if line is None:
        abort(404)
    return line


def page(line: BatchLine, refusal: str = "", row: int | None = None) -> str:
    """The batch and its rows by the filter of the address; ``refusal``: why a row's act failed."""
    actor = signed_in_actor()
    chosen = request.args.get("filtro", "")
    listed = line.state in ("preview", "done")
    shown = None
    views: Sequence[import_row_view.RowView] = ()
    if listed:
        shown = batches.batch_rows(
            db.session(),
            line.id,
            verdict=import_view.FILTERS.get(chosen),
            discrepant=chosen == import_view.DISCREPANT,
            after=request.args.get("despues"),
            before=request.args.get("antes"),
        )
        may_settle = actor.has(Role.SUPERVISOR, Role.TRANSPARENCY)
        views = [import_row_view.row_view(line, one, may_settle=may_settle) for one in shown.rows]
    return render_template(
        "imports/show.html",
        batch=import_view.batch_view(
            line, batches.earlier_batch(db.session(), line), _required(line.profile)
        ),
        filters=import_view.filters(line, chosen),
        chosen=chosen,
        rows=views,
        listed=listed,
        previous=_beside(line, chosen, "antes", shown.previous) if shown else None,
        next=_beside(line, chosen, "despues", shown.next) if shown else None,
        may_discard=may_discard(actor, Source(line.source)),
        waits=listed and batches.rows_wait(db.session(), line),
        refusal=refusal,
        refused_row=row,
        filename=line.filename,
    )


def _required(profile: str) -> tuple[str, ...]:
    """Fields that the batch's profile cannot do without; none where it is no longer there."""
    return load_profile(profile).required if profile in profile_names() else ()


def _beside(line: BatchLine, chosen: str, side: str, key: str | None) -> str | None:
    if key is None:
        return None
    extra: dict[str, Any] = {side: key, **({"filtro": chosen} if chosen else {})}
    return url_for("imports.show", batch_id=line.id, **extra)


def back_to(batch_id: int) -> ResponseReturnValue:
    """To the batch again, under the filter that the form came from."""
    chosen = request.form.get("filtro", "")
    extra: dict[str, Any] = {"filtro": chosen} if chosen else {}
    return redirect(url_for("imports.show", batch_id=batch_id, **extra), 303)
