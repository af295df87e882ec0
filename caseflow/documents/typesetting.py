"""Typst and pikepdf alone: a request of plain values → the bytes of a PDF.

Also a script of its own (request as JSON on stdin, PDF on stdout), so that a document of many
pages is set in a child process: typst keeps hundreds of megabytes of layout for the life of the
process that set it. Hence no import of ours here: the child starts in a tenth of a second.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import pikepdf
import typst

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE / "templates"
FONTS = HERE / "fonts"
#: Readable with a screen reader (ISO 14289-1), and for archives (ISO 19005-2).
STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]


@dataclass(frozen=True, slots=True)
class Request:
    """What to set: a template of ours, its texts by name, and the file's only timestamp (ISO)."""

    template: str
    inputs: Mapping[str, str]
    timestamp: str

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Request:
        return cls(**json.loads(text))


def typeset(request: Request) -> bytes:
    """The PDF. Raises ``typst.TypstError`` only for a defect of the template.

    Not for two threads at once: typst makes no promise about that.
    """
    raw = typst.compile(
        str(TEMPLATES / f"{request.template}.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=dict(request.inputs),
        pdf_standards=STANDARDS,
        timestamp=datetime.fromisoformat(request.timestamp),
    )
    return _shrunk(raw)


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )


def _shrunk(raw: bytes) -> bytes:
    """The same document in compressed object streams: a tagged table shrinks to a fifth."""
    packed = BytesIO()
    with pikepdf.open(BytesIO(raw)) as pdf:
        pdf.save(
            packed,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            deterministic_id=True,
        )
    return packed.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(typeset(Request.from_json(sys.stdin.buffer.read().decode("utf-8"))))
