"""A batch and its rows in the words of the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import flask_babel
from flask import url_for

from caseflow.commands.import_rows import AREA_RULE
from caseflow.domain.instants import local
from caseflow.domain.listings import FACTS, PERSON
from caseflow.domain.routing import Routable
from caseflow.domain.vocabulary import CaseState, Verdict, spanish
from caseflow.queries.imports import BatchLine, RowLine, headers
from caseflow.web.sessions import now, rules, today
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
_STATE_WORDS: Mapping[str, str] = {
    **{state.value: spanish(state) for state in CaseState},
    "open": _("Abierto"),
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
class Told:
    """One column of a row: value before and after, as it came, and why."""

    column: str
    before: str | None
    after: str | None
    raw: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Fix:
    """A cell that can be corrected: its place in the row, its header, what it holds."""

    index: int
    header: str
    value: str


@dataclass(frozen=True, slots=True)
class RowView:
    number: int
    kind: str
    words: str
    folio: str
    href: str | None
    told: tuple[Told, ...]
    fixes: tuple[Fix, ...]
    waits: bool
    settle_href: str | None


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


def batch_view(line: BatchLine, earlier: BatchLine | None) -> BatchView:
    """The head of the page."""
    counts = _counts(line)
    about = line.about
    columns = tuple(
        (header, gettext(FIELD_WORDS.get(name, name)) if name else None, False)
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
    if earlier is not None:
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
    return gettext(
        "se crean %(created)s folios, se actualizan %(updated)s, quedan %(quarantined)s en "
        "cuarentena y %(discrepancies)s discrepancias por decidir. Se puede repetir sin duplicar.",
        created=figure(counts.get(Verdict.CREATED.value, 0)),
        updated=figure(max(0, counts.get(Verdict.UPDATED.value, 0) - discrepancies)),
        quarantined=figure(counts.get(Verdict.QUARANTINED.value, 0)),
        discrepancies=figure(discrepancies),
    )


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


def row_view(line: BatchLine, row: RowLine, *, may_settle: bool) -> RowView:
    """One row of the table."""
    names = [str(header) for header, _name in line.about.get("columns", ())]
    cells = dict(zip(names, row.raw, strict=False))
    verdict = Verdict(row.verdict) if row.verdict else Verdict.CREATED
    waits = verdict is Verdict.QUARANTINED and row.discard_reason is None
    kind = "discrepancy" if row.discrepant else verdict.value
    folio = _folio(line, row, cells)
    settle = None
    if row.discrepant and row.final and row.case_ref and may_settle:
        settle = url_for("cases.form", ref=row.case_ref, action="settle")
    return RowView(
        number=row.number,
        kind=kind,
        words=gettext("Discrepancia") if row.discrepant else gettext(spanish(verdict)),
        folio=folio,
        href=url_for("cases.show", ref=row.case_ref) if row.case_ref else None,
        told=tuple(_told(line, row, verdict, cells)),
        fixes=_fixes(line, row, names, cells) if waits else (),
        waits=waits,
        settle_href=settle,
    )


def _folio(line: BatchLine, row: RowLine, cells: Mapping[str, str]) -> str:
    if row.clean is not None:
        return str(row.clean["folio"])
    header = headers(line).get("folio")
    return cells.get(header or "", "").strip()


def _told(line: BatchLine, row: RowLine, verdict: Verdict, cells: Mapping[str, str]) -> list[Told]:
    """What is worth saying of a row."""
    named = headers(line)
    found = [_detail(one, named, cells) for one in row.detail if "field" in one]
    if verdict is Verdict.QUARANTINED:
        found += [_problem(one, cells) for one in row.detail if "field" not in one]
    elif row.clean is not None:
        if verdict is Verdict.CREATED:
            found.append(_new(row.clean, named))
        found += [
            Told(named.get("status", ""), None, None, None, text)
            for text in row.clean.get("suspicious", ())
        ]
        if verdict is Verdict.CREATED:
            found += [_problem(one, cells) for one in row.clean.get("warnings", ())]
            if row.clean.get("borough_inferred"):
                found.append(_inferred(row.clean, named, cells))
    if not found and verdict is Verdict.UNCHANGED:
        found.append(Told(gettext("todas"), None, None, None, gettext("Igual a lo ya importado.")))
    if row.discard_reason is not None:
        found.append(
            Told(
                gettext("descartada"), None, None, None,
                gettext(
                    "%(name)s: %(reason)s",
                    name=row.discarded_by or gettext("Sistema"),
                    reason=row.discard_reason,
                ),
            )
        )  # fmt: skip
    return found


def _detail(one: Mapping[str, Any], named: Mapping[str, str], cells: Mapping[str, str]) -> Told:
    field = str(one["field"])
    label = named.get(field) or gettext(
        FACTS.get(field) or PERSON.get(field) or FIELD_WORDS.get(field, field)
    )
    after = one.get("after")
    if one.get("before") is None and one.get("reason"):
        return Told(label, None, None, _shown(field, after), str(one["reason"]))
    return Told(
        label, _shown(field, one.get("before")), _shown(field, after) or "", None,
        str(one["reason"]) or None,
    )  # fmt: skip


def _shown(field: str, value: Any) -> str | None:
    """A stored value in the words of the page."""
    if value is None:
        return None
    text = str(value)
    if field == "status":
        return gettext(_STATE_WORDS.get(text, text))
    if field in ("filed_on", "closed_on", "given_due_on"):
        return f"{dt.date.fromisoformat(text):%d/%m/%Y}"
    return text


def _problem(one: Mapping[str, Any], cells: Mapping[str, str]) -> Told:
    column = str(one.get("column") or "")
    raw = cells.get(column) if column else None
    return Told(column or gettext("fila"), None, None, raw, str(one["reason"]))


def _new(clean: Mapping[str, Any], named: Mapping[str, str]) -> Told:
    """The subject of a new case, and the rule that will route it."""
    subject = str(clean["subject"])
    reason: str | None = None
    if clean.get("status") == "open":
        reason = _routed(clean, subject)
    return Told(named.get("subject") or gettext("Asunto"), None, subject, None, reason)


def _routed(clean: Mapping[str, Any], subject: str) -> str:
    reference = rules()
    areas = [
        reference.tree.name(area_id)
        for name in clean.get("areas", ())
        if (area_id := reference.tree.id_of(name)) is not None
    ]
    if areas:
        return f"{gettext(AREA_RULE)}: {', '.join(areas)}."
    found = reference.router.destination(
        Routable(
            str(clean["source"]), str(clean["kind"]), subject, str(clean.get("description", "")),
            "", str(clean.get("postal_code", "")),
        ),
        today(),
    )  # fmt: skip
    if found is None:
        return gettext("Ninguna regla coincide: queda en la mesa.")
    if found.area_id is None:
        return gettext(
            "Regla «%(rule)s»: se sugiere remitir a %(body)s.",
            rule=found.rule_name,
            body=found.refer_to,
        )
    return gettext(
        "Regla «%(rule)s»: %(area)s.",
        rule=found.rule_name,
        area=reference.tree.name(found.area_id),
    )


def _inferred(clean: Mapping[str, Any], named: Mapping[str, str], cells: Mapping[str, str]) -> Told:
    header = named.get("borough") or named.get("borough_catalogue") or gettext("Alcaldía")
    return Told(
        header, None, None, cells.get(header, ""),
        gettext(
            "Se infiere %(borough)s por el código postal %(code)s; queda marcada como inferida.",
            borough=str(clean.get("borough", "")),
            code=str(clean.get("postal_code", "")),
        ),
    )  # fmt: skip


def _fixes(
    line: BatchLine, row: RowLine, names: Sequence[str], cells: Mapping[str, str]
) -> tuple[Fix, ...]:
    """The cells named by what is wrong; none where the row itself is broken."""
    named = headers(line)
    if len(row.raw) != len(names):
        return ()
    wrong: list[str] = []
    for one in row.detail:
        header = str(one.get("column") or named.get(str(one.get("field", "")), ""))
        if header in cells and header not in wrong:
            wrong.append(header)
    return tuple(Fix(names.index(header), header, cells[header]) for header in wrong)
