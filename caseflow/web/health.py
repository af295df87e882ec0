"""``/salud``: whether the installation is well, for machines and for whoever looks after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime

from caseflow.commands.spoiled import retry_set_aside
from caseflow.commands.work import begin_work
from caseflow.domain.people import Actor
from caseflow.domain.phrases import N_
from caseflow.domain.vocabulary import Role
from caseflow.extensions import db
from caseflow.queries.health import Health
from caseflow.queries.spoiled import list_set_aside
from caseflow.scheduler import standing
from caseflow.web.policy import POLICY
from caseflow.web.sessions import now, signed_in_actor
from caseflow.web.words import _, ngettext

bp = Blueprint("health", __name__)


_FAULTS = {
    "database": N_("La base de datos no responde."),
    "schema": N_("La base no tiene la versión que este programa espera: falta migrar."),
    "seals": N_("Hay eventos sin sellar desde hace más de cinco minutos."),
}
_STATES = {
    "done": N_("Hecha"),
    "running": N_("En curso"),
    "failed": N_("Falló"),
    "": N_("Todavía no corre"),
}
#: An item by its own number, where no folio may be told.
_ITEMS = {"tick": N_("Asunto número %(n)s"), "seal": N_("Evento número %(n)s")}
_MAIL = {
    "queued": N_("Por enviar"),
    "sending": N_("Enviándose"),
    "failed": N_("No se pudo enviar"),
    "held": N_("Retenido"),
}


@bp.get("/salud")
def show() -> ResponseReturnValue:
    """200 where all is well, else 503; figures and names of jobs, never contents."""
    found = standing(now(), current_app.config["CASEFLOW"])
    code = 503 if found.faults else 200
    best = request.accept_mimetypes.best_match(("application/json", "text/html"))
    if not found.schema or found.faults == ("schema",):
        g.pop("actor", None)  # the frame of the page must not ask the database for anything
    if best == "text/html":
        return render_template("health/show.html", health=found, page=_page(found)), code
    return jsonify(_as_json(found)), code


@bp.post("/salud/reintentar")
def retry() -> ResponseReturnValue:
    """Have what was set aside tried again: its cause was removed, or is believed to be."""
    with begin_work(signed_in_actor(), now()) as work:
        items = retry_set_aside(work)
    if items:
        flash(
            ngettext("Se reintentará %(num)s pendiente.", "Se reintentarán %(num)s pendientes.",
                     items),
            "success",
        )  # fmt: skip
    else:
        flash(_("No había nada que reintentar."), "info")
    return redirect(url_for("health.show"), 303)


def _holds(*roles: Role) -> Actor | None:
    """Who looks, where that person holds one of the roles."""
    actor: Actor | None = g.get("actor")
    return actor if actor is not None and actor.has(*roles) else None


def _administers() -> bool:
    return _holds(Role.ADMIN) is not None


def _as_json(found: Health) -> dict[str, Any]:
    """The public part; whoever administers also gets versions, counts and problems."""
    more = _administers()
    told: dict[str, Any] = {
        "status": "fault" if found.faults else "ok",
        "at": found.at.isoformat(timespec="seconds"),
        "faults": list(found.faults),
        "jobs": {
            job.name: {
                "last_run": job.done_at.isoformat(timespec="seconds") if job.done_at else None,
                "late": job.late,
                **({"state": job.state, "problem": job.problem, "counts": job.counts}
                   if more else {}),
            }
            for job in found.jobs
        },
        "warnings": [
            *(f"calendar:{year}" for year in found.unlisted_years),
            *(f"set_aside:{job}" for job in found.set_aside),
        ],
        "set_aside": dict(found.set_aside),
    }  # fmt: skip
    if more:
        told |= {
            "database": found.database,
            "schema": found.schema,
            "mail": dict(found.mail),
            "unsealed_since": found.unsealed_since and found.unsealed_since.isoformat(),
        }
    return told


def _page(found: Health) -> dict[str, Any]:
    """The same in words."""
    labels = {job.name: job.label for job in found.jobs}
    faults = [
        _("La tarea «%(job)s» está retrasada.", job=_(labels[fault[4:]]))
        if fault.startswith("job:")
        else _(_FAULTS[fault])
        for fault in found.faults
    ]
    return {
        "faults": faults,
        "warnings": _warnings(found),
        "jobs": [
            (
                _(job.label),
                format_datetime(job.done_at, "d MMM y, HH:mm:ss") if job.done_at else "—",
                _("Retrasada") if job.late else _("En tiempo"),
            )
            for job in found.jobs
        ],
        "set_aside": _set_aside(found, labels),
        "details": _details(found) if _administers() else None,
    }


def _warnings(found: Health) -> list[tuple[str, str]]:
    """Title and text of what is no fault yet."""
    made = [
        (
            _("Calendario incompleto"),
            _(
                "No está cargada la lista de días inhábiles de %(year)s: las fechas que dependen "
                "de ella pueden cambiar.",
                year=year,
            ),
        )
        for year in found.unlisted_years
    ]
    if count := sum(found.set_aside.values()):
        made.append(
            (
                _("Pendientes apartados"),
                ngettext(
                    "%(num)s pendiente falló varias veces y se apartó; lo demás siguió adelante.",
                    "%(num)s pendientes fallaron varias veces y se apartaron; lo demás siguió "
                    "adelante.",
                    count,
                ),
            )
        )
    return made


def _set_aside(found: Health, labels: Mapping[str, str]) -> list[tuple[str, ...]]:
    """What waits for a person, for whoever may have it tried again."""
    actor = _holds(*POLICY["health.retry"].roles)
    if actor is None or not found.set_aside:
        return []
    return [
        (
            _(labels[one.job]),
            one.ref or _(_ITEMS[one.job], n=one.item_id),
            str(one.tries),
            format_datetime(one.since, "d MMM y, HH:mm"),
            one.problem,
        )
        for one in list_set_aside(db.session(), actor)
    ]


def _details(found: Health) -> dict[str, Any]:
    return {
        "facts": [
            (_("Base de datos"), found.database),
            (_("Versión del esquema"), found.schema),
            (
                _("Sin sellar desde"),
                format_datetime(found.unsealed_since, "d MMM y, HH:mm:ss")
                if found.unsealed_since
                else _("Todo está sellado"),
            ),
            *((_(_MAIL[state]), _("%(n)s correos", n=n)) for state, n in found.mail),
        ],
        "runs": [
            (
                _(job.label),
                _(_STATES[job.state]),
                job.problem or ", ".join(f"{name} {n}" for name, n in job.counts.items()) or "—",
            )
            for job in found.jobs
        ],
    }
