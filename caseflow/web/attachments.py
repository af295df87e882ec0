"""Files of a case, downloaded: never shown inline, named by us, and every download recorded."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from pathlib import PurePath

from flask import Blueprint, current_app, send_file
from flask.typing import ResponseReturnValue

from caseflow.commands.access import note_access
from caseflow.commands.work import begin_work
from caseflow.domain.errors import NotFound
from caseflow.extensions import db
from caseflow.queries.attachments import FileRow, files_of
from caseflow.queries.sight import sight_of
from caseflow.storage import stored_path
from caseflow.web.cases import case_or_404
from caseflow.web.sessions import now, signed_in_actor

bp = Blueprint("attachments", __name__)

#: The extension of what is downloaded follows the content, never the name that came.
_EXTENSIONS: Mapping[str, str] = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "text/plain": ".txt",
    "text/csv": ".csv",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
}
_LONGEST_STEM = 60


@bp.get("/casos/<ref>/archivos/<int:number>")
def download(ref: str, number: int) -> ResponseReturnValue:
    """One file of a case that the reader may see."""
    actor = signed_in_actor()
    case = case_or_404(ref, actor)
    files = files_of(db.session(), case.id, sight_of(case, actor))
    file = next((one for one in files if one.number == number), None)
    if file is None:
        raise NotFound("No se encontró el archivo.")
    path = stored_path(current_app.config["CASEFLOW"].storage_dir, file.sha256)
    with begin_work(actor, now()) as work:
        note_access(work, case.id, "attachment")
    return send_file(
        path,
        mimetype=file.media_type if file.media_type in _EXTENSIONS else "application/octet-stream",
        as_attachment=True,
        download_name=download_name(case.ref, file),
        conditional=False,
        max_age=0,
    )


def download_name(ref: str, file: FileRow) -> str:
    """``CESAC-2026-000123_2_Acta-de-entrega.pdf``: plain letters, and an extension by content."""
    decomposed = unicodedata.normalize("NFKD", PurePath(file.name).stem)
    plain = "".join(
        letter if letter.isascii() and letter.isalnum() else "-"
        for letter in decomposed
        if not unicodedata.combining(letter)
    )
    stem = "-".join(part for part in plain.split("-") if part)[:_LONGEST_STEM].strip("-")
    name = "_".join(part for part in (ref, str(file.number), stem) if part)
    return name + _EXTENSIONS.get(file.media_type, ".bin")
