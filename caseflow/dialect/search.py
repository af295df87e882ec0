"""Full-text search: the same tokens, indexed by FTS5 and by ``tsvector('simple')``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from caseflow.dialect.engines import is_sqlite

#: Columns of the search index. ``person`` is searched only where the reader may see persons.
SEARCH_COLUMNS = ("words", "person")

SEARCH_DDL = {
    "sqlite": (
        "CREATE VIRTUAL TABLE case_search USING fts5("
        'words, person, tokenize="unicode61 remove_diacritics 0")',
    ),
    "postgresql": (
        "CREATE TABLE case_search (case_id BIGINT PRIMARY KEY "
        'REFERENCES "case" (id), words TSVECTOR NOT NULL, person TSVECTOR NOT NULL)',
        "CREATE INDEX ix_case_search_words ON case_search USING gin (words)",
        "CREATE INDEX ix_case_search_person ON case_search USING gin (person)",
    ),
}


def index_search(connection: Connection, entries: Iterable[tuple[int, str, str]]) -> None:
    """Write new search entries: (case id, tokens, tokens of the person), blank-separated."""
    rows = list(entries)
    if not rows:
        return
    if is_sqlite(connection):
        connection.exec_driver_sql(
            "INSERT INTO case_search (rowid, words, person) VALUES (?, ?, ?)", rows
        )
        return
    connection.exec_driver_sql(
        "INSERT INTO case_search (case_id, words, person) "
        "SELECT d.i, array_to_tsvector(string_to_array(d.w, ' ')), "
        "array_to_tsvector(string_to_array(d.p, ' ')) "
        "FROM unnest(CAST(%s AS bigint[]), CAST(%s AS text[]), CAST(%s AS text[])) AS d(i, w, p)",
        tuple(list(column) for column in zip(*rows, strict=True)),
    )


def reindex_search(connection: Connection, entries: Sequence[tuple[int, str, str]]) -> None:
    """Replace the entries of cases whose words changed."""
    ids = [entry[0] for entry in entries]
    if is_sqlite(connection):
        connection.exec_driver_sql(
            "DELETE FROM case_search WHERE rowid = ?", [(case_id,) for case_id in ids]
        )
    else:
        connection.exec_driver_sql("DELETE FROM case_search WHERE case_id = ANY(%s)", (ids,))
    index_search(connection, entries)


def search_matches(
    dialect_name: str, tokens: Sequence[str], columns: Sequence[str]
) -> tuple[str, dict[str, str]]:
    """SQL that lists the ids of the cases with all tokens, the last one as a prefix.

    Returns the select and its bound parameters; tokens are quoted, so nothing a person types is
    read as query syntax.
    """
    if dialect_name == "sqlite":
        quoted = ['"' + token.replace('"', '""') + '"' for token in tokens]
        quoted[-1] += "*"
        scope = "{" + " ".join(columns) + "} : "
        match = scope + "(" + " AND ".join(quoted) + ")"
        return (
            "SELECT rowid AS case_id FROM case_search WHERE case_search MATCH :search_tokens",
            {"search_tokens": match},
        )
    wanted = {}
    each = []
    for i, token in enumerate(tokens):
        quoted_token = "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"
        wanted[f"token{i}"] = quoted_token + (":*" if i == len(tokens) - 1 else "")
        either = " OR ".join(f"{column} @@ CAST(:token{i} AS tsquery)" for column in columns)
        each.append(f"({either})")
    return f"SELECT case_id FROM case_search WHERE {' AND '.join(each)}", wanted  # nosec B608
