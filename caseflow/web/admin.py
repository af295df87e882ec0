"""``/administracion``: which page is where. The views stand beside, one module for each noun."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Blueprint
from flask.typing import ResponseReturnValue

from caseflow.web import admin_areas, admin_people, admin_rules, admin_settings, admin_terms

bp = Blueprint("admin", __name__, url_prefix="/administracion")

_GET, _POST, _FORM = ("GET",), ("POST",), ("GET", "POST")

_PAGES: Final[tuple[tuple[str, str, Callable[..., ResponseReturnValue], tuple[str, ...]], ...]] = (
    ("/areas", "areas", admin_areas.show, _GET),
    ("/areas/nueva", "area_new", admin_areas.new, _FORM),
    ("/areas/<int:area_id>", "area_edit", admin_areas.edit, _FORM),
    ("/areas/<int:area_id>/terminar", "area_end", admin_areas.end, _FORM),
    ("/personas", "users", admin_people.show, _GET),
    ("/personas/nueva", "user_new", admin_people.new, _FORM),
    ("/personas/<int:user_id>", "user", admin_people.one, _FORM),
    ("/personas/<int:user_id>/contrasena", "user_password", admin_people.password, _POST),
    ("/personas/<int:user_id>/activa", "user_active", admin_people.active, _POST),
    ("/personas/<int:user_id>/funciones", "role_give", admin_people.give, _POST),
    ("/personas/<int:user_id>/funciones/<int:role_id>", "role_end", admin_people.end, _FORM),
    ("/reglas", "rules", admin_rules.show, _GET),
    ("/reglas/nueva", "rule_new", admin_rules.new, _FORM),
    ("/reglas/<int:rule_id>", "rule_edit", admin_rules.edit, _FORM),
    ("/reglas/<int:rule_id>/terminar", "rule_end", admin_rules.end, _POST),
    ("/reglas/<int:rule_id>/mover", "rule_move", admin_rules.move, _POST),
    ("/plazos", "terms", admin_terms.show, _GET),
    ("/plazos/nuevo", "term_new", admin_terms.new, _FORM),
    ("/plazos/<int:term_id>", "term_correct", admin_terms.correct, _FORM),
    ("/plazos/<int:term_id>/terminar", "term_end", admin_terms.end, _FORM),
    ("/oficina", "settings", admin_settings.show, _GET),
    ("/oficina/guardar", "settings_save", admin_settings.save, _POST),
    ("/oficina/series/<prefix>", "series", admin_settings.edit_series, _FORM),
)

for _path, _endpoint, _view, _methods in _PAGES:
    bp.add_url_rule(_path, _endpoint, _view, methods=list(_methods))
