"""``flask report``: the monthly overdue report and the morning sheet."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app

from caseflow.cli.refusals import Refusal, refusing
from caseflow.commands.reports import WRITERS, file_bytes
from caseflow.domain.errors import NotFound
from caseflow.domain.instants import local_date
from caseflow.domain.months import Month
from caseflow.domain.people import SYSTEM
from caseflow.domain.vocabulary import Basis
from caseflow.extensions import db
from caseflow.queries import reference
from caseflow.queries.closed_reports import Closing, closed_report, editions
from caseflow.queries.morning import LISTS, MorningRow, MorningSheet, morning_sheet
from caseflow.queries.report_figures import (
    AGE_LABELS,
    TRANSPARENCY_SCOPE,
    Figures,
    OverdueReport,
)
from caseflow.queries.reports import Ask, Recount, monthly_overdue, recount

_TITLES = {
    "overdue": "Vencidos",
    "due_today": "Vencen hoy",
    "due_tomorrow": "Vencen el siguiente día hábil",
    "due_in_three": "Vencen en dos o tres días hábiles",
    "returned": "Devueltos a la mesa",
    "drafts": "Respuestas por firmar",
    "unassigned": "Turnos sin persona",
    "lapses": "Prevenciones sin desahogo, por resolver",
    "appeals": "Recursos por atender",
    "rights": "Derechos por hacer efectivos",
}
_BASES = {Basis.LEGAL: "legal", Basis.COMMITMENT: "compromiso"}
_STDOUT = "-"


def register(app: Flask) -> None:
    app.cli.add_command(report)


@click.group()
def report() -> None:
    """Reportes: folios vencidos del mes y hoja de la mañana."""


@report.command()
@click.option("--month", required=True, help="Mes, como 2026-10.")
@click.option("--area", "code", help="Clave del área; por omisión, toda la alcaldía.")
@click.option("--format", "form", type=click.Choice(tuple(WRITERS)), help="Formato del archivo.")
@click.option("--output", help="Archivo de salida; «-» es la salida estándar.")
@click.option("--edition", type=int, help="Edición de un mes cerrado; por omisión, la última.")
@click.option("--transparency", is_flag=True, help="Sólo información pública y datos personales.")
@click.option("--recount", "again", is_flag=True, help="Compara un mes cerrado con otro conteo.")
@click.option("--json", "as_json", is_flag=True, help="Las cifras como JSON.")
@refusing
def overdue(
    month: str,
    code: str | None,
    form: str | None,
    output: str | None,
    edition: int | None,
    transparency: bool,
    again: bool,
    as_json: bool,
) -> None:
    """Reporte mensual de folios vencidos; un mes cerrado sale tal como se entregó."""
    wanted = Month.read(month)
    area = _area(code)
    scope = TRANSPARENCY_SCOPE if transparency else ""
    closing = _closing(wanted, area.id, scope, edition)
    if again:
        _recount(closing, wanted, as_json=as_json)
        return
    session = db.session()
    form = form or (Path(output).suffix.lstrip(".") if output else None)
    if form is not None and form not in WRITERS:
        raise Refusal("Diga el formato con --format: xlsx, pdf, csv o json.")
    if closing is not None:
        made = closed_report(session, closing.id)
    else:
        ask = Ask(wanted, area.id, dt.datetime.now(dt.UTC), scope)
        made = monthly_overdue(session, reference.current(session), ask, whole=form != "csv")
    if form is not None:
        data = (
            WRITERS[form](made)
            if closing is None
            else file_bytes(session, current_app.config["CASEFLOW"], closing, form)
        )
        if _write(data, output):
            return
    _tell(made, as_json=as_json)


@report.command()
@click.option("--area", "code", required=True, help="Clave del área.")
@click.option("--on", "day", help="Fecha, como 2026-11-24; por omisión, hoy.")
@click.option("--json", "as_json", is_flag=True, help="Como JSON.")
@refusing
def morning(code: str, day: str | None, as_json: bool) -> None:
    """Hoja de la mañana: qué vence, qué está vencido y qué espera a alguien del área."""
    session = db.session()
    sheet = morning_sheet(session, reference.current(session), SYSTEM, _area(code), _day(day))
    if as_json:
        click.echo(json.dumps(sheet.as_json(), ensure_ascii=False, indent=2))
        return
    _tell_sheet(sheet)


def _area(code: str | None) -> reference.AreaNode:
    tree = reference.current(db.session()).tree
    if code is None:
        if tree.root_id is None:
            raise Refusal("Todavía no hay áreas: ejecute primero «flask init».")
        return tree.nodes[tree.root_id]
    node = tree.by_code(code.upper())
    if node is None:
        raise Refusal(f"No hay ningún área con la clave «{code}».")
    return node


def _day(text: str | None) -> dt.date:
    if text is None:
        return local_date(dt.datetime.now(dt.UTC))
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Refusal(f"La fecha «{text}» no existe: escríbala como 2026-11-24.") from None


def _closing(month: Month, area_id: int, scope: str, edition: int | None) -> Closing | None:
    known = editions(db.session(), month, area_id, scope)
    if edition is None:
        return known[-1] if known else None
    for closing in known:
        if closing.edition == edition:
            return closing
    raise Refusal(f"El mes {month} no tiene edición {edition}.")


def _write(data: bytes, output: str | None) -> bool:
    """Write the file; true when the standard output is taken by it."""
    if output is None or output == _STDOUT:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return True
    try:
        Path(output).write_bytes(data)
    except OSError as error:
        raise Refusal(f"No se pudo escribir «{output}»: {error.strerror}.") from error
    return False


def _figures(figures: Figures) -> dict[str, Any]:
    compliance = figures.compliance
    return {
        "due": figures.due,
        "met": figures.met,
        "became_overdue": figures.became_overdue,
        "answered_late": figures.answered_late,
        "still_overdue": figures.still_overdue,
        "ages": list(figures.ages),
        "compliance": None if compliance is None else float(compliance),
    }


def _tell(made: OverdueReport, *, as_json: bool) -> None:
    total = made.total
    if as_json:
        click.echo(
            json.dumps(
                {
                    "number": made.number,
                    "month": made.month,
                    "area": made.area_code,
                    "closed": made.closed,
                    "edition": made.edition,
                    "cut_off": made.cut_off.isoformat(),
                    "total": _figures(total),
                    "left_out": len(made.left_out),
                    "late_entries": len(made.late_entries),
                    "corrections": len(made.corrections),
                },
                ensure_ascii=False,
            )
        )
        return
    standing = "cerrado" if made.closed else "preliminar"
    click.echo(f"{made.number} ({standing}, al {made.cut_off:%d/%m/%Y}): {made.area_name}")
    click.echo(
        f"Vencieron {total.became_overdue:,}; respondidos con atraso {total.answered_late:,}; "
        f"siguen vencidos {total.still_overdue:,}; cumplimiento {total.compliance_text} "
        f"({total.met:,} de {total.due:,})."
    )
    ages = "; ".join(
        f"{label}: {count:,}" for label, count in zip(AGE_LABELS, total.ages, strict=True)
    )
    click.echo(f"Días hábiles de atraso: {ages}.")


def _recount(closing: Closing | None, month: Month, *, as_json: bool) -> None:
    if closing is None:
        raise Refusal(f"El mes {month} no está cerrado para esa área: no hay con qué comparar.")
    session = db.session()
    settings = current_app.config["CASEFLOW"]
    found = recount(session, reference.current(session), closing)
    files: dict[str, bool] = {}
    for form in WRITERS:
        try:
            file_bytes(session, settings, closing, form)
        except NotFound:
            files[form] = False
        else:
            files[form] = True
    if as_json:
        click.echo(json.dumps(_recount_json(found, files), ensure_ascii=False, indent=2))
    else:
        _tell_recount(found, files)
    if not all(files.values()):
        sys.exit(1)


def _recount_json(found: Recount, files: dict[str, bool]) -> dict[str, Any]:
    return {
        "number": found.closed.number,
        "equal": found.equal,
        "files": files,
        "closed": _figures(found.closed.total),
        "recount": _figures(found.total),
        "differences": [
            {
                "ref": difference.ref,
                "folio": difference.folio,
                "what": difference.what,
                "before": difference.before,
                "after": difference.after,
            }
            for difference in found.differences
        ],
    }


def _tell_recount(found: Recount, files: dict[str, bool]) -> None:
    closed, total = found.closed.total, found.total
    click.echo(f"{found.closed.number}, cerrado el {found.closed.made_at:%d/%m/%Y %H:%M}")
    for label, before, after in (
        ("Plazos del mes", closed.due, total.due),
        ("Cumplidos", closed.met, total.met),
        ("Vencieron", closed.became_overdue, total.became_overdue),
        ("Respondidos con atraso", closed.answered_late, total.answered_late),
        ("Siguen vencidos", closed.still_overdue, total.still_overdue),
    ):
        click.echo(f"  {label}: decía {before:,}, hoy {after:,}")
    for difference in found.differences:
        click.echo(
            f"  {difference.ref}: {difference.what}: decía {difference.before}, "
            f"hoy {difference.after}"
        )
    if found.equal:
        click.echo("El conteo de hoy es igual al reporte cerrado.")
    for form, good in files.items():
        if not good:
            click.echo(f"  El archivo {form} guardado no es el que se entregó.", err=True)


def _tell_sheet(sheet: MorningSheet) -> None:
    click.echo(f"{sheet.area_name} · {sheet.on:%d/%m/%Y}")
    if not sheet.business_day:
        click.echo("Día inhábil: los plazos no corren.")
    ages = "; ".join(
        f"{label}: {count}" for label, count in zip(AGE_LABELS, sheet.ages, strict=True)
    )
    click.echo(f"Vencidos por días hábiles de atraso: {ages}")
    for name in LISTS:
        rows: tuple[MorningRow, ...] = getattr(sheet, name)
        click.echo(f"\n{_TITLES[name]}: {len(rows)}")
        for row in rows:
            due = f"{row.due_on:%d/%m/%Y}" if row.due_on else "sin fecha"
            basis = _BASES.get(row.basis, "") if row.basis else ""
            parts = (due, basis, row.light.words, "; ".join(row.areas), row.subject, row.person)
            click.echo(f"  {row.ref}  " + " · ".join(part for part in parts if part))
