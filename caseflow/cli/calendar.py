"""``flask calendar`` and ``flask clock``: lists of days, and a count told day by day."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from flask import Flask

from caseflow.cli.refusals import Refusal, refusing
from caseflow.commands.calendars import change_calendar
from caseflow.commands.jobs import finish_job
from caseflow.commands.redating import Redated
from caseflow.commands.work import begin_work
from caseflow.domain.acts import Act, ActKind
from caseflow.domain.clock import count_under, officially_received
from caseflow.domain.day_lists import CalendarEdits, Difference
from caseflow.domain.errors import InvalidData
from caseflow.domain.explanation import Explanation
from caseflow.domain.instants import local_date, office_time
from caseflow.domain.people import SYSTEM, Actor
from caseflow.domain.redating import Impact
from caseflow.domain.vocabulary import INBOX_KINDS, Mark, Step
from caseflow.extensions import db
from caseflow.intake.day_lists import read_list
from caseflow.queries import reference
from caseflow.queries.administration import account_id
from caseflow.queries.bulk_jobs import job_counts
from caseflow.queries.calendars import calendar_for, preview_edits
from caseflow.queries.people import actor_for

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?")
_EVENTS: Sequence[ActKind] = ("clarify", "clarified", "extend", "suspend", "answer")


def register(app: Flask) -> None:
    app.cli.add_command(calendar)
    app.cli.add_command(clock)


@click.group()
def calendar() -> None:
    """Días inhábiles."""


@calendar.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--body", required=True, help="Ente de la lista, p. ej. alcaldia-iztacalco.")
@click.option("--preview", is_flag=True, help="Sólo muestra qué se movería.")
@click.option("--source", default="", help="Fuente de los días que no traen la suya.")
@click.option(
    "--mark",
    type=click.Choice([mark.value for mark in Mark]),
    default=Mark.TEXT.value,
    show_default=True,
    help="Qué tan segura es la fuente.",
)
@click.option("--year", type=int, help="Año de la lista, si no es el de su primer día.")
@click.option("--as", "login", help="Correo de quien la carga; por omisión, el sistema.")
@click.option("--json", "as_json", is_flag=True, help="Como JSON.")
@refusing
def load(
    file: Path,
    body: str,
    preview: bool,
    source: str,
    mark: str,
    year: int | None,
    login: str | None,
    as_json: bool,
) -> None:
    """Carga una lista de días inhábiles (CSV o ICS) y vuelve a fechar los asuntos que mueve."""
    edits = read_list(file.read_bytes(), source=source, mark=mark, list_year=year, body=body)
    actor = _actor(login)
    if preview:
        now = dt.datetime.now(dt.UTC)
        session = db.session()
        changed, impact = preview_edits(
            session, actor, now, reference.current(session), body, edits
        )
    else:
        with begin_work(actor) as work:
            changed, redated = change_calendar(work, body, edits)
        impact = _carried_out(redated)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "body": body,
                    "preview": preview,
                    "days": len(edits.days),
                    "suspensions": len(edits.suspend),
                    "added": len(changed.added),
                    "changed": len(changed.changed),
                    "suspended": len(changed.suspended),
                    "counts": impact.counts(),
                },
                ensure_ascii=False,
            )
        )
        return
    click.echo(_sentence(edits, changed, impact, preview=preview))


def _carried_out(redated: Redated) -> Impact:
    """What moved, once the last folio is dated again: here and now, scheduler or not.

    Interrupted, the command has stored the calendar, and the scheduler dates the rest.
    """
    if redated.job_id is None:
        return redated.impact

    def progress(done: int) -> None:
        click.echo(f"{done:,} de {redated.total:,} folios revisados", err=True)

    finish_job(redated.job_id, dt.datetime.now(dt.UTC), progress)
    return Impact.of(job_counts(db.session(), redated.job_id))


def _sentence(edits: CalendarEdits, changed: Difference, impact: Impact, *, preview: bool) -> str:
    tense = "Se agregarían" if preview else "Se agregaron"
    lines = [
        f"Días en el archivo: {len(edits.days)}. {tense}: {len(changed.added)}; con cambios: "
        f"{len(changed.changed)}.",
        f"Folios que {'se moverían' if preview else 'se movieron'}: {impact.moved}; dejan de estar "
        f"vencidos: {impact.freed}; quedan vencidos: {impact.caught}.",
        f"Folios concluidos con fecha rectificada: {impact.rectified}.",
    ]
    if edits.suspend:
        lines.insert(
            1,
            f"Suspensiones de plazos en el archivo: {len(edits.suspend)}. "
            f"{'Serían nuevas' if preview else 'Nuevas'}: {len(changed.suspended)}.",
        )
    if impact.set_aside:
        lines.append(f"Folios que no se pudieron contar y quedaron igual: {impact.set_aside}.")
    return "\n".join(lines)


@click.group()
def clock() -> None:
    """El cómputo de los plazos."""


@clock.command()
@click.option(
    "--matter",
    type=click.Choice([kind.value for kind in INBOX_KINDS]),
    required=True,
    help="De qué asuntos es el plazo.",
)
@click.option("--filed", required=True, help="Presentación, hora local: 2024-10-01T16:30.")
@click.option(
    "--step",
    type=click.Choice([step.value for step in Step if step != Step.TURN]),
    help="Qué plazo; por omisión, el que rige el asunto.",
)
@click.option(
    "--event",
    "events",
    multiple=True,
    help="Acto que mueve el plazo, p. ej. extend=2024-10-10 o suspend=2024-10-10/2024-10-14; "
    "puede repetirse. Actos: " + ", ".join(_EVENTS) + ".",
)
@click.option("--body", help="Ente cuyos días inhábiles rigen; por omisión, el de la oficina.")
@click.option("--json", "as_json", is_flag=True, help="Como JSON.")
@refusing
def explain(
    matter: str,
    filed: str,
    step: str | None,
    events: tuple[str, ...],
    body: str | None,
    as_json: bool,
) -> None:
    """Cuenta un plazo día por día y dice la razón y la fuente de cada uno."""
    session = db.session()
    read = reference.current(session)
    days = read.calendar
    if body and body != read.office.body:
        days = calendar_for(session, body)
        if not days.listed_years and not days.suspensions:
            raise Refusal(f"No hay ninguna lista de días inhábiles de «{body}».")
    moment = _moment(filed)
    on, _hour = office_time(moment)
    term = read.terms.get(matter, step, on) if step else read.terms.governing(matter, on)
    if term is None:
        raise Refusal(f"La tabla de plazos no tiene «{step}» para esos asuntos en esa fecha.")
    received = officially_received(moment, term, days)
    # the law is that of the official reception, which may fall after a new one came into force
    found = (
        read.terms.get(matter, term.step, received.on)
        if step
        else read.terms.governing(matter, received.on)
    )
    acts = tuple(_act(event) for event in events)
    told = count_under(read.terms, found or term, received.on, days, acts).explain(moment)
    if as_json:
        plain = told.as_json()
        plain["warnings"] = [*received.warnings, *plain["warnings"]]
        click.echo(json.dumps(plain, ensure_ascii=False, indent=2))
        return
    _tell(told, received.warnings)


def _moment(text: str) -> dt.datetime | dt.date:
    """A local day, or a local instant where the hour is written."""
    try:
        if _DAY.fullmatch(text):
            return dt.date.fromisoformat(text)
        if _INSTANT.fullmatch(text):
            return dt.datetime.fromisoformat(text)
        raise ValueError
    except ValueError:
        raise InvalidData(
            "La fecha «{text}» no existe: escríbala como 2024-10-01T16:30.", text=text
        ) from None


def _act(text: str) -> Act:
    kind, _, when = text.partition("=")
    if kind not in _EVENTS:
        raise InvalidData(
            "No existe el acto «{kind}». Use: {kinds}.", kind=kind, kinds=", ".join(_EVENTS)
        )
    first, _, last = when.partition("/")
    plain: dict[str, Any] = {"kind": kind, "on": first}
    if last:
        if kind != "suspend":
            raise InvalidData(
                "Sólo una suspensión lleva dos fechas: «{event}» debe llevar una.", event=text
            )
        plain["until"] = last
    return Act.from_json(plain)


def _tell(told: Explanation, warnings: Sequence[str]) -> None:
    click.echo(f"Recepción oficial: {told.received_on:%d/%m/%Y}")
    click.echo(f"Primer día contado: {told.first_day:%d/%m/%Y}")
    due = f"{told.due_on:%d/%m/%Y}" if told.due_on else "el plazo está detenido"
    click.echo(f"Vence: {due}\n")
    for line in told.days:
        number = f"{line.number:>4}" if line.counted else "   –"
        source = f" [{line.source}]" if line.source else ""
        click.echo(f"{line.on:%d/%m/%Y} {number}  {line.reason}{source}")
    for warning in (*warnings, *told.warnings):
        click.echo(f"Aviso: {warning}")


def _actor(login: str | None) -> Actor:
    if login is None:
        return SYSTEM
    session = db.session()
    user_id = account_id(session, login)
    actor = None
    if user_id is not None:
        today = local_date(dt.datetime.now(dt.UTC))
        actor = actor_for(session, user_id, reference.tree(session), today)
    if actor is None:
        raise Refusal(f"No hay ninguna cuenta activa «{login}».")
    return actor
