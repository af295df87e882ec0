"""The rows of a batch in the words of the page: what changes, why, and what can be corrected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from caseflow.commands.import_births import AREA_RULE
from caseflow.domain.listings import FACTS, PERSON
from caseflow.domain.phrases import N_, phrase
from caseflow.domain.routing import Routable
from caseflow.domain.vocabulary import CaseState, Channel, Verdict, spanish
from caseflow.queries.imports import BatchLine, RowLine, headers
from caseflow.web.import_view import FIELD_WORDS
from caseflow.web.sessions import rules, today
from caseflow.web.words import _

_STATE_WORDS: Mapping[str, str] = {
    **{state.value: spanish(state) for state in CaseState},
    "open": N_("Abierto"),
}


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
        words=_("Discrepancia") if row.discrepant else _(spanish(verdict)),
        folio=folio,
        href=url_for("cases.show", ref=row.case_ref) if row.case_ref else None,
        told=tuple(_told(line, row, verdict, cells)),
        fixes=_fixes(line, row, names, cells) if waits else (),
        waits=waits,
        settle_href=settle,
    )


def in_short(line: BatchLine, row: RowLine) -> tuple[str, str, list[Told]]:
    """A row outside of the page: its verdict in words, its folio, what is said of it."""
    names = [str(header) for header, _name in line.about.get("columns", ())]
    cells = dict(zip(names, row.raw, strict=False))
    verdict = Verdict(row.verdict) if row.verdict else Verdict.CREATED
    words = _("Discrepancia") if row.discrepant else _(spanish(verdict))
    return words, _folio(line, row, cells), _told(line, row, verdict, cells)


def _folio(line: BatchLine, row: RowLine, cells: Mapping[str, str]) -> str:
    if row.clean is not None:
        return str(row.clean["folio"])
    header = headers(line).get("folio")
    if any(one.get("column") == header for one in row.detail):
        return ""  # what stands there is no folio
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
            Told(named.get("status", ""), None, None, None, phrase(text))
            for text in row.clean.get("suspicious", ())
        ]
        if verdict is Verdict.CREATED:
            found += [_problem(one, cells) for one in row.clean.get("warnings", ())]
            if row.clean.get("borough_inferred"):
                found.append(_inferred(row.clean, named, cells))
    if not found and verdict is Verdict.UNCHANGED:
        found.append(Told(_("todas"), None, None, None, _("Igual a lo ya importado.")))
    if row.discard_reason is not None:
        found.append(
            Told(
                _("descartada"), None, None, None,
                _(
                    "%(name)s: %(reason)s",
                    name=row.discarded_by or _("Sistema"),
                    reason=row.discard_reason,
                ),
            )
        )  # fmt: skip
    return found


def _detail(one: Mapping[str, Any], named: Mapping[str, str], cells: Mapping[str, str]) -> Told:
    field = str(one["field"])
    # where the source's catalogue names the place, it goes before what the person wrote
    named = {
        **named,
        **{
            name: named[f"{name}_catalogue"]
            for name in ("colonia", "borough")
            if f"{name}_catalogue" in named
        },
    }
    label = named.get(field) or _(
        FACTS.get(field) or PERSON.get(field) or FIELD_WORDS.get(field, field)
    )
    after = one.get("after")
    if one.get("before") is None and one.get("reason"):
        return Told(label, None, None, _shown(field, after), phrase(str(one["reason"])))
    return Told(
        label, _shown(field, one.get("before")), _shown(field, after) or "", None,
        phrase(str(one["reason"])) or None,
    )  # fmt: skip


def _shown(field: str, value: Any) -> str | None:
    """A stored value in the words of the page."""
    if value is None:
        return None
    text = str(value)
    if field == "status":
        return _(_STATE_WORDS.get(text, text))
    if field == "channel":
        return _(spanish(Channel(text)))
    if field in ("filed_on", "closed_on", "given_due_on"):
        return f"{dt.date.fromisoformat(text):%d/%m/%Y}"
    return text


def _problem(one: Mapping[str, Any], cells: Mapping[str, str]) -> Told:
    column = str(one.get("column") or "")
    raw = cells.get(column) if column else None
    return Told(phrase(column) or _("fila"), None, None, raw, phrase(str(one["reason"])))


def _new(clean: Mapping[str, Any], named: Mapping[str, str]) -> Told:
    """The subject of a new case, and the rule that will route it."""
    subject = str(clean["subject"])
    reason: str | None = None
    if clean.get("status") == "open":
        reason = _routed(clean, subject)
    return Told(named.get("subject") or _("Asunto"), None, subject, None, reason)


def _routed(clean: Mapping[str, Any], subject: str) -> str:
    reference = rules()
    areas = [
        reference.tree.name(area_id)
        for name in clean.get("areas", ())
        if (area_id := reference.tree.id_of(name)) is not None
    ]
    if areas:
        return f"{_(AREA_RULE)}: {', '.join(areas)}."
    found = reference.router.destination(
        Routable(
            str(clean["source"]), str(clean["kind"]), subject, str(clean.get("description", "")),
            "", str(clean.get("postal_code", "")),
        ),
        today(),
    )  # fmt: skip
    if found is None:
        return _("Ninguna regla coincide: queda en la mesa.")
    if found.area_id is None:
        return _(
            "Regla «%(rule)s»: se sugiere remitir a %(body)s.",
            rule=found.rule_name,
            body=found.refer_to,
        )
    return _(
        "Regla «%(rule)s»: %(area)s.",
        rule=found.rule_name,
        area=reference.tree.name(found.area_id),
    )


def _inferred(clean: Mapping[str, Any], named: Mapping[str, str], cells: Mapping[str, str]) -> Told:
    header = named.get("borough") or named.get("borough_catalogue") or _("Alcaldía")
    return Told(
        header, None, None, cells.get(header, ""),
        _(
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
