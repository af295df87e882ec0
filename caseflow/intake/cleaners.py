"""Row → ``CleanRow`` or ``Rejected``, by a profile. Nothing else ever comes out.

What identifies a case or moves its clock (folio, dates, status, kind) is right or the row waits in
quarantine. What only describes it (postal code, age, coordinates, address of mail) is left out
with a warning when it is wrong, and stays in ``extra`` as it came.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from hashlib import blake2b

from caseflow.domain.errors import InvalidData
from caseflow.domain.folding import fold
from caseflow.domain.folios import MAX_FOLIO, Folio, Series, read_folio
from caseflow.domain.phrases import N_, phrase
from caseflow.domain.vocabulary import TRANSPARENCY_KINDS, ArcoRight, Channel, Kind
from caseflow.intake.cells import Cells, Columns
from caseflow.intake.headers import find_header
from caseflow.intake.moments import read_filed, read_given_due, read_standing
from caseflow.intake.places import Gazetteer
from caseflow.intake.profiles import Profile
from caseflow.intake.rows import CleanRow, Locality, Problem, RawRow, Rejected
from caseflow.intake.values import (
    read_age,
    read_email,
    read_latitude,
    read_longitude,
    read_postal_code,
)

#: A subject taken from the description is cut at a word, before this many characters.
_SUBJECT_LENGTH = 120

#: Fields whose own readers say what is missing.
_CHECKED = frozenset({"folio", "filed_on", "status", "kind"})


class Cleaner:
    """Reads the rows of one listing, whose header is known."""

    def __init__(
        self,
        profile: Profile,
        columns: Sequence[str],
        fields: Mapping[str, int],
        *,
        locality: Locality | None = None,
        series: Sequence[Series] = (),
        today: dt.date | None = None,
    ) -> None:
        """``columns``: the headers as written; ``fields``: field → index of its column.

        ``series`` are the office's own, by which a folio of ours is known; dates after ``today``
        are refused, if it is given.
        """
        self.profile = profile
        self.columns = Columns(profile, columns, fields)
        self._series = tuple(series)
        # a listing made abroad, or after midnight, may be a day ahead of us
        self._latest = today + dt.timedelta(days=1) if today else None
        self._own_bodies = locality.own_bodies if locality else ()
        self._gazetteer = Gazetteer(locality, city_wide=profile.city_wide)
        self._needed = tuple(name for name in self.columns.needed if name not in _CHECKED)
        self._inferred = profile.reception == "inferred"

    def clean(self, number: int, cells: Sequence[str]) -> CleanRow | Rejected:
        """Read the row whose cells stand in the order of the columns."""
        width = len(self.columns.names)
        if len(cells) != width:
            if len(cells) < width or any(cells[width:]):
                return self._ragged(number, cells, width)
            cells = cells[:width]
        return self._read(Cells(self.columns, number, cells))

    def clean_raw(self, raw: RawRow) -> CleanRow | Rejected:
        """Read one row given by header, as corrected in quarantine; missing cells are empty."""
        return self.clean(raw.number, [raw.cells.get(name, "") for name in self.columns.names])

    def reject(self, number: int, cells: Sequence[str], reason: str) -> Rejected:
        """The whole row is refused, for no cell in particular."""
        return Rejected(number, self.columns.raw(cells), (Problem(number, "", reason),))

    def _ragged(self, number: int, cells: Sequence[str], width: int) -> Rejected:
        return self.reject(
            number,
            cells,
            phrase(
                "La fila trae {cells} columnas y el encabezado {width}: revise "
                "separadores y comillas.",
                cells=len(cells),
                width=width,
            ),
        )

    def _read(self, cells: Cells) -> CleanRow | Rejected:
        get = cells.values.get
        filed_at, has_hour = read_filed(cells, self._latest)
        folio = self._folio(cells, filed_at.date() if filed_at else None)
        kind = self._kind(cells)
        standing = read_standing(cells, filed_at, self._latest)
        due_on = read_given_due(cells, filed_at)
        for name in self._needed:
            if name not in cells.values:
                cells.missing(name)
        channel = cells.word("channel") if "channel" in cells.values else None
        latitude, longitude = _coordinates(cells)
        postal_code = cells.optional("postal_code", read_postal_code) or ""
        age = cells.optional("age", read_age)
        email = cells.optional("petitioner_email", read_email) or ""
        place = self._gazetteer.place(get("borough", ""), get("borough_catalogue", ""), postal_code)
        for field, reason in place.doubts:
            cells.warn(field, reason)
        cells.watch_letters()
        raw = self.columns.raw(cells.raw)
        if cells.problems or not (folio and filed_at and kind and standing.status):
            return Rejected(cells.number, raw, tuple(cells.problems))
        if kind in TRANSPARENCY_KINDS and not has_hour:
            cells.warn(
                "filed_on", N_("Sin hora de ingreso: se cuenta como antes de la hora de corte.")
            )
        cells.keep_unknown()
        description = get("description", "")
        subject = get("subject") or _first_words(description)
        areas = self._areas(cells)
        # The boroughs count as written, so that a changed pack does not change every row, and the
        # coordinates to six decimals (a decimetre), since spreadsheets keep fewer digits.
        meaning = (
            self.profile.source,
            kind,
            folio.key,
            filed_at.isoformat(),
            "h" if has_hour else "",
            get("channel", ""),
            subject,
            description,
            standing.status,
            standing.word,
            standing.closed_on.isoformat() if standing.closed_on else "",
            standing.closed_at.isoformat() if standing.closed_at else "",
            get("petitioner_name", ""),
            get("petitioner_phone", ""),
            email,
            get("sex", ""),
            "" if age is None else str(age),
            get("street", ""),
            get("colonia", ""),
            get("colonia_catalogue", ""),
            get("borough", ""),
            get("borough_catalogue", ""),
            postal_code,
            "" if latitude is None else f"{latitude:.6f},{longitude:.6f}",
            get("area", ""),
            ";".join(areas),
            due_on.isoformat() if due_on else "",
            get("external_folio", ""),
            get("delivery", ""),
        )
        right = _right(cells, kind)
        # listings of before say nothing of it, and must not look as if they had changed
        said = (*meaning, right) if right else meaning
        digest = blake2b("\x1f".join(said).encode(), digest_size=16).hexdigest()
        return CleanRow.of(
            {
                "number": cells.number,
                "source": self.profile.source,
                "kind": kind,
                "folio": folio.key,
                "folio_received": folio.received,
                "ref": folio.ref,
                "own": folio.own,
                "repaired": folio.repaired,
                "filed_at": filed_at,
                "filed_has_hour": has_hour,
                "received_on": filed_at.date(),
                "received_inferred": self._inferred,
                "channel": Channel(channel) if channel else None,
                "channel_word": get("channel", ""),
                "subject": subject,
                "description": description,
                "status": standing.status,
                "status_word": standing.word,
                "closed_on": standing.closed_on,
                "closed_at": standing.closed_at,
                "petitioner_name": get("petitioner_name", ""),
                "petitioner_phone": get("petitioner_phone", ""),
                "petitioner_email": email,
                "sex": get("sex", ""),
                "age": age,
                "street": get("street", ""),
                "colonia": get("colonia", ""),
                "colonia_catalogue": get("colonia_catalogue", ""),
                "borough": place.borough,
                "borough_inferred": place.inferred,
                "postal_code": postal_code,
                "latitude": latitude,
                "longitude": longitude,
                "area_text": get("area", ""),
                "areas": areas,
                "given_due_on": due_on,
                "external_folio": get("external_folio", ""),
                "delivery": get("delivery", ""),
                "arco_right": right,
                "suspicious": tuple(cells.suspicious),
                "warnings": tuple(cells.warnings),
                "extra": cells.extra,
                "out_of_scope_reason": place.out_of_scope_reason,
                "digest": digest,
                "raw": raw,
            }
        )

    def _folio(self, cells: Cells, filed_on: dt.date | None) -> Folio | None:
        text = cells.values.get("folio")
        if text is None:
            if not cells.refused("folio"):
                cells.refuse("folio", N_("Sin folio no se puede identificar el asunto."))
            return None
        if len(cells.values.get("external_folio", "")) > MAX_FOLIO:
            cells.refuse(
                "external_folio",
                phrase("El folio tiene más de {most} caracteres.", most=MAX_FOLIO),
            )
        try:
            folio = read_folio(self.profile.source, text, filed_on, self._series, self._own_bodies)
        except InvalidData as error:
            cells.refuse("folio", str(error))
            return None
        for sentence in folio.warnings:
            cells.warn("folio", sentence)
        return folio

    def _kind(self, cells: Cells) -> Kind | None:
        if "kind" in cells.values:
            word = cells.word("kind")
            return Kind(word) if word else None
        if self.profile.kind is None:
            cells.missing("kind")
        return self.profile.kind

    def _areas(self, cells: Cells) -> tuple[str, ...]:
        """The areas a row names, each once, in its order."""
        text = cells.values.get("areas")
        if text is None:
            area = cells.values.get("area")
            return (area,) if area else ()
        names = text.split(self.profile.fields["areas"].separator)
        return tuple(dict.fromkeys(name.strip() for name in names if name.strip()))


def cleaner_for_columns(
    profile: Profile,
    columns: Sequence[str],
    *,
    locality: Locality | None = None,
    series: Sequence[Series] = (),
    today: dt.date | None = None,
) -> Cleaner | None:
    """A cleaner for staged rows, whose headers are known; ``None`` where they do not fit."""
    header = find_header([columns], profile.aliases, profile.required)
    if header is None or not header.complete:
        return None
    return Cleaner(profile, columns, header.fields, locality=locality, series=series, today=today)


def _right(cells: Cells, kind: Kind) -> str:
    """Which right over their own data the person exercises; empty where the listing is silent."""
    if kind is not Kind.PERSONAL_DATA:
        return ""
    text = cells.values.get("arco_right")
    if text is None:
        asked = fold(cells.values.get("kind", ""))
        return ArcoRight.PORTABILITY.value if asked == "portabilidad" else ""
    words = cells.columns.words.get("arco_right")
    right = words(text) if words is not None else None
    if right is None:
        cells.leave_out(
            "arco_right", text, N_("No se reconoce el derecho: corríjalo en el asunto.")
        )
    return right or ""


def _coordinates(cells: Cells) -> tuple[float | None, float | None]:
    """Both or none: half a place is no place."""
    latitude = cells.optional("latitude", read_latitude)
    longitude = cells.optional("longitude", read_longitude)
    if latitude is not None and longitude is not None:
        return latitude, longitude
    if latitude is not None:
        cells.leave_out(
            "latitude", cells.values["latitude"], N_("Viene sin longitud: no se ubica en el mapa.")
        )
    elif longitude is not None:
        cells.leave_out(
            "longitude", cells.values["longitude"], N_("Viene sin latitud: no se ubica en el mapa.")
        )
    return None, None


def _first_words(text: str) -> str:
    """The beginning of a description, cut at a word, to serve as subject."""
    line = " ".join(text.split())
    if len(line) <= _SUBJECT_LENGTH:
        return line
    return f"{line[:_SUBJECT_LENGTH].rsplit(' ', 1)[0].rstrip(' ,;:.')}…"
