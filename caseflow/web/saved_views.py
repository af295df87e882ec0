"""Where a saved view leads, and what it narrows its list to, in words."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from flask import url_for

from caseflow.domain.people import Actor
from caseflow.domain.phrases import N_
from caseflow.domain.vocabulary import Source, spanish
from caseflow.queries.menu import View
from caseflow.web.list_filters import LIGHTS
from caseflow.web.list_view import case_states, desk_states, light_label, turn_states
from caseflow.web.policy import POLICY
from caseflow.web.sessions import rules
from caseflow.web.words import _

#: The lists that have views: their endpoint and their name.
LISTS: Mapping[str, tuple[str, str]] = {
    "bandeja": ("inbox.show", N_("Bandeja")),
    "mis-turnos": ("inbox.mine", N_("Mis turnos")),
    "mesa": ("inbox.desk", N_("Asuntos en mesa")),
}


def view_address(actor: Actor, view: View) -> str | None:
    """The address of a view; none where the person may not open its list (any more)."""
    endpoint, _name = LISTS.get(view.page, ("", ""))
    if not endpoint or not POLICY[endpoint].admits(actor):
        return None
    return f"{url_for(endpoint)}?{view.query}"


def filters_in_words(query: str) -> str:
    """What a view narrows its list to: ``Vencidos · SUAC · JUD de Barrios``."""
    said = (_filter_words(name, value) for name, value in parse_qsl(query))
    return " · ".join(words for words in said if words)


def _filter_words(name: str, value: str) -> str:
    if name == "luz" and value in LIGHTS:
        return light_label(LIGHTS[value])
    if name == "atraso":
        return _("{days} d háb. de atraso").format(days=value.replace("mas-de-", "> "))
    if name == "origen" and value in set(Source):
        return _(spanish(Source(value)))
    if name == "area":
        node = rules().tree.by_code(value)
        return node.short_name if node is not None else value
    if name == "estado":
        return dict((*turn_states(), *case_states(), *desk_states())).get(value, value)
    return f"«{value}»" if name == "texto" else ""
