"""Settings of the office and its own series of folios."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from caseflow.commands.packs import EDITED
from caseflow.commands.redating import UNMOVED, Redated, hold_clock, redate_cases
from caseflow.commands.work import Work
from caseflow.domain.administration import require_admin
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.errors import InvalidData, MissingData, NotFound
from caseflow.domain.phrases import N_
from caseflow.models import Series, SeriesYear, Setting
from caseflow.queries.calendars import calendar_for

_BODY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PREFIX = re.compile(r"[A-Z]{2,8}")
_POSTAL = re.compile(r"\d{1,5}")
_OWN_BODY = re.compile(r"\d{7}")
#: A series out of use goes behind all others: it still reads the folios it gave.
_BEHIND = 1_000
WIDTHS = range(3, 10)


@dataclass(frozen=True, slots=True)
class OfficeForm:
    """What the page of the office holds. Lists hold one text for each line of the form."""

    name: str
    body: str
    borough: str
    aliases: Sequence[str]
    postal_prefixes: Sequence[str]
    own_bodies: Sequence[str]
    window: str
    address: str
    telephone: str
    hours: str
    confirmed: bool


def set_office(work: Work, form: OfficeForm) -> Redated:
    """The office's name, place and window; another body counts by another list of days.

    Raises ``MissingData`` or ``InvalidData``. Returns what the change of body moved.
    """
    require_admin(work.actor)
    _check_office(form)
    wanted: dict[str, dict[str, Any]] = {
        "office": {"name": form.name.strip(), "body": form.body.strip()},
        "locality": {
            "borough": form.borough.strip(),
            "aliases": _texts(form.aliases),
            "postal_prefixes": _texts(form.postal_prefixes),
            "own_bodies": _texts(form.own_bodies),
        },
        "window": {
            "name": form.window.strip(),
            "address": form.address.strip(),
            "telephone": form.telephone.strip(),
            "hours": form.hours.strip(),
            "confirmed": form.confirmed,
        },
    }
    moves_body = wanted["office"]["body"] != work.office.body
    clock = hold_clock(work) if moves_body else work.clockwork
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for row, values in wanted.items():
        found = work.session.get(Setting, row, with_for_update=True)
        if found is None:
            found = Setting(name=row, value={})
            work.session.add(found)
        changed = [name for name, value in values.items() if found.value.get(name) != value]
        if not changed:
            continue
        before |= {f"{row}.{name}": found.value.get(name) for name in changed}
        after |= {f"{row}.{name}": values[name] for name in changed}
        found.value = {**found.value, **values}
        found.pack_digest = EDITED
    if not after:
        return UNMOVED
    work.session.flush()
    redated = UNMOVED
    if moves_body:
        calendar = calendar_for(work.session, wanted["office"]["body"])
        redated = redate_cases(
            work, clock, Clockwork(calendar, clock.terms, clock.today), "Cambió el ente que rige"
        )
    work.record("office_set", {"before": before, "after": after, **redated.as_json()})
    return redated


def set_series(work: Work, prefix: str, *, new_prefix: str, width: int, first_number: int) -> None:
    """Prefix, width and first number of the year of a series.

    With another prefix the old series stays behind the new one, to read the folios it gave; a
    number already given this year is never given again.
    """
    require_admin(work.actor)
    series = work.session.get(Series, prefix, with_for_update=True)
    if series is None:
        raise NotFound("No se encontró la serie.")
    new_prefix = new_prefix.strip().upper()
    given = work.session.scalar(
        select(SeriesYear.next_number).where(
            SeriesYear.prefix == prefix, SeriesYear.year == work.today.year
        )
    )
    _check_series(new_prefix, width, first_number, given if new_prefix == prefix else None)
    before = {"prefix": prefix, "width": series.width, "first_number": series.first_number}
    after = {"prefix": new_prefix, "width": width, "first_number": first_number}
    if before == after:
        return
    if new_prefix == prefix:
        series.width = width
        series.first_number = first_number
    else:
        if work.session.get(Series, new_prefix) is not None:
            raise InvalidData("Ya hay otra serie con ese prefijo.", field="prefix")
        work.session.add(
            Series(
                prefix=new_prefix,
                position=series.position,
                source=series.source,
                kind=series.kind,
                width=width,
                first_number=first_number,
                pack_digest=EDITED,
            )
        )
        last = work.session.scalar(select(func.max(Series.position))) or 0
        series.position = max(last, _BEHIND) + 1
    series.pack_digest = EDITED
    work.session.flush()
    work.record("series_set", {"before": before, "after": after})


def _check_series(prefix: str, width: int, first_number: int, given: int | None) -> None:
    if not _PREFIX.fullmatch(prefix):
        raise InvalidData("El prefijo lleva de 2 a 8 letras mayúsculas sin acento.", field="prefix")
    if width not in WIDTHS:
        raise InvalidData(
            "El número lleva de {least} a {most} cifras.",
            field="width",
            least=WIDTHS[0],
            most=WIDTHS[-1],
        )
    if first_number < 1 or len(str(first_number)) > width:
        raise InvalidData(
            "El primer número debe ser de 1 o más y caber en {width} cifras.",
            field="first_number",
            width=width,
        )
    if given is not None and len(str(given)) > width:
        raise InvalidData(
            "Este año ya se dio el número {given}, que no cabe en {width} cifras.",
            field="width",
            given=given - 1,
            width=width,
        )


def _check_office(form: OfficeForm) -> None:
    required: Mapping[str, tuple[str, str]] = {
        "name": (form.name, "Escriba el nombre de la oficina."),
        "borough": (form.borough, N_("Escriba la demarcación que atiende.")),
        "window": (form.window, "Escriba el nombre de la ventanilla."),
    }
    for field, (value, sentence) in required.items():
        if not value.strip():
            raise MissingData(sentence, field=field)
    if not _BODY.fullmatch(form.body.strip()):
        raise InvalidData(
            "El ente se escribe en minúsculas, con guiones: «alcaldia-iztacalco».", field="body"
        )
    for code in _texts(form.postal_prefixes):
        if not _POSTAL.fullmatch(code):
            raise InvalidData(
                "«{code}» no es un código postal ni su comienzo.",
                field="postal_prefixes",
                code=code,
            )
    for code in _texts(form.own_bodies):
        if not _OWN_BODY.fullmatch(code):
            raise InvalidData(
                "«{code}» no son las siete cifras con que empiezan los folios del ente.",
                field="own_bodies",
                code=code,
            )
    if form.confirmed and not all(
        text.strip() for text in (form.address, form.telephone, form.hours)
    ):
        raise MissingData(
            "Para confirmar los datos de la ventanilla faltan domicilio, teléfono u horario.",
            field="confirmed",
        )


def _texts(given: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(text.strip() for text in given if text.strip()))
