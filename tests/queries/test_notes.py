"""Internal notes: who may write one for whom, and who finds it on the page and in the history."""

from __future__ import annotations

import pytest

from caseflow.domain.errors import InvalidData
from caseflow.extensions import db
from caseflow.queries.history import tell
from caseflow.queries.rebuild import differences
from caseflow.queries.reference import current
from tests.builders import Office
from tests.queries.test_case_page import page_of


@pytest.fixture
def ref(office: Office) -> str:
    """A case of the desk DCC with a turn at each of two units."""
    made = office.capture().case.ref
    office.route("supervision", made, "JUD-AMC", "JUD-BAR")
    return made


def read_by(office: Office, login: str, ref: str) -> tuple[list[str], list[str]]:
    """Texts of the notes, and the titles of the history that speak of notes."""
    page = page_of(office, login, ref)
    reference = current(db.session())
    lines = tell(page, reference.tree, reference.calendar)
    db.session.remove()
    return (
        [note.text for note in page.notes],
        [str(line.title) for line in lines if "Nota" in line.title],
    )


@pytest.mark.parametrize(
    ("area", "readers", "strangers"),
    [
        (None, ("titular", "personal", "personal2", "supervision"), ()),
        ("JUD-AMC", ("titular", "personal", "supervision", "contraloria"), ("personal2",)),
        ("DCC", ("titular", "supervision", "ventanilla"), ("personal", "personal2")),
    ],
)
def test_a_note_is_read_where_it_was_meant_for_at_the_desk_and_by_its_writer(
    office: Office, ref: str, area: str | None, readers: tuple[str, ...], strangers: tuple[str, ...]
) -> None:
    only = {} if area is None else {"only_area": office.area(area)}
    office.act("titular", ref, "note", text="Se habló por teléfono", **only)
    for login in readers:
        notes, titles = read_by(office, login, ref)
        assert (login, notes, len(titles)) == (login, ["Se habló por teléfono"], 1)
    for login in strangers:
        assert (login, read_by(office, login, ref)) == (login, ([], []))
    assert differences(db.session()) == []


def test_the_history_says_for_which_area_a_note_is(office: Office, ref: str) -> None:
    office.act("titular", ref, "note", text="x", only_area=office.area("JUD-AMC"))
    _notes, (title,) = read_by(office, "supervision", ref)
    assert title == "Nota interna, sólo para JUD de Atención y Mediación Comunitaria"


@pytest.mark.parametrize("area", ["JUD-BAR", "DGSU"])
def test_nobody_writes_a_note_for_another_area_alone(office: Office, ref: str, area: str) -> None:
    with pytest.raises(InvalidData):
        office.act("titular", ref, "note", text="x", only_area=office.area(area))
