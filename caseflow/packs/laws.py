"""Reads a law pack: the terms, each with its validity, its legal source and its mark."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from caseflow.domain.vocabulary import Basis, Kind, Mark, Step
from caseflow.packs.rows import LawPack, TermRow
from caseflow.packs.tables import ROOT, Folder, Record, columns, require_pack, tables

_UNITS = ("business", "calendar", "months", "hours")
_ROLES = ("", "target", "governing legal", "governing commitment")
_NOTICE_EFFECTS = ("", "same_day", "next_business_day")
_EFFECTS = ("", "extends", "interrupts", "pauses", "closes")


def load_law(name: str, root: Path = ROOT) -> LawPack:
    """The law pack ``name`` of ``root``; raises ``Refused`` when anything in it is wrong."""
    require_pack(root / "law", name, ".toml", "paquete de ley")
    folder = Folder(root / "law", name)
    head = folder.toml(f"{name}.toml", ("id", "version", "name", "term"))
    if head.text("id") != name:
        raise head.refuse("«id» debe ser «{name}», como su archivo.", name=name)
    found = [(record, _term(record)) for record in tables(head, "term", columns(TermRow))]
    for index, (record, term) in enumerate(found):
        for _, other in found[:index]:
            if (term.matter, term.step) == (other.matter, other.step) and _overlap(
                (term.valid_from, term.valid_to), (other.valid_from, other.valid_to)
            ):
                raise record.refuse(
                    "la vigencia del plazo «{step}» de «{matter}» se encima con la de otro que "
                    "empieza el {since}. Cierre uno antes de abrir el otro.",
                    step=term.step,
                    matter=term.matter,
                    since=other.valid_from,
                )
    return LawPack(
        id=name,
        version=head.text("version"),
        name=head.text("name"),
        terms=tuple(term for _, term in found),
        versions=dict(folder.versions),
    )


def _overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Whether two validities share a day; ``None`` is "still in force"."""
    return one[0] <= (other[1] or date.max) and other[0] <= (one[1] or date.max)


def _term(record: Record) -> TermRow:
    first, last = record.validity()
    if not record.optional("legal_source"):
        raise record.refuse("falta la fuente legal del plazo («legal_source»).")
    return TermRow(
        matter=record.word("matter", Kind),
        step=record.word("step", Step),
        role=record.one_of("role", _ROLES),
        days=record.number("days", least=1),
        unit=record.one_of("unit", _UNITS),
        basis=record.word("basis", Basis),
        counts_from=record.text("counts_from"),
        counts_from_words=record.text("counts_from_words"),
        cutoff_hour=record.none_or_hour("cutoff_hour"),
        notice_effect=record.one_of("notice_effect", _NOTICE_EFFECTS),
        effect=record.one_of("effect", _EFFECTS),
        valid_from=first,
        valid_to=last,
        legal_source=record.text("legal_source"),
        mark=record.word("mark", Mark),
        paper_effect=record.one_of("paper_effect", _NOTICE_EFFECTS),
    )
