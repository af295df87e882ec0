"""Reads an organisation pack: areas, territories, subjects, routing, series, calendar, lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from caseflow.domain.errors import Refused
from caseflow.domain.mediation_words import TopicList
from caseflow.domain.vocabulary import Kind, Mark, Source
from caseflow.packs.rows import (
    AreaRow,
    CounterRow,
    DeskRow,
    LocalityRow,
    NonWorkingRow,
    Pack,
    RoomRow,
    RoutingRow,
    SeriesRow,
    SubjectRow,
    TerritoryRow,
    TopicRow,
    WindowRow,
)
from caseflow.packs.tables import NAME, ROOT, Folder, Record, columns, require_pack, table, tables

_AREA_CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
_PREFIX = re.compile(r"[A-Z]{2,8}")
_TERRITORY = re.compile(r"\d{2}-\d{3}")
_POSTAL = re.compile(r"\d{1,5}")
_HEAD = ("id", "version", "office", "body", "law", "locality", "window", "counter", "desk")


def load_pack(name: str, root: Path = ROOT) -> Pack:
    """The organisation pack ``name`` of ``root``; ``Refused`` when anything in it is wrong."""
    folder = _organisation(name, root)
    head = folder.toml("pack.toml", _HEAD)
    if head.text("id") != name:
        raise head.refuse("«id» debe ser «{name}», como su carpeta.", name=name)
    areas = _areas(folder)
    codes = {area.code for area in areas}
    territories = _territories(folder)
    subjects = _subjects(folder)
    locality = table(head, "locality", columns(LocalityRow))
    window = table(head, "window", columns(WindowRow))
    counter = table(head, "counter", columns(CounterRow))
    return Pack(
        id=name,
        version=head.text("version"),
        office=head.text("office"),
        body=head.shaped("body", NAME),
        law=head.shaped("law", NAME),
        locality=LocalityRow(
            locality.text("borough"),
            locality.texts("aliases"),
            locality.texts("postal_prefixes"),
            locality.texts("own_bodies"),
        ),
        window=WindowRow(
            window.text("name"),
            window.text("address"),
            window.text("telephone"),
            window.text("hours"),
            window.flag("confirmed"),
        ),
        counter=CounterRow(counter.number("first_contact_days", least=1)),
        desks=_desks(head, codes),
        areas=areas,
        territories=territories,
        subjects=subjects,
        routing=_routing(folder, areas, territories, subjects),
        series=_series(folder),
        topics=_topics(folder),
        rooms=_rooms(folder, codes),
        non_working_days=_non_working_days(folder, "non_working_days.csv"),
        versions=dict(folder.versions),
    )


def load_demo_days(name: str, root: Path = ROOT) -> tuple[NonWorkingRow, ...]:
    """The invented non-working days of pack ``name``: for the demonstration, for nothing else."""
    return _non_working_days(_organisation(name, root), "demo_non_working_days.csv")


def _organisation(name: str, root: Path) -> Folder:
    require_pack(root / "organisation", name, "", "paquete de organización")
    return Folder(root / "organisation" / name, name)


def _areas(folder: Folder) -> tuple[AreaRow, ...]:
    def build(record: Record) -> AreaRow:
        first, last = record.validity()
        return AreaRow(
            code=record.shaped("code", _AREA_CODE),
            name=record.text("name"),
            short=record.text("short"),
            parent=record.none_or_text("parent"),
            aliases=record.texts("aliases"),
            valid_from=first,
            valid_to=last,
            successor=record.none_or_text("successor"),
            mark=record.word("mark", Mark),
        )

    found = folder.rows("areas.csv", AreaRow, build)
    areas = {area.code: area for _, area in found}
    for record, area in found:
        _check_area(record, area, areas)
    roots = [record for record, area in found if area.parent is None and area.valid_to is None]
    if len(roots) != 1:
        raise Refused(
            "Paquete «{name}», areas.csv: debe haber una sola área vigente sin área superior, "
            "y hay {count}.",
            name=folder.title,
            count=len(roots),
        )
    return tuple(areas.values())


def _check_area(record: Record, area: AreaRow, areas: dict[str, AreaRow]) -> None:
    """Refuses an area whose parent or successor is not there, or not while it needs it."""
    seen = {area.code}
    at: AreaRow = area
    while at.parent is not None:
        if at.parent not in areas:
            raise record.refuse("el área superior «{parent}» no existe.", parent=at.parent)
        if at.parent in seen:
            raise record.refuse("el área «{code}» cuelga de sí misma.", code=area.code)
        seen.add(at.parent)
        at = areas[at.parent]
    if area.parent is not None:
        parent = areas[area.parent]
        begins_before = area.valid_from < parent.valid_from
        ends_after = (area.valid_to or date.max) > (parent.valid_to or date.max)
        if begins_before or ends_after:
            raise record.refuse(
                "la vigencia de «{code}» se sale de la de su área superior «{parent}».",
                code=area.code,
                parent=area.parent,
            )
    if (area.valid_to is None) != (area.successor is None):
        raise record.refuse("un área terminada nombra a su sucesora, y solo ella.")
    if area.successor is not None and (area.successor == area.code or area.successor not in areas):
        raise record.refuse("el área sucesora «{successor}» no existe.", successor=area.successor)


def _territories(folder: Folder) -> tuple[TerritoryRow, ...]:
    def build(record: Record) -> TerritoryRow:
        return TerritoryRow(
            code=record.shaped("code", _TERRITORY),
            name=record.text("name"),
            population=record.number("population"),
            latitude=record.degrees("latitude", limit=90),
            longitude=record.degrees("longitude", limit=180),
            mark=record.word("mark", Mark),
        )

    found = folder.rows("territories.csv", TerritoryRow, build)
    return tuple(row for _, row in found)


def _subjects(folder: Folder) -> tuple[SubjectRow, ...]:
    def build(record: Record) -> SubjectRow:
        return SubjectRow(
            name=record.text("name"),
            aliases=record.texts("aliases"),
            frequency=record.number("frequency"),
            mark=record.word("mark", Mark),
        )

    found = folder.rows("subjects.csv", SubjectRow, build)
    spellings: set[str] = set()
    for record, row in found:
        for spelling in (row.name, *row.aliases):
            if spelling.casefold() in spellings:
                raise record.refuse("«{key}» está repetido.", key=spelling)
            spellings.add(spelling.casefold())
    return tuple(row for _, row in found)


def _routing(
    folder: Folder,
    areas: Sequence[AreaRow],
    territories: Sequence[TerritoryRow],
    subjects: Sequence[SubjectRow],
) -> tuple[RoutingRow, ...]:
    names = {spelling: s.name for s in subjects for spelling in (s.name, *s.aliases)}

    def build(record: Record) -> RoutingRow:
        first, last = record.validity()
        subject = record.none_or_text("subject")
        if subject is not None and subject not in names:
            raise record.refuse("el tema «{subject}» no está en subjects.csv.", subject=subject)
        return RoutingRow(
            key=record.shaped("key", NAME),
            position=record.number("position", least=1),
            name=record.text("name"),
            source=record.none_or_word("source", Source),
            kind=record.none_or_word("kind", Kind),
            subject=None if subject is None else names[subject],
            words=record.texts("words"),
            territory=record.none_or_text("territory"),
            postal_code=record.none_or_text("postal_code"),
            area=record.none_or_text("area"),
            refer_to=record.optional("refer_to"),
            instruction=record.optional("instruction"),
            target_days=record.none_or_number("target_days", least=1),
            valid_from=first,
            valid_to=last,
            mark=record.word("mark", Mark),
        )

    found = folder.rows("routing.csv", RoutingRow, build)
    by_code = {area.code: area for area in areas}
    known_territories = {territory.code for territory in territories}
    positions: set[int] = set()
    for record, rule in found:
        _check_rule(record, rule, by_code, known_territories)
        if rule.position in positions:
            raise record.refuse(
                "la posición {position} ya es de otra regla.", position=rule.position
            )
        positions.add(rule.position)
    return tuple(sorted((rule for _, rule in found), key=lambda rule: rule.position))


def _check_rule(
    record: Record, rule: RoutingRow, areas: dict[str, AreaRow], territories: set[str]
) -> None:
    """Refuses a rule that matches everything, or that leads nowhere or to an ended area."""
    conditions = (rule.source, rule.kind, rule.subject, rule.territory, rule.postal_code)
    if not rule.words and not any(conditions):
        raise record.refuse("la regla no pone ninguna condición.")
    if (rule.area is None) == (not rule.refer_to):
        raise record.refuse("la regla debe nombrar un área o una autoridad competente, no ambas.")
    if rule.area is not None:
        if rule.area not in areas:
            raise record.refuse("se turna a un área que no existe: «{area}».", area=rule.area)
        if not rule.instruction:
            raise record.refuse("falta la instrucción para «{area}».", area=rule.area)
        area = areas[rule.area]
        if rule.valid_from < area.valid_from or (
            (rule.valid_to or date.max) > (area.valid_to or date.max)
        ):
            raise record.refuse(
                "la vigencia de la regla se sale de la del área «{area}».", area=rule.area
            )
    if rule.territory is not None and rule.territory not in territories:
        raise record.refuse("no existe la unidad territorial «{code}».", code=rule.territory)
    if rule.postal_code is not None and not _POSTAL.fullmatch(rule.postal_code):
        raise record.refuse(
            "«{code}» no es un código postal ni su comienzo.", code=rule.postal_code
        )


def _series(folder: Folder) -> tuple[SeriesRow, ...]:
    def build(record: Record) -> SeriesRow:
        row = SeriesRow(
            prefix=record.shaped("prefix", _PREFIX),
            source=record.none_or_word("source", Source),
            kind=record.none_or_word("kind", Kind),
            width=record.number("width", least=3),
            first_number=record.number("first_number", least=1),
        )
        if row.source is None and row.kind is None:
            raise record.refuse("la serie debe decir de qué fuente o de qué tipo de asunto es.")
        if len(str(row.first_number)) > row.width:
            raise record.refuse("el primer número no cabe en {width} cifras.", width=row.width)
        return row

    found = folder.rows("series.csv", SeriesRow, build)
    return tuple(row for _, row in found)


def _topics(folder: Folder) -> tuple[TopicRow, ...]:
    def build(record: Record) -> TopicRow:
        first, last = record.validity()
        return TopicRow(
            list=record.word("list", TopicList),
            code=record.shaped("code", NAME),
            name=record.text("name"),
            valid_from=first,
            valid_to=last,
            mark=record.word("mark", Mark),
        )

    return tuple(row for _, row in folder.rows("topics.csv", TopicRow, build))


def _rooms(folder: Folder, codes: set[str]) -> tuple[RoomRow, ...]:
    def build(record: Record) -> RoomRow:
        first, last = record.validity()
        row = RoomRow(
            code=record.shaped("code", NAME),
            name=record.text("name"),
            area=record.text("area"),
            valid_from=first,
            valid_to=last,
            mark=record.word("mark", Mark),
        )
        if row.area not in codes:
            raise record.refuse("la sala es de un área que no existe: «{area}».", area=row.area)
        return row

    return tuple(row for _, row in folder.rows("rooms.csv", RoomRow, build))


def _non_working_days(folder: Folder, name: str) -> tuple[NonWorkingRow, ...]:
    def build(record: Record) -> NonWorkingRow:
        day, year = record.day("day"), record.number("list_year", least=1900)
        if day.year not in (year, year + 1):
            raise record.refuse("el día {day} no cabe en la lista de {year}.", day=day, year=year)
        return NonWorkingRow(
            day=day,
            body=record.shaped("body", NAME),
            list_year=year,
            reason=record.text("reason"),
            source=record.text("source"),
            mark=record.word("mark", Mark),
        )

    return tuple(row for _, row in folder.rows(name, NonWorkingRow, build))


def _desks(head: Record, codes: set[str]) -> tuple[DeskRow, ...]:
    found = []
    for record in tables(head, "desk", columns(DeskRow)):
        desk = DeskRow(
            record.none_or_word("source", Source),
            record.none_or_word("kind", Kind),
            record.text("area"),
        )
        if desk.area not in codes:
            raise record.refuse("la mesa es de un área que no existe: «{area}».", area=desk.area)
        found.append(desk)
    for kind in Kind:
        if not any(desk.source is None and desk.kind in (None, kind) for desk in found):
            raise head.refuse("falta una mesa para los asuntos «{kind}» de toda fuente.", kind=kind)
    return tuple(found)
