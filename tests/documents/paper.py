"""Reads our PDFs back with pikepdf alone: the text of each page, as a screen reader gets it."""

from __future__ import annotations

import re
from io import BytesIO

import pikepdf

_BLOCK = re.compile(r"begin(bfchar|bfrange)(.*?)end\1", re.S)
_HEX = re.compile(r"<([0-9A-Fa-f]+)>")


def page_texts(pdf_bytes: bytes) -> list[str]:
    """The text of each page with blanks and soft breaks folded, in the order it is drawn."""
    with pikepdf.open(BytesIO(pdf_bytes)) as pdf:
        return [_page_text(page) for page in pdf.pages]


def text_of(pdf_bytes: bytes) -> str:
    return " ".join(page_texts(pdf_bytes))


def page_count(pdf_bytes: bytes) -> int:
    with pikepdf.open(BytesIO(pdf_bytes)) as pdf:
        return len(pdf.pages)


def _page_text(page: pikepdf.Page) -> str:
    fonts = {name: _unicode(font) for name, font in page.resources.Font.items()}
    pieces: list[str] = []
    current: dict[int, str] = {}
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if operator == "Tf":
            current = fonts[str(instruction.operands[0])]
        elif operator in ("Tj", "TJ"):
            shown = instruction.operands[0]
            for part in shown if operator == "TJ" else [shown]:
                if isinstance(part, pikepdf.String):
                    raw = bytes(part)
                    codes = (raw[at] * 256 + raw[at + 1] for at in range(0, len(raw), 2))
                    pieces.append("".join(current.get(code, "") for code in codes))
        elif operator == "ET":
            pieces.append(" ")
    return " ".join("".join(pieces).replace("\u200b", "").split())


def _unicode(font: pikepdf.Object) -> dict[int, str]:
    mapping: dict[int, str] = {}
    cmap = font.ToUnicode.read_bytes().decode("ascii")
    for kind, body in _BLOCK.findall(cmap):
        numbers = _HEX.findall(body)
        step = 2 if kind == "bfchar" else 3
        for at in range(0, len(numbers), step):
            first = int(numbers[at], 16)
            last = int(numbers[at + 1], 16) if step == 3 else first
            text = bytes.fromhex(numbers[at + step - 1]).decode("utf-16-be")
            for code in range(first, last + 1):
                mapping[code] = text[:-1] + chr(ord(text[-1]) + code - first)
    return mapping
