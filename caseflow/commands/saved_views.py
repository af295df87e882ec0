"""Views: a person's own filters of a list under a name. Preferences, so no event tells of them."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from sqlalchemy import select

from caseflow.commands.work import Work
from caseflow.domain.errors import InvalidData, MissingData, NotFound, NotNow
from caseflow.domain.folding import fold
from caseflow.models import SavedView
from caseflow.queries.saved_views import naming

#: Characters of a name: what fits beside the menu.
LONGEST = 60
#: Views of one person: more would be a list to search in.
MOST = 30


def save_view(work: Work, page: str, name: str, query: str) -> int:
    """Keep the filters of a list, as they stand in its address, under a name; the view's id.

    Raises ``MissingData`` without name or filter, ``InvalidData`` for a name that is taken or too
    long, ``NotNow`` where the person has as many as fit.
    """
    if not query:
        raise MissingData("Filtre primero la lista: la vista guarda los filtros en vigor.")
    mine = list(
        work.session.scalars(select(SavedView).where(SavedView.user_id == work.actor.user_id))
    )
    if len(mine) >= MOST:
        raise NotNow("Ya tiene {n} vistas: quite alguna que no use.", n=MOST)
    view = SavedView(
        user_id=work.actor.user_id,
        page=page,
        name=_name(name, [one for one in mine if one.page == page]),
        query=query,
        created_at=work.now,
    )
    work.session.add(view)
    work.session.flush()
    return view.id


def rename_view(work: Work, view_id: int, name: str) -> None:
    """Give a view of one's own another name. Raises as ``save_view``, and ``NotFound``."""
    view = _own(work, view_id)
    others = work.session.scalars(
        select(SavedView).where(
            SavedView.user_id == work.actor.user_id,
            SavedView.page == view.page,
            SavedView.id != view_id,
        )
    )
    view.name = _name(name, list(others))


def drop_view(work: Work, view_id: int) -> str:
    """Remove a view of one's own; its name. Raises ``NotFound``."""
    view = _own(work, view_id)
    name = view.name
    work.session.delete(view)
    return name


def move_views(work: Work, ended: str, successor: str) -> int:
    """Let the views that name an ended area name its successor (codes); how many there were."""
    moved = 0
    for view in work.session.scalars(select(SavedView).where(naming(ended))):
        named = (
            ("area", successor) if one == ("area", ended) else one for one in parse_qsl(view.query)
        )
        view.query = urlencode(list(dict.fromkeys(named)))
        moved += 1
    return moved


def _name(name: str, others: list[SavedView]) -> str:
    name = " ".join(name.split())
    if not name:
        raise MissingData("Escriba un nombre para la vista.", field="name")
    if len(name) > LONGEST:
        raise InvalidData("El nombre lleva a lo más {n} caracteres.", field="name", n=LONGEST)
    if fold(name) in {fold(one.name) for one in others}:
        raise InvalidData("Ya tiene una vista con ese nombre en esta lista.", field="name")
    return name


def _own(work: Work, view_id: int) -> SavedView:
    view = work.session.get(SavedView, view_id)
    if view is None or view.user_id != work.actor.user_id:
        raise NotFound("No se encontró la vista.")
    return view
