"""Turn slips (*volantes de turno*) as PDF: one, or many in one run."""

from __future__ import annotations

import io
from collections.abc import Sequence

from flask import Blueprint, request, send_file
from flask.typing import ResponseReturnValue

from caseflow.commands.access import note_access
from caseflow.commands.work import begin_work
from caseflow.documents.slips import slips_pdf
from caseflow.domain.errors import InvalidData, NotFound
from caseflow.domain.people import Actor
from caseflow.extensions import db
from caseflow.queries.slip_sheets import slip_sheets
from caseflow.web.cases import case_or_404
from caseflow.web.sessions import now, rules, signed_in_actor, today

bp = Blueprint("slips", __name__)

#: A run of slips is printed and signed by a person; more is a mistake.
MOST_SLIPS = 200


@bp.get("/casos/<ref>/volante.pdf")
def one(ref: str) -> ResponseReturnValue:
    """The slip of one turn (``turno``), or those of all open turns of the case."""
    actor = signed_in_actor()
    case = case_or_404(ref, actor)
    number = request.args.get("turno", type=int)
    numbers = [number] if number is not None else [turn.number for turn in case.open_turns()]
    return _pdf(actor, [(case.id, one) for one in numbers], f"volante-{case.ref}.pdf")


@bp.get("/turnos/volantes.pdf")
@bp.post("/turnos/volantes.pdf", endpoint="many_marked")
def many() -> ResponseReturnValue:
    """The slips of the marked turns, ``marked=<case id>.<turn>`` each, in that order."""
    turns = [_pair(text) for text in request.values.getlist("marked")]
    if not turns:
        raise InvalidData("Marque al menos un turno.", field="marked")
    if len(turns) > MOST_SLIPS:
        raise InvalidData("Se imprimen hasta {n} volantes a la vez.", field="marked", n=MOST_SLIPS)
    return _pdf(signed_in_actor(), turns, "volantes.pdf")


def _pair(text: str) -> tuple[int, int]:
    case_id, _dot, number = text.partition(".")
    if not (case_id.isdecimal() and number.isdecimal() and len(text) < 20):
        raise InvalidData("No se reconoció uno de los turnos.", field="marked")
    return int(case_id), int(number)


def _pdf(actor: Actor, turns: Sequence[tuple[int, int]], name: str) -> ResponseReturnValue:
    sheets = slip_sheets(db.session(), actor, turns, rules(), today())
    if not sheets:
        raise NotFound("No se encontró el turno.")
    body = slips_pdf(sheets)
    with begin_work(actor, now()) as work:
        for case_id in sorted({case_id for case_id, _number in turns}):
            note_access(work, case_id, "slip")
    return send_file(
        io.BytesIO(body), mimetype="application/pdf", as_attachment=True, download_name=name
    )
