"""``/salud``: whether the installation is well, for machines and for whoever looks after it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime, gettext

from caseflow.domain.vocabulary import Role
from caseflow.queries.health import Health
from caseflow.scheduler import standing
from caseflow.web.sessions import now

bp = Blueprint("health", __name__)


def _(text: str) -> str:
    """Marks a text for translation; it is translated when shown."""
    return text


_FAULTS = {
    "database": _("La base de datos no responde."),
    "schema": _("La base no tiene la versión que este programa espera: falta migrar."),
    "seals": _("Hay eventos sin sellar desde hace más de cinco minutos."),
}
_STATES = {
    "done": _("Hecha"),
    "running": _("En curso"),
    "failed": _("Falló"),
    "": _("Todavía no corre"),
}
_MAIL = {
    "queued": _("Por enviar"),
    "sending": _("Enviándose"),
    "failed": _("No se pudo enviar"),
    "held": _("Retenido"),
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


def _administers() -> bool:
    actor = g.get("actor")
    return actor is not None and actor.has(Role.ADMIN)


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
        "warnings": [f"calendar:{year}" for year in found.unlisted_years],
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
        gettext("La tarea «%(job)s» está retrasada.", job=gettext(labels[fault[4:]]))
        if fault.startswith("job:")
        else gettext(_FAULTS[fault])
        for fault in found.faults
    ]
    return {
        "faults": faults,
        "warnings": [
            gettext(
                "No está cargada la lista de días inhábiles de %(year)s: las fechas que dependen "
                "de ella pueden cambiar.",
                year=year,
            )
            for year in found.unlisted_years
        ],
        "jobs": [
            (
                gettext(job.label),
                format_datetime(job.done_at, "d MMM y, HH:mm:ss") if job.done_at else "—",
                gettext("Retrasada") if job.late else gettext("En tiempo"),
            )
            for job in found.jobs
        ],
        "details": _details(found) if _administers() else None,
    }


def _details(found: Health) -> dict[str, Any]:
    return {
        "facts": [
            (gettext("Base de datos"), found.database),
            (gettext("Versión del esquema"), found.schema),
            (
                gettext("Sin sellar desde"),
                format_datetime(found.unsealed_since, "d MMM y, HH:mm:ss")
                if found.unsealed_since
                else gettext("Todo está sellado"),
            ),
            *((gettext(_MAIL[state]), gettext("%(n)s correos", n=n)) for state, n in found.mail),
        ],
        "runs": [
            (
                gettext(job.label),
                gettext(_STATES[job.state]),
                job.problem or ", ".join(f"{name} {n}" for name, n in job.counts.items()) or "—",
            )
            for job in found.jobs
        ],
    }
