"""The macros of templates/components and the page frames, rendered with plain Jinja."""

from __future__ import annotations

from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import jinja2
import pytest
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    Form,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from caseflow.web.assets import icon_of

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
ERROR_CODES = (400, 403, 404, 409, 413, 422, 429, 500, 503)


class Outline(HTMLParser):
    """The elements of a fragment, and whether every one that opens closes."""

    VOID: ClassVar[set[str]] = {"input", "meta", "link", "br", "col"}
    SELF_CLOSED: ClassVar[set[str]] = {"use", "rect", "line", "path"}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.VOID | self.SELF_CLOSED, f"<{tag}/> does not close in HTML"
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def env() -> jinja2.Environment:
    """Templates as the program sets them up, without the program."""
    environment: Any = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        undefined=jinja2.StrictUndefined,
    )
    environment.install_null_translations(newstyle=True)
    environment.globals.update(
        static=lambda path: f"/static/{path}?v=1",
        sprite_icon=partial(icon_of, "/static/img/icons.svg?v=1"),
        csrf_token=lambda: "a-token",
        redating=None,
        get_flashed_messages=lambda with_categories=False: [("success", "Se turnó.")],
    )
    return environment


def macro(env: jinja2.Environment, file: str, name: str) -> Any:
    return getattr(env.get_template(f"components/{file}.html").module, name)


def offer(**changes: object) -> SimpleNamespace:
    facts: dict[str, object] = {
        "action": "route",
        "label": "Turnar",
        "icon": "arrow-forward-up",
        "href": "/casos/X/acciones/route",
        "enabled": True,
        "reason": None,
        "key": "t",
        "primary": True,
    }
    return SimpleNamespace(**(facts | changes))


def shell(**changes: object) -> SimpleNamespace:
    item = SimpleNamespace(
        label="Bandeja", href="/bandeja", icon="inbox", current=True,
        count="3", late="1", words="abiertos",
    )  # fmt: skip
    facts: dict[str, object] = {
        "user_name": "Lucía Ibáñez",
        "user_role": "Ventanilla",
        "initials": "LI",
        "nav": [SimpleNamespace(title=None, items=[item], edit_href=None)],
        "unread": "2",
        "can_capture": True,
        "today_long": "Lunes 23 nov 2026",
        "today_counts": "Día hábil",
        "office": "Alcaldía de prueba",
        "keys_on": True,
        "roomy": False,
    }
    return SimpleNamespace(**(facts | changes))


# --- small signs ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("light", "tone", "symbol"),
    [
        ("overdue", "sem-v", "alert-octagon"),
        ("today", "sem-h", "clock-exclamation"),
        ("soon", "sem-p", "i-clock"),
        ("on_time", "sem-t", "circle-check"),
        ("waiting", "sem-s", "clock-pause"),
        ("no_term", "sem-n", "calendar-off"),
    ],
)
def test_a_pill_has_colour_and_icon_and_the_words_it_was_given(
    env: jinja2.Environment, light: str, tone: str, symbol: str
) -> None:
    pill = macro(env, "pill", "sem")(SimpleNamespace(light=light, words="Vencido · 9 d háb."))
    assert f'class="sem {tone}"' in pill
    assert symbol in pill
    assert "Vencido · 9 d háb." in pill
    assert 'aria-hidden="true"' in pill


def test_text_of_people_is_escaped(env: jinja2.Environment) -> None:
    assert "<b>" not in macro(env, "pill", "chip")("<b>x</b>")
    notes = macro(env, "page", "notes")([{"text": "<i>", "by": "A", "at": "hoy", "only": ""}])
    assert "<i>" not in notes


@pytest.mark.parametrize(("sign", "words"), [("T", "Texto de la norma"), ("R", "Por confirmar")])
def test_a_confidence_mark_says_what_it_means(
    env: jinja2.Environment, sign: str, words: str
) -> None:
    assert words in macro(env, "pill", "mark")(sign)


def test_the_counter_in_force_is_told_apart_for_screen_readers(env: jinja2.Environment) -> None:
    facts = {"icon": None, "count": 21, "label": "Vencidos", "note": None, "href": "?luz=v"}
    html = macro(env, "pill", "counters")(
        [
            SimpleNamespace(light="overdue", current=True, **facts),
            SimpleNamespace(light="today", current=False, **facts),
        ],
        "Semáforo",
    )
    assert html.count('aria-current="true"') == 1
    assert "kpi-v" in html
    assert "kpi-h" in html


# --- actions and turns ----------------------------------------------------------------


def test_a_refused_action_keeps_the_focus_and_points_to_its_reason(env: jinja2.Environment) -> None:
    html = macro(env, "actions", "action_bar")(
        [
            offer(),
            offer(action="extend", label="Ampliar plazo", enabled=False, key=None, reason="ya."),
        ]
    )
    outline = Outline(html)
    (refused,) = outline.all("button")
    assert refused["aria-disabled"] == "true"
    assert "disabled" not in refused
    reason_id = refused["aria-describedby"]
    assert [item for item in outline.all("li") if item.get("id") == reason_id]
    (allowed,) = outline.all("a")
    assert allowed["href"] == "/casos/X/acciones/route"
    assert allowed["data-key"] == "t"


def test_a_bar_without_reasons_points_to_none(env: jinja2.Environment) -> None:
    html = macro(env, "actions", "action_bar")([offer(enabled=False, reason="ya.")], reasons=False)
    assert "aria-describedby" not in html
    assert "ya." not in html


def test_a_turn_offers_only_what_is_allowed(env: jinja2.Environment) -> None:
    turn = SimpleNamespace(
        area="JUD de Barrios",
        instruction=None,
        person=None,
        state="Por aceptar",
        done=False,
        state_at=None,
        sem=None,
        due=None,
        reply=None,
        note=None,
        reply_href=None,
        reply_label=None,
        offers=[offer(label="Aceptar"), offer(label="Retirar turno", enabled=False)],
    )
    html = macro(env, "turns", "turn_table")([turn], "Turnos")
    assert "Aceptar" in html
    assert "Retirar turno" not in html
    assert "Sin asignar" in html
    Outline(html)


# --- clocks ---------------------------------------------------------------------------


def bar_of(total: int, today: int, base: int) -> SimpleNamespace:
    days = [
        SimpleNamespace(
            number=n, extension=n > base, done=n < today, today=n == today, last=n == total
        )
        for n in range(1, total + 1)
    ]
    return SimpleNamespace(summary="Día por día", days=days, captions=["30 oct", "24 nov"])


def test_a_short_term_is_drawn_one_box_per_day(env: jinja2.Environment) -> None:
    html = macro(env, "clock", "day_bar")(bar_of(16, 15, 9))
    assert html.count('class="d-b"') == 9
    assert html.count("d-a") == 6
    assert html.count("d-hoy") == 1
    assert html.count("d-u") == 1
    assert 'role="img" aria-label="Día por día"' in html


def test_a_term_longer_than_twenty_days_is_a_bar(env: jinja2.Environment) -> None:
    html = macro(env, "clock", "day_bar")(bar_of(30, 23, 20))
    assert 'dias"' not in html
    widths = [rect["width"] for rect in Outline(html).all("rect")]
    assert widths == ["20", "2"]


# --- lists ----------------------------------------------------------------------------


def test_the_pager_has_no_link_where_there_is_no_page(env: jinja2.Environment) -> None:
    html = macro(env, "list", "pager")(None, "?despues=abc", "más de 500")
    outline = Outline(html)
    assert [link["href"] for link in outline.all("a")] == ["?despues=abc"]
    assert "más de 500" in html


def test_bulk_buttons_send_the_marked_rows_without_scripts(env: jinja2.Environment) -> None:
    action = {"label": "Turnar", "icon": "send", "action": "/turnos/acciones/route", "key": "t"}
    html = macro(env, "list", "bulk_bar")([action | {"method": "get"}])
    (button,) = Outline(html).all("button")
    assert button["type"] == "submit"
    assert button["formaction"] == "/turnos/acciones/route"
    assert "disabled" not in button
    assert "aria-disabled" not in button
    box = Outline(macro(env, "list", "check_row")("7", "Marcar X")).all("input")[0]
    assert (box["name"], box["value"], box["aria-label"]) == ("marked", "7", "Marcar X")


# --- imports and figures --------------------------------------------------------------


def test_an_old_and_a_new_value_are_told_apart_in_words(env: jinja2.Environment) -> None:
    html = macro(env, "imports", "change")("", "CERRADO")
    assert "antes:" in html
    assert "ahora:" in html
    assert "vacío" in html
    assert "<del" not in macro(env, "imports", "change")(None, "CERRADO")


def test_progress_is_followed_only_while_it_runs(env: jinja2.Environment) -> None:
    progress = macro(env, "imports", "progress")
    running = progress("Aplicando", 796, 1284, "av", "796 de 1,284 filas", poll="/avance")
    assert 'data-poll="/avance"' in running
    assert "61 %" in running
    finished = progress("Aplicando", 1284, 1284, "av", "listo")
    assert "data-poll" not in finished
    assert "100 %" in finished
    assert "0 %" in progress("Aplicando", 0, 0, "av", "nada")


def test_a_chart_says_its_sentence_and_gives_its_data(env: jinja2.Environment) -> None:
    series = [{"label": "Entran", "values": [38, 1500]}, {"label": "Salen", "values": [0, 31]}]
    html = macro(env, "figures", "bar_chart")(
        "Entraron más.", "Semana", ["7 sep", "14 sep"], series
    )
    outline = Outline(html)
    assert outline.all("svg")[0]["aria-label"] == "Entraron más."
    assert len(outline.all("rect")) == 3  # the zero has no bar
    assert max(float(rect["height"] or 0) for rect in outline.all("rect")) <= 236
    assert "1,500" in html
    assert html.count("<tr>") == 3


def test_a_missing_value_breaks_the_line(env: jinja2.Environment) -> None:
    series = [{"label": "Cumplimiento", "values": [80, None, 85, 90]}]
    html = macro(env, "figures", "line_chart")("Sube.", "Mes", list("abcd"), series)
    (path,) = Outline(html).all("path")
    assert (path["d"] or "").count("M") == 2


def test_charts_stand_even_when_everything_is_zero(env: jinja2.Environment) -> None:
    series = [{"label": "Entran", "values": [0, 0]}]
    Outline(macro(env, "figures", "bar_chart")("Nada.", "Mes", ["a", "b"], series))
    Outline(macro(env, "figures", "ages")([("1–5", 0)]))
    Outline(macro(env, "figures", "load_bar")([("overdue", 0)], "Nada"))


# --- forms ----------------------------------------------------------------------------


class EveryKind(Form):
    subject = StringField("Asunto", [DataRequired("Escriba el asunto.")])
    text = TextAreaField("Instrucción", description="Qué debe hacer el área.")
    due = DateField("Meta", [Optional()])
    at = TimeField("Hora", [Optional()])
    area = SelectField("Área", choices=[SelectChoice("a", "Barrios")])
    areas = SelectMultipleField(
        "Áreas",
        [DataRequired("Marque al menos un área.")],
        choices=[SelectChoice("a", "Barrios"), SelectChoice("b", "Mediación")],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    kind = RadioField(
        "Tipo", choices=[SelectChoice("x", "Servicio"), SelectChoice("y", "Información")]
    )
    file = FileField("Archivo")
    told = BooleanField("Avisar")
    version = HiddenField()


def test_every_field_has_a_label_that_names_its_control(env: jinja2.Environment) -> None:
    field = macro(env, "forms", "field")
    html = "".join(field(f) for f in EveryKind())
    outline = Outline(html)
    controls = [*outline.all("input"), *outline.all("select"), *outline.all("textarea")]
    wanted = {control["id"] for control in controls if control.get("type") != "hidden"}
    assert wanted == {label["for"] for label in outline.all("label")}
    assert len(outline.all("fieldset")) == len(outline.all("legend")) == 2


def test_help_and_error_are_tied_to_the_control(env: jinja2.Environment) -> None:
    form = EveryKind(data={})
    assert not form.validate()
    outline = Outline(macro(env, "forms", "field")(form.subject, help="Como lo dijo la persona."))
    (control,) = outline.all("input")
    assert control["aria-invalid"] == "true"
    ids = {paragraph["id"] for paragraph in outline.all("p")}
    assert set((control["aria-describedby"] or "").split()) == ids == {"subject-a", "subject-e"}


def test_what_may_stay_empty_says_so_except_where_something_is_always_chosen(
    env: jinja2.Environment,
) -> None:
    field, form = macro(env, "forms", "field"), EveryKind()
    said = {f.name for f in form if "(opcional)" in field(f)}
    assert said == {"text", "due", "at", "file"}
    assert "(opcional)" not in field(form.text, optional=False)


def test_other_keywords_become_attributes(env: jinja2.Environment) -> None:
    form = EveryKind()
    control = Outline(macro(env, "forms", "field")(form.text, rows=4, data_hint="1")).all(
        "textarea"
    )
    assert control[0]["rows"] == "4"
    assert control[0]["data-hint"] == "1"


def test_the_summary_of_errors_links_to_each_field(env: jinja2.Environment) -> None:
    form = EveryKind(data={})
    form.validate()
    outline = Outline(macro(env, "forms", "form_errors")(form))
    assert {link["href"] for link in outline.all("a")} >= {"#subject", "#areas"}
    assert outline.all("div")[0]["role"] == "alert"
    assert macro(env, "forms", "form_errors")(EveryKind()) == ""


# --- whole pages ----------------------------------------------------------------------


def test_the_staff_frame_stands_and_signs_out_by_post(env: jinja2.Environment) -> None:
    page = env.get_template("base.html").render(shell=shell())
    outline = Outline(page)
    assert outline.open == []
    out = next(form for form in outline.all("form") if form.get("action") == "/salir")
    assert out["method"] == "post"
    assert {"type": "hidden", "name": "csrf_token", "value": "a-token"} in outline.all("input")
    assert "Se turnó." in page
    assert "Mi cuenta y ajustes" not in page
    assert 'data-keys="on"' in page
    assert 'id="atajos"' in page
    account = env.get_template("base.html").render(shell=shell(account_href="/cuenta"))
    assert 'href="/cuenta"' in account


def test_settings_of_the_person_change_the_frame(env: jinja2.Environment) -> None:
    changed = shell(can_capture=False, keys_on=False, roomy=True)
    page = env.get_template("base.html").render(shell=changed)
    assert "/casos/nuevo" not in page
    assert 'data-keys="off"' in page
    assert 'id="atajos"' not in page
    assert 'class="comoda"' in page


@pytest.mark.parametrize("code", ERROR_CODES)
def test_an_error_page_stands_for_staff_and_for_nobody(env: jinja2.Environment, code: int) -> None:
    template = env.get_template(f"errors/{code}.html")
    anonymous = template.render()
    assert Outline(anonymous).open == []
    assert "incidente" not in anonymous
    assert 'action="/salir"' not in anonymous
    staff = template.render(shell=shell(), message="El plazo ya venció.", incident="7F3A")
    assert Outline(staff).open == []
    assert "El plazo ya venció." in staff
    assert "7F3A" in staff
    assert 'action="/salir"' in staff
    assert staff.count("<h1") == 1


@pytest.mark.parametrize(("seconds", "words"), [(30, "1 minuto."), (61, "2 minutos.")])
def test_a_page_that_asks_to_wait_says_how_long(
    env: jinja2.Environment, seconds: int, words: str
) -> None:
    assert f"Vuelva a intentar en {words}" in env.get_template("errors/429.html").render(
        retry_after=seconds
    )


class SignIn(Form):
    email = EmailField("Correo", [DataRequired("Escriba su correo.")])
    password = PasswordField("Contraseña", [DataRequired("Escriba su contraseña.")])
    next = HiddenField()


def test_signing_in_helps_password_managers(env: jinja2.Environment) -> None:
    page = env.get_template("access/sign_in.html").render(
        form=SignIn(), office="Alcaldía de prueba"
    )
    outline = Outline(page)
    assert outline.open == []
    kinds = {i["name"]: i.get("autocomplete") for i in outline.all("input") if i.get("name")}
    assert kinds["email"] == "username"
    assert kinds["password"] == "current-password"
    assert "next" in kinds
    assert "Alcaldía de prueba" in page
