"""Finding cases: by folio however it is written, by words, street and person (domain §3, §6).

Words are folded and stemmed the same way when a case is written and when somebody looks for it
(``queries.tokens``), so accents and endings do not matter on either engine. Nothing is found that
the person may not see, and nobody by a name that the person may not read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    and_,
    column,
    false,
    func,
    or_,
    select,
    text,
    true,
    union,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import False_, True_

from caseflow import dialect
from caseflow.domain.folios import Series, guesses
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import Source
from caseflow.models import Case, FolioAlias
from caseflow.queries.case_rows import case_rows
from caseflow.queries.lists import CAP, Day, Row
from caseflow.queries.paging import PAGE
from caseflow.queries.scope import person_searchable, visible
from caseflow.queries.tokens import tokens

#: A folio or its beginning as people type it: digits and hyphens, after the letters of a series or
#: the name of a source. Letters and a blank alone are a street.
_FOLIO = re.compile(
    rf"((?:{'|'.join(Source)})[\s/-]*|[a-zñ]{{2,8}}-)?\d[\d/-]*(?: \d[\d/-]*)?", re.IGNORECASE
)
#: How many case numbers next in order are looked through before all matches are listed.
_NEAR = 4000
#: Folios of several systems may read alike, but never this many.
_MOST_CANDIDATES = 100
#: More words than this find nothing more precisely.
_MOST_TOKENS = 12


def find_refs(
    session: Session, actor: Actor, typed: str, series: Sequence[Series]
) -> tuple[str, ...]:
    """Refs of the visible cases that a typed folio stands for, the likeliest first.

    Reads spellings of the source, our own series, folios of other systems and former folios.
    """
    wanted = guesses(typed, series)
    if not wanted:
        return ()
    candidates = union(  # each by its own index
        select(Case.id).where(Case.ref.in_(wanted)),
        select(Case.id).where(Case.external_folio.in_(wanted)),
        select(FolioAlias.case_id).where(FolioAlias.ref.in_(wanted)),
    )
    ids = session.execute(candidates.limit(_MOST_CANDIDATES)).scalars().all()
    if not ids:
        return ()
    rows = session.execute(
        select(Case.ref, Case.external_folio).where(Case.id.in_(ids), visible(actor))
    ).all()
    place = {guess: at for at, guess in enumerate(wanted)}
    last = len(wanted)

    def likeliness(row: Sequence[str | None]) -> tuple[int, str]:
        ref, external = row[0] or "", row[1] or ""
        return min(place.get(ref, last), place.get(external, last)), ref

    return tuple(row.ref for row in sorted(rows, key=likeliness))


def looks_like_folio(typed: str) -> bool:
    """Whether a text is a folio or the beginning of one, rather than words."""
    return _FOLIO.fullmatch(typed.strip()) is not None


def query_tokens(typed: str) -> tuple[str, ...]:
    """The tokens that a search asks the index for; the last one stands for its beginning."""
    if looks_like_folio(typed):
        plain = "".join(letter for letter in typed.lower() if letter.isalnum())
        return (plain,)
    return tokens(typed)[:_MOST_TOKENS]


@dataclass(frozen=True, slots=True)
class Matches:
    """The cases that hold all the words: a table ``hits`` of their ids to join, and a condition.

    The condition is on ``Case``: a name counts only where the actor may find the case by it. The
    scope is the caller's to add.
    """

    hits: CTE
    allowed: ColumnElement[bool]

    def joined(self, statement: Select[Any], case_id: Any) -> Select[Any]:
        """``statement`` narrowed to the matches by its column of case ids."""
        return statement.join(self.hits, self.hits.c.case_id == case_id).where(self.allowed)


def matches(
    session: Session, actor: Actor, typed: str, within: tuple[int, int] | None = None
) -> Matches | None:
    """The cases that hold what was typed; none when nothing in it can be looked for.

    ``within``: first and last of the few case ids that are looked through, rather than all.
    """
    wanted = query_tokens(typed)
    if not wanted:
        return None
    allowed = true() if actor.system else person_searchable(actor)
    near = within is not None
    condition: ColumnElement[bool] = true()
    if isinstance(allowed, False_):
        hits = _hits(session, wanted, ("words",), near)
    else:
        hits = _hits(session, wanted, dialect.SEARCH_COLUMNS, near)
        by_words = _hits(session, wanted, ("words",), near)
        named = select(by_words.c.case_id)
        if within is not None:
            named = named.where(by_words.c.case_id.between(*within))
        if not isinstance(allowed, True_):
            condition = or_(allowed, Case.id.in_(named))
    if within is not None:
        condition = and_(condition, hits.c.case_id.between(*within), Case.id.between(*within))
    return Matches(hits, condition)


def narrowed(
    session: Session, actor: Actor, typed: str, statement: Select[Any], case_id: Any
) -> Select[Any]:
    """A statement narrowed, by its column of case ids, to the cases that hold the words typed."""
    found = matches(session, actor, typed)
    return statement.where(false()) if found is None else found.joined(statement, case_id)


def _hits(session: Session, wanted: Sequence[str], columns: Sequence[str], near: bool) -> CTE:
    """The ids of the matching cases.

    Listed first on PostgreSQL unless ``near``: it knows little about beginnings of words, and
    would else walk all cases from the newest on, looking for enough of a word that is rare.
    """
    tag = f"q{len(columns)}"
    sql, parameters = dialect.search_matches(session.get_bind().dialect.name, wanted, columns)
    bound = {}
    for name in sorted(parameters, key=len, reverse=True):
        sql = sql.replace(f":{name}", f":{tag}_{name}")
        bound[f"{tag}_{name}"] = parameters[name]
    found = text(sql).bindparams(**bound).columns(column("case_id", BigInteger)).cte(tag)
    how = "NOT MATERIALIZED" if near else "MATERIALIZED"
    return found.prefix_with(how, dialect="postgresql")


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search, newest first.

    ``count``: how many there are, up to ``CAP`` + 1; none where only the page was looked for.
    ``newer`` and ``older`` are the case ids to page by, where there are more.
    """

    rows: tuple[Row, ...]
    count: int | None = None
    newer: int | None = None
    older: int | None = None


def search(
    session: Session,
    actor: Actor,
    typed: str,
    day: Day,
    *,
    after: int | None = None,
    before: int | None = None,
) -> Found:
    """The visible cases that hold all the words, newest first.

    ``after``: those older than that case; ``before``: those newer than it.
    """
    ids, count = _page_of_ids(session, actor, typed, after, before)
    more, shown = len(ids) > PAGE, ids[:PAGE]
    if before is not None:
        shown.reverse()
    if not shown:
        return Found((), count)
    return Found(
        rows=case_rows(session, actor, shown, day),
        count=count,
        newer=shown[0] if after is not None or (before is not None and more) else None,
        older=shown[-1] if before is not None or more else None,
    )


def search_all(session: Session, actor: Actor, typed: str, day: Day, limit: int) -> tuple[Row, ...]:
    """The rows of all pages, at most ``limit``: for exports."""
    found = matches(session, actor, typed)
    if found is None:
        return ()
    statement = found.joined(select(Case.id), Case.id).where(visible(actor))
    ids = session.execute(statement.order_by(Case.id.desc()).limit(limit)).scalars()
    return case_rows(session, actor, list(ids), day)


def _page_of_ids(
    session: Session, actor: Actor, typed: str, after: int | None, before: int | None
) -> tuple[list[int], int | None]:
    """Ids of one page and one more, in the direction asked for; how many in all, if known.

    A common word fills the page from the cases next in order, without listing all it stands in;
    only what is not found there is looked for everywhere.
    """
    if before is not None:
        order, beyond = Case.id.asc(), Case.id > before
        within = (before + 1, before + _NEAR)
    else:
        top = after or (session.scalar(select(func.max(Case.id))) or 0) + 1
        order, beyond = Case.id.desc(), Case.id < top
        within = (top - _NEAR, top - 1)
    near = matches(session, actor, typed, within)
    listed = matches(session, actor, typed)
    if near is None or listed is None:
        return [], 0
    readable = (beyond, visible(actor))
    statement = near.joined(select(Case.id), Case.id).where(*readable)
    ids = list(session.execute(statement.order_by(order).limit(PAGE + 1)).scalars())
    if len(ids) > PAGE:
        return ids, None
    first = after is None and before is None
    limit = CAP + 1 if first else PAGE + 1
    statement = listed.joined(select(Case.id), Case.id).where(*readable)
    ids = list(session.execute(statement.order_by(order).limit(limit)).scalars())
    return ids, len(ids) if first else None
