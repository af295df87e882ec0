"""Rows: what is taken, what is warned of, what waits in quarantine, and whose they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime

import pytest

from caseflow.domain.vocabulary import Channel, Kind, Source
from caseflow.intake.cleaners import cleaner_for_columns
from caseflow.intake.profiles import load_profile
from caseflow.intake.rows import CleanRow, RawRow, Rejected
from tests.intake.books import (
    CESAC,
    IZTACALCO,
    SERIES,
    SISAI,
    SISAI_ROW,
    csv_bytes,
    one,
    reasons,
    rejected,
    rows,
    suac,
    table,
)


def clean(**cells: str) -> CleanRow:
    return one(csv_bytes(table(suac(**cells))))


def refused(**cells: str) -> str:
    return reasons(rejected(csv_bytes(table(suac(**cells)))))


def sisai(more: Mapping[str, str] | None = None, **options: object) -> CleanRow:
    record = {**dict(zip(SISAI, SISAI_ROW, strict=True)), **(more or {})}
    return one(csv_bytes(table(record)), "sisai", **options)


def cesac(more: Mapping[str, str] | None = None) -> CleanRow:
    record = dict(zip(CESAC, ("F-1", "23/11/2026 10:15", "JUD-AMC", "Bache"), strict=True))
    return one(csv_bytes(table({**record, **(more or {})})), "cesac")


def test_a_row_of_the_city_becomes_a_case() -> None:
    row = clean(tipo_de_entrada="PORTAL CIUDADANO SUAC", edad="46", sexo="FEMENINO")

    assert (row.source, row.kind, row.ref) == (Source.SUAC, Kind.SERVICE, "SUAC-2441009")
    assert row.filed_at == datetime(2024, 2, 23, 15, 17, 12)
    assert (row.received_on, row.received_inferred) == (date(2024, 2, 23), True)
    assert (row.channel, row.channel_word) == (Channel.WEB, "PORTAL CIUDADANO SUAC")
    assert (row.status, row.status_word, row.closed_on) == ("closed", "CERRADO", date(2024, 2, 29))
    assert (row.age, row.sex) == (46, "FEMENINO")
    assert not row.warnings


def test_every_field_is_filled_so_that_the_fast_making_forgets_none() -> None:
    row = clean()

    assert set(vars(row)) == {field.name for field in fields(CleanRow)}
    assert set(vars(CleanRow.from_json(row.as_json()))) == set(vars(row))


def test_a_row_staged_as_json_comes_back_equal() -> None:
    row = clean(
        edad="0", latitud="19.39", longitud="-99.07", otra="x", alcaldia_catalogo="Iztapalapa"
    )

    assert CleanRow.from_json(json.loads(json.dumps(row.as_json()))) == row
    assert row.as_json()["age"] == 0


@pytest.mark.parametrize("null", ["NA", "na", " NA ", "", "NULL"])
def test_the_literal_na_is_no_value(null: str) -> None:
    row = clean(sexo=null, edad=null, codigo_postal_solicitud=null, alcaldia_solicitud=null)

    assert (row.sex, row.age, row.postal_code, row.borough) == ("", None, "", "")
    assert not row.warnings


@pytest.mark.parametrize("column", ["id_folio", "fecha_solicitud", "tema_solicitud", "estatus"])
def test_a_row_without_a_required_value_waits(column: str) -> None:
    reason = refused(**{column: "NA"})

    assert reason.count(f"{column}: ") == 1


def test_all_that_is_wrong_is_said_at_once() -> None:
    reason = refused(id_folio="x", fecha_solicitud="2024-02-31", estatus="AMPLIACIËN")

    assert "id_folio: " in reason
    assert "fecha_solicitud: La fecha no existe: febrero de 2024 tiene 29 días." in reason
    assert "Valor desconocido «AMPLIACIËN». El perfil acepta AUTORIDAD RESPONSABLE, " in reason


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("23/02/2024", date(2024, 2, 23)),
        ("3/4/2024", date(2024, 4, 3)),
        ("03-04-2024", date(2024, 4, 3)),
        ("2024-04-03", date(2024, 4, 3)),
        ("29/02/2024", date(2024, 2, 29)),
    ],
)
def test_dates_are_read_with_the_day_first(text: str, day: date) -> None:
    assert clean(fecha_solicitud=text, fecha_concluido="01/05/2024").filed_on == day


@pytest.mark.parametrize(
    "text",
    [
        "02/23/2024",
        "31/04/2024",
        "29/02/2023",
        "2024-13-01",
        "00/01/2024",
        "23/02/24",
        "20240223",
        "45345",
        "45345.5",
        "23 de febrero de 2024",
        "23.02.2024",
        "2024/02/23",
        "23-02/2024",
        "2024-02-23T10:00:00Z",
        "2024-02-23 10:00:00-06:00",
        "23/02/2024 02:05 p. m.",
        "23/02/2024 25:00",
        "01/01/1900",
        "01/01/2999",
        "٢٣/٠٢/٢٠٢٤",
        "ayer",
    ],
)
@pytest.mark.parametrize("column", ["fecha_solicitud", "fecha_concluido"])
def test_a_date_of_another_form_is_never_guessed(text: str, column: str) -> None:
    assert f"{column}: " in refused(**{column: text})


@pytest.mark.parametrize(
    ("cells", "hour"),
    [
        ({"fecha_solicitud": "2024-02-23 09:30", "hora_solicitud": ""}, "09:30:00"),
        ({"fecha_solicitud": "23/02/2024 9:30:15", "hora_solicitud": "NA"}, "09:30:15"),
        ({"fecha_solicitud": "2024-02-23T09:30:15.123", "hora_solicitud": ""}, "09:30:15"),
        ({"fecha_solicitud": "2024-02-23 09:30", "hora_solicitud": "10:31"}, "10:31:00"),
        ({"hora_solicitud": "00:00:00"}, "00:00:00"),
    ],
)
def test_the_hour_comes_from_its_column_else_from_the_date(
    cells: dict[str, str], hour: str
) -> None:
    row = clean(**cells)

    assert row.filed_has_hour
    assert f"{row.filed_at:%H:%M:%S}" == hour


def test_midnight_in_a_date_is_a_date_without_hour() -> None:
    assert not clean(fecha_solicitud="2024-02-23 00:00:00", hora_solicitud="").filed_has_hour


@pytest.mark.parametrize("hour", ["25:00", "10:60", "10", "10h", "10:15 am"])
def test_an_hour_that_is_none_sets_the_row_aside(hour: str) -> None:
    assert "hora_solicitud: " in refused(hora_solicitud=hour)


def test_dates_to_come_are_refused_when_today_is_known() -> None:
    content = csv_bytes(table(suac(fecha_solicitud="2024-03-10", fecha_concluido="2024-03-12")))

    assert "todavía no llega" in reasons(rejected(content, today=date(2024, 3, 1)))
    assert one(content, today=date(2024, 3, 12)).folio == "2441009"


def test_closed_before_it_came_in_is_refused() -> None:
    assert "anterior a la de ingreso" in refused(fecha_concluido="2024-02-22")


@pytest.mark.parametrize("closed", ["2024-02-29", "2024-02-01"])
def test_open_with_a_closing_date_stays_open_and_is_suspicious(closed: str) -> None:
    row = clean(estatus="AUTORIDAD RESPONSABLE", fecha_concluido=closed)

    assert (row.status, row.closed_on) == ("open", date.fromisoformat(closed))
    assert "con fecha de conclusión" in row.suspicious[0]


def test_closed_without_a_date_is_taken_with_a_warning() -> None:
    row = clean(fecha_concluido="NA")

    assert (row.status, row.closed_on) == ("closed", None)
    assert "no se sabe si se atendió en tiempo" in reasons(row)


@pytest.mark.parametrize("status", ["CERRADO", "cerrado", " Cerrado ", "CERRADO."])
def test_status_words_match_without_minding_how_they_are_written(status: str) -> None:
    assert clean(estatus=status).status == "closed"


@pytest.mark.parametrize(
    ("word", "channel"),
    [
        ("OPERADOR TELEFÓNICO LOCATEL", Channel.PHONE),
        ("OPERADOR TELEFÓNICO - VENTANILLA", Channel.COUNTER),
        ("OPERADOR TELEFONICO NOCTURNO", Channel.PHONE),
        ("INTEROPERABILIDAD XOCHIMILCO", Channel.OTHER),
        ("UN CANAL NUEVO", Channel.OTHER),
    ],
)
def test_channels_are_sorted_and_the_word_is_kept(word: str, channel: Channel) -> None:
    row = clean(tipo_de_entrada=word)

    assert (row.channel, row.channel_word) == (channel, word)


@pytest.mark.parametrize(
    ("cells", "kept", "column"),
    [
        ({"latitud": "19.281412397355", "longitud": "NA"}, "19.281412397355", "latitud"),
        ({"latitud": "NA", "longitud": "-99.07"}, "-99.07", "longitud"),
        ({"latitud": "-99.07", "longitud": "19.39"}, "-99.07", "latitud"),
        ({"latitud": "norte", "longitud": "-99.07"}, "norte", "latitud"),
        ({"latitud": "1e999", "longitud": "-99.07"}, "1e999", "latitud"),
        ({"latitud": "inf", "longitud": "-99.07"}, "inf", "latitud"),
    ],
)
def test_half_a_place_is_left_out_with_a_warning(
    cells: dict[str, str], kept: str, column: str
) -> None:
    row = clean(**cells)

    assert (row.latitude, row.longitude) == (None, None)
    assert row.extra[column] == kept
    assert f"{column}: " in reasons(row)


@pytest.mark.parametrize(
    ("written", "code"), [("08500", "08500"), ("8500", "08500"), ("8500.0", "08500"), ("-1", "")]
)
def test_postal_codes_get_their_zero_back(written: str, code: str) -> None:
    row = clean(codigo_postal_solicitud=written)

    assert row.postal_code == code
    assert not row.warnings


@pytest.mark.parametrize(
    ("column", "value"),
    [("codigo_postal_solicitud", "850"), ("codigo_postal_solicitud", "C.P."), ("edad", "210")],
)
def test_what_only_describes_is_left_out_when_wrong(column: str, value: str) -> None:
    row = clean(**{column: value})

    assert row.extra == {column: value}
    assert "No se toma; el folio sí." in reasons(row)


@pytest.mark.parametrize(
    ("catalogue", "written", "code", "borough", "inferred", "out"),
    [
        ("Iztacalco", "IZTACALCO", "08500", "Iztacalco", False, ""),
        ("NA", "IZTACALCO", "NA", "Iztacalco", False, ""),
        ("NA", "NA", "08500", "Iztacalco", True, ""),
        ("Iztapalapa", "NA", "09310", "Iztapalapa", False, "otra alcaldía: Iztapalapa"),
        ("NA", "NA", "13360", "", False, "13360 es de otra alcaldía"),
        ("NA", "NA", "NA", "", False, "No nombra alcaldía ni código postal"),
        ("NA", "NA", "-1", "", False, "No nombra alcaldía ni código postal"),
        ("Iztapalapa", "NA", "08500", "Iztapalapa", False, "otra alcaldía: Iztapalapa"),
        ("Iztacalco", "IZTAPALAPA", "09310", "Iztacalco", False, ""),
    ],
)
def test_rows_are_sorted_by_the_place_they_name(
    catalogue: str, written: str, code: str, borough: str, inferred: bool, out: str
) -> None:
    row = clean(
        alcaldia_catalogo=catalogue, alcaldia_solicitud=written, codigo_postal_solicitud=code
    )

    assert (row.borough, row.borough_inferred) == (borough, inferred)
    assert bool(row.out_of_scope_reason) is bool(out)
    assert out in (row.out_of_scope_reason or "")


def test_columns_that_disagree_about_the_place_are_warned_of_not_mended() -> None:
    row = clean(
        alcaldia_catalogo="Iztacalco",
        alcaldia_solicitud="IZTAPALAPA",
        codigo_postal_solicitud="09310",
    )

    assert "La persona escribió IZTAPALAPA y el catálogo dice Iztacalco." in reasons(row)
    assert "El código postal 09310 no es de Iztacalco." in reasons(row)


def test_without_a_locality_nothing_is_inferred_or_sorted_out() -> None:
    row = one(csv_bytes(table(suac(codigo_postal_solicitud="08500"))), locality=None)

    assert (row.borough, row.out_of_scope_reason) == ("", None)


def test_both_spellings_of_the_colonia_are_kept() -> None:
    row = clean(colonia_solicitud="PANTITLAN", colonia_catalogo="Agricola Pantitlan")

    assert (row.colonia, row.colonia_catalogue) == ("PANTITLAN", "Agricola Pantitlan")


def test_the_digest_changes_with_the_meaning_and_with_nothing_else() -> None:
    digest = clean().digest

    assert clean(id_folio="SUAC-2302242441009").digest == digest
    assert clean(nota="algo").digest == digest
    assert clean(fecha_solicitud="23/02/2024").digest == digest
    assert clean(estatus="ATENDIDO").digest != digest
    assert clean(fecha_concluido="2024-03-01").digest != digest
    assert clean(colonia_solicitud="PANTITLAN").digest != digest
    assert clean(latitud="19.39", longitud="-99.07").digest != digest


def test_a_request_for_information_has_its_own_rules() -> None:
    row = sisai(
        {
            "Solicitante": "María Pérez",
            "Modalidad de entrega": "Copia simple",
            "Fecha límite": "04/12/2026",
            "Áreas": "DGSU; DGODU ;; DGSU",
        }
    )

    assert (row.kind, row.ref) == (Kind.INFORMATION, "SISAI-092074526000418")
    assert (row.received_on, row.received_inferred) == (date(2026, 11, 23), False)
    assert row.filed_at == datetime(2026, 11, 23, 10, 15)
    assert (row.subject, row.description) == ("Programa de poda", "Programa de poda")
    assert row.areas == ("DGSU", "DGODU")
    assert (row.given_due_on, row.delivery) == (date(2026, 12, 4), "Copia simple")
    assert row.out_of_scope_reason is None
    assert not row.warnings


def test_a_missing_hour_is_warned_of_where_a_cut_off_counts() -> None:
    assert "antes de la hora de corte" in reasons(sisai({"Hora": ""}))
    assert "hora de corte" not in reasons(cesac({"Fecha de ingreso": "23/11/2026"}))


@pytest.mark.parametrize(
    ("word", "kind"),
    [("DATOS PERSONALES", Kind.PERSONAL_DATA), ("informacion publica", Kind.INFORMATION)],
)
def test_the_kind_comes_from_its_column(word: str, kind: Kind) -> None:
    assert sisai({"Tipo de solicitud": word}).kind is kind


def test_an_unknown_kind_waits() -> None:
    record = {**dict(zip(SISAI, SISAI_ROW, strict=True)), "Tipo de solicitud": "Queja"}

    assert "Valor desconocido «Queja»" in reasons(rejected(csv_bytes(table(record)), "sisai"))


def test_a_date_of_answer_without_a_status_word_means_answered() -> None:
    row = sisai({"Fecha de respuesta": "01/12/2026 14:30"})

    assert (row.status, row.closed_at) == ("answered", datetime(2026, 12, 1, 14, 30))


def test_a_limit_date_before_the_filing_is_refused_since_it_would_win() -> None:
    record = {**dict(zip(SISAI, SISAI_ROW, strict=True)), "Fecha límite": "01/11/2026"}

    assert "Fecha límite: " in reasons(rejected(csv_bytes(table(record)), "sisai"))


def test_a_row_of_the_counter_brings_the_person_and_the_area() -> None:
    row = cesac(
        {
            "Nombre": "  María   Pérez ",
            "Teléfono": "55 1234",
            "Correo": "maria@example.org",
            "Calle y número": "Sur 16 #120",
            "Colonia": "Agrícola Oriental",
            "Estatus": "En atención",
            "Canal": "Llamada telefónica",
        }
    )

    assert (row.petitioner_name, row.petitioner_email) == ("María Pérez", "maria@example.org")
    assert (row.petitioner_phone, row.street) == ("55 1234", "Sur 16 #120")
    assert (row.area_text, row.areas) == ("JUD-AMC", ("JUD-AMC",))
    assert (row.status, row.channel) == ("open", Channel.PHONE)


def test_the_area_may_be_left_to_the_rules() -> None:
    assert cesac({"Área": ""}).areas == ()


@pytest.mark.parametrize("text", ["maria", "a@b\nBcc: c@d.mx", "a b@c.mx", "@", "a@" + "b" * 300])
def test_an_address_that_is_none_never_reaches_the_mail(text: str) -> None:
    record = dict(zip(CESAC, ("F-1", "23/11/2026", "", "Bache"), strict=True))
    (row,) = rows(csv_bytes(table({**record, "Correo": text})), "cesac")

    assert isinstance(row, Rejected) or row.petitioner_email == ""


def test_our_own_folio_is_recognised_in_a_listing() -> None:
    row = cesac({"Folio": "cesac-2026-123"})

    assert (row.own, row.repaired, row.folio) == (True, True, "CESAC-2026-000123")
    assert not cesac().own


def test_a_long_description_lends_its_beginning_as_subject() -> None:
    row = cesac({"Asunto": "Luminaria apagada. " * 20})

    assert row.subject.startswith("Luminaria apagada.")
    assert row.subject.endswith("…")
    assert len(row.subject) <= 121


def test_a_corrected_row_is_read_again_from_its_cells() -> None:
    bad = rejected(csv_bytes(table(suac(fecha_solicitud="2024-02-31"))))
    cleaner = cleaner_for_columns(
        load_profile("suac-0311"), tuple(bad.raw), locality=IZTACALCO, series=SERIES
    )
    assert cleaner is not None

    again = cleaner.clean_raw(RawRow(bad.number, {**bad.raw, "fecha_solicitud": "2024-02-23"}))

    assert again == clean()


def test_staged_columns_that_do_not_fit_the_profile_have_no_cleaner() -> None:
    assert cleaner_for_columns(load_profile("sisai"), ("a", "b")) is None


@pytest.mark.parametrize(
    ("kind", "right", "read"),
    [
        ("Derechos ARCO", "Acceso", "access"),
        ("ARCO", "RECTIFICACION", "rectification"),
        ("Datos personales", "Oposición de datos personales", "opposition"),
        ("Portabilidad", "", "portability"),
        ("Datos personales", "", ""),
        ("Información pública", "Acceso", ""),
    ],
)
def test_a_listing_says_which_right_over_personal_data_is_exercised(
    kind: str, right: str, read: str
) -> None:
    assert sisai({"Tipo de solicitud": kind, "Derecho": right}).arco_right == read


def test_a_right_that_nobody_knows_is_left_out_with_a_warning() -> None:
    row = sisai({"Tipo de solicitud": "ARCO", "Derecho": "Al olvido"})
    assert (row.arco_right, row.extra["Derecho"]) == ("", "Al olvido")
    assert "No se reconoce el derecho" in reasons(row)


def test_a_listing_without_the_column_of_rights_says_what_it_said_before() -> None:
    assert sisai().digest == sisai({"Derecho": ""}).digest
    arco = {"Tipo de solicitud": "ARCO"}
    assert sisai(arco).digest != sisai({**arco, "Derecho": "Acceso"}).digest
