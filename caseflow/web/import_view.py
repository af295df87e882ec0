"""A batch and its rows in the words of the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import flask_babel
from flask import url_for

from caseflow.domain.instants import local
from caseflow.domain.vocabulary import Verdict
from caseflow.queries.imports import BatchLine
from caseflow.web.sessions import now, today
from caseflow.web.words import ngettext


def _(text: str) -> str:
    """Marks a text for translation; it is translated when shown."""
    return text


def gettext(text: str, **values: object) -> str:
    """The translation of a text with its values."""
    return str(flask_babel.gettext(text, **values))


#: Fields of the profiles, as the table of columns calls them.
FIELD_WORDS: Mapping[str, str] = {
    "folio": _("Folio"),
    "external_folio": _("Folio externo"),
    "kind": _("Tipo de asunto"),
    "filed_on": _("Fecha de ingreso"),
    "filed_time": _("Hora de ingreso"),
    "channel": _("Canal"),
    "subject": _("Asunto"),
    "description": _("Descripción"),
    "status": _("Estatus"),
    "closed_on": _("Fecha de conclusión"),
    "closed_time": _("Hora de conclusión"),
    "petitioner_name": _("Nombre"),
    "petitioner_phone": _("Teléfono"),
    "petitioner_email": _("Correo"),
    "sex": _("Sexo"),
    "age": _("Edad"),
    "street": _("Calle y número"),
    "colonia": _("Colonia escrita"),
    "colonia_catalogue": _("Colonia de catálogo"),
    "borough": _("Alcaldía escrita"),
    "borough_catalogue": _("Alcaldía de catálogo; decide el ámbito"),
    "postal_code": _("Código postal"),
    "latitude": _("Latitud"),
    "longitude": _("Longitud"),
    "area": _("Área"),
    "areas": _("Áreas"),
    "given_due_on": _("Fecha límite"),
    "delivery": _("Modalidad de entrega"),
}
_STATUS_TITLES: Mapping[str, str] = {
    "refused": _("Rechazado"),
    "staging": _("Leyéndose"),
    "preview": _("En vista previa"),
    "taking": _("Aplicándose"),
    "applying": _("Aplicándose"),
    "done": _("Aplicado"),
    "discarded": _("Descartado"),
}
_PLURALS: Mapping[Verdict, str] = {
    Verdict.CREATED: _("Nuevos"),
    Verdict.UPDATED: _("Con cambios"),
    Verdict.UNCHANGED: _("Sin cambios"),
    Verdict.QUARANTINED: _("Cuarentena"),
    Verdict.OUT_OF_SCOPE: _("Fuera de ámbito"),
}
#: How a row's filter is written in the address.
FILTERS: Mapping[str, Verdict] = {
    "nuevos": Verdict.CREATED,
    "cambios": Verdict.UPDATED,
    "sin-cambios": Verdict.UNCHANGED,
    "cuarentena": Verdict.QUARANTINED,
    "fuera": Verdict.OUT_OF_SCOPE,
}
DISCREPANT = "discrepancias"
_ICONS = {"csv": "file-type-csv"}


@dataclass(frozen=True, slots=True)
class FilterView:
    kind: str
    count: str
    label: str
    href: str | None
    current: bool


@dataclass(frozen=True, slots=True)
class BatchView:
    """What the page of a batch shows above its rows."""

    id: int
    name: str
    state: str
    state_words: str
    stage: int
    icon: str
    card: tuple[tuple[tuple[str, str], ...], ...]
    columns: tuple[tuple[str, str | None, bool], ...]
    recognised: int
    notes: tuple[str, ...]
    refusal: str | None
    rows: int
    done: int
    quarantined: int
    discrepancies: int
    sum_words: str
    what_will: str
    repeats: str | None
    note: str | None


def figure(number: int) -> str:
    """A count with thousands."""
    return f"{number:,}"


def state_words(state: str) -> str:
    return gettext(_STATUS_TITLES[state])


def when(instant: dt.datetime) -> str:
    """ "hoy 08:40", else the day and the hour."""
    moment = local(instant)
    if moment.date() == today():
        return gettext("hoy %(hour)s", hour=f"{moment:%H:%M}")
    return f"{moment:%d/%m/%Y %H:%M}"


def filters(line: BatchLine, chosen: str) -> tuple[FilterView, ...]:
    """The verdicts with their counts; links where the rows can be listed."""
    counts = _counts(line)
    linked = line.state in ("preview", "done")
    total = sum(counts.get(verdict.value, 0) for verdict in Verdict)
    label = gettext("Todas las filas") if linked else gettext("Aplicadas")
    base = url_for("imports.show", batch_id=line.id)
    views = [FilterView("all", figure(total), label, base if linked else None, not chosen)]
    for word, verdict in FILTERS.items():
        views.append(
            FilterView(
                verdict.value,
                figure(counts.get(verdict.value, 0)),
                gettext(_PLURALS[verdict]),
                f"{base}?filtro={word}" if linked else None,
                chosen == word,
            )
        )
    return tuple(views)


def _counts(line: BatchLine) -> Mapping[str, int]:
    return line.forecast if line.state in ("staging", "preview") else line.counts


def batch_view(
    line: BatchLine, earlier: BatchLine | None, required: Collection[str] = ()
) -> BatchView:
    """The head of the page; ``required``: fields that the profile cannot do without."""
    counts = _counts(line)
    about = line.about
    columns = tuple(
        (header, gettext(FIELD_WORDS.get(name, name)) if name else None, name in required)
        for header, name in about.get("columns", ())
    )
    final = line.state == "done"
    discrepancies = line.discrepancies if final else int(line.forecast.get("discrepancies", 0))
    parts = [counts.get(verdict.value, 0) for verdict in Verdict]
    balanced = sum(parts) == line.rows
    return BatchView(
        id=line.id,
        name=gettext("Lote %(batch)s", batch=line.id),
        state=line.state,
        state_words=state_words(line.state),
        stage={"staging": 1, "preview": 1, "taking": 2, "applying": 2}.get(line.state, 3),
        icon=_ICONS.get(str(about.get("format")), "file-spreadsheet"),
        card=_card(line, earlier),
        columns=columns,
        recognised=sum(1 for _header, name, _needed in columns if name),
        notes=line.notes,
        refusal=line.refusal,
        rows=line.rows,
        done=line.decided,
        quarantined=counts.get(Verdict.QUARANTINED.value, 0),
        discrepancies=discrepancies,
        sum_words=gettext(
            "%(sum)s = %(rows)s leídas; la suma cuadra" if balanced else "%(rows)s leídas",
            sum=" + ".join(figure(part) for part in parts),
            rows=figure(line.rows),
        ),
        what_will=_what_will(counts, discrepancies),
        repeats=_repeats(line, earlier, counts),
        note=_pace(line),
    )


def _card(line: BatchLine, earlier: BatchLine | None) -> tuple[tuple[tuple[str, str], ...], ...]:
    about = line.about
    size = int(about.get("size", 0))
    period = about.get("period")
    days = ""
    if period:
        first, last = (dt.date.fromisoformat(day) for day in period)
        days = gettext("%(first)s a %(last)s", first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}")
    before = gettext("Este archivo no se ha importado")
    if earlier is not None and earlier.sha256 == line.sha256:
        before = gettext(
            "Lote %(batch)s, %(when)s", batch=earlier.id, when=when(earlier.created_at)
        )
    return (
        (
            (
                gettext("Filas"),
                gettext(
                    "%(rows)s, en %(columns)s columnas · %(size)s KB",
                    rows=figure(line.rows),
                    columns=len(about.get("columns", ())),
                    size=figure(max(1, size // 1024)),
                ),
            ),
            (
                gettext("Huella"),
                f"sha256 {line.sha256[:4]} {line.sha256[4:8]} … {line.sha256[-4:]}",
            ),
        ),
        (
            (gettext("Perfil"), line.profile),
            (gettext("Lectura"), str(about.get("reading", ""))),
            (gettext("Fechas"), ", ".join(about.get("dates", ()))),
        ),
        (
            (gettext("Periodo"), days or gettext("Sin fechas")),
            (
                gettext("Subió"),
                f"{line.by_name or gettext('Sistema')}, {when(line.created_at)}",
            ),
            (gettext("Antes"), before),
        ),
    )


def _what_will(counts: Mapping[str, int], discrepancies: int) -> str:
    created = counts.get(Verdict.CREATED.value, 0)
    updated = max(0, counts.get(Verdict.UPDATED.value, 0) - discrepancies)
    waiting = counts.get(Verdict.QUARANTINED.value, 0)
    parts = [
        ngettext("se crea %(num)s folio", "se crean %(num)s folios", created),
        ngettext("se actualiza %(num)s", "se actualizan %(num)s", updated),
        ngettext("queda %(num)s en cuarentena", "quedan %(num)s en cuarentena", waiting),
    ]
    if discrepancies:
        parts.append(
            ngettext(
                "%(num)s discrepancia por decidir", "%(num)s discrepancias por decidir",
                discrepancies,
            )
        )  # fmt: skip
    return gettext("%(what)s. Se puede repetir sin duplicar.", what="; ".join(parts))


def _repeats(line: BatchLine, earlier: BatchLine | None, counts: Mapping[str, int]) -> str | None:
    """That nothing is new, and where it came in before."""
    if earlier is None or line.state not in ("preview", "done"):
        return None
    if counts.get(Verdict.CREATED.value, 0) or counts.get(Verdict.UPDATED.value, 0):
        return None
    return gettext(
        "Nada cambia: estas filas ya se importaron en el lote %(batch)s (%(name)s, %(when)s).",
        batch=earlier.id,
        name=earlier.filename,
        when=when(earlier.created_at),
    )


def _pace(line: BatchLine) -> str | None:
    """When it began, and about how long it will still take."""
    if line.started_at is None or line.finished_at is not None:
        return None
    began = f"{local(line.started_at):%H:%M:%S}"
    spent = (now() - line.started_at).total_seconds()
    if not line.decided or spent <= 0:
        return gettext("Inició %(hour)s", hour=began)
    left = int(spent * (line.rows - line.decided) / line.decided) + 1
    return ngettext(
        "Inició %(hour)s · falta cerca de %(num)s segundo",
        "Inició %(hour)s · faltan unos %(num)s segundos",
        left,
        hour=began,
    )
