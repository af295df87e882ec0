"""A batch and its rows in the words of the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask import url_for

from caseflow.domain.instants import local
from caseflow.domain.phrases import N_, phrase
from caseflow.domain.vocabulary import Verdict
from caseflow.queries.imports import BatchLine
from caseflow.web.sessions import now, today
from caseflow.web.words import _, ngettext

#: Fields of the profiles, as the table of columns calls them.
FIELD_WORDS: Mapping[str, str] = {
    "folio": N_("Folio"),
    "external_folio": N_("Folio externo"),
    "kind": N_("Tipo de asunto"),
    "filed_on": N_("Fecha de ingreso"),
    "filed_time": N_("Hora de ingreso"),
    "channel": N_("Canal"),
    "subject": N_("Asunto"),
    "description": N_("Descripción"),
    "status": N_("Estatus"),
    "closed_on": N_("Fecha de conclusión"),
    "closed_time": N_("Hora de conclusión"),
    "petitioner_name": N_("Nombre"),
    "petitioner_phone": N_("Teléfono"),
    "petitioner_email": N_("Correo"),
    "sex": N_("Sexo"),
    "age": N_("Edad"),
    "street": N_("Calle y número"),
    "colonia": N_("Colonia escrita"),
    "colonia_catalogue": N_("Colonia de catálogo"),
    "borough": N_("Alcaldía escrita"),
    "borough_catalogue": N_("Alcaldía de catálogo; decide el ámbito"),
    "postal_code": N_("Código postal"),
    "latitude": N_("Latitud"),
    "longitude": N_("Longitud"),
    "area": N_("Área"),
    "areas": N_("Áreas"),
    "given_due_on": N_("Fecha límite"),
    "delivery": N_("Modalidad de entrega"),
    "arco_right": N_("Derecho que se ejerce"),
}
_STATUS_TITLES: Mapping[str, str] = {
    "refused": N_("Rechazado"),
    "staging": N_("Leyéndose"),
    "preview": N_("En vista previa"),
    "taking": N_("Aplicándose"),
    "applying": N_("Aplicándose"),
    "done": N_("Aplicado"),
    "discarded": N_("Descartado"),
}
_PLURALS: Mapping[Verdict, str] = {
    Verdict.CREATED: N_("Nuevos"),
    Verdict.UPDATED: N_("Con cambios"),
    Verdict.UNCHANGED: N_("Sin cambios"),
    Verdict.QUARANTINED: N_("Cuarentena"),
    Verdict.OUT_OF_SCOPE: N_("Fuera de ámbito"),
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
    #: rows are being read, applied or tried again
    moving: bool
    #: nobody goes on with it by themselves: it was interrupted
    stranded: bool
    #: who stopped it and when; none: nobody
    paused: str | None
    #: its quarantine is being tried again: the row reached and the last one
    retried: tuple[int, int] | None


def figure(number: int) -> str:
    """A count with thousands."""
    return f"{number:,}"


def rows_under(line: BatchLine, chosen: str) -> int:
    """How many rows stand under a filter of the page (empty: all)."""
    if chosen == DISCREPANT:
        return line.discrepancies or int(line.forecast.get("discrepancies", 0))
    verdict = FILTERS.get(chosen)
    return line.rows if verdict is None else int(_counts(line).get(verdict.value, 0))


def standing(line: BatchLine) -> str:
    """The state of a batch in a list."""
    return _("En pausa") if line.paused_at is not None else state_words(line.state)


def state_words(state: str) -> str:
    return _(_STATUS_TITLES[state])


def when(instant: dt.datetime) -> str:
    """ "hoy 08:40", else the day and the hour."""
    moment = local(instant)
    if moment.date() == today():
        return _("hoy %(hour)s", hour=f"{moment:%H:%M}")
    return f"{moment:%d/%m/%Y %H:%M}"


def filters(line: BatchLine, chosen: str) -> tuple[FilterView, ...]:
    """The verdicts with their counts; links where the rows can be listed."""
    counts = _counts(line)
    linked = line.state in ("preview", "done")
    total = sum(counts.get(verdict.value, 0) for verdict in Verdict)
    label = _("Todas las filas") if linked else _("Aplicadas")
    base = url_for("imports.show", batch_id=line.id)
    views = [FilterView("all", figure(total), label, base if linked else None, not chosen)]
    for word, verdict in FILTERS.items():
        views.append(
            FilterView(
                verdict.value,
                figure(counts.get(verdict.value, 0)),
                _(_PLURALS[verdict]),
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
        (header, _(FIELD_WORDS.get(name, name)) if name else None, name in required)
        for header, name in about.get("columns", ())
    )
    final = line.state == "done"
    under_way = line.state in ("staging", "taking", "applying")
    discrepancies = line.discrepancies if final else int(line.forecast.get("discrepancies", 0))
    parts = [counts.get(verdict.value, 0) for verdict in Verdict]
    balanced = sum(parts) == line.rows
    return BatchView(
        id=line.id,
        name=_("Lote %(batch)s", batch=line.id),
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
        sum_words=_(
            "%(sum)s = %(rows)s leídas; la suma cuadra" if balanced else "%(rows)s leídas",
            sum=" + ".join(figure(part) for part in parts),
            rows=figure(line.rows),
        ),
        what_will=_what_will(counts, discrepancies),
        repeats=_repeats(line, earlier, counts),
        note=_pace(line),
        moving=(under_way and line.paused_at is None) or line.retried_to is not None,
        stranded=under_way and line.paused_at is None and not line.handed_over,
        paused=_paused(line),
        retried=None if line.retried_to is None else (line.retried_to, line.staged_to),
    )


def _paused(line: BatchLine) -> str | None:
    if line.paused_at is None:
        return None
    return _(
        "La pausó %(name)s, %(when)s.",
        name=line.paused_by or _("Sistema"),
        when=when(line.paused_at),
    )


def _card(line: BatchLine, earlier: BatchLine | None) -> tuple[tuple[tuple[str, str], ...], ...]:
    about = line.about
    size = int(about.get("size", 0))
    period = about.get("period")
    days = ""
    if period:
        first, last = (dt.date.fromisoformat(day) for day in period)
        days = _("%(first)s a %(last)s", first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}")
    before = _("Este archivo no se ha importado")
    if earlier is not None and earlier.sha256 == line.sha256:
        before = _("Lote %(batch)s, %(when)s", batch=earlier.id, when=when(earlier.created_at))
    return (
        (
            (
                _("Filas"),
                _(
                    "%(rows)s, en %(columns)s columnas · %(size)s KB",
                    rows=figure(line.rows),
                    columns=len(about.get("columns", ())),
                    size=figure(max(1, size // 1024)),
                ),
            ),
            (
                _("Huella"),
                f"sha256 {line.sha256[:4]} {line.sha256[4:8]} … {line.sha256[-4:]}",
            ),
        ),
        (
            (_("Perfil"), line.profile),
            (_("Lectura"), phrase(str(about.get("reading", "")))),
            (_("Fechas"), ", ".join(about.get("dates", ()))),
        ),
        (
            (_("Periodo"), days or _("Sin fechas")),
            (
                _("Subió"),
                f"{line.by_name or _('Sistema')}, {when(line.created_at)}",
            ),
            (_("Antes"), before),
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
    return _("%(what)s. Se puede repetir sin duplicar.", what="; ".join(parts))


def _repeats(line: BatchLine, earlier: BatchLine | None, counts: Mapping[str, int]) -> str | None:
    """That nothing is new, and where it came in before."""
    if earlier is None or line.state not in ("preview", "done"):
        return None
    if counts.get(Verdict.CREATED.value, 0) or counts.get(Verdict.UPDATED.value, 0):
        return None
    return _(
        "Nada cambia: estas filas ya se importaron en el lote %(batch)s (%(name)s, %(when)s).",
        batch=earlier.id,
        name=earlier.filename,
        when=when(earlier.created_at),
    )


def _pace(line: BatchLine) -> str | None:
    """When it began, and about how long it will still take."""
    if line.started_at is None or line.finished_at is not None or line.paused_at is not None:
        return None
    began = f"{local(line.started_at):%H:%M:%S}"
    spent = (now() - line.started_at).total_seconds()
    if not line.decided or spent <= 0:
        return _("Inició %(hour)s", hour=began)
    left = int(spent * (line.rows - line.decided) / line.decided) + 1
    return ngettext(
        "Inició %(hour)s · falta cerca de %(num)s segundo",
        "Inició %(hour)s · faltan unos %(num)s segundos",
        left,
        hour=began,
    )
