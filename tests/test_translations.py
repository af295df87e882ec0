"""The screens in English: the catalogue is complete, and no Spanish text stays on a page."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import Environment
from sqlalchemy import select

from caseflow.commands.people import set_preferences
from caseflow.domain.phrases import chain, listed, phrase, plural
from caseflow.extensions import db
from caseflow.models import Area, LegalTerm, Room, Topic, User
from caseflow.web import words
from tests.builders import PEOPLE, Office, build_template, make_app
from tests.test_routes import World, expected_missing, make_world, rules
from tests.web.browsing import post, signed_in, token
from tools import i18n
from tools.vendor import ICONS

#: Characters of a Spanish text by which it is known for ours anywhere on a page.
TELLING = 16
#: Names, keys, units and commands: the same in both languages.
SAME = re.compile(r"[\W\d_]*(?:Caseflow|[A-Z]*|Enter|Esc|h\.?|d|\.xlsx|flask [ \w.]+|data-row .*)")


# ── The catalogue ────────────────────────────────────────────────────────────────────────────────


def test_the_catalogue_holds_the_texts_of_today() -> None:
    wanted = i18n.text_of(i18n.updated())
    assert i18n.ENGLISH.read_bytes() == wanted, "run: make words"


def test_every_text_has_its_english_with_the_same_values() -> None:
    assert i18n.faults(i18n.updated()) == []


def test_a_text_without_english_or_with_other_values_is_named() -> None:
    catalogue = i18n.Catalog(locale="en")
    catalogue.add("Turnar")
    catalogue.add("Vence el {day}", "Due on {date}")
    catalogue.add(("%(num)s folio", "%(num)s folios"), ("%(num)s folio", ""))
    catalogue.add("Bandeja", "Inbox")
    assert i18n.faults(catalogue) == [
        "no English: 'Turnar'",
        "other values: 'Vence el {day}' -> 'Due on {date}'",
        "no English: '%(num)s folio'",
    ]


def test_the_english_texts_speak_english() -> None:
    """Spanish letters stand only in names and in what the law calls a thing."""
    names = re.compile(r"“[^”]*”|Locatel|caja|SUAC|Acuerdo|Español")
    odd = [
        english
        for message in i18n.updated()
        for english in i18n._forms(message.string)
        if message.id and re.search(r"[áéíóúñ¿¡«»]", names.sub("", english))
    ]
    assert odd == []


# ── Texts are marked ─────────────────────────────────────────────────────────────────────────────


def test_no_text_of_a_template_stands_outside_its_mark() -> None:
    bare = []
    for file in sorted(i18n.TEMPLATES.rglob("*.html")):
        place = str(file.relative_to(i18n.TEMPLATES))
        for text in _bare_texts(file.read_text()):
            if not SAME.fullmatch(text) and text not in ICONS:
                bare.append((place, text))
    assert bare == []


def _bare_texts(source: str) -> Iterator[str]:
    """What a template says itself: text between tags, and attributes that are read aloud."""
    reader = _Reader()
    reader.feed("".join(_html(source)))
    yield from (text for each in reader.texts if (text := each.strip()))


def _html(source: str) -> Iterator[str]:
    """A template without its own tags, a blank in the place of each."""
    end = ""
    for _line, kind, value in Environment().lex(source):
        if kind.endswith("_begin"):
            end = kind.replace("begin", "end")
        elif kind == end:
            end = ""
            yield " "
        elif not end:
            yield value


class _Reader(HTMLParser):
    """The texts of a page: what is read on it, and what is read aloud of it."""

    ALOUD = ("aria-label", "title", "placeholder", "alt", "data-confirm", "data-l")

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.language = ""
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "html":
            self.language = found.get("lang") or ""
        if tag in ("script", "style"):
            self._silent += 1
        self.texts += [found[name] or "" for name in self.ALOUD if found.get(name)]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._silent:
            self.texts.append(" ".join(data.split()))


#: Calls whose arguments are no texts for the screen.
ASIDE = frozenset({"replace", "compile"})
#: How a language calls itself; letters of folios; and reasons that go into the record, which is
#: Spanish.
KNOWN = frozenset(
    {
        "Español",
        "[^0-9a-zñ]+",
        "ñ",
        "Se cumplió la resolución del recurso",
        "El asunto se remitió",
        "La información ya es pública: así se respondió a la persona",
        "\n\nDónde está: ",
        "\nCómo consultarla: ",
        "El sistema de origen dio por atendido el folio",
        "Se corrigió la fecha de ingreso",
        "El listado movió la fecha de su respuesta",
        "Término que señaló la autoridad que conoce del recurso",
        "Se contó de nuevo con otro calendario",
        "Se corrigió un dato del recurso",
        "Reestructura: el área terminó y su trabajo pasó a la sucesora",
        "cerrado por regla de 72 h, sin confirmación del listado",
    }
)


@pytest.mark.parametrize("room", ["web", "domain"])
def test_no_spanish_text_of_the_code_stands_outside_its_mark(room: str) -> None:
    texts = {text for message in i18n.updated() for text in i18n._forms(message.id)}
    bare = []
    for file in sorted((i18n.ROOT / "caseflow" / room).rglob("*.py")):
        tree = ast.parse(file.read_text())
        marked = _marked(tree)
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in marked
                and node.value not in texts | KNOWN
                and re.search(r"[áéíóúñ¿¡]", node.value, re.I)
            ):
                bare.append((file.name, node.lineno, node.value))
    assert bare == []


def _marked(tree: ast.Module) -> set[int]:
    """The constants within a mark, and the docstrings."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            name = node.func.attr if isinstance(node.func, ast.Attribute) else name
            if name in i18n.ONE | i18n.TWO | ASIDE:
                found |= {id(inner) for argument in node.args for inner in ast.walk(argument)}
        body = getattr(node, "body", None)
        if isinstance(body, list):
            found |= {id(each.value) for each in body if isinstance(each, ast.Expr)}
    return found


# ── Phrases ──────────────────────────────────────────────────────────────────────────────────────


def english(text: str, app: Flask) -> str:
    with app.test_request_context("/"):
        words.choose("en")
        return words._(text)


def test_a_phrase_is_its_spanish_sentence_and_can_be_told_in_english(sqlite_app: Flask) -> None:
    said = phrase("Vencido · {days} d háb.", days=9)
    assert said == "Vencido · 9 d háb."
    assert english(said, sqlite_app) == "Overdue · 9 bus. d."


@pytest.mark.parametrize(
    ("days", "spanish", "told"),
    [(1, "Queda 1 d háb.", "1 bus. d. left"), (3, "Quedan 3 d háb.", "3 bus. d. left")],
)
def test_a_count_chooses_its_form(sqlite_app: Flask, days: int, spanish: str, told: str) -> None:
    said = plural("Queda {n} d háb.", "Quedan {n} d háb.", days)
    assert said == spanish
    assert english(said, sqlite_app) == told


def test_words_within_a_phrase_are_told_with_it_and_names_are_left(sqlite_app: Flask) -> None:
    said = phrase("Respondido: {outcome}", outcome=phrase("Atendido en parte"))
    assert english(said, sqlite_app) == "Answered: Partly attended"
    name = phrase("Remitido a {authority}", authority="Turnado")
    assert english(name, sqlite_app) == "Referred to Turnado"


def test_a_chain_leaves_out_what_is_empty(sqlite_app: Flask) -> None:
    said = chain(" · ", ("Ana", "", phrase("Nota interna")))
    assert said == "Ana · Nota interna"
    assert english(said, sqlite_app) == "Ana · Internal note"


@pytest.mark.parametrize(
    ("names", "spanish", "told"),
    [
        ([], "", ""),
        (["A"], "A", "A"),
        (["A", "B"], "A y B", "A and B"),
        (["A", "B", "Obras"], "A, B y Obras", "A, B and Obras"),
        (["A", "Iztacalco"], "A e Iztacalco", "A and Iztacalco"),
    ],
)
def test_a_list_ends_in_and(sqlite_app: Flask, names: list[str], spanish: str, told: str) -> None:
    assert listed(names) == spanish
    assert english(listed(names), sqlite_app) == told


def test_a_sentence_kept_as_text_is_recognised_by_its_template(sqlite_app: Flask) -> None:
    kept = "La fila trae 3 columnas y el encabezado 5: revise separadores y comillas."
    told = "The row has 3 columns and the header 5: check separators and quotes."
    assert english(phrase(kept), sqlite_app) == told


def test_what_nobody_of_us_wrote_stays_as_it_is(sqlite_app: Flask) -> None:
    theirs = "Se cayó un árbol frente al {número} 5, con 100 % de la calle cerrada."
    assert english(phrase(theirs), sqlite_app) == theirs
    assert english(theirs, sqlite_app) == theirs


# ── Choosing ─────────────────────────────────────────────────────────────────────────────────────


def test_a_person_chooses_the_language_of_the_screens(sqlite_office: Office) -> None:
    head, colleague = signed_in(sqlite_office, "titular"), signed_in(sqlite_office, "personal")
    saved = post(head, "/cuenta/ajustes", {"language": "en", "keys_on": "y"})
    assert saved.status_code == 303
    page = head.get("/cuenta").text
    assert '<html lang="en"' in page
    assert "Your settings were saved." in page
    assert "Language" in page
    theirs = colleague.get("/cuenta").text
    assert '<html lang="es-MX"' in theirs
    assert "Idioma" in theirs


def test_an_unknown_language_is_refused_and_nothing_changes(sqlite_office: Office) -> None:
    head = signed_in(sqlite_office, "titular")
    assert post(head, "/cuenta/ajustes", {"language": "fr"}).status_code == 422
    assert '<html lang="es-MX"' in head.get("/cuenta").text


def test_a_citizen_chooses_by_a_link_and_the_browser_remembers(sqlite_office: Office) -> None:
    citizen = sqlite_office.app.test_client()
    assert '<html lang="es-MX"' in citizen.get("/consulta").text
    chosen = citizen.get("/idioma/en?siguiente=/consulta")
    assert (chosen.status_code, chosen.headers["Location"]) == (302, "/consulta")
    page = citizen.get("/consulta").text
    assert '<html lang="en"' in page
    assert "How far is your request?" in page
    assert 'hreflang="es-MX"' in page
    citizen.get("/idioma/es")
    assert '<html lang="es-MX"' in citizen.get("/consulta").text


def test_choosing_leads_to_no_other_site(sqlite_office: Office) -> None:
    answer = sqlite_office.app.test_client().get("/idioma/en?siguiente=//example.org/")
    assert answer.headers["Location"] == "/"


def test_the_language_of_the_browser_alone_changes_nothing(sqlite_office: Office) -> None:
    page = sqlite_office.app.test_client().get("/consulta", headers={"Accept-Language": "en"})
    assert '<html lang="es-MX"' in page.text


def test_papers_and_files_stay_in_spanish(sqlite_office: Office) -> None:
    sqlite_office.capture()
    head = in_english(sqlite_office, "supervision")
    columns = head.get("/mesa/exportar.csv").text
    assert "Vencimiento" in columns
    assert "Due date" not in columns


def test_a_refusal_is_told_in_the_readers_language(sqlite_office: Office) -> None:
    head = in_english(sqlite_office, "titular")
    page = head.get("/casos/SUAC-1")
    assert page.status_code == 404
    assert "What you look for was not found" in page.text
    # where a paper is asked for, too
    page = head.get("/casos/SUAC-1/plazo.pdf")
    assert "What you look for was not found" in page.text


def test_dates_in_words_are_english_with_the_day_first(sqlite_office: Office) -> None:
    page = in_english(sqlite_office, "titular").get("/cuenta").text
    assert re.search(r"[A-Z][a-z]+day \d+ [A-Z][a-z]{2,} \d{4}", page)


# ── No page keeps a Spanish text ─────────────────────────────────────────────────────────────────


def in_english(office: Office, login: str) -> FlaskClient:
    with office.work(login) as work:
        set_preferences(work, language="en")
    return signed_in(office, login)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("english")
    url = f"sqlite:///{folder / 'english.sqlite3'}"
    build_template(url, folder)
    app = make_app(url, folder)
    with app.app_context():
        yield make_world(app, folder)
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def spanish() -> tuple[frozenset[str], tuple[str, ...]]:
    """Texts that are other words in English, whole, and the telling ones among their pieces."""
    whole, pieces = set(), set()
    english = "\n".join(text for message in i18n.updated() for text in i18n._forms(message.string))
    for message in i18n.updated():
        if not message.id:
            continue
        for source, said in zip(i18n._forms(message.id), i18n._forms(message.string), strict=True):
            if source == said or len(source) == 1:
                continue
            whole.add(source)
            longest = max(i18n.VALUE.split(source), key=len).strip()
            if len(longest) >= TELLING and longest not in english:
                pieces.add(longest)
    return frozenset(whole), tuple(sorted(pieces))


@pytest.mark.parametrize("login", PEOPLE)
def test_no_page_keeps_a_spanish_text(
    world: World, spanish: tuple[frozenset[str], tuple[str, ...]], login: str
) -> None:
    client = in_english(world.office, login)
    left = []
    for rule in rules(world.office.app, "GET"):
        if expected_missing(world, rule, login) or rule.endpoint == "access.language":
            continue
        answer = client.get(world.path(rule), headers={"Accept": "text/html"})
        if answer.mimetype == "text/html" and answer.status_code != 302:
            left += [(rule.rule, text) for text in _left(answer.text, spanish, _names())]
    assert left == []


@pytest.mark.parametrize("path", ["/consulta", "/ingresar", "/no-hay", "/salud"])
def test_no_public_page_keeps_a_spanish_text(
    world: World, spanish: tuple[frozenset[str], tuple[str, ...]], path: str
) -> None:
    citizen = world.office.app.test_client()
    citizen.get("/idioma/en")
    page = citizen.get(path, headers={"Accept": "text/html"}).text
    assert _left(page, spanish, _names()) == []


def test_a_form_sent_back_explains_itself_in_english(
    world: World, spanish: tuple[frozenset[str], tuple[str, ...]]
) -> None:
    clerk = in_english(world.office, "ventanilla")
    answer = clerk.post("/casos/nuevo", data={"csrf_token": token(clerk)})
    assert answer.status_code == 422
    assert _left(answer.text, spanish, _names()) == []


def _left(
    page: str, spanish: tuple[frozenset[str], tuple[str, ...]], names: frozenset[str]
) -> list[str]:
    """The Spanish texts of ours on a page; the office's own names are none."""
    whole, pieces = spanish
    reader = _Reader()
    reader.feed(page)
    texts = [text for text in reader.texts if text not in names]
    said = "\n".join(texts)
    for name in names:
        said = said.replace(name, "") if len(name) >= TELLING else said
    found = [text for text in texts if text in whole]
    return found + [piece for piece in pieces if piece in said]


def _names() -> frozenset[str]:
    """What the office itself wrote, which nobody translates: names, posts, sources of law."""
    areas = db.session.execute(select(Area.name, Area.short_name))
    people = db.session.execute(select(User.name, User.post))
    terms = db.session.execute(select(LegalTerm.counts_from_words, LegalTerm.legal_source))
    lists = (*db.session.execute(select(Topic.name)), *db.session.execute(select(Room.name)))
    return frozenset(text for row in (*areas, *people, *terms, *lists) for text in row if text)
