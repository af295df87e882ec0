"""The spreadsheet that an office fills in to import a listing (``/importar/plantillas/…``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from caseflow.documents.cells import CellKind
from caseflow.documents.workbook import Book, open_book

#: Rows that get the column's format, so that Excel keeps leading zeros and reads dates.
PREPARED_ROWS = 5_000
#: Excel refuses a list of choices whose text is longer.
LONGEST_CHOICES = 255


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """One column of an import profile as the template shows it.

    ``choices`` are the words the profile understands; ``note`` says in a sentence what goes in;
    ``example`` is how a value looks.
    """

    title: str
    required: bool = False
    kind: CellKind = CellKind.TEXT
    note: str = ""
    example: str = ""
    choices: tuple[str, ...] = ()


def template_xlsx(
    columns: Sequence[TemplateColumn], *, profile: str, office: str, made_at: datetime
) -> bytes:
    """A workbook with the header row to fill in under, and a sheet that explains each column.

    Required headers are bold. The list to fill in is the first sheet and holds no example row, so
    that nobody imports one by mistake.
    """
    target = BytesIO()
    title = f"Plantilla {profile}"
    with open_book(target, title=title, author=office, made_at=made_at) as book:
        _sheet_to_fill(book, columns, profile)
        _notes(book, columns, title)
    return target.getvalue()


def _sheet_to_fill(book: Book, columns: Sequence[TemplateColumn], profile: str) -> None:
    sheet = book.sheet(profile)
    plain = book.workbook.add_format({"bg_color": "#F4F1EA", "bottom": 1})
    for index, column in enumerate(columns):
        sheet.set_column(index, index, max(14, len(column.title) + 4), book.body[column.kind])
        sheet.write_string(0, index, column.title, book.required if column.required else plain)
        choices = list(column.choices)
        if choices and len(",".join(choices)) <= LONGEST_CHOICES:
            sheet.data_validation(
                1,
                index,
                PREPARED_ROWS,
                index,
                {
                    "validate": "list",
                    "source": choices,
                    "error_type": "warning",
                    "error_title": "Valor fuera de la lista",
                    "error_message": "El importador no reconoce este valor.",
                },
            )
    sheet.freeze_panes(1, 0)


def _notes(book: Book, columns: Sequence[TemplateColumn], title: str) -> None:
    sheet = book.sheet("Instrucciones")
    wrapped = book.workbook.add_format({"text_wrap": True, "valign": "top"})
    bold = book.workbook.add_format({"bold": True, "valign": "top"})
    for index, width in enumerate((24, 13, 22, 40, 60)):
        sheet.set_column(index, index, width)
    sheet.write_string(0, 0, title, book.title)
    for row, sentence in enumerate(
        (
            "Llene la primera hoja, una fila por folio. Los títulos en negritas son obligatorios.",
            "El orden de las columnas es libre y puede agregar otras: se conservan con la fila.",
            "Fechas: dd/mm/aaaa o aaaa-mm-dd, con hora si se conoce (dd/mm/aaaa hh:mm).",
            "Escriba los folios como texto, para que no pierdan ceros a la izquierda.",
        ),
        start=1,
    ):
        sheet.write_string(row, 0, sentence, book.note)
    for index, heading in enumerate(
        ("Columna", "Obligatoria", "Ejemplo", "Valores aceptados", "Qué se escribe")
    ):
        sheet.write_string(6, index, heading, book.heading)
    for row, column in enumerate(columns, start=7):
        sheet.write_string(row, 0, column.title, bold if column.required else wrapped)
        sheet.write_string(row, 1, "Sí" if column.required else "No", wrapped)
        sheet.write_string(row, 2, column.example, wrapped)
        sheet.write_string(row, 3, ", ".join(column.choices), wrapped)
        sheet.write_string(row, 4, column.note, wrapped)
