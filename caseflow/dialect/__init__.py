"""Every difference between SQLite and PostgreSQL, and nothing else.

The one place where SQL is built from pieces.
"""

from caseflow.dialect.among import among
from caseflow.dialect.append_only import (
    APPEND_ONLY_DDL,
    APPEND_ONLY_UNDO,
    MEDIATION_APPEND_ONLY_DDL,
)
from caseflow.dialect.engines import (
    BUSY_SECONDS,
    WRITES,
    configure,
    engine_options,
    is_busy,
    is_sqlite,
    make_engine,
    version_text,
    works_beside,
)
from caseflow.dialect.locks import end_if_idle, lock_case_rows, one_at_a_time
from caseflow.dialect.rows import (
    find_many,
    insert_many,
    reserve_ids,
    update_many,
)
from caseflow.dialect.search import (
    SEARCH_COLUMNS,
    SEARCH_DDL,
    index_search,
    reindex_search,
    search_matches,
)

__all__ = [
    "APPEND_ONLY_DDL",
    "APPEND_ONLY_UNDO",
    "BUSY_SECONDS",
    "MEDIATION_APPEND_ONLY_DDL",
    "SEARCH_COLUMNS",
    "SEARCH_DDL",
    "WRITES",
    "among",
    "configure",
    "end_if_idle",
    "engine_options",
    "find_many",
    "index_search",
    "insert_many",
    "is_busy",
    "is_sqlite",
    "lock_case_rows",
    "make_engine",
    "one_at_a_time",
    "reindex_search",
    "reserve_ids",
    "search_matches",
    "update_many",
    "version_text",
    "works_beside",
]
